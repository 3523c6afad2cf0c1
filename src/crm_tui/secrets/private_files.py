"""Secrets in files that nobody else may read."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

from crm_tui.domain.errors import Unavailable
from crm_tui.secrets.secret import Secret, is_token

_MOST_BYTES = 4_096


def read(path: Path, *, follow: bool = False) -> Secret | None:
    """The token in a file; None if it is not there. Raises Unavailable for one that others may read, and for what is no
    token. ``follow`` links, where the user named the file."""
    flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | (0 if follow else os.O_NOFOLLOW)
    try:
        with open(os.open(path, flags), "rb") as file:
            _require_private(path, os.fstat(file.fileno()))
            content = file.read(_MOST_BYTES)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Unavailable(f"The token in {path} can't be read: {error.strerror}.") from None
    text = content.decode("ascii", "replace").strip()
    if not is_token(text):
        raise Unavailable(f"{path} holds no token; there has to be one alone in it.")
    return Secret(text)


def write(path: Path, secret: Secret) -> None:
    """Put a token into a file, whole or not at all. Raises Unavailable."""
    temporary = path.with_name(f"{path.name}.new")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.parent.chmod(0o700)
        temporary.unlink(missing_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        with open(os.open(temporary, flags, 0o600), "w", encoding="ascii") as file:
            file.write(f"{secret.reveal()}\n")
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        with suppress(OSError):  # what could not be written may not be removable either
            temporary.unlink(missing_ok=True)
        raise Unavailable(f"The token can't be written to {path}: {error.strerror}.") from None


def remove(path: Path) -> bool:
    """Remove a file; returns whether it was there. Raises Unavailable."""
    try:
        path.unlink()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise Unavailable(f"The token is still in {path}, which can't be removed: {error.strerror}.") from None
    return True


def _require_private(path: Path, state: os.stat_result) -> None:
    if not stat.S_ISREG(state.st_mode):
        raise Unavailable(f"{path} is no file with a token.")
    if state.st_uid not in (os.geteuid(), 0):
        raise Unavailable(f"{path} belongs to another user, who could put another token into it; make it your own.")
    if state.st_mode & 0o077:
        raise Unavailable(f"Others may read the token in {path}: make it yours alone with chmod 600, or a new token.")
