"""The start: rows on the screen against the import of Textual, and what of it grows with the store."""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from bench.data import Scene
from bench.program import DOWN, command, cursor, has_rows
from bench.report import Row, ratio_at_most
from bench.terminal import Chunk, Missing, Terminal
from bench.timing import Timing, in_turns, time_commands

TITLE = "The start"
_TEXTUAL = "import textual.app, textual.widgets"
#: what a person waits for: the first rows, and the screen as it then stays, preview and all; and that a key
#: pressed as soon as there are rows moves the cursor
_FIRST, _WHOLE, _KEY = "first rows on screen", "whole first screen", "first key answered"


def measure(scene: Scene) -> Iterator[Row]:
    """Imports in turns, then first screens in turns with them."""
    python = [sys.executable, "-c"]
    codes = ("pass", "import apsw", "import crm_tui.cli.parser as p; p.parse(['imports'])", _TEXTUAL,
             "import crm_tui.app")  # fmt: skip
    imports = time_commands({code: [*python, code] for code in codes}, scene.repeats)
    for code, timing in imports.items():
        yield Row(f"`python -c {code!r}`", str(timing), f"{timing.median / imports['pass'].median:.1f} × `pass`")
    yield from _screens(scene)


def _screens(scene: Scene) -> Iterator[Row]:
    sizes = list(dict.fromkeys((scene.smallest, scene.largest)))
    spent: dict[str, list[float]] = {}
    calls: dict[str, Callable[[], float]] = {code: partial(_import, scene.folder, code) for code in ("pass", _TEXTUAL)}
    for size in sizes:
        for what in (_FIRST, _WHOLE, _KEY):
            name = _name(size, what)
            store = scene.store(size)
            calls[name] = partial(_screen, scene.folder, store, what, spent.setdefault(name, []))
    for call in calls.values():
        call()  # brings files into memory
    timings = in_turns(calls, max(3, scene.repeats // 2))
    costs = {name: statistics.median(each[1:]) for name, each in spent.items()}
    textual = time_commands({_TEXTUAL: [sys.executable, "-c", _TEXTUAL]}, max(3, scene.repeats // 2))[_TEXTUAL]
    for size in sizes:
        yield from _judged(size, timings, costs, textual.processor)
    if len(sizes) > 1:
        few, many = (timings[_name(size, _FIRST)].median for size in sizes)
        what = f"a list of {scene.largest:,} opens, against {scene.smallest:,}"
        row = ratio_at_most(what, many / few, 1.3, f"{scene.smallest:,}", shown=f"{many:,.0f} ms")
        ratio = costs[_name(scene.largest, _FIRST)] / costs[_name(scene.smallest, _FIRST)]
        yield row._replace(ratio=f"{row.ratio}, processor {ratio:.2f} ×")


def _judged(size: int, timings: dict[str, Timing], costs: dict[str, float], textual: float) -> Iterator[Row]:
    """By the clock, against what was run in turns with it."""
    for what in (_FIRST, _WHOLE, _KEY):
        name = _name(size, what)
        timing, processor = timings[name], f"processor {costs[name] / textual:.2f} ×"
        ratio = timing.median / timings[_TEXTUAL].median
        if what == _FIRST:
            row = ratio_at_most(name, ratio, 1.3, f"`{_TEXTUAL}`", shown=str(timing))
            yield row._replace(ratio=f"{row.ratio}, {processor}")
            stretch = f"{timing.median / timings['pass'].median:.1f} × `pass`"
            yield Row(f"{name}, stretch", str(timing), stretch, "(≤ 2.5 × `pass`)")
        else:
            yield Row(name, str(timing), f"{ratio:.2f} × `{_TEXTUAL}`, {processor}")


def _name(size: int, what: str) -> str:
    return f"{size:,} customers: {what}"


def _import(folder: Path, code: str) -> float:
    """In a terminal, too, until the process has gone: what the screens are compared with."""
    with Terminal([sys.executable, "-c", code], folder) as terminal:
        terminal.process.wait()
        return (time.perf_counter() - terminal.started) * 1000


def _screen(folder: Path, store: Path, what: str, spent: list[float]) -> float:
    """Milliseconds from the start of the process until the screen is as wanted; adds those of the processor."""
    with Terminal(command(store), folder) as terminal:
        moment = _answered(terminal) if what == _KEY else _shown(terminal, what)
        spent.append(moment.spent)
        return (moment.at - terminal.started) * 1000


def _answered(terminal: Terminal) -> Chunk:
    terminal.until(has_rows, "the list of customers does not appear")
    first_row = cursor(terminal.lines())
    os.write(terminal.master, DOWN)
    terminal.until(lambda lines: cursor(lines) not in (None, first_row), "the cursor does not move")
    return terminal.chunks[-1]


def _shown(terminal: Terminal, what: str) -> Chunk:
    while not terminal.chunks:
        terminal.read(10)
    terminal.settle(1.0)
    if what == _WHOLE:
        whole = terminal.painted(tuple)
    else:
        whole = next((chunk for chunk, lines in terminal.replay() if has_rows(lines)), None)
    if whole is None:
        raise Missing("the list of customers does not appear")
    return whole
