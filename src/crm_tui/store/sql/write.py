"""Writing: a row, its revision, its change-log lines and its search words, all in one transaction.

A ``Change`` is one transaction of one actor. Facets check rights and rules first, then say here what to write.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any, NamedTuple, TypeVar

import msgspec
from msgspec import Struct
from msgspec.structs import asdict, replace

from crm_tui.domain.entities import Entity, Kind
from crm_tui.domain.errors import Conflict, NotFound
from crm_tui.store.sql import idempotency, indexing
from crm_tui.store.sql.dialect import Connection
from crm_tui.store.sql.tables import (
    CASE,
    Link,
    Table,
    changed_fields,
    column,
    columns,
    decode,
    encode,
    instant,
    plain_fields,
)

E = TypeVar("E", bound=Entity)

_AS_IT_IS = frozenset((str, int, type(None)))
_LINE = (
    "INSERT INTO change_line (change_id, line, kind, entity_id, customer_id, revision, field, old, new)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


class Relinked(NamedTuple):
    """A row whose links in one field become others; ``customer`` is on whose card it stands."""

    id: int
    revision: int
    customer: int | None
    old: tuple[int, ...]
    new: tuple[int, ...]


class Change:
    """One transaction being written on ``con``, by ``actor`` (a user's id, None while a store is set up)."""

    def __init__(
        self,
        con: Connection,
        actor: int | None,
        now: dt.datetime,
        *,
        action: str = "",
        source: str | None = None,
        import_id: int | None = None,
        undoes: int | None = None,
        key: str | None = None,
    ) -> None:
        self.con = con
        self.actor = actor
        self.now = now
        self.import_id = import_id
        self._now = instant(now)
        self._head = (self._now, actor, action, source, import_id, undoes)
        self._key = key
        self._id: int | None = None
        self._lines = 0

    @contextmanager
    def provisional(self) -> Iterator[None]:
        """A savepoint: what is written in the block is taken back if it raises."""
        before = self._id, self._lines
        try:
            with self.con:
                yield
        except BaseException:
            self._id, self._lines = before
            raise

    def insert(self, table: Table[E], fields: Mapping[str, Any], *, external_ref: str | None = None) -> E:
        """Create a row from the entity's fields; returns it as stored."""
        return self.get(table, self.add(table, fields, external_ref=external_ref))

    def add(
        self,
        table: Table[E],
        fields: Mapping[str, Any],
        *,
        external_ref: str | None = None,
        kept: dict[str, Any] | None = None,
        is_indexed: bool = True,
        is_logged: bool = True,
    ) -> int:
        """Create a row and return its id, without reading it back. Who creates many rows may give their ``kept``
        columns, index them together afterwards (indexing.added_many), and log what matters of them."""
        values = dict(fields)
        values |= {
            "revision": 1,
            "created_at": self._now,
            "created_by": self.actor,
            "updated_at": self._now,
            "updated_by": self.actor,
            "external_ref": external_ref,
            "import_id": self.import_id,
        }
        if kept is None:
            kept = indexing.kept(table, values, self.con)
        key = self._put(table, values, kept)
        if is_indexed:
            indexing.added(self.con, table.kind, key, kept)
        if is_logged:
            self.log(table.kind, key, customer_of(self.con, table, key, values), 1, "", None, None)
        return key

    def restore(self, table: Table[E], row: E) -> None:
        """Put back a row that was deleted, under its own id and as a new revision; the log has it as created."""
        revision = row.revision + 1
        values = asdict(row) | {"revision": revision, "updated_at": instant(self.now), "updated_by": self.actor}
        kept = indexing.kept(table, values, self.con)
        self._put(table, values, kept)
        indexing.added(self.con, table.kind, row.id, kept)
        self.log(table.kind, row.id, customer_of(self.con, table, row.id, values), revision, "", None, None)

    def update(self, table: Table[E], before: E, changes: Struct | Mapping[str, Any]) -> E:
        """Change fields of a row that is as ``before`` says; what is the same already is no change."""
        wanted = changes if isinstance(changes, Mapping) else changed_fields(changes)
        different = {f: v for f, v in wanted.items() if getattr(before, f) != v}
        if not different:
            return before
        links = {link.field: link for link in table.links}
        after = replace(before, **different)
        kept = indexing.kept(table, asdict(after), self.con)
        stored = {column(f): encode(v) for f, v in different.items() if f not in links} | kept
        stored |= {"revision": before.revision + 1, "updated_at": instant(self.now), "updated_by": self.actor}
        assignments = ", ".join(f'"{name}" = :{name}' for name in stored)
        old_words = indexing.words(self.con, table, before.id)
        self.con.execute(
            f"UPDATE {table.name} SET {assignments} WHERE id = :_id AND revision = :_revision",
            stored | {"_id": before.id, "_revision": before.revision},
        )
        if self.con.changes() != 1:
            raise Conflict(table.kind.value, before.id, mine=changes, theirs=self.get(table, before.id))
        for field, value in different.items():
            if field in links:
                self._write_links(links[field], before.id, value)
        indexing.changed(self.con, table.kind, before.id, old_words, kept)
        customer = customer_of(self.con, table, before.id, asdict(after))
        for field, value in different.items():
            old = getattr(before, field)
            self.log(table.kind, before.id, customer, before.revision + 1, field, log_text(old), log_text(value))
        return self.get(table, before.id)

    def swap(self, table: Table[Any], field: str, old: int, new: int) -> None:
        """Put another registry value in the place of one in every row, as `update` would do it row by row: for fields
        that neither search words nor other kept columns depend on."""
        customer = "id" if table.kind is Kind.CUSTOMER else "customer_id"
        self.begin(Kind.REGISTRY, old)
        self._repoint(table, field, old, new, customer, "1 = 1", {})

    def repoint(
        self,
        table: Table[Any],
        field: str,
        old: int,
        new: int,
        only: str = "1 = 1",
        bound: Mapping[str, Any] | None = None,
    ) -> int:
        """Have rows ``t`` that point to ``old`` point to ``new``, ``only`` those that meet a condition; returns how
        many. Like `swap`; those that go to another customer are on its card from then on."""
        customer = ":new" if field == "customer" else "customer_id"
        return self._repoint(table, field, old, new, customer, only, bound or {})

    def _repoint(
        self, table: Table[Any], field: str, old: int, new: int, customer: str, only: str, more: Mapping[str, Any]
    ) -> int:
        where = f'"{column(field)}" = :old AND {only}'
        bound: dict[str, Any] = {"old": old, "new": new, "now": instant(self.now), "actor": self.actor, **more}
        self.con.execute(
            "INSERT INTO change_line (change_id, line, kind, entity_id, customer_id, revision, field, old, new)"
            f" SELECT :change, :lines + row_number() OVER (ORDER BY id), :kind, id, {customer}, revision + 1, :field,"
            f" :old_text, :new_text FROM {table.name} AS t WHERE {where}",
            bound | {"change": self.begin(table.kind, old), "lines": self._lines, "kind": table.kind.value}
            | {"field": field, "old_text": log_text(old), "new_text": log_text(new)},
        )  # fmt: skip
        self._lines += (number := self.con.changes())
        self.con.execute(
            f'UPDATE {table.name} AS t SET "{column(field)}" = :new, revision = revision + 1, updated_at = :now,'
            f" updated_by = :actor WHERE {where}",
            bound,
        )
        return number

    def relink(self, table: Table[Any], link: Link, rows: Sequence[Relinked]) -> None:
        """Give many rows other links, as `update` would do it row by row."""
        if not rows:
            return
        change, now = self.begin(table.kind, rows[0].id), instant(self.now)
        self.con.executemany(
            _LINE,
            [
                (
                    change,
                    self._lines + place,
                    table.kind.value,
                    row.id,
                    row.customer,
                    row.revision + 1,
                    link.field,
                    log_text(row.old),
                    log_text(row.new),
                )
                for place, row in enumerate(rows, start=1)
            ],
        )
        self._lines += len(rows)
        self.con.executemany(
            f"UPDATE {table.name} SET revision = revision + 1, updated_at = ?, updated_by = ? WHERE id = ?",
            [(now, self.actor, row.id) for row in rows],
        )
        self.con.executemany(f"DELETE FROM {link.table} WHERE {link.owner_column} = ?", [(row.id,) for row in rows])
        self.con.executemany(
            f"INSERT INTO {link.table} ({link.owner_column}, {link.value_column}, position) VALUES (?, ?, ?)",
            [(row.id, value, place) for row in rows for place, value in enumerate(row.new)],
        )

    def mark(self, table: Table[Any], before: Entity, field: str, old: Any, new: Any) -> None:
        """Make a new revision of a row of which no field changes, with a line in the log that says why."""
        now = instant(self.now)
        self.con.execute(
            f"UPDATE {table.name} SET revision = revision + 1, updated_at = ?, updated_by = ? WHERE id = ?",
            (now, self.actor, before.id),
        )
        customer = customer_of(self.con, table, before.id, asdict(before))
        self.log(table.kind, before.id, customer, before.revision + 1, field, log_text(old), log_text(new))

    def delete(self, table: Table[E], before: E) -> None:
        """Delete a row; the change log keeps it whole, so that it can come back."""
        customer = customer_of(self.con, table, before.id, asdict(before))
        indexing.removed(self.con, table.kind, before.id, indexing.words(self.con, table, before.id))
        self.con.execute(
            f"DELETE FROM {table.name} WHERE id = ? AND revision = ?",
            (before.id, before.revision),
        )
        if self.con.changes() != 1:
            raise Conflict(table.kind.value, before.id, mine=None, theirs=self.get(table, before.id))
        self.log(table.kind, before.id, customer, before.revision, "", log_text(before), None)

    def get(self, table: Table[E], key: int) -> E:
        """The row as it is now; NotFound without it."""
        return get(self.con, table, key)

    def log(
        self, kind: Kind, key: int, customer: int | None, revision: int, field: str, old: str | None, new: str | None
    ) -> None:
        """Add a line to the change log; the change itself is written with its first line."""
        change = self.begin(kind, key)
        self._lines += 1
        self.con.execute(_LINE, (change, self._lines, kind.value, key, customer, revision, field, old, new))

    def log_added(self, rows: Sequence[tuple[Kind, int, int | None]]) -> None:
        """Add the lines of new rows (kind, id, customer) that `add` left out, in their order."""
        if not rows:
            return
        change = self.begin(*rows[0][:2])
        first = self._lines + 1
        self._lines += len(rows)
        self.con.executemany(
            _LINE,
            [
                (change, line, kind.value, key, customer, 1, "", None, None)
                for line, (kind, key, customer) in enumerate(rows, start=first)
            ],
        )

    def begin(self, kind: Kind, key: int) -> int:
        """The id of the change, which is written now unless it was before, for what it is about; so is the key under
        which it is carried out once."""
        if self._id is None:
            if self._key is not None and self.actor is not None:
                idempotency.keep(self.con, self.actor, self._key, self.now, kind, key)
            self._id = self.con.execute(
                "INSERT INTO change (at, actor_id, action, source, import_id, undoes_id) VALUES (?, ?, ?, ?, ?, ?)"
                " RETURNING id",
                self._head,
            ).get
        return self._id

    def take_back(self, change: int, action: str) -> None:
        """Say that this change, of which nothing is written yet, takes back another; ``action`` is what it is
        called."""
        at, actor, _, source, import_id, _ = self._head
        self._head = (at, actor, action, source, import_id, change)

    def _put(self, table: Table[E], values: Mapping[str, Any], kept: Mapping[str, Any]) -> int:
        statement, own = _insertion(table, tuple(values), tuple(kept))
        stored = [value if type(value) in _AS_IT_IS else encode(value) for value in map(values.__getitem__, own)]
        key: int = self.con.execute(statement, (*stored, *kept.values())).get
        for link in table.links:
            if values.get(link.field):
                self._add_links(link, key, values[link.field])
        return key

    def _write_links(self, link: Link, key: int, values: tuple[int, ...]) -> None:
        self.con.execute(f"DELETE FROM {link.table} WHERE {link.owner_column} = ?", (key,))
        self._add_links(link, key, values)

    def _add_links(self, link: Link, key: int, values: tuple[int, ...]) -> None:
        self.con.executemany(
            f"INSERT INTO {link.table} ({link.owner_column}, {link.value_column}, position) VALUES (?, ?, ?)",
            [(key, value, position) for position, value in enumerate(values)],
        )


@cache
def _insertion(table: Table[Any], given: tuple[str, ...], kept: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """The statement that creates a row, and which of the given fields it takes; other fields are not the table's."""
    own = tuple(field for field in plain_fields(table) if field in given)
    columns = (*map(column, own), *kept)
    names, marks = ", ".join(f'"{name}"' for name in columns), ", ".join("?" * len(columns))
    return f"INSERT INTO {table.name} ({names}) VALUES ({marks}) RETURNING id", own


def get(con: Connection, table: Table[E], key: int) -> E:
    """The row with this id; NotFound without it."""
    row = con.execute(f"SELECT {columns(table, 't')} FROM {table.name} t WHERE t.id = ?", (key,)).fetchone()
    if row is None:
        raise NotFound(table.kind.value, key)
    return decode(table, row)


def expect_revision(kind: Kind, before: Entity, revision: int, mine: object) -> None:
    """Raise Conflict with both versions unless ``before`` still has the revision the caller saw (rule 20)."""
    if before.revision != revision:
        raise Conflict(kind.value, before.id, mine=mine, theirs=before)


def customer_of(con: Connection, table: Table[Any], key: int, values: Mapping[str, Any]) -> int | None:
    """The customer on whose card an entity stands: its history is found by it."""
    if table.kind in (Kind.CUSTOMER, Kind.BILLING):
        return key
    if table.kind in (Kind.FORECAST, Kind.ACTUAL):
        row = con.execute(f"SELECT customer_id FROM {CASE.name} WHERE id = ?", (values["case"],)).fetchone()
        return row[0] if row else None
    return values.get("customer")


def log_text(value: Any) -> str | None:
    """A value as the change log keeps it: JSON, so that undo can bring it back to the letter."""
    return None if value is None else msgspec.json.encode(value).decode()


def logged_value(table: Table[Any], field: str, text: str | None) -> Any:
    """The value of a field that the change log keeps as ``text``."""
    return None if text is None else msgspec.json.decode(text, type=_type_of(table, field))


@cache
def _type_of(table: Table[Any], field: str) -> Any:
    return next(info.type for info in msgspec.structs.fields(table.entity) if info.name == field)
