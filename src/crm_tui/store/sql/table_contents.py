"""The contents of files in tables of the database itself, part by part: for databases that other machines reach.

A content appears whole, with the transaction that wrote it; so there are no unfinished ones. It is read part by part,
too, and nothing holds more than a few in memory.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from itertools import count
from typing import Any, BinaryIO, cast

from crm_tui.store.sql import keyset
from crm_tui.store.sql.dialect import Connection
from crm_tui.store.sql.file_contents import MOST_BYTES, Content, Measure, chunks_of, damaged, missing, need_key, new_key

#: bytes of a part
PART = 256 * 1024
#: parts that are read at a time
_AHEAD = 8

#: gives a connection in a transaction of its own, whatever else the thread is doing in the store; it is committed at
#: the end
Aside = Callable[[], AbstractContextManager[Connection]]


class TableContents:
    """Contents in the tables ``content`` and ``content_part``."""

    def __init__(self, aside: Aside) -> None:
        self._aside = aside

    def keep(self, source: BinaryIO) -> Content:
        """Keep what a stream holds under a new key."""
        return self.keep_as(new_key(), chunks_of(source))

    def keep_as(self, key: str, chunks: Iterable[bytes]) -> Content:
        """The same under a key that is known; what was there under it is replaced."""
        need_key(key)
        measure = Measure(capped=True)
        with self._aside() as con:
            con.execute("DELETE FROM content WHERE key = ?", (key,))
            con.execute("INSERT INTO content (key) VALUES (?)", (key,))
            for number, part in enumerate(_in_parts(measure.of(chunks))):
                con.execute("INSERT INTO content_part (key, part, data) VALUES (?, ?, ?)", (key, number, part))
        return Content(key, measure.size, measure.sha256)

    def open_checked(self, content: Content, name: str) -> BinaryIO:
        """The content for reading, after a check."""
        measure = Measure()
        with self._aside() as con:
            is_there = con.execute("SELECT 1 FROM content WHERE key = ?", (content.key,)).fetchone() is not None
            for _ in measure.of(_parts(con, content.key, range(MOST_BYTES))):
                pass
        if not is_there:
            raise missing(name)
        if not measure.fits(content):
            raise damaged(name)
        return cast(BinaryIO, io.BufferedReader(_Stored(_read(self._aside, content.key)), PART))

    def kept(self) -> dict[str, dt.datetime]:
        """When each was written."""
        with self._aside() as con:
            rows = con.execute("SELECT key, written_at FROM content").fetchall()
        return {key: dt.datetime.fromisoformat(at) for key, at in rows}

    def any_kept(self) -> bool:
        """Whether there are some."""
        with self._aside() as con:
            return con.execute("SELECT 1 FROM content LIMIT 1").fetchone() is not None

    def discard(self, names: Iterable[str]) -> None:
        """Take away contents."""
        with self._aside() as con:
            con.execute(
                "DELETE FROM content WHERE key IN (SELECT CAST(value AS TEXT) FROM json_each(?))",
                (keyset.as_json(tuple(names)),),
            )


def _parts(con: Connection, key: str, numbers: range) -> Iterator[bytes]:
    """Some parts of a content, as far as there are."""
    for number in numbers:
        row = con.execute("SELECT data FROM content_part WHERE key = ? AND part = ?", (key, number)).fetchone()
        if row is None:
            return
        yield bytes(row[0])


def _read(aside: Aside, key: str) -> Iterator[bytes]:
    """All parts, read some ahead: a transaction may cost a connection."""
    for first in count(step=_AHEAD):
        with aside() as con:
            parts = list(_parts(con, key, range(first, first + _AHEAD)))
        yield from parts
        if len(parts) < _AHEAD:
            return


class _Stored(io.RawIOBase):
    """Parts as a stream."""

    def __init__(self, parts: Iterator[bytes]) -> None:
        self._parts = parts
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any, /) -> int:
        """Fill the buffer, as far as the part goes that is being read."""
        while not self._rest and (part := next(self._parts, None)) is not None:
            self._rest = memoryview(part)
        number = min(len(buffer), len(self._rest))
        buffer[:number] = self._rest[:number]
        self._rest = self._rest[number:]
        return number


def _in_parts(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in parts of one size, but for the last."""
    waiting = bytearray()
    for chunk in chunks:
        waiting += chunk
        while len(waiting) >= PART:
            yield bytes(waiting[:PART])
            del waiting[:PART]
    if waiting:
        yield bytes(waiting)
