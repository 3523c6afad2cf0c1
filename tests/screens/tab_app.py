"""One tab of the card alone, with its footer: enough to look at it and to press its keys."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

from textual.app import App, ComposeResult
from textual.pilot import Pilot

from crm_tui.config import Settings
from crm_tui.screens.base import CrmScreen
from crm_tui.screens.card_tab import CardTab
from crm_tui.screens.session import CardRequest, Session
from crm_tui.store.customers import CustomerCard
from crm_tui.store.port import Store
from crm_tui.themes import THEMES, variable_defaults

NOW = datetime(2025, 11, 18, 8, tzinfo=UTC)
TODAY = date(2025, 11, 18)


class TabScreen(CrmScreen):
    """A screen with nothing but the tab and the footer."""

    def __init__(self, session: Session, tab: CardTab) -> None:
        super().__init__(session)
        self._tab = tab

    def compose(self) -> ComposeResult:
        yield self._tab
        yield from self.compose_frame()

    def on_mount(self) -> None:
        self.call_after_refresh(self._tab.focus_first)


class TabApp(App[None]):
    """Shows the tab that ``make`` makes, for one customer of a store."""

    ENABLE_COMMAND_PALETTE = False

    def __init__(
        self, make: Callable[[Session], CardTab], store: object, card: CustomerCard, *, theme: str = "crm-dark"
    ) -> None:
        super().__init__()
        settings = Settings()
        for own in THEMES:
            self.register_theme(own)
        self.set_keymap(settings.keys.changes())
        self._wanted_theme = theme
        self.copied: list[str] = []
        zone = ZoneInfo("Europe/Helsinki")
        self.session = Session(cast(Store, store), settings, self, now=lambda: NOW, zone=zone, export_folder=Path())
        self.tab = make(self.session)
        self.tab.card = card

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return variable_defaults(self.theme)

    def on_mount(self) -> None:
        self.theme = self._wanted_theme
        self.push_screen(TabScreen(self.session, self.tab))

    def copy_to_clipboard(self, text: str) -> None:
        self.copied.append(text)

    # -- Navigator: there is nowhere to go ----------------------------------------------------------------------

    def open_card(self, request: CardRequest) -> None: ...
    def open_card_then(self, customer: int, then: Callable[[Any], None]) -> None: ...
    def open_list(self, place: str) -> None: ...
    def back_to_list(self) -> None: ...
    def open_store(self, place: object) -> None:
        raise AssertionError("not from a tab alone")

    def redraw(self) -> None: ...
    def themes(self) -> Iterable[tuple[str, str]]:
        return ()


def shown(app: App[None]) -> list[str]:
    """The lines on screen, as text."""
    return [
        "".join(segment.text for segment in line).rstrip() for line in app.screen._compositor.render_strips(app.size)
    ]


async def settle(pilot: Pilot[None]) -> None:
    """Wait until the store has answered and everything is on screen."""
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()
    await pilot.pause()


async def press(pilot: Pilot[None], *keys: str) -> None:
    """Press keys and wait for what they lead to."""
    await pilot.press(*keys)
    await settle(pilot)
