"""The board: project tasks of a customer's projects in a column for each task status."""

from __future__ import annotations

import datetime as dt
from typing import Any

import apsw

from crm_tui.domain.registries import RegistryKind, RegistryValue
from crm_tui.store.activities import DONE_DAYS, BoardColumn, TaskCard
from crm_tui.store.sql import defaults, keyset
from crm_tui.store.sql.rights import Rights, case_seen
from crm_tui.store.sql.tables import REGISTRY, decode, instant
from crm_tui.store.sql.tables import columns as entity_columns

#: a column shows so many tasks at most
MOST_TASKS = 200

_CARDS = (
    "SELECT a.id, a.name, c.id, c.number, c.name, a.due, u.name, a.is_done, a.done_at FROM activity a"
    " JOIN crm_case c ON c.id = a.case_id LEFT JOIN crm_user u ON u.id = a.assignee_id"
    " WHERE a.id IN (SELECT value FROM json_each(:ids))"
)


def columns(con: apsw.Connection, rights: Rights, customer: int, today: dt.date) -> tuple[BoardColumn, ...]:
    """The board of a customer: every active task status, and disabled ones that still have tasks."""
    zone = defaults.time_zone(con)
    since = dt.datetime.combine(today, dt.time(), zone) - dt.timedelta(days=DONE_DAYS)
    parameters = rights.parameters | {"customer": customer, "today": today.isoformat(), "since": instant(since)}
    statuses = con.execute(
        f"SELECT {entity_columns(REGISTRY, 'r')} FROM registry_value r WHERE r.kind = ? ORDER BY r.position, r.id",
        (RegistryKind.TASK_STATUS.value,),
    ).fetchall()
    found = [_column(con, rights, decode(REGISTRY, row), parameters, zone) for row in statuses]
    return tuple(column for status, column in found if status.is_active or column.count.number)


def _column(
    con: apsw.Connection, rights: Rights, status: RegistryValue, parameters: dict[str, Any], zone: dt.tzinfo
) -> tuple[RegistryValue, BoardColumn]:
    bound = parameters | {"status": status.id}
    # the projects come first: each has its tasks of a status in one range of an index (only tasks have one)
    rows = (
        "crm_case c CROSS JOIN activity a ON a.case_id = c.id AND a.task_status_id = :status"
        f" WHERE c.customer_id = :customer AND c.sales_state = 'won' AND {case_seen(rights)}"
    )
    shown, order = ("", "a.due IS NULL, a.due, a.id")
    if status.is_done:  # those stand where they were ticked
        shown, order = (" AND a.at >= :since", "a.at DESC, a.id DESC")
    ids = [row[0] for row in con.execute(f"SELECT a.id FROM {rows}{shown} ORDER BY {order} LIMIT {MOST_TASKS}", bound)]
    cards = {row[0]: _card(row, zone) for row in con.execute(_CARDS, {"ids": keyset.as_json(ids)})}
    late = "" if status.is_done else " AND a.is_done = 0 AND a.due < :today"
    return status, BoardColumn(
        status=status.id,
        name=status.name,
        is_done=status.is_done,
        tasks=tuple(cards[key] for key in ids),
        count=keyset.count(con, [rows], bound),
        late=keyset.count(con, [rows + late], bound).number if late else 0,
    )


def _card(row: tuple[Any, ...], zone: dt.tzinfo) -> TaskCard:
    key, name, case, number, case_name, due, assignee, is_done, done_at = row
    return TaskCard(
        id=key,
        name=name,
        case=case,
        case_number=number,
        case_name=case_name,
        due=dt.date.fromisoformat(due) if due else None,
        assignee_name=assignee,
        is_done=bool(is_done),
        done_on=dt.datetime.fromisoformat(done_at).astimezone(zone).date() if done_at else None,
    )
