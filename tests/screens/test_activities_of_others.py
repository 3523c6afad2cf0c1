"""Activities of others in the feed: what rule 11 leaves to somebody works, the rest is greyed and says whose it is,
and the store refuses it in either case."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import pytest
from tests.driver import NOW, Crm
from tests.screens.conftest import Start
from tests.screens.kallavesi import NUMBER, cursor_on, store_of

from crm_tui.domain.activities import Activity, ActivityChange, ActivityKind, NewActivity
from crm_tui.domain.cases import CaseChange, NewCase, SalesState
from crm_tui.domain.errors import Denied
from crm_tui.domain.registries import RegistryKind
from crm_tui.domain.users import UserChange
from crm_tui.screens.dialogs.form_dialog import FormDialog
from crm_tui.screens.dialogs.reading import ReadingDialog
from crm_tui.store.port import Store
from crm_tui.store.sql.store import SqlStore

Open = Callable[[str], SqlStore]
CHANGE = "only its owner Sanna Virtanen and its participants can change it"
DELETE = "only its owner Sanna Virtanen can delete it"


class Things(NamedTuple):
    """Sanna's activities at which Jonas looks, by how he stands to them."""

    other: Activity
    shared: Activity
    meeting: Activity
    assigned: Activity


@pytest.fixture
def sanna(open_sample: Open) -> SqlStore:
    """The store on behalf of who owns the activities."""
    return open_sample("sanna")


@pytest.fixture
def on(sanna: SqlStore) -> Things:
    customer = sanna.customers.by_number(NUMBER).id
    jonas = sanna.acting_as("jonas").users.me().user.id
    won = next(v.id for v in sanna.registries.list(RegistryKind.SALES_STATUS) if v.sales_state is SalesState.WON)
    case = sanna.cases.create(NewCase(customer=customer, name="Cable drums", members=(jonas,)))
    sanna.cases.update(case.id, case.revision, CaseChange(sales_status=won))
    todo = NewActivity(kind=ActivityKind.TODO, name="Cable to buy", customer=customer, due=NOW.date())
    create = sanna.activities.create
    shared = (jonas, sanna.users.me().user.id)
    return Things(
        other=create(todo),
        shared=create(
            NewActivity(kind=ActivityKind.TODO, name="Rope to buy", customer=customer, user_participants=shared)
        ),
        meeting=create(
            NewActivity(kind=ActivityKind.CALENDAR, name="Look at cables", customer=customer, starts_at=NOW)
        ),
        assigned=create(NewActivity(kind=ActivityKind.TASK, name="Measure drums", case=case.id, assignee=jonas)),
    )


async def look_at(crm: Crm, name: str) -> None:
    """Put the cursor on a line of the feed."""
    await crm.panel("activities")
    cursor_on(crm, name)
    await crm.settle()


async def is_greyed(crm: Crm, command: str, key: str, reason: str) -> None:
    """The command says why it does not work, and so does its key, which does no more."""
    screen = crm.app.screen
    assert crm.commands()[command].reason == reason
    await crm.press(key)
    await crm.expect_toast(reason)
    assert crm.app.screen is screen


async def test_what_is_somebody_elses_is_greyed_says_whose_it_is_and_is_refused_anyhow(
    on: Things, start: Start
) -> None:
    async with start("jonas") as crm:
        await crm.open("kallavesi")
        await look_at(crm, "Cable to buy")
        await is_greyed(crm, "list.edit", "e", CHANGE)
        await is_greyed(crm, "list.done", "space", CHANGE)
        await is_greyed(crm, "list.delete", "d", DELETE)
        await look_at(crm, "Look at cables")
        await is_greyed(crm, "list.edit", "e", CHANGE)
        await is_greyed(crm, "list.delete", "d", DELETE)
        activities = store_of(crm).activities
        for thing in (on.other, on.meeting):
            with pytest.raises(Denied, match="owner or participant"):
                activities.update(thing.id, thing.revision, ActivityChange(name="Chains"))
            with pytest.raises(Denied, match="owner of the activity"):
                activities.delete(thing.id, thing.revision)
            assert activities.get(thing.id) == thing


