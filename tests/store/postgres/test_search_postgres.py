"""Searching in PostgreSQL, where the ages of rows stand in the indexes of words: ids of all sizes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import psycopg
import pytest
from tests.store.conftest import Clock

from crm_tui.domain.contacts import NewContact
from crm_tui.domain.customers import CustomerChange, NewCustomer
from crm_tui.store.contacts import ContactQuery
from crm_tui.store.customers import CustomerQuery
from crm_tui.store.paging import PageRequest
from crm_tui.store.port import Store
from crm_tui.store.sql import postgres_search
from crm_tui.store.sql.store import open_postgres

#: on both sides of where ages end, up to ids of more than 32 bits
_IDS = (1, 2047, 2048, 4095, 4096, 65_535, 65_536, 1_048_575, 1_048_576, 2**31, 2**40)


#: fewer hits than these are looked at together, more one by one; fewer rows that meet the conditions come before them
_WAYS = {"few": (500, 50_000, 0), "many": (2, 50_000, 0), "very many": (2, 3, 0), "by conditions": (2, 3, 10**9)}


@pytest.fixture(params=_WAYS, autouse=True)
def _way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each way that a search takes, whatever the number of rows."""
    for name, number in zip(("_SOME", "_MANY", "_FEW"), _WAYS[request.param], strict=True):
        monkeypatch.setattr(postgres_search, name, number)


@pytest.fixture
def store(address: str, clock: Clock) -> Iterator[Store]:
    """A store in which each customer is called Longestnamed and by a letter, and has a contact; the younger, the
    nearer to the beginning of the alphabet."""
    with closing(open_postgres(address, login="admin", clock=clock)) as opened:
        with psycopg.connect(address, autocommit=True) as con:
            for number, key in enumerate(_IDS):
                con.execute(
                    b"SELECT setval('customer_id_seq', %d, false), setval('contact_id_seq', %d, false)" % (key, key)
                )
                letter = "zyxwvutsrqp"[number]
                made = opened.customers.create(NewCustomer(name=f"{letter.upper()} Longestnamed"))
                assert made.id == key
                opened.contacts.create(NewContact(customer=made.id, first_name="Maximiliane", last_name=letter))
        yield opened


def test_rows_of_all_ages_are_found(store: Store) -> None:
    youngest_first = list(reversed(_IDS))
    for text in ("l", "longest", "longestn", "longestna", "longestnamed", "ongestname"):
        assert [hit.id for hit in store.search.anything(text).hits] == youngest_first, text
        page = store.customers.page(CustomerQuery(text=text), PageRequest())
        assert [row.id for row in page.rows] == youngest_first, text


def test_what_is_typed_for_people_is_found_in_all_ages(store: Store) -> None:
    page = store.contacts.across(ContactQuery(text="maximil ongestn"), PageRequest())
    assert [row.contact.id for row in page.rows] == list(reversed(_IDS))
    hits = store.search.anything("maximiliane longestn").hits
    assert [hit.id for hit in hits] == list(reversed(_IDS))


def test_of_more_than_are_wanted_the_oldest_are_found(store: Store) -> None:
    found = store.search.anything("longestnamed maximiliane", limit=3)
    # one more than are wanted, and of these the first by name
    assert ([hit.id for hit in found.hits], found.capped) == ([4095, 2048, 2047], True)


def test_a_word_that_is_gone_is_found_no_more(store: Store) -> None:
    for key in (1, 2**40):
        store.customers.update(key, store.customers.get(key).revision, CustomerChange(name="Other"))
    assert [hit.id for hit in store.search.anything("other").hits] == [1, 2**40]
    assert [hit.id for hit in store.search.anything("longestnamed").hits] == list(reversed(_IDS[1:-1]))


def test_what_nobody_has_is_not_found(store: Store) -> None:
    for text in ("'", "\\", "o\\'longestx", "a" * 41, "longestnamed" + "d" * 40):
        assert not store.search.anything(text).hits, text
