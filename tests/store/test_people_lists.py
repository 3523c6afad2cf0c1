"""Lists over all customers in a store of some thousand contacts: whichever way a page is found, it is the right one.

Few rows are sorted, many are gone along in their order: which, is decided by numbers that are small here.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest
from tests.store.conftest import NOW, TODAY, stale_contacts

from crm_tui.demo.build import build
from crm_tui.domain.contacts import Contact
from crm_tui.domain.customers import Customer
from crm_tui.domain.normalise import fold, name_key
from crm_tui.domain.registries import RegistryKind
from crm_tui.store.contacts import ContactQuery, PersonRow
from crm_tui.store.customers import CustomerQuery, CustomerRow, CustomerSort
from crm_tui.store.paging import Count, PageRequest
from crm_tui.store.port import Store
from crm_tui.store.sql import narrowing
from crm_tui.store.sql.store import open_store

_EVERYBODY = ContactQuery(active=None)
_LIMIT = 20
_MOSTLY_NONE = (None,) * 6
_QUERIES = 30
_ALL = PageRequest(limit=100_000)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    path = tmp_path_factory.mktemp("people") / "crm.db"
    build(path, seed=3, today=TODAY, customers=400)
    assert not stale_contacts(path)
    opened = open_store(path, login="sanna", clock=lambda: NOW)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def everybody(store: Store) -> tuple[PersonRow, ...]:
    rows = store.contacts.across(_EVERYBODY, _ALL).rows
    assert len(rows) > 1_000
    return rows


def queries(store: Store) -> Iterator[ContactQuery]:
    """Filters put together by chance, of which some leave nobody."""
    random = Random(7)
    values = {kind: [value.id for value in store.registries.list(kind)] for kind in RegistryKind}
    users = [user.id for user in store.users.list()]
    for _ in range(_QUERIES):
        yield ContactQuery(
            text=random.choice(("", "", "", "ma", "oy", "a virta", "sa la", "ilma")),
            keyword=random.choice((*_MOSTLY_NONE, *values[RegistryKind.KEYWORD][:3])),
            role=random.choice((*_MOSTLY_NONE, *values[RegistryKind.CONTACT_ROLE][:2])),
            owner=random.choice((*_MOSTLY_NONE, *users[:2])),
            industry=random.choice((*_MOSTLY_NONE, *values[RegistryKind.INDUSTRY][:3])),
            segment=random.choice((*_MOSTLY_NONE, *values[RegistryKind.SEGMENT][:3])),
            active=random.choice((True, True, None, False)),
        )


def fits(store: Store, query: ContactQuery, everybody: tuple[PersonRow, ...]) -> list[int]:
    """The same list made from everybody, by what the customers' list says of their customers."""
    of = CustomerQuery(active=None, owner=query.owner, industry=query.industry, segment=query.segment)
    customers = {row.id for row in store.customers.page(of, PageRequest(limit=10_000)).rows}
    typed = {row.contact.id for row in store.contacts.across(ContactQuery(text=query.text, active=None), _ALL).rows}
    found = []
    for row in everybody:
        one = row.contact
        is_active = one.is_active and row.customer_is_active
        if (
            query.active in (None, is_active)
            and query.keyword in (None, *one.keywords)
            and query.role in (None, one.role)
            and one.customer in customers
            and one.id in typed
        ):
            found.append(one.id)
    return found


_WAYS: dict[str, dict[str, float]] = {
    "gathered": {},
    "along the order": {"_FEW": -1},
    "along in stretches": {
        "_FEW": -1,
        "_STRETCH": 30,
        "_STRETCH_OF_READ": 30,
        "_GATHERED": 0,
        "_GATHERED_OF_READ": 0,
        "_GATHERED_OF_OTHERS": 0,
    },
    "in turns": {"_FEW": -1, "_STRETCH": 20, "_STRETCH_OF_READ": 20, "_GATHERED": 1.0},
    "few or in turns": {"_FEW": 10, "_STRETCH": 10, "_STRETCH_OF_READ": 10},
}


