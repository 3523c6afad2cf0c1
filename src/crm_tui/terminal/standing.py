"""The terminal, taken before the program is: a page stands on it, keys are kept and not shown, and whatever ends the
program before it is ready puts everything back.

It imports nothing of Textual, which comes later and goes on with what stands.
"""

from __future__ import annotations

import os
import signal
import termios

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any

    from crm_tui.terminal.sheet import Sheet

_STDIN, _STDOUT = 0, 1
_INPUT, _LOCAL, _CHARACTERS = 0, 3, 6  # where these stand among a terminal's attributes
_ENDS = (signal.SIGHUP, signal.SIGTERM)
#: another screen without a cursor, and back
_TAKE, _GIVE_BACK = "\x1b[?1049h\x1b[?25l", "\x1b[m\x1b[?1049l\x1b[?25h"
# without another screen, the only one is left empty
_EMPTY = "\x1b[m\x1b[2J\x1b[H"


class Standing:
    """A page on the terminal. ``attributes`` are those that the terminal had before."""

    def __init__(self, sheet: Sheet, attributes: list[Any]) -> None:
        self.sheet = sheet
        self.attributes = attributes
        self._is_ours = True

    def take(self, sequence: str) -> None:
        """Take the terminal and write what paints the page."""
        for number in _ENDS:
            if signal.getsignal(number) is signal.SIG_DFL:
                signal.signal(number, self._ended)
        termios.tcsetattr(_STDIN, termios.TCSANOW, _quiet(self.attributes))
        _write((_TAKE if _has_screens() else "") + sequence)

    def handed_over(self) -> None:
        """Somebody else has the terminal now, and puts it back."""
        self._is_ours = False

    def give_back(self) -> None:
        """Put the terminal back, if nobody else has it."""
        if self._is_ours:
            self._is_ours = False
            _write(_GIVE_BACK if _has_screens() else _EMPTY)
            termios.tcsetattr(_STDIN, termios.TCSANOW, self.attributes)

    def _ended(self, number: int, frame: FrameType | None) -> None:
        signal.signal(number, signal.SIG_DFL)
        try:
            self.give_back()
        finally:
            os.kill(os.getpid(), number)


def stand(sheet: Sheet, *, erases: bool) -> Standing:
    """Show a page on the terminal of this process. Raises termios.error and OSError."""
    standing = Standing(sheet, termios.tcgetattr(_STDIN))
    try:
        standing.take(sheet.sequence(erases=erases))
    except BaseException:
        standing.give_back()
        raise
    return standing


def _has_screens() -> bool:
    """Whether the terminal has another screen: ``abilities``, which is not read this early, knows more of that."""
    return not os.environ.get("TERM", "").startswith(("linux", "vt"))


def _quiet(attributes: list[Any]) -> list[Any]:
    """Keys are kept, one by one, as they are, and not shown: Enter stays Enter, and ctrl+s does not stop the terminal.
    Ctrl+c still stops the program, ctrl+z waits with the others."""
    quiet = list(attributes)
    quiet[_INPUT] &= ~(termios.ICRNL | termios.INLCR | termios.IGNCR | termios.IXON | termios.IXOFF | termios.ISTRIP)
    quiet[_LOCAL] &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN)
    characters = quiet[_CHARACTERS] = list(attributes[_CHARACTERS])
    for key in (termios.VSUSP, termios.VQUIT):
        characters[key] = b"\0"
    characters[termios.VMIN], characters[termios.VTIME] = 1, 0
    return quiet


def _write(text: str) -> None:
    data = text.encode("utf-8", "replace")
    while data:
        data = data[os.write(_STDOUT, data) :]
