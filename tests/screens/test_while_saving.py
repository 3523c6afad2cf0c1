"""What is typed while a form says "Saving …": it goes to what comes after, or stays in the form."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from threading import Event
from typing import Any

import pytest
from tests.driver import PATIENCE, Crm
from tests.screens.conftest import Start

from crm_tui.domain.errors import Unavailable
from crm_tui.screens.customer_card import CustomerCardScreen
from crm_tui.store.sql.cases import SqlCases
from crm_tui.store.sql.finance import SqlFinance
from crm_tui.store.sql.notes import SqlNotes
from crm_tui.terminal import type_ahead

KALLAVESI = "Kallavesi Marine Engineering Oy"


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch) -> Iterator[Event]:
    """The store saves no note until this is set."""
    go = Event()
    real = SqlNotes.create

    def held(*args: Any, **kwargs: Any) -> Any:
        assert go.wait(PATIENCE)
        return real(*args, **kwargs)

    monkeypatch.setattr(SqlNotes, "create", held)
    yield go
    go.set()


async def save_note(crm: Crm, text: str, *then: str) -> None:
    """Write a note on Kallavesi's card and save it, and press more keys before the store answers."""
    await crm.open("kallavesi")
    await crm.press("n")
    await crm.fill(text=text)
    await crm.pilot.press("ctrl+s", *then)
    await crm.pilot.pause()


async def test_keys_go_to_what_is_there_after_the_form(start: Start, answer: Event) -> None:
    async with start() as crm:
        await save_note(crm, "Gate two at nine", "n", "x", "y")
        await crm.see("Saving …")
        assert "xy" not in crm.form.form.values()["text"]
        answer.set()
        await crm.settle()
        assert crm.form.FORM == "note"
        assert crm.form.form.values()["text"] == "xy"


async def test_keys_go_to_the_form_that_could_not_be_saved(
    start: Start, answer: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with start() as crm:

        def fails(*args: Any, **kwargs: Any) -> Any:
            assert answer.wait(PATIENCE)
            raise Unavailable("The store is locked.")

        monkeypatch.setattr(SqlNotes, "create", fails)
        await save_note(crm, "Gate two", "!")
        answer.set()
        await crm.settle()
        assert "!" in crm.form.form.values()["text"]
        await crm.press("ctrl+s")
        await crm.see("The store is locked. What you typed is kept.")


async def test_what_is_typed_into_a_form_that_saves_for_long_stays(
    start: Start, answer: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type_ahead, "LONG", 0.01)
    async with start() as crm:
        await save_note(crm, "Gate two")
        await crm.wait_no_longer()
        await crm.pilot.press("end", "!")
        assert crm.form.form.values()["text"] == "Gate two!"
        answer.set()
        await crm.see("Saved, but for what you typed since.")
        await crm.save()
        assert isinstance(crm.app.screen, CustomerCardScreen)
        await crm.panel("activities")
        shown = [row for row in crm.rows if "Gate two" in row]
        assert len(shown) == 1
        assert "Gate two!" in shown[0]


@pytest.mark.parametrize(
    ("panel", "keys"),
    [
        ("contacts", [":", *"note", "enter"]),
        ("activities", ["a", "enter"]),  # a list without a search line; its first entry is a to-do
    ],
)
async def test_keys_that_arrive_with_a_choice_go_to_what_it_opens(panel: str, keys: list[str], start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        await crm.panel(panel)
        await crm.press_at_once(*keys, *"Gate")
        assert "Gate" in crm.form.form.values().values()


async def test_keys_that_arrive_with_one_that_reads_first_go_to_the_dialog_that_it_opens(start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        await crm.tab(3)
        await crm.press_at_once("F", "space", "enter")
        await crm.see("Assignee Sanna Virtanen ×")
        await crm.press("escape")
        await crm.tab(2)
        await crm.press("d")
        await crm.press("escape")
        await crm.press_at_once("d", "escape", "j")
        assert isinstance(crm.app.screen, CustomerCardScreen)


async def test_the_cases_of_the_customer_before_can_not_be_worked_on(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    go = Event()
    real = SqlCases.listed

    def held(*args: Any, **kwargs: Any) -> Any:
        assert go.wait(PATIENCE)
        return real(*args, **kwargs)

    async with start() as crm:
        await crm.filter("marin")
        while KALLAVESI not in crm.row:
            await crm.press("down")
        await crm.press("enter", "2")
        assert crm.table.count
        monkeypatch.setattr(SqlCases, "listed", held)
        await crm.pilot.press("K", "w")
        while KALLAVESI in crm.customer:
            await crm.pilot.pause()
        assert not crm.table.count
        await crm.pilot.press("w")
        go.set()
        await crm.settle()
        store = crm.app.session.store
        figures = store.cases.figures(store.customers.by_number(10482).id, date(2026, 11, 18))
        assert figures.won == 6


async def test_a_forecast_goes_on_after_a_long_save(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type_ahead, "LONG", 0.01)
    go = Event()
    real = SqlFinance.put_forecast

    def held(*args: Any, **kwargs: Any) -> Any:
        assert go.wait(PATIENCE)
        return real(*args, **kwargs)

    async with start() as crm:
        await crm.open("kallavesi")
        await crm.tab(4)
        await crm.press("right", "enter", "e")
        await crm.fill(revenue="5 000", billing="4 000")
        monkeypatch.setattr(SqlFinance, "put_forecast", held)
        await crm.pilot.press("ctrl+s")
        await crm.wait_no_longer()
        await crm.pilot.press("end", "0")
        go.set()
        await crm.see("Saved, but for what you typed since.")
        await crm.save()
        assert isinstance(crm.app.screen, CustomerCardScreen)


async def test_keys_that_arrive_with_the_choice_of_a_customer_go_to_the_form(start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        await crm.tab(2)
        await crm.press("a")
        crm.form.form.go_to("billing_customer")
        await crm.type("molde")
        await crm.press_at_once("enter", "tab", *"SV 7")
        values = crm.form.form.values()
        assert values["billing_customer"] is not None
        assert values["our_reference"] == "SV 7"