@pytest.fixture(params=_WAYS)
def _way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whichever way the numbers choose."""
    for name, number in _WAYS[request.param].items():
        monkeypatch.setattr(narrowing, name, number)


@pytest.mark.usefixtures("_way")
def test_every_list_is_that_of_everybody_narrowed(store: Store, everybody: tuple[PersonRow, ...]) -> None:
    lengths = []
    for query in queries(store):
        expected = fits(store, query, everybody)
        found: list[int] = []
        request = PageRequest(limit=_LIMIT)
        while True:
            page = store.contacts.across(query, request)
            found += [row.contact.id for row in page.rows]
            if not page.more:
                break
            request = PageRequest(limit=_LIMIT, after=page.cursors[-1])
        assert found == expected, query
        assert store.contacts.count_across(query, exact=True).number == len(expected), query
        last = store.contacts.across(query, PageRequest(limit=7, from_end=True))
        assert [row.contact.id for row in last.rows] == expected[-7:], query
        lengths.append(len(expected))
    assert sum(length > _LIMIT for length in lengths) > _QUERIES // 6
    assert 0 in lengths


def customer_queries(store: Store) -> Iterator[CustomerQuery]:
    """Filters and orders put together by chance."""
    random = Random(11)
    values = {kind: [value.id for value in store.registries.list(kind)] for kind in RegistryKind}
    users = [user.id for user in store.users.list()]
    sorts = [sort for sort in CustomerSort if sort is not CustomerSort.OPEN_VALUE]
    for _ in range(_QUERIES):
        yield CustomerQuery(
            text=random.choice(
                ("", "", "city:hel", "city:oslo city:bergen", "-oy", "owner:a", "role:man", "keyword:de")
            ),
            keyword=random.choice((*_MOSTLY_NONE, *values[RegistryKind.KEYWORD][:3])),
            role=random.choice((*_MOSTLY_NONE, *values[RegistryKind.CONTACT_ROLE][:2])),
            owner=random.choice((*_MOSTLY_NONE, *users[:2])),
            industry=random.choice((*_MOSTLY_NONE, *values[RegistryKind.INDUSTRY][:3])),
            segment=random.choice((*_MOSTLY_NONE, *values[RegistryKind.SEGMENT][:3])),
            active=random.choice((True, True, None, False)),
            sort=random.choice(sorts),
            descending=random.choice((False, True)),
        )


def customers_that_fit(store: Store, query: CustomerQuery, people: tuple[PersonRow, ...]) -> list[int]:
    """The same list by what each customer and its contacts are, in order."""
    names = {user.id: user.name for user in store.users.list()}
    labels = {kind: {v.id: fold(v.name) for v in store.registries.list(kind)} for kind in RegistryKind}
    of: dict[int, list[Contact]] = {}
    for each in people:
        if each.contact.is_active:
            of.setdefault(each.contact.customer, []).append(each.contact)

    def typed(one: Customer, row: CustomerRow) -> bool:
        city, keywords = fold(row.city or ""), [k for p in of.get(one.id, ()) for k in p.keywords]
        match query.text.split():
            case []:
                return True
            case ["-oy"]:
                return "oy" not in fold(row.name).split()
            case ["owner:a"]:
                return any(word.startswith("a") for word in fold(names.get(one.owner or 0, "")).split())
            case ["role:man"]:
                roles = [labels[RegistryKind.CONTACT_ROLE][p.role] for p in of.get(one.id, ()) if p.role]
                return any(word.startswith("man") for role in roles for word in role.split())
            case ["keyword:de"]:
                words = [word for k in keywords for word in labels[RegistryKind.KEYWORD][k].split()]
                return any(word.startswith("de") for word in words)
            case cities:
                return any(city.startswith(each.removeprefix("city:")) for each in cities)

    def sort_value(one: Customer, row: CustomerRow) -> object:
        return {
            CustomerSort.NAME: name_key(row.name),
            CustomerSort.NUMBER: row.number,
            CustomerSort.CITY: name_key(row.city or ""),
            CustomerSort.OWNER: name_key(row.owner_name or ""),
            CustomerSort.LAST_ACTIVITY: row.last_activity or NOW.min.replace(tzinfo=NOW.tzinfo),
        }[query.sort]

    fitting = []
    for row in store.customers.page(CustomerQuery(active=None), _ALL).rows:
        one = store.customers.get(row.id)
        if (
            query.active in (None, one.is_active)
            and query.owner in (None, one.owner)
            and query.industry in (None, one.industry)
            and query.segment in (None, *one.segments)
            and (query.keyword is None or any(query.keyword in person.keywords for person in of.get(one.id, ())))
            and (query.role is None or any(query.role == person.role for person in of.get(one.id, ())))
            and typed(one, row)
        ):
            fitting.append((sort_value(one, row), one.id))
    return [key for _, key in sorted(fitting, reverse=query.descending)]


@pytest.mark.usefixtures("_way")
def test_every_list_of_customers_is_that_of_all_narrowed(store: Store, everybody: tuple[PersonRow, ...]) -> None:
    lengths = []
    for query in customer_queries(store):
        expected = customers_that_fit(store, query, everybody)
        found: list[int] = []
        request = PageRequest(limit=_LIMIT)
        while True:
            page = store.customers.page(query, request)
            found += [row.id for row in page.rows]
            if not page.more:
                break
            request = PageRequest(limit=_LIMIT, after=page.cursors[-1])
        assert found == expected, query
        assert store.customers.count(query) == Count(len(expected)), query
        last = store.customers.page(query, PageRequest(limit=7, from_end=True, skip=2))
        assert [row.id for row in last.rows] == expected[:-2][-7:], query
        for place in range(0, len(expected), max(len(expected) // 3, 1)):
            beside = store.customers.neighbours(query, expected[place])
            around = [None, *expected, None]
            assert (beside.previous, beside.next) == (around[place], around[place + 2]), query
            assert beside.position == place + 1, query
        lengths.append(len(expected))
    assert sum(length > _LIMIT for length in lengths) > _QUERIES // 6
    assert 0 in lengths
