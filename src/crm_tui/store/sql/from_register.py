"""What is taken from a business register, each time as one change that has its source in the log."""

from __future__ import annotations

from typing import Any

from msgspec.structs import asdict, replace

from crm_tui.domain.addresses import AddressChange, NewAddress, check_address
from crm_tui.domain.alike import plain_text
from crm_tui.domain.customers import Customer, NewCustomer
from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import Conflict, Denied, Invalid
from crm_tui.domain.register_update import RegisterPlace, RegisterUpdate, Which, region_of
from crm_tui.domain.registries import NewRegistryValue, RegistryKind
from crm_tui.domain.vat import RegisterNumber, register_country
from crm_tui.store.sql import checks, customers, indexing, registries
from crm_tui.store.sql.dialect import Connection
from crm_tui.store.sql.rights import Rights
from crm_tui.store.sql.tables import ADDRESS, CUSTOMER, changed_fields
from crm_tui.store.sql.write import Change, expect_revision, get


def take(work: Change, rights: Rights, update: RegisterUpdate) -> Customer:
    """Write what was taken. Raises Conflict where the customer, or the headquarters that would be changed, is newer
    than what was compared; Invalid where the VAT number does not lead to the company that was compared, however new
    the rest is; and what the same changes by hand would raise."""
    before = checks.open_customer(work.con, update.customer)
    expect_revision(Kind.CUSTOMER, before, update.revision, update.change)
    if before.headquarters != update.headquarters:
        raise Conflict(Kind.CUSTOMER.value, before.id, mine=update.change, theirs=before)
    _check_number(work.con, before, update.number)
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
    """Add a customer, and its headquarters if the register has an address. A country that can't be chosen here, as it
    is disabled or none that we know, is left out: the rest is worth having without it."""
    customer = customers.add(work, rights, new)
    if place is None:
        return customer
    try:
        checks.code(work.con, "country", RegistryKind.COUNTRY, place.country)
    except Invalid:
        place = replace(place, country=None)
    return work.update(CUSTOMER, customer, {"headquarters": _first_address(work, customer.id, place)})


def _check_number(con: Connection, customer: Customer, compared: RegisterNumber) -> None:
    at = get(con, ADDRESS, customer.headquarters) if customer.headquarters is not None else None
    choice = register_country(customer.vat_number, at.country if at else None)
    if (choice.country, choice.business_id) != compared:
        raise Invalid("vat_number", f"it does not lead to {compared.id}, which was compared; ask the register again")


def _first_address(work: Change, customer: int, place: RegisterPlace) -> int:
    is_postal = place.which is Which.POSTAL
    new = NewAddress(customer=customer, is_postal=is_postal, is_visiting=not is_postal, **_fields(place))
    checks.code(work.con, "country", RegistryKind.COUNTRY, new.country)
    check_address(new)
    work.begin(Kind.CUSTOMER, customer)  # what the change is about, also where an address is all of it
    return work.insert(ADDRESS, asdict(new)).id


def _move(work: Change, headquarters: int, revision: int | None, place: RegisterPlace) -> None:
    """Have the headquarters elsewhere; its phone and what it is used for stay."""
    before = work.get(ADDRESS, headquarters)
    fields = _fields(place) | {"region": region_of(place, before)}
    expect_revision(Kind.ADDRESS, before, revision or 0, AddressChange(**fields))
    after = replace(before, **fields)
    check_address(after)
    checks.code(work.con, "country", RegistryKind.COUNTRY, after.country, before.country)
    if after != before:
        work.begin(Kind.CUSTOMER, before.customer)
        work.update(ADDRESS, before, fields)


def _fields(place: RegisterPlace) -> dict[str, Any]:
    return {
        "line1": place.line1,
        "line2": place.line2,
        "postal_code": place.postal_code,
        "city": place.city,
        "country": place.country,
    }


def _industry(work: Change, rights: Rights, name: str, customer: Customer) -> int:
    """The industry of this name: the customer's own before active ones before disabled ones, which the rules then
    refuse. It is made where there is none, which takes an administrator."""
    known = registries.of_kind(work.con, RegistryKind.INDUSTRY)
    named = [value for value in known if plain_text(value.name) == plain_text(name)]
    if named:
        return max(named, key=lambda value: (value.id == customer.industry, value.is_active)).id
    if not rights.profile.admin:
        raise Denied(f"add the industry “{name}”", "administrator")
    work.begin(Kind.CUSTOMER, customer.id)
    return registries.add(work, NewRegistryValue(kind=RegistryKind.INDUSTRY, name=name)).id
