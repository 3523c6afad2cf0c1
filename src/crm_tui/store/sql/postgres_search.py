"""Rows by their words in PostgreSQL: stored columns of their tables, made of our own words, each with a GIN index:
``word_vector`` (whole words and their beginnings) and ``trigrams``. PostgreSQL's parser never sees a text: it would cut
words otherwise than we do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from crm_tui.domain.normalise import LONGEST_WORD
from crm_tui.store.sql.dialect import Connection
from crm_tui.store.sql.matching import Source

_WORDS, _TRIGRAMS = "word_vector @@ CAST({} AS tsquery)", "trigrams @> CAST({} AS text[])"
#: index -> table, and the condition for a match
_INDEXES = {
    "customer_words": ("customer", _WORDS),
    "customer_infix": ("customer", _TRIGRAMS),
    "contact_words": ("contact", _WORDS),
    "contact_infix": ("contact", _TRIGRAMS),
    "case_words": ("crm_case", _WORDS),
    "case_infix": ("crm_case", _TRIGRAMS),
    "invoice_words": ("invoice", _WORDS),
}
#: Rows of an index. Whatever asks for them takes some of them only; the planner, if it knew, would read the table from
#: its beginning until it has met so many. Where it has to find them all, it asks the index.
_FOUND = "WITH found AS MATERIALIZED (SELECT id FROM {} WHERE {}) SELECT id FROM found"
#: a match that has more rows is a common one; fewer are found and sorted in less time than the first ones are met
_FEW = 20_000
#: the oldest rows of a table, so many that looking through them costs no more than a few milliseconds
_OLDEST = "SELECT id FROM {} ORDER BY id LIMIT 3000"
#: where counting stops at some 5,000
_OLD = 20_000


class PostgresSearch:
    """The columns of words and trigrams."""

    def word(self, word: str) -> str:
        """A term: rows that have this word. None has one of more letters than are indexed, and PostgreSQL takes none
        of more than 2,046 bytes."""
        word = word[: LONGEST_WORD + 1]
        return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"

    def prefix(self, word: str) -> str:
        """A term: rows of which a word begins so."""
        return f"{self.word(word)}:*"

    def every(self, terms: Iterable[str]) -> str:
        """A match: rows that fit all of these."""
        return " & ".join(terms)

    def some(self, terms: Iterable[str]) -> str:
        """A match: rows that fit one of these at least."""
        return " | ".join(terms)

    def inside(self, trigrams: Iterable[str]) -> str:
        """A match of an index of trigrams: rows that have all of these."""
        quoted = ('"' + piece.replace("\\", "\\\\").replace('"', '\\"') + '"' for piece in trigrams)
        listed = ",".join(quoted)
        return f"{{{listed}}}" if listed else ""

    def ids(self, index: str, match: str) -> str:
        """A statement: the ids of the rows that an index has for a match."""
        table, condition = _INDEXES[index]
        return f"SELECT id FROM ({_FOUND.format(table, condition.format(match))}) found"

    def counted(self, index: str, match: str) -> str:
        """The same to be counted up to a limit: from the oldest rows, and only then from the index, to which it is all
        the same how many are wanted."""
        table, condition = _INDEXES[index]
        old = f"SELECT * FROM {table} ORDER BY id LIMIT {_OLD}"
        return (
            f"SELECT id FROM ({old}) old WHERE {condition.format(match)}"
            f" UNION ALL SELECT id FROM ({self.ids(index, match)}) younger"
            f" WHERE id > (SELECT max(id) FROM ({old}) last)"
        )

    def first(
        self, con: Connection, source: Source, index: str, where: str, parameters: Mapping[str, Any], most: int
    ) -> list[tuple[int, str]]:
        """The first of a source.

        A GIN index gives its rows in no order and all at once, and how many they are PostgreSQL can only guess, for a
        beginning of words badly. So a stretch of the oldest rows is looked through first: what half of them have is
        found there, while the index would take seconds to name a million. Else the hits are counted. Few are sorted;
        of many the first ones are soon met by age."""
        word = f"{source.alias}.{_INDEXES[index][1].format(':match')}"
        oldest = f"{source.alias}.id <= (SELECT max(o.id) FROM ({_OLDEST.format(source.table)}) o) AND {word}"
        bound = {**parameters, "most": most}
        rows = _by_age(con, source, f"{oldest} AND {where}", bound)
        if len(rows) == most:
            return rows
        counted, hits = con.execute(
            f"SELECT count(*), json_group_array(id) FROM ({self.ids(index, ':match')} LIMIT {_FEW + 1}) hits",
            {"match": parameters["match"]},
        ).fetchone()
        if not counted:
            return []
        if counted > _FEW:
            return _by_age(con, source, f"{word} AND {where}", bound)
        few = f"{source.alias}.id IN (SELECT value FROM json_each(:hits))"
        return _by_age(con, source, f"{few} AND {where}", bound | {"hits": hits})

    def put(self, con: Connection, index: str, key: int, words: str) -> None:
        """Nothing: the columns are made of the words by PostgreSQL itself."""

    def put_many(self, con: Connection, index: str, table: str, keys: str) -> None:
        """Nothing, likewise."""

    def take(self, con: Connection, index: str, key: int, words: str | None) -> None:
        """Nothing, likewise."""

    def rebuild(self, con: Connection, index: str) -> None:
        """Nothing, likewise."""


def _by_age(con: Connection, source: Source, where: str, parameters: Mapping[str, Any]) -> list[tuple[int, str]]:
    rows: Iterable[Any] = con.execute(
        f"SELECT {source.id}, {source.key} FROM {source.table} {source.alias} {source.joins}"
        f" WHERE {where} ORDER BY {source.alias}.id LIMIT :most",
        parameters,
    )
    return list(rows)


def usable(channels: str, field: str) -> str:
    """An expression: what those channels in a column that may be used have in a field, with U+001F between them."""
    return (
        f"(SELECT string_agg(replace(e.channel ->> '{field}', chr(31), ' '), chr(31) ORDER BY e.place)"
        f" FROM jsonb_array_elements({channels}) WITH ORDINALITY e (channel, place)"
        " WHERE coalesce(e.channel ->> 'do_not_use', 'false') = 'false')"
    )
