"""The stores that are known, the settings as a file, and names and addresses in the place of paths."""

from __future__ import annotations

import json
import re
from argparse import Namespace
from pathlib import Path

import pytest
from tests.cli.conftest import Crm

from crm_tui.cli import DONE, ERROR, NOTHING_FOUND, USAGE, main
from crm_tui.cli.open import OtherStores
from crm_tui.config_values import CHECKS, REGISTERS, STORES

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The settings file of this test."""
    folder = tmp_path / "settings"
    folder.mkdir()
    monkeypatch.setenv("CRM_TUI_CONFIG", str(folder))
    return folder / "config.toml"


def test_stores_of_settings_and_folder_are_listed(crm: Crm, settings: Path, home: Path, tmp_path: Path) -> None:
    assert crm("stores").code == NOTHING_FOUND
    customers = tmp_path / "customers.csv"
    customers.write_text("Number,Name\n1001,Hydro Oy\n1002,Kone Oy\n")
    elsewhere = tmp_path / "elsewhere.db"
    assert crm("import", customers).code == DONE
    assert crm("--store", elsewhere, "import", customers).code == DONE
    settings.write_text(
        f'default_store = "team"\n[stores.team]\npath = "{elsewhere}"\n[stores.gone]\npath = "{tmp_path}/gone.db"\n'
    )
    listed = crm("stores")
    assert listed.code == DONE
    assert [line.split()[:4] for line in listed.out.splitlines()[1:]] == [
        ["team", "*", "file", "yes"],
        ["gone", "file", "no", f"{tmp_path}/gone.db"],
        ["default", "file", "yes", "ann"],
    ]
    assert listed.err == "crm-tui: gone: There is no such file.\n"
    found = {store["name"]: store for store in json.loads(crm("stores", "--json").out)}
    assert found["team"]["customers"] == 2
    assert found["team"]["is_default"]
    assert found["default"]["where"] == str(home / "default.db")
    assert not found["gone"]["answers"]
    assert not (tmp_path / "gone.db").exists()
    assert crm("stores", "--tsv").out.splitlines()[0].split("\t")[0] == "name"


def test_one_chooses_among_the_known_and_the_one_that_was_named(
    settings: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.write_text(f'[stores.team]\nurl = "https://crm.example"\n[stores.old]\npath = "{tmp_path}/old.db"\n')
    monkeypatch.chdir(tmp_path)

    def known(named: str | None) -> list[str]:
        return [place.name for place in OtherStores(Namespace(store=named)).known()]

    assert known("https://other.example:8420") == ["other.example:8420", "team", "old"]
    assert known("../elsewhere.db") == ["elsewhere", "team", "old"]
    assert known("https://crm.example/") == known("./old.db") == known("team") == ["team", "old"]


def test_a_name_of_the_settings_is_a_store_for_every_command(crm: Crm, settings: Path, tmp_path: Path) -> None:
    customers = tmp_path / "customers.csv"
    customers.write_text("Number,Name\n1001,Hydro Oy\n")
    elsewhere = tmp_path / "elsewhere.db"
    assert crm("--store", elsewhere, "import", customers).code == DONE
    settings.write_text(f'default_store = "team"\n[stores.team]\npath = "{elsewhere}"\n')
    for store in ([], ["--store", "team"]):
        assert "Hydro Oy" in crm(*store, "find", "hydro").out
        assert "Hydro Oy" in crm(*store, "show", "1001").out
    settings.write_text('[stores.team]\nurl = "ftp://x"\n')
    refused = crm("--store", "team", "find", "hydro")
    assert (refused.code, refused.out) == (USAGE, "")
    assert f"{settings}, line 2: stores.team: url: not an address of a store" in refused.err


def test_a_shell_completes_names_of_the_settings(settings: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings.write_text('[stores.team]\nurl = "https://crm.example"\n[stores.other]\npath = "/srv/x.db"\n')
    assert main(["complete", "fish", "store", "te", "", "", ""]) == DONE
    assert capsys.readouterr().out == "team\t\n"


def test_a_secret_on_the_command_line_is_refused_with_what_to_do(crm: Crm) -> None:
    for url in ("https://ann:Secret1@crm.example", "postgresql://ann:Secret1@db.example/crm"):
        done = crm("--store", url, "find", "hydro")
        assert (done.code, done.out) == (ERROR, "")
        assert "an address may hold no password or token" in done.err
        assert "Secret1" not in done.err


def test_what_needs_a_file_says_what_to_do_elsewhere(crm: Crm, tmp_path: Path) -> None:
    done = crm("--store", "postgresql://ann@db.example/crm", "backup", tmp_path / "x")
    assert (done.code, done.out) == (ERROR, "")
    assert "saved with pg_dump" in done.err


def test_all_faults_of_the_settings_are_named(crm: Crm, settings: Path) -> None:
    assert crm("config", "path").out == f"{settings}\n"
    assert crm("config", "check").code == DONE
    settings.write_text('mouse = false\ntheme = "crm-light"\n')
    assert crm("config", "check").out == f"{settings} is right.\n"
    settings.write_text('mouse = 1\ntheme = "none"\n[stores.a]\npath = "x"\n')
    done = crm("config", "check")
    assert (done.code, done.out) == (USAGE, "")
    assert done.err.splitlines() == [
        f"crm-tui: {settings}, line 1: mouse: write true or false, not 1",
        f"crm-tui: {settings}, line 4: stores.a: path: 'x' is not a whole path; begin it with / or ~/",
    ]
    settings.write_text('theme = "none"\n')
    assert f"{settings}: theme: 'none' does not exist; choose one of: " in crm("config", "check").err


def test_every_setting_is_in_the_manual() -> None:
    told = set(re.findall(r"^\| `(\w+)` \|", (DOCS / "CONFIG.md").read_text("utf-8"), re.MULTILINE))
    assert told == {*CHECKS, *REGISTERS, *STORES} - {"registers"}
