"""Narrowed lists over all customers: how a page is found where what narrows a list has indexes that know no order.

Each filter is a condition on a row, and says from where the rows come that meet it. Few rows are gathered from there
and sorted. Of many a page is mostly soon met along the index that has the order. Neither can be told before: what
filters leave together is not what each leaves, and names go with countries, and countries with owners. So both ways
are taken in turns: a stretch along the order, and, where that has no full page, the filter that leaves the fewest,
if gathering that costs no more than what was looked through by then; else a stretch twice as long, from where the
last one ended. Whatever the data, that costs little more than twice the better way. A count is a page that nobody
reads. The indexes hold what the common filters ask, so that neither way reads rows that do not fit. PostgreSQL chooses
between these ways by itself, once for the whole statement, and goes along the order whenever it takes what fits for
spread evenly; so it is asked in turns, too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from crm_tui.store.paging import COUNT_CAP, Count, PageRequest
from crm_tui.store.sql import keyset
from crm_tui.store.sql.dialect import Connection
from crm_tui.store.sql.keyset import Source

#: so few are gathered and sorted without looking further
_FEW = 5_000
#: filters that leave more than this are not told apart where rows are counted to the end
_MANY = 30_000
#: the first stretch along the order, and where more is to be read than the index that has it; the longest
_STRETCH, _STRETCH_OF_READ, _LONGEST = 10_000, 1_000, 40_000
#: in the time of looking at one row along the order so many are gathered: where the index judges it, where the row
#: has to be read, and where others have to be, too
_GATHERED, _GATHERED_OF_READ, _GATHERED_OF_OTHERS = 1 / 16, 1, 2


class Filter(NamedTuple):
    """A condition on a row. ``rows`` (what follows FROM) are those that may meet it, from an index; without it, the
    filter leaves most. ``counted`` selects something for each, as cheaply as it can be had. Whether to judge a row
    ``reads_others``; whether all of ``rows`` meet it, so that they need no judging."""

    condition: str
    parameters: Mapping[str, Any]
    rows: str = ""
    counted: str = ""
    reads_others: bool = False
    is_met: bool = False


class Order(NamedTuple):
    """The order of a list: ``table`` by the index that has it, the range of it that the list lies ``within``, the
    column it is sorted by, and what is joined to a row. Whether rows are read for columns that the index does not
    hold."""

    table: str
    alias: str
    sorted_by: str
    within: str = "1 = 1"
    joins: str = ""
    is_read: bool = False


class Narrowed:
    """The list of ``order`` with all ``filters``, read in the transaction of ``con``."""

    def __init__(self, con: Connection, order: Order, filters: Sequence[Filter], parameters: Mapping[str, Any]) -> None:
        self._con = con
        self._order = order
        self._narrow = [one for one in filters if one.rows]
        reads_others = any(one.reads_others for one in filters)
        self._reads = order.is_read or reads_others
        self._gathered = _GATHERED_OF_OTHERS if reads_others else _GATHERED_OF_READ if order.is_read else _GATHERED
        self._filters = filters
        self.where = self._where(None)
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
        # what one filter leaves alone is counted from there, in whatever order
        is_page = len(self._narrow) > (0 if self._order.is_read else 1) and cap <= _FEW
        narrowest = None if is_page and not self._order.is_read else self._narrowest(_MANY)
        if is_page and narrowest is None:
            number = len(self.keys(None, cap + 1, falling=False))
            return Count(min(number, cap), capped=number > cap)
        chosen = narrowest or self._first_narrow()
        return keyset.count(self._con, [self._from(chosen)], self.parameters, cap=cap)

    def keys(self, anchor: Sequence[Any] | None, wanted: int, *, falling: bool) -> list[tuple[Any, ...]]:
        """The first keys behind an anchor, at most so many: value of the order, 0, id."""
        if all(one.condition == self._order.within for one in self._narrow):
            return self._scan(None, anchor, wanted, falling=falling)
        length = max(_STRETCH_OF_READ if self._reads else _STRETCH, 2 * wanted)
        found: list[tuple[Any, ...]] = []
        few, behind, looked_at = _FEW, anchor, 0
        if self._reads:  # of what is joined, each has several
            few *= 2 if self._order.joins else 6
        while True:
            narrowest = self._narrowest(few)
            if narrowest is not None:
                return self._scan(narrowest, anchor, wanted, falling=falling)
            part, behind = self._along(behind, wanted - len(found), length, falling=falling)
            found += part
            if len(found) == wanted or behind is None:
                return found
            looked_at += length
            few = max(few, int(looked_at * self._gathered))
            length = min(2 * length, max(length, _LONGEST))

    def some(self, most: int) -> list[int]:
        """The ids of the first ones, in no order, at most so many."""
        return [key[-1] for key in self.keys(None, most, falling=False)]

    @property
    def _key(self) -> str:
        return f"{self._order.alias}.id"

    def _from(self, narrow: Filter | None) -> str:
        """What is listed, out of what a filter leaves, or of all, with what is joined."""
        rows = narrow.rows if narrow is not None else self._order.table
        return f"{rows} {self._order.joins} WHERE {self._where(narrow)}"

    def _where(self, narrow: Filter | None) -> str:
        """What rows have to meet that a filter leaves."""
        judged = (one.condition for one in self._filters if one is not narrow or not one.is_met)
        return " AND ".join((self._order.within, *judged))

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
        number: int = self._con.execute(f"SELECT count(*) FROM ({counted} LIMIT {most}) counted", self.parameters).get
        return number

    def _scan(
        self, narrow: Filter | None, anchor: Sequence[Any] | None, wanted: int, *, falling: bool
    ) -> list[tuple[Any, ...]]:
        """From what a filter leaves, or from all; sorted, unless an index has them in order."""
        by = f"{self._order.alias}.{self._order.sorted_by}"
        if narrow is not None:
            by = self._con.dialect.gathered(by)
        source = Source(self._from(narrow), (by,), self._key)
        statement, bound = keyset.statement_of(source, anchor, wanted, falling=falling)
        return self._con.execute(statement, {**self.parameters, **bound}).fetchall()

    def _along(
        self, anchor: Sequence[Any] | None, wanted: int, length: int, *, falling: bool
    ) -> tuple[list[tuple[Any, ...]], tuple[Any, ...] | None]:
        """From a stretch along the order; and its last row, unless enough was found, or there is no more."""
        order = self._order
        by, table = (f"{order.alias}.{order.sorted_by}",), f"{order.table} WHERE {order.within}"
        statement, bound = keyset.statement_of(Source(table, by, self._key), anchor, length, falling=falling)
        last = self._con.execute(f"{statement} OFFSET :_wanted - 1", {**self.parameters, **bound}).fetchone()
        rows, parameters = self._from(None), dict(self.parameters)
        if last is not None:
            rows += f" AND ({by[0]}, {self._key}) {'>=' if falling else '<='} (:_last, :_last_key)"
            parameters |= {"_last": last[0], "_last_key": last[-1]}
        statement, bound = keyset.statement_of(Source(rows, by, self._key), anchor, wanted, falling=falling)
        found = self._con.execute(statement, {**parameters, **bound}).fetchall()
        return found, None if len(found) == wanted else last
