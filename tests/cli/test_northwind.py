"""The main job by the command line: files of other programs imported, found, compared with the files, taken back."""

from __future__ import annotations

import csv
import datetime as dt
import shutil
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from tests.cli.conftest import DATA, TODAY, Crm, OpenStore

from crm_tui.cli import main
from crm_tui.domain.cases import SalesState
from crm_tui.domain.customers import CustomerChange
from crm_tui.domain.finance import InvoiceStatus
from crm_tui.domain.users import NewUser
from crm_tui.store.cases import CaseLife
from crm_tui.store.customers import CustomerQuery
from crm_tui.store.paging import PageRequest
from crm_tui.store.port import Store
from crm_tui.store.sql.store import open_store

NORTHWIND, SALESFORCE = DATA / "northwind", DATA / "salesforce"
CUSTOMERS, EMPLOYEES, ORDERS = (NORTHWIND / f"{name}.csv" for name in ("customers", "employees", "orders"))
ALL = PageRequest(limit=1000)
NEW = ("--organization", "Traders", "--country", "US")


def rows(path: Path) -> list[dict[str, str]]:
    """The file, read without anything of ours."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh store with all of northwind."""
    path = tmp_path_factory.mktemp("northwind") / "traders.db"
    given = [str(file) for file in (ORDERS, CUSTOMERS, EMPLOYEES)]
    assert main(["--store", str(path), "--as", "ann", "import", *given, *NEW]) == 0
    return path


@pytest.fixture
def traders(imported: Path, tmp_path: Path) -> Iterator[Store]:
    path = tmp_path / "traders.db"
    shutil.copy(imported, path)
    store = open_store(path, login="ann", clock=lambda: dt.datetime.now(dt.UTC))
    yield store
    store.close()


def found(store: Store, text: str = "") -> dict[str, int]:
    return {row.name: row.id for row in store.customers.page(CustomerQuery(text=text), ALL).rows}


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("futter", "Alfreds Futterkiste"),
        ("maria and", "Alfreds Futterkiste"),
        ("0074321", "Alfreds Futterkiste"),
        ("0921-12 34", "Berglunds snabbköp"),
        ("snabbkop", "Berglunds snabbköp"),
        ("christina berg", "Berglunds snabbköp"),
        ("luleå", "Berglunds snabbköp"),
    ],
)
def test_a_customer_is_found_by_a_part(traders: Store, typed: str, name: str) -> None:
    assert name in found(traders, typed)
    assert name in {hit.customer_name for hit in traders.search.anything(typed).hits}


def test_a_customer_has_address_and_contact(traders: Store) -> None:
    card = traders.customers.card(found(traders, "Alfreds")["Alfreds Futterkiste"], TODAY)
    (address,) = card.addresses
    assert (address.line1, address.postal_code, address.city, address.country) == (
        "Obere Str. 57",
        "12209",
        "Berlin",
        "DE",
    )
    assert card.customer.headquarters == address.id
    (line,) = traders.customers.preview(card.customer.id, TODAY).contacts
    contact = traders.contacts.get(line.id)
    assert (contact.first_name, contact.last_name, contact.title) == ("Maria", "Anders", "Sales Representative")


@pytest.mark.parametrize("customer", ["SAVEA", "ERNSH", "ALFKI"])
def test_figures_are_those_of_the_file(traders: Store, customer: str) -> None:
    orders = {row["OrderID"]: row for row in rows(ORDERS) if row["CustomerID"] == customer}
    total = sum((Decimal(row["Total"]) for row in orders.values()), Decimal())
    assert orders
    assert total
    name = next(row["CompanyName"] for row in rows(CUSTOMERS) if row["CustomerID"] == customer)
    key = found(traders, name)[name]

    invoices = traders.finance.invoices(key, ALL).rows
    assert {row.invoice.number for row in invoices} == orders.keys()
    assert sum(row.invoice.total for row in invoices if isinstance(row.invoice.total, int)) == total * 100
    assert {row.invoice.currency for row in invoices} == {"USD"}
    shipped = {number for number, row in orders.items() if row["ShippedDate"]}
    assert {row.invoice.number for row in invoices if row.invoice.status is InvoiceStatus.SENT} == shipped

    totals = traders.cases.totals(key, CaseLife.PROJECT)
    assert totals.open.number + totals.closed.number == len(orders)
    projects = traders.cases.of_customer(key, CaseLife.PROJECT, ALL, TODAY, closed=True).rows
    employees = {row["EmployeeID"]: f"{row['FirstName']} {row['LastName']}" for row in rows(EMPLOYEES)}
    assert {row.case.order_number: row.owner_name for row in projects} == {
        number: employees[row["EmployeeID"]] for number, row in orders.items()
    }
    assert sum(row.case.expected_value for row in projects if isinstance(row.case.expected_value, int)) == total * 100


def test_all_of_the_files_is_there(traders: Store) -> None:
    assert traders.customers.count(CustomerQuery()).number == len(rows(CUSTOMERS))
    names = {f"{row['FirstName']} {row['LastName']}" for row in rows(EMPLOYEES)}
    assert names <= {user.name for user in traders.users.list()}
    (run,) = traders.imports.list()
    customers = rows(CUSTOMERS)
    with_place = sum(
        any(row[part] for part in ("Address", "City", "Region", "PostalCode", "Country")) for row in customers
    )
    people = sum(bool(row["ContactName"]) for row in customers)
    assert run.created == len(customers) + with_place + people + len(names) + 2 * len(rows(ORDERS))


