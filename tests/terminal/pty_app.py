"""Runs a program in a pseudo-terminal of its own, as a terminal would: keys in, screen out, and a side
channel.

The program finds the number of a pipe in CRM_TUI_TEST_TRACE and may write lines into it, which reach the
test even when the terminal is not read. All waiting is for something to happen, with a deadline.
"""

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import Any, Self

import pyte

import crm_tui

DEADLINE = 20.0
_COUNTED = 4095  # bytes; Linux says no more, however much waits to be read
SOURCES = Path(crm_tui.__file__).parents[1]  # the very package these tests import
ROOT = Path(__file__).parents[2]
# Questions a terminal answers, and what pyte would misread: private modes and the kitty keyboard protocol.
_PRIVATE = re.compile(rb"\x1b\[[<>=?][0-9;]*[A-Za-z$]*|\x1b\[[0-9;]*\$[a-z]")


class PtyApp:
    """A program in a pseudo-terminal. Use as a context manager; at the end it is killed if it still runs."""

    def __init__(
        self,
        argv: Sequence[str | Path],
        *,
        env: Mapping[str, str] | None = None,
        size: tuple[int, int] = (80, 24),
        stderr: Path | None = None,
        nohup: bool = False,
    ) -> None:
        self.raw = bytearray()
        self.lines: list[str] = []
        self._partial = b""
        self._screen = pyte.Screen(*size)
        self._stream = pyte.ByteStream(self._screen)
        self.master, slave = pty.openpty()
        self.resize(*size)
        self.attributes = termios.tcgetattr(slave)
        self._trace, trace = os.pipe()
        error = os.open(stderr, os.O_WRONLY | os.O_CREAT, 0o600) if stderr else slave

        def take_terminal() -> None:
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)
            # a shell starts what runs in its background with this ignored, and so would the program be
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            if nohup:
                signal.signal(signal.SIGHUP, signal.SIG_IGN)

        self.process = subprocess.Popen(
            [sys.executable, *argv],
            stdin=slave,
            stdout=slave,
            stderr=error,
            env=_environment(env or {}, trace),
            pass_fds=[trace],
            start_new_session=True,
            preexec_fn=take_terminal,
        )
        for fd in {slave, trace, error}:
            os.close(fd)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self._trace)
        self.close_terminal()

    # What the person at the terminal does

    def send(self, data: bytes) -> None:
        """Press keys."""
        while data:
            data = data[os.write(self.master, data) :]

    def resize(self, columns: int, lines: int) -> None:
        """Change the size of the window."""
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        self._screen.resize(lines, columns)

    def signal(self, number: int) -> None:
        """Send the program a signal."""
        self.process.send_signal(number)

    def close_terminal(self) -> None:
        """Close the window, or drop the line."""
        if self.master >= 0:
            os.close(self.master)
            self.master = -1

    # What can be seen

    @property
    def screen(self) -> str:
        """The screen as text."""
        return "\n".join(self._screen.display)

    def attributes_are_back(self) -> bool:
        """Whether the terminal is in the mode it was in before the program started."""
        return termios.tcgetattr(self.master) == self.attributes

    def is_full(self) -> bool:
        """Whether more is written and not read than the terminal counts."""
        counted: int = struct.unpack("i", fcntl.ioctl(self.master, termios.FIONREAD, bytes(4)))[0]
        return counted >= _COUNTED

    # Waiting

    def until_shown(self, text: str, deadline: float = DEADLINE) -> None:
        """Wait until `text` is on the screen."""
        self._until(lambda: text in self.screen, lambda: f"{text!r} is not on the screen:\n{self.screen}", deadline)

    def until_written(self, data: bytes, deadline: float = DEADLINE) -> None:
        """Wait until `data` has been written to the terminal."""
        self._until(lambda: data in self.raw, lambda: f"{data!r} is not written:\n{self.screen}", deadline)

    def until_said(self, start: str, deadline: float = DEADLINE) -> str:
        """Wait for a line of the side channel that begins with `start`, and take it."""
        return self._take(start, deadline, read_terminal=True)

    def until_said_unread(self, start: str, deadline: float = DEADLINE) -> str:
        """The same, while nobody reads the terminal."""
        return self._take(start, deadline, read_terminal=False)

    def until_end(self, deadline: float = DEADLINE, *, read_terminal: bool = True) -> int:
        """Wait for the program's end; returns its exit code (negative for a signal that killed it)."""
        end = monotonic() + deadline
        self._until(
            lambda: self._trace_ended,
            lambda: f"it still runs:\n{self.screen}",
            deadline,
            read_terminal=read_terminal,
        )
        code = self.process.wait(max(0.1, end - monotonic()))
        if read_terminal:
            self.watch(5)  # until the terminal says that its last program has gone
        return code

    def read_rest(self) -> None:
        """Read what the terminal still holds; the kernel may need a moment to pass it on."""
        while select.select([self.master], [], [], 0.1)[0] and self._read_terminal():
            pass

    def watch(self, seconds: float) -> None:
        """Read what is written during this time."""
        end = monotonic() + seconds
        while select.select([self.master], [], [], max(0.0, end - monotonic()))[0] and self._read_terminal():
            pass

    def until_quiet(self, seconds: float) -> None:
        """Read what is written until nothing has been for so long."""
        while select.select([self.master], [], [], seconds)[0] and self._read_terminal():
            pass

    def look_away(self, seconds: float) -> None:
        """Let so much time pass, or less if the program ends, and read nothing."""
        select.select([self._trace], [], [], seconds)

    def _take(self, start: str, deadline: float, *, read_terminal: bool) -> str:
        def found() -> bool:
            return any(line.startswith(start) for line in self.lines)

        self._until(
            found,
            lambda: f"no {start!r} in {self.lines}, exit {self.process.poll()}\n{self.screen}",
            deadline,
            read_terminal=read_terminal,
        )
        number = next(n for n, line in enumerate(self.lines) if line.startswith(start))
        line = self.lines[number]
        del self.lines[: number + 1]
        return line

    def _until(
        self,
        done: Callable[[], bool],
        what: Callable[[], str],
        deadline: float,
        *,
        read_terminal: bool = True,
    ) -> None:
        end = monotonic() + deadline
        open_ = {self._trace} | ({self.master} if read_terminal and self.master >= 0 else set())
        while not done():
            left = end - monotonic()
            ready, _, _ = select.select([fd for fd in open_ if fd >= 0], [], [], max(0.0, left))
            if not ready:
                raise AssertionError(f"after {deadline} s {what()}")
            if self.master in ready and not self._read_terminal():
                open_.discard(self.master)
            if self._trace in ready and not self._read_trace():
                open_.discard(self._trace)
            if not open_ & {self._trace} and not done():
                ended = f"the program ended ({self.process.wait(1)})"
                raise AssertionError(f"{ended}: {what()}\n{bytes(self.raw[-2000:])!r}")

    _trace_ended = False

    def _read_trace(self) -> bool:
        data = os.read(self._trace, 65536)
        *lines, self._partial = (self._partial + data).split(b"\n")
        self.lines += [line.decode() for line in lines]
        self._trace_ended = not data
        return bool(data)

    def _read_terminal(self) -> bool:
        try:
            data = os.read(self.master, 65536)
        except OSError:  # Linux says EIO when the last program has closed the terminal
            return False
        self.raw += data
        self._stream.feed(_PRIVATE.sub(b"", data))
        return bool(data)


def _environment(wanted: Mapping[str, str], trace: int) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if k in {"PATH", "HOME", "TMPDIR"}}
    base = {
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "LC_ALL": "C.UTF-8",
        "PYTHONPATH": f"{SOURCES}{os.pathsep}{ROOT}",
        "CRM_TUI_TEST_TRACE": str(trace),
    }
    return {k: v for k, v in (kept | base | dict(wanted)).items() if v}


def is_normal(raw: bytes | bytearray) -> bool:
    """Whether the last word on each mode is that of a terminal at rest."""
    switched_on = {b"?1049", b"?1000", b"?1003", b"?1006", b"?1004", b"?2004"}
    off = all(raw.rfind(b"\x1b[" + mode + b"l") > raw.rfind(b"\x1b[" + mode + b"h") for mode in switched_on)
    return off and raw.rfind(b"\x1b[?25h") > raw.rfind(b"\x1b[?25l")


@contextlib.contextmanager
def sample(mode: str = "keys", *, argument: str | Path = os.devnull, **options: Any) -> Iterator[PtyApp]:
    """The sample program in a terminal, started and ready."""
    with PtyApp([Path(__file__).with_name("sample_app.py"), mode, argument], **options) as app:
        app.until_said("ready")
        yield app
