"""Which cases are listed, their sums and the key figures, each computed again from the raw cases."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from tests.store.conformance import given
from tests.store.conformance.given import ALL
from tests.store.conftest import NOW, TODAY, AsUser

from crm_tui.domain.cases import Case, CaseChange, SalesState
from crm_tui.domain.customers import Customer
from crm_tui.domain.errors import Denied
from crm_tui.domain.finance import ForecastEntry
from crm_tui.domain.money import Money, sum_by_currency, weighted
from crm_tui.domain.permissions import ProjectLevel
from crm_tui.store.cases import CaseChoice
from crm_tui.store.paging import PageRequest
from crm_tui.store.port import Store

DAY = dt.timedelta(days=1)


def enter(store: Store, case: Case, state: SalesState, **change: Any) -> Case:
    """Change to the first sales status that means ``state``."""
    wanted = CaseChange(sales_status=given.status(store, state), **change)
    return store.cases.update(case.id, case.revision, wanted)


@pytest.fixture
def customer(store: Store) -> Customer:
    """A customer with a case of every kind, in two currencies, named after what is to be said of it."""
    of = given.customer(store)
    given.todo(store, of, case=given.case(store, of, "busy", expected_value=1_001, probability=50).id, due=TODAY)
    given.case(store, of, "idle", expected_value=2_003, probability=25)
    overdue = given.case(store, of, "overdue", expected_value=70_000, currency="NOK", expected_order_date=TODAY - DAY)
    given.meeting(store, of, NOW + DAY, case=overdue.id)
    late = given.case(store, of, "late to-do", expected_order_date=TODAY)
    given.todo(store, of, case=late.id, due=TODAY - DAY)
    given.meeting(store, of, NOW - DAY, case=late.id)
    undated = given.case(store, of, "undated to-do", expected_order_date=TODAY)
    given.todo(store, of, case=undated.id, due=None)
    enter(store, given.case(store, of, "lost", expected_value=40_000), SalesState.LOST)
    for name, value, ordered, closed in (
        ("won", 500, dt.date(TODAY.year, 1, 1), None),
        ("done", 600, dt.date(TODAY.year, 12, 31), TODAY),
        ("won before", 7_000, dt.date(TODAY.year - 1, 12, 31), None),
        ("without a value", None, TODAY, TODAY - DAY),
    ):
        case = given.case(store, of, name, expected_value=value)
        won = enter(store, case, SalesState.WON, expected_order_date=ordered, deadline=TODAY + DAY, closed=closed)
        if closed is None:
            given.task(store, won, due=TODAY + DAY)
    slow = given.project(store, of, "past its deadline", expected_value=9, deadline=TODAY - DAY)
    given.task(store, slow, due=TODAY + DAY)
    given.case(store, given.customer(store, "Other Oy"), "elsewhere", expected_value=1)
    return of


def listed(store: Store, customer: Customer, choice: CaseChoice) -> list[Case]:
    return [row.case for row in store.cases.listed(customer.id, choice, ALL, TODAY).rows]


CHOICES = {
    CaseChoice.OPEN: ["overdue", "late to-do", "undated to-do", "busy", "idle",
                      "past its deadline", "won", "won before"],
    CaseChoice.WON: ["past its deadline", "won", "won before", "done", "without a value"],
    CaseChoice.LOST: ["lost"],
    CaseChoice.CLOSED: ["lost", "done", "without a value"],
    CaseChoice.ATTENTION: ["overdue", "late to-do", "idle", "past its deadline"],
    CaseChoice.ALL: ["overdue", "late to-do", "undated to-do", "busy", "idle", "lost",
                     "past its deadline", "won", "won before", "done", "without a value"],
}  # fmt: skip


@pytest.mark.parametrize("choice", CaseChoice)
def test_a_choice_lists_sales_cases_then_projects_and_is_counted(
    store: Store, customer: Customer, choice: CaseChoice
) -> None:
    assert [case.name for case in listed(store, customer, choice)] == CHOICES[choice]
    assert store.cases.figures(customer.id, TODAY).counts[choice] == len(CHOICES[choice])


def test_pages_meet(store: Store, customer: Customer) -> None:
    paged: list[str] = []
    request = PageRequest(limit=3)
    while True:
        page = store.cases.listed(customer.id, CaseChoice.ALL, request, TODAY)
        paged += [row.case.name for row in page.rows]
        if not page.more:
            break
        request = PageRequest(limit=3, after=page.cursors[-1])
    assert paged == CHOICES[CaseChoice.ALL]


def _total(cases: Iterable[Case], amount: Callable[[Money, Case], Money] = lambda money, case: money) -> Any:
    """A sum over raw cases, per currency."""
    figures = [(Money(case.expected_value, case.currency), case) for case in cases if case.expected_value]
    return sum_by_currency(amount(money, case) for money, case in figures)


def _by_chance(money: Money, case: Case) -> Money:
    return weighted(money, case.probability or 0)


def test_key_figures_are_those_of_the_raw_cases(store: Store, customer: Customer) -> None:
    cases = listed(store, customer, CaseChoice.ALL)
    selling = [case for case in cases if case.sales_state is SalesState.OPEN and case.closed is None]
    won = [case for case in cases if case.sales_state is SalesState.WON]
    this_year = [case for case in won if case.expected_order_date and case.expected_order_date.year == TODAY.year]

    figures = store.cases.figures(customer.id, TODAY)

    assert figures.value == _total(selling)
    assert figures.value.amounts == (Money(3_004, "EUR"), Money(70_000, "NOK"))
    assert figures.weighted == _total(selling, _by_chance)
    assert figures.won_value == _total(this_year)
    assert figures.won_value.amounts == (Money(500 + 600 + 9, "EUR"),)
    assert (figures.year, figures.won_number, figures.won, figures.lost) == (TODAY.year, 4, 5, 1)
    assert figures.hit_rate == 83
    # the year is that of the user's today, whatever the time of the store is
    assert store.cases.figures(customer.id, dt.date(TODAY.year - 1, 12, 31)).won_value.amounts == (Money(7_000, "EUR"),)


def test_sums_are_of_what_is_listed_by_state_and_currency(store: Store, customer: Customer) -> None:
    for choice in CaseChoice:
        cases = listed(store, customer, choice)
        sums = store.cases.sums(customer.id, choice, TODAY)
        expected = Counter((case.sales_state, case.closed is not None, case.currency) for case in cases)
        assert {(each.state, each.is_over, each.currency): each.number for each in sums} == expected
        for each in sums:
            own = [
                case
                for case in cases
                if (case.sales_state, case.closed is not None, case.currency)
                == (each.state, each.is_over, each.currency)
            ]
            assert each.value == next((money.amount for money in _total(own).amounts), None)
            assert each.weighted == next((money.amount for money in _total(own, _by_chance).amounts), None)
            assert each.left_out == 0


def test_nothing_decided_has_no_hit_rate_and_half_is_rounded_up(store: Store) -> None:
    customer = given.customer(store)
    assert store.cases.figures(customer.id, TODAY).hit_rate is None
    assert store.cases.sums(customer.id, CaseChoice.ALL, TODAY) == ()
    for _ in range(7):
        enter(store, given.case(store, customer), SalesState.LOST)
    given.project(store, customer)
    assert store.cases.figures(customer.id, TODAY).hit_rate == 13  # 12.5


def test_hidden_money_is_left_out_and_counted(store: Store, customer: Customer, as_user: AsUser) -> None:
    member = as_user("jonas", projects=ProjectLevel.MEMBER)
    me = given.me(member)
    for case in listed(store, customer, CaseChoice.ALL):
        if case.name != "idle":
            store.cases.update(case.id, case.revision, CaseChange(members=(me,)))

    figures = member.cases.figures(customer.id, TODAY)
    assert (figures.value.amounts, figures.value.left_out, figures.weighted.left_out) == ((), 4, 4)
    assert (figures.won_value.amounts, figures.won_value.left_out) == ((), 4)
    assert figures.hit_rate == 83
    sums = member.cases.sums(customer.id, CaseChoice.ALL, TODAY)
    assert all((each.value, each.weighted, each.left_out) == (None, None, each.number) for each in sums)
    rows = member.cases.listed(customer.id, CaseChoice.ALL, ALL, TODAY).rows
    assert [row.case.name for row in rows] == [name for name in CHOICES[CaseChoice.ALL] if name != "idle"]
    assert not any(row.may_change for row in rows)
    blind = as_user("eino", projects=ProjectLevel.NONE)
    for ask in (
        lambda: blind.cases.figures(customer.id, TODAY),
        lambda: blind.cases.listed(customer.id, CaseChoice.ALL, ALL, TODAY),
        lambda: blind.cases.sums(customer.id, CaseChoice.ALL, TODAY),
    ):
        with pytest.raises(Denied, match="projects: member"):
            ask()


def test_a_row_says_whether_its_actor_may_change_it(store: Store, as_user: AsUser) -> None:
    customer = given.customer(store)
    manager = as_user("mikael", projects=ProjectLevel.MANAGER)
    me = given.me(manager)
    for name, fields in (("owned", {"owner": me}), ("sold", {"sales_person": me}), ("member", {"members": (me,)})):
        given.case(store, customer, name, **fields)
    rows = {row.case.name: row for row in manager.cases.listed(customer.id, CaseChoice.ALL, ALL, TODAY).rows}
    assert {name: row.may_change for name, row in rows.items()} == {"owned": True, "sold": True, "member": False}
    for name, row in rows.items():
        change = CaseChange(description="other")
        if row.may_change:
            manager.cases.update(row.case.id, row.case.revision, change)
        else:
            with pytest.raises(Denied):
                manager.cases.update(row.case.id, row.case.revision, change)
        assert manager.cases.details(row.case.id, TODAY).row.may_change == row.may_change, name


def test_what_is_on_a_case_is_counted_with_what_to_go_to(store: Store) -> None:
    customer = given.customer(store)
    case = given.project(store, customer)
    given.todo(store, customer, case=case.id)
    tasks = [given.task(store, case, due=TODAY + number * DAY) for number in (2, 1)]
    given.tick(store, given.task(store, case))
    given.note(store, customer, case=case.id)
    last = given.note(store, customer, case=case.id)
    store.finance.put_forecast(ForecastEntry(case=case.id, year=2026, month=11, billing=1), None)
    given.invoice(store, customer, "1", cases=(case.id,), date=TODAY)
    invoice = given.invoice(store, customer, "2", cases=(case.id,), date=TODAY + DAY)

    below = store.cases.below(case.id)

    assert (below.activities, below.open_tasks, below.notes, below.files) == (4, 2, 2, 0)
    assert (below.forecasts, below.actuals, below.invoices) == (1, 0, 2)
    assert (below.task, below.note, below.invoice) == (tasks[1].id, last.id, invoice.id)
