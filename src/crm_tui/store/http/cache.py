"""What was read from a server, so that going back is instant, and something is there while it can't be reached.

It holds the bodies of answers by what was asked, of one user at one server, the least used of them going first. An
entry is ``as_of`` a state of the store (watch.Watch.state): while that lasts nobody else needs to be asked.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from datetime import datetime
from typing import NamedTuple, Protocol


class Entry(NamedTuple):
    """An answer: its ETag, the body, when it was read or found unchanged, and the state of the store that it is of."""

    etag: str
    body: bytes
    read_at: datetime
    as_of: str


class Cache(Protocol):
    """Answers by what was asked. Thread-safe."""

    def find(self, question: str) -> Entry | None:
        """What was answered last, if that is still here."""
        ...

    def keep(self, question: str, entry: Entry) -> None:
        """Remember an answer, in place of an older one."""
        ...

    def drop(self, question: str) -> None:
        """Forget an answer."""
        ...

    def empty(self) -> None:
        """Forget everything, to the byte."""
        ...

    def close(self) -> None:
        """End; what is on disk stays there."""
        ...


class MemoryCache:
    """In memory, as long as the program runs."""

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._lock = threading.Lock()
        self._entries: OrderedDict[str, Entry] = OrderedDict()
        self._bytes = 0

    def find(self, question: str) -> Entry | None:
        """What was answered last, if that is still here."""
        with self._lock:
            entry = self._entries.get(question)
            if entry is not None:
                self._entries.move_to_end(question)
            return entry

    def keep(self, question: str, entry: Entry) -> None:
        """Remember an answer, in place of an older one."""
        with self._lock:
            self._forget(question)
            self._entries[question] = entry
            self._bytes += _size(question, entry)
            while self._bytes > self._most:
                self._forget(next(iter(self._entries)))

    def drop(self, question: str) -> None:
        """Forget an answer."""
        with self._lock:
            self._forget(question)

    def empty(self) -> None:
        """Forget everything."""
        with self._lock:
            self._entries.clear()
            self._bytes = 0

    def close(self) -> None:
        """Forget everything."""
        self.empty()

    def _forget(self, question: str) -> None:
        entry = self._entries.pop(question, None)
        if entry is not None:
            self._bytes -= _size(question, entry)


def _size(question: str, entry: Entry) -> int:
    return len(question) + len(entry.body)
