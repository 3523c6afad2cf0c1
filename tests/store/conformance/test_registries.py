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
from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import Blocked, Conflict, Denied, Invalid, NotFound
from crm_tui.domain.permissions import CustomerLevel, ProjectLevel
from crm_tui.domain.registries import NewRegistryValue, RegistryChange, RegistryKind, RegistryValue
from crm_tui.domain.settings import BillingChange
from crm_tui.store.port import Store
from crm_tui.store.settings import RegistryUse


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
    store.registries.update(vip.id, vip.revision, RegistryChange(is_active=False))
    with pytest.raises(Invalid, match="the keyword VIP is there already, disabled"):
        store.registries.create(NewRegistryValue(kind=RegistryKind.KEYWORD, name="vip"))
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


def test_it_is_counted_what_uses_a_value(store: Store, value: Value, as_user: AsUser) -> None:
    vip, unused = value(RegistryKind.KEYWORD, "VIP"), value(RegistryKind.KEYWORD, "Alumni")
    acme = store.customers.create(NewCustomer(name="Acme"))
    for name in ("Eeva", "Olli"):
        store.contacts.create(NewContact(customer=acme.id, first_name=name, last_name="L", keywords=(vip,)))
    store.cases.create(NewCase(customer=acme.id, name="Offer", keywords=(vip,)))
    assert store.registries.usage(vip) == (
        RegistryUse(kind=Kind.CONTACT, number=2),
        RegistryUse(kind=Kind.CASE, number=1),
    )
    assert store.registries.usage(unused) == ()
    clerk = as_user("clerk", customers=CustomerLevel.READ, projects=ProjectLevel.NONE, admin=True)
    assert clerk.registries.usage(vip) == (
        RegistryUse(kind=Kind.CONTACT, number=2),
        RegistryUse(kind=Kind.CASE, number=None),
    )
    reader = as_user("reader", customers=CustomerLevel.READ, projects=ProjectLevel.NONE)
    assert reader.registries.usage(vip) == (RegistryUse(kind=Kind.CONTACT, number=2),)


def test_a_value_moves_to_a_place_and_little_else_changes(store: Store, value: Value) -> None:
    keywords = [value(RegistryKind.KEYWORD, name) for name in "ABCD"]
    d = store.registries.get(keywords[3])
    moved = store.registries.reorder(d.id, d.revision, 1)
    assert names(store, RegistryKind.KEYWORD) == ["A", "D", "B", "C"]
    assert store.registries.get(keywords[0]).revision == 1
    store.registries.reorder(d.id, moved.revision, 99)
    assert names(store, RegistryKind.KEYWORD) == ["A", "B", "C", "D"]
    with pytest.raises(Conflict):
        store.registries.reorder(d.id, d.revision, 0)
    for name in "CDAB":
        same = store.registries.get(next(v.id for v in store.registries.list(RegistryKind.KEYWORD) if v.name == name))
        store.registries.update(same.id, same.revision, RegistryChange(position=7))
    first = store.registries.list(RegistryKind.KEYWORD)[0]
    store.registries.reorder(first.id, first.revision, 2)
    assert names(store, RegistryKind.KEYWORD) == ["B", "C", "A", "D"]
    store.history.undo()
    assert names(store, RegistryKind.KEYWORD) == ["A", "B", "C", "D"]


def test_segments_are_ordered_within_their_group(store: Store, value: Value) -> None:
    size, trade = (value(RegistryKind.SEGMENT_GROUP, name) for name in ("Size", "Trade"))
    for name, group in (("Small", size), ("Ports", trade), ("Large", size), ("Yards", trade)):
        value(RegistryKind.SEGMENT, name, group=group)
    large = next(v for v in store.registries.list(RegistryKind.SEGMENT) if v.name == "Large")
    store.registries.reorder(large.id, large.revision, 0)
    assert names(store, RegistryKind.SEGMENT) == ["Large", "Ports", "Small", "Yards"]


