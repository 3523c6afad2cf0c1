"""A store copied into a new one: to the letter, whatever interrupts it, and nothing else passes for it."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import apsw
import pytest
from tests.store.conftest import TODAY, Clock

from crm_tui.demo.build import records
from crm_tui.domain.customers import CustomerChange, NewCustomer
from crm_tui.domain.errors import Corrupt, Invalid, Unavailable
from crm_tui.domain.files import FileKind, NewFile
from crm_tui.store.customers import CustomerQuery
from crm_tui.store.paging import PageRequest
from crm_tui.store.sql.checksums import Checksums
from crm_tui.store.sql.connections import Database
from crm_tui.store.sql.copy_to_sqlite import FileTarget
from crm_tui.store.sql.copying import Copied, copy
from crm_tui.store.sql.facet import Binding
from crm_tui.store.sql.store import SqlStore, open_store

Record = tuple[str, dict[str, Any]]


class Stopped(Exception):
    """The copy is interrupted."""


class World:
    """A source with a small company and what its users did, and where it is copied to."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self.clock = clock
        self.path = folder / "from.db"
        self.target = folder / "to.db"
        database = Database.open(self.path)
        SqlStore(Binding(database, "sanna", clock)).portable.load(records(7, TODAY, 40))
        database.close()
        self.source = open_store(self.path, login="sanna", clock=clock)
        made = self.source.customers.create(NewCustomer(name="Åbo Varv Ab"))
        new = NewFile(customer=made.id, name="large.bin", kind=FileKind.FILE)
        self.source.files.create(new, io.BytesIO(bytes(range(256)) * 3000))
        made = self.source.customers.update(made.id, made.revision, CustomerChange(website="https://abo.example"))
        self.source.history.undo()

    def copy(self, tell: Callable[[str, int], None] = lambda what, done: None) -> Copied:
        with FileTarget(self.target) as target:
            return copy(self.source.portable.everything, target, self.clock(), tell)

    def stop_at(self, what: str, done: int = 0) -> None:
        def stop(now: str, records: int) -> None:
            if now == what and records >= done:
                raise Stopped

        with pytest.raises(Stopped):
            self.copy(stop)

    def opened(self) -> SqlStore:
        return open_store(self.target, login="sanna", clock=self.clock)


@pytest.fixture
def world(tmp_path: Path, clock: Clock) -> Iterator[World]:
    made = World(tmp_path, clock)
    yield made
    made.source.close()


def test_a_copy_is_the_same_to_the_letter_and_goes_on(world: World) -> None:
    copied = world.copy()
    wanted = list(world.source.portable.dump())
    assert copied.records == len(wanted)
    with closing(world.opened()) as store:
        assert list(store.portable.dump()) == wanted
        page = store.customers.page(CustomerQuery(text="abo varv"), PageRequest())
        assert [row.name for row in page.rows] == ["Åbo Varv Ab"]
        assert store.history.redo().label == "Customer Åbo Varv Ab: website"
        assert store.customers.create(NewCustomer(name="Next Oy")).id == page.rows[0].id + 1


@pytest.mark.parametrize("where", ["user", "customer", "content", "change line", "indexes", "comparing customer"])
def test_an_interrupted_copy_goes_on_where_it_was(world: World, where: str) -> None:
    world.stop_at(where)
    told: list[str] = []
    copied = world.copy(lambda what, done: told.append(what))
    assert not copied.began_anew
    assert ("organization (copied already)" in told) == (where != "organization")
    with closing(world.opened()) as store:
        assert list(store.portable.dump()) == list(world.source.portable.dump())


def test_half_a_copy_is_opened_by_nobody_and_says_why(world: World) -> None:
    world.stop_at("customer")
    with pytest.raises(Unavailable, match="not whole yet: a copy into it was interrupted"):
        world.opened()
    world.copy()
    world.opened().close()


def test_what_changed_since_the_first_half_is_in_the_copy(world: World) -> None:
    world.stop_at("change line")
    changed = world.source.customers.create(NewCustomer(name="Later Oy"))
    assert world.copy().began_anew
    with closing(world.opened()) as store:
        assert store.customers.get(changed.id).name == "Later Oy"
        assert list(store.portable.dump()) == list(world.source.portable.dump())


def test_what_is_written_meanwhile_is_not_in_the_copy(world: World) -> None:
    made: list[int] = []

    def write(what: str, done: int) -> None:
        if what == "customer" and not made:
            with closing(open_store(world.path, login="sanna", clock=world.clock)) as other:
                made.append(other.customers.create(NewCustomer(name="Meanwhile Oy")).id)

    before = list(world.source.portable.dump())
    world.copy(write)
    with closing(world.opened()) as store:
        assert list(store.portable.dump()) == before


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("UPDATE customer SET email = 'other@example.com' WHERE id = 3", "customer"),
        ("DELETE FROM favourite", "favourite"),
        ("UPDATE change_line SET new = '\"x\"' WHERE new IS NOT NULL", "change line"),
        ("INSERT INTO registry_replaced VALUES (900, 901)", "registry replaced"),
    ],
)
def test_a_value_that_is_another_in_the_copy_is_found(world: World, statement: str, named: str) -> None:
    world.stop_at("comparing organization")
    with closing(apsw.Connection(str(world.target))) as con:
        con.execute(statement)
    with pytest.raises(Corrupt, match=named):
        world.copy()
    with pytest.raises(Unavailable, match="not whole"):
        world.opened()


def test_a_content_that_is_another_in_the_copy_is_found(world: World) -> None:
    world.stop_at("comparing organization")
    content = max((world.target.parent / "to.db.files").iterdir(), key=lambda path: path.stat().st_size)
    content.write_bytes(content.read_bytes()[:-1] + b"x")
    with pytest.raises(Corrupt, match=r"large\.bin"):
        world.copy()


def test_a_copy_goes_into_a_new_store_only(world: World) -> None:
    world.copy()
    with pytest.raises(Invalid, match="is there already"):
        world.copy()


def test_one_at_a_time_copies_into_a_store(world: World) -> None:
    def again(what: str, done: int) -> None:
        with pytest.raises(Unavailable, match="in use"):
            world.copy()
        raise Stopped

    with pytest.raises(Stopped):
        world.copy(again)


def test_checksums_are_the_same_however_a_database_writes_json_and_instants() -> None:
    one, two = Checksums(), Checksums()
    one.add("change line", {"change_id": 1, "new": '{"label":"work","address":"a@b.fi"}', "old": None})
    two.add("change line", {"change_id": 1, "new": '{"address": "a@b.fi", "label": "work"}', "old": None})
    one.add("recent", {"user_id": 1, "customer_id": 2, "at": "2026-11-22T09:30:00Z"})
    two.add("recent", {"user_id": 1, "customer_id": 2, "at": "2026-11-22T09:30:00.000000Z"})
    assert one.tables() == two.tables()
    assert one.so_far == two.so_far
