"""Forecasts, actuals and invoices. Money is decided case by case (rule 16): figures are written by who sees them,
and an invoice by who sees the money of all its cases. An invoice is there for who sees one of its cases; one
without cases for those who see all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any, TypeVar

from msgspec import UNSET
from msgspec.structs import asdict, replace

from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import Conflict, Denied, Invalid, NotFound
from crm_tui.domain.finance import (
    OUTSTANDING,
    Actual,
    ActualEntry,
    Forecast,
    ForecastEntry,
    Invoice,
    InvoiceChange,
    InvoiceFields,
    NewInvoice,
    check_invoice,
    check_month,
)
from crm_tui.domain.money import Money, Totals, check_amount
from crm_tui.domain.periods import Month
from crm_tui.domain.permissions import Action, ProjectLevel
from crm_tui.domain.registries import RegistryKind
from crm_tui.store.finance import Behind, CaseName, Figure, FinanceWindow, InvoiceRow, InvoiceTotals
from crm_tui.store.paging import Page, PageRequest
from crm_tui.store.sql import checks, defaults, finance_behind, finance_window, keyset, references
from crm_tui.store.sql.case_access import hides_case, see
from crm_tui.store.sql.dialect import Connection
from crm_tui.store.sql.facet import Facet
from crm_tui.store.sql.keyset import Source
from crm_tui.store.sql.rights import Rights, case_seen, invoice_money
from crm_tui.store.sql.sight import invoice_seen as invoice_seen
from crm_tui.store.sql.tables import ACTUAL, FORECAST, INVOICE, Table, changed_fields, columns, decode, width
from crm_tui.store.sql.write import Change, expect_revision, get

Figures = TypeVar("Figures", Forecast, Actual)

#: a window has so many months at most
MOST_MONTHS = 120
_FORECAST_AMOUNTS = ("billing", "revenue", "labor_expense", "other_expense")
#: hidden with them: a word on an amount may well hold it
_FORECAST_NOTES = ("billing_note", "revenue_note", "labor_note", "other_note")
_ACTUAL_AMOUNTS = ("billed", "labor_cost", "other_cost")
_OUTSTANDING = "('" + "', '".join(OUTSTANDING) + "')"


class SqlFinance(Facet):
    """The Finance facet."""

    def window(self, customer: int, first: Month, months: int, currency: str | None) -> FinanceWindow:
        """Sums per month over the customer's cases in one currency."""
        _check_window(first, months)
        with self._reading() as (con, rights):
            rights.need(Action.SEE, Kind.FORECAST)
            references.check_customer(con, customer)
            own = defaults.currency(con, customer)
            return finance_window.window(con, rights, customer, first, months, currency or own, own)

    def behind(self, customer: int, first: Month, months: int, figure: Figure, currency: str | None) -> Behind:
        """The cases that make up a figure of the window."""
        _check_window(first, months)
        with self._reading() as (con, rights):
            rights.need(Action.SEE, Kind.FORECAST)
            references.check_customer(con, customer)
            wanted = currency or defaults.currency(con, customer)
            return finance_behind.behind(con, rights, customer, first, months, figure, wanted)

    def without_forecast(self, customer: int, month: Month) -> tuple[CaseName, ...]:
        """Open cases that have no forecast for a month yet."""
        check_month(*month)
        with self._reading() as (con, rights):
            rights.need(Action.ADD, Kind.FORECAST)
            references.check_customer(con, customer)
            return finance_behind.without_forecast(con, rights, customer, month)

    def invoices(self, customer: int, request: PageRequest) -> Page[InvoiceRow]:
        """Invoices of the customer, the newest first."""
        with self._reading() as (con, rights):
            rights.need(Action.SEE, Kind.INVOICE)
            references.check_customer(con, customer)
            source = Source(of_customer(rights), ("i.date",), "i.id")
            parameters = rights.parameters | {"customer": customer}
            found = keyset.find(con, [source], parameters, request, descending=True)
            return found.page({row.invoice.id: row for row in _rows(con, rights, found.ids())})

    def invoice_totals(self, customer: int, today: dt.date) -> InvoiceTotals:
        """How many invoices, how many late, and what is outstanding."""
        with self._reading() as (con, rights):
            rights.need(Action.SEE, Kind.INVOICE)
            references.check_customer(con, customer)
            rows = of_customer(rights)
            parameters = rights.parameters | {"customer": customer, "today": today.isoformat()}
            outstanding = f"{rows} AND i.status IN {_OUTSTANDING}"
            sums: list[tuple[Any, ...]] = con.execute(
                f"SELECT i.currency, {invoice_money(rights)} AS has_money, sum(i.total), count(*)"
                f" FROM {outstanding} GROUP BY i.currency, has_money ORDER BY i.currency",
                parameters,
            ).fetchall()
            return InvoiceTotals(
                count=keyset.count(con, [rows], parameters),
                late=keyset.count(con, [f"{outstanding} AND i.due < :today"], parameters),
                outstanding=Totals(
                    tuple(Money(total, currency) for currency, has_money, total, _ in sums if has_money),
                    sum(number for _, has_money, _, number in sums if not has_money),
                ),
            )

    def invoice(self, invoice: int) -> Invoice:
        """One invoice."""
        with self._reading() as (con, rights):
            return _shown(con, rights, *_see_invoice(con, rights, invoice))

    def create_invoice(self, new: NewInvoice) -> Invoice:
        """Add an invoice."""
        with self._writing("create invoice") as (work, rights):
            rights.need(Action.ADD, Kind.INVOICE)
            checks.open_customer(work.con, new.customer)
            _check_invoice(work.con, rights, new, new.total, new.vat)
            checks.code(work.con, "currency", RegistryKind.CURRENCY, new.currency)
            if work.con.execute("SELECT 1 FROM invoice WHERE number = ?", (new.number,)).fetchone():
                raise Invalid("number", f"there is an invoice {new.number} already")
            saved = work.insert(INVOICE, asdict(new))
            _need_money(work.con, rights, saved.id)
            return saved

    def update_invoice(self, invoice: int, revision: int, change: InvoiceChange) -> Invoice:
        """Change an invoice; its receiver stays as it was."""
        with self._writing("update invoice") as (work, rights):
            before, _ = _see_invoice(work.con, rights, invoice)
            rights.need(Action.EDIT, Kind.INVOICE)
            _need_money(work.con, rights, invoice)
            expect_revision(Kind.INVOICE, before, revision, change)
            after = replace(before, **changed_fields(change))
            _check_invoice(work.con, rights, after, after.total, after.vat, before.cases)
            saved = work.update(INVOICE, before, change)
            _need_money(work.con, rights, invoice)
            return saved

    def delete_invoice(self, invoice: int, revision: int) -> None:
        """Delete an invoice."""
        with self._writing("delete invoice") as (work, rights):
            before, _ = _see_invoice(work.con, rights, invoice)
            rights.need(Action.DELETE, Kind.INVOICE)
            _need_money(work.con, rights, invoice)
            expect_revision(Kind.INVOICE, before, revision, None)
            work.delete(INVOICE, before)

    def forecasts(self, case: int, first: Month, months: int) -> tuple[Forecast, ...]:
        """The forecasts of a case in a window, in time; without amounts and their notes where its money is hidden."""
        return self._figures(FORECAST, (*_FORECAST_AMOUNTS, *_FORECAST_NOTES), case, first, months)

    def actuals(self, case: int, first: Month, months: int) -> tuple[Actual, ...]:
        """The actual figures of a case in a window, in time; without amounts where its money is hidden."""
        return self._figures(ACTUAL, _ACTUAL_AMOUNTS, case, first, months)

    def put_forecast(self, entry: ForecastEntry, revision: int | None) -> Forecast:
        """Create (revision None) or replace the forecast of a case and month."""
        with self._writing("update forecast") as (work, rights):
            rights.need(Action.EDIT, Kind.FORECAST)
            return _put(work, rights, FORECAST, _FORECAST_AMOUNTS, entry, revision)

    def delete_forecast(self, forecast: int, revision: int) -> None:
        """Delete the forecast of a case and month."""
        with self._writing("delete forecast") as (work, rights):
            rights.need(Action.DELETE, Kind.FORECAST)
            before = get(work.con, FORECAST, forecast)
            if hides_case(work.con, rights, before.case):
                raise NotFound(Kind.FORECAST.value, forecast)
            see(work.con, rights, before.case).need_money(rights, "the figures")
            expect_revision(Kind.FORECAST, before, revision, None)
            work.delete(FORECAST, before)

    def put_actual(self, entry: ActualEntry, revision: int | None) -> Actual:
        """Create (revision None) or replace the actual figures of a case and month."""
        with self._writing("update actual figures") as (work, rights):
            rights.need(Action.EDIT, Kind.ACTUAL)
            return _put(work, rights, ACTUAL, _ACTUAL_AMOUNTS, entry, revision)

    def _figures(
        self, table: Table[Figures], hidden: tuple[str, ...], case: int, first: Month, months: int
    ) -> tuple[Figures, ...]:
        _check_window(first, months)
        last: Month = first.plus(months - 1)
        with self._reading() as (con, rights):
            seen = see(con, rights, case)
            rows = con.execute(
                f"SELECT {columns(table, 'f')} FROM {table.name} f WHERE f.case_id = ?"
                " AND (f.year, f.month) >= (?, ?) AND (f.year, f.month) <= (?, ?) ORDER BY f.year, f.month",
                (case, *first, *last),
            )
            found = [decode(table, row) for row in rows]
        if not seen.has_money:
            found = [replace(figures, **dict.fromkeys(hidden, UNSET)) for figures in found]
        return tuple(found)