def test_what_is_used_is_deleted_with_a_replacement_and_undone_whole(store: Store, value: Value) -> None:
    trade, size = (value(RegistryKind.SEGMENT_GROUP, name) for name in ("Trade", "Size"))
    of = {
        "industry": (value(RegistryKind.INDUSTRY, "Construction"), value(RegistryKind.INDUSTRY, "Building")),
        "segment": tuple(value(RegistryKind.SEGMENT, name, group=trade) for name in ("Yards", "Ports")),
        "role": (value(RegistryKind.CONTACT_ROLE, "Procurement"), value(RegistryKind.CONTACT_ROLE, "Buyer")),
        "keyword": (value(RegistryKind.KEYWORD, "VIP"), value(RegistryKind.KEYWORD, "Key people")),
        "type": (value(RegistryKind.ACTIVITY_TYPE, "Call"), value(RegistryKind.ACTIVITY_TYPE, "Phone")),
        "status": (value(RegistryKind.SALES_STATUS, "Qualified"), value(RegistryKind.SALES_STATUS, "Offer sent")),
        "language": (value(RegistryKind.LANGUAGE, "German"), value(RegistryKind.LANGUAGE, "Danish")),
    }
    acme = store.customers.create(NewCustomer(name="Acme", industry=of["industry"][0], segments=of["segment"]))
    other = store.customers.create(NewCustomer(name="Other", segments=(of["segment"][0],)))
    keywords = (of["keyword"][0],)
    contact = store.contacts.create(
        NewContact(customer=acme.id, first_name="E", last_name="L", role=of["role"][0], keywords=keywords)
    )
    todo = store.activities.create(
        NewActivity(kind=ActivityKind.TODO, name="Ring", customer=acme.id, type=of["type"][0])
    )
    case = store.cases.create(NewCase(customer=acme.id, name="Offer", sales_status=of["status"][0], keywords=keywords))
    settings = store.billing.of_customer(acme.id)
    store.billing.update(acme.id, settings.revision, BillingChange(invoice_language="de"))

    def seen() -> tuple[object, ...]:
        customer = store.customers.get(acme.id)
        person, offer = store.contacts.get(contact.id), store.cases.get(case.id)
        return (
            customer.industry, customer.segments, store.customers.get(other.id).segments, person.role, person.keywords,
            store.activities.get(todo.id).type, offer.sales_status, offer.keywords,
            store.billing.of_customer(acme.id).invoice_language,
        )  # fmt: skip

    before = seen()
    for old, new in of.values():
        store.registries.delete(old, store.registries.get(old).revision, new)
        with pytest.raises(NotFound):
            store.registries.get(old)
    instead = {field: values[1] for field, values in of.items()}
    after = (
        instead["industry"], (instead["segment"],), (instead["segment"],), instead["role"], (instead["keyword"],),
        instead["type"], instead["status"], (instead["keyword"],), "da",
    )  # fmt: skip
    assert seen() == after
    for _ in of:
        store.history.undo()
    assert seen() == before
    for _ in of:
        store.history.redo()
    assert seen() == after
    group = store.registries.get(trade)
    store.registries.delete(trade, group.revision, size)
    assert store.registries.get(instead["segment"]).group == size


def test_a_replacement_means_the_same(store: Store, value: Value) -> None:
    def of(kind: RegistryKind, **wanted: object) -> RegistryValue:
        return next(v for v in store.registries.list(kind) if all(getattr(v, f) == w for f, w in wanted.items()))

    acme = store.customers.create(NewCustomer(name="Acme"))
    opened, won = (of(RegistryKind.SALES_STATUS, sales_state=state) for state in (SalesState.OPEN, SalesState.WON))
    store.cases.create(NewCase(customer=acme.id, name="Offer", sales_status=opened.id))
    todo, done = (of(RegistryKind.TASK_STATUS, is_done=is_done) for is_done in (False, True))
    euro, krona = (of(RegistryKind.CURRENCY, code=code) for code in ("EUR", "SEK"))
    finland, norway = (of(RegistryKind.COUNTRY, code=code) for code in ("FI", "NO"))
    old = store.registries.get(value(RegistryKind.KEYWORD, "Old"))
    off = store.registries.get(value(RegistryKind.KEYWORD, "Off"))
    off = store.registries.update(off.id, off.revision, RegistryChange(is_active=False))
    role = store.registries.get(value(RegistryKind.CONTACT_ROLE, "Buyer"))
    pairs = ((opened, won), (todo, done), (euro, krona), (finland, norway), (old, off), (old, role), (old, old))
    for gone, instead in pairs:
        with pytest.raises(Invalid) as refused:
            store.registries.delete(gone.id, gone.revision, instead.id)
        assert refused.value.field == "replacement"
        assert store.registries.get(gone.id) == gone
    assert todo.is_default
    second = of(RegistryKind.TASK_STATUS, is_done=False, is_default=False)
    store.registries.delete(todo.id, todo.revision, second.id)
    assert store.registries.get(second.id).is_default


