"""Deleting a customer (rule 2): what forbids it, what goes with it, and in which order it goes.

Invoices forbid it, whoever they are for: ones to the customer, ones that it pays, ones of its cases. So does
being the billing account of a case, and cases that the actor does not see: nobody deletes unseen. Cases that are
neither go with it, and their figures, too.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from crm_tui.domain.customers import Blocker, Customer, DeletionCheck
from crm_tui.store.sql.dialect import Connection
from crm_tui.store.sql.finance import invoice_seen
from crm_tui.store.sql.rights import Rights, case_seen
from crm_tui.store.sql.seen_rows import seen
from crm_tui.store.sql.tables import (
    ACTIVITY,
    ACTUAL,
    ADDRESS,
    BILLING,
    CASE,
    CONTACT,
    CUSTOMER,
    FILE,
    FORECAST,
    NOTE,
    Table,
    columns,
    decode,
)
from crm_tui.store.sql.write import Change

#: blockers of a kind that are named; more are as good as these
_MOST_BLOCKERS = 1_000

_CASES = "SELECT k.id FROM crm_case k WHERE k.customer_id = :customer"
_CONTACTS = "SELECT p.id FROM contact p WHERE p.customer_id = :customer"
_OWN = "t.customer_id = :customer"
_OWN_OR_OF_CASES = f"(t.customer_id = :customer OR t.case_id IN ({_CASES}))"


class _Part(NamedTuple):
    """Rows that go with a customer; ``word`` is what the confirmation counts them as."""

    word: str
    table: Table[Any]
    condition: str
    order: str = "t.id"


#: what refers to others goes before them: replies before the notes they reply to
_PARTS = (
    _Part("files", FILE, _OWN_OR_OF_CASES),
    _Part("notes", NOTE, _OWN_OR_OF_CASES, "t.id DESC"),
    _Part("activities", ACTIVITY, _OWN_OR_OF_CASES),
    _Part("forecasts", FORECAST, f"t.case_id IN ({_CASES})"),
    _Part("actuals", ACTUAL, f"t.case_id IN ({_CASES})"),
    _Part("cases", CASE, _OWN),
    _Part("contacts", CONTACT, _OWN),
)


def check(con: Connection, rights: Rights, customer: int) -> DeletionCheck:
    """The blockers, and how many of each kind there are. What the actor does not see is not counted: of a kind, it is
    one blocker without a name and with id 0."""
    parameters = rights.parameters | {"customer": customer}
    counts = {}
    for word, table, condition in (
        ("addresses", ADDRESS.name, _OWN),
        *((part.word, part.table.name, part.condition) for part in reversed(_PARTS)),
        ("segments", "customer_segment", _OWN),
    ):
        condition += f" AND {seen(rights, table)}"
        condition += " AND t.is_deleted = 0" if table == CONTACT.name else ""  # of an erased one only the id is left
        counts[word] = int(con.execute(f"SELECT count(*) FROM {table} t WHERE {condition}", parameters).get)
    return DeletionCheck(
        blockers=(*_invoices(con, rights, parameters), *_cases(con, rights, parameters)), counts=counts
    )


def delete(work: Change, customer: Customer) -> None:
    """Delete a customer and all below it, after ``check`` found no blocker."""
    work.con.dialect.defer_references(work.con)  # an imported reply may be older than its note
    _let_go(work, customer.id)
    for part in _PARTS:
        for row in _rows(work.con, part, customer.id):
            work.delete(part.table, row)
    headless = work.update(CUSTOMER, customer, {"headquarters": None})
    for address in _rows(work.con, _Part("addresses", ADDRESS, _OWN), customer.id):
        work.delete(ADDRESS, address)
    work.delete(BILLING, work.get(BILLING, customer.id))
    work.delete(CUSTOMER, headless)


def _rows(con: Connection, part: _Part, customer: int) -> list[Any]:
    rows = con.execute(
        f"SELECT {columns(part.table, 't')} FROM {part.table.name} t WHERE {part.condition} ORDER BY {part.order}",
        {"customer": customer},
    )
    return [decode(part.table, row) for row in rows]


def _let_go(work: Change, customer: int) -> None:
    """Take the customer's contacts out of what belongs to others: cases and activities of other customers."""
    for table, field, link in (
        (CASE, "further_contacts", "SELECT case_id FROM case_contact"),
        (ACTIVITY, "contact_participants", "SELECT activity_id FROM activity_contact"),
    ):
        elsewhere = f"t.customer_id IS DISTINCT FROM :customer AND t.id IN ({link} WHERE contact_id IN ({_CONTACTS}))"
        for row in _rows(work.con, _Part("", table, elsewhere), customer):
            theirs = {key for (key,) in work.con.execute(_CONTACTS, {"customer": customer})}
            work.update(table, row, {field: tuple(key for key in getattr(row, field) if key not in theirs)})
    elsewhere = f"t.customer_id IS DISTINCT FROM :customer AND t.contact_id IN ({_CONTACTS})"
    for case in _rows(work.con, _Part("", CASE, elsewhere), customer):
        work.update(CASE, case, {"contact": None})


def _invoices(con: Connection, rights: Rights, parameters: dict[str, Any]) -> Iterator[Blocker]:
    blocking = (
        "invoice i WHERE (i.customer_id = :customer OR i.billing_customer_id = :customer"
        f" OR i.id IN (SELECT invoice_id FROM invoice_case WHERE case_id IN ({_CASES})))"
    )
    rows = con.execute(
        f"SELECT i.id, 'invoice ' || i.number FROM {blocking} AND {invoice_seen(rights)}"
        f" ORDER BY i.date DESC, i.id DESC LIMIT {_MOST_BLOCKERS}",
        parameters,
    )
    yield from (Blocker("invoice", key, label) for key, label in rows)
    if con.execute(f"SELECT 1 FROM {blocking} AND NOT {invoice_seen(rights)} LIMIT 1", parameters).fetchone():
        yield _hidden("invoice")


def _cases(con: Connection, rights: Rights, parameters: dict[str, Any]) -> Iterator[Blocker]:
    is_seen = case_seen(rights, "k")
    rows = con.execute(
        "SELECT k.id, 'case ' || k.number || ' ' || k.name || ' of ' || c.name FROM crm_case k"
        f" JOIN customer c ON c.id = k.customer_id WHERE k.billing_customer_id = :customer AND {is_seen}"
        f" ORDER BY k.number LIMIT {_MOST_BLOCKERS}",
        parameters,
    )
    yield from (Blocker("case", key, label) for key, label in rows)
    unseen = f"crm_case k WHERE (k.customer_id = :customer OR k.billing_customer_id = :customer) AND NOT {is_seen}"
    if con.execute(f"SELECT 1 FROM {unseen} LIMIT 1", parameters).fetchone():
        yield _hidden("case")


def _hidden(kind: str) -> Blocker:
    """However many there are: nobody learns that by asking."""
    return Blocker(kind, 0, f"{kind}s hidden by your permissions")
