"""Copying and opening from a running program, and that it rests when nothing happens."""

import os
from base64 import b64encode
from pathlib import Path
from time import monotonic

import pytest
from tests.terminal.pty_app import sample
from textual.app import ComposeResult
from textual.widgets import Input

from crm_tui.terminal.app import TerminalApp


class Plain(TerminalApp):
    """Remembers what it was told about copies."""

    def __init__(self, folder: Path) -> None:
        super().__init__(crash_folder=folder, motion=False)
        self.copied: list[TerminalApp.Copied] = []

    def compose(self) -> ComposeResult:
        yield Input("text in a field")

    def on_terminal_app_copied(self, message: TerminalApp.Copied) -> None:
        self.copied.append(message)


async def test_copying_says_what_happened(tmp_path: Path) -> None:
    app = Plain(tmp_path)
    async with app.run_test(notifications=True) as pilot:
        app.copy_to_clipboard("+358 40 1")
        await app.workers.wait_for_complete()
        await pilot.pause()
        (message,) = app.copied
        assert (message.text, message.sent) == ("+358 40 1", True)
        assert [toast.message for toast in app._notifications] == [f"{message.words}\n+358 40 1"]


async def test_what_was_copied_is_shown_on_one_line_without_control_characters_and_not_endlessly(
    tmp_path: Path,
) -> None:
    app = Plain(tmp_path)
    async with app.run_test(notifications=True) as pilot:
        app.copy_to_clipboard("Satamakatu 14\n\x1b[31m" + "x" * 100_000)
        await app.workers.wait_for_complete()
        await pilot.pause()
        (toast,) = app._notifications
        assert toast.severity == "warning"  # too long for the terminal
        shown = toast.message.splitlines()[1]
        assert shown.startswith("Satamakatu 14 [31mxxx")
        assert shown.endswith("x…")
        assert len(shown) == 200


async def test_links_are_opened_with_the_user_s_own_program(tmp_path: Path) -> None:
    opened = tmp_path / "opened"
    program = tmp_path / "my-browser"
    program.write_text(f'#!/bin/sh\necho "$@" > "{opened}"\n')
    program.chmod(0o700)
    app = TerminalApp(crash_folder=tmp_path, open_command=[str(program), "--new"])
    async with app.run_test(notifications=True):
        app.open_url("aalto.fi")
        await app.workers.wait_for_complete()
    assert opened.read_text() == "--new https://aalto.fi\n"


async def test_refused_links_are_said(tmp_path: Path) -> None:
    app = Plain(tmp_path)
    async with app.run_test(notifications=True) as pilot:
        app.open_url("file:///etc/passwd")
        await app.workers.wait_for_complete()
        await pilot.pause()
        (toast,) = app._notifications
        assert toast.severity == "warning"
        assert "file:" in toast.message


def test_motion_can_be_off(tmp_path: Path) -> None:
    assert Plain(tmp_path).animation_level == "none"


@pytest.mark.parametrize(("mode", "reported"), [("keys", True), ("no mouse", False)])
def test_the_mouse_is_left_to_the_terminal_if_wished(mode: str, reported: bool) -> None:
    with sample(mode) as app:
        app.until_shown(mode)
        assert (b"\x1b[?1000h" in app.raw) == reported


def test_a_copy_reaches_the_terminal_as_osc_52() -> None:
    with sample("copy me") as app:
        app.send(b"\x1b[20~")  # F9
        app.until_said("copied")
        app.until_shown("Sent to the terminal's clipboard.")
        assert b"\x1b]52;c;" + b64encode(b"copy me") + b"\x07" in app.raw


def test_at_rest_nothing_is_written_and_nearly_nothing_computed() -> None:
    with sample() as app:
        app.until_shown("keys")
        while app.raw:  # what belongs to the start
            app.raw.clear()
            app.watch(0.3)
        before, began = cpu(app.process.pid), monotonic()
        app.watch(1.0)
        assert cpu(app.process.pid) - before < 0.05 * (monotonic() - began)
        assert app.raw == b""


def cpu(pid: int) -> float:
    """Seconds of processor time the process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
