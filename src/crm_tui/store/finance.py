"""Forecasts, actuals and invoices of a customer."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
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


class Figure(StrEnum):
    """A row of the window. The values are the ends of the names in MonthFigures."""

    BILLING = "billing"
    REVENUE = "revenue"
    LABOR = "labor"
    OTHER = "other"
    MARGIN = "margin"


class FigureNote(Struct, frozen=True, kw_only=True):
    """What was noted with the forecast of a figure."""

    month: Month
    figure: Figure
    text: str


class CaseFigure(Struct, frozen=True, kw_only=True):
    """What a case has in a figure, over some months, in minor units; None where it has nothing."""

    case: int
    number: int
    name: str
    forecast: int | None
    actual: int | None
    notes: tuple[FigureNote, ...]


class Behind(Struct, frozen=True, kw_only=True):
    """The cases behind a figure, by their numbers: their amounts add up to those of the window. ``left_out`` counts
    the cases that have something in it, but hidden."""

    currency: str
    rows: tuple[CaseFigure, ...]
    left_out: int


class CaseName(Struct, frozen=True, kw_only=True):
    """A case to choose, with the currency that its figures are in."""

    case: int
    number: int
    name: str
    currency: str


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

    def behind(self, customer: int, first: Month, months: int, figure: Figure, currency: str | None) -> Behind:
        """The cases that make up a figure of the window, with what was noted with their forecasts."""
        ...

    def without_forecast(self, customer: int, month: Month) -> tuple[CaseName, ...]:
        """The open cases that have no forecast for this month yet and whose money the actor sees, by number."""
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

    def delete_forecast(self, forecast: int, revision: int) -> None: ...
    def put_actual(self, entry: ActualEntry, revision: int | None) -> Actual: ...
