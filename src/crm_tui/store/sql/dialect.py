"""What the facets ask of a database, be it SQLite or PostgreSQL.

Statements are written once, in the SQL that both know, with ``?`` or ``:name`` for what is bound; ``sqlite.py`` and
``postgres.py`` hold the connections, and what has to be said differently. This module is for types only: a look-up from
the shell imports none of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

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

    def changes(self) -> int:
        """How many rows the last INSERT, UPDATE or DELETE wrote."""
        ...
