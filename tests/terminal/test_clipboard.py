"""Copying: what is written to which terminal, and what is promised."""

import re
from base64 import b64decode
from pathlib import Path

import pytest

from crm_tui.terminal.clipboard import LIMIT, copy, osc52


def script(folder: Path, name: str, body: str) -> str:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o700)
    return str(path)


def test_through_the_terminal() -> None:
    written: list[str] = []
    copied = copy("Åbo\r\n\x1b[31m+358 40 1\x07", written.append, {})
    assert copied.sent
    assert copied.words == "Sent to the terminal's clipboard."
    (sequence,) = written
    match = re.fullmatch("\x1b\\]52;c;([A-Za-z0-9+/=]+)\x07", sequence)
    assert match
    assert b64decode(match[1]).decode() == "Åbo\n[31m+358 40 1"


def test_screen_and_tmux_get_it_wrapped() -> None:
    assert osc52("a", {"TMUX": "x"}) == "\x1bPtmux;\x1b\x1b]52;c;YQ==\x07\x1b\\"
    long = osc52("a" * 2000, {"STY": "x"})
    parts = re.findall("\x1bP(.*?)\x1b\\\\", long, re.DOTALL)
    assert "".join(f"\x1bP{part}\x1b\\" for part in parts) == long
    assert max(map(len, parts)) <= 768
    assert "".join(parts) == osc52("a" * 2000, {})


@pytest.mark.parametrize(("body", "direct"), [("cat > loaded", True), ("exit 1", False)])
def test_tmux_is_asked_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str, direct: bool) -> None:
    script(tmp_path, "tmux", f'[ "$*" = "load-buffer -w -" ] && {body}')
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.chdir(tmp_path)
    written: list[str] = []
    copied = copy("text", written.append, {"TMUX": "x"})
    assert copied.sent
    if direct:
        assert (tmp_path / "loaded").read_text() == "text"
        assert written == []
        assert "tmux" in copied.words
    else:
        assert written == [osc52("text", {"TMUX": "x"})]


def test_too_much_for_a_terminal_is_not_sent() -> None:
    written: list[str] = []
    assert copy("x" * LIMIT, written.append, {}).sent
    copied = copy("x" * (LIMIT + 1), written.append, {})
    assert not copied.sent
    assert len(written) == 1


def test_the_user_s_own_command_gets_the_text(tmp_path: Path) -> None:
    target = tmp_path / "got"
    program = script(tmp_path, "my-copy", f'cat > "{target}"; echo noise; echo noise >&2')
    written: list[str] = []
    copied = copy("ä\x1b\n" * 40_000, written.append, {"TMUX": "x"}, [program, "--flag"])
    assert copied == (True, "Copied with my-copy.")
    assert target.read_text() == "ä\n" * 40_000
    assert written == []


@pytest.mark.parametrize(
    ("body", "words"), [("exit 3", "my-copy failed (exit 3)"), (None, "there is no program my-copy")]
)
def test_a_failing_command_is_said(tmp_path: Path, body: str | None, words: str) -> None:
    program = script(tmp_path, "my-copy", body) if body else str(tmp_path / "my-copy")
    copied = copy("secret", list[str]().append, {}, [program])
    assert not copied.sent
    assert words in copied.words
