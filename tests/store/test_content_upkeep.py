"""Contents of removed files go after 30 days, strays after one, and never anything else."""

from __future__ import annotations

import datetime as dt
import io
import os
from pathlib import Path

import psycopg
import pytest
from tests.store.conformance import given
from tests.store.conftest import Clock

from crm_tui.domain.files import File, FileKind, NewFile
from crm_tui.store.port import Store
from crm_tui.store.sql import content_upkeep
from crm_tui.store.sql.dialect import Connection
from crm_tui.store.sql.file_contents import Contents
from crm_tui.store.sql.store import open_postgres, open_store

#: where contents lie in a folder; in PostgreSQL by the last test
IN_A_FOLDER = pytest.mark.parametrize("store", ["sqlite"], indirect=True)


@pytest.fixture
def contents(store: Store, tmp_path: Path) -> Path:
    """The folder of contents of a store that was closed."""
    return tmp_path / "crm.db.files"


def add(store: Store, content: bytes = b"offer") -> File:
    new = NewFile(customer=given.customer(store).id, name="offer.pdf", kind=FileKind.FILE)
    return store.files.create(new, io.BytesIO(content))


def reopen(folder: Path, clock: Clock) -> None:
    open_store(folder / "crm.db", login="admin", clock=clock).close()


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def stray(folder: Path, name: str, written: dt.datetime) -> Path:
    path = folder / name
    path.write_bytes(b"left")
    os.utime(path, (written.timestamp(), written.timestamp()))
    return path


@IN_A_FOLDER
def test_the_content_of_a_removed_file_goes_after_thirty_days(
    store: Store, tmp_path: Path, contents: Path, clock: Clock
) -> None:
    stays, goes = add(store), add(store)
    clock.advance(days=100)
    store.files.delete(goes.id, goes.revision)
    store.close()
    clock.advance(days=29, hours=23)
    reopen(tmp_path, clock)
    assert names(contents) == {stays.content_key, goes.content_key}

    clock.advance(days=1)
    reopen(tmp_path, clock)
    assert names(contents) == {stays.content_key}


@IN_A_FOLDER
def test_the_content_of_a_file_that_went_with_its_customer_goes_too(
    store: Store, tmp_path: Path, contents: Path, clock: Clock
) -> None:
    made = add(store)
    store.customers.delete(made.customer, 1)
    store.close()
    clock.advance(days=29)
    reopen(tmp_path, clock)
    assert names(contents) == {made.content_key}
    clock.advance(days=2)
    reopen(tmp_path, clock)
    assert names(contents) == set()


@IN_A_FOLDER
def test_what_a_crash_left_goes_after_a_day(store: Store, tmp_path: Path, contents: Path, clock: Clock) -> None:
    made = add(store)
    store.close()
    now = clock.now
    old, unfinished = stray(contents, "a" * 32, now), stray(contents, "." + "b" * 32, now)
    young = stray(contents, "c" * 32, now + dt.timedelta(hours=2))
    clock.advance(days=1)
    reopen(tmp_path, clock)
    assert names(contents) == {made.content_key, young.name}
    assert not old.exists()
    assert not unfinished.exists()


@IN_A_FOLDER
def test_only_contents_go_and_no_link_is_followed(store: Store, tmp_path: Path, contents: Path, clock: Clock) -> None:
    made = add(store)
    store.close()
    outside = tmp_path / "outside"
    outside.mkdir()
    stray(outside, "a" * 32, clock.now)
    (contents / ("d" * 32)).symlink_to(outside / ("a" * 32))
    (contents / ("e" * 32)).mkdir()
    foreign = stray(contents, "not one of ours.pdf", clock.now)
    clock.advance(days=60)
    reopen(tmp_path, clock)
    assert names(contents) == {made.content_key, "d" * 32, "e" * 32, foreign.name}
    assert names(outside) == {"a" * 32}

    kept = tmp_path / "kept"
    contents.rename(kept)
    stray(kept, "f" * 32, clock.now)
    contents.symlink_to(kept)
    clock.advance(days=60)
    reopen(tmp_path, clock)
    assert "f" * 32 in names(kept)


@IN_A_FOLDER
def test_it_is_looked_for_once_a_day_and_only_where_there_are_contents(
    store: Store, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    sweeps: list[dt.datetime] = []
    sweep = content_upkeep.sweep

    def counted(con: Connection, contents: Contents, now: dt.datetime) -> None:
        sweeps.append(now)
        sweep(con, contents, now)

    monkeypatch.setattr(content_upkeep, "sweep", counted)
    store.close()
    reopen(tmp_path, clock)
    assert sweeps == []

    store = open_store(tmp_path / "crm.db", login="admin", clock=clock)
    add(store)
    store.close()
    for hours in (1, 22, 3):
        clock.advance(hours=hours)
        reopen(tmp_path, clock)
    assert len(sweeps) == 2


@pytest.mark.parametrize("store", ["postgres"], indirect=True)
def test_contents_in_tables_go_as_well(store: Store, tmp_path: Path, clock: Clock) -> None:
    address = (tmp_path / "postgres").read_text()
    stays, goes = add(store), add(store)
    store.files.delete(goes.id, goes.revision)
    for days, kept in ((29, {stays.content_key, goes.content_key}), (2, {stays.content_key})):
        clock.advance(days=days)
        open_postgres(address, login="admin", clock=clock).close()
        with psycopg.connect(address) as con:
            assert {key for (key,) in con.execute("SELECT key FROM content")} == kept
