"""Being ended from outside: by a signal, or because the terminal is gone.

Signals reach a thread of their own through a pipe that the interpreter writes to at once (`set_wakeup_fd`).
So they are noticed even while the main thread waits: a handler alone is not run when its signal comes just
before the event loop goes to sleep. The thread asks the event loop to save drafts and leave in good order;
if it has not left after GRACE seconds, the thread saves, puts the terminal back and ends the process.
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
    that thread, while the event loop hangs, and must then do without it. `wake` wakes the event loop, so
    that the handler of any other signal (of a resize, say) runs soon. A signal that was ignored when the
    program started (nohup) stays ignored. `attributes` are those that the terminal gets back, where they are not those
    that it has now.
    """

    def __init__(
        self,
        leave: Callable[[int], None],
        save: Callable[[], None],
        wake: Callable[[], None],
        grace: float = GRACE,
        *,
        attributes: list[Any] | None = None,
    ) -> None:
        self._leave, self._save, self._wake, self._grace = leave, save, wake, grace
        self._before: dict[signal.Signals, signal._HANDLER] = {}
        self._attributes = attributes
        self._finished = Event()
        self._reader = self._writer = self._wakeup_before = -1
        self._watcher = Thread(target=self._watch, name="ending", daemon=True)

    def __enter__(self) -> Self:
        if self._attributes is None and os.isatty(STDIN):
            self._attributes = termios.tcgetattr(STDIN)
        self._reader, self._writer = os.pipe()
        os.set_blocking(self._writer, False)
        self._watcher.start()
        self._wakeup_before = signal.set_wakeup_fd(self._writer, warn_on_full_buffer=False)
        for number in HANDLED:
            before = signal.getsignal(number)
            if before is not signal.SIG_IGN:
                self._before[number] = before
                signal.signal(number, _noted)
        return self

    def __exit__(self, *_: object) -> None:
        signal.set_wakeup_fd(self._wakeup_before)
        self._finished.set()
        os.write(self._writer, b"\0")
        self._watcher.join()
        for number, handler in self._before.items():
            signal.signal(number, handler)
        os.close(self._reader)
        os.close(self._writer)

    def hang_up(self) -> None:
        """The terminal is gone: end as for SIGHUP, even where that is ignored. Safe in any thread."""
        if self._writer >= 0 and not self._finished.is_set():
            os.write(self._writer, bytes([signal.SIGHUP]))

    def _watch(self) -> None:
        while (number := os.read(self._reader, 1)[0]) not in HANDLED:
            if number == 0:
                return
            self._wake()
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


def _noted(number: int, frame: FrameType | None) -> None:
    """A handler must be there, lest the signal end the process; the pipe has told the thread already."""
