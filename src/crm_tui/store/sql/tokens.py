"""Tokens: opaque, random, one for each device; the store keeps their hashes."""

from __future__ import annotations

import datetime as dt
import re
import secrets
from hashlib import sha256
from typing import NamedTuple

from crm_tui.store.sql.dialect import Connection
from crm_tui.store.sql.tables import instant

#: what every token begins with, so that programs that look for secrets in files know one
PREFIX = "crm_"
_FORM = re.compile(f"{PREFIX}[0-9a-f]{{64}}")
#: so long a device that has ended is listed
_KEPT = dt.timedelta(days=90)


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
    """Keep a token; returns the device's id. Devices of the user that ended long ago go."""
    con.execute(
        "DELETE FROM device WHERE user_id = :user AND (revoked_at < :long_ago OR expires_at < :long_ago)",
        {"user": new.user, "long_ago": instant(now - _KEPT)},
    )
    expires_at = None if new.days is None else instant(now + dt.timedelta(days=new.days))
    key: int = con.execute(
        "INSERT INTO device (user_id, name, token_hash, created_at, created_by, expires_at)"
        " VALUES (?, ?, ?, ?, ?, ?) RETURNING id",
        (new.user, new.name, hash_of(token), instant(now), new.created_by, expires_at),
    ).get
    return key
