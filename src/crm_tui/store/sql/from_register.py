"""What is taken from a business register, each time as one change that has its source in the log."""

from __future__ import annotations

from typing import Any

import apsw
from msgspec.structs import asdict, replace

from crm_tui.domain.addresses import Address, AddressChange, NewAddress, check_address
from crm_tui.domain.customers import Customer, NewCustomer
from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import Conflict, Denied, Invalid
from crm_tui.domain.normalise import identity
from crm_tui.domain.register_update import RegisterPlace, RegisterUpdate, Which
from crm_tui.domain.registries import NewRegistryValue, RegistryKind
from crm_tui.store.sql import checks, customers, indexing, registries
from crm_tui.store.sql.rights import Rights
from crm_tui.store.sql.tables import ADDRESS, CUSTOMER, changed_fields
from crm_tui.store.sql.write import Change, expect_revision


def take(work: Change, rights: Rights, update: RegisterUpdate) -> Customer:
    """Write what was taken. Raises Conflict where the customer, or the headquarters that would be changed, is newer
    than what was compared; and what the same changes by hand would raise."""
    before = checks.open_customer(work.con, update.customer)
    expect_revision(Kind.CUSTOMER, before, update.revision, update.change)
    if before.headquarters != update.headquarters:
        raise Conflict(Kind.CUSTOMER.value, before.id, mine=update.change, theirs=before)
    wanted: dict[str, Any] = changed_fields(update.change)
    if update.industry is not None:
        wanted["industry"] = _industry(work, rights, update.industry, before)
    if update.place is not None:
        if before.headquarters is None:
            wanted["headquarters"] = _first_address(work, before.id, update.place)
        else:
            _move(work, before.headquarters, update.headquarters_revision, update.place)
    customers.check_change(work.con, before, replace(before, **wanted))
    after = work.update(CUSTOMER, before, wanted)
    if update.place is not None:
        indexing.refresh_customer(work.con, before.id)
    return after


def create(work: Change, rights: Rights, new: NewCustomer, place: RegisterPlace | None) -> Customer:
    """Add a customer, and its headquarters if the register has an address."""
    customer = customers.add(work, rights, new)
    if place is None:
        return customer
    return work.update(CUSTOMER, customer, {"headquarters": _first_address(work, customer.id, place)})


def _first_address(work: Change, customer: int, place: RegisterPlace) -> int:
    is_postal = place.which is Which.POSTAL
    new = NewAddress(
        customer=customer, is_postal=is_postal, is_visiting=not is_postal, **_fields(work.con, place, None)
    )
    check_address(new)
    work.begin(Kind.CUSTOMER, customer)  # what the change is about, also where an address is all of it
    return work.insert(ADDRESS, asdict(new)).id


def _move(work: Change, headquarters: int, revision: int | None, place: RegisterPlace) -> None:
    """Have the headquarters elsewhere; its phone and what it is used for stay."""
    before = work.get(ADDRESS, headquarters)
    fields = _fields(work.con, place, before)
    if (fields["postal_code"], fields["city"]) != (before.postal_code, before.city):
        fields["region"] = None
    expect_revision(Kind.ADDRESS, before, revision or 0, AddressChange(**fields))
    after = replace(before, **fields)
    check_address(after)
    if after != before:
        work.begin(Kind.CUSTOMER, before.customer)
        work.update(ADDRESS, before, fields)


def _fields(con: apsw.Connection, place: RegisterPlace, before: Address | None) -> dict[str, Any]:
    """All parts of an address, from one of the register. A country that can't be chosen here, as it is disabled or
    none that we know, is left out unless the address has it already: the rest is worth having without it, and in the
    country it was in before the address is not."""
    country = place.country
    try:
        checks.code(con, "country", RegistryKind.COUNTRY, country, before.country if before else None)
    except Invalid:
        country = None
    return {
        "line1": place.line1,
        "line2": place.line2,
        "postal_code": place.postal_code,
        "city": place.city,
        "country": country,
    }


def _industry(work: Change, rights: Rights, name: str, customer: Customer) -> int:
    """The industry of this name: the customer's own before active ones before disabled ones, which the rules then
    refuse. It is made where there is none, which takes an administrator."""
    known = registries.of_kind(work.con, RegistryKind.INDUSTRY)
    named = [value for value in known if identity(value.name) == identity(name)]
    if named:
        return max(named, key=lambda value: (value.id == customer.industry, value.is_active)).id
    if not rights.profile.admin:
        raise Denied(f"add the industry “{name}”", "administrator")
    work.begin(Kind.CUSTOMER, customer.id)
    return registries.add(work, NewRegistryValue(kind=RegistryKind.INDUSTRY, name=name)).id
