"""``crm-tui stores copy`` as a command."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import apsw
import pytest
from tests.cli.conftest import DATA, Crm, OpenStore
from tests.store.conformance import given

from crm_tui.cli import opening
from crm_tui.cli.progress import Progress
from crm_tui.domain.customers import NewCustomer
from crm_tui.store.port import Store
from crm_tui.store.sql import copy_state
from crm_tui.store.sql.copy_state import State


@pytest.fixture
def source(crm: Crm, opened: OpenStore) -> Store:
    """The user's own store, with customers of a file."""
    crm("import", DATA / "northwind" / "employees.csv")
    store = opened()
    store.customers.create(NewCustomer(name="Acme Oy"))
    return store


def test_a_store_is_copied_into_a_file_and_found_there(crm: Crm, source: Store, tmp_path: Path) -> None:
    new = tmp_path / "new.db"
    done = crm("stores", "copy", "default", new)
    assert done.code == 0, done.err
    assert "compared with it" in done.out
    assert "Acme Oy" in crm("--store", new, "find", "acme").out
    again = crm("stores", "copy", "default", new)
    assert again.code == 1
    assert "is there already" in again.err


def test_what_is_changed_meanwhile_is_said(
    crm: Crm, source: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[object] = []

    def step(self: Progress, what: str, done: int) -> None:
        if not made:
            made.append(source.customers.create(NewCustomer(name="Meanwhile Oy")))

    monkeypatch.setattr(Progress, "step_of", step)
    done = crm("stores", "copy", "default", tmp_path / "new.db")
    assert done.code == 4
    assert "was changed while it was copied" in done.err


def test_stopping_says_how_to_go_on(crm: Crm, source: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(self: Progress, what: str, done: int) -> None:
        if what == "customer":
            raise KeyboardInterrupt

    new = tmp_path / "new.db"
    with monkeypatch.context() as patched:
        patched.setattr(Progress, "step_of", stop)
        stopped = crm("stores", "copy", "default", new)
    assert stopped.code == 130
    assert "the same command goes on with it" in stopped.err
    assert "not whole yet" in crm("--store", new, "find", "acme").err
    assert crm("stores", "copy", "default", new).code == 0


def test_a_copy_goes_on_whatever_is_over_by_then(
    crm: Crm, source: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(self: Progress, what: str, done: int) -> None:
        if what == "indexes":
            raise KeyboardInterrupt

    soon = opening.clock() + dt.timedelta(hours=1)
    given.meeting(source, given.customer(source), soon, ends_at=soon + dt.timedelta(hours=1))
    new = tmp_path / "new.db"
    with monkeypatch.context() as patched:
        patched.setattr(Progress, "step_of", stop)
        assert crm("stores", "copy", "default", new).code == 130
    monkeypatch.setattr(opening, "clock", lambda: soon + dt.timedelta(days=1))
    done = crm("stores", "copy", "default", new)
    assert (done.code, done.err) == (0, "")


def test_a_full_disk_says_how_to_go_on(
    crm: Crm, source: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fill(con: object, state: State) -> None:
        raise apsw.FullError

    new = tmp_path / "new.db"
    with monkeypatch.context() as patched:
        patched.setattr(copy_state, "keep", fill)
        stopped = crm("stores", "copy", "default", new)
    assert stopped.code == 1
    assert "is full" in stopped.err
    assert "the same command goes on with it" in stopped.err
    assert crm("stores", "copy", "default", new).code == 0


def test_a_store_of_a_server_is_copied_into_where_it_runs(crm: Crm, source: Store) -> None:
    refused = crm("stores", "copy", "default", "https://crm.example.com")
    assert refused.code == 1
    assert "where the server runs" in refused.err
