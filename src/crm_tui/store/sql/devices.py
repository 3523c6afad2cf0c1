"""Devices with a token, and passwords: one's own, and those of others as far as rule 18 goes.

Whoever has a token or the password of a user sees all that the user sees, even the cases on which they are named. So
making either for somebody takes what changing their login takes (user_checks); to end a token, what making the user
inactive takes.

What a token may do is asked in each call anew, so a changed profile counts at once, and tokens stay. Whoever is made
inactive leaves none behind (a trigger of the schema).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from crm_tui.domain.devices import check_device, check_password
from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import Invalid, NotFound
from crm_tui.store.devices import Device, NewDevice, NewToken
from crm_tui.store.sql import idempotency, passwords, tokens, user_checks
from crm_tui.store.sql.facet import Facet
from crm_tui.store.sql.rights import Rights
from crm_tui.store.sql.tables import USER, instant
from crm_tui.store.sql.write import Change, get

_DEVICE = (
    "SELECT d.id, d.user_id, d.name, d.created_at, d.created_by, d.expires_at, d.last_used_at, d.revoked_at"
    " FROM device d"
)
_WRONG = "is not the one that you have now"


class SqlDevices(Facet):
    """The Devices facet."""

    def own(self) -> tuple[Device, ...]:
        """The actor's devices, the newest first."""
        with self._reading() as (con, rights):
            return _devices(con.execute(f"{_DEVICE} WHERE d.user_id = ? ORDER BY d.id DESC", (rights.user,)))

    def of_everybody(self) -> tuple[Device, ...]:
        """All users' devices."""
        with self._reading() as (con, rights):
            rights.need_admin("see the devices of others")
            return _devices(con.execute(f"{_DEVICE} ORDER BY d.user_id, d.id DESC"))

    def create(self, new: NewDevice) -> NewToken:
        """Make a token, for the actor or for a user who has no more than the actor."""
        check_device(new.name, new.days)
        known = self._need_to_give(new.user, new.current, "make a token for {}")
        with self._writing() as (work, rights):
            user = rights.user if new.user is None else new.user
            if _kept_of_own(work, rights, user, "make a token for {}") != known:
                raise Invalid("current", _WRONG)
            whose = get(work.con, USER, user)
            if not whose.is_active:
                raise Invalid("user", f"{whose.name} is not active, and may not come in")
            token = tokens.new_token()
            key = tokens.insert(work.con, tokens.NewDeviceRow(user, new.name, rights.user, new.days), token, work.now)
            self._keep(work, rights, user)
            return NewToken(device=_devices(work.con.execute(f"{_DEVICE} WHERE d.id = ?", (key,)))[0], token=token)

    def revoke(self, device: int) -> None:
        """End a token."""
        with self._writing() as (work, rights):
            user: int | None = work.con.execute("SELECT user_id FROM device WHERE id = ?", (device,)).get
            if user is None or (user != rights.user and not rights.profile.admin):
                raise NotFound("device", device)
            self._need_to_end(work, rights, user)
            work.con.execute(
                "UPDATE device SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL", (instant(work.now), device)
            )

    def revoke_all(self, user: int) -> int:
        """End all tokens of a user; returns how many did."""
        with self._writing() as (work, rights):
            self._need_to_end(work, rights, user)
            now = instant(work.now)
            work.con.execute(
                "UPDATE device SET revoked_at = :now WHERE user_id = :user AND revoked_at IS NULL"
                " AND (expires_at IS NULL OR expires_at > :now)",
                {"now": now, "user": user},
            )
            return work.con.changes()

    def set_password(self, user: int, password: str, current: str | None = None) -> None:
        """Give the actor, or a user who has no more than the actor, a new password."""
        check_password(password)
        known = self._need_to_give(user, current, "set the password of {}")
        kept = passwords.hashed(password)  # nobody else waits for it: it takes time on purpose
        with self._writing() as (work, rights):
            if _kept_of_own(work, rights, user, "set the password of {}") != known:
                raise Invalid("current", _WRONG)
            work.con.execute(
                "INSERT INTO password (user_id, hash, changed_at, changed_by) VALUES (:user, :hash, :now, :actor)"
                " ON CONFLICT (user_id) DO UPDATE SET hash = excluded.hash, changed_at = excluded.changed_at,"
                " changed_by = excluded.changed_by",
                {"user": user, "hash": kept, "now": instant(work.now), "actor": rights.user},
            )
            self._keep(work, rights, user)

    def _need_to_give(self, user: int | None, current: str | None, action: str) -> str | None:
        """Raise Denied for a user who has more than the actor, and Invalid if it is the actor and ``current`` is not
        their password: whoever finds a device unlocked, or its token, is not to make a way in that outlives it. That is
        as slow as at the gate. Returns what is kept of the own one."""
        with self._writing() as (work, rights):
            known = _kept_of_own(work, rights, rights.user if user is None else user, action)
            if known is None:
                return None
            if current is None:
                raise Invalid("current", "say the password that you have now, too")
            wait = passwords.count_try(work.con, self._binding.login, work.now)
        if wait:
            raise Invalid("current", f"was wrong too often; try again in {wait} s or later")
        if not passwords.fits(known, current):
            raise Invalid("current", _WRONG)
        with self._writing() as (work, _):
            passwords.forget_tries(work.con, self._binding.login)
        return known

    def _need_to_end(self, work: Change, rights: Rights, user: int) -> None:
        if user != rights.user:
            rights.need_admin("end the tokens of others")
            user_checks.need_no_more(work.con, rights, get(work.con, USER, user))

    def _keep(self, work: Change, rights: Rights, user: int) -> None:
        """Under its key it is done once; there is no change in the log that would leave it."""
        if self._binding.key is not None:
            idempotency.keep(work.con, rights.user, self._binding.key, work.now, Kind.USER, user)


def _kept_of_own(work: Change, rights: Rights, user: int, action: str) -> str | None:
    """What is kept of the actor's own password; without one only an administrator gives themselves a way in. Of that of
    another there is nothing to compare with, but the actor has to be allowed to come in as them."""
    whose = get(work.con, USER, user)
    action = action.format(whose.name)
    if user != rights.user:
        user_checks.need_hand_over(work.con, rights, whose, action)
        return None
    found: str | None = work.con.execute("SELECT hash FROM password WHERE user_id = ?", (user,)).get
    if found is None:
        rights.need_admin(action)
    return found


def _devices(rows: Iterable[Any]) -> tuple[Device, ...]:
    return tuple(
        Device(
            id=key,
            user=user,
            name=name,
            created_at=dt.datetime.fromisoformat(created_at),
            created_by=created_by,
            expires_at=_moment(expires_at),
            last_used_at=_moment(last_used_at),
            revoked_at=_moment(revoked_at),
        )
        for key, user, name, created_at, created_by, expires_at, last_used_at, revoked_at in rows
    )


def _moment(text: str | None) -> dt.datetime | None:
    return None if text is None else dt.datetime.fromisoformat(text)
