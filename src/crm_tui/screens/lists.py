"""The lists that one can go to from anywhere: customers and others over all of them. Each stays as it was left.

A new one takes a line in LISTS, the command ``go.NAME`` in the scope LISTS with its ``do_`` method in screens/base.py,
and a subclass of ListScreen.
"""

from __future__ import annotations

from importlib import import_module
from typing import ClassVar, NamedTuple

from textual.message import Message
from textual.timer import Timer

from crm_tui.commands import in_scope
from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import Denied
from crm_tui.domain.permissions import Action
from crm_tui.places import Scope
from crm_tui.screens.base import CrmScreen
from crm_tui.screens.session import Session
from crm_tui.store.settings import Actor
from crm_tui.widgets.cells import EMPTY, cell, join
from crm_tui.widgets.command_target import Availability
from crm_tui.widgets.place_line import PlaceLine, PlaceName


class ListPlace(NamedTuple):
    """A list: what it is called, and the screen that shows it."""

    title: str
    short: str
    module: str
    screen: str


#: name of a list -> the list, in the order in which they stand in the header
LISTS: dict[str, ListPlace] = {
    "customers": ListPlace("Customers", "Customers", "customers", "CustomersScreen"),
    "contacts": ListPlace("Contacts", "Contacts", "people", "ContactsScreen"),
    "mine": ListPlace("My activities", "Mine", "mine", "MineScreen"),
    "duplicates": ListPlace("Duplicates", "Duplicates", "duplicates", "DuplicatesScreen"),
}


def list_class(place: str) -> type[ListScreen]:
    """The screen of a list. Its module is imported when it is first shown."""
    found: type[ListScreen] = getattr(import_module(f"crm_tui.screens.{LISTS[place].module}"), LISTS[place].screen)
    return found


class ListScreen(CrmScreen):
    """Base of the lists. It has the header line; ``compose`` yields it first."""

    COMMAND_IDS = in_scope(Scope.LISTS)
    #: its name in LISTS
    PLACE: ClassVar[str]
    #: what it lists
    OF: ClassVar[Kind] = Kind.CUSTOMER

    class Filled(Message):
        """What is listed has come for the first time, or it is known that it does not."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._rest: Timer | None = None  # waits for the cursor to come to rest before more is read
        self._was_hidden = False
        names = [
            PlaceName(place, self.key(f"go.{place}"), each.title, each.short, place == self.PLACE)
            for place, each in LISTS.items()
        ]
        self._header = PlaceLine(names)

    def on_mount(self) -> None:
        self.show_who()

    def _got_actor(self, actor: Actor) -> None:
        super()._got_actor(actor)
        self.show_who()
        was_hidden, self._was_hidden = self._was_hidden, self.is_hidden
        if self.is_hidden:
            self.show_nothing()
        elif was_hidden:
            self.list_again()

    @property
    def is_hidden(self) -> bool:
        """Whether the user may not see what is listed, as far as is known."""
        return bool(self.session.missing(Action.SEE, self.OF))

    @property
    def is_still_reading(self) -> bool:
        """Whether what the user may do, or the first rows, have not come yet."""
        return self.session.actor is None

    def list_again(self) -> None:
        """Read the list from its start."""
        raise NotImplementedError

    def show_nothing(self) -> None:
        """What is listed may not be seen, or not any more: none of it stays on screen, and the list says why."""
        raise NotImplementedError

    def show_who(self) -> None:
        """Who works here and on which store, at the right of the header."""
        actor = self.session.actor
        me = cell((actor.user.name, "muted")) if actor is not None else EMPTY
        name = self.session.store_name
        store = cell((name, "muted")) if name else EMPTY
        self._header.show_right(join([me, store], " · "), me or store)

    def on_place_line_place_chosen(self, event: PlaceLine.PlaceChosen) -> None:
        event.stop()
        self.session.open_list(event.place)

    def show_denied(self, error: Denied) -> None:
        """Who may not see what is listed reads that in the list; a toast would say no more."""
        if not self.is_hidden:
            super().show_denied(error)

    def availability(self, command_id: str) -> Availability:
        if command_id == f"go.{self.PLACE}":
            return "it is open"
        return super().availability(command_id)
