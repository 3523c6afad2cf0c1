"""What the terminal can show, from the environment: colours, light or dark, motion."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

# Terminals that are known by name to have more than 16 colours, whatever the end of their name.
_256_COLOURS = ("256color", "alacritty", "foot", "ghostty", "kitty", "wezterm", "iterm", "contour", "rio")


class Colours(NamedTuple):
    """What to draw with. `themes`: "full" is any colours, "ansi" the terminal's own 16."""

    system: Literal["truecolor", "256", "standard"]
    themes: Literal["full", "ansi"]
    dark: bool
    motion: bool

    def environment(self) -> dict[str, str]:
        """Settings for os.environ, to be made before Textual is imported, which reads them only then."""
        still = {} if self.motion else {"TEXTUAL_ANIMATIONS": "none", "TEXTUAL_SMOOTH_SCROLL": "0"}
        return {"TEXTUAL_COLOR_SYSTEM": self.system, **still}


def colours(environ: Mapping[str, str], *, plain: bool = False) -> Colours:
    """Decide by the environment; `plain` (--plain-colors) asks for 16 colours everywhere.

    NO_COLOR plays no part here: Textual greys the theme by itself.
    """
    system = "standard" if plain else _system(environ)
    ssh = bool(environ.get("SSH_CONNECTION") or environ.get("SSH_TTY"))
    motion = not ssh and environ.get("TEXTUAL_ANIMATIONS", "full").lower() != "none"
    return Colours(system, "ansi" if system == "standard" else "full", _dark(environ), motion)


def _system(environ: Mapping[str, str]) -> Literal["truecolor", "256", "standard"]:
    term = environ.get("TERM", "").lower()
    if environ.get("COLORTERM", "").strip().lower() in {"truecolor", "24bit"} or term.endswith("-direct"):
        return "truecolor"
    return "256" if any(name in term for name in _256_COLOURS) else "standard"


def _dark(environ: Mapping[str, str]) -> bool:
    """COLORFGBG ends in the number of the background colour: white (15) and light grey (7) are light."""
    return environ.get("COLORFGBG", "").rpartition(";")[2] not in {"7", "15"}
