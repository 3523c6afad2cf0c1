"""Textual's driver for Unix terminals, made to survive what real terminals and lines do.

Over the one it derives from: damaged input costs itself only, the end of input ends the program, a terminal
that stops reading never stops the program, a lone Esc is answered quickly, and stopping and continuing are
orderly.
"""

import codecs
import os
import select
import signal
import sys
from collections.abc import Mapping
from functools import partial
from time import monotonic
from typing import Any, Protocol, runtime_checkable

from textual import events
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver
from textual.geometry import Size

from crm_tui.terminal.abilities import abilities
from crm_tui.terminal.keys import KeyReader
from crm_tui.terminal.output import Output
from crm_tui.terminal.standing import Standing

# How often the input thread looks whether it is to end (seconds).
POLL = 0.1
CHUNK = 4096
_OTHER_SCREEN = "\x1b[?1049h"


@runtime_checkable
class Host(Protocol):
    """An App that knows of its terminal: how long (ms) it waits for more after an Esc, what it shows, and when it is
    gone."""

    escape_delay: int | None
    standing: Standing | None

    def take_over(self, size: Size) -> None:
        """The driver has the terminal now, and goes on with the page that stands there."""

    def forget_shown(self) -> None:
        """Whatever was written, the terminal may show anything by now."""

    def hang_up(self) -> None:
        """Save what must not be lost, and end. Called from any thread, perhaps more than once."""


def escape_delay(environ: Mapping[str, str], chosen: int | None = None) -> float:
    """Seconds until a lone Esc is the Esc key: as `chosen` or ESCDELAY say (ms), else 0.1 over SSH, 0.03 locally."""
    if chosen is not None:
        return chosen / 1000
    if (wanted := environ.get("ESCDELAY", "")).isdecimal():
        return max(1, int(wanted)) / 1000
    return 0.1 if environ.get("SSH_CONNECTION") or environ.get("SSH_TTY") else 0.03


