"""Billing settings of a customer: defaults for new cases; existing ones keep what they have."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from msgspec import UNSET, UnsetType

from crm_tui.domain.entities import Change, Entity
from crm_tui.domain.errors import Invalid
from crm_tui.domain.normalise import check_text

_TEXTS = (
    "invoice_template",
    "invoice_language",
    "reverse_charge_text",
    "einvoice_address",
    "einvoice_operator",
    "price_list",
    "time_zone",
)


class BillingSettings(Entity, frozen=True, kw_only=True):
    """One per customer; ``id`` is the customer's. ``payment_term`` is in days, percentages as typed."""

    id: int
    revision: int
    created_at: datetime
    created_by: int | None
    updated_at: datetime
    updated_by: int | None
    invoice_template: str | None = None
    invoice_language: str | None = None
    payment_term: int | None = None
    overdue_interest: Decimal | None = None
    vat_percent: Decimal | None = None
    reverse_charge: bool = False
    reverse_charge_text: str | None = None
    einvoice_address: str | None = None
    einvoice_operator: str | None = None
    currency: str | None = None
    price_list: str | None = None
    time_zone: str | None = None


class BillingChange(Change, frozen=True, kw_only=True):
    """Changed billing settings."""

    invoice_template: str | None | UnsetType = UNSET
    invoice_language: str | None | UnsetType = UNSET
    payment_term: int | None | UnsetType = UNSET
    overdue_interest: Decimal | None | UnsetType = UNSET
    vat_percent: Decimal | None | UnsetType = UNSET
    reverse_charge: bool | UnsetType = UNSET
    reverse_charge_text: str | None | UnsetType = UNSET
    einvoice_address: str | None | UnsetType = UNSET
    einvoice_operator: str | None | UnsetType = UNSET
    currency: str | None | UnsetType = UNSET
    price_list: str | None | UnsetType = UNSET
    time_zone: str | None | UnsetType = UNSET


def check_billing(settings: BillingSettings) -> None:
    """Raise Invalid for values out of range or an e-invoice address without its operator."""
    for field in _TEXTS:
        value = getattr(settings, field)
        if value is not None:
            check_text(field, value)
    if settings.payment_term is not None and not 0 <= settings.payment_term <= 365:
        raise Invalid("payment_term", "whole days, 0 to 365, for example 30")
    for field in ("overdue_interest", "vat_percent"):
        percent = getattr(settings, field)
        if percent is not None and not 0 <= percent <= 100:
            raise Invalid(field, "a percentage from 0 to 100, for example 25.5")
    if (settings.einvoice_address is None) != (settings.einvoice_operator is None):
        raise Invalid("einvoice_address", "e-invoice address and operator go together")


def check_einvoice_address(address: str) -> None:
    """Raise Invalid for blanks in it: an operator would look for another address."""
    if any(character.isspace() for character in address):
        raise Invalid("einvoice_address", "an e-invoice address has no blanks, for example 003712345671")
