"""What is asked of the third tab, sentence by sentence: done by keys, seen on the screen, and kept in the store."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from tests.driver import NOW, Crm
from tests.screens.conftest import Start
from tests.screens.kallavesi import ALL, TODAY, case_of, cursor_on, customer_of, store_of

from crm_tui.domain.activities import Activity, ActivityChange
from crm_tui.domain.entities import Kind
from crm_tui.screens.collaboration import CollaborationTab
from crm_tui.screens.customer_card import CustomerCardScreen
from crm_tui.screens.dialogs.drafts import go_on
from crm_tui.screens.session import CardRequest, NoKeeper
from crm_tui.store.activities import BoardColumn, NoteRow, TaskCard
from crm_tui.store.drafts import Draft
from crm_tui.store.sql.store import SqlStore
from crm_tui.widgets.task_board import TaskCards

PLATES = "Order steel plates, lot 2"


def board(crm: Crm) -> dict[str, BoardColumn]:
    """The stored board, by the names of its columns."""
    return {column.name: column for column in store_of(crm).activities.board(customer_of(crm).id, TODAY)}


def task(crm: Crm, name: str) -> TaskCard:
    """A stored task of the board."""
    return next(task for column in board(crm).values() for task in column.tasks if task.name == name)


def stored(crm: Crm, name: str) -> Activity:
    return store_of(crm).activities.get(task(crm, name).id)


def status(crm: Crm, name: str) -> str:
    """In which column a task is stored."""
    return next(title for title, column in board(crm).items() if name in [task.name for task in column.tasks])


def notes(crm: Crm) -> list[NoteRow]:
    """The stored notes of the projects."""
    return list(store_of(crm).notes.of_projects(customer_of(crm).id, ALL).rows)


def here(crm: Crm) -> str:
    """The task under the cursor."""
    cards = crm.app.focused
    assert isinstance(cards, TaskCards), f"the focus is on {cards}"
    return cards.current.name if cards.current is not None else ""


def listed(crm: Crm) -> list[str]:
    """The names of all tasks that the board shows."""
    tab = crm.app.screen.query_one(CollaborationTab)
    return [each.name for cards in tab.query(TaskCards) for each in cards._tasks]


def go(crm: Crm, name: str) -> None:
    """Put the cursor of the column that has the focus on a task."""
    cards = crm.app.focused
    assert isinstance(cards, TaskCards)
    assert cards.move_to_id(str(task(crm, name).id))


async def test_all_project_tasks_and_collaboration_notes_from_different_projects(start: Start) -> None:
    async with start(size=(200, 60)) as crm:
        await crm.open("kallavesi")
        await crm.tab(3)
        tasks = [task for column in board(crm).values() for task in column.tasks]
        assert len({task.case for task in tasks}) > 3
        assert sorted(listed(crm)) == sorted(task.name for task in tasks)
        for title, column in board(crm).items():
            await crm.see(f"{title} {column.count.number}")
        await crm.panel("notes")
        assert len({row.case_number for row in notes(crm)}) > 3
        assert [row.split()[-1] for row in crm.rows] == [row.note.text.split()[-1] for row in notes(crm)]
        assert all(
            str(row.case_number) in shown for row, shown in zip(notes(crm), crm.rows, strict=True) if not row.depth
        )
        store = store_of(crm)
        won = {row.note.case for row in notes(crm)} | {task.case for task in tasks}
        assert all(store.cases.get(case or 0).is_project for case in won)


async def test_a_task_is_moved_between_statuses_and_the_cursor_goes_with_it(start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        await crm.tab(3)
        assert here(crm) == PLATES
        for key, name in ((">", "In progress"), ("shift+right", "In review"), ("<", "In progress"), (">", "In review")):
            await crm.press(key)
            await crm.expect_toast(f"{PLATES} moved to {name}")
            assert (here(crm), status(crm, PLATES)) == (PLATES, name)
        await crm.press(">")
        assert (here(crm), status(crm, PLATES), stored(crm, PLATES).is_done) == (PLATES, "Done", True)
        assert stored(crm, PLATES).done_at == NOW
        await crm.press(">")
        await crm.expect_toast("it is in the last status already")
        await crm.press("shift+left")
        assert (status(crm, PLATES), stored(crm, PLATES).is_done) == ("In review", False)
        for name in ("Done", "In review", "In progress"):
            await crm.press("u")
            assert (here(crm), status(crm, PLATES)) == (PLATES, name)
        await crm.press("U")
        assert (here(crm), status(crm, PLATES)) == (PLATES, "In review")


async def test_keys_that_come_quickly_each_move_the_task_on(start: Start) -> None:
    async with start(size=(80, 24)) as crm:
        await crm.open("kallavesi")
        await crm.tab(3)
        await crm.pilot.press(">", ">", ">", "<")
        await crm.settle()
        assert (here(crm), status(crm, PLATES)) == (PLATES, "In review")


async def test_a_task_is_ticked_and_the_cursor_stays_for_the_next_one(start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        await crm.tab(3)
        await crm.press("space")
        await crm.expect_toast(f"{PLATES} is done")
        assert status(crm, PLATES) == "Done"
        assert here(crm) == "Draft lay-up checklist"
        await crm.press("h")
        go(crm, PLATES)
        await crm.press("space")
        await crm.expect_toast(f"{PLATES} is open again")
        assert status(crm, PLATES) == "Not started"


async def test_tasks_are_added_edited_assigned_given_a_due_date_and_deleted(start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        await crm.tab(3)
        await crm.press("l", "j", "a")
        await crm.fill(name="Weigh the counterweights", due="+3d")
        await crm.save()
        new = stored(crm, "Weigh the counterweights")
        assert (here(crm), status(crm, new.name)) == (new.name, "In progress")
        assert (new.case, new.due) == (task(crm, "Crane load calculation").case, TODAY + dt.timedelta(days=3))

        await crm.press("D")
        await crm.type("24.12.")
        await crm.see("Thu 24 Dec")
        await crm.press("enter")
        assert stored(crm, new.name).due == dt.date(2026, 12, 24)
        await crm.press("A")
        await crm.choose("Tuva Nilsen")
        await crm.expect_toast("Weigh the counterweights is assigned to Tuva Nilsen")
        assert task(crm, new.name).assignee_name == "Tuva Nilsen"
        await crm.press("A")
        await crm.choose("nobody")
        assert stored(crm, new.name).assignee is None
        await crm.press("e")
        await crm.fill(name="Weigh all counterweights")
        await crm.save()
        assert stored(crm, "Weigh all counterweights").id == new.id
        await crm.press("enter")
        await crm.see("Weigh all counterweights", "24 Dec", "Created")
        await crm.press("escape", "C")
        await crm.see("Changes: Weigh all counterweights", "Assignee Tuva Nilsen")
        await crm.press("escape", "d")
        await crm.see("This task of 2104")
        await crm.press("D")
        await crm.expect_toast("Task deleted")
        assert "Weigh all counterweights" not in listed(crm)
        await crm.press("u")
        assert "Weigh all counterweights" in listed(crm)


async def test_the_board_is_filtered_by_project_assignee_and_what_is_overdue(start: Start) -> None:
    async with start(size=(80, 24)) as crm:
        await crm.open("kallavesi")
        await crm.tab(3)
        all_tasks = [task for column in board(crm).values() for task in column.tasks]
        await crm.press("F")
        await crm.choose("mine")
        await crm.see("Assignee Sanna Virtanen ×", "Esc clears")
        mine = {task.name for task in all_tasks if task.assignee_name == "Sanna Virtanen"}
        assert set(listed(crm)) == mine
        await crm.press("F")
        await crm.choose("overdue")
        await crm.see("Due overdue ×")
        late = {task.name for task in all_tasks if not task.is_done and task.due and task.due < TODAY}
        assert set(listed(crm)) == mine & late
        await crm.press("escape")
        crm.see_no("Esc clears")
        assert len(listed(crm)) == len(all_tasks)

        await crm.press("F")
        await crm.choose("2104")
        assert set(listed(crm)) == {task.name for task in all_tasks if task.case_number == 2104}
        await crm.press("F")
        await crm.choose("nobody")
        await crm.see("Project 2104", "Assignee nobody ×", "None that fit the filter.")
        assert listed(crm) == []
        await crm.press("F")
        await crm.choose("everything")
        assert len(listed(crm)) == len(all_tasks)

        await crm.press("F")
        await crm.press("space", "down", "down", "space", "escape")
        assert set(listed(crm)) == mine & late
        request = CardRequest(customer_of(crm).id, 3, kind=Kind.ACTIVITY, entity=task(crm, PLATES).id)
        crm.app.session.open_card(request)
        await crm.settle()
        assert here(crm) == PLATES  # what one asked for is shown, whatever the filter leaves out
        crm.see_no("Esc clears")


async def test_a_filter_goes_on_to_the_next_customer_but_for_its_project(start: Start) -> None:
    async with start() as crm:
        await crm.filter("")
        await crm.press("home", "enter")
        await crm.tab(3)
        tab = crm.app.screen.query_one(CollaborationTab)
        await crm.press("F")
        await crm.choose("overdue")
        await crm.press("J")
        await crm.see("Due overdue ×")
        assert tab._shown.only.late
        assert tab._shown.only.case is None


async def test_a_quick_task_and_a_quick_note_are_on_the_project_under_the_cursor(start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        await crm.tab(3)
        await crm.press("t")
        await crm.see("@2104")
        await crm.type("Paint the plates fri")
        await crm.see("task of 2104")
        await crm.press("enter")
        assert here(crm) == "Paint the plates"
        assert (stored(crm, here(crm)).case, stored(crm, here(crm)).due) == (
            case_of(crm, 2104).case.id, dt.date(2026, 11, 20)
        )  # fmt: skip
        await crm.press("t")
        await crm.put("Without a project")
        await crm.press("enter")
        await crm.see("New project task", "Name its project: @ and the number")
        await crm.press("escape", "D")
        await crm.panel("notes")
        cursor_on(crm, "Survey boat has no gyro")
        await crm.settle()
        await crm.press("n")
        await crm.fill(text="Gyro rented in Bergen.")
        await crm.save()
        assert "Gyro rented" in crm.row
        assert notes(crm)[[row.note.text for row in notes(crm)].index("Gyro rented in Bergen.")].case_number == 2161


async def test_notes_are_answered_pinned_edited_and_deleted(start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        await crm.tab(3)
        await crm.panel("notes")
        cursor_on(crm, "Crane arrives")
        await crm.settle()
        await crm.press("R")
        await crm.see("Reply to Mikael Korhonen: Crane arrives week 48")
        await crm.fill(text="Is the quay strong enough?")
        await crm.save()
        assert "└ Is the quay strong enough?" in crm.row
        place = crm.table.cursor_index
        assert "Crane arrives" in crm.rows[place - 1]
        reply = next(row.note for row in notes(crm) if row.depth and row.note.text.startswith("Is the quay"))
        question = next(row for row in notes(crm) if row.note.text.startswith("Crane arrives"))
        assert (reply.parent, reply.case) == (question.note.id, question.note.case)
        assert question.replies == 1

        await crm.press("R")
        await crm.fill(text="It is.")
        await crm.save()
        assert "  └ It is." in crm.row
        await crm.press("P")
        await crm.expect_toast("“It is.” is pinned: its thread stands first")
        assert [row.note.text for row in notes(crm)][:3] == [question.note.text, reply.text, "It is."]
        await crm.press("P", "e")
        await crm.fill(text="It is: 40 t.")
        await crm.save()
        cursor_on(crm, "Is the quay")
        await crm.settle()
        await crm.press("d")
        await crm.see("The reply to it stays.")
        await crm.press("D")
        await crm.expect_toast("Note deleted")
        assert any(" └ It is: 40 t." in row for row in crm.rows)
        await crm.press("u")
        assert any("  └ It is: 40 t." in row for row in crm.rows)
        cursor_on(crm, "Survey boat")
        await crm.settle()
        await crm.press("c")
        assert "2161" in crm.row


async def test_a_note_is_on_a_project_that_is_chosen(start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        await crm.tab(3)
        await crm.panel("notes")
        await crm.press("home", "a")
        await crm.fill(text="Talked with the yard.", case="2088")
        await crm.save()
        assert "Talked with the yard." in crm.row
        assert "2088" in crm.row


async def test_a_file_tied_to_the_customer_or_to_a_project_from_tab_1_and_tab_3(start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        for tab in (1, 3):
            await crm.tab(tab)
            await crm.panel("files")
            for case in (None, 2104):
                name = f"Tab {tab}, {case or 'customer'}"
                await crm.press("a")
                await crm.choose("Link")
                await crm.fill(url="https://example.com/plan", name=name)
                if case is not None:
                    await crm.fill(case=str(case))
                await crm.save()
                assert name in crm.row
        files = {row.file.name: row for row in store_of(crm).files.of_customer(customer_of(crm).id, ALL).rows}
        for tab in (1, 3):
            assert files[f"Tab {tab}, customer"].file.case is None
            assert files[f"Tab {tab}, 2104"].case_number == 2104
            await crm.tab(tab)
            await crm.panel("files")
            assert {name for name in files if name.startswith("Tab ")} <= set(crm.column("name"))


async def test_somebody_elses_change_is_not_overwritten_by_a_move(
    start: Start, open_sample: Callable[[str], SqlStore]
) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        await crm.tab(3)
        shown = stored(crm, PLATES)
        review = board(crm)["In review"].status
        crm.app.screen._watches = False  # type: ignore[attr-defined]  # it is pressed before the change is noticed
        open_sample("mikael").activities.update(shown.id, shown.revision, ActivityChange(task_status=review))
        await crm.press(">")
        await crm.expect_toast("changed")
        assert status(crm, PLATES) == "In review"
        assert PLATES in listed(crm)


async def test_a_reply_that_was_not_saved_goes_on_later_below_the_same_note(start: Start) -> None:
    async with start() as crm:
        kept: list[Draft] = []
        crm.app.session.drafts = Keeping(kept)
        await crm.open("kallavesi")
        await crm.tab(3)
        await crm.panel("notes")
        cursor_on(crm, "Survey boat has no gyro")
        await crm.settle()
        await crm.press("R")
        await crm.fill(text="Rented in Bergen.")
        await crm.press("escape", "D")
        screen = crm.app.screen
        assert isinstance(screen, CustomerCardScreen)
        go_on(screen, kept[-1])
        await crm.see("Reply to Tuva Nilsen: Survey boat", "Rented in Bergen.")
        await crm.save()
        reply = next(row.note for row in notes(crm) if row.note.text == "Rented in Bergen.")
        assert store_of(crm).notes.get(reply.parent or 0).text.startswith("Survey boat has no gyro")


class Keeping(NoKeeper):
    """Keeps all drafts that there were."""

    def __init__(self, kept: list[Draft]) -> None:
        self._kept = kept

    def note(self, draft: Draft) -> None:
        self._kept.append(draft)
