"""The customers that a business register may know, for a comparison of all of them."""

from __future__ import annotations

import pytest
from tests.store.conftest import AsUser

from crm_tui.domain.addresses import NewAddress
from crm_tui.domain.customers import NewCustomer
from crm_tui.domain.errors import Denied
from crm_tui.domain.permissions import CustomerLevel
from crm_tui.store.customers import RegisteredCustomer
from crm_tui.store.paging import PageRequest
from crm_tui.store.port import Store


def test_active_customers_with_an_id_come_by_number_in_pages(store: Store, as_user: AsUser) -> None:
    nokia = store.customers.create(NewCustomer(name="Nokia Oyj", vat_number="FI01120389", number=700))
    store.customers.create(NewCustomer(name="No id", number=500))
    store.customers.create(NewCustomer(name="Left", vat_number="FI23365096", is_active=False))
    store.customers.create(NewCustomer(name="Ours", vat_number="FI23365096", is_internal=True))
    equinor = store.customers.create(NewCustomer(name="Equinor", business_id="923609016", number=600))
    store.addresses.create(NewAddress(customer=equinor.id, city="Stavanger", country="NO"))
    store.addresses.create(NewAddress(customer=equinor.id, city="Espoo", country="FI"))
    first = store.customers.registered(PageRequest(limit=1))
    assert first.more
    assert first.rows == (
        RegisteredCustomer(
            id=equinor.id, number=600, name="Equinor", vat_number=None, business_id="923609016", country="NO"
        ),
    )
    rest = store.customers.registered(PageRequest(limit=5, after=first.cursors[-1]))
    assert [(row.id, row.vat_number, row.country) for row in rest.rows] == [(nokia.id, "FI01120389", None)]
    assert not rest.more
    assert as_user("reader", customers=CustomerLevel.READ).customers.registered(PageRequest()).rows
    with pytest.raises(Denied):
        as_user("nobody", customers=CustomerLevel.NONE).customers.registered(PageRequest())
