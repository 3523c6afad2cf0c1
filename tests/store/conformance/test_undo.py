"""Undo and redo (rule 21): the actor's own changes, taken back to the letter or not at all."""

from __future__ import annotations

import io
from typing import Any

import pytest
from tests.store.conformance import given
from tests.store.conformance.given import ALL
from tests.store.conftest import NOW, TODAY, AsUser, Clock, Value

from crm_tui.domain.activities import ActivityChange, ActivityKind, NoteChange
from crm_tui.domain.addresses import Address, AddressChange, NewAddress
from crm_tui.domain.cases import CaseChange
from crm_tui.domain.contacts import ContactChange
from crm_tui.domain.customers import Customer, CustomerChange
from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import Denied, Invalid, NotFound, NotUndoable, UndoConflict
from crm_tui.domain.files import FileKind, NewFile
from crm_tui.domain.finance import ForecastEntry
from crm_tui.domain.permissions import CustomerLevel, Profile, ProjectLevel
from crm_tui.domain.registries import NewRegistryValue, RegistryChange, RegistryKind
from crm_tui.domain.settings import BillingChange
from crm_tui.store.activities import FeedPart
from crm_tui.store.customers import CustomerQuery
from crm_tui.store.paging import PageRequest
from crm_tui.store.port import Store
from crm_tui.store.undo import FieldConflict, Settled


def labels(store: Store) -> list[str]:
    return [step.label for step in store.history.steps(ALL).rows]


def found(store: Store, text: str) -> list[str]:
    return [row.name for row in store.customers.page(CustomerQuery(text=text), ALL).rows]


def address(store: Store, of: Customer, city: str = "Kuopio", **fields: Any) -> Address:
    return store.addresses.create(NewAddress(customer=of.id, city=city, **fields))


def conflicts(error: UndoConflict) -> list[FieldConflict]:
    return [conflict for conflict in error.conflicts if isinstance(conflict, FieldConflict)]


def settle(error: UndoConflict, *, restore: bool) -> list[Settled]:
    return [
        Settled(kind=c.kind, entity=c.entity, field=c.field, revision=c.revision, restore=restore)
        for c in conflicts(error)
    ]


# -- the list ---------------------------------------------------------------------------------------------------


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


# -- undo and redo ----------------------------------------------------------------------------------------------


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


# -- conflicts --------------------------------------------------------------------------------------------------


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


# -- addresses --------------------------------------------------------------------------------------------------


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


# -- people who were erased, and what is gone ---------------------------------------------------------------------


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


# -- other kinds --------------------------------------------------------------------------------------------------


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
    with pytest.raises(Invalid, match="there is a keyword VIP already"):
        store.history.undo(renamed)


# -- rights -------------------------------------------------------------------------------------------------------


def _demote(store: Store, login: str, **levels: Any) -> None:
    """Give the profile of a user other levels."""
    profile = next(p for p in store.users.profiles() if p.profile.name == f"profile of {login}")
    store.users.update_profile(profile.id, profile.revision, Profile(name=f"profile of {login}", **levels))


def test_who_may_not_write_any_more_may_not_undo(store: Store, as_user: AsUser) -> None:
    vera = as_user("vera", customers=CustomerLevel.EDIT)
    customer = given.customer(vera)
    given.contact(vera, customer)
    _demote(store, "vera", customers=CustomerLevel.READ)
    with pytest.raises(Denied, match="customers: edit"):
        vera.history.undo()
    _demote(store, "vera", customers=CustomerLevel.NONE)
    assert labels(vera) == []


def test_to_take_back_a_new_customer_needs_no_tick_but_to_delete_it_again_does(store: Store, as_user: AsUser) -> None:
    vera = as_user("vera", customers=CustomerLevel.EDIT)
    customer = given.customer(vera)
    vera.history.undo()
    vera.history.redo()
    olli = as_user("olli", customers=CustomerLevel.EDIT, delete_customers=True)
    olli.customers.delete(customer.id, olli.customers.get(customer.id).revision)
    olli.history.undo()
    _demote(store, "olli", customers=CustomerLevel.EDIT, projects=ProjectLevel.ALL)
    with pytest.raises(Denied, match="delete customers"):
        olli.history.redo()


