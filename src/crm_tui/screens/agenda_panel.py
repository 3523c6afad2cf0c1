"""The user's own activities over all customers: late ones, today's, later ones, and past ones below."""

from __future__ import annotations

from collections.abc import Sequence

from crm_tui.domain.activities import TICKED
from crm_tui.domain.entities import Kind
from crm_tui.domain.permissions import Action
from crm_tui.screens.feed_panel import FeedPanel, Source, this_minute
from crm_tui.screens.present import Clock, count, past_row, planned_row, spaced, text
from crm_tui.screens.session import CardRequest, Session
from crm_tui.store.activities import AgendaRow, FeedCounts, FeedPart, FeedRow
from crm_tui.store.customers import CustomerCard
from crm_tui.widgets.cells import EMPTY, cell, join
from crm_tui.widgets.columns import Column
from crm_tui.widgets.facts import Fact
from crm_tui.widgets.rows import BLANK, Row, heading
from crm_tui.widgets.virtual_table import VirtualTable

_COLUMNS = (
    Column("tick", width=3),
    Column("when", width=12, gap=1),
    Column("what", width=18, flex=3, gap=1),
    Column("kind", width=9, gap=1, drop=1),
    Column("customer", width=16, flex=2),
    Column("case", width=16, flex=2, style="muted", drop=2),
)


class AgendaPanel(FeedPanel[AgendaRow]):
    """Enter goes to the activity on the card of its customer; one without a customer is shown in full."""

    ROOMY = 16

    def __init__(self, session: Session) -> None:
        super().__init__(session, "My activities", _COLUMNS)

    def read(self, card: CustomerCard, *, again: bool) -> None:
        """It is of no customer."""

    def source(self) -> Source[AgendaRow]:
        now, today = this_minute(self.clock.now), self.clock.today
        return Source(
            lambda store, part, request: store.activities.agenda(part, request, now, today),
            lambda store: store.activities.agenda_counts(now, today),
        )

    def line_of(self, item: AgendaRow) -> FeedRow:
        return item.row

    def row_of(self, item: AgendaRow, part: FeedPart) -> Row:
        line = (planned_row if part is FeedPart.PLANNED else past_row)(item.row, self.clock)
        tick, when, what, kind, _ = line.cells
        return line._replace(cells=(tick, when, what, kind, item.customer_name or "", item.case_name or ""))

    def head(self, planned: Sequence[AgendaRow], counts: FeedCounts) -> list[Row]:
        if not (planned or counts.past.number):
            return []
        clock = self.clock
        groups: dict[str, list[Row]] = {"Late": [], "Today": [], "Later": []}
        for item in planned:
            groups[_group(item.row, clock)].append(self.row_of(item, FeedPart.PLANNED))
        rows: list[Row] = []
        for name, lines in groups.items():
            if lines:
                title = cell((f"! {name} ", "bold bad")) if name == "Late" else cell((f"{name} ", "name"))
                more = "+" if name == "Later" and counts.planned.number > len(planned) else ""
                rows += [heading(cell(title, (f" {spaced(len(lines))}{more}", "muted"))), *lines, BLANK]
        nothing = [] if rows else [heading(cell(("Nothing planned.", "muted"))), BLANK]
        return [*rows, *nothing, heading(cell(("Past ", "name"), (f" {count(counts.past)}", "muted")))]

    def told(self, counts: FeedCounts, first: AgendaRow | None, cut: str) -> None:
        late = cell((f"! {count(counts.late)} late", "bad")) if counts.late.number else EMPTY
        self.set_title(count=f"{count(counts.planned)} planned" if counts.planned.number else "", warning=late)
        self.set_foot(join([cell((cut, "warn")), self.key("card.todo", "to-do")]))

    def on_virtual_table_cursor_moved(self, event: VirtualTable.CursorMoved) -> None:
        """What does not fit in the row is below, always on as many lines."""
        item = self.current
        self.show_about(_about(item) if item is not None else [])

    def clear(self) -> None:
        """None of it may be seen any more."""
        self._lines.clear()
        self._table.set_rows(())
        self.set_title(count="", warning="")
        self.set_foot("")
        self.show_about(())

    def say_nothing(self) -> None:
        """What an empty list says."""
        sees = self.session.may(Action.SEE, Kind.ACTIVITY)
        if sees is True:
            adds = self.key("card.todo", "adds a to-do.")
            self._table.set_empty(cell(("You have nothing planned, and nothing done yet. ", "muted"), adds))
        else:
            self._table.set_empty(cell((f"No activities are shown: {sees}.", "muted")))

    def open_row(self, row_id: str) -> None:
        item = self.current
        if item is None:
            return
        if item.customer is None:
            self.read_line()
        else:
            self.session.open_card(CardRequest(item.customer, 1, kind=Kind.ACTIVITY, entity=item.row.id))

    def show_line(self, entity: int) -> None:
        """Put the cursor on an activity once it is there."""
        self.want_row(self._table, f"{Kind.ACTIVITY.value}:{entity}")


def _about(item: AgendaRow) -> list[Fact]:
    name = cell((item.row.name, "name"), ("" if item.row.type_name is None else f"  {item.row.type_name}", "muted"))
    number = f"{item.row.case_number}  " if item.row.case_number is not None else ""
    case = cell((number, "muted"), item.case_name) if item.case_name else text(None)
    return [Fact("What", name), Fact("Customer", text(item.customer_name)), Fact("Case", case)]


def _group(row: FeedRow, clock: Clock) -> str:
    """Under which heading a planned line stands. What began before today and goes on is today's."""
    day = row.at.astimezone(clock.zone).date() if row.at is not None else row.on
    if day is None or day > clock.today:
        return "Later"
    return "Late" if day < clock.today and row.kind in TICKED else "Today"
