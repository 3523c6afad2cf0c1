"""Rule 8 through the port: an erased person is a Deleted Contact wherever they were, and known by nothing else."""

from __future__ import annotations

import datetime as dt

import msgspec
import pytest
from tests.store.conformance import given
from tests.store.conformance.given import ALL, TODAY
from tests.store.conftest import NOW, Clock, Value

from crm_tui.domain.cases import Case, CaseChange
from crm_tui.domain.contacts import Contact, ContactChange, Email, Phone
from crm_tui.domain.customers import Customer
from crm_tui.domain.entities import Kind
from crm_tui.domain.finance import Invoice, Receiver
from crm_tui.domain.registries import RegistryKind
from crm_tui.store.activities import FeedPart
from crm_tui.store.history import ImportItem
from crm_tui.store.port import Store

#: all that the person was ever known by
KNOWN_BY = (
    "Xaverius", "Quendelmann", "Zwergmann", "geheimnis@aalto.example", "4055501234", "Obermufti", "Kryptonit",
    "1980-02-29", "crm-7781",
)  # fmt: skip


@pytest.fixture
def customer(store: Store) -> Customer:
    return given.customer(store)


@pytest.fixture
def person(store: Store, customer: Customer, value: Value) -> Contact:
    """Somebody who came by an import, was renamed and has everything a contact can have."""
    run = store.imports.begin("people.csv")
    fields = {"customer": customer.id, "first_name": "Xaverius", "last_name": "Quendelmann"}
    store.imports.write(run, [ImportItem(kind=Kind.CONTACT, external_ref="crm-7781", fields=fields, line=1)])
    store.imports.finish(run)
    (row,) = store.contacts.of_customer(customer.id, ALL).rows
    change = ContactChange(
        last_name="Zwergmann",
        title="Obermufti",
        emails=(Email("geheimnis@aalto.example"),),
        phones=(Phone("+358 40 5550 1234"), Phone("+3584055501234")),
        description="Kryptonit",
        date_of_birth=dt.date(1980, 2, 29),
        keywords=(value(RegistryKind.KEYWORD, "VIP"),),
        role=value(RegistryKind.CONTACT_ROLE, "Decision maker"),
    )
    return store.contacts.update(row.contact.id, row.contact.revision, change)


@pytest.fixture
def other(store: Store, customer: Customer) -> Contact:
    return given.contact(store, customer)


def erase(store: Store, person: Contact) -> None:
    store.contacts.delete(person.id, person.revision)


def dumped(store: Store) -> str:
    """All that the store holds, as it is exported."""
    return msgspec.json.encode(list(store.portable.dump())).decode()


def test_the_whole_store_knows_nothing_of_the_person_any_more(store: Store, person: Contact) -> None:
    before = dumped(store)
    assert [word for word in KNOWN_BY if word not in before] == []
    erase(store, person)
    after = dumped(store)
    assert [word for word in KNOWN_BY if word in after] == []


def test_others_are_told_how_many_were_erased(store: Store, person: Contact, other: Contact) -> None:
    before = store.erasures()
    store.contacts.update(other.id, other.revision, ContactChange(title="Buyer"))
    assert store.erasures() == before
    erase(store, person)
    assert store.erasures() == before + 1


def test_cases_show_a_deleted_contact_and_keep_their_place(
    store: Store, customer: Customer, person: Contact, other: Contact
) -> None:
    first = given.case(store, customer, contact=person.id, further_contacts=(other.id, person.id))
    second = given.case(store, customer, "Spare parts", contact=other.id, further_contacts=(person.id,))
    erase(store, person)

    def shown(case: Case) -> tuple[str | None, tuple[int, ...]]:
        row = store.cases.details(case.id, TODAY).row
        return row.contact_name, row.case.further_contacts

    assert shown(first) == ("Deleted Contact", (other.id, person.id))
    assert shown(second) == ("Liisa Laine", (person.id,))
    assert (store.cases.get(first.id).revision, store.cases.get(second.id).revision) == (1, 1)


