"""Merging customers and contacts: everything goes over, nobody moves what they don't see."""

from __future__ import annotations

import pytest
from tests.store.conformance import given
from tests.store.conftest import AsUser, Value

from crm_tui.domain.addresses import NewAddress
from crm_tui.domain.contacts import Contact, ContactChange, Email
from crm_tui.domain.customers import Customer, CustomerChange
from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import Blocked, Conflict, Denied, Invalid, NotFound
from crm_tui.domain.files import NewFile
from crm_tui.domain.permissions import CustomerLevel, ProjectLevel
from crm_tui.domain.registries import RegistryChange, RegistryKind
from crm_tui.domain.settings import BillingChange
from crm_tui.store.customers import CustomerQuery
from crm_tui.store.merging import Merged
from crm_tui.store.port import Store


def merge(
    store: Store, stays: Customer, goes: Customer, billing: BillingChange | None = None, **fields: object
) -> Merged:
    """Merge two customers as they are now."""
    revisions = (store.customers.get(stays.id).revision, store.customers.get(goes.id).revision)
    of_billing = (store.billing.of_customer(stays.id).revision, store.billing.of_customer(goes.id).revision)
    change = CustomerChange(**fields)  # type: ignore[arg-type]  # what a test gives
    return store.merging.customers(stays.id, goes.id, revisions, of_billing, change, billing or BillingChange())


def merge_contacts(store: Store, stays: Contact, goes: Contact, **fields: object) -> Merged:
    """Merge two contacts as they are now."""
    revisions = (store.contacts.get(stays.id).revision, store.contacts.get(goes.id).revision)
    change = ContactChange(**fields)  # type: ignore[arg-type]  # what a test gives
    return store.merging.contacts(stays.id, goes.id, revisions, change)


def test_everything_goes_over(store: Store) -> None:
    stays, goes = given.customer(store, "Aalto Group"), given.customer(store, "Aalto Oy")
    address = store.addresses.create(NewAddress(customer=goes.id, city="Espoo"))
    contact = given.contact(store, goes, address=address.id)
    case = given.case(store, goes, contact=contact.id)
    paid = given.case(store, given.customer(store, "Other"), billing_customer=goes.id)
    task, todo = given.task(store, case), given.todo(store, goes)
    note, file = (
        given.note(store, goes),
        store.files.create(NewFile(customer=goes.id, name="Plan", url="https://a.example")),
    )
    invoice = given.invoice(store, goes, cases=(case.id,))

    seen = store.merging.check_customers(stays.id, goes.id)
    merged = merge(store, stays, goes)

    assert (seen.blockers, seen.stays.name, seen.goes.name) == ((), "Aalto Group", "Aalto Oy")
    assert (seen.stays_billing.id, seen.goes_billing.id) == (stays.id, goes.id)
    expected = {"addresses": 1, "contacts": 1, "cases": 2, "activities": 2, "notes": 1, "invoices": 1, "files": 1}
    assert seen.moves == merged.moved == expected
    with pytest.raises(NotFound):
        store.customers.get(goes.id)
    moved = (
        store.addresses.get(address.id), store.contacts.get(contact.id), store.cases.get(case.id),
        store.activities.get(task.id), store.activities.get(todo.id), store.notes.get(note.id),
        store.files.get(file.id), store.finance.invoice(invoice.id),
    )  # fmt: skip
    assert {row.customer for row in moved} == {stays.id}
    assert {row.revision for row in moved} == {2}
    assert store.cases.get(paid.id).billing_customer == stays.id
    assert store.finance.invoice(invoice.id).receiver == invoice.receiver
    assert store.customers.get(stays.id).headquarters == address.id


def test_the_history_of_the_one_that_stays_tells_of_it(store: Store) -> None:
    stays, goes = given.customer(store, "Aalto Group"), given.customer(store, "Aalto Oy")
    contact = given.contact(store, goes)

    merged = merge(store, stays, goes, name="Aalto")

    lines = [line for line in store.history.of_customer(stays.id, given.ALL).rows if line.change == merged.change]
    told = {(line.kind, line.field, line.old_label, line.new_label) for line in lines}
    assert told == {
        (Kind.CONTACT, "customer", "Aalto Oy", "Aalto"),
        (Kind.CUSTOMER, "name", "Aalto Group", "Aalto"),
        (Kind.CUSTOMER, "merged", "", "Aalto Oy"),
    }
    assert store.history.of_entity(Kind.CONTACT, contact.id, given.ALL).rows[0].change == merged.change
    (step, *_) = store.history.steps(given.ALL).rows
    assert (step.change, step.kind, step.entity, step.customer) == (merged.change, Kind.CUSTOMER, stays.id, stays.id)
    assert step.label == "Customer Aalto Oy merged into Aalto, with 1 contact"


