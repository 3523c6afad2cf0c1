"""A token or a password that a program prints, such as ``pass show crm``."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Sequence

from crm_tui.domain.errors import Unavailable
from crm_tui.secrets.secret import Secret, is_token

_SECONDS = 10.0


def password_printed_by(command: Sequence[str]) -> Secret:
    """The same for the password of a database, which may hold whatever one line can."""
    return _printed(command, "password", _SECONDS, "utf-8", bool)


def printed_by(command: Sequence[str], seconds: float = _SECONDS) -> Secret:
    """The token that is the first line which a program prints. Raises Unavailable."""
    return _printed(command, "token", seconds, "ascii", is_token)


def _printed(command: Sequence[str], what: str, seconds: float, encoding: str, fits: Callable[[str], bool]) -> Secret:
    """The first line that a program prints. Raises Unavailable. What else it says may tell of the secret, and is not
    shown."""
    name, by_hand = command[0], f"Run it by hand to see why, or correct {what}_command in the settings."
    try:
        done = subprocess.run(
            tuple(command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:  # it has what was printed so far
        raise Unavailable(f"{name} did not print a {what} within {seconds:g} seconds. {by_hand}") from None
    except OSError as error:
        raise Unavailable(f"{name}, which is to print the {what}, can't be started: {error.strerror}.") from None
    if done.returncode:
        raise Unavailable(f"{name}, which is to print the {what}, ended with code {done.returncode}. {by_hand}")
    text = done.stdout.partition(b"\n")[0].decode(encoding, "replace").strip()
    if not fits(text):
        raise Unavailable(f"The first line that {name} prints is no {what}. {by_hand}")
    return Secret(text)
