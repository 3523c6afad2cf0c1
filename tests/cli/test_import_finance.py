"""``crm-tui import`` of forecasts, actual figures and invoices, and the templates for them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from tests.cli.conftest import Crm, OpenStore

from crm_tui.domain.cases import NewCase
from crm_tui.domain.customers import NewCustomer
from crm_tui.domain.finance import (
    Actual,
    ActualEntry,
    Forecast,
    ForecastEntry,
    Invoice,
    InvoiceChange,
    InvoiceStatus,
    NewInvoice,
    Receiver,
)
from crm_tui.domain.periods import Month
from crm_tui.domain.permissions import CustomerLevel, Profile, ProjectLevel
from crm_tui.domain.users import NewUser
from crm_tui.store.paging import PageRequest
from crm_tui.store.port import Store

WriteFile = Callable[..., Path]
NOV, DEC = Month(2026, 11), Month(2026, 12)


@pytest.fixture
def write(tmp_path: Path) -> WriteFile:
    """``write("a.csv", "Case,Month", "1,2026-11")``: a file of these lines."""

    def make(name: str, *lines: str) -> Path:
        path = tmp_path / name
        path.write_text("".join(f"{line}\r\n" for line in lines), newline="")
        return path

    return make


class Given(NamedTuple):
    """A store with two customers, 101 and 102, and three cases of the first: 2101 (EUR), 2102 (NOK), 2103 (JPY)."""

    store: Store
    acme: int
    beta: int
    cases: dict[int, int]

    def forecast(self, case: int, month: Month = NOV) -> Forecast | None:
        return next(iter(self.store.finance.forecasts(self.cases[case], month, 1)), None)

    def figures(self, case: int, month: Month = NOV) -> tuple[object, ...]:
        found = self.forecast(case, month)
        assert found is not None
        return found.billing, found.revenue, found.labor_expense, found.other_expense

    def actual(self, case: int, month: Month = NOV) -> Actual | None:
        return next(iter(self.store.finance.actuals(self.cases[case], month, 1)), None)

    def invoices(self) -> dict[str, Invoice]:
        page = self.store.finance.invoices(self.acme, PageRequest(limit=100))
        return {row.invoice.number: row.invoice for row in page.rows}


@pytest.fixture
def given(crm: Crm, opened: OpenStore, write: WriteFile) -> Given:
    crm("import", write("first.csv", "Name,City", "First Oy,Turku"), "--country", "FI")
    store = opened()
    acme = store.customers.create(NewCustomer(name="Acme Oy", number=101)).id
    beta = store.customers.create(NewCustomer(name="Beta AS", number=102)).id
    cases = {}
    for number, currency in {2101: "EUR", 2102: "NOK", 2103: "JPY"}.items():
        new = NewCase(customer=acme, name=f"Case {number}", number=number, currency=currency)
        cases[number] = store.cases.create(new).id
    return Given(store, acme, beta, cases)


def test_forecasts_of_cases_by_number_in_the_notation_of_the_file(crm: Crm, write: WriteFile, given: Given) -> None:
    """One column shows that the comma is the decimal mark; 1.234 in another column is more than a thousand then."""
    done = crm("import", write(
        "plan.csv", "Case;Month;Billing;Revenue;Labor expense;Other expense;Notes",
        "2101;2026-11;1 234,50;1.234,5;400;1.234;from the offer",
        "2102;11/2026;;7,00;;;",
        "2103;Nov 2026;500;−20;;;",
        "2101;12.2026;0;;;;",
    ))  # fmt: skip
    assert (done.code, "forecasts of cases by month" in done.out) == (0, True), done
    assert "4 rows read, none refused" in done.out
    assert "created: 4 forecasts\n" in done.out
    assert given.figures(2101) == (1_234_50, 1_234_50, 400_00, 1_234_00)
    assert given.figures(2102) == (None, 7_00, None, None)
    assert given.figures(2103) == (500, -20, None, None)  # yen have no minor unit
    assert given.figures(2101, DEC) == (0, None, None, None)
    forecast = given.forecast(2101)
    assert forecast is not None
    assert (forecast.billing_note, forecast.revenue_note) == ("from the offer", None)


def test_what_is_there_is_replaced_counted_and_put_back(crm: Crm, write: WriteFile, given: Given) -> None:
    """A forecast that was typed gives way to the file; a blank cell says nothing; undo brings both back."""
    entry = ForecastEntry(case=given.cases[2101], year=2026, month=11, billing=1, revenue=2, revenue_note="typed")
    given.store.finance.put_forecast(entry, None)
    file = write(
        "plan.csv", "Case,Month,Billing,Revenue", "2101,2026-11,900.50,", "2101,2026-12,5,5", "2102,2026-12,1,"
    )
    tried = crm("import", file, "--dry-run")
    assert "would be created: 2 forecasts" in tried.out
    assert "would be updated: 1 forecast\n" in tried.out
    assert given.figures(2101) == (1, 2, None, None)
    first = crm("import", file)
    assert ("created: 2 forecasts" in first.out, "updated: 1 forecast\n" in first.out) == (True, True)
    assert given.figures(2101) == (900_50, 2, None, None)
    again = crm("import", file)
    assert "unchanged: 3 forecasts\n" in again.out
    assert "nothing in the store was changed" in again.out

    stored = given.forecast(2102, DEC)
    assert stored is not None
    changed = ForecastEntry(case=given.cases[2102], year=2026, month=12, billing=77)
    given.store.finance.put_forecast(changed, stored.revision)
    undone = crm("import", "--undo", 2)
    assert "1 records removed, 1 put back as before" in undone.out
    assert "forecast Dec 2026: was changed since" in undone.out
    assert given.figures(2101) == (1, 2, None, None)
    assert given.forecast(2101, DEC) is None
    assert given.figures(2102, DEC) == (77, None, None, None)


def test_a_file_leads_over_what_was_typed_since(crm: Crm, write: WriteFile, given: Given) -> None:
    file = write("actual.csv", "Project,Month,Billed,Labor cost,Other cost", "2101,2026-11,10,4.5,", "2101,2026-12,1,,")
    done = crm("import", file)
    assert "actual figures of cases by month" in done.out
    assert "created: 2 actuals\n" in done.out
    stored = given.actual(2101)
    assert stored is not None
    entry = ActualEntry(case=given.cases[2101], year=2026, month=11, billed=11_00, other_cost=3)
    given.store.finance.put_actual(entry, stored.revision)
    assert "updated: 1 actual\n" in crm("import", file).out
    now = given.actual(2101)
    assert now is not None
    assert (now.billed, now.labor_cost, now.other_cost) == (10_00, 4_50, 3)


REFUSED = {
    "999,2026-11,1,": "case: there is no case with the number 999",
    "x9,2026-11,1,": "case: there is no case “csv:case:x9”: import the cases first",
    ",2026-11,1,": "the row names no case",
    "2101,,1,": "the row names no month",
    "2101,2026-13,1,": "“2026-13” is not a month: a month is written as 2025-09, 9/2025 or Sep 2025",
    "2101,1850-01,1,": "month: 1850-01 is not a month",
    "2101,2026-11,much,": "Billing: “much” is not a number",
    "2101,2026-09,10.0055,": "billing: 10.0055 has more decimals than EUR has",
    "2103,2026-11,0.5,": "billing: 0.5 has more decimals than JPY has",
    "2101,2026-08,99999999999999,": "billing: is too large",
    "2101,2026-07,1,NOK": "currency: case 2101 is in EUR, not in NOK",
    "2101,2026-11,1 SEK,NOK": "the row has amounts in NOK and SEK",
    "2101,2026-11,1,euros": "“EUROS” is no currency code such as EUR",
    "2101,2026-11,$ 1,": "“$” does not say which currency: give it with --currency",
    "2101,2026-11,,": "there is no figure in this row",
    "2102,2026-12,9,": "the same as in line 2, which was taken",
}


def test_a_bad_row_says_why_and_does_not_stop_the_others(crm: Crm, write: WriteFile, given: Given) -> None:
    done = crm("import", write("plan.csv", "Case,Month,Billing,Currency", "2102,Dec 2026,3,nok", *REFUSED))
    assert (done.code, f"{len(REFUSED) + 1} rows read, {len(REFUSED)} refused" in done.out) == (0, True), done.out
    for line, reason in enumerate(REFUSED.values(), 3):
        assert f"line {line}: {reason}" in done.out
    assert given.figures(2102, DEC) == (3_00, None, None, None)
    assert given.store.finance.forecasts(given.cases[2101], Month(2026, 1), 12) == ()


def test_what_could_be_thousands_or_decimals_is_asked_for(crm: Crm, write: WriteFile, given: Given) -> None:
    file = write("plan.csv", "Case,Month,Billing", "2101,2026-11,1.005")
    assert "line 2: Billing: “1.005” can be thousands or decimals: say which" in crm("import", file).out
    crm("import", file, "--decimal-mark", ",")
    assert given.figures(2101) == (1_005_00, None, None, None)


def test_the_currency_that_the_person_names_has_to_be_the_case_s(crm: Crm, write: WriteFile, given: Given) -> None:
    file = write("plan.csv", "Case,Month,Billing", "2101,2026-11,1", "2102,2026-11,kr 1")
    done = crm("import", file, "--currency", "nok")
    assert "line 2: currency: case 2101 is in EUR, not in NOK" in done.out
    assert given.figures(2102) == (1_00, None, None, None)


def test_invoices_with_their_receivers(crm: Crm, write: WriteFile, given: Given) -> None:
    done = crm("import", write(
        "bills.csv",
        "Invoice number,Customer number,Billing customer,Cases,Status,Date,Due,Paid,Total,VAT,Currency,"
        "Receiver,Receiver contact,Receiver address,Receiver postal code,Receiver city,Receiver country",
        '2026-1,101,102,2101,sent,2026-10-01,2026-10-31,,"1,240.00",240.00,EUR,'
        "Old Name Oy,Eeva Aho,Katu 1,00100,Helsinki,Finland",
        "2026-2,,,2103,,1.11.2026,,2.11.2026,5000,,,,,,,,",
        "2026-3,101,,,maksettu,2026-11-01,,,1.5,,NOK,,,,,,",
        "2026-4,102,,2101,sent,2026-11-01,,,1,,,,,,,,",
        "2026-5,101,,2101 2102,sent,2026-11-01,,,1,,,,,,,,",
        "2026-6,101,,,lost,2026-11-01,,,1,,,,,,,,",
        "2026-7,101,,,sent,2026-11-01,2026-10-01,,1,,,,,,,,",
        "2026-8,,,,sent,2026-11-01,,,1,,,,,,,,",
        "2026-9,101,,,sent,,,,1,,,,,,,,",
        "2026-10,101,,,sent,2026-11-01,,,,,,,,,,,",
    ))  # fmt: skip
    assert "created: 3 invoices\n" in done.out, done
    for reason in (
        "line 5: case: must be a case of the same customer",
        "line 6: currency: case 2102 is in NOK, not in EUR",
        "line 7: “lost” is no status of an invoice: write draft, sent, waiting, paid, credited",
        "line 8: it is due before its date",
        "line 9: customer: a new invoice needs a customer, or a case",
        "line 10: date: a new invoice needs a date",
        "line 11: total: a new invoice needs a total",
    ):
        assert reason in done.out
    found = given.invoices()
    one, two, three = (found[f"2026-{number}"] for number in (1, 2, 3))
    assert (one.billing_customer, one.cases, one.status) == (given.beta, (given.cases[2101],), InvoiceStatus.SENT)
    assert (one.date, one.due, one.paid) == (dt.date(2026, 10, 1), dt.date(2026, 10, 31), None)
    assert (one.total, one.vat, one.currency) == (1_240_00, 240_00, "EUR")
    assert one.receiver == Receiver(
        name="Old Name Oy", contact_name="Eeva Aho", line1="Katu 1", postal_code="00100", city="Helsinki", country="FI"
    )
    assert (two.total, two.currency, two.status, two.paid) == (5000, "JPY", InvoiceStatus.PAID, dt.date(2026, 11, 2))
    assert two.receiver == Receiver(name="Acme Oy")
    assert (three.total, three.currency, three.status, three.cases) == (1_50, "NOK", InvoiceStatus.PAID, ())


def test_invoices_are_known_by_their_number(crm: Crm, write: WriteFile, given: Given) -> None:
    """What came as paid changes that alone, also of an invoice that was not imported; the receiver stays."""
    new = NewInvoice(
        customer=given.acme, number="7", date=dt.date(2026, 11, 1), currency="NOK", total=5,
        status=InvoiceStatus.SENT, receiver=Receiver(name="Then Oy"),
    )  # fmt: skip
    given.store.finance.create_invoice(new)
    file = write("paid.csv", "Invoice,Paid,Receiver", "7,2026-11-20,Now Oy")
    assert "updated: 1 invoice\n" in crm("import", file, "--kind", "invoice").out
    assert "unchanged: 1 invoice\n" in crm("import", file, "--kind", "invoice").out
    paid = given.invoices()["7"]
    assert (paid.status, paid.paid, paid.total, paid.receiver.name) == (
        InvoiceStatus.PAID, dt.date(2026, 11, 20), 5, "Then Oy"
    )  # fmt: skip
    given.store.finance.update_invoice(paid.id, paid.revision, InvoiceChange(paid=None, status=InvoiceStatus.SENT))
    wrong = crm(
        "import", write("w.csv", "Invoice,Customer,Total,Currency", "7,102,1,", "07,101,1,"), "--kind", "invoice"
    )
    assert "line 2: customer: invoice 7 is one of another customer" in wrong.out
    assert "line 3: date: a new invoice needs a date" in wrong.out  # 07 is not 7
    other = crm("import", write("w.csv", "Invoice,Customer,Total", "7,101,1 EUR"), "--kind", "invoice")
    assert "line 2: currency: invoice 7 is in NOK, not in EUR" in other.out
    crm("import", file, "--kind", "invoice")
    runs = given.store.imports.list()
    assert "0 records removed, 1 put back as before" in crm("import", "--undo", runs[0].id).out
    assert given.invoices()["7"].status is InvoiceStatus.SENT


def test_figures_of_cases_that_come_in_the_same_run(crm: Crm, write: WriteFile, given: Given) -> None:
    """Cases are written first, whatever the order of the files; they are known by their number or their id."""
    header = "Case ID,Case number,Customer,Case name,Expected value,Stage,Probability"
    cases = write("cases.csv", header, "x9,4009,Acme Oy,Ninth,900,Open,50", "x10,2101,Acme Oy,Taken,1,Open,50")
    plan = write("plan.csv", "Case,Month,Revenue", "x9,2026-11,450", "csv:case:x9,2026-12,450", "4009,2027-01,1")
    for options, verb in ((("--dry-run",), "would be created"), ((), "created")):
        done = crm("import", plan, cases, *options)
        assert f"{verb}: 3 forecasts" in done.out, done
        assert "line 3: number: 2101 is already" in done.out
    ninth = given.store.search.anything("4009").hits[0].id
    assert [(f.month, f.revenue) for f in given.store.finance.forecasts(ninth, NOV, 3)] == [
        (11, 450_00), (12, 450_00), (1, 1_00)
    ]  # fmt: skip


def test_whose_figures_a_file_may_write(crm: Crm, write: WriteFile, given: Given) -> None:
    """The money of each case decides; a case that they do not know of is said to be missing, as one that is."""
    profile = given.store.users.create_profile(
        Profile(name="Lead", customers=CustomerLevel.EDIT, projects=ProjectLevel.MANAGER)
    )
    lea = given.store.users.create(NewUser(name="Lea Lead", login="lea", profile=profile.id))
    own = given.store.cases.create(NewCase(customer=given.acme, name="Own", number=2104, owner=lea.id, currency="EUR"))
    sold = NewCase(customer=given.acme, name="Sold", number=2105, sales_person=lea.id, currency="EUR")
    given.store.cases.create(sold)
    lines = ("2104,2026-11,1", "2101,2026-11,1", "2105,2026-11,1", "9999,2026-11,1")
    done = crm("import", write("plan.csv", "Case,Month,Billing", *lines), login="lea")
    assert "created: 1 forecast\n" in done.out
    assert "line 3: case: there is no case with the number 2101" in done.out
    assert "line 4: You may not write the figures of this case" in done.out
    assert "line 5: case: there is no case with the number 9999" in done.out
    assert [f.billing for f in given.store.finance.forecasts(own.id, NOV, 1)] == [1_00]
    bills = write("b.csv", "Invoice,Date,Total,Cases", "1,2026-11-01,1,2104")
    assert "You may not import cases and invoices" in crm("import", bills, login="lea").out


def test_templates_are_written_and_are_known_when_they_come_back(crm: Crm, given: Given, tmp_path: Path) -> None:
    done = crm("import", "--template", "finance", tmp_path)
    assert done.code == 0
    rows = {
        "forecasts.csv": "2101,2026-11,1,2,3,4,EUR,a,b,c,d",
        "actuals.csv": "2101,11/2026,1,2,3,EUR",
        "invoices.csv": "1,101,102,2101,sent,2026-11-01,2026-12-01,,124,24,EUR,Name,Eeva Aho,Street 1,,00100,Turku,,FI",
    }
    for name, row in rows.items():
        path = tmp_path / name
        assert str(path) in done.out
        assert path.stat().st_mode & 0o777 == 0o600
        path.write_text(path.read_text() + row + "\r\n")
    read = crm("import", *(tmp_path / name for name in rows))
    assert ("left out" in read.out, "refused: " in read.out) == (False, False), read.out
    for created in ("created: 1 forecast\n", "created: 1 actual\n", "created: 1 invoice\n"):
        assert created in read.out
    forecast = given.forecast(2101)
    assert forecast is not None
    assert given.figures(2101) == (1_00, 2_00, 3_00, 4_00)
    assert [getattr(forecast, f"{name}_note") for name in ("billing", "revenue", "labor", "other")] == list("abcd")
    again = crm("import", "--template", "finance", tmp_path)
    assert (again.code, "forecasts.csv is there already" in again.err) == (1, True)
    assert "2101" in (tmp_path / "forecasts.csv").read_text()
    assert "there is no folder" in crm("import", "--template", "finance", tmp_path / "nowhere").err


@pytest.mark.parametrize(
    "arguments",
    [("--template", "nonsense"), ("--template", "finance", "a", "b"), ("--template", "finance", "--undo", 1)],
)
def test_wrong_uses_of_templates(crm: Crm, home: Path, arguments: tuple[object, ...]) -> None:
    done = crm("import", *arguments)
    assert (done.code, done.out, home.exists()) == (2, "", False)
