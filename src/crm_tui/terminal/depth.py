"""How many colours a terminal has, and on which ground, from the environment. Imports nothing: the page that is painted
before all else needs it, too."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Literal

# Terminals that are known by name to have more than 16 colours, whatever the end of their name.
_256_COLOURS = ("256color", "alacritty", "foot", "ghostty", "kitty", "wezterm", "iterm", "contour", "rio")


def system(environ: Mapping[str, str]) -> Literal["truecolor", "256", "standard"]:
    """All colours, those of xterm's palette, or 16."""
    term = environ.get("TERM", "").lower()
    if environ.get("COLORTERM", "").strip().lower() in {"truecolor", "24bit"} or term.endswith("-direct"):
        return "truecolor"
    return "256" if any(name in term for name in _256_COLOURS) else "standard"


def is_dark(environ: Mapping[str, str]) -> bool:
    """COLORFGBG ends in the number of the background colour: white (15) and light grey (7) are light."""
    return environ.get("COLORFGBG", "").rpartition(";")[2] not in {"7", "15"}


def theme(system: str, *, dark: bool) -> str:
    """The theme that suits it, where the user has chosen none."""
    return f"{'ansi' if system == 'standard' else 'crm'}-{'dark' if dark else 'light'}"


def erases_in_colour(environ: Mapping[str, str]) -> bool:
    """Whether the terminal gives erased cells the background. GNU screen does not unless told to, old ones had none."""
    return not environ.get("TERM", "").startswith(("screen", "vt")) or bool(environ.get("TMUX"))
