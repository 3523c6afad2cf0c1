"""Sends a terminal only the cells that differ from what it shows.

Two screens of cells are kept: what Textual has composed, and what the terminal shows. Whatever makes the latter
unknown (a new size, another program, lost output) is told with `forget`, and the next frame paints everything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from rich.color import ColorSystem

# Not public in Textual, and without another door: what it hands to its own writer.
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.geometry import Offset, Size

from crm_tui.terminal import scroll
from crm_tui.terminal.abilities import EVERYTHING, Abilities
from crm_tui.terminal.cells import BLANK, PLAIN, Cell, Cells, Look, Row, is_blank, is_risky, mend
from crm_tui.terminal.pen import Pen
from crm_tui.terminal.pieces import Piece, after_erasing, by_look, cut
from crm_tui.terminal.sheet import Sheet

_SYSTEMS = {"standard": ColorSystem.STANDARD, "256": ColorSystem.EIGHT_BIT, "truecolor": ColorSystem.TRUECOLOR}
# Unchanged cells that are written again rather than jumped over.
_SHORT_WAY = 4
# Blank cells from which on erasing them takes fewer bytes: to the end of the line, and inside it.
_TAIL, _HOLE = 3, 10


class Wire:
    """One terminal's screen. `colours` as Rich names them; `erases_in_colour`: whether erased cells have the
    background that is being written with."""

    def __init__(self, colours: str | None, *, erases_in_colour: bool, able: Abilities = EVERYTHING) -> None:
        self._able = able
        self._cells = Cells(_SYSTEMS.get(colours or "", ColorSystem.TRUECOLOR))
        self._erases_in_colour = erases_in_colour
        self._size = Size(0, 0)
        self._composed: list[Row] = []
        self._touched: set[int] = set()  # lines that may differ from what is shown
        self._shown: list[Row] | None = None
        self._cursor: Offset | None = None

    def forget(self) -> None:
        """The terminal may show anything by now."""
        self._shown = None

    def stands(self, sheet: Sheet) -> None:
        """The terminal shows this page."""
        self._size = Size(sheet.width, sheet.height)
        self._composed = [[None] * sheet.width for _ in range(sheet.height)]
        self._touched = set()
        self._shown = [[_as_cell(text, look) for text, look in row] for row in sheet.rows]
        self._cursor = None

    def frame(self, update: LayoutUpdate | ChopsUpdate, size: Size, cursor: Offset) -> str:
        """What to send for a frame; nothing if all of it is seen already. `cursor`: where to leave it."""
        self.compose(update, size)
        return self.paint(cursor)

    def compose(self, update: LayoutUpdate | ChopsUpdate, size: Size) -> list[int]:
        """Take a frame over. Returns the lines in which it differs from what the terminal shows."""
        if size != self._size:
            self._size = size
            self._composed = [[None] * size.width for _ in range(size.height)]
            self.forget()
        touched = self._lay_out(update) if isinstance(update, LayoutUpdate) else self._lay_chops(update)
        for y in touched:
            mend(self._composed[y])
        self._touched |= touched
        shown = self._shown
        return [y for y in sorted(touched) if shown is None or self._composed[y] != shown[y]]

    def paint(self, cursor: Offset, lines: Sequence[int] | None = None) -> str:
        """What to send for all that was taken over, or for some lines of it."""
        pen = Pen(self._size.width, self._able)
        if self._shown is None:
            self._shown = self._cleared(pen)
            self._touched = set(range(self._size.height))
            self._cursor, lines = None, None
        painted = self._touched if lines is None else self._touched & set(lines)
        self._paint(pen, self._shown, sorted(painted))
        self._touched -= painted
        if pen.has_written or cursor != self._cursor:
            pen.take(PLAIN)
            pen.move(cursor.y, cursor.x)
            self._cursor = cursor
        return pen.finish()

    # Composing

    def _lay_out(self, update: LayoutUpdate) -> set[int]:
        touched = set()
        for y, strips in enumerate(update.strips, update.region.y):
            if 0 <= y < self._size.height:
                self._lay(y, update.region.x, self._cells.of(strips))
                touched.add(y)
        return touched

    def _lay_chops(self, update: ChopsUpdate) -> set[int]:
        touched = set()
        for y, left, right in update.spans:
            if not 0 <= y < self._size.height:
                continue
            for end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
                if strip is None or x > right or end <= left:
                    continue
                whole = left <= x < right and end <= right
                self._lay(y, x, self._cells.of([strip if whole else strip.crop(0, min(end, right) - x)]))
                touched.add(y)
        return touched

    def _lay(self, y: int, x: int, cells: Sequence[Cell]) -> None:
        row = self._composed[y]
        count = max(0, min(len(cells), self._size.width - x))
        row[x : x + count] = cells[:count]

    # Painting

    def _cleared(self, pen: Pen) -> list[Row]:
        """Clear the terminal, in the colour that most of it is to have."""
        look = PLAIN
        if self._erases_in_colour:
            blanks = Counter(cell[1] for row in self._composed for cell in row if cell is not None and is_blank(cell))
            look = max(blanks, key=lambda each: blanks[each], default=PLAIN)
        pen.clear(look)
        return [[(" ", look)] * self._size.width for _ in range(self._size.height)]

    def _paint(self, pen: Pen, shown: list[Row], touched: Iterable[int]) -> None:
        changed = [y for y in touched if self._composed[y] != shown[y]]
        shift = scroll.find(shown, self._composed, changed) if self._able.moves_lines else None
        if shift is not None:
            by_hand, with_shift = pen.copy(), pen.copy()
            after = scroll.moved(shown, shift, [BLANK] * self._size.width)
            with_shift.take(PLAIN)
            with_shift.control(scroll.sequence(shift))
            self._paint_rows(by_hand, shown, changed)
            moved = sorted({*changed, *range(shift.top, shift.bottom)})
            moved = [y for y in moved if self._composed[y] != after[y]]
            self._paint_rows(with_shift, after, moved)
            if len(with_shift) < len(by_hand):
                shown[:] = after
                pen.become(with_shift)
                changed = moved
            else:
                pen.become(by_hand)
        else:
            self._paint_rows(pen, shown, changed)
        for y in changed:
            shown[y] = [new if new is not None else old for old, new in zip(shown[y], self._composed[y], strict=True)]

    def _paint_rows(self, pen: Pen, shown: Sequence[Row], changed: Iterable[int]) -> None:
        """Write lines by the shortest of some ways."""
        pieces: list[Piece] = []
        shorter: list[Piece] = []
        for y in changed:
            old, new = shown[y], self._composed[y]
            if any(cell is not None and is_risky(cell[0]) for row in (old, new) for cell in row):
                # Who knows where the terminal has put what follows: all of it is written, from left to right.
                self._paint_pieces(pen, cut(y, [None] * len(new), new))
                continue
            found = list(cut(y, old, new))
            pieces += found
            shorter += after_erasing(found, old, new, self._erasable)
        ways: list[list[Piece]] = []
        for way in (pieces, by_look(pieces), by_look(shorter)):
            if way not in ways:
                ways.append(way)
        pens = [pen.copy() for _ in ways]
        for each, way in zip(pens, ways, strict=True):
            self._paint_pieces(each, way)
        pen.become(min(pens, key=len))

    def _paint_pieces(self, pen: Pen, pieces: Iterable[Piece]) -> None:
        tails: dict[int, int] = {}
        erased: set[int] = set()
        for y, x, cells, look in pieces:
            if not cells:
                pen.move(y, x)
                pen.erase_line(look)
                continue
            if y not in tails:
                tails[y] = self._tail(self._composed[y])
            if y in erased and x >= tails[y]:
                continue
            self._jump(pen, y, x, self._composed[y])
            if self._write(pen, cells, y, x, tails[y]):
                erased.add(y)

    def _jump(self, pen: Pen, y: int, x: int, row: Row) -> None:
        """Go on at `x`; what little lies between is written again if that is shorter."""
        between = [cell for cell in row[max(0, x - _SHORT_WAY) : x] if cell is not None]
        if (gap := pen.distance(y, x)) is not None and 0 < gap <= len(between) and pen.can_write(between[-gap:]):
            pen.write(between[-gap:])
        else:
            pen.move(y, x)

    def _write(self, pen: Pen, cells: Sequence[Cell], y: int, x: int, tail: int) -> bool:
        """Write a run of cells from `x` on; True if that made the whole line right."""
        at, end = 0, len(cells)
        while at < end:
            pen.move(y, x + at)
            if x + at >= tail and end - at >= _TAIL:
                pen.erase_line(cells[at][1])
                return True
            stop = at
            while stop < end and (cells[stop] == cells[at] or _is_second(cells[stop])):
                stop += 1
            if stop - at >= _HOLE and self._able.erases and self._erasable(cells[at]):
                pen.erase(stop - at, cells[at][1])
            else:
                if x + at < tail < x + stop and end - (tail - x) >= _TAIL:
                    stop = tail - x
                pen.write(cells[at:stop])
            at = stop
        return False

    def _tail(self, row: Row) -> int:
        """From where on the row is blank in one colour and can be erased; its length if it ends in something."""
        last = row[-1] if row else None
        if not self._erasable(last):
            return len(row)
        x = len(row)
        while x and row[x - 1] == last:
            x -= 1
        return x

    def _erasable(self, cell: Cell | None) -> bool:
        return cell is not None and is_blank(cell) and (self._erases_in_colour or cell[1] == PLAIN)


def _as_cell(text: str, look: tuple[bool, str, str]) -> Cell | None:
    """A cell of a sheet, where all terminals see the same in it."""
    bold, foreground, background = look
    return (text, Look(frozenset((1,)) if bold else frozenset(), foreground, background)) if len(text) == 1 else None


def _is_second(cell: Cell | None) -> bool:
    return cell is not None and not cell[0]
