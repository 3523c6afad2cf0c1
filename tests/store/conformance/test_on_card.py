"""The card's side of a comparison with a register: what is on it, and what can be chosen here."""

from __future__ import annotations

from typing import Any

from tests.store.conformance import given
from tests.store.conformance.taking_back import address
from tests.store.conftest import AsUser, Value

from crm_tui.domain.customers import CustomerChange
from crm_tui.domain.permissions import CustomerLevel
from crm_tui.domain.registries import RegistryChange, RegistryKind
from crm_tui.store.on_card import Cards
from crm_tui.store.port import Store


def disable(store: Store, value: int) -> None:
    now = store.registries.get(value)
    store.registries.update(value, now.revision, RegistryChange(is_active=False))


def test_a_card_has_its_headquarters_its_industry_and_the_choices(store: Store, as_user: AsUser, value: Value) -> None:
    robots, shipyards = value(RegistryKind.INDUSTRY, "Robots"), value(RegistryKind.INDUSTRY, "Shipyards")
    aalto = given.customer(store, industry=shipyards)
    place = address(store, aalto, "Kuopio")
    disable(store, shipyards)
    disable(store, next(each.id for each in store.registries.list(RegistryKind.COUNTRY) if each.code == "NO"))
    card = Cards(store).of(store.customers.get(aalto.id))
    assert (card.customer.id, card.headquarters, card.industry) == (aalto.id, place, "Shipyards")
    assert card.home == store.users.organization().country
    assert store.registries.get(robots).name in card.choices.industries
    assert "Shipyards" not in card.choices.industries
    assert card.choices.disabled == {"Shipyards"}
    assert "FI" in card.choices.countries
    assert "NO" not in card.choices.countries
    assert card.choices.can_add
    assert not Cards(as_user("vera", customers=CustomerLevel.EDIT)).of(card.customer).choices.can_add


def test_a_headquarters_that_goes_between_two_reads_is_read_again(store: Store) -> None:
    aalto = given.customer(store)
    turku, oulu = address(store, aalto, "Turku"), address(store, aalto, "Oulu")
    stale = store.customers.get(aalto.id)

    def delete(found: Any) -> None:
        store.addresses.delete(found.id, found.revision)

    store.customers.update(aalto.id, stale.revision, CustomerChange(headquarters=oulu.id))
    delete(turku)
    card = Cards(store).of(stale)
    assert (card.headquarters, card.customer) == (oulu, store.customers.get(aalto.id))
    delete(oulu)
    assert Cards(store).of(stale).headquarters is None
