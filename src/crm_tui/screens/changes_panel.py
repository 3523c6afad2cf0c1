"""What was changed about a customer and what belongs to it: who, when, from what to what."""

from __future__ import annotations

from collections.abc import Sequence

from crm_tui.domain.entities import Kind
from crm_tui.domain.history import ChangeLine
from crm_tui.screens.copying import Copy
from crm_tui.screens.detailed_panel import DetailedPanel
from crm_tui.screens.present import NOTHING, Clock, owner, spaced
from crm_tui.screens.session import Session
from crm_tui.store.customers import CustomerCard
from crm_tui.when import absolute
from crm_tui.widgets.cells import EMPTY, Cell, cell, join
from crm_tui.widgets.columns import Column
from crm_tui.widgets.facts import Fact
from crm_tui.widgets.rows import Row
from crm_tui.widgets.virtual_table import VirtualTable

_COLUMNS = (
    Column("when", width=10, style="muted"),
    Column("what", width=16, flex=1, gap=1),
    Column("who", width=2),
)
#: changes of these say their field alone: whose it is, the card says
_OWN = (Kind.CUSTOMER, Kind.BILLING)
#: fields that people call otherwise than we
_FIELDS = {
    "vat_number": "VAT number",
    "vat_percent": "VAT",
    "einvoice_address": "E-invoice address",
    "einvoice_operator": "E-invoice operator",
    "is_active": "Active",
}
_UNITS = {"vat_percent": " %", "overdue_interest": " %", "payment_term": " days"}


class ChangesPanel(DetailedPanel):
    """Paged, newest first."""

    LABELS = 9

    def __init__(self, session: Session) -> None:
        self._table = VirtualTable(_COLUMNS, header=False, empty=cell(("No changes yet.", "muted")), opens=False)
        super().__init__(session, "Changes", self._table, id="changes")
        self._lines: dict[str, ChangeLine] = {}

    def read(self, card: CustomerCard, *, again: bool) -> None:
        if not again:
            self._lines.clear()
            self.set_title(fact="")
        self._table.restart(keep_cursor=again)

    def on_virtual_table_rows_wanted(self, event: VirtualTable.RowsWanted) -> None:
        if self.card is None:
            event.stop()
            return
        customer, clock = self.card.customer.id, self.clock
        self.answer(
            event,
            lambda store, request: store.history.of_customer(customer, request),
            lambda line: change_row(line, clock),
            seen=self._lines.__setitem__,
        )

    def on_virtual_table_cursor_moved(self, event: VirtualTable.CursorMoved) -> None:
        event.stop()
        line = self._current
        self.show_about(about_change(line, self.clock) if line is not None else ())
        if event.index == 0:
            self.set_title(fact=_fact(line, self.clock) if line is not None else "")

    def on_virtual_table_view_changed(self, event: VirtualTable.ViewChanged) -> None:
        event.stop()
        total = spaced(event.total) if event.exact and event.total else ""
        whole = event.exact and event.first == 1 and event.last == event.total
        view = f"{event.first}–{event.last} {f'of {total}' if total else 'and more'}"
        self.set_foot("" if whole or not event.last else view)
        self.set_title(count=total)

    def copies(self) -> Sequence[Copy]:
        line = self._current
        if line is None:
            return ()
        found = (("Now", line.new_label), ("Before", line.old_label), ("Change", _what(line).plain))
        return [Copy(label, value) for label, value in found if value]

    @property
    def _current(self) -> ChangeLine | None:
        row = self._table.cursor_row
        return self._lines.get(row.id) if row is not None else None


def change_row(line: ChangeLine, clock: Clock) -> Row:
    """A line of the change log in a list: when, what, who."""
    row_id = f"{line.change}:{line.kind.value}:{line.entity}:{line.field}"
    return Row(row_id, (clock.ago(line.at), _what(line), owner(line.actor_name)))


def _what(line: ChangeLine) -> Cell:
    """``VAT 24 to 25.5``, ``Contact Eeva Lahtinen: Title set to CEO``, ``Note added``."""
    thing = _thing(line)
    if not line.field:
        # only what was deleted is kept whole, so that it can come back
        return cell(thing, (" added" if line.old is None else " deleted", "muted"))
    whose = EMPTY if line.kind in _OWN else cell(thing, (": ", "muted"))
    return join([cell(whose, _field(line)), _change(line)], " ")


def _change(line: ChangeLine) -> Cell:
    unit = _UNITS.get(line.field, "")
    if line.new is None:
        return cell((f"{line.old_label}{unit} removed", "muted"))
    if line.old is None:
        return cell(("set to ", "muted"), f"{line.new_label}{unit}")
    return cell((f"{line.old_label}{unit} to ", "muted"), f"{line.new_label}{unit}")


def _thing(line: ChangeLine) -> str:
    kind = line.kind.value.capitalize()
    return f"{kind} {line.entity_label}" if line.entity_label and line.kind not in _OWN else kind


def _field(line: ChangeLine) -> str:
    return _FIELDS.get(line.field, line.field.replace("_", " ").capitalize())


def about_change(line: ChangeLine, clock: Clock) -> list[Fact]:
    """The change under the cursor in full."""
    when = absolute(line.at, clock.zone, clock.settings.dates)
    what = cell(_thing(line), (" · ", "muted"), _field(line)) if line.field else _what(line)
    unit = _UNITS.get(line.field, "")
    values = [
        Fact(word, f"{label}{unit}" if label else NOTHING, wrap=True)
        for word, label in (("Before", line.old_label), ("Now", line.new_label))
    ]
    return [
        Fact("What", cell(what, "")),
        *(values if line.field else []),
        Fact("Who", cell(line.actor_name, (f"  {when}", "muted"))),
        *([Fact("From", line.source, wrap=True)] if line.source else []),
    ]


def _fact(line: ChangeLine, clock: Clock) -> Cell:
    return cell((f"last: {clock.ago(line.at)}, ", "muted"), _what(line))