def test_a_case_can_be_changed_further_and_the_deleted_contact_taken_out(
    store: Store, customer: Customer, person: Contact, other: Contact
) -> None:
    case = given.case(store, customer, contact=person.id, further_contacts=(person.id,))
    erase(store, person)
    case = store.cases.update(case.id, case.revision, CaseChange(name="Robot cells"))
    assert (case.contact, case.further_contacts) == (person.id, (person.id,))
    case = store.cases.update(case.id, case.revision, CaseChange(contact=other.id, further_contacts=()))
    assert store.cases.details(case.id, TODAY).row.contact_name == "Liisa Laine"


def test_activities_keep_their_participant_and_lead_to_one_that_is_left(
    store: Store, customer: Customer, person: Contact, other: Contact
) -> None:
    meeting = given.meeting(store, customer, NOW + dt.timedelta(days=1), contact_participants=(person.id, other.id))
    erase(store, person)
    assert store.activities.get(meeting.id) == meeting
    (row,) = store.activities.feed(customer.id, FeedPart.PLANNED, ALL, NOW, TODAY).rows
    assert row.contact == other.id


def test_invoices_keep_their_receiver_to_the_letter(store: Store, customer: Customer, person: Contact) -> None:
    receiver = Receiver(name="Aalto Robotics Oy", contact_name="Xaverius  Zwergmann ", line1="Otaniementie  9")
    invoice: Invoice = given.invoice(store, customer, receiver=receiver)
    erase(store, person)
    assert store.finance.invoice(invoice.id) == invoice
    assert [row.invoice for row in store.finance.invoices(customer.id, ALL).rows] == [invoice]


def test_the_history_tells_of_a_deleted_contact_only(store: Store, customer: Customer, person: Contact) -> None:
    case = given.case(store, customer, contact=person.id)
    case = store.cases.update(case.id, case.revision, CaseChange(contact=None))
    store.cases.update(case.id, case.revision, CaseChange(contact=person.id))
    erase(store, person)

    lines = store.history.of_customer(customer.id, ALL).rows
    told = " ".join(msgspec.json.encode(line).decode() for line in lines)
    assert [word for word in KNOWN_BY if word in told] == []
    changes = [(line.old_label, line.new_label) for line in lines if (line.kind, line.field) == (Kind.CASE, "contact")]
    assert changes == [("", "Deleted Contact"), ("Deleted Contact", "")]
    assert {line.entity_label for line in lines if line.kind is Kind.CONTACT} == {"Deleted Contact"}


def test_nothing_finds_the_person_by_any_name(store: Store, person: Contact) -> None:
    erase(store, person)
    for text in (*KNOWN_BY, "uendelman", "wergman", "040 5550 1234", "+358 40 5550 1234"):
        assert not [hit for hit in store.search.anything(text, inactive=True).hits if hit.kind is Kind.CONTACT], text


def test_taking_steps_back_brings_nothing_back(store: Store, customer: Customer, clock: Clock, value: Value) -> None:
    person = given.contact(store, customer, "Xaverius", "Quendelmann")
    person = store.contacts.update(person.id, 1, ContactChange(last_name="Zwergmann", title="Obermufti"))
    case = given.case(store, customer, contact=person.id)
    erase(store, person)
    store.cases.update(case.id, case.revision, CaseChange(name="Robot cells"))

    while steps := [step for step in store.history.steps(ALL).rows if not step.is_undone]:
        if steps[0].kind is Kind.CUSTOMER:  # it stays: of the person, an id is left
            break
        store.history.undo(steps[0].change)

    assert store.contacts.get(person.id).is_deleted
    assert [word for word in KNOWN_BY if word in dumped(store)] == []


def test_taking_the_import_back_brings_nothing_back(store: Store, customer: Customer, person: Contact) -> None:
    erase(store, person)
    report = store.imports.undo(store.imports.list()[0].id)
    told = f"{report}{dumped(store)}"
    assert [word for word in KNOWN_BY if word in told] == []


def test_who_came_back_with_their_customer_is_erased_as_well(store: Store, customer: Customer, person: Contact) -> None:
    store.customers.delete(customer.id, store.customers.get(customer.id).revision)
    assert "Kryptonit" in dumped(store)  # the change log keeps what may come back
    store.history.undo()
    erase(store, store.contacts.get(person.id))
    assert [word for word in KNOWN_BY if word in dumped(store)] == []

    store.customers.delete(customer.id, store.customers.get(customer.id).revision)
    store.history.undo()
    assert store.contacts.get(person.id).is_deleted
    assert [word for word in KNOWN_BY if word in dumped(store)] == []
