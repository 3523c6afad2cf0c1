"""What points to a customer or a contact, by the references of the schema, and goes over in a merge.

The references are read from the schema, so that a table added later goes over, too; what goes with a row by itself
(its keywords, its billing settings) does not. Around them is what has no references: see merge_around.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from crm_tui.domain.entities import Kind
from crm_tui.store.sql.dependents import references_to
from crm_tui.store.sql.dialect import Connection
from crm_tui.store.sql.rights import Rights
from crm_tui.store.sql.seen_rows import seen
from crm_tui.store.sql.tables import BY_KIND, TABLES, Link, Table, column, plain_fields
from crm_tui.store.sql.undo_labels import PLURALS


class Pointer(NamedTuple):
    """A field of ``table`` that points to customers or contacts; with ``link`` it holds several."""

    table: Table[Any]
    field: str
    link: Link | None = None

    @property
    def rows(self) -> str:
        """A condition: the row in ``t`` points to ``:old``."""
        if self.link is None:
            return f'"{column(self.field)}" = :old'
        link = self.link
        return f"t.id IN (SELECT {link.owner_column} FROM {link.table} WHERE {link.value_column} = :old)"


def pointers_to(con: Connection, kind: Kind) -> list[Pointer]:
    """The fields that point to entities of a kind, those of cases first: what is on a case goes with it."""
    found = [_pointer(*reference) for reference in references_to(con, BY_KIND[kind].name)]
    return sorted(found, key=lambda one: (one.table.kind is not Kind.CASE, TABLES.index(one.table), one.field))


def count(con: Connection, rights: Rights, kind: Kind, key: int) -> dict[str, int]:
    """How many rows that the actor may know of point to a customer or contact, by word; a row that does so twice counts
    once."""
    found: dict[Table[Any], list[Pointer]] = {}
    for pointer in pointers_to(con, kind):
        found.setdefault(pointer.table, []).append(pointer)
    counts = {}
    for table in sorted(found, key=TABLES.index):
        is_there = "t.is_deleted = 0" if table.kind is Kind.CONTACT else "1 = 1"
        rows = " OR ".join(pointer.rows for pointer in found[table])
        counts[PLURALS.get(table.kind, f"{table.kind.value}s")] = int(
            con.execute(
                f"SELECT count(*) FROM {table.name} t WHERE ({rows}) AND {is_there} AND {seen(rights, table.name)}",
                rights.parameters | {"old": key},
            ).get
        )
    return counts


def _pointer(child: str, column_name: str, owner: str) -> Pointer:
    for table in TABLES:
        if table.name == child:
            return Pointer(table, next(field for field in plain_fields(table) if column(field) == column_name))
        for link in table.links:
            if (link.table, link.value_column, link.owner_column) == (child, column_name, owner):
                return Pointer(table, link.field, link)
    raise LookupError(f"{child}.{column_name} belongs to no entity")
