"""The activity feed of a customer: what is planned, soonest first, and what is past, newest first, in one list."""

from __future__ import annotations

from collections.abc import Sequence

from crm_tui.domain.activities import ActivityKind
from crm_tui.domain.entities import Kind
from crm_tui.domain.permissions import Action
from crm_tui.screens.feed_panel import FeedPanel, Source, this_minute
from crm_tui.screens.present import count, past_row, past_when, planned_row, spaced
from crm_tui.screens.session import Session
from crm_tui.store.activities import FeedCounts, FeedPart, FeedRow
from crm_tui.store.customers import CustomerCard
from crm_tui.widgets.cells import EMPTY, cell, join
from crm_tui.widgets.choose import Choice, ChooseDialog
from crm_tui.widgets.columns import Column
from crm_tui.widgets.command_target import Availability
from crm_tui.widgets.rows import BLANK, Row, heading

_COLUMNS = (
    Column("tick", width=3),
    Column("when", width=11, gap=1),
    Column("what", width=16, flex=1, gap=1),
    Column("kind", width=8, gap=1, drop=1),
    Column("who", width=3, gap=1, drop=2),
)
#: what can be added here, and what the feed can be narrowed to: kind -> words
_ADDED = {
    "note": ("Note", "free text on the customer or on a case"),
    ActivityKind.TODO.value: ("To-do", "something to tick off, due on a day"),
    ActivityKind.CALENDAR.value: ("Calendar entry", "a meeting or call, with participants"),
    ActivityKind.TASK.value: ("Project task", "to-do of a project, on the board of tab 3"),
    ActivityKind.PERSONAL.value: ("Personal entry", "others see this one word"),
    ActivityKind.ABSENCE.value: ("Absence", "others see this one word"),
}


class ActivityPanel(FeedPanel[FeedRow]):
    """The feed on the card."""

    COMMAND_IDS = ("list.add", *FeedPanel.COMMAND_IDS, "feed.kinds")

    def __init__(self, session: Session) -> None:
        super().__init__(session, "Activities", _COLUMNS)
        self._kinds: tuple[str, ...] = ()

    def read(self, card: CustomerCard, *, again: bool) -> None:
        if not again:
            self._kinds = ()
        self._say_nothing()
        self.read_again(keep_cursor=again)

    def source(self) -> Source[FeedRow] | None:
        if self.card is None:
            return None
        customer, kinds, today = self.card.customer.id, self._kinds, self.clock.today
        now = this_minute(self.clock.now)
        return Source(
            lambda store, part, request: store.activities.feed(customer, part, request, now, today, kinds),
            lambda store: store.activities.feed_counts(customer, now, today, kinds),
        )

    def line_of(self, item: FeedRow) -> FeedRow:
        return item

    def row_of(self, item: FeedRow, part: FeedPart) -> Row:
        return planned_row(item, self.clock) if part is FeedPart.PLANNED else past_row(item, self.clock)

    def head(self, planned: Sequence[FeedRow], counts: FeedCounts) -> list[Row]:
        if not (planned or counts.past.number):
            return []
        late = cell((f"! {count(counts.late)} late", "bad")) if counts.late.number else EMPTY
        title = join([cell(("Planned ", "name"), (f" {count(counts.planned)}", "muted")), late])
        past = heading(cell(("Past ", "name"), (f" {count(counts.past)}", "muted")))
        lines = [planned_row(row, self.clock) for row in planned]
        return [heading(title), *(lines or [heading(cell(("    nothing", "muted")))]), BLANK, past]

    def told(self, counts: FeedCounts, first: FeedRow | None, cut: str) -> None:
        self._tell(counts, first)
        self._show_foot(cut)

    def _show_foot(self, cut: str) -> None:
        """What is left out, and the keys to add."""
        if self._kinds:
            only = ", ".join(_ADDED[kind][0].lower() for kind in self._kinds)
            self.set_foot(cell((f"only: {only} ", "warn"), self.key("feed.kinds", "by kind")))
        elif cut:
            self.set_foot(cell((cut, "warn")))
        else:
            self.set_foot(join([self.key("card.note", "note"), self.key("card.todo", "to-do")]))

    def _say_nothing(self) -> None:
        """What an empty feed says."""
        if self._kinds:
            self._table.set_empty(cell(("Nothing of this kind. ", "muted"), self.key("feed.kinds", "shows others.")))
            return
        keys = join([self.key("card.note", "writes a note,"), self.key("card.todo", "adds a to-do.")], " ")
        self._table.set_empty(cell(("Nothing planned or past yet. ", "muted"), keys))

    def _tell(self, counts: FeedCounts, last: FeedRow | None) -> None:
        number = counts.planned.number + counts.past.number
        self.set_title(count=spaced(number) + ("+" if counts.past.capped else "") if number else "")
        late = cell((f"! {counts.late.number} late", "bad")) if counts.late.number else EMPTY
        planned = cell((f"{counts.planned.number} planned", "muted")) if counts.planned.number else EMPTY
        if last is not None:
            self.set_title(fact=join([planned, late, cell(("last: ", "muted"), past_when(last, self.clock))], ", "))

    # -- commands -----------------------------------------------------------------------------------------------

    def availability(self, command_id: str) -> Availability:
        if command_id == "list.add":
            return self.may(Action.ADD, Kind.ACTIVITY)
        return super().availability(command_id)

    def do_list_add(self) -> None:
        choices = [Choice(kind, label, note) for kind, (label, note) in _ADDED.items()]

        def chosen(kind: str | None) -> None:
            if kind == Kind.NOTE.value:
                self.want_form("note", Kind.NOTE)
            elif kind is not None:
                self.want_form("activity", Kind.ACTIVITY, given={"kind": kind})

        self.app.push_screen(ChooseDialog("Add", choices, search=True), chosen)

    def do_feed_kinds(self) -> None:
        choices = [Choice("", "Everything"), *(Choice(kind, label) for kind, (label, _) in _ADDED.items())]

        def chosen(kind: str | None) -> None:
            if kind is not None and self.card is not None:
                self._kinds = (kind,) if kind else ()
                self._say_nothing()
                self._table.restart()

        self.app.push_screen(
            ChooseDialog("Show", choices, search=True, current=self._kinds[0] if self._kinds else ""), chosen
        )

    def put_cursor_on(self, kind: Kind, entity: int) -> bool:
        if kind not in self.KINDS:
            return False
        self.want_row(self._table, f"{kind.value}:{entity}")
        return True
