"""Rows by their words in PostgreSQL: GIN indexes over what functions of ours make of the kept ``words``. PostgreSQL's
parser never sees a text: it would cut words otherwise than we do.

A GIN index names all rows that have a key, in no order, before the first of them is read, and for a beginning (``:*``)
those of all keys that begin so. So each beginning of a word is a key of its own, and in front of each key stands the
age of its row (age_of() in the schema). Rows are asked for age by age, each of which has as many ids as all before it:
the first rows of a word that many have cost no more than those of a rare one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from crm_tui.domain.normalise import LONGEST_WORD
from crm_tui.store.sql.dialect import Connection
from crm_tui.store.sql.matching import Source

_WORDS, _INSIDES = "beginnings_of(age_of(id), words)", "insides_of(age_of(id), words)"
#: index -> table, and what of it is indexed
_INDEXES = {
    "customer_words": ("customer", _WORDS),
    "customer_infix": ("customer", _INSIDES),
    "contact_words": ("contact", _WORDS),
    "contact_infix": ("contact", _INSIDES),
    "case_words": ("crm_case", _WORDS),
    "case_infix": ("crm_case", _INSIDES),
    "invoice_words": ("invoice", _WORDS),
}
#: stand in a match where the age comes, and behind a beginning that is a key; see in_age() in the schema
_AGE, _BEGINNING = "\x01", "\x02"
#: beginnings of more letters are no keys
_LONGEST_BEGINNING = 8
#: the ages there are, the oldest first; those of the first ids, the others, and the first id of these
_AGES, _OLDEST, _YOUNGER = "ages(0, 20)", "ages(0, 5)", "ages(6, 20)"
_YOUNGER_FROM = 65_536
_AGED = "SELECT id FROM {} WHERE {} @@ in_age({}, age) ORDER BY id"
#: fewer hits are looked at together; so many one by one, whatever the conditions; fewer rows that meet these are looked
#: through for words
_SOME, _MANY, _FEW = 500, 50_000, 10_000


class PostgresSearch:
    """The indexes."""

    def word(self, word: str) -> str:
        """A term: rows that have this word. None has one of more letters than are indexed, and PostgreSQL takes none
        of more than 2,046 bytes."""
        return f"'{_AGE}{_quoted(word)} '"

    def prefix(self, word: str) -> str:
        """A term: rows of which a word begins so."""
        if len(word) > _LONGEST_BEGINNING:
            return f"'{_AGE}{_quoted(word)}':*"
        return f"'{_AGE}{_quoted(word)}{_BEGINNING}'"

    def every(self, terms: Iterable[str]) -> str:
        """A match: rows that fit all of these."""
        return "&".join(terms)

    def some(self, terms: Iterable[str]) -> str:
        """A match: rows that fit one of these at least."""
        return "|".join(terms)

    def inside(self, trigrams: Iterable[str]) -> str:
        """A match of an index of trigrams: rows that have all of these."""
        return "&".join(f"'{_AGE}{_quoted(piece)}'" for piece in trigrams)

    def ids(self, index: str, match: str) -> str:
        """A statement: the ids of the rows that an index has for a match, the oldest first."""
        aged = _AGED.format(*_INDEXES[index], match)
        return f"SELECT aged.id FROM {_AGES} age JOIN LATERAL ({aged}) aged ON 1 = 1"

    def first(
        self, con: Connection, source: Source, index: str, where: str, parameters: Mapping[str, Any], most: int
    ) -> list[tuple[int, str]]:
        """The first of a source: of few hits all are looked at, of many the oldest, and only then the others. Where
        very many have the words, and conditions seem to leave few rows, those are found and judged by their words."""
        bound = {**parameters, "most": most}
        if (number := self._count(con, index, bound, _SOME)) < _SOME:
            return _hits(con, source, index, _AGES, where, bound) if number else []
        rows = _hits(con, source, index, _OLDEST, where, bound)
        if len(rows) == most:
            return rows
        bound["most"] = most - len(rows)
        if self._count(con, index, bound, _MANY) == _MANY and _estimate(con, source, where, bound) < _FEW:
            return rows + _by_age(con, source, index, where, bound)
        return rows + _hits(con, source, index, _YOUNGER, where, bound)

    def _count(self, con: Connection, index: str, parameters: Mapping[str, Any], most: int) -> int:
        """How many hits an index has, as far as that matters."""
        ids = self.ids(index, ":match")
        number: int = con.execute(f"SELECT count(*) FROM ({ids} LIMIT {most}) counted", parameters).get
        return number

    def put(self, con: Connection, index: str, key: int, words: str) -> None:
        """Nothing: PostgreSQL's indexes follow by themselves."""

    def put_many(self, con: Connection, index: str, table: str, keys: str) -> None:
        """Nothing, likewise."""

    def take(self, con: Connection, index: str, key: int, words: str | None) -> None:
        """Nothing, likewise."""

    def rebuild(self, con: Connection, index: str) -> None:
        """Nothing, likewise."""


