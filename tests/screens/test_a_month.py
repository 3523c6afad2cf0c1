"""A month of work, by keyboard alone: a sales person wins a case and sees to its money, a project manager sees to its
tasks. Each day is a start of the program on the same store; what one leaves, the other finds."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from tests.driver import Crm, crm_app, running
from tests.screens.kallavesi import store_of

from crm_tui.domain.cases import Case, SalesState
from crm_tui.domain.periods import Month
from crm_tui.store.activities import BoardColumn
from crm_tui.store.cases import CaseChoice
from crm_tui.store.paging import PageRequest
from crm_tui.store.sql.store import open_store
from crm_tui.widgets.task_board import TaskCards

CASE = "Propeller shaft inspection"

Day = Callable[[int, int, str], AbstractAsyncContextManager[Crm]]


@pytest.fixture
def day(open_sample: Callable[[str], object], tmp_path: Path) -> Day:
    """The program on a day of November or December 2026, at noon, opened on Kallavesi's card by a user."""
    open_sample("sanna")

    @asynccontextmanager
    async def start(number: int, month: int, login: str) -> AsyncIterator[Crm]:
        now = datetime(2026, month, number, 10, 0, tzinfo=UTC)
        store = open_store(tmp_path / "demo.db", login=login, clock=lambda: now)
        try:
            async with running(crm_app(store, tmp_path, now=now), (120, 40)) as crm:
                await crm.open("kallavesi")
                yield crm
        finally:
            store.close()

    return start


def case_of(crm: Crm) -> Case:
    """The case, as the store has it."""
    store = store_of(crm)
    customer = store.customers.by_number(10482).id
    rows = store.cases.listed(customer, CaseChoice.ALL, PageRequest(limit=100), date(2026, 12, 31)).rows
    return next(row.case for row in rows if row.case.name == CASE)


def board(crm: Crm) -> tuple[BoardColumn, ...]:
    """The customer's tasks by status, as the store has them."""
    store = store_of(crm)
    return store.activities.board(store.customers.by_number(10482).id, date(2026, 12, 31))


def task_under_cursor(crm: Crm) -> str:
    """The task that the board's cursor is on."""
    cards = crm.app.focused
    assert isinstance(cards, TaskCards)
    assert cards.current is not None
    return cards.current.name


async def go_to_case(crm: Crm) -> None:
    """On tab 2, put the cursor on the case."""
    await crm.tab(2)
    while CASE not in crm.row:
        before = crm.row
        await crm.press("down")
        assert crm.row != before, f"the case is not listed:\n{crm.text()}"


async def a_lead_is_added(day: Day) -> None:
    async with day(18, 11, "sanna") as crm:
        await crm.tab(2)
        await crm.press("a")
        await crm.fill(name=CASE, expected_value="24 000", contact="Eeva")
        await crm.save()
        await crm.see_row(CASE)
        await crm.see("! nothing planned", "208 200 EUR")
        await crm.press("t")
        await crm.see(f"@{case_of(crm).number}")
        await crm.type("Send the offer fri 14:00")
        await crm.save()
        await crm.press("n")
        await crm.fill(text="Eeva wants it in the dry dock, in one go.")
        await crm.save()
        await crm.see("Fri 14:00", "Last note", "Eeva wants it in the dry dock")
        assert case_of(crm).sales_state is SalesState.OPEN


async def the_offer_is_sent_and_its_money_planned(day: Day) -> None:
    async with day(20, 11, "sanna") as crm:
        await go_to_case(crm)
        await crm.press("e")
        await crm.fill(sales_status="Offer sent", probability="60", expected_order_date="4.12.")
        await crm.save()
        await crm.tab(4)
        for month, right in (("Dec", 1), ("Jan", 2)):  # from the actual figures of this month on
            await crm.press(*["right"] * right, "a")
            await crm.see(f"New forecast, {month}")
            await crm.fill(case=CASE, billing="12 000", revenue="12 000", labor_expense="5 000")
            await crm.save()
        forecasts = store_of(crm).finance.forecasts(case_of(crm).id, Month(2026, 12), 2)
        assert [(each.month, each.billing) for each in forecasts] == [(12, 1_200_000), (1, 1_200_000)]


async def it_is_won(day: Day) -> None:
    async with day(3, 12, "sanna") as crm:
        await go_to_case(crm)
        await crm.press("w")
        await crm.see_row(CASE)
        won = case_of(crm)
        assert (won.sales_state, won.probability, won.expected_order_date) == (SalesState.WON, 100, date(2026, 12, 3))
        await crm.press("e")
        await crm.fill(members="Nilsen", deadline="29.1.2027")
        await crm.save()


async def its_tasks_are_planned_and_moved(day: Day) -> None:
    async with day(7, 12, "tuva") as crm:
        await crm.tab(3)
        await crm.press("a")
        await crm.fill(name="Order the divers", case=CASE)
        await crm.save()
        await crm.press("A")
        await crm.choose("Korhonen")
        await crm.press("D")
        await crm.put("fri")
        await crm.press("enter")
        await crm.see("Order the divers", "11 Dec")
        await crm.press(">")
        assert "Order the divers" in [task.name for task in board(crm)[1].tasks]
        await crm.panel("notes")
        await crm.press("a")
        await crm.fill(text="The yard has the dock free from 11 January.", case=CASE)
        await crm.save()
        await crm.see("The yard has the dock free")


async def the_task_is_done(day: Day) -> None:
    async with day(11, 12, "tuva") as crm:
        await crm.tab(3)
        await crm.press("right")
        while task_under_cursor(crm) != "Order the divers":
            await crm.press("down")
        await crm.press("space")
        await crm.see("Done 6")
        tasks = [task for column in board(crm) for task in column.tasks if task.name == "Order the divers"]
        assert [(task.is_done, task.done_on, task.assignee_name) for task in tasks] == [
            (True, date(2026, 12, 11), "Mikael Korhonen")
        ]


async def its_invoice_is_seen_overdue(day: Day) -> None:
    async with day(16, 12, "sanna") as crm:
        await crm.tab(4)
        await crm.panel("invoices")
        while "2026-0426" not in crm.row:
            await crm.press("down")
        await crm.see_row("! 4 d late")
        await crm.press("enter")
        await crm.see("2026-0426", "Receiver")
        await crm.press("escape")


async def the_terms_of_the_next_case_are_changed(day: Day) -> None:
    async with day(17, 12, "sanna") as crm:
        await crm.tab(5)
        while "Payment term" not in crm.row:
            await crm.press("down")
        await crm.press("enter")
        await crm.put("14")
        await crm.press("enter")
        customer = store_of(crm).customers.by_number(10482).id
        assert store_of(crm).billing.of_customer(customer).payment_term == 14
        await crm.press("u")
        assert store_of(crm).billing.of_customer(customer).payment_term == 30
        await crm.press("U")
        assert store_of(crm).billing.of_customer(customer).payment_term == 14
        assert store_of(crm).billing.of_customer(customer).vat_percent == Decimal("25.5")


async def test_a_month_of_a_sales_person_and_a_project_manager(day: Day) -> None:
    await a_lead_is_added(day)
    await the_offer_is_sent_and_its_money_planned(day)
    await it_is_won(day)
    await its_tasks_are_planned_and_moved(day)
    await the_task_is_done(day)
    await its_invoice_is_seen_overdue(day)
    await the_terms_of_the_next_case_are_changed(day)
