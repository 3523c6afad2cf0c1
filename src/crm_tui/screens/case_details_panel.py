"""The case under the cursor: its people, references, next activities and last note."""

from __future__ import annotations

from textual.containers import Horizontal

from crm_tui.screens.card_panel import CardPanel
from crm_tui.screens.case_facts import event_facts, row_facts
from crm_tui.screens.session import Session
from crm_tui.store.cases import CaseDetails, CaseRow
from crm_tui.store.customers import CustomerCard
from crm_tui.widgets.cells import cell
from crm_tui.widgets.facts import Facts, whole

#: from this width on the facts of a case and what happens on it stand side by side, and from this one on the facts
#: take two columns
_SIDE_BY_SIDE, _THREE = 70, 100


class CaseDetailsPanel(CardPanel):
    """Follows the cursor of the table."""

    def __init__(self, session: Session) -> None:
        self._facts = Facts(label_width=16)
        self._more = Facts(focusable=False, label_width=16)
        self._events = Facts(focusable=False, label_width=1)
        super().__init__(session, "Case", Horizontal(self._facts, self._more, self._events), id="case")
        self._row: CaseRow | None = None

    def on_resize(self) -> None:
        self.set_class(self.size.width < _SIDE_BY_SIDE, "-narrow")
        self._show_facts()

    def read(self, card: CustomerCard, *, again: bool) -> None:
        if not again:
            self.show_case(None)

    def show_case(self, row: CaseRow | None) -> None:
        """Show another case; what is not in the row is read."""
        if row is None or self._row is None or row.case.id != self._row.case.id:
            self._events.set_facts(())
        self._row = row
        self._show_facts()
        if row is None:
            self.set_title("Case", count="", fact="")
            return
        self.set_title(f"{row.case.number} {row.case.name}", fact=row.status_name)
        case, today = row.case.id, self.session.today
        self.ask(self.store, "case", lambda store: store.cases.details(case, today), self._got)

    def _show_facts(self) -> None:
        """The facts of the row, in two columns where there is room."""
        nothing = [whole(cell(("No case under the cursor.", "muted")))]
        facts = row_facts(self._row, self.clock) if self._row is not None else nothing
        half = (len(facts) + 1) // 2 if self.size.width >= _THREE else len(facts)
        self._facts.set_facts(facts[:half])
        self._more.set_facts(facts[half:])
        self._more.display = half < len(facts)

    def _got(self, details: CaseDetails) -> None:
        if self._row is not None and details.row.case.id == self._row.case.id:
            self._events.set_facts(event_facts(details, self.clock))
