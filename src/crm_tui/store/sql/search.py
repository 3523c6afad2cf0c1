"""Find anything for the screen: what lookup.py finds, with what tells one from the other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import json

from crm_tui.domain.contacts import Email
from crm_tui.domain.entities import Kind
from crm_tui.domain.finance import InvoiceStatus
from crm_tui.domain.permissions import CustomerLevel
from crm_tui.store.search import Hit, Hits, Line, LookUp
from crm_tui.store.sql import lookup, lookup_rows, matching, near
from crm_tui.store.sql.customer_card import first_phone
from crm_tui.store.sql.dialect import Connection
from crm_tui.store.sql.facet import Facet
from crm_tui.store.sql.rights import Rights


class SqlSearch(Facet):
    """The Search facet."""

    def anything(self, text: str, *, limit: int = 50, inactive: bool = False) -> Hits:
        """The best hits for what was typed; inactive customers and contacts only if asked for."""
        with self._reading() as (con, rights):
            rights.need_customers(CustomerLevel.READ, "see customers")
            return find(con, rights, text, limit, inactive=inactive)

    def lookup(self, text: str, *, limit: int = 20, inactive: bool = False) -> LookUp:
        """The same hits with numbers and addresses at hand, or what may have been meant."""
        with self._reading() as (con, rights):
            rights.need_customers(CustomerLevel.READ, "see customers")
            found = lookup.best(con, rights, text, limit, inactive=inactive)
            lines = tuple(map(_line, lookup_rows.lines(con, found.keys)))
            meant = () if lines else tuple(near.suggestions(con, rights, text, inactive=inactive))
            return LookUp(lines=lines, capped=found.capped, near=meant)


def find(con: Connection, rights: Rights, text: str, limit: int, *, inactive: bool) -> Hits:
    """The best hits that the actor may see."""
    found = lookup.best(con, rights, text, limit, inactive=inactive)
    best = [(Kind(kind), key) for kind, key in found.keys]
    return Hits(hits=tuple(_hits(con, best)), capped=found.capped)


def _hits(con: Connection, best: list[tuple[Kind, int]]) -> Iterator[Hit]:
    read = {Kind.CUSTOMER: _customers, Kind.CONTACT: _contacts, Kind.CASE: _cases, Kind.INVOICE: _invoices}
    hits: dict[tuple[Kind, int], Hit] = {}
    for kind, reader in read.items():
        keys = [key for one, key in best if one is kind]
        if keys:
            hits |= {(kind, hit.id): hit for hit in reader(con, matching.ids(keys))}
    return (hits[place] for place in best)


_LISTED = "(SELECT value FROM json_each(?))"


def _customers(con: Connection, keys: str) -> Iterator[Hit]:
    rows = con.execute(f"SELECT id, name, number, city, phone, is_active FROM customer WHERE id IN {_LISTED}", (keys,))
    for key, name, number, city, phone, is_active in rows:
        yield _hit(Kind.CUSTOMER, key, key, name, name, (number, city, phone), 1, is_active)


def _contacts(con: Connection, keys: str) -> Iterator[Hit]:
    rows = con.execute(
        "SELECT p.id, c.id, c.name, trim(p.first_name || ' ' || p.last_name), p.phones, p.emails,"
        " p.is_active = 1 AND c.is_active = 1 FROM contact p JOIN customer c ON c.id = p.customer_id"
        f" WHERE p.id IN {_LISTED}",
        (keys,),
    )
    for key, customer, customer_name, name, phones, emails, is_active in rows:
        detail = (first_phone(phones), _first_email(emails))
        yield _hit(Kind.CONTACT, key, customer, customer_name, name, detail, 1, is_active)


def _cases(con: Connection, keys: str) -> Iterator[Hit]:
    rows = con.execute(
        "SELECT k.id, c.id, c.name, k.name, k.number, s.name, k.closed IS NULL AND c.is_active = 1"
        " FROM crm_case k JOIN customer c ON c.id = k.customer_id"
        " JOIN registry_value s ON s.id = k.sales_status_id"
        f" WHERE k.id IN {_LISTED}",
        (keys,),
    )
    for key, customer, customer_name, name, number, status, is_active in rows:
        yield _hit(Kind.CASE, key, customer, customer_name, name, (number, status), 2, is_active)


def _invoices(con: Connection, keys: str) -> Iterator[Hit]:
    rows = con.execute(
        "SELECT i.id, c.id, c.name, i.number, i.date, i.status, c.is_active FROM invoice i"
        f" JOIN customer c ON c.id = i.customer_id WHERE i.id IN {_LISTED}",
        (keys,),
    )
    for key, customer, customer_name, number, date, status, is_active in rows:
        detail = (InvoiceStatus(status).value, date)
        yield _hit(Kind.INVOICE, key, customer, customer_name, number, detail, 4, is_active)


def _hit(
    kind: Kind,
    key: int,
    customer: int,
    customer_name: str,
    label: str,
    detail: tuple[Any, ...],
    tab: int,
    is_active: int,
) -> Hit:
    return Hit(
        kind=kind,
        id=key,
        customer=customer,
        customer_name=customer_name,
        label=label,
        detail=", ".join(str(part) for part in detail if part),
        tab=tab,
        is_active=bool(is_active),
    )


def _line(line: lookup_rows.Line) -> Line:
    return Line(
        kind=Kind(line.kind),
        id=line.id,
        customer=line.customer,
        customer_number=line.customer_number,
        customer_name=line.customer_name,
        name=line.name,
        number=line.number,
        title=line.title,
        phones=line.phones,
        emails=line.emails,
        is_active=line.is_active,
    )


def _first_email(emails: str) -> str | None:
    decoded = json.decode(emails, type=tuple[Email, ...])
    return next((email.address for email in decoded if not email.do_not_use), None)
