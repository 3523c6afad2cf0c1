"""Writes that are carried out at most once, and the pulse that says whether anybody wrote."""

from __future__ import annotations

import io

import pytest
from tests.store.conformance import given
from tests.store.conformance.given import ALL
from tests.store.conftest import TODAY, AsUser

from crm_tui.domain.contacts import NewContact
from crm_tui.domain.customers import CustomerChange, NewCustomer
from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import AlreadySaved, Conflict, Invalid
from crm_tui.domain.files import FileKind, NewFile
from crm_tui.store.customers import CustomerQuery
from crm_tui.store.port import Store


def test_a_write_is_carried_out_once_under_its_key(store: Store) -> None:
    made = store.once("k1").customers.create(NewCustomer(name="Aalto"))

    with pytest.raises(AlreadySaved, match="This was saved already") as caught:
        store.once("k1").customers.create(NewCustomer(name="Aalto"))

    assert (caught.value.kind, caught.value.key) == (Kind.CUSTOMER.value, made.id)
    assert store.customers.count(CustomerQuery(text="aalto")).number == 1
    assert store.once("k2").customers.create(NewCustomer(name="Aalto")).id != made.id


def test_it_is_told_even_where_the_write_would_fail_now(store: Store) -> None:
    made = given.customer(store)
    change = CustomerChange(name="Aalto AI")
    store.once("k1").customers.update(made.id, made.revision, change)
    with pytest.raises(AlreadySaved) as caught:
        store.once("k1").customers.update(made.id, made.revision, change)
    assert caught.value.key == made.id
    with pytest.raises(Conflict):
        store.once("k2").customers.update(made.id, made.revision, change)


def test_a_write_that_fails_or_changes_nothing_leaves_no_key(store: Store) -> None:
    customer = given.customer(store)
    with pytest.raises(Invalid):
        store.once("k1").contacts.create(NewContact(customer=customer.id, first_name="", last_name=""))
    assert not store.was_saved("k1")
    store.once("k1").customers.update(customer.id, customer.revision, CustomerChange(name=customer.name))
    assert not store.was_saved("k1")
    store.once("k1").contacts.create(NewContact(customer=customer.id, first_name="Liisa", last_name="Laine"))
    assert store.was_saved("k1")


def test_keys_are_each_actors_own(store: Store, as_user: AsUser) -> None:
    vera = as_user("vera")
    store.once("k1").customers.create(NewCustomer(name="Aalto"))
    assert store.was_saved("k1")
    assert not vera.was_saved("k1")
    vera.once("k1").customers.create(NewCustomer(name="Aalto"))


def test_an_undo_is_carried_out_once(store: Store) -> None:
    given.customer(store, "Aalto")
    given.customer(store, "Berg")
    store.once("k1").history.undo()
    with pytest.raises(AlreadySaved):
        store.once("k1").history.undo()
    assert store.customers.count(CustomerQuery()).number == 1


def test_of_a_file_that_was_saved_already_nothing_is_kept(store: Store) -> None:
    customer = given.customer(store)
    new = NewFile(customer=customer.id, name="offer.txt", kind=FileKind.FILE, content_type="text/plain")
    made = store.once("k1").files.create(new, io.BytesIO(b"first"))
    with pytest.raises(AlreadySaved):
        store.once("k1").files.create(new, io.BytesIO(b"second"))
    assert [row.file.id for row in store.files.of_customer(customer.id, ALL).rows] == [made.id]
    with store.files.open(made.id) as content:
        assert content.read() == b"first"


def test_the_pulse_grows_with_each_change_of_anybody(store: Store, as_user: AsUser) -> None:
    vera = as_user("vera")
    seen = [store.pulse()]
    customer = given.customer(vera)
    seen.append(store.pulse())
    given.contact(store, customer)
    seen.append(store.pulse())
    store.history.undo()
    seen.append(vera.pulse())
    assert seen == sorted(set(seen))
    assert store.pulse() == vera.pulse() == seen[-1]


def test_looking_and_favourites_are_no_pulse(store: Store) -> None:
    customer = given.customer(store)
    before = store.pulse()
    store.customers.card(customer.id, TODAY)
    store.customers.opened(customer.id)
    store.customers.set_favourite(customer.id, favourite=True)
    assert store.pulse() == before
