"""Drafts: what is typed in an open form and not saved yet, kept so that nothing that happens can lose it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol

from msgspec import Struct


class Draft(Struct, frozen=True, kw_only=True):
    """A form as it stands. ``key`` is the idempotency key of the save that it would make.

    ``entity`` is what is edited and ``revision`` the one it was read at, both None for a new thing;
    ``customer`` on whose card. ``before`` holds the form's values when it was opened and ``values`` those of
    now: JSON values, so a tuple comes back as a list. ``title`` is for people (``Contact Eeva Lahtinen``),
    ``at`` when it was typed, in UTC.
    """

    key: str
    form: str
    title: str
    customer: int | None
    entity: int | None
    revision: int | None
    before: dict[str, Any]
    values: dict[str, Any]
    at: datetime


class Drafts(Protocol):
    """The drafts of one actor in one store. All methods may be called from any thread; all raise Unavailable
    where the drafts can't be read or written now, and Corrupt where they are damaged."""

    def save(self, draft: Draft) -> None:
        """Keep a draft, instead of an older one of its key; it is on the disk on return."""
        ...

    def drop(self, key: str) -> None:
        """Remove a draft, if there is one of this key."""
        ...

    def all(self) -> tuple[Draft, ...]:
        """Newest first."""
        ...

    def forget(self, form: str, entity: int) -> None:
        """Remove the drafts about a thing that was erased, those of every actor in this store."""
        ...

    def close(self) -> None: ...
