"""Long work on the command line: how far it is, and Esc or ctrl+c to stop it."""

from __future__ import annotations

import os
import select
import sys
import termios
import time
import tty
from collections.abc import Callable
from threading import Thread
from types import TracebackType
from typing import Self

#: seconds between two looks of the progress line
_PAUSE = 0.1
_ESC = b"\x1b"


class Progress:
    """Shows ``what: 1 200 of 5 000`` on standard error when that is a terminal, and listens for Esc on standard
    input. ``step`` raises KeyboardInterrupt when the user wants to stop; the caller takes its work back. ``on_esc`` is
    called at once in another thread, for work that waits between two steps."""

    def __init__(self, what: str, on_esc: Callable[[], object] | None = None) -> None:
        self._title = self._what = what
        self._on_esc = on_esc
        self._shown_at = 0.0
        self._visible = sys.stderr.isatty()
        self._esc: _EscKey | None = None

    def __enter__(self) -> Self:
        if self._visible and sys.stdin.isatty():
            self._esc = _EscKey(self._on_esc)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._esc is not None:
            self._esc.close()
        if self._visible and self._shown_at:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)

    def step_of(self, what: str, done: int) -> None:
        """Say how far it is with one of several things."""
        self._what = f"{self._title}, {what}"
        self.step(done)

    def step(self, done: int, total: int | None = None, left: str = "") -> None:
        """Say how far it is, and how long it may still take."""
        if time.monotonic() - self._shown_at < _PAUSE:
            return
        of = f" of {grouped(total)}" if total else ""
        time_left = f", {left}" if left else ""
        self.say(f"{self._what}: {grouped(done)}{of}{time_left}")

    def say(self, text: str) -> None:
        """Say at once what is waited for."""
        self._shown_at = time.monotonic()
        if self._esc is not None and self._esc.is_pressed:
            raise KeyboardInterrupt
        if self._visible:
            hint = "  (Esc stops)" if self._esc is not None else ""
            print(f"\r\x1b[K{text}{hint}", end="", file=sys.stderr, flush=True)


class _EscKey:
    """Listens for a lone Esc on standard input, in a thread of its own, as the work may wait for something else; an
    arrow key begins with the same byte, but more come after it."""

    def __init__(self, then: Callable[[], object] | None) -> None:
        self.is_pressed = False
        self._then = then
        self._terminal = sys.stdin.fileno()
        self._settings = termios.tcgetattr(self._terminal)
        tty.setcbreak(self._terminal)
        self._closed, self._close = os.pipe()
        self._thread = Thread(target=self._listen, name="esc", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Listen no more, and leave the terminal as it was."""
        os.close(self._close)
        self._thread.join()
        os.close(self._closed)
        termios.tcsetattr(self._terminal, termios.TCSADRAIN, self._settings)

    def _listen(self) -> None:
        while self._closed not in select.select([self._terminal, self._closed], [], [])[0]:
            typed = self._typed()
            if not typed:
                return
            if typed.endswith(_ESC):
                self.is_pressed = True
                if self._then is not None:
                    self._then()
                return

    def _typed(self) -> bytes:
        try:
            return os.read(self._terminal, 64)
        except OSError:  # the terminal went away, and its keys with it
            return b""


def grouped(number: int) -> str:
    """A number with a blank between thousands."""
    return f"{number:,}".replace(",", " ")
