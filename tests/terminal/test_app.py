"""Copying and opening from a running program, and that it rests when nothing happens."""

import os
from base64 import b64encode
from pathlib import Path
from time import monotonic

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
        assert [toast.message for toast in app._notifications] == [message.words]


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
