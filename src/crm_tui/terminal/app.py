"""The base of our App: everything between it and the terminal, put together.

The program is `sys.exit(CrmApp(crash_folder=...).run_in_terminal())`, where CrmApp is a TerminalApp.
"""

import asyncio
import os
import threading
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Any

from rich.console import RenderableType
from textual import work
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.filter import LineFilter
from textual.geometry import Region, Size
from textual.message import Message
from textual.screen import Screen

from crm_tui.drawn import ControlFilter
from crm_tui.terminal import clipboard, crash, depth, links
from crm_tui.terminal.abilities import abilities
from crm_tui.terminal.driver import TerminalDriver
from crm_tui.terminal.settling import FEW_LINES, Settling
from crm_tui.terminal.signals import Ending
from crm_tui.terminal.standing import Standing
from crm_tui.terminal.type_ahead import KeysInOrder
from crm_tui.terminal.wire import Wire
from crm_tui.text import clean, cut

# Seconds that keys which were typed before the end came may take; well below signals.GRACE.
KEYS_FIRST = 0.5
# Seconds that a page which was painted before the program stays, if there is nothing better to show.
LONGEST_STAND = 2.0
# Cells of a copied text that its toast shows.
SHOWN = 200


class TerminalApp(KeysInOrder):
    """An App that behaves in real terminals. Override `save_drafts`; start it with `run_in_terminal`.

    `crash_folder`: where reports on internal errors go. `motion`: whether anything may be animated.
    `copy_command`, `open_command`: the user's own programs for copying and for opening links, with arguments;
    none means through the terminal, and with what the desktop has. `escape_delay`: how long a lone Esc is waited
    for (ms), None to find out. `mouse`: whether the terminal is to report it. `sparing`: send only cells that differ
    from what the terminal shows, rather than all that Textual draws. `standing`: a page that is on the terminal
    already.
    """

    class Copied(Message):
        """A text was sent to a clipboard, or not: see `words`."""

        def __init__(self, text: str, sent: bool, words: str) -> None:
            super().__init__()
            self.text, self.sent, self.words = text, sent, words

    def __init__(
        self,
        *,
        crash_folder: Path,
        motion: bool = True,
        copy_command: Sequence[str] = (),
        open_command: Sequence[str] = (),
        escape_delay: int | None = None,
        mouse: bool = True,
        sparing: bool = True,
        standing: Standing | None = None,
    ) -> None:
        super().__init__(driver_class=TerminalDriver)
        if not motion:
            self.animation_level = "none"
        self.crash: Exception | None = None
        self._in_background: BaseException | None = None
        self._crash_folder = crash_folder
        self._copy_command, self._open_command = tuple(copy_command), tuple(open_command)
        self.escape_delay = escape_delay
        self._mouse = mouse
        self._control_filter = ControlFilter()
        colours = self.console.color_system
        able, coloured = abilities(os.environ), depth.erases_in_colour(os.environ)
        self._wire = Wire(colours, erases_in_colour=coloured, able=able) if sparing else None
        self._settling = Settling(self, self._show_settled)
        self._draw_held: Callable[[], None] | None = None
        self.standing = standing
        self._stands_until = 0.0
        attributes = standing.attributes if standing is not None else None
        self._ending = Ending(self._leave_soon, self.save_drafts, self._wake, attributes=attributes)

    def run_in_terminal(self) -> int:
        """Run until the end; returns the exit code: 0, 1 after an internal error, 128 + n after signal n."""
        before, threading.excepthook = threading.excepthook, self._thread_failed
        try:
            with self._ending:
                self.run(mouse=self._mouse)
        finally:
            threading.excepthook = before
        if self.crash is not None:
            crash.say(crash.last_words(self.crash, self._crash_folder))
            return 1
        if self._in_background is not None:
            crash.say(crash.last_words(self._in_background, self._crash_folder, stopped=False))
        return self.return_code or 0

    # Ends from outside

    def save_drafts(self) -> None:
        """Keep what was typed and not saved. Called before a signal or a hang-up ends the program.

        Normally in the event loop; from another thread if that hangs, so it must not depend on it.
        """

    def hang_up(self) -> None:
        """The terminal is gone. Called by the driver, from any thread."""
        self._ending.hang_up()

    def _leave_soon(self, code: int) -> None:
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._leave_after_keys, code, monotonic() + KEYS_FIRST)

    def _wake(self) -> None:
        if self._loop is not None:
            self._loop.call_soon_threadsafe(lambda: None)

    def _leave_after_keys(self, code: int, latest: float, quiet: int = 0) -> None:
        """What was typed before the end came is kept, too: let those keys run their course, as long as there is
        time. Quiet is only what stays so, for a key's message may be between two queues."""
        quiet = 0 if self.keys_are_under_way else quiet + 1
        if quiet < 2 and monotonic() < latest and self._loop is not None:
            self._loop.call_later(0.01, self._leave_after_keys, code, latest, quiet)
        else:
            self._leave(code)

    def _leave(self, code: int) -> None:
        with self._context():
            try:
                self.save_drafts()
            finally:
                self.exit(return_code=code)

    # What is drawn

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Textual's filters, and last the one that lets no control character pass."""
        return [*super().get_line_filters(), self._control_filter]

    def take_over(self, size: Size) -> None:
        """The driver has the terminal: go on with the page that stands there. Called by the driver."""
        if self.standing is None:
            return
        self.standing.handed_over()
        sheet, self.standing = self.standing.sheet, None
        if self._wire is not None and (sheet.width, sheet.height) == size:
            self._wire.stands(sheet)
            self._stands_until = monotonic() + LONGEST_STAND
            self.set_timer(LONGEST_STAND, self._stand_no_longer)

    @property
    def is_page_standing(self) -> bool:
        """Whether the page from before the program stays: frames are not worth drawing yet."""
        return self._stands_until > monotonic() and not self.is_worth_showing()

    def _stand_no_longer(self) -> None:
        if self._stands_until:
            self.screen.refresh(layout=True)

    def is_worth_showing(self) -> bool:
        """Whether there is more to see by now than on a page that stands on the terminal from before."""
        return True

    def forget_shown(self) -> None:
        """The terminal may show anything by now. Called by the driver."""
        if self._wire is not None:
            self._wire.forget()

    def holds_back(self, regions: Iterable[Region], draw: Callable[[], None]) -> bool:
        """Whether a frame that draws these regions waits until all is settled; ``draw`` is then called."""
        writes = self._wire is not None and isinstance(self._driver, TerminalDriver)
        lines = {y for region in regions for y in region.line_range}
        if len(lines) <= FEW_LINES or not writes or self._batch_count or not self._running:
            return False
        self._draw_held = draw
        self._settling.show_soon()
        return True

    def _show_settled(self) -> None:
        draw, self._draw_held = self._draw_held, None
        if draw is not None:
            draw()
            self._settling.stop()
        self._send()

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        # Textual's own writer sends whole strips, and a reset after each piece.
        wire, driver = self._wire, self._driver
        if wire is None or not isinstance(driver, TerminalDriver) or self._batch_count or not self._running:
            super()._display(screen, renderable)
        elif isinstance(renderable, LayoutUpdate | ChopsUpdate):
            lines = wire.compose(renderable, self.size)
            if len(lines) <= FEW_LINES:
                self._send(lines)
            else:
                self._settling.show_soon()
            self.post_display_hook()
        else:
            if renderable is not None:
                wire.forget()
            super()._display(screen, renderable)

    def _send(self, lines: Sequence[int] | None = None) -> None:
        """Send what was composed, or some lines of it."""
        if self._wire is None or self._driver is None or not self._running:
            return
        if self._stands_until:
            if self.is_page_standing:
                return
            self._stands_until, lines = 0.0, None
        cursor = self.screen.outer_size.clamp_offset(self.cursor_position)
        if text := self._wire.paint(cursor, lines):
            self._begin_update()
            self._driver.write(text)
            self._end_update()

    # Internal errors. Textual would print a traceback with local variables, which hold data.

    def _on_load(self) -> None:
        asyncio.get_running_loop().set_exception_handler(self._task_failed)

    def _handle_exception(self, error: Exception) -> None:
        self.crash = self.crash or error
        super()._handle_exception(error)

    def _fatal_error(self) -> None:
        self._close_messages_no_wait()

    def panic(self, *renderables: object) -> None:
        """End after an error, without printing it."""
        self._close_messages_no_wait()

    def _thread_failed(self, args: threading.ExceptHookArgs) -> None:
        if isinstance(args.exc_value, Exception) and self._loop is not None:
            self._loop.call_soon_threadsafe(self._handle_exception, args.exc_value)

    def _task_failed(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        self._in_background = self._in_background or context.get("exception")

    # Out of the terminal

    def copy_to_clipboard(self, text: str) -> None:
        """Copy `text`; a `Copied` message says what became of it."""
        self._clipboard = text
        self._copy(text)

    @work(exclusive=True, group="copy")
    async def _copy(self, text: str) -> None:
        if self._driver is None:
            return
        copying = partial(clipboard.copy, text, self._driver.write, os.environ, self._copy_command)
        sent, words = await asyncio.to_thread(copying)
        self.post_message(self.Copied(text, sent, words))

    def on_terminal_app_copied(self, message: Copied) -> None:
        """Say it, and show the text to be copied by hand: no terminal confirms that it took it."""
        words = f"{message.words}\n{cut(clean(message.text), SHOWN)}"
        self.notify(words, severity="information" if message.sent else "warning", markup=False)

    def open_url(self, url: str, *, new_tab: bool = True) -> None:
        """Open a link, mail address or phone number on the desktop; a toast says what happened."""
        self._open(url)

    @work(exclusive=True, group="open")
    async def _open(self, target: str) -> None:
        try:
            opening = partial(links.open_target, target, os.environ, command=self._open_command)
            opened = await asyncio.to_thread(opening)
        except links.CantOpen as error:
            self.notify(str(error), severity="warning", markup=False)
        else:
            self.notify(f"Opened {cut(clean(opened), 60)}", markup=False)
