"""Customers: the list, the card, and writing them (rules 1 to 3).

The own company is read-only. A deletion takes all that is below the customer with it, each row on its own
line of the change log, so that an undo can bring all of it back; the content of files stays until then.
"""

from __future__ import annotations

import datetime as dt

from msgspec import UnsetType
from msgspec.structs import asdict, replace

from crm_tui.domain.customers import Customer, CustomerChange, DeletionCheck, NewCustomer, check_customer
from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import Blocked, Invalid, NotFound
from crm_tui.domain.money import check_amount
from crm_tui.domain.normalise import check_text
from crm_tui.domain.permissions import CustomerLevel
from crm_tui.domain.register_update import RegisterPlace, RegisterUpdate
from crm_tui.domain.registries import RegistryKind
from crm_tui.store.customers import (
    CustomerCard,
    CustomerPreview,
    CustomerQuery,
    CustomerRow,
    Neighbours,
    RegisteredCustomer,
    Sum,
)
from crm_tui.store.paging import Count, Page, PageRequest
from crm_tui.store.sql import checks, customer_card, customer_deletion, numbers, registered
from crm_tui.store.sql.customer_list import RECENT, CustomerList
from crm_tui.store.sql.dialect import Connection
from crm_tui.store.sql.facet import Facet
from crm_tui.store.sql.rights import Rights
from crm_tui.store.sql.tables import BILLING, CUSTOMER, changed_fields, instant
from crm_tui.store.sql.write import Change, expect_revision, get

_SEE = "see customers"
#: a LIMIT that leaves nothing out
_ALL = 2**62


class SqlCustomers(Facet):
    """The Customers facet."""

    def page(self, query: CustomerQuery, request: PageRequest) -> Page[CustomerRow]:
        """Rows of the list."""
        with self._reading() as (con, rights):
            rights.need_customers(CustomerLevel.READ, _SEE)
            return CustomerList(con, rights, query).page(request)

    def count(self, query: CustomerQuery, *, exact: bool = False) -> Count:
        """How many customers match; counted to the end only if ``exact``."""
        with self._reading() as (con, rights):
            rights.need_customers(CustomerLevel.READ, _SEE)
            return CustomerList(con, rights, query).count(exact=exact)

    def open_value(self, query: CustomerQuery) -> Sum | UnsetType:
        """The sum over the listed customers, at most the first 10,000."""
        with self._reading() as (con, rights):
            rights.need_customers(CustomerLevel.READ, _SEE)
            return CustomerList(con, rights, query).open_value()

    def neighbours(self, query: CustomerQuery, customer: int) -> Neighbours:
        """What stands before and after a customer in the list."""
        with self._reading() as (con, rights):
            rights.need_customers(CustomerLevel.READ, _SEE)
            return CustomerList(con, rights, query).neighbours(customer)

    def preview(self, customer: int, today: dt.date) -> CustomerPreview:
        """What the side panel shows."""
        with self._reading() as (con, rights):
            rights.need_customers(CustomerLevel.READ, _SEE)
            return customer_card.preview(con, rights, customer, self._now(), today)

    def card(self, customer: int, today: dt.date) -> CustomerCard:
        """The header, details, addresses and key figures of the card."""
        with self._reading() as (con, rights):
            rights.need_customers(CustomerLevel.READ, _SEE)
            return customer_card.card(con, rights, customer, today)

    def get(self, customer: int) -> Customer:
        """One customer."""
        with self._reading() as (con, rights):
            rights.need_customers(CustomerLevel.READ, _SEE)
            return get(con, CUSTOMER, customer)

    def by_number(self, number: int) -> Customer:
        """The customer with this number."""
        with self._reading() as (con, rights):
            rights.need_customers(CustomerLevel.READ, _SEE)
            row = con.execute("SELECT id FROM customer WHERE number = ?", (number,)).fetchone()
            if row is None:
                raise NotFound("customer number", number)
            return get(con, CUSTOMER, row[0])

    def registered(self, request: PageRequest) -> Page[RegisteredCustomer]:
        """The active customers that a business register may know."""
        with self._reading() as (con, rights):
            rights.need_customers(CustomerLevel.READ, _SEE)
            return registered.page(con, request)

    def create(self, new: NewCustomer) -> Customer:
        """Add a customer with its billing settings; number, owner and settings have defaults (rule 1)."""
        with self._writing("create customer") as (work, rights):
            rights.need_customers(CustomerLevel.EDIT, "add customers")
            return add(work, rights, new)

    def update(self, customer: int, revision: int, change: CustomerChange) -> Customer:
        """Change a customer."""
        with self._writing("update customer") as (work, rights):
            rights.need_customers(CustomerLevel.EDIT, "change customers")
            before = checks.open_customer(work.con, customer)
            expect_revision(Kind.CUSTOMER, before, revision, change)
            check_change(work.con, before, replace(before, **changed_fields(change)))
            return work.update(CUSTOMER, before, change)

    def take_from_register(self, update: RegisterUpdate) -> Customer:
        """Write what was taken from a business register."""
        from crm_tui.store.sql import from_register  # no start needs it

        with self._writing("take from register", source=update.source) as (work, rights):
            rights.need_customers(CustomerLevel.EDIT, "change customers")
            check_text("source", update.source)
            return from_register.take(work, rights, update)

    def create_from_register(self, new: NewCustomer, place: RegisterPlace | None, source: str) -> Customer:
        """Add a customer with its first address, as a business register has it."""
        from crm_tui.store.sql import from_register

        with self._writing("create from register", source=source) as (work, rights):
            rights.need_customers(CustomerLevel.EDIT, "add customers")
            check_text("source", source)
            return from_register.create(work, rights, new, place)

    def deletion(self, customer: int) -> DeletionCheck:
        """What deleting would meet: its blockers, and how many of each kind would go."""
        with self._reading() as (con, rights):
            rights.need_customers(CustomerLevel.READ, _SEE)
            rights.need_delete_customers()
            checks.open_customer(con, customer)
            return customer_deletion.check(con, rights, customer)

    def delete(self, customer: int, revision: int) -> None:
        """Delete a customer and all below it; Blocked by invoices, and by cases that it pays (rule 2)."""
        with self._writing("delete customer") as (work, rights):
            rights.need_customers(CustomerLevel.READ, _SEE)
            rights.need_delete_customers()
            before = checks.open_customer(work.con, customer)
            expect_revision(Kind.CUSTOMER, before, revision, None)
            blockers = customer_deletion.check(work.con, rights, customer).blockers
            if blockers:
                raise Blocked(before.name, tuple((b.kind, b.id, b.label) for b in blockers))
            customer_deletion.delete(work, before)

    def set_favourite(self, customer: int, favourite: bool) -> None:
        """Make a customer a favourite of the actor, or no favourite."""
        with self._writing() as (work, rights):
            rights.need_customers(CustomerLevel.READ, _SEE)
            get(work.con, CUSTOMER, customer)
            statement = (
                "INSERT INTO favourite (user_id, customer_id) VALUES (?, ?) ON CONFLICT DO NOTHING"
                if favourite
                else "DELETE FROM favourite WHERE user_id = ? AND customer_id = ?"
            )
            work.con.execute(statement, (rights.user, customer))

    def opened(self, customer: int) -> None:
        """Remember that the actor opened the card; the last 50 are kept. A store that can't be written forgets."""
        if self._binding.database.read_only:
            return
        with self._writing() as (work, rights):
            rights.need_customers(CustomerLevel.READ, _SEE)
            get(work.con, CUSTOMER, customer)
            work.con.execute(
                "INSERT INTO recent (user_id, customer_id, at) VALUES (:user, :customer, :at)"
                " ON CONFLICT (user_id, customer_id) DO UPDATE SET at = excluded.at",
                {"user": rights.user, "customer": customer, "at": instant(work.now)},
            )
            work.con.execute(
                # those that were deleted don't count: they may come back
                "DELETE FROM recent WHERE user_id = :user AND customer_id IN (SELECT r.customer_id FROM recent r"
                " JOIN customer c ON c.id = r.customer_id WHERE r.user_id = :user"
                f" ORDER BY r.at DESC, r.customer_id LIMIT {_ALL} OFFSET {RECENT})",
                {"user": rights.user},
            )


