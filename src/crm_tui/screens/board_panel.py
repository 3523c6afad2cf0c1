"""A column of the task board: the project tasks of one status, and what can be done with them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from textual.message import Message

from crm_tui.domain.activities import ActivityChange, ActivityKind
from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import CrmError
from crm_tui.domain.permissions import Action
from crm_tui.screens.activity_facts import whose
from crm_tui.screens.board_filter import assignee, assignees
from crm_tui.screens.copying import Copy
from crm_tui.screens.detailed_panel import DetailedPanel
from crm_tui.screens.dialogs.form_dialog import user_options
from crm_tui.screens.present import count
from crm_tui.screens.session import Session
from crm_tui.screens.task_facts import about_task, column_fact, task_in_full, task_row
from crm_tui.store.activities import DONE_DAYS, MOST_TASKS, BoardColumn, TaskCard
from crm_tui.store.customers import CustomerCard
from crm_tui.store.port import Store
from crm_tui.terminal.type_ahead import hold_keys
from crm_tui.widgets.cells import EMPTY, Cell, cell, join
from crm_tui.widgets.choose import Choice, ChooseDialog
from crm_tui.widgets.command_target import Availability
from crm_tui.widgets.confirm import ConfirmDialog
from crm_tui.widgets.task_board import WIDE, TaskCards

#: a column of cards of this size shows the task under the cursor in full while it has the focus
_BROAD, _HIGH = 30, 36
#: a column of this width has no other beside it
_ALONE = 76
#: commands that are about the task under the cursor; the first ones change it
_CHANGING = ("list.edit", "list.done", "board.move_left", "board.move_right", "board.assign", "board.due")
_ON_TASK = (*_CHANGING, "list.delete", "list.history", "board.case")


class BoardPanel(DetailedPanel):
    """One status; which one, ``show_column`` says."""

    KINDS = (Kind.ACTIVITY,)
    OF_CASES = "all"
    COMMAND_IDS = (
        "list.add",
        "list.edit",
        "list.done",
        "list.delete",
        "list.history",
        "board.left",
        "board.right",
        "board.move_left",
        "board.move_right",
        "board.assign",
        "board.due",
        "board.filter",
        "board.case",
    )
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

    @dataclass
    class FilterWanted(Message):
        """The tasks that are shown are to be chosen."""

    @dataclass
    class TaskMoved(Message):
        """A task goes to another status; the cursor goes with it."""

        task: int

    def __init__(self, session: Session, place: int) -> None:
        self._cards = TaskCards(empty=cell(("Loading…", "muted")))
        super().__init__(session, "Tasks", self._cards, id=f"column-{place}")
        self._tasks: dict[str, TaskCard] = {}
        self._column: BoardColumn | None = None
        self._sides: tuple[BoardColumn | None, BoardColumn | None] = (None, None)
        self._release_keys: Callable[[], None] = lambda: None
        self._beside: Cell = cell()

    def read(self, card: CustomerCard, *, again: bool) -> None:
        """The tab reads the board as a whole; another customer's tasks go at once."""
        if not again:
            self._tasks = {}
            self._cards.set_tasks((), empty=cell(("Loading…", "muted")))
            self.set_title(count="", warning="", fact="")

    def show_column(
        self,
        column: BoardColumn,
        before: BoardColumn | None = None,
        behind: BoardColumn | None = None,
        *,
        filtered: bool = False,
    ) -> None:
        """Show the tasks of a status; they can be moved to the ones ``before`` and ``behind`` it."""
        self._column, self._sides = column, (before, behind)
        self._tasks = {str(task.id): task for task in column.tasks}
        nothing = "Nothing done lately." if column.is_done else "No tasks here."
        empty = cell(("None that fit the filter.", "muted")) if filtered else cell((nothing, "muted"))
        self._cards.set_tasks([task_row(task, self.clock) for task in column.tasks], empty=empty)
        self._release_keys()
        late = f"{count(column.late)} late" if column.late.number else ""
        self.set_title(column.name, count=count(column.count), warning=late, fact=column_fact(column, self.clock))
        self._show_foot()

    def let_keys_go(self) -> None:
        """The board as it is after a change could not be read."""
        self._release_keys()

    def on_resize(self) -> None:
        super().on_resize()
        self._show_foot()

    def show_nothing(self, words: Cell) -> None:
        """There is no status to show tasks of."""
        self._column, self._tasks, self._sides = None, {}, (None, None)
        self._release_keys()
        self.set_title("Tasks", count="", warning="", fact="")
        self._cards.set_tasks((), empty=words)

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
        self.show_about(about_task(task, self.clock) if task is not None else ())

    def on_task_cards_task_chosen(self, event: TaskCards.TaskChosen) -> None:
        event.stop()
        task = self._tasks.get(event.task.id)
        if task is not None:
            show = partial(task_in_full, task, self.clock)
            self.read_in_full("Task", lambda store: store.activities.get(task.id), show, Kind.ACTIVITY)

    def has_room(self) -> bool:
        return super().has_room() and self.outer_size.width >= WIDE

    # -- commands -----------------------------------------------------------------------------------------------

    def availability(self, command_id: str) -> Availability:
        if command_id == "list.add":
            seen = self.may(Action.SEE, Kind.CASE)
            return seen if seen is not True else self.may(Action.ADD, Kind.ACTIVITY)
        task = self._current
        if command_id in _ON_TASK and task is None:
            return "there is no task under the cursor"
        if task is not None and command_id in _CHANGING and not task.may_edit:
            return whose(task, deletes=False)
        if task is not None and command_id == "list.delete" and not task.may_delete:
            return whose(task, deletes=True)
        if command_id == "board.move_left" and self._sides[0] is None:
            return "it is in the first status already"
        if command_id == "board.move_right" and self._sides[1] is None:
            return "it is in the last status already"
        return super().availability(command_id)

    def do_board_left(self) -> None:
        self.post_message(self.ColumnWanted(self, -1))

    def do_board_right(self) -> None:
        self.post_message(self.ColumnWanted(self, 1))

    def do_board_move_left(self) -> None:
        self._move(self._sides[0])

    def do_board_move_right(self) -> None:
        self._move(self._sides[1])

    def _move(self, column: BoardColumn | None) -> None:
        task = self._current
        if task is not None and column is not None:
            self.post_message(self.TaskMoved(task.id))
            self._change(task, ActivityChange(task_status=column.status), f"{task.name} moved to {column.name}")

    def do_list_done(self) -> None:
        task = self._current
        if task is not None:
            words = "open again" if task.is_done else "done"
            self._change(task, ActivityChange(is_done=not task.is_done), f"{task.name} is {words}")

    def _change(self, task: TaskCard, change: ActivityChange, done: str) -> None:
        """Change a task as it stands here. Keys wait meanwhile: the next is for the board as it is then."""
        self._release_keys()
        release = self._release_keys = hold_keys(self)

        def call(store: Store) -> None:
            try:
                store.activities.update(task.id, task.revision, change)
            except CrmError:
                release()
                raise

        self.want_change(call, done)

    def do_list_add(self) -> None:
        column, case = self._column, self.case
        given: dict[str, object] = {"kind": ActivityKind.TASK.value}
        if case is not None:
            given["case"] = case
        if column is not None and column.is_active:
            given["task_status"] = column.status
        self.want_form("activity", Kind.ACTIVITY, given=given)

    def do_list_edit(self) -> None:
        task = self._current
        if task is not None:
            self.want_form("activity", Kind.ACTIVITY, task.id)

    def do_board_due(self) -> None:
        task = self._current
        if task is not None:
            self.want_form("due date", Kind.ACTIVITY, task.id)

    def do_board_assign(self) -> None:
        task, actor = self._current, self.session.actor
        if task is None:
            return
        me = actor.user.id if actor is not None else None

        def read(store: Store) -> list[Choice]:
            return assignees(user_options(store.users.list()), store.cases.get(task.case).members, me)

        def show(choices: list[Choice]) -> None:
            names = {choice.id: choice.label for choice in choices}
            current = next((key for key in names if assignee(key) == task.assignee), "")

            def chosen(key: str | None) -> None:
                if key is not None and key != current:
                    done = f"{task.name} is assigned to {names[key]}"
                    self._change(task, ActivityChange(assignee=assignee(key)), done)

            self.app.push_screen(ChooseDialog("Assign to", choices, search=True, current=current), chosen)

        self.ask_to_open(self.store, "assignees", read, show)

    def do_list_delete(self) -> None:
        task = self._current
        if task is None:
            return

        def answered(wanted: bool | None) -> None:
            if wanted:
                self.want_change(lambda store: store.activities.delete(task.id, task.revision), "Task deleted")

        sentences = [f"“{task.name}”", f"This task of {task.case_number} {task.case_name} will be deleted."]
        self.app.push_screen(ConfirmDialog("Delete task", sentences, self.session.keys, label="Delete"), answered)

    def do_list_history(self) -> None:
        task = self._current
        if task is not None:
            self.show_history(task.name, Kind.ACTIVITY, task.id)

    def do_board_filter(self) -> None:
        self.post_message(self.FilterWanted())

    def do_board_case(self) -> None:
        if self.case is not None:
            self.post_message(self.GoWanted(2, Kind.CASE, self.case))

    @property
    def case(self) -> int | None:
        """The project of the task under the cursor."""
        task = self._current
        return task.case if task is not None else None

    @property
    def task_id(self) -> int | None:
        """The task under the cursor."""
        task = self._current
        return task.id if task is not None else None

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

    def on_descendant_focus(self) -> None:
        super().on_descendant_focus()
        self._show_foot()

    def on_descendant_blur(self) -> None:
        super().on_descendant_blur()
        self._show_foot()

    def _show_foot(self) -> None:
        """What part is shown, and in the column that has the focus how its tasks are moved."""
        keys = self.session.keys
        both = f"{keys.shown('board.move_left')} {keys.shown('board.move_right')}"
        moves = cell((both, "key"), (" move", "muted")) if self._tasks and self.has_focus_within else EMPTY
        self.set_foot(join([moves, cell((self._partial(), "muted")), self._beside]))

    def _limit(self) -> str:
        """Columns side by side are too narrow for it: then the panels below say it."""
        return super()._limit() if self.outer_size.width >= _ALONE else ""

    def _partial(self) -> str:
        """What part of the tasks the column shows."""
        column = self._column
        if column is None or column.count.number == len(column.tasks):
            return ""
        shown = len(column.tasks)
        if not column.is_done:
            return f"the first {shown}"
        return f"the last {shown}" if shown == MOST_TASKS else f"{shown} in the last {DONE_DAYS} days"
