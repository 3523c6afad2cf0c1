"""A database that tries writes: what is written inside of ``taken_back`` works as ever, and is gone afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from crm_tui.store.sql.database import Database
from crm_tui.store.sql.dialect import Connection
from crm_tui.store.sql.file_contents import Contents
from crm_tui.store.sql.sqlite import SqliteConnection
from crm_tui.store.sql.transactions import Question

_TABLES_OF_SQLITE = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name"
#: contents of files are not taken back: as in a folder, what no file has goes later
_TABLES = (
    "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() AND tablename NOT LIKE 'content%' ORDER BY 1"
)


class _TakenBack(Exception):
    """Ends the transaction that holds all."""


class Provisional:
    """A database of which, inside of ``taken_back``, transactions are savepoints of one that is rolled back."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._held: Connection | None = None

    @contextmanager
    def taken_back(self) -> Iterator[None]:
        """Try something."""
        try:
            with self._database.writing() as connection:
                self._held = connection
                try:
                    yield
                finally:
                    self._held = None
                raise _TakenBack
        except _TakenBack:
            return

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """As ever, or a savepoint."""
        if self._held is None:
            with self._database.writing() as connection:
                yield connection
        else:
            with self._held:
                yield self._held

    @contextmanager
    def reading(self, question: Question | str | None = None) -> Iterator[Connection]:
        """As ever, or what is tried."""
        if self._held is None:
            with self._database.reading(question) as connection:
                yield connection
        else:
            yield self._held

    def overwrite_erased(self) -> None:
        """As ever, or not at all: nobody is erased for good."""
        if self._held is None:
            self._database.overwrite_erased()

    def content(self) -> dict[str, list[Any]]:
        """Every row of every table."""
        with self.reading() as con:
            listed = con.execute(_TABLES_OF_SQLITE if isinstance(con, SqliteConnection) else _TABLES).fetchall()
            return {str(name): sorted(con.execute(f'SELECT * FROM "{name}"'), key=repr) for (name,) in listed}

    # --- as the database is

    @property
    def name(self) -> str:
        return "world"  # all alike

    @property
    def place(self) -> str:
        return self._database.place

    @property
    def notices(self) -> tuple[str, ...]:
        return self._database.notices

    @property
    def read_only(self) -> bool:
        return self._database.read_only

    @property
    def broken(self) -> type[Exception]:
        return self._database.broken

    @property
    def contents(self) -> Contents:
        return self._database.contents

    def question(self, slot: str) -> Question:
        return self._database.question(slot)

    def need_newest(self, question: Question) -> None:
        self._database.need_newest(question)

    def data_version(self) -> int:
        return self._database.data_version()

    def close(self) -> None:
        self._database.close()
