"""Merging two customers, or two contacts, into one (see merge_writes for how, undo_merge for how it is undone)."""

from __future__ import annotations

from typing import TypeVar

from msgspec.structs import replace

from crm_tui.domain.contacts import Contact, ContactChange
from crm_tui.domain.customers import Blocker, Customer, CustomerChange
from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import Blocked
from crm_tui.domain.permissions import Action, CustomerLevel
from crm_tui.domain.settings import BillingChange, BillingSettings
from crm_tui.store.merging import ContactMergeCheck, CustomerMergeCheck, Merged
from crm_tui.store.sql import billing as billing_settings
from crm_tui.store.sql import (
    checks,
    contacts,
    customers,
    merge_around,
    merge_checks,
    merge_pointers,
    merge_writes,
    numbers,
)
from crm_tui.store.sql.dialect import Connection
from crm_tui.store.sql.facet import Facet
from crm_tui.store.sql.merge_checks import need_two
from crm_tui.store.sql.rights import Rights
from crm_tui.store.sql.tables import BILLING, CONTACT, CUSTOMER, changed_fields
from crm_tui.store.sql.write import Change, expect_revision, get

T = TypeVar("T")


class SqlMerging(Facet):
    """The Merging facet."""

    def check_customers(self, stays: int, goes: int) -> CustomerMergeCheck:
        """The two as they are, what would go over, and what forbids it."""
        with self._reading() as (con, rights):
            need_customers(rights)
            one, other = _customers(con, stays, goes)
            return CustomerMergeCheck(
                stays=one,
                goes=other,
                stays_billing=get(con, BILLING, stays),
                goes_billing=get(con, BILLING, goes),
                moves=merge_pointers.count(con, rights, Kind.CUSTOMER, goes),
                blockers=merge_checks.blockers(con, rights, Kind.CUSTOMER, stays, goes),
            )

    def customers(
        self,
        stays: int,
        goes: int,
        revisions: tuple[int, int],
        billing_revisions: tuple[int, int],
        change: CustomerChange,
        billing: BillingChange,
    ) -> Merged:
        """Join the two, then give the one that stays its fields: a number of the other is free then."""
        with self._writing("merge customers") as (work, rights):
            need_customers(rights)
            one, other = _customers(work.con, stays, goes)
            expect_revision(Kind.CUSTOMER, one, revisions[0], change)
            expect_revision(Kind.CUSTOMER, other, revisions[1], None)
            settings = work.get(BILLING, goes)
            expect_revision(Kind.BILLING, work.get(BILLING, stays), billing_revisions[0], billing)
            expect_revision(Kind.BILLING, settings, billing_revisions[1], None)
            need_unblocked(other.name, merge_checks.blockers(work.con, rights, Kind.CUSTOMER, stays, goes))
            moved = merge_pointers.count(work.con, rights, Kind.CUSTOMER, goes)
            change_id = work.begin(Kind.CUSTOMER, stays)
            merge_writes.join_customers(work, one, other)
            merged = _update_customer(work, one, other, change)
            _update_billing(work, settings, billing, stays)
            merge_writes.finish_customer(work, stays)
            merge_writes.say(work, merged, old=None, new=goes)
            return Merged(change=change_id, moved=moved)

    def check_contacts(self, stays: int, goes: int) -> ContactMergeCheck:
        """The two as they are, what would go over, and what forbids it."""
        with self._reading() as (con, rights):
            need_contacts(rights)
            one, other = _contacts(con, stays, goes)
            return ContactMergeCheck(
                stays=one,
                goes=other,
                stays_customer_name=get(con, CUSTOMER, one.customer).name,
                goes_customer_name=get(con, CUSTOMER, other.customer).name,
                moves=merge_pointers.count(con, rights, Kind.CONTACT, goes),
                blockers=merge_checks.blockers(con, rights, Kind.CONTACT, stays, goes),
            )

    def contacts(self, stays: int, goes: int, revisions: tuple[int, int], change: ContactChange) -> Merged:
        """Join the two, then give the one that stays its fields."""
        with self._writing("merge contacts") as (work, rights):
            need_contacts(rights)
            one, other = _contacts(work.con, stays, goes)
            expect_revision(Kind.CONTACT, one, revisions[0], change)
            expect_revision(Kind.CONTACT, other, revisions[1], None)
            blockers = merge_checks.blockers(work.con, rights, Kind.CONTACT, stays, goes)
            need_unblocked(f"{other.first_name} {other.last_name}", blockers)
            moved = merge_pointers.count(work.con, rights, Kind.CONTACT, goes)
            change_id = work.begin(Kind.CONTACT, stays)
            merge_writes.join_contacts(work, one, other)
            merged = _update_contact(work, one, other, change)
            merge_writes.say(work, merged, old=None, new=goes)
            return Merged(change=change_id, moved=moved)

    def went_into(self, kind: Kind, key: int) -> int | None:
        """Which one it is part of now."""
        with self._reading() as (con, rights):
            rights.need_customers(CustomerLevel.READ, "see customers")
            return merge_around.went_at_last_into(con, kind, key)


