"""Tasks of one column of a board: cards where it is narrow, one line each where it is wide."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip
from textual.style import Style
from textual.widget import Widget

from crm_tui.commands import in_scope
from crm_tui.places import Scope
from crm_tui.widgets.cells import EMPTY, Cell, cell, join, wrap
from crm_tui.widgets.columns import Column, arrange
from crm_tui.widgets.command_target import CommandTarget
from crm_tui.widgets.movement import Movement
from crm_tui.widgets.rows import Row
from crm_tui.widgets.table_paint import GUTTER, StyleBook, line_strip, row_cells

#: from this width on a task is one line
WIDE = 60
#: from this width on a card names its project beside the number
_NAMES_PROJECT = 40
_NAME_LINES = 2
_WHEEL_LINES = 3
_COLUMNS = (
    Column("name", width=34, flex=3),
    Column("number", width=5, align="right", style="muted"),
    Column("project", width=16, flex=2, style="muted", drop=1),
    Column("due", width=12),
    Column("who", width=2, style="muted"),
)


class Task(NamedTuple):
    """A task as it is shown; ``id`` tells it from the others."""

    id: str
    name: str
    number: str
    project: str
    due: Cell
    who: str


class _Line(NamedTuple):
    """A line of the column; ``task`` is the place of the task it belongs to, -1 between two."""

    task: int
    cells: Sequence[Cell]


class TaskCards(Movement, CommandTarget, Widget, can_focus=True):
    """The tasks of a column with a cursor. A move paints the two tasks it goes between."""

    COMMAND_IDS = in_scope(Scope.MOVE)
    DEFAULT_CSS = """
    TaskCards { height: 1fr; width: 1fr; }
    """

    @dataclass
    class CursorMoved(Message):
        """Another task is under the cursor, or the same one was read again; None: there is none."""

        cards: "TaskCards"
        task: Task | None

        @property
        def control(self) -> "TaskCards":
            return self.cards

    @dataclass
    class TaskChosen(Message):
        """Enter on a task."""

        cards: "TaskCards"
        task: Task

        @property
        def control(self) -> "TaskCards":
            return self.cards

    def __init__(self, *, empty: Cell = EMPTY, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._empty = empty
        self._tasks: Sequence[Task] = ()
        self._lines: Sequence[_Line] = ()
        self._cursor = 0
        self._top = 0
        self._book = StyleBook(Style())

    # -- what it shows ---------------------------------------------------------------------------------------

    def set_tasks(self, tasks: Sequence[Task], *, empty: Cell | None = None) -> None:
        """Show these tasks, or `empty`; the cursor stays on the task it was on, if that is still there."""
        was = self.current
        self._tasks = tuple(tasks)
        self._empty = self._empty if empty is None else empty
        found = self._index_of(was.id) if was is not None else None
        self._cursor = max(0, min(self._cursor if found is None else found, len(self._tasks) - 1))
        self._arrange()
        self.post_message(self.CursorMoved(self, self.current))

    @property
    def current(self) -> Task | None:
        """The task under the cursor."""
        return self._tasks[self._cursor] if self._tasks else None

    @property
    def line_count(self) -> int:
        """Lines it would take to show everything."""
        return max(1, len(self._lines))

    def move_to(self, index: int) -> None:
        """Put the cursor on a task, the nearest one there is."""
        target = max(0, min(index, len(self._tasks) - 1))
        if target == self._cursor:
            return
        old, self._cursor = self._cursor, target
        if not self._scroll_to_cursor():
            self._repaint(old, target)
        self.post_message(self.CursorMoved(self, self.current))

    def move_to_id(self, task_id: str) -> bool:
        """Put the cursor on a task by its id; False if it is not here."""
        index = self._index_of(task_id)
        if index is not None:
            self.move_to(index)
        return index is not None

    # -- movement --------------------------------------------------------------------------------------------

    @property
    def page(self) -> int:
        """How many tasks are in view."""
        return max(1, len({line.task for line in self._lines[self._top : self._top + self.size.height]} - {-1}))

    def step(self, rows: int) -> None:
        """Move down by so many tasks, up if negative."""
        self.move_to(self._cursor + rows)

    def to_first(self) -> None:
        """Move to the first task."""
        self.move_to(0)

    def to_last(self) -> None:
        """Move to the last task."""
        self.move_to(len(self._tasks) - 1)

    def do_move_open(self) -> None:
        if self.current is not None:
            self.post_message(self.TaskChosen(self, self.current))

    # -- events ----------------------------------------------------------------------------------------------

    def on_click(self, event: events.Click) -> None:
        line = self._top + event.y
        if line < len(self._lines) and self._lines[line].task >= 0:
            self.move_to(self._lines[line].task)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self._scroll_top(self._top + _WHEEL_LINES)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self._scroll_top(self._top - _WHEEL_LINES)

    def on_focus(self) -> None:
        self._repaint(self._cursor)

    def on_blur(self) -> None:
        self._repaint(self._cursor)

    def on_resize(self) -> None:
        self._arrange()

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._book = StyleBook(Style())

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return self.line_count

    # -- inside ----------------------------------------------------------------------------------------------

    def _index_of(self, task_id: str) -> int | None:
        return next((place for place, task in enumerate(self._tasks) if task.id == task_id), None)

    def _arrange(self) -> None:
        self._lines = task_lines(self._tasks, self.size.width - GUTTER - 1)
        self._scroll_to_cursor()
        self._scroll_top(self._top)
        self.refresh()

    def _place(self, task: int) -> tuple[int, int]:
        """The first line of a task, and the one behind its last."""
        lines = [number for number, line in enumerate(self._lines) if line.task == task]
        return (lines[0], lines[-1] + 1) if lines else (0, 0)

    def _scroll_to_cursor(self) -> bool:
        first, behind = self._place(self._cursor)
        return self._scroll_top(min(max(self._top, behind - self.size.height), first))

    def _scroll_top(self, top: int) -> bool:
        top = max(0, min(top, len(self._lines) - self.size.height))
        if top == self._top:
            return False
        self._top = top
        self.refresh()
        return True

    def _repaint(self, *tasks: int) -> None:
        for task in tasks:
            first, behind = self._place(task)
            if behind > first:
                self.refresh(Region(0, first - self._top, self.size.width, behind - first))

    def render_line(self, y: int) -> Strip:
        if self._book.base != self.visual_style:
            self._book = StyleBook(self.visual_style)
        width = self.size.width
        if not self._lines:
            text = self._empty.cut(max(1, width - GUTTER - 1)) if y == 0 else EMPTY
            return line_strip([text], "", width, self._book, cursor=False)
        index = y + self._top
        line = self._lines[index] if index < len(self._lines) else _Line(-1, ())
        under_cursor = self.has_focus and bool(self._tasks) and line.task == self._cursor
        return line_strip(line.cells, "", width, self._book, cursor=under_cursor)


def task_lines(tasks: Sequence[Task], room: int) -> list[_Line]:
    """The lines of a column of tasks that has `room` cells for text."""
    if room >= WIDE:
        placed = arrange(_COLUMNS, room)
        rows = [Row(task.id, (task.name, task.number, task.project, task.due, task.who)) for task in tasks]
        return [_Line(place, row_cells(placed, row, (), str)) for place, row in enumerate(rows)]
    lines: list[_Line] = []
    for place, task in enumerate(tasks):
        if lines:
            lines.append(_Line(-1, ()))
        lines += [_Line(place, (line,)) for line in _card(task, max(1, room))]
    return lines


def _card(task: Task, room: int) -> list[Cell]:
    """A card: the name on at most two lines; number and due date, and at the right who does it."""
    who = cell((task.who, "muted"))
    number = cell((task.number, "muted"))
    if room >= _NAMES_PROJECT:
        spare = room - number.width - task.due.width - who.width - 5
        number = join([number, cell((task.project, "muted")).cut(spare)], " ")
    left = join([number, task.due]).fit(max(0, room - who.width - 1))
    return [*wrap(cell(task.name), room, _NAME_LINES), cell(left, " ", who)]
