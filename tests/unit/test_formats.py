"""Files to records: which format is recognised, and what the rows of real files become."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from typing import TypeVar

import pytest

from crm_tui.domain.cases import SalesState
from crm_tui.domain.contacts import Phone, PhoneKind
from crm_tui.domain.finance import InvoiceStatus, Receiver
from crm_tui.domain.money import Money
from crm_tui.interchange.encoding import Unreadable
from crm_tui.interchange.formats import KINDS, choose_mapping, parse_override
from crm_tui.interchange.plan import ImportPlan, ReadOptions, read
from crm_tui.interchange.records import (
    AddressRecord,
    Base,
    CaseRecord,
    ContactRecord,
    CustomerRecord,
    InvoiceRecord,
    UserRecord,
)

DATA = Path(__file__).parent.parent / "data"
EUROS = ReadOptions(default_currency="EUR")
R = TypeVar("R", bound=Base)


def of_type(plan: ImportPlan, kind: type[R]) -> dict[str, R]:
    """The plan's records of one type by their references."""
    return {record.external_ref: record for record in plan.records() if isinstance(record, kind)}


def plan_of(tmp_path: Path, text: str | bytes, options: ReadOptions = EUROS) -> ImportPlan:
    path = tmp_path / "file.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read(path, options)


def test_northwind_customers() -> None:
    with read(DATA / "northwind/customers.csv") as plan:
        customers, addresses = of_type(plan, CustomerRecord), of_type(plan, AddressRecord)
        contacts = of_type(plan, ContactRecord)
    assert (plan.format, plan.encoding, plan.separator) == ("northwind customers", "UTF-8", "comma")
    assert (plan.rows_read, plan.refused_count) == (93, 0)
    # two of the 93 have no address at all
    assert (len(customers), len(addresses), len(contacts)) == (93, 91, 93)
    assert plan.mapping is not None
    assert plan.mapping.unmapped == ()

    wilman = customers["northwind:customer:WILMK"]
    assert (wilman.name, wilman.phone, wilman.line) == ("Wilman Kala", "90-224 8858", 93)
    assert addresses["northwind:customer:WILMK:address"] == AddressRecord(
        line=93, external_ref="northwind:customer:WILMK:address", customer_ref="northwind:customer:WILMK",
        line1="Keskuskatu 45", postal_code="21240", city="Helsinki", country="FI",
        is_billing=True, is_postal=True, is_visiting=True,
    )  # fmt: skip
    matti = contacts["northwind:customer:WILMK:contact"]
    assert (matti.first_name, matti.last_name, matti.title) == ("Matti", "Karttunen", "Owner/Marketing Assistant")
    assert matti.phones == (Phone("90-224 8858"), Phone("90-224 8858", PhoneKind.FAX))
    assert matti.address_ref == "northwind:customer:WILMK:address"

    # leading zeros of postal codes, letters, countries
    assert addresses["northwind:customer:ANATR:address"].postal_code == "05021"
    assert addresses["northwind:customer:ANATR:address"].country == "MX"
    assert addresses["northwind:customer:BERGS:address"].postal_code == "S-958 22"
    assert addresses["northwind:customer:AROUT:address"].country == "GB"
    assert contacts["northwind:customer:GODOS:contact"].first_name == "José Pedro"
    assert contacts["northwind:customer:PRINI:contact"].last_name == "de Castro"
    assert not any(address.line2 for address in addresses.values())
    assert [(notice.line, "only one name" in notice.text) for notice in plan.notices] == [(85, True)]


def test_northwind_employees() -> None:
    with read(DATA / "northwind/employees.csv") as plan:
        users = of_type(plan, UserRecord)
    assert len(users) == 9
    assert users["northwind:employee:5"] == UserRecord(
        line=6,
        external_ref="northwind:employee:5",
        name="Steven Buchanan",
        login="steven.buchanan",
        superior_ref="northwind:employee:2",
    )
    assert users["northwind:employee:2"].superior_ref == ""
    assert users["northwind:employee:7"].line == 9  # the row before it goes over two lines


