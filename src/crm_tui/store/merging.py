"""Two customers, or two contacts, become one; and that can be undone."""

from __future__ import annotations

from typing import Protocol

from msgspec import Struct

from crm_tui.domain.contacts import Contact, ContactChange
from crm_tui.domain.customers import Blocker, Customer, CustomerChange
from crm_tui.domain.entities import Kind
from crm_tui.domain.settings import BillingChange, BillingSettings


class CustomerMergeCheck(Struct, frozen=True, kw_only=True):
    """What a merge would meet. ``moves`` counts by word what goes over to the one that stays (“contacts”: 40);
    ``blockers`` forbid it. The rows are as they would be read by themselves."""

    stays: Customer
    goes: Customer
    stays_billing: BillingSettings
    goes_billing: BillingSettings
    moves: dict[str, int]
    blockers: tuple[Blocker, ...]


class ContactMergeCheck(Struct, frozen=True, kw_only=True):
    """The same for contacts, who may be of different customers: the one that stays keeps its customer."""

    stays: Contact
    goes: Contact
    stays_customer_name: str
    goes_customer_name: str
    moves: dict[str, int]
    blockers: tuple[Blocker, ...]


class Merged(Struct, frozen=True, kw_only=True):
    """What a merge did. ``change`` is what History.undo takes back."""

    change: int
    moved: dict[str, int]


class Merging(Protocol):
    """Needs *customers: edit*; for customers also *delete customers*. No case or invoice of the two customers, and none
    that the contact who goes is on, may be hidden from the actor: each kind of these blocks, without a name. The one
    that stays is a new revision, whichever of its fields change, and its change log names the other (field ``merged``);
    external references of the other mean the one that stays from then on. History.undo parts the two again, and tells
    what came after it and is kept."""

    def check_customers(self, stays: int, goes: int) -> CustomerMergeCheck: ...
    def customers(
        self,
        stays: int,
        goes: int,
        revisions: tuple[int, int],
        billing_revisions: tuple[int, int],
        change: CustomerChange,
        billing: BillingChange,
    ) -> Merged:
        """One transaction: ``goes`` is deleted after all that is on it went over to ``stays``, which gets the fields
        of ``change``. ``revisions`` are those of the two as they were looked at, ``billing_revisions`` those of their
        billing settings: Conflict where one is another now; Blocked, Denied."""
        ...

    def check_contacts(self, stays: int, goes: int) -> ContactMergeCheck: ...
    def contacts(self, stays: int, goes: int, revisions: tuple[int, int], change: ContactChange) -> Merged:
        """The same for contacts."""
        ...

    def went_into(self, kind: Kind, key: int) -> int | None:
        """Which one a customer or a contact that is gone is part of now, after all merges and undos; None for one that
        is there, or was deleted. For who sees customers."""
        ...
