"""The card of a customer that somebody merged, or deleted, while it is open."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.screens.conftest import Start
from tests.store.conformance import given
from tests.store.conformance.test_merging import merge

from crm_tui.domain.customers import Customer
from crm_tui.screens.customer_card import CustomerCardScreen
from crm_tui.store.sql.store import SqlStore

Open = Callable[[str], SqlStore]


@pytest.fixture
def store(open_sample: Open) -> SqlStore:
    return open_sample("sanna")


@pytest.fixture
def two(store: SqlStore) -> tuple[Customer, Customer]:
    return given.customer(store, "Zeta Oy", number=4712), given.customer(store, "Zubr Ab", number=4713)


async def test_it_shows_the_one_that_it_went_into(
    start: Start, store: SqlStore, open_sample: Open, two: tuple[Customer, Customer]
) -> None:
    goes, stays = two
    other = open_sample("sanna")
    async with start(store=store) as crm:
        await crm.open("Zeta Oy")
        merge(other, stays, goes)
        await crm.press("r")
        await crm.expect_toast("Zeta Oy is part of Zubr Ab now.")
        assert "Zubr Ab" in crm.customer


async def test_merged_both_ways_and_deleted_at_last(
    start: Start, store: SqlStore, two: tuple[Customer, Customer]
) -> None:
    one, other = two
    async with start(store=store) as crm:
        await crm.open("Zubr Ab")
        await crm.press("m")
        await crm.choose("Merge")
        await crm.type("Zeta")
        await crm.press("enter", "ctrl+s", "D")
        await crm.expect_toast("Zeta Oy 4712 is part of Zubr Ab 4713 now")
        await crm.press("u")
        await crm.expect_toast("Taken back: ")
        merge(store, one, other)
        await crm.press("r")
        assert "Zeta Oy" in crm.customer
        store.customers.delete(one.id, store.customers.get(one.id).revision)
        await crm.press("r")
        await crm.expect_toast("This customer was deleted.")
        assert not isinstance(crm.app.screen, CustomerCardScreen)
