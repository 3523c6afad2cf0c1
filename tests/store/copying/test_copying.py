"""A store copied into a new one: to the letter, and nothing else passes for it."""

from __future__ import annotations

import io
import shutil
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from tests.store.conftest import Clock
from tests.store.copying.ends import WAYS, InPostgres, Record, Stopped, World, in_one_form, summed

from crm_tui.domain.customers import NewCustomer
from crm_tui.domain.errors import Corrupt, Invalid, Unavailable
from crm_tui.domain.files import FileKind, NewFile
from crm_tui.store.customers import CustomerQuery
from crm_tui.store.paging import PageRequest
from crm_tui.store.port import Store
from crm_tui.store.sql.copy_records import Records
from crm_tui.store.sql.copy_rows import Rows
from crm_tui.store.sql.copy_to_sqlite import into_file
from crm_tui.store.sql.copying import copy
from crm_tui.store.sql.facet import Binding
from crm_tui.store.sql.store import SqlStore, open_store


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


def test_a_copy_has_the_schema_of_a_new_store(world: World) -> None:
    world.copy()
    other = world.end.new()
    assert world.end.schema() == other.schema()
    other.remove()


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
    with pytest.raises(Corrupt, match=r"The copy is not what was read \(contents of files\)") as caught:
        world.copy()
    assert "backup" not in str(caught.value)  # what was read is as it was


def test_what_is_said_of_a_copy_that_is_another_is_enough_to_copy_again(world: World) -> None:
    world.stop_at("comparing organization")
    world.end.spoil_content()
    with pytest.raises(Corrupt) as caught:
        world.copy()
    if isinstance(world.end, InPostgres):
        assert str(caught.value).endswith("Empty the database, and copy again.")
        return
    assert str(caught.value).endswith(f"Delete {world.end.path} and {world.end.path}.files, and copy again.")
    world.end.path.unlink()
    shutil.rmtree(f"{world.end.path}.files")
    world.copy()


@pytest.mark.parametrize("world", ["file to PostgreSQL"], indirect=True)
def test_no_connection_to_a_new_store_is_left_open(world: World) -> None:
    with world.end.into() as target:
        copy(Rows(world.source.portable), target, world.clock(), lambda what, done: None)
    with pytest.raises(Unavailable, match="is closed"):
        target.contents.kept()


def test_a_copy_goes_into_a_new_store_only(world: World) -> None:
    world.copy()
    with pytest.raises(Invalid, match="already"):
        world.copy()


def test_a_database_with_tables_of_others_is_left_alone() -> None:
    theirs = InPostgres()
    theirs.spoil("CREATE TABLE copying (x integer)")
    with pytest.raises(Invalid, match="has a table “copying”"), theirs.into():
        pass
    theirs.remove()


def test_a_store_of_an_older_version_is_not_migrated_before_it_is_refused(company: list[Record], clock: Clock) -> None:
    old = InPostgres()
    with closing(old.database()) as database:
        SqlStore(Binding(database, "sanna", clock)).portable.load(company)
    old.spoil("UPDATE crm_schema SET version = 1")
    with pytest.raises(Invalid, match="has a store already"), old.into():
        pass
    with psycopg.connect(old.address) as con:
        assert con.execute("SELECT version FROM crm_schema").fetchone() == (1,)
    old.remove()


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
