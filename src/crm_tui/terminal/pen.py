"""Writes cells to a terminal in few bytes: it knows where the cursor is and what it writes with."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from crm_tui.terminal.abilities import Abilities
from crm_tui.terminal.cells import PLAIN, UNSEEN_ON_BLANKS, Cell, Look, is_risky, wide

# SGR codes that end an attribute; 22 ends two of them.
_ENDS = {1: 22, 2: 22, 3: 23, 4: 24, 21: 24, 5: 25, 6: 25, 7: 27, 8: 28, 9: 29, 51: 54, 52: 54, 53: 55}
_DOWN = "\x1bD"
# Lines from which on it is not longer to go down by number.
_FEW = 3


class Pen:
    """One frame's output. It begins in the terminal's own look, somewhere; `finish` leaves it so."""

    def __init__(self, width: int, able: Abilities) -> None:
        self._width, self._able = width, able
        self._out: list[str] = []
        self._y: int | None = None  # None: anywhere
        self._x: int | None = None
        self._look = PLAIN

    def copy(self) -> Pen:
        """Another pen that has written the same and is in the same place."""
        other = Pen(self._width, self._able)
        other.become(self)
        return other

    def become(self, other: Pen) -> None:
        """Have written what another pen has."""
        self._out = list(other._out)
        self._y, self._x, self._look = other._y, other._x, other._look

    def __len__(self) -> int:
        return sum(len(each.encode()) for each in self._out)

    @property
    def has_written(self) -> bool:
        """Whether there is anything to send."""
        return bool(self._out)

    def finish(self) -> str:
        """All that was written."""
        self.take(PLAIN)
        return "".join(self._out)

    def control(self, sequence: str) -> None:
        """Write a sequence that moves the cursor somewhere."""
        self._out.append(sequence)
        self._y = self._x = None

    def move(self, y: int, x: int) -> None:
        """Go to a cell, by the shortest way."""
        if (y, x) == (self._y, self._x):
            return
        ways = ["\x1b[H" if not x and not y else f"\x1b[{y + 1}H" if not x else f"\x1b[{y + 1};{x + 1}H"]
        # Down line by line is ESC D, which no terminal driver takes for the end of a line, unlike a line feed.
        if self._y is not None and (down := y - self._y) >= 0:
            lines = _DOWN * down if down < _FEW else f"\x1b[{down}B"
            ways += [f"{lines}{way}" for way in self._along(x)]
        self._out.append(min(ways, key=len))
        self._y, self._x = y, x

    def _along(self, x: int) -> list[str]:
        """The ways to a column from where the pen is."""
        ways = ["\r"] if not x else [f"\x1b[{x + 1}G"] if self._able.columns else []
        if self._x is not None:
            gap = x - self._x
            ways.append("" if not gap else _relative(gap, "C") if gap > 0 else "\b" * -gap)
        return ways

    def write(self, cells: Sequence[Cell]) -> None:
        """Write cells that follow each other. A wide character comes with its second cell."""
        for text, look in cells:
            if not text:
                continue
            if text == " ":
                self._take_for_blanks(look)
            else:
                self.take(look)
            if is_risky(text):
                self._write_risky(text)
            else:
                self._out.append(text)
                self._advance(2 if not text.isascii() and wide(text) else 1)

    def erase(self, count: int, look: Look) -> None:
        """Make so many cells blank, without moving."""
        self._take_for_blanks(look)
        self._out.append(_relative(count, "X"))

    def erase_line(self, look: Look) -> None:
        """Make the rest of the line blank."""
        self._take_for_blanks(look)
        self._out.append("\x1b[K")

    def clear(self, look: Look) -> None:
        """Make the whole screen blank."""
        self._take_for_blanks(look)
        self._out.append("\x1b[2J")

    def take(self, look: Look) -> None:
        """Write in this look from now on."""
        if look != self._look:
            self._out.append(change(self._look, look))
            self._look = look

    def distance(self, y: int, x: int) -> int | None:
        """Cells from where the pen is to there, in the same line."""
        return None if y != self._y or self._x is None else x - self._x

    def shows_blank(self, look: Look) -> bool:
        """Whether a blank written now looks like one of `look`."""
        return self._look.shows_blanks_as == look

    def can_write(self, cells: Sequence[Cell]) -> bool:
        """Whether these can be written without a sequence."""
        return all(
            text.isascii() and (self.shows_blank(look) if text == " " else look == self._look) for text, look in cells
        )

    def _take_for_blanks(self, look: Look) -> None:
        """Change only what can be seen of a blank."""
        if not self.shows_blank(look):
            seen = look.attributes - UNSEEN_ON_BLANKS
            same = Look(self._look.attributes & UNSEEN_ON_BLANKS, self._look.foreground, look.background)
            self.take(look if seen else same)

    def _write_risky(self, text: str) -> None:
        """A terminal may draw it narrower or wider than it is here: blank its place first, and go on by number."""
        x, y, count = self._x, self._y, 2 if wide(text) else 1
        if x is None or y is None:  # after the last column; does not happen, as rows are well formed
            return
        self._out.append(f"{' ' * count}{self._to(y, x)}{text}")
        if x + count < self._width:
            self._out.append(self._to(y, x + count))
        self._advance(count)

    def _to(self, y: int, x: int) -> str:
        return f"\x1b[{x + 1}G" if self._able.columns else f"\x1b[{y + 1};{x + 1}H"

    def _advance(self, count: int) -> None:
        if self._x is not None:
            self._x += count
            if self._x >= self._width:  # terminals disagree about where in the line the cursor is then
                self._x = None


def _relative(count: int, command: str) -> str:
    return f"\x1b[{count}{command}" if count > 1 else f"\x1b[{command}"


@lru_cache(maxsize=4096)
def change(old: Look, new: Look) -> str:
    """From one look to another, by the shorter of: what differs, or all anew."""
    anew = [str(code) for code in sorted(new.attributes)] + [c for c in (new.foreground, new.background) if c]
    if not anew:
        return "\x1b[m"
    ends = sorted({_ENDS[code] for code in old.attributes - new.attributes})
    codes = [str(code) for code in ends]
    codes += [str(code) for code in sorted(new.attributes) if code not in old.attributes or _ENDS[code] in ends]
    if new.foreground != old.foreground:
        codes.append(new.foreground or "39")
    if new.background != old.background:
        codes.append(new.background or "49")
    return min(f"\x1b[{';'.join(codes)}m", f"\x1b[0;{';'.join(anew)}m", key=len)
