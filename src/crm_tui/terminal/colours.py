"""What the terminal can show, from the environment: colours, light or dark, motion."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from crm_tui.terminal import depth


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
    system = "standard" if plain else depth.system(environ)
    ssh = bool(environ.get("SSH_CONNECTION") or environ.get("SSH_TTY"))
    motion = not ssh and environ.get("TEXTUAL_ANIMATIONS", "full").lower() != "none"
    return Colours(system, "ansi" if system == "standard" else "full", depth.is_dark(environ), motion)
