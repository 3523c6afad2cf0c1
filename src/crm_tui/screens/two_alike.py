"""Two customers, or two contacts, that may be the same: read side by side, compared, and merged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from crm_tui.domain.addresses import one_line
from crm_tui.domain.contacts import Contact, ContactChange
from crm_tui.domain.customers import Blocker, Customer, CustomerChange
from crm_tui.domain.entities import Kind
from crm_tui.domain.names import contact_name
from crm_tui.domain.registries import RegistryKind
from crm_tui.domain.settings import BillingChange, BillingSettings
from crm_tui.screens.billing_fields import BillingChoices
from crm_tui.screens.merge_rows import MergeRow, Names, Take, changed_fields, contact_rows, customer_rows
from crm_tui.store.merging import Merged
from crm_tui.store.port import Store

_REGISTRIES = (RegistryKind.INDUSTRY, RegistryKind.SEGMENT, RegistryKind.CONTACT_ROLE, RegistryKind.KEYWORD)


class Party(NamedTuple):
    """One of the two. ``detail`` tells it from the other: a customer's number, a contact's customer;
    ``billing_revision`` is that of a customer's billing settings."""

    id: int
    revision: int
    name: str
    detail: str
    customer: int
    billing_revision: int = 0


class TwoAlike(NamedTuple):
    """The two, and their fields."""

    kind: Kind
    left: Party
    right: Party
    rows: Sequence[MergeRow]

    @property
    def left_called(self) -> str:
        """What the left one is called in a sentence: with what tells it from the other, if anything does."""
        return f"{self.left.name} {self.left.detail}" if self.left.detail != self.right.detail else self.left.name

    @property
    def right_called(self) -> str:
        """The same of the right one."""
        if self.left.detail != self.right.detail:
            return f"{self.right.name} {self.right.detail}"
        return f"the other {self.right.name}" if self.left.name == self.right.name else self.right.name

    @property
    def differing(self) -> list[MergeRow]:
        """The fields in which there is something to choose: those that both have differently come first."""
        return sorted((row for row in self.rows if not row.is_same), key=lambda row: not (row.left and row.right))

    @property
    def same(self) -> list[MergeRow]:
        """The fields in which both have the same."""
        return [row for row in self.rows if row.is_same and not row.is_empty]


class MergeCheck(NamedTuple):
    """A merge that is about to be made: the one on the left stays."""

    two: TwoAlike
    moves: Mapping[str, int]
    blockers: Sequence[Blocker]


def read_two(store: Store, kind: Kind, one: int, other: int) -> TwoAlike:
    """Read two of a kind to look at them side by side; takes several questions, so in a thread."""
    if kind is Kind.CUSTOMER:
        left, right = store.customers.get(one), store.customers.get(other)
        names = _names(store, (one, other))
        of_left, of_right = store.billing.of_customer(one), store.billing.of_customer(other)
        rows = customer_rows(left, right, of_left, of_right, names)
        return TwoAlike(kind, _company(left, of_left), _company(right, of_right), rows)
    first, second = store.contacts.get(one), store.contacts.get(other)
    customers = [store.customers.get(each.customer).name for each in (first, second)]
    at = MergeRow(
        id="customer", label="Customer", left=customers[0], right=customers[1], values={}, first=Take.LEFT,
        is_same=first.customer == second.customer,
    )  # fmt: skip
    rows = [at, *contact_rows(first, second, _names(store, (first.customer,)))]
    return TwoAlike(kind, _person(first, customers[0]), _person(second, customers[1]), rows)


def read_merge(store: Store, kind: Kind, stays: int, goes: int) -> MergeCheck:
    """Read what a merge would meet."""
    if kind is Kind.CUSTOMER:
        found = store.merging.check_customers(stays, goes)
        names = _names(store, (stays, goes))
        rows = customer_rows(found.stays, found.goes, found.stays_billing, found.goes_billing, names)
        left, right = _company(found.stays, found.stays_billing), _company(found.goes, found.goes_billing)
        return MergeCheck(TwoAlike(kind, left, right, rows), found.moves, found.blockers)
    people = store.merging.check_contacts(stays, goes)
    rows = contact_rows(people.stays, people.goes, _names(store, (people.stays.customer,)))
    first, second = _person(people.stays, people.stays_customer_name), _person(people.goes, people.goes_customer_name)
    return MergeCheck(TwoAlike(kind, first, second, rows), people.moves, people.blockers)


def merge(store: Store, two: TwoAlike, takes: Mapping[str, Take]) -> Merged:
    """Merge the one on the right into the one on the left, with the fields that were chosen."""
    stays, goes = two.left, two.right
    revisions = (stays.revision, goes.revision)
    fields = changed_fields(two.rows, takes, billing=False)
    if two.kind is Kind.CUSTOMER:
        billing = BillingChange(**changed_fields(two.rows, takes, billing=True))
        of_billing = (stays.billing_revision, goes.billing_revision)
        return store.merging.customers(stays.id, goes.id, revisions, of_billing, CustomerChange(**fields), billing)
    return store.merging.contacts(stays.id, goes.id, revisions, ContactChange(**fields))


def _company(customer: Customer, billing: BillingSettings) -> Party:
    number = str(customer.number)
    return Party(customer.id, customer.revision, customer.name, number, customer.id, billing.revision)


def _person(contact: Contact, customer: str) -> Party:
    name = contact_name(contact.first_name, contact.last_name)
    return Party(contact.id, contact.revision, name, f"of {customer}", contact.customer)


def _names(store: Store, customers: Iterable[int]) -> Names:
    organization = store.users.organization()
    addresses = [address for customer in customers for address in store.addresses.of_customer(customer)]
    languages = store.registries.list(RegistryKind.LANGUAGE)
    return Names(
        {user.id: user.name for user in store.users.list(inactive=True)},
        {value.id: value.name for kind in _REGISTRIES for value in store.registries.list(kind)},
        {value.code: value.name for value in languages if value.code},
        {address.id: one_line(address) or "–" for address in addresses},
        BillingChoices.read(store),
        next((address.country for address in addresses if address.country), None) or organization.country,
        organization.currency,
    )