async def test_what_is_somebody_elses_is_read_in_full_and_offers_no_edit(on: Things, start: Start) -> None:
    async with start("jonas") as crm:
        await crm.open("kallavesi")
        await look_at(crm, "Cable to buy")
        await crm.press("enter")
        assert isinstance(crm.app.screen, ReadingDialog)
        await crm.see("Owner", "Sanna Virtanen", "Created", "Esc close")
        crm.see_no("e edit")
        await is_greyed(crm, "list.edit", "e", CHANGE)
        await crm.press("escape")
        assert store_of(crm).activities.get(on.other.id) == on.other


async def test_a_participant_changes_ticks_and_leaves_what_they_do_not_own(on: Things, start: Start) -> None:
    async with start("jonas") as crm:
        await crm.open("kallavesi")
        await look_at(crm, "Rope to buy")
        await crm.press("e")
        await crm.fill(name="Rope to buy, 40 m")
        await crm.save()
        await look_at(crm, "Rope to buy, 40 m")
        await crm.press("space")
        await crm.expect_toast("Rope to buy, 40 m is done")
        await look_at(crm, "Rope to buy, 40 m")
        await crm.press("d")
        await crm.see("and can't add yourself again", "It stays for the others", "Remove me")
        await crm.press("D")
        assert crm.toasts == ["You don't take part in Rope to buy, 40 m any more."]  # and nobody may take that back
        stored = store_of(crm).activities.get(on.shared.id)
        assert (stored.is_done, len(stored.user_participants)) == (True, 1)
        await look_at(crm, "Rope to buy, 40 m")
        await is_greyed(crm, "list.delete", "d", DELETE)
        await is_greyed(crm, "list.done", "space", CHANGE)


async def test_the_assignee_of_a_task_changes_it_and_does_not_delete_it(on: Things, start: Start) -> None:
    async with start("jonas") as crm:
        await crm.open("kallavesi")
        await look_at(crm, "Measure drums")
        await is_greyed(crm, "list.delete", "d", "only its owner Sanna Virtanen and who runs the project can delete it")
        await crm.press("space")
        await crm.expect_toast("Measure drums is done")
        assert store_of(crm).activities.get(on.assigned.id).is_done


async def test_a_task_of_others_says_who_else_could_change_it(sanna: SqlStore, on: Things, start: Start) -> None:
    sanna.activities.update(on.assigned.id, on.assigned.revision, ActivityChange(assignee=None))
    async with start("jonas") as crm:
        await crm.open("kallavesi")
        await look_at(crm, "Measure drums")
        people = "its owner Sanna Virtanen, its assignee, its participants and who runs the project"
        await is_greyed(crm, "list.edit", "e", f"only {people} can change it")


async def test_what_is_left_by_somebody_who_is_gone_names_the_permission_that_it_takes(
    sanna: SqlStore, on: Things, start: Start
) -> None:
    admin = sanna.acting_as("sanna")
    tuva = next(user for user in admin.users.list() if user.login == "tuva")
    admin.activities.update(on.other.id, on.other.revision, ActivityChange(owner=tuva.id))
    admin.users.update(tuva.id, tuva.revision, UserChange(is_active=False))
    async with start("liisa") as crm:  # who reads customers only
        await crm.open("kallavesi")
        await look_at(crm, "Cable to buy")
        await is_greyed(crm, "list.delete", "d", "only who has the permission “customers: edit” can delete it")
    async with start("jonas") as crm:  # who may edit them
        await crm.open("kallavesi")
        await look_at(crm, "Cable to buy")
        await crm.press("space")
        await crm.expect_toast("Cable to buy is done")


async def test_who_loses_a_part_in_it_while_typing_is_refused_and_the_form_keeps_what_was_typed(
    sanna: SqlStore, on: Things, start: Start
) -> None:
    async with start("jonas") as crm:
        await crm.open("kallavesi")
        await look_at(crm, "Rope to buy")
        await crm.press("e")
        await crm.fill(name="Chains to buy")
        left_out = _leave_out_everybody(sanna, on.shared)
        await crm.press("ctrl+s")
        assert isinstance(crm.app.screen, FormDialog)
        await crm.see("You may not change somebody else's activity", "What you typed is kept", "Chains to buy")
        assert store_of(crm).activities.get(on.shared.id) == left_out


def _leave_out_everybody(store: Store, activity: Activity) -> Activity:
    return store.activities.update(activity.id, activity.revision, ActivityChange(user_participants=()))
