"""What every entity has in common: identity, revision and who touched it when."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec


class Entity(msgspec.Struct, frozen=True, kw_only=True):
    """A stored thing. ``revision`` starts at 1 and grows with every write; instants are in UTC.

    Each entity lists these fields itself: Structs can't inherit fields from two bases.
    """

    if TYPE_CHECKING:

        @property
        def id(self) -> int: ...
        @property
        def revision(self) -> int: ...
        @property
        def created_at(self) -> datetime: ...
        @property
        def created_by(self) -> int | None: ...
        @property
        def updated_at(self) -> datetime: ...
        @property
        def updated_by(self) -> int | None: ...


class Imported(Entity, frozen=True, kw_only=True):
    """An entity that can come from a file. ``external_ref`` is its stable name there, ``import_id`` the run."""

    if TYPE_CHECKING:

        @property
        def external_ref(self) -> str | None: ...
        @property
        def import_id(self) -> int | None: ...


class Change(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of the change Structs: a field that is ``UNSET`` stays as it is, ``None`` empties it."""


class Kind(StrEnum):
    """The names by which entities are called in the change log, in search and in messages."""

    ORGANIZATION = "organization"
    CUSTOMER = "customer"
    ADDRESS = "address"
    CONTACT = "contact"
    ACTIVITY = "activity"
    NOTE = "note"
    CASE = "case"
    FORECAST = "forecast"
    ACTUAL = "actual"
    INVOICE = "invoice"
    FILE = "file"
    BILLING = "billing settings"
    USER = "user"
    PROFILE = "profile"
    REGISTRY = "registry value"
