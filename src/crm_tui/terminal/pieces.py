"""In which order a frame is written: line by line, or one look after the other.

A change of colours takes up to 40 bytes, a jump fewer than ten. So what has a look of its own, such as the figures of
a column, waits until the rest is written, and then comes in one go.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from crm_tui.terminal.cells import Cell, Look, Row, is_blank
from crm_tui.terminal.pen import change

# Bytes that it takes to jump, and to jump over a piece and to come back to it.
_JUMP, _JUMPS = 5, 12
# Bytes that it takes to erase a line, and pieces from which on that may be shorter.
_ERASED, _MANY = 8, 3
# Cells up to which pieces that stand one above the other are written downwards, and how many make a column.
_NARROW, _COLUMN = 2, 3


class Piece(NamedTuple):
    """Cells side by side that are written in one look. None at all: the line is to be blank from there on."""

    y: int
    x: int
    cells: Sequence[Cell]
    look: Look


def cut(y: int, old: Row, new: Row) -> Iterator[Piece]:
    """The pieces in which a line differs, from left to right."""
    x, width = 0, len(new)
    while x < width:
        if new[x] is None or new[x] is old[x] or new[x] == old[x]:
            x += 1
            continue
        start, look = x, None
        cells: list[Cell] = []
        while x < width and (cell := new[x]) is not None and (cell != old[x] or not cell[0]):
            if cell[0] != " " or not is_blank(cell):
                if look is None and all(each[1] == cell[1].shows_blanks_as for each in cells):
                    look = cell[1]
                elif look != cell[1]:
                    break
            elif cells and cell[1] != (look or cells[0][1]).shows_blanks_as:
                break
            cells.append(cell)
            x += 1
        yield Piece(y, start, cells, cells[0][1] if look is None else look)


def after_erasing(pieces: list[Piece], old: Row, new: Row, erasable: Callable[[Cell], bool]) -> list[Piece]:
    """The same, or an erased line and what then is to be written, if that is likely to be shorter."""
    if len(pieces) < _MANY:
        return pieces
    y, x = pieces[0].y, pieces[0].x
    blanks = Counter(cell for cell in new[x:] if cell is not None and cell[0] == " " and erasable(cell))
    if None in new[x:] or not blanks:
        return pieces
    blank = max(blanks, key=blanks.__getitem__)
    anew = list(cut(y, [*old[:x], *[blank] * (len(new) - x)], new))
    if _length(anew) + _ERASED >= _length(pieces):
        return pieces
    return [Piece(y, x, (), blank[1]), *anew]


def _length(pieces: Sequence[Piece]) -> int:
    """Bytes that they take, more or less."""
    return sum(_JUMP + sum(len(text.encode()) for text, _ in piece.cells) for piece in pieces)


def by_look(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces in the order in which they take few changes of the look."""
    erased = [piece for piece in pieces if not piece.cells]
    pieces = [piece for piece in pieces if piece.cells]
    counted = Counter(piece.look for piece in pieces)
    if len(counted) < 2:
        return [*erased, *pieces]
    main = max(counted, key=counted.__getitem__)
    late = [look for look, count in counted.items() if look != main and _pays(main, look, count)]
    ordered = sorted(erased, key=lambda piece: piece.look.background)
    ordered += _downwards([piece for piece in pieces if piece.look not in late])
    for look in sorted(late, key=lambda look: (look.background, look.foreground, sorted(look.attributes))):
        ordered += _downwards([piece for piece in pieces if piece.look == look])
    return ordered


def _pays(main: Look, look: Look, count: int) -> bool:
    there_and_back = len(change(main, look)) + len(change(look, main))
    return count * (there_and_back - _JUMPS) > there_and_back


def _downwards(pieces: list[Piece]) -> list[Piece]:
    """Columns of narrow pieces first, such as the sides of boxes, each from top to bottom; then the others."""
    columns: dict[int, list[Piece]] = {}
    for piece in pieces:
        if len(piece.cells) <= _NARROW:
            columns.setdefault(piece.x, []).append(piece)
    tall = {x for x, column in columns.items() if len(column) >= _COLUMN}
    first = [piece for x in sorted(tall) for piece in columns[x]]
    return first + [piece for piece in pieces if len(piece.cells) > _NARROW or piece.x not in tall]
