"""Changes made while two were one, and undone after they were parted: each thing is where it belongs then."""

from __future__ import annotations

import datetime as dt

import pytest
from msgspec.structs import replace
from tests.store.conformance import given
from tests.store.conformance.taking_back import address
from tests.store.conformance.test_merging import merge, merge_contacts
from tests.store.conftest import NOW, AsUser

from crm_tui.domain.activities import ActivityChange, ActivityKind
from crm_tui.domain.cases import CaseChange
from crm_tui.domain.contacts import ContactChange
from crm_tui.domain.errors import Invalid, NotFound, NotUndoable
from crm_tui.domain.finance import InvoiceChange
from crm_tui.domain.permissions import CustomerLevel, ProjectLevel
from crm_tui.store.port import Store


def last(store: Store) -> int:
    """The change that was just made."""
    return store.history.steps(given.ALL).rows[0].change


def test_what_was_deleted_comes_back_at_the_one_that_it_came_from(store: Store) -> None:
    stays, goes = given.customer(store, "Aalto Group"), given.customer(store, "Aalto Oy")
    case = given.case(store, goes, billing_customer=goes.id)
    note, todo, ours = given.note(store, goes), given.todo(store, goes), given.todo(store, stays)
    invoice = given.invoice(store, goes, cases=(case.id,), billing_customer=goes.id)
    change = merge(store, stays, goes).change
    deletions = []
    store.finance.delete_invoice(invoice.id, 3)
    deletions.append(last(store))
    store.cases.delete(case.id, store.cases.get(case.id).revision)
    deletions.append(last(store))
    store.notes.delete(note.id, 2)
    deletions.append(last(store))
    for activity in (todo, ours):
        store.activities.delete(activity.id, store.activities.get(activity.id).revision)
        deletions.append(last(store))
    store.history.undo(change)
    for deletion in reversed(deletions):
        store.history.undo(deletion)

    found = store.cases.get(case.id), store.finance.invoice(invoice.id)
    assert {(one.customer, one.billing_customer) for one in found} == {(goes.id, goes.id)}
    assert store.notes.get(note.id).customer == store.activities.get(todo.id).customer == goes.id
    assert store.activities.get(ours.id).customer == stays.id


def test_it_comes_back_at_the_first_of_several_that_were_merged(store: Store) -> None:
    first, second, third = (given.customer(store, name) for name in ("Aalto Oy", "Aalto Ab", "Aalto"))
    earlier = merge(store, first, second).change  # and parted: that is no matter later
    store.history.undo(earlier)
    todo = given.todo(store, first)
    merges = [merge(store, second, first).change, merge(store, third, second).change]
    store.activities.delete(todo.id, 3)
    deletion = last(store)
    store.history.undo(merges[1])
    store.history.undo(deletion)
    assert store.activities.get(todo.id).customer == second.id
    store.history.redo(deletion)
    store.history.undo(merges[0])
    store.history.undo(deletion)
    assert store.activities.get(todo.id).customer == first.id


def test_people_come_back_where_they_stood(store: Store) -> None:
    customer = given.customer(store)
    stays, goes, third = (given.contact(store, customer, first) for first in ("Liisa", "Lisa", "Kalle"))
    case = given.case(store, customer, contact=goes.id, further_contacts=(third.id, stays.id))
    todo = given.todo(store, customer, contact_participants=(third.id, goes.id))
    change = merge_contacts(store, stays, goes).change
    store.activities.delete(todo.id, store.activities.get(todo.id).revision)
    deletions = [last(store)]
    store.cases.delete(case.id, store.cases.get(case.id).revision)
    deletions.append(last(store))
    store.history.undo(change)
    for deletion in deletions:
        store.history.undo(deletion)
    assert store.activities.get(todo.id).contact_participants == (third.id, goes.id)
    back = store.cases.get(case.id)
    assert (back.contact, back.further_contacts) == (goes.id, (third.id, stays.id))