def test_fields_are_taken_as_they_were_chosen(store: Store, value: Value) -> None:
    group = value(RegistryKind.SEGMENT_GROUP, "Size")
    segments = tuple(value(RegistryKind.SEGMENT, name, group=group) for name in ("Small", "Large"))
    stays = given.customer(store, "Aalto Group", segments=segments[:1])
    goes = given.customer(store, "Aalto Oy", segments=segments[1:])
    theirs = store.addresses.create(NewAddress(customer=goes.id, city="Espoo"))
    store.addresses.create(NewAddress(customer=stays.id, city="Oulu"))
    for segment in segments:  # disabled since: who has it keeps it
        known = store.registries.get(segment)
        store.registries.update(known.id, known.revision, RegistryChange(is_active=False))

    fields = {"number": goes.number, "segments": segments, "headquarters": theirs.id}
    merge(store, stays, goes, BillingChange(payment_term=21), **fields)

    after = store.customers.get(stays.id)
    assert (after.number, after.segments, after.headquarters) == (goes.number, segments, theirs.id)
    assert store.billing.of_customer(stays.id).payment_term == 21
    card = store.customers.card(stays.id, given.TODAY)
    assert {address.city for address in card.addresses} == {"Espoo", "Oulu"}


def test_a_headquarters_stays(store: Store) -> None:
    stays, goes = given.customer(store, "Aalto Group"), given.customer(store, "Aalto Oy")
    ours, _ = (store.addresses.create(NewAddress(customer=one.id, city="Espoo")) for one in (stays, goes))
    merge(store, stays, goes)
    assert store.customers.get(stays.id).headquarters == ours.id


def test_nothing_is_merged_with_itself_or_the_own_company(store: Store) -> None:
    own = given.customer(store, "Kallio Consulting Oy", is_internal=True)
    other = given.customer(store)
    for stays, goes in ((own, other), (other, own), (other, other)):
        with pytest.raises(Invalid):
            store.merging.check_customers(stays.id, goes.id)
        with pytest.raises(Invalid):
            merge(store, stays, goes)
    contact = given.contact(store, other)
    with pytest.raises(Invalid):
        merge_contacts(store, contact, contact)


def test_who_saved_first_is_not_overwritten(store: Store) -> None:
    stays, goes = given.customer(store, "Aalto Group"), given.customer(store, "Aalto Oy")
    newer = store.customers.update(goes.id, goes.revision, CustomerChange(phone="1"))
    for one, other, revisions in ((stays, goes, (1, 1)), (goes, stays, (1, 1))):
        with pytest.raises(Conflict) as conflict:
            store.merging.customers(one.id, other.id, revisions, (1, 1), CustomerChange(name="Aalto"), BillingChange())
        assert conflict.value.theirs == newer


def test_it_takes_permissions(store: Store, as_user: AsUser) -> None:
    stays, goes = given.customer(store, "Aalto Group"), given.customer(store, "Aalto Oy")
    one, other = given.contact(store, stays), given.contact(store, goes, "Lisa")
    reader = as_user("reader", customers=CustomerLevel.READ)
    editor = as_user("editor", customers=CustomerLevel.EDIT)
    for denied, permission in ((reader, "customers: edit"), (editor, "delete customers")):
        with pytest.raises(Denied) as error:
            denied.merging.check_customers(stays.id, goes.id)
        assert error.value.permission == permission
        with pytest.raises(Denied):
            merge(denied, stays, goes)
    with pytest.raises(Denied):
        merge_contacts(reader, one, other)
    assert merge_contacts(editor, one, other).moved == {"cases": 0, "activities": 0}


