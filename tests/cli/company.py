"""The sample company for tests of the command line: a copy for each test, with the time standing still."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest
from tests.cli.conftest import TODAY

from crm_tui.demo.build import build
from crm_tui.store.port import Store
from crm_tui.store.sql.store import open_store

NOW = dt.datetime(2026, 11, 18, 10, 0, tzinfo=dt.UTC)
#: the customer with everything on its card
KALLAVESI = 10482


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file, with users of all profiles: sanna sees all, tuva and mikael some cases, jonas no money, liisa no
    cases."""
    path = tmp_path_factory.mktemp("company") / "company.db"
    build(path, seed=1, today=TODAY, customers=12)
    return path


@pytest.fixture
def company(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it, as the store that is named by CRM_TUI_STORE."""
    path = tmp_path / "company.db"
    shutil.copy(built, path)
    shutil.copytree(built.with_name(f"{built.name}.files"), path.with_name(f"{path.name}.files"))
    monkeypatch.setenv("CRM_TUI_STORE", str(path))
    monkeypatch.setenv("TZ", "Europe/Helsinki")
    monkeypatch.setattr("crm_tui.cli.opening.clock", lambda: NOW)
    return path


def as_user(path: Path, login: str) -> Store:
    """The store itself, to look at what was written."""
    return open_store(path, login=login, clock=lambda: NOW)
