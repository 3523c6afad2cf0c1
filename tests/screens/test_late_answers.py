"""Answers that come late, and what is pressed before they come: nothing of another list or customer is shown,
chosen, opened or written."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from tests.driver import PATIENCE
from tests.screens import fakes
from tests.screens.conftest import Start
from tests.screens.fakes import FakeStore, invoice
from tests.screens.tab_app import TabApp, press, settle

from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import Unavailable
from crm_tui.domain.finance import InvoiceStatus
from crm_tui.screens import case_panel, feed_panel
from crm_tui.screens.card_tab import Target
from crm_tui.screens.customer_card import CustomerCardScreen
from crm_tui.screens.dialogs import export
from crm_tui.screens.dialogs.find import FindDialog
from crm_tui.screens.dialogs.note_form import NoteForm
from crm_tui.screens.financials import FinancialsTab
from crm_tui.screens.session import CardRequest
from crm_tui.store.activities import FeedCounts
from crm_tui.store.paging import Count
from crm_tui.store.sql.activities import SqlActivities
from crm_tui.store.sql.customers import SqlCustomers
from crm_tui.store.sql.search import SqlSearch
from crm_tui.terminal import type_ahead
from crm_tui.widgets.cells import EMPTY
from crm_tui.widgets.command_target import CommandTarget
from crm_tui.widgets.facts import Facts
from crm_tui.widgets.panel import Panel
from crm_tui.widgets.rows import Anchor, PageRequest, Row
from crm_tui.widgets.task_board import Task, TaskCards
from crm_tui.widgets.virtual_table import VirtualTable

KALLAVESI = "Kallavesi Marine Engineering Oy"
GONE = Row("999999", ())
#: the first rows, with all of them counted
WITH_TOTAL = PageRequest(0, 100, Anchor(None, True, 0), exact_total=True)


class Held:
    """Holds back what a function of a class or module returns until `release`."""

    def __init__(self, patch: pytest.MonkeyPatch, owner: object, name: str) -> None:
        self._go = Event()
        real = getattr(owner, name)

        def held(*args: Any, **kwargs: Any) -> Any:
            assert self._go.wait(PATIENCE)
            return real(*args, **kwargs)

        patch.setattr(owner, name, held)

    def release(self) -> None:
        self._go.set()


Hold = Callable[[object, str], Held]


@pytest.fixture
def hold(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hold]:
    """Holds calls back; none is held any more after the test."""
    made: list[Held] = []

    def holding(owner: object, name: str) -> Held:
        made.append(Held(monkeypatch, owner, name))
        return made[-1]

    yield holding
    for held in made:
        held.release()


# -- rows that are shown still, and gone already ----------------------------------------------------------------------


@pytest.mark.parametrize(("tab", "panel"), [(1, "contacts"), (2, "cases"), (3, "notes"), (4, "invoices")])
async def test_a_row_that_is_gone_by_now_opens_nothing(tab: int, panel: str, start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        await crm.tab(tab)
        shown = crm.app.screen.query_one(f"#{panel}", Panel)
        table = shown.query_one(VirtualTable)
        table.set_rows([GONE])
        await crm.settle()
        shown.post_message(VirtualTable.RowChosen(table, GONE, 0))
        await crm.panel(panel)
        await crm.press("y", "o")
        assert isinstance(crm.app.screen, CustomerCardScreen)


async def test_a_task_that_is_gone_by_now_opens_nothing(start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        await crm.tab(3)
        cards = crm.app.screen.query(TaskCards).first()
        cards.post_message(TaskCards.TaskChosen(cards, Task("999999", "", "", "", EMPTY, "")))
        await crm.settle()
        assert isinstance(crm.app.screen, CustomerCardScreen)


# -- find -------------------------------------------------------------------------------------------------------------


async def test_enter_before_the_hits_are_there_opens_the_first_of_them_and_no_older_one(
    start: Start, hold: Hold
) -> None:
    async with start() as crm:
        await crm.find("molde")
        held = hold(SqlSearch, "anything")
        dialog = crm.app.screen
        assert isinstance(dialog, FindDialog)
        await crm.pilot.press("backspace", "backspace", "backspace", "backspace", "backspace")
        await crm.pilot.press(*"10482", "enter")
        assert crm.app.screen is dialog
        held.release()
        await crm.settle()
        assert KALLAVESI in crm.customer


async def test_what_is_typed_after_enter_is_for_what_it_opens(start: Start, hold: Hold) -> None:
    async with start() as crm:
        await crm.press("f")
        held = hold(SqlSearch, "anything")
        await crm.pilot.press(*"10482", "enter", "n", *"S18 d")
        held.release()
        await crm.settle()
        await crm.see(KALLAVESI)
        assert crm.form.form.values()["text"] == "S18 d"


# -- lists that were read for another question ------------------------------------------------------------------------


async def test_a_count_for_an_older_list_is_not_shown(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    async with start() as crm:
        monkeypatch.setattr(SqlCustomers, "count", lambda *_, **__: Count(4711))
        crm.table.post_message(VirtualTable.RowsWanted(crm.table, WITH_TOTAL, crm.table.generation - 1))
        await crm.settle()
        crm.see_no("711")


async def test_activities_of_an_older_list_are_not_told(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        await crm.see("Activities 49")
        monkeypatch.setattr(
            SqlActivities,
            "feed_counts",
            lambda *_: FeedCounts(planned=Count(4000), late=Count(0), past=Count(711)),
        )
        table = crm.app.screen.query_one("#activities VirtualTable", VirtualTable)
        table.post_message(VirtualTable.RowsWanted(table, WITH_TOTAL._replace(start=300), table.generation - 1))
        await crm.settle()
        await crm.see("Activities 49")


async def test_what_is_not_listed_is_said(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(case_panel, "_MOST", 2)
    monkeypatch.setattr(feed_panel, "_MOST_PLANNED", 2)
    async with start() as crm:
        await crm.open("kallavesi")
        await crm.see("the first 2 planned")
        await crm.tab(2)
        await crm.see("the first 2  i 2 closed hidden")


# -- a row that was found elsewhere -----------------------------------------------------------------------------------


INVOICES = [invoice(key, InvoiceStatus.PAID) for key in range(400, 100, -1)]


async def test_a_row_that_did_not_come_at_once_takes_the_cursor_away_never_later() -> None:
    app = TabApp(FinancialsTab, FakeStore(invoice_rows=INVOICES), fakes.card())
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        app.tab.put_cursor_on(Target(Kind.INVOICE, 105))
        app.tab.show(fakes.card())
        await settle(pilot)
        await press(pilot, "G", "y")
        await press(pilot, "enter")
        assert app.copied == ["2025-0101"]


async def test_a_row_that_was_found_at_another_customer_is_forgotten() -> None:
    store = FakeStore(invoice_rows=INVOICES[:50])
    app = TabApp(FinancialsTab, store, fakes.card())
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        app.tab.put_cursor_on(Target(Kind.INVOICE, 105))
        store.invoice_rows = INVOICES[-50:]
        app.tab.show(fakes.card(2))
        await settle(pilot)
        await press(pilot, "y")
        await press(pilot, "enter")
        assert app.copied == ["2025-0150"]


async def test_a_case_that_is_gone_is_said_and_the_others_are_listed(start: Start) -> None:
    async with start() as crm:
        await crm.open("molde")
        customer = crm.app.session.store.customers.by_number(10482).id
        crm.app.session.open_card(CardRequest(customer, 2, kind=Kind.CASE, entity=999_999))
        await crm.expect_toast("There is no case")
        await crm.see("Crane foundation", "Class renewal")


# -- from customer to customer ----------------------------------------------------------------------------------------


async def test_next_before_the_neighbours_are_known_says_so_and_goes_when_they_are(start: Start, hold: Hold) -> None:
    async with start() as crm:
        await crm.filter("marin")
        names = crm.column("name")
        held = hold(SqlCustomers, "neighbours")
        await crm.pilot.press("home", "enter")
        await crm.pilot.pause()
        while crm.customer.split("  ")[0] != f"Customers › {names[0]}":
            await crm.pilot.pause(0.01)
        await crm.pilot.press("J")
        assert "J K looking…" in crm.customer
        assert crm.toasts == []
        held.release()
        await crm.see(names[1], f"2 of {len(names)}")


async def test_when_looking_around_failed_next_tries_again(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_: object, **__: object) -> None:
        raise Unavailable("The store is busy; try again.")

    async with start() as crm:
        await crm.filter("marin")
        names = crm.column("name")
        monkeypatch.setattr(SqlCustomers, "neighbours", busy)
        await crm.press("home", "enter")
        await crm.expect_toast("The store is busy")
        await crm.press("J")
        await crm.expect_toast("The store is busy")
        crm.see_no("looking")
        monkeypatch.undo()
        await crm.press("J")
        assert names[1] in crm.customer


async def test_a_customer_that_is_not_in_the_list_says_so(start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        await crm.find("molde")
        await crm.press("enter", "J")
        await crm.expect_toast("Next customer: this customer is not in the list")


async def test_a_key_before_the_next_card_is_read_is_for_that_card(start: Start, hold: Hold) -> None:
    async with start() as crm:
        await crm.filter("marin")
        await crm.press("home", "enter")
        held = hold(SqlCustomers, "card")
        await crm.pilot.press("J", "*")
        assert crm.toasts == []
        held.release()
        await crm.see("* favourite")
        await crm.press("K")
        crm.see_no("* favourite")


async def test_a_form_that_nobody_waits_for_does_not_open(
    start: Start, hold: Hold, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        monkeypatch.setattr(type_ahead, "LONG", 0.01)
        held = hold(NoteForm, "load")
        await crm.pilot.press("n")
        await crm.wait_no_longer()
        held.release()
        await crm.settle()
        assert isinstance(crm.app.screen, CustomerCardScreen)
        held = hold(NoteForm, "load")
        await crm.pilot.press("n", "S", "1")
        held.release()
        await crm.settle()
        assert crm.form.form.values()["text"] == "S1"


# -- export -----------------------------------------------------------------------------------------------------------


async def test_a_home_that_nobody_knows_is_said(start: Start) -> None:
    async with start() as crm:
        await crm.press("E")
        await crm.put("~no-such-user-4711/x.csv")
        await crm.press("enter")
        await crm.see("the home folder in ~no-such-user-4711/x.csv is not known; give the")


async def test_the_file_that_was_written_is_named_whatever_is_typed_by_then(
    start: Start, hold: Hold, tmp_path: Path
) -> None:
    async with start() as crm:
        held = hold(export, "write_customers")
        await crm.press("E")
        await crm.put(str(tmp_path / "first.csv"))
        await crm.pilot.press("enter", "backspace", "backspace", "backspace", "backspace", "2")
        held.release()
        await crm.expect_toast("first.csv")
        assert [name for name in os.listdir(tmp_path) if name.endswith(".csv")] == ["first.csv"]


async def test_another_name_typed_while_writing_is_never_taken_for_one_to_replace(
    start: Start, hold: Hold, tmp_path: Path
) -> None:
    for name in ("first.csv", "2.csv"):
        (tmp_path / name).write_text("mine")
    async with start() as crm:
        await crm.press("E")
        await crm.put(str(tmp_path / "first.csv"))
        held = hold(export, "write_customers")
        await crm.pilot.press("enter")
        crm.app.screen.query_one("LineInput").value = str(tmp_path / "2.csv")  # type: ignore[attr-defined]  # an Input
        held.release()
        await crm.see("is already there")
        await crm.press("enter")
        assert [(tmp_path / name).read_text() for name in ("first.csv", "2.csv")] == ["mine", "mine"]


async def test_a_list_that_is_cut_off_says_how_many_were_written(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SqlCustomers, "count", lambda *_, **__: Count(1000, capped=True))
    monkeypatch.setattr(export, "write_customers", lambda *_, **__: Count(1000, capped=True))
    async with start() as crm:
        await crm.filter("a")
        await crm.press("E")
        await crm.see("the first 1 000 customers")
        await crm.press("enter")
        await crm.expect_toast("the first 1 000 customers written to")


# -- texts that are read in full --------------------------------------------------------------------------------------


async def test_commands_of_a_reading_dialog_say_why_they_do_nothing(start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        await crm.tab(4)
        await crm.panel("invoices")
        await crm.press("enter", "o")
        await crm.expect_toast("Open link: there is no link, e-mail or phone number here")
        assert isinstance(crm.app.screen, CommandTarget)
        assert crm.app.screen.query(Facts)
