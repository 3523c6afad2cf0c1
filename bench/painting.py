"""From the key to the paint: cursor moves, letters of a filter, cards; the list as it then stays on the screen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bench.data import Scene
from bench.program import DOWN, ENTER, ESC, UP, cursor, is_card, rows, started
from bench.report import Row, at_most
from bench.terminal import Echo, Region, Terminal
from bench.timing import timing_of
from crm_tui.demo.build import BY_HAND
from crm_tui.demo.bulk import FIRST_CUSTOMER_NUMBER, HUGE_FROM

TITLE = "Key to paint, 120x40"
_MOVES = 60
_CARDS = 20
#: typed letter by letter, then cleared
_TYPED = ("lahtinen", "mar", "soren", "hels oy", "berg")
#: customers by their place among those that the demo makes in bulk
_BIG = {"a usual customer": 9, "one with 100,000 activities": 0, "one with 10,000 contacts": 1}
_AGAIN = 6
_PAUSE = 0.35  # seconds without output after a key; the preview comes within them


def measure(scene: Scene) -> Iterator[Row]:
    """At the smallest and the largest size; the big customers are only in big stores."""
    for size in dict.fromkeys((scene.smallest, scene.largest)):
        with started(scene.store(size), scene.folder) as terminal:
            yield _row(
                f"{size:,} customers: cursor move", _pressed(terminal, [DOWN, DOWN, UP] * (_MOVES // 3), cursor), 20
            )
            yield _row(f"{size:,} customers: letter of a filter, rows", _filtered(terminal), 60)
            yield _row(f"{size:,} customers: card open, whole", _cards(terminal), 150)
            if size > HUGE_FROM + BY_HAND:
                for name, place in _BIG.items():
                    yield _row(f"{size:,} customers: card of {name}", _same_card(terminal, place), 150)


def _pressed(terminal: Terminal, keys: Sequence[bytes], region: Region) -> list[Echo]:
    return [terminal.press(key, region, _PAUSE) for key in keys]


def _filtered(terminal: Terminal) -> list[Echo]:
    """Letters that change nothing in the rows are left out: nobody can see when they are done."""
    echoes = []
    for text in _TYPED:
        terminal.press(b"/", rows, _PAUSE)
        echoes += _pressed(terminal, [letter.encode() for letter in text], rows)
        terminal.press(ESC, rows, _PAUSE)
        terminal.press(ESC, rows, _PAUSE)
    return echoes


def _cards(terminal: Terminal) -> list[Echo]:
    echoes = []
    for _ in range(_CARDS):
        echoes.append(terminal.press(ENTER, tuple, _PAUSE))
        terminal.press(ESC, tuple, _PAUSE)
        terminal.press(DOWN, tuple, _PAUSE)
    return echoes


def _same_card(terminal: Terminal, place: int) -> list[Echo]:
    """The card of one customer, found by its number."""
    terminal.press(b"/" + b"%d" % (FIRST_CUSTOMER_NUMBER + place) + ENTER, rows, _PAUSE)
    echoes = []
    for _ in range(_AGAIN):
        echoes.append(terminal.press(ENTER, tuple, _PAUSE))
        terminal.until(is_card, "the card does not open")
        terminal.press(ESC, tuple, _PAUSE)
    terminal.press(ESC, rows, _PAUSE)
    return echoes


def _row(what: str, echoes: Sequence[Echo], target: float) -> Row:
    """Judged by the clock; of the processor's time others take nothing."""
    timing = timing_of([echo.painted for echo in echoes if echo.painted is not None])
    processor = timing_of([echo.processor for echo in echoes if echo.processor is not None])
    row = at_most(what, timing.p95, target, " ms p95")
    shown = f"median {timing.median:.0f} ms; processor {processor.median:.0f} ms, p95 {processor.p95:.0f}"
    return row._replace(ratio=shown)
