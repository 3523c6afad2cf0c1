"""What the facets ask of a database, be it SQLite or PostgreSQL.

Statements are written once, in the SQL that both know, with ``?`` or ``:name`` for what is bound; ``sqlite.py`` and
``postgres.py`` hold the connections, and what has to be said differently. This module is for types only: a look-up from
the shell imports none of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from crm_tui.store.sql.word_search import WordSearch

#: what a statement is given: by place, or by name
Parameters = Sequence[Any] | Mapping[str, Any]


class Cursor(Protocol):
    """The rows of a statement."""

    def __iter__(self) -> Iterator[Any]: ...

    def fetchone(self) -> Any:
        """The next row, or None."""
        ...

    def fetchall(self) -> list[Any]:
        """All rows that are left."""
        ...

    @property
    def get(self) -> Any:
        """The first row: its value if it has one column, else the row; None where there is none."""
        ...


class Dialect(Protocol):
    """What has to be said differently."""

    @property
    def broken(self) -> type[Exception]:
        """What a statement raises that breaks a constraint."""
        ...

    def leaves_dangling(self, con: Connection) -> bool:
        """Whether the transaction has written references to what is not there, which it may do for a while."""
        ...

    def defer_references(self, con: Connection) -> None:
        """From here to its end the transaction may write references to what is not there yet."""
        ...

    def references_to(self, con: Connection, table: str) -> list[tuple[str, str, str]]:
        """The references to a table whose rows don't go when the row goes: table, column, and the column that says
        what a row belongs to: id, or the first of those that make a link's key."""
        ...

    @property
    def bulk(self) -> Bulk:
        """The steps of a bulk load."""
        ...

    @property
    def search(self) -> WordSearch:
        """How rows are found by their words."""
        ...

    def instant(self, expression: str) -> str:
        """The text of an instant as tables.instant() makes it, to be kept, or compared with one that is."""
        ...

    def usable(self, channels: str, field: str) -> str:
        """An expression: what those channels in a column (e-mails, phones) that may be used have in a field, in their
        order, with U+001F between them."""
        ...

    def gathered(self, column: str) -> str:
        """A column by which rows are sorted that were gathered before: no index is to be gone along for its order."""
        ...

    @property
    def case_order(self) -> tuple[str, str, str]:
        """What sorts the cases of a customer, in ``c``: sales cases first (0, then 1), in each life the open ones
        (0, then 1), those by their date, the soonest first, and what is over by its closing, the last first. An index
        has this order to the letter."""
        ...


class Bulk(Protocol):
    """The steps of a bulk load into an empty store, in one transaction; see loading.py."""

    def columns_of(self, con: Connection, table: str) -> tuple[str, ...]:
        """The columns of a table of ours that are written."""
        ...

    def insert(self, con: Connection, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Write rows. Raises ``broken``, or Invalid for values that have no place in their column."""
        ...

    def dangling(self, con: Connection) -> str | None:
        """What is to be said of a row that points to what is not there, if there is one and it is known yet."""
        ...

    def drop_indexes(self, con: Connection) -> list[tuple[str, str]]:
        """Drop what makes inserts slow; returns (table, statement) to make it anew."""
        ...

    def make_room(self, con: Connection) -> None:
        """Before indexes are made anew: have them made in memory that the transaction may use for it."""
        ...

    def keep_ids(self, con: Connection, table: str, newest: int) -> None:
        """Never give an id again that is not newer than this, or than what is there."""
        ...

    def finish(self, con: Connection) -> None:
        """What is left to do when all is there."""
        ...


class Connection(Protocol):
    """A connection in a transaction. As a context it is a savepoint: an exception takes back what was done in it."""

    @property
    def dialect(self) -> Dialect:
        """How this database wants to be asked."""
        ...

    def __enter__(self) -> object: ...

    def __exit__(self, *exception: Any) -> bool | None: ...

    def execute(self, statement: str, parameters: Parameters | None = None, /) -> Cursor:
        """Run a statement."""
        ...

    def executemany(self, statement: str, parameters: Iterable[Parameters], /) -> Cursor:
        """Run a statement for each of the parameters."""
        ...

    def stream(self, statement: str, parameters: Parameters | None = None, /) -> Iterable[Any]:
        """The rows of a statement that may have more of them than fit in memory."""
        ...

    def changes(self) -> int:
        """How many rows the last INSERT, UPDATE or DELETE wrote."""
        ...
