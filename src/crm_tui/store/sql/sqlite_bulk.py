"""What a bulk load does in SQLite's own words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

#: an address is loaded before its customer, which then looks for it
_KEPT_INDEXES = frozenset({"address_by_customer"})


class SqliteBulk:
    """The steps of a bulk load."""

    def columns_of(self, con: Any, table: str) -> tuple[str, ...]:
        """The columns of a table of ours."""
        return tuple(row[1] for row in con.execute(f"PRAGMA table_info({table})"))

    def insert(self, con: Any, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Write rows."""
        names, marks = ", ".join(f'"{name}"' for name in columns), ", ".join("?" * len(columns))
        con.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)

    def dangling(self, con: Any) -> str | None:
        """A row that points to what is not there."""
        if not con.dialect.leaves_dangling(con):
            return None
        for table, row, parent, _ in con.execute("PRAGMA foreign_key_check"):
            return f"row {row} of {table} points to a row of {parent} that is not there"
        return None

    def drop_indexes(self, con: Any) -> list[tuple[str, str]]:
        """Drop what makes inserts slow; returns (table, statement) to make it anew."""
        found: list[Any] = con.execute(
            "SELECT name, tbl_name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL"
        ).fetchall()
        dropped = [(table, sql, name) for name, table, sql in found if name not in _KEPT_INDEXES]
        for _, _, name in dropped:
            con.execute(f'DROP INDEX "{name}"')
        return [(table, sql) for table, sql, _ in dropped]

    def make_room(self, con: Any) -> None:
        """Nothing: SQLite sorts in its cache and in files."""

    def keep_ids(self, con: Any, table: str, newest: int) -> None:
        """Never give an id again that is not newer than this, or than what is there."""
        con.execute("UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = ?", (newest, table))
        if not con.changes():
            con.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (table, newest))

    def finish(self, con: Any) -> None:
        """Nothing: SQLite needs to know no more."""
