"""What the task board says of a task, and of a column in one line."""

from __future__ import annotations

from crm_tui.domain.activities import Activity
from crm_tui.domain.names import initials
from crm_tui.screens.present import NOTHING, Clock, text
from crm_tui.store.activities import BoardColumn, TaskCard
from crm_tui.text import clean_lines
from crm_tui.when import absolute_date, due
from crm_tui.widgets.cells import Cell, cell
from crm_tui.widgets.facts import Fact, whole
from crm_tui.widgets.task_board import Task


def task_row(task: TaskCard, clock: Clock) -> Task:
    """The task as a row of its column, or a card."""
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


def about_task(task: TaskCard, clock: Clock) -> list[Fact]:
    """The task under the cursor in full."""
    return [
        Fact("Task", cell((task.name, "name")), wrap=True),
        Fact("Project", cell((f"{task.case_number} ", "muted"), task.case_name), wrap=True),
        Fact("Done" if task.is_done else "Due", _day(task, clock), wrap=True),
        Fact("Assignee", text(task.assignee_name)),
    ]


def task_in_full(task: TaskCard, clock: Clock, entry: Activity) -> list[Fact]:
    """The task with its notes."""
    notes = clean_lines(entry.notes) if entry.notes else ()
    return [*about_task(task, clock), *([whole("")] if notes else []), *(whole(line, wrap=True) for line in notes)]


def _day(task: TaskCard, clock: Clock) -> Cell:
    """When it is due or was done, with the whole date."""
    day = task.done_on if task.is_done else task.due
    whole = absolute_date(day, clock.settings.dates) if day else ""
    if day and not task.is_done and day <= clock.today:
        return cell(_due(task, clock), (f"  {whole}", "muted"))
    return cell(("✓ ", "good") if task.is_done else "", whole or "–")


def column_fact(column: BoardColumn, clock: Clock) -> Cell:
    """What is worth knowing of a column that is one line."""
    if not column.tasks:
        return cell()
    task = column.tasks[0]
    if column.late.number:
        return cell((f"· {task.name}", "muted"))
    if column.is_done:
        done = f", {clock.day(task.done_on)}" if task.done_on else ""
        return cell((f"last: {task.name}{done}", "muted"))
    on = f", {clock.day(task.due)}" if task.due else ""
    return cell((f"next: {task.name}{on}", "muted"))