def test_northwind_orders() -> None:
    with read(DATA / "northwind/orders.csv", EUROS) as plan:
        cases, invoices = of_type(plan, CaseRecord), of_type(plan, InvoiceRecord)
    assert len(cases) == len(invoices) == 830
    assert sum(case.value.amount for case in cases.values() if case.value) == 126_579_322
    assert sum(invoice.total.amount for invoice in invoices.values()) == 126_579_322
    assert sum(invoice.status is InvoiceStatus.DRAFT for invoice in invoices.values()) == 21
    assert {case.state for case in cases.values()} == {SalesState.WON}

    case = cases["northwind:order:10250"]
    assert (case.name, case.state, case.value) == ("Order 10250", SalesState.WON, Money(155_260, "EUR"))
    assert (case.customer_ref, case.owner_ref) == ("northwind:customer:HANAR", "northwind:employee:4")
    assert (case.start, case.deadline) == (dt.date(1996, 7, 8), dt.date(1996, 8, 5))
    assert case.closed == dt.date(1996, 7, 12)
    assert invoices["northwind:order:10250:invoice"] == InvoiceRecord(
        line=4, external_ref="northwind:order:10250:invoice", customer_ref="northwind:customer:HANAR",
        case_ref="northwind:order:10250", number="10250", status=InvoiceStatus.SENT,
        date=dt.date(1996, 7, 8), due=dt.date(1996, 8, 5), total=Money(155_260, "EUR"),
        receiver=Receiver(name="Hanari Carnes", line1="Rua do Paço, 67", postal_code="05454-876",
                          city="Rio de Janeiro", region="RJ", country="BR"),
    )  # fmt: skip
    assert invoices["northwind:order:11008:invoice"].status is InvoiceStatus.DRAFT
    assert cases["northwind:order:11008"].closed is None


def test_northwind_orders_in_a_currency_that_is_said() -> None:
    with read(DATA / "northwind/orders.csv", ReadOptions(currency="usd", default_currency="EUR")) as plan:
        assert {invoice.total.currency for invoice in of_type(plan, InvoiceRecord).values()} == {"USD"}


def test_amounts_without_any_currency_are_refused() -> None:
    with read(DATA / "northwind/orders.csv") as plan:
        assert (plan.refused_count, plan.refused[0].line) == (830, 2)
        assert "no currency" in plan.refused[0].text


def test_salesforce_accounts() -> None:
    with read(DATA / "salesforce/accountData.csv", EUROS) as plan:
        customers, addresses = of_type(plan, CustomerRecord), of_type(plan, AddressRecord)
    assert (plan.format, plan.encoding) == ("Salesforce accounts", "Windows-1252")
    assert (len(customers), plan.refused_count) == (423, 0)
    assert len(addresses) == 420  # three have none; every shipping address is the billing address again

    acme = customers["salesforce:001x0000002lBtoAAE"]
    assert (acme.name, acme.line, acme.employees, acme.industry) == ("Acme", 415, 68_000, "Manufacturing")
    assert (acme.phone, acme.fax, acme.website) == ("(212) 961-7500", "(212) 961-7300", "http://www.acme.com/")
    assert acme.annual_revenue == Money(8_480_000_000_000, "EUR")
    assert acme.owner_ref == "salesforce:005x0000000fNSiAAM"
    assert acme.description.startswith("Acme Inc. (NYSE: ACME) is one of")
    toronto = addresses["salesforce:001x0000002lBtnAAE:address"]
    assert (toronto.line1, toronto.city, toronto.region) == ("150 Chestnut Street", "Toronto", "Ontario")
    assert (toronto.postal_code, toronto.country) == ("L4B 1Y3", "CA")
    assert customers["salesforce:001x0000002xLDgAAM"].name == "Crédito Inmobiliario Terras"
    assert addresses["salesforce:001x0000002xLDJAA2:address"].line1.endswith("26 5º")


