"""A short list whose rows are several lines high, like an address; the cursor takes a whole row.

All rows are in memory. Where they do not fit, they scroll by lines, and the row under the cursor stays in view. A row
that is higher than the view is read to its end before the cursor leaves it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip
from textual.style import Style
from textual.widget import Widget

from crm_tui.commands import in_scope
from crm_tui.places import Scope
from crm_tui.widgets import table_paint
from crm_tui.widgets.cells import Cell
from crm_tui.widgets.columns import Column, Placed, arrange
from crm_tui.widgets.command_target import CommandTarget
from crm_tui.widgets.heads import text_room
from crm_tui.widgets.movement import Movement
from crm_tui.widgets.rows import Row

#: lines that the wheel goes on, and the cursor in a row that is higher than the view
_LINES = 3


class TallRow(NamedTuple):
    """A row: an id of its own, and its lines, each with one cell for each column."""

    id: str
    lines: tuple[tuple[Cell | str, ...], ...]


class View(NamedTuple):
    """What of the rows is in view: the first and the last of them, counted from 1, how many there are, and whether
    there are lines above and below."""

    first: int
    last: int
    total: int
    above: bool
    below: bool


class TallRows(Movement, CommandTarget, Widget, can_focus=True):
    """See the module's text."""

    COMMAND_IDS = tuple(name for name in in_scope(Scope.MOVE) if name != "move.open")
    DEFAULT_CSS = """
    TallRows { height: auto; width: 1fr; }
    """

    @dataclass
    class RowClicked(Message):
        """The mouse clicked on a row; the cursor is there already."""

        row: TallRow

    @dataclass
    class ViewChanged(Message):
        """Other lines are in view."""

        view: View

    def __init__(self, columns: Sequence[Column]) -> None:
        super().__init__()
        self.columns = tuple(columns)
        self._rows: tuple[TallRow, ...] = ()
        self._lines: list[tuple[int, tuple[Cell | str, ...]]] = []  # the row that a line is of, and its cells
        self._placed: list[Placed] = []
        self._cursor = 0
        self._top = 0
        self._view: View | None = None
        self._book = table_paint.StyleBook(Style())

    def set_rows(self, columns: Sequence[Column], rows: Sequence[TallRow]) -> None:
        """Show these rows; the cursor stays on the row it was on, if that is still there."""
        was = self.cursor_row
        lines = len(self._lines)
        self.columns, self._rows = tuple(columns), tuple(rows)
        self._lines = [(place, line) for place, row in enumerate(self._rows) for line in row.lines]
        ids = [row.id for row in self._rows]
        self._cursor = ids.index(was.id) if was is not None and was.id in ids else 0
        self._arrange()
        self._scroll_to_cursor()
        self.refresh(layout=len(self._lines) != lines)

    @property
    def cursor_row(self) -> TallRow | None:
        """The row under the cursor; None where there are no rows."""
        return self._rows[self._cursor] if self._rows else None

    @property
    def line_count(self) -> int:
        """Lines it would take to show everything."""
        return len(self._lines)

    @property
    def page(self) -> int:
        """How many rows are in view."""
        view = self._in_view()
        return max(1, view.last - view.first)

    def move_to_id(self, row_id: str) -> None:
        """Put the cursor on a row, if it is there."""
        self._move_to(next((place for place, row in enumerate(self._rows) if row.id == row_id), self._cursor))

    def step(self, rows: int) -> None:
        """Move the cursor down by so many rows, up if negative; first to the end of a row that goes on out of view."""
        own, height = self._own_lines, self.size.height
        below, above = own.stop - self._top - height, self._top - own.start
        left = below if rows > 0 else above
        if len(own) > height and left > 0:
            lines = min(_LINES, height, left)
            self._scroll_top(self._top + (lines if rows > 0 else -lines))
        else:
            self._move_to(self._cursor + rows)

    def to_first(self) -> None:
        """Move the cursor to the first row, and to its first line."""
        self._move_to(0)
        self._scroll_top(0)

    def to_last(self) -> None:
        """Move the cursor to the last row, and to its last line."""
        self._move_to(len(self._rows) - 1)
        self._scroll_top(len(self._lines))

    def on_click(self, event: events.Click) -> None:
        line = self._top + event.y
        if 0 <= line < len(self._lines):
            place = self._lines[line][0]
            self._move_to(place)
            self.post_message(self.RowClicked(self._rows[place]))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self._scroll_top(self._top + _LINES)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self._scroll_top(self._top - _LINES)

    def on_resize(self) -> None:
        self._arrange()
        self._scroll_to_cursor()
        self.refresh()

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._book = table_paint.StyleBook(Style())

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return max(1, self.line_count)

    def render_line(self, y: int) -> Strip:
        if self._book.base != self.visual_style:
            self._book = table_paint.StyleBook(self.visual_style)
        line = self._top + y
        if line >= len(self._lines):
            return table_paint.line_strip((), "", self.size.width, self._book, cursor=False)
        place, cells = self._lines[line]
        drawn = table_paint.row_cells(self._placed, Row("", cells), (), str.casefold)
        return table_paint.line_strip(drawn, "", self.size.width, self._book, cursor=place == self._cursor)

    def _move_to(self, place: int) -> None:
        place = max(0, min(place, len(self._rows) - 1))
        if place != self._cursor:
            self._cursor = place
            self._scroll_to_cursor()
            self.refresh()

    def _scroll_to_cursor(self) -> None:
        """All lines of the row under the cursor in view, or nothing but lines of it where they do not all fit."""
        own = self._own_lines
        if self.size.height:
            least, most = sorted((own.start, own.stop - self.size.height))
            self._scroll_top(max(least, min(self._top, most)))

    @property
    def _own_lines(self) -> range:
        """The lines of the row under the cursor."""
        before = sum(len(row.lines) for row in self._rows[: self._cursor])
        row = self.cursor_row
        return range(before, before + (len(row.lines) if row is not None else 0))

    def _scroll_top(self, top: int) -> None:
        top = max(0, min(top, len(self._lines) - self.size.height))
        if top != self._top:
            self._top = top
            self.refresh()
        view = self._in_view()
        if view != self._view and self.size.height:
            self._view = view
            self.post_message(self.ViewChanged(view))

    def _in_view(self) -> View:
        bottom = self._top + self.size.height
        shown = [place + 1 for place, _ in self._lines[self._top : bottom]] or [0]
        return View(shown[0], shown[-1], len(self._rows), above=self._top > 0, below=bottom < len(self._lines))

    def _arrange(self) -> None:
        self._placed = arrange(self.columns, text_room(self.size.width))
