"""What is planned, soonest first, and what is past, newest first, in one list, wherever it is of.

The list is read in pages: the planned lines come whole (they are few), the past ones as one scrolls.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import ClassVar, Generic, NamedTuple, TypeVar

from msgspec.structs import replace

from crm_tui.domain.activities import TICKED, Activity, ActivityChange
from crm_tui.domain.entities import Kind
from crm_tui.domain.permissions import Action
from crm_tui.screens.activity_facts import around, entry_facts, note_facts, whose
from crm_tui.screens.card_panel import refuse, row_count, slot_of
from crm_tui.screens.copying import Copy
from crm_tui.screens.detailed_panel import DetailedPanel
from crm_tui.screens.present import feed_id
from crm_tui.screens.session import Session
from crm_tui.store import paging
from crm_tui.store.activities import FeedCounts, FeedPart, FeedRow
from crm_tui.store.paging import Count, Page
from crm_tui.store.port import Store
from crm_tui.widgets.choose import Choice, ChooseDialog
from crm_tui.widgets.columns import Column
from crm_tui.widgets.command_target import Availability
from crm_tui.widgets.confirm import ConfirmDialog
from crm_tui.widgets.facts import Fact
from crm_tui.widgets.rows import PageRequest, Row
from crm_tui.widgets.virtual_table import VirtualTable

T = TypeVar("T")
#: planned lines that are read; the foot says if there are more
_MOST_PLANNED = 500
_ON_ROW = ("list.edit", "list.delete", "list.done", "list.history", "feed.go")


class Source(NamedTuple, Generic[T]):
    """Where the lines come from: a page of a part, and how many there are."""

    page: Callable[[Store, FeedPart, paging.PageRequest], Page[T]]
    counts: Callable[[Store], FeedCounts]


class _Slice(NamedTuple, Generic[T]):
    """What a request for rows brought from the store."""

    planned: Page[T]
    counts: FeedCounts
    past: Page[T]


class FeedPanel(DetailedPanel, Generic[T]):
    """Planned and past in one table; ``T`` is what the store gives for a line."""

    KINDS = (Kind.ACTIVITY, Kind.NOTE)
    OF_CASES = "some"
    COMMAND_IDS: ClassVar[tuple[str, ...]] = _ON_ROW

    def __init__(self, session: Session, title: str, columns: Sequence[Column]) -> None:
        self._table = VirtualTable(columns, header=False)
        super().__init__(session, title, self._table, id="activities")
        self._lines: dict[str, T] = {}
        self._ticked = False  # what is ticked goes to the past; the cursor stays where it was

    # -- for subclasses ---------------------------------------------------------------------------------------------

    def source(self) -> Source[T] | None:
        """Where the lines come from now; None while there is nothing to read."""
        raise NotImplementedError

    def line_of(self, item: T) -> FeedRow:
        """The line itself."""
        raise NotImplementedError

    def row_of(self, item: T, part: FeedPart) -> Row:
        """A line as a row of the table."""
        raise NotImplementedError

    def head(self, planned: Sequence[T], counts: FeedCounts) -> list[Row]:
        """All rows above the first past one; none at all for an empty feed."""
        raise NotImplementedError

    def told(self, counts: FeedCounts, first: T | None, cut: str) -> None:
        """Lines came: say in title and foot what there is. ``first`` is the newest past one if it is among them,
        ``cut`` says so if there are more planned ones than are read."""

    # -- reading ----------------------------------------------------------------------------------------------------

    def read_again(self, *, keep_cursor: bool) -> None:
        """Read the lines anew."""
        if not keep_cursor:
            self._lines.clear()
        self._table.restart(keep_cursor=keep_cursor, keep_place=self._ticked)
        self._ticked = False

    def on_virtual_table_rows_wanted(self, event: VirtualTable.RowsWanted) -> None:
        event.stop()
        source, request = self.source(), event.request
        if source is None:
            return

        def read(store: Store) -> _Slice[T]:
            planned = source.page(store, FeedPart.PLANNED, paging.PageRequest(limit=_MOST_PLANNED))
            counts = source.counts(store)
            wanted = _past_request(request, len(self.head(planned.rows, counts)))
            past = _past(partial(source.page, store, FeedPart.PAST), request, wanted)
            if request.exact_total:
                counts = replace(counts, past=Count(row_count(partial(source.page, store, FeedPart.PAST))))
            return _Slice(planned, counts, past)

        self.ask(self.store, slot_of(event), read, partial(self._got, event), failed=partial(refuse, event))

    def _got(self, event: VirtualTable.RowsWanted, found: _Slice[T]) -> None:
        if event.generation != self._table.generation:
            return  # of another customer, or read again meanwhile
        planned, counts, past = found
        self._lines |= {feed_id(self.line_of(item)): item for item in (*planned.rows, *past.rows)}
        head = self.head(planned.rows, counts)
        start = event.request.start
        past_rows = [self.row_of(item, FeedPart.PAST) for item in past.rows]
        self._table.show_page(
            event.request,
            [*head[start : start + event.request.limit], *past_rows],
            generation=event.generation,
            before=past.cursors[0] if past.cursors and start >= len(head) else None,
            after=past.cursors[-1] if past.cursors else None,
            total=len(head) + counts.past.number,
            exact=not counts.past.capped,
        )
        place = next((index for index, row in enumerate(head) if row.id and row.id == self._wanted), None)
        if place is not None:  # its page may not be here yet
            self._wanted = None
            self._table.move_to(place)
        cut = f"the first {_MOST_PLANNED} planned" if planned.more else ""
        self.told(counts, past.rows[0] if past.rows and start == 0 else None, cut)
        self.refresh_bindings()

    @property
    def current(self) -> T | None:
        """What is under the cursor."""
        row = self._table.cursor_row
        return self._lines.get(row.id) if row is not None else None

    @property
    def _current(self) -> FeedRow | None:
        return self.line_of(self.current) if self.current is not None else None

    def open_row(self, row_id: str) -> None:
        self.read_line()

    def read_line(self) -> None:
        """Show the line under the cursor in full."""
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
        row = self._current
        if command_id in _ON_ROW and row is None:
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

    def on_virtual_table_cursor_moved(self, event: VirtualTable.CursorMoved) -> None:
        event.stop()
        self.find_wanted(event, self._lines)
        self.refresh_bindings()

    def copies(self) -> Sequence[Copy]:
        row = self._current
        return [Copy("Text", row.name)] if row is not None and not row.is_private else ()


def this_minute(now: datetime) -> datetime:
    """The present as the store is asked for it: within a minute the question stays the same, and so may the answer."""
    return now.replace(second=0, microsecond=0)


def _past(page: Callable[[paging.PageRequest], Page[T]], request: PageRequest, wanted: paging.PageRequest) -> Page[T]:
    """The past lines that are wanted. The first page is asked for whole, whatever stands above it: that question can
    be put before anybody knows how many lines those are."""
    if not wanted.limit:
        return Page(rows=(), cursors=(), more=False)
    if request.start:
        return page(wanted)
    first, room = page(paging.PageRequest(limit=request.limit)), wanted.limit
    more = first.more or len(first.rows) > room
    return Page(rows=first.rows[:room], cursors=first.cursors[:room], more=more)


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
