"""Finds where a frame is the last one, moved up or down: a list that scrolled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from crm_tui.terminal.cells import Row

# Cells at the right that do not scroll along: a scrollbar.
_BAR = 2
# Fewer rows are written as quickly as they are moved.
_ROWS = 4


class Shift(NamedTuple):
    """Rows from `top` to below `bottom` move up by `by`, or down if it is negative."""

    top: int
    bottom: int
    by: int


def find(old: Sequence[Row], new: Sequence[Row], changed: Sequence[int]) -> Shift | None:
    """The shift that leaves clearly less to write, if there is one. `changed`: the rows that differ, in order."""
    if len(changed) < _ROWS:
        return None
    top, bottom = changed[0], changed[-1] + 1
    left, right = _columns(old, new, changed)
    places: dict[tuple[object, ...], list[int]] = {}
    for y in range(top, bottom):
        places.setdefault(tuple(old[y][left:right]), []).append(y)
    votes: Counter[int] = Counter()
    for y in changed:
        found = places.get(tuple(new[y][left:right]), ())
        # Rows that look alike, such as empty ones, say nothing, and neither do those where only the bar differs.
        if len(found) == 1 and found[0] != y:
            votes[found[0] - y] += 1
    if not votes:
        return None
    by, count = votes.most_common(1)[0]
    if count < _ROWS - 1 or count * 2 < len(changed):
        return None
    return Shift(top, bottom, by)


def _columns(old: Sequence[Row], new: Sequence[Row], changed: Sequence[int]) -> tuple[int, int]:
    """From where to where the rows differ: beside the list that scrolls something else may stand still."""
    differing = [x for y in changed for x, (was, now) in enumerate(zip(old[y], new[y], strict=True)) if was != now]
    return min(differing), max(max(differing) + 1 - _BAR, min(differing) + 1)


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
