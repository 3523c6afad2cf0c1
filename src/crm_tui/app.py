"""The composition root of the screens: store, settings, theme and keys come together here."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, tzinfo
from functools import partial
from pathlib import Path
from time import time
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from textual import work
from textual.driver import Driver

from crm_tui import themes
from crm_tui.config import Settings
from crm_tui.domain import vat
from crm_tui.domain.errors import CrmError
from crm_tui.drafting import DraftKeeper
from crm_tui.interchange.user_files import UserFiles
from crm_tui.opened import Opened, Stores
from crm_tui.registers.port import Registers
from crm_tui.screens.asking import TELL
from crm_tui.screens.base import CrmScreen
from crm_tui.screens.dialogs.drafts import offer_drafts
from crm_tui.screens.lists import LISTS, ListScreen, list_class
from crm_tui.screens.session import FIRST, CardRequest, Session
from crm_tui.store.locate import Place
from crm_tui.store.port import Store
from crm_tui.terminal.app import TerminalApp
from crm_tui.terminal.standing import Standing
from crm_tui.terminal.type_ahead import Hold, hold_keys
from crm_tui.text import clean
from crm_tui.zones import zone_of

if TYPE_CHECKING:
    from crm_tui.screens.customer_card import CustomerCardScreen

#: seconds after which the card is read ahead: when the list stands and nothing waits
_AHEAD = 0.5
#: seconds between two looks at whether all is saved
_MOMENT = 0.05
_ABOUT = {
    "crm-dark": "dark",
    "crm-light": "light",
    "crm-contrast": "high contrast",
    "ansi-dark": "the 16 colours of your terminal",
    "ansi-light": "the 16 colours of your terminal, on a light ground",
}


@runtime_checkable
class _Typed(Protocol):
    """A screen in which something may be typed and not saved."""

    def keep(self) -> None:
        """Keep what is typed as a draft."""


class CrmApp(TerminalApp):
    """The program with screens. ``now`` and ``zone`` say what time it is where the user is; ``notices`` are told at
    the start, with those of the store. ``files`` are what the user may name, ``withheld`` the ids of commands that are
    not theirs. ``wire``: "diff" or "plain", other than the settings say."""

    TITLE = "crm-tui"
    ENABLE_COMMAND_PALETTE = False  # ours is made from the command table
    CSS_PATH = ["screens/customers.tcss", "screens/customer_card.tcss"]

    def __init__(
        self,
        store: Store,
        settings: Settings = Settings(),  # noqa: B008 - immutable
        *,
        theme: str = "crm-dark",
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        zone: tzinfo | None = None,
        export_folder: Path | None = None,
        files: UserFiles | None = None,
        withheld: frozenset[str] = frozenset(),
        crash_folder: Path,
        drafts: DraftKeeper | None = None,
        documents: Path | None = None,
        registers: Registers | None = None,
        notices: Sequence[str] = (),
        motion: bool = True,
        wire: str | None = None,
        standing: Standing | None = None,
        where: Place | None = None,
        stores: Stores | None = None,
    ) -> None:
        super().__init__(
            crash_folder=crash_folder,
            motion=motion,
            copy_command=settings.copy_command,
            open_command=settings.open_command,
            escape_delay=settings.escape_delay,
            mouse=settings.mouse,
            sparing=(wire or settings.wire) == "diff",
            standing=standing,
        )
        self.withheld = withheld
        self._first_theme = theme
        self._let_keys_go: Callable[[], None] = lambda: None
        self._notices = tuple(notices)
        self._drafts = drafts
        if drafts is not None:
            drafts.failed = self._drafts_failed
        self.session = Session(
            store,
            settings,
            self,
            now=now,
            zone=zone or zone_of(settings.time_zone),
            export_folder=export_folder or settings.export_folder or Path.cwd(),
            files=files,
            drafts=drafts,
            documents=documents,
            registers=registers,
            where=where,
            stores=stores,
        )
        for own in themes.THEMES:
            self.register_theme(own)
        self.set_keymap(settings.keys.changes())

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return themes.variable_defaults(self.theme)

    def is_worth_showing(self) -> bool:
        screen = self.screen
        return len(self.screen_stack) > 1 and not (isinstance(screen, ListScreen) and screen.is_still_reading)

    def save_drafts(self) -> None:
        """Write what is typed in open forms; needs no event loop."""
        for screen in self.screen_stack:
            if isinstance(screen, _Typed):
                screen.keep()  # the messages of the last keys may not have come to the form yet
        if self._drafts is not None:
            self._drafts.flush()

    @work(thread=True, exit_on_error=False)
    def _tidy_documents(self) -> None:
        """Copies of files that were opened on the desktop go after a day."""
        if self.session.documents is not None:
            from crm_tui.terminal.documents import remove_old_copies

            remove_old_copies(self.session.documents, time())

    @work(thread=True, exit_on_error=False)
    def _read_ahead(self) -> None:
        """The card and what it reads with, which the first screen does without, while nobody waits for them."""
        from crm_tui.screens import customer_card  # noqa: F401 - imported to be there

        vat.get_ready()
        for facet in ("contacts", "addresses", "activities", "notes", "cases", "finance", "files"):
            getattr(self.session.store, facet)
        if gc.get_freeze_count():  # in a process of its own, see cli/open.py: none of this is ever garbage either
            gc.freeze()

    def _drafts_failed(self, error: CrmError) -> None:
        """Told in the thread that writes drafts, once until it can write again."""
        self.call_later(
            self.notify,
            f"What you type is not kept as a draft now: {clean(str(error))}",
            severity="warning",
            timeout=10,
            markup=False,
        )

    def on_mount(self) -> None:
        self.theme = self._first_theme
        self._let_keys_go = self.hold_keys(self)  # what is typed before the rows have come is meant for them
        self._show_first((*self.session.store.notices, *self._notices))
        self._tidy_documents()
        self.set_timer(_AHEAD, self._read_ahead)

    def _show_first(self, notices: Sequence[str]) -> None:
        """The list that a store begins with, and what there is to be said about it."""
        first = self._list(FIRST)
        self.push_screen(first)
        first.call_after_refresh(offer_drafts, first)
        for notice in notices:
            self.notify(notice, severity="warning", timeout=15, markup=False)

    def on_list_screen_filled(self) -> None:
        self._let_keys_go()

    # -- Navigator ----------------------------------------------------------------------------------------------

    def open_card(self, request: CardRequest) -> None:
        """Show a customer on the card that is open, or open one over the customers."""
        from crm_tui.screens.customer_card import CustomerCardScreen  # a quarter of the program: not at the start

        while isinstance(self.screen, CrmScreen) and not isinstance(self.screen, ListScreen | CustomerCardScreen):
            self.pop_screen()  # such as the registries, which lie over the list, or over a card
        card = next((each for each in self.screen_stack if isinstance(each, CustomerCardScreen)), None)
        if card is None:
            self.push_screen(CustomerCardScreen(self.session, request))
        else:
            card.show(request)

    def open_card_then(self, customer: int, then: Callable[[CustomerCardScreen], None]) -> None:
        """Show a customer, and go on there."""
        from crm_tui.screens.customer_card import CustomerCardScreen

        self.open_card(CardRequest(customer))
        card = next(each for each in self.screen_stack if isinstance(each, CustomerCardScreen))
        card.call_after_refresh(then, card)

    def open_list(self, place: str) -> None:
        """Show a list, with its filter and cursor as they were left."""
        self.back_to_list()
        self.switch_screen(self._list(place))

    def _list(self, place: str) -> ListScreen:
        """A list is made when it is first shown; Textual keeps what is installed while it is not shown."""
        if not self.is_screen_installed(place):
            self.install_screen(list_class(place)(self.session), place)
        return self.get_screen(place, ListScreen)

    def back_to_list(self) -> None:
        """Show the list that the card, and whatever is over it, lies over."""
        while len(self.screen_stack) > 2:
            self.pop_screen()

    def open_store(self, place: Place) -> None:
        """Open another store, and only then leave this one; what is typed and not saved stays as drafts of it, what is
        being saved is waited for. Keys that are typed meanwhile are for the store that comes."""
        stores, screen = self.session.stores, self.screen
        if stores is None or not isinstance(screen, CrmScreen):
            return
        release = hold_keys(self)

        def opened(found: Opened) -> None:
            if release.is_given_up:
                self._close_behind(found.store, found.drafts)
            else:
                self._when_saved(partial(self._leave_for, found, release))

        screen.look("open store", lambda: stores.open(place), opened, failed=release)

    def _when_saved(self, go_on: Callable[[], object], *, was_quiet: bool = False) -> None:
        """Go on once all that was changed is saved, and it was said what came of it."""
        is_quiet = not any(each.is_running and each.group.startswith(TELL) for each in self.workers)
        if is_quiet and was_quiet:
            go_on()
        else:
            self.set_timer(_MOMENT, partial(self._when_saved, go_on, was_quiet=is_quiet))

    def _leave_for(self, opened: Opened, release: Hold) -> None:
        self.run_worker(self._go_on_with(opened, release), exit_on_error=False)

    async def _go_on_with(self, opened: Opened, release: Hold) -> None:
        """Show another store from its first list on; nothing that was read of the old one stays."""
        self.save_drafts()
        old, self.session = self.session, self.session.on(opened)
        before, self._drafts = self._drafts, opened.drafts
        opened.drafts.failed = self._drafts_failed
        while len(self.screen_stack) > 1:
            await self.pop_screen()
        for place in LISTS:
            if self.is_screen_installed(place):
                left = self.get_screen(place)
                self.uninstall_screen(place)
                await left.remove()
        self._show_first((*opened.store.notices, *opened.notices))
        release.call_when_drawn(self.screen)
        self._close_behind(old.store, before)

    @work(thread=True, exit_on_error=False)
    def _close_behind(self, store: Store, drafts: DraftKeeper | None) -> None:
        """Close what was worked on before."""
        if drafts is not None:
            drafts.close()
        store.close()

    def let_go(self) -> None:
        """Close what is worked on, when the program is over."""
        try:
            if self._drafts is not None:
                self._drafts.close()
        finally:
            self.session.store.close()

    def redraw(self) -> None:
        """Write every cell of the screen again."""
        driver: Driver | None = self._driver
        if driver is not None:
            driver.write("\x1b[2J")
        self.forget_shown()
        self.screen.refresh(repaint=True, layout=True)

    def themes(self) -> Iterable[tuple[str, str]]:
        """Our own themes first, then Textual's."""
        names = themes.theme_names()
        return [(name, _ABOUT.get(name, "")) for name in names]
