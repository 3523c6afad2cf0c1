"""What users with fewer rights see of the third tab, and what is greyed with its reason; the store refuses it, too."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.driver import Crm
from tests.screens.conftest import Start
from tests.screens.kallavesi import ALL, NUMBER, TODAY, case_of, cursor_on
from textual.widget import Widget

from crm_tui.domain.activities import ActivityChange, ActivityKind, NewActivity, NewNote, NoteChange
from crm_tui.domain.cases import CaseChange
from crm_tui.domain.errors import Denied
from crm_tui.domain.permissions import CustomerLevel, Profile, ProjectLevel
from crm_tui.domain.users import NewUser
from crm_tui.store.sql.store import SqlStore
from crm_tui.widgets.task_board import TaskCards

LOGIN = "vera"
PROJECT = 2104
OWN, OTHERS = "Vera's task", "Crane load calculation"
CHANGING = ("list.edit", "list.done", "board.move_right", "board.assign", "board.due")


@pytest.fixture
def member(open_sample: Callable[[str], SqlStore]) -> SqlStore:
    """The store of a user who reads customers and is a member of one project, where one task is assigned to her."""
    admin = open_sample("sanna")
    profile = admin.users.create_profile(
        Profile(name="under test", customers=CustomerLevel.READ, projects=ProjectLevel.MEMBER)
    )
    vera = admin.users.create(NewUser(name="Vera Vinter", login=LOGIN, profile=profile.id))
    customer = admin.customers.by_number(NUMBER)
    rows = [task for column in admin.activities.board(customer.id, TODAY) for task in column.tasks]
    project = admin.cases.get(next(task.case for task in rows if task.case_number == PROJECT))
    admin.cases.update(project.id, project.revision, CaseChange(members=(*project.members, vera.id)))
    admin.activities.create(NewActivity(kind=ActivityKind.TASK, name=OWN, case=project.id, assignee=vera.id, due=TODAY))
    store = admin.acting_as(LOGIN)
    store.notes.create(NewNote(customer=customer.id, case=project.id, text="Vera's note"))
    return store


def cards(crm: Crm) -> TaskCards:
    focused: Widget | None = crm.app.focused
    assert isinstance(focused, TaskCards)
    return focused


async def go(crm: Crm, name: str) -> None:
    """Put the cursor on a task of the board."""
    for _ in range(5):
        found = next((each.id for each in cards(crm)._tasks if each.name == name), None)
        if found is not None:
            cards(crm).move_to_id(found)
            await crm.settle()
            return
        await crm.press("l")
    raise AssertionError(f"{name!r} is not on the board:\n{crm.text()}")


async def test_a_member_changes_her_own_task_and_reads_those_of_others(member: SqlStore, start: Start) -> None:
    async with start(LOGIN) as crm:
        await crm.open("kallavesi")
        await crm.tab(3)
        board = member.activities.board(case_of(crm, PROJECT).case.customer, TODAY)
        assert {task.case_number for column in board for task in column.tasks} == {PROJECT}
        await go(crm, OWN)
        states = crm.commands()
        assert [name for name in CHANGING if states[name].reason] == []
        assert "delete it" in (states["list.delete"].reason or "")
        await crm.press(">")
        await crm.expect_toast(f"{OWN} moved to In progress")

        await go(crm, OTHERS)
        for name in CHANGING:
            reason = crm.commands()[name].reason or ""
            assert reason.startswith("only its owner "), name
            assert "change it" in reason
        screen = crm.app.screen
        for key in ("e", "space", ">", "A", "D", "d"):
            await crm.press(key)
            await crm.expect_toast("only its owner")
            assert crm.app.screen is screen
        card = next(task for column in board for task in column.tasks if task.name == OTHERS)
        for change in (ActivityChange(is_done=True), ActivityChange(assignee=None), ActivityChange(due=None)):
            with pytest.raises(Denied):
                member.activities.update(card.id, card.revision, change)


async def test_a_reader_changes_her_own_notes_and_answers_all(member: SqlStore, start: Start) -> None:
    async with start(LOGIN) as crm:
        await crm.open("kallavesi")
        await crm.tab(3)
        await crm.panel("notes")
        cursor_on(crm, "Crane arrives")
        await crm.settle()
        for name in ("list.edit", "list.delete", "notes.pin"):
            assert crm.commands()[name].reason == "it needs the permission “customers: edit”"
        for name in ("list.add", "notes.reply", "list.history", "notes.case"):
            assert crm.commands()[name].reason is None
        await crm.press("P")
        await crm.expect_toast("customers: edit")
        cursor_on(crm, "Vera's note")
        await crm.settle()
        await crm.press("P")
        await crm.expect_toast("is pinned")
        customer = case_of(crm, PROJECT).case.customer
        other = next(row.note for row in member.notes.of_projects(customer, ALL).rows if not row.may_change)
        with pytest.raises(Denied):
            member.notes.update(other.id, other.revision, NoteChange(pinned=True))
        await crm.panel("files")
        assert crm.commands()["list.add"].reason == "it needs the permission “customers: edit”"


async def test_who_may_not_see_projects_reads_so(open_sample: Callable[[str], SqlStore], start: Start) -> None:
    admin = open_sample("sanna")
    profile = admin.users.create_profile(Profile(name="no projects", customers=CustomerLevel.EDIT))
    admin.users.create(NewUser(name="Vera Vinter", login=LOGIN, profile=profile.id))
    async with start(LOGIN) as crm:
        await crm.open("kallavesi")
        await crm.tab(3)
        await crm.see("Your permissions hide all projects: they need “projects: member”.", "hidden tasks")
        await crm.see("Your permissions hide all of them: they need")
        assert crm.commands()["list.add"].reason == "it needs the permission “projects: member”"
        await crm.panel("notes")
        assert crm.commands()["list.add"].reason == "it needs the permission “projects: member”"
        await crm.panel("files")
        assert crm.commands()["list.add"].reason is None
