"""A token that a program prints, such as ``pass show crm``."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence

from crm_tui.domain.errors import Unavailable
from crm_tui.secrets.secret import Secret, is_token

_SECONDS = 10.0
_BY_HAND = "Run it by hand to see why, or correct token_command in the settings."


def printed_by(command: Sequence[str], seconds: float = _SECONDS) -> Secret:
    """The first line that a program prints. Raises Unavailable. What else it says may tell of the secret, and is not
    shown."""
    name = command[0]
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
        raise Unavailable(f"{name} did not print a token within {seconds:g} seconds. {_BY_HAND}") from None
    except OSError as error:
        raise Unavailable(f"{name}, which is to print the token, can't be started: {error.strerror}.") from None
    if done.returncode:
        raise Unavailable(f"{name}, which is to print the token, ended with code {done.returncode}. {_BY_HAND}")
    text = done.stdout.partition(b"\n")[0].decode("ascii", "replace").strip()
    if not is_token(text):
        raise Unavailable(f"The first line that {name} prints is no token. {_BY_HAND}")
    return Secret(text)