def test_nobody_moves_what_they_do_not_see(store: Store, as_user: AsUser) -> None:
    stays, goes = given.customer(store, "Aalto Group"), given.customer(store, "Aalto Oy")
    contact = given.contact(store, goes)
    given.case(store, goes, "Secret", contact=contact.id)
    given.invoice(store, goes, cases=())
    merger = as_user("merger", delete_customers=True, projects=ProjectLevel.MANAGER)

    assert [(b.kind, b.id, b.label) for b in merger.merging.check_customers(stays.id, goes.id).blockers] == [
        ("case", 0, "cases hidden by your permissions"),
        ("invoice", 0, "invoices hidden by your permissions"),
    ]
    with pytest.raises(Blocked, match="Aalto Oy can't be merged because of cases hidden by your permissions"):
        merge(merger, stays, goes)
    with pytest.raises(Blocked):
        merge(merger, goes, stays)
    with pytest.raises(Blocked):
        merge_contacts(merger, given.contact(store, stays), contact)


def test_a_contact_stands_wherever_the_other_stood(store: Store, value: Value) -> None:
    stays_at, goes_at = given.customer(store, "Aalto Group"), given.customer(store, "Aalto Oy")
    stays, goes = (
        given.contact(store, stays_at, "Liisa"),
        given.contact(store, goes_at, "Lisa", emails=(Email("l@a.example"),)),
    )
    third = given.contact(store, goes_at, "Kalle")
    case = given.case(store, goes_at, contact=goes.id, further_contacts=(third.id,))
    both = given.case(store, goes_at, contact=third.id, further_contacts=(goes.id,))
    todo = given.todo(store, goes_at, contact_participants=(stays.id, third.id, goes.id))

    seen = store.merging.check_contacts(stays.id, goes.id)
    merged = merge_contacts(store, stays, goes, emails=goes.emails, keywords=(value(RegistryKind.KEYWORD, "VIP"),))

    assert (seen.stays_customer_name, seen.goes_customer_name) == ("Aalto Group", "Aalto Oy")
    assert seen.moves == merged.moved == {"cases": 2, "activities": 1}
    assert store.cases.get(case.id).contact == stays.id
    assert store.cases.get(both.id).further_contacts == (stays.id,)
    assert store.activities.get(todo.id).contact_participants == (stays.id, third.id)
    assert store.contacts.get(stays.id).emails == goes.emails
    with pytest.raises(NotFound):
        store.contacts.get(goes.id)
    (step, *_) = store.history.steps(given.ALL).rows
    assert step.label == "Contact Lisa Laine merged into Liisa Laine, with 2 cases, 1 activity"


def test_the_address_of_a_contact_is_its_customers(store: Store) -> None:
    stays_at, goes_at = given.customer(store, "Aalto Group"), given.customer(store, "Aalto Oy")
    theirs = store.addresses.create(NewAddress(customer=goes_at.id, city="Espoo"))
    stays, goes = given.contact(store, stays_at), given.contact(store, goes_at, address=theirs.id)
    with pytest.raises(Invalid, match="same customer"):
        merge_contacts(store, stays, goes, address=theirs.id)
    assert store.contacts.get(goes.id) == goes


def test_a_contact_stands_once_on_a_case(store: Store) -> None:
    customer = given.customer(store)
    stays, goes = given.contact(store, customer, "Liisa"), given.contact(store, customer, "Lisa")
    one = given.case(store, customer, contact=stays.id, further_contacts=(goes.id,))
    other = given.case(store, customer, contact=goes.id, further_contacts=(stays.id,))
    merge_contacts(store, stays, goes)
    for case in (one, other):
        found = store.cases.get(case.id)
        assert (found.contact, found.further_contacts) == (stays.id, ())


def test_marks_go_over(store: Store, as_user: AsUser) -> None:
    stays, goes = given.customer(store, "Aalto Group"), given.customer(store, "Aalto Oy")
    other = as_user("other")
    other.customers.set_favourite(goes.id, favourite=True)
    other.customers.opened(goes.id)
    merge(store, stays, goes)
    page = other.customers.page(CustomerQuery(favourites=True), given.ALL)
    assert [row.id for row in page.rows] == [stays.id]
    recent = other.customers.page(CustomerQuery(recent=True), given.ALL)
    assert [row.id for row in recent.rows] == [stays.id]
