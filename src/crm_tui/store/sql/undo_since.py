"""What happened since a change: who changed a row in a way that is still in effect, and what points to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from crm_tui.domain.entities import Kind
from crm_tui.store.sql.dependents import Dependents
from crm_tui.store.sql.dialect import Connection
from crm_tui.store.sql.dismissals import FIELD
from crm_tui.store.sql.history_labels import Labels, unnamed
from crm_tui.store.sql.history_seen import is_seen
from crm_tui.store.sql.merge_around import how_gone
from crm_tui.store.sql.rights import Rights
from crm_tui.store.sql.tables import TABLES, Table, instant
from crm_tui.store.sql.undo_steps import root_of

_KINDS = {table.name: table.kind for table in TABLES}
#: link tables, and the table of the rows that hold the links
_HOLDERS = {link.table: table for table in TABLES for link in table.links}


class Event(NamedTuple):
    """A line since that is still in effect; ``values`` says which of old and new it has."""

    kind: Kind
    entity: int
    field: str
    values: tuple[str | None, str | None]


class Since:
    """What happened after change ``head``, which was made at ``at``, and before ``until``, which is being written."""

    def __init__(self, con: Connection, rights: Rights, head: int, at: dt.datetime, until: int) -> None:
        self._con = con
        self._rights = rights
        self._labels = Labels(con, rights)
        self._head = head
        self._until = until
        self._at = instant(at)
        self._dependents = Dependents()

    def changed(self, kind: Kind, entity: int) -> str | None:
        """Who changed a row since, and in which fields, unless that was taken back; that it is no duplicate
        changes nothing of it."""
        since = f"l.kind = ? AND l.entity_id = ? AND l.field <> '{FIELD}' AND l.change_id > ? AND l.change_id < ?"
        bound = (kind.value, entity, self._head, self._until)
        if not self._con.execute(f"SELECT 1 FROM change_line l WHERE {since} LIMIT 1", bound).fetchone():
            return None
        rows: list[Any] = self._con.execute(
            "SELECT l.change_id, coalesce(u.name, 'crm-tui'), replace(l.field, '_', ' ')"
            " FROM change_line l JOIN change h ON h.id = l.change_id LEFT JOIN crm_user u ON u.id = h.actor_id"
            f" WHERE {since} ORDER BY l.change_id DESC, l.line",
            bound,
        ).fetchall()
        for (change, name), lines in groupby(rows, itemgetter(0, 1)):
            fields = dict.fromkeys(field for *_, field in lines if field)
            if self._is_in_effect(root_of(self._con, change)):
                return f"{name} ({', '.join(fields)})" if fields else str(name)
        return None

    def dependents(self, table: Table[Any], key: int) -> Iterator[tuple[Kind, int, bool]]:
        """What points to a row, and whether it was added since."""
        for found in self._dependents.of(self._con, table.name, key):
            holder = _HOLDERS[found.table].name if found.table in _HOLDERS else found.table
            if holder not in _KINDS:
                continue
            created = self._con.execute(f"SELECT created_at FROM {holder} WHERE id = ?", (found.row,)).get
            yield _KINDS[holder], found.row, bool(created and created >= self._at)

    def on_card(self, customer: int) -> Iterator[Event]:
        """What happened on a customer's card, the first first."""
        in_effect: dict[int, bool] = {}
        rows: list[Any] = self._con.execute(
            "SELECT change_id, kind, entity_id, field, old, new FROM change_line"
            " WHERE customer_id = ? AND change_id > ? AND change_id < ? ORDER BY change_id, line",
            (customer, self._head, self._until),
        ).fetchall()
        for change, kind, entity, field, old, new in rows:
            if change not in in_effect:
                in_effect[change] = self._is_in_effect(root_of(self._con, change))
            if in_effect[change]:
                yield Event(Kind(kind), entity, field, (old, new))

    def was_added(self, kind: Kind, entity: int) -> bool:
        """Whether a row was added since, or came back."""
        added = "kind = ? AND entity_id = ? AND field = '' AND old IS NULL AND change_id > ? AND change_id < ?"
        bound = (kind.value, entity, self._head, self._until)
        return bool(self._con.execute(f"SELECT 1 FROM change_line WHERE {added} LIMIT 1", bound).fetchone())

    def is_seen(self, kind: Kind, entity: int) -> bool:
        """Whether the actor may know of an entity."""
        return is_seen(self._con, self._rights, kind, entity)

    def name(self, kind: Kind, entity: int) -> str:
        """What an entity is called in a sentence; not by its name where the actor may not know it."""
        if not self.is_seen(kind, entity):
            return unnamed(kind)
        return f"{kind.value} {self._labels.entity(kind, entity)}"

    def names(self, things: Iterable[tuple[Kind, int]]) -> list[str]:
        """The same of several, each once, without what the actor may not know."""
        return [self.name(*thing) for thing in dict.fromkeys(things) if self.is_seen(*thing)]

    def gone(self, kind: Kind, entity: int) -> str:
        """What to do about an entity that is gone."""
        return f"{self.name(kind, entity)} {how_gone(self._con, self._labels, kind, entity)}"

    def _is_in_effect(self, root: int) -> bool:
        """Whether what happened since in a chain of undo and redo left another state than there was."""
        number: int = self._con.execute(
            "WITH RECURSIVE chain (id) AS (SELECT CAST(? AS BIGINT) UNION ALL"
            " SELECT n.id FROM chain x JOIN change n ON n.undoes_id = x.id) SELECT count(*) FROM chain WHERE id > ?",
            (root, self._head),
        ).get
        return number % 2 == 1
