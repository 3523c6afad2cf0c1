"""Colours, themes and motion by what the environment says."""

import pytest

from crm_tui.terminal.colours import colours


@pytest.mark.parametrize(
    ("environ", "system", "themes"),
    [
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, "truecolor", "full"),
        ({"TERM": "xterm-256color", "COLORTERM": "24bit"}, "truecolor", "full"),
        ({"TERM": "xterm-direct"}, "truecolor", "full"),
        ({"TERM": "xterm-256color"}, "256", "full"),
        ({"TERM": "screen-256color"}, "256", "full"),
        ({"TERM": "xterm-kitty"}, "256", "full"),
        ({"TERM": "alacritty"}, "256", "full"),
        ({"TERM": "foot"}, "256", "full"),
        ({"TERM": "xterm"}, "standard", "ansi"),
        ({"TERM": "screen"}, "standard", "ansi"),
        ({"TERM": "linux"}, "standard", "ansi"),
        ({"TERM": "vt100"}, "standard", "ansi"),
        ({"TERM": "xterm-16color"}, "standard", "ansi"),
        ({}, "standard", "ansi"),
    ],
)
def test_by_terminal(environ: dict[str, str], system: str, themes: str) -> None:
    found = colours(environ)
    assert (found.system, found.themes) == (system, themes)
    assert found.environment()["TEXTUAL_COLOR_SYSTEM"] == system


def test_plain_colours_are_sixteen_everywhere() -> None:
    found = colours({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, plain=True)
    assert (found.system, found.themes) == ("standard", "ansi")


@pytest.mark.parametrize(("background", "dark"), [("15;0", True), ("0;15", False), ("0;default;7", False), ("", True)])
def test_light_or_dark(background: str, dark: bool) -> None:
    assert colours({"COLORFGBG": background}).dark is dark


def test_nothing_moves_over_ssh_or_on_request() -> None:
    assert colours({}).motion
    assert "TEXTUAL_ANIMATIONS" not in colours({}).environment()
    for environ in ({"SSH_CONNECTION": "1 2 3 4"}, {"SSH_TTY": "/dev/pts/1"}, {"TEXTUAL_ANIMATIONS": "none"}):
        still = colours(environ)
        assert not still.motion
        assert still.environment()["TEXTUAL_ANIMATIONS"] == "none"
