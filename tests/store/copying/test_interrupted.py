"""A copy that is interrupted, by whatever it may be, goes on, and is what it would have been."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import apsw
import psycopg
import pytest
from tests.store.conftest import Clock
from tests.store.copying.ends import File, InPostgres, Record, World, in_one_form

from crm_tui.domain.customers import NewCustomer
from crm_tui.domain.errors import Invalid, Unavailable
from crm_tui.store.customers import CustomerQuery
from crm_tui.store.paging import PageRequest
from crm_tui.store.sql import copy_state
from crm_tui.store.sql.migrate import APPLICATION_ID, UNFINISHED_ID


@pytest.mark.parametrize("where", ["customer", "content", "indexes", "comparing customer"])
def test_an_interrupted_copy_goes_on_where_it_was(world: World, where: str) -> None:
    world.stop_at(where)
    told: list[str] = []
    copied = world.copy(lambda what, done: told.append(what))
    assert not copied.began_anew
    assert ("organization (copied already)" in told) == (where != "organization")
    with closing(world.opened(world.end)) as store:
        assert in_one_form(store) == in_one_form(world.source)


def test_a_copy_whose_program_is_killed_goes_on(world: World) -> None:
    for where in ("address", "content", "change line", "search index", "comparing file"):
        arguments = ["-m", "tests.store.copying.killed_copy", *map(str, (world.begin.where, world.end.where, where))]
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


@pytest.mark.parametrize(("where", "done"), [("change line", 0), ("indexes", 20), ("comparing customer", 0)])
def test_what_changed_since_the_first_half_is_in_the_copy(world: World, where: str, done: int) -> None:
    world.stop_at(where, done)
    changed = world.source.customers.create(NewCustomer(name="Later Oy"))
    assert world.copy().began_anew
    with closing(world.opened(world.end)) as store:
        assert store.customers.get(changed.id).name == "Later Oy"
        assert in_one_form(store) == in_one_form(world.source)
    other = world.end.new()
    assert world.end.schema() == other.schema()
    other.remove()


def test_half_a_copy_of_another_version_is_not_gone_on_with(world: World) -> None:
    world.stop_at("customer")
    is_file = isinstance(world.end, File)
    world.end.spoil("PRAGMA user_version = 999" if is_file else "UPDATE crm_schema SET version = 999")
    with pytest.raises(Invalid, match="another version of crm-tui began"):
        world.copy()


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


def test_a_copy_that_was_interrupted_as_it_was_put_into_use_is_told_as_whole(
    tmp_path: Path, company: list[Record], clock: Clock
) -> None:
    world = World(File(tmp_path / "from.db"), File(tmp_path / "to.db"), company, clock)
    world.copy()
    (tmp_path / "crashed").mkdir(mode=0o700)
    crashed = File(tmp_path / "crashed" / "to.db")
    with closing(apsw.Connection(str(tmp_path / "to.db"))) as con:
        con.pragma("application_id", UNFINISHED_ID)
        con.pragma("wal_checkpoint", "truncate")
        con.pragma("application_id", APPLICATION_ID)  # in the log, and not in the file
        for suffix in ("", "-wal"):
            shutil.copy(f"{tmp_path / 'to.db'}{suffix}", f"{crashed.path}{suffix}")
    with pytest.raises(Invalid, match="is whole already"), crashed.into():
        pass
    with closing(world.opened(crashed)) as store:
        assert store.customers.page(CustomerQuery(text="abo varv"), PageRequest()).rows
    world.source.close()


def test_contents_of_a_store_that_is_gone_are_not_taken_away(
    tmp_path: Path, company: list[Record], clock: Clock
) -> None:
    world = World(File(tmp_path / "from.db"), File(tmp_path / "to.db"), company, clock)
    folder = tmp_path / "to.db.files"
    folder.mkdir(mode=0o700)
    (folder / "0123456789abcdef").write_bytes(b"somebody's")
    with pytest.raises(Invalid, match="contents of another store"):
        world.copy()
    assert (folder / "0123456789abcdef").read_bytes() == b"somebody's"
    world.source.close()


def test_a_full_disk_ends_a_copy_which_then_goes_on(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def fill() -> None:
        raise (apsw.FullError if isinstance(world.end, File) else psycopg.errors.DiskFull)

    with monkeypatch.context() as full:
        keep = copy_state.keep
        full.setattr(copy_state, "keep", lambda con, state: fill() if state.rows > 200 else keep(con, state))
        with pytest.raises(Unavailable, match="is full"):
            world.copy()
    assert not world.copy().began_anew
    with closing(world.opened(world.end)) as store:
        assert in_one_form(store) == in_one_form(world.source)


@pytest.mark.parametrize("world", ["file to PostgreSQL", "PostgreSQL to file"], indirect=True)
@pytest.mark.parametrize("where", ["address", "content", "indexes", "comparing customer"])
def test_a_copy_outlives_its_connection(world: World, where: str) -> None:
    ended: list[str] = []

    def end(now: str, done: int) -> None:
        if now == where and not ended:
            ended.append(now)
            world.end_connections()

    is_over = isinstance(world.begin, InPostgres) and where in ("indexes", "comparing customer")
    if is_over:
        assert not world.copy(end).began_anew
    else:
        with pytest.raises(Unavailable, match="broke"):
            world.copy(end)
        assert not world.copy().began_anew
    with closing(world.opened(world.end)) as store:
        assert in_one_form(store) == in_one_form(world.source)
