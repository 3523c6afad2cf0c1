"""What it takes to take back a change: its lines in reverse, and what changed since.

Nothing is written here. A field that is stored as the change left it gets its old value; one that has it already is
left alone; any other is a conflict, which the user settles. Where a row came or went, fields of others followed (the
headquarters of a customer, the address of a contact, the parent of a reply): these are not checked by themselves, just
as they were not when it was done, and where one is gone or hidden by now, it is left alone. Where fields of what the
change is about were written, and rows only came along (an industry that a register has), nothing followed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any, NamedTuple

import msgspec
from msgspec.structs import replace

from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import NotFound, NotUndoable
from crm_tui.domain.permissions import Action
from crm_tui.store.sql import dismissals
from crm_tui.store.sql.dialect import Connection
from crm_tui.store.sql.erasure import ERASED
from crm_tui.store.sql.history_labels import Labels
from crm_tui.store.sql.history_seen import is_seen
from crm_tui.store.sql.merge_around import how_gone
from crm_tui.store.sql.rights import Rights
from crm_tui.store.sql.tables import BY_KIND, Table
from crm_tui.store.sql.undo_labels import FOLLOWS, MERGED
from crm_tui.store.sql.undo_rights import Guard
from crm_tui.store.sql.write import get, log_text, logged_value
from crm_tui.store.undo import FieldConflict, Settled

Key = tuple[Kind, int]


class Line(NamedTuple):
    """A line of the change log."""

    kind: Kind
    entity: int
    field: str
    old: str | None
    new: str | None

    @property
    def key(self) -> Key:
        return self.kind, self.entity


class Restore(NamedTuple):
    """Put back a row that the change deleted."""

    table: Table[Any]
    row: Any


class Remove(NamedTuple):
    """Delete a row that the change created."""

    table: Table[Any]
    entity: int


class Put(NamedTuple):
    """Give fields of a row the values they had before the change."""

    table: Table[Any]
    entity: int
    values: dict[str, Any]


class Pairing(NamedTuple):
    """Say again, or no longer, that two are no duplicates."""

    table: Table[Any]
    low: int
    high: int
    dismissed: bool


class Plan(NamedTuple):
    """What is to be written, in order, and what has to be settled before."""

    steps: list[Restore | Remove | Put | Pairing]
    conflicts: list[FieldConflict]


def lines_of(con: Connection, change: int) -> list[Line]:
    """The lines of a change, the last one first; without what an erased person left empty."""
    rows = con.execute(
        "SELECT kind, entity_id, field, old, new FROM change_line"
        " WHERE change_id = ? AND field NOT IN (?, ?) AND (field = '' OR old IS NOT NULL OR new IS NOT NULL)"
        " ORDER BY line DESC",
        (change, MERGED, ERASED),
    )
    return [Line(Kind(kind), *rest) for kind, *rest in rows]


class Planner:
    """Makes the plan for the lines of one change; ``edited`` is what it is about, where rows only came along."""

    def __init__(
        self,
        con: Connection,
        rights: Rights,
        guard: Guard,
        settled: Iterable[Settled],
        lines: Sequence[Line],
        edited: Key | None = None,
    ) -> None:
        self._con = con
        self._rights = rights
        self._labels = Labels(con, rights)
        self._guard = guard
        self._settled = {(answer.kind, answer.entity, answer.field): answer for answer in settled}
        self._lines = lines
        self._restored = {line.key for line in lines if is_deletion(line)}
        self._edited = edited
        self._is_following = edited is None and any(not line.field for line in lines)
        self._rows: dict[Key, Any] = {}
        self._plan = Plan([], [])

    def plan(self) -> Plan:
        """The plan; raises NotUndoable where a row is gone that it would change, and what the guard raises."""
        if self._edited is not None:  # also where all that is left to be done are rows that came along
            kind, entity = self._edited
            self._guard.need(Action.EDIT, kind, self._row(BY_KIND[kind], entity))
        for (kind, entity, is_row), group in groupby(self._lines, lambda line: (*line.key, not line.field)):
            lines = list(group)
            if is_row:
                for line in lines:
                    self._plan_row(line)
            elif lines[0].field == dismissals.FIELD:
                for line in lines:
                    self._plan_pair(line)
            elif not self._is_erased(kind, entity):
                self._plan_fields(BY_KIND[kind], entity, lines)
        return self._plan

    def _plan_row(self, line: Line) -> None:
        table = BY_KIND[line.kind]
        if line.old is None:
            self._plan.steps.append(Remove(table, line.entity))
            return
        row = msgspec.json.decode(line.old, type=table.entity)
        self._rows[line.key] = row
        self._plan.steps.append(Restore(table, row))

    def _plan_pair(self, line: Line) -> None:
        """A pair is logged on both; nothing is said of people who were erased since."""
        other = int(line.old or line.new or 0)
        if line.entity > other or self._is_erased(line.kind, line.entity) or self._is_erased(line.kind, other):
            return
        table = BY_KIND[line.kind]
        rows = self._row(table, line.entity), self._row(table, other)
        if None not in rows:
            self._guard.need(Action.EDIT, line.kind, rows[0])
            self._plan.steps.append(Pairing(table, line.entity, other, dismissed=line.old is not None))

    def _plan_fields(self, table: Table[Any], entity: int, lines: Sequence[Line]) -> None:
        key = (table.kind, entity)
        row = self._row(table, entity)
        if row is None:
            return
        by_field = {line.field: line for line in reversed(lines)}  # of a field written twice, the first line counts
        newest = {line.field: line.new for line in reversed(lines)}
        old = {field: logged_value(table, field, line.old) for field, line in by_field.items()}
        if self._is_following:
            self._guard.need_following(old)
        else:
            self._guard.need(Action.EDIT, table.kind, row, old)
        wanted = {}
        for field in sorted(old, key=lambda one: _depth(table.kind, one, old)):
            leader = FOLLOWS.get((table.kind, field))
            if leader in old:
                is_wanted = leader in wanted
            else:
                is_wanted = self._is_wanted(table, row, by_field[field]._replace(new=newest[field]))
            if is_wanted:
                wanted[field] = old[field]
        if wanted:
            self._rows[key] = replace(row, **wanted)
            self._plan.steps.append(Put(table, entity, wanted))

    def _row(self, table: Table[Any], entity: int) -> Any:
        """The row as it is after the steps so far; None where it is gone and needs nothing more."""
        key = (table.kind, entity)
        if key not in self._rows:
            try:
                self._rows[key] = get(self._con, table, entity)
            except NotFound as error:
                if self._is_following:
                    return None
                named = self._labels.entity(table.kind, entity)
                how = how_gone(self._con, self._labels, table.kind, entity)
                raise NotUndoable(f"The {table.kind.value} {named} {how}.") from error
        return self._rows[key]

    def _is_wanted(self, table: Table[Any], row: Any, line: Line) -> bool:
        """Whether a field gets its old value; a conflict that is not settled is noted."""
        now = getattr(row, line.field)
        if now == logged_value(table, line.field, line.old):
            return False
        if now == logged_value(table, line.field, line.new):
            return True
        if line.field == "headquarters" and None in (line.old, line.new):
            return False  # the first address became it, or the last one ceased to be: that followed by itself
        answer = self.answer(line, row)
        if answer is not None:
            return answer.restore
        if self._is_following and not is_seen(self._con, self._rights, *line.key):
            return False
        self._plan.conflicts.append(self.conflict(row, line, log_text(now)))
        return False

    def answer(self, line: Line, row: Any) -> Settled | None:
        """What was said about the field of a line, if the row is still what was looked at."""
        answer = self._settled.get((*line.key, line.field))
        return answer if answer is not None and answer.revision == row.revision else None

    def conflict(self, row: Any, line: Line, now: str | None) -> FieldConflict:
        """The question about the field of a line, which is ``now`` something else."""
        by, at = self._con.execute(
            "SELECT coalesce(u.name, 'crm-tui'), h.at FROM change_line l JOIN change h ON h.id = l.change_id"
            " LEFT JOIN crm_user u ON u.id = h.actor_id"
            " WHERE l.kind = ? AND l.entity_id = ? AND l.field IN (?, '') ORDER BY l.change_id DESC LIMIT 1",
            (line.kind.value, line.entity, line.field),
        ).get
        return FieldConflict(
            kind=line.kind,
            entity=line.entity,
            revision=row.revision,
            label=self._labels.entity(*line.key),
            field=line.field,
            before=self._labels.value(*line.key, line.field, line.new),
            theirs=self._labels.value(*line.key, line.field, now),
            mine=self._labels.value(*line.key, line.field, line.old),
            theirs_by=by,
            theirs_at=dt.datetime.fromisoformat(at),
        )

    def _is_erased(self, kind: Kind, entity: int) -> bool:
        """Whether this is a person of whom only the id is left."""
        if kind is not Kind.CONTACT:
            return False
        row = self._con.execute("SELECT is_deleted FROM contact WHERE id = ?", (entity,)).fetchone()
        return bool(row and row[0])


def is_deletion(line: Line) -> bool:
    """Whether the line says that a row was deleted."""
    return not line.field and line.old is not None


def is_creation(line: Line) -> bool:
    """Whether the line says that a row was created."""
    return not line.field and line.old is None


def _depth(kind: Kind, field: str, among: dict[str, Any]) -> int:
    """How many fields a field follows: leaders are decided first."""
    leader = FOLLOWS.get((kind, field))
    return 1 + _depth(kind, leader, among) if leader is not None and leader in among else 0
