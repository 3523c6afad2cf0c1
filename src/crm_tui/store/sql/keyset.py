"""Keyset pages: range scans on an index from a known row on, merged where a list has several sources.

A page is found in two steps: first the keys of its rows from indexes alone, then the rows of these keys.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

import msgspec

from crm_tui.domain.errors import Invalid
from crm_tui.store.paging import COUNT_CAP, Count, Page, PageRequest
from crm_tui.store.sql.dialect import Connection

Row = TypeVar("Row")


class Source(NamedTuple):
    """A range of a table: ``rows`` is what follows FROM, with its conditions. ``order`` are the columns that
    sort it, never NULL, and ``key`` the one that makes them unique; ``mark`` tells sources apart."""

    rows: str
    order: tuple[str, ...]
    key: str
    mark: int = 0


class Found(NamedTuple):
    """The keys of a page in list order: sort values, mark of the source, id."""

    keys: tuple[tuple[Any, ...], ...]
    more: bool

    def ids(self, mark: int = 0) -> str:
        """The ids of one source as JSON, to be bound where a statement says json_each()."""
        return as_json([key[-1] for key in self.keys if key[-2] == mark])

    @property
    def cursors(self) -> tuple[str, ...]:
        """The anchor of each row."""
        return tuple(as_json(key) for key in self.keys)

    def page(self, rows: Mapping[int, Row] | Mapping[tuple[int, int], Row]) -> Page[Row]:
        """The page with these rows, by id, or by mark and id where there are several sources."""
        by_key: Mapping[Any, Row] = rows
        several = any(isinstance(key, tuple) for key in by_key)
        return Page(
            rows=tuple(by_key[key[-2:] if several else key[-1]] for key in self.keys),
            cursors=self.cursors,
            more=self.more,
        )


class Step(NamedTuple):
    """What a request takes: ``wanted`` keys behind an anchor, in rising or falling order."""

    anchor: list[str | int] | None
    falling: bool
    wanted: int
    request: PageRequest

    def found(self, keys: list[tuple[Any, ...]]) -> Found:
        """The page, of all keys that were found behind the anchor."""
        request = self.request
        keys = sorted(keys, reverse=self.falling)[request.skip :]
        more = len(keys) > request.limit
        keys = keys[: request.limit]
        is_backward = request.before is not None or request.from_end
        return Found(tuple(reversed(keys) if is_backward else keys), more)


def step_of(request: PageRequest, sort_values: int, *, descending: bool) -> Step:
    """How to come to the rows of a request. Raises Invalid for a foreign cursor."""
    backward = request.before is not None or request.from_end
    cursor = request.before if backward else request.after
    anchor = _anchor(cursor, sort_values) if cursor is not None else None
    return Step(anchor, descending != backward, request.skip + request.limit + 1, request)


def find(
    con: Connection,
    sources: Sequence[Source],
    parameters: Mapping[str, Any],
    request: PageRequest,
    *,
    descending: bool = False,
) -> Found:
    """The keys that a request asks for, over all sources. Raises Invalid for a foreign cursor."""
    step = step_of(request, len(sources[0].order) if sources else 1, descending=descending)
    keys: list[tuple[Any, ...]] = []
    for source in sources:
        statement, bound = statement_of(source, step.anchor, step.wanted, falling=step.falling)
        keys += con.execute(statement, {**parameters, **bound})
    return step.found(keys)


def statement_of(
    source: Source, anchor: Sequence[Any] | None, wanted: int, *, falling: bool
) -> tuple[str, dict[str, Any]]:
    """The statement that scans a source from an anchor on, and what it binds."""
    direction = "DESC" if falling else "ASC"
    columns = (*source.order, str(source.mark), source.key)
    order = ", ".join(f"{column} {direction}" for column in (*source.order, source.key))
    beyond, bound = behind(source, anchor, falling=falling) if anchor else ("", {})
    statement = f"SELECT {', '.join(columns)} FROM {source.rows}{beyond} ORDER BY {order} LIMIT :_wanted"
    return statement, bound | {"_wanted": wanted}


def count(con: Connection, ranges: Sequence[str], parameters: Mapping[str, Any], *, cap: int = COUNT_CAP) -> Count:
    """How many rows these ranges have in all; counting stops at the cap."""
    rows = " UNION ALL ".join(f"SELECT 1 FROM {part}" for part in ranges)
    number: int = con.execute(f"SELECT count(*) FROM ({rows} LIMIT {cap + 1}) counted", dict(parameters)).get
    return Count(min(number, cap), capped=number > cap)


def as_json(value: Any) -> str:
    """A value as compact JSON text."""
    return msgspec.json.encode(value).decode()


def names(text: str) -> tuple[str, ...]:
    """The names in a JSON array."""
    return msgspec.json.decode(text, type=tuple[str, ...])


def behind(source: Source, anchor: Sequence[Any], *, falling: bool) -> tuple[str, dict[str, Any]]:
    """The condition that leaves out what is not behind the anchor. Where sort values are equal, sources
    follow each other by their mark."""
    *values, mark, key = anchor
    columns = list(source.order)
    comparison = "<" if falling else ">"
    if source.mark == mark:
        columns, values = [*columns, source.key], [*values, key]
    elif (source.mark > mark) != falling:
        comparison += "="
    names = [f"_{position}" for position in range(len(values))]
    marks = ", ".join(f":{name}" for name in names)
    return f" AND ({', '.join(columns)}) {comparison} ({marks})", dict(zip(names, values, strict=True))


def _anchor(cursor: str, sort_values: int) -> list[str | int]:
    try:
        anchor = msgspec.json.decode(cursor, type=list[str | int])
    except msgspec.DecodeError as error:
        raise Invalid("cursor", "is not one of this list") from error
    if len(anchor) != sort_values + 2 or not all(isinstance(part, int) for part in anchor[-2:]):
        raise Invalid("cursor", "is not one of this list")
    return anchor
