"""Undo and redo (rule 21): the actor's own changes, listed in words and taken back to the letter."""

from __future__ import annotations

import io
from typing import Any

import pytest
from tests.store.conformance import given
from tests.store.conformance.given import ALL
from tests.store.conformance.taking_back import address, found, labels
from tests.store.conftest import NOW, TODAY, AsUser, Clock

from crm_tui.domain.activities import NoteChange
from crm_tui.domain.cases import CaseChange
from crm_tui.domain.contacts import ContactChange
from crm_tui.domain.customers import Customer, CustomerChange
from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import Invalid, NotFound, NotUndoable
from crm_tui.domain.files import FileKind, NewFile
from crm_tui.domain.finance import ForecastEntry
from crm_tui.domain.registries import NewRegistryValue, RegistryChange, RegistryKind
from crm_tui.domain.settings import BillingChange
from crm_tui.store.activities import FeedPart
from crm_tui.store.customers import CustomerQuery
from crm_tui.store.paging import PageRequest
from crm_tui.store.port import Store


def test_steps_say_in_words_what_was_done(store: Store, clock: Clock) -> None:
    customer = given.customer(store)
    person = given.contact(store, customer)
    place = address(store, customer, line1="Satamakatu 14")
    store.contacts.update(person.id, person.revision, ContactChange(title="CEO", description="x"))
    store.billing.update(customer.id, 1, BillingChange(payment_term=14))
    note = given.note(store, customer)
    store.notes.delete(note.id, note.revision)
    todo = given.todo(store, customer)
    given.tick(store, todo)

    assert labels(store) == [
        "Activity Call Liisa: is done",
        "Activity Call Liisa added",
        "Note Prefers mornings deleted",
        "Note Prefers mornings added",
        "Billing settings: payment term",
        "Contact Liisa Laine: title, description",
        "Address Satamakatu 14, Kuopio added",
        "Contact Liisa Laine added",
        "Customer Aalto Robotics Oy added",
    ]
    step = store.history.steps(ALL).rows[6]
    assert (step.kind, step.entity, step.customer, step.customer_name) == (
        Kind.ADDRESS, place.id, customer.id, "Aalto Robotics Oy"
    )  # fmt: skip
    assert (step.at, step.is_undone, step.undone_at) == (NOW, False, None)


def test_steps_come_in_pages(store: Store) -> None:
    for number in range(5):
        given.customer(store, f"Customer {number}")
    first = store.history.steps(PageRequest(limit=2))
    rest = store.history.steps(PageRequest(limit=10, after=first.cursors[-1]))
    assert [step.label for step in first.rows] == ["Customer Customer 4 added", "Customer Customer 3 added"]
    assert [step.label for step in rest.rows] == [f"Customer Customer {n} added" for n in (2, 1, 0)]
    assert (first.more, rest.more) == (True, False)


def test_a_deletion_says_what_went_with_it(store: Store) -> None:
    customer = full_customer(store)
    store.customers.delete(customer.id, customer.revision)
    step = store.history.steps(ALL).rows[0]
    assert step.label.startswith("Customer Aalto Robotics Oy deleted, with ")
    assert "2 contacts" in step.label
    assert (step.customer, step.customer_name) == (None, "Aalto Robotics Oy")


def test_users_profiles_and_erasures_are_no_steps(store: Store, as_user: AsUser) -> None:
    as_user("vera")
    customer = given.customer(store)
    person = given.contact(store, customer)
    store.contacts.update(person.id, person.revision, ContactChange(title="CEO"))
    store.contacts.delete(person.id, person.revision + 1)
    assert labels(store) == ["Customer Aalto Robotics Oy added"]
    with pytest.raises(NotUndoable, match="contact Deleted Contact was added since"):
        store.history.undo()


def test_only_own_changes_of_thirty_days_are_steps(store: Store, as_user: AsUser, clock: Clock) -> None:
    vera = as_user("vera")
    given.customer(store, "Old")
    clock.advance(days=29)
    customer = given.customer(store, "New")
    assert labels(vera) == []
    clock.advance(days=2)
    assert labels(store) == ["Customer New added"]
    change = store.history.steps(ALL).rows[0].change
    with pytest.raises(NotFound):
        vera.history.undo(change)
    clock.advance(days=29)
    with pytest.raises(NotUndoable, match="There is nothing to undo"):
        store.history.undo()
    assert store.customers.get(customer.id)


