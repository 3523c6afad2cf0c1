"""Finds where a frame is the last one, moved up or down: a list that scrolled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from crm_tui.terminal.cells import Row

# Fewer rows are written as quickly as they are moved.
_ROWS = 4
# Columns of text that are wide enough to know a row by.
_WIDTH = 4


class Shift(NamedTuple):
    """Rows from `top` to below `bottom` move up by `by`, or down if it is negative."""

    top: int
    bottom: int
    by: int


def find(old: Sequence[Row], new: Sequence[Row], changed: Sequence[int]) -> Shift | None:
    """The shift that most rows were moved by, if there is one. `changed`: the rows that differ, in order.

    It need not leave less to write: what stands beside the list is moved, too.
    """
    if len(changed) < _ROWS:
        return None
    votes: Counter[int] = Counter()
    moved: dict[int, set[int]] = {}
    for left, right in _blocks(old, new, changed):
        places: dict[tuple[object, ...], list[int]] = {}
        for y in range(changed[0], changed[-1] + 1):
            places.setdefault(tuple(old[y][left:right]), []).append(y)
        for y in changed:
            found = places.get(tuple(new[y][left:right]), ())
            # Rows that look alike, such as empty ones, say nothing, and neither do those where only the bar differs.
            if len(found) == 1 and found[0] != y:
                votes[found[0] - y] += 1
                moved.setdefault(found[0] - y, set()).add(y)
    if not votes:
        return None
    by, _ = votes.most_common(1)[0]
    rows = moved[by]
    if len(rows) < _ROWS - 1:
        return None
    return Shift(min(rows) + min(by, 0), max(rows) + max(by, 0) + 1, by)


def _blocks(old: Sequence[Row], new: Sequence[Row], changed: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Columns in which rows differ, between those in which none does: a list's, and those of what stands beside."""
    differs = [False] * len(old[changed[0]])
    for y in changed:
        if old[y] is not new[y]:
            for x, (was, now) in enumerate(zip(old[y], new[y], strict=True)):
                if was is not now and was != now:
                    differs[x] = True
    start = None
    for x, each in enumerate([*differs, False]):
        if each and start is None:
            start = x
        elif not each and start is not None:
            if x - start >= _WIDTH:
                yield start, x
            start = None


def moved(rows: Sequence[Row], shift: Shift, empty: Row) -> list[Row]:
    """The rows after a shift; those that come in are like `empty`."""
    part = rows[shift.top : shift.bottom]
    come_in = [list(empty) for _ in range(abs(shift.by))]
    part = [*part[shift.by :], *come_in] if shift.by > 0 else [*come_in, *part[: shift.by]]
    return [*rows[: shift.top], *part, *rows[shift.bottom :]]


def sequence(shift: Shift) -> str:
    """How a terminal is told. It must be in its own look, in which the lines that come in are blank."""
    count = abs(shift.by) if abs(shift.by) > 1 else ""
    command = f"\x1b[{count}{'M' if shift.by > 0 else 'L'}"
    # Setting the region moves the cursor to the first line of the screen.
    go = f"\x1b[{shift.top + 1}H" if shift.top else ""
    return f"\x1b[{shift.top + 1};{shift.bottom}r{go}{command}\x1b[r"
