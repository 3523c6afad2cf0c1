"""Saved views: the actor's own, by name, read again as they were saved."""

from __future__ import annotations

from typing import Any

import pytest
from tests.store.conformance import given
from tests.store.conformance.given import ALL
from tests.store.conftest import AsUser, Value

from crm_tui.domain.errors import Invalid, NotFound
from crm_tui.domain.permissions import CustomerLevel
from crm_tui.domain.registries import RegistryKind
from crm_tui.store.contacts import ContactQuery
from crm_tui.store.customers import CustomerQuery, CustomerSort
from crm_tui.store.port import Store
from crm_tui.store.views import ContactView, CustomerView

CUSTOMERS = CustomerQuery(
    text="oy -ab", active=None, owner=1, industry=2, segment=3, favourites=True, sort=CustomerSort.CITY, descending=True
)
CONTACTS = ContactQuery(text="“liisa”", keyword=1, role=2, owner=3, industry=4, segment=5, active=False)


def test_a_view_comes_back_as_it_was_saved(store: Store) -> None:
    customers = store.views.save_customers("  Mine, by city ", CUSTOMERS)
    contacts = store.views.save_contacts("Åbo 🎄", CONTACTS)
    assert customers == CustomerView(id=customers.id, name="Mine, by city", query=CUSTOMERS)
    assert store.views.customers() == (customers,)
    assert store.views.contacts() == (contacts,) == (ContactView(id=contacts.id, name="Åbo 🎄", query=CONTACTS),)


def test_views_are_listed_by_name_capitals_aside(store: Store) -> None:
    for name in ("b", "C", "a", "Ä"):
        store.views.save_contacts(name, ContactQuery())
    assert [view.name for view in store.views.contacts()] == ["a", "b", "C", "Ä"]


def test_saving_under_a_name_that_is_there_takes_its_place(store: Store) -> None:
    first = store.views.save_contacts("Christmas cards", ContactQuery(keyword=1))
    second = store.views.save_contacts(" CHRISTMAS cards", ContactQuery(keyword=2))
    assert second.id == first.id
    assert store.views.contacts() == (second,)
    assert store.views.save_customers("Christmas cards", CustomerQuery()).id != first.id  # another list


def test_blanks_inside_of_a_name_are_one(store: Store) -> None:
    first = store.views.save_contacts(" Christmas \t cards\u2003", ContactQuery(keyword=1))
    second = store.views.save_contacts("christmas  CARDS", ContactQuery(keyword=2))
    assert (first.name, second.name, second.id) == ("Christmas cards", "christmas CARDS", first.id)
    other = store.views.save_contacts("other", ContactQuery())
    with pytest.raises(Invalid):
        store.views.rename(other.id, "Christmas   cards")
    store.views.rename(other.id, "all  of them")
    assert [view.name for view in store.views.contacts()] == ["all of them", "christmas CARDS"]


@pytest.mark.parametrize("text", ["a\0b", "\ud800"])
def test_what_was_typed_has_to_be_text(store: Store, text: str) -> None:
    for call in (
        lambda: store.views.save_contacts("view", ContactQuery(text=text)),
        lambda: store.views.save_customers("view", CustomerQuery(text=text)),
    ):
        with pytest.raises(Invalid) as refused:
            call()
        assert refused.value.field == "text"
    assert (store.views.contacts(), store.views.customers()) == ((), ())


@pytest.mark.parametrize("name", ["", "  \t", "a\0b", "\ud800"])
def test_a_name_has_to_be_one(store: Store, name: str) -> None:
    view = store.views.save_contacts("kept", ContactQuery())
    for call in (
        lambda: store.views.save_contacts(name, ContactQuery()),
        lambda: store.views.save_customers(name, CustomerQuery()),
        lambda: store.views.rename(view.id, name),
    ):
        with pytest.raises(Invalid) as refused:
            call()
        assert refused.value.field == "name"
    assert store.views.contacts() == (view,)


def test_renaming_keeps_the_query_and_meets_no_other_view(store: Store) -> None:
    news, fair = (store.views.save_contacts(name, ContactQuery(text=name)) for name in ("news", "fair"))
    store.views.save_customers("yards", CustomerQuery())
    store.views.rename(news.id, " NEWS")
    store.views.rename(fair.id, "Yards")  # that of another list
    assert [(view.name, view.query.text) for view in store.views.contacts()] == [("NEWS", "news"), ("Yards", "fair")]
    with pytest.raises(Invalid) as refused:
        store.views.rename(fair.id, "news")
    assert "news" in str(refused.value)


