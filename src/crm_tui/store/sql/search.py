"""Find anything: customers, contacts, cases and invoices by their words, in one order.

What is exactly what was typed comes first, then names that begin so, then the rest, by name. Where no word
begins so, words of a person and of their customer are looked for together (``eeva kallavesi``), and then
the insides of words. ``city:`` and ``owner:`` narrow all kinds, ``keyword:`` contacts and cases, ``role:`` contacts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import apsw
from msgspec import json

from crm_tui.domain.contacts import Email
from crm_tui.domain.entities import Kind
from crm_tui.domain.finance import InvoiceStatus
from crm_tui.domain.normalise import Query, parse_query
from crm_tui.domain.permissions import CustomerLevel, ProjectLevel
from crm_tui.store.search import Hit, Hits
from crm_tui.store.sql import matching
from crm_tui.store.sql.customer_card import first_phone
from crm_tui.store.sql.customer_search import CUSTOMERS, LIVING_CONTACT
from crm_tui.store.sql.facet import Facet
from crm_tui.store.sql.finance import invoice_seen
from crm_tui.store.sql.matching import Conditions, Found, Source
from crm_tui.store.sql.rights import Rights, case_seen

_OF_CUSTOMER = "CROSS JOIN customer c ON c.id = {}.customer_id"
_CONTACTS = Source(
    table="contact",
    alias="p",
    words="contact_words",
    infix="contact_infix",
    id="p.id",
    key="p.name_key",
    joins=_OF_CUSTOMER.format("p"),
)
_CASES = Source(
    table="crm_case",
    alias="k",
    words="case_words",
    infix="case_infix",
    id="k.id",
    key="k.name_key",
    joins=_OF_CUSTOMER.format("k"),
    is_named=False,
    number="k.number",
)
_INVOICES = Source(
    table="invoice",
    alias="i",
    words="invoice_words",
    infix=None,
    id="i.id",
    key="i.words",
    joins=_OF_CUSTOMER.format("i"),
    is_named=False,
)
_KINDS = {
    "customer": Kind.CUSTOMER,
    "contact": Kind.CONTACT,
    "person": Kind.CONTACT,
    "case": Kind.CASE,
    "sales": Kind.CASE,
    "project": Kind.CASE,
    "invoice": Kind.INVOICE,
}


class _Part(NamedTuple):
    """A kind that is searched, and what its rows have to be."""

    kind: Kind
    source: Source
    conditions: Conditions


_Method = Callable[[apsw.Connection, Source, Query, Conditions, int], Found]


class SqlSearch(Facet):
    """The Search facet."""

    def anything(self, text: str, *, limit: int = 50, inactive: bool = False) -> Hits:
        """The best hits for what was typed; inactive customers and contacts only if asked for."""
        with self._reading() as (con, rights):
            rights.need_customers(CustomerLevel.READ, "see customers")
            return find(con, rights, text, limit, inactive=inactive)


def find(con: apsw.Connection, rights: Rights, text: str, limit: int, *, inactive: bool) -> Hits:
    """The best hits that the actor may see."""
    query = parse_query(text)
    if not (query.words or query.fields):
        return Hits(hits=(), capped=False)
    parts = list(_parts(con, rights, query, inactive=inactive))
    methods: tuple[_Method, ...] = (matching.by_prefix, matching.by_both, matching.by_infix)
    places: list[tuple[tuple[int, str], int, int]] = []
    capped = False
    for method in methods if query.words else methods[:1]:
        for number, part in enumerate(parts):
            found = method(con, part.source, query, part.conditions, limit)
            capped = capped or found.capped
            places += [(place, number, key) for key, place in found.places.items()]
        if places:
            break
    places.sort()
    best = [(parts[number].kind, key) for _, number, key in places[:limit]]
    return Hits(hits=tuple(_hits(con, best)), capped=capped or len(places) > limit)


def _parts(con: apsw.Connection, rights: Rights, query: Query, *, inactive: bool) -> Iterator[_Part]:
    """The kinds that are wanted and seen; a kind to which a field does not apply is left out."""
    wanted = [word for value in matching.values_of(query, "kind") for word in _KINDS if word.startswith(value)]
    kinds = {_KINDS[word] for word in wanted} if matching.values_of(query, "kind") else set(Kind)
    keywords, roles = matching.contact_labels(con, query)
    places = matching.customer_places(query)
    if not inactive:
        places = places.also(Conditions(("c.is_active = 1",), {}))
    owners = matching.owners(con, query)
    of_customer = places if owners is None else places.also(_owned("c", owners))
    if Kind.CUSTOMER in kinds and keywords is None and roles is None:
        yield _part(Kind.CUSTOMER, CUSTOMERS, query, of_customer)
    if Kind.CONTACT in kinds:
        conditions = of_customer.also(_labels("p", keywords, roles))
        living = Conditions(("p.is_deleted = 0",), {}) if inactive else LIVING_CONTACT
        yield _part(Kind.CONTACT, _CONTACTS, query, conditions.also(living))
    if rights.profile.projects is ProjectLevel.NONE or roles is not None:
        return
    if Kind.CASE in kinds:
        conditions = places if owners is None else places.also(_owned("k", owners))
        conditions = conditions.also(_labels("k", keywords, None)).also(_lives(wanted))
        seen = Conditions((case_seen(rights, "k"),), rights.parameters)
        yield _part(Kind.CASE, _CASES, query, conditions.also(seen))
    if Kind.INVOICE in kinds and keywords is None:
        seen = Conditions((invoice_seen(rights),), rights.parameters)
        yield _part(Kind.INVOICE, _INVOICES, query, of_customer.also(seen))


def _part(kind: Kind, source: Source, query: Query, conditions: Conditions) -> _Part:
    alias = source.alias
    rechecks = matching.phrases(query, alias, is_named=alias != "i").also(matching.exclusions(query, alias))
    return _Part(kind, source, conditions.also(rechecks))


def _owned(alias: str, owners: list[int]) -> Conditions:
    return Conditions(
        (f"{alias}.owner_id IN (SELECT value FROM json_each(:owners))",), {"owners": matching.ids(owners)}
    )


def _labels(alias: str, keywords: list[int] | None, roles: list[int] | None) -> Conditions:
    """Keywords of a contact (``p``) or case (``k``), and the role of a contact."""
    conditions = Conditions((), {})
    if keywords is not None:
        link = "contact" if alias == "p" else "case"
        labelled = (
            f"{alias}.id IN (SELECT {link}_id FROM {link}_keyword"
            " WHERE keyword_id IN (SELECT value FROM json_each(:keywords)))"
        )
        conditions = conditions.also(Conditions((labelled,), {"keywords": matching.ids(keywords)}))
    if roles is not None:
        chosen = f"{alias}.role_id IN (SELECT value FROM json_each(:roles))"
        conditions = conditions.also(Conditions((chosen,), {"roles": matching.ids(roles)}))
    return conditions


def _lives(wanted: list[str]) -> Conditions:
    """``kind:project`` and ``kind:sales`` are one life of a case each."""
    if "case" in wanted or {"sales", "project"}.issubset(wanted) or not {"sales", "project"}.intersection(wanted):
        return Conditions((), {})
    return Conditions((f"k.sales_state {'=' if 'project' in wanted else '<>'} 'won'",), {})


def _hits(con: apsw.Connection, best: list[tuple[Kind, int]]) -> Iterator[Hit]:
    read = {Kind.CUSTOMER: _customers, Kind.CONTACT: _contacts, Kind.CASE: _cases, Kind.INVOICE: _invoices}
    hits: dict[tuple[Kind, int], Hit] = {}
    for kind, reader in read.items():
        keys = [key for one, key in best if one is kind]
        if keys:
            hits |= {(kind, hit.id): hit for hit in reader(con, matching.ids(keys))}
    return (hits[place] for place in best)


_LISTED = "(SELECT value FROM json_each(?))"


def _customers(con: apsw.Connection, keys: str) -> Iterator[Hit]:
    rows = con.execute(f"SELECT id, name, number, city, phone, is_active FROM customer WHERE id IN {_LISTED}", (keys,))
    for key, name, number, city, phone, is_active in rows:
        yield _hit(Kind.CUSTOMER, key, key, name, name, (number, city, phone), 1, is_active)


def _contacts(con: apsw.Connection, keys: str) -> Iterator[Hit]:
    rows = con.execute(
        "SELECT p.id, c.id, c.name, trim(p.first_name || ' ' || p.last_name), p.phones, p.emails,"
        " p.is_active AND c.is_active FROM contact p JOIN customer c ON c.id = p.customer_id"
        f" WHERE p.id IN {_LISTED}",
        (keys,),
    )
    for key, customer, customer_name, name, phones, emails, is_active in rows:
        detail = (first_phone(phones), _first_email(emails))
        yield _hit(Kind.CONTACT, key, customer, customer_name, name, detail, 1, is_active)


def _cases(con: apsw.Connection, keys: str) -> Iterator[Hit]:
    rows = con.execute(
        "SELECT k.id, c.id, c.name, k.name, k.number, s.name, k.closed IS NULL AND c.is_active"
        " FROM crm_case k JOIN customer c ON c.id = k.customer_id"
        " JOIN registry_value s ON s.id = k.sales_status_id"
        f" WHERE k.id IN {_LISTED}",
        (keys,),
    )
    for key, customer, customer_name, name, number, status, is_active in rows:
        yield _hit(Kind.CASE, key, customer, customer_name, name, (number, status), 2, is_active)


def _invoices(con: apsw.Connection, keys: str) -> Iterator[Hit]:
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


def _first_email(emails: str) -> str | None:
    decoded = json.decode(emails, type=tuple[Email, ...])
    return next((email.address for email in decoded if not email.do_not_use), None)
