"""Where what is gone went: after merges, undos, merges the other way round, and deletions."""

from __future__ import annotations

import pytest
from tests.store.conformance import given
from tests.store.conformance.test_merging import merge, merge_contacts
from tests.store.conftest import AsUser

from crm_tui.domain.customers import Customer
from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import Denied
from crm_tui.domain.permissions import CustomerLevel
from crm_tui.store.port import Store


def into(store: Store, customer: Customer) -> int | None:
    return store.merging.went_into(Kind.CUSTOMER, customer.id)


def delete(store: Store, customer: Customer) -> None:
    store.customers.delete(customer.id, store.customers.get(customer.id).revision)


def test_the_one_that_is_there_at_last(store: Store) -> None:
    a, b, c = (given.customer(store, name) for name in "ABC")
    assert into(store, a) is None
    merge(store, b, a)
    assert (into(store, a), into(store, b)) == (b.id, None)
    merge(store, c, b)
    assert (into(store, a), into(store, b)) == (c.id, c.id)
    delete(store, c)
    assert (into(store, a), into(store, b), into(store, c)) == (None, None, None)


def test_merged_both_ways_and_then_deleted(store: Store) -> None:
    a, b = given.customer(store, "A"), given.customer(store, "B")
    store.history.undo(merge(store, b, a).change)
    assert into(store, a) is None
    merge(store, a, b)
    assert (into(store, a), into(store, b)) == (None, a.id)
    delete(store, a)
    assert (into(store, a), into(store, b)) == (None, None)


def test_deleted_after_a_merge_was_taken_back(store: Store) -> None:
    a, b = given.customer(store, "A"), given.customer(store, "B")
    step = store.history.undo(merge(store, b, a).change)
    delete(store, a)
    assert into(store, a) is None
    store.history.undo()
    store.history.redo(step.change)
    assert into(store, a) == b.id


def test_contacts_and_who_may_ask(store: Store, as_user: AsUser) -> None:
    at = given.customer(store, "A")
    one, other = given.contact(store, at, "Liisa", "Laine"), given.contact(store, at, "Lisa", "Laine")
    merge_contacts(store, one, other)
    assert as_user("rita", customers=CustomerLevel.READ).merging.went_into(Kind.CONTACT, other.id) == one.id
    store.contacts.delete(one.id, store.contacts.get(one.id).revision)
    assert store.merging.went_into(Kind.CONTACT, other.id) is None
    assert store.merging.went_into(Kind.PROFILE, 1) is None
    with pytest.raises(Denied):
        as_user("nora", customers=CustomerLevel.NONE).merging.went_into(Kind.CONTACT, other.id)
