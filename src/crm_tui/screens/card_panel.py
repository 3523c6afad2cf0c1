"""What the panels of the card share: they read their own part of a customer and answer their own table."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar, Literal, TypeVar

from textual.message import Message
from textual.widget import Widget

from crm_tui.domain.entities import Entity, Kind
from crm_tui.domain.permissions import Action
from crm_tui.screens.asking import Asking
from crm_tui.screens.copying import Copy
from crm_tui.screens.customer_list import request_for
from crm_tui.screens.dialogs.reading import Reading, ReadingDialog, audit
from crm_tui.screens.present import Clock, limited
from crm_tui.screens.session import OWN_COMPANY, Session
from crm_tui.store.customers import CustomerCard
from crm_tui.store.paging import Page, PageRequest
from crm_tui.store.port import Store
from crm_tui.widgets.cells import Cell, cell, join
from crm_tui.widgets.command_target import Availability, CommandTarget
from crm_tui.widgets.facts import Fact
from crm_tui.widgets.panel import Panel
from crm_tui.widgets.rows import Row
from crm_tui.widgets.virtual_table import VirtualTable

T = TypeVar("T")
E = TypeVar("E", bound=Entity)
#: so many rows are counted at once, the longest first
_STRIDES = (10_000, 1_000, 100)


class CardPanel(Asking, CommandTarget, Panel):
    """A panel of a tab. ``read`` is called with the card whenever there is something new to show."""

    @dataclass
    class FormWanted(Message):
        """A form is to be opened; the cursor then goes to what was saved, of this kind."""

        form: str
        kind: Kind
        entity: int | None = None
        given: dict[str, Any] | None = None
        focus: str = ""

    @dataclass
    class ChangeWanted(Message):
        """A change that needs no form; `done` says what it did, `undoable` whether one may take it back."""

        call: Callable[[Store], object]
        done: str
        undoable: bool = True

    @dataclass
    class ChangeMade(Message):
        """The panel changed something itself; `done` says what."""

        done: str

    @dataclass
    class GoWanted(Message):
        """The cursor is to go to another row of this customer, on whatever tab it is."""

        tab: int
        kind: Kind
        entity: int

    #: kinds of things that it lists
    KINDS: ClassVar[tuple[Kind, ...]] = ()
    #: it lists things of cases, too, or only those: where permissions may leave some out, its foot says so
    OF_CASES: ClassVar[Literal["", "some", "all"]] = ""

    def __init__(self, session: Session, title: str, *children: Widget, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__(title, *children, id=id)
        self.session = session
        self.card: CustomerCard | None = None
        self._wanted: str | None = None

    def show(self, card: CustomerCard) -> None:
        """Show this customer."""
        again = self.card is not None and self.card.customer.id == card.customer.id
        self.card = card
        if not again:
            self._wanted = None
        self.read(card, again=again)
        self.refresh_bindings()

    def read(self, card: CustomerCard, *, again: bool) -> None:
        """Show what the card brings along, and ask the store for the rest. ``again``: it is the same customer,
        so the cursor stays where it is."""
        raise NotImplementedError

    def set_foot(self, foot: str | Cell) -> None:
        """The foot, after the permission that may leave out something."""
        keys = foot if isinstance(foot, Cell) else cell((foot, "muted"))
        super().set_foot(join([limited(self._limit()), keys]))

    def _limit(self) -> str:
        sees_none = self.session.missing(Action.SEE, Kind.CASE)
        if not self.OF_CASES or (self.OF_CASES == "all" and sees_none):
            return ""  # where all is hidden, that stands in its place
        return self.session.case_limit

    def put_cursor_on(self, kind: Kind, entity: int) -> bool:
        """Put the cursor on this row, once it is there; False if it is none of this panel's."""
        return False

    def keep(self) -> None:
        """Keep what is being typed in it as a draft, if anything is. Needs no event loop."""

    def put_away(self) -> None:
        """Stop typing in it; what was typed stays a draft."""

    def copies(self) -> Sequence[Copy]:
        """What there is to copy where the cursor is."""
        return ()

    def links(self) -> Sequence[Copy]:
        """What there is to open where the cursor is."""
        return ()

    def on_virtual_table_row_chosen(self, event: VirtualTable.RowChosen) -> None:
        event.stop()
        self.open_row(event.row.id)

    def open_row(self, row_id: str) -> None:
        """Enter on a row: show it in full with ``read_in_full``."""

    # -- changing things -----------------------------------------------------------------------------------------

    def may(self, action: Action, kind: Kind) -> Availability:
        """Whether the user may do this here, or why not. The own company is changed nowhere on the card."""
        if self.card is None:
            return "the customer is still being read"
        if self.card.customer.is_internal and kind not in (Kind.ACTIVITY, Kind.NOTE):
            return OWN_COMPANY
        return self.session.may(action, kind)

    def want_form(self, form: str, kind: Kind, entity: int | None = None, **more: Any) -> None:
        """Ask the screen for a form."""
        self.post_message(self.FormWanted(form, kind, entity, **more))

    def want_change(self, call: Callable[[Store], object], done: str, *, undoable: bool = True) -> None:
        """Ask the screen to carry out a change."""
        self.post_message(self.ChangeWanted(call, done, undoable))

    def show_history(self, title: str, kind: Kind, entity: int) -> None:
        """Show who changed what of this and when."""
        from crm_tui.screens.dialogs.history import HistoryDialog

        self.app.push_screen(HistoryDialog(self.session, title, kind, entity))

    # -- for subclasses -----------------------------------------------------------------------------------------

    def want_row(self, table: VirtualTable, row_id: str) -> bool:
        """Put the cursor on a row; one that is not here yet is looked for when rows have come."""
        is_here = table.move_to_id(row_id)
        self._wanted = None if is_here else row_id
        return is_here

    def find_wanted(self, event: VirtualTable.CursorMoved, known: Container[str]) -> None:
        """Rows of the customer came: put the cursor on the one that is wanted. It is looked for once; the cursor
        never jumps later on. ``known`` are the ids of the rows that came."""
        if event.row is None and event.table.total is None:
            return  # it was emptied, and is about to be filled
        if event.generation != event.table.generation:
            return  # it moved among rows that are being read again
        if self._wanted is not None and (event.row is None or event.row.id in known):
            wanted, self._wanted = self._wanted, None
            event.table.move_to_id(wanted)

    @property
    def store(self) -> Store:
        """The store, as the user of this session."""
        return self.session.store

    @property
    def clock(self) -> Clock:
        """The present, for relative dates."""
        return Clock(self.session.now(), self.session.zone, self.session.settings)

    def key(self, command_id: str, words: str) -> Cell:
        """A key with words, for the foot of a panel."""
        return cell((self.session.keys.shown(command_id), "key"), (f" {words}", "muted"))

    def read_in_full(
        self,
        title: str,
        entity: Callable[[Store], E],
        facts: Callable[[E], Sequence[Fact]],
        kind: Kind | None = None,
        dialog: type[ReadingDialog] = ReadingDialog,
    ) -> None:
        """Show an entity in a dialog: its facts, who created and updated it, and what of the row under the cursor
        there is to copy and open. From there it can be edited, and its changes seen (of a ``kind``); other commands
        that a ``dialog`` of its own gives are this panel's."""

        def read(store: Store) -> tuple[E, dict[int, str]]:
            return entity(store), {user.id: user.name for user in store.users.list(inactive=True)}

        def show(answer: tuple[E, dict[int, str]]) -> None:
            found, names = answer
            about = [*facts(found), *audit(found, self.session.zone, names)]
            editable = self.availability("list.edit") if "list.edit" in self.COMMAND_IDS else False
            reading = Reading(title, about, self.copies(), self.links(), editable, kind is not None)

            def chosen(command_id: str | None) -> None:
                if command_id == "list.history" and kind is not None:
                    self.show_history(title, kind, found.id)
                elif command_id is not None:
                    self.call_later(self.run_command, command_id)

            self.app.push_screen(dialog(reading, self.session.keys), chosen)

        self.ask_to_open(self.store, "read in full", read, show)

    def answer(
        self,
        event: VirtualTable.RowsWanted,
        call: Callable[[Store, PageRequest], Page[T]],
        as_row: Callable[[T], Row],
        *,
        seen: Callable[[str, T], None] = lambda key, item: None,
        number: Callable[[Store], int] | None = None,
    ) -> None:
        """Answer a table that wants rows, from a page of the store; ``seen`` is told each row's id and item. For a
        jump to the last row the rows are counted to the end as well, by ``number`` where the store can count them."""
        event.stop()
        asked, table = event.request, event.table

        def read(store: Store) -> tuple[Page[T], int | None]:
            length = None
            if asked.exact_total:
                length = number(store) if number is not None else row_count(partial(call, store))
            return call(store, request_for(asked)), length

        def show(answer: tuple[Page[T], int | None]) -> None:
            if event.generation != table.generation:
                return  # of another customer, or of a list that was read again meanwhile
            page, length = answer
            rows = [as_row(item) for item in page.rows]
            for row, item in zip(rows, page.rows, strict=True):
                seen(row.id, item)
            table.show_page(
                asked,
                rows,
                generation=event.generation,
                before=page.cursors[0] if page.cursors else None,
                after=page.cursors[-1] if page.cursors else None,
                total=length,
                exact=length is not None,
            )
            self.post_message(self.Grown(self))
            self.refresh_bindings()

        self.ask(self.store, slot_of(event), read, show, failed=partial(refuse, event))


def slot_of(event: VirtualTable.RowsWanted) -> str:
    """Pages of different places are read side by side; a newer question for the same place replaces the older."""
    return "last rows" if event.request.exact_total else f"rows from {event.request.start}"


def refuse(event: VirtualTable.RowsWanted) -> None:
    """The rows could not be read; moving there asks again."""
    event.table.page_failed(event.request, generation=event.generation)


def row_count(call: Callable[[PageRequest], Page[T]]) -> int:
    """How many rows a list has: counted in strides, of which only the last row is read, and shorter ones at the end."""
    length = 0
    after: str | None = None
    for stride in _STRIDES:
        page = call(PageRequest(limit=1, after=after, skip=stride - 1))
        while page.rows:
            length, after = length + stride, page.cursors[-1]
            if not page.more:
                return length
            page = call(PageRequest(limit=1, after=after, skip=stride - 1))
    return length + len(call(PageRequest(limit=_STRIDES[-1], after=after)).rows)
