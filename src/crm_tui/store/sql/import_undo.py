"""Taking back an import run: its lines of the change log in reverse, as new changes.

What somebody changed since is kept, and so is what others now depend on. A record that was taken back already is
passed over, so that an interrupted undo can be begun again.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec
from msgspec.structs import replace

from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import Denied, NotFound
from crm_tui.domain.periods import Month
from crm_tui.store.history import UndoReport
from crm_tui.store.sql import user_checks
from crm_tui.store.sql.dependents import Dependents
from crm_tui.store.sql.dialect import Connection
from crm_tui.store.sql.history_seen import is_seen
from crm_tui.store.sql.import_rules import FIGURES
from crm_tui.store.sql.merge_around import is_there, went_into
from crm_tui.store.sql.rights import Rights
from crm_tui.store.sql.tables import BILLING, BY_KIND, CUSTOMER, Table
from crm_tui.store.sql.write import Change, get, logged_value

#: lines of other changes than the run's and those that take it back
_OTHERS = (
    "c.import_id IS DISTINCT FROM :run AND (c.undoes_id IS NULL OR c.undoes_id NOT IN"
    " (SELECT id FROM change WHERE import_id = :run))"
)
#: what a person knows an entity by
_LABELS = {Kind.CONTACT: ("first_name", "last_name"), Kind.ADDRESS: ("line1", "city"), Kind.INVOICE: ("number",)}


class _Line(NamedTuple):
    """A line of the change log."""

    change: int
    kind: Kind
    entity: int
    field: str
    old: str | None
    new: str | None


class Undoing:
    """Takes back a run, change by change, the newest first."""

    def __init__(self, run: int) -> None:
        self._run = run
        self._removed = 0
        self._restored: set[tuple[Kind, int]] = set()
        self._kept: dict[tuple[Kind, int], str] = {}
        self._lost_headquarters: set[int] = set()
        self._dependents = Dependents()

    @staticmethod
    def changes_of(con: Connection, run: int) -> list[int]:
        """The ids of the run's changes, the newest first."""
        return [row[0] for row in con.execute("SELECT id FROM change WHERE import_id = ? ORDER BY id DESC", (run,))]

    def take_back(self, work: Change, rights: Rights, change: int) -> None:
        """Take back one change of the run, but for what the actor does not see any more."""
        rows: list[Any] = work.con.execute(
            "SELECT change_id, kind, entity_id, field, old, new FROM change_line"
            " WHERE change_id = ? ORDER BY line DESC",
            (change,),
        ).fetchall()
        for change_id, kind, *rest in rows:
            line = _Line(change_id, Kind(kind), *rest)
            try:
                if is_seen(work.con, rights, line.kind, line.entity):
                    self._take_back_line(work, rights, line)
                else:  # several are as good as one
                    self._kept[line.kind, 0] = f"a {line.kind.value} that your permissions hide: it stays as it is"
            except NotFound:
                self._keep_merged(work.con, line)  # or it is gone already
        self._move_headquarters(work)

    def finish(self, work: Change) -> None:
        """Forget whom the run took records for."""
        work.con.execute("DELETE FROM external_alias WHERE import_id = ?", (self._run,))

    def report(self, work: Change) -> UndoReport:
        """What went, what is as before, and what is kept."""
        return UndoReport(removed=self._removed, restored=len(self._restored), kept=tuple(self._kept.values()))

    def _take_back_line(self, work: Change, rights: Rights, line: _Line) -> None:
        table = BY_KIND[line.kind]
        stored = get(work.con, table, line.entity)
        if line.field:
            self._restore(work, rights, table, stored, line)
        elif self._changed_since(work.con, line):
            self._keep(line.kind, stored, "was changed since")
        else:
            self._remove(work, table, stored)

    def _remove(self, work: Change, table: Table[Any], stored: Any) -> None:
        """Delete what the run created. Its references are checked at once: others may depend on it."""
        if self._is_depended_on(work.con, table, stored):
            self._keep(table.kind, stored, "is needed by something newer")
            return
        if table.kind is Kind.ADDRESS:
            is_headquarters = "SELECT 1 FROM customer WHERE headquarters_id = ?"
            if work.con.execute(is_headquarters, (stored.id,)).fetchone():
                self._lost_headquarters.add(stored.customer)
        work.delete(table, stored)
        self._removed += 1

    def _is_depended_on(self, con: Connection, table: Table[Any], stored: Any) -> bool:
        """Whether a row of another table points to this one; rows that go with it do not count."""
        found = self._dependents.of(con, table.name, stored.id)
        # a customer gets another headquarters
        return any((table.kind, dependent.table) != (Kind.ADDRESS, CUSTOMER.name) for dependent in found)

    def _move_headquarters(self, work: Change) -> None:
        """Customers that stay, but lost the address that was their headquarters, get another of theirs. (Until
        the end of the transaction they may point to the lost one.)"""
        for key in sorted(self._lost_headquarters):
            if not work.con.execute("SELECT 1 FROM customer WHERE id = ?", (key,)).fetchone():
                continue
            other = work.con.execute("SELECT min(id) FROM address WHERE customer_id = ?", (key,)).get
            work.update(CUSTOMER, get(work.con, CUSTOMER, key), {"headquarters": other})
        self._lost_headquarters.clear()

    def _restore(self, work: Change, rights: Rights, table: Table[Any], stored: Any, line: _Line) -> None:
        now = getattr(stored, line.field)
        before = logged_value(table, line.field, line.old)
        if now == before:
            return
        if now != logged_value(table, line.field, line.new):
            self._keep(line.kind, stored, f"{line.field.replace('_', ' ')} was changed since")
            return
        if table.kind is Kind.USER:
            try:
                user_checks.need_changed(work.con, rights, stored, replace(stored, **{line.field: before}))
            except Denied as error:
                self._keep(line.kind, stored, str(error).removesuffix("."))
                return
        try:
            with work.con:  # a savepoint
                work.update(table, stored, {line.field: before})
        except work.con.dialect.broken:
            self._keep(line.kind, stored, f"what {line.field.replace('_', ' ')} was before is used elsewhere now")
            return
        self._restored.add((line.kind, line.entity))

    def _keep(self, kind: Kind, stored: Any, why: str) -> None:
        self._kept.setdefault((kind, stored.id), f"{kind.value} {_label(kind, stored)}: {why}")

    def _keep_merged(self, con: Connection, line: _Line) -> None:
        """Say of what went into another since, and is kept in it, into which."""
        into = went_into(con, line.kind, line.entity)
        if into is None:
            return
        row = con.execute(
            "SELECT old FROM change_line WHERE kind = ? AND entity_id = ? AND field = '' AND old IS NOT NULL"
            " ORDER BY change_id DESC LIMIT 1",
            (line.kind.value, line.entity),
        ).fetchone()
        if row is not None:
            table = BY_KIND[line.kind]
            other = _label(line.kind, get(con, table, into)) if is_there(con, line.kind, into) else "another"
            self._keep(line.kind, msgspec.json.decode(row[0], type=table.entity), f"was merged into {other} since")

    def _changed_since(self, con: Connection, line: _Line) -> bool:
        parameters = {"run": self._run, "kind": line.kind.value, "entity": line.entity, "change": line.change}
        if con.execute(
            "SELECT 1 FROM change_line l JOIN change c ON c.id = l.change_id"
            f" WHERE l.kind = :kind AND l.entity_id = :entity AND l.change_id > :change AND {_OTHERS} LIMIT 1",
            parameters,
        ).fetchone():
            return True
        if line.kind is Kind.CUSTOMER:  # what hangs on it would go with it
            return bool(
                con.execute(
                    "SELECT 1 FROM change_line l JOIN change c ON c.id = l.change_id WHERE l.customer_id = :entity"
                    f" AND l.kind = :billing AND l.change_id > :change AND {_OTHERS} LIMIT 1",
                    parameters | {"billing": BILLING.kind.value},
                ).fetchone()
            )
        return line.kind is Kind.USER and bool(
            con.execute("SELECT 1 FROM change WHERE actor_id = ? LIMIT 1", (line.entity,)).fetchone()
        )


def _label(kind: Kind, stored: Any) -> str:
    if kind in FIGURES:
        return Month(stored.year, stored.month).label
    fields = _LABELS.get(kind, ("name",))
    return " ".join(str(getattr(stored, field, "") or "") for field in fields).strip() or str(stored.id)
