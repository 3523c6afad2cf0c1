"""The whole store as the rows of its tables, in batches: what one database has, another takes as it is.

Unlike plain records (portable.py) they hold what is kept for lists and searches, too, so that nothing is derived again.
What one database keeps as it was written and another in a form of its own comes in one form: JSON in the order of its
names, and instants.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from itertools import islice
from operator import itemgetter
from typing import Any, NamedTuple

import msgspec

from crm_tui.store.sql import loading
from crm_tui.store.sql.dialect import Connection
from crm_tui.store.sql.tables import Table, instant

#: rows that are read, and written, at a time
_BATCH = 2_000
#: the columns by which the rows of a table are told apart, where that is not their id
KEYS = {
    "change_line": ("change_id", "line"),
    "external_alias": ("kind", "external_ref"),
    "favourite": ("user_id", "customer_id"),
    "idempotency": ("actor_id", "key"),
    "merged": ("change_id", "kind", "goes_id"),
    "not_duplicate": ("kind", "low_id", "high_id"),
    "recent": ("user_id", "customer_id"),
    "registry_replaced": ("value_id",),
    "user_setting": ("user_id", "key"),
}
#: columns that hold JSON
JSON = {
    "change_line": ("new", "old"),
    "contact": ("emails", "phones"),
    "invoice": ("receiver",),
    "merged": ("around",),
    "saved_view": ("query",),
    "user_setting": ("value",),
}
#: columns that hold instants, whatever the table
INSTANTS = frozenset(
    ("at", "created_at", "done_at", "ends_at", "finished_at", "started_at", "starts_at", "updated_at")
)  # fmt: skip
#: what is called like an instant, and may be a day
_TEXTS = {"activity": frozenset(("at",))}
_INSTANT_LENGTH = len("2026-11-22T09:30:00.000000Z")
_ENCODER = msgspec.json.Encoder(order="sorted")


class Whole(NamedTuple):
    """A table as it is read whole: its columns, and the places of those that have a form of their own."""

    name: str
    columns: tuple[str, ...]
    keys: tuple[str, ...]
    json: tuple[int, ...]
    instants: tuple[int, ...]

    @property
    def called(self) -> str:
        """What people are told."""
        return self.name.removeprefix("crm_").replace("_", " ")


def names() -> Iterator[str]:
    """The tables, in the order in which they are read: contents come after the files."""
    for table in loading.ORDER:
        if isinstance(table, str):
            yield table
        else:
            yield table.name
            yield from (link.table for link in table.links)


def whole(con: Connection, name: str) -> Whole:
    """How the table is read, in every database the same."""
    columns = tuple(sorted(loading.columns_of(con, name)))
    instants = instants_of(name) & set(columns)
    return Whole(
        name,
        columns,
        _LINK_KEYS.get(name) or KEYS.get(name, ("id",)),
        tuple(columns.index(column) for column in JSON.get(name, ())),
        tuple(place for place, column in enumerate(columns) if column in instants),
    )


def instants_of(name: str) -> frozenset[str]:
    """What the columns of a table are called that hold instants."""
    return INSTANTS - _TEXTS.get(name, frozenset())


def batches(con: Connection, table: Whole) -> Iterator[list[tuple[Any, ...]]]:
    """All rows of a table in the order of their keys, in one form."""
    rows = iter(con.stream(_statement(con, table)))
    while batch := list(islice(rows, _BATCH)):
        yield _in_one_form(table, batch)


def _statement(con: Connection, table: Whole) -> str:
    def selected(place: int, column: str) -> str:
        quoted = f'"{column}"'
        if place in table.instants:
            return con.dialect.instant(quoted)
        return f"CAST({quoted} AS text)" if place in table.json else quoted

    columns = ", ".join(selected(place, column) for place, column in enumerate(table.columns))
    keys = ", ".join(f'"{key}"' for key in table.keys)
    return f"SELECT {columns} FROM {table.name} ORDER BY {keys}"


def _in_one_form(table: Whole, rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    if table.json or any(_is_unusual(map(itemgetter(place), rows)) for place in table.instants):
        return [_row_in_one_form(table, row) for row in rows]
    return rows


def _is_unusual(instants: Iterable[str | None]) -> bool:
    return any(text is not None and len(text) != _INSTANT_LENGTH for text in instants)


def _row_in_one_form(table: Whole, row: tuple[Any, ...]) -> tuple[Any, ...]:
    changed = list(row)
    for place in table.json:
        if (text := row[place]) is not None and text != "[]":
            changed[place] = _ENCODER.encode(msgspec.json.decode(text)).decode()
    for place in table.instants:
        if (text := row[place]) is not None and len(text) != _INSTANT_LENGTH:
            changed[place] = instant(dt.datetime.fromisoformat(text))
    return tuple(changed)


_LINK_KEYS = {
    link.table: (link.owner_column, link.value_column)
    for table in loading.ORDER
    if isinstance(table, Table)
    for link in table.links
}
