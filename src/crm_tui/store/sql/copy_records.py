"""What is copied of a store at a server: plain records. What is kept beside them is derived anew."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from itertools import groupby, islice
from typing import Any

import msgspec

from crm_tui.store.sql import loading, portable
from crm_tui.store.sql.contents import ContentLoader
from crm_tui.store.sql.copy_ends import Batch, Target
from crm_tui.store.sql.portable import Record
from crm_tui.store.sql.tables import instant

_BATCH = 2_000
_CONTENT = "content"
#: columns that hold JSON, by what the records of their table are called; entities hold what JSON says
_JSON = {
    "change line": ("old", "new"),
    "merged": ("around",),
    "saved view": ("query",),
    "user setting": ("value",),
}
#: columns that hold instants
_INSTANTS = frozenset(("at", "created_at", "finished_at", "started_at", "updated_at"))
_ENCODER = msgspec.json.Encoder(order="sorted")


class Records:
    """The source; ``dump`` begins to give its records."""

    def __init__(self, dump: Callable[[], Generator[Record, None, None]]) -> None:
        self._dump = dump

    def batches(self) -> Generator[Batch, None, None]:
        """All of it, as of one moment."""
        records = self._dump()
        try:
            yield from batches(records)
        finally:
            records.close()

    def copied(self, target: Target) -> Iterator[Batch]:
        """The same, read from what was written."""
        return batches(portable.records(target.con, target.contents))

    def derive(self, target: Target, now: dt.datetime) -> None:
        """When something last happened with each customer."""
        loading.derive_last_activity(target.con, now)


def batches(records: Iterator[Record]) -> Iterator[Batch]:
    """Records of a table together; the parts of a content are one batch."""
    for (name, _), group in groupby(records, _together):
        rows = (row for _, row in group)
        if name == _CONTENT:
            yield _ContentBatch(rows)
            continue
        write = _Write(name)
        while batch := list(islice(rows, _BATCH)):
            yield _RecordBatch(name, batch, write)


def in_one_form(name: str, row: Mapping[str, Any]) -> Mapping[str, Any]:
    """A record as every database would give it."""
    changed = {
        field: msgspec.json.decode(text) for field in _JSON.get(name, ()) if isinstance(text := row.get(field), str)
    }
    for field in _INSTANTS & row.keys():
        if isinstance(text := row[field], str):
            changed[field] = instant(dt.datetime.fromisoformat(text))
    return {**row, **changed} if changed else row


class _Write:
    """Writes the records of a table; what it needs for that it reads once."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._writer: loading.Writer | None = None

    def __call__(self, target: Target, batch: Sequence[Mapping[str, Any]]) -> None:
        if self._writer is None:
            self._writer = loading.writer(target.con, loading.table_of(self._name))
        self._writer(batch)


class _RecordBatch:
    """Records of a table."""

    def __init__(self, name: str, rows: Sequence[Mapping[str, Any]], write: _Write) -> None:
        self.name = name
        self._rows = rows
        self._write = write

    def write(self, target: Target) -> None:
        """Write them."""
        self._write(target, self._rows)

    def said(self) -> tuple[int, bytes]:
        """How many they are, and what they say: a line each."""
        return len(self._rows), _ENCODER.encode_lines([in_one_form(self.name, row) for row in self._rows])

    def check(self) -> None:
        """Nothing: they are what was read."""


class _ContentBatch:
    """The parts of a content, of which only a few are in memory."""

    name = _CONTENT

    def __init__(self, parts: Iterator[Mapping[str, Any]]) -> None:
        self._parts = parts
        self._number = 0
        self._digest = hashlib.sha256()

    def write(self, target: Target) -> None:
        """Keep it, and compare it with what its file's row says."""
        for _ in ContentLoader(target.con, target.contents).write(self._measured()):
            pass

    def said(self) -> tuple[int, bytes]:
        """How many parts it has, and their checksum."""
        for _ in self._measured():
            pass
        return self._number, self._digest.digest()

    def check(self) -> None:
        """Nothing: as its parts were read, it was checked."""

    def _measured(self) -> Iterator[Mapping[str, Any]]:
        for part in self._parts:
            self._number += 1
            self._digest.update(_ENCODER.encode(part))
            yield part


def _together(record: Record) -> tuple[str, Any]:
    name, row = record
    return name, row.get("key") if name == _CONTENT else None