def test_twice_creates_nothing_twice(crm: Crm, opened: OpenStore) -> None:
    assert crm("import", CUSTOMERS, EMPLOYEES, *NEW).code == 0
    before = list(opened().portable.dump())
    again = crm("import", CUSTOMERS, EMPLOYEES)
    assert again.code == 0
    assert "created" not in again.out
    assert f"unchanged: {len(rows(CUSTOMERS))} customers" in again.out
    after = list(opened().portable.dump())
    assert [record for record in after if record[0] != "import run"] == [
        record for record in before if record[0] != "import run"
    ]


def test_orders_before_customers_say_what_to_import_first(crm: Crm, opened: OpenStore) -> None:
    early = crm("import", ORDERS, *NEW)
    assert early.code == 1
    assert f"{len(rows(ORDERS))} rows read, {len(rows(ORDERS))} refused" in early.out
    assert "line 2: customer: there is no customer “northwind:customer:VINET”: import the customers first" in early.out
    assert "and 810 more" in early.out
    for file in (CUSTOMERS, ORDERS):  # each by a command of its own, and without the employees
        assert "none refused" in crm("import", file).out
    key = found(opened(), "Alfreds")["Alfreds Futterkiste"]
    assert len(opened().finance.invoices(key, ALL).rows) == 6
    projects = opened().cases.of_customer(key, CaseLife.PROJECT, ALL, TODAY, closed=True).rows
    assert {row.owner_name for row in projects} == {opened().users.me().user.name}


def test_owners_who_were_users_before_the_import(crm: Crm, opened: OpenStore) -> None:
    """An employee who is a user already, found by their login, owns what the file says."""
    crm("import", CUSTOMERS, *NEW)
    store = opened()
    crm("import", EMPLOYEES)
    margaret = next(user for user in store.users.list() if user.name == "Margaret Peacock")
    crm("import", "--undo", 2)
    profile = store.users.me().user.profile
    there = store.users.create(NewUser(name="M. Peacock", login=margaret.login, profile=profile))
    assert "unchanged: 1 user" in crm("import", EMPLOYEES).out
    said = crm("import", ORDERS)
    assert "is not among the users" not in said.out
    row = next(row for row in rows(ORDERS) if row["EmployeeID"] == "4")
    name = next(c["CompanyName"] for c in rows(CUSTOMERS) if c["CustomerID"] == row["CustomerID"])
    projects = store.cases.of_customer(found(store, name)[name], CaseLife.PROJECT, ALL, TODAY, closed=True).rows
    assert next(p.case.owner for p in projects if p.case.order_number == row["OrderID"]) == there.id


def test_a_trial_changes_nothing(crm: Crm, opened: OpenStore, home: Path) -> None:
    tried = crm("import", "--dry-run", ORDERS, CUSTOMERS, EMPLOYEES, *NEW)
    assert tried.code == 0
    assert "would be created: 830 cases, 830 invoices" in tried.out
    assert "nothing was changed" in tried.out
    assert not (home / "default.db").exists()
    crm("import", CUSTOMERS, *NEW)
    before = list(opened().portable.dump())
    tried = crm("import", "--dry-run", ORDERS, CUSTOMERS, EMPLOYEES)
    assert f"would be unchanged: {len(rows(CUSTOMERS))} customers" in tried.out
    assert "would be created: 9 users" in tried.out
    assert "would be created: 830 cases, 830 invoices" in tried.out
    assert "is not among the users" not in tried.out
    assert list(opened().portable.dump()) == before


def test_undo_takes_back_everything_but_what_was_changed_since(crm: Crm, opened: OpenStore) -> None:
    crm("import", CUSTOMERS, EMPLOYEES, *NEW)
    store = opened()
    key = found(store, "Alfreds")["Alfreds Futterkiste"]
    customer = store.customers.get(key)
    store.customers.update(key, customer.revision, CustomerChange(website="https://alfreds.example"))
    undone = crm("import", "--undo", 1)
    assert undone.code == 0
    assert "Import 1 is taken back" in undone.out
    assert "customer Alfreds Futterkiste: was changed since" in undone.out
    assert list(found(store)) == ["Alfreds Futterkiste"]
    assert {user.login for user in store.users.list()} == {"ann"}
    again = crm("import", "--undo", 1)
    assert (again.code, "taken back already" in again.err) == (1, True)


def test_salesforce_accounts_and_opportunities(crm: Crm, opened: OpenStore) -> None:
    accounts = SALESFORCE / "accountData.csv"
    opportunities = SALESFORCE / "opportunityData.csv"
    done = crm("import", opportunities, accounts, *NEW)
    assert done.code == 0
    assert "423 rows read, none refused" in done.out
    assert "38 rows read, none refused" in done.out
    store = opened()
    names = {row["ID"]: row["NAME"] for row in csv.DictReader(accounts.open(encoding="cp1252", newline=""))}
    deals = rows(opportunities)
    wanted = {row["NAME"]: row for row in deals}
    by_customer = {names[row["ACCOUNTID"]] for row in deals}
    seen = 0
    for name in by_customer:
        key = found(store, f'"{name}"')[name]
        for life in CaseLife:
            for row in store.cases.of_customer(key, life, ALL, TODAY, closed=True).rows:
                deal = wanted[row.case.name]
                seen += 1
                assert row.case.expected_value == (int(Decimal(deal["AMOUNT"]) * 100) if deal["AMOUNT"] else None)
                assert (row.case.sales_state is SalesState.WON) == (deal["ISWON"] == "true")
    assert seen == len(deals)
