"""What is around a merge: every reference of the schema, later imports and taken back ones, exports, and how long it
takes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import apsw
import pytest
from tests.store.conformance import given
from tests.store.conformance.test_imports import ACME, EEVA, OFFICE, item, write
from tests.store.conformance.test_merging import merge, merge_contacts
from tests.store.conftest import Clock
from tests.store.test_undo_property import dump

from crm_tui.domain.entities import Kind
from crm_tui.store.contacts import ContactQuery
from crm_tui.store.history import Outcome
from crm_tui.store.paging import PageRequest
from crm_tui.store.port import Store
from crm_tui.store.sql import backup, loading
from crm_tui.store.sql.connections import Database
from crm_tui.store.sql.facet import Binding
from crm_tui.store.sql.merge_pointers import pointers_to
from crm_tui.store.sql.sqlite import SqliteConnection
from crm_tui.store.sql.store import SqlStore, open_store
from crm_tui.store.sql.tables import BY_KIND, column

#: columns that hold ids of customers or contacts without a reference of the schema, and what becomes of them
_WITHOUT_REFERENCE = {
    "change_line.customer_id": "history of who is gone is read by its own id",
    "change_line.entity_id": "the same",
    "external_alias.entity_id": "goes over: merge_around",
    "favourite.customer_id": "goes over: merge_around",
    "recent.customer_id": "goes over: merge_around",
    "not_duplicate.low_id": "goes over: merge_around",
    "not_duplicate.high_id": "goes over: merge_around",
    "merged.goes_id": "is what happened",
    "merged.stays_id": "is what happened",
    "idempotency.entity_id": "is what was written once",
}
#: goes with its row, whose values are chosen field by field
_OWN = {"customer_segment.customer_id", "contact_keyword.contact_id", "billing_settings.id"}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the fixture ``store`` lies."""
    return tmp_path / "crm.db"


@pytest.fixture
def con(store: Store, path: Path) -> Iterator[SqliteConnection]:
    """The database as others see it."""
    with closing(SqliteConnection(str(path), flags=apsw.SQLITE_OPEN_READONLY)) as opened:
        yield opened


