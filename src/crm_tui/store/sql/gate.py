"""Who may come in, by the store's devices and passwords.

A token is looked up by its hash, so neither the store nor the time that it takes tells anything about others. When a
device was used last is written at most once a minute, by a thread of its own: nobody waits at the gate for who writes.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from hmac import compare_digest
from typing import Any, NamedTuple

from crm_tui.domain.devices import USUAL_DAYS, check_device
from crm_tui.domain.errors import Corrupt, NotSignedIn, Unavailable
from crm_tui.domain.normalise import check_text
from crm_tui.store.gate import Issued, Visitor
from crm_tui.store.sql import passwords, tokens, user_checks
from crm_tui.store.sql.database import Database
from crm_tui.store.sql.tables import instant

_REFUSED = "The token is not valid (any more): it has expired or was revoked, or its user is not active. Sign in again."
_WRONG = "The login or the password is wrong."
_OUTGROWN = (
    "You may do or see more by now than who gave you this token or password, and who knows it. Have an administrator"
    " who may do as much as you set another password."
)
_MINUTE = dt.timedelta(minutes=1)


class _Known(NamedTuple):
    """Of whom the password is, what is kept of it, what is to be kept instead, and who set it."""

    user: int
    kept: str
    better: str | None
    maker: int | None


class SqlGate:
    """The Gate of a store. Whoever is done with it closes it before the store."""

    def __init__(self, database: Database, clock: Callable[[], dt.datetime], *, days: int | None = USUAL_DAYS) -> None:
        self._database = database
        self._clock = clock
        self._days = days
        self._used = LastUse(database)

    def visitor(self, token: str) -> Visitor:
        """Who has this token; NotSignedIn if nobody has."""
        now, wanted = self._clock(), tokens.hash_of(token)
        if wanted is None:
            raise NotSignedIn(_REFUSED)
        with self._database.reading() as con:
            found: Any = con.execute(
                "SELECT d.id, d.token_hash, d.expires_at, d.last_used_at, u.login, d.created_by, u.id FROM device d"
                " JOIN crm_user u ON u.id = d.user_id"
                " WHERE d.token_hash = ? AND d.revoked_at IS NULL AND u.is_active = 1",
                (wanted,),
            ).fetchone()
            if found is None or not compare_digest(found[1], wanted):
                raise NotSignedIn(_REFUSED)
            device, _, expires_at, last_used_at, login, maker, user = found
            if not user_checks.knows_no_more(con, maker, user):
                raise NotSignedIn(_OUTGROWN)
        if expires_at is not None and expires_at <= instant(now):
            raise NotSignedIn(_REFUSED)
        if last_used_at is None or last_used_at <= instant(now - _MINUTE):
            self._used.note(device, now)
        return Visitor(login, device)

    def sign_in(self, login: str, password: str, device: str) -> Issued:
        """A new token for a device of the user with this password."""
        check_device(device, self._days)
        check_text("login", login)
        with self._database.writing() as con:
            wait = passwords.count_try(con, login, self._clock())
            found: Any = con.execute(
                "SELECT u.id, p.hash, p.changed_by FROM crm_user u JOIN password p ON p.user_id = u.id"
                " WHERE u.login = ? AND u.is_active = 1",
                (login,),
            ).fetchone()
        if wait:
            raise NotSignedIn(f"There were too many wrong passwords for this login; try again in {wait} s or later.")
        if not passwords.fits(found[1] if found else None, password) or not found:
            raise NotSignedIn(_WRONG)
        user, kept, maker = found
        better = passwords.hashed(password) if passwords.is_weak(kept) else None
        return self._let_in(login, _Known(user, kept, better, maker), device)

    def sign_out(self, token: str) -> None:
        """Revoke a token; one that nobody has is revoked already."""
        with self._database.writing() as con:
            con.execute(
                "UPDATE device SET revoked_at = ? WHERE token_hash = ? AND revoked_at IS NULL",
                (instant(self._clock()), tokens.hash_of(token)),
            )

    def close(self) -> None:
        """Write what was used last, and end."""
        self._used.close()

    def _let_in(self, login: str, known: _Known, device: str) -> Issued:
        """Make the token, unless the user or the password became another one while it was looked at. It is of who gave
        the password, as far as that goes."""
        user, kept, better, maker = known
        token, now = tokens.new_token(), self._clock()
        with self._database.writing() as con:
            still: Any = con.execute(
                "SELECT 1 FROM crm_user u JOIN password p ON p.user_id = u.id"
                " WHERE u.id = ? AND u.login = ? AND u.is_active = 1 AND p.hash = ?",
                (user, login, kept),
            ).fetchone()
            if still is None:
                raise NotSignedIn(_WRONG)
            passwords.forget_tries(con, login)
            if not user_checks.knows_no_more(con, maker, user):
                raise NotSignedIn(_OUTGROWN)
            if better is not None:
                con.execute("UPDATE password SET hash = ? WHERE user_id = ?", (better, user))
            key = tokens.insert(con, tokens.NewDeviceRow(user, device, maker or user, self._days), token, now)
        expires_at = None if self._days is None else now + dt.timedelta(days=self._days)
        return Issued(token, key, login, expires_at)


class LastUse:
    """Writes down when devices were used last, in a thread that ends when there is nothing to write."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._noted: dict[int, dt.datetime] = {}
        self._due: dict[int, dt.datetime] = {}
        self._thread: threading.Thread | None = None

    def note(self, device: int, now: dt.datetime) -> None:
        """A device was used; what was noted within the last minute is enough."""
        if self._database.read_only:
            return
        with self._lock:
            before = self._noted.get(device)
            if before is not None and before <= now < before + _MINUTE:
                return
            self._noted[device] = self._due[device] = now
            if self._thread is None:
                self._thread = threading.Thread(target=self._write, name="last use of devices", daemon=True)
                self._thread.start()

    def close(self) -> None:
        """Wait until all is written."""
        with self._lock:
            thread = self._thread
        if thread is not None:
            thread.join()

    def _write(self) -> None:
        while due := self._taken():
            uses = [(instant(at), device) for device, at in due.items()]
            try:
                with self._database.writing() as con:
                    con.executemany("UPDATE device SET last_used_at = ? WHERE id = ?", uses)
            except (Unavailable, Corrupt):
                # Whoever asks the store for something is told of it. The next use writes a later time anyway.
                continue

    def _taken(self) -> dict[int, dt.datetime]:
        with self._lock:
            due, self._due = self._due, {}
            if not due:
                self._thread = None
            return due
