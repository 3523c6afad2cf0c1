"""The cache on disk, for those who want it: what was read is there at the next start, too, be the server or not.

A folder of this user alone for each token at each server, with a file for each answer: to remove a file leaves nothing
of it in others. Signing out removes the folder of the server (``forget``), an erasure by whomever empties the folder
as soon as it is heard of (erasures.py). What was not read again for a week goes at the next start, whatever token and
server it is of.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import threading
import time
from collections import OrderedDict
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import msgspec

from crm_tui.domain.errors import Unavailable
from crm_tui.store.http.address import address_of
from crm_tui.store.http.cache import Entry

_MOST_SECONDS = 7 * 24 * 3600.0
_UNFINISHED = ".new"


class _Head(msgspec.Struct, frozen=True):
    """The first line of a file; the answer follows."""

    etag: str
    read_at: datetime
    as_of: str
    digest: str  # a loss of power may leave half of an answer, whose ETag would have it confirmed for good


class DiskCache:
    """``Cache`` in files; use ``open_disk_cache``."""

    def __init__(self, folder: Path, most_bytes: int) -> None:
        self._folder = folder
        self._most = most_bytes
        self._lock = threading.Lock()
        self._sizes: OrderedDict[str, int] = OrderedDict()
        self._bytes = 0

    def open(self) -> None:
        """See what is there, and remove what is too old. Raises Unavailable where the folder can't be made."""
        try:
            for folder in (self._folder.parent.parent, self._folder.parent, self._folder):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._sweep(self._folder.parent.parent)
            found = sorted((each.stat().st_mtime, each.name, each.stat().st_size) for each in os.scandir(self._folder))
        except OSError as error:
            where = f"What is read can't be kept in {self._folder} ({error.strerror})"
            raise Unavailable(f"{where}: correct its rights, or set cache to memory.") from error
        for _, name, size in found:
            if name.endswith(_UNFINISHED):
                self._unlink(self._folder / name)
            else:
                self._sizes[name] = size
                self._bytes += size

    def find(self, question: str) -> Entry | None:
        """What was answered last, if that is still here and whole."""
        name = _name(question)
        try:
            head, _, body = (self._folder / name).read_bytes().partition(b"\n")
            its = msgspec.json.decode(head, type=_Head)
        except (OSError, msgspec.DecodeError, UnicodeDecodeError):  # it is read anew
            return None
        with self._lock:
            if name in self._sizes:
                self._sizes.move_to_end(name)
        return Entry(its.etag, body, its.read_at, its.as_of) if its.digest == _digest(body) else None

    def keep(self, question: str, entry: Entry) -> None:
        """Remember an answer, in place of an older one. Where there is no room it is read anew."""
        name = _name(question)
        head = _Head(entry.etag, entry.read_at, entry.as_of, _digest(entry.body))
        content = msgspec.json.encode(head) + b"\n" + entry.body
        with self._lock:
            try:
                self._write(name, content)
            except OSError:
                self._remove(name)
                return
            self._bytes += len(content) - self._sizes.pop(name, 0)
            self._sizes[name] = len(content)
            while self._bytes > self._most:
                self._remove(next(iter(self._sizes)))

    def drop(self, question: str) -> None:
        """Forget an answer."""
        with self._lock:
            self._remove(_name(question))

    def empty(self) -> None:
        """Forget everything, also what another program with the same token keeps here."""
        with self._lock:
            self._sizes.clear()
            self._bytes = 0
            with suppress(FileNotFoundError):  # signed out meanwhile
                for each in os.scandir(self._folder):
                    self._unlink(Path(each.path))

    def close(self) -> None:
        """What is kept stays."""

    def _sweep(self, servers: Path) -> None:
        """Remove what is too old of all tokens: those that were replaced have nobody else who would."""
        oldest = time.time() - _MOST_SECONDS
        for path in servers.glob("*/*/*"):
            with suppress(FileNotFoundError):  # another program removed it
                if path.stat().st_mtime < oldest:
                    self._unlink(path)

    def _write(self, name: str, content: bytes) -> None:
        temporary = self._folder / f"{name}{_UNFINISHED}"
        temporary.unlink(missing_ok=True)
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        temporary.replace(self._folder / name)

    def _remove(self, name: str) -> None:
        self._bytes -= self._sizes.pop(name, 0)
        self._unlink(self._folder / name)

    def _unlink(self, path: Path) -> None:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise Unavailable(f"{path} can't be removed ({error.strerror}); what was read is still in it.") from error


def open_disk_cache(folder: Path, url: str, token: str, most_bytes: int) -> DiskCache:
    """What is kept below ``folder`` of a server for a token. Raises Unavailable."""
    cache = DiskCache(_of_server(folder, url) / _name(token), most_bytes)
    cache.open()
    return cache


def forget(folder: Path, url: str) -> None:
    """Remove all that is kept of a server, of whomever: after signing out. Raises Unavailable."""
    kept = _of_server(folder, url)
    try:
        if kept.exists():
            shutil.rmtree(kept)
    except OSError as error:
        raise Unavailable(f"What was read is still in {kept}, which can't be removed: {error.strerror}.") from error


def _of_server(folder: Path, url: str) -> Path:
    return folder / _name(address_of(url).base)


def _digest(body: bytes) -> str:
    return hashlib.blake2b(body, digest_size=16).hexdigest()


def _name(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]
