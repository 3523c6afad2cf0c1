"""The board: project tasks of a customer's projects in a column for each task status."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import apsw

from crm_tui.domain.registries import RegistryKind, RegistryValue
from crm_tui.store.activities import DONE_DAYS, BoardColumn, BoardFilter, TaskCard
from crm_tui.store.sql import defaults, keyset
from crm_tui.store.sql.activity_access import Standing, standing_columns
from crm_tui.store.sql.rights import Rights, case_seen
from crm_tui.store.sql.tables import REGISTRY, decode, instant
from crm_tui.store.sql.tables import columns as entity_columns

#: a column shows so many tasks at most
MOST_TASKS = 200

_LATE = " AND a.is_done = 0 AND a.due < :today"


def columns(
    con: apsw.Connection, rights: Rights, customer: int, today: dt.date, only: BoardFilter
) -> tuple[BoardColumn, ...]:
    """The board of a customer: every active task status, and disabled ones that still have tasks."""
    zone = defaults.time_zone(con)
    since = dt.datetime.combine(today, dt.time(), zone) - dt.timedelta(days=DONE_DAYS)
    parameters = rights.parameters | {"customer": customer, "today": today.isoformat(), "since": instant(since)}
    parameters |= {"only_case": only.case, "only_assignee": only.assignee}
    statuses = con.execute(
        f"SELECT {entity_columns(REGISTRY, 'r')} FROM registry_value r WHERE r.kind = ? ORDER BY r.position, r.id",
        (RegistryKind.TASK_STATUS.value,),
    ).fetchall()
    found = [_column(con, rights, decode(REGISTRY, row), parameters, zone, _fits(only)) for row in statuses]
    return tuple(column for column in found if column.is_active or column.count.number)


def _fits(only: BoardFilter) -> str:
    """A condition on the project in ``c`` and the task in ``a``."""
    conditions = {
        " AND c.id = :only_case": only.case is not None,
        " AND a.assignee_id = :only_assignee": only.assignee is not None,
        " AND a.assignee_id IS NULL": only.unassigned,
        _LATE: only.late,
    }
    return "".join(condition for condition, is_set in conditions.items() if is_set)


def _column(
    con: apsw.Connection,
    rights: Rights,
    status: RegistryValue,
    parameters: dict[str, Any],
    zone: dt.tzinfo,
    fits: str,
) -> BoardColumn:
    bound = parameters | {"status": status.id}
    # the projects come first: each has its tasks of a status in one range of an index (only tasks have one)
    rows = (
        "crm_case c CROSS JOIN activity a ON a.case_id = c.id AND a.task_status_id = :status"
        f" WHERE c.customer_id = :customer AND c.sales_state = 'won' AND {case_seen(rights)}{fits}"
    )
    shown, order = ("", "a.due IS NULL, a.due, a.id")
    if status.is_done:  # those stand where they were ticked
        shown, order = (" AND a.at >= :since", "a.at DESC, a.id DESC")
    ids = [row[0] for row in con.execute(f"SELECT a.id FROM {rows}{shown} ORDER BY {order} LIMIT {MOST_TASKS}", bound)]
    cards = _cards(con, rights, ids, zone)
    return BoardColumn(
        status=status.id,
        name=status.name,
        is_active=status.is_active,
        is_done=status.is_done,
        tasks=tuple(cards[key] for key in ids),
        count=keyset.count(con, [rows], bound),
        late=0 if status.is_done else keyset.count(con, [rows + _LATE], bound).number,
    )


def _cards(con: apsw.Connection, rights: Rights, ids: Sequence[int], zone: dt.tzinfo) -> dict[int, TaskCard]:
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
