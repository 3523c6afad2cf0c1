"""The customers list: filters, orders, pages from any place, neighbours and sums."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import UNSET
from tests.store.conftest import AsUser, Clock, Value

from crm_tui.domain.activities import NewNote
from crm_tui.domain.addresses import NewAddress
from crm_tui.domain.cases import CaseChange, NewCase
from crm_tui.domain.contacts import ContactChange, NewContact
from crm_tui.domain.customers import CustomerChange, NewCustomer
from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import Invalid
from crm_tui.domain.money import Money
from crm_tui.domain.permissions import CustomerLevel, ProjectLevel
from crm_tui.domain.registries import RegistryKind
from crm_tui.store.customers import CustomerQuery, CustomerSort, Sum
from crm_tui.store.history import ImportItem
from crm_tui.store.paging import Count, PageRequest
from crm_tui.store.port import Store

ALL = PageRequest(limit=1000)


def add(store: Store, name: str, **fields: Any) -> int:
    return store.customers.create(NewCustomer(name=name, **fields)).id


def names(store: Store, query: CustomerQuery, request: PageRequest = ALL) -> list[str]:
    return [row.name for row in store.customers.page(query, request).rows]


def test_names_are_sorted_as_people_read_them(store: Store) -> None:
    for name in ("ålesund Elektro", "Zeta", "alfa", "Ab Öst", "Alfa", "3M"):
        add(store, name)
    assert names(store, CustomerQuery()) == ["3M", "Ab Öst", "ålesund Elektro", "alfa", "Alfa", "Zeta"]


def test_inactive_ones_leave_the_list_unless_asked_for(store: Store) -> None:
    gone = store.customers.create(NewCustomer(name="Gone"))
    add(store, "Here")
    store.customers.update(gone.id, gone.revision, CustomerChange(is_active=False))
    assert names(store, CustomerQuery()) == ["Here"]
    assert names(store, CustomerQuery(active=False)) == ["Gone"]
    assert names(store, CustomerQuery(active=None)) == ["Gone", "Here"]
    assert names(store, CustomerQuery(text="gone")) == []
    assert names(store, CustomerQuery(text="gone", active=None)) == ["Gone"]
    gone = store.customers.get(gone.id)
    store.customers.update(gone.id, gone.revision, CustomerChange(is_active=True))
    assert names(store, CustomerQuery()) == ["Gone", "Here"]


def test_each_filter_alone_and_all_together(store: Store, value: Value, as_user: AsUser) -> None:
    vera = as_user("vera").users.me().user.id
    industry = value(RegistryKind.INDUSTRY, "Construction")
    group = value(RegistryKind.SEGMENT_GROUP, "Trade")
    segment = value(RegistryKind.SEGMENT, "Shipping", group=group)
    keyword = value(RegistryKind.KEYWORD, "VIP")
    role = value(RegistryKind.CONTACT_ROLE, "Procurement")
    full = add(store, "Full", owner=vera, industry=industry, segments=(segment,))
    add(store, "Owned", owner=vera)
    add(store, "Industrial", industry=industry)
    add(store, "Segmented", segments=(segment,))
    add(store, "Plain")
    store.contacts.create(NewContact(customer=full, first_name="A", last_name="B", role=role, keywords=(keyword,)))
    store.customers.set_favourite(full, favourite=True)
    store.customers.opened(full)
    assert names(store, CustomerQuery(owner=vera)) == ["Full", "Owned"]
    assert names(store, CustomerQuery(industry=industry)) == ["Full", "Industrial"]
    assert names(store, CustomerQuery(segment=segment)) == ["Full", "Segmented"]
    for query in (
        CustomerQuery(keyword=keyword),
        CustomerQuery(role=role),
        CustomerQuery(favourites=True),
        CustomerQuery(recent=True),
        CustomerQuery(owner=vera, industry=industry, segment=segment, keyword=keyword, role=role, text="fu"),
    ):
        assert names(store, query) == ["Full"]
        assert store.customers.count(query).number == 1
    other = value(RegistryKind.INDUSTRY, "Education")
    assert names(store, CustomerQuery(owner=vera, industry=other)) == []


def test_keywords_and_roles_count_active_contacts_only(store: Store, value: Value) -> None:
    keyword = value(RegistryKind.KEYWORD, "VIP")
    new = NewContact(customer=add(store, "Acme"), first_name="A", last_name="B", keywords=(keyword,))
    contact = store.contacts.create(new)
    store.contacts.update(contact.id, contact.revision, ContactChange(is_active=False))
    assert names(store, CustomerQuery(keyword=keyword)) == []


def test_favourites_and_recent_ones_are_each_users_own(store: Store, as_user: AsUser, clock: Clock) -> None:
    vera = as_user("vera")
    ids = [add(store, f"Customer {n:02}") for n in range(55)]
    for key in ids:
        clock.advance(seconds=1)
        store.customers.opened(key)
    clock.advance(seconds=1)
    store.customers.opened(ids[20])
    recent = names(store, CustomerQuery(recent=True))
    assert recent[:3] == ["Customer 20", "Customer 54", "Customer 53"]
    assert len(recent) == 50
    assert names(vera, CustomerQuery(recent=True)) == []
    vera.customers.set_favourite(ids[3], favourite=True)
    vera.customers.set_favourite(ids[3], favourite=True)
    assert names(vera, CustomerQuery(favourites=True)) == ["Customer 03"]
    assert names(store, CustomerQuery(favourites=True)) == []
    assert vera.customers.page(CustomerQuery(favourites=True), ALL).rows[0].is_favourite
    vera.customers.set_favourite(ids[3], favourite=False)
    assert names(vera, CustomerQuery(favourites=True)) == []


def test_every_order_both_ways(store: Store, as_user: AsUser, clock: Clock) -> None:
    bo, vera = (as_user(login).users.me().user.id for login in ("bo", "vera"))
    for name, number, city, owner in (("A", 3, "Oslo", vera), ("B", 1, "Åbo", bo), ("C", 2, "Bergen", vera)):
        key = add(store, name, number=number, owner=owner)
        store.addresses.create(NewAddress(customer=key, city=city))
    add(store, "D", number=4, owner=bo)
    for name in ("C", "A"):
        clock.advance(hours=1)
        key = store.customers.page(CustomerQuery(text=name), ALL).rows[0].id
        store.notes.create(NewNote(customer=key, text="x"))
    expected = {
        CustomerSort.NAME: "ABCD",
        CustomerSort.NUMBER: "BCAD",
        CustomerSort.CITY: "DBCA",
        CustomerSort.OWNER: "BDAC",
        CustomerSort.LAST_ACTIVITY: "BDCA",
    }
    for sort, order in expected.items():
        assert "".join(names(store, CustomerQuery(sort=sort))) == order
        assert "".join(names(store, CustomerQuery(sort=sort, descending=True))) == order[::-1]
    last = store.customers.page(CustomerQuery(), ALL).rows
    assert [row.last_activity for row in last] == [clock.now, None, last[2].last_activity, None]
    assert last[0].city == "Oslo"


def test_the_order_by_open_value(store: Store, value: Value) -> None:
    lost = value(RegistryKind.SALES_STATUS, "Lost")
    offers: dict[str, list[tuple[int | None, str]]] = {
        "small": [(10, "EUR")],
        "large": [(70, "EUR"), (80, "EUR"), (1, "NOK")],
        "foreign": [(9999, "NOK")],
        "empty": [],
        "unknown": [(None, "EUR")],
    }
    for name, figures in offers.items():
        key = add(store, name)
        for amount, currency in figures:
            store.cases.create(NewCase(customer=key, name="Offer", expected_value=amount, currency=currency))
        gone = store.cases.create(NewCase(customer=key, name="Gone", expected_value=10_000, currency="EUR"))
        store.cases.update(gone.id, gone.revision, CaseChange(sales_status=lost))
    up = CustomerQuery(sort=CustomerSort.OPEN_VALUE)
    down = CustomerQuery(sort=CustomerSort.OPEN_VALUE, descending=True)
    assert names(store, up) == ["small", "large", "foreign", "empty", "unknown"]
    assert names(store, down) == ["large", "small", "foreign", "empty", "unknown"]
    rows = {row.name: row.open_value for row in store.customers.page(up, ALL).rows}
    assert rows["large"] == Sum((Money(150, "EUR"), Money(1, "NOK")))
    assert rows["empty"] == rows["unknown"] == Sum()
    assert store.customers.open_value(CustomerQuery()) == Sum((Money(160, "EUR"), Money(10_000, "NOK")))
    assert store.customers.open_value(CustomerQuery(text="foreign")) == Sum((Money(9999, "NOK"),))


def test_hidden_money_is_left_out_counted_and_sorts_as_absent(store: Store, as_user: AsUser) -> None:
    vera = as_user("vera", projects=ProjectLevel.MANAGER)
    me = vera.users.me().user.id
    for name, owner, amount in (("canary", None, 77777), ("mine", me, 10), ("other", me, 5)):
        key = add(store, name)
        store.cases.create(NewCase(customer=key, name="Offer", owner=owner, members=(me,), expected_value=amount))
    query = CustomerQuery(sort=CustomerSort.OPEN_VALUE, descending=True)
    assert names(vera, query) == ["mine", "other", "canary"]
    rows = {row.name: row.open_value for row in vera.customers.page(query, ALL).rows}
    assert rows == {
        "mine": Sum((Money(10, "EUR"),)),
        "other": Sum((Money(5, "EUR"),)),
        "canary": Sum((), left_out=1),
    }
    assert vera.customers.open_value(query) == Sum((Money(15, "EUR"),), left_out=1)


@pytest.mark.parametrize(
    ("customers", "projects"),
    [
        (CustomerLevel.EDIT, ProjectLevel.ALL),
        (CustomerLevel.ALL, ProjectLevel.MEMBER),
        (CustomerLevel.ALL, ProjectLevel.NONE),
    ],
)
def test_a_list_without_money_is_unset(
    store: Store, as_user: AsUser, customers: CustomerLevel, projects: ProjectLevel
) -> None:
    for name, amount in (("a", 1), ("b", 99)):
        store.cases.create(NewCase(customer=add(store, name), name="Offer", expected_value=amount))
    vera = as_user("vera", customers=customers, projects=projects)
    query = CustomerQuery(sort=CustomerSort.OPEN_VALUE, descending=True)
    assert names(vera, query) == ["a", "b"]
    assert all(row.open_value is UNSET for row in vera.customers.page(query, ALL).rows)
    assert vera.customers.open_value(query) is UNSET


QUERIES = [
    CustomerQuery(),
    CustomerQuery(descending=True),
    CustomerQuery(sort=CustomerSort.CITY),
    CustomerQuery(sort=CustomerSort.LAST_ACTIVITY, descending=True),
    CustomerQuery(sort=CustomerSort.OPEN_VALUE),
    CustomerQuery(text="customer"),
    CustomerQuery(text="customer", sort=CustomerSort.NUMBER, descending=True),
    CustomerQuery(recent=True),
]


@pytest.fixture
def twenty(store: Store) -> Store:
    for number in range(20):
        key = add(store, f"Customer {number * 7 % 10} {number}")
        store.customers.opened(key)
        if number % 3:
            store.addresses.create(NewAddress(customer=key, city=f"City {number % 4}"))
    return store


@pytest.mark.parametrize("query", QUERIES)
def test_pages_join_to_the_whole_list_in_both_directions(twenty: Store, query: CustomerQuery) -> None:
    whole = names(twenty, query)
    assert len(whole) == 20
    forward: list[str] = []
    request = PageRequest(limit=7)
    for _ in itertools.repeat(None, 10):
        page = twenty.customers.page(query, request)
        forward += [row.name for row in page.rows]
        assert len(page.cursors) == len(page.rows)
        if not page.more:
            break
        request = PageRequest(limit=7, after=page.cursors[-1])
    assert forward == whole
    backward: list[str] = []
    request = PageRequest(limit=7, from_end=True)
    for _ in itertools.repeat(None, 10):
        page = twenty.customers.page(query, request)
        backward = [row.name for row in page.rows] + backward
        if not page.more:
            break
        request = PageRequest(limit=7, before=page.cursors[0])
    assert backward == whole


@pytest.mark.parametrize("query", QUERIES)
@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(anchor=st.integers(0, 19), skip=st.integers(0, 25), limit=st.integers(1, 25))
def test_a_page_from_any_row(twenty: Store, query: CustomerQuery, anchor: int, skip: int, limit: int) -> None:
    whole = twenty.customers.page(query, ALL)
    listed = [row.name for row in whole.rows]
    after = PageRequest(limit=limit, after=whole.cursors[anchor], skip=skip)
    start = anchor + 1 + skip
    page = twenty.customers.page(query, after)
    assert [row.name for row in page.rows] == listed[start : start + limit]
    assert page.more == (start + limit < 20)
    before = PageRequest(limit=limit, before=whole.cursors[anchor], skip=skip)
    end = max(anchor - skip, 0)
    page = twenty.customers.page(query, before)
    assert [row.name for row in page.rows] == listed[max(end - limit, 0) : end]
    assert page.more == (end - limit > 0)


@pytest.mark.parametrize("query", QUERIES)
def test_neighbours_and_positions(twenty: Store, query: CustomerQuery) -> None:
    ids = [row.id for row in twenty.customers.page(query, ALL).rows]
    for place, key in enumerate(ids):
        found = twenty.customers.neighbours(query, key)
        assert found.previous == (ids[place - 1] if place else None)
        assert found.next == (ids[place + 1] if place < 19 else None)
        assert (found.position, found.count.number) == (place + 1, 20)


def test_neighbours_of_a_customer_that_is_not_listed(store: Store) -> None:
    keys = {name: add(store, name) for name in ("A", "B", "C")}
    gone = store.customers.get(keys["B"])
    store.customers.update(gone.id, gone.revision, CustomerChange(is_active=False))
    found = store.customers.neighbours(CustomerQuery(), gone.id)
    assert (found.previous, found.next, found.position) == (keys["A"], keys["C"], None)
    missing = store.customers.neighbours(CustomerQuery(), 999)
    assert (missing.previous, missing.next, missing.position) == (None, None, None)


@pytest.mark.parametrize("query", [CustomerQuery(), CustomerQuery(text="a"), CustomerQuery(recent=True)])
@pytest.mark.parametrize("cursor", ["", "{}", "[1]", '["a","b","c","d"]', "[null,1]", "'; DROP TABLE customer"])
def test_a_foreign_cursor_is_refused(store: Store, query: CustomerQuery, cursor: str) -> None:
    store.customers.opened(add(store, "A"))
    with pytest.raises(Invalid, match="list"):
        store.customers.page(query, PageRequest(after=cursor))


def test_the_order_by_open_value_counts_what_it_lists(store: Store) -> None:
    run = store.imports.begin("customers.csv")
    for start in range(0, 10_003, 1000):
        store.imports.write(
            run,
            [
                ImportItem(
                    kind=Kind.CUSTOMER, external_ref=f"x:{n}", fields={"name": f"C {n}"}, refs={}, registry={}, line=n
                )
                for n in range(start, min(start + 1000, 10_003))
            ],
        )
    store.imports.finish(run)
    by_value = CustomerQuery(sort=CustomerSort.OPEN_VALUE)
    for exact in (False, True):
        assert store.customers.count(by_value, exact=exact) == Count(10_000, capped=True)
    (last,) = store.customers.page(by_value, PageRequest(limit=1, from_end=True)).rows
    assert store.customers.neighbours(by_value, last.id).position == 10_000
    assert store.customers.count(CustomerQuery(), exact=True) == Count(10_003)


def test_counts_say_when_they_stop(store: Store) -> None:
    for name in ("One", "Two"):
        add(store, name)
    assert store.customers.count(CustomerQuery()).number == 2
    assert store.customers.count(CustomerQuery(), exact=True).number == 2
    assert not store.customers.count(CustomerQuery(text="o")).capped