def _hits(
    con: Connection, source: Source, index: str, ages: str, where: str, parameters: Mapping[str, Any]
) -> list[tuple[int, str]]:
    """Hits of some ages that fit, the oldest first: those of an age are sorted before the conditions are asked, so that
    no more of them are judged than it takes."""
    aged = _AGED.format(*_INDEXES[index], ":match")
    rows: Iterable[Any] = con.execute(
        f"SELECT hit.id, hit.key FROM {ages} age JOIN LATERAL ("
        f"SELECT {source.id} AS id, {source.key} AS key FROM ({aged} OFFSET 0) w"
        f" JOIN {source.table} {source.alias} ON {source.alias}.id = w.id {source.joins}"
        f" WHERE {where} ORDER BY {source.alias}.id LIMIT :most) hit ON 1 = 1 LIMIT :most",
        parameters,
    )
    return list(rows)


def _estimate(con: Connection, source: Source, where: str, parameters: Mapping[str, Any]) -> int:
    """How many rows meet the conditions, as PostgreSQL guesses."""
    rows = f"{source.table} {source.alias} {source.joins} WHERE {where}"
    plan: str = con.execute(f"EXPLAIN SELECT 1 FROM {rows}", parameters).get
    return int(plan.partition(" rows=")[2].partition(" ")[0])


def _by_age(
    con: Connection, source: Source, index: str, where: str, parameters: Mapping[str, Any]
) -> list[tuple[int, str]]:
    """The same of what is younger, by the conditions, and the words of each row are judged. Insides of words
    are among the conditions anyhow, since letters that are together in a row need not follow one another."""
    words = "1 = 1"
    if _INDEXES[index][1] is _WORDS:
        words = f"array_to_tsvector(string_to_array({source.alias}.words, ' ')) @@ CAST(:plain AS tsquery)"
    match: str = parameters["match"]
    plain = match.replace(_AGE, "").replace(f"{_BEGINNING}'", "':*").replace(" '", "'")
    rows: Iterable[Any] = con.execute(
        f"SELECT {source.id}, {source.key} FROM {source.table} {source.alias} {source.joins}"
        f" WHERE {source.alias}.id >= {_YOUNGER_FROM} AND {words} AND {where} ORDER BY {source.alias}.id LIMIT :most",
        {**parameters, "plain": plain},
    )
    return list(rows)


def usable(channels: str, field: str) -> str:
    """An expression: what those channels in a column that may be used have in a field, with U+001F between them."""
    return (
        f"(SELECT string_agg(replace(e.channel ->> '{field}', chr(31), ' '), chr(31) ORDER BY e.place)"
        f" FROM jsonb_array_elements({channels}) WITH ORDINALITY e (channel, place)"
        " WHERE coalesce(e.channel ->> 'do_not_use', 'false') = 'false')"
    )


def _quoted(word: str) -> str:
    return word[: LONGEST_WORD + 1].replace("\\", "\\\\").replace("'", "''")
