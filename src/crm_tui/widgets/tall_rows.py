"""A short list whose rows are several lines high, like an address; the cursor takes a whole row.

All rows are in memory. Where they do not fit, they scroll by lines, and the row under the cursor stays in view.
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

_WHEEL_LINES = 3


class TallRow(NamedTuple):
    """A row: an id of its own, and its lines, each with one cell for each column."""

    id: str
    lines: tuple[tuple[Cell | str, ...], ...]


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
        """Other rows are in view: the first and the last of them, counted from 1, and how many there are."""

        first: int
        last: int
        total: int

    def __init__(self, columns: Sequence[Column]) -> None:
        super().__init__()
        self.columns = tuple(columns)
        self._rows: tuple[TallRow, ...] = ()
        self._lines: list[tuple[int, tuple[Cell | str, ...]]] = []  # the row that a line is of, and its cells
        self._placed: list[Placed] = []
        self._cursor = 0
        self._top = 0
        self._view: tuple[int, int, int] | None = None
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
        first, last, _ = self._in_view()
        return max(1, last - first)

    def move_to_id(self, row_id: str) -> None:
        """Put the cursor on a row, if it is there."""
        self._move_to(next((place for place, row in enumerate(self._rows) if row.id == row_id), self._cursor))

    def step(self, rows: int) -> None:
        """Move the cursor down by so many rows, up if negative."""
        self._move_to(self._cursor + rows)

    def to_first(self) -> None:
        """Move the cursor to the first row."""
        self._move_to(0)

    def to_last(self) -> None:
        """Move the cursor to the last row."""
        self._move_to(len(self._rows) - 1)

    def on_click(self, event: events.Click) -> None:
        line = self._top + event.y
        if 0 <= line < len(self._lines):
            place = self._lines[line][0]
            self._move_to(place)
            self.post_message(self.RowClicked(self._rows[place]))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self._scroll_top(self._top + _WHEEL_LINES)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self._scroll_top(self._top - _WHEEL_LINES)

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
        """All lines of the row under the cursor in view, its first ones where they do not all fit."""
        own = [line for line, (place, _) in enumerate(self._lines) if place == self._cursor]
        if own and self.size.height:
            top = max(self._top, own[-1] + 1 - self.size.height)
            self._scroll_top(min(top, own[0]))

    def _scroll_top(self, top: int) -> None:
        top = max(0, min(top, len(self._lines) - self.size.height))
        if top != self._top:
            self._top = top
            self.refresh()
        view = self._in_view()
        if view != self._view and self.size.height:
            self._view = view
            self.post_message(self.ViewChanged(*view))

    def _in_view(self) -> tuple[int, int, int]:
        shown = [place for place, _ in self._lines[self._top : self._top + self.size.height]]
        return (shown[0] + 1, shown[-1] + 1, len(self._rows)) if shown else (0, 0, len(self._rows))

    def _arrange(self) -> None:
        self._placed = arrange(self.columns, text_room(self.size.width))
