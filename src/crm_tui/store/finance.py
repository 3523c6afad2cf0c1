"""Forecasts, actuals and invoices of a customer."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from msgspec import Struct

from crm_tui.domain.finance import (
    Actual,
    ActualEntry,
    Forecast,
    ForecastEntry,
    Invoice,
    InvoiceChange,
    NewInvoice,
)
from crm_tui.domain.periods import Month
from crm_tui.store.customers import Sum
from crm_tui.store.paging import Count, Page, PageRequest


class MonthFigures(Struct, frozen=True, kw_only=True):
    """Sums of a month in one currency, in minor units; None where no case has a figure. Actual revenue is
    what was billed. Margin is revenue - labor - other, None without revenue and costs."""

    month: Month
    forecast_billing: int | None
    forecast_revenue: int | None
    forecast_labor: int | None
    forecast_other: int | None
    forecast_margin: int | None
    actual_billing: int | None
    actual_revenue: int | None
    actual_labor: int | None
    actual_other: int | None
    actual_margin: int | None


class FinanceWindow(Struct, frozen=True, kw_only=True):
    """A window of months in one currency. ``left_out`` counts the cases whose figures are hidden."""

    currency: str
    currencies: tuple[str, ...]
    months: tuple[MonthFigures, ...]
    left_out: int


class InvoiceRow(Struct, frozen=True, kw_only=True):
    """An invoice with the first of its cases."""

    invoice: Invoice
    case_number: int | None
    case_name: str | None


class InvoiceTotals(Struct, frozen=True, kw_only=True):
    """How many invoices, how many late, and what is outstanding."""

    count: Count
    late: Count
    outstanding: Sum


class Finance(Protocol):
    """Money is decided case by case; an invoice is seen whole only with all of its cases."""

    def window(self, customer: int, first: Month, months: int, currency: str | None) -> FinanceWindow:
        """Of ``currency``, or else the customer's own."""
        ...

    def invoices(self, customer: int, request: PageRequest) -> Page[InvoiceRow]:
        """Newest first."""
        ...

    def invoice_totals(self, customer: int, today: date) -> InvoiceTotals: ...
    def invoice(self, invoice: int) -> Invoice: ...
    def create_invoice(self, new: NewInvoice) -> Invoice: ...
    def update_invoice(self, invoice: int, revision: int, change: InvoiceChange) -> Invoice: ...
    def delete_invoice(self, invoice: int, revision: int) -> None: ...
    def forecasts(self, case: int, first: Month, months: int) -> tuple[Forecast, ...]: ...
    def actuals(self, case: int, first: Month, months: int) -> tuple[Actual, ...]: ...
    def put_forecast(self, entry: ForecastEntry, revision: int | None) -> Forecast:
        """Create (revision None) or replace the forecast of a case and month."""
        ...

    def put_actual(self, entry: ActualEntry, revision: int | None) -> Actual: ...
