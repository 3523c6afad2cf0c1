"""A terminal is sent nothing that it does not know: the Linux console would print it."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest
from tests.terminal.pty_app import PtyApp
from tests.terminal.typing_in_forms import USER

from crm_tui.demo.build import build
from crm_tui.terminal.abilities import abilities
from crm_tui.terminal.clipboard import copy

#: console_codes(4): sequences, private modes, and the attributes and colours of "m"
_CODES = re.compile(
    r"\x08|\x1b(?:[DM]|\[(?:[0-9;]*[@ABCDEFGHJKLMPXadefnrs`]|\?(?:[1356789]|25|1000)[hl]"
    r"|(?:(?:0|1|2|3|4|5|7|21|22|23|24|25|27|3[0-79]|4[0-79]|9[0-7]|10[0-7]);?)*m))"
)


def test_the_linux_console_is_sent_what_it_knows(tmp_path: Path) -> None:
    build(tmp_path / "some.db", seed=1, today=dt.datetime.now(dt.UTC).date(), customers=60)
    env = {f"CRM_TUI_{name}": str(tmp_path / name.lower()) for name in ("DATA", "CONFIG", "STATE")}
    env |= {"TERM": "linux", "COLORTERM": ""}
    with PtyApp(["-m", "crm_tui", "--store", tmp_path / "some.db", "--as", USER], env=env) as app:
        app.until_shown("1–17 of")
        for keys, shown in ((b"\r", "Addresses"), (b"2", "Open cases"), (b"4", "Invoices"), (b"1", "Addresses")):
            app.send(keys)
            app.until_shown(shown)
        app.send(b"n")
        app.until_shown("New note")
        app.send(b"\x1b")
        app.until_quiet(0.5)
        app.send(b"q")
        app.until_end()
        rest = _CODES.sub("", app.raw.decode())
        assert set(re.findall("\x1b.{0,9}|[\x00-\x07\x0b\x0c\x0e-\x1f\x7f-\x9f]", rest)) == set()
        assert not app.screen.strip()  # without a second screen, the first is left empty


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("linux", "a\x1b[?25l\x1b[?7h\x1b[m\x1b[2J\x1b[Hb"),
        ("vt100", "a\x1b[?7h\x1b[m\x1b[2J\x1b[Hb"),
        ("xterm-256color", None),
        ("screen", None),
    ],
)
def test_what_would_only_be_printed_is_left_out(name: str, kept: str | None) -> None:
    text = "a\x1b[?25l\x1b[?7h\x1b[>1u\x1b[<u\x1b[?2026$p\x1b[?1004h\x1b[?1049h\x1b]52;c;eA==\x07\x1b[?1049lb"
    assert abilities({"TERM": name}).known(text) == (text if kept is None else kept)


def test_nothing_is_copied_to_a_terminal_without_a_clipboard() -> None:
    written: list[str] = []
    assert not copy("some text", written.append, {"TERM": "linux"}).sent
    assert not written
