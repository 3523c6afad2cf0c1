"""A program that shows one dialog and keeps what it gives: enough to press its keys and to look at it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

from textual.app import App
from textual.filter import LineFilter
from textual.pilot import Pilot
from textual.worker import WorkerCancelled

from crm_tui.drawn import ControlFilter
from crm_tui.keymap import resolve
from crm_tui.themes import THEMES, variable_defaults
from crm_tui.widgets.dialog import Dialog

KEYS = resolve()
#: what every text of the user's may hold
HOSTILE = "[/] [@click=app.quit]x[/] \x1b[31mred \x9b2J 東京都 \udce9"


class DialogApp(App[None]):
    """Shows the dialog at once; `results` is what it gave, once it is closed."""

    ENABLE_COMMAND_PALETTE = False

    def __init__(self, dialog: Dialog[Any], *, theme: str = "crm-dark") -> None:
        super().__init__()
        for own in THEMES:
            self.register_theme(own)
        self.theme = theme
        self._wanted = dialog
        self.results: list[Any] = []
        self.said: list[str] = []

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return variable_defaults(self.theme)

    def get_line_filters(self) -> Sequence[LineFilter]:
        return [*super().get_line_filters(), ControlFilter()]

    def on_mount(self) -> None:
        self.push_screen(self._wanted, self.results.append)

    def notify(self, message: str, **more: Any) -> None:
        self.said.append(message)
        super().notify(message, **more)


class Shown:
    """The dialog on its screen, for a person who presses keys and reads."""

    def __init__(self, app: DialogApp, pilot: Pilot[None]) -> None:
        self.app, self.pilot = app, pilot

    async def settle(self) -> None:
        """Wait until every answer is on screen."""
        for _ in range(3):
            with suppress(WorkerCancelled):  # its dialog closed while it was asked: nobody waits for that answer
                await self.app.workers.wait_for_complete()
            await self.pilot.pause()

    async def press(self, *keys: str) -> None:
        """Press keys and wait for what they lead to."""
        await self.pilot.press(*keys)
        await self.settle()

    async def click(self, text: str) -> None:
        """Click on the first place where a text stands."""
        for y, line in enumerate(self.lines):
            if text in line:
                await self.pilot.click(offset=(line.index(text) + 1, y))
                await self.settle()
                return
        raise AssertionError(f"{text!r} is not on screen:\n" + "\n".join(self.lines))

    @property
    def lines(self) -> list[str]:
        """The lines on screen, as they are written to the terminal."""
        strips = self.app.screen._compositor.render_strips(self.app.size)
        return ["".join(segment.text for segment in strip).rstrip() for strip in strips]

    @property
    def text(self) -> str:
        """All that is on screen."""
        return "\n".join(self.lines)

    @property
    def row(self) -> str:
        """The row under the cursor."""
        return next(line for line in self.lines if "▌" in line)

    @property
    def result(self) -> Any:
        """What the dialog gave; it must be closed."""
        assert len(self.app.results) == 1, self.text
        return self.app.results[0]


@asynccontextmanager
async def showing(dialog: Dialog[Any], *, size: tuple[int, int] = (120, 40)) -> AsyncIterator[Shown]:
    """The dialog in a running program."""
    app = DialogApp(dialog)
    async with app.run_test(size=size) as pilot:
        shown = Shown(app, pilot)
        await shown.settle()
        yield shown
