"""Contacts of all customers: which ones a query lists, and the rows of a page.

The list is in the order of names, of which there is an index. What it is narrowed to has indexes of its own, that know
no names. Few contacts are taken from there and sorted; where many fit, going along the names comes upon a page of them
soon. Which of both takes less is found by counting what each filter leaves, up to where it does not matter any more.
"""

from __future__ import annotations

from functools import cached_property
from math import isqrt
from operator import itemgetter
from typing import Any

import apsw

from crm_tui.store.contacts import ContactQuery, PersonRow
from crm_tui.store.paging import COUNT_CAP, Count, Page, PageRequest
from crm_tui.store.sql import keyset
from crm_tui.store.sql.people_filters import Filter, filters_of
from crm_tui.store.sql.tables import CONTACT, columns, decode, width

_NO_CAP = 2**62
#: where several filters leave many each, so many contacts are tried to see whether few fit all of them
_SAMPLE = 1_000
#: no more contacts than these are sorted for a page
_MANY = 50_000
_ALONG_NAMES = "contact k INDEXED BY contact_by_name CROSS JOIN customer c ON c.id = k.customer_id"
_OF = "({}) d CROSS JOIN contact k ON k.id = d.id CROSS JOIN customer c ON c.id = k.customer_id"
_ANY_ORDER = "contact k CROSS JOIN customer c ON c.id = k.customer_id"
#: names of the role (joined as r), the language and the keywords of the contact in k
LABELS = (
    "r.name, (SELECT l.name FROM registry_value l WHERE l.kind = 'language' AND l.code = k.language LIMIT 1),"
    " (SELECT json_group_array(name) FROM (SELECT v.name FROM contact_keyword w"
    "  JOIN registry_value v ON v.id = w.keyword_id WHERE w.contact_id = k.id ORDER BY w.position))"
)


class People:
    """What a query lists, read in the transaction of ``con``."""

    def __init__(self, con: apsw.Connection, query: ContactQuery) -> None:
        self._con = con
        filters = filters_of(con, query)
        self._indexed = [one for one in filters if one.ids]
        self._where = " AND ".join(("k.is_deleted = 0", *(one.condition for one in filters)))
        self._parameters = {name: value for one in filters for name, value in one.parameters.items()}

    def page(self, request: PageRequest) -> Page[PersonRow]:
        """The rows that a request asks for."""
        source = keyset.Source(f"{self._rows_for(request)} WHERE {self._where}", ("k.name_key",), "k.id")
        found = keyset.find(self._con, [source], self._parameters, request)
        return found.page({row.contact.id: row for row in _rows(self._con, found.ids())})

    def count(self, *, exact: bool = False) -> Count:
        """How many are listed; capped unless ``exact``."""
        enough = _MANY if len(self._indexed) > 1 else COUNT_CAP
        some = _left_by(self._indexed[0]) if self._indexed else _ANY_ORDER
        rows = self._narrow(enough) or some
        cap = _NO_CAP if exact else COUNT_CAP
        return keyset.count(self._con, [f"{rows} WHERE {self._where}"], self._parameters, cap=cap)

    def _rows_for(self, request: PageRequest) -> str:
        """Where the rows of a page come from. Of n contacts, a filter that leaves m has one in n/m along the names: a
        page of p takes p·n/m of them there, and m where these are sorted."""
        wanted = request.skip + request.limit
        narrow = self._narrow(isqrt(wanted * self._all))
        if narrow is None and len(self._indexed) > 1:
            narrow = self._narrow(min(wanted * _SAMPLE // max(self._hits, 1), _MANY))
        return narrow or _ALONG_NAMES

    def _narrow(self, enough: int) -> str | None:
        """The contacts that the narrowest filter leaves; None where that are more than ``enough``."""
        counted = [(self._number(one, enough + 1), one) for one in self._indexed]
        number, narrowest = min(counted, key=itemgetter(0), default=(enough + 1, None))
        return _left_by(narrowest) if narrowest is not None and number <= enough else None

    @property
    def _hits(self) -> int:
        """How many of a sample of contacts fit all filters. Typed words are names themselves, so that the contacts who
        fit may be far apart along the names, whatever a sample says: none are taken for sure."""
        if any(one.is_word for one in self._indexed):
            return 0
        tried = [number * self._all // _SAMPLE for number in range(1, _SAMPLE + 1)]
        among = "k.id IN (SELECT value FROM json_each(:_tried))"
        hits: int = self._con.execute(
            f"SELECT count(*) FROM {_ANY_ORDER} WHERE {among} AND {self._where}",
            self._parameters | {"_tried": keyset.as_json(tried)},
        ).get
        return hits

    @cached_property
    def _all(self) -> int:
        number: int = self._con.execute("SELECT coalesce(max(id), 0) FROM contact").get
        return number

    def _number(self, one: Filter, most: int) -> int:
        statement = f"SELECT count(*) FROM ({' UNION ALL '.join(one.ids)} LIMIT {most})"
        number: int = self._con.execute(statement, one.parameters).get
        return number


def _left_by(one: Filter) -> str:
    """The contacts that a filter leaves, from its own indexes."""
    return _OF.format(" UNION ".join(one.ids))


def _rows(con: apsw.Connection, ids: str) -> list[PersonRow]:
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
