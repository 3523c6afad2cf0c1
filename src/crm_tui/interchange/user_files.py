"""Which files somebody may name: all that the system lets them have, or others where a program says so."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from crm_tui.domain.errors import Invalid


class UserFiles(Protocol):
    """Which files the user may name. ``closed``: those of one folder alone, by their bare names."""

    closed: bool

    def named(self, typed: str) -> Path:
        """The path of what is typed; nothing may be there yet. Raises Invalid."""

    def checked(self, path: Path) -> Path:
        """A path that was chosen, if the user may name it. Raises Invalid."""

    def suggested(self, path: Path) -> str:
        """How a path is typed that ``named`` gives."""

    def check_room(self) -> None:
        """Raise Unavailable where what is written there now is more than the user may have."""


class AnyFiles:
    """All files that the system lets the user have."""

    closed = False

    def named(self, typed: str) -> Path:
        """``~`` may take a look-up that waits: not for the UI thread."""
        if "\0" in typed:
            raise Invalid("file", "no name of a file holds a NUL character")
        try:
            return Path(typed).expanduser()
        except RuntimeError as error:
            raise Invalid("file", f"the home folder in {typed} is not known; give the whole path") from error

    def checked(self, path: Path) -> Path:
        """As it is."""
        return path

    def suggested(self, path: Path) -> str:
        """The whole path."""
        return str(path)

    def check_room(self) -> None:
        """The system says when a disk is full."""
