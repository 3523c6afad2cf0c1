"""Customers: the companies we sell to."""

from __future__ import annotations

from datetime import datetime

from msgspec import UNSET, Struct, UnsetType

from crm_tui.domain.entities import Change, Imported
from crm_tui.domain.errors import Invalid
from crm_tui.domain.normalise import check_text


class CustomerFields(Struct, frozen=True, kw_only=True):
    """What a person enters. ``owner``, ``industry`` and ``segments`` are ids; ``annual_revenue`` is in minor
    units of the customer's currency."""

    name: str
    owner: int | None = None
    description: str | None = None
    vat_number: str | None = None
    business_id: str | None = None
    industry: int | None = None
    email: str | None = None
    phone: str | None = None
    website: str | None = None
    employees: int | None = None
    annual_revenue: int | None = None
    segments: tuple[int, ...] = ()
    is_active: bool = True
    is_internal: bool = False


class NewCustomer(CustomerFields, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A customer to be created; without a number it takes the next one, without an owner the actor."""

    number: int | None = None


class Customer(CustomerFields, Imported, frozen=True, kw_only=True):
    """A stored customer; ``headquarters`` is the id of one of its addresses."""

    id: int
    revision: int
    created_at: datetime
    created_by: int | None
    updated_at: datetime
    updated_by: int | None
    external_ref: str | None = None
    import_id: int | None = None
    number: int
    headquarters: int | None = None


class CustomerChange(Change, frozen=True, kw_only=True):
    """Changed fields of a customer."""

    name: str | UnsetType = UNSET
    number: int | UnsetType = UNSET
    owner: int | None | UnsetType = UNSET
    description: str | None | UnsetType = UNSET
    vat_number: str | None | UnsetType = UNSET
    business_id: str | None | UnsetType = UNSET
    industry: int | None | UnsetType = UNSET
    email: str | None | UnsetType = UNSET
    phone: str | None | UnsetType = UNSET
    website: str | None | UnsetType = UNSET
    employees: int | None | UnsetType = UNSET
    annual_revenue: int | None | UnsetType = UNSET
    segments: tuple[int, ...] | UnsetType = UNSET
    is_active: bool | UnsetType = UNSET
    headquarters: int | None | UnsetType = UNSET


def check_customer(customer: CustomerFields) -> None:
    """Raise Invalid for a customer that breaks a rule of its own fields."""
    require(customer.name, "name")
    for field in ("description", "vat_number", "business_id", "email", "phone", "website"):
        value = getattr(customer, field)
        if value is not None:
            check_text(field, value)
    if customer.employees is not None and customer.employees < 0:
        raise Invalid("employees", "must be zero or more")


def require(value: str | None, field: str) -> None:
    """Raise Invalid unless ``value`` is text with something to see in it."""
    if value is None or not value.strip():
        raise Invalid(field, "is needed")
    check_text(field, value)


class Blocker(Struct, frozen=True):
    """What forbids the deletion of a customer: ``kind`` is ``invoice`` or ``case``."""

    kind: str
    id: int
    label: str


class DeletionCheck(Struct, frozen=True, kw_only=True):
    """What deleting a customer would meet: its blockers, or how many of each kind go with it."""

    blockers: tuple[Blocker, ...]
    counts: dict[str, int]


def headquarters_after_adding(current: int | None, added: int) -> int:
    """The first address of a customer becomes its headquarters; a later one changes nothing (rule 4)."""
    return added if current is None else current


def headquarters_after_removing(current: int | None, removed: int, others: int) -> int | None:
    """The headquarters after an address goes, given how many others remain (rule 4).

    Raises Invalid when the headquarters would go while other addresses exist.
    """
    if removed != current:
        return current
    if others:
        raise Invalid("headquarters", "pick another address as headquarters first")
    return None
