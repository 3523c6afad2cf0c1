"""What one planned and did over all customers: late, today, later and past, and what is done with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from tests.driver import NOW, Crm
from tests.screens.conftest import Start
from tests.screens.kallavesi import cursor_on, store_of
from tests.screens.test_late_answers import Held

from crm_tui.domain.activities import ActivityKind, NewActivity
from crm_tui.screens.customer_card import CustomerCardScreen
from crm_tui.store.activities import FeedPart
from crm_tui.store.paging import PageRequest
from crm_tui.store.sql.activities import SqlActivities
from crm_tui.store.sql.store import SqlStore

TODAY = NOW.date()


def names(crm: Crm, part: FeedPart) -> list[str]:
    """What the store lists."""
    rows = store_of(crm).activities.agenda(part, PageRequest(limit=500), NOW, TODAY).rows
    return [each.row.name for each in rows]


def headings(crm: Crm) -> list[str]:
    """The headings between the rows, as far as they are here."""
    found = (crm.table.row_at(index) for index in range(crm.table.count))
    rows = [row for row in found if row is not None and row.kind == "line"]
    return [row.cells[0].plain for row in rows if not isinstance(row.cells[0], str) and row.cells[0]]


async def test_late_ones_stand_first_then_todays_later_and_past_ones(
    start: Start, open_sample: Callable[[str], SqlStore]
) -> None:
    store = open_sample("liisa")
    for name, days in (("Water the plants", -3), ("Call the bank", 0), ("Buy a present", 40)):
        store.activities.create(NewActivity(kind=ActivityKind.TODO, name=name, due=TODAY + timedelta(days=days)))
    away = NewActivity(
        kind=ActivityKind.ABSENCE, name="Away", all_day=True, starts_on=TODAY - timedelta(days=2),
        due=TODAY + timedelta(days=2),
    )  # fmt: skip
    store.activities.create(away)
    counts = store.activities.agenda_counts(NOW, TODAY)
    async with start(store=store, size=(80, 24)) as crm:
        await crm.press("3")
        await crm.see(f"My activities {counts.planned.number} planned  ! 1 late")
        later = counts.planned.number - 3
        assert headings(crm) == ["! Late  1", "Today  2", f"Later  {later}", f"Past  {counts.past.number}"]
        assert "Water the plants" in crm.rows[1]
        assert "! 3 d late" in crm.rows[1]
        today = crm.rows[crm.rows.index("Today  2") + 1 :][:2]
        assert {name for name in ("Call the bank", "Away") if any(name in row for row in today)} == {
            "Call the bank",
            "Away",
        }
        await crm.see("What      Water the plants", "Customer  –")


async def test_it_is_ticked_changed_and_deleted_as_on_the_card(start: Start) -> None:
    async with start("liisa", size=(120, 40)) as crm:
        await crm.press("3")
        cursor_on(crm, "Renew the NDA")
        planned = len(names(crm, FeedPart.PLANNED))
        await crm.press("space")
        await crm.expect_toast("Renew the NDA is done")
        assert "Renew the NDA" not in names(crm, FeedPart.PLANNED)
        assert len(names(crm, FeedPart.PLANNED)) == planned - 1
        await crm.press("u")
        await crm.expect_toast("Taken back")
        cursor_on(crm, "Renew the NDA")
        await crm.press("e")
        await crm.fill(name="Renew the NDA at last")
        await crm.save()
        await crm.see_row("Renew the NDA at last")
        await crm.press("d", "D")
        await crm.expect_toast("deleted")
        assert "Renew the NDA at last" not in names(crm, FeedPart.PLANNED)


async def test_a_todo_is_added_with_a_customer_or_without_one(start: Start) -> None:
    """The cursor goes to it, also where its page had not come yet; Enter leads to the card, or shows it in full."""
    async with start(size=(80, 24)) as crm:
        await crm.press("3", "t", "enter")
        await crm.type("Clear the desk")
        await crm.press("enter")
        await crm.see_row("Clear the desk")
        assert crm.table.cursor_index > 100
        await crm.press("enter")
        await crm.see("Clear the desk", "Kind", "Owner")
        await crm.press("escape", "t")
        await crm.put("kallavesi")
        await crm.press("enter")
        await crm.type("Call Eeva fri")
        await crm.press("enter")
        await crm.see_row("Call Eeva")
        await crm.see_row("Kallavesi")
        await crm.press("enter")
        assert isinstance(crm.app.screen, CustomerCardScreen)
        await crm.see("Kallavesi Marine Engineering Oy")
        await crm.see_row("Call Eeva")
        await crm.press("escape")
        await crm.see_row("Call Eeva")


async def test_it_leads_to_the_case_and_reads_on_to_the_last_past_one(start: Start) -> None:
    async with start() as crm:
        await crm.press("3")
        first = crm.row
        case = next(part for part in ("Safety training programme", "Risk assessment") if part in first)
        await crm.press("c")
        assert isinstance(crm.app.screen, CustomerCardScreen)
        await crm.see_row(case)
        await crm.press("escape", "G")
        await crm.see_row(names_from_end(crm))
        await crm.press("g")
        assert crm.row == first


def names_from_end(crm: Crm) -> str:
    """The oldest past one that the store lists."""
    request = PageRequest(limit=1, from_end=True)
    return store_of(crm).activities.agenda(FeedPart.PAST, request, NOW, TODAY).rows[0].row.name


async def test_lines_that_were_read_before_a_change_are_not_shown(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While lines are still being read others may change; the newer reading is what is shown."""
    async with start("liisa") as crm:
        held = Held(monkeypatch, SqlActivities, "agenda")
        await crm.pilot.press("3", "r", "r")
        held.release()
        await crm.settle()
        store_of(crm).activities.create(NewActivity(kind=ActivityKind.TODO, name="From elsewhere", due=TODAY))
        crm.app.screen.look_for_changes()  # type: ignore[attr-defined]
        await crm.see("From elsewhere")
