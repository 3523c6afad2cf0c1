"""A database that tries writes: what is written inside of ``taken_back`` works as ever, and is gone afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from crm_tui.store.sql.connections import Database, Question
from crm_tui.store.sql.sqlite import SqliteConnection


class _TakenBack(Exception):
    """Ends the transaction that holds all."""


class Provisional(Database):
    """Inside of ``taken_back``, transactions are savepoints of one that is rolled back."""

    _held: SqliteConnection | None = None

    @classmethod
    def at(cls, path: Path) -> Self:
        """The database in this file."""
        made = cls.open(path)
        assert isinstance(made, cls)
        return made

    @contextmanager
    def taken_back(self) -> Iterator[None]:
        """Try something."""
        try:
            with super().writing() as connection:
                self._held = connection
                try:
                    yield
                finally:
                    self._held = None
                raise _TakenBack
        except _TakenBack:
            return

    @contextmanager
    def writing(self) -> Iterator[SqliteConnection]:
        """As ever, or a savepoint."""
        if self._held is None:
            with super().writing() as connection:
                yield connection
        else:
            with self._held:
                yield self._held

    @contextmanager
    def reading(self, question: Question | str | None = None) -> Iterator[SqliteConnection]:
        """As ever, or what is tried."""
        if self._held is None:
            with super().reading(question) as connection:
                yield connection
        else:
            yield self._held

    def overwrite_erased(self) -> None:
        """As ever, or not at all: nobody is erased for good."""
        if self._held is None:
            super().overwrite_erased()

    def content(self) -> dict[str, list[Any]]:
        """Every row of every table."""
        with self.reading() as con:
            tables = con.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").fetchall()
            return {str(name): con.execute(f'SELECT * FROM "{name}"').fetchall() for (name,) in tables}
