"""Who may come in: what a server asks about those who knock, before any facet is asked on their behalf."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple, Protocol


class Visitor(NamedTuple):
    """Whose token it is: the login of an active user, and the id of the device that the token was made for."""

    login: str
    device: int


class Issued(NamedTuple):
    """A token, told this once: the store keeps its hash. ``expires_at`` None: until it is revoked."""

    token: str
    device: int
    login: str
    expires_at: datetime | None


class Gate(Protocol):
    """Tokens and passwords of a store. Thread-safe, like the store; raises Unavailable and Corrupt as it does."""

    def visitor(self, token: str) -> Visitor:
        """Who has this token, which was just used; NotSignedIn for one that is not known, expired, revoked, or whose
        user is not active."""
        ...

    def sign_in(self, login: str, password: str, device: str) -> Issued:
        """A new token for a device of a user with this password; NotSignedIn without saying which of both is wrong,
        after the same time."""
        ...

    def sign_out(self, token: str) -> None:
        """Revoke a token."""
        ...
