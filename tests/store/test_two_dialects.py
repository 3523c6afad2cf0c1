"""A store in SQLite and one in PostgreSQL give the same answers, whatever they are asked one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random

import psycopg
import pytest
from tests.store.conformance.test_imports import item
from tests.store.conftest import Clock, kept_stores, new_store_in_postgres, new_store_in_sqlite
from tests.store.two_dialects import Pair

from crm_tui.domain.addresses import NewAddress
from crm_tui.domain.contacts import NewContact
from crm_tui.domain.customers import NewCustomer
from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import Invalid, NotFound
from crm_tui.domain.permissions import Profile
from crm_tui.domain.users import NewUser
from crm_tui.store.contacts import ContactQuery
from crm_tui.store.customers import CustomerQuery
from crm_tui.store.history import Outcome
from crm_tui.store.paging import PageRequest
from crm_tui.store.port import Store


@pytest.fixture
def pair(tmp_path: Path, clock: Clock) -> Iterator[Pair]:
    """Two stores just set up."""
    with (
        closing(new_store_in_sqlite(tmp_path, clock)) as first,
        closing(new_store_in_postgres(tmp_path, clock)) as second,
    ):
        address = (tmp_path / "postgres").read_text()
        with (
            psycopg.connect(address, autocommit=True) as line,
            closing(Pair(first, second, tmp_path / "crm.db", line, clock)) as made,
        ):
            yield made
    kept_stores().give_back(address)


def test_calls_made_up_at_random_are_answered_alike(pair: Pair) -> None:
    assert not pair.differences(seed=1, calls=120)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(2, 60))
def test_many_calls_made_up_at_random_are_answered_alike(pair: Pair, seed: int) -> None:
    assert not pair.differences(seed, calls=400)


def test_a_reference_is_asked_for_whatever_kind_it_is_of(store: Store) -> None:
    for kind in Kind:
        assert store.imports.known(kind, ("x:1", "number:1")) == frozenset()


@pytest.mark.parametrize("refs", [("a\0b",), ("number:1", "\ud800")])
def test_a_reference_that_no_store_can_keep_is_refused(store: Store, refs: tuple[str, ...]) -> None:
    with pytest.raises(Invalid, match=r"^refs: contains"):
        store.imports.known(Kind.INVOICE, refs)


def test_a_record_that_no_store_can_keep_stops_no_other(store: Store) -> None:
    kept = item(Kind.CUSTOMER, "x:1", name="Aalto")
    broken = [
        item(Kind.CUSTOMER, "a\0b", name="Aalto"),
        item(Kind.CUSTOMER, "x:2", name="Aal\0to"),
        item(Kind.CUSTOMER, "x:3", name="Aalto", choose={"industry": ("Fo\0od",)}),
        item(Kind.ADDRESS, "x:6", customer_ref="number:\0"),
    ]
    wanted = [Outcome.REFUSED] * len(broken) + [Outcome.CREATED]
    run = store.imports.begin("test.csv")
    for results in (store.imports.check([*broken, kept]), store.imports.write(run, [*broken, kept])):
        assert [result.outcome for result in results] == wanted
        assert results[0].reason.startswith("external ref: contains a NUL")


@pytest.mark.parametrize("store", ["sqlite", "postgres"], indirect=True)
def test_a_record_with_a_number_beyond_all_stores_stops_no_other(store: Store) -> None:
    """Over HTTP no document may have such a number."""
    broken = item(Kind.CUSTOMER, "x:1", name="Aalto", employees=2**63)
    results = store.imports.write(store.imports.begin("test.csv"), [broken, item(Kind.CUSTOMER, "x:2", name="Aalto")])
    assert [result.outcome for result in results] == [Outcome.REFUSED, Outcome.CREATED]
    assert results[0].reason == "employees: is too large a number"


def test_a_number_beyond_all_stores_is_refused(store: Store) -> None:
    """A form can hold it, so the port may be asked."""
    for number in (2**63, 2**64, 10**30):
        with pytest.raises(Invalid):
            store.customers.create(NewCustomer(name="Aalto", number=number))
        with pytest.raises((Invalid, NotFound)):
            store.customers.by_number(number)
        with pytest.raises(Invalid):
            store.customers.page(CustomerQuery(owner=number), PageRequest())


@pytest.mark.parametrize("store", ["sqlite", "postgres"], indirect=True)
def test_long_names_are_kept_and_sorted(store: Store) -> None:
    """PostgreSQL keeps 2,700 bytes in order."""
    long = "".join(Random(1).choices("abcdefghij 0123456789äöß東京", k=9_000)).strip()
    made = [store.customers.create(NewCustomer(name=name)) for name in (f"z{long}", f"b{long}", "c", f"a{long}")]
    page = store.customers.page(CustomerQuery(), PageRequest(limit=3))
    assert [row.name[0] for row in page.rows] == ["a", "b", "c"]
    following = store.customers.page(CustomerQuery(), PageRequest(after=page.cursors[1]))
    assert [row.name[0] for row in following.rows] == ["c", "z"]
    assert store.customers.get(made[0].id).name == f"z{long}"
    by_name = item(Kind.CUSTOMER, "x:1", name=f"z{long}", by_name=True)
    assert store.imports.write(store.imports.begin("test.csv"), [by_name])[0].outcome is Outcome.UNCHANGED
    assert len(store.customers.page(CustomerQuery(text=" ".join(long.split()[1:3])), PageRequest()).rows) == 3
    store.contacts.create(NewContact(customer=made[0].id, first_name=long, last_name=long))
    store.addresses.create(NewAddress(customer=made[0].id, city=long, is_visiting=True))
    assert len(store.contacts.across(ContactQuery(), PageRequest()).rows) == 1
    assert store.duplicates.like_customer(NewCustomer(name="Aalto", business_id=long.replace(" ", ""))) == ()


@pytest.mark.parametrize("store", ["sqlite", "postgres"], indirect=True)
def test_what_is_looked_up_as_a_whole_is_no_novel(store: Store) -> None:
    long = "".join(Random(1).choices("abcdefghij0123456789äöß東京", k=601))
    for call in (
        lambda: store.users.create_profile(Profile(name=long)),
        lambda: store.users.create(NewUser(name="Vera", login=long, profile=1)),
        lambda: store.views.save_customers(long, CustomerQuery()),
        lambda: store.once(long).customers.create(NewCustomer(name="Aalto")),
    ):
        with pytest.raises(Invalid, match="has more than 600 characters"):
            call()
    results = store.imports.write(store.imports.begin("test.csv"), [item(Kind.CUSTOMER, long, name="Aalto")])
    assert results[0].reason.startswith("external ref: has more than 600")


@pytest.mark.parametrize("source", ["a\0b", "\ud800"])
def test_a_source_that_no_store_can_keep_is_refused_by_its_name(store: Store, source: str) -> None:
    with pytest.raises(Invalid, match=r"^source: contains"):
        store.imports.begin(source)
