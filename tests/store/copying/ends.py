"""Stores that are copied from and to, in files and in PostgreSQL."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, closing
from pathlib import Path
from typing import Any

import apsw
import psycopg
import pytest
from tests import postgres
from tests.store.conftest import Clock

from crm_tui.domain.customers import CustomerChange, NewCustomer
from crm_tui.domain.files import FileKind, NewFile
from crm_tui.store.sql.checksums import Checksums
from crm_tui.store.sql.connections import Database
from crm_tui.store.sql.copy_ends import Target
from crm_tui.store.sql.copy_records import batches
from crm_tui.store.sql.copy_rows import Rows
from crm_tui.store.sql.copy_to_postgres import into_postgres
from crm_tui.store.sql.copy_to_sqlite import into_file
from crm_tui.store.sql.copying import Copied, copy
from crm_tui.store.sql.database import Database as AnyDatabase
from crm_tui.store.sql.facet import Binding
from crm_tui.store.sql.postgres_database import open_at
from crm_tui.store.sql.store import SqlStore, store_on

Record = tuple[str, dict[str, Any]]


class Stopped(Exception):
    """The copy is interrupted."""


class File:
    """A store in a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def where(self) -> str:
        return str(self.path)

    def database(self) -> AnyDatabase:
        return Database.open(self.path)

    def into(self) -> AbstractContextManager[Target]:
        return into_file(self.path)

    def spoil(self, statement: str) -> None:
        with closing(apsw.Connection(str(self.path))) as con:
            con.execute(statement)

    def new(self) -> File:
        """A new store, as it is before anything is in it."""
        other = File(self.path.with_name("other.db"))
        other.database().close()
        return other

    def schema(self) -> list[Any]:
        with closing(apsw.Connection(str(self.path))) as con:
            rows = con.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY 1, 2").fetchall()
            return [*rows, con.pragma("application_id"), con.pragma("user_version")]

    def spoil_content(self) -> None:
        folder = self.path.with_name(f"{self.path.name}.files")
        content = max(folder.iterdir(), key=lambda path: path.stat().st_size)
        content.write_bytes(content.read_bytes()[:-1] + b"x")

    def remove(self) -> None:
        """Goes with its folder."""


_SCHEMA = (
    b"SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = 'public'"
    b" UNION ALL SELECT conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint"
    b" WHERE connamespace = 'public'::regnamespace UNION ALL SELECT 'version', version::text FROM crm_schema"
    b" UNION ALL SELECT 'unfinished', unfinished FROM crm_schema ORDER BY 1, 2"
)


class InPostgres:
    """A store in PostgreSQL."""

    def __init__(self) -> None:
        self.address = postgres.new_database()

    @property
    def where(self) -> str:
        return self.address

    def database(self) -> AnyDatabase:
        return open_at(self.address)

    def into(self) -> AbstractContextManager[Target]:
        return into_postgres(self.address)

    def spoil(self, statement: str) -> None:
        with psycopg.connect(self.address) as con:
            con.execute(statement.encode())

    def new(self) -> InPostgres:
        """A new store, as it is before anything is in it."""
        other = InPostgres()
        other.database().close()
        return other

    def schema(self) -> list[Any]:
        with psycopg.connect(self.address) as con:
            return con.execute(_SCHEMA).fetchall()

    def spoil_content(self) -> None:
        largest = "SELECT key FROM content_part GROUP BY key ORDER BY sum(length(data)) DESC LIMIT 1"
        self.spoil(f"UPDATE content_part SET data = set_byte(data, 0, 7) WHERE part = 1 AND key = ({largest})")

    def remove(self) -> None:
        postgres.drop_database(self.address)


class World:
    """A source with a small company and what its users did, and where it is copied to."""

    def __init__(self, begin: File | InPostgres, end: File | InPostgres, company: list[Record], clock: Clock) -> None:
        self.clock = clock
        self.begin = begin
        self.end = end
        with closing(begin.database()) as database:
            SqlStore(Binding(database, "sanna", clock)).portable.load(company)
        self.source = self.opened(begin)
        made = self.source.customers.create(NewCustomer(name="Åbo Varv Ab"))
        new = NewFile(customer=made.id, name="large.bin", kind=FileKind.FILE)
        self.source.files.create(new, io.BytesIO(bytes(range(256)) * 3000))
        self.source.customers.update(made.id, made.revision, CustomerChange(website="https://abo.example"))
        self.source.history.undo()

    def copy(self, tell: Callable[[str, int], None] = lambda what, done: None) -> Copied:
        with self.end.into() as target:
            return copy(Rows(self.source.portable), target, self.clock(), tell)

    def stop_at(self, what: str, done: int = 0) -> None:
        def stop(now: str, records: int) -> None:
            if now == what and records >= done:
                raise Stopped

        with pytest.raises(Stopped):
            self.copy(stop)

    def end_connections(self) -> None:
        """As when PostgreSQL is started anew."""
        names = [
            psycopg.conninfo.conninfo_to_dict(one.address)["dbname"]
            for one in (self.begin, self.end)
            if isinstance(one, InPostgres)
        ]
        with psycopg.connect(postgres.server(), autocommit=True) as con:
            ended = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = ANY (%s)"
            con.execute(ended, (names,))

    def opened(self, which: File | InPostgres) -> SqlStore:
        return store_on(which.database(), "sanna", self.clock)


WAYS = {
    "file to file": (False, False),
    "file to PostgreSQL": (False, True),
    "PostgreSQL to file": (True, False),
}


def in_one_form(store: SqlStore) -> dict[str, tuple[int, str]]:
    return summed(store.portable.dump())


def summed(given: Iterable[Record]) -> dict[str, tuple[int, str]]:
    sums = Checksums()
    for batch in batches(iter(given)):
        sums.add(batch.name, *batch.said())
    return sums.tables()