def _put(
    work: Change,
    rights: Rights,
    table: Table[Figures],
    amounts: tuple[str, ...],
    entry: ForecastEntry | ActualEntry,
    revision: int | None,
) -> Figures:
    see(work.con, rights, entry.case).need_money(rights, "the figures")
    check_month(entry.year, entry.month)
    fields = asdict(entry)
    for field in amounts:
        if fields[field] is not None:
            check_amount(field, fields[field])
    row = work.con.execute(
        f"SELECT {columns(table, 'f')} FROM {table.name} f WHERE f.case_id = ? AND f.year = ? AND f.month = ?",
        (entry.case, entry.year, entry.month),
    ).fetchone()
    if row is None:
        if revision is not None:
            raise NotFound(table.kind.value, f"of {entry.year}-{entry.month:02}")
        return work.insert(table, fields)
    before = decode(table, row)
    if revision is None:
        raise Conflict(table.kind.value, before.id, mine=entry, theirs=before)
    expect_revision(table.kind, before, revision, entry)
    return work.update(table, before, fields)


def of_customer(rights: Rights) -> str:
    """The invoices of :customer that the actor may know of."""
    return f"invoice i WHERE i.customer_id = :customer AND {invoice_seen(rights)}"


def _rows(con: Connection, rights: Rights, ids: str) -> list[InvoiceRow]:
    """The invoices with these ids (JSON), in no order, each with the first of its cases that the actor sees."""
    rows = con.execute(
        f"SELECT {columns(INVOICE, 'i')}, {invoice_money(rights)}, f.number, f.name FROM invoice i"
        " LEFT JOIN crm_case f ON f.id = (SELECT c.id FROM invoice_case ic JOIN crm_case c ON c.id = ic.case_id"
        f" WHERE ic.invoice_id = i.id AND {case_seen(rights)} ORDER BY ic.position LIMIT 1)"
        " WHERE i.id IN (SELECT value FROM json_each(:ids))",
        rights.parameters | {"ids": ids},
    )
    result = []
    for row in rows:
        has_money, number, name = row[width(INVOICE) :]
        invoice = _shown(con, rights, decode(INVOICE, row), bool(has_money))
        result.append(InvoiceRow(invoice=invoice, case_number=number, case_name=name))
    return result


