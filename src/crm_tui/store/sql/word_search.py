"""How rows are found by their words, be it in SQLite or PostgreSQL: through indexes over the kept column ``words``.

``customer_words`` and the like know whole words and their beginnings, ``customer_infix`` and the like which three
letters stand side by side. What they are asked is one text, a match, made of terms. This module is for types only: a
look-up from the shell imports none of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from crm_tui.store.sql.dialect import Connection
    from crm_tui.store.sql.matching import Source


class WordSearch(Protocol):
    """The indexes over words, and how they are asked."""

    def word(self, word: str) -> str:
        """A term: rows that have this word."""
        ...

    def prefix(self, word: str) -> str:
        """A term: rows of which a word begins so."""
        ...

    def every(self, terms: Iterable[str]) -> str:
        """A match: rows that fit all of these; empty without any."""
        ...

    def some(self, terms: Iterable[str]) -> str:
        """A match: rows that fit one of these at least; empty without any."""
        ...

    def inside(self, trigrams: Iterable[str]) -> str:
        """A match of an index of trigrams: rows that have all of these; empty without any."""
        ...

    def ids(self, index: str, match: str) -> str:
        """A statement: the ids, called ``id``, of the rows that an index has for a match, which is bound to ``match``
        (``?`` or ``:name``), the oldest first. What many have is soon met: the first ones cost no more than those of
        a rare word."""
        ...

    def first(
        self, con: Connection, source: Source, index: str, where: str, parameters: Mapping[str, Any], most: int
    ) -> list[tuple[int, str]]:
        """What is found of a source (id and key of each row), by age: the first ``most`` that an index has for the
        match in ``parameters`` and that meet a condition."""
        ...

    def put(self, con: Connection, index: str, key: int, words: str) -> None:
        """Index a row that has these words, where the index does not follow by itself."""
        ...

    def put_many(self, con: Connection, index: str, table: str, keys: str) -> None:
        """Index rows of a table together; ``keys`` are their ids as JSON."""
        ...

    def take(self, con: Connection, index: str, key: int, words: str | None) -> None:
        """Take a row out of the index; ``words`` must be what was indexed."""
        ...

    def rebuild(self, con: Connection, index: str) -> None:
        """Make an index anew from the words in its table."""
        ...
