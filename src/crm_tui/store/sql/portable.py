"""The whole store as plain records, and back: for ``crm-tui export --all``, its import, and the demo store.

A record is the name of a table in our vocabulary and a row of plain JSON values. Entities have the names of
their fields; what is around them (profiles, change log, favourites, ...) has the names of its columns. The
content of files follows their rows as records ``content``: a key, the number of the part, and the part as
base64. Neither way holds more than a batch in memory.
"""

from __future__ import annotations

import base64
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import msgspec

from crm_tui.domain.errors import Denied, Invalid
from crm_tui.domain.permissions import CustomerLevel, ProjectLevel
from crm_tui.store.history import Progress
from crm_tui.store.sql import loading, tables
from crm_tui.store.sql.dialect import Connection
from crm_tui.store.sql.facet import Facet
from crm_tui.store.sql.file_contents import Content, Contents
from crm_tui.store.sql.table_rows import KEYS
from crm_tui.store.sql.tables import Table, columns, decode, plain_fields

Record = tuple[str, dict[str, Any]]

_EXPORT = "export the whole store"
#: bytes of a file's content in one record
PART = 256 * 1024
#: rows that are read at a time
_PAGE = 2_000


class SqlPortable(Facet):
    """Portable over the embedded store."""

    def dump(self) -> Generator[Record, None, None]:
        """(table, row) of every row, all as of one moment; needs an administrator who may see all of them."""
        with self.reading_all() as con:
            yield from records(con, self._binding.database.contents)

    @contextmanager
    def reading_all(self) -> Iterator[Connection]:
        """A connection that reads as of one moment what ``dump`` gives, for whoever may have that."""
        with self._reading() as (con, rights):
            rights.need_admin(_EXPORT)
            rights.need_customers(CustomerLevel.ALL, _EXPORT)
            if rights.profile.projects is not ProjectLevel.ALL:
                raise Denied(_EXPORT, f"projects: {ProjectLevel.ALL.value}")
            yield con

    @property
    def contents(self) -> Contents:
        """Where the contents of files are."""
        return self._binding.database.contents

    def load(self, records: Iterable[Record], progress: Progress | None = None) -> int:
        """Into an empty store, to the letter; returns how many rows.

        Nobody is a user of an empty store yet, so this asks for no permission. Raises Invalid where the store
        is not empty, or for a record that does not fit; then nothing is kept.
        """
        database = self._binding.database
        with database.writing() as con:
            if con.execute("SELECT 1 FROM organization").fetchone():
                raise Invalid("store", "is not empty; the records of a whole store go into a new one")
            return loading.load(con, records, database.contents, self._now(), progress)


def records(con: Connection, contents: Contents) -> Iterator[Record]:
    """Every row, in an order in which they can be loaded."""
    for table in loading.ORDER:
        if isinstance(table, Table):
            yield from _entities(con, table)
        else:
            yield from _rows(con, table)
        if table is tables.FILE:
            yield from _contents(con, contents)


def _rows(con: Connection, table: str) -> Iterator[Record]:
    """The rows of a table that are kept by column."""
    name = loading.name_of(table)
    fields = loading.columns_of(con, table)
    selected = ", ".join(f'"{field}"' for field in fields)
    for row in _in_pages(con, f"{selected} FROM {table}", KEYS.get(table, ("id",)), fields):
        yield name, dict(zip(fields, row, strict=True))


def _entities(con: Connection, table: Table[Any]) -> Iterator[Record]:
    name = loading.name_of(table)
    for row in _in_pages(con, f"{columns(table, 't')} FROM {table.name} t", ("id",), plain_fields(table)):
        values = msgspec.to_builtins(decode(table, row))
        for field in table.computed:
            values.pop(field, None)
        yield name, values


def _contents(con: Connection, contents: Contents) -> Iterator[Record]:
    fields = ("id", "name", "content_key", "size", "sha256")
    for _, name, key, size, sha256 in _in_pages(con, f"{', '.join(fields)} FROM file", ("id",), fields):
        if key is None:
            continue
        with contents.open_checked(Content(key, size, sha256), name) as content:
            part = 0
            while (data := content.read(PART)) or part == 0:  # an empty file has a part, too
                yield "content", {"key": key, "part": part, "data": base64.b64encode(data).decode()}
                part += 1


def _in_pages(con: Connection, what: str, keys: Sequence[str], fields: Sequence[str]) -> Iterator[Any]:
    """All rows in the order of their ``keys``, which stand among the ``fields`` that are selected first. A page at a
    time: some databases hand over the whole answer to a question at once."""
    order = ", ".join(f'"{key}"' for key in keys)
    beyond = f" WHERE ({order}) > ({', '.join('?' * len(keys))})"
    places = [fields.index(key) for key in keys]
    page: list[Any] = con.execute(f"SELECT {what} ORDER BY {order} LIMIT {_PAGE}").fetchall()
    while page:
        yield from page
        last = tuple(page[-1][place] for place in places)
        page = con.execute(f"SELECT {what}{beyond} ORDER BY {order} LIMIT {_PAGE}", last).fetchall()