def _see_invoice(con: Connection, rights: Rights, invoice: int) -> tuple[Invoice, bool]:
    """The invoice as stored and whether the actor sees its money; NotFound where they don't see the invoice."""
    rights.need(Action.SEE, Kind.INVOICE)
    row = con.execute(
        f"SELECT {columns(INVOICE, 'i')}, {invoice_money(rights)} FROM invoice i"
        f" WHERE i.id = :invoice AND {invoice_seen(rights)}",
        rights.parameters | {"invoice": invoice},
    ).fetchone()
    if row is None:
        raise NotFound(Kind.INVOICE.value, invoice)
    return decode(INVOICE, row), bool(row[-1])


def _shown(con: Connection, rights: Rights, invoice: Invoice, has_money: bool) -> Invoice:
    """The invoice as the actor may see it: without amounts, it is on the cases that they see."""
    if has_money:
        return invoice
    cases = tuple(case for case in invoice.cases if not hides_case(con, rights, case))
    return replace(invoice, total=UNSET, vat=UNSET, cases=cases)


def _need_money(con: Connection, rights: Rights, invoice: int) -> None:
    """Raise Denied unless the actor sees the money of all cases of the invoice."""
    parameters = rights.parameters | {"invoice": invoice}
    if not con.execute(f"SELECT {invoice_money(rights)} FROM invoice i WHERE i.id = :invoice", parameters).get:
        raise Denied("write an invoice of cases whose money you may not see", f"projects: {ProjectLevel.ALL.value}")


def _check_invoice(
    con: Connection,
    rights: Rights,
    invoice: InvoiceFields,
    total: object,
    vat: object,
    kept: Collection[int] = (),
) -> None:
    """The rules of an invoice; cases that are ``kept`` may be another customer's, from which its own was parted."""
    check_invoice(invoice)
    for field, amount in (("total", total), ("vat", vat)):
        if isinstance(amount, int):
            check_amount(field, amount)
    if len(set(invoice.cases)) != len(invoice.cases):
        raise Invalid("cases", "each can be billed once")
    for case in invoice.cases:
        if case not in kept:
            references.check_case(con, rights, case, invoice.customer)
    if invoice.billing_customer is not None:
        references.check_customer(con, invoice.billing_customer)


def _check_window(first: Month, months: int) -> None:
    check_month(first.year, first.month)
    if not 1 <= months <= MOST_MONTHS:
        raise Invalid("months", f"a window has 1 to {MOST_MONTHS} months")
