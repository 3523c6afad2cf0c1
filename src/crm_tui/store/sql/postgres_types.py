"""Values between Python and PostgreSQL: the facets are given what SQLite gives them.

Numbers go as bigint whatever their size, so that a statement has one form only; truths as 0 and 1; texts without a
type, so that PostgreSQL reads them as what stands at their place: a date, an instant, JSON.
"""

from __future__ import annotations

from typing import Any

import msgspec
import psycopg
from psycopg.adapt import AdaptersMap, Loader
from psycopg.types.numeric import Int8Dumper
from psycopg.types.string import TextLoader

Buffer = bytes | bytearray | memoryview


class _InstantLoader(Loader):
    """The text of an instant as tables.instant() makes it; connections are asked for UTC."""

    def load(self, data: Buffer) -> str:
        text = bytes(data).decode()
        if not text.endswith("+00"):
            raise psycopg.DataError(f"an instant that is not in UTC: {text}")
        whole, _, fraction = text[11:-3].partition(".")
        return f"{text[:10]}T{whole}.{fraction:0<6}Z"


class _JsonLoader(Loader):
    """JSON as text, without blanks."""

    def load(self, data: Buffer) -> str:
        return msgspec.json.format(bytes(data), indent=-1).decode()


class _WholeLoader(Loader):
    """A sum: a whole number where it is one."""

    def load(self, data: Buffer) -> Any:
        text = bytes(data).decode()
        return float(text) if "." in text else int(text)


class _TruthLoader(Loader):
    """0 or 1."""

    def load(self, data: Buffer) -> int:
        return int(bytes(data) == b"t")


def _made() -> AdaptersMap:
    adapters = AdaptersMap(psycopg.adapters)
    adapters.register_dumper(int, Int8Dumper)
    adapters.register_dumper(bool, Int8Dumper)
    adapters.register_loader("timestamptz", _InstantLoader)
    adapters.register_loader("date", TextLoader)
    adapters.register_loader("jsonb", _JsonLoader)
    adapters.register_loader("numeric", _WholeLoader)
    adapters.register_loader("bool", _TruthLoader)
    return adapters


ADAPTERS = _made()
