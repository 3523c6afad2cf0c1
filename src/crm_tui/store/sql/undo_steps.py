"""What the actor can undo and redo: their own changes of the last 30 days, and what became of each.

An undo is a change that takes back another, a redo one that takes back the undo, and so on: the last change of such
a chain says whether the first one is in effect. Changes of import runs, of users, profiles and the organization, and
erasures of contacts are no steps, and neither is what the actor may not see any more."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from crm_tui.domain.entities import Kind
from crm_tui.store.paging import Page, PageRequest
from crm_tui.store.sql import keyset
from crm_tui.store.sql.dialect import Connection
from crm_tui.store.sql.erasure import ERASED
from crm_tui.store.sql.history_seen import seen
from crm_tui.store.sql.keyset import Source
from crm_tui.store.sql.rights import Rights
from crm_tui.store.sql.tables import instant
from crm_tui.store.sql.undo_labels import MERGED, StepLabels
from crm_tui.store.undo import UNDO_DAYS, UndoStep

#: the line that says what a change is mainly about: the merge or the deletion that comes last, the customer for whom
#: something was taken from a register, or else the first creation
_MAIN = (
    "coalesce("
    "(SELECT m.line FROM change_line m WHERE m.change_id = h.id"
    f" AND (m.field = '{MERGED}' OR (m.field = '' AND m.old IS NOT NULL))"
    " AND m.line = (SELECT max(n.line) FROM change_line n WHERE n.change_id = h.id)),"
    " (SELECT m.line FROM change_line m WHERE h.source IS NOT NULL AND m.change_id = h.id AND m.kind = 'customer'"
    " ORDER BY m.line LIMIT 1),"
    " (SELECT m.line FROM change_line m WHERE m.change_id = h.id AND m.field = '' ORDER BY m.line LIMIT 1),"
    " (SELECT max(m.line) FROM change_line m WHERE m.change_id = h.id))"
)
_NO_STEPS = f"('{Kind.USER.value}', '{Kind.PROFILE.value}', '{Kind.ORGANIZATION.value}')"
#: what is about somebody who was erased: of whom only the id is left, who went into such a one, who was merged by it,
#: or whose values it held
_ERASED = (
    "l.kind = 'contact' AND (EXISTS (SELECT 1 FROM contact k WHERE k.id = l.entity_id AND k.is_deleted = 1)"
    " OR (NOT EXISTS (SELECT 1 FROM contact k WHERE k.id = l.entity_id) AND EXISTS (SELECT 1 FROM change_line d"
    f"  WHERE d.kind = 'contact' AND d.entity_id = l.entity_id AND d.field = '{ERASED}'))"
    f" OR (l.field NOT IN ('', '{MERGED}') AND l.old IS NULL AND l.new IS NULL)"
    f" OR (l.field = '{MERGED}' AND EXISTS (SELECT 1 FROM merged g JOIN contact k ON k.id = g.goes_id"
    " WHERE g.change_id = h.id AND k.is_deleted = 1)))"
)


class Chain(NamedTuple):
    """A change and what became of it: ``head`` is the last change of its chain, made at ``at``."""

    root: int
    head: int
    at: dt.datetime
    is_undone: bool


class Steps:
    """The steps of one actor, as of ``now``."""

    def __init__(self, con: Connection, rights: Rights, now: dt.datetime) -> None:
        self._con = con
        self._rights = rights
        since = instant(now - dt.timedelta(days=UNDO_DAYS))
        floor = con.execute(
            "SELECT id FROM change WHERE actor_id = ? AND at < ? ORDER BY id DESC LIMIT 1", (rights.user, since)
        ).get
        self._bound = rights.parameters | {"since": since, "floor": floor or 0}
        self._rows = (
            f"change h CROSS JOIN change_line l ON l.change_id = h.id AND l.line = {_MAIN}"
            " WHERE h.actor_id = :actor AND h.id > :floor AND h.at >= :since AND h.undoes_id IS NULL"
            f" AND h.import_id IS NULL AND l.kind NOT IN {_NO_STEPS} AND NOT ({_ERASED}) AND {seen(rights)}"
        )

    def page(self, request: PageRequest) -> Page[UndoStep]:
        """A page of them, the newest first."""
        found = keyset.find(self._con, [Source(self._rows, (), "h.id")], self._bound, request, descending=True)
        listed = [int(key[-1]) for key in found.keys]
        return found.page({step.change: step for step in self._described(listed)})

    def get(self, change: int) -> UndoStep | None:
        """The step with this id, if it is one."""
        row = self._con.execute(
            f"SELECT h.id FROM {self._rows} AND h.id = :change", self._bound | {"change": change}
        ).fetchone()
        return self.describe(change) if row else None

    def describe(self, change: int) -> UndoStep:
        """A change as a step, whether the actor sees it now or not: they may just have given it away."""
        return next(self._described([change]))

    def chain(self, change: int) -> Chain:
        """What became of a change."""
        return self._chains([change])[change]

    def newest_in_effect(self) -> int | None:
        """The step that comes first for an undo."""
        rows = self._con.execute(f"SELECT h.id FROM {self._rows} ORDER BY h.id DESC", self._bound)
        return next((change for (change,) in rows if not self.chain(change).is_undone), None)

    def undone_last(self) -> int | None:
        """The step that comes first for a redo; none once the actor changed something new after the undo."""
        newest = self._con.execute(
            "SELECT id FROM change WHERE actor_id = ? AND undoes_id IS NULL ORDER BY id DESC LIMIT 1",
            (self._rights.user,),
        ).get
        later = self._con.execute(
            "SELECT id FROM change WHERE actor_id = ? AND id > ? ORDER BY id DESC", (self._rights.user, newest or 0)
        )
        for (change,) in later:
            chain = self.chain(root_of(self._con, change))
            if chain.head == change and chain.is_undone and self.get(chain.root):
                return chain.root
        return None

    def _described(self, changes: list[int]) -> Iterator[UndoStep]:
        chains = self._chains(changes)
        labels = StepLabels(self._con, self._rights)
        rows: list[Any] = self._con.execute(
            "SELECT h.id, h.at, l.kind, l.entity_id, l.field, l.old IS NOT NULL, l.customer_id, c.id,"
            " coalesce(h.source, '') FROM json_each(:changes) k CROSS JOIN change h ON h.id = k.value"
            f" CROSS JOIN change_line l ON l.change_id = h.id AND l.line = {_MAIN}"
            " LEFT JOIN customer c ON c.id = l.customer_id",
            {"changes": keyset.as_json(changes)},
        ).fetchall()
        rows.sort(key=lambda row: changes.index(row[0]))
        for change, at, kind, entity, field, has_old, customer, present, source in rows:
            chain = chains[change]
            yield UndoStep(
                change=change,
                at=dt.datetime.fromisoformat(at),
                kind=Kind(kind),
                entity=entity,
                label=labels.taken(change, customer, source, is_new=not field)
                if source
                else labels.step(change, Kind(kind), entity, field=field, is_deletion=bool(has_old)),
                customer=present,
                customer_name=labels.customer(customer),
                is_undone=chain.is_undone,
                undone_at=chain.at if chain.is_undone else None,
            )

    def _chains(self, changes: Iterable[int]) -> dict[int, Chain]:
        rows = self._con.execute(
            "WITH RECURSIVE chain (root, id, depth) AS (SELECT k.value, k.value, 0 FROM json_each(?) k"
            " UNION ALL SELECT x.root, n.id, x.depth + 1 FROM chain x JOIN change n ON n.undoes_id = x.id)"
            " SELECT x.root, x.id, h.at, x.depth FROM chain x JOIN change h ON h.id = x.id ORDER BY x.depth",
            (keyset.as_json(list(changes)),),
        )
        return {
            root: Chain(root, head, dt.datetime.fromisoformat(at), depth % 2 == 1) for root, head, at, depth in rows
        }


def root_of(con: Connection, change: int) -> int:
    """The change that began the chain in which this one stands."""
    root: int = con.execute(
        "WITH RECURSIVE up (id, undoes_id) AS (SELECT id, undoes_id FROM change WHERE id = ?"
        " UNION ALL SELECT h.id, h.undoes_id FROM up u JOIN change h ON h.id = u.undoes_id)"
        " SELECT id FROM up WHERE undoes_id IS NULL",
        (change,),
    ).get
    return root
