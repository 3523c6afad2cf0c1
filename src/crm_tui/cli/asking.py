"""Questions to a person at a terminal, be it for what is not to be seen. A secret may also come through a pipe."""

from __future__ import annotations

import sys

from crm_tui.domain.errors import Invalid, Unavailable
from crm_tui.secrets.secret import Secret
from crm_tui.text import clean

_NOTHING = "Nothing was typed, so nothing was done."


def is_terminal() -> bool:
    """Whether somebody can be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def line(question: str, default: str) -> str:
    """What is typed, or the default. Raises Unavailable at the end of the input."""
    print(f"{clean(question)} [{clean(default)}]: ", end="", file=sys.stderr, flush=True)
    return _line().strip() or default


def hidden(question: str) -> Secret:
    """What is typed without being shown, or the next line of what is piped in. Raises Unavailable, and Invalid for
    what are no letters."""
    if not is_terminal():
        return Secret(_line().rstrip("\r\n"))
    from getpass import getpass

    try:
        return Secret(getpass(f"{clean(question)}: ", sys.stderr))
    except EOFError:
        raise Unavailable(_NOTHING) from None
    except UnicodeDecodeError:  # it has what was typed
        raise Invalid("password", "has letters that the terminal sends in another encoding than UTF-8") from None


def hidden_twice(question: str) -> Secret:
    """The same, typed twice by a person, who does not see it."""
    once = hidden(question)
    if is_terminal() and hidden(f"{question}, again").reveal() != once.reveal():
        raise Invalid("password", "the two are not the same; nothing was changed")
    return once


def yes(question: str) -> bool:
    """Whether a person agrees; nobody there does not."""
    if not is_terminal():
        return False
    print(f"{clean(question)} [y/N] ", end="", file=sys.stderr, flush=True)
    return _line().strip().casefold() in ("y", "yes")


def _line() -> str:
    text = sys.stdin.readline()
    if not text:
        raise Unavailable(_NOTHING)
    return text
