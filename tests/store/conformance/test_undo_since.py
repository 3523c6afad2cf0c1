"""What changed, went or was erased since stands against an undo, is asked about, or stays as it is (rules 4, 8, 21)."""

from __future__ import annotations

import pytest
from tests.store.conformance import given
from tests.store.conformance.given import ALL
from tests.store.conformance.taking_back import address, conflicts, found, labels, settle
from tests.store.conftest import AsUser, Clock, Value

from crm_tui.domain.activities import ActivityChange
from crm_tui.domain.addresses import AddressChange
from crm_tui.domain.contacts import ContactChange
from crm_tui.domain.customers import CustomerChange
from crm_tui.domain.errors import Invalid, NotUndoable, UndoConflict
from crm_tui.domain.registries import NewRegistryValue, RegistryKind
from crm_tui.store.port import Store


def test_a_field_that_changed_since_is_asked_about(store: Store, as_user: AsUser, clock: Clock) -> None:
    vera = as_user("vera")
    customer = given.customer(store)
    store.customers.update(customer.id, 1, CustomerChange(name="Aalto Oy", employees=12, email="a@aalto.example"))
    clock.advance(hours=1)
    vera.customers.update(customer.id, 2, CustomerChange(name="Aalto AI Oy", employees=15))

    with pytest.raises(UndoConflict) as caught:
        store.history.undo()

    error = caught.value
    assert not error.redo
    assert [(c.field, c.before, c.theirs, c.mine) for c in conflicts(error)] == [
        ("name", "Aalto Oy", "Aalto AI Oy", "Aalto Robotics Oy"),
        ("employees", "12", "15", ""),
    ]
    one = conflicts(error)[0]
    assert (one.theirs_by, one.theirs_at, one.revision, one.label) == ("Vera", clock.now, 3, "Aalto AI Oy")
    assert store.customers.get(customer.id).email == "a@aalto.example"
    step = store.history.undo(error.change, settled=settle(error, restore=False))
    assert step.is_undone
    now = store.customers.get(customer.id)
    assert (now.name, now.employees, now.email) == ("Aalto AI Oy", 15, None)


def test_an_answer_can_bring_the_old_value_back(store: Store, as_user: AsUser) -> None:
    vera = as_user("vera")
    customer = given.customer(store)
    store.customers.update(customer.id, 1, CustomerChange(name="Aalto Oy"))
    vera.customers.update(customer.id, 2, CustomerChange(name="Aalto AI Oy"))
    with pytest.raises(UndoConflict) as caught:
        store.history.undo()
    answers = settle(caught.value, restore=True)
    vera.customers.update(customer.id, 3, CustomerChange(employees=3))
    with pytest.raises(UndoConflict) as again:  # the answer was to another version
        store.history.undo(caught.value.change, settled=answers)
    store.history.undo(caught.value.change, settled=settle(again.value, restore=True))
    assert store.customers.get(customer.id).name == "Aalto Robotics Oy"
    store.history.redo()
    assert store.customers.get(customer.id).name == "Aalto AI Oy"


def test_a_field_that_has_its_old_value_already_is_no_conflict(store: Store, as_user: AsUser) -> None:
    customer = given.customer(store)
    store.customers.update(customer.id, 1, CustomerChange(employees=12))
    as_user("vera").customers.update(customer.id, 2, CustomerChange(employees=None))
    assert store.history.undo().is_undone
    assert store.customers.get(customer.id).revision == 3


def test_who_ticked_anew_since_is_not_asked_when(store: Store, clock: Clock) -> None:
    todo = given.tick(store, given.todo(store, given.customer(store)))
    change = store.history.steps(ALL).rows[0].change
    clock.advance(hours=1)
    todo = store.activities.update(todo.id, todo.revision, ActivityChange(is_done=False))
    given.tick(store, todo)
    store.history.undo(change)
    now = store.activities.get(todo.id)
    assert (now.is_done, now.done_at) == (False, None)


def test_the_first_address_goes_and_comes_as_headquarters(store: Store) -> None:
    customer = given.customer(store)
    place = address(store, customer)
    store.history.undo()
    assert (store.customers.get(customer.id).headquarters, found(store, "kuopio")) == (None, [])
    store.history.redo()
    assert store.customers.get(customer.id).headquarters == place.id
    assert found(store, "kuopio") == ["Aalto Robotics Oy"]


def test_the_headquarters_stays_while_there_are_other_addresses(store: Store) -> None:
    customer = given.customer(store)
    place = address(store, customer)
    change = store.history.steps(ALL).rows[0].change
    address(store, customer, "Oslo")
    with pytest.raises(Invalid, match="headquarters"):
        store.history.undo(change)
    assert store.customers.get(customer.id).headquarters == place.id