def test_salesforce_opportunities() -> None:
    with read(DATA / "salesforce/opportunityData.csv", EUROS) as plan:
        cases = of_type(plan, CaseRecord)
    assert len(cases) == 38
    assert sum(case.value.amount for case in cases.values() if case.value) == 627_000_000
    assert sum(case.state is SalesState.WON for case in cases.values()) == 8
    won = cases["salesforce:006x0000001YtCrAAK"]
    assert (won.stage, won.probability, won.value) == ("Closed Won", 100, Money(50_000_000, "EUR"))
    assert won.customer_ref == "salesforce:001x0000002xLD0AAM"
    sale = cases["salesforce:006x0000001YtCtAAK"]
    assert (sale.name, sale.state, sale.probability) == ("Acme - 1,200 Widgets", SalesState.OPEN, 50)
    assert sale.expected_order_date == dt.date(2005, 12, 12)
    assert cases["salesforce:006x0000001YuTlAAK"].value is None


def test_salesforce_in_mixed_case_with_deleted_rows_and_another_shipping_address(tmp_path: Path) -> None:
    text = (
        "Id,IsDeleted,Name,BillingStreet,BillingCity,BillingCountry,ShippingCity,ShippingCountry\n"
        '001x0000002xLCV,false,Kept,"Line 1\nLine 2\nLine 3",Oslo,Norge,Bergen,Norway\n'
        "001x0000002xLCWAA2,true,Gone,,,,,\n"
    )
    with plan_of(tmp_path, text) as plan:
        addresses = list(of_type(plan, AddressRecord).values())
        assert list(of_type(plan, CustomerRecord)) == ["salesforce:001x0000002xLCVAA2"]
    assert [(a.line1, a.line2, a.city, a.country) for a in addresses] == [
        ("Line 1", "Line 2, Line 3", "Oslo", "NO"),
        ("", "", "Bergen", "NO"),
    ]
    assert [(a.is_billing, a.is_visiting) for a in addresses] == [(True, False), (False, True)]
    assert [(r.line, r.text) for r in plan.refused] == [(5, "marked as deleted in the file")]


def test_severa(tmp_path: Path) -> None:
    text = (
        "Account name;VAT number;Industry;AddressLine1;City;Country;Phone\n"
        "Äiti Oy;FI01120389;IT;Katu 1;Espoo;Suomi;09 1\n"
    )
    with plan_of(tmp_path, text.encode("iso-8859-1")) as plan:
        [customer] = of_type(plan, CustomerRecord).values()
        [address] = of_type(plan, AddressRecord).values()
    assert (plan.format, plan.encoding, plan.separator) == ("Severa accounts", "Windows-1252", "semicolon")
    assert (customer.name, customer.vat_number, customer.industry) == ("Äiti Oy", "FI01120389", "IT")
    assert (address.line1, address.city, address.country, customer.phone) == ("Katu 1", "Espoo", "FI", "09 1")


@pytest.mark.parametrize(
    ("header", "kind", "fields"),
    [
        ("Asiakas;Y-tunnus;Katuosoite;Postinumero;Postitoimipaikka;Puhelin", "customer",
         "name business_id address_line1 address_postal_code address_city phone"),
        ("Firmanavn;Orgnr;Gateadresse;Poststed;Tlf", "customer", "name business_id address_line1 address_city phone"),
        ("Företag;Postnummer;Ort;E-post", "customer", "name address_postal_code address_city email"),
        ("Firma;Straße;PLZ;Ort;Ansprechpartner", "customer",
         "name address_line1 address_postal_code address_city contact_name"),
        ("Vorname;Nachname;Firma;E-Mail-Adresse;Handy", "contact",
         "first_name last_name organization email mobile_phone"),
        ("Etunimi;Sukunimi;Yritys;Syntymäaika", "contact", "first_name last_name organization date_of_birth"),
        ("Name;Company;Email", "contact", "name organization email"),
        ("Email", "contact", "email"),
        ("Prosjekt;Kunde;Verdi;Status", "case", "name customer_name value stage"),
    ],
)  # fmt: skip
def test_columns_are_known_by_their_names_in_five_languages(header: str, kind: str, fields: str) -> None:
    mapping = choose_mapping(header.split(";"))
    assert (mapping.kind, list(mapping.columns), mapping.unmapped) == (kind, fields.split(), ())


