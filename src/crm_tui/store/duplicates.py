"""Customers and contacts that may be the same: found, said why, and remembered where they are not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from crm_tui.domain.contacts import NewContact
from crm_tui.domain.customers import NewCustomer
from crm_tui.domain.entities import Kind
from crm_tui.domain.likeness import LIKELY

#: told how many of how many are compared
Compared = Callable[[int, int], None]


class Side(Struct, frozen=True, kw_only=True):
    """One of two that are alike, or who may be meant. ``detail`` tells it from others; ``customer`` is the card that it
    is on."""

    id: int
    name: str
    detail: str
    customer: int
    customer_name: str
    is_active: bool


class Likely(Side, frozen=True, kw_only=True):
    """Somebody or a company that is there already and may be meant. ``score`` is 1 to 100, ``reasons`` are words for
    people, the weightiest first (“same VAT number”, “name differs in one letter”)."""

    kind: Kind
    score: int
    reasons: tuple[str, ...]


class Pair(Struct, frozen=True, kw_only=True):
    """Two of a kind that may be the same; ``first`` is the older one."""

    kind: Kind
    first: Side
    second: Side
    score: int
    reasons: tuple[str, ...]


class Pairs(Struct, frozen=True, kw_only=True):
    """The likeliest pairs, best first. ``total`` is how many were found, ``compared`` how many rows were looked at."""

    pairs: tuple[Pair, ...]
    total: int
    compared: int


class Dismissed(Struct, frozen=True, kw_only=True):
    """A pair that somebody said is none."""

    kind: Kind
    first: Side
    second: Side
    at: datetime
    by_name: str | None


class Duplicates(Protocol):
    """Kinds are customers and contacts. Whoever sees customers may look; to dismiss takes *customers: edit*."""

    def like_customer(self, new: NewCustomer, own: int | None = None) -> tuple[Likely, ...]:
        """At most five, best first, that a customer about to be saved looks like; ``own`` is its id, if it has one."""
        ...

    def like_contact(self, new: NewContact, own: int | None = None) -> tuple[Likely, ...]:
        """The same for a contact, among those of all customers."""
        ...

    def pairs(self, kind: Kind, *, limit: int = 500, least: int = LIKELY, compared: Compared | None = None) -> Pairs:
        """Look through all of a kind, inactive ones too, for pairs with the score ``least`` or more; takes long where
        there are many. Ends with Interrupted where a newer question was asked in its slot."""
        ...

    def dismiss(self, kind: Kind, one: int, other: int) -> None:
        """Remember, for everybody, that the two are not the same. Can be undone."""
        ...

    def dismissed(self, kind: Kind) -> tuple[Dismissed, ...]:
        """The newest first."""
        ...

    def readmit(self, kind: Kind, one: int, other: int) -> None:
        """Forget that they are not the same."""
        ...
