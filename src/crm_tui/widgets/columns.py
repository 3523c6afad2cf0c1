"""Columns of a table and how they share a width. Pure, and imports nothing that costs time."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Literal


class Column:
    """One column.

    `width` is what it has at least, in cells. It grows up to `most` as far as its contents need it
    (measured only where all rows are in memory), then with `flex` as its part of what is left. When the
    table gets too narrow, columns with a `drop` number go, the lowest first; 0 stays. `gap` are the blanks
    before it. `style` is a style name for its cells, `match` says that filter matches are marked in it.
    """

    __slots__ = ("align", "drop", "flex", "gap", "key", "label", "match", "most", "style", "width")

    def __init__(
        self, key: str, label: str = "", *, width: int = 1, most: int = 0, flex: int = 0,
        align: Literal["left", "right"] = "left", drop: int = 0, gap: int = 2, style: str = "", match: bool = False,
    ) -> None:  # fmt: skip
        self.key, self.label = key, label
        self.width, self.most, self.flex = width, most, flex
        self.align: Literal["left", "right"] = align
        self.drop, self.gap, self.style, self.match = drop, gap, style, match

    def of_width(self, width: int) -> Column:
        """The same with another least width."""
        return Column(
            self.key, self.label, width=width, most=self.most, flex=self.flex, align=self.align, drop=self.drop,
            gap=self.gap, style=self.style, match=self.match,
        )  # fmt: skip


class Placed:
    """A column that is shown: which of the columns and of a row's cells, where it starts, how wide it is."""

    __slots__ = ("at", "column", "width", "x")

    def __init__(self, at: int, column: Column, x: int, width: int) -> None:
        self.at, self.column, self.x, self.width = at, column, x, width


def arrange(columns: Sequence[Column], available: int, natural: Sequence[int] = ()) -> list[Placed]:
    """Which columns are shown in `available` cells, and where; `natural` is what their contents need."""
    shown = list(enumerate(columns))
    while _least(shown) > available and any(column.drop for _, column in shown):
        shown.remove(min((each for each in shown if each[1].drop), key=lambda each: each[1].drop))
    widths = {index: column.width for index, column in shown}
    spare = available - _least(shown)
    for index, column in shown:
        if column.most and spare > 0 and index < len(natural):
            more = max(0, min(column.most, natural[index], column.width + spare) - column.width)
            widths[index] += more
            spare -= more
    shares = sum(column.flex for _, column in shown)
    if spare > 0 and shares:
        for index, column in shown:
            if column.flex:
                part = spare * column.flex // shares
                widths[index] += part
                spare -= part
                shares -= column.flex
    elif spare < 0:
        for index, column in shown:
            if column.flex or column.most:
                less = min(-spare, widths[index] - 1)
                widths[index] -= less
                spare += less
    return _place(shown, widths)


def column_at(placed: Sequence[Placed], x: int) -> Column | None:
    """The column at a place in the width, its gap included; None where there is none."""
    return next((each.column for each in placed if each.x <= x < each.x + each.width + each.column.gap), None)


def _least(shown: Sequence[tuple[int, Column]]) -> int:
    return sum(column.width + column.gap for _, column in shown) - (shown[0][1].gap if shown else 0)


def _place(shown: Sequence[tuple[int, Column]], widths: dict[int, int]) -> list[Placed]:
    placed: list[Placed] = []
    for index, column in shown:
        x = placed[-1].x + placed[-1].width + column.gap if placed else 0
        placed.append(Placed(index, column, x, widths[index]))
    return placed
