"""What a merge takes from whom, if one chooses nothing: no amount changes its currency, nobody becomes inactive."""

from __future__ import annotations

import pytest
from tests.store.conformance import given

from crm_tui.domain.contacts import ContactChange
from crm_tui.domain.customers import Customer, CustomerChange
from crm_tui.domain.entities import Kind
from crm_tui.domain.settings import BillingChange
from crm_tui.screens.merge_rows import MergeRow, Take
from crm_tui.screens.two_alike import MergeCheck, merge, read_merge
from crm_tui.store.port import Store
from crm_tui.store.sql.store import SqlStore


@pytest.fixture
def store(fresh_store: SqlStore) -> Store:
    return fresh_store


def customer(store: Store, currency: str | None, revenue: int | None) -> Customer:
    """With annual revenue in minor units."""
    made = given.customer(store, "Aalto", annual_revenue=revenue)
    billing = store.billing.of_customer(made.id)
    if billing.currency != currency:
        store.billing.update(made.id, billing.revision, BillingChange(currency=currency))
    return made


def choices(check: MergeCheck, *labels: str) -> dict[str, MergeRow]:
    return {row.label: row for row in check.two.differing if row.label in labels}


@pytest.mark.parametrize(
    ("left", "right", "shown", "take", "becomes"),
    [
        (("EUR", 100_00), ("USD", 500_00), ("EUR · revenue 100", "USD · revenue 500"), None, ("EUR", 100_00)),
        (("EUR", 100_00), ("USD", 500_00), ("EUR · revenue 100", "USD · revenue 500"), Take.RIGHT, ("USD", 500_00)),
        (("EUR", None), ("JPY", 500), ("EUR", "JPY · revenue 500"), None, ("EUR", None)),
        (("EUR", None), ("JPY", 500), ("EUR", "JPY · revenue 500"), Take.RIGHT, ("JPY", 500)),
        # those without a currency of their own have the one of the organization
        ((None, 100_00), ("USD", None), ("EUR · revenue 100", "USD"), None, (None, 100_00)),
        ((None, None), ("USD", 500_00), ("", "USD · revenue 500"), None, ("USD", 500_00)),
    ],
)
def test_an_amount_keeps_its_currency(
    store: Store,
    left: tuple[str | None, int | None],
    right: tuple[str | None, int | None],
    shown: tuple[str, str],
    take: Take | None,
    becomes: tuple[str | None, int | None],
) -> None:
    stays, goes = customer(store, *left), customer(store, *right)
    check = read_merge(store, Kind.CUSTOMER, stays.id, goes.id)
    (row,) = choices(check, "Annual revenue", "Currency").values()
    assert (row.left, row.right) == shown
    merge(store, check.two, {} if take is None else {row.id: take})
    assert (store.billing.of_customer(stays.id).currency, store.customers.get(stays.id).annual_revenue) == becomes


def test_revenue_of_one_currency_is_chosen_by_itself(store: Store) -> None:
    stays, goes = customer(store, None, None), customer(store, "EUR", 500_00)
    check = read_merge(store, Kind.CUSTOMER, stays.id, goes.id)
    rows = choices(check, "Annual revenue", "Currency")
    assert (rows["Annual revenue"].right, rows["Currency"].right) == ("500 EUR", "EUR")
    merge(store, check.two, {rows["Currency"].id: Take.LEFT})
    assert (store.billing.of_customer(stays.id).currency, store.customers.get(stays.id).annual_revenue) == (
        None, 500_00,
    )  # fmt: skip


@pytest.mark.parametrize("active", [(False, True), (True, False)])
def test_who_is_active_in_either_stays_active(store: Store, active: tuple[bool, bool]) -> None:
    """Inactive are often those that were merged by hand before."""
    one, other = given.customer(store, "Aalto"), given.customer(store, "Aalto Oy")
    people = [given.contact(store, one, "Liisa", "Laine"), given.contact(store, one, "Lisa", "Laine")]
    for each, person, is_active in zip((one, other), people, active, strict=True):
        store.customers.update(each.id, each.revision, CustomerChange(is_active=is_active))
        store.contacts.update(person.id, person.revision, ContactChange(is_active=is_active))
    merge(store, read_merge(store, Kind.CONTACT, people[0].id, people[1].id).two, {})
    assert store.contacts.get(people[0].id).is_active
    merge(store, read_merge(store, Kind.CUSTOMER, one.id, other.id).two, {})
    assert store.customers.get(one.id).is_active
