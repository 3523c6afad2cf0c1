"""The board: project tasks of a customer's projects in a column for each task status.

A column is a range of an index that has its order and says of which case each task is: it is read as far as it is shown
and counted. The projects that the actor sees are listed once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from crm_tui.domain.registries import RegistryKind, RegistryValue
from crm_tui.store.activities import DONE_DAYS, MOST_TASKS, BoardColumn, BoardFilter, TaskCard
from crm_tui.store.paging import COUNT_CAP, Count
from crm_tui.store.sql import defaults, keyset
from crm_tui.store.sql.activity_access import Standing, standing_columns
from crm_tui.store.sql.dialect import Connection
from crm_tui.store.sql.rights import Rights, case_seen
from crm_tui.store.sql.tables import REGISTRY, decode, instant
from crm_tui.store.sql.tables import columns as entity_columns

_LATE = "(a.is_done = 0 AND a.due < :today)"
#: tasks without a date come last
_DUE = "coalesce(a.due, '9999-12-31')"


def columns(
    con: Connection, rights: Rights, customer: int, today: dt.date, only: BoardFilter
) -> tuple[BoardColumn, ...]:
    """The board of a customer: every active task status, and disabled ones that still have tasks."""
    zone = defaults.time_zone(con)
    since = dt.datetime.combine(today, dt.time(), zone) - dt.timedelta(days=DONE_DAYS)
    parameters = rights.parameters | {"customer": customer, "today": today.isoformat(), "since": instant(since)}
    parameters |= {"only_assignee": only.assignee, "projects": keyset.as_json(_projects(con, rights, customer, only))}
    statuses = con.execute(
        f"SELECT {entity_columns(REGISTRY, 'r')} FROM registry_value r WHERE r.kind = ? ORDER BY r.position, r.id",
        (RegistryKind.TASK_STATUS.value,),
    ).fetchall()
    found = [_column(con, rights, decode(REGISTRY, row), parameters, zone, _fits(only)) for row in statuses]
    return tuple(column for column in found if column.is_active or column.count.number)


def _projects(con: Connection, rights: Rights, customer: int, only: BoardFilter) -> list[int]:
    """The projects that the actor sees, or the one that is asked for."""
    one = "" if only.case is None else " AND c.id = :only_case"
    rows = con.execute(
        f"SELECT c.id FROM crm_case c WHERE c.customer_id = :customer AND c.sales_state = 'won'{one}"
        f" AND {case_seen(rights)}",
        rights.parameters | {"customer": customer, "only_case": only.case},
    )
    return [case for (case,) in rows]


def _fits(only: BoardFilter) -> str:
    """A condition on the task in ``a``."""
    conditions = {
        " AND a.assignee_id = :only_assignee": only.assignee is not None,
        " AND a.assignee_id IS NULL": only.unassigned,
        f" AND {_LATE} AND {_DUE} < :today": only.late,
    }
    return "".join(condition for condition, is_set in conditions.items() if is_set)


def _column(
    con: Connection,
    rights: Rights,
    status: RegistryValue,
    parameters: dict[str, Any],
    zone: dt.tzinfo,
    fits: str,
) -> BoardColumn:
    bound = parameters | {"status": status.id}
    rows = (
        "activity a WHERE a.customer_id = :customer AND a.task_status_id = :status"
        f" AND a.case_id IN (SELECT value FROM json_each(:projects)){fits}"
    )
    if status.is_done:  # those stand where they were ticked
        last = f"{rows} AND a.at >= :since ORDER BY a.at DESC, a.id DESC LIMIT {MOST_TASKS}"
        ids = [row[0] for row in con.execute(f"SELECT a.id FROM {last}", bound)]
        number, late = keyset.count(con, [rows], bound), Count(0)
    else:
        ids, number, late = _soonest(con, rows, bound)
    cards = _cards(con, rights, ids, zone)
    return BoardColumn(
        status=status.id,
        name=status.name,
        is_active=status.is_active,
        is_done=status.is_done,
        tasks=tuple(cards[key] for key in ids),
        count=number,
        late=late,
    )


def _soonest(con: Connection, rows: str, bound: dict[str, Any]) -> tuple[list[int], Count, Count]:
    """The tasks that are due first, how many there are, and how many of them are late: those come first, so that what
    is not read is late only if all that is read may be."""
    found: list[tuple[Any, ...]] = con.execute(
        f"SELECT a.id, {_LATE} IS TRUE, {_DUE} < :today FROM {rows} ORDER BY {_DUE}, a.id LIMIT {COUNT_CAP + 1}",
        bound,
    ).fetchall()
    is_capped = len(found) > COUNT_CAP
    shown = found[:COUNT_CAP]
    return (
        [key for key, _, _ in shown[:MOST_TASKS]],
        Count(len(shown), capped=is_capped),
        Count(sum(is_late for _, is_late, _ in shown), capped=is_capped and bool(found[-1][2])),
    )


def _cards(con: Connection, rights: Rights, ids: Sequence[int], zone: dt.tzinfo) -> dict[int, TaskCard]:
    rows = con.execute(
        "SELECT a.id, a.revision, a.name, c.id, c.number, c.name, a.due, u.id, u.name, o.name, o.is_active, a.is_done,"
        f" a.done_at, {standing_columns(rights)} FROM activity a JOIN crm_case c ON c.id = a.case_id"
        " LEFT JOIN crm_user u ON u.id = a.assignee_id LEFT JOIN crm_user o ON o.id = a.owner_id"
        " WHERE a.id IN (SELECT value FROM json_each(:ids))",
        rights.parameters | {"ids": keyset.as_json(ids)},
    )
    return {row[0]: _card(row, zone) for row in rows}


def _card(row: tuple[Any, ...], zone: dt.tzinfo) -> TaskCard:
    key, revision, name, case, number, case_name, due, assignee, assignee_name, owner, owner_is_active = row[:11]
    is_done, done_at = row[11:13]
    mine = Standing(*row[13:])
    return TaskCard(
        id=key,
        revision=revision,
        name=name,
        case=case,
        case_number=number,
        case_name=case_name,
        due=dt.date.fromisoformat(due) if due else None,
        assignee=assignee,
        assignee_name=assignee_name,
        owner_name=owner,
        owner_is_gone=not owner_is_active,
        is_done=bool(is_done),
        done_on=dt.datetime.fromisoformat(done_at).astimezone(zone).date() if done_at else None,
        may_edit=bool(mine.may_edit),
        may_delete=bool(mine.may_delete),
    )
