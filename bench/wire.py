"""Bytes on the line: what keys, the start and doing nothing cost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from bench.data import Scene
from bench.program import DOWN, ENTER, ESC, HOME, PAGE_DOWN, started
from bench.report import Row, at_most
from bench.terminal import Terminal

TITLE = "Bytes on the line"
#: what one round trip of a new TCP connection carries: no key may cost more
_ROUND_TRIP = 14_600
_IDLE = 5.0
_SIZES = ((80, 24), (120, 40))
_SCROLLED = 60  # cursor moves that go beyond the end of any of these screens


class _Key(NamedTuple):
    what: str
    keys: bytes
    target: int
    times: int = 1  # the key is pressed so often, and the middle one counts


_CARD = (
    _Key("open card", ENTER, _ROUND_TRIP),
    *(_Key(f"tab {number}", b"%d" % number, 5_000) for number in (2, 3, 4, 5, 1)),
    _Key("dialog open (n, a note)", b"n", 3_000),
    _Key("a letter in a dialog", b"x", 350),
    _Key("dialog asks (esc)", ESC, 3_000),
    _Key("dialog closed (D)", b"D", 3_000),
    _Key("back to the list", ESC, _ROUND_TRIP),
    _Key("find anything", b"f", 3_000),
)


def measure(scene: Scene) -> Iterator[Row]:
    """Bytes do not depend on how many customers there are: the smallest store is enough."""
    store = scene.store(scene.smallest)
    for size in _SIZES:
        yield from _rows(store, scene.folder, size)


def _rows(store: Path, folder: Path, size: tuple[int, int]) -> Iterator[Row]:
    where = f"{size[0]}x{size[1]}"
    most = 0
    with started(store, folder, size=size) as terminal:
        yield at_most(f"{where} start", sum(len(chunk.data) for chunk in terminal.chunks), 8_000, " B")
        for key, cost in _list(terminal, size[1]):
            most = max(most, cost)
            yield at_most(f"{where} {key.what}", cost, key.target, " B")
        before = len(terminal.chunks)
        terminal.settle(_IDLE)
        idle = sum(len(chunk.data) for chunk in terminal.chunks[before:])
        yield at_most(f"{where} idle for {_IDLE:.0f} s", idle, 0, " B")
        for key in _CARD:
            cost = terminal.press(key.keys).size
            most = max(most, cost)
            yield at_most(f"{where} {key.what}", cost, key.target, " B")
    yield at_most(f"{where} the dearest of all keys here", most, _ROUND_TRIP, " B")


def _list(terminal: Terminal, height: int) -> Iterator[tuple[_Key, int]]:
    """Keys in the list, first with the preview beside it, if there is room for one, then without."""
    has_preview = any("─ Preview" in line for line in terminal.lines())
    for words in (" with preview", "") if has_preview else ("",):
        if has_preview and not words:
            terminal.press(HOME)
            terminal.press(b"p")
        for what, keys, target in (("cursor move", DOWN, 350), ("edge scroll", DOWN, 600), ("page", PAGE_DOWN, 1_500)):
            if what == "edge scroll":
                terminal.press(DOWN * height)
            costs = sorted(terminal.press(keys).size for _ in range(5))
            yield _Key(what + words, keys, target), costs[2]
        terminal.press(HOME)
