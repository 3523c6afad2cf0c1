"""A program in a pseudo-terminal: keys in, and what comes out of it with the moment at which it came.

While something is measured the output is only kept; what was on the screen when is worked out afterwards, so that this
costs the program nothing.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, Self

import pyte

from bench.timing import Missing, end, environment

#: seconds after which something expected is taken for missing
PATIENCE = 60.0
#: seconds without output after which a key has had its effect
QUIET = 0.6
_BLINKING = 15.0  # seconds after which output is taken for something that never ends
# what pyte would misread: private modes, the kitty keyboard protocol, questions that terminals answer
_PRIVATE = re.compile(rb"\x1b\[[<>=?][0-9;]*[A-Za-z$]*|\x1b\[[0-9;]*\$[a-z]")

Lines = list[str]
#: the part of the screen that is looked at
Region = Callable[[Lines], object]


class Chunk(NamedTuple):
    """Output, when it came, and the milliseconds that the program had computed by then."""

    at: float
    data: bytes
    spent: float


class Echo(NamedTuple):
    """What a key led to: bytes, and the milliseconds, on the clock and of the processor, until the region was as it
    then stayed (None if it did not change)."""

    size: int
    painted: float | None
    processor: float | None


class Terminal:
    """A program in a terminal of this size, until the end of the with block."""

    def __init__(
        self,
        command: Sequence[str],
        folder: Path,
        *,
        size: tuple[int, int] = (120, 40),
        env: Mapping[str, str] | None = None,
    ) -> None:
        self._screen = pyte.Screen(*size)
        self._stream = pyte.ByteStream(self._screen)
        self._shown = 0  # chunks that are on the screen
        self.chunks: list[Chunk] = []
        self.master, slave = pty.openpty()
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))

        def take_terminal() -> None:
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)

        self.started = time.perf_counter()
        self.process = subprocess.Popen(
            command, stdin=slave, stdout=slave, stderr=slave, env={**_environment(folder), **(env or {})},
            start_new_session=True, preexec_fn=take_terminal,
        )  # fmt: skip
        os.close(slave)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        end(self.process)
        os.close(self.master)

    def read(self, seconds: float, most: int = 65536) -> bytes:
        """What comes within this time, at once when something does; nothing at the end of the program."""
        if not select.select([self.master], [], [], max(0.0, seconds))[0]:
            return b""
        try:
            data = os.read(self.master, most)
        except OSError:  # Linux says EIO when the last program has closed the terminal
            return b""
        self.chunks.append(Chunk(time.perf_counter(), data, self.processor()))
        return data

    def settle(self, quiet: float = QUIET) -> None:
        """Read until nothing has come for so long and the program does nothing; not for ever, since some blink."""
        deadline = time.perf_counter() + _BLINKING
        while (self.read(quiet) or self.is_busy()) and time.perf_counter() < deadline:
            pass

    def is_busy(self) -> bool:
        """Whether the program computes, or would if it got the processor: on a busy machine it has to wait for that."""
        return any(stat.rpartition(")")[2].split()[0] in "RD" for stat in self._of_threads("stat"))

    def until(self, seen: Callable[[Lines], bool], what: str) -> None:
        """Read until the screen is as it should be. Raises Missing, with the screen."""
        deadline = time.perf_counter() + PATIENCE
        while not seen(self.lines()):
            if time.perf_counter() > deadline or self.process.poll() is not None:
                raise Missing(f"{what}:\n" + "\n".join(self.lines()))
            self.read(0.1)

    def answer(self, keys: bytes, seen: Callable[[Lines], bool] | None = None) -> bytes:
        """What keys lead to: until the screen is as expected, or another one, and then quiet. Raises
        Missing."""
        before, first = self.lines(), len(self.chunks)
        os.write(self.master, keys)
        self.until(seen or (lambda lines: lines != before), f"{keys!r} does not do what it should")
        self.settle()
        return b"".join(chunk.data for chunk in self.chunks[first:])

    def lines(self) -> Lines:
        """The screen, with all that has come."""
        for chunk in self.chunks[self._shown :]:
            self._feed(chunk)
        return list(self._screen.display)

    def press(self, keys: bytes, region: Region = tuple, quiet: float = QUIET) -> Echo:
        """Press keys and wait for their effect. The program may need a moment for its first byte."""
        before, worked = region(self.lines()), self.processor()
        first, start = len(self.chunks), time.perf_counter()
        os.write(self.master, keys)
        self.read(max(quiet, 2.0))
        self.settle(quiet)
        size = sum(len(chunk.data) for chunk in self.chunks[first:])
        painted = self.painted(region, before)
        if painted is None:
            return Echo(size, None, None)
        return Echo(size, (painted.at - start) * 1000, painted.spent - worked)

    def painted(self, region: Region, before: object = None) -> Chunk | None:
        """The output since which the region is as it is now, of what was not looked at yet; None if it is as it was
        before."""
        last, since = before, None
        for chunk, shown in self.replay():
            looks = region(shown)
            if looks != last:
                last, since = looks, chunk
        return since

    def replay(self) -> Iterator[tuple[Chunk, Lines]]:
        """Each piece of output that was not looked at yet, with the screen behind it."""
        for chunk in self.chunks[self._shown :]:
            self._feed(chunk)
            yield chunk, list(self._screen.display)

    def processor(self) -> float:
        """Milliseconds that the program has computed, all threads together."""
        return sum(int(spent.split()[0]) for spent in self._of_threads("schedstat")) / 1e6

    def _of_threads(self, name: str) -> Iterator[str]:
        for path in Path(f"/proc/{self.process.pid}/task").glob(f"*/{name}"):
            try:
                yield path.read_text("utf-8")
            except (FileNotFoundError, ProcessLookupError):  # a thread that has just ended
                continue

    def megabytes(self) -> tuple[float, float]:
        """Memory of the program: resident, and its share of what it has together with others (RSS and PSS)."""
        found = dict(
            line.split()[:2]
            for line in Path(f"/proc/{self.process.pid}/smaps_rollup").read_text("ascii").splitlines()[1:]
        )
        return int(found["Rss:"]) / 1024, int(found["Pss:"]) / 1024

    def _feed(self, chunk: Chunk) -> None:
        self._stream.feed(_PRIVATE.sub(b"", chunk.data))
        self._shown += 1


def _environment(folder: Path) -> dict[str, str]:
    own = {f"CRM_TUI_{name}": str(folder / name.lower()) for name in ("DATA", "CONFIG", "STATE")}
    kept = {name: value for name, value in environment().items() if name in ("PATH", "HOME", "TMPDIR")}
    return kept | own | {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LC_ALL": "C.UTF-8"}
