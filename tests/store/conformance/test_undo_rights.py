"""Undo is held to the rights of the same writes by hand, and tells of nothing that is hidden (rules 11, 15, 16, 19)."""

from __future__ import annotations

from typing import Any

import pytest
from tests.store.conformance import given
from tests.store.conformance.taking_back import labels
from tests.store.conftest import NOW, AsUser

from crm_tui.domain.activities import ActivityChange, ActivityKind
from crm_tui.domain.cases import CaseChange
from crm_tui.domain.errors import Denied, NotUndoable
from crm_tui.domain.permissions import CustomerLevel, Profile, ProjectLevel
from crm_tui.store.port import Store


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
