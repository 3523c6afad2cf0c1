"""An internal error ends with one line and a private report, and neither holds data."""

import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from tests.terminal.pty_app import SOURCES, sample
from tests.terminal.sample_app import CANARY

from crm_tui.terminal import crash

KEYS = {"handler": b"\x1bOQ", "worker": b"\x1bOR", "thread": b"\x1bOS", "task": b"\x1b[15~"}
KINDS = {"handler": "ValueError", "worker": "RuntimeError", "thread": "ValueError", "task": "LookupError"}


def raised(secret: str) -> ValueError:
    try:
        raise ValueError(secret)
    except ValueError as error:
        return error


@pytest.mark.parametrize("where", KEYS)
def test_an_unhandled_exception(where: str, tmp_path: Path) -> None:
    errors, folder = tmp_path / "stderr", tmp_path / "reports"
    with sample("crash", argument=folder, stderr=errors) as app:
        app.send(KEYS[where])
        app.until_said("key")
        if where == "task":  # the program goes on
            app.send(b"\x1b[19~")
        assert app.until_end() == (0 if where == "task" else 1)
        assert app.attributes_are_back()
        assert CANARY.encode() not in app.raw
    (line,) = errors.read_text().splitlines()
    (path,) = folder.iterdir()
    assert line.startswith("crm-tui: ")
    assert f"({KINDS[where]} at " in line
    assert line.endswith(str(path))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    report = path.read_text()
    assert CANARY not in line + report
    assert KINDS[where] in report
    assert re.search(r"^textual: 8\.", report, re.MULTILINE)
    if where == "worker":
        frames = r"behind it: RuntimeError\n(  \S+:\d+ \S+\n)*  __main__:\d+ Sample.failing_worker"
        assert re.search(frames, report)
        assert "behind it: ValueError\n  __main__:" in report


def test_the_report_says_where_and_what_kind_but_no_messages(tmp_path: Path) -> None:
    try:
        try:
            os.stat(tmp_path / CANARY)
        except OSError as error:
            raise ExceptionGroup(CANARY, [error, raised(CANARY)]) from error
    except ExceptionGroup as group:
        text = crash.report(group)
    assert CANARY not in text
    assert str(tmp_path) not in text
    assert f"FileNotFoundError ENOENT\n  {__name__}:" in text
    assert f"ValueError\n  {__name__}:" in text


def test_two_reports_never_share_a_file(tmp_path: Path) -> None:
    paths = {crash.write_report(raised("x"), tmp_path) for _ in range(3)}
    assert {path.parent for path in paths} == {tmp_path}
    assert len(paths) == 3


def test_a_report_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    line = crash.last_words(raised(CANARY), tmp_path / "file")
    assert line.endswith(f"No report could be written to {tmp_path / 'file'}: File exists.")
    assert CANARY not in line


def test_outside_of_the_screen_it_is_one_line_too(tmp_path: Path) -> None:
    program = (
        "import sys, pathlib; from crm_tui.terminal import crash; crash.install(pathlib.Path(sys.argv[1]));"
        f"int({CANARY!r})"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, tmp_path / "r"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(SOURCES)},
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert CANARY not in done.stderr
    assert len(list((tmp_path / "r").iterdir())) == 1
