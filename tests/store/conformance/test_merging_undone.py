"""Parting what was merged: what others did since is kept, asked about, or stands against it with a sentence."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from tests.store.conformance import given
from tests.store.conformance.taking_back import address, conflicts, settle
from tests.store.conformance.test_merging import merge, merge_contacts
from tests.store.conftest import AsUser, Clock

from crm_tui.domain.activities import ActivityChange
from crm_tui.domain.contacts import ContactChange, Email
from crm_tui.domain.customers import CustomerChange
from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import Denied, NotFound, NotUndoable, UndoConflict
from crm_tui.domain.files import NewFile
from crm_tui.domain.permissions import CustomerLevel, ProjectLevel
from crm_tui.store.port import Store


@pytest.mark.parametrize("restore", [True, False])
def test_a_field_that_changed_since_is_asked_about(store: Store, restore: bool) -> None:
    stays, goes = given.customer(store, "Aalto Group", phone="1"), given.customer(store, "Aalto Oy", phone="2")
    change = merge(store, stays, goes, phone="2", website="aalto.example").change
    now = store.customers.get(stays.id)
    store.customers.update(stays.id, now.revision, CustomerChange(phone="3"))

    with pytest.raises(UndoConflict) as error:
        store.history.undo(change)
    (asked,) = conflicts(error.value)
    assert (asked.field, asked.before, asked.theirs, asked.mine) == ("phone", "2", "3", "1")
    with pytest.raises(NotFound):
        store.customers.get(goes.id)
    store.history.undo(change, settled=settle(error.value, restore=restore))

    after = store.customers.get(stays.id)
    assert (after.phone, after.website) == ("1" if restore else "3", None)
    assert store.customers.get(goes.id).phone == "2"


def test_what_was_moved_since_stays_where_it_is(store: Store) -> None:
    stays, goes, third = (given.customer(store, name) for name in ("Aalto Group", "Aalto Oy", "Cedar"))
    theirs = given.case(store, stays, "Theirs")
    moved, put = given.todo(store, goes, "Call"), given.todo(store, goes, "Write")
    change = merge(store, stays, goes).change
    store.activities.update(moved.id, 2, ActivityChange(customer=third.id))
    store.activities.update(put.id, 2, ActivityChange(case=theirs.id))

    step = store.history.undo(change)

    assert store.activities.get(moved.id).customer == third.id
    assert store.activities.get(put.id).customer == stays.id
    assert set(step.kept) == {
        "activity Call, moved since, stays where it is",
        "activity Write, changed since (case), stays with Aalto Group",
    }


def test_redone_it_takes_what_was_added_since(store: Store) -> None:
    stays, goes = given.customer(store, "Aalto Group"), given.customer(store, "Aalto Oy")
    given.contact(store, goes, "Kalle")
    change = merge(store, stays, goes).change
    store.history.undo(change)
    added = given.contact(store, goes)
    ours = given.contact(store, stays, "Ulla")

    assert store.history.redo(change).kept == ("contact Liisa Laine, added since, goes over to Aalto Group",)
    assert store.contacts.get(added.id).customer == stays.id
    assert store.history.undo(change).kept == ()
    assert store.contacts.get(added.id).customer == goes.id
    assert store.contacts.get(ours.id).customer == stays.id


def test_an_address_picked_since_goes_back(store: Store) -> None:
    stays, goes = given.customer(store, "Aalto Group"), given.customer(store, "Aalto Oy")
    ours, theirs = address(store, stays, "Oulu"), address(store, goes, "Espoo")
    contact = given.contact(store, stays)
    change = merge(store, stays, goes).change
    now = store.customers.get(stays.id)
    store.customers.update(stays.id, now.revision, CustomerChange(headquarters=theirs.id))
    store.contacts.update(contact.id, 1, ContactChange(address=theirs.id))

    step = store.history.undo(change)

    assert store.customers.get(stays.id).headquarters == ours.id
    assert store.customers.get(goes.id).headquarters == theirs.id
    assert store.contacts.get(contact.id).address is None
    assert step.kept == ("contact Liisa Laine is without an address now: it is the other customer's",)
    store.history.redo(change)
    assert store.contacts.get(contact.id).address == theirs.id


def test_the_headquarters_is_another_where_it_is_gone(store: Store) -> None:
    stays, goes = given.customer(store, "Aalto Group"), given.customer(store, "Aalto Oy")
    address(store, stays, "Oulu")
    gone, left = address(store, goes, "Espoo"), address(store, goes, "Vaasa")
    change = merge(store, stays, goes).change
    store.addresses.delete(gone.id, store.addresses.get(gone.id).revision)
    assert "address Espoo, deleted since, stays deleted" in store.history.undo(change).kept
    assert store.customers.get(goes.id).headquarters == left.id


def test_merges_are_undone_one_after_the_other(store: Store) -> None:
    first, second, third = (given.customer(store, name) for name in ("Aalto Oy", "Aalto Group", "Aalto"))
    contact = given.contact(store, first)
    earlier = merge(store, second, first).change
    later = merge(store, third, second).change
    assert store.contacts.get(contact.id).customer == third.id

    with pytest.raises(NotUndoable, match="customer Aalto Group was merged into Aalto since; undo that first"):
        store.history.undo(earlier)
    store.history.undo(later)
    store.history.undo(earlier)
    assert store.contacts.get(contact.id).customer == first.id
    merge(store, third, first)
    with pytest.raises(NotUndoable, match="customer Aalto Oy was merged into Aalto since; undo that first"):
        store.history.redo(earlier)


def test_another_merge_since_is_kept(store: Store) -> None:
    stays, first, second = (given.customer(store, name) for name in ("Aalto", "Aalto Oy", "Aalto Ab"))
    one, other = given.contact(store, first), given.contact(store, second, "Kalle")
    earlier = merge(store, stays, first).change
    merge(store, stays, second)
    assert store.history.undo(earlier).kept == ("customer Aalto Ab, merged since into Aalto, stays so",)
    assert (store.contacts.get(one.id).customer, store.contacts.get(other.id).customer) == (first.id, stays.id)


def test_contacts_merged_since_stay_so(store: Store) -> None:
    stays, goes = given.customer(store, "Aalto Group"), given.customer(store, "Aalto Oy")
    one, other = given.contact(store, stays), given.contact(store, goes, "Lisa")
    case = given.case(store, goes, contact=other.id)
    change = merge(store, stays, goes).change
    contacts = merge_contacts(store, one, other).change

    assert "contact Lisa Laine, merged since into Liisa Laine, stays so" in store.history.undo(change).kept
    assert store.cases.get(case.id).contact == one.id
    store.history.undo(contacts)
    assert store.cases.get(case.id).contact == other.id
    assert store.contacts.get(other.id).customer == goes.id  # where they would be, had they been there


def test_what_was_deleted_meanwhile_comes_back_where_its_case_is(store: Store) -> None:
    stays, goes = given.customer(store, "Aalto Group"), given.customer(store, "Aalto Oy")
    case = given.case(store, goes)
    file = store.files.create(NewFile(customer=goes.id, case=case.id, name="Plan", url="https://aalto.example"))
    change = merge(store, stays, goes).change
    store.files.delete(file.id, store.files.get(file.id).revision)
    deletion = store.history.steps(given.ALL).rows[0].change
    store.history.undo(change)
    store.history.undo(deletion)
    assert store.files.get(file.id).customer == goes.id


def test_what_was_deleted_before_waits_for_its_customer(store: Store) -> None:
    stays, goes = given.customer(store, "Aalto Group"), given.customer(store, "Aalto Oy")
    note = given.note(store, goes)
    store.notes.delete(note.id, note.revision)
    deletion = store.history.steps(given.ALL).rows[0].change
    merge(store, stays, goes)
    with pytest.raises(NotUndoable, match="customer Aalto Oy was merged into Aalto Group since; undo that first"):
        store.history.undo(deletion)


def test_a_merged_customer_that_was_deleted_is_brought_back_first(store: Store) -> None:
    stays, goes = given.customer(store, "Aalto Group"), given.customer(store, "Aalto Oy")
    contact = given.contact(store, goes)
    change = merge(store, stays, goes).change
    store.customers.delete(stays.id, store.customers.get(stays.id).revision)
    with pytest.raises(NotUndoable, match="customer Aalto Group is gone; bring it back first"):
        store.history.undo(change)
    store.history.undo()
    store.history.undo(change)
    assert store.contacts.get(contact.id).customer == goes.id


def test_undo_and_redo_take_the_permissions_of_a_merge(store: Store, as_user: AsUser) -> None:
    stays, goes = given.customer(store, "Aalto Group"), given.customer(store, "Aalto Oy")
    given.case(store, goes, "Secret")
    merger = as_user("merger", customers=CustomerLevel.EDIT, delete_customers=True)
    change = merge(merger, stays, goes).change
    profile = next(p for p in store.users.profiles() if p.profile.name == "profile of merger")
    merging = profile.profile

    profile = store.users.update_profile(profile.id, profile.revision, replace(merging, delete_customers=False))
    with pytest.raises(Denied, match="delete customers"):
        merger.history.undo(change)
    limited = replace(merging, projects=ProjectLevel.MANAGER)
    profile = store.users.update_profile(profile.id, profile.revision, limited)
    with pytest.raises(NotUndoable, match="cases hidden by your permissions"):
        merger.history.undo(change)
    store.users.update_profile(profile.id, profile.revision, merging)
    assert merger.history.undo(change).is_undone


def test_contacts_are_parted_as_far_as_nobody_changed_where_they_stand(store: Store, clock: Clock) -> None:
    customer = given.customer(store)
    stays, goes, third = (given.contact(store, customer, first) for first in ("Liisa", "Lisa", "Kalle"))
    fields = {"contact_participants": (third.id, goes.id)}
    same, both, changed, gone = (
        given.todo(store, customer, name, **fields) for name in ("Same", "Both", "Less", "Gone")
    )
    store.activities.update(both.id, 1, ActivityChange(contact_participants=(goes.id, third.id, stays.id)))
    case = given.case(store, customer, contact=goes.id)
    change = merge_contacts(store, stays, goes, title="Chair", emails=(Email("l@aalto.example"),)).change
    added = given.todo(store, customer, "Added", contact_participants=(stays.id,))
    store.activities.update(both.id, 3, ActivityChange(contact_participants=(stays.id,)))
    store.activities.update(changed.id, 2, ActivityChange(contact_participants=(third.id,)))
    store.activities.delete(gone.id, 2)

    step = store.history.undo(change)

    assert store.activities.get(same.id).contact_participants == (third.id, goes.id)
    assert set(store.activities.get(both.id).contact_participants) == {goes.id, stays.id}
    assert store.activities.get(changed.id).contact_participants == (third.id,)
    assert store.activities.get(added.id).contact_participants == (stays.id,)
    assert store.cases.get(case.id).contact == goes.id
    assert store.contacts.get(stays.id).title is None
    assert set(step.kept) == {
        "activity Added, added since, stays with Liisa Laine",
        "activity Less keeps the contacts that it got since",
    }
    lines = store.history.of_entity(Kind.CONTACT, stays.id, given.ALL).rows
    told = [(line.field, line.old_label, line.new_label) for line in lines if line.field == "merged"]
    assert told == [("merged", "Lisa Laine", ""), ("merged", "", "Lisa Laine")]


def test_a_contact_waits_for_their_customer(store: Store) -> None:
    stays_at, goes_at = given.customer(store, "Aalto Group"), given.customer(store, "Aalto Oy")
    stays, goes = given.contact(store, stays_at), given.contact(store, goes_at, "Lisa")
    change = merge_contacts(store, stays, goes).change
    customers = merge(store, stays_at, goes_at).change
    with pytest.raises(NotUndoable, match="customer Aalto Oy was merged into Aalto Group since; undo that first"):
        store.history.undo(change)
    store.history.undo(customers)
    store.history.undo(change)
    assert store.contacts.get(goes.id).customer == goes_at.id


def test_pairs_that_are_none_go_over_and_come_back(store: Store) -> None:
    stays, goes, third = (given.customer(store, name) for name in ("Aalto Group", "Aalto Oy", "Aalto Ab"))
    store.duplicates.dismiss(Kind.CUSTOMER, goes.id, third.id)
    store.duplicates.dismiss(Kind.CUSTOMER, goes.id, stays.id)
    (_, dismissed) = before = store.duplicates.dismissed(Kind.CUSTOMER)
    change = merge(store, stays, goes).change
    (pair,) = store.duplicates.dismissed(Kind.CUSTOMER)
    assert ({pair.first.id, pair.second.id}, pair.at) == ({stays.id, third.id}, dismissed.at)
    store.duplicates.readmit(Kind.CUSTOMER, stays.id, third.id)
    store.history.undo()
    assert store.duplicates.dismissed(Kind.CUSTOMER) == (pair,)
    store.history.undo(change)
    assert store.duplicates.dismissed(Kind.CUSTOMER) == before
