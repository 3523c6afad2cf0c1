"""The start: rows on the screen against the import of Textual, and what of it grows with the store."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.data import Scene
from bench.program import DOWN, command, cursor, has_rows
from bench.report import Row, ratio_at_most
from bench.terminal import Terminal
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
    calls: dict[str, Callable[[], float]] = {}
    for code in ("pass", _TEXTUAL):
        calls[code] = lambda code=code: _import(scene.folder, code)  # type: ignore[misc]
    for size in dict.fromkeys((scene.smallest, scene.largest)):
        store = scene.store(size)
        for what in (_FIRST, _WHOLE, _KEY):
            calls[f"{size:,} customers: {what}"] = (
                lambda store=store, what=what: _screen(scene.folder, store, what)  # type: ignore[misc]
            )
    for call in calls.values():
        call()  # brings files into memory
    timings = in_turns(calls, max(3, scene.repeats // 2))
    yield from _judged(scene, timings)


def _judged(scene: Scene, timings: dict[str, Timing]) -> Iterator[Row]:
    bare, textual = timings["pass"].median, timings[_TEXTUAL].median
    for size in dict.fromkeys((scene.smallest, scene.largest)):
        for what in (_FIRST, _WHOLE, _KEY):
            name = f"{size:,} customers: {what}"
            timing = timings[name]
            if what == _FIRST:
                yield ratio_at_most(name, timing.median / textual, 1.3, f"`{_TEXTUAL}`", shown=str(timing))
                yield Row(f"{name}, stretch", "", f"{timing.median / bare:.1f} × `pass`", "(2.5 × `pass`)")
            else:
                yield Row(name, str(timing), f"{timing.median / textual:.2f} × `{_TEXTUAL}`")
    if scene.smallest != scene.largest:
        few, many = (timings[f"{size:,} customers: {_FIRST}"].median for size in (scene.smallest, scene.largest))
        what = f"a list of {scene.largest:,} opens, against {scene.smallest:,}"
        yield ratio_at_most(what, many / few, 1.3, f"{scene.smallest:,}", shown=f"{many:,.0f} ms")


def _import(folder: Path, code: str) -> float:
    """In a terminal, too, until the process has gone: what the screens are compared with."""
    with Terminal([sys.executable, "-c", code], folder) as terminal:
        terminal.process.wait()
        return (time.perf_counter() - terminal.started) * 1000


def _screen(folder: Path, store: Path, what: str) -> float:
    """From the start of the process until the screen is as wanted."""
    with Terminal(command(store), folder) as terminal:
        if what == _KEY:
            terminal.until(has_rows, "the list of customers does not appear")
            first_row = cursor(terminal.lines())
            os.write(terminal.master, DOWN)
            terminal.until(lambda lines: cursor(lines) not in (None, first_row), "the cursor does not move")
            return (terminal.chunks[-1].at - terminal.started) * 1000
        while not terminal.chunks:
            terminal.read(10)
        terminal.settle(1.0)
        if what == _WHOLE:
            whole = terminal.painted(tuple)
            return ((whole or terminal.started) - terminal.started) * 1000
        first = next((chunk.at for chunk, lines in terminal.replay() if has_rows(lines)), None)
        if first is None:
            terminal.until(has_rows, "the list of customers does not appear")
            first = terminal.chunks[-1].at
        return (first - terminal.started) * 1000
