"""The composition root of the screens: store, settings, theme and keys come together here."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from textual.driver import Driver

from crm_tui import themes
from crm_tui.config import Settings
from crm_tui.screens.customer_card import CustomerCardScreen
from crm_tui.screens.customers import CustomersScreen
from crm_tui.screens.session import CardRequest, Session
from crm_tui.store.port import Store
from crm_tui.terminal.app import TerminalApp

_ABOUT = {
    "crm-dark": "dark",
    "crm-light": "light",
    "crm-contrast": "high contrast",
    "ansi-dark": "the 16 colours of your terminal",
    "ansi-light": "the 16 colours of your terminal, on a light ground",
}


class CrmApp(TerminalApp):
    """The program with screens. ``now`` and ``zone`` say what time it is where the user is."""

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
        crash_folder: Path,
        motion: bool = True,
    ) -> None:
        super().__init__(
            crash_folder=crash_folder,
            motion=motion,
            copy_command=settings.copy_command,
            open_command=settings.open_command,
            escape_delay=settings.escape_delay,
            mouse=settings.mouse,
        )
        self._first_theme = theme
        self.session = Session(
            store,
            settings,
            self,
            now=now,
            zone=zone or _zone(settings),
            export_folder=export_folder or settings.export_folder or Path.cwd(),
        )
        for own in themes.THEMES:
            self.register_theme(own)
        self.set_keymap(settings.keys.changes())

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return themes.variable_defaults(self.theme)

    def on_mount(self) -> None:
        self.theme = self._first_theme
        self.push_screen(CustomersScreen(self.session))
        for notice in self.session.store.notices:
            self.notify(notice, severity="warning", timeout=15, markup=False)

    # -- Navigator ----------------------------------------------------------------------------------------------

    def open_card(self, request: CardRequest) -> None:
        """Show a customer on the card that is open, or open one over the customers."""
        card = next((each for each in self.screen_stack if isinstance(each, CustomerCardScreen)), None)
        if card is None:
            self.push_screen(CustomerCardScreen(self.session, request))
        else:
            card.show(request)

    def open_customers(self) -> None:
        """Back to the list."""
        while len(self.screen_stack) > 2:
            self.pop_screen()

    def redraw(self) -> None:
        """Write every cell of the screen again."""
        driver: Driver | None = self._driver
        if driver is not None:
            driver.write("\x1b[2J")
        self.screen.refresh(repaint=True, layout=True)

    def themes(self) -> Iterable[tuple[str, str]]:
        """Our own themes first, then Textual's."""
        names = themes.theme_names()
        return [(name, _ABOUT.get(name, "")) for name in names]


def _zone(settings: Settings) -> tzinfo:
    """The user's time zone: as set, else the system's by its name (an offset alone knows no summer time)."""
    link = os.path.realpath("/etc/localtime").partition("zoneinfo/")[2]
    for name in (settings.time_zone, os.environ.get("TZ"), link):
        try:
            if name:
                return ZoneInfo(name.removeprefix(":"))
        except (ZoneInfoNotFoundError, ValueError):
            continue  # a name that is none (TZ may hold a rule instead): the next source
    return datetime.now().astimezone().tzinfo or UTC