class TerminalDriver(LinuxDriver):
    """For `App(driver_class=TerminalDriver)`. Draws on standard output."""

    def __init__(
        self, app: App[Any], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        stops = signal.getsignal(signal.SIGTSTP)
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        if stops is signal.SIG_IGN:  # who ignores ctrl+z has nobody who would wake them
            signal.signal(signal.SIGTSTP, stops)
        assert sys.__stdout__ is not None  # noqa: S101 - `checks` refuses to start without
        self._output_fd = sys.__stdout__.fileno()
        self._able = abilities(os.environ)
        self._is_taken = False  # another screen than the shell's is shown already
        self._output: Output | None = None

    # Output

    def start_application_mode(self) -> None:
        """Take the terminal over. If it is gone by now, hang up."""
        # The stock driver queues what is written for a thread, which writes to this file. As the file never
        # waits, neither does the queue.
        self._forget_shown()
        output = Output(self._output_fd, resumed=self._redraw_soon, gone=self._hang_up)
        self._file = output  # type: ignore[assignment]  # it needs no more of a TextIO than Output has
        before = self._writer_thread
        standing = self._app.standing if isinstance(self._app, Host) else None
        self._is_taken = standing is not None
        super().start_application_mode()  # type: ignore[no-untyped-call]  # not annotated in Textual
        if self._writer_thread is before:
            output.close()
            self._hang_up()
        else:
            self._output = output
            # The stock handler reads the size itself. Handlers interrupt each other, so that in a burst of
            # resizes an older size could be told last.
            signal.signal(signal.SIGWINCH, self._resized)
            if standing is not None and isinstance(self._app, Host):
                self.attrs_before = standing.attributes
                self._app.take_over(Size(*self._get_terminal_size()))
        self._is_taken = False

    def resume_application_mode(self) -> None:
        """Take the terminal over again, which shows nothing of ours by then."""
        super().resume_application_mode()
        self.redraw()

    def stop_application_mode(self) -> None:
        """Give the terminal back: nothing of what does that may be dropped."""
        if self._output is not None:
            self._output.keep()
        super().stop_application_mode()

    def write(self, data: str) -> None:
        """Queue `data` for the terminal; never waits. Without a terminal it is dropped."""
        if self._is_taken and data == _OTHER_SCREEN:
            return
        if self._writer_thread is not None and self._writer_thread.is_alive():
            self._writer_thread.write(self._able.known(data))

    def close(self) -> None:
        """End writing; a terminal that does not read is put back by force after a second."""
        super().close()
        if self._output is not None:
            self._output.close()
            self._output = None

    def _redraw_soon(self) -> None:
        self._loop.call_soon_threadsafe(self.redraw)

    def redraw(self) -> None:
        """Draw the whole screen anew, after frames were lost or somebody else wrote on it."""
        self._forget_shown()
        self._app.refresh(layout=True)

    def _forget_shown(self) -> None:
        if isinstance(self._app, Host):
            self._app.forget_shown()

    def _resized(self, *args: object) -> None:
        self._loop.call_soon_threadsafe(self._tell_size)

    def _tell_size(self) -> None:
        if not self._in_band_window_resize:
            size = Size(*self._get_terminal_size())
            self._app.post_message(events.Resize(size, size))

    def _get_terminal_size(self) -> tuple[int, int]:
        # The terminal's word, not that of exported COLUMNS and LINES, which don't follow a resize.
        try:
            columns, lines = os.get_terminal_size(self._output_fd)
        except OSError:
            columns = lines = 0
        return columns or 80, lines or 24

    # Input

    def _hang_up(self) -> None:
        if isinstance(self._app, Host):
            self._app.hang_up()
        else:
            self._loop.call_soon_threadsafe(partial(self._app.exit, return_code=129))

    def _run_input_thread(self) -> None:
        # An exception here goes to threading.excepthook like that of any other thread, not to a traceback of
        # Textual's making.
        self.run_input_thread()

    def run_input_thread(self) -> None:
        """Read keys until told to end; the end of input hangs up."""
        chosen = self._app.escape_delay if isinstance(self._app, Host) else None
        reader = KeyReader(escape_delay(os.environ, chosen))
        decode = codecs.getincrementaldecoder("utf-8")(errors="replace").decode
        deadline: float | None = None
        while not self.exit_event.is_set():
            wait = POLL if deadline is None else min(POLL, max(0.0, deadline - monotonic()))
            readable, _, _ = select.select([self.fileno], [], [], wait)
            now = monotonic()
            if readable:
                if not (data := self._read()):
                    self._hang_up()
                    return
                messages = reader.feed(decode(data), now)
            elif deadline is not None and now >= deadline:
                messages = reader.expire(now)
            else:
                continue
            for message in messages:
                self.process_message(message)
            deadline = None if reader.patience is None else now + reader.patience

    def _read(self) -> bytes:
        """The next bytes; none at the end of input, which a terminal that is gone reports as an error."""
        try:
            return os.read(self.fileno, CHUNK)
        except OSError:
            return b""

    # Stopping and continuing (ctrl+z, fg)

    def _sigtstp_application(self, *args: object) -> None:
        # Not at once: a signal may come in the middle of a write, whose lock the stopping needs too.
        if self._auto_restart:
            self._loop.call_soon_threadsafe(super()._sigtstp_application)
        else:  # another program has the terminal, and stops with us
            super()._sigtstp_application()

    def _sigcont_application(self, *args: object) -> None:
        if self._auto_restart:
            self._loop.call_soon_threadsafe(self._continue)

    def _continue(self) -> None:
        if self._output is None:
            self.resume_application_mode()
            return
        # Stopped from outside (kill -STOP) without a chance to leave the screen: the shell has used the
        # terminal since. Leave it now, then take it over again.
        self.suspend_application_mode()
        self.resume_application_mode()
