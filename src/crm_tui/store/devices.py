"""Devices with a token for a server of this store, and passwords.

A token is told once, when it is made; the store keeps its hash. Neither tokens nor passwords are in the change log, in
an export or in a copy of the store.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from msgspec import Struct

from crm_tui.domain.devices import USUAL_DAYS


class Device(Struct, frozen=True, kw_only=True):
    """A device of a user; ``created_by`` is who made the token for it, or gave the password by which somebody signed in
    on it: it is good as long as they may have it, too. ``expires_at`` None: it is valid until it is revoked."""

    id: int
    user: int
    name: str
    created_at: datetime
    created_by: int | None = None
    expires_at: datetime | None = None
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None


class NewDevice(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A device that is to have a token. ``user`` None: the actor; ``days`` None: until it is revoked. ``current`` is
    the actor's password, for a device of their own."""

    name: str
    user: int | None = None
    days: int | None = USUAL_DAYS
    current: str | None = None

    def __repr__(self) -> str:
        return f"NewDevice(name={self.name!r}, user={self.user!r}, days={self.days!r})"


class NewToken(Struct, frozen=True, kw_only=True):
    """A token, told this once, so that its repr does not tell it again."""

    device: Device
    token: str

    def __repr__(self) -> str:
        return f"NewToken(device={self.device!r})"


class Devices(Protocol):
    """One's own devices are one's own business; those of others an administrator's, as far as rule 18 goes: nobody gets
    by it what they may not have. Those that have ended are listed for a while."""

    def own(self) -> tuple[Device, ...]:
        """The actor's, the newest first."""
        ...

    def of_everybody(self) -> tuple[Device, ...]:
        """All users', by user, the newest first; for administrators."""
        ...

    def create(self, new: NewDevice) -> NewToken:
        """A token for a device of the actor, who says their password, or of a user who may see and do no more than the
        actor. Without a password only an administrator makes one for themselves."""
        ...

    def revoke(self, device: int) -> None:
        """End a token, at once; one that has ended stays so."""
        ...

    def revoke_all(self, user: int) -> int:
        """End all tokens of a user; returns how many did."""
        ...

    def set_password(self, user: int, password: str, current: str | None = None) -> None:
        """Give the actor a new ``password`` in place of the ``current`` one; or, as an administrator, a user who may
        see and do no more than the actor, or oneself the first one. Tokens go on: `revoke_all` ends them."""
        ...
