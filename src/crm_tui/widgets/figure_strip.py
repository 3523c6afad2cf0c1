"""Key figures side by side: a label above each, its lines below."""

from collections.abc import Sequence
from typing import NamedTuple

from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget

from crm_tui.widgets.cells import EMPTY, Cell, cell, join, painted

_GAPS = (4, 3, 2, 1)


class Figure(NamedTuple):
    """A figure: what it is called, and its lines, such as one for each currency."""

    label: str
    lines: Sequence[Cell]


class FigureStrip(Widget):
    """Takes no room while there are no figures. `note` is a sentence below them."""

    DEFAULT_CSS = """
    FigureStrip { height: auto; width: 1fr; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._figures: tuple[Figure, ...] = ()
        self._note = EMPTY
        self._gap = False

    def set_gap(self, gap: bool) -> None:
        """Whether a blank line follows."""
        if gap != self._gap:
            self._gap = gap
            self.refresh(layout=True)

    def set_figures(self, figures: Sequence[Figure], note: Cell = EMPTY) -> None:
        """Show other figures."""
        before = self.line_count
        self._figures, self._note = tuple(figures), note
        self.refresh(layout=self.line_count != before)

    @property
    def line_count(self) -> int:
        """Lines that it takes."""
        highest = max((len(figure.lines) for figure in self._figures), default=-1)
        lines = highest + 1 + bool(self._note)
        return lines + self._gap if lines else 0

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return self.line_count

    def render_line(self, y: int) -> Strip:
        room = max(0, self.size.width - 2)
        is_note = bool(self._note) and y == self.line_count - 1 - self._gap
        line = self._note if is_note else self._line(y, room)
        return painted(cell(" ", line.cut(room)), self.size.width, self.visual_style)

    def _line(self, y: int, room: int) -> Cell:
        widths = [max(cell(each.label).width, *(line.width for line in each.lines)) for each in self._figures]
        gaps = max(0, len(widths) - 1)
        gap = next((gap for gap in _GAPS if sum(widths) + gaps * gap <= room), _GAPS[-1])
        parts = [self._part(figure, y).fit(width) for figure, width in zip(self._figures, widths, strict=True)]
        return join(parts, " " * gap)

    def _part(self, figure: Figure, y: int) -> Cell:
        if y == 0:
            return cell((figure.label, "muted"))
        return figure.lines[y - 1] if y <= len(figure.lines) else EMPTY