def test_a_deleted_view_is_gone(store: Store) -> None:
    view = store.views.save_contacts("news", ContactQuery())
    store.views.delete(view.id)
    assert store.views.contacts() == ()
    with pytest.raises(NotFound):
        store.views.delete(view.id)
    with pytest.raises(NotFound):
        store.views.rename(view.id, "x")


def test_views_are_nobody_elses(store: Store, as_user: AsUser) -> None:
    mine = store.views.save_contacts("news", ContactQuery(keyword=1))
    vera = as_user("vera", customers=CustomerLevel.NONE)
    hers = vera.views.save_contacts("News", ContactQuery(keyword=2))
    assert (store.views.contacts(), vera.views.contacts()) == ((mine,), (hers,))
    with pytest.raises(NotFound):
        vera.views.delete(mine.id)
    with pytest.raises(NotFound):
        vera.views.rename(mine.id, "x")
    assert store.views.contacts() == (mine,)


def test_they_are_neither_logged_nor_undone(store: Store) -> None:
    before = store.pulse()
    store.views.save_contacts("news", ContactQuery())
    assert store.pulse() == before


def test_a_view_of_a_value_that_is_gone_lists_nothing(store: Store, value: Value) -> None:
    given.contact(store, given.customer(store))
    keyword = store.registries.get(value(RegistryKind.KEYWORD, "Fair 2019"))
    store.views.save_contacts("fair", ContactQuery(keyword=keyword.id))
    store.views.save_customers("fair", CustomerQuery(keyword=keyword.id))
    store.registries.delete(keyword.id, keyword.revision)
    (contacts,), (customers,) = store.views.contacts(), store.views.customers()
    assert store.contacts.across(contacts.query, ALL).rows == ()
    assert store.customers.page(customers.query, ALL).rows == ()


def test_a_value_that_is_replaced_is_so_in_views_of_everybody_until_that_is_undone(
    store: Store, as_user: AsUser, value: Value
) -> None:
    group = value(RegistryKind.SEGMENT_GROUP, "Trade")
    pairs = {
        "industry": [value(RegistryKind.INDUSTRY, name) for name in ("Construction", "Building")],
        "segment": [value(RegistryKind.SEGMENT, name, group=group) for name in ("Yards", "Ports")],
        "keyword": [value(RegistryKind.KEYWORD, name) for name in ("VIP", "Key people")],
        "role": [value(RegistryKind.CONTACT_ROLE, name) for name in ("Procurement", "Buyer")],
    }
    before: dict[str, Any] = {field: old for field, (old, _) in pairs.items()}
    after: dict[str, Any] = {field: new for field, (_, new) in pairs.items()}
    vera = as_user("vera", customers=CustomerLevel.NONE)
    vera.views.save_contacts("hers", ContactQuery(text="x", **before))
    vera.views.save_customers("hers", CustomerQuery(descending=True, **before))

    def hers() -> tuple[ContactQuery, CustomerQuery]:
        (contacts,), (customers,) = vera.views.contacts(), vera.views.customers()
        return contacts.query, customers.query

    for old, new in pairs.values():
        store.registries.delete(old, store.registries.get(old).revision, new)
    assert hers() == (ContactQuery(text="x", **after), CustomerQuery(descending=True, **after))
    for _ in pairs:
        store.history.undo()
    assert hers() == (ContactQuery(text="x", **before), CustomerQuery(descending=True, **before))
    for _ in pairs:
        store.history.redo()
    assert hers() == (ContactQuery(text="x", **after), CustomerQuery(descending=True, **after))


def test_what_is_replaced_twice_is_the_last_one_and_what_is_deleted_after_all_is_none(
    store: Store, value: Value
) -> None:
    first, second, third = (value(RegistryKind.KEYWORD, name) for name in ("VIP", "Key people", "Board"))
    store.views.save_contacts("cards", ContactQuery(keyword=first))

    def delete(keyword: int, replacement: int | None = None) -> None:
        store.registries.delete(keyword, store.registries.get(keyword).revision, replacement)

    def found() -> int | None:
        return store.views.contacts()[0].query.keyword

    delete(first, second)
    delete(second, third)
    assert found() == third
    store.history.undo()
    assert found() == second
    store.history.undo()
    delete(first)
    assert found() == first  # lists nothing