def test_undo_and_redo_walk_back_and_forth(store: Store, clock: Clock) -> None:
    customer = given.customer(store)
    for new in ("Aalto Oy", "Aalto AI Oy"):
        now = store.customers.get(customer.id)
        store.customers.update(customer.id, now.revision, CustomerChange(name=new))
    clock.advance(minutes=1)

    def name() -> str:
        return store.customers.get(customer.id).name

    step = store.history.undo()
    assert (step.label, step.is_undone, step.undone_at) == ("Customer Aalto Oy: name", True, clock.now)
    assert (name(), found(store, "ai")) == ("Aalto Oy", [])
    store.history.undo()
    assert name() == "Aalto Robotics Oy"
    store.history.redo()
    assert name() == "Aalto Oy"
    assert not store.history.redo().is_undone
    assert (name(), found(store, "ai")) == ("Aalto AI Oy", ["Aalto AI Oy"])
    with pytest.raises(NotUndoable, match="There is nothing to redo"):
        store.history.redo()
    store.history.undo()
    assert store.customers.get(customer.id).revision == 8


def test_a_new_change_ends_redo_by_key_but_not_from_the_list(store: Store) -> None:
    customer = given.customer(store)
    store.customers.update(customer.id, 1, CustomerChange(employees=12))
    undone = store.history.undo()
    given.note(store, customer)
    with pytest.raises(NotUndoable, match="nothing to redo"):
        store.history.redo()
    store.history.redo(undone.change)
    assert store.customers.get(customer.id).employees == 12


def test_what_is_undone_already_is_not_undone_again(store: Store) -> None:
    given.customer(store)
    step = store.history.undo()
    with pytest.raises(NotUndoable, match="is undone already"):
        store.history.undo(step.change)
    store.history.redo(step.change)
    with pytest.raises(NotUndoable, match="is in effect already"):
        store.history.redo(step.change)


def test_others_keep_their_own(store: Store, as_user: AsUser) -> None:
    vera = as_user("vera")
    customer = given.customer(store)
    vera.customers.update(customer.id, 1, CustomerChange(employees=12))
    with pytest.raises(NotUndoable, match=r"customer Aalto Robotics Oy was changed since by Vera \(employees\)"):
        store.history.undo()
    vera.history.undo()
    store.history.undo()
    with pytest.raises(NotFound):
        store.customers.get(customer.id)


def test_a_new_row_stays_while_something_newer_depends_on_it(store: Store) -> None:
    customer = given.customer(store)
    change = store.history.steps(ALL).rows[0].change
    person = given.contact(store, customer)
    with pytest.raises(NotUndoable, match="contact Liisa Laine was added since; delete that first"):
        store.history.undo(change)
    case = given.case(store, customer)
    step = store.history.steps(ALL).rows[1]
    store.cases.update(case.id, case.revision, CaseChange(contact=person.id))
    with pytest.raises(NotUndoable, match="case Robot cell"):
        store.history.undo(step.change)
    assert store.contacts.get(person.id) == person


def full_customer(store: Store) -> Customer:
    """A customer with something of everything on it."""
    customer = given.customer(store)
    address(store, customer)
    second = address(store, customer, "Oslo", country="NO")
    customer = store.customers.get(customer.id)
    store.customers.update(customer.id, customer.revision, CustomerChange(headquarters=second.id))
    person, other = given.contact(store, customer, address=second.id), given.contact(store, customer, "Olli", "Oja")
    case = given.case(store, customer, contact=person.id, members=(given.me(store),), expected_value=100)
    store.finance.put_forecast(ForecastEntry(case=case.id, year=2026, month=12, billing=100), None)
    given.meeting(store, customer, NOW, contact_participants=(person.id, other.id))
    given.task(store, given.project(store, customer))
    note = given.note(store, customer)
    given.note(store, customer, "Really?", parent=note.id)
    new = NewFile(customer=customer.id, case=case.id, name="offer.txt", kind=FileKind.FILE, content_type="text/plain")
    store.files.create(new, io.BytesIO(b"content"))
    elsewhere = given.customer(store, "Berg AS")
    given.todo(store, elsewhere, contact_participants=(person.id,))
    store.billing.update(customer.id, 1, BillingChange(payment_term=14))
    return store.customers.get(customer.id)