def test_the_mapping_says_what_it_does_and_what_is_left_out() -> None:
    lines = choose_mapping(["CustomerID", "CompanyName", "ContactName", "Mood"]).lines()
    assert lines[0] == "northwind customers: customers"
    assert "  name         = CompanyName" in lines
    assert lines[-1] == "left out: Mood"


def test_a_mapping_can_be_overridden(tmp_path: Path) -> None:
    options = ReadOptions(columns=dict([parse_override("name=Wer"), parse_override("industry=")]), kind="customer")
    with plan_of(tmp_path, "Wer,Name,Industry\nKallavesi,Nick,IT\n", options) as plan:
        [customer] = of_type(plan, CustomerRecord).values()
    assert (customer.name, customer.industry) == ("Kallavesi", "")
    assert plan.mapping is not None
    assert plan.mapping.unmapped == ("Name", "Industry")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (ReadOptions(columns={"name": "Nowhere"}), "no column “Nowhere”"),
        (ReadOptions(columns={"mood": "Name"}), "no field “mood”"),
        (ReadOptions(columns={"name": ""}), "No column was recognised"),
        (ReadOptions(kind="planet"), "no kind “planet”"),
    ],
)
def test_an_impossible_mapping_is_refused_in_words(tmp_path: Path, options: ReadOptions, message: str) -> None:
    with pytest.raises(Unreadable, match=message):
        plan_of(tmp_path, "Name,Industry\nA,B\n", options)


def test_unknown_columns_are_refused_and_the_remedy_is_named() -> None:
    with pytest.raises(Unreadable, match=r"--map FIELD=COLUMN.*column1, column2"):
        read(DATA / "csv/csvEscapedQuotes.csv")


def test_dates_with_time_zones_and_errors_row_by_row() -> None:
    options = ReadOptions(kind="case", columns={"close_date": "Date", "name": "Name", "customer_name": "Name"})
    with pytest.raises(Unreadable):  # a case needs a customer, and a column has one meaning
        read(DATA / "csv/timeZoneFormatTestingWithErrors.csv", options)
    contacts = ReadOptions(kind="contact", columns={"name": "Name", "date_of_birth": "Date"})
    with read(DATA / "csv/timeZoneFormatTestingWithErrors.csv", contacts) as plan:
        days = {c.first_name: c.date_of_birth for c in of_type(plan, ContactRecord).values()}
    # B, C and A show that the month comes first; a day is taken as it is written, whatever its zone
    assert days == {
        "A": dt.date(2009, 7, 15),
        "B": dt.date(2009, 7, 13),
        "C": dt.date(2009, 7, 14),
        "F": dt.date(2009, 7, 14),
    }
    assert [refused.line for refused in plan.refused] == [3, 4]


def test_bad_rows_are_told_with_line_and_reason_and_stop_nothing(tmp_path: Path) -> None:
    text = (
        "Name,Customer ID,Annual revenue,Employees\n"
        "A,1,100.50,5\n,2,,\nC,3,much,\nD,4\nE,1,,\nF,6,,11-50\n" + "x" * 600 + ",7,,\nH,8,2.5,\n"
    )
    with plan_of(tmp_path, text) as plan:
        assert [c.name for c in of_type(plan, CustomerRecord).values()] == ["A", "F", "H"]
    assert plan.rows_read == 8
    assert [(r.line, r.text) for r in plan.refused] == [
        (3, "the customer has no name"),
        (4, "Annual revenue: “much” is not a number"),
        (5, "it has 2 cells where the header has 4"),
        (6, "the same as in line 2, which was taken"),
        (8, "Name: longer than 500 characters"),
    ]
    assert [(n.line, n.text) for n in plan.notices] == [(7, "Employees: “11-50” is not a whole number, left out")]


