"""Bars that stand over the columns of a table: forecast `░` and actual `█`, from a zero line, with a scale at the left.

Bars above zero end in eighths of a cell. Below zero there are halves only: terminals have no more such blocks.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import ceil, floor, log10
from typing import NamedTuple

from textual import events
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget

from crm_tui.text import width
from crm_tui.widgets.cells import EMPTY, Cell, cell, painted

#: lines that it takes at least, the zero line included
LEAST_LINES = 5
_EIGHTHS = " ▁▂▃▄▅▆▇"
_STEPS = (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)
_UNITS = ((1e9, "G"), (1e6, "M"), (1e3, "k"))


class Bar(NamedTuple):
    """A value in its column; None has no bar. ``is_actual``: solid."""

    x: int
    width: int
    value: float | None
    is_actual: bool


class Scale(NamedTuple):
    """``above`` and ``below`` zero so many marks, ``step`` apart, each so many lines high."""

    step: float
    above: int
    below: int
    lines: int

    @property
    def unit(self) -> float:
        """The value of a line."""
        return self.step / self.lines


class PairChart(Widget):
    """Repaints only the lines that another picture changes."""

    DEFAULT_CSS = """
    PairChart { height: 1fr; width: 1fr; }
    """
    line_count = 13

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._bars: Sequence[Bar] = ()
        self._left = 0
        self._values: Sequence[float] = ()
        self._lines: list[Cell] = []

    def set_bars(self, bars: Iterable[Bar], left: int, values: Iterable[float | None]) -> None:
        """Show these bars, with the scale in the first ``left`` cells; it is made for all these values."""
        self._bars, self._left = tuple(bars), left
        self._values = [value for value in values if value is not None]
        self._draw()

    def on_resize(self, event: events.Resize) -> None:
        self._draw()

    def render_line(self, y: int) -> Strip:
        line = self._lines[y] if y < len(self._lines) else EMPTY
        return painted(line, self.size.width, self.visual_style)

    def _draw(self) -> None:
        old, self._lines = self._lines, draw(self._bars, self._values, self._left, self.size)
        for y, line in enumerate(self._lines):
            if y >= len(old) or old[y] != line:
                self.refresh(Region(0, y, self.size.width, 1))


def draw(bars: Sequence[Bar], values: Sequence[float], left: int, size: Size) -> list[Cell]:
    """The lines of the picture; none where there is nothing to draw, or no room for it."""
    width, height = size
    if height < LEAST_LINES or not any(values):
        return []
    scale = scale_for(values, height - 1)
    blank = height - 1 - (scale.above + scale.below) * scale.lines
    above = [_line(bars, scale, line, left, width) for line in range(scale.above * scale.lines, 0, -1)]
    below = [_line(bars, scale, -line, left, width) for line in range(1, scale.below * scale.lines + 1)]
    return [EMPTY] * blank + above + [_zero(scale, left, width)] + below


def scale_for(values: Sequence[float], room: int) -> Scale:
    """The finest scale whose marks for these values fit into ``room`` lines."""
    lines = 1 if room < 6 else 2 if room < 18 else 3
    highest, lowest = max(0.0, *values), min(0.0, *values)
    marks = max(room // lines, 2 if highest and lowest else 1)
    size = 10 ** floor(log10(max(highest, -lowest) / marks))
    while True:
        for step in (each * size for each in _STEPS):
            above, below = _marks(highest, step), _marks(-lowest, step)
            if above + below <= marks:
                return Scale(step, above, below, lines)
        size *= 10


def _marks(value: float, step: float) -> int:
    """How many steps hold a value; a thousandth of a step less is as good as whole."""
    return max(1, ceil(value / step - 0.001)) if value else 0


def short_figure(value: float) -> str:
    """``72 k``, ``1.2 M``: a round figure in few cells."""
    for size, word in _UNITS:
        if abs(value) >= size:
            return f"{value / size:.4g} {word}".replace("-", "−")
    return f"{value:.4g}".replace("-", "−")


def _line(bars: Sequence[Bar], scale: Scale, line: int, left: int, width: int) -> Cell:
    """A line of the picture, counted from the zero line, which is not one: 1 is above it, -1 below."""
    is_mark = line % scale.lines == 0
    label = short_figure(line * scale.unit) if is_mark else ""
    parts = [_scale_label(label, left), cell(("┤" if is_mark else "│", "faint"))]
    at = left + 1
    for bar in bars:
        text = "" if bar.value is None else _piece(bar.value / scale.unit, line, solid=bar.is_actual)
        if not text or at > bar.x:
            continue
        # the whole cells of a forecast are grey by their texture, its end needs a fainter colour
        style = "accent" if bar.is_actual else "muted" if text == "░" else "faint"
        parts += [cell(" " * (bar.x - at)), cell((text * bar.width, style))]
        at = bar.x + bar.width
    return cell(*parts).cut(width)


def _zero(scale: Scale, left: int, width: int) -> Cell:
    corner = "┼" if scale.below else "└"
    return cell(_scale_label("0", left), (corner + "─" * max(0, width - left - 2), "faint"))


def _scale_label(text: str, left: int) -> Cell:
    room = left - 1
    return cell((text if width(text) <= room else "", "muted")).fit(max(0, room), right=True) + cell(" ")


def _piece(height: float, line: int, *, solid: bool) -> str:
    """What of a bar so many lines high (or deep) is in this line: nothing, its end, or a whole cell."""
    if (height > 0) != (line > 0) or not height:
        return ""
    part = abs(height) - (abs(line) - 1)
    least = 1 if abs(line) == 1 else 0  # what is there is seen
    full = "█" if solid else "░"
    if line > 0:
        eighths = min(8, max(least, round(part * 8)))
        return full if eighths == 8 else _EIGHTHS[eighths].strip() if eighths else ""
    halves = min(2, max(least, round(part * 2)))
    return full if halves == 2 else "▀" if halves else ""
