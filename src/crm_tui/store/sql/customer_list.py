"""The customers list: which customers a query lists, in which order, and the rows of a page.

Without typed words the list is a range of an index, read page by page from wherever one is (narrowing.py). With words,
for the recent customers, and by open value it is a list of ids of limited length, found anew for each page.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

from msgspec import UNSET, UnsetType, json

from crm_tui.domain.errors import Invalid
from crm_tui.domain.normalise import Query, parse_query
from crm_tui.store.customers import CustomerQuery, CustomerRow, CustomerSort, Neighbours, Sum
from crm_tui.store.paging import COUNT_CAP, Count, Page, PageRequest
from crm_tui.store.sql import case_sums, customer_filters, customer_search, keyset, matching
from crm_tui.store.sql.dialect import Connection
from crm_tui.store.sql.matching import Conditions, Found
from crm_tui.store.sql.narrowing import Filter, Narrowed, Order
from crm_tui.store.sql.rights import Rights

#: customers that sums and the order by open value look at
VALUE_CAP = 10_000
_NO_CAP = 2**62
#: customers in the list of recent ones
RECENT = 50

#: the column that sorts a list, and the index that has its order; all of them hold what the common filters ask
_SORTED_BY = {
    CustomerSort.NAME: ("name_key", "customer_by_name"),
    CustomerSort.NUMBER: ("number", "customer_by_number"),
    CustomerSort.CITY: ("city_key", "customer_by_city"),
    CustomerSort.OWNER: ("owner_key", "customer_by_owner_name"),
    CustomerSort.LAST_ACTIVITY: ("last_activity_at", "customer_by_last_activity"),
    CustomerSort.OPEN_VALUE: ("name_key", "customer_by_name"),
}
_ROW = (
    "SELECT c.id, c.name, c.number, c.city, u.name, c.phone, c.last_activity_at, c.is_active, c.is_internal,"
    " EXISTS (SELECT 1 FROM favourite f WHERE f.user_id = :actor AND f.customer_id = c.id)"
    " FROM customer c LEFT JOIN crm_user u ON u.id = c.owner_id"
    " WHERE c.id IN (SELECT value FROM json_each(:ids))"
)


class CustomerList:
    """What a query lists, read in the transaction of ``con``."""

    def __init__(self, con: Connection, rights: Rights, query: CustomerQuery) -> None:
        self._con = con
        self._rights = rights
        self._query = query
        self._text: Query = parse_query(query.text)
        filters = customer_filters.all_of(con, query, self._text)
        order = _order(query, self._text, filters)
        self._list = Narrowed(con, order, filters, rights.parameters)
        self._sorted_by = f"c.{order.sorted_by}"

    def page(self, request: PageRequest) -> Page[CustomerRow]:
        """The rows that a request asks for."""
        if self._ids is not None:
            return _slice(self._ids, request, self._rows)
        found = self._list.find(request, descending=self._query.descending)
        keys = [key[-1] for key in found.keys]
        return found.page(dict(zip(keys, self._rows(keys), strict=True)))

    def count(self, *, exact: bool = False) -> Count:
        """How many customers are listed; capped where counting stopped, or where the list itself is cut off."""
        if self._found is not None:
            return Count(len(self._found.places), self._found.capped)
        by_value = self._query.sort is CustomerSort.OPEN_VALUE
        cap = VALUE_CAP if by_value else _NO_CAP if exact else COUNT_CAP
        return self._list.count(cap=cap)

    def open_value(self) -> Sum | UnsetType:
        """The sum over at most the first VALUE_CAP."""
        if not self._shows_money:
            return UNSET
        ids = self._ids if self._ids is not None else self._first()
        sums = case_sums.open_sales(self._con, self._rights, matching.ids(ids))
        return case_sums.together(figures.value for figures in sums.values())

    def neighbours(self, customer: int) -> Neighbours:
        """What stands before and after a customer."""
        if self._ids is None:
            return self._neighbours_by_key(customer)
        place = self._ids.index(customer) if customer in self._ids else None
        count = self.count()
        if place is None:
            return Neighbours(previous=None, next=None, position=None, count=count)
        return Neighbours(
            previous=self._ids[place - 1] if place else None,
            next=self._ids[place + 1] if place + 1 < len(self._ids) else None,
            position=place + 1,
            count=count,
        )

    @property
    def _shows_money(self) -> bool:
        return self._rights.sees_list_money and case_sums.sees_any_money(self._rights)

    @cached_property
    def _found(self) -> Found | None:
        """The hits of the typed words; None without any."""
        if not self._text.words:
            return None
        conditions = Conditions((self._list.where,), self._list.parameters)
        few = self._list.some(customer_search.FEW + 1) if self._list.is_narrowed else None
        return customer_search.search(self._con, self._text, conditions, few)

    @cached_property
    def _ids(self) -> list[int] | None:
        """The customers in order, where the order is not that of an index."""
        query = self._query
        if query.sort is CustomerSort.OPEN_VALUE:
            ids = self._found.best() if self._found is not None else self._first()
            return self._by_open_value(ids)
        plain = query.sort is CustomerSort.NAME and not query.descending
        if self._found is not None:
            return self._found.best() if plain else self._ordered(self._found.best())
        if query.recent:
            return self._recent() if plain else self._ordered(self._recent())
        return None

    def _first(self) -> list[int]:
        """The first customers by name."""
        return [key[-1] for key in self._list.keys(None, VALUE_CAP, falling=False)]

    def _recent(self) -> list[int]:
        rows = self._con.execute(
            "SELECT c.id FROM recent r CROSS JOIN customer c ON c.id = r.customer_id"
            f" WHERE r.user_id = :actor AND {self._list.where} ORDER BY r.at DESC, c.id LIMIT {RECENT}",
            self._list.parameters,
        )
        return [row[0] for row in rows]

    def _ordered(self, ids: Sequence[int]) -> list[int]:
        direction = "DESC" if self._query.descending else "ASC"
        rows = self._con.execute(
            "SELECT c.id FROM customer c WHERE c.id IN (SELECT value FROM json_each(?))"
            f" ORDER BY {self._sorted_by} {direction}, c.id {direction}",
            (matching.ids(ids),),
        )
        return [row[0] for row in rows]

    def _by_open_value(self, ids: Sequence[int]) -> list[int]:
        """By their sum in the organization's currency, then those with other currencies only, one after the
        other; customers without a figure that is seen come last either way."""
        sums = case_sums.open_sales(self._con, self._rights, matching.ids(ids)) if self._shows_money else {}
        home: str = self._con.execute("SELECT currency FROM organization").get
        sign = -1 if self._query.descending else 1

        def place(item: tuple[int, int]) -> tuple[Any, ...]:
            position, customer = item
            figures = sums.get(customer)
            amounts = (
                sorted((m.currency != home, m.currency, m.amount) for m in figures.value.amounts) if figures else []
            )
            if not amounts:
                return (2, "", 0, position)
            foreign, currency, amount = amounts[0]
            return (int(foreign), currency, sign * amount, position)

        return [customer for _, customer in sorted(enumerate(ids), key=place)]

    def _rows(self, ids: Sequence[int]) -> list[CustomerRow]:
        keys = matching.ids(ids)
        sums = case_sums.open_sales(self._con, self._rights, keys) if self._shows_money else {}
        rows = {}
        for row in self._con.execute(_ROW, self._rights.parameters | {"ids": keys}):
            key, name, number, city, owner, phone, last, is_active, is_internal, is_favourite = row
            figures = sums.get(key)
            rows[key] = CustomerRow(
                id=key,
                name=name,
                number=number,
                city=city,
                owner_name=owner,
                phone=phone,
                open_value=(figures.value if figures else Sum()) if self._shows_money else UNSET,
                last_activity=last_activity(last),
                is_active=bool(is_active),
                is_internal=bool(is_internal),
                is_favourite=bool(is_favourite),
            )
        return [rows[key] for key in ids]

    def _neighbours_by_key(self, customer: int) -> Neighbours:
        row = self._con.execute(
            f"SELECT {self._sorted_by}, {self._list.where} FROM customer c WHERE c.id = :customer",
            self._list.parameters | {"customer": customer},
        ).fetchone()
        count = self.count()
        if row is None:
            return Neighbours(previous=None, next=None, position=None, count=count)
        anchor, is_listed = (row[0], 0, customer), row[1]
        rising = not self._query.descending
        before = self._list.keys(anchor, COUNT_CAP if is_listed else 1, falling=rising)
        behind = self._list.keys(anchor, 1, falling=not rising)
        return Neighbours(
            previous=before[0][-1] if before else None,
            next=behind[0][-1] if behind else None,
            position=len(before) + 1 if is_listed and len(before) < COUNT_CAP else None,
            count=count,
        )


def last_activity(text: str) -> dt.datetime | None:
    """The kept column: an instant, a plain date (its first moment, UTC), or nothing yet."""
    if not text:
        return None
    moment = dt.datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


def _order(query: CustomerQuery, text: Query, filters: Sequence[Filter]) -> Order:
    """The index to go along: of the customers of an owner, an industry or a city alone, where it has the order, too."""
    sorted_by, index = _SORTED_BY[query.sort]
    within = "1 = 1"
    if sorted_by == "name_key":
        if query.owner is not None:
            index, within = "customer_by_owner", "c.owner_id = :owner"
        elif query.industry is not None:
            index, within = "customer_by_industry", "c.industry_id = :industry"
        elif query.active is False:
            index, within = "customer_inactive", "c.is_active = 0"
    elif query.sort is CustomerSort.OWNER and query.owner is not None:
        # all of them have the same
        within = (
            "c.owner_key = (SELECT o.owner_key FROM customer o INDEXED BY customer_by_owner"
            " WHERE o.owner_id = :owner LIMIT 1)"
        )
    elif query.sort is CustomerSort.CITY and len(matching.values_of(text, "city")) == 1:
        (within,) = matching.customer_places(text).sql
    asked = " ".join(one.condition for one in filters)
    is_read = any(f"c.{name}" in asked for name in ("city_key", "words") if name != sorted_by)
    return Order(f"customer c INDEXED BY {index}", "c", sorted_by, within, is_read=is_read)


def _slice(
    ids: Sequence[int], request: PageRequest, rows: Callable[[Sequence[int]], list[CustomerRow]]
) -> Page[CustomerRow]:
    """A page of a list that is known as a whole. A cursor is a place and the customer that stood there: the
    customer leads, the place serves when it left the list."""
    backward = request.before is not None or request.from_end
    cursor = request.before if backward else request.after
    if backward:
        end = (_place(ids, cursor)[0] if cursor is not None else len(ids)) - request.skip
        start = max(end - request.limit, 0)
        end = max(end, 0)
    else:
        start = (_place(ids, cursor)[1] if cursor is not None else 0) + request.skip
        end = min(start + request.limit, len(ids))
    part = list(ids[start:end])
    cursors = tuple(keyset.as_json((start + place, key)) for place, key in enumerate(part))
    return Page(rows=tuple(rows(part)), cursors=cursors, more=start > 0 if backward else end < len(ids))


def _place(ids: Sequence[int], cursor: str) -> tuple[int, int]:
    """Where the rows before a cursor end and those after it begin."""
    try:
        place, customer = json.decode(cursor, type=tuple[int, int])
    except ValueError as error:
        raise Invalid("cursor", "is not one of this list") from error
    if customer in ids:
        found = ids.index(customer)
        return found, found + 1
    return place, place
