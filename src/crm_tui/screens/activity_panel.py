"""The activity feed: what is planned, soonest first, and what is past, newest first, in one list.

The list is read in pages: the planned lines come whole (they are few), the past ones as one scrolls.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from msgspec.structs import replace

from crm_tui.domain.activities import TICKED, Activity, ActivityChange, ActivityKind
from crm_tui.domain.entities import Kind
from crm_tui.domain.permissions import Action
from crm_tui.screens.activity_facts import around, entry_facts, note_facts, whose
from crm_tui.screens.card_panel import CardPanel, refuse, row_count, slot_of
from crm_tui.screens.copying import Copy
from crm_tui.screens.present import count, feed_id, past_row, past_when, planned_row, spaced
from crm_tui.screens.session import Session
from crm_tui.store import paging
from crm_tui.store.activities import FeedCounts, FeedPart, FeedRow
from crm_tui.store.customers import CustomerCard
from crm_tui.store.paging import Count, Page
from crm_tui.store.port import Store
from crm_tui.widgets.cells import EMPTY, cell, join
from crm_tui.widgets.choose import Choice, ChooseDialog
from crm_tui.widgets.columns import Column
from crm_tui.widgets.command_target import Availability
from crm_tui.widgets.confirm import ConfirmDialog
from crm_tui.widgets.facts import Fact
from crm_tui.widgets.rows import BLANK, PageRequest, Row, heading
from crm_tui.widgets.virtual_table import VirtualTable

_COLUMNS = (
    Column("tick", width=3),
    Column("when", width=11, gap=1),
    Column("what", width=16, flex=1, gap=1),
    Column("kind", width=8, gap=1, drop=1),
    Column("who", width=3, gap=1, drop=2),
)
#: planned lines that are read; the foot says if there are more
_MOST_PLANNED = 500


#: what can be added here, and what the feed can be narrowed to: kind -> words
_ADDED = {
    "note": ("Note", "free text on the customer or on a case"),
    ActivityKind.TODO.value: ("To-do", "something to tick off, due on a day"),
    ActivityKind.CALENDAR.value: ("Calendar entry", "a meeting or call, with participants"),
    ActivityKind.TASK.value: ("Project task", "to-do of a project, on the board of tab 3"),
    ActivityKind.PERSONAL.value: ("Personal entry", "others see this one word"),
    ActivityKind.ABSENCE.value: ("Absence", "others see this one word"),
}


class _Slice(NamedTuple):
    """What a request for rows brought from the store."""

    planned: Page[FeedRow]
    counts: FeedCounts
    past: Page[FeedRow]


class ActivityPanel(CardPanel):
    """Planned and past in one table."""

    KINDS = (Kind.ACTIVITY, Kind.NOTE)
    COMMAND_IDS = ("list.add", "list.edit", "list.delete", "list.done", "list.history", "feed.kinds", "feed.go")

    def __init__(self, session: Session) -> None:
        self._table = VirtualTable(_COLUMNS, header=False)
        super().__init__(session, "Activities", self._table, id="activities")
        self._lines: dict[str, FeedRow] = {}
        self._kinds: tuple[str, ...] = ()
        self._ticked = False  # what is ticked goes to the past; the cursor stays where it was

    def read(self, card: CustomerCard, *, again: bool) -> None:
        if not again:
            self._lines.clear()
            self._kinds = ()
        self._say_nothing()
        self._table.restart(keep_cursor=again, keep_place=self._ticked)
        self._ticked = False

    def on_virtual_table_rows_wanted(self, event: VirtualTable.RowsWanted) -> None:
        event.stop()
        if self.card is None:
            return
        customer, clock, request, kinds = self.card.customer.id, self.clock, event.request, self._kinds

        def read(store: Store) -> _Slice:
            feed = partial(store.activities.feed, customer, now=clock.now, today=clock.today, kinds=kinds)
            planned = feed(FeedPart.PLANNED, paging.PageRequest(limit=_MOST_PLANNED))
            counts = store.activities.feed_counts(customer, clock.now, clock.today, kinds)
            wanted = _past_request(request, len(self._head(planned.rows, counts)))
            past = feed(FeedPart.PAST, wanted) if wanted.limit else Page[FeedRow](rows=(), cursors=(), more=False)
            if request.exact_total:
                counts = replace(counts, past=Count(row_count(partial(feed, FeedPart.PAST))))
            return _Slice(planned, counts, past)

        self.ask(self.store, slot_of(event), read, partial(self._got, event), failed=partial(refuse, event))

    def _got(self, event: VirtualTable.RowsWanted, found: _Slice) -> None:
        if event.generation != self._table.generation:
            return  # of another customer, or read again meanwhile
        planned, counts, past = found
        self._lines |= {feed_id(row): row for row in (*planned.rows, *past.rows)}
        head = self._head(planned.rows, counts)
        start = event.request.start
        rows = [*head[start : start + event.request.limit], *(past_row(row, self.clock) for row in past.rows)]
        total = len(head) + counts.past.number
        self._table.show_page(
            event.request,
            rows,
            generation=event.generation,
            before=past.cursors[0] if past.cursors and start >= len(head) else None,
            after=past.cursors[-1] if past.cursors else None,
            total=total,
            exact=not counts.past.capped,
        )
        self._tell(counts, past.rows[0] if past.rows and start == 0 else None)
        self._show_foot(f"the first {_MOST_PLANNED} planned" if planned.more else "")
        self.refresh_bindings()

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

    def _head(self, planned: Sequence[FeedRow], counts: FeedCounts) -> list[Row]:
        """All lines above the first past one; none at all for an empty feed."""
        if not (planned or counts.past.number):
            return []
        late = cell((f"! {count(counts.late)} late", "bad")) if counts.late.number else EMPTY
        title = join([cell(("Planned ", "name"), (f" {count(counts.planned)}", "muted")), late])
        past = heading(cell(("Past ", "name"), (f" {count(counts.past)}", "muted")))
        lines = [planned_row(row, self.clock) for row in planned]
        return [heading(title), *(lines or [heading(cell(("    nothing", "muted")))]), BLANK, past]

    def _tell(self, counts: FeedCounts, last: FeedRow | None) -> None:
        number = counts.planned.number + counts.past.number
        self.set_title(count=spaced(number) + ("+" if counts.past.capped else "") if number else "")
        late = cell((f"! {counts.late.number} late", "bad")) if counts.late.number else EMPTY
        planned = cell((f"{counts.planned.number} planned", "muted")) if counts.planned.number else EMPTY
        if last is not None:
            self.set_title(fact=join([planned, late, cell(("last: ", "muted"), past_when(last, self.clock))], ", "))

    @property
    def _current(self) -> FeedRow | None:
        row = self._table.cursor_row
        return self._lines.get(row.id) if row is not None else None

    def open_row(self, row_id: str) -> None:
        row = self._current
        if row is None:
            return
        if row.entity is Kind.NOTE:
            self.read_in_full("Note", lambda store: store.notes.get(row.id), note_facts, Kind.NOTE)
        else:
            title = row.kind.capitalize()
            about: list[Fact] = []

            def read(store: Store) -> Activity:
                entry = store.activities.get(row.id)
                about.extend(around(store, entry))
                return entry

            def facts(entry: Activity) -> list[Fact]:
                return entry_facts(row, entry, about, self.session.zone)

            self.read_in_full(title, read, facts, Kind.ACTIVITY)

    # -- commands -----------------------------------------------------------------------------------------------

    def availability(self, command_id: str) -> Availability:
        if command_id == "list.add":
            return self.may(Action.ADD, Kind.ACTIVITY)
        row = self._current
        if command_id in ("list.edit", "list.delete", "list.done", "list.history", "feed.go") and row is None:
            return "there is nothing under the cursor"
        if row is not None and row.is_private and command_id.startswith("list."):
            return f"a {row.kind} entry of somebody else is theirs alone"
        if row is not None and command_id in ("list.edit", "list.delete"):
            return self._may_change(row, command_id)
        if row is not None and command_id == "list.done":
            if row.entity is Kind.NOTE or row.kind not in TICKED:
                return "only to-dos and tasks are ticked; entries are over when their time has passed"
            return self._may_change(row, command_id)
        if row is not None and command_id == "feed.go" and row.case is None and row.contact is None:
            return "it is on the customer itself, on no case and with no contact"
        return super().availability(command_id)

    def _may_change(self, row: FeedRow, command_id: str) -> Availability:
        """Whose it is decides (rule 11), as the store said with the row."""
        deletes = command_id == "list.delete"
        if row.may_delete if deletes else row.may_edit:
            return True
        if row.entity is Kind.NOTE:
            return self.session.may(Action.EDIT, Kind.CONTACT)  # who may change customers changes notes of others
        return (deletes and row.takes_part) or whose(row, deletes=deletes)

    def do_list_add(self) -> None:
        choices = [Choice(kind, label, note) for kind, (label, note) in _ADDED.items()]

        def chosen(kind: str | None) -> None:
            if kind == Kind.NOTE.value:
                self.want_form("note", Kind.NOTE)
            elif kind is not None:
                self.want_form("activity", Kind.ACTIVITY, given={"kind": kind})

        self.app.push_screen(ChooseDialog("Add", choices, search=True), chosen)

    def do_list_edit(self) -> None:
        row = self._current
        if row is not None:
            self.want_form("note" if row.entity is Kind.NOTE else "activity", row.entity, row.id)

    def do_list_done(self) -> None:
        row = self._current
        if row is None:
            return
        done = not row.is_done
        self._ticked = True

        def tick(store: Store) -> None:
            entry = store.activities.get(row.id)
            store.activities.update(entry.id, entry.revision, ActivityChange(is_done=done))

        self.want_change(tick, f"{row.name} is {'done' if done else 'open again'}")

    def do_list_history(self) -> None:
        row = self._current
        if row is not None:
            self.show_history(row.name, row.entity, row.id)

    def do_list_delete(self) -> None:
        row = self._current
        if row is None:
            return
        if not row.may_delete and row.takes_part:
            self._leave(row)
            return
        word = "note" if row.entity is Kind.NOTE else row.type_name or row.kind

        def delete(store: Store) -> None:
            if row.entity is Kind.NOTE:
                note = store.notes.get(row.id)
                store.notes.delete(note.id, note.revision)
            else:
                entry = store.activities.get(row.id)
                store.activities.delete(entry.id, entry.revision)

        def answered(wanted: bool | None) -> None:
            if wanted:
                self.want_change(delete, f"{word.capitalize()} deleted")

        sentences = [f"“{row.name}”", f"This {word.lower()} will be deleted."]
        self.app.push_screen(
            ConfirmDialog(f"Delete {word.lower()}", sentences, self.session.keys, label="Delete"), answered
        )

    def _leave(self, row: FeedRow) -> None:
        """A participant can't delete what is somebody else's, but may remove themselves (rule 11)."""

        def leave(store: Store) -> None:
            entry, me = store.activities.get(row.id), store.users.me().user.id
            others = tuple(user for user in entry.user_participants if user != me)
            store.activities.update(entry.id, entry.revision, ActivityChange(user_participants=others))

        def answered(wanted: bool | None) -> None:
            if wanted:
                self.want_change(leave, f"You don't take part in {row.name} any more", undoable=False)

        sentences = [
            f"“{row.name}”",
            "You won't take part any more, and can't add yourself again.",
            f"It stays for the others: {whose(row, deletes=True)}.",
        ]
        self.app.push_screen(
            ConfirmDialog("Take part no more", sentences, self.session.keys, label="Remove me"), answered
        )

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

    def do_feed_go(self) -> None:
        """To the case (its row in tab 2) or the contact; asks if it has both."""
        row = self._current
        if row is None:
            return
        places = {
            "case": self.GoWanted(2, Kind.CASE, row.case) if row.case is not None else None,
            "contact": self.GoWanted(1, Kind.CONTACT, row.contact) if row.contact is not None else None,
        }
        there = {word: message for word, message in places.items() if message is not None}

        def go(word: str | None) -> None:
            if word is not None:
                self.post_message(there[word])

        if len(there) == 1:
            go(next(iter(there)))
        else:
            choices = [Choice("case", f"Case {row.case_number}"), Choice("contact", "Contact")]
            self.app.push_screen(ChooseDialog("Go to", choices), go)

    def put_cursor_on(self, kind: Kind, entity: int) -> bool:
        if kind not in self.KINDS:
            return False
        self.want_row(self._table, f"{kind.value}:{entity}")
        return True

    def on_virtual_table_cursor_moved(self, event: VirtualTable.CursorMoved) -> None:
        event.stop()
        self.find_wanted(event, self._lines)
        self.refresh_bindings()

    def copies(self) -> Sequence[Copy]:
        row = self._current
        return [Copy("Text", row.name)] if row is not None and not row.is_private else ()


def _past_request(request: PageRequest, head: int) -> paging.PageRequest:
    """Which past lines belong to the rows wanted, when ``head`` lines stand above the first of them."""
    start = max(0, request.start - head)
    limit = max(0, request.start + request.limit - head - start)
    cursor, forward, skip = request.anchor
    if cursor is None and forward:
        skip = start
    return paging.PageRequest(
        limit=limit,
        after=cursor if forward else None,
        before=None if forward else cursor,
        from_end=not forward and cursor is None,
        skip=skip,
    )
