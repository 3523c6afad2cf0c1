"""Addresses of customers; the one a customer points to is its headquarters."""

from __future__ import annotations

from datetime import datetime

from msgspec import UNSET, Struct, UnsetType

from crm_tui.domain.entities import Change, Imported
from crm_tui.domain.errors import Invalid
from crm_tui.domain.normalise import check_text

_TEXTS = ("line1", "line2", "postal_code", "city", "region", "country", "phone")


class AddressFields(Struct, frozen=True, kw_only=True):
    """``postal_code`` is text (leading zeros); ``country`` is ISO 3166-1 alpha-2 in capitals."""

    customer: int
    line1: str | None = None
    line2: str | None = None
    postal_code: str | None = None
    city: str | None = None
    region: str | None = None
    country: str | None = None
    phone: str | None = None
    is_billing: bool = False
    is_postal: bool = False
    is_visiting: bool = False


class NewAddress(AddressFields, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An address to be created."""


class Address(AddressFields, Imported, frozen=True, kw_only=True):
    """A stored address."""

    id: int
    revision: int
    created_at: datetime
    created_by: int | None
    updated_at: datetime
    updated_by: int | None
    external_ref: str | None = None
    import_id: int | None = None


class AddressChange(Change, frozen=True, kw_only=True):
    """Changed fields of an address."""

    line1: str | None | UnsetType = UNSET
    line2: str | None | UnsetType = UNSET
    postal_code: str | None | UnsetType = UNSET
    city: str | None | UnsetType = UNSET
    region: str | None | UnsetType = UNSET
    country: str | None | UnsetType = UNSET
    phone: str | None | UnsetType = UNSET
    is_billing: bool | UnsetType = UNSET
    is_postal: bool | UnsetType = UNSET
    is_visiting: bool | UnsetType = UNSET


def check_address(address: AddressFields) -> None:
    """Raise Invalid for an address that says nothing, or whose country is not a code."""
    for field in _TEXTS:
        value = getattr(address, field)
        if value is not None:
            check_text(field, value)
    if not any(getattr(address, field) for field in _TEXTS):
        raise Invalid("line1", "an address needs at least one line, a city or a country")
    code = address.country
    if code is not None and not (len(code) == 2 and code.isascii() and code.isupper()):
        raise Invalid("country", "use the two-letter code, for example FI")


def one_line(address: AddressFields, home_country: str | None = None) -> str:
    """The address on one line; the country only where it is not the organization's own."""
    street = ", ".join(part for part in (address.line1, address.line2) if part)
    place = " ".join(part for part in (address.postal_code, address.city) if part)
    abroad = address.country if address.country and address.country != home_country else None
    return ", ".join(part for part in (street, " ".join(p for p in (place, abroad) if p)) if part)
