"""A key held down on a slow line: how long the screen goes on moving after the last key."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.data import Scene
from bench.program import DOWN, command, has_rows, rows
from bench.report import Row, at_most
from bench.terminal import Region, Terminal

TITLE = "A key held at 30 Hz for 3 s, over 125 kB/s"
_LINE = 125_000  # bytes a second
_RATE = 30  # keys a second
_KEYS = 90
_PIECE = 0.004  # seconds of the line that are read at once
_RUNS = 3
_PEER = Path(__file__).with_name("datatable_app.py")


def measure(scene: Scene) -> Iterator[Row]:
    """The list of the largest store: rows that settle, and all that comes, such as the preview."""
    store = scene.store(scene.largest)
    for name, program in {
        "crm-tui": command(store),
        "crm-tui --wire plain": command(store, "--wire", "plain"),
        "Textual's DataTable": [sys.executable, str(_PEER), "1000"],
    }.items():
        runs = sorted(_held(program, scene.folder) for _ in range(_RUNS))
        settled, whole, size = runs[_RUNS // 2]
        if name == "crm-tui":
            yield at_most(f"{name}: rows settled after the last key", settled, 100, " ms")
        else:
            yield Row(f"{name}: rows settled after the last key", f"{settled:,.0f} ms")
        yield Row(f"{name}: all settled", f"{whole:,.0f} ms", f"{size:,} B")


def _held(program: Sequence[str], folder: Path) -> tuple[float, float, int]:
    """Milliseconds from the last key until the rows and all else stand still, and the bytes of it all."""
    with Terminal(program, folder) as terminal:
        terminal.until(lambda lines: has_rows(lines) or "Row " in "".join(lines), "no list appears")
        terminal.settle(1.5)
        before = terminal.lines()
        first = len(terminal.chunks)
        last = _hold(terminal)
        whole = terminal.chunks[-1].at
        size = sum(len(chunk.data) for chunk in terminal.chunks[first:])
        region: Region = rows if has_rows(before) else tuple
        settled = terminal.painted(region, region(before))
        return max(0.0, settled.at - last if settled else 0.0) * 1000, max(0.0, whole - last) * 1000, size


def _hold(terminal: Terminal) -> float:
    """Press the key; read no more than the line carries. Returns the moment of the last key."""
    start = time.perf_counter()
    pressed, carried, quiet_since = 0, 0.0, start
    while pressed < _KEYS or time.perf_counter() - quiet_since < 1.0:
        passed = time.perf_counter() - start
        if pressed < _KEYS and passed >= pressed / _RATE:
            os.write(terminal.master, DOWN)
            pressed += 1
            last = quiet_since = time.perf_counter()
        if carried < passed:  # the line is free
            data = terminal.read(_PIECE, int(_LINE * _PIECE))
            if data:
                quiet_since = time.perf_counter()
                carried = max(carried, passed) + len(data) / _LINE
        else:
            time.sleep(min(_PIECE, carried - passed))
    return last
