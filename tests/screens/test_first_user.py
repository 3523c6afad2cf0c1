"""What somebody met who used the program for the first time, mended."""

from __future__ import annotations

from datetime import date, time

import pytest
from tests.driver import NOW
from tests.screens.conftest import Start

from crm_tui.domain.natural_dates import When, parse_when, split_when
from crm_tui.screens.folder import begun_anew
from crm_tui.store.activities import FeedPart
from crm_tui.store.paging import PageRequest

TODAY = NOW.date()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("tomorrow 9", When(date(2026, 11, 19), time(9))),
        ("fri 14", When(date(2026, 11, 20), time(14))),
        ("friday 27", None),
        ("to 9", None),
    ],
)
def test_a_bare_hour_behind_the_name_of_a_day_is_a_time(typed: str, meant: When | None) -> None:
    assert parse_when(typed, today=TODAY) == meant


def test_a_todo_for_tomorrow_at_nine_is_not_one_for_today() -> None:
    assert split_when("phone ann tomorrow 9", TODAY) == ("phone ann", When(date(2026, 11, 19), time(9)))
    assert split_when("reply to 9", TODAY) == ("reply to 9", None)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("/home/sanna//tmp/memo.txt", "/tmp/memo.txt"),
        ("/home/sanna/~", "~"),
        ("/home/sanna/~/memo", "~/memo"),
        ("/home/sanna/~memo", "/home/sanna/~memo"),
        ("~/memo", "~/memo"),
        ("/tmp/memo", "/tmp/memo"),
    ],
)
def test_a_path_can_begin_anew(typed: str, meant: str) -> None:
    assert begun_anew(typed) == meant


async def test_letters_narrow_every_picker_and_space_ticks_several(start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        await crm.panel("activities")
        await crm.press("a")
        await crm.choose("Calendar")
        crm.form.form.go_to("contact_participants")
        await crm.settle()
        await crm.press("enter", "space", "down", "space", "enter")  # Enter does not turn the last one back
        assert len(crm.form.form.values()["contact_participants"]) == 2
        await crm.press("enter")
        await crm.type("jussi")
        await crm.press("enter")
        await crm.see("Jussi Räsänen ×")
        assert len(crm.form.form.values()["contact_participants"]) == 3


async def test_the_cursor_stays_where_something_was_ticked(start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        await crm.panel("activities")
        place = crm.table.cursor_index
        await crm.press("space")
        assert crm.table.cursor_index == place
        await crm.press("space")  # and so the next one is ticked, not the same one opened again
        store, now = crm.app.session.store, crm.app.session.now()
        customer = store.customers.by_number(10482).id
        past = store.activities.feed(customer, FeedPart.PAST, PageRequest(limit=9), now, TODAY)
        assert sum(row.at == now for row in past.rows) == 2


async def test_who_was_made_inactive_is_under_the_cursor_when_inactive_ones_are_shown(start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        await crm.press("x")
        await crm.expect_toast("Ingrid Aasen is inactive, and hidden: i shows inactive ones")
        await crm.press("i")
        await crm.see_row("Ingrid Aasen  ○ inactive")


async def test_undo_after_an_erasure_says_that_it_can_not_bring_them_back(start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        await crm.press("d")
        await crm.type("aasen")
        await crm.press("enter", "u")
        await crm.expect_toast("Ingrid Aasen was erased; that can't be taken back")


async def test_the_headquarters_are_chosen_from_the_address_under_the_cursor(start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        await crm.panel("addresses")
        await crm.press("down", "H", "enter")
        await crm.see("◆ HQ  PL 218")


async def test_a_meeting_shows_its_case_and_who_takes_part(start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        await crm.panel("activities")
        while "Kick-off" not in crm.row:
            await crm.press("down")
        await crm.press("enter")
        await crm.see("With", "Eeva Lahtinen")


async def test_a_form_that_is_left_can_be_saved_from_the_question(start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        await crm.press("n")
        await crm.type("Called")
        await crm.press("escape")
        await crm.see("Not saved", "Throw away", "Save")
        await crm.press("ctrl+s")
        await crm.see("Called")
        await crm.expect_toast("Saved")
