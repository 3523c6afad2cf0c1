"""Long work on the command line: how far it is, and Esc or ctrl+c to stop it."""

from __future__ import annotations

import os
import select
import sys
import termios
import time
import tty
from types import TracebackType
from typing import Any, Self

#: seconds between two looks of the progress line
_PAUSE = 0.1
_ESC = b"\x1b"


class Progress:
    """Shows ``what: 1 200 of 5 000`` on standard error when that is a terminal, and listens for Esc on standard
    input. ``step`` raises KeyboardInterrupt when the user wants to stop; the caller takes its work back."""

    def __init__(self, what: str) -> None:
        self._title = self._what = what
        self._shown_at = 0.0
        self._visible = sys.stderr.isatty()
        self._settings: Any = None

    def __enter__(self) -> Self:
        if self._visible and sys.stdin.isatty():
            self._settings = termios.tcgetattr(sys.stdin)
            tty.setcbreak(sys.stdin)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._settings is not None:
            termios.tcsetattr(sys.stdin, termios.TCSADRAIN, self._settings)
        if self._visible and self._shown_at:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)

    def step_of(self, what: str, done: int) -> None:
        """Say how far it is with one of several things."""
        self._what = f"{self._title}, {what}"
        self.step(done)

    def step(self, done: int, total: int | None = None, left: str = "") -> None:
        """Say how far it is, and how long it may still take."""
        now = time.monotonic()
        if now - self._shown_at < _PAUSE:
            return
        self._shown_at = now
        if self._settings is not None and _esc_pressed():
            raise KeyboardInterrupt
        if self._visible:
            of = f" of {grouped(total)}" if total else ""
            time_left = f", {left}" if left else ""
            hint = "  (Esc stops)" if self._settings is not None else ""
            print(f"\r\x1b[K{self._what}: {grouped(done)}{of}{time_left}{hint}", end="", file=sys.stderr, flush=True)


def _esc_pressed() -> bool:
    """Whether a lone Esc waits on standard input; an arrow key begins with the same byte, but more come with it."""
    waiting = select.select([sys.stdin], [], [], 0)[0]
    return bool(waiting) and os.read(sys.stdin.fileno(), 64) == _ESC


def grouped(number: int) -> str:
    """A number with a blank between thousands."""
    return f"{number:,}".replace(",", " ")
