"""A token or a password that a program prints, such as ``pass show crm``."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Sequence
from selectors import EVENT_READ, DefaultSelector
from time import monotonic

from crm_tui.domain.errors import Unavailable
from crm_tui.secrets.secret import Secret, is_token

_SECONDS = 10.0
#: bytes that are read at once; what is longer than that is no secret
_PART = 65_536


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
        code, output = _run(command, seconds)
    except subprocess.TimeoutExpired:
        raise Unavailable(f"{name} did not print a {what} within {seconds:g} seconds. {by_hand}") from None
    except OSError as error:
        raise Unavailable(f"{name}, which is to print the {what}, can't be started: {error.strerror}.") from None
    if code:
        raise Unavailable(f"{name}, which is to print the {what}, ended with code {code}. {by_hand}")
    text = output.partition(b"\n")[0].decode(encoding, "replace").strip()
    if not fits(text):
        raise Unavailable(f"The first line that {name} prints is no {what}. {by_hand}")
    return Secret(text)


def _run(command: Sequence[str], seconds: float) -> tuple[int, bytes]:
    """How a program ended, and the beginning of what it printed: one that never stops printing fills no memory. Raises
    OSError, and TimeoutExpired without what was printed."""
    end = monotonic() + seconds
    quiet = subprocess.DEVNULL
    with subprocess.Popen(tuple(command), stdin=quiet, stdout=subprocess.PIPE, stderr=quiet, bufsize=0) as process:
        try:
            output = _beginning(process, end)
            return process.wait(max(end - monotonic(), 0)), output
        except BaseException:
            process.kill()
            raise


def _beginning(process: subprocess.Popen[bytes], end: float) -> bytes:
    """The first bytes that a program prints; the rest is read, lest it wait for somebody to read it."""
    if process.stdout is None:
        raise ValueError("the output of the program is not piped")
    kept = b""
    with DefaultSelector() as selector:
        selector.register(process.stdout, EVENT_READ)
        while selector.select(max(end - monotonic(), 0)):
            part = process.stdout.read(_PART)
            if not part:
                return kept
            kept = kept if len(kept) >= _PART else kept + part
            if monotonic() >= end:
                break
    raise subprocess.TimeoutExpired(process.args, 0)
