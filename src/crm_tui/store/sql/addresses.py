"""Addresses: the first of a customer becomes its headquarters, which goes last (rule 4)."""

from __future__ import annotations

from msgspec.structs import asdict, replace

from crm_tui.domain.addresses import Address, AddressChange, NewAddress, check_address
from crm_tui.domain.contacts import Contact
from crm_tui.domain.customers import headquarters_after_adding, headquarters_after_removing
from crm_tui.domain.entities import Kind
from crm_tui.domain.permissions import CustomerLevel
from crm_tui.domain.registries import RegistryKind
from crm_tui.store.sql import checks, indexing
from crm_tui.store.sql.dialect import Connection
from crm_tui.store.sql.facet import Facet
from crm_tui.store.sql.tables import ADDRESS, CONTACT, CUSTOMER, changed_fields, columns, decode
from crm_tui.store.sql.write import expect_revision, get


class SqlAddresses(Facet):
    """The Addresses facet."""

    def of_customer(self, customer: int) -> tuple[Address, ...]:
        """All addresses, headquarters first."""
        with self._reading() as (con, rights):
            rights.need_customers(CustomerLevel.READ, "see customers")
            get(con, CUSTOMER, customer)
            return of_customer(con, customer)

    def get(self, address: int) -> Address:
        """One address."""
        with self._reading() as (con, rights):
            rights.need_customers(CustomerLevel.READ, "see customers")
            return get(con, ADDRESS, address)

    def create(self, new: NewAddress) -> Address:
        """Add an address; a customer's first one becomes its headquarters."""
        with self._writing("create address") as (work, rights):
            rights.need_customers(CustomerLevel.EDIT, "change addresses")
            customer = checks.open_customer(work.con, new.customer)
            check_address(new)
            checks.code(work.con, "country", RegistryKind.COUNTRY, new.country)
            address = work.insert(ADDRESS, asdict(new))
            headquarters = headquarters_after_adding(customer.headquarters, address.id)
            work.update(CUSTOMER, customer, {"headquarters": headquarters})
            return address

    def update(self, address: int, revision: int, change: AddressChange) -> Address:
        """Change an address."""
        with self._writing("update address") as (work, rights):
            rights.need_customers(CustomerLevel.EDIT, "change addresses")
            before = work.get(ADDRESS, address)
            customer = checks.open_customer(work.con, before.customer)
            expect_revision(Kind.ADDRESS, before, revision, change)
            after = replace(before, **changed_fields(change))
            check_address(after)
            checks.code(work.con, "country", RegistryKind.COUNTRY, after.country, before.country)
            saved = work.update(ADDRESS, before, change)
            if customer.headquarters == address:
                indexing.refresh_customer(work.con, customer.id)
            return saved

    def delete(self, address: int, revision: int) -> None:
        """Delete an address; the headquarters only when it is the last one. Contacts lose it."""
        with self._writing("delete address") as (work, rights):
            rights.need_customers(CustomerLevel.EDIT, "change addresses")
            before = work.get(ADDRESS, address)
            customer = checks.open_customer(work.con, before.customer)
            expect_revision(Kind.ADDRESS, before, revision, None)
            others = len(of_customer(work.con, customer.id)) - 1
            headquarters = headquarters_after_removing(customer.headquarters, address, others)
            work.update(CUSTOMER, customer, {"headquarters": headquarters})
            for contact in _contacts_at(work.con, address):
                work.update(CONTACT, contact, {"address": None})
            work.delete(ADDRESS, before)


def of_customer(con: Connection, customer: int) -> tuple[Address, ...]:
    """The addresses of a customer, headquarters first, then in the order they were added."""
    rows = con.execute(
        f"SELECT {columns(ADDRESS, 'a')} FROM address a JOIN customer c ON c.id = a.customer_id"
        " WHERE a.customer_id = ? ORDER BY a.id IS DISTINCT FROM c.headquarters_id, a.id",
        (customer,),
    )
    return tuple(decode(ADDRESS, row) for row in rows)


def _contacts_at(con: Connection, address: int) -> list[Contact]:
    rows = con.execute(f"SELECT {columns(CONTACT, 'p')} FROM contact p WHERE p.address_id = ?", (address,))
    return [decode(CONTACT, row) for row in rows]
