"""Which rows point to a row, so that it can't go before them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from crm_tui.store.sql.dialect import Connection


class Dependent(NamedTuple):
    """A row of ``table`` (an entity's, or a link table) that points to another; ``row`` is what it belongs to: its
    own id, or of a link table that of the row that holds the link."""

    table: str
    row: int


class Reference(NamedTuple):
    """A column that points to rows of a table; ``owner`` says what its row belongs to."""

    table: str
    column: str
    owner: str


class Dependents:
    """Finds rows that point to others, table by table; the references between tables are read once."""

    def __init__(self) -> None:
        self._references: dict[str, list[Reference]] = {}

    def of(self, con: Connection, table: str, key: int) -> Iterator[Dependent]:
        """Whoever points to a row of ``table``, but for rows that go with it."""
        if table not in self._references:
            self._references[table] = references_to(con, table)
        for child, column, owner in self._references[table]:
            rows = con.execute(f'SELECT "{owner}" FROM {child} WHERE "{column}" = ?', (key,))
            for (row,) in rows:
                yield Dependent(child, row)


def references_to(con: Connection, table: str) -> list[Reference]:
    """The references to a table whose rows don't go when the row goes."""
    return [Reference(*found) for found in con.dialect.references_to(con, table)]
