"""Being ended from outside: by a signal, or because the terminal is gone.

The handlers only say that it is to end. Then the event loop saves drafts and leaves in good order; if it
has not left after GRACE seconds, a thread saves, puts the terminal back and ends the process.
"""

import os
import signal
import termios
from collections.abc import Callable
from contextlib import suppress
from threading import Event, Thread
from types import FrameType
from typing import Any, Self

from crm_tui.terminal.output import restore

# Seconds for leaving in good order. A terminal that does not read takes one of them.
GRACE = 2.0
STDIN, STDOUT = 0, 1
HANDLED = (signal.SIGHUP, signal.SIGTERM, signal.SIGINT)


class Ending:
    """While entered, SIGHUP, SIGTERM and SIGINT end the program with exit code 128 + signal number.

    `leave(code)` is called in a thread of its own: it must pass on to the event loop that the program is to
    save drafts and end with `code`. `save` is called if that does not happen in time; it may be called from
    that thread, while the event loop hangs, and must then do without it. A signal that was ignored when the
    program started (nohup) stays ignored.
    """

    def __init__(self, leave: Callable[[int], None], save: Callable[[], None], grace: float = GRACE) -> None:
        self._leave, self._save, self._grace = leave, save, grace
        self._before: dict[signal.Signals, signal._HANDLER] = {}
        self._attributes: list[Any] | None = None
        self._finished = Event()
        self._reader, self._writer = os.pipe()
        self._watcher = Thread(target=self._watch, name="ending", daemon=True)

    def __enter__(self) -> Self:
        if os.isatty(STDIN):
            self._attributes = termios.tcgetattr(STDIN)
        self._watcher.start()
        for number in HANDLED:
            before = signal.getsignal(number)
            if before is not signal.SIG_IGN:
                self._before[number] = before
                signal.signal(number, self._handle)
        return self

    def __exit__(self, *_: object) -> None:
        self._finished.set()
        os.write(self._writer, b"\0")
        self._watcher.join()
        for number, handler in self._before.items():
            signal.signal(number, handler)
        os.close(self._reader)
        os.close(self._writer)

    def hang_up(self) -> None:
        """The terminal is gone: end as for SIGHUP, even where that is ignored. Safe in any thread."""
        self._end(signal.SIGHUP)

    def _handle(self, number: int, frame: FrameType | None) -> None:
        self._end(number)

    def _end(self, number: int) -> None:
        # One write and nothing else: the signal may have come while any lock is held.
        if not self._finished.is_set():
            os.write(self._writer, bytes([number]))

    def _watch(self) -> None:
        number = os.read(self._reader, 1)[0]
        if number == 0:
            return
        self._leave(128 + number)
        if not self._finished.wait(self._grace):
            try:
                self._save()
            finally:
                self._put_back()
                os._exit(128 + number)

    def _put_back(self) -> None:
        if self._attributes is not None:
            # It may be gone by now, which may be why we are here.
            with suppress(termios.error):
                termios.tcsetattr(STDIN, termios.TCSANOW, self._attributes)
            restore(STDOUT)
