"""The start: rows on the screen against the import of Textual, and what of it grows with the store."""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import NamedTuple

from bench.data import Scene
from bench.program import DOWN, command, cursor, has_rows
from bench.report import Row, grows, ratio_at_most
from bench.terminal import PATIENCE, Chunk, Terminal
from bench.timing import Missing, Timing, in_turns, time_commands, timing_of

TITLE = "The start"
_TEXTUAL = "import textual.app, textual.widgets"
#: what a person waits for: the first rows, and the screen as it then stays, preview and all; and that a key
#: pressed as soon as there are rows moves the cursor
_FIRST, _WHOLE, _KEY = "first rows on screen", "whole first screen", "first key answered"


class _Moment(NamedTuple):
    """Milliseconds since the process was started, on the clock and of its processor."""

    clock: float
    processor: float


#: by what is waited for and the size
_Moments = dict[tuple[str, int], list[_Moment]]


def measure(scene: Scene) -> Iterator[Row]:
    """Imports in turns, then first screens in turns with them."""
    python = [sys.executable, "-c"]
    codes = ("pass", "import apsw", "import crm_tui.cli.parser as p; p.parse(['imports'])", _TEXTUAL,
             "import crm_tui.app")  # fmt: skip
    imports = time_commands({code: [*python, code] for code in codes}, scene.repeats)
    for code, timing in imports.items():
        yield Row(f"`python -c {code!r}`", str(timing), f"{timing.median / imports['pass'].median:.1f} × `pass`")
    yield from _screens(scene, imports[_TEXTUAL].processor)


def _screens(scene: Scene, textual: float) -> Iterator[Row]:
    """First rows at every size, the rest at the smallest and the largest; ``textual`` is what importing it computes."""
    found: _Moments = {}
    calls: dict[str, Callable[[], float]] = {code: partial(_import, scene.folder, code) for code in ("pass", _TEXTUAL)}
    for size in scene.sizes:
        calls[f"{size} screen"] = partial(_screen, scene, size, found)
        if size in (scene.smallest, scene.largest):
            calls[f"{size} key"] = partial(_answered, scene, size, found)
    for call in calls.values():
        call()  # brings files into memory
    found.clear()
    bases = in_turns(calls, max(3, scene.repeats // 2))
    for size in dict.fromkeys((scene.smallest, scene.largest)):
        for what in (_FIRST, _WHOLE, _KEY):
            yield from _judged(f"{size:,} customers: {what}", found[what, size], bases, textual)
    yield from _growing(scene, found)


def _judged(name: str, moments: list[_Moment], bases: Mapping[str, Timing], textual: float) -> Iterator[Row]:
    """By the clock, against what was run in turns with it."""
    timing = timing_of([moment.clock for moment in moments])
    processor = statistics.median(moment.processor for moment in moments)
    ratio, also = timing.median / bases[_TEXTUAL].median, f", processor {processor / textual:.2f} ×"
    if not name.endswith(_FIRST):
        yield Row(name, str(timing), f"{ratio:.2f} × `{_TEXTUAL}`{also}")
        return
    row = ratio_at_most(name, ratio, 1.3, f"`{_TEXTUAL}`", shown=str(timing))
    yield row._replace(ratio=row.ratio + also)
    stretch = f"{timing.median / bases['pass'].median:.2f} × `pass`"
    yield Row(f"{name}, stretch", str(timing), stretch, "(≤ 2.5 × `pass`)")


def _growing(scene: Scene, found: _Moments) -> Iterator[Row]:
    first = {size: timing_of([moment.clock for moment in found[_FIRST, size]]).median for size in scene.sizes}
    yield grows(_FIRST, first, scene.sizes, " ms")
    if scene.smallest != scene.largest:
        few, many = first[scene.smallest], first[scene.largest]
        what = f"a list of {scene.largest:,} opens, against {scene.smallest:,}"
        yield ratio_at_most(what, many / few, 1.3, f"{scene.smallest:,}", shown=f"{many:,.0f} ms")


def _import(folder: Path, code: str) -> float:
    """In a terminal, too, until the process has gone: what the screens are compared with."""
    with Terminal([sys.executable, "-c", code], folder) as terminal:
        terminal.process.wait(PATIENCE)
        return (time.perf_counter() - terminal.started) * 1000


def _screen(scene: Scene, size: int, found: _Moments) -> float:
    """Note when there are rows, and when the screen is as it then stays; gives the first."""
    with Terminal(command(scene.store(size)), scene.folder) as terminal:
        if not terminal.read(PATIENCE):
            raise Missing("nothing appears")
        terminal.settle(1.0)
        first = whole = None
        looked = None
        for chunk, lines in terminal.replay():
            first = first or (chunk if has_rows(lines) else None)
            whole, looked = (chunk, lines) if lines != looked else (whole, looked)
        if first is None or whole is None:
            raise Missing("the list of customers does not appear")
        found.setdefault((_WHOLE, size), []).append(_moment(terminal, whole))
        found.setdefault((_FIRST, size), []).append(_moment(terminal, first))
        return found[_FIRST, size][-1].clock


def _answered(scene: Scene, size: int, found: _Moments) -> float:
    """Note when a key that is pressed as soon as there are rows has moved the cursor."""
    with Terminal(command(scene.store(size)), scene.folder) as terminal:
        terminal.until(has_rows, "the list of customers does not appear")
        first_row = cursor(terminal.lines())
        os.write(terminal.master, DOWN)
        terminal.until(lambda lines: cursor(lines) not in (None, first_row), "the cursor does not move")
        found.setdefault((_KEY, size), []).append(_moment(terminal, terminal.chunks[-1]))
        return found[_KEY, size][-1].clock


def _moment(terminal: Terminal, chunk: Chunk) -> _Moment:
    return _Moment((chunk.at - terminal.started) * 1000, chunk.spent)
