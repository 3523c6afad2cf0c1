"""Rows by their words in SQLite: full-text tables, which know tokens only (detail=none: a phrase would raise). They
give their rows by age, so that the first ones cost no more however many there are.

The look-up from the shell uses this module: it imports nothing that costs time.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from crm_tui.store.sql.dialect import Connection
    from crm_tui.store.sql.matching import Source


class SqliteSearch:
    """The full-text tables."""

    __slots__ = ()

    def word(self, word: str) -> str:
        """A term: rows that have this word."""
        return '"' + word.replace('"', '""') + '"'

    def prefix(self, word: str) -> str:
        """A term: rows of which a word begins so."""
        return f"{self.word(word)}*"

    def every(self, terms: Iterable[str]) -> str:
        """A match: rows that fit all of these."""
        return " AND ".join(terms)

    def some(self, terms: Iterable[str]) -> str:
        """A match: rows that fit one of these at least."""
        return " OR ".join(terms)

    def inside(self, trigrams: Iterable[str]) -> str:
        """A match of an index of trigrams: rows that have all of these."""
        return " AND ".join(map(self.word, trigrams))

    def ids(self, index: str, match: str) -> str:
        """A statement: the ids of the rows that an index has for a match."""
        return f"SELECT rowid AS id FROM {index} WHERE {index} MATCH {match}"

    def first(
        self, con: Connection, source: Source, index: str, where: str, parameters: Mapping[str, Any], most: int
    ) -> list[tuple[int, str]]:
        """The first of a source; CROSS JOIN keeps the full-text table in front."""
        rows: Iterable[Any] = con.execute(
            f"SELECT {source.id}, {source.key} FROM {index}"
            f" CROSS JOIN {source.table} {source.alias} ON {source.alias}.id = {index}.rowid {source.joins}"
            f" WHERE {index} MATCH :match AND {where} ORDER BY {index}.rowid LIMIT :most",
            {**parameters, "most": most},
        )
        return list(rows)

    def put(self, con: Connection, index: str, key: int, words: str) -> None:
        """Index a row that has these words."""
        con.execute(f"INSERT INTO {index} (rowid, words) VALUES (?, ?)", (key, words))

    def put_many(self, con: Connection, index: str, table: str, keys: str) -> None:
        """Index rows of a table together; ``keys`` are their ids as JSON."""
        con.execute(
            f"INSERT INTO {index} (rowid, words) SELECT id, words FROM {table}"
            " WHERE id IN (SELECT value FROM json_each(?))",
            (keys,),
        )

    def take(self, con: Connection, index: str, key: int, words: str | None) -> None:
        """Take a row out of the index; ``words`` must be what was indexed."""
        con.execute(f"INSERT INTO {index} ({index}, rowid, words) VALUES ('delete', ?, ?)", (key, words))

    def rebuild(self, con: Connection, index: str) -> None:
        """Make an index anew from the words in its table, in one part: else words are looked for in many."""
        con.execute(f"INSERT INTO {index} ({index}) VALUES ('rebuild')")
        con.execute(f"INSERT INTO {index} ({index}) VALUES ('optimize')")
