"""What SQLite does for the questions of the screens: it searches indexes, however long the list is.

The statements are those that run: they are traced, and explained afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import apsw
import pytest
from msgspec.structs import replace
from tests.store.conftest import FIRST_START, NOW, TODAY, Clock

from crm_tui.domain.activities import ActivityKind, NewActivity
from crm_tui.domain.addresses import NewAddress
from crm_tui.domain.cases import NewCase
from crm_tui.domain.contacts import NewContact
from crm_tui.domain.customers import NewCustomer
from crm_tui.store.activities import EVERY_TASK, BoardFilter, FeedPart
from crm_tui.store.cases import CaseChoice
from crm_tui.store.contacts import ContactQuery
from crm_tui.store.customers import CustomerQuery, CustomerSort
from crm_tui.store.paging import PageRequest
from crm_tui.store.sql import agenda, board, case_figures, customer_card, keyset, narrowing, registered, search, threads
from crm_tui.store.sql import rights as rights_of
from crm_tui.store.sql.connections import Database
from crm_tui.store.sql.customer_list import CustomerList
from crm_tui.store.sql.people import People
from crm_tui.store.sql.rights import Rights
from crm_tui.store.sql.setup import set_up
from crm_tui.store.sql.sqlite import SqliteConnection
from crm_tui.store.sql.store import open_store

#: tables that grow with the business; lists of users and registry values are short
LONG = ("c", "p", "k", "i", "a", "n", "r", "customer", "contact", "crm_case", "activity", "note", "invoice")


class Traced(NamedTuple):
    """A connection whose statements are kept."""

    con: SqliteConnection
    rights: Rights
    statements: list[tuple[str, Any]]

    def plan(self) -> list[str]:
        """The steps of all statements that ran."""
        self.con.exec_trace = None
        steps = []
        for statement, bindings in self.statements:
            steps += [row[3] for row in self.con.execute(f"EXPLAIN QUERY PLAN {statement}", bindings)]
        return steps


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    path = tmp_path / "crm.db"
    opened = Database.open(path)
    set_up(opened, FIRST_START, Clock())
    opened.close()
    store = open_store(path, login="admin", clock=Clock())
    acme = store.customers.create(NewCustomer(name="Acme"))
    store.addresses.create(NewAddress(customer=acme.id, city="Oslo"))
    store.contacts.create(NewContact(customer=acme.id, first_name="Eeva", last_name="Lahtinen"))
    store.cases.create(NewCase(customer=acme.id, name="Offer", expected_value=1))
    store.activities.create(NewActivity(kind=ActivityKind.TODO, name="Call", customer=acme.id))
    store.close()
    opened = Database.open(path)
    yield opened
    opened.close()


@contextmanager
def traced(database: Database) -> Iterator[Traced]:
    with database.reading() as con:
        rights = rights_of.load(con, "admin")
        statements: list[tuple[str, Any]] = []

        def keep(_: apsw.Cursor, statement: str, bindings: Any) -> bool:
            statements.append((statement, bindings))
            return True

        con.exec_trace = keep
        yield Traced(con, rights, statements)
        con.exec_trace = None


def full_scans(steps: list[str]) -> list[str]:
    """Steps that go through a whole long table, be it along an index; those of the inactive ones are short."""
    scans = [s for s in steps if s.startswith("SCAN ") and s.split()[1] in LONG]
    return [
        s
        for s in scans
        if not any(short in s for short in ("VIRTUAL TABLE", "customer_inactive", "contact_not_living"))
    ]


SORTS = [sort for sort in CustomerSort if sort is not CustomerSort.OPEN_VALUE]


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("active", [True, None])
def test_a_page_of_the_unfiltered_list_is_a_range_of_an_index(
    database: Database, sort: CustomerSort, descending: bool, active: bool | None
) -> None:
    query = CustomerQuery(sort=sort, descending=descending, active=active)
    with traced(database) as trace:
        first = CustomerList(trace.con, trace.rights, query).page(PageRequest())
        assert first.rows
        steps = trace.plan()
        assert not [step for step in steps if "TEMP B-TREE FOR ORDER BY" in step]
        assert all(" USING " in step and "INDEX" in step for step in full_scans(steps))
    for request in (PageRequest(after=first.cursors[0]), PageRequest(before=first.cursors[0], skip=10)):
        with traced(database) as trace:
            CustomerList(trace.con, trace.rights, query).page(request)
            steps = trace.plan()
            assert not [step for step in steps if "TEMP B-TREE FOR ORDER BY" in step]
            assert not full_scans(steps)
            assert any(step.startswith("SEARCH c USING") for step in steps)


@pytest.mark.parametrize("query", [CustomerQuery(owner=1), CustomerQuery(industry=1)])
def test_customers_of_an_owner_or_industry_come_in_order_from_their_index(
    database: Database, query: CustomerQuery
) -> None:
    with traced(database) as trace:
        CustomerList(trace.con, trace.rights, query).page(PageRequest())
        steps = trace.plan()
    assert not full_scans(steps)
    assert not [step for step in steps if "TEMP B-TREE FOR ORDER BY" in step]


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("descending", [False, True])
def test_a_page_of_many_that_fit_is_met_along_an_index_that_holds_what_is_asked(
    database: Database, sort: CustomerSort, descending: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(narrowing, "_FEW", -1)
    cursor = keyset.as_json((1 if sort is CustomerSort.NUMBER else "a", 0, 1))
    for only in (
        CustomerQuery(owner=1, industry=1),
        CustomerQuery(segment=1),
        CustomerQuery(role=1),
        CustomerQuery(keyword=1),
        CustomerQuery(owner=1, role=1),
    ):
        query = replace(only, sort=sort, descending=descending)
        with traced(database) as trace:
            CustomerList(trace.con, trace.rights, query).page(PageRequest(after=cursor))
            trace.statements[:] = [each for each in trace.statements if ", 0, c.id FROM" in each[0]]
            steps = trace.plan()
        assert not [step for step in steps if "TEMP B-TREE" in step], query
        assert [step for step in steps if step.startswith("SEARCH c USING COVERING INDEX")], query
        assert not full_scans(steps), query


Read = Callable[[Traced], object]
READS: dict[str, Read] = {
    "card": lambda t: customer_card.card(t.con, t.rights, 1, TODAY),
    "preview": lambda t: customer_card.preview(t.con, t.rights, 1, NOW, TODAY),
    "find anything": lambda t: search.find(t.con, t.rights, "eeva", 50, inactive=False),
    "find inside of words": lambda t: search.find(t.con, t.rights, "ahtine", 50, inactive=True),
    "words": lambda t: _list(t, CustomerQuery(text="acm")).page(PageRequest()),
    "two words": lambda t: _list(t, CustomerQuery(text="acm osl")).page(PageRequest()),
    "a contact": lambda t: _list(t, CustomerQuery(text="eeva")).page(PageRequest()),
    "words in two rows": lambda t: _list(t, CustomerQuery(text="eeva acme")).page(PageRequest()),
    "inside of words": lambda t: _list(t, CustomerQuery(text="ahtine")).page(PageRequest()),
    "nothing": lambda t: _list(t, CustomerQuery(text="zzzz")).page(PageRequest()),
    "by city": lambda t: _list(t, CustomerQuery(text="city:oslo")).page(PageRequest()),
    "an inactive word": lambda t: _list(t, CustomerQuery(text="acm", active=False)).page(PageRequest()),
    "favourites": lambda t: _list(t, CustomerQuery(favourites=True)).page(PageRequest()),
    "recent": lambda t: _list(t, CustomerQuery(recent=True)).page(PageRequest()),
    "keyword": lambda t: _list(t, CustomerQuery(keyword=1)).page(PageRequest()),
    "board": lambda t: board.columns(t.con, t.rights, 1, TODAY, EVERY_TASK),
    "some of the board": lambda t: board.columns(t.con, t.rights, 1, TODAY, BoardFilter(case=1, assignee=1, late=True)),
    "threads": lambda t: threads.page(t.con, t.rights, 1, PageRequest()),
    "segment": lambda t: _list(t, CustomerQuery(segment=1)).page(PageRequest()),
    "agenda": lambda t: [agenda.page(t.con, t.rights, part, PageRequest(), NOW) for part in FeedPart],
    "agenda, counted": lambda t: agenda.counts(t.con, t.rights, NOW, TODAY),
}
NARROW = {
    "keyword": ContactQuery(keyword=1),
    "keywords": ContactQuery(text="keyword:decision"),
    "role": ContactQuery(role=1),
    "owner": ContactQuery(owner=1),
    "industry": ContactQuery(industry=1),
    "segment": ContactQuery(segment=1),
    "inactive": ContactQuery(active=False),
    "words": ContactQuery(text="eeva acm"),
    "inside of words": ContactQuery(text="ahtine"),
    "city": ContactQuery(text="city:oslo"),
    "all": ContactQuery(text="eeva role:a", keyword=1, role=1, owner=1, industry=1, segment=1),
}


def _people(query: ContactQuery) -> Read:
    return lambda t: (People(t.con, query).page(PageRequest()), People(t.con, query).count())


READS |= {f"people by {name}": _people(query) for name, query in NARROW.items()}


def _list(trace: Traced, query: CustomerQuery) -> CustomerList:
    return CustomerList(trace.con, trace.rights, query)


@pytest.mark.parametrize("name", READS)
def test_nothing_goes_through_a_whole_table(database: Database, name: str) -> None:
    with traced(database) as trace:
        READS[name](trace)
        assert trace.statements
        assert not full_scans(trace.plan())


@pytest.mark.parametrize("part", FeedPart)
def test_own_activities_come_in_order_from_their_index(database: Database, part: FeedPart) -> None:
    with traced(database) as trace:
        agenda.page(trace.con, trace.rights, part, PageRequest(after='["2026-11-18",0,1]'), NOW)
        own = [statement for statement in trace.statements if "FROM activity a WHERE" in statement[0]]
        trace.statements[:] = own
        steps = trace.plan()
    assert own
    assert not [step for step in steps if "TEMP B-TREE FOR ORDER BY" in step]
    assert all("_by_user" in step for step in steps)


def test_columns_of_the_board_come_in_order_from_an_index_that_says_whose_they_are(database: Database) -> None:
    for only in (EVERY_TASK, BoardFilter(assignee=1, late=True), BoardFilter(unassigned=True)):
        with traced(database) as trace:
            board.columns(trace.con, trace.rights, 1, TODAY, only)
            trace.statements[:] = [
                each for each in trace.statements if "FROM activity a WHERE a.customer_id" in each[0]
            ]
            steps = [step for step in trace.plan() if step.startswith(("SEARCH a", "SCAN a")) or "ORDER BY" in step]
        assert steps
        assert all("USING COVERING INDEX activity_task_by_customer" in step for step in steps), steps


def test_cases_come_in_order_from_their_index_and_what_is_planned_on_them_is_searched(database: Database) -> None:
    for choice in CaseChoice:
        with traced(database) as trace:
            case_figures.page(trace.con, trace.rights, 1, choice, PageRequest(), TODAY, NOW)
            listed, *_, busy = trace.statements
            trace.statements[:] = [listed]
            steps = trace.plan()
            assert steps[0].startswith("SEARCH c USING"), (choice, steps)
            assert "INDEX crm_case_in_order" in steps[0], (choice, steps)
            assert not [step for step in steps if "TEMP B-TREE" in step], (choice, steps)
            trace.statements[:] = [busy]
            steps = [step for step in trace.plan() if "SEARCH a" in step]
            assert len(steps) == 2
            assert all("USING COVERING INDEX activity_" in step and "by_case" in step for step in steps), steps


@pytest.mark.parametrize("active", [True, None])
def test_contacts_of_all_customers_come_in_order_from_the_index_of_their_names(
    database: Database, active: bool | None
) -> None:
    for request in (PageRequest(), PageRequest(after='["lahtinen eeva",0,1]')):
        with traced(database) as trace:
            People(trace.con, ContactQuery(active=active)).page(request)
            steps = trace.plan()
        assert not [step for step in steps if "TEMP B-TREE FOR ORDER BY" in step and "contact" in step]
        assert any("k USING COVERING INDEX contact_by_name" in step for step in steps)
        assert len(full_scans(steps)) == (request.after is None)


def test_customers_of_registers_come_in_order_from_the_index_of_their_numbers(database: Database) -> None:
    with traced(database) as trace:
        registered.page(trace.con, PageRequest(after=keyset.as_json((0, 0, 0))))
        steps = trace.plan()
        assert not [step for step in steps if "TEMP B-TREE" in step]
        assert not full_scans(steps)


def test_neighbours_are_next_to_each_other_in_an_index(database: Database) -> None:
    with traced(database) as trace:
        _list(trace, CustomerQuery()).neighbours(1)
        steps = trace.plan()
    assert not [step for step in steps if "TEMP B-TREE" in step]
    assert len(full_scans(steps)) <= 1  # the count, which stops at its cap


def test_the_card_takes_few_queries(database: Database) -> None:
    with traced(database) as trace:
        customer_card.card(trace.con, trace.rights, 1, TODAY)
        assert len(trace.statements) <= 12


def test_the_test_can_fail(database: Database) -> None:
    with traced(database) as trace:
        trace.con.execute("SELECT c.id FROM customer c WHERE c.email = ? ORDER BY c.website", ("x",)).fetchall()
        steps = trace.plan()
    assert full_scans(steps)
    assert [step for step in steps if "TEMP B-TREE FOR ORDER BY" in step]