def test_references_are_the_same_in_every_run(tmp_path: Path) -> None:
    for text in ((DATA / name).read_text() for name in ("northwind/customers.csv", "northwind/orders.csv")):
        runs = []
        for _ in range(2):
            with plan_of(tmp_path, text) as plan:
                runs.append(list(plan.records()))
        assert runs[0] == runs[1]
        references = [record.external_ref for record in runs[0]]
        assert len(references) == len(set(references))


def test_records_can_be_asked_for_twice_and_survive_a_changed_file(tmp_path: Path) -> None:
    with plan_of(tmp_path, "Name\nA\nB\n") as plan:
        (tmp_path / "file.csv").write_text("Name\nC\n")
        assert list(plan.records()) == list(plan.records())
        assert plan.counts == {"CustomerRecord": 2}


def test_progress_goes_from_start_to_end_and_can_stop(tmp_path: Path) -> None:
    path = tmp_path / "many.csv"
    path.write_text("Name,Annual revenue\n" + "".join(f"Customer {n},{n}.5\n" for n in range(20_000)))
    parts: list[float] = []
    read(path, EUROS, parts.append).close()
    assert parts == sorted(parts)
    assert parts[0] < 0.2
    assert 0.9 < parts[-1] <= 1.0

    def stop(_: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        read(path, EUROS, stop)


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="No such file"):
        read(tmp_path / "nothing.csv")
    with pytest.raises(Unreadable, match="is a folder"):
        read(tmp_path)
    with pytest.raises(Unreadable, match="is not a file"):
        read(Path("/dev/null"))
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(Unreadable, match="is not a file"):
        read(pipe)  # and does not wait for somebody to write into it


def test_every_kind_has_a_name_and_can_be_asked_for() -> None:
    for kind in KINDS:
        mapping = choose_mapping(["ID", "Order ID", "Name", "Customer", "Invoice", "Case"], kind=kind)
        assert mapping.kind == kind


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("Case Month Billing Revenue", "forecast"),
        ("Projekti Kuukausi Laskutettu", "actual"),
        ("Prosjekt Måned Fakturert Lønnskostnad Currency Note", "actual"),  # only amounts tell them apart
        ("Case Month Revenue Labor_expense Billed", "forecast"),
        ("Laskunumero Asiakas Laskupäivä Eräpäivä Yhteensä", "invoice"),
        ("Number Company Date Total", "customer"),
        ("Name Company Project Month", "contact"),
        ("Name Project Month Currency Note", "customer"),  # no amount, no figures
    ],
)
def test_figures_and_invoices_are_told_from_other_lists(header: str, kind: str) -> None:
    assert choose_mapping(header.split()).kind == kind


@pytest.mark.parametrize(
    "header",
    [
        "Prosjekt;Måned;Lønnskostnad;Andre kostnader",
        "Case;Month;Personalkosten;Currency;Notes",
        "Project;Month;Billed;Revenue",
    ],
)
def test_what_could_be_forecasts_or_actual_figures_is_not_guessed(header: str) -> None:
    """A guess would overwrite forecasts that somebody typed."""
    columns = header.split(";")
    with pytest.raises(Unreadable, match="--kind forecast or --kind actual"):
        choose_mapping(columns)
    assert {choose_mapping(columns, kind=kind).kind for kind in ("forecast", "actual")} == {"forecast", "actual"}


def test_a_case_and_a_month_without_an_amount_are_no_figures() -> None:
    with pytest.raises(Unreadable, match="No column was recognised"):
        choose_mapping(["Project", "Month", "Currency"])
