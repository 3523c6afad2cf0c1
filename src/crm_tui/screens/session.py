"""What every screen of a running program shares: the store, the settings, the clock, and where one can go."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, tzinfo
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from crm_tui.config import Settings
from crm_tui.domain.entities import Kind
from crm_tui.domain.permission_words import case_limit, list_limit
from crm_tui.domain.permissions import Action, may
from crm_tui.interchange.user_files import AnyFiles, UserFiles
from crm_tui.keymap import Keys
from crm_tui.opened import Opened, Stores
from crm_tui.registers.port import Registers
from crm_tui.store.customers import CustomerQuery
from crm_tui.store.drafts import Draft
from crm_tui.store.locate import FILE, Place
from crm_tui.store.port import Store
from crm_tui.store.search import Hit
from crm_tui.store.settings import Actor

#: the list that the program begins with
FIRST = "customers"
#: why nothing of the organization's own customer can be changed from its card and from the list
OWN_COMPANY = "this is your own company: it can't be changed here"


class View(NamedTuple):
    """A place to come back to: a list (``customer`` is None), or a customer's card over a list, on one of its tabs."""

    place: str
    customer: int | None = None
    tab: int = 1


class CardRequest(NamedTuple):
    """A card to open. ``query`` is the list that next and previous walk through; ``kind`` and ``entity`` the
    row to put the cursor on."""

    customer: int
    tab: int = 1
    query: CustomerQuery | None = None
    kind: Kind | None = None
    entity: int | None = None


class Navigator(Protocol):
    """What can be asked of the program as a whole."""

    def open_card(self, request: CardRequest) -> None: ...
    def open_card_then(self, customer: int, then: Callable[[Any], None]) -> None: ...
    def open_list(self, place: str) -> None: ...
    def back_to_list(self) -> None: ...
    def open_store(self, place: Place) -> None: ...
    def redraw(self) -> None: ...
    def themes(self) -> Iterable[tuple[str, str]]: ...


class Keeper(Protocol):
    """Keeps what is typed in open forms; returns at once."""

    def note(self, draft: Draft) -> None: ...
    def drop(self, key: str) -> None: ...
    def all(self) -> tuple[Draft, ...]: ...
    def forget(self, form: str, entity: int) -> None: ...


class NoKeeper:
    """Where there is no folder to keep drafts in: what is typed is kept by the form alone."""

    def note(self, draft: Draft) -> None:
        """Nothing is kept."""

    def drop(self, key: str) -> None:
        """Nothing was kept."""

    def all(self) -> tuple[Draft, ...]:
        """There are none."""
        return ()

    def forget(self, form: str, entity: int) -> None:
        """Nothing was kept."""


class Session:
    """One run of the program by one user. ``now`` gives the present instant, ``zone`` is the user's."""

    def __init__(
        self,
        store: Store,
        settings: Settings,
        navigator: Navigator,
        *,
        now: Callable[[], datetime],
        zone: tzinfo,
        export_folder: Path,
        files: UserFiles | None = None,
        drafts: Keeper | None = None,
        documents: Path | None = None,
        registers: Registers | None = None,
        where: Place | None = None,
        stores: Stores | None = None,
    ) -> None:
        """``files`` None: all that the system lets the user have. ``documents`` is the private folder for files that
        are opened on the desktop; without ``registers`` none is asked, and without ``stores`` no other can be opened.
        """
        self.store = store
        self.where = where
        self.stores = stores
        self.registers = registers
        self.drafts: Keeper = drafts or NoKeeper()
        self.documents = documents
        self.actor: Actor | None = None
        self.erased = ""  # who was erased last, as long as nothing was changed since: undo can't bring them back
        self.settings = settings
        self.now = now
        self.zone = zone
        self.export_folder = export_folder
        self.files = files or AnyFiles()
        self._navigator = navigator
        self._view = View(FIRST)
        self._before: View | None = None

    def on(self, opened: Opened) -> Session:
        """The same program and user's settings on another store."""
        return Session(
            opened.store,
            self.settings,
            self._navigator,
            now=self.now,
            zone=self.zone,
            export_folder=self.export_folder,
            files=self.files,
            drafts=opened.drafts,
            documents=self.documents,
            registers=self.registers,
            where=opened.place,
            stores=self.stores,
        )

    @property
    def store_name(self) -> str:
        """What people call the store; of one that is in no file with its kind."""
        if self.where is None:
            return self.store.name
        return self.where.name if self.where.kind == FILE else f"{self.where.name} ({self.where.kind})"

    @property
    def keys(self) -> Keys:
        """The keys in force."""
        return self.settings.keys

    @property
    def today(self) -> date:
        """Today, where the user is."""
        return self.now().astimezone(self.zone).date()

    def may(self, action: Action, kind: Kind) -> bool | str:
        """Whether the user may do this at all, or why not, in words for a disabled command."""
        if self.actor is None:
            return "your permissions are still being read"
        decision = may(self.actor.profile, action, kind)
        return True if decision else f"it needs the permission “{decision.missing}”"

    def missing(self, action: Action, kind: Kind) -> str:
        """The permission that the user lacks for this; empty where none is, or while it is not known."""
        return (may(self.actor.profile, action, kind).missing or "") if self.actor is not None else ""

    @property
    def case_limit(self) -> str:
        """The permission that may leave out cases, what is on them, and money; empty where none does."""
        return case_limit(self.actor.profile) if self.actor is not None else ""

    @property
    def list_limit(self) -> str:
        """The permission that may leave out money in the list of customers; empty where none does."""
        return list_limit(self.actor.profile) if self.actor is not None else ""

    # -- going places -----------------------------------------------------------------------------------------

    @property
    def has_last_view(self) -> bool:
        """Whether another view was open before this one."""
        return self._before is not None

    @property
    def place(self) -> str:
        """The list that is shown, or that the card lies over."""
        return self._view.place

    def visited(self, customer: int, tab: int) -> None:
        """The card says what it shows now."""
        self._visit(View(self.place, customer, tab))

    def _visit(self, view: View) -> None:
        if view != self._view:
            self._before, self._view = self._view, view

    def last_view(self) -> None:
        """Switch to the view that was open before this one."""
        before = self._before
        if before is None:
            return
        if before.customer is None:
            self.open_list(before.place)
            return
        if before.place != self.place:
            self._navigator.open_list(before.place)
        self._visit(before)
        self.open_card(CardRequest(before.customer, before.tab))

    def open_card(self, request: CardRequest) -> None:
        """Open a customer's card, or show another customer on the one that is open."""
        self._navigator.open_card(request)

    def open_card_then(self, customer: int, then: Callable[[Any], None]) -> None:
        """Open a customer's card and go on there; ``then`` gets the card's screen."""
        self._navigator.open_card_then(customer, then)

    def open_hit(self, hit: Hit) -> None:
        """Go where something was found."""
        self._navigator.open_card(CardRequest(hit.customer, hit.tab, kind=hit.kind, entity=hit.id))

    def open_list(self, place: str) -> None:
        """Go to a list, as it was left; see screens.lists for their names."""
        self._navigator.open_list(place)
        self._visit(View(place))

    def back_to_list(self) -> None:
        """Go back from the card to the list that it lies over."""
        self._navigator.back_to_list()
        self._visit(View(self.place))

    def open_store(self, place: Place) -> None:
        """Open another store in the place of this one."""
        self._navigator.open_store(place)

    def redraw(self) -> None:
        """Write the whole screen again."""
        self._navigator.redraw()

    def themes(self) -> Iterable[tuple[str, str]]:
        """Names of the themes, with a word about each."""
        return self._navigator.themes()