def tables(con: SqliteConnection) -> list[str]:
    found = [str(name) for (name,) in con.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    return [name for name in found if not name.startswith("sqlite_") and "_words" not in name and "_infix" not in name]


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_no_reference_is_forgotten(con: SqliteConnection) -> None:
    """A table that comes later and points to customers or contacts has to be thought of here."""
    known = set(_WITHOUT_REFERENCE) | _OWN
    for kind in (Kind.CUSTOMER, Kind.CONTACT):
        for pointer in pointers_to(con, kind):
            link = pointer.link
            known.add(f"{link.table}.{link.value_column}" if link else f"{pointer.table.name}.{column(pointer.field)}")
    referring, named = set(), set()
    for table in tables(con):
        for row in con.execute(f"PRAGMA foreign_key_list({table})"):
            if row[2] in (BY_KIND[Kind.CUSTOMER].name, BY_KIND[Kind.CONTACT].name):
                referring.add(f"{table}.{row[3]}")
        named |= {f"{table}.{row[1]}" for row in con.execute(f"PRAGMA table_info({table})") if _is_id(str(row[1]))}
    assert referring <= known
    assert named <= known
    assert known - set(_WITHOUT_REFERENCE) == referring


def _is_id(name: str) -> bool:
    words = ("customer", "contact", "entity", "low", "high", "goes", "stays")
    return name.endswith("_id") and any(word in name for word in words)


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_every_table_is_in_an_export(con: SqliteConnection) -> None:
    exported = {table if isinstance(table, str) else table.name for table in loading.ORDER}
    links = {link.table for table in BY_KIND.values() for link in table.links}
    assert set(tables(con)) - exported - links == {"upkeep", "password", "device", "failed_sign_in"}
    assert "merged" in exported


def test_a_later_import_means_the_one_that_stays(store: Store) -> None:
    write(store, ACME, OFFICE, EEVA)
    imported = next(iter(store.contacts.across(ContactQuery(), given.ALL).rows))
    goes = store.customers.get(imported.contact.customer)
    stays = given.customer(store, "Aalto Group")
    person = given.contact(store, stays, "Ulla")
    customers = merge(store, stays, goes).change
    contacts = merge_contacts(store, person, store.contacts.get(imported.contact.id)).change

    # what a user typed stays, as with any record that was there before the import; nobody is created anew
    assert write(store, ACME, OFFICE, EEVA)[1] == [Outcome.UNCHANGED] * 3
    more = item(Kind.CONTACT, "x:1:q", customer_ref="x:1", first_name="Ville", last_name="Virta")
    assert write(store, more)[1] == [Outcome.CREATED]
    people = store.contacts.across(ContactQuery(), given.ALL).rows
    assert {(row.contact.first_name, row.contact.customer) for row in people} == {
        ("Ulla", stays.id),
        ("Ville", stays.id),
    }

    store.history.undo(contacts)
    store.history.undo(customers)
    write(store, item(Kind.CUSTOMER, "x:1", name="Acme Ab"))
    assert (store.customers.get(goes.id).name, store.customers.get(stays.id).name) == ("Acme Ab", "Aalto Group")


def test_an_import_taken_back_leaves_merges_alone(store: Store) -> None:
    run, _ = write(store, ACME, OFFICE, EEVA)
    (imported,) = store.contacts.across(ContactQuery(), given.ALL).rows
    goes = store.customers.get(imported.contact.customer)
    stays = given.customer(store, "Aalto Group")
    merge(store, stays, goes)
    report = store.imports.undo(run)
    assert set(report.kept) >= {
        "customer Acme Oy: was merged into Aalto Group since",
        "address Kauppakatu 1 Kuopio: was changed since",
        "contact Eeva Lahtinen: was changed since",
    }
    assert store.contacts.get(imported.contact.id).customer == stays.id


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_merges_are_in_an_export_and_undone_after_it(store: Store, path: Path, tmp_path: Path, clock: Clock) -> None:
    stays, goes = given.customer(store, "Aalto Group"), given.customer(store, "Aalto Oy")
    contact = given.contact(store, goes)
    store.customers.set_favourite(goes.id, favourite=True)
    before = dump(path)
    change = merge(store, stays, goes).change
    with closing(SqlStore(Binding(Database.open(tmp_path / "other.db"), "admin", clock))) as other:
        other.portable.load(store.portable.dump())
        assert given.customer(other, "New").id > goes.id
        other.history.undo()
        assert other.history.undo(change).kept == ()
        assert other.contacts.get(contact.id).customer == goes.id
    assert dump(tmp_path / "other.db") == before


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_merges_are_in_a_backup(store: Store, path: Path, tmp_path: Path, clock: Clock) -> None:
    stays, goes = given.customer(store, "Aalto Group"), given.customer(store, "Aalto Oy")
    given.contact(store, goes)
    before = dump(path)
    change = merge(store, stays, goes).change
    store.close()
    saved, restored = tmp_path / "saved.crm-backup", tmp_path / "restored.db"
    with closing(Database.open(path)) as database:
        backup.backup(database, saved)
    backup.restore(saved, restored)
    with closing(open_store(restored, login="admin", clock=clock)) as other:
        other.history.undo(change)
    assert dump(restored) == before


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
@pytest.mark.parametrize("number", [300, pytest.param(100_000, marks=pytest.mark.soak)])
def test_a_merge_takes_seconds(store: Store, path: Path, number: int) -> None:
    stays, goes = given.customer(store, "Aalto Group"), given.customer(store, "Aalto Oy")
    given.todo(store, goes)
    store.close()
    with closing(SqliteConnection(str(path))) as con:
        names = [str(row[1]) for row in con.execute("PRAGMA table_info(activity)") if row[1] != "id"]
        con.execute(
            f"WITH RECURSIVE n (i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < {number})"
            f" INSERT INTO activity ({', '.join(names)}) SELECT {', '.join(names)} FROM activity, n"
        )
    with closing(open_store(path, login="admin", clock=Clock())) as again:
        took = []
        began = time.perf_counter()
        change = merge(again, stays, goes).change
        took.append(time.perf_counter() - began)
        for act in (again.history.undo, again.history.redo, again.history.undo):
            began = time.perf_counter()
            assert act(change).kept == ()
            took.append(time.perf_counter() - began)
        began = time.perf_counter()
        assert f"with {number} activities" in again.history.steps(PageRequest()).rows[0].label
        took.append(time.perf_counter() - began)
    assert max(took) < 30
