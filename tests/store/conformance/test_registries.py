"""Registries and billing settings: values to choose from, and the choices of a customer (rule 6)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from tests.store.conftest import AsUser, Value

from crm_tui.domain.activities import ActivityKind, NewActivity
from crm_tui.domain.addresses import NewAddress
from crm_tui.domain.cases import NewCase, SalesState
from crm_tui.domain.contacts import NewContact
from crm_tui.domain.customers import NewCustomer
from crm_tui.domain.errors import Blocked, Conflict, Denied, Invalid, NotFound
from crm_tui.domain.permissions import CustomerLevel, ProjectLevel
from crm_tui.domain.registries import NewRegistryValue, RegistryChange, RegistryKind
from crm_tui.domain.settings import BillingChange
from crm_tui.store.port import Store


def names(store: Store, kind: RegistryKind, *, disabled: bool = True) -> list[str]:
    return [value.name for value in store.registries.list(kind, disabled=disabled)]


def test_values_keep_their_order_and_new_ones_go_to_the_end(store: Store) -> None:
    for name in ("Steering group", "Decision maker"):
        store.registries.create(NewRegistryValue(kind=RegistryKind.KEYWORD, name=name))
    first = NewRegistryValue(kind=RegistryKind.KEYWORD, name="Alumni", position=1)
    alumni = store.registries.create(first)
    assert names(store, RegistryKind.KEYWORD) == ["Alumni", "Steering group", "Decision maker"]
    store.registries.update(alumni.id, alumni.revision, RegistryChange(position=99))
    assert names(store, RegistryKind.KEYWORD) == ["Steering group", "Decision maker", "Alumni"]


def test_disabled_values_are_left_out_on_request(store: Store, value: Value) -> None:
    vip = store.registries.get(value(RegistryKind.KEYWORD, "VIP"))
    vip = store.registries.update(vip.id, vip.revision, RegistryChange(is_active=False))
    assert names(store, RegistryKind.KEYWORD) == ["VIP"]
    assert names(store, RegistryKind.KEYWORD, disabled=False) == []
    assert not store.registries.get(vip.id).is_active


def test_a_name_stands_once_in_its_list(store: Store, value: Value) -> None:
    vip = store.registries.get(value(RegistryKind.KEYWORD, "VIP"))
    with pytest.raises(Invalid, match="already"):
        store.registries.create(NewRegistryValue(kind=RegistryKind.KEYWORD, name="vip"))
    with pytest.raises(Invalid):
        store.registries.update(vip.id, vip.revision, RegistryChange(name=" "))
    value(RegistryKind.CONTACT_ROLE, "VIP")
    groups = [value(RegistryKind.SEGMENT_GROUP, name) for name in ("Size", "Trade")]
    for group in groups:
        store.registries.create(NewRegistryValue(kind=RegistryKind.SEGMENT, name="Other", group=group))
    with pytest.raises(Invalid, match="already"):
        store.registries.create(NewRegistryValue(kind=RegistryKind.SEGMENT, name="Other", group=groups[0]))


def test_segments_belong_to_groups_and_nothing_else_does(store: Store, value: Value) -> None:
    vip = value(RegistryKind.KEYWORD, "VIP")
    for kind, group in (
        (RegistryKind.SEGMENT, None),
        (RegistryKind.SEGMENT, vip),
        (RegistryKind.SEGMENT, 9999),
        (RegistryKind.KEYWORD, value(RegistryKind.SEGMENT_GROUP, "Size")),
    ):
        with pytest.raises(Invalid) as refused:
            store.registries.create(NewRegistryValue(kind=kind, name="Small", group=group))
        assert refused.value.field == "group"


def test_a_list_has_one_default(store: Store) -> None:
    before = store.registries.list(RegistryKind.TASK_STATUS)
    review = next(v for v in before if v.name == "In review")
    store.registries.update(review.id, review.revision, RegistryChange(is_default=True))
    assert [v.name for v in store.registries.list(RegistryKind.TASK_STATUS) if v.is_default] == ["In review"]
    store.registries.create(NewRegistryValue(kind=RegistryKind.TASK_STATUS, name="Ideas", is_default=True))
    assert [v.name for v in store.registries.list(RegistryKind.TASK_STATUS) if v.is_default] == ["Ideas"]


def test_some_sales_status_stays_for_each_state(store: Store) -> None:
    won, lost = (
        next(v for v in store.registries.list(RegistryKind.SALES_STATUS) if v.sales_state is state)
        for state in (SalesState.WON, SalesState.LOST)
    )
    with pytest.raises(Invalid, match="only sales status"):
        store.registries.update(won.id, won.revision, RegistryChange(is_active=False))
    with pytest.raises(Invalid, match="only sales status"):
        store.registries.delete(lost.id, lost.revision)
    another = NewRegistryValue(
        kind=RegistryKind.SALES_STATUS, name="Signed", sales_state=SalesState.WON, probability=100
    )
    store.registries.create(another)
    store.registries.update(won.id, won.revision, RegistryChange(is_active=False))


def test_codes_stay(store: Store, value: Value) -> None:
    euro = store.registries.get(value(RegistryKind.CURRENCY, "Euro"))
    with pytest.raises(Invalid) as refused:
        store.registries.update(euro.id, euro.revision, RegistryChange(code="EUX"))
    assert refused.value.field == "code"
    with pytest.raises(Invalid) as refused:
        store.registries.create(NewRegistryValue(kind=RegistryKind.CURRENCY, name="New euro", code="EUR"))
    assert refused.value.field == "code"


def test_what_is_used_can_t_be_deleted_and_says_by_what(store: Store, value: Value) -> None:
    group = value(RegistryKind.SEGMENT_GROUP, "Trade")
    used = {
        "industry": value(RegistryKind.INDUSTRY, "Construction"),
        "segment": value(RegistryKind.SEGMENT, "Shipping", group=group),
        "role": value(RegistryKind.CONTACT_ROLE, "Procurement"),
        "keyword": value(RegistryKind.KEYWORD, "VIP"),
        "type": value(RegistryKind.ACTIVITY_TYPE, "Call"),
        "status": value(RegistryKind.SALES_STATUS, "Qualified"),
        "country": value(RegistryKind.COUNTRY, "Norway"),
        "currency": value(RegistryKind.CURRENCY, "Swedish krona"),
        "language": value(RegistryKind.LANGUAGE, "German"),
    }
    acme = store.customers.create(NewCustomer(name="Acme", industry=used["industry"], segments=(used["segment"],)))
    store.addresses.create(NewAddress(customer=acme.id, country="NO"))
    store.contacts.create(
        NewContact(customer=acme.id, first_name="Eeva", last_name="L", role=used["role"], keywords=(used["keyword"],))
    )
    store.activities.create(NewActivity(kind=ActivityKind.TODO, name="Ring", customer=acme.id, type=used["type"]))
    store.cases.create(NewCase(customer=acme.id, name="Offer", sales_status=used["status"], currency="SEK"))
    settings = store.billing.of_customer(acme.id)
    store.billing.update(acme.id, settings.revision, BillingChange(invoice_language="de"))
    labels = {"role": "Eeva L", "keyword": "Eeva L", "type": "Ring", "status": "Offer", "currency": "Offer"}
    for field, key in (used | {"group": group}).items():
        with pytest.raises(Blocked) as blocked:
            store.registries.delete(key, store.registries.get(key).revision)
        (blocker,) = blocked.value.blockers
        assert labels.get(field, "Shipping" if field == "group" else "Acme") in blocker[2]


def test_what_nothing_uses_can_be_deleted(store: Store, value: Value) -> None:
    vip = store.registries.get(value(RegistryKind.KEYWORD, "VIP"))
    with pytest.raises(Conflict):
        store.registries.delete(vip.id, vip.revision + 1)
    store.registries.delete(vip.id, vip.revision)
    with pytest.raises(NotFound):
        store.registries.get(vip.id)


def test_only_administrators_write_and_learn_nothing_they_may_not_see(
    store: Store, value: Value, as_user: AsUser
) -> None:
    status = value(RegistryKind.SALES_STATUS, "Qualified")
    acme = store.customers.create(NewCustomer(name="Canary Oy"))
    store.cases.create(NewCase(customer=acme.id, name="Canary case", sales_status=status))
    vera = as_user("vera")
    qualified = vera.registries.get(status)
    for call in (
        lambda: vera.registries.create(NewRegistryValue(kind=RegistryKind.KEYWORD, name="VIP")),
        lambda: vera.registries.update(status, qualified.revision, RegistryChange(name="X")),
        lambda: vera.registries.delete(status, qualified.revision),
    ):
        with pytest.raises(Denied, match="administrator"):
            call()
    clerk = as_user("clerk", customers=CustomerLevel.READ, projects=ProjectLevel.NONE, admin=True)
    with pytest.raises(Blocked) as blocked:
        clerk.registries.delete(status, qualified.revision)
    assert "Canary" not in str(blocked.value)


def test_billing_settings(store: Store, as_user: AsUser) -> None:
    acme = store.customers.create(NewCustomer(name="Acme"))
    before = store.billing.of_customer(acme.id)
    vera = as_user("vera", customers=CustomerLevel.EDIT)
    after = vera.billing.update(
        acme.id,
        before.revision,
        BillingChange(
            payment_term=30,
            vat_percent=Decimal("25.5"),
            overdue_interest=Decimal("8"),
            currency="NOK",
            einvoice_address="003709741234",
            einvoice_operator="003721291126",
        ),
    )
    assert store.billing.of_customer(acme.id) == after
    assert (after.payment_term, after.vat_percent, after.currency) == (30, Decimal("25.5"), "NOK")
    assert after.invoice_language == before.invoice_language
    with pytest.raises(Conflict) as conflict:
        store.billing.update(acme.id, before.revision, BillingChange(payment_term=14))
    assert conflict.value.theirs == after
    reader = as_user("reader", customers=CustomerLevel.READ)
    assert reader.billing.of_customer(acme.id) == after
    with pytest.raises(Denied, match="customers: edit"):
        reader.billing.update(acme.id, after.revision, BillingChange(payment_term=14))


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("payment_term", BillingChange(payment_term=-1)),
        ("vat_percent", BillingChange(vat_percent=Decimal(101))),
        ("einvoice_address", BillingChange(einvoice_address="0037")),
        ("currency", BillingChange(currency="XXX")),
        ("invoice_language", BillingChange(invoice_language="tlh")),
        ("time_zone", BillingChange(time_zone="Nowhere")),
    ],
)
def test_billing_settings_that_make_no_sense(store: Store, field: str, change: BillingChange) -> None:
    acme = store.customers.create(NewCustomer(name="Acme"))
    before = store.billing.of_customer(acme.id)
    with pytest.raises(Invalid) as refused:
        store.billing.update(acme.id, before.revision, change)
    assert refused.value.field == field
    assert store.billing.of_customer(acme.id) == before


def test_a_disabled_currency_stays_but_is_not_chosen_anew(store: Store, value: Value) -> None:
    acme, other = (store.customers.create(NewCustomer(name=name)) for name in ("Acme", "Other"))
    settings = store.billing.of_customer(acme.id)
    settings = store.billing.update(acme.id, settings.revision, BillingChange(currency="GBP"))
    pound = store.registries.get(value(RegistryKind.CURRENCY, "Pound sterling"))
    store.registries.update(pound.id, pound.revision, RegistryChange(is_active=False))
    store.billing.update(acme.id, settings.revision, BillingChange(payment_term=7))
    with pytest.raises(Invalid, match="disabled"):
        store.billing.update(other.id, 1, BillingChange(currency="GBP"))
