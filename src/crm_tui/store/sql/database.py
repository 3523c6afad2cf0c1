"""An open database as the store uses it, be it SQLite (connections.py) or PostgreSQL (postgres_database.py)."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol

from crm_tui.store.sql.dialect import Connection
from crm_tui.store.sql.file_contents import Contents
from crm_tui.store.sql.transactions import Question


class Database(Protocol):
    """All methods may be called from any thread; a thread has one transaction at a time. Besides what each method says,
    all raise Unavailable and Corrupt."""

    @property
    def name(self) -> str:
        """What the store is called."""
        ...

    @property
    def place(self) -> str:
        """Where it is, for people: its file, or the database and its server."""
        ...

    @property
    def notices(self) -> tuple[str, ...]:
        """What the user should know about how it was opened, a sentence each."""
        ...

    @property
    def read_only(self) -> bool:
        """Whether ``writing`` is refused."""
        ...

    @property
    def broken(self) -> type[Exception]:
        """What comes out of a transaction that breaks a constraint."""
        ...

    @property
    def contents(self) -> Contents:
        """Where the contents of files are."""
        ...

    def question(self, slot: str) -> Question:
        """A new question in a slot: what is read for older ones is interrupted, now and whenever it begins."""
        ...

    def need_newest(self, question: Question) -> None:
        """Raise Interrupted once a newer question was asked in its slot: for work between readings."""
        ...

    def reading(self, question: Question | str | None = None) -> AbstractContextManager[Connection]:
        """A connection in a read transaction: all that is read in it is of one moment. For a question (the name of a
        slot makes a new one) it raises Interrupted once a newer one in the slot was asked."""
        ...

    def writing(self) -> AbstractContextManager[Connection]:
        """A connection in the one write transaction: committed at the end, taken back on any exception."""
        ...

    def overwrite_erased(self) -> None:
        """Leave nothing of erased people in places that are not used any more, as far as it lies with the store."""
        ...

    def data_version(self) -> int:
        """A number that changes when anything was committed, by this program or another."""
        ...

    def close(self) -> None:
        """Interrupt what is being read, let what is being written finish, and close. May be called twice."""
        ...
