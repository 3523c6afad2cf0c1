"""The command line on a store in PostgreSQL: set up, filled, asked, and served from there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict
from tests import postgres
from tests.cli.conftest import Crm

from crm_tui.cli import DONE, ERROR
from crm_tui.store.sql.postgres_migrate import NEWEST


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An empty database; its password, if it has one, is where libpq looks."""
    made = postgres.new_database()
    given = conninfo_to_dict(made)
    if password := given.pop("password", None):
        monkeypatch.setenv("PGPASSWORD", str(password))
    rest = urlencode({name: str(value) for name, value in given.items() if name not in ("user", "dbname")})
    yield f"postgresql://{given['user']}@/{given['dbname']}?{rest}"
    postgres.drop_database(made)


def test_commands_work_as_on_a_file(crm: Crm, address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "settings"
    folder.mkdir()
    monkeypatch.setenv("CRM_TUI_CONFIG", str(folder))
    (folder / "config.toml").write_text(f'[stores.base]\nurl = "{address}"\n')
    customers = tmp_path / "customers.csv"
    customers.write_text("Number,Name\n1001,Hydro Oy\n")
    early = crm("--store", "base", "agenda")
    assert (early.code, early.out) == (ERROR, ""), early.err
    assert "Nobody has set up base yet" in early.err
    assert crm("--store", "base", "import", customers).code == DONE
    for store in ("base", address):
        assert "Hydro Oy" in crm("--store", store, "find", "hydro").out
    assert "Hydro Oy" in crm("--store", "base", "show", "1001").out
    assert crm("--store", "base", "note", "1001", "Prefers mornings").code == DONE
    assert "Prefers mornings" in crm("--store", "base", "show", "1001").out
    assert crm("--store", "base", "export", "--all", tmp_path / "all.json").code == DONE
    listed = crm("stores", "--tsv").out.splitlines()
    assert listed[1].split("\t")[:6] == ["base", "PostgreSQL", "yes", "ann", "1", f"schema {NEWEST}"]
    with psycopg.connect(address, autocommit=True) as con:
        con.execute("UPDATE crm_schema SET version = 1")
        assert f"older schema 1; opening it brings it to {NEWEST}" in crm("stores").err
        assert con.execute("SELECT version FROM crm_schema").fetchone() == (1,)
        con.execute(b"UPDATE crm_schema SET version = %d" % NEWEST)
    refused = crm("--store", "base", "import", tmp_path / "all.json")
    assert "base is not empty" in refused.err
