"""The content of files: kept in the store's folder of contents under a random key, never by name.

A content is written and synced before the row that speaks of it is committed, and stays when the row goes, so that
a removed file can come back, until content_upkeep takes it away. No links are followed. While it is being written
its name begins with a dot.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import secrets
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, NamedTuple

from crm_tui.domain.errors import Corrupt, Invalid, Unavailable
from crm_tui.store.sql import faults

#: no content is larger
MOST_BYTES = 100 * 2**20
_CHUNK = 2**20
_KEY = re.compile("[0-9A-Za-z_-]{1,64}")


class Content(NamedTuple):
    """A content that was kept: its key, its size in bytes, and its SHA-256."""

    key: str
    size: int
    sha256: str


def keep(folder: Path, content: BinaryIO) -> Content:
    """Keep what a stream holds. Raises Invalid where it is too large, Unavailable where it can't be written;
    then nothing is left of it."""
    return keep_as(folder, secrets.token_hex(16), _chunks(content))


def keep_as(folder: Path, key: str, chunks: Iterable[bytes]) -> Content:
    """The same under a key that is known; Invalid for one that is no key of ours, which might lead elsewhere."""
    if not _KEY.fullmatch(key):
        raise Invalid("content", "a content has a key of letters and digits")
    unfinished = f".{key}"
    with _opened(folder) as inside:
        handle = os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW, 0o600, dir_fd=inside)
        try:
            with os.fdopen(handle, "wb") as file:
                size, sha256 = _write(chunks, file)
                file.flush()
                os.fsync(file.fileno())
            os.rename(unfinished, key, src_dir_fd=inside, dst_dir_fd=inside)
        except BaseException:
            os.unlink(unfinished, dir_fd=inside)
            raise
        os.fsync(inside)
    return Content(key, size, sha256)


def discard(folder: Path, content: Content) -> None:
    """Take away a content that no row speaks of."""
    with _opened(folder) as inside:
        os.unlink(content.key, dir_fd=inside)


def kept(folder: Path) -> dict[str, float]:
    """When each content in the folder was written, by the system's clock; names of unfinished ones begin with a dot.
    What is not a content of ours, links above all, is not in it."""
    found = {}
    with _opened(folder) as inside:
        for name in os.listdir(inside):
            with suppress(FileNotFoundError):  # others may be writing one, and give it its name now
                found[name] = os.lstat(name, dir_fd=inside)
    return {
        name: status.st_mtime
        for name, status in found.items()
        if stat.S_ISREG(status.st_mode) and _KEY.fullmatch(name.removeprefix("."))
    }


def discard_all(folder: Path, names: Iterable[str]) -> None:
    """Take away what ``kept`` found; what is gone already is passed over."""
    with _opened(folder) as inside:
        for name in names:
            with suppress(FileNotFoundError):
                os.unlink(name, dir_fd=inside)


def open_checked(folder: Path, content: Content, name: str) -> BinaryIO:
    """The content for reading, from its start, after a check of its size and checksum. Raises Corrupt where it
    is not what was kept; ``name`` is what people call it."""
    damaged = Corrupt(f"The content of “{name}” is not what was stored; restore it from a backup.")
    if not _KEY.fullmatch(content.key):  # a path would lead out of the folder
        raise damaged
    with _opened(folder) as inside:
        try:
            handle = os.open(content.key, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=inside)
        except FileNotFoundError as error:
            raise Corrupt(f"The content of “{name}” is missing; restore it from a backup.") from error
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise damaged
    file = os.fdopen(handle, "rb")
    try:
        if (content.size, content.sha256) != _measure(file):
            raise damaged
        file.seek(0)
    except BaseException:
        file.close()
        raise
    return file


def _write(chunks: Iterable[bytes], target: BinaryIO) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    for chunk in chunks:
        size += len(chunk)
        if size > MOST_BYTES:
            raise Invalid("content", f"a file has at most {MOST_BYTES // 2**20} MB; add a link to a larger one")
        digest.update(chunk)
        target.write(chunk)
    return size, digest.hexdigest()


def _chunks(source: BinaryIO) -> Iterator[bytes]:
    try:
        while chunk := source.read(_CHUNK):
            yield chunk
    except OSError as error:
        raise Unavailable(f"What is to be kept can't be read ({error.strerror}); nothing was added.") from error


def _measure(file: BinaryIO) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    while chunk := file.read(_CHUNK):
        size += len(chunk)
        digest.update(chunk)
    return size, digest.hexdigest()


@contextmanager
def _opened(folder: Path) -> Iterator[int]:
    """The folder, so that names are taken from it and no path is followed; other trouble is Unavailable."""
    with faults.told(str(folder)):
        try:
            handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
            try:
                yield handle
            finally:
                os.close(handle)
        except OSError as error:
            if error.errno in (errno.ELOOP, errno.ENOTDIR):
                raise Corrupt(f"A link lies where the contents of files belong: {folder}; take it away.") from error
            raise
