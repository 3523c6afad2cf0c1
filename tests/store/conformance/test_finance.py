"""Forecasts, actuals and invoices."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from tests.store.conformance import given
from tests.store.conformance.given import ALL
from tests.store.conftest import TODAY, AsUser

from crm_tui.domain.cases import CaseChange
from crm_tui.domain.errors import Conflict, Denied, Invalid, NotFound
from crm_tui.domain.finance import ActualEntry, ForecastEntry, InvoiceChange, InvoiceStatus, Receiver
from crm_tui.domain.money import Money
from crm_tui.domain.periods import Month
from crm_tui.domain.permissions import ProjectLevel
from crm_tui.store.finance import CaseName, Figure, FigureNote
from crm_tui.store.paging import Count, PageRequest
from crm_tui.store.port import Store

DAY = dt.timedelta(days=1)
SEP, NOV = Month(2026, 9), Month(2026, 11)
CASES: list[tuple[str, dict[str, Any]]] = [("one", {}), ("two", {}), ("crown", {"currency": "NOK"})]


def forecast(store: Store, case: int, month: int, **figures: Any) -> None:
    store.finance.put_forecast(ForecastEntry(case=case, year=2026, month=month, **figures), None)


def actual(store: Store, case: int, month: int, **figures: int | None) -> None:
    store.finance.put_actual(ActualEntry(case=case, year=2026, month=month, **figures), None)


class TestWindow:
    """Months of one currency."""

    def test_sums_over_the_cases_and_margins(self, store: Store) -> None:
        customer = given.customer(store)
        one, two = given.case(store, customer), given.project(store, customer)
        forecast(store, one.id, 11, billing=100, revenue=90, labor_expense=40, other_expense=5)
        forecast(store, two.id, 11, billing=7, revenue=10)
        forecast(store, two.id, 8, billing=10_000)
        actual(store, two.id, 9, billed=50, labor_cost=20)
        actual(store, two.id, 10, other_cost=3)

        window = store.finance.window(customer.id, SEP, 6, None)

        assert [figures.month for figures in window.months] == [
            Month(2026, 9), Month(2026, 10), Month(2026, 11), Month(2026, 12), Month(2027, 1), Month(2027, 2)
        ]  # fmt: skip
        september, october, november, december, *_ = window.months
        assert (november.forecast_billing, november.forecast_revenue, november.forecast_margin) == (107, 100, 55)
        assert (november.forecast_labor, november.forecast_other, november.actual_margin) == (40, 5, None)
        assert (september.actual_billing, september.actual_revenue, september.actual_margin) == (50, 50, 30)
        assert (october.actual_billing, october.actual_margin) == (None, -3)
        assert (december.forecast_billing, december.forecast_margin, december.actual_labor) == (None, None, None)
        assert (window.currency, window.currencies, window.left_out) == ("EUR", ("EUR",), 0)

    def test_currencies_are_never_added_up(self, store: Store) -> None:
        customer = given.customer(store)
        euro, crown = given.case(store, customer), given.case(store, customer, currency="NOK")
        forecast(store, euro.id, 9, billing=100)
        forecast(store, crown.id, 9, billing=7)

        own = store.finance.window(customer.id, SEP, 1, None)
        other = store.finance.window(customer.id, SEP, 1, "NOK")

        assert (own.months[0].forecast_billing, own.currencies) == (100, ("EUR", "NOK"))
        assert (other.months[0].forecast_billing, other.currency, other.currencies) == (7, "NOK", ("EUR", "NOK"))

    def test_a_window_over_the_turn_of_a_year_and_one_too_long(self, store: Store) -> None:
        customer = given.customer(store)
        case = given.case(store, customer)
        for year, month in [(2025, 12), (2026, 1), (2026, 12), (2027, 1)]:
            store.finance.put_forecast(ForecastEntry(case=case.id, year=year, month=month, billing=1), None)
        window = store.finance.window(customer.id, Month(2025, 12), 2, None)
        assert [figures.forecast_billing for figures in window.months] == [1, 1]
        for first, months in [(SEP, 0), (SEP, 121), (Month(2026, 13), 1)]:
            with pytest.raises(Invalid):
                store.finance.window(customer.id, first, months, None)

    def test_hidden_cases_are_left_out_and_counted(self, store: Store, as_user: AsUser) -> None:
        customer = given.customer(store)
        maija = as_user("maija", projects=ProjectLevel.MANAGER)
        own = given.case(store, customer, owner=given.me(maija))
        sold = given.case(store, customer, sales_person=given.me(maija))
        ownerless = given.case(store, customer, members=(given.me(maija),))
        given.case(store, customer, "without figures", sales_person=given.me(maija))
        store.cases.update(ownerless.id, ownerless.revision, CaseChange(owner=None))
        for case in (own, sold, ownerless, given.case(store, customer, "not hers")):
            forecast(store, case.id, 9, billing=1)

        window = maija.finance.window(customer.id, SEP, 1, None)

        assert (window.months[0].forecast_billing, window.left_out) == (1, 2)


class TestFigures:
    """Forecasts and actuals of a case."""

    def test_they_are_written_replaced_and_read_in_order(self, store: Store) -> None:
        case = given.case(store, given.customer(store))
        forecast(store, case.id, 12, billing=5)
        first = store.finance.put_forecast(
            ForecastEntry(case=case.id, year=2026, month=11, billing=1, revenue=2, billing_note="from the offer"), None
        )
        entry = ForecastEntry(case=case.id, year=2026, month=11, revenue=3)
        replaced = store.finance.put_forecast(entry, first.revision)

        assert (replaced.revision, replaced.billing, replaced.revenue, replaced.billing_note) == (2, None, 3, None)
        assert [f.month for f in store.finance.forecasts(case.id, NOV, 2)] == [11, 12]
        assert store.finance.forecasts(case.id, NOV, 1) == (replaced,)
        actual(store, case.id, 11, billed=9)
        assert [(a.month, a.billed, a.labor_cost) for a in store.finance.actuals(case.id, NOV, 6)] == [(11, 9, None)]

    def test_two_who_write_the_same_month_meet(self, store: Store) -> None:
        case = given.case(store, given.customer(store))
        forecast(store, case.id, 11, billing=1)
        entry = ForecastEntry(case=case.id, year=2026, month=11, billing=2)
        for revision in (None, 7):
            with pytest.raises(Conflict) as refused:
                store.finance.put_forecast(entry, revision)
            assert refused.value.mine == entry
        with pytest.raises(NotFound):
            store.finance.put_forecast(ForecastEntry(case=case.id, year=2026, month=12, billing=2), 1)

    @pytest.mark.parametrize(("month", "billing"), [(0, 1), (13, 1), (11, 10**15)])
    def test_what_is_no_month_or_no_amount(self, store: Store, month: int, billing: int) -> None:
        case = given.case(store, given.customer(store))
        with pytest.raises(Invalid):
            forecast(store, case.id, month, billing=billing)
        assert store.finance.forecasts(case.id, Month(2026, 1), 24) == ()


class TestInvoices:
    """Invoices and what is outstanding."""

    def test_newest_first_in_pages_with_their_first_case(self, store: Store) -> None:
        customer = given.customer(store)
        one, two = given.case(store, customer, "One"), given.case(store, customer, "Two")
        for number in range(5):
            given.invoice(store, customer, f"2026-{number}", date=TODAY + number * DAY, cases=(two.id, one.id))

        page = store.finance.invoices(customer.id, PageRequest(limit=3))
        rest = store.finance.invoices(customer.id, PageRequest(limit=3, after=page.cursors[-1]))

        assert [row.invoice.number for row in page.rows + rest.rows] == [f"2026-{n}" for n in (4, 3, 2, 1, 0)]
        assert {(row.case_number, row.case_name) for row in page.rows} == {(two.number, "Two")}
        assert store.finance.invoice(page.rows[0].invoice.id) == page.rows[0].invoice

    def test_totals_know_the_late_and_the_outstanding(self, store: Store) -> None:
        customer = given.customer(store)
        fields = {"date": TODAY - 30 * DAY, "due": TODAY - DAY}
        given.invoice(store, customer, "late", status=InvoiceStatus.SENT, total=100, **fields)
        given.invoice(store, customer, "paid", status=InvoiceStatus.PAID, total=1, **fields)
        given.invoice(store, customer, "today", status=InvoiceStatus.WAITING, total=10, date=TODAY, due=TODAY)
        given.invoice(store, customer, "draft", total=1000)
        given.invoice(store, customer, "crowns", status=InvoiceStatus.SENT, total=5, currency="NOK")

        totals = store.finance.invoice_totals(customer.id, TODAY)

        assert (totals.count, totals.late) == (Count(5), Count(1))
        assert totals.outstanding.amounts == (Money(110, "EUR"), Money(5, "NOK"))

    def test_the_receiver_stays_as_it_was(self, store: Store) -> None:
        invoice = given.invoice(store, given.customer(store))
        paid = store.finance.update_invoice(invoice.id, 1, InvoiceChange(status=InvoiceStatus.PAID, paid=TODAY))
        assert (paid.status, paid.paid, paid.revision) == (InvoiceStatus.PAID, TODAY, 2)
        assert paid.receiver == invoice.receiver
        assert "receiver" not in InvoiceChange.__struct_fields__

    @pytest.mark.parametrize("city", ["a\0b", "a\udc80"])
    def test_a_receiver_that_can_not_be_kept_is_refused(self, store: Store, city: str) -> None:
        customer = given.customer(store)
        with pytest.raises(Invalid, match="contains"):
            given.invoice(store, customer, receiver=Receiver(name="Liisa", city=city))

    def test_what_does_not_fit_is_refused(self, store: Store) -> None:
        customer = given.customer(store)
        elsewhere = given.case(store, given.customer(store, "Other Oy"))
        given.invoice(store, customer, "taken")
        for fields in (
            {"number": "taken"},
            {"number": " "},
            {"number": "x", "due": TODAY - DAY},
            {"number": "x", "cases": (elsewhere.id,)},
            {"number": "x", "total": 10**15},
            {"number": "x", "currency": "XXQ"},
        ):
            with pytest.raises(Invalid):
                given.invoice(store, customer, **fields)
        assert store.finance.invoice_totals(customer.id, TODAY).count == Count(1)

    def test_stale_and_gone(self, store: Store) -> None:
        invoice = given.invoice(store, given.customer(store))
        theirs = store.finance.update_invoice(invoice.id, 1, InvoiceChange(total=1))
        with pytest.raises(Conflict) as refused:
            store.finance.update_invoice(invoice.id, 1, InvoiceChange(total=2))
        assert refused.value.theirs == theirs
        store.finance.delete_invoice(invoice.id, 2)
        with pytest.raises(NotFound):
            store.finance.invoice(invoice.id)

    def test_only_who_sees_the_money_of_all_its_cases_writes_an_invoice(self, store: Store, as_user: AsUser) -> None:
        customer = given.customer(store)
        maija = as_user("maija", projects=ProjectLevel.MANAGER)
        own = given.case(store, customer, owner=given.me(maija))
        sold = given.case(store, customer, sales_person=given.me(maija))

        invoice = given.invoice(maija, customer, "own", cases=(own.id,))
        with pytest.raises(Denied):
            given.invoice(maija, customer, "both", cases=(own.id, sold.id))
        with pytest.raises(Denied):
            given.invoice(maija, customer, "none")
        with pytest.raises(Denied):
            maija.finance.update_invoice(invoice.id, 1, InvoiceChange(cases=(own.id, sold.id)))

        assert [row.invoice for row in store.finance.invoices(customer.id, ALL).rows] == [invoice]


class TestBehind:
    """The cases that a figure is made of."""

    def test_the_cases_add_up_to_the_figures_of_the_window(self, store: Store) -> None:
        customer = given.customer(store)
        one, two, crown = (given.case(store, customer, f"Case {name}", **more) for name, more in CASES)
        forecast(store, one.id, 10, billing=5, revenue=4, labor_expense=1, labor_note="two of us")
        forecast(store, one.id, 11, billing=100, revenue=90, labor_expense=40, other_expense=5, billing_note="half")
        forecast(store, two.id, 11, billing=7, billing_note="the rest")
        forecast(store, two.id, 8, billing=10_000)
        forecast(store, crown.id, 11, billing=3)
        actual(store, two.id, 10, billed=50, labor_cost=20)

        window = store.finance.window(customer.id, SEP, 6, None)
        for figure in Figure:
            for first, months in [(SEP, 6), (NOV, 1)]:
                found = store.finance.behind(customer.id, first, months, figure, None)
                for side in ("forecast", "actual"):
                    shown = [
                        getattr(each, f"{side}_{figure}")
                        for each in window.months
                        if 0 <= each.month.since(first) < months
                    ]
                    assert sum(getattr(row, side) or 0 for row in found.rows) == sum(filter(None, shown))
                assert (found.currency, found.left_out) == ("EUR", 0)

        rows = store.finance.behind(customer.id, SEP, 6, Figure.BILLING, None).rows
        assert [(row.number, row.name, row.forecast, row.actual) for row in rows] == [
            (one.number, "Case one", 105, None),
            (two.number, "Case two", 7, 50),
        ]
        assert [note.text for row in rows for note in row.notes] == ["half", "the rest"]
        margin = store.finance.behind(customer.id, SEP, 6, Figure.MARGIN, None).rows
        assert [(row.case, row.forecast, row.actual) for row in margin] == [(one.id, 48, None), (two.id, None, 30)]
        assert margin[0].notes == (FigureNote(month=Month(2026, 10), figure=Figure.LABOR, text="two of us"),)
        assert [row.case for row in store.finance.behind(customer.id, NOV, 1, Figure.BILLING, "NOK").rows] == [crown.id]

    def test_hidden_cases_are_left_out_and_counted_figure_by_figure(self, store: Store, as_user: AsUser) -> None:
        customer = given.customer(store)
        maija = as_user("maija", projects=ProjectLevel.MANAGER)
        own = given.case(store, customer, owner=given.me(maija))
        sold = given.case(store, customer, sales_person=given.me(maija))
        for case in (own, sold, given.case(store, customer, "not hers")):
            forecast(store, case.id, 11, billing=1, billing_note="secret")

        billing = maija.finance.behind(customer.id, NOV, 1, Figure.BILLING, None)
        assert ([row.case for row in billing.rows], billing.left_out) == ([own.id], 1)
        assert maija.finance.behind(customer.id, NOV, 1, Figure.LABOR, None).left_out == 0
        nobody = as_user("nobody", projects=ProjectLevel.NONE)
        with pytest.raises(Denied):
            nobody.finance.behind(customer.id, NOV, 1, Figure.BILLING, None)

    def test_open_cases_without_a_forecast_may_get_one(self, store: Store, as_user: AsUser) -> None:
        customer = given.customer(store)
        maija = as_user("maija", projects=ProjectLevel.MANAGER)
        own = given.case(store, customer, "own", owner=given.me(maija), currency="NOK")
        has, closed = (given.case(store, customer, name, owner=given.me(maija)) for name in ("has", "closed"))
        given.case(store, customer, "sold", sales_person=given.me(maija))
        forecast(store, has.id, 11, billing=1)
        store.cases.update(closed.id, closed.revision, CaseChange(closed=TODAY))

        found = maija.finance.without_forecast(customer.id, NOV)

        assert found == (CaseName(case=own.id, number=own.number, name="own", currency="NOK"),)
        assert {each.case for each in maija.finance.without_forecast(customer.id, SEP)} == {own.id, has.id}
        with pytest.raises(Denied):
            as_user("member", projects=ProjectLevel.MEMBER).finance.without_forecast(customer.id, NOV)

    def test_a_forecast_is_deleted_by_who_sees_it(self, store: Store, as_user: AsUser) -> None:
        customer = given.customer(store)
        maija = as_user("maija", projects=ProjectLevel.MANAGER)
        sold = given.case(store, customer, sales_person=given.me(maija))
        forecast(store, sold.id, 11, billing=1)
        (stored,) = store.finance.forecasts(sold.id, NOV, 1)
        with pytest.raises(Denied):
            maija.finance.delete_forecast(stored.id, 1)
        with pytest.raises(Conflict):
            store.finance.delete_forecast(stored.id, 2)
        store.finance.delete_forecast(stored.id, 1)
        assert store.finance.forecasts(sold.id, NOV, 1) == ()
        store.history.undo()
        assert store.finance.forecasts(sold.id, NOV, 1)[0].billing == 1

    def test_a_hidden_forecast_is_not_there_to_be_deleted(self, store: Store, as_user: AsUser) -> None:
        case = given.case(store, given.customer(store))
        forecast(store, case.id, 11, billing=1)
        (stored,) = store.finance.forecasts(case.id, NOV, 1)
        maija = as_user("maija", projects=ProjectLevel.MANAGER)
        for key in (stored.id, stored.id + 1):
            with pytest.raises(NotFound, match=f"no forecast {key}"):
                maija.finance.delete_forecast(key, 1)
