"""A screen of cells that is painted before Textual is there: what is put where, and how it is sent. Imports nothing."""

from __future__ import annotations

#: bold or not, and both colours as they are sent; an empty one is the terminal's own
Look = tuple[bool, str, str]

#: signs of our own that take one cell in any terminal; below the first mark every printable character does
_SIGNS = frozenset("│╭─╮╰╯▌▴–…×·")
_FIRST_MARK = "\u0300"
#: unchanged cells that are written again rather than jumped over
_SHORT_WAY = 4


def is_sure(text: str) -> bool:
    """Whether every character takes one cell, whatever the terminal."""
    return text.isprintable() and all(each < _FIRST_MARK or each in _SIGNS for each in text)


class Sheet:
    """So many lines of cells on one ground. A cell is a character and its look; where a terminal may see it another
    way, the first cell has the whole text and those after it have none."""

    __slots__ = ("_bars", "_blank", "height", "rows", "width")

    def __init__(self, width: int, height: int, ground: str) -> None:
        self.width, self.height = width, height
        self._blank = (" ", (False, "", ground))
        self._bars: list[tuple[int, int, int]] = []
        self.rows: list[list[tuple[str, Look]]] = [[self._blank] * width for _ in range(height)]

    def put(self, y: int, x: int, text: str, look: Look, width: int | None = None) -> None:
        """Write a clean text, of so many cells, where there is room for it."""
        if is_sure(text):
            cells = [(each, look if each != " " else (False, "", look[2])) for each in text]
        elif text:
            cells = [(text, look), *[("", look)] * ((width or len(text)) - 1)]
        else:
            return
        self.rows[y][x : x + len(cells)] = cells

    def bar(self, top: int, bottom: int, x: int, sign: str, look: Look) -> None:
        """Write a sign of one cell into each line from the top to before the bottom."""
        self._bars.append((top, bottom, x))
        for y in range(top, bottom):
            self.rows[y][x] = (sign, look)

    def fill(self, y: int, x: int, width: int, ground: str) -> None:
        """Give blank cells another ground."""
        self.rows[y][x : x + width] = [(" ", (False, "", ground))] * width

    def sequence(self, *, erases: bool) -> str:
        """What paints it on a screen in the terminal's own look; ``erases``: erased cells have the ground that is being
        written on."""
        pen = _Pen()
        if erases:
            pen.look(self._blank[1])
        pen.out.append("\x1b[2J")
        written: set[tuple[int, int]] = set()
        for top, bottom, x in self._bars:
            if x < self.width - 1:  # there terminals disagree about what a step back is
                pen.move(top, x)
                pen.look(self.rows[top][x][1])
                pen.out.append("\x1b[B\b".join([self.rows[top][x][0]] * (bottom - top)))
                pen.lost()
                written |= {(y, x) for y in range(top, bottom)}
        for y, row in enumerate(self.rows):
            runs = self._runs(y, row, written, skips=erases)
            while runs:  # those that look as what was written last come first
                run = next((each for each in runs if pen.writes_as(each[1][0][1])), runs[0])
                runs.remove(run)
                pen.move(y, run[0])
                pen.write(run[1])
            if pen.at == (y, self.width):
                pen.lost()
        pen.look((False, "", ""))
        pen.out.append("\x1b[H")
        return "".join(pen.out)

    def _runs(
        self, y: int, row: list[tuple[str, Look]], written: set[tuple[int, int]], *, skips: bool
    ) -> list[tuple[int, list[tuple[str, Look]]]]:
        """The cells of a line that have to be written, in pieces of one look: where they begin, and they."""
        runs: list[tuple[int, list[tuple[str, Look]]]] = []
        blanks: list[tuple[str, Look]] = []
        for x, cell in enumerate(row):
            if (y, x) in written or (skips and cell == self._blank):
                blanks.append(cell)
                continue
            last = runs[-1] if runs else None
            look = last[1][0][1] if last is not None else None
            goes_on = look is not None and cell[1][2] == look[2] and (cell[0] == " " or cell[1] == look)
            if last is not None and goes_on and len(blanks) <= _SHORT_WAY and all(each[0] == " " for each in blanks):
                last[1].extend([*blanks, cell])
            else:
                runs.append((x, [cell]))
            blanks = []
        return runs


class _Pen:
    """Writes cells, and changes the look where that can be seen."""

    __slots__ = ("_now", "at", "out")

    def __init__(self) -> None:
        self.out: list[str] = []
        self.at: tuple[int, int] | None = None
        self._now: Look = (False, "", "")

    def lost(self) -> None:
        """Terminals disagree about where the cursor is now."""
        self.at = None

    def move(self, y: int, x: int) -> None:
        if self.at is None or self.at[0] != y:
            self.out.append(f"\x1b[{y + 1};{x + 1}H" if x else f"\x1b[{y + 1}H")
        elif x != self.at[1]:
            self.out.append(f"\x1b[{x - self.at[1]}C" if x > self.at[1] else f"\x1b[{x + 1}G")
        self.at = (y, x)

    def writes_as(self, look: Look) -> bool:
        return look == self._now

    def write(self, cells: list[tuple[str, Look]]) -> None:
        """Cells of one look, and blanks on its ground."""
        self.look(cells[0][1] if cells[0][0] != " " else (*self._now[:2], cells[0][1][2]))
        self.out += [text for text, _ in cells]
        if self.at is not None:
            sure = all(len(text) == 1 for text, _ in cells)
            self.at = (self.at[0], self.at[1] + len(cells)) if sure else None

    def look(self, look: Look) -> None:
        if look == self._now:
            return
        if look == (False, "", ""):
            self.out.append("\x1b[m")
        else:
            bold, foreground, background = self._now
            codes = [] if look[0] == bold else ["1" if look[0] else "22"]
            codes += [] if look[1] == foreground else [look[1] or "39"]
            codes += [] if look[2] == background else [look[2] or "49"]
            self.out.append(f"\x1b[{';'.join(codes)}m")
        self._now = look
