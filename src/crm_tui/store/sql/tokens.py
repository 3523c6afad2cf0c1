"""Tokens: opaque, random, one for each device; the store keeps their hashes."""

from __future__ import annotations

import datetime as dt
import re
import secrets
from hashlib import sha256
from typing import NamedTuple

from crm_tui.domain.errors import Invalid
from crm_tui.store.sql.dialect import Connection
from crm_tui.store.sql.tables import instant

#: what every token begins with, so that programs that look for secrets in files know one
PREFIX = "crm_"
_FORM = re.compile(f"{PREFIX}[0-9a-f]{{64}}")
#: so long a device that has ended is listed, if it is not one of very many
_KEPT = dt.timedelta(days=90)
#: devices of a user that may come in, and as many that have ended
_MOST = 100


class NewDeviceRow(NamedTuple):
    """A device as it is stored."""

    user: int
    name: str
    created_by: int
    days: int | None


def new_token() -> str:
    """256 random bits."""
    return PREFIX + secrets.token_hex(32)


def hash_of(token: str) -> str | None:
    """What the store keeps of a token; None for what is none."""
    return sha256(token.encode()).hexdigest() if _FORM.fullmatch(token) else None


def insert(con: Connection, new: NewDeviceRow, token: str, now: dt.datetime) -> int:
    """Keep a token; returns the device's id. Devices of the user that ended long ago go. Raises Invalid for one device
    too many."""
    _make_room(con, new.user, now)
    expires_at = None if new.days is None else instant(now + dt.timedelta(days=new.days))
    key: int = con.execute(
        "INSERT INTO device (user_id, name, token_hash, created_at, created_by, expires_at)"
        " VALUES (?, ?, ?, ?, ?, ?) RETURNING id",
        (new.user, new.name, hash_of(token), instant(now), new.created_by, expires_at),
    ).get
    return key


def _make_room(con: Connection, user: int, now: dt.datetime) -> None:
    bound = {"user": user, "now": instant(now), "long_ago": instant(now - _KEPT), "most": _MOST}
    ended = "user_id = :user AND (revoked_at IS NOT NULL OR expires_at <= :now)"
    con.execute(
        f"DELETE FROM device WHERE {ended} AND (revoked_at < :long_ago OR expires_at < :long_ago"
        f" OR id NOT IN (SELECT id FROM device WHERE {ended} ORDER BY id DESC LIMIT :most))",
        bound,
    )
    valid: int = con.execute(
        "SELECT count(*) FROM device WHERE user_id = :user AND revoked_at IS NULL"
        " AND (expires_at IS NULL OR expires_at > :now)",
        {"user": user, "now": instant(now)},
    ).get
    if valid >= _MOST:
        raise Invalid("device", f"is one too many: {_MOST} may come in already; end some with crm-tui devices revoke")
