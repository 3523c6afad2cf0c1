"""What a terminal knows, by its name: nothing else is sent to it.

The name is all there is to go by, since old terminals don't answer questions: they print them. Known by it are the
Linux console, as console_codes(4) has it, and DEC's terminals, which some emulators and serial lines claim to be.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

_VT = ("vt100", "vt102", "vt220")
# Private modes that may be set and reset: keys, reverse video, origin, wrapping, repeating keys, and the cursor.
_MODES = {"linux": {1, 3, 5, 6, 7, 8, 9, 25, 1000}, "vt": {1, 2, 3, 4, 5, 6, 7, 8}}
_STRING = re.compile(r"\x1b[\]P_^X][^\x07\x1b]*(?:\x07|\x1b\\)")
_PRIVATE = re.compile(r"\x1b\[([<=>?])([0-9;]*)([ -/]*)([@-~])")
# Without a second screen, the first one is left empty.
_SECOND_SCREEN, _EMPTY = "\x1b[?1049l", "\x1b[m\x1b[2J\x1b[H"


class Abilities(NamedTuple):
    """`columns`: goes to a column of the line. `erases`: blanks some cells. `moves_lines`: takes lines out and puts
    some in. `modes`: the private modes that it has; None: any may be sent, and are ignored if it has not."""

    columns: bool = True
    erases: bool = True
    moves_lines: bool = True
    modes: frozenset[int] | None = None

    @property
    def takes_copies(self) -> bool:
        """Whether it may have a clipboard."""
        return self.modes is None

    def known(self, text: str) -> str:
        """What of this to send: without strings, questions and private modes that would only be printed."""
        if self.modes is None:
            return text
        return _PRIVATE.sub(self._mode, _STRING.sub("", text.replace(_SECOND_SCREEN, _EMPTY)))

    def _mode(self, found: re.Match[str]) -> str:
        prefix, numbers, between, end = found.groups()
        is_known = prefix == "?" and not between and end in "hl" and numbers.isdecimal()
        return found[0] if is_known and int(numbers) in (self.modes or ()) else ""


EVERYTHING = Abilities()


def abilities(environ: Mapping[str, str]) -> Abilities:
    """Those of the terminal that this is."""
    name = environ.get("TERM", "").lower()
    if name.split("-")[0] == "linux":
        return Abilities(modes=frozenset(_MODES["linux"]))
    if name.startswith(_VT):
        is_old = name.startswith("vt100")
        return Abilities(
            columns=False, erases=name.startswith("vt220"), moves_lines=not is_old, modes=frozenset(_MODES["vt"])
        )
    return EVERYTHING
