"""The files of one folder, by name: all that somebody may read and write.

It is for users who are somebody else to the system than to the store, as those who share an account over SSH:
files go by their bare names, so that no name leads out of the folder. It is made for this user alone, and what is in it
is opened from its own handle and never through a link.
"""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import time
from typing import BinaryIO, NamedTuple

from crm_tui.domain.errors import Invalid, NotFound, Unavailable
from crm_tui.interchange.files import Taken

#: bytes that all files in a folder may have together, with those that are being written
ROOM = 500_000_000
#: files that a folder may have, likewise
MOST_FILES = 1_000
_LONGEST_NAME = 150  # bytes; temporary names are longer
_PIECE = 1 << 20
_KEPT = 60 * 60  # seconds
ONLY_NAMES = "files of your transfer folder go by their names alone, without a folder; see crm-tui transfer list"


class Held(NamedTuple):
    """A file of the folder, its size in bytes, and when it was changed, as time.time()."""

    name: str
    size: int
    changed: float


class TransferFolder:
    """UserFiles of one folder, and what ``crm-tui transfer`` does with them."""

    closed = True

    def __init__(self, path: Path) -> None:
        """``path`` is made if need be, for this user alone. Raises Unavailable."""
        self.path = path
        with self._told(), self._inside():
            pass

    def named(self, typed: str) -> Path:
        """The path of a file by its name. Raises Invalid for what is no bare name, and where something else than a
        file of this folder alone stands there: a link, a folder, a device, a name of a file that has others."""
        check_name(typed)
        with self._told(), self._inside() as inside, suppress(FileNotFoundError):
            _check_file(typed, os.lstat(typed, dir_fd=inside))
        return self.path / typed

    def checked(self, path: Path) -> Path:
        """One of the folder itself. Raises Invalid."""
        if path.parent != self.path:
            raise Invalid("file", ONLY_NAMES)
        return self.named(path.name)

    def suggested(self, path: Path) -> str:
        """The bare name."""
        return path.name

    def check_room(self) -> None:
        """Raise Unavailable where the folder holds more than it may. As everybody who writes there asks while a file
        grows, several at once don't get round it."""
        with self._told(), self._inside() as inside:
            _check_room(inside)

    def files(self) -> list[Held]:
        """What is there, by name."""
        with self._told(), self._inside() as inside:
            return _files(inside)

    @contextmanager
    def reading(self, name: str) -> Iterator[BinaryIO]:
        """A file's content. Raises Invalid, NotFound, Unavailable."""
        check_name(name)
        with self._told(), self._inside() as inside:
            try:
                flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC  # a pipe would be waited for
                handle = os.open(name, flags, dir_fd=inside)
            except FileNotFoundError:
                raise NotFound("file", f"“{name}” in your transfer folder") from None
        with open(handle, "rb") as content:
            _check_file(name, os.fstat(handle))
            yield content

    def write(self, name: str, content: BinaryIO, *, overwrite: bool) -> int:
        """Keep all of ``content`` under a name, whole or not at all; returns its size. Raises Invalid, Taken,
        Unavailable."""
        check_name(name)
        with self._told(), self._inside() as inside:
            self._check_free(name, inside, overwrite=overwrite)
            _remove_leftovers(inside, time())
            temporary = f".{secrets.token_hex(8)}.part"
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
            try:
                with open(os.open(temporary, flags, 0o600, dir_fd=inside), "wb") as file:
                    size = _copied(content, file, inside)
                self._check_free(name, inside, overwrite=overwrite)  # it may have come meanwhile
                os.rename(temporary, name, src_dir_fd=inside, dst_dir_fd=inside)
            finally:
                with suppress(FileNotFoundError):
                    os.unlink(temporary, dir_fd=inside)
            os.fsync(inside)
        return size

    def remove(self, name: str) -> None:
        """Take a file away. Raises Invalid, NotFound, Unavailable."""
        check_name(name)
        with self._told(), self._inside() as inside:
            try:
                os.unlink(name, dir_fd=inside)
            except FileNotFoundError:
                raise NotFound("file", f"“{name}” in your transfer folder") from None

    def _check_free(self, name: str, inside: int, *, overwrite: bool) -> None:
        try:
            found = os.lstat(name, dir_fd=inside)
        except FileNotFoundError:
            return
        _check_file(name, found)
        if not overwrite:
            raise Taken(Path(name))

    @contextmanager
    def _inside(self) -> Iterator[int]:
        """A handle of the folder; Unavailable unless it is one of this user's, and no link."""
        self.path.mkdir(0o700, parents=True, exist_ok=True)
        handle = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            if os.fstat(handle).st_uid != os.geteuid():
                raise Unavailable("Your transfer folder belongs to somebody else; tell who runs this machine.")
            os.fchmod(handle, 0o700)
            yield handle
        finally:
            os.close(handle)

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise Unavailable(f"Your transfer folder can't be used: {error.strerror or error}.") from error


def check_name(typed: str) -> None:
    """Raise Invalid for what is no bare name of a file."""
    if "/" in typed or typed.startswith(("~", ".")) or not typed.strip():
        raise Invalid("file", ONLY_NAMES)
    if not typed.isprintable() or len(typed.encode("utf-8", "surrogatepass")) > _LONGEST_NAME:
        raise Invalid("file", f"a name has up to {_LONGEST_NAME} bytes, and no characters that can't be seen")


def _check_file(name: str, found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode) or found.st_nlink != 1 or found.st_uid != os.geteuid():
        raise Invalid("file", f"“{name}” is not a file of your transfer folder alone; remove it, or take another name")


def _files(inside: int, *, hidden: bool = False) -> list[Held]:
    held = []
    for name in sorted(os.listdir(inside)):
        with suppress(FileNotFoundError):
            found = os.lstat(name, dir_fd=inside)
            if (hidden or not name.startswith(".")) and stat.S_ISREG(found.st_mode):
                held.append(Held(name, found.st_size, found.st_mtime))
    return held


def _remove_leftovers(inside: int, now: float) -> None:
    """Take away what is half a file since its line dropped; one that is being written was written to just now."""
    for held in _files(inside, hidden=True):
        if held.name.startswith(".") and held.changed < now - _KEPT:
            with suppress(FileNotFoundError):
                os.unlink(held.name, dir_fd=inside)


def _check_room(inside: int) -> None:
    held = _files(inside, hidden=True)
    if len(held) > MOST_FILES:
        raise Unavailable(f"Your transfer folder takes {MOST_FILES} files; remove some first.")
    if sum(each.size for each in held) > ROOM:
        raise Unavailable(f"Your transfer folder holds {ROOM // 1_000_000} MB in all; remove files from it first.")


def _copied(content: BinaryIO, file: BinaryIO, inside: int) -> int:
    """Copy it all, as far as there is room, piece by piece; returns the size."""
    size = 0
    _check_room(inside)
    while piece := content.read(_PIECE):
        size += file.write(piece)
        file.flush()
        _check_room(inside)
    os.fsync(file.fileno())
    return size
