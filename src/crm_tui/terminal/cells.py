"""What a terminal shows, cell by cell: a text in a look. Frames of Textual are taken apart into these."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from rich.cells import split_graphemes
from rich.color import Color, ColorSystem
from rich.style import Style
from textual.strip import Strip

# SGR codes by the attribute of a style that asks for them.
_CODES = {
    "bold": 1,
    "dim": 2,
    "italic": 3,
    "underline": 4,
    "blink": 5,
    "blink2": 6,
    "reverse": 7,
    "conceal": 8,
    "strike": 9,
    "underline2": 21,
    "frame": 51,
    "encircle": 52,
    "overline": 53,
}
#: those that nobody can see where nothing is written
UNSEEN_ON_BLANKS = frozenset({1, 2, 3, 5, 6, 8})
# Never sent, even if it came past the filter that every line goes through.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
# Cells that are remembered, so that equal ones are the same object and quickly compared.
_KEPT = 50_000
# Colours that the palette of 256 has, too: half as long to send. Those below are often set by the user.
_NUMBERS = {Color.from_ansi(number).get_truecolor(): number for number in range(255, 21, -1)}
# From here on, and with these, terminals disagree about the width: emoji, joined ones, presentation selectors.
_EMOJI = "\U0001f000"
_JOINING = ("\u200d", "\ufe0f")
_WIDE_SYMBOLS = range(0x2300, 0x2C00)


class Look(NamedTuple):
    """SGR codes of attributes, and of both colours as they are sent; an empty one is the terminal's own."""

    attributes: frozenset[int] = frozenset()
    foreground: str = ""
    background: str = ""

    @property
    def shows_blanks_as(self) -> Look:
        """What can be seen of it where nothing is written: often only the background."""
        if self.attributes <= UNSEEN_ON_BLANKS:
            return Look(background=self.background)
        return self


#: a text of one or two cells and its look. The second cell of a wide character has the text "".
Cell = tuple[str, Look]
Row = list[Cell | None]  # None: not known

PLAIN = Look()
BLANK: Cell = (" ", PLAIN)


def is_blank(cell: Cell | None) -> bool:
    """Whether erasing gives this cell: nothing in it but a background."""
    return cell is not None and cell[0] == " " and not cell[1].attributes


def is_risky(text: str) -> bool:
    """Whether terminals disagree about how wide this is."""
    if text.isascii():
        return False
    return (
        text[0] >= _EMOJI
        or any(each in text for each in _JOINING)
        or (ord(text[0]) in _WIDE_SYMBOLS and sum(width for _, _, width in split_graphemes(text)[0]) > 1)
    )


class Cells:
    """Takes strips apart, for a terminal with that many colours."""

    def __init__(self, system: ColorSystem) -> None:
        self._system = system
        self._kept: dict[Cell, Cell] = {}
        self._look = lru_cache(maxsize=4096)(self._look_of)
        self._segment = lru_cache(maxsize=4096)(self._cells_of)

    def of(self, strips: Iterable[Strip | None]) -> list[Cell]:
        """The cells of strips that lie side by side."""
        row: list[Cell] = []
        for strip in strips:
            for text, style, control in strip or ():
                if not control:
                    row += self._segment(text, style)
        return row

    def _cells_of(self, text: str, style: Style | None) -> tuple[Cell, ...]:
        look = self._look(style or Style.null())
        text = _CONTROL.sub("", text)
        if text.isascii():
            return tuple(self._cell(each, look) for each in text)
        cells: list[Cell] = []
        for start, end, width in split_graphemes(text)[0]:
            if width:  # what has none and nothing to stand on can't be shown
                cells.append(self._cell(text[start:end], look))
                cells += [self._cell("", look)] * (width - 1)
        return tuple(cells)

    def _cell(self, text: str, look: Look) -> Cell:
        cell = (text, look.shows_blanks_as if text == " " else look)
        if len(self._kept) > _KEPT:
            self._kept.clear()
        return self._kept.setdefault(cell, cell)

    def _look_of(self, style: Style) -> Look:
        attributes = frozenset(code for name, code in _CODES.items() if getattr(style, name))
        return Look(attributes, self._colour(style.color, 39), self._colour(style.bgcolor, 49))

    def _colour(self, colour: Color | None, default: int) -> str:
        if colour is None:
            return ""
        if self._system is ColorSystem.TRUECOLOR and colour.triplet in _NUMBERS:
            return f"{default - 1};5;{_NUMBERS[colour.triplet]}"
        codes = ";".join(colour.downgrade(self._system).get_ansi_codes(foreground=default == 39))
        return "" if codes == str(default) else codes


def mend(row: Row) -> None:
    """Replace halves of wide characters, left by what was laid over the other half, as a terminal does."""
    # A wide character and its second cell have the same look.
    for x, cell in enumerate(row):
        if cell is None or (cell[0].isascii() and cell[0]):
            continue
        if cell[0]:
            follower = row[x + 1] if x + 1 < len(row) else None
            if wide(cell[0]) and (follower is None or follower[0] or follower[1] != cell[1]):
                row[x] = (" ", cell[1].shows_blanks_as)
        else:
            leader = row[x - 1] if x else None
            if leader is None or not wide(leader[0]) or leader[1] != cell[1]:
                row[x] = (" ", cell[1].shows_blanks_as)


@lru_cache(maxsize=4096)
def wide(text: str) -> bool:
    """Whether a cell's text takes two cells."""
    return sum(width for _, _, width in split_graphemes(text)[0]) > 1
