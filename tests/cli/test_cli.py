"""The command line as such: exit codes, usage errors, options before and after the command, what is imported."""

from __future__ import annotations

import errno
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli.conftest import DATA, Crm

from crm_tui.cli import exit_code, main, parser
from crm_tui.domain import errors
from crm_tui.interchange.formats import KINDS
from crm_tui.terminal import crash

HEAVY = {"textual", "rich", "httpx", "keyring", "dataclasses", "asyncio", "msgspec", "apsw", "platformdirs"}


@pytest.mark.parametrize(
    "arguments",
    [[], ["imports"], ["import", "a.csv", "--dry-run"], ["--store", "x", "export", "--all"], ["backup", "x"]],
)
def test_parsing_imports_little(arguments: list[str]) -> None:
    code = (
        "import json, sys; import crm_tui.cli; from crm_tui.cli import parser;"
        f"parser.parse({arguments!r}); print(json.dumps(sorted(m for m in sys.modules if '.' not in m)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert not HEAVY & set(json.loads(done.stdout))


@pytest.mark.parametrize("command", [["imports"], ["export", "--all"]])
def test_reading_needs_no_screen(command: list[str], crm: Crm, home: Path) -> None:
    crm("import", DATA / "northwind" / "employees.csv")
    code = (
        "import json, sys; from crm_tui.cli import main;"
        f"code = main({['--store', str(home / 'default.db'), '--as', 'ann', *command]!r});"
        "print(json.dumps(sorted(sys.modules)), file=sys.stderr); sys.exit(code)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert not {"textual", "rich", "httpx", "keyring", "asyncio"} & set(json.loads(done.stderr))


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.Invalid("name", "is needed"), 1),
        (errors.NotFound("customer", 7), 3),
        (errors.Conflict("customer", 7, mine=None, theirs=None), 4),
        (errors.Denied("import", "customers: edit"), 5),
        (errors.Blocked("Acme Oy", (("invoice", 1, "1001"),)), 1),
        (errors.Unavailable("The disk is full."), 1),
        (errors.Corrupt("x is damaged."), 1),
    ],
)
def test_exit_codes(error: errors.CrmError, code: int) -> None:
    assert exit_code(error) == code


@pytest.mark.parametrize(
    "arguments", [["nonsense"], ["--nonsense"], ["export"], ["backup"], ["imports", "--json", "--tsv"]]
)
def test_usage_errors(arguments: list[str], crm: Crm) -> None:
    done = crm(*arguments)
    assert (done.code, done.out) == (2, "")
    assert "crm-tui" in done.err


@pytest.mark.parametrize("command", ["demo", "import", "imports", "export", "backup", "restore"])
def test_every_command_has_help(command: str, crm: Crm) -> None:
    done = crm(command, "--help")
    assert (done.code, done.err) == (0, "")
    assert f"usage: crm-tui {command}" in done.out


def test_version(crm: Crm) -> None:
    assert crm("--version").out.startswith("crm-tui ")


@pytest.mark.parametrize(
    "arguments",
    [
        ["--store", "x.db", "--as", "eeva", "--currency", "NOK", "--organization", "Acme", "import", "a.csv"],
        ["import", "a.csv", "--store", "x.db", "--as", "eeva", "--currency", "NOK", "--organization", "Acme"],
        ["--store", "y.db", "--currency", "EUR", "import", "a.csv", "--store", "x.db", "--as", "eeva",
         "--currency", "NOK", "--organization", "Acme"],
    ],
)  # fmt: skip
def test_options_stand_before_or_after_the_command(arguments: list[str]) -> None:
    parsed = parser.parse(arguments)
    assert (parsed.store, parsed.login, parsed.currency, parsed.organization) == ("x.db", "eeva", "NOK", "Acme")
    assert (parsed.command, parsed.files, parsed.country) == ("import", ["a.csv"], None)


def test_kinds_of_rows_are_those_that_can_be_read() -> None:
    for kind in KINDS:
        assert parser.parse(["import", "a.csv", "--kind", kind]).kind == kind
    with pytest.raises(SystemExit):
        parser.parse(["import", "a.csv", "--kind", "tag"])


def test_errors_are_one_line_that_can_steer_nothing(crm: Crm, tmp_path: Path) -> None:
    done = crm("import", tmp_path / "no\x1b[2J\nsuch.csv")
    assert done.code == 1
    assert done.out == ""
    assert done.err.count("\n") == 1
    assert "\x1b" not in done.err


def test_a_store_by_name_path_and_variable(
    crm: Crm, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = DATA / "northwind" / "employees.csv"
    assert crm("import", file, "--store", "second").code == 0
    assert (home / "second.db").exists()
    monkeypatch.setenv("CRM_TUI_STORE", str(tmp_path / "third.db"))
    assert crm("import", file).code == 0
    assert (tmp_path / "third.db").exists()
    assert crm("imports", "--store", "second").code == 0
    refused = crm("imports", "--store", "https://crm.example")
    assert refused.code == 5
    assert refused.err.endswith("sign in with crm-tui login https://crm.example\n")


def test_a_first_start_without_a_terminal_takes_defaults_and_says_so(crm: Crm, home: Path) -> None:
    done = crm("import", DATA / "northwind" / "employees.csv", "--country", "NO", "--organization", "Fjord AS")
    assert done.err == "crm-tui: new store set up for Fjord AS, NO, NOK, Europe/Oslo; ann is its administrator.\n"
    assert (home / "default.db").stat().st_mode & 0o777 == 0o600
    assert home.stat().st_mode & 0o777 == 0o700


def test_a_terminal_that_is_gone_is_no_error_of_ours(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As when a line drops: what can't be said is left unsaid, and the exit code stays."""

    class Gone(io.StringIO):
        def write(self, text: str) -> int:
            raise OSError(errno.EIO, text)

    monkeypatch.setattr(sys, "stderr", Gone())
    monkeypatch.setattr(sys, "__stderr__", sys.stderr)
    assert main(["--as", "ann", "imports"]) == 1
    crash.say("a sentence")


def test_ctrl_c_is_said_and_has_its_code(
    crm: Crm, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(arguments: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(parser, "command", lambda arguments: interrupted)
    assert main(["imports"]) == 130
    assert capsys.readouterr().err == "crm-tui: Stopped.\n"
