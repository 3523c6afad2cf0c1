"""Counts and checksums of a whole store, table by table, over its plain records: the same in every database.

What one database keeps as it was written and another in a form of its own is brought into one form first: JSON in the
order of its names, and instants.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from typing import Any

import msgspec

from crm_tui.store.sql.tables import instant

#: columns that hold JSON, by what the records of their table are called
_JSON = {
    "change line": ("old", "new"),
    "merged": ("around",),
    "saved view": ("query",),
    "user setting": ("value",),
}
#: columns that hold instants
_INSTANTS = frozenset(("at", "created_at", "finished_at", "started_at", "updated_at"))
_ENCODER = msgspec.json.Encoder(order="sorted")


class Checksums:
    """Takes in records one after the other. ``records`` is how many there were."""

    def __init__(self) -> None:
        self.records = 0
        self._whole = hashlib.sha256()
        self._tables: dict[str, Any] = {}
        self._rows: dict[str, int] = {}

    def add(self, name: str, row: Mapping[str, Any]) -> None:
        """Take in a record."""
        said = _ENCODER.encode((name, _in_one_form(name, row)))
        if name not in self._tables:
            self._tables[name] = hashlib.sha256()
            self._rows[name] = 0
        self._whole.update(said)
        self._tables[name].update(said)
        self._rows[name] += 1
        self.records += 1

    @property
    def so_far(self) -> str:
        """The checksum of all records, in their order."""
        return self._whole.copy().hexdigest()

    def tables(self) -> dict[str, tuple[int, str]]:
        """How many records each table has, and their checksum."""
        return {name: (self._rows[name], digest.hexdigest()) for name, digest in self._tables.items()}


def _in_one_form(name: str, row: Mapping[str, Any]) -> Mapping[str, Any]:
    changed = {
        field: msgspec.json.decode(text) for field in _JSON.get(name, ()) if isinstance(text := row.get(field), str)
    }
    for field in _INSTANTS & row.keys():
        if isinstance(text := row[field], str):
            changed[field] = instant(dt.datetime.fromisoformat(text))
    return {**row, **changed} if changed else row
