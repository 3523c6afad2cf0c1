"""A store copied into a new one: to the letter, whatever interrupts it, and nothing else passes for it."""

from __future__ import annotations

import io
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, closing
from pathlib import Path
from typing import Any

import apsw
import psycopg
import pytest
from tests import postgres
from tests.store.conftest import TODAY, Clock

from crm_tui.demo.build import records
from crm_tui.domain.customers import CustomerChange, NewCustomer
from crm_tui.domain.errors import Corrupt, Invalid, Unavailable
from crm_tui.domain.files import FileKind, NewFile
from crm_tui.store.customers import CustomerQuery
from crm_tui.store.paging import PageRequest
from crm_tui.store.port import Store
from crm_tui.store.sql.checksums import Checksums
from crm_tui.store.sql.connections import Database
from crm_tui.store.sql.copy_ends import Target
from crm_tui.store.sql.copy_records import Records, batches
from crm_tui.store.sql.copy_rows import Rows
from crm_tui.store.sql.copy_to_postgres import into_postgres
from crm_tui.store.sql.copy_to_sqlite import into_file
from crm_tui.store.sql.copying import Copied, copy
from crm_tui.store.sql.database import Database as AnyDatabase
from crm_tui.store.sql.facet import Binding
from crm_tui.store.sql.postgres_database import open_at
from crm_tui.store.sql.store import SqlStore, open_store, store_on

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

    def opened(self, which: File | InPostgres) -> SqlStore:
        return store_on(which.database(), "sanna", self.clock)


@pytest.fixture(scope="module")
def company() -> list[Record]:
    """A small company as records."""
    return list(records(7, TODAY, 15))


WAYS = {
    "file to file": (False, False),
    "file to PostgreSQL": (False, True),
    "PostgreSQL to file": (True, False),
}


@pytest.fixture(params=["file to file", "file to PostgreSQL"])
def world(request: pytest.FixtureRequest, tmp_path: Path, company: list[Record], clock: Clock) -> Iterator[World]:
    """Both ways into a store; a test may ask for other ways."""
    begin, end = (
        InPostgres() if in_postgres else File(tmp_path / f"{name}.db")
        for name, in_postgres in zip(("from", "to"), WAYS[request.param], strict=True)
    )
    made = World(begin, end, company, clock)
    yield made
    made.source.close()
    begin.remove()
    end.remove()


def in_one_form(store: SqlStore) -> dict[str, tuple[int, str]]:
    return summed(store.portable.dump())


def summed(given: Iterable[Record]) -> dict[str, tuple[int, str]]:
    sums = Checksums()
    for batch in batches(iter(given)):
        sums.add(batch.name, *batch.said())
    return sums.tables()


@pytest.mark.parametrize("world", WAYS, indirect=True)
def test_a_copy_is_the_same_to_the_letter_and_goes_on(world: World) -> None:
    copied = world.copy()
    assert copied.tables["customer"] == len([row for name, row in world.source.portable.dump() if name == "customer"])
    with closing(world.opened(world.end)) as store:
        assert in_one_form(store) == in_one_form(world.source)
        page = store.customers.page(CustomerQuery(text="abo varv"), PageRequest())
        assert [row.name for row in page.rows] == ["Åbo Varv Ab"]
        assert store.history.redo().label == "Customer Åbo Varv Ab: website"
        assert store.customers.create(NewCustomer(name="Next Oy")).id == page.rows[0].id + 1


@pytest.mark.parametrize("where", ["customer", "content", "indexes", "comparing customer"])
def test_an_interrupted_copy_goes_on_where_it_was(world: World, where: str) -> None:
    world.stop_at(where)
    told: list[str] = []
    copied = world.copy(lambda what, done: told.append(what))
    assert not copied.began_anew
    assert ("organization (copied already)" in told) == (where != "organization")
    with closing(world.opened(world.end)) as store:
        assert in_one_form(store) == in_one_form(world.source)


def test_a_copy_has_the_schema_of_a_new_store(world: World) -> None:
    world.copy()
    other = world.end.new()
    assert world.end.schema() == other.schema()
    other.remove()


def test_a_copy_whose_program_is_killed_goes_on(world: World) -> None:
    for where in ("address", "content", "change line", "search index", "comparing file"):
        arguments = ["-m", "tests.store.killed_copy", *map(str, (world.begin.where, world.end.where, where))]
        killed = subprocess.run([sys.executable, *arguments], check=False)
        assert killed.returncode == -signal.SIGKILL
        with pytest.raises(Unavailable, match="not whole"):
            world.opened(world.end)
    assert not world.copy().began_anew
    with closing(world.opened(world.end)) as store:
        assert in_one_form(store) == in_one_form(world.source)


