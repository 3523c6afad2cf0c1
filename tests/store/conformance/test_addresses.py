"""Addresses and the headquarters among them (rules 4, 5)."""

from __future__ import annotations

from typing import Any

import pytest
from tests.store.conftest import AsUser, Clock, Value

from crm_tui.domain.addresses import AddressChange, NewAddress
from crm_tui.domain.contacts import NewContact
from crm_tui.domain.customers import Customer, CustomerChange, NewCustomer
from crm_tui.domain.errors import Conflict, Denied, Invalid, NotFound
from crm_tui.domain.permissions import CustomerLevel
from crm_tui.domain.registries import RegistryChange, RegistryKind
from crm_tui.store.customers import CustomerQuery
from crm_tui.store.paging import PageRequest
from crm_tui.store.port import Store


@pytest.fixture
def acme(store: Store) -> Customer:
    return store.customers.create(NewCustomer(name="Acme Oy"))


def listed_city(store: Store) -> str | None:
    return store.customers.page(CustomerQuery(), PageRequest()).rows[0].city


def test_the_first_address_becomes_the_headquarters(store: Store, acme: Customer) -> None:
    first = store.addresses.create(NewAddress(customer=acme.id, line1="Satamakatu 14", city="Kuopio"))
    second = store.addresses.create(NewAddress(customer=acme.id, city="Bergen", country="NO", is_billing=True))
    assert store.customers.get(acme.id).headquarters == first.id
    assert store.addresses.of_customer(acme.id) == (first, second)
    assert store.addresses.get(second.id) == second


def test_the_headquarters_goes_last(store: Store, acme: Customer) -> None:
    first = store.addresses.create(NewAddress(customer=acme.id, city="Kuopio"))
    second = store.addresses.create(NewAddress(customer=acme.id, city="Bergen"))
    with pytest.raises(Invalid, match="pick another address"):
        store.addresses.delete(first.id, first.revision)
    assert len(store.addresses.of_customer(acme.id)) == 2
    store.addresses.delete(second.id, second.revision)
    store.addresses.delete(first.id, first.revision)
    assert store.addresses.of_customer(acme.id) == ()
    assert store.customers.get(acme.id).headquarters is None
    third = store.addresses.create(NewAddress(customer=acme.id, city="Oslo"))
    assert store.customers.get(acme.id).headquarters == third.id


def test_the_city_in_the_list_follows_the_headquarters(store: Store, acme: Customer) -> None:
    assert listed_city(store) is None
    first = store.addresses.create(NewAddress(customer=acme.id, city="Kuopio"))
    second = store.addresses.create(NewAddress(customer=acme.id, city="Bergen"))
    assert listed_city(store) == "Kuopio"
    store.addresses.update(first.id, first.revision, AddressChange(city="Helsinki"))
    assert listed_city(store) == "Helsinki"
    acme = store.customers.get(acme.id)
    store.customers.update(acme.id, acme.revision, CustomerChange(headquarters=second.id))
    assert listed_city(store) == "Bergen"
    assert store.customers.count(CustomerQuery(text="bergen")).number == 1
    assert store.customers.count(CustomerQuery(text="helsinki")).number == 0


def test_a_change_is_stored_with_who_and_when(store: Store, acme: Customer, clock: Clock, as_user: AsUser) -> None:
    address = store.addresses.create(NewAddress(customer=acme.id, postal_code="00100", city="Helsinki"))
    vera = as_user("vera", customers=CustomerLevel.EDIT)
    clock.advance(minutes=5)
    changed = vera.addresses.update(
        address.id, address.revision, AddressChange(postal_code="00530", is_postal=True, country="FI")
    )
    assert (changed.postal_code, changed.city, changed.is_postal, changed.country) == ("00530", "Helsinki", True, "FI")
    assert (changed.updated_at, changed.updated_by) == (clock.now, vera.users.me().user.id)
    with pytest.raises(Conflict) as conflict:
        store.addresses.update(address.id, address.revision, AddressChange(city="Espoo"))
    assert conflict.value.theirs == changed


@pytest.mark.parametrize(
    ("field", "new"),
    [
        ("line1", {}),
        ("country", {"country": "fi"}),
        ("country", {"country": "XX"}),
        ("city", {"city": "nul\0"}),
    ],
)
def test_what_is_no_address_is_refused(store: Store, acme: Customer, field: str, new: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refused:
        store.addresses.create(NewAddress(customer=acme.id, **new))
    assert refused.value.field == field
    assert store.addresses.of_customer(acme.id) == ()
    assert store.customers.get(acme.id) == acme


def test_a_disabled_country_stays_but_is_not_chosen_anew(store: Store, acme: Customer, value: Value) -> None:
    address = store.addresses.create(NewAddress(customer=acme.id, city="Oslo", country="NO"))
    norway = store.registries.get(value(RegistryKind.COUNTRY, "Norway"))
    store.registries.update(norway.id, norway.revision, RegistryChange(is_active=False))
    assert store.addresses.update(address.id, address.revision, AddressChange(city="Bergen")).country == "NO"
    with pytest.raises(Invalid, match="disabled"):
        store.addresses.create(NewAddress(customer=acme.id, country="NO"))


def test_contacts_lose_a_deleted_address(store: Store, acme: Customer) -> None:
    store.addresses.create(NewAddress(customer=acme.id, city="Kuopio"))
    second = store.addresses.create(NewAddress(customer=acme.id, city="Bergen"))
    new = NewContact(customer=acme.id, first_name="Eeva", last_name="Lahtinen", address=second.id)
    eeva = store.contacts.create(new)
    store.addresses.delete(second.id, second.revision)
    assert store.contacts.get(eeva.id).address is None


def test_changing_addresses_needs_edit(store: Store, acme: Customer, as_user: AsUser) -> None:
    address = store.addresses.create(NewAddress(customer=acme.id, city="Kuopio"))
    vera = as_user("vera", customers=CustomerLevel.READ)
    assert vera.addresses.of_customer(acme.id) == (address,)
    with pytest.raises(Denied, match="customers: edit"):
        vera.addresses.create(NewAddress(customer=acme.id, city="Oslo"))
    with pytest.raises(Denied, match="customers: edit"):
        vera.addresses.update(address.id, address.revision, AddressChange(city="Oslo"))
    with pytest.raises(Denied, match="customers: edit"):
        vera.addresses.delete(address.id, address.revision)
    assert store.addresses.of_customer(acme.id) == (address,)


def test_what_is_not_there_is_not_found(store: Store) -> None:
    with pytest.raises(NotFound):
        store.addresses.get(1)
    with pytest.raises(NotFound):
        store.addresses.of_customer(1)
    with pytest.raises(NotFound):
        store.addresses.create(NewAddress(customer=1, city="Oslo"))