def test_groups_merge_only_without_segments_of_one_name(store: Store, value: Value) -> None:
    groups = [value(RegistryKind.SEGMENT_GROUP, name) for name in ("Size", "Trade")]
    for group in groups:
        store.registries.create(NewRegistryValue(kind=RegistryKind.SEGMENT, name="Other", group=group))
    with pytest.raises(Invalid, match="already"):
        store.registries.delete(groups[0], 1, groups[1])


def test_what_belongs_to_the_program_is_not_added_or_deleted_and_codes_mean_something(store: Store) -> None:
    paid = store.registries.list(RegistryKind.INVOICE_STATUS)[-1]
    with pytest.raises(Invalid, match="belongs to the program"):
        store.registries.delete(paid.id, paid.revision)
    for kind, code in (
        (RegistryKind.INVOICE_STATUS, "late"),
        (RegistryKind.CURRENCY, "eu"),
        (RegistryKind.LANGUAGE, None),
        (RegistryKind.COUNTRY, "XX"),
        (RegistryKind.KEYWORD, "K"),
    ):
        with pytest.raises(Invalid):
            store.registries.create(NewRegistryValue(kind=kind, name="New", code=code))


def test_a_status_in_use_stays_done_or_not(store: Store) -> None:
    acme = store.customers.create(NewCustomer(name="Acme"))
    won = next(v for v in store.registries.list(RegistryKind.SALES_STATUS) if v.sales_state is SalesState.WON)
    case = store.cases.create(NewCase(customer=acme.id, name="Deck", sales_status=won.id))
    store.activities.create(NewActivity(kind=ActivityKind.TASK, name="Weld", case=case.id))
    used = next(v for v in store.registries.list(RegistryKind.TASK_STATUS) if v.is_default)
    with pytest.raises(Invalid) as refused:
        store.registries.update(used.id, used.revision, RegistryChange(is_done=True))
    assert refused.value.field == "is_done"


def test_nobody_moves_their_own_business_unit(store: Store, value: Value, as_user: AsUser) -> None:
    north, south = (value(RegistryKind.BUSINESS_UNIT, name) for name in ("North", "South"))
    clerk = as_user("clerk", admin=True, business_unit=north)
    with pytest.raises(Denied, match="another administrator"):
        clerk.registries.delete(north, 1, south)
    store.registries.delete(north, 1, south)
    assert clerk.users.me().user.business_unit == south
    store.history.undo()
    assert clerk.users.me().user.business_unit == north


def test_nobody_moves_the_cases_of_another_unit_into_their_own(store: Store, value: Value, as_user: AsUser) -> None:
    """Their money would be seen then, as after an edit that is refused (rule 18)."""
    north, south = (value(RegistryKind.BUSINESS_UNIT, name) for name in ("North", "South"))
    acme = store.customers.create(NewCustomer(name="Acme"))
    case = store.cases.create(NewCase(customer=acme.id, name="Hull", business_unit=north, expected_value=5_00)).id
    clerk = as_user("clerk", admin=True, projects=ProjectLevel.UNIT, business_unit=south)
    with pytest.raises(Denied, match=r"move the users and cases of North.*projects: all"):
        clerk.registries.delete(north, 1, south)
    assert store.cases.get(case).business_unit == north
    chief = as_user("chief", admin=True, projects=ProjectLevel.ALL, business_unit=south)
    chief.registries.delete(north, 1, south)
    assert store.cases.get(case).business_unit == south


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
        lambda: vera.registries.delete(status, qualified.revision, status),
        lambda: vera.registries.reorder(status, qualified.revision, 0),
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
