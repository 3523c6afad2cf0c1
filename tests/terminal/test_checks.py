"""Places where no full screen can be: one clear line that names what to do instead, and exit code 2."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.terminal.pty_app import SOURCES, PtyApp, sample

PROBE = (
    "import os, sys; from crm_tui.terminal.checks import refusal; found = refusal(os.environ);"
    "found and sys.stderr.write(found.line + '\\n');"
    "print('loaded', [m for m in sys.modules if m in ('textual', 'rich', 'asyncio')]) if not found else None;"
    "sys.exit(found.code if found else 0)"
)


@pytest.mark.parametrize("term", ["dumb", "unknown", ""])
def test_a_terminal_that_cannot(term: str, tmp_path: Path) -> None:
    with PtyApp(["-c", PROBE], env={"TERM": term}, stderr=tmp_path / "e") as app:
        assert app.until_end() == 2
        assert app.raw == b""
    (line,) = (tmp_path / "e").read_text().splitlines()
    assert "TERM" in line
    assert "crm-tui --help" in line


def test_a_terminal_that_can_and_nothing_heavy_is_loaded_for_asking() -> None:
    with PtyApp(["-c", PROBE]) as app:
        assert app.until_end() == 0
        assert b"loaded []" in app.raw


@pytest.mark.parametrize("redirection", ["</dev/null", "<&-", ">/dev/null", "| cat", ">&-"])
def test_no_terminal_on_one_side(redirection: str, tmp_path: Path) -> None:
    command = f'"$0" -c "$1" {redirection} 2> "$2"; echo "code $?"'
    if redirection == "| cat":
        command = '{ "$0" -c "$1" 2> "$2"; echo "code $?" >> "$2"; } | cat'
    shell = "import os, sys; os.execv('/bin/sh', ['sh', '-c', *sys.argv[1:]])"
    errors = tmp_path / "e"
    with PtyApp(["-c", shell, command, sys.executable, PROBE, errors]) as app:
        app.until_end()
        said = errors.read_text() + app.raw.decode()
    assert "is not a terminal" in said
    assert "crm-tui --help" in said
    assert "code 2" in said


def test_no_terminal_at_all() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROBE],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        start_new_session=True,
        env={**os.environ, "PYTHONPATH": str(SOURCES), "TERM": "xterm"},
    )
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("env", [{"LC_ALL": "C"}, {"LC_ALL": "", "LANG": "C"}, {"PYTHONIOENCODING": "ascii"}])
def test_other_locales_work_all_the_same(env: dict[str, str]) -> None:
    with sample("Åbo – ☃ 漢", env=env) as app:
        app.until_shown("Åbo – ☃ 漢")
        app.send("ö".encode())
        assert app.until_said("key").split()[1] == "ö"


def test_standard_error_may_be_elsewhere(tmp_path: Path) -> None:
    with sample("here", stderr=tmp_path / "e") as app:
        app.until_shown("here")
        app.send(b"\x1b[19~")
        assert app.until_end() == 0
    assert (tmp_path / "e").read_bytes() == b""
