"""The heads of the columns of a table, where they say more than a word."""

from collections.abc import Sequence

from textual.app import RenderResult
from textual.geometry import Size
from textual.widget import Widget

from crm_tui.widgets.cells import EMPTY, Cell, cell
from crm_tui.widgets.columns import Column, arrange
from crm_tui.widgets.table_paint import GUTTER


class Heads(Widget):
    """A line over a table without a header of its own; it stays where it is while the rows scroll."""

    DEFAULT_CSS = """
    Heads { height: 1; width: 1fr; }
    """

    def __init__(self, columns: Sequence[Column], heads: Sequence[Cell]) -> None:
        super().__init__()
        self._columns, self._heads = columns, heads

    def set_heads(self, columns: Sequence[Column], heads: Sequence[Cell]) -> None:
        """Other heads, over other columns."""
        self._columns, self._heads = columns, heads
        self.refresh()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return 1

    def render(self) -> RenderResult:
        line = EMPTY
        for place in arrange(self._columns, text_room(self.size.width)):
            line = cell(line.fit(GUTTER + place.x), self._heads[place.at].cut(place.width))
        return line.content()


def text_room(width: int) -> int:
    """What a table of this width has for text."""
    return max(1, width - GUTTER - 1)