def test_a_deleted_customer_comes_back_whole(store: Store, as_user: AsUser) -> None:
    vera = as_user("vera")
    customer = full_customer(store)
    vera.customers.set_favourite(customer.id, favourite=True)
    vera.customers.opened(customer.id)
    vera.customers.set_favourite(given.customer(vera, "Cedar").id, favourite=True)
    before = picture(store, customer)

    store.customers.delete(customer.id, customer.revision)
    assert found(store, "liisa") == []
    assert [row.name for row in vera.customers.page(CustomerQuery(favourites=True), ALL).rows] == ["Cedar"]
    assert vera.customers.page(CustomerQuery(recent=True), ALL).rows == ()
    store.history.undo()

    assert picture(store, customer) == before
    assert found(store, "liisa") == ["Aalto Robotics Oy"]
    assert [r.name for r in vera.customers.page(CustomerQuery(recent=True), ALL).rows] == ["Aalto Robotics Oy"]
    assert len(vera.customers.page(CustomerQuery(favourites=True), ALL).rows) == 2
    (row,) = store.files.of_customer(customer.id, ALL).rows
    with store.files.open(row.file.id) as content:
        assert content.read() == b"content"
    store.history.redo()
    with pytest.raises(NotFound):
        store.customers.get(customer.id)
    store.history.undo()
    assert picture(store, customer) == before


def picture(store: Store, customer: Customer) -> list[Any]:
    """All that the port shows of a customer, but for revisions and who changed it last."""
    seen: list[Any] = [
        store.customers.get(customer.id),
        *store.addresses.of_customer(customer.id),
        *[row.contact for row in store.contacts.of_customer(customer.id, ALL).rows],
        store.billing.of_customer(customer.id),
        *[row.file for row in store.files.of_customer(customer.id, ALL).rows],
    ]
    shown = []
    for entity in seen:
        fields = set(entity.__struct_fields__) - {"revision", "updated_at", "updated_by"}
        shown.append({field: getattr(entity, field) for field in fields})
    for part in FeedPart:
        page = store.activities.feed(customer.id, part, ALL, NOW, TODAY)
        shown.append({"part": part, "rows": [(row.id, row.name) for row in page.rows]})
    return shown


def test_a_note_comes_back_with_its_replies(store: Store) -> None:
    customer = given.customer(store)
    note = given.note(store, customer)
    reply = given.note(store, customer, "Really?", parent=note.id)
    store.notes.delete(note.id, note.revision)
    assert store.notes.get(reply.id).parent is None
    store.history.undo()
    assert store.notes.get(reply.id).parent == note.id
    store.notes.update(note.id, store.notes.get(note.id).revision, NoteChange(pinned=True))
    store.history.undo()
    assert not store.notes.get(note.id).pinned


def test_a_case_comes_back_with_what_was_on_it(store: Store) -> None:
    customer = given.customer(store)
    case = given.project(store, customer, expected_value=500)
    task = given.task(store, case)
    store.finance.put_forecast(ForecastEntry(case=case.id, year=2026, month=12, billing=100), None)
    store.cases.delete(case.id, case.revision)
    store.history.undo()
    assert store.cases.get(case.id).expected_value == 500
    assert store.activities.get(task.id).case == case.id
    store.history.undo()  # the forecast
    store.history.undo()  # the task
    store.history.undo()  # it was won
    assert not store.cases.get(case.id).is_project


def test_a_registry_value_keeps_its_rules(store: Store) -> None:
    made = store.registries.create(NewRegistryValue(kind=RegistryKind.KEYWORD, name="VIP"))
    store.registries.update(made.id, made.revision, RegistryChange(name="Very important"))
    renamed = store.history.steps(ALL).rows[0].change
    store.registries.create(NewRegistryValue(kind=RegistryKind.KEYWORD, name="VIP"))
    with pytest.raises(Invalid, match="the keyword VIP is there already"):
        store.history.undo(renamed)
