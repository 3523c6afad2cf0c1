"""What is copied of a store in a database that is at hand: the rows of its tables as they are, and the contents of its
files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Generator, Iterator, Sequence
from typing import Any

import msgspec

from crm_tui.domain.errors import Corrupt
from crm_tui.store.sql import table_rows
from crm_tui.store.sql.copy_ends import Batch, Target
from crm_tui.store.sql.dialect import Connection
from crm_tui.store.sql.file_contents import Content, Contents, chunks_of, damaged
from crm_tui.store.sql.portable import SqlPortable
from crm_tui.store.sql.table_rows import Whole
from crm_tui.store.sql.tables import FILE

_ENCODER = msgspec.json.Encoder()


class Rows:
    """The source."""

    def __init__(self, portable: SqlPortable) -> None:
        self._portable = portable

    def batches(self) -> Generator[Batch, None, None]:
        """All of it, as of one moment."""
        with self._portable.reading_all() as con:
            yield from _batches(con, self._portable.contents)

    def copied(self, target: Target) -> Iterator[Batch]:
        """The same, read from what was written."""
        return _batches(target.con, target.contents)

    def derive(self, target: Target, now: dt.datetime) -> None:
        """Nothing: what is derived is in the rows."""


def _batches(con: Connection, contents: Contents) -> Iterator[Batch]:
    for name in table_rows.names():
        table = table_rows.whole(con, name)
        for rows in table_rows.batches(con, table):
            yield _RowBatch(table, rows)
        if name == FILE.name:
            yield from _contents(con, contents)
    yield _Upkeep(con.execute("SELECT settled_until, erased FROM upkeep").fetchone())


def _contents(con: Connection, contents: Contents) -> Iterator[Batch]:
    rows = con.stream("SELECT name, content_key, size, sha256 FROM file WHERE content_key IS NOT NULL ORDER BY id")
    for name, key, size, sha256 in rows:
        yield _ContentBatch(contents, Content(key, size, sha256), name)


class _RowBatch:
    """Rows of a table."""

    def __init__(self, table: Whole, rows: Sequence[tuple[Any, ...]]) -> None:
        self.name = table.called
        self._table = table
        self._rows = rows

    def write(self, target: Target) -> None:
        """Write them."""
        target.con.dialect.bulk.insert(target.con, self._table.name, self._table.columns, self._rows)

    def said(self) -> tuple[int, bytes]:
        """How many they are, and what they say: a line each."""
        return len(self._rows), _ENCODER.encode_lines(self._rows)

    def check(self) -> None:
        """Nothing: they are what was read."""


class _ContentBatch:
    """The content of a file, which its row tells from all others."""

    name = "content"

    def __init__(self, contents: Contents, content: Content, file: str) -> None:
        self._contents = contents
        self._content = content
        self._file = file

    def write(self, target: Target) -> None:
        """Keep it. It is read once more than is written: it is checked first."""
        with self._contents.open_checked(self._content, self._file) as content:
            kept = target.contents.keep_as(self._content.key, chunks_of(content))
        if kept != self._content:
            raise damaged(self._file)

    def said(self) -> tuple[int, bytes]:
        """Its size and checksum."""
        return 1, _ENCODER.encode(self._content)

    def check(self) -> None:
        """Read it, and compare."""
        self._contents.open_checked(self._content, self._file).close()


class _Upkeep:
    """Up to when customers' last activity is counted, and how many people were erased, which caches follow. Nothing of
    these is in unused places of a copy."""

    name = "upkeep"

    def __init__(self, row: tuple[str, int] | None) -> None:
        if row is None:
            raise Corrupt("The store does not say up to when it was looked after: restore a backup of it.")
        self._row = row

    def write(self, target: Target) -> None:
        """Write it into the row that every store has."""
        settled_until, erased = self._row
        target.con.execute(
            "UPDATE upkeep SET settled_until = ?, erased = ?, overwritten = ?", (settled_until, erased, erased)
        )

    def said(self) -> tuple[int, bytes]:
        """The row."""
        return 1, _ENCODER.encode(self._row)

    def check(self) -> None:
        """Nothing: it is what was read."""
