"""The content of files: kept under a random key, never by name; beside an SQLite database in a folder.

A content is written and synced before the row that speaks of it is committed, and stays when the row goes, so that
a removed file can come back, until content_upkeep takes it away. No links are followed. While it is being written
its name begins with a dot.
"""

from __future__ import annotations

import datetime as dt
import errno
import hashlib
import os
import re
import secrets
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, NamedTuple, Protocol

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


class Contents(Protocol):
    """Where a store keeps the contents of its files. Each is kept before the transaction that adds its file, and none
    of the methods is part of a transaction of the store. All raise Unavailable and Corrupt."""

    def keep(self, source: BinaryIO) -> Content:
        """Keep what a stream holds under a new key. Raises Invalid where it is too large; then, as wherever it can't
        be kept, nothing is left of it."""
        ...

    def keep_as(self, key: str, chunks: Iterable[bytes]) -> Content:
        """The same under a key that is known; Invalid for one that is no key of ours."""
        ...

    def open_checked(self, content: Content, name: str) -> BinaryIO:
        """The content for reading, from its start, after a check of its size and checksum. Raises Corrupt where it is
        not what was kept; ``name`` is what people call it."""
        ...

    def kept(self) -> dict[str, dt.datetime]:
        """When each content was written, by the clock of what keeps them; names of unfinished ones begin with a
        dot."""
        ...

    def any_kept(self) -> bool:
        """Whether there may be some. Where they can't be looked for there are none: who uses one is told."""
        ...

    def discard(self, names: Iterable[str]) -> None:
        """Take away what ``kept`` found, or was kept under a key; what is gone already is passed over."""
        ...


def need_key(key: str) -> None:
    """Raise Invalid for what is no key of ours: a path would lead elsewhere."""
    if not _KEY.fullmatch(key):
        raise Invalid("content", "a content has a key of letters and digits")


def new_key() -> str:
    """A key that nobody guesses, and that no other content has."""
    return secrets.token_hex(16)


def missing(name: str) -> Corrupt:
    """What is said of a content that is not there."""
    return Corrupt(f"The content of “{name}” is missing; restore it from a backup.")


def damaged(name: str) -> Corrupt:
    """What is said of a content that is not what was kept."""
    return Corrupt(f"The content of “{name}” is not what was stored; restore it from a backup.")


def chunks_of(source: BinaryIO) -> Iterator[bytes]:
    """What a stream holds, chunk by chunk."""
    try:
        while chunk := source.read(_CHUNK):
            yield chunk
    except OSError as error:
        raise Unavailable(f"What is to be kept can't be read ({error.strerror}); nothing was added.") from error


class Measure:
    """Size and SHA-256 of the chunks that go through ``of``. With ``capped`` it raises Invalid for a content that is
    too large."""

    def __init__(self, *, capped: bool = False) -> None:
        self._digest = hashlib.sha256()
        self._capped = capped
        self.size = 0

    @property
    def sha256(self) -> str:
        """The checksum, in hexadecimal."""
        return self._digest.hexdigest()

    def of(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """The same chunks, measured."""
        for chunk in chunks:
            self.size += len(chunk)
            if self._capped and self.size > MOST_BYTES:
                raise Invalid("content", f"a file has at most {MOST_BYTES // 2**20} MB; add a link to a larger one")
            self._digest.update(chunk)
            yield chunk

    def fits(self, content: Content) -> bool:
        """Whether what was measured is this content."""
        return (self.size, self.sha256) == (content.size, content.sha256)


class FolderContents:
    """Contents in a folder beside the database. ``prepare`` makes the folder if need be."""

    def __init__(self, folder: Path, prepare: Callable[[], object]) -> None:
        self._folder = folder
        self._prepare = prepare

    def keep(self, source: BinaryIO) -> Content:
        """Keep what a stream holds."""
        return self.keep_as(new_key(), chunks_of(source))

    def keep_as(self, key: str, chunks: Iterable[bytes]) -> Content:
        """The same under a key that is known."""
        need_key(key)
        unfinished = f".{key}"
        measure = Measure(capped=True)
        with self._opened() as inside:
            handle = os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW, 0o600, dir_fd=inside)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.writelines(measure.of(chunks))
                    file.flush()
                    os.fsync(file.fileno())
                os.rename(unfinished, key, src_dir_fd=inside, dst_dir_fd=inside)
            except BaseException:
                os.unlink(unfinished, dir_fd=inside)
                raise
            os.fsync(inside)
        return Content(key, measure.size, measure.sha256)

    def open_checked(self, content: Content, name: str) -> BinaryIO:
        """The content for reading, after a check."""
        if not _KEY.fullmatch(content.key):
            raise damaged(name)
        with self._opened() as inside:
            try:
                handle = os.open(content.key, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=inside)
            except FileNotFoundError as error:
                raise missing(name) from error
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            os.close(handle)
            raise damaged(name)
        file = os.fdopen(handle, "rb")
        try:
            if not _measured(file).fits(content):
                raise damaged(name)
            file.seek(0)
        except BaseException:
            file.close()
            raise
        return file

    def kept(self) -> dict[str, dt.datetime]:
        """When each was written. What is not a content of ours, links above all, is not in it."""
        found = {}
        with self._opened() as inside:
            for name in os.listdir(inside):
                with suppress(FileNotFoundError):  # others may be writing one, and give it its name now
                    found[name] = os.lstat(name, dir_fd=inside)
        return {
            name: dt.datetime.fromtimestamp(status.st_mtime, dt.UTC)
            for name, status in found.items()
            if stat.S_ISREG(status.st_mode) and _KEY.fullmatch(name.removeprefix("."))
        }

    def any_kept(self) -> bool:
        """Whether something is in the folder, if it is one, and not a link."""
        folder = self._folder
        if folder.is_symlink() or not folder.is_dir() or not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
            return False
        with os.scandir(folder) as entries:
            return any(entries)

    def discard(self, names: Iterable[str]) -> None:
        """Take away what was kept."""
        with self._opened() as inside:
            for name in names:
                with suppress(FileNotFoundError):
                    os.unlink(name, dir_fd=inside)

    @contextmanager
    def _opened(self) -> Iterator[int]:
        """The folder, so that names are taken from it and no path is followed; other trouble is Unavailable."""
        self._prepare()
        with faults.told(str(self._folder)):
            try:
                handle = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
                try:
                    yield handle
                finally:
                    os.close(handle)
            except OSError as error:
                if error.errno in (errno.ELOOP, errno.ENOTDIR):
                    where = f"A link lies where the contents of files belong: {self._folder}; take it away."
                    raise Corrupt(where) from error
                raise


def _measured(file: BinaryIO) -> Measure:
    measure = Measure()
    for _ in measure.of(iter(lambda: file.read(_CHUNK), b"")):
        pass
    return measure