def test_a_case_that_is_hidden_now_is_no_step(store: Store, as_user: AsUser) -> None:
    vera = as_user("vera", customers=CustomerLevel.EDIT, projects=ProjectLevel.MANAGER)
    customer = given.customer(vera)
    case = given.case(vera, customer, "Secret cell")
    note = given.note(vera, customer, "On the case", case=case.id)
    store.cases.update(case.id, case.revision, CaseChange(owner=given.me(store)))
    assert labels(vera) == ["Customer Aalto Robotics Oy added"]
    with pytest.raises(NotUndoable) as caught:
        vera.history.undo()
    assert "Secret" not in str(caught.value)
    assert note.text not in str(caught.value)


def test_an_own_case_that_was_deleted_can_come_back(store: Store, as_user: AsUser) -> None:
    vera = as_user("vera", customers=CustomerLevel.EDIT, projects=ProjectLevel.MANAGER)
    case = given.case(vera, given.customer(vera), "Robot cell")
    vera.cases.delete(case.id, case.revision)
    assert labels(vera)[0] == "Case Robot cell deleted"
    vera.history.undo()
    assert vera.cases.get(case.id).name == "Robot cell"


def test_rule_11_holds_for_undo(store: Store, as_user: AsUser) -> None:
    vera, olli = as_user("vera"), as_user("olli")
    meeting = given.meeting(store, given.customer(store), NOW, user_participants=(given.me(vera),))
    vera.activities.update(meeting.id, meeting.revision, ActivityChange(location="Room 1"))
    now = store.activities.get(meeting.id)
    store.activities.update(meeting.id, now.revision, ActivityChange(user_participants=(given.me(olli),)))
    with pytest.raises(Denied, match="owner or participant"):
        vera.history.undo()


def test_what_followed_a_deletion_follows_its_undo(store: Store, as_user: AsUser) -> None:
    vera = as_user("vera", customers=CustomerLevel.READ, projects=ProjectLevel.NONE)
    customer = given.customer(store)
    note = given.note(vera, customer)
    reply = given.note(store, customer, "Really?", parent=note.id)
    vera.notes.delete(note.id, note.revision)
    vera.history.undo()
    assert store.notes.get(reply.id).parent == note.id


def test_a_customer_comes_back_into_what_the_actor_does_not_see(store: Store, as_user: AsUser) -> None:
    olli = as_user("olli", delete_customers=True, projects=ProjectLevel.MANAGER)
    customer, other = given.customer(store), given.customer(store, "Berg AS")
    person = given.contact(store, customer)
    entry = given.activity(
        store, None, ActivityKind.PERSONAL, "Dentist", starts_at=NOW, contact_participants=(person.id,)
    )
    olli.customers.delete(customer.id, customer.revision)
    assert store.activities.get(entry.id).contact_participants == ()
    olli.history.undo()
    assert store.activities.get(entry.id).contact_participants == (person.id,)
    olli.history.redo()
    store.activities.update(entry.id, 4, ActivityChange(contact_participants=(given.contact(store, other).id,)))
    assert "Dentist" not in olli.history.undo().label  # a conflict would tell of it
    assert olli.customers.get(customer.id).name == customer.name


def test_a_private_entry_of_somebody_else_is_no_step(store: Store, as_user: AsUser) -> None:
    vera, customer = as_user("vera"), given.customer(store)
    entry = given.activity(vera, customer, ActivityKind.PERSONAL, "Dentist", starts_at=NOW)
    vera.activities.update(entry.id, entry.revision, ActivityChange(owner=given.me(store)))
    assert labels(vera) == []
