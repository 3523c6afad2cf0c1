"""The rules that entities keep by themselves: headquarters, required fields, times, money's states, billing."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET
from msgspec.structs import replace

from crm_tui.domain.activities import ActivityFields, ActivityKind, NoteFields, check_activity, check_note
from crm_tui.domain.addresses import AddressFields, NewAddress, check_address, one_line
from crm_tui.domain.cases import CaseChange, CaseFields, SalesState, check_case, entering
from crm_tui.domain.contacts import ContactFields, Email, Phone, check_contact
from crm_tui.domain.customers import (
    CustomerFields,
    check_customer,
    headquarters_after_adding,
    headquarters_after_removing,
)
from crm_tui.domain.errors import Invalid
from crm_tui.domain.files import FileFields, FileKind, check_file
from crm_tui.domain.finance import InvoiceFields, Receiver, check_invoice, check_month
from crm_tui.domain.registries import RegistryFields, RegistryKind, RegistryValue, check_choice, check_registry_value
from crm_tui.domain.settings import BillingSettings, check_billing
from crm_tui.domain.users import NewOrganization, UserFields, check_organization, check_user

TODAY = date(2026, 11, 18)
NOW = datetime(2026, 11, 18, 10, tzinfo=UTC)
blank = st.text(alphabet=" \t\u00a0\n", max_size=4)


def refused(field: str) -> pytest.RaisesExc[Invalid]:  # the field is what the form shows the error under
    return pytest.raises(Invalid, match=field.replace("_", " "))


# Headquarters (rule 4)


@given(st.lists(st.sampled_from(["add", "remove headquarters", "remove other"]), max_size=30))
def test_a_customer_with_addresses_always_has_a_headquarters(steps: list[str]) -> None:
    addresses: list[int] = []
    headquarters: int | None = None
    for number, step in enumerate(steps, 1):
        if step == "add":
            addresses.append(number)
            headquarters = headquarters_after_adding(headquarters, number)
        elif addresses:
            others = [key for key in addresses if key != headquarters]
            key = headquarters if step == "remove headquarters" else next(iter(others), headquarters)
            assert key is not None
            try:
                after = headquarters_after_removing(headquarters, key, len(addresses) - 1)
            except Invalid:
                assert key == headquarters
                assert len(addresses) > 1
                continue
            addresses.remove(key)
            headquarters = after
        assert (headquarters in addresses) if addresses else headquarters is None


def test_the_first_address_becomes_the_headquarters_and_later_ones_do_not() -> None:
    assert headquarters_after_adding(None, 7) == 7
    assert headquarters_after_adding(7, 8) == 7


# Names that are needed


@given(blank)
def test_what_needs_a_name_refuses_blanks(name: str) -> None:
    with refused("name"):
        check_customer(CustomerFields(name=name))
    with refused("first_name"):
        check_contact(ContactFields(customer=1, first_name=name, last_name="Lahtinen"))
    with refused("last_name"):
        check_contact(ContactFields(customer=1, first_name="Eeva", last_name=name))
    with refused("text"):
        check_note(NoteFields(customer=1, text=name))
    with refused("name"):
        check_case(CaseFields(customer=1, name=name), None)


@given(st.text(min_size=1).filter(lambda text: bool(text.strip())))
def test_any_text_is_a_name_unless_it_cannot_be_stored(name: str) -> None:
    impossible = "\0" in name or any("\ud800" <= char <= "\udfff" for char in name)
    if impossible:
        with refused("name"):
            check_customer(CustomerFields(name=name))
    else:
        check_customer(CustomerFields(name=name))


def test_contacts_have_no_empty_numbers_and_addresses() -> None:
    eeva = ContactFields(customer=1, first_name="Eeva", last_name="Lahtinen")
    with refused("emails"):
        check_contact(replace(eeva, emails=(Email(" "),)))
    with refused("phones"):
        check_contact(replace(eeva, phones=(Phone(""),)))
    check_contact(replace(eeva, emails=(Email("eeva@kallavesi.example"),), phones=(Phone("040 555 0143"),)))


# Addresses


def test_an_address_says_something_and_names_its_country_by_code() -> None:
    with refused("line1"):
        check_address(NewAddress(customer=1))
    with refused("country"):
        check_address(NewAddress(customer=1, city="Kuopio", country="Finland"))
    with refused("country"):
        check_address(NewAddress(customer=1, city="Kuopio", country="fi"))
    check_address(NewAddress(customer=1, postal_code="00100"))


def test_an_address_on_one_line_names_the_country_abroad_only() -> None:
    bergen = AddressFields(customer=1, line1="Strandgaten 9", postal_code="5013", city="Bergen", country="NO")
    assert one_line(bergen, "NO") == "Strandgaten 9, 5013 Bergen"
    assert one_line(bergen, "FI") == "Strandgaten 9, 5013 Bergen NO"
    assert one_line(AddressFields(customer=1, city="Oslo")) == "Oslo"


# Activities


def test_a_task_belongs_to_a_project_and_only_it_has_an_assignee() -> None:
    with refused("case"):
        check_activity(ActivityFields(kind=ActivityKind.TASK, name="Measure"))
    with refused("assignee"):
        check_activity(ActivityFields(kind=ActivityKind.TODO, name="Call", assignee=3))
    check_activity(ActivityFields(kind=ActivityKind.TASK, name="Measure", case=2, assignee=3))


@given(st.integers(min_value=-10_000, max_value=10_000))
def test_an_entry_never_ends_before_it_starts(minutes: int) -> None:
    entry = ActivityFields(
        kind=ActivityKind.CALENDAR, name="Visit", starts_at=NOW, ends_at=NOW + timedelta(minutes=minutes)
    )
    if minutes < 0:
        with refused("ends_at"):
            check_activity(entry)
    else:
        check_activity(entry)


def test_an_all_day_entry_has_a_date_and_a_timed_one_a_start() -> None:
    with refused("starts_on"):
        check_activity(ActivityFields(kind=ActivityKind.ABSENCE, name="Leave", all_day=True))
    with refused("starts_at"):
        check_activity(ActivityFields(kind=ActivityKind.PERSONAL, name="Dentist"))
    with refused("due"):
        leave = ActivityFields(kind=ActivityKind.ABSENCE, name="Leave", all_day=True, starts_on=TODAY)
        check_activity(replace(leave, due=TODAY - timedelta(days=1)))
    check_activity(ActivityFields(kind=ActivityKind.TODO, name="Call"))  # a to-do needs only a name (rule 12)


# Cases (rule 13)


def test_won_sets_probability_and_order_date_unless_they_are_given() -> None:
    won = entering(SalesState.WON, CaseChange(), TODAY)
    assert (won.probability, won.expected_order_date) == (100, TODAY)
    own = CaseChange(probability=90, expected_order_date=None)
    assert entering(SalesState.WON, own, TODAY) == own


def test_lost_closes_and_open_again_reopens() -> None:
    lost = entering(SalesState.LOST, CaseChange(), TODAY)
    assert (lost.probability, lost.closed) == (0, TODAY)
    again = entering(SalesState.OPEN, CaseChange(), TODAY)
    assert (again.closed, again.probability) == (None, UNSET)


@given(st.integers())
def test_percentages_are_whole_and_from_0_to_100(percent: int) -> None:
    case = CaseFields(customer=1, name="Retrofit")
    if 0 <= percent <= 100:
        check_case(replace(case, completion=percent), percent)
    else:
        with refused("probability"):
            check_case(case, percent)
        with refused("completion"):
            check_case(replace(case, completion=percent), None)


def test_a_deadline_is_not_before_the_start() -> None:
    with refused("deadline"):
        check_case(CaseFields(customer=1, name="Retrofit", start=TODAY, deadline=TODAY - timedelta(days=1)), None)


# Finance


def test_an_invoice_has_a_number_a_receiver_and_a_due_date_that_can_be_met() -> None:
    invoice = InvoiceFields(customer=1, number="1", date=TODAY, currency="EUR", receiver=Receiver(name="Acme"))
    check_invoice(invoice)
    with refused("number"):
        check_invoice(replace(invoice, number=" "))
    with refused("receiver"):
        check_invoice(replace(invoice, receiver=Receiver(name="")))
    with refused("due"):
        check_invoice(replace(invoice, due=TODAY - timedelta(days=1)))


@given(st.integers(), st.integers())
def test_only_months_are_months(year: int, month: int) -> None:
    if 1900 <= year <= 2999 and 1 <= month <= 12:
        check_month(year, month)
    else:
        with refused("month"):
            check_month(year, month)


# Files


def test_a_link_leads_somewhere_and_a_file_does_not() -> None:
    with refused("url"):
        check_file(FileFields(customer=1, name="Plans", kind=FileKind.LINK))
    with refused("url"):
        check_file(FileFields(customer=1, name="Plans", kind=FileKind.FILE, url="https://example.com"))
    check_file(FileFields(customer=1, name="Plans", kind=FileKind.FILE))


# Settings


def settings(**fields: object) -> BillingSettings:
    empty = BillingSettings(id=1, revision=1, created_at=NOW, created_by=None, updated_at=NOW, updated_by=None)
    return replace(empty, **fields)


@given(st.integers())
def test_a_payment_term_is_0_to_365_days(days: int) -> None:
    if 0 <= days <= 365:
        check_billing(settings(payment_term=days))
    else:
        with refused("payment_term"):
            check_billing(settings(payment_term=days))


@pytest.mark.parametrize("field", ["overdue_interest", "vat_percent"])
def test_percentages_of_settings(field: str) -> None:
    check_billing(settings(**{field: Decimal("25.5")}))
    for percent in ("-0.1", "100.1"):
        with refused(field):
            check_billing(settings(**{field: Decimal(percent)}))


def test_an_e_invoice_address_comes_with_its_operator() -> None:
    check_billing(settings(einvoice_address="0037", einvoice_operator="003799"))
    for field in ("einvoice_address", "einvoice_operator"):
        with refused("einvoice_address"):
            check_billing(settings(**{field: "0037"}))


# Registries (rule 6)


def test_a_disabled_value_stays_and_is_not_chosen_anew() -> None:
    role = RegistryValue(
        kind=RegistryKind.CONTACT_ROLE, name="Buyer", is_active=False, id=1, revision=1,
        created_at=NOW, created_by=None, updated_at=NOW, updated_by=None,
    )  # fmt: skip
    check_choice(role, RegistryKind.CONTACT_ROLE, "role", kept=True)
    with refused("role"):
        check_choice(role, RegistryKind.CONTACT_ROLE, "role", kept=False)
    with refused("industry"):
        check_choice(replace(role, is_active=True), RegistryKind.INDUSTRY, "industry", kept=False)


def test_a_segment_has_a_group_and_a_sales_status_a_state() -> None:
    with refused("group"):
        check_registry_value(RegistryFields(kind=RegistryKind.SEGMENT, name="Shipyards"))
    with refused("sales_state"):
        check_registry_value(RegistryFields(kind=RegistryKind.SALES_STATUS, name="Offer sent"))


# Users and the organization


def test_a_login_has_no_blanks_and_nothing_that_is_not_seen() -> None:
    for login in ("eeva l", "eeva\n", "ee\x1b[31mva", "ee\u200bva", "ee\ud800va", "e\0", ""):
        with refused("login"):
            check_user(UserFields(name="Eeva", login=login, profile=1))
    check_user(UserFields(name="Eeva", login="eeva", profile=1))


def test_the_e_mail_of_a_user_is_one() -> None:
    for email in ("no mail at all\n", "\ud800", " eeva@example.org", "eeva@example.org\n", ""):
        with refused("email"):
            check_user(UserFields(name="Eeva", login="eeva", profile=1, email=email))
    check_user(UserFields(name="Eeva", login="eeva", profile=1, email="eeva@example.org"))


@pytest.mark.parametrize(("field", "value"), [("country", "Finland"), ("currency", "€"), ("currency", "eur")])
def test_an_organization_uses_codes(field: str, value: str) -> None:
    acme = NewOrganization(name="Acme", country="FI", currency="EUR", language="fi", time_zone="Europe/Helsinki")
    check_organization(acme)
    with refused(field):
        check_organization(replace(acme, **{field: value}))
