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

#: from this width on the facts of a case and what happens in it stand side by side
_SIDE_BY_SIDE = 70


class CaseDetailsPanel(CardPanel):
    """Follows the cursor of the table."""

    def __init__(self, session: Session) -> None:
        self._facts = Facts(label_width=16)
        self._events = Facts(focusable=False, label_width=1)
        super().__init__(session, "Case", Horizontal(self._facts, self._events), id="case")
        self._shown: int | None = None

    def on_resize(self) -> None:
        self.set_class(self.size.width < _SIDE_BY_SIDE, "-narrow")

    def read(self, card: CustomerCard, *, again: bool) -> None:
        if not again:
            self.show_case(None)

    def show_case(self, row: CaseRow | None) -> None:
        """Show another case; what is not in the row is read."""
        self._shown = row.case.id if row is not None else None
        if row is None:
            self.set_title("Case", count="", fact="")
            self._facts.set_facts([whole(cell(("No case under the cursor.", "muted")))])
            self._events.set_facts(())
            return
        self.set_title(f"{row.case.number} {row.case.name}", fact=row.status_name)
        self._facts.set_facts(row_facts(row, self.clock))
        case, today = row.case.id, self.session.today
        self.ask(self.store, "case", lambda store: store.cases.details(case, today), self._got)

    def _got(self, details: CaseDetails) -> None:
        if details.row.case.id == self._shown:
            self._events.set_facts(event_facts(details, self.clock))