def test_an_address_comes_back_with_who_had_it(store: Store) -> None:
    stays, goes = given.customer(store, "Aalto Group"), given.customer(store, "Aalto Oy")
    theirs = address(store, goes, "Oulu")  # the headquarters of both, one after the other
    ours, contact = given.contact(store, stays), given.contact(store, goes, "Kalle", address=theirs.id)
    change = merge(store, stays, goes).change
    store.contacts.update(ours.id, 1, ContactChange(address=theirs.id))
    store.addresses.delete(theirs.id, store.addresses.get(theirs.id).revision)
    deletion = last(store)
    store.history.undo(change)
    store.history.undo(deletion)

    assert store.addresses.get(theirs.id).customer == goes.id
    assert store.contacts.get(contact.id).address == theirs.id
    assert store.contacts.get(ours.id).address is None
    assert store.customers.get(goes.id).headquarters == theirs.id
    assert store.customers.get(stays.id).headquarters is None


def test_nobody_gets_an_address_of_another_customer(store: Store) -> None:
    stays, goes = given.customer(store, "Aalto Group"), given.customer(store, "Aalto Oy")
    ours, theirs, contact = address(store, stays), address(store, goes, "Oulu"), given.contact(store, stays)
    change = merge(store, stays, goes).change
    store.contacts.update(contact.id, 1, ContactChange(address=theirs.id))
    store.contacts.update(contact.id, 2, ContactChange(address=ours.id))
    edit = last(store)
    store.history.undo(change)
    with pytest.raises(NotUndoable, match="address Oulu is another customer's now"):
        store.history.undo(edit)
    assert store.contacts.get(contact.id).address == ours.id


def test_an_invoice_keeps_cases_of_both(store: Store) -> None:
    stays, goes = given.customer(store, "Aalto Group"), given.customer(store, "Aalto Oy")
    ours, theirs = given.case(store, stays), given.case(store, goes)
    change = merge(store, stays, goes).change
    invoice = given.invoice(store, stays, cases=(ours.id, theirs.id))
    store.history.undo(change)

    invoice = store.finance.update_invoice(invoice.id, invoice.revision, InvoiceChange(total=7))
    assert (invoice.customer, invoice.cases, invoice.total) == (stays.id, (ours.id, theirs.id), 7)
    other = given.case(store, goes)
    with pytest.raises(Invalid, match="same customer"):
        store.finance.update_invoice(invoice.id, invoice.revision, InvoiceChange(cases=(ours.id, other.id)))
    change = merge(store, goes, stays).change  # the other way round: it goes over, and comes back
    store.history.undo(change)
    assert store.finance.invoice(invoice.id).customer == stays.id


def test_what_was_merged_since_is_not_taken_away(store: Store) -> None:
    stays, goes = given.customer(store, "Aalto Group"), given.customer(store, "Aalto Oy")
    addition = last(store)
    change = merge(store, stays, goes).change
    with pytest.raises(NotUndoable, match="customer Aalto Oy was merged into Aalto Group since; undo that first"):
        store.history.undo(addition)
    store.history.undo(change)
    assert store.history.undo(addition).is_undone
    with pytest.raises(NotFound):
        store.customers.get(goes.id)


def test_a_number_taken_since_is_told(store: Store) -> None:
    stays, goes = given.customer(store, "Aalto Group"), given.customer(store, "Aalto Oy")
    change = merge(store, stays, goes, number=goes.number).change
    given.customer(store, "Cedar", number=stays.number)
    with pytest.raises(NotUndoable) as error:
        store.history.undo(change)
    assert str(error.value) == (
        "“Customer Aalto Oy merged into Aalto Group” can't be undone: number 10001 is already used by Cedar;"
        " change that first."
    )


