"""A table that holds only the rows on screen: a million open as quickly as ten, and a cursor move paints
two lines.

Two ways to fill it. Small panels give all rows with `set_rows`. Long lists call `restart`; the table then
posts RowsWanted for the pages that come into view, and the screen answers each, whenever it has the rows,
with `show_page`. Answers to an older generation are dropped.
"""

from collections.abc import Callable, Sequence
from typing import TypeAlias

from textual import events
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.style import Style
from textual.widget import Widget

from crm_tui.commands import in_scope
from crm_tui.places import Scope
from crm_tui.widgets import table_messages, table_paint
from crm_tui.widgets.cells import EMPTY, Cell, cell
from crm_tui.widgets.columns import Column, Placed, arrange, column_at
from crm_tui.widgets.command_target import Availability, CommandTarget
from crm_tui.widgets.movement import Movement
from crm_tui.widgets.rows import PageRequest, Pages, Row, RowList, top_for

_WHEEL_ROWS = 3


class VirtualTable(Movement, CommandTarget, Widget, can_focus=True):
    """One-line rows in columns, with a cursor. See the module's text."""

    COMMAND_IDS = in_scope(Scope.MOVE)
    DEFAULT_CSS = """
    VirtualTable { height: 1fr; width: 1fr; }
    """

    RowsWanted: TypeAlias = table_messages.RowsWanted
    CursorMoved: TypeAlias = table_messages.CursorMoved
    RowChosen: TypeAlias = table_messages.RowChosen
    HeaderChosen: TypeAlias = table_messages.HeaderChosen
    ViewChanged: TypeAlias = table_messages.ViewChanged

    def __init__(
        self,
        columns: Sequence[Column],
        *,
        header: bool = True,
        empty: Cell = EMPTY,
        cursor_always: bool = False,
        opens: bool = True,
        fold: Callable[[str], str] = str.casefold,
        id: str | None = None,  # noqa: A002 - the name that every Textual widget has for it
        classes: str | None = None,
    ) -> None:
        """`empty` is shown where there are no rows; `cursor_always` shows the cursor without focus too;
        `opens` False: there is nothing to open in a row; `fold` folds one character for match marks."""
        super().__init__(id=id, classes=classes)
        self.columns = tuple(columns)
        self.header = header
        self.empty = empty
        self.sort: tuple[str, bool] | None = None
        self.generation = 0
        self._cursor_always = cursor_always
        self._opens = opens
        self._fold = fold
        self._words: tuple[str, ...] = ()
        self._source: Pages | RowList = RowList()
        self._next: Pages | None = None
        self._keep_cursor = self._keep_place = self._to_last = self._had_focus = False
        self._cursor = 0
        self._top = 0
        self._view: tuple[int, int, int | None, bool] | None = None
        self._placed: list[Placed] = []
        self._book = table_paint.StyleBook(Style())

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Show all of these rows; the cursor stays on the row it was on, if that is still there."""
        was = self.cursor_row
        self._source, self._next = RowList(rows), None
        self.generation += 1
        self._arrange()
        self._put_cursor_back(self._find(was))

    def restart(self, *, keep_cursor: bool = False, keep_place: bool = False) -> None:
        """Ask for everything anew: another list, or (`keep_cursor`) the same one read again, with the cursor on its
        row or (`keep_place`) where that was. The old rows stay on screen until the first answer."""
        self._next = Pages()
        self._keep_cursor, self._keep_place, self._to_last = keep_cursor, keep_place, False
        self.generation += 1
        if isinstance(self._source, RowList):
            self._source = Pages()
            self._arrange()
            self.refresh()
        self._ask()

    def show_page(
        self, request: PageRequest, rows: Sequence[Row], *, generation: int,
        before: str | None = None, after: str | None = None, total: int | None = None, exact: bool = False,
    ) -> None:  # fmt: skip
        """Answer to RowsWanted, dropped if the generation is older.

        `before` and `after` are the cursors of the first and the last of these rows; `total` how many rows
        there are: exactly, or at least.
        """
        if generation != self.generation:
            return
        was = None if self._keep_place else self.cursor_row
        pages, first_answer = self._paged(), self._next is not None
        pages.put(request, rows, before, after, total, exact)
        if first_answer:
            self._source, self._next = pages, None
            if not self._keep_cursor:
                self._cursor, self._top = 0, 0
            self._put_cursor_back(self._find(was) if self._keep_cursor else 0)
            return
        if self._to_last and pages.exact:
            self._to_last = False
            self.move_to(self.count - 1)
        if request.start <= self._cursor < request.start + request.limit:
            self._cursor = self._selectable(self._cursor, 1) or 0  # a heading may have come under it
            self._post_cursor()
        self._show_changed()

    def set_total(self, total: int, *, exact: bool) -> None:
        """How many rows a long list has, where that is counted apart from reading them."""
        pages = self._paged()
        pages.total, pages.exact = total, exact
        self._show_changed()

    def page_failed(self, request: PageRequest, *, generation: int) -> None:
        """Answer to RowsWanted when the rows could not be read; moving there, or `restart`, asks again."""
        if generation == self.generation:
            self._paged().refused(request)
            self._to_last = False
            if self._next is not None and not self._source.started:
                self._source, self._next = self._next, None
                self._show_changed()

    def set_columns(self, columns: Sequence[Column]) -> None:
        """Other columns; the rows must have their cells."""
        self.columns = tuple(columns)
        self._arrange()
        self.refresh()

    def set_sort(self, key: str | None, *, descending: bool = False) -> None:
        """Mark the column that the rows are sorted by."""
        self.sort = None if key is None else (key, descending)
        self.refresh()

    def set_match(self, words: Sequence[str]) -> None:
        """Mark these folded search words in the columns that want it."""
        if tuple(words) != self._words:
            self._words = tuple(words)
            self.refresh()

    def set_empty(self, text: Cell) -> None:
        """What to show where there are no rows."""
        if text != self.empty and not self.count:
            self.refresh()
        self.empty = text

    @property
    def count(self) -> int:
        """How many rows there are, as far as is known."""
        return self._source.count

    @property
    def total(self) -> int | None:
        """How many rows there are; None while that is not known."""
        return self._source.total

    @property
    def cursor_index(self) -> int:
        """Place of the cursor, from 0."""
        return self._cursor

    @property
    def cursor_row(self) -> Row | None:
        """The row under the cursor, or None if there is none or it has not come yet."""
        row = self.row_at(self._cursor)
        return row if row is not None and row.selectable else None

    @property
    def line_count(self) -> int:
        """Lines it would take to show everything: rows, column heads, or the empty text."""
        return max(1, self.count) + self._head

    def row_at(self, index: int) -> Row | None:
        """The row at a place, or None if there is none or it has not come yet."""
        return self._source.row(index)

    def is_cut(self, row: Row) -> bool:
        """Whether a cell of this row does not fit in its column."""
        return table_paint.is_cut(self._placed, row)

    def move_to(self, index: int, *, step: int = 1) -> None:
        """Put the cursor on a row, or on the next one in the direction of `step` that can take it."""
        target = self._selectable(index, step)
        if target is None or target == self._cursor:
            self._scroll_to_cursor(index)
            return
        old, self._cursor = self._cursor, target
        if not self._scroll_to_cursor(index):
            self._repaint(old, target)
        self._post_cursor()
        self._ask()

    def move_to_id(self, row_id: str) -> bool:
        """Put the cursor on a row by its id; False if it is not among the rows that are here."""
        index = self._source.index_of(row_id)
        if index is not None:
            self.move_to(index)
        return index is not None

    def availability(self, command_id: str) -> Availability:
        return self._opens if command_id == "move.open" else super().availability(command_id)

    @property
    def page(self) -> int:
        """How many rows are in view."""
        return max(1, self.size.height - self._head)

    def step(self, rows: int) -> None:
        """Move the cursor down by so many rows, up if negative."""
        self.move_to(self._cursor + rows, step=rows)

    def to_first(self) -> None:
        """Move the cursor to the first row."""
        self.move_to(0)

    def to_last(self) -> None:
        """Move the cursor to the last row, which may have to be asked for."""
        if self._source.exact:
            self.move_to(self.count - 1, step=-1)
        else:
            self._to_last = True
            self._ask(exact_total=True)

    def do_move_open(self) -> None:
        if (row := self.cursor_row) is not None:
            self.post_message(self.RowChosen(self, row, self._cursor))

    def on_click(self, event: events.Click) -> None:
        if self._head and event.y == 0:
            if (column := column_at(self._placed, event.x - table_paint.GUTTER)) is not None:
                self.post_message(self.HeaderChosen(self, column))
            return
        index = self._top + event.y - self._head
        row = self.row_at(index)
        if row is None or not row.selectable:
            return
        if index == self._cursor and self._had_focus:
            self.do_move_open()
        self.move_to(index)

    def on_mouse_down(self) -> None:
        # the click itself gives the focus: a first click only puts the cursor there
        self._had_focus = self.has_focus

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self._scroll_top(self._top + _WHEEL_ROWS)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self._scroll_top(self._top - _WHEEL_ROWS)

    def on_focus(self) -> None:
        self._repaint(self._cursor)

    def on_blur(self) -> None:
        self._repaint(self._cursor)

    def on_resize(self) -> None:
        self._arrange()
        self.refresh()
        self._scroll_to_cursor(self._cursor)
        self._scroll_top(self._top)
        self._ask()
        self._post_view()

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._book = table_paint.StyleBook(Style())

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return self.line_count

    @property
    def _head(self) -> int:
        return 1 if self.header and (self.count or isinstance(self._source, Pages)) else 0

    def _paged(self) -> Pages:
        """The pages that answers are for."""
        pages = self._next or self._source
        return pages if isinstance(pages, Pages) else Pages()

    def _selectable(self, index: int, step: int) -> int | None:
        """The nearest place that can take the cursor; None if there are no rows."""
        count = self.count
        return self._source.selectable(max(0, min(index, count - 1)), step) if count else None

    def _find(self, row: Row | None) -> int:
        found = self._source.index_of(row.id) if row is not None else None
        return self._cursor if found is None else found

    def _put_cursor_back(self, index: int) -> None:
        """After new rows: the cursor on the row it was on or at the same place."""
        self._cursor = self._selectable(index, 1) or 0
        self._scroll_to_cursor(self._cursor)
        self._show_changed()
        self._post_cursor()

    def _show_changed(self) -> None:
        self._scroll_top(self._top)
        self.refresh()
        self._ask()
        self._post_view()

    def _ask(self, *, exact_total: bool = False) -> None:
        """Ask for the pages in view and a screen more on each side; out of view, where there are no rows yet."""
        if not self.size.height and self._next is None:
            return
        first = 0 if self._next is not None and not self._keep_cursor else self._top
        source, page = self._next or self._source, self.page
        for request in source.wanted(first - page, first + 2 * page, exact_total=exact_total):
            self.post_message(self.RowsWanted(self, request, self.generation))

    def _scroll_to_cursor(self, towards: int) -> bool:
        """Bring the cursor into view, and headings that were moved towards; True if the rows moved."""
        if not self.size.height:
            return False
        if self._selectable(0, 1) == self._cursor:
            towards = 0
        towards = max(0, min(towards, self.count - 1))
        return self._scroll_top(top_for(self._top, self.page, self._cursor, towards))

    def _scroll_top(self, top: int) -> bool:
        top = max(0, min(top, self.count - self.page))
        if top == self._top:
            return False
        self._top = top
        self.refresh()
        self._ask()
        self._post_view()
        return True

    def _post_cursor(self) -> None:
        self.post_message(self.CursorMoved(self, self.cursor_row, self._cursor, self.generation))

    def _post_view(self) -> None:
        count = self.count
        view = (min(self._top + 1, count), min(self._top + self.page, count), self.total, self._source.exact)
        if view != self._view and (self.size.height or count):
            self._view = view
            self.post_message(self.ViewChanged(self, *view))

    def _repaint(self, *indexes: int) -> None:
        lines = [index - self._top + self._head for index in indexes]
        if regions := [Region(0, y, self.size.width, 1) for y in lines if self._head <= y < self.size.height]:
            self.refresh(*regions)

    def _arrange(self) -> None:
        natural: list[int] = []
        if isinstance(self._source, RowList) and any(column.most for column in self.columns):
            natural = table_paint.natural_widths(self.columns, self._source.rows)
        self._placed = arrange(self.columns, self._room, natural)

    def render_line(self, y: int) -> Strip:
        if self._head and y == 0:
            return self._strip(table_paint.header_cells(self._placed, self.sort))
        index = self._top + y - self._head
        if index >= self.count:
            return self._strip([self._nothing(y - self._head)])
        row = self.row_at(index)
        cursor = index == self._cursor and (self._cursor_always or self.has_focus)
        if row is None:
            return self._strip([cell(("…", "faint"))], cursor=cursor)
        if row.kind == "rule":
            return self._strip([cell(("─" * self._room, "faint"))])
        cursor = cursor and row.selectable
        if row.kind == "line":
            return self._strip([table_paint.as_cell(row.cells[0]).cut(self._room)], row.style, cursor=cursor)
        return self._strip(table_paint.row_cells(self._placed, row, self._words, self._fold), row.style, cursor=cursor)

    @property
    def _room(self) -> int:
        """Width for text: the gutter and the last column stay blank."""
        return max(1, self.size.width - table_paint.GUTTER - 1)

    def _nothing(self, line: int) -> Cell:
        """What to say where there are no rows, in this line of as many as it takes."""
        lines = () if self.count else table_paint.nothing(self._source, self.empty, self._room, self.page)
        return lines[line] if line < len(lines) else EMPTY

    def _strip(self, cells: list[Cell], row_style: str = "", *, cursor: bool = False) -> Strip:
        if self._book.base != self.visual_style:
            self._book = table_paint.StyleBook(self.visual_style)
        return table_paint.line_strip(cells, row_style, self.size.width, self._book, cursor=cursor)
