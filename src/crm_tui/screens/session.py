"""What every screen of a running program shares: the store, the settings, the clock, and where one can go."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, tzinfo
from pathlib import Path
from typing import NamedTuple, Protocol

from crm_tui.config import Settings
from crm_tui.domain.entities import Kind
from crm_tui.keymap import Keys
from crm_tui.store.customers import CustomerQuery
from crm_tui.store.port import Store
from crm_tui.store.search import Hit


class View(NamedTuple):
    """A place to come back to: a customer's card on one of its tabs, or the customers list (None)."""

    customer: int | None
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
    def open_customers(self) -> None: ...
    def redraw(self) -> None: ...
    def themes(self) -> Iterable[tuple[str, str]]: ...


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
    ) -> None:
        self.store = store
        self.settings = settings
        self.now = now
        self.zone = zone
        self.export_folder = export_folder
        self._navigator = navigator
        self._view = View(None)
        self._before: View | None = None

    @property
    def keys(self) -> Keys:
        """The keys in force."""
        return self.settings.keys

    @property
    def today(self) -> date:
        """Today, where the user is."""
        return self.now().astimezone(self.zone).date()

    # -- going places -----------------------------------------------------------------------------------------

    @property
    def has_last_view(self) -> bool:
        """Whether another view was open before this one."""
        return self._before is not None

    def visited(self, view: View) -> None:
        """A screen says what it shows now."""
        if view != self._view:
            self._before, self._view = self._view, view

    def last_view(self) -> None:
        """Switch to the view that was open before this one."""
        if self._before is None:
            return
        if self._before.customer is None:
            self.open_customers()
        else:
            self.open_card(CardRequest(self._before.customer, self._before.tab))

    def open_card(self, request: CardRequest) -> None:
        """Open a customer's card, or show another customer on the one that is open."""
        self._navigator.open_card(request)

    def open_hit(self, hit: Hit) -> None:
        """Go where something was found."""
        self._navigator.open_card(CardRequest(hit.customer, hit.tab, kind=hit.kind, entity=hit.id))

    def open_customers(self) -> None:
        """Go back to the customers."""
        self._navigator.open_customers()

    def redraw(self) -> None:
        """Write the whole screen again."""
        self._navigator.redraw()

    def themes(self) -> Iterable[tuple[str, str]]:
        """Names of the themes, with a word about each."""
        return self._navigator.themes()