def test_what_is_hidden_is_told_of_once_if_it_moves(store: Store, as_user: AsUser) -> None:
    stays, goes = given.customer(store, "Aalto Group"), given.customer(store, "Aalto Oy")
    merger = as_user("merger", customers=CustomerLevel.EDIT, delete_customers=True, projects=ProjectLevel.MANAGER)
    mine = given.case(merger, goes, "Mine")
    times = {"starts_at": NOW, "ends_at": NOW + dt.timedelta(hours=1)}
    entries = [given.activity(store, goes, ActivityKind.PERSONAL, "Dentist", **times) for _ in range(4)]
    change = merge(merger, stays, goes).change
    for entry in entries[:2]:
        store.activities.update(entry.id, 2, ActivityChange(name="Doctor"))
    store.activities.delete(entries[2].id, 2)
    third = given.customer(store, "Cedar")
    store.activities.update(entries[3].id, 2, ActivityChange(customer=third.id))
    given.activity(store, stays, ActivityKind.PERSONAL, "Holiday", **times)
    secret = given.case(store, stays, "Secret")
    given.invoice(store, stays, "HID-1", cases=(mine.id, secret.id))
    given.invoice(store, stays, "HID-2", cases=(secret.id,))
    given.note(store, stays, case=secret.id)

    kept = merger.history.undo(change).kept

    assert kept == (
        "an activity that your permissions hide, added or changed since, goes back to Aalto Oy",
        "invoice HID-1, added since, stays with Aalto Group",
    )
    assert {store.activities.get(entry.id).customer for entry in entries[:2]} == {goes.id}


def test_what_is_hidden_of_a_person_is_not_told_of(store: Store, as_user: AsUser) -> None:
    customer = given.customer(store)
    stays, goes = given.contact(store, customer), given.contact(store, customer, "Lisa")
    merger = as_user("merger", customers=CustomerLevel.EDIT, projects=ProjectLevel.MEMBER)
    change = merge_contacts(merger, stays, goes).change
    secret = given.case(store, customer, "Secret", contact=stays.id)
    given.task(store, secret, contact_participants=(stays.id,))
    given.todo(store, customer, "Call", contact_participants=(stays.id,))
    assert merger.history.undo(change).kept == ("activity Call, added since, stays with Liisa Laine",)


def test_an_invoice_that_moves_along_is_seen_by_who_undoes(store: Store, as_user: AsUser) -> None:
    """What was added to a case that came over goes back with it; nobody moves what they don't see."""
    stays, goes = given.customer(store, "Aalto Group"), given.customer(store, "Aalto Oy")
    merger = as_user("merger", customers=CustomerLevel.EDIT, delete_customers=True, projects=ProjectLevel.MANAGER)
    mine, other = given.case(merger, goes, "Mine"), given.case(merger, goes, "Other")
    change = merge(merger, stays, goes).change
    invoice = given.invoice(store, stays, cases=(other.id, mine.id))
    note, reply = given.note(store, stays, case=other.id), given.note(store, stays)
    now = store.cases.get(other.id)
    store.cases.update(other.id, now.revision, CaseChange(owner=given.me(store), sales_person=None))

    with pytest.raises(NotUndoable, match="cases hidden by your permissions"):
        merger.history.undo(change)
    assert store.finance.invoice(invoice.id).customer == store.notes.get(note.id).customer == stays.id
    store.cases.update(other.id, now.revision + 1, CaseChange(owner=now.owner))
    merger.history.undo(change)
    assert store.finance.invoice(invoice.id).customer == store.notes.get(note.id).customer == goes.id
    assert store.notes.get(reply.id).customer == stays.id


def test_what_came_back_while_they_were_one_again_goes_home(store: Store, as_user: AsUser) -> None:
    stays, goes = given.customer(store, "Aalto Group"), given.customer(store, "Aalto Oy")
    case, todo = given.case(store, goes), given.todo(store, goes)
    merger = as_user("merger", customers=CustomerLevel.EDIT, delete_customers=True)
    change = merge(merger, stays, goes).change
    store.cases.delete(case.id, store.cases.get(case.id).revision)
    store.activities.delete(todo.id, 2)
    merger.history.undo(change)
    merger.history.redo(change)
    store.history.undo()
    store.history.undo()
    assert store.cases.get(case.id).customer == store.activities.get(todo.id).customer == stays.id

    profile = next(p for p in store.users.profiles() if p.profile.name == "profile of merger")
    limited = replace(profile.profile, projects=ProjectLevel.MANAGER)
    limited_profile = store.users.update_profile(profile.id, profile.revision, limited)
    with pytest.raises(NotUndoable, match="cases hidden by your permissions"):
        merger.history.undo(change)
    assert store.cases.get(case.id).customer == stays.id
    store.users.update_profile(profile.id, limited_profile.revision, profile.profile)
    merger.history.undo(change)
    assert store.cases.get(case.id).customer == store.activities.get(todo.id).customer == goes.id
