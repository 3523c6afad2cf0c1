"""Bytes on the line: what keys, the start and doing nothing cost."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from bench.data import Scene
from bench.program import DOWN, ENTER, ESC, HOME, PAGE_DOWN, has_rows, started
from bench.report import Row, at_most
from bench.terminal import Lines, Terminal

TITLE = "Bytes on the line"
#: what one round trip of a new TCP connection carries: no key may cost more
_ROUND_TRIP = 14_600
_IDLE = 5.0
_TIMES = 5  # that a key of the list is pressed; the middle one counts


#: what a terminal obeys: control sequences by their last letter, shorter ones, control characters
_ORDER = re.compile(rb"\x1b\[[0-9;:?<=> ]*([@-~])|\x1b[^\[]|[\x00-\x1f]")


class _Key(NamedTuple):
    what: str
    keys: bytes
    target: int
    seen: Callable[[Lines], bool] | None = None  # what is on the screen then


def _says(text: str) -> Callable[[Lines], bool]:
    return lambda lines: any(text in line for line in lines)


_CARD = (
    _Key("open card", ENTER, _ROUND_TRIP, _says("1 Contact")),
    *(_Key(f"tab {number}", b"%d" % number, 5_000) for number in (2, 3, 4, 5, 1)),
    _Key("dialog open (n, a note)", b"n", 3_000, _says("New note")),
    _Key("a letter in a dialog", b"x", 350),
    _Key("dialog asks (esc)", ESC, 3_000),
    _Key("dialog closed (D)", b"D", 3_000, lambda lines: not _says("New note")(lines)),
    _Key("back to the list", ESC, _ROUND_TRIP, has_rows),
    _Key("find anything", b"f", 3_000, _says("Find anything")),
)


def measure(scene: Scene) -> Iterator[Row]:
    """Bytes do not depend on how many customers there are: the smallest store is enough."""
    store = scene.store(scene.smallest)
    yield from _rows("80x24", store, scene.folder, (80, 24))
    yield from _rows("120x40", store, scene.folder, (120, 40))
    yield from _rows("120x40, 16 colours,", store, scene.folder, (120, 40), "--plain-colors")


def _rows(where: str, store: Path, folder: Path, size: tuple[int, int], *options: str) -> Iterator[Row]:
    most = 0
    with started(store, folder, *options, size=size) as terminal:
        yield at_most(f"{where} start", sum(len(chunk.data) for chunk in terminal.chunks), 8_000, " B")
        for key, sent in _list(terminal, size[1]):
            most = max(most, len(sent))
            yield _row(where, key, sent)
        before = len(terminal.chunks)
        terminal.settle(_IDLE)
        idle = sum(len(chunk.data) for chunk in terminal.chunks[before:])
        yield at_most(f"{where} idle for {_IDLE:.0f} s", idle, 0, " B")
        for key in _CARD:
            sent = terminal.answer(key.keys, key.seen)
            most = max(most, len(sent))
            yield _row(where, key, sent)
    yield at_most(f"{where} the dearest of all keys here", most, _ROUND_TRIP, " B")


def _list(terminal: Terminal, height: int) -> Iterator[tuple[_Key, bytes]]:
    """Keys in the list, first with the preview beside it, if there is room for one, then without."""
    has_preview = any("─ Preview" in line for line in terminal.lines())
    for words in (" with preview", "") if has_preview else ("",):
        if has_preview and not words:
            terminal.answer(b"p")
        for what, keys, target in (("cursor move", DOWN, 350), ("edge scroll", DOWN, 600), ("page", PAGE_DOWN, 1_500)):
            if what == "edge scroll":
                terminal.answer(DOWN * height)
            answers = [terminal.answer(keys) for _ in range(_TIMES)]
            yield _Key(what + words, keys, target), sorted(answers, key=len)[_TIMES // 2]
        terminal.answer(HOME)


def _row(where: str, key: _Key, sent: bytes) -> Row:
    return at_most(f"{where} {key.what}", len(sent), key.target, " B", ratio=_made_of(sent))


def _made_of(sent: bytes) -> str:
    """Of how many bytes of which kind: text, looks (colours, bold), and the rest, which is nearly all positions."""
    looks = places = 0
    for order in _ORDER.finditer(sent):
        if order[1] == b"m":
            looks += len(order[0])
        else:
            places += len(order[0])
    return f"text {len(sent) - looks - places:,}, looks {looks:,}, positions {places:,}"
