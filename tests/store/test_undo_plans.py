"""Undo finds what it needs by indexes, however long the change log and the tables are; and marks outlive a customer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import apsw
import pytest
from tests.store.conftest import FIRST_START, NOW, Clock
from tests.store.test_query_plans import LONG

from crm_tui.domain.activities import ActivityKind, NewActivity, NewNote
from crm_tui.domain.addresses import NewAddress
from crm_tui.domain.cases import NewCase
from crm_tui.domain.contacts import NewContact
from crm_tui.domain.customers import CustomerChange, NewCustomer
from crm_tui.domain.permissions import CustomerLevel, Profile, ProjectLevel
from crm_tui.domain.users import NewUser
from crm_tui.store.customers import CustomerQuery
from crm_tui.store.paging import PageRequest
from crm_tui.store.sql import rights as rights_of
from crm_tui.store.sql import undo
from crm_tui.store.sql.connections import Database
from crm_tui.store.sql.migrate import Migrations
from crm_tui.store.sql.setup import set_up
from crm_tui.store.sql.store import SqlStore, open_store
from crm_tui.store.sql.undo_steps import Steps
from crm_tui.store.sql.write import Change

#: what the statements of undo call the change log and the tables that grow
_LONG = {*LONG, "h", "l", "m", "d", "change", "change_line", "address", "file", "forecast", "actual", "t", "j"}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A store where Vera, who sees cases of her own, deleted a customer with something of everything."""
    path = tmp_path / "crm.db"
    with closing(Database.open(path)) as database:
        set_up(database, FIRST_START, Clock())
    with closing(open_store(path, login="admin", clock=Clock())) as admin:
        levels = Profile(
            name="Managers", customers=CustomerLevel.EDIT, delete_customers=True, projects=ProjectLevel.MANAGER
        )
        profile = admin.users.create_profile(levels)
        admin.users.create(NewUser(name="Vera", login="vera", profile=profile.id))
        fill(admin.acting_as("vera"))
    return path


def fill(store: SqlStore) -> None:
    customer = store.customers.create(NewCustomer(name="Aalto"))
    store.addresses.create(NewAddress(customer=customer.id, city="Oslo"))
    person = store.contacts.create(NewContact(customer=customer.id, first_name="Eeva", last_name="Lahtinen"))
    case = store.cases.create(NewCase(customer=customer.id, name="Offer", contact=person.id))
    store.activities.create(NewActivity(kind=ActivityKind.TASK, name="Draw", case=case.id))
    store.notes.create(NewNote(customer=customer.id, text="Prefers mornings"))
    now = store.customers.get(customer.id)
    store.customers.update(now.id, now.revision, CustomerChange(name="Aalto Oy"))
    now = store.customers.get(customer.id)
    store.customers.delete(now.id, now.revision)


@contextmanager
def traced(con: apsw.Connection) -> Iterator[list[tuple[str, Any]]]:
    """The statements that run in the block."""
    statements: list[tuple[str, Any]] = []

    def keep(_: apsw.Cursor, statement: str, bindings: Any) -> bool:
        statements.append((statement, bindings))
        return True

    con.exec_trace = keep
    try:
        yield statements
    finally:
        con.exec_trace = None


def scans(con: apsw.Connection, statements: list[tuple[str, Any]]) -> list[str]:
    """Steps that go through a whole long table."""
    found = []
    for statement, bindings in statements:
        if statement.startswith(("PRAGMA", "SAVEPOINT", "RELEASE")):
            continue
        for row in con.execute(f"EXPLAIN QUERY PLAN {statement}", bindings):
            step = row[3]
            if step.startswith("SCAN ") and step.split()[1] in _LONG and "VIRTUAL TABLE" not in step:
                found.append(f"{step}: {statement}")
    return found


