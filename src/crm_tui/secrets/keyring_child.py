"""The process that asks the system's keyring, which may hang for minutes: ``get``, ``set`` or ``delete`` of one entry.

A secret comes on standard input and goes out on standard output, since arguments are seen by everybody on the machine.
How it ended is the exit code; whatever else is raised ends it with 1, and its traceback is nobody's to see.
"""

from __future__ import annotations

import sys
from typing import Protocol

DONE, NO_KEYRING, LOCKED, FAILED, NOT_TRUSTED, NOT_INSTALLED = 0, 10, 11, 12, 13, 14
#: what an entry is called there; its user name is the address of the server
SERVICE = "crm-tui"
#: those that keep secrets encrypted. Others, such as those of keyrings.alt, write them down for everybody to read.
_TRUSTED = frozenset(f"keyring.backends.{name}" for name in ("SecretService", "libsecret", "kwallet", "macOS"))
_NONE = frozenset(("keyring.backends.fail", "keyring.backends.null"))


class _Backend(Protocol):
    """What is asked of a keyring."""

    def get_password(self, service: str, username: str) -> str | None: ...
    def set_password(self, service: str, username: str, password: str) -> None: ...
    def delete_password(self, service: str, username: str) -> None: ...


def main(arguments: list[str]) -> int:
    """Do what is asked; returns the exit code."""
    try:
        import keyring
        from keyring import errors
    except ModuleNotFoundError:
        return NOT_INSTALLED
    action, username = arguments
    try:
        backends = _usable(keyring.get_keyring())
        if isinstance(backends, int):
            return backends
        return _act(backends[0], action, username)
    except errors.NoKeyringError:
        return NO_KEYRING
    except (errors.KeyringLocked, errors.InitError):
        return LOCKED
    except errors.KeyringError:
        return FAILED


def _usable(found: object) -> list[_Backend] | int:
    """The keyrings that are trusted, the best first; else why there is none."""
    each: list[_Backend] = getattr(found, "backends", None) or [found]  # a chain, or one
    modules = [type(one).__module__ for one in each]
    trusted = [one for one, module in zip(each, modules, strict=True) if module in _TRUSTED]
    if trusted:
        return trusted
    return NO_KEYRING if set(modules) <= _NONE else NOT_TRUSTED


def _act(backend: _Backend, action: str, username: str) -> int:
    if action == "set":
        backend.set_password(SERVICE, username, sys.stdin.read())
        return DONE
    kept = backend.get_password(SERVICE, username)
    if action == "get":
        sys.stdout.write(kept or "")
    elif kept is not None:
        backend.delete_password(SERVICE, username)
    return DONE


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