def billing_defaults(con: Connection) -> dict[str, str | bool]:
    """The billing settings of a new customer: currency, language and time zone of the organization."""
    currency, language, time_zone = con.execute("SELECT currency, language, time_zone FROM organization").get
    return {
        "currency": currency,
        "invoice_language": language,
        "time_zone": time_zone,
        "reverse_charge": False,
    }


def add(work: Change, rights: Rights, new: NewCustomer) -> Customer:
    """Write a new customer with its billing settings."""
    values = asdict(new)
    values["owner"] = rights.user if new.owner is None else new.owner
    check_fields(work.con, new, None)
    values["number"] = numbers.take_customer_number(work.con, new.number)
    customer = work.insert(CUSTOMER, values)
    work.insert(BILLING, billing_defaults(work.con) | {"id": customer.id})
    return customer


def check_change(con: Connection, before: Customer, after: Customer) -> None:
    """Raise Invalid for a change that a rule refuses; a number is taken."""
    check_fields(con, after, before)
    if after.number != before.number:
        numbers.take_customer_number(con, after.number, of=before.id)
    if after.headquarters != before.headquarters:
        check_headquarters(con, before.id, after.headquarters)


def check_fields(con: Connection, customer: NewCustomer | Customer, before: Customer | None) -> None:
    """Raise Invalid for a customer that a rule refuses; what it had ``before`` stays allowed."""
    check_customer(customer)
    if customer.annual_revenue is not None:
        check_amount("annual_revenue", customer.annual_revenue)
    checks.user(con, "owner", customer.owner, before.owner if before else None)
    checks.choice(con, "industry", RegistryKind.INDUSTRY, customer.industry, before.industry if before else None)
    checks.choices(con, "segments", RegistryKind.SEGMENT, customer.segments, before.segments if before else ())


def check_headquarters(con: Connection, customer: int, address: int | None) -> None:
    """Of a customer with addresses, one is the headquarters (rule 4)."""
    known = [row[0] for row in con.execute("SELECT id FROM address WHERE customer_id = ?", (customer,))]
    if address is None and known:
        raise Invalid("headquarters", "one of the addresses has to be the headquarters")
    if address is not None and address not in known:
        raise Invalid("headquarters", "must be an address of the same customer")