def test_a_page_of_steps_is_a_range_of_the_actors_changes(path: Path) -> None:
    with closing(Database.open(path)) as database, database.reading() as con:
        rights = rights_of.load(con, "vera")
        with traced(con) as statements:
            first = Steps(con, rights, NOW).page(PageRequest(limit=3))
            Steps(con, rights, NOW).page(PageRequest(after=first.cursors[-1]))
            assert Steps(con, rights, NOW).newest_in_effect() == first.rows[0].change
            assert Steps(con, rights, NOW).undone_last() is None
        assert len(first.rows) == 3
        assert scans(con, statements) == []
        paging = [(sql, bound) for sql, bound in statements if "ORDER BY h.id DESC" in sql]
        steps = [row[3] for sql, bound in paging for row in con.execute(f"EXPLAIN QUERY PLAN {sql}", bound)]
        assert any(step.startswith("SEARCH h USING INDEX change_by_actor") for step in steps)
        assert not [step for step in steps if "TEMP B-TREE FOR ORDER BY" in step]


def test_undo_and_redo_go_through_no_whole_table(path: Path) -> None:
    with closing(Database.open(path)) as database:
        for redo in (False, True, False):
            with database.writing() as con:
                rights = rights_of.load(con, "vera")
                with traced(con) as statements:
                    step = undo.take_back(Change(con, rights.user, NOW), rights, None, (), redo=redo)
                assert step.label.startswith("Customer Aalto Oy deleted")
                assert len(statements) > 50
                assert scans(con, statements) == []


def test_marks_of_customers_are_kept_when_a_store_is_brought_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "crm.db"
    before = Migrations(Migrations().scripts[:2])
    with closing(Database.open(path, migrations=before)) as database:
        set_up(database, FIRST_START, Clock())
        with database.writing() as con:
            con.execute(
                "INSERT INTO customer (id, revision, created_at, updated_at, name, number, is_active, is_internal,"
                " name_key, words) VALUES (7, 1, '', '', 'Aalto', 7, 1, 0, 'aalto', 'aalto')"
            )
            con.execute("INSERT INTO favourite VALUES (1, 7)")
            con.execute("INSERT INTO recent VALUES (1, 7, '2026-11-18T10:00:00.000000Z')")
    with closing(Database.open(path)) as database, database.reading() as con:
        assert con.execute("SELECT user_id, customer_id FROM favourite").fetchall() == [(1, 7)]
        assert con.execute("SELECT user_id, customer_id, at FROM recent").fetchall() == [
            (1, 7, "2026-11-18T10:00:00.000000Z")
        ]


def test_the_pulse_is_felt_from_another_connection_and_costs_nothing_in_between(path: Path) -> None:
    with (
        closing(open_store(path, login="vera", clock=Clock())) as mine,
        closing(open_store(path, login="admin", clock=Clock())) as theirs,
    ):
        before = mine.pulse()
        customer = theirs.customers.create(NewCustomer(name="Berg"))
        assert mine.pulse() > before
        assert mine.acting_as("admin").pulse() == mine.pulse()
        theirs.customers.set_favourite(customer.id, favourite=True)
        assert mine.pulse() == theirs.pulse()


def test_a_customer_that_was_deleted_takes_no_place_among_the_recent_ones(tmp_path: Path) -> None:
    path, clock = tmp_path / "crm.db", Clock()
    with closing(Database.open(path)) as database:
        set_up(database, FIRST_START, clock)
    with closing(open_store(path, login="admin", clock=clock)) as store:
        made = [store.customers.create(NewCustomer(name=f"Customer {number:02}")) for number in range(55)]
        for customer in made[:52]:
            clock.advance(minutes=1)
            store.customers.opened(customer.id)
        for customer in made[40:50]:
            store.customers.delete(customer.id, customer.revision)
        for customer in made[52:]:
            clock.advance(minutes=1)
            store.customers.opened(customer.id)
        seen = store.customers.page(CustomerQuery(recent=True), PageRequest()).rows
        assert {row.name for row in seen} == {c.name for c in (*made[2:40], *made[50:])}
        for _ in range(10):
            store.history.undo()
        assert len(store.customers.page(CustomerQuery(recent=True), PageRequest()).rows) == 50
