"""Contacts of all customers in a store of some thousand: whichever way a page is found, it is the right one.

Few contacts are sorted, many are gone along by name: which, is decided by numbers that are small here.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest
from tests.store.conftest import NOW, TODAY

from crm_tui.demo.build import build
from crm_tui.domain.registries import RegistryKind
from crm_tui.store.contacts import ContactQuery, PersonRow
from crm_tui.store.customers import CustomerQuery
from crm_tui.store.paging import PageRequest
from crm_tui.store.port import Store
from crm_tui.store.sql import people
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


@pytest.mark.parametrize("many", [people._MANY, 0])
def test_every_list_is_that_of_everybody_narrowed(
    store: Store, everybody: tuple[PersonRow, ...], many: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people, "_MANY", many)
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
        assert store.contacts.count_across(query).number == len(expected), query
        last = store.contacts.across(query, PageRequest(limit=7, from_end=True))
        assert [row.contact.id for row in last.rows] == expected[-7:], query
        lengths.append(len(expected))
    assert sum(length > _LIMIT for length in lengths) > _QUERIES // 6
    assert 0 in lengths
