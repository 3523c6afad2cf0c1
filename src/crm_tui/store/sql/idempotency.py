"""Writes that are carried out at most once: each leaves its key, in the transaction of the change."""

from __future__ import annotations

import datetime as dt

from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import AlreadySaved
from crm_tui.domain.normalise import check_key
from crm_tui.store.sql.dialect import Connection
from crm_tui.store.sql.tables import instant


def saved(con: Connection, actor: int, key: str) -> tuple[str, int] | None:
    """Kind and id of what the actor saved under a key."""
    row = con.execute("SELECT kind, entity_id FROM idempotency WHERE actor_id = ? AND key = ?", (actor, key)).fetchone()
    return (row[0], row[1]) if row else None


def need_new(con: Connection, actor: int, key: str) -> None:
    """Raise AlreadySaved if the actor saved something under this key."""
    check_key("key", key)
    found = saved(con, actor, key)
    if found is not None:
        raise AlreadySaved(*found)


def keep(con: Connection, actor: int, key: str, now: dt.datetime, kind: Kind, entity: int) -> None:
    """Remember that this was saved under the key, which is a new one."""
    con.execute(
        "INSERT INTO idempotency (key, actor_id, at, kind, entity_id) VALUES (?, ?, ?, ?, ?)",
        (key, actor, instant(now), kind.value, entity),
    )
