"""What the program says where something is wrong with the store, the home folder or the terminal.

Each is one clear line on standard error with the right exit code, and nothing is lost.
"""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.terminal.pty_app import SOURCES, PtyApp

from crm_tui.domain.users import NewOrganization
from crm_tui.store.settings import FirstStart
from crm_tui.store.sql.connections import Database
from crm_tui.store.sql.setup import set_up

RUN = "import sys; from crm_tui.cli import main; sys.exit(main())"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that is set up."""
    path = tmp_path_factory.mktemp("template") / "one.db"
    database = Database.open(path)
    acme = NewOrganization(name="Acme Oy", country="FI", currency="EUR", language="fi", time_zone="Europe/Helsinki")
    set_up(database, FirstStart(organization=acme, login="eeva", user_name="Eeva"), lambda: datetime.now(UTC))
    database.close()
    return path


@pytest.fixture
def store(template: Path, tmp_path: Path) -> Path:
    """A copy of it, to be spoilt."""
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    path = folder / "one.db"
    path.write_bytes(template.read_bytes())
    path.chmod(0o600)
    return path


def environment(home: Path, **more: str) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "PYTHONPATH": str(SOURCES),
        "CRM_TUI_DATA": str(home / "data"),
        "CRM_TUI_CONFIG": str(home / "config"),
        "CRM_TUI_STATE": str(home / "state"),
        "LANG": "C.UTF-8",
        **more,
    }


def command(
    *arguments: str, home: Path, options: tuple[str, ...] = (), env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """crm-tui without a terminal."""
    return subprocess.run(
        [sys.executable, "-c", RUN, *options, *arguments],
        env=env or environment(home),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def spoilt(probe: str, *arguments: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """crm-tui after something was done to its process."""
    return subprocess.run(
        [sys.executable, "-c", probe + RUN, *arguments],
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def one_line(done: subprocess.CompletedProcess[str]) -> str:
    """The single line that was said."""
    lines = done.stderr.splitlines()
    assert len(lines) == 1, done.stderr
    assert "Traceback" not in done.stderr
    return lines[0]


def test_no_terminal(tmp_path: Path) -> None:
    done = command(home=tmp_path)
    assert done.returncode == 2
    assert "not a terminal" in one_line(done)
    assert not (tmp_path / "data").exists()  # nothing was set up behind the user's back


def test_a_missing_store_is_not_made_by_a_backup(tmp_path: Path) -> None:
    done = command("--store", str(tmp_path / "none.db"), "backup", str(tmp_path / "x"), home=tmp_path)
    assert done.returncode == 1
    assert "none.db" in one_line(done)
    assert not (tmp_path / "none.db").exists()


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    done = command("--store", str(tmp_path / "no" / "such" / "one.db"), "imports", home=tmp_path)
    assert done.returncode in (0, 1)
    if done.returncode:
        assert "no/such" in one_line(done)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda path: path.write_bytes(b"not a database at all" * 100), "one.db"),
        (lambda path: path.write_bytes(b""), "one.db"),
        (lambda path: _pragma(path, "application_id", 7), "one.db"),
        (lambda path: _pragma(path, "user_version", 999), "newer"),
        (lambda path: path.write_bytes(_damaged(path.read_bytes())), "damaged"),
    ],
    ids=["no database", "empty file", "another program's", "newer", "damaged"],
)
def test_a_store_that_is_none(store: Path, tmp_path: Path, spoil: object, said: str) -> None:
    spoil(store)  # type: ignore[operator]  # a function of the path
    before = store.read_bytes()
    done = command("--store", str(store), "--as", "eeva", "imports", home=tmp_path)
    assert done.returncode == 1
    assert said in one_line(done)
    assert store.read_bytes() == before


def _pragma(path: Path, name: str, value: int) -> None:
    with sqlite3.connect(path) as con:
        con.execute(f"PRAGMA {name} = {value}")
    con.close()
    for ending in ("-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)


def _damaged(data: bytes) -> bytes:
    """The schema's page overwritten behind the header, which still looks right."""
    return data[:100] + b"\xff" * 4000 + data[4100:]


