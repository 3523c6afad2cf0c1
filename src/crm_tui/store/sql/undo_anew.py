"""Redo of a merge: what was changed, since the two were parted, of the one that goes again.

Where the one that stays had taken the field, the question is which value it gets; the answer “what is stored” takes the
new one. Any other field goes with the one that goes, and that is told: nothing is lost silently."""

from __future__ import annotations

from typing import Any, NamedTuple

from crm_tui.domain.entities import Kind
from crm_tui.store.sql.dialect import Connection
from crm_tui.store.sql.dismissals import FIELD
from crm_tui.store.sql.merge_around import Merge
from crm_tui.store.sql.tables import BILLING, BY_KIND, Table, plain_fields
from crm_tui.store.sql.undo_plan import Line, Plan, Planner, Put, lines_of
from crm_tui.store.sql.write import get, log_text, logged_value

#: what follows from where things are
_NO_MATTER = ("customer", "headquarters", FIELD)


class Changed(NamedTuple):
    """A field of the one that goes, when the two were parted and now."""

    table: Table[Any]
    field: str
    then: Any
    now: Any


class Anew(NamedTuple):
    """The plan with what was answered, and the fields that are not taken over."""

    plan: Plan
    lost: tuple[str, ...]


def with_changes(con: Connection, merge: Merge, head: int, planner: Planner, plan: Plan) -> Anew:
    """Look at the plan for the redo of a merge that the change ``head`` undid."""
    merged = _merged(con, merge, head)
    asked = {(each.kind, each.field) for each in plan.conflicts}
    values = {step.table.kind: dict(step.values) for step in plan.steps if isinstance(step, Put)}
    conflicts, lost = list(plan.conflicts), []
    for one in _changed(con, merge, head):
        kind, field, then, now = one.table.kind, one.field, one.then, one.now
        is_taken = (kind, field) in asked or field in values.get(kind, {})
        anew = _followed(merged[kind, field], then, now) if is_taken else None
        if anew is None:
            if now != getattr(get(con, one.table, merge.stays), field):
                lost.append(field)
            continue
        if anew == merged[kind, field]:
            continue
        line = Line(kind, merge.goes, field, log_text(merged[kind, field]), log_text(then))
        row = get(con, one.table, merge.goes)
        answer = planner.answer(line, row)
        if answer is None:
            conflicts.append(planner.conflict(row, line, log_text(anew)))
        elif not answer.restore and field in values.get(kind, {}):
            values[kind][field] = anew
    steps = [step._replace(values=values[step.table.kind]) if isinstance(step, Put) else step for step in plan.steps]
    return Anew(Plan(steps, conflicts), tuple(lost))


def _merged(con: Connection, merge: Merge, head: int) -> dict[tuple[Kind, str], Any]:
    """What the fields of the one that stays are in the merge."""
    return {
        (line.kind, line.field): logged_value(BY_KIND[line.kind], line.field, line.old)
        for line in lines_of(con, head)
        if line.entity == merge.stays and line.kind in (merge.kind, Kind.BILLING) and line.field
    }


def _changed(con: Connection, merge: Merge, head: int) -> list[Changed]:
    found: list[Changed] = []
    for table in (BY_KIND[merge.kind], BILLING) if merge.kind is Kind.CUSTOMER else (BY_KIND[merge.kind],):
        fields = {*plain_fields(table), *(link.field for link in table.links)}.difference(_NO_MATTER)
        then: dict[str, Any] = {}
        rows = con.execute(
            "SELECT field, old FROM change_line WHERE kind = ? AND entity_id = ? AND change_id > ?"
            " AND (old IS NOT NULL OR new IS NOT NULL) ORDER BY change_id, line",
            (table.kind.value, merge.goes, head),
        )
        for field, old in rows:
            if field in fields:
                then.setdefault(field, logged_value(table, field, old))
        row = get(con, table, merge.goes)
        found += [Changed(table, f, old, getattr(row, f)) for f, old in then.items() if getattr(row, f) != old]
    return found


def _followed(merged: Any, then: Any, now: Any) -> Any:
    """The merged value with what was taken of the one that goes as it is now; None where nothing was taken."""
    if merged == then:
        return now
    if isinstance(merged, tuple) and isinstance(then, tuple) and isinstance(now, tuple):
        if not set(merged) & set(then):
            return None
        return tuple(dict.fromkeys((*(one for one in merged if one not in then or one in now), *now)))
    if isinstance(merged, str) and isinstance(then, str) and then and then in merged:
        return merged.replace(then, now or "")
    return None