def test_an_address_comes_back_to_its_contacts(store: Store) -> None:
    customer = given.customer(store)
    place = address(store, customer)
    other = address(store, customer, "Oslo")
    person = given.contact(store, customer, address=other.id)
    store.addresses.delete(other.id, other.revision)
    store.history.undo()
    assert store.contacts.get(person.id).address == other.id
    store.addresses.delete(other.id, store.addresses.get(other.id).revision)
    change = store.history.steps(ALL).rows[0].change
    store.addresses.delete(place.id, place.revision)
    store.history.undo(change)
    assert store.customers.get(customer.id).headquarters == other.id


def test_a_changed_city_is_found_as_before(store: Store) -> None:
    customer = given.customer(store)
    place = address(store, customer)
    store.addresses.update(place.id, place.revision, AddressChange(city="Oslo"))
    store.history.undo()
    assert (found(store, "oslo"), found(store, "kuopio")) == ([], ["Aalto Robotics Oy"])


def test_an_address_that_is_gone_is_left_out(store: Store) -> None:
    customer = given.customer(store)
    first, second = address(store, customer), address(store, customer, "Oslo")
    person = given.contact(store, customer, address=second.id)
    store.contacts.update(person.id, person.revision, ContactChange(address=first.id))
    change = store.history.steps(ALL).rows[0].change
    store.addresses.delete(second.id, second.revision)
    store.history.undo(change)
    assert store.contacts.get(person.id).address is None


def test_a_person_erased_meanwhile_stays_erased(store: Store) -> None:
    customer = given.customer(store)
    person = given.contact(store, customer)
    store.customers.delete(customer.id, customer.revision)
    change = store.history.undo().change
    store.contacts.delete(person.id, store.contacts.get(person.id).revision)
    store.history.redo(change)
    assert "1 contact erased since" not in labels(store)[0]
    store.history.undo(change)
    gone = store.contacts.get(person.id)
    assert (gone.is_deleted, gone.first_name, gone.last_name) == (True, "", "")
    assert found(store, "liisa") == []
    step = next(step for step in store.history.steps(ALL).rows if step.change == change)
    assert step.label == "Customer Aalto Robotics Oy deleted, with 1 contact; 1 contact erased since"


def test_what_a_person_stood_in_stays_as_it_is(store: Store) -> None:
    customer = given.customer(store)
    place = address(store, customer)
    other = address(store, customer, "Oslo")
    person = given.contact(store, customer, address=other.id)
    store.addresses.delete(other.id, other.revision)
    change = store.history.steps(ALL).rows[0].change
    store.contacts.delete(person.id, store.contacts.get(person.id).revision)
    store.history.undo(change)
    assert store.contacts.get(person.id).address is None
    assert store.addresses.get(place.id).city == "Kuopio"


def test_a_value_that_is_gone_is_named(store: Store, value: Value) -> None:
    role = store.registries.create(NewRegistryValue(kind=RegistryKind.CONTACT_ROLE, name="Buyer"))
    customer = given.customer(store)
    person = given.contact(store, customer, role=role.id)
    store.contacts.update(person.id, person.revision, ContactChange(role=None))
    change = store.history.steps(ALL).rows[0].change
    store.registries.delete(role.id, role.revision)
    with pytest.raises(NotUndoable, match="registry value Buyer is gone; bring it back first"):
        store.history.undo(change)
    store.history.undo()
    store.history.undo(change)
    assert store.contacts.get(person.id).role == role.id


def test_a_number_in_use_by_another_is_named(store: Store) -> None:
    customer = given.customer(store)
    store.customers.delete(customer.id, customer.revision)
    change = store.history.steps(ALL).rows[0].change
    given.customer(store, "Berg AS", number=customer.number)
    with pytest.raises(Invalid, match=f"{customer.number} is already used by Berg AS"):
        store.history.undo(change)


def test_what_is_on_something_gone_waits_for_it(store: Store) -> None:
    customer = given.customer(store)
    person = given.contact(store, customer)
    store.contacts.update(person.id, person.revision, ContactChange(title="CEO"))
    change = store.history.steps(ALL).rows[0].change
    store.customers.delete(customer.id, customer.revision)
    with pytest.raises(NotUndoable, match="The contact Liisa Laine is gone"):
        store.history.undo(change)
    store.history.undo()
    store.history.undo()
    assert store.contacts.get(person.id).title is None
