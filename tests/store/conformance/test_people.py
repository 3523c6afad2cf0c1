"""Contacts of all customers: which ones fit, in which order, page by page, for whom."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.store.conformance import given
from tests.store.conformance.given import ALL
from tests.store.conftest import AsUser, Value

from crm_tui.domain.contacts import ContactChange, Email, Phone
from crm_tui.domain.customers import CustomerChange
from crm_tui.domain.errors import Denied
from crm_tui.domain.permissions import CustomerLevel, ProjectLevel
from crm_tui.domain.registries import RegistryChange, RegistryKind
from crm_tui.store.contacts import ContactQuery
from crm_tui.store.paging import Count, PageRequest
from crm_tui.store.port import Store


def names(store: Store, query: ContactQuery | None = None, **fields: Any) -> list[str]:
    """First names in list order; whatever is listed is also counted."""
    asked = query or ContactQuery(**fields)
    rows = store.contacts.across(asked, ALL).rows
    assert store.contacts.count_across(asked) == store.contacts.count_across(asked, exact=True) == Count(len(rows))
    return [row.contact.first_name for row in rows]


@pytest.fixture
def people(store: Store, value: Value) -> Store:
    """Three customers, one of them inactive, with five contacts, one of them inactive; one more was erased."""
    segments = (value(RegistryKind.SEGMENT, "Yards", group=value(RegistryKind.SEGMENT_GROUP, "Business")),)
    aalto = given.customer(
        store, "Aalto Robotics Oy", industry=value(RegistryKind.INDUSTRY, "Robots"), segments=segments
    )
    laine = given.customer(store, "Laine & Pojat", email="info@lp.example", owner=None)
    gone = given.customer(store, "Gone Ab", industry=value(RegistryKind.INDUSTRY, "Robots"))
    news, vip = value(RegistryKind.KEYWORD, "News"), value(RegistryKind.KEYWORD, "VIP")
    buyer = value(RegistryKind.CONTACT_ROLE, "Buyer")
    given.contact(store, aalto, "Liisa", "Laine", keywords=(news, vip), role=buyer)
    given.contact(store, aalto, "Antti", "Öberg", keywords=(news,), phones=(Phone("+358 40 555 0143"),))
    given.contact(store, laine, "Åsa", "aalto", role=buyer, emails=(Email("asa@sea.example"),))
    given.contact(store, laine, "Ivar", "Idle", keywords=(news,), is_active=False)
    given.contact(store, gone, "Gun", "Berg", keywords=(vip,))
    erased = given.contact(store, laine, "Erik", "Erased", keywords=(vip,))
    store.contacts.delete(erased.id, erased.revision)
    store.customers.update(gone.id, gone.revision, CustomerChange(is_active=False))
    return store


def test_they_are_listed_by_last_name_with_what_they_point_to(people: Store) -> None:
    assert names(people) == ["Åsa", "Liisa", "Antti"]
    row = people.contacts.across(ContactQuery(), ALL).rows[1]
    assert (row.role_name, row.keyword_names, row.customer_name) == ("Buyer", ("News", "VIP"), "Aalto Robotics Oy")
    assert row.customer_is_active
    assert row.contact == people.contacts.get(row.contact.id)
    assert row.customer_number == people.customers.get(row.contact.customer).number


def test_inactive_ones_and_those_of_inactive_customers_are_listed_if_asked(people: Store) -> None:
    assert names(people, active=None) == ["Åsa", "Gun", "Ivar", "Liisa", "Antti"]
    assert names(people, active=False) == ["Gun", "Ivar"]
    gun = people.contacts.across(ContactQuery(active=False), ALL).rows[0]
    assert (gun.contact.is_active, gun.customer_is_active) == (True, False)


TYPED: list[tuple[str, list[str]]] = [
    ("laine", ["Åsa", "Liisa"]),  # the name of one, the customer of the other
    ("LIISA aalto", ["Liisa"]),  # a word of the person, one of the customer
    ("aalto", ["Åsa", "Liisa", "Antti"]),
    ("oberg", ["Antti"]),
    ("040 555", ["Antti"]),
    ("sea.example", ["Åsa"]),
    ("aine", ["Åsa", "Liisa"]),  # inside of a word: nobody has one that begins so
    ("obert", []),
    ('"liisa laine"', ["Liisa"]),
    ('"laine liisa"', ["Liisa"]),
    ('"liisa aalto"', []),
    ("aalto -robotics", ["Åsa"]),
    ("keyword:news", ["Liisa", "Antti"]),
    ("role:buyer laine", ["Åsa", "Liisa"]),
    ("keyword:nothing", []),
    ('owner:"aino admin" -asa', ["Liisa", "Antti"]),
    ("city:oslo", []),
    ("' OR 1 --", []),
]


def test_typed_words_are_those_of_the_contact_or_of_its_customer(people: Store) -> None:
    assert [(text, names(people, text=text)) for text, _ in TYPED] == TYPED


def test_each_filter_narrows_and_all_of_them_together(people: Store, value: Value) -> None:
    news, vip = value(RegistryKind.KEYWORD, "News"), value(RegistryKind.KEYWORD, "VIP")
    buyer, robots = value(RegistryKind.CONTACT_ROLE, "Buyer"), value(RegistryKind.INDUSTRY, "Robots")
    yards = value(RegistryKind.SEGMENT, "Yards")
    assert names(people, keyword=news) == ["Liisa", "Antti"]
    assert names(people, keyword=news, active=None) == ["Ivar", "Liisa", "Antti"]
    assert names(people, role=buyer) == ["Åsa", "Liisa"]
    assert names(people, industry=robots) == ["Liisa", "Antti"]
    assert names(people, industry=robots, active=None) == ["Gun", "Liisa", "Antti"]
    assert names(people, segment=yards) == ["Liisa", "Antti"]
    assert names(people, owner=given.me(people)) == ["Åsa", "Liisa", "Antti"]
    assert names(people, keyword=vip, role=buyer, industry=robots, segment=yards, text="liisa") == ["Liisa"]
    assert names(people, keyword=vip, text="keyword:news") == ["Liisa"]
    assert names(people, keyword=10_000) == names(people, owner=10_000) == []


def test_a_disabled_value_still_filters(people: Store, value: Value) -> None:
    news = people.registries.get(value(RegistryKind.KEYWORD, "News"))
    people.registries.update(news.id, news.revision, RegistryChange(is_active=False))
    assert names(people, keyword=news.id) == ["Liisa", "Antti"]


def test_changes_are_seen_at_once(people: Store, value: Value) -> None:
    buyer = value(RegistryKind.CONTACT_ROLE, "Buyer")
    asa = people.contacts.across(ContactQuery(), ALL).rows[0].contact
    people.contacts.update(asa.id, asa.revision, ContactChange(role=None, last_name="Zeta"))
    assert names(people, role=buyer) == ["Liisa"]
    assert names(people, text="zeta") == ["Åsa"]


def test_pages_go_both_ways_whatever_the_list_is_narrowed_to(people: Store, value: Value) -> None:
    for query in (ContactQuery(active=None), ContactQuery(active=None, text="a"), ContactQuery(owner=given.me(people))):
        everybody = names(people, query)
        forward = _walk(people, query, lambda last: PageRequest(limit=2, after=last))
        first = people.contacts.across(query, PageRequest(limit=2, from_end=True))
        assert [row.contact.first_name for row in first.rows] == everybody[-2:]
        assert forward == everybody
        skipped = people.contacts.across(query, PageRequest(limit=2, skip=1))
        assert [row.contact.first_name for row in skipped.rows] == everybody[1:3]


def _walk(store: Store, query: ContactQuery, following: Callable[[str | None], PageRequest]) -> list[str]:
    found: list[str] = []
    cursor: str | None = None
    while True:
        page = store.contacts.across(query, following(cursor))
        found += [row.contact.first_name for row in page.rows]
        if not page.more:
            return found
        cursor = page.cursors[-1]


@pytest.mark.parametrize("customers", [level for level in CustomerLevel if level is not CustomerLevel.NONE])
@pytest.mark.parametrize("projects", [ProjectLevel.NONE, ProjectLevel.ALL])
def test_who_reads_customers_sees_all_their_contacts(
    people: Store, as_user: AsUser, customers: CustomerLevel, projects: ProjectLevel
) -> None:
    reader = as_user("reader", customers=customers, projects=projects)
    assert names(reader, active=None) == names(people, active=None)


def test_who_reads_no_customers_is_told_what_is_missing(people: Store, as_user: AsUser) -> None:
    nobody = as_user("nobody", customers=CustomerLevel.NONE)
    for ask in (
        lambda: nobody.contacts.across(ContactQuery(), ALL),
        lambda: nobody.contacts.count_across(ContactQuery()),
    ):
        with pytest.raises(Denied) as refused:
            ask()
        assert refused.value.permission == "customers: read"