def need_customers(rights: Rights) -> None:
    """Raise Denied unless the actor may merge customers."""
    rights.need_customers(CustomerLevel.EDIT, "merge customers")
    rights.need_delete_customers()


def need_contacts(rights: Rights) -> None:
    """Raise Denied unless the actor may merge contacts."""
    rights.need(Action.EDIT, Kind.CONTACT)


def need_unblocked(name: str, blockers: tuple[Blocker, ...]) -> None:
    """Raise Blocked where something forbids the merge."""
    if blockers:
        raise Blocked(name, tuple((one.kind, one.id, one.label) for one in blockers), "merged")


def _customers(con: Connection, stays: int, goes: int) -> tuple[Customer, Customer]:
    need_two(stays, goes)
    return checks.open_customer(con, stays), checks.open_customer(con, goes)


def _contacts(con: Connection, stays: int, goes: int) -> tuple[Contact, Contact]:
    need_two(stays, goes)
    found = contacts.present(con, stays), contacts.present(con, goes)
    for contact in found:
        checks.open_customer(con, contact.customer)
    return found


def _update_customer(work: Change, one: Customer, other: Customer, change: CustomerChange) -> Customer:
    """What either of them had stays allowed, be it disabled by now."""
    before = work.get(CUSTOMER, one.id)
    after = replace(before, **changed_fields(change))
    either = replace(
        before,
        owner=_chosen(after.owner, one.owner, other.owner),
        industry=_chosen(after.industry, one.industry, other.industry),
        segments=(*one.segments, *other.segments),
    )
    customers.check_fields(work.con, after, either)
    if after.number != before.number:
        numbers.take_customer_number(work.con, after.number, of=one.id)
    if after.headquarters != before.headquarters:
        customers.check_headquarters(work.con, one.id, after.headquarters)
    return work.update(CUSTOMER, before, change)


def _update_billing(work: Change, other: BillingSettings, change: BillingChange, stays: int) -> None:
    before = work.get(BILLING, stays)
    after = replace(before, **changed_fields(change))
    either = replace(
        before,
        currency=_chosen(after.currency, before.currency, other.currency),
        invoice_language=_chosen(after.invoice_language, before.invoice_language, other.invoice_language),
        einvoice_address=_chosen(after.einvoice_address, before.einvoice_address, other.einvoice_address),
    )
    billing_settings.check_fields(work.con, either, after)
    work.update(BILLING, before, change)


def _update_contact(work: Change, one: Contact, other: Contact, change: ContactChange) -> Contact:
    after = replace(one, **changed_fields(change))
    either = replace(one, role=_chosen(after.role, one.role, other.role), keywords=(*one.keywords, *other.keywords))
    contacts.check_fields(work.con, after, either)
    return work.update(CONTACT, one, change)


def _chosen(value: T, *known: T) -> T:
    """The value if one of the two had it, else what the first one had: to be allowed, or checked as a new choice."""
    return value if value in known else known[0]
