"""Forms that go on: after a save that took long, and after somebody else was faster."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from threading import Event
from time import monotonic
from typing import Any

import pytest
from tests.driver import PATIENCE, Crm
from tests.screens.conftest import Start
from tests.screens.kallavesi import ALL, TODAY, case_of, cursor_on, customer_of, feed, store_of

from crm_tui.domain.activities import Activity
from crm_tui.domain.cases import CaseChange, SalesState
from crm_tui.domain.registries import RegistryKind
from crm_tui.screens.customer_card import CustomerCardScreen
from crm_tui.screens.dialogs.conflict import ConflictDialog
from crm_tui.store.activities import FeedPart
from crm_tui.store.sql.activities import SqlActivities
from crm_tui.store.sql.cases import SqlCases
from crm_tui.store.sql.notes import SqlNotes
from crm_tui.store.sql.store import SqlStore
from crm_tui.terminal import type_ahead

Open = Callable[[str], SqlStore]


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch) -> Iterator[Event]:
    """The store makes nothing new until this is set, and nobody has to wait for it for long."""
    go = Event()

    def held(facet: Any) -> None:
        real = facet.create

        def create(*args: Any, **kwargs: Any) -> Any:
            assert go.wait(PATIENCE)
            return real(*args, **kwargs)

        monkeypatch.setattr(facet, "create", create)

    for facet in (SqlActivities, SqlCases, SqlNotes):
        held(facet)
    monkeypatch.setattr(type_ahead, "LONG", 0.01)
    yield go
    go.set()


async def save_and_go_on(crm: Crm, answer: Event, *keys: str) -> None:
    """Save the form, and go on in it before the store answers."""
    await crm.pilot.press("ctrl+s")
    await crm.wait_no_longer()
    await crm.pilot.press(*keys)
    end = monotonic() + PATIENCE
    while crm.app.keys_are_under_way:
        assert monotonic() < end, "the keys do not come through"
        await crm.pilot.pause(0)
    answer.set()
    await crm.see("Saved, but for what you typed since.")


def bollards(crm: Crm) -> list[Activity]:
    """What is stored about bollards."""
    rows = [row for row in feed(crm, FeedPart.PLANNED) if "bollards" in row.name]
    return [store_of(crm).activities.get(row.id) for row in rows]


# -- typed while it was saved ----------------------------------------------------------------------------------------


async def test_a_todo_that_is_typed_on_stays_one_todo(start: Start, answer: Event) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        await crm.press("t")
        await crm.fill(line="Count the bollards fri")
        await save_and_go_on(crm, answer, "end", "space", *"14:30")
        await crm.save()
        found = bollards(crm)
        assert [(each.name, each.due) for each in found] == [("Count the bollards", dt.date(2026, 11, 20))]
        assert found[0].starts_at == dt.datetime(2026, 11, 20, 12, 30, tzinfo=dt.UTC)


async def test_a_task_of_a_project_stays_on_it_and_a_todo_does_not_become_one(start: Start, answer: Event) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        await crm.press("t")
        await crm.fill(line="Count the bollards")
        await save_and_go_on(crm, answer, "end", "space", *"@2104")
        await crm.press("ctrl+s")
        await crm.see("It is saved as a to-do and stays one")
        await crm.fill(line="Count the bollards @2240")
        await crm.save()
        found = bollards(crm)
        assert [each.case for each in found] == [case_of(crm, 2240).case.id]


async def test_a_note_that_is_typed_on_keeps_its_case(start: Start, answer: Event) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        await crm.press("n")
        await crm.fill(text="Gate two", case="2104")
        await save_and_go_on(crm, answer, "enter", *"2240", "enter", "shift+tab", "end", "!")
        await crm.save()
        notes = [row.note for row in store_of(crm).notes.of_projects(customer_of(crm).id, ALL).rows]
        found = [(note.text, note.case) for note in notes if note.text.startswith("Gate two")]
        assert found == [("Gate two!", case_of(crm, 2104).case.id)]


async def test_a_case_that_is_typed_on_keeps_its_currency(start: Start, answer: Event) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        await crm.tab(2)
        await crm.panel("cases")
        await crm.press("a")
        await crm.fill(name="Bollards", number="9001", expected_value="1000 EUR")
        crm.form.form.go_to("currency")
        await save_and_go_on(crm, answer, "enter", *"nok", "enter")
        assert crm.form.form.fields["currency"].value == "NOK"
        await crm.fill(number="")
        await crm.press("ctrl+s")
        await crm.see("Number is needed")
        await crm.fill(number="9002", expected_value="2000 EUR")
        await crm.save()
        case = case_of(crm, 9002).case
        assert (case.name, case.currency, case.expected_value) == ("Bollards", "EUR", 2000_00)


# -- somebody else was faster ----------------------------------------------------------------------------------------


async def lose(crm: Crm, name: str) -> None:
    """Open the form that loses a case."""
    await crm.open("kallavesi")
    await crm.tab(2)
    await crm.panel("cases")
    cursor_on(crm, name)
    await crm.press("L")


async def test_losing_a_case_that_somebody_else_saved_meanwhile(start: Start, open_sample: Open) -> None:
    other = open_sample("mikael")
    async with start() as crm:
        await lose(crm, "Dry dock 2")
        case = case_of(crm, 2244).case
        renamed = other.cases.update(case.id, case.revision, CaseChange(name="Dry dock 2, both gates"))
        await crm.press("ctrl+s")
        assert isinstance(crm.app.screen, ConflictDialog)
        await crm.see("Two changes to 2244 Dry dock 2", "Mikael Korhonen saved this case")
        await crm.press("ctrl+s")
        assert isinstance(crm.app.screen, CustomerCardScreen)
        lost = other.cases.get(case.id)
        assert (lost.name, lost.sales_state, lost.closed) == (renamed.name, SalesState.LOST, TODAY)


async def test_a_case_that_both_lose_is_asked_about_by_its_reason(start: Start, open_sample: Open) -> None:
    other = open_sample("mikael")
    async with start() as crm:
        await lose(crm, "Dry dock 2")
        await crm.fill(lost_reason="Too dear")
        case = case_of(crm, 2244).case
        statuses = other.registries.list(RegistryKind.SALES_STATUS)
        lost = next(each.id for each in statuses if each.sales_state is SalesState.LOST)
        yesterday = TODAY - dt.timedelta(days=1)
        change = CaseChange(sales_status=lost, lost_reason="Too late", closed=yesterday)
        other.cases.update(case.id, case.revision, change)
        await crm.press("ctrl+s")
        await crm.see("Too dear", "Too late", "17 Nov 2026")
        await crm.press("M", "ctrl+s")
        assert isinstance(crm.app.screen, CustomerCardScreen)
        now = other.cases.get(case.id)
        assert (now.lost_reason, now.closed) == ("Too dear", yesterday)
