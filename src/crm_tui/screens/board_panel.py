"""A column of the task board: the project tasks of one status."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from textual.message import Message

from crm_tui.domain.activities import Activity
from crm_tui.domain.names import initials
from crm_tui.screens.copying import Copy
from crm_tui.screens.detailed_panel import DetailedPanel
from crm_tui.screens.present import NOTHING, Clock, count, text
from crm_tui.screens.session import Session
from crm_tui.store.activities import DONE_DAYS, BoardColumn, TaskCard
from crm_tui.store.customers import CustomerCard
from crm_tui.text import clean_lines
from crm_tui.when import absolute_date, due
from crm_tui.widgets.cells import Cell, cell, join
from crm_tui.widgets.facts import Fact, whole
from crm_tui.widgets.task_board import WIDE, Task, TaskCards

#: a column of cards of this size shows the task under the cursor in full while it has the focus
_BROAD, _HIGH = 30, 36


class BoardPanel(DetailedPanel):
    """One status; which one, ``show_column`` says."""

    COMMAND_IDS = ("board.left", "board.right")
    DEFAULT_CSS = """
    BoardPanel {
        &.-high:focus-within .about { display: block; }
        &.-closed .about { display: none; }
    }
    """

    @dataclass
    class ColumnWanted(Message):
        """The cursor is to go so many columns to the right."""

        panel: BoardPanel
        step: int

    def __init__(self, session: Session, place: int) -> None:
        self._cards = TaskCards(empty=cell(("Loading…", "muted")))
        super().__init__(session, "Tasks", self._cards, id=f"column-{place}")
        self._tasks: dict[str, TaskCard] = {}
        self._column: BoardColumn | None = None
        self._beside: Cell = cell()

    def read(self, card: CustomerCard, *, again: bool) -> None:
        """The tab reads the board as a whole; another customer's tasks go at once."""
        if not again:
            self._tasks = {}
            self._cards.set_tasks((), empty=cell(("Loading…", "muted")))
            self.set_title(count="", warning="", fact="")

    def show_column(self, column: BoardColumn) -> None:
        """Show the tasks of a status."""
        self._column = column
        self._tasks = {str(task.id): task for task in column.tasks}
        nothing = "Nothing done lately." if column.is_done else "No tasks here."
        self._cards.set_tasks([_task(task, self.clock) for task in column.tasks], empty=cell((nothing, "muted")))
        late = f"{column.late} late" if column.late else ""
        self.set_title(column.name, count=count(column.count), warning=late, fact=_fact(column, self.clock))
        self._show_foot()

    def show_nothing(self, words: str) -> None:
        """There is no status to show tasks of."""
        self._column, self._tasks = None, {}
        self._cards.set_tasks((), empty=cell((words, "muted")))

    def show_beside(self, left: int, right: int) -> None:
        """Say how many columns there are that have no room beside this one."""
        before = cell((f"‹ {left} more", "muted")) if left else cell()
        behind = cell((f"{right} more ›", "muted")) if right else cell()
        self._beside = join([before, behind])
        self._show_foot()

    def move_to_task(self, task: int) -> bool:
        """Put the cursor on a task; False if it is not in this column."""
        return self._cards.move_to_id(str(task))

    def on_task_cards_cursor_moved(self, event: TaskCards.CursorMoved) -> None:
        event.stop()
        task = self._current
        self.show_about(_about(task, self.clock) if task is not None else ())

    def on_task_cards_task_chosen(self, event: TaskCards.TaskChosen) -> None:
        event.stop()
        task = self._tasks.get(event.task.id)
        if task is not None:
            show = partial(_in_full, task, self.clock)
            self.read_in_full("Task", lambda store: store.activities.get(task.id), show)

    def has_room(self) -> bool:
        return super().has_room() and self.outer_size.width >= WIDE

    def do_board_left(self) -> None:
        self.post_message(self.ColumnWanted(self, -1))

    def do_board_right(self) -> None:
        self.post_message(self.ColumnWanted(self, 1))

    def copies(self) -> Sequence[Copy]:
        task = self._current
        if task is None:
            return ()
        return [
            Copy("Task", task.name),
            Copy("Project", task.case_name),
            Copy("Project number", str(task.case_number)),
        ]

    @property
    def _current(self) -> TaskCard | None:
        task = self._cards.current
        return self._tasks.get(task.id) if task is not None else None

    def _make_room(self) -> None:
        super()._make_room()
        width, height = self.outer_size
        self.set_class(bool(self._facts) and width >= _BROAD and height >= _HIGH, "-high")

    def _show_foot(self) -> None:
        self.set_foot(join([cell((self._partial(), "muted")), self._beside]))

    def _partial(self) -> str:
        """What part of the tasks the column shows."""
        column = self._column
        if column is None or column.count.number == len(column.tasks):
            return ""
        shown = len(column.tasks)
        return f"{shown} in the last {DONE_DAYS} days" if column.is_done else f"the first {shown}"


def _task(task: TaskCard, clock: Clock) -> Task:
    who = initials(task.assignee_name) if task.assignee_name else ""
    return Task(str(task.id), task.name, str(task.case_number), task.case_name, _due(task, clock), who)


def _due(task: TaskCard, clock: Clock) -> Cell:
    """When a task is due, or was done: mark and word."""
    if task.is_done:
        return cell((f"✓ {clock.day(task.done_on)}" if task.done_on else "✓ done", "good"))
    if task.due is None:
        return NOTHING
    word = due(task.due, clock.today, clock.settings.dates)
    if task.due < clock.today:
        return cell((f"! {word}", "bad"))
    if task.due == clock.today:
        return cell((f"• {word}", "warn"))
    return cell((clock.day(task.due), "muted"))


def _about(task: TaskCard, clock: Clock) -> list[Fact]:
    """The task under the cursor in full."""
    return [
        Fact("Task", cell((task.name, "name")), wrap=True),
        Fact("Project", cell((f"{task.case_number} ", "muted"), task.case_name), wrap=True),
        Fact("Done" if task.is_done else "Due", _day(task, clock), wrap=True),
        Fact("Assignee", text(task.assignee_name)),
    ]


def _in_full(task: TaskCard, clock: Clock, entry: Activity) -> list[Fact]:
    """The task with its notes."""
    notes = clean_lines(entry.notes) if entry.notes else ()
    return [*_about(task, clock), *([whole("")] if notes else []), *(whole(line, wrap=True) for line in notes)]


def _day(task: TaskCard, clock: Clock) -> Cell:
    """When it is due or was done, with the whole date."""
    day = task.done_on if task.is_done else task.due
    whole = absolute_date(day, clock.settings.dates) if day else ""
    if day and not task.is_done and day <= clock.today:
        return cell(_due(task, clock), (f"  {whole}", "muted"))
    return cell(("✓ ", "good") if task.is_done else "", whole or "–")


def _fact(column: BoardColumn, clock: Clock) -> Cell:
    """What is worth knowing of a column that is one line."""
    if not column.tasks:
        return cell()
    task = column.tasks[0]
    if column.late:
        return cell((f"· {task.name}", "muted"))
    if column.is_done:
        done = f", {clock.day(task.done_on)}" if task.done_on else ""
        return cell((f"last: {task.name}{done}", "muted"))
    on = f", {clock.day(task.due)}" if task.due else ""
    return cell((f"next: {task.name}{on}", "muted"))
