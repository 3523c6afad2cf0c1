"""``crm-tui backup`` and ``crm-tui restore`` as commands."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.conftest import DATA, Crm, OpenStore

from crm_tui.domain.customers import NewCustomer
from crm_tui.store.customers import CustomerQuery
from crm_tui.store.paging import PageRequest
from crm_tui.store.port import Store
from crm_tui.store.sql.connections import Database
from crm_tui.store.sql.migrate import Migrations


def names(store: Store) -> list[str]:
    return [row.name for row in store.customers.page(CustomerQuery(), PageRequest(limit=1000)).rows]


@pytest.fixture
def saved(crm: Crm, opened: OpenStore, tmp_path: Path) -> Path:
    """A backup of a store with the customer Acme Oy."""
    crm("import", DATA / "northwind" / "employees.csv")
    opened().customers.create(NewCustomer(name="Acme Oy"))
    path = tmp_path / "crm.backup"
    done = crm("backup", path)
    assert done.code == 0
    assert f"saved to {path}, verified" in done.out
    assert path.stat().st_mode & 0o777 == 0o600
    return path


def test_a_store_that_is_open_is_not_replaced(crm: Crm, opened: OpenStore, saved: Path) -> None:
    store = opened()
    store.customers.create(NewCustomer(name="Beta Oy"))
    busy = crm("restore", saved)
    assert busy.code == 1
    assert "is open in another crm-tui" in busy.err
    assert names(store) == ["Acme Oy", "Beta Oy"]


def test_a_backup_goes_on_while_others_work_and_restores(crm: Crm, opened: OpenStore, saved: Path, home: Path) -> None:
    elsewhere = home / "other.db"
    restored = crm("--store", "other", "restore", saved)
    assert (restored.code, restored.out) == (0, f"{elsewhere} restored from {saved}.\n")
    opened().customers.create(NewCustomer(name="Beta Oy"))
    newer = saved.with_name("newer.backup")
    assert crm("backup", newer).code == 0
    again = crm("--store", "other", "restore", newer)
    assert again.code == 0
    assert "What was there is kept as " in again.out
    exported = crm("--store", "other", "export", "--all").out
    assert "Acme Oy" in exported
    assert "Beta Oy" in exported


def test_a_file_that_is_there_stays(crm: Crm, saved: Path) -> None:
    before = saved.read_bytes()
    refused = crm("backup", saved)
    assert (refused.code, "exists already" in refused.err) == (1, True)
    assert saved.read_bytes() == before
    assert crm("backup", saved, "--force").code == 0
    other = saved.with_name("letter.txt")
    other.write_text("Dear Eeva")
    assert crm("backup", other, "--force").code == 1
    assert other.read_text() == "Dear Eeva"


def test_what_is_no_backup_changes_nothing(crm: Crm, opened: OpenStore, saved: Path) -> None:
    spoiled = saved.with_name("spoiled.backup")
    data = saved.read_bytes()
    spoiled.write_bytes(data[: len(data) // 2])
    for path in (spoiled, saved.with_name("nowhere.backup"), DATA / "northwind" / "customers.csv"):
        done = crm("--store", "other", "restore", path)
        assert (done.code, done.out, done.err.count("\n")) == (1, "", 1)
        assert str(path) in done.err
    assert names(opened()) == ["Acme Oy"]


def test_without_a_store_there_is_nothing_to_save(crm: Crm, home: Path, tmp_path: Path) -> None:
    done = crm("backup", tmp_path / "crm.backup")
    assert (done.code, done.err.count("\n")) == (1, 1)
    assert not (home / "default.db").exists()
    assert not (tmp_path / "crm.backup").exists()


@pytest.mark.parametrize("command", ["backup", "restore"])
def test_a_path_is_needed(crm: Crm, command: str) -> None:
    assert crm(command).code == 2


def test_a_big_store_of_an_older_version_says_what_is_waited_for(
    crm: Crm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "old.db"
    older = Migrations(Migrations().scripts[:-1])
    Database.open(path, migrations=older).close()
    monkeypatch.setattr("crm_tui.cli.databases.LONG_UPDATE", 1)
    assert f"bringing {path} " in crm("--store", path, "backup", tmp_path / "one").err
    assert crm("--store", path, "backup", tmp_path / "two").err == ""
