"""A disk that loses power: a log of everything written, and the files as they may be found afterwards.

Only what was synced is surely there. Of what was not, any part may be: nothing, all, or some of the sectors
of 512 bytes.
"""

from __future__ import annotations

import os
import random
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import apsw

_NAME = "power_cut"
_SECTOR = 512


class Write(NamedTuple):
    """Data to be written somewhere in a file."""

    path: str
    offset: int
    data: bytes


class Truncate(NamedTuple):
    """A file to be cut to a size."""

    path: str
    size: int


class Sync(NamedTuple):
    """All of a file's data is on the disk from here on."""

    path: str


class Delete(NamedTuple):
    """A file is gone."""

    path: str


class Acknowledged(NamedTuple):
    """The program was told that this change is kept."""

    number: int


Operation = Write | Truncate | Sync | Delete | Acknowledged
Log = list[Operation]


class _LoggingFile(apsw.VFSFile):
    def __init__(self, log: Log, name: str | apsw.URIFilename | None, flags: list[int]) -> None:
        path = name.filename() if isinstance(name, apsw.URIFilename) else name
        self._path = path or ""
        self._log = log
        super().__init__("unix", name, flags)

    def xWrite(self, data: bytes, offset: int) -> None:
        self._log.append(Write(self._path, offset, bytes(data)))
        super().xWrite(data, offset)

    def xTruncate(self, newsize: int) -> None:
        self._log.append(Truncate(self._path, newsize))
        super().xTruncate(newsize)

    def xSync(self, flags: int) -> None:
        self._log.append(Sync(self._path))
        super().xSync(flags)


class _LoggingVFS(apsw.VFS):
    def __init__(self, log: Log) -> None:
        self._log = log
        super().__init__(_NAME, "unix", makedefault=True)

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> apsw.VFSFile:
        return _LoggingFile(self._log, name, flags)

    def xDelete(self, filename: str, syncdir: bool) -> None:
        self._log.append(Delete(filename))
        super().xDelete(filename, syncdir)


@contextmanager
def logged() -> Iterator[Log]:
    """Everything that SQLite does to files in this process, while it lasts."""
    log: Log = []
    vfs = _LoggingVFS(log)
    try:
        yield log
    finally:
        vfs.unregister()


def files_after_cut(
    log: Log, moment: int, luck: float, choice: random.Random, start: dict[str, bytes]
) -> dict[str, bytes]:
    """What is on the disk if power goes right before operation ``moment``; a sector that was not synced is
    there with the probability ``luck``. ``start`` is what was there before."""
    kept = {path: bytearray(content) for path, content in start.items()}
    waiting: dict[str, list[Write | Truncate]] = defaultdict(list)
    for operation in log[:moment]:
        match operation:
            case Write() | Truncate():
                waiting[operation.path].append(operation)
            case Sync(path):
                for change in waiting.pop(path, []):
                    _apply(kept.setdefault(path, bytearray()), change)
            case Delete(path):
                waiting.pop(path, None)
                kept.pop(path, None)
    for path, changes in waiting.items():
        content = kept.setdefault(path, bytearray())
        for change in changes:
            for part in _parts(change):
                if choice.random() < luck:
                    _apply(content, part)
    return {path: bytes(content) for path, content in kept.items() if not path.endswith("-shm")}


def _parts(change: Write | Truncate) -> Iterator[Write | Truncate]:
    if isinstance(change, Truncate):
        yield change
        return
    for start in range(0, len(change.data), _SECTOR):
        yield Write(change.path, change.offset + start, change.data[start : start + _SECTOR])


def _apply(content: bytearray, change: Write | Truncate) -> None:
    if isinstance(change, Truncate):
        del content[change.size :]
        content.extend(bytes(change.size - len(content)))
        return
    end = change.offset + len(change.data)
    content.extend(bytes(max(0, end - len(content))))
    content[change.offset : end] = change.data


def put_files(files: dict[str, bytes], folder: str) -> None:
    """Write the files as they were found into another folder, under the same names."""
    for name in os.listdir(folder):
        os.unlink(os.path.join(folder, name))
    for path, content in files.items():
        descriptor = os.open(os.path.join(folder, os.path.basename(path)), os.O_WRONLY | os.O_CREAT, 0o600)
        with open(descriptor, "wb") as file:
            file.write(content)
