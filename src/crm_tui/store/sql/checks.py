"""Checks that need the store: choices from registries (rule 6), users, codes, and the own company."""

from __future__ import annotations

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from crm_tui.domain.customers import Customer
from crm_tui.domain.errors import Invalid, NotFound
from crm_tui.domain.registries import RegistryKind, check_choice
from crm_tui.store.sql.dialect import Connection
from crm_tui.store.sql.tables import CUSTOMER, REGISTRY
from crm_tui.store.sql.write import get


def choice(con: Connection, field: str, kind: RegistryKind, value: int | None, before: int | None = None) -> None:
    """Raise Invalid unless ``value`` is one of the registry: active, or ``before`` already."""
    if value is None:
        return
    try:
        found = get(con, REGISTRY, value)
    except NotFound as error:
        raise Invalid(field, f"there is no such {kind.value}") from error
    check_choice(found, kind, field, kept=value == before)


def choices(
    con: Connection,
    field: str,
    kind: RegistryKind,
    values: tuple[int, ...],
    before: tuple[int, ...] = (),
) -> None:
    """The same of several values, each at most once."""
    if len(set(values)) != len(values):
        raise Invalid(field, f"each {kind.value} can be chosen once")
    for value in values:
        choice(con, field, kind, value, value if value in before else None)


def code(con: Connection, field: str, kind: RegistryKind, value: str | None, before: str | None = None) -> None:
    """Raise Invalid unless a registry value has this code: an active one, or ``before`` already."""
    if value is None or value == before:
        return
    is_active = con.execute(
        "SELECT max(is_active) FROM registry_value WHERE kind = ? AND code = ?", (kind.value, value)
    ).get
    if is_active is None:
        raise Invalid(field, f"{value} is not the code of a {kind.value}")
    if not is_active:
        raise Invalid(field, f"{value} is disabled and can't be chosen anew")


def user(con: Connection, field: str, value: int | None, before: int | None = None) -> None:
    """Raise Invalid unless ``value`` is a user: an active one, or ``before`` already."""
    if value is None or value == before:
        return
    row = con.execute("SELECT name, is_active FROM crm_user WHERE id = ?", (value,)).fetchone()
    if row is None:
        raise Invalid(field, "there is no such user")
    if not row[1]:
        raise Invalid(field, f"{row[0]} is not active any more; choose an active user")


def time_zone(field: str, name: str | None) -> None:
    """Raise Invalid unless this is a time zone of the IANA database."""
    if name is None:
        return
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise Invalid(field, f"{name} is not a time zone; write it like Europe/Helsinki") from error


def not_own_company(customer: Customer) -> None:
    """Raise Invalid for the organization itself, which is read-only on the card."""
    if customer.is_internal:
        raise Invalid("customer", f"{customer.name} is your own company and can't be changed or deleted here")


def open_customer(con: Connection, key: int) -> Customer:
    """The customer to which something is to be added or changed; not the own company."""
    customer = get(con, CUSTOMER, key)
    not_own_company(customer)
    return customer
