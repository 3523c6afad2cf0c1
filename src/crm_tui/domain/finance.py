"""Forecasts, actuals and invoices. All amounts are integers in minor units of the case's currency."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from msgspec import UNSET, Struct, UnsetType, structs

from crm_tui.domain.customers import require
from crm_tui.domain.entities import Change, Imported
from crm_tui.domain.errors import Invalid
from crm_tui.domain.normalise import check_key, check_text


class InvoiceStatus(StrEnum):
    """Where an invoice stands."""

    DRAFT = "draft"
    SENT = "sent"
    WAITING = "waiting"
    PAID = "paid"
    CREDITED = "credited"


#: invoices in these states are late once their due date has passed
OUTSTANDING = (InvoiceStatus.SENT, InvoiceStatus.WAITING)


class Forecast(Imported, frozen=True, kw_only=True):
    """What is expected of a case in a month; amounts, and what was noted with them, are UNSET where the actor may not
    see the money."""

    id: int
    revision: int
    created_at: dt.datetime
    created_by: int | None
    updated_at: dt.datetime
    updated_by: int | None
    external_ref: str | None = None
    import_id: int | None = None
    case: int
    year: int
    month: int
    billing: int | None | UnsetType = UNSET
    revenue: int | None | UnsetType = UNSET
    labor_expense: int | None | UnsetType = UNSET
    other_expense: int | None | UnsetType = UNSET
    billing_note: str | None | UnsetType = UNSET
    revenue_note: str | None | UnsetType = UNSET
    labor_note: str | None | UnsetType = UNSET
    other_note: str | None | UnsetType = UNSET


class ForecastEntry(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A forecast to be written for a case and month: it replaces what was there."""

    case: int
    year: int
    month: int
    billing: int | None = None
    revenue: int | None = None
    labor_expense: int | None = None
    other_expense: int | None = None
    billing_note: str | None = None
    revenue_note: str | None = None
    labor_note: str | None = None
    other_note: str | None = None


class Actual(Imported, frozen=True, kw_only=True):
    """What happened in a case in a month; amounts are UNSET where the actor may not see the money."""

    id: int
    revision: int
    created_at: dt.datetime
    created_by: int | None
    updated_at: dt.datetime
    updated_by: int | None
    external_ref: str | None = None
    import_id: int | None = None
    case: int
    year: int
    month: int
    billed: int | None | UnsetType = UNSET
    labor_cost: int | None | UnsetType = UNSET
    other_cost: int | None | UnsetType = UNSET


class ActualEntry(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Actual figures to be written for a case and month: they replace what was there."""

    case: int
    year: int
    month: int
    billed: int | None = None
    labor_cost: int | None = None
    other_cost: int | None = None


class Receiver(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who an invoice went to, as it was then; it never follows later changes (rule 8)."""

    name: str
    contact_name: str | None = None
    line1: str | None = None
    line2: str | None = None
    postal_code: str | None = None
    city: str | None = None
    region: str | None = None
    country: str | None = None


class InvoiceFields(Struct, frozen=True, kw_only=True):
    """``total`` includes VAT; both are in minor units of ``currency``."""

    customer: int
    number: str
    status: InvoiceStatus = InvoiceStatus.DRAFT
    billing_customer: int | None = None
    cases: tuple[int, ...] = ()
    date: dt.date
    due: dt.date | None = None
    paid: dt.date | None = None
    currency: str
    receiver: Receiver


class NewInvoice(InvoiceFields, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An invoice to be created."""

    total: int
    vat: int | None = None


class Invoice(InvoiceFields, Imported, frozen=True, kw_only=True):
    """A stored invoice; amounts are UNSET unless the actor may see the money of all its cases, and cases that they may
    not see are left out."""

    id: int
    revision: int
    created_at: dt.datetime
    created_by: int | None
    updated_at: dt.datetime
    updated_by: int | None
    external_ref: str | None = None
    import_id: int | None = None
    total: int | UnsetType = UNSET
    vat: int | None | UnsetType = UNSET


class InvoiceChange(Change, frozen=True, kw_only=True):
    """Changed fields of an invoice."""

    status: InvoiceStatus | UnsetType = UNSET
    date: dt.date | UnsetType = UNSET
    due: dt.date | None | UnsetType = UNSET
    paid: dt.date | None | UnsetType = UNSET
    total: int | UnsetType = UNSET
    vat: int | None | UnsetType = UNSET
    cases: tuple[int, ...] | UnsetType = UNSET


def check_invoice(invoice: InvoiceFields) -> None:
    """Raise Invalid for an invoice without a number or a receiver, whose receiver can't be kept to the letter, or that
    is due before its date."""
    require(invoice.number, "number")
    check_key("number", invoice.number)
    require(invoice.receiver.name, "receiver")
    for text in structs.astuple(invoice.receiver):
        check_text("receiver", text or "")
    if invoice.due is not None and invoice.due < invoice.date:
        raise Invalid("due", "must not be before the invoice date")


def check_month(year: int, month: int) -> None:
    """Raise Invalid unless the month exists."""
    if not (1900 <= year <= 2999 and 1 <= month <= 12):
        raise Invalid("month", f"{year}-{month:02} is not a month")
