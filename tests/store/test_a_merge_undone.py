"""Two customers with all that can be on them are merged, worked on, and parted again: what came before is back to the
letter, by a reading of its own of the database; what came after is kept, and told."""

from __future__ import annotations

import datetime as dt
import io
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import apsw
import pytest
from tests.store.conformance import given
from tests.store.conformance.taking_back import address
from tests.store.conformance.test_merging import merge
from tests.store.conftest import NOW, AsUser, Clock
from tests.store.test_undo_property import dump

from crm_tui.domain.cases import CaseChange, SalesState
from crm_tui.domain.contacts import ContactChange, Email, Phone
from crm_tui.domain.customers import Customer
from crm_tui.domain.entities import Kind
from crm_tui.domain.files import FileKind, NewFile
from crm_tui.domain.finance import ForecastEntry
from crm_tui.domain.settings import BillingChange
from crm_tui.store.port import Store
from crm_tui.store.sql.store import open_store

Rows = dict[str, dict[tuple[Any, ...], tuple[Any, ...]]]
_KEYS = {"external_alias": 2, "recent": 2, "favourite": 2, "not_duplicate": 3, "user_setting": 2}


class Two(NamedTuple):
    """The two, and what is looked at again."""

    stays: Customer
    goes: Customer
    contacts: tuple[int, ...]
    cases: tuple[int, ...]
    files: tuple[int, ...]
    invoices: tuple[int, ...]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the fixture ``store`` lies."""
    return tmp_path / "crm.db"


@pytest.fixture
def two(store: Store, as_user: AsUser, clock: Clock) -> Two:
    """Half of all is on each, the headquarters of one only."""
    stays, goes = given.customer(store, "Aalto Group"), given.customer(store, "Aalto Oy", vat_number="FI12345671")
    third = given.customer(store, "Cedar")
    places = [address(store, goes, city) for city in ("Espoo", "Oulu")]
    contacts, cases, files, invoices = [], [], [], []
    for number in range(40):
        of = goes if number % 2 else stays
        fields: dict[str, Any] = {
            "emails": (Email(f"p{number}@aalto.example"),),
            "phones": (Phone(f"040123{number:04}"),),
        }
        at = places[number % 4 // 2].id if of is goes else None
        contacts.append(given.contact(store, of, f"Person{number}", f"Laine{number}", address=at, **fields).id)
    for number in range(12):
        of = goes if number % 2 else stays
        people = [key for key in contacts if store.contacts.get(key).customer == of.id]
        made = given.case(
            store, of, f"Case {number}", contact=people[number % 7], further_contacts=tuple(people[8:10]),
            billing_customer=goes.id if number % 3 == 0 else None, expected_value=number * 100,
        )  # fmt: skip
        cases.append(made.id)
        store.finance.put_forecast(ForecastEntry(case=made.id, year=2026, month=12, billing=100), None)
    for number in range(6):
        of = goes if number % 2 else stays
        on = tuple(cases[number::6]) if number else ()
        invoices.append(given.invoice(store, of, f"I-{number}", cases=on, billing_customer=goes.id).id)
        new = NewFile(customer=of.id, name=f"{number}.txt", kind=FileKind.FILE, content_type="text/plain")
        files.append(store.files.create(new, io.BytesIO(b"content %d" % number)).id)
    for number in range(450):
        of, case = (goes, cases[1]) if number % 2 else (stays, cases[0])
        match number % 3:
            case 0:
                given.todo(
                    store, of, f"To-do {number}", case=case, contact_participants=tuple(contacts[number % 40 :][:2])
                )
            case 1:
                given.meeting(store, of, NOW - dt.timedelta(days=number), f"Meeting {number}")
            case _:
                given.note(store, of, f"Note {number}", parent=given.note(store, of).id if number % 5 == 0 else None)
    other = as_user("other")
    for actor, customer in ((other, goes), (other, third), (store, stays), (store, goes)):
        clock.advance(minutes=1)
        actor.customers.opened(customer.id)
        actor.customers.set_favourite(customer.id, favourite=True)
    store.duplicates.dismiss(Kind.CUSTOMER, goes.id, third.id)
    given.case(store, third, "Paid by Aalto", billing_customer=goes.id)
    return Two(stays, goes, tuple(contacts), tuple(cases), tuple(files), tuple(invoices))


def rows(path: Path) -> Rows:
    """Every row of every table by its key, with whatever is in it but when it was written and how often."""
    found: Rows = {}
    with closing(apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)) as con:
        tables = [str(name) for (name,) in con.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        for table in tables:
            columns = [row[1] for row in con.execute(f"PRAGMA table_info({table})")]
            if table in _OUT or table.partition("_")[2].startswith(("words", "infix")) or table.startswith("sqlite_"):
                continue
            kept = [name for name in columns if name not in ("revision", "updated_at", "updated_by")]
            keys = 1 if "id" in columns else _KEYS.get(table, 2)
            listed = con.execute(f"SELECT {', '.join(kept)} FROM {table}").fetchall()
            found[table] = {row[:keys]: row for row in listed}
    return found


#: what grows: the log, what was done once, and how often something was erased
_OUT = ("change", "change_line", "merged", "idempotency", "upkeep")


def differences(before: Rows, after: Rows) -> dict[str, set[tuple[Any, ...]]]:
    """The keys of rows that are not the same, table by table."""
    found = {}
    for table, known in before.items():
        keys = {key for key in known.keys() | after[table].keys() if known.get(key) != after[table].get(key)}
        if keys:
            found[table] = keys
    return found


def value(found: Rows, path: Path, table: str, key: int, column: str) -> Any:
    """What stands in a column of a row."""
    with closing(apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)) as con:
        names = [row[1] for row in con.execute(f"PRAGMA table_info({table})")]
    kept = [name for name in names if name not in ("revision", "updated_at", "updated_by")]
    return found[table][(key,)][kept.index(column)]


def chosen(two: Two) -> dict[str, Any]:
    """What the merged customer takes from the other one."""
    return {"name": "Aalto", "vat_number": "FI12345671", "number": two.goes.number}


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_undone_at_once_it_never_happened(store: Store, two: Two, path: Path, clock: Clock) -> None:
    before, read = dump(path), rows(path)
    change = merge(store, two.stays, two.goes, BillingChange(payment_term=30), **chosen(two)).change
    merged, read_merged = dump(path), rows(path)
    (step, *_) = store.history.steps(given.ALL).rows
    assert step.label == (
        "Customer Aalto Oy merged into Aalto, with 150 activities, 90 notes, 20 contacts, 9 cases, 6 invoices,"
        " 3 files, 2 addresses"
    )

    for _ in range(2):
        clock.advance(minutes=1)
        assert store.history.undo(change).kept == ()
        assert (dump(path), rows(path)) == (before, read)
        clock.advance(minutes=1)
        assert store.history.redo(change).kept == ()
        assert (dump(path), rows(path)) == (merged, read_merged)
    store.close()
    reopened = open_store(path, login="admin", clock=clock)
    reopened.history.undo(change)
    reopened.close()
    assert (dump(path), rows(path)) == (before, read)


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_what_came_after_is_kept_and_told(store: Store, two: Two, path: Path, clock: Clock) -> None:
    before = rows(path)
    change = merge(store, two.stays, two.goes, BillingChange(payment_term=30), **chosen(two)).change
    clock.advance(hours=1)
    edited, gone, case, file = two.contacts[1], two.contacts[3], two.cases[1], two.files[1]
    added = given.contact(store, two.stays, "Liisa", "Laine")
    old = store.contacts.get(edited)
    store.contacts.update(edited, old.revision, ContactChange(title="Chair"))
    won = CaseChange(sales_status=given.status(store, SalesState.WON))
    store.cases.update(case, store.cases.get(case).revision, won)
    task = given.task(store, store.cases.get(case))
    note = given.note(store, two.stays, "They are one now")
    answered = next(key for key, row in before["note"].items() if two.goes.id in row)[0]
    reply = given.note(store, two.stays, "Yes", parent=answered)
    store.files.delete(file, store.files.get(file).revision)
    store.contacts.delete(gone, store.contacts.get(gone).revision)
    forecast = store.finance.put_forecast(ForecastEntry(case=case, year=2027, month=1, billing=5), None)
    invoice = given.invoice(store, two.stays, "I-new", cases=(case,))
    link = store.files.create(NewFile(customer=two.stays.id, case=case, name="Plan", url="https://aalto.example"))
    place = address(store, two.stays, "Vaasa")
    clock.advance(hours=1)

    step = store.history.undo(change)

    after = rows(path)
    assert differences(before, after) == {
        "contact": {(added.id,), (edited,), (gone,)},
        "crm_case": {(case,)},
        "activity": {(task.id,)},
        "note": {(note.id,), (reply.id,)},
        "file": {(file,), (link.id,)},
        "forecast": {(forecast.id,)},
        "invoice": {(invoice.id,)},
        "invoice_case": {(invoice.id, case)},
        "address": {(place.id,)},
        "customer": {(two.stays.id,), (two.goes.id,)},  # when something last happened
    }
    for table, key, customer in (
        ("contact", added.id, two.stays), ("contact", edited, two.goes), ("contact", gone, two.goes),
        ("crm_case", case, two.goes), ("activity", task.id, two.goes), ("note", note.id, two.stays),
        ("note", reply.id, two.goes), ("file", link.id, two.goes), ("invoice", invoice.id, two.goes),
        ("address", place.id, two.stays),
    ):  # fmt: skip
        assert value(after, path, table, key, "customer_id") == customer.id, (table, key)
    assert value(after, path, "contact", edited, "title") == "Chair"
    assert value(after, path, "crm_case", case, "sales_state") == "won"
    assert store.contacts.get(gone).is_deleted
    assert store.customers.get(two.stays.id).headquarters == place.id  # it has an address now, and had none
    assert set(step.kept) == {
        "contact Liisa Laine, added since, stays with Aalto Group",
        "contact Person1 Laine1, changed since (title), goes back to Aalto Oy as it is",
        "a contact erased since stays erased",
        "case Case 1, changed since (sales status, project status, probability, expected order date), goes back to"
        " Aalto Oy as it is",
        "activity Draw the cell, added since, goes back to Aalto Oy",
        "note They are one now, added since, stays with Aalto Group",
        "note Yes, added since, goes back to Aalto Oy",
        "file 1.txt, deleted since, stays deleted",
        "forecast 2027-01 Case 1, added since, goes back to Aalto Oy",
        "invoice I-new, added since, goes back to Aalto Oy",
        "file Plan, added since, goes back to Aalto Oy",
        "address Vaasa, added since, stays with Aalto Group",
    }
