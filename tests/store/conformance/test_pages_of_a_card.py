"""The lists of a card page by page, down and up: where sort values are equal, empty, or a day beside an instant."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, TypeAlias

import pytest
from tests.store.conformance import given
from tests.store.conformance.given import ALL
from tests.store.conftest import NOW, TODAY, Clock

from crm_tui.domain.activities import ActivityKind
from crm_tui.domain.cases import SalesState
from crm_tui.domain.money import LIMIT, Money, weighted
from crm_tui.store.activities import FeedPart
from crm_tui.store.cases import CaseChoice, CaseLife
from crm_tui.store.paging import Page, PageRequest
from crm_tui.store.port import Store

DAY = dt.timedelta(days=1)
MIDNIGHT = dt.datetime.combine(TODAY, dt.time(), dt.UTC)

Ask: TypeAlias = Callable[[PageRequest], Page[Any]]


def down(ask: Ask, limit: int) -> list[Any]:
    """All rows from the first one on."""
    rows: list[Any] = []
    page = ask(PageRequest(limit=limit))
    while page.more:
        rows += page.rows
        page = ask(PageRequest(limit=limit, after=page.cursors[-1]))
    return [*rows, *page.rows]


def up(ask: Ask, limit: int) -> list[Any]:
    """All rows from the last one on."""
    rows: list[Any] = []
    page = ask(PageRequest(limit=limit, from_end=True))
    while page.more:
        rows = [*page.rows, *rows]
        page = ask(PageRequest(limit=limit, before=page.cursors[0]))
    return [*page.rows, *rows]


def meet(ask: Ask) -> list[Any]:
    """The whole list, which is the same however it is gone through."""
    whole = list(ask(ALL).rows)
    for limit in (1, 3):
        assert down(ask, limit) == whole
        assert up(ask, limit) == whole
    return whole


def test_days_and_instants_of_a_feed_follow_each_other(store: Store, clock: Clock) -> None:
    acme = given.customer(store)
    given.activity(store, acme, ActivityKind.CALENDAR, "all day", starts_on=TODAY - DAY, due=TODAY - DAY, all_day=True)
    for at, name in ((MIDNIGHT - DAY, "at midnight"), (MIDNIGHT - DAY, "then, too"), (MIDNIGHT, "at the next")):
        given.meeting(store, acme, at, name)
        clock.now = at
        given.note(store, acme, f"noted {name}")
    clock.now = NOW
    for due in (TODAY, None, TODAY - DAY, TODAY):
        given.todo(store, acme, f"due {due}", due=due, starts_on=None if due else TODAY)
    given.activity(store, acme, ActivityKind.CALENDAR, "today", starts_on=TODAY, due=TODAY, all_day=True)
    given.meeting(store, acme, NOW + DAY, "to come")

    def ask(part: FeedPart) -> Ask:
        return lambda request: store.activities.feed(acme.id, part, request, NOW, TODAY)

    past = [row.name for row in meet(ask(FeedPart.PAST))]
    assert past[:2] == ["noted at the next", "at the next"]
    assert past[2:6] == ["noted then, too", "noted at midnight", "then, too", "at midnight"]
    assert past[6:] == ["all day"]
    planned = [row.name for row in meet(ask(FeedPart.PLANNED))]
    assert planned[0] == f"due {TODAY - DAY}"
    assert planned[-1] == "to come"
    assert len(planned) == 6


@pytest.mark.parametrize("life", CaseLife)
def test_cases_without_dates_stand_among_the_others(store: Store, life: CaseLife) -> None:
    acme = given.customer(store)
    state = SalesState.WON if life is CaseLife.PROJECT else SalesState.OPEN
    for day in (None, TODAY, None, TODAY - DAY, TODAY, dt.date(1999, 12, 31)):
        made = {"sales_status": given.status(store, state), "expected_order_date": day, "deadline": day}
        given.case(store, acme, f"{day}", **made)
        given.case(store, acme, f"over {day}", **made, closed=day or TODAY)
    everything = meet(lambda request: store.cases.of_customer(acme.id, life, request, TODAY, closed=True))
    last, first = "1999-12-31", f"{TODAY - DAY}"
    days = [row.case.name for row in everything]
    assert days[:6] == [last, first, f"{TODAY}", f"{TODAY}", "None", "None"]
    assert days[-2:] == [f"over {first}", f"over {last}"]
    assert meet(lambda request: store.cases.of_customer(acme.id, life, request, TODAY)) == everything[:6]
    assert meet(lambda request: store.cases.listed(acme.id, CaseChoice.ALL, request, TODAY)) == everything


def test_threads_of_one_moment_are_read_from_both_ends(store: Store, clock: Clock) -> None:
    acme = given.customer(store)
    robot = given.project(store, acme)
    notes = [given.note(store, acme, f"note {number}", case=robot.id) for number in range(4)]
    replies = [given.note(store, acme, f"reply {n}", case=robot.id, parent=notes[n].id) for n in (0, 2)]
    given.note(store, acme, "deeper", case=robot.id, parent=replies[0].id)
    found = [(row.note.text, row.depth, row.replies) for row in meet(lambda r: store.notes.of_projects(acme.id, r))]
    assert found[:3] == [("note 0", 0, 2), ("reply 0", 1, 1), ("deeper", 2, 0)]
    assert [text for text, _, _ in found[3:]] == ["note 2", "reply 2", "note 3", "note 1"]


def test_sums_are_exact_below_zero_and_beyond_what_floating_point_holds(store: Store) -> None:
    acme = given.customer(store)
    amounts = (LIMIT, LIMIT - 1, *(LIMIT - 2,) * 9, -5, -1)
    for amount in amounts:
        given.case(store, acme, expected_value=amount, probability=50)
    (total,) = store.cases.totals(acme.id, CaseLife.SALES).value.amounts
    (chance,) = store.cases.totals(acme.id, CaseLife.SALES).weighted.amounts
    assert total.amount == sum(amounts) > 2**53
    assert chance.amount == sum(weighted(Money(amount, "EUR"), 50).amount for amount in amounts)
    (listed,) = store.cases.sums(acme.id, CaseChoice.ALL, TODAY)
    assert (listed.value, listed.weighted) == (total.amount, chance.amount)
