"""Narrowed lists over all customers: how a page is found where what narrows a list has indexes that know no order.

Each filter is a condition on a row, and says from where the rows come that meet it. Few rows are gathered from there
and sorted. Of many a page is soon met along the index that has the order: so a stretch of it is looked through, of
limited length. Where that has no full page, and a page is far by what it has, few rows are likely to fit all filters:
they are gathered after all, from the filter that leaves the fewest. The indexes hold what the common filters ask, so
that neither way reads rows that do not fit. Counting needs no order and goes to the filter at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import apsw

from crm_tui.store.paging import COUNT_CAP, Count, PageRequest
from crm_tui.store.sql import keyset
from crm_tui.store.sql.keyset import Source

#: so few are gathered and sorted without looking further
_FEW = 5_000
#: filters that leave more than this are not told apart
_MANY = 30_000
#: so many rows along the order are looked through for a page, and so many where those held some that fit
_STRETCH = 10_000
_FAR = 60_000


class Filter(NamedTuple):
    """A condition on a row. ``rows`` (what follows FROM) are those that may meet it, from an index; without it, the
    filter leaves most. ``counted`` selects something for each, as cheaply as it can be had."""

    condition: str
    parameters: Mapping[str, Any]
    rows: str = ""
    counted: str = ""


class Order(NamedTuple):
    """The order of a list: ``table`` by the index that has it, the range of it that the list lies ``within``, the
    ``columns`` of the row that conditions ask for, the one it is sorted by, and what is joined to a row."""

    table: str
    alias: str
    sorted_by: str
    columns: tuple[str, ...]
    within: str = "1"
    joins: str = ""


class Narrowed:
    """The list of ``order`` with all ``filters``, read in the transaction of ``con``."""

    def __init__(
        self, con: apsw.Connection, order: Order, filters: Sequence[Filter], parameters: Mapping[str, Any]
    ) -> None:
        self._con = con
        self._order = order
        self._narrow = [one for one in filters if one.rows]
        self._fits = " AND ".join(one.condition for one in filters) or "1"
        self.where = f"{order.within} AND {self._fits}"
        own = {name: value for one in filters for name, value in one.parameters.items()}
        self.parameters = {**parameters, **own}
        self._counted: dict[int, list[int]] = {}

    @property
    def is_narrowed(self) -> bool:
        """Whether the filters may leave few."""
        return bool(self._narrow)

    def find(self, request: PageRequest, *, descending: bool = False) -> keyset.Found:
        """The keys that a request asks for."""
        step = keyset.step_of(request, 1, descending=descending)
        return step.found(self.keys(step.anchor, step.wanted, falling=step.falling))

    def count(self, *, cap: int = COUNT_CAP) -> Count:
        """How many there are; counting stops at the cap."""
        narrowest = self._narrowest(_MANY) or self._first_narrow()
        rows = self._rows(narrowest)
        return keyset.count(self._con, [f"{rows} WHERE {self.where}"], self.parameters, cap=cap)

    def keys(self, anchor: Sequence[Any] | None, wanted: int, *, falling: bool) -> list[tuple[Any, ...]]:
        """The first keys behind an anchor, at most so many: value of the order, 0, id."""
        order = self._order
        if all(one.condition == order.within for one in self._narrow):
            return self._scan(self._rows(None), anchor, wanted, falling=falling)
        narrowest = self._narrowest(_FEW)
        if narrowest is None:
            length = max(_STRETCH, 2 * wanted)
            found, is_all = self._along(anchor, wanted, length, falling=falling)
            narrowest = self._narrowest(_MANY)
            enough = length * 3 * wanted // (2 * len(found) + 1)
            if narrowest is None:  # to gather very many takes longest
                enough = min(enough, _FAR)
            if not is_all and enough <= _FAR:
                found, is_all = self._along(anchor, wanted, enough, falling=falling)
            if is_all:
                return found
        return self._scan(self._rows(narrowest or self._narrow[0]), anchor, wanted, falling=falling)

    def some(self, most: int) -> list[int]:
        """The ids of all, in no order, but of at most so many."""
        narrowest = self._narrowest(_MANY) or self._first_narrow()
        rows = self._rows(narrowest)
        found = self._con.execute(f"SELECT {self._key} FROM {rows} WHERE {self.where} LIMIT {most}", self.parameters)
        return [row[0] for row in found]

    @property
    def _key(self) -> str:
        return f"{self._order.alias}.id"

    def _rows(self, narrow: Filter | None) -> str:
        """What a filter leaves, or all, with what is joined."""
        return f"{narrow.rows if narrow is not None else self._order.table} {self._order.joins}"

    def _first_narrow(self) -> Filter | None:
        return self._narrow[0] if self._narrow else None

    def _narrowest(self, most: int) -> Filter | None:
        """The filter that leaves the fewest; None where that are more than ``most``."""
        if most not in self._counted:
            self._counted[most] = [self._number(one, most + 1) for one in self._narrow]
        numbers = self._counted[most]
        smallest = min(numbers, default=most + 1)
        return self._narrow[numbers.index(smallest)] if smallest <= most else None

    def _number(self, one: Filter, most: int) -> int:
        counted = one.counted or f"SELECT 1 FROM {one.rows} WHERE {one.condition}"
        number: int = self._con.execute(f"SELECT count(*) FROM ({counted} LIMIT {most})", self.parameters).get
        return number

    def _scan(self, rows: str, anchor: Sequence[Any] | None, wanted: int, *, falling: bool) -> list[tuple[Any, ...]]:
        """From these rows; sorted, unless an index has them in order."""
        source = Source(f"{rows} WHERE {self.where}", (f"{self._order.alias}.{self._order.sorted_by}",), self._key)
        statement, bound = keyset.statement_of(source, anchor, wanted, falling=falling)
        return self._con.execute(statement, {**self.parameters, **bound}).fetchall()

    def _along(
        self, anchor: Sequence[Any] | None, wanted: int, length: int, *, falling: bool
    ) -> tuple[list[tuple[Any, ...]], bool]:
        """From a stretch along the order, and whether that is all that is wanted, or all there is."""
        order, alias = self._order, self._order.alias
        whole = Source(f"{order.table} WHERE {order.within}", (f"{alias}.{order.sorted_by}",), self._key)
        behind, bound = keyset.behind(whole, anchor, falling=falling) if anchor else ("", {})
        direction = "DESC" if falling else "ASC"
        stretch = (
            f"FROM {whole.rows}{behind} ORDER BY {whole.order[0]} {direction}, {self._key} {direction} LIMIT {length}"
        )
        columns = ", ".join(f"{alias}.{name}" for name in dict.fromkeys(("id", order.sorted_by, *order.columns)))
        # rows come in the order of the stretch, which its LIMIT makes part of what it is
        statement = (
            f"SELECT {whole.order[0]}, 0, {self._key} FROM (SELECT {columns} {stretch}) {alias} {order.joins}"
            f" WHERE {self._fits} LIMIT {wanted}"
        )
        parameters = {**self.parameters, **bound}
        found: list[tuple[Any, ...]] = self._con.execute(statement, parameters).fetchall()
        if len(found) == wanted:
            return found, True
        looked_at: int = self._con.execute(f"SELECT count(*) FROM (SELECT 1 {stretch})", parameters).get
        return found, looked_at < length
