"""Contacts of all customers: which ones a query lists, and the rows of a page."""

from __future__ import annotations

from typing import Any

import apsw

from crm_tui.domain.normalise import parse_query
from crm_tui.store.contacts import ContactQuery, PersonRow
from crm_tui.store.paging import COUNT_CAP, Count, Page, PageRequest
from crm_tui.store.sql import keyset
from crm_tui.store.sql.matching import Conditions
from crm_tui.store.sql.tables import CONTACT, columns, decode, width

_NO_CAP = 2**62
_ROWS = "contact k CROSS JOIN customer c ON c.id = k.customer_id WHERE k.is_deleted = 0"


class People:
    """What a query lists, read in the transaction of ``con``."""

    def __init__(self, con: apsw.Connection, query: ContactQuery) -> None:
        self._con = con
        self._conditions = _conditions(query)

    def page(self, request: PageRequest) -> Page[PersonRow]:
        """The rows that a request asks for."""
        source = keyset.Source(f"{_ROWS} AND {self._conditions.where}", ("k.name_key",), "k.id")
        found = keyset.find(self._con, [source], self._conditions.parameters, request)
        return found.page({row.contact.id: row for row in _rows(self._con, found.ids())})

    def count(self, *, exact: bool = False) -> Count:
        """How many are listed; capped unless ``exact``."""
        rows = f"{_ROWS} AND {self._conditions.where}"
        return keyset.count(self._con, [rows], self._conditions.parameters, cap=_NO_CAP if exact else COUNT_CAP)


def _conditions(query: ContactQuery) -> Conditions:
    sql: list[str] = []
    if query.active is not None:
        sql.append("k.is_active = 1 AND c.is_active = 1" if query.active else "(k.is_active = 0 OR c.is_active = 0)")
    if query.keyword is not None:
        sql.append("EXISTS (SELECT 1 FROM contact_keyword w WHERE w.contact_id = k.id AND w.keyword_id = :keyword)")
    if query.role is not None:
        sql.append("k.role_id = :role")
    if query.owner is not None:
        sql.append("c.owner_id = :owner")
    if query.industry is not None:
        sql.append("c.industry_id = :industry")
    if query.segment is not None:
        sql.append("EXISTS (SELECT 1 FROM customer_segment s WHERE s.customer_id = c.id AND s.segment_id = :segment)")
    fields = ("keyword", "role", "owner", "industry", "segment")
    conditions = Conditions(tuple(sql), {field: getattr(query, field) for field in fields})
    return conditions.also(_typed(query.text))


def _typed(text: str) -> Conditions:
    """Each word begins one of the contact, or of its customer's name."""
    words = parse_query(text).words
    both = "' ' || k.words || ' ' || c.name_key"
    return Conditions(
        tuple(f"instr({both}, :word{n}) > 0" for n in range(len(words))),
        {f"word{n}": f" {word}" for n, word in enumerate(words)},
    )


def _rows(con: apsw.Connection, ids: str) -> list[PersonRow]:
    rows = con.execute(
        f"SELECT {columns(CONTACT, 'k')}, r.name,"
        " (SELECT json_group_array(name) FROM (SELECT v.name FROM contact_keyword w"
        "  JOIN registry_value v ON v.id = w.keyword_id WHERE w.contact_id = k.id ORDER BY w.position)),"
        " c.name, c.number, c.is_active"
        " FROM contact k JOIN customer c ON c.id = k.customer_id LEFT JOIN registry_value r ON r.id = k.role_id"
        " WHERE k.id IN (SELECT value FROM json_each(?))",
        (ids,),
    )
    return [_row(row) for row in rows]


def _row(row: tuple[Any, ...]) -> PersonRow:
    role, keywords, customer, number, is_active = row[width(CONTACT) :]
    return PersonRow(
        contact=decode(CONTACT, row),
        role_name=role,
        keyword_names=keyset.names(keywords),
        customer_name=customer,
        customer_number=number,
        customer_is_active=bool(is_active),
    )
