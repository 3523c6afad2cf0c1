"""What is opened, with what, and what never is."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_tui.terminal.links import CantOpen, open_target, openable, opener

DESKTOP = {"DISPLAY": ":0"}


@pytest.mark.parametrize(
    ("target", "url"),
    [
        ("https://www.aalto.fi/en?x=1#top", "https://www.aalto.fi/en?x=1#top"),
        ("HTTP://Example.COM:8080", "http://example.com:8080"),
        ("www.aalto.fi", "https://www.aalto.fi"),
        ("aalto.fi:8443/path", "https://aalto.fi:8443/path"),
        (" aalto.fi/äö ü".replace(" ü", ""), "https://aalto.fi/%C3%A4%C3%B6"),
        ("https://åbo.fi/", "https://xn--bo-xia.fi/"),
        ("http://[::1]:80/x", "http://[::1]:80/x"),
        ("matti.meikalainen@example.fi", "mailto:matti.meikalainen@example.fi"),
        ("mailto:a@b.fi", "mailto:a@b.fi"),
        ("+358 (40) 123-4567", "tel:+358401234567"),
        ("tel:040 123 4567", "tel:0401234567"),
    ],
)
def test_opened(target: str, url: str) -> None:
    assert openable(target) == url


@pytest.mark.parametrize(
    "target",
    [
        "",
        "   ",
        "-version",
        "--new-window=http://x.fi",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "data:text/html,x",
        "ssh://host",
        "vscode://x",
        "https://user:pw@example.com/",
        "https://user@example.com/",
        "https://@example.com/",
        "https://www.bank.fi@evil.example/",
        "https://",
        "https:///path",
        "https://-x.fi",
        "https://exa mple.com",
        "https://example.com/\x1b[2J",
        "https://example.com/\nx",
        "https://example.com/\u202egpj",
        "https://example.com\\@evil.example",
        "https://example.com:99999/",
        "https://[::1",
        "mailto:a@b.fi?attach=/etc/passwd",
        "mailto:a@b.fi,c@d.fi",
        "mailto:-a",
        "tel:*#06#",
        "tel:112;x",
        "nothing",
        "a b c",
        "https://example.com/" + "x" * 3000,
        "https://\ud800.fi",
    ],
    ids=lambda target: ascii(target)[:30],
)
def test_not_opened(target: str) -> None:
    with pytest.raises(CantOpen):
        openable(target)


@given(st.text(max_size=50) | st.text("htps:/@.-?#[]\\ \x1b%aä1", max_size=30))
def test_whatever_is_opened_is_plain_ascii_of_a_known_kind(target: str) -> None:
    try:
        url = openable(target)
    except CantOpen:
        return
    assert url.isascii()
    assert url.isprintable()
    assert " " not in url
    assert url.split(":")[0] in {"http", "https", "mailto", "tel"}


def test_naughty_strings_open_nothing_but_web_and_phone() -> None:
    for target in json.loads((Path(__file__).parents[1] / "data/naughty/blns.json").read_text("utf-8")):
        try:
            url = openable(target)
        except CantOpen:
            continue
        assert url.split(":")[0] in {"http", "https", "mailto", "tel"}


def test_with_what() -> None:
    assert opener(DESKTOP, "linux") == "xdg-open"
    assert opener({"WAYLAND_DISPLAY": "wayland-0"}, "linux") == "xdg-open"
    assert opener({}, "darwin") == "open"
    with pytest.raises(CantOpen, match="copy it instead"):
        opener({}, "linux")
    with pytest.raises(CantOpen, match="SSH"):
        opener(DESKTOP | {"SSH_CONNECTION": "1 2 3 4"}, "linux")


def test_the_program_gets_the_checked_url_and_nothing_of_the_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = tmp_path / "opened"
    program = tmp_path / "xdg-open"
    program.write_text(
        "#!/bin/sh\nstreams=$(readlink /proc/$$/fd/0 /proc/$$/fd/1 /proc/$$/fd/2)\n"
        "read pid name state parent group session rest < /proc/$$/stat\n"
        f'echo "$streams" "$((session == pid)) $#" "$@" > "{opened}"\n'
    )
    program.chmod(0o700)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    assert open_target("aalto.fi/a$(id)", DESKTOP, "linux") == "https://aalto.fi/a$(id)"
    assert opened.read_text().split() == ["/dev/null"] * 3 + ["1", "1", "https://aalto.fi/a$(id)"]


def test_a_program_that_fails_or_is_missing_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CantOpen, match="can't be started"):
        open_target("aalto.fi", DESKTOP, "linux")
    (tmp_path / "xdg-open").write_text("#!/bin/sh\nexit 4\n")
    (tmp_path / "xdg-open").chmod(0o700)
    with pytest.raises(CantOpen, match="exit 4"):
        open_target("aalto.fi", DESKTOP, "linux")
