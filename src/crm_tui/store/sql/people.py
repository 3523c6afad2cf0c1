"""Contacts of all customers: which ones a query lists, and the rows of a page, in the order of their names."""

from __future__ import annotations

from typing import Any

from crm_tui.store.contacts import ContactQuery, PersonRow
from crm_tui.store.paging import COUNT_CAP, Count, Page, PageRequest
from crm_tui.store.sql import keyset
from crm_tui.store.sql.dialect import Connection
from crm_tui.store.sql.narrowing import Narrowed, Order
from crm_tui.store.sql.people_filters import JOIN_CUSTOMER, NOT_LIVING, filters_of
from crm_tui.store.sql.tables import CONTACT, columns, decode, width

_NO_CAP = 2**62
#: names of the role (joined as r), the language and the keywords of the contact in k
LABELS = (
    "r.name, (SELECT l.name FROM registry_value l WHERE l.kind = 'language' AND l.code = k.language"
    "  ORDER BY l.position, l.id LIMIT 1),"
    " (SELECT json_group_array(name) FROM (SELECT v.name FROM contact_keyword w"
    "  JOIN registry_value v ON v.id = w.keyword_id WHERE w.contact_id = k.id ORDER BY w.position) kw)"
)


class People:
    """What a query lists, read in the transaction of ``con``."""

    def __init__(self, con: Connection, query: ContactQuery) -> None:
        self._con = con
        filters = filters_of(con, query)
        asked = " ".join(one.condition for one in filters)
        index, within = "contact_by_name", "k.is_deleted = 0"
        if query.active is False:
            index, within = "contact_not_living", f"{NOT_LIVING} AND {within}"
        order = Order(
            f"contact k INDEXED BY {index}",
            "k",
            "name_key",
            within,
            JOIN_CUSTOMER if "c." in asked else "",
            is_read="k.words" in asked or "c." in asked,
        )
        self._list = Narrowed(con, order, filters, {})

    def page(self, request: PageRequest) -> Page[PersonRow]:
        """The rows that a request asks for."""
        found = self._list.find(request)
        return found.page({row.contact.id: row for row in _rows(self._con, found.ids())})

    def count(self, *, exact: bool = False) -> Count:
        """How many are listed; capped unless ``exact``."""
        return self._list.count(cap=_NO_CAP if exact else COUNT_CAP)


def _rows(con: Connection, ids: str) -> list[PersonRow]:
    rows = con.execute(
        f"SELECT {columns(CONTACT, 'k')}, {LABELS}, c.name, c.number, c.is_active"
        " FROM contact k JOIN customer c ON c.id = k.customer_id LEFT JOIN registry_value r ON r.id = k.role_id"
        " WHERE k.id IN (SELECT value FROM json_each(?))",
        (ids,),
    )
    return [_row(row) for row in rows]


def _row(row: tuple[Any, ...]) -> PersonRow:
    role, language, keywords, customer, number, is_active = row[width(CONTACT) :]
    return PersonRow(
        contact=decode(CONTACT, row),
        role_name=role,
        language_name=language,
        keyword_names=keyset.names(keywords),
        customer_name=customer,
        customer_number=number,
        customer_is_active=bool(is_active),
    )
