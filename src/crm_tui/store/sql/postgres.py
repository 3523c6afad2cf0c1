"""What is PostgreSQL's own: its connection as the facets see it, and what has to be said differently there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Self

import psycopg

from crm_tui.store.sql import postgres_card
from crm_tui.store.sql.dialect import Connection, Parameters
from crm_tui.store.sql.postgres_bulk import PostgresBulk
from crm_tui.store.sql.postgres_search import PostgresSearch, usable
from crm_tui.store.sql.postgres_text import Statement, translated

_WRITES = ("INSERT", "UPDATE", "DELETE")
#: rows that a cursor in the database hands out at a time
_STEP = 2_000


class PostgresDialect:
    """How PostgreSQL wants to be asked."""

    broken = psycopg.IntegrityError
    search = PostgresSearch()
    #: the index crm_case_in_order has this order to the letter
    case_order = postgres_card.CASE_ORDER
    bulk = PostgresBulk()

    def leaves_dangling(self, con: Any) -> bool:
        """Whether the transaction has written references to what is not there: all that wait are looked at now."""
        try:
            with con:
                con.execute("SET CONSTRAINTS ALL IMMEDIATE")
        except psycopg.errors.ForeignKeyViolation:
            return True
        self.defer_references(con)
        return False

    def defer_references(self, con: Connection) -> None:
        """From here to its end the transaction may write references to what is not there yet."""
        postgres_card.defer_references(con)

    def references_to(self, con: Connection, table: str) -> list[tuple[str, str, str]]:
        """The references to a table whose rows don't go when the row goes."""
        return postgres_card.references_to(con, table)

    def instant(self, expression: str) -> str:
        """The text of an instant as tables.instant() makes it, to be kept, or compared with one that is."""
        return postgres_card.instant(expression)

    def gathered(self, column: str) -> str:
        """A column by which gathered rows are sorted, as no index has it: the planner would go along one that has the
        order, in the belief that what fits is spread evenly over it."""
        return f"coalesce({column}, {column})"

    def usable(self, channels: str, field: str) -> str:
        """What those channels in a column that may be used have in a field, with U+001F between them."""
        return usable(channels, field)


class PostgresCursor(psycopg.RawCursor[Any]):
    """The rows of a statement, all of which are here. A statement without rows has none."""

    @property
    def get(self) -> Any:
        """The first row: its value if it has one column, else the row; None where there is none."""
        row = self.fetchone()
        return row if row is None or len(row) > 1 else row[0]

    def fetchone(self) -> Any:
        """The next row, or None."""
        return None if self.description is None else super().fetchone()

    def fetchall(self) -> list[Any]:
        """All rows that are left."""
        return [] if self.description is None else super().fetchall()


class PostgresConnection:
    """A connection that speaks our statements. ``check`` is called before each of them, and may raise."""

    dialect = PostgresDialect()

    def __init__(self, raw: psycopg.Connection[Any]) -> None:
        self.raw = raw
        self.check: Callable[[], None] = _nothing
        self._changes = 0
        self._savepoints = 0
        self._streams = 0

    def execute(self, statement: str, parameters: Parameters | None = None, /) -> PostgresCursor:
        """Run a statement."""
        self.check()
        query = translated(statement)
        cursor = PostgresCursor(self.raw)
        cursor.execute(query.text.encode(), _in_order(query, parameters))
        if (cursor.statusmessage or "").startswith(_WRITES):
            self._changes = cursor.rowcount
        return cursor

    def executemany(self, statement: str, parameters: Iterable[Parameters], /) -> PostgresCursor:
        """Run a statement for each of the parameters."""
        self.check()
        query = translated(statement)
        cursor = PostgresCursor(self.raw)
        given = [_in_order(query, one) or () for one in parameters]
        if given:
            cursor.executemany(query.text.encode(), given)
            self._changes = cursor.rowcount
        return cursor

    def stream(self, statement: str, parameters: Parameters | None = None, /) -> Iterator[Any]:
        """The rows of a statement that has more than fit in memory, fetched while they are read."""
        self.check()
        query = translated(statement)
        self._streams += 1
        with psycopg.RawServerCursor(self.raw, f"crm_{self._streams}") as cursor:
            cursor.itersize = _STEP
            cursor.execute(query.text.encode(), _in_order(query, parameters))
            yield from cursor

    def changes(self) -> int:
        """How many rows the last INSERT, UPDATE or DELETE wrote."""
        return self._changes

    def __enter__(self) -> Self:
        self._savepoints += 1
        self.raw.execute(f"SAVEPOINT crm_{self._savepoints}".encode())
        return self

    def __exit__(self, *exception: object) -> None:
        name = f"crm_{self._savepoints}"
        self._savepoints -= 1
        if self.raw.closed:
            return  # what raised says why
        if exception[0] is not None:
            self.raw.execute(f"ROLLBACK TO SAVEPOINT {name}".encode())
        self.raw.execute(f"RELEASE SAVEPOINT {name}".encode())


def _nothing() -> None:
    """Nobody minds."""


def _in_order(query: Statement, parameters: Parameters | None) -> Any:
    """The values for the places of a statement."""
    if query.names is not None and parameters is not None:
        named: Any = parameters
        return [named[name] for name in query.names]
    return () if isinstance(parameters, Mapping) else parameters
