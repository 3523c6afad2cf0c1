"""Files that others find whole or not at all: a temporary file beside the wanted one, then a rename."""

from __future__ import annotations

import errno
import io
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from crm_tui.domain.errors import CrmError, Unavailable

if TYPE_CHECKING:
    from typing_extensions import Buffer

#: what a file system without hard links says (FAT, some network shares)
_NO_HARD_LINKS = frozenset((errno.EPERM, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK))
#: bytes that are written between two looks at the room
_PIECE = 1 << 20


class Taken(CrmError):
    """The name is that of another file already, which stays as it is."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} is already there: choose another name, or allow it to be overwritten (--force).")


def any_room() -> None:
    """Where the disk is the limit."""


@contextmanager
def new_file(path: Path, *, overwrite: bool = False, check_room: Callable[[], None] = any_room) -> Iterator[BinaryIO]:
    """A file to write that appears under ``path`` (mode 0600) when the block ends well, else not at all.

    ``check_room`` (see UserFiles) is called as the file grows; what it raises ends the writing. Raises Taken where
    something is there already and ``overwrite`` is not set, Unavailable where the system refuses (no such folder,
    disk full, read-only). A link at ``path`` is replaced, never written through.
    """
    try:
        with _written_beside(path, overwrite=overwrite, check_room=check_room) as stream:
            yield stream
    except OSError as error:
        raise _refused(path, error) from error


def check_new_file(path: Path, *, overwrite: bool = False) -> None:
    """Raise now what ``new_file`` would raise after long work, as far as it can be told."""
    try:
        if overwrite and path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        temporary, descriptor = _begun_beside(path, overwrite=overwrite)
        os.close(descriptor)
        os.unlink(temporary)
    except OSError as error:
        raise _refused(path, error) from error


def _refused(path: Path, error: OSError) -> Unavailable:
    return Unavailable(f"{path} can't be written: {error.strerror or error}.")


def _begun_beside(path: Path, *, overwrite: bool) -> tuple[Path, int]:
    """A temporary file beside the wanted one, and its descriptor."""
    if not overwrite and os.path.lexists(path):
        raise Taken(path)
    temporary = path.with_name(f".{path.name[:40]}.{secrets.token_hex(6)}.part")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
    return temporary, os.open(temporary, flags, 0o600)


@contextmanager
def _written_beside(path: Path, *, overwrite: bool, check_room: Callable[[], None]) -> Iterator[BinaryIO]:
    temporary, descriptor = _begun_beside(path, overwrite=overwrite)
    try:
        with _Growing(descriptor, check_room) as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
            check_room()
        if overwrite:
            os.replace(temporary, path)
        else:
            _rename_to_free_name(temporary, path)
        _sync_folder(path.parent)
    finally:
        with suppress(FileNotFoundError):
            os.unlink(temporary)


class _Growing(io.BufferedWriter):
    """A file that is written, with a look at the room after each piece."""

    def __init__(self, descriptor: int, check_room: Callable[[], None]) -> None:
        super().__init__(io.FileIO(descriptor, "wb"))
        self._check_room = check_room
        self._unseen = 0

    def write(self, data: Buffer) -> int:
        size = super().write(data)
        self._unseen += size
        if self._unseen >= _PIECE:
            self._unseen = 0
            self.flush()
            self._check_room()
        return size


def _rename_to_free_name(temporary: Path, path: Path) -> None:
    """A hard link fails where the name was taken meanwhile, which a rename would not."""
    try:
        try:
            os.link(temporary, path)
        except OSError as error:
            if error.errno not in _NO_HARD_LINKS:
                raise
            # the name is taken first, then the finished file replaces it
            os.close(os.open(path, os.O_CREAT | os.O_EXCL, 0o600))
            os.replace(temporary, path)
    except FileExistsError:
        raise Taken(path) from None


def _sync_folder(folder: Path) -> None:
    """Make the new name outlast a power cut; some file systems can't sync a folder, and need not."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):
            os.fsync(descriptor)
    finally:
        os.close(descriptor)