def test_half_a_copy_is_opened_by_nobody_and_says_why(world: World) -> None:
    world.stop_at("customer")
    with pytest.raises(Unavailable, match="not whole yet: a copy into it was interrupted"):
        world.opened(world.end)
    world.copy()
    world.opened(world.end).close()


def test_what_changed_since_the_first_half_is_in_the_copy(world: World) -> None:
    world.stop_at("change line")
    changed = world.source.customers.create(NewCustomer(name="Later Oy"))
    assert world.copy().began_anew
    with closing(world.opened(world.end)) as store:
        assert store.customers.get(changed.id).name == "Later Oy"
        assert in_one_form(store) == in_one_form(world.source)


def test_what_is_written_meanwhile_is_not_in_the_copy(world: World) -> None:
    made: list[int] = []

    def write(what: str, done: int) -> None:
        if what == "customer" and not made:
            with closing(world.opened(world.begin)) as other:
                made.append(other.customers.create(NewCustomer(name="Meanwhile Oy")).id)

    before = in_one_form(world.source)
    world.copy(write)
    with closing(world.opened(world.end)) as store:
        assert in_one_form(store) == before


def test_instants_that_somebody_wrote_otherwise_are_copied_as_the_same(world: World) -> None:
    world.begin.spoil("UPDATE change SET at = '2026-11-22T09:30:00+02:00' WHERE id = 1")
    world.copy()
    with closing(world.opened(world.end)) as store:
        at = next(row["at"] for name, row in store.portable.dump() if name == "change")
        assert at == "2026-11-22T07:30:00.000000Z"


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("UPDATE customer SET email = 'other@example.com' WHERE id = 3", "customer"),
        ("DELETE FROM favourite", "favourite"),
        ("UPDATE change_line SET new = '1' WHERE new IS NOT NULL", "change line"),
        ("INSERT INTO registry_replaced VALUES (900, 901)", "registry replaced"),
    ],
)
def test_a_value_that_is_another_in_the_copy_is_found(world: World, statement: str, named: str) -> None:
    world.stop_at("comparing organization")
    world.end.spoil(statement)
    with pytest.raises(Corrupt, match=named):
        world.copy()
    with pytest.raises(Unavailable, match="not whole"):
        world.opened(world.end)


def test_a_content_that_is_another_in_the_copy_is_found(world: World) -> None:
    world.stop_at("comparing organization")
    world.end.spoil_content()
    with pytest.raises(Corrupt, match=r"large\.bin"):
        world.copy()


def test_a_copy_goes_into_a_new_store_only(world: World) -> None:
    world.copy()
    with pytest.raises(Invalid, match="already"):
        world.copy()


def test_one_at_a_time_copies_into_a_store(world: World) -> None:
    def again(what: str, done: int) -> None:
        with pytest.raises(Unavailable, match="in use"):
            world.copy()
        raise Stopped

    with pytest.raises(Stopped):
        world.copy(again)


def test_checksums_are_the_same_however_a_database_writes_json_and_instants() -> None:
    def sums(new: str, at: str) -> dict[str, tuple[int, str]]:
        line = {"change_id": 1, "new": new, "old": None}
        return summed([("recent", {"user_id": 1, "customer_id": 2, "at": at}), ("change line", line)])

    one = sums('{"label":"work","address":"a@b.fi"}', "2026-11-22T09:30:00Z")
    assert one == sums('{"address": "a@b.fi", "label": "work"}', "2026-11-22T09:30:00.000000Z")
    assert one != sums('{"address": "a@b.fi", "label": "home"}', "2026-11-22T09:30:00.000000Z")


@pytest.mark.parametrize("store", ["http"], indirect=True)
def test_the_store_of_a_server_is_copied(store: Store, tmp_path: Path, clock: Clock) -> None:
    made = store.customers.create(NewCustomer(name="Åbo Varv Ab"))
    new = NewFile(customer=made.id, name="offer.pdf", kind=FileKind.FILE)
    added = store.files.create(new, io.BytesIO(b"offer"))
    with into_file(tmp_path / "here.db") as target:
        copy(Records(store.portable.dump), target, clock(), lambda what, done: None)
    with closing(open_store(tmp_path / "here.db", login="admin", clock=clock)) as here:
        assert summed(here.portable.dump()) == summed(store.portable.dump())
        with here.files.open(added.id) as content:
            assert content.read() == b"offer"
