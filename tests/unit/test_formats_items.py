"""Records as the store takes them."""

from __future__ import annotations

from pathlib import Path

from crm_tui.domain.cases import SalesState
from crm_tui.domain.contacts import Phone, PhoneKind
from crm_tui.domain.entities import Kind
from crm_tui.domain.money import Money
from crm_tui.interchange.items import import_items, superiors_first
from crm_tui.interchange.plan import ReadOptions, read
from crm_tui.interchange.records import CaseRecord, CustomerRecord, Record, UserRecord
from crm_tui.store.history import ImportItem

DATA = Path(__file__).parent.parent / "data"


def items_of(records: list[Record], notes: list[tuple[int, str]], *known: str) -> list[ImportItem]:
    def note(line: int, text: str) -> None:
        notes.append((line, text))

    return list(import_items(records, currency="EUR", known_users=known, note=note))


def items_of_file(name: str) -> list[ImportItem]:
    with read(DATA / name, ReadOptions(default_currency="EUR")) as plan:
        return items_of(list(plan.records()), [], "northwind:employee:4")


def test_a_customer_comes_with_address_and_contact_after_it() -> None:
    customer, address, contact = items_of_file("northwind/customers.csv")[:3]
    assert (customer.kind, address.kind, contact.kind) == (Kind.CUSTOMER, Kind.ADDRESS, Kind.CONTACT)
    assert customer.fields == {"name": "Alfreds Futterkiste", "phone": "030-0074321"}
    assert address.refs == {"customer": customer.external_ref}
    assert address.fields["postal_code"] == "12209"
    assert contact.refs == {"customer": customer.external_ref, "address": address.external_ref}
    assert contact.fields["phones"] == (Phone("030-0074321"), Phone("030-0076545", PhoneKind.FAX))


def test_an_order_is_a_case_and_an_invoice_of_it() -> None:
    case, invoice = items_of_file("northwind/orders.csv")[4:6]
    assert case.refs == {"customer": "northwind:customer:HANAR", "owner": "northwind:employee:4"}
    assert (case.fields["sales_state"], case.fields["expected_value"]) == (SalesState.WON, 155_260)
    assert invoice.refs == {"customer": "northwind:customer:HANAR", "cases": (case.external_ref,)}
    assert (invoice.fields["total"], invoice.fields["currency"]) == (155_260, "EUR")


def test_an_owner_who_is_unknown_is_left_out_and_told_once() -> None:
    notes: list[tuple[int, str]] = []
    cases: list[Record] = [
        CaseRecord(line=n, external_ref=f"c{n}", customer_ref="x", name="A", owner_ref="salesforce:005") for n in (2, 3)
    ]
    assert [item.refs for item in items_of(cases, notes)] == [{"customer": "x"}] * 2
    assert [line for line, _ in notes] == [2]


def test_what_the_customer_has_no_field_for_goes_into_the_description() -> None:
    record = CustomerRecord(
        line=2,
        external_ref="c",
        name="A",
        description="Old friend",
        fax="09 1",
        annual_revenue=Money(6_000_000_000, "USD"),
    )
    [item] = items_of([record], [])
    assert item.fields["description"] == "Old friend\nFax: 09 1\nAnnual revenue: 60 000 000 USD"
    assert "annual_revenue" not in item.fields


def test_superiors_come_before_those_who_report_to_them() -> None:
    order = [item.external_ref.rpartition(":")[2] for item in items_of_file("northwind/employees.csv")]
    assert sorted(order) == [str(n) for n in range(1, 10)]
    for user, superior in (("1", "2"), ("5", "2"), ("6", "5"), ("9", "5")):
        assert order.index(superior) < order.index(user)
    circle = {
        ref: UserRecord(line=1, external_ref=ref, name=ref, login=ref, superior_ref=above)
        for ref, above in (("a", "b"), ("b", "c"), ("c", "a"))
    }
    assert {user.external_ref for user in superiors_first(circle)} == {"a", "b", "c"}
