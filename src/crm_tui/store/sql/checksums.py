"""Counts and checksums of a whole store, table by table: the same in every database."""

from __future__ import annotations

import hashlib
from typing import Any


class Checksums:
    """Takes in one batch after the other. ``rows`` is how many rows there were."""

    def __init__(self) -> None:
        self.rows = 0
        self._whole = hashlib.sha256()
        self._tables: dict[str, Any] = {}
        self._rows: dict[str, int] = {}

    def add(self, name: str, rows: int, said: bytes) -> None:
        """Take in so many rows of a table, and what they say."""
        if name not in self._tables:
            self._tables[name] = hashlib.sha256()
            self._rows[name] = 0
        self._tables[name].update(said)
        self._whole.update(b"%s %d %s" % (name.encode(), rows, hashlib.sha256(said).digest()))
        self._rows[name] += rows
        self.rows += rows

    @property
    def so_far(self) -> str:
        """The checksum of all batches, in their order."""
        return self._whole.copy().hexdigest()

    def tables(self) -> dict[str, tuple[int, str]]:
        """How many rows each table has, and their checksum."""
        return {name: (self._rows[name], digest.hexdigest()) for name, digest in self._tables.items()}