def test_a_disk_that_is_full(store: Path, tmp_path: Path) -> None:
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000));"
    ignore = "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
    cards = tmp_path / "cards.vcf"
    cards.write_text("BEGIN:VCARD\nVERSION:3.0\nFN:Eeva Lahtinen\nN:Lahtinen;Eeva\nEND:VCARD\n")
    before = store.read_bytes()
    done = subprocess.run(
        [sys.executable, "-c", limit + ignore + RUN, "--store", str(store), "--as", "eeva", "import", str(cards)],
        env=environment(tmp_path, PYTHONDONTWRITEBYTECODE="1"),  # byte code would be cut off, too
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert "full" in done.stderr or "written" in done.stderr
    again = command("--store", str(store), "--as", "eeva", "imports", home=tmp_path)
    assert again.returncode in (0, 3), again.stderr
    assert store.read_bytes()[:100] == before[:100]


def test_an_unknown_user_is_told_what_helps(store: Path, tmp_path: Path) -> None:
    done = command("--store", str(store), "--as", "nobody-at-all", "imports", home=tmp_path)
    assert done.returncode == 1
    assert "--as" in one_line(done)


def test_wrong_settings_name_file_and_line(store: Path, tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "config.toml").write_text('theme = "crm-dark"\nthem = 1\n')
    done = command("keys", home=tmp_path)
    assert done.returncode == 2
    assert "config.toml" in one_line(done)
    assert "2" in one_line(done)


@pytest.mark.parametrize("arguments", [["keys"], ["imports"], ["import", "/proc/1/mem"]])
def test_no_home_and_no_leave_to_read_are_one_line(tmp_path: Path, arguments: list[str]) -> None:
    env = environment(tmp_path)
    for name in ("HOME", "CRM_TUI_DATA", "CRM_TUI_CONFIG"):
        env.pop(name)
    probe = "import os, pwd; pwd.getpwuid = lambda uid: (_ for _ in ()).throw(KeyError(uid));"
    done = spoilt(probe, *arguments, env=env)
    assert done.returncode == 1
    one_line(done)


def test_an_error_of_ours_is_one_line_and_a_report_without_data(tmp_path: Path) -> None:
    probe = "import crm_tui.cli.keys as k; k.read_settings = lambda: 1 / len('') if (secret := 'canary') else 0;"
    done = spoilt(probe, "keys", env=environment(tmp_path))
    assert done.returncode == 1
    assert "internal error" in one_line(done)
    (report,) = (tmp_path / "state" / "crashes").iterdir()
    assert "ZeroDivisionError" in report.read_text()
    assert "canary" not in report.read_text() + done.stderr
    assert report.stat().st_mode & 0o777 == 0o600


# In a terminal


def screen(store: Path, home: Path, **env: str) -> PtyApp:
    return PtyApp(["-c", RUN, "--store", str(store), "--as", "eeva"], env=environment(home, **env), size=(100, 30))


@pytest.mark.parametrize("env", [{"TERM": "dumb"}, {"TERM": ""}])
def test_a_terminal_that_shows_no_screen(store: Path, tmp_path: Path, env: dict[str, str]) -> None:
    with screen(store, tmp_path, **env) as app:
        assert app.until_end() == 2
        assert "TERM" in app.screen
        assert b"\x1b" not in app.raw


@pytest.mark.parametrize("env", [{"LANG": "C", "LC_ALL": "C"}, {"NO_COLOR": "1"}, {"TERM": "xterm"}, {"TERM": "vt100"}])
def test_plain_surroundings_work(store: Path, tmp_path: Path, env: dict[str, str]) -> None:
    with screen(store, tmp_path, **{"TERM": "xterm-256color", **env}) as app:
        app.until_shown("No customers yet")
        app.send(b"q")
        assert app.until_end() == 0
        assert app.attributes_are_back()


def test_the_first_start_asks(tmp_path: Path) -> None:
    path = tmp_path / "data" / "new.db"
    env = environment(tmp_path, TERM="xterm-256color")
    with PtyApp(["-c", RUN, "--store", str(path), "--as", "eeva"], env=env, size=(100, 30)) as app:
        app.until_shown("Name of your organization")
        app.send("Bølgen AS\r".encode())
        app.until_shown("Country")
        app.send(b"Norway\r")
        app.until_shown("not a code of 2 letters")
        app.send(b"NO\r")
        app.until_shown("Currency (three letters) [NOK]")
        app.send(b"\r")
        app.until_shown("Language (two letters) [nb]")
        app.send(b"\r")
        app.until_shown("Time zone [Europe/Oslo]")
        app.send(b"\r")
        app.until_shown("No customers yet")
        app.send(b"q")
        assert app.until_end() == 0
    con = sqlite3.connect(path)
    assert con.execute("SELECT name, currency, time_zone FROM organization").fetchone() == (
        "Bølgen AS",
        "NOK",
        "Europe/Oslo",
    )
    assert re.match("eeva", con.execute("SELECT login FROM crm_user").fetchone()[0])
    con.close()
