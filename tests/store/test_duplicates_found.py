"""How many of those who are there twice are found, and how many of those found are there twice, by the way in which
they were made; against taking those of one name for the same.

The seeds are others than those that the weights were tried on. What is asserted lies a little under what was measured
on ten of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from msgspec.structs import asdict
from tests.store.conftest import FIRST_START, NOW, Clock
from tests.store.look_alikes import COPIES, Row, channels_of, companies, people

from crm_tui.domain.addresses import NewAddress
from crm_tui.domain.contacts import NewContact
from crm_tui.domain.customers import NewCustomer
from crm_tui.domain.entities import Kind
from crm_tui.domain.likeness import LIKELY, SURE
from crm_tui.store.port import Store
from crm_tui.store.sql.connections import Database
from crm_tui.store.sql.setup import set_up
from crm_tui.store.sql.store import open_store
from crm_tui.store.sql.tables import ADDRESS, CONTACT, CUSTOMER
from crm_tui.store.sql.write import Change

SEEDS = (101, 102, 103)
Places = tuple[int, int]


class Found(NamedTuple):
    """The copies, by the places of the two, with the way in which each was made; what was found, with its score; and
    who has the same name."""

    copies: dict[Places, str]
    scores: dict[Places, int]
    namesakes: set[Places]

    def recall(self, way: str = "", least: int = LIKELY) -> float:
        """Which part of the copies was found."""
        wanted = [pair for pair, made in self.copies.items() if way in ("", made)]
        return sum(self.scores.get(pair, 0) >= least for pair in wanted) / len(wanted)

    def precision(self, least: int = LIKELY) -> float:
        """Which part of what was found are copies."""
        found = [pair for pair, score in self.scores.items() if score >= least]
        return sum(pair in self.copies for pair in found) / len(found)

    def of_namesakes(self) -> tuple[float, float]:
        """Recall and precision of taking those of one name for the same."""
        hits = len(self.namesakes.intersection(self.copies))
        return hits / COPIES, hits / len(self.namesakes)


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Callable[[Callable[[Change], list[int]]], tuple[Store, list[int]]]]:
    """A store that was filled in one transaction, and the ids of its rows."""
    stores: list[Store] = []

    def fill(write: Callable[[Change], list[int]]) -> tuple[Store, list[int]]:
        path = tmp_path / f"{len(stores)}.db"
        database = Database.open(path)
        set_up(database, FIRST_START, lambda: NOW)
        with database.writing() as con:
            ids = write(Change(con, 1, NOW))
        database.close()
        stores.append(open_store(path, login="admin", clock=Clock()))
        return stores[-1], ids

    yield fill
    for store in stores:
        store.close()


Fill = Callable[[Callable[[Change], list[int]]], tuple[Store, list[int]]]


def _found(store: Store, kind: Kind, ids: list[int], copies: dict[Places, str], names: Iterable[Any]) -> Found:
    place = {key: n for n, key in enumerate(ids)}
    pairs = store.duplicates.pairs(kind, limit=100_000).pairs
    by_name = defaultdict(list)
    for n, name in enumerate(names):
        by_name[name].append(n)
    namesakes = {pair for places in by_name.values() for pair in combinations(places, 2)}
    return Found(copies, {(place[p.first.id], place[p.second.id]): p.score for p in pairs}, namesakes)


def _contacts(fill: Fill, seed: int) -> Found:
    made = people(seed)

    def write(work: Change) -> list[int]:
        customers = [
            work.add(CUSTOMER, asdict(NewCustomer(name=row["name"], number=20_000 + n)))
            for n, row in enumerate(made.customers)
        ]
        return [work.add(CONTACT, _contact(row, customers[row["customer"]])) for row in made.contacts]

    store, ids = fill(write)
    names = ((row["first_name"].casefold(), row["last_name"].casefold()) for row in made.contacts)
    return _found(store, Kind.CONTACT, ids, made.copies, names)


def _contact(row: Row, customer: int) -> dict[str, Any]:
    new = NewContact(
        customer=customer,
        first_name=row["first_name"],
        last_name=row["last_name"],
        date_of_birth=row["born"],
        **channels_of(row),
    )
    return asdict(new) | {"is_deleted": False}


def _customers(fill: Fill, seed: int) -> Found:
    made = companies(seed)

    def write(work: Change) -> list[int]:
        return [_customer(work, row, 20_000 + n) for n, row in enumerate(made.customers)]

    store, ids = fill(write)
    return _found(store, Kind.CUSTOMER, ids, made.copies, (row["name"].casefold() for row in made.customers))


def _customer(work: Change, row: Row, number: int) -> int:
    known = {"vat_number": row["vat"], "email": row["email"], "phone": row["phone"], "website": row["website"]}
    customer = work.insert(CUSTOMER, asdict(NewCustomer(name=row["name"], number=number, **known)))
    if row["has_address"]:
        new = NewAddress(customer=customer.id, city=row["city"], postal_code=row["postal_code"], country=row["land"])
        address = work.insert(ADDRESS, asdict(new))
        work.update(CUSTOMER, customer, {"headquarters": address.id})
    return customer.id


@pytest.mark.parametrize("seed", SEEDS)
def test_contacts_that_are_there_twice(opened: Fill, seed: int) -> None:
    found = _contacts(opened, seed)
    assert Counter(found.copies.values()) == dict.fromkeys(
        ("accents", "swapped", "phone_format", "typing_error", "company_form", "shorter"), 20
    )
    assert found.recall() >= FLOORS["contacts"].recall
    assert found.precision() >= FLOORS["contacts"].precision
    assert min(found.recall(way) for way in set(found.copies.values())) >= FLOORS["contacts"].worst_way
    assert found.precision(SURE) >= 0.97
    recall, precision = found.of_namesakes()
    assert recall < 0.4
    assert precision < 0.3


@pytest.mark.parametrize("seed", SEEDS)
def test_customers_that_are_there_twice(opened: Fill, seed: int) -> None:
    found = _customers(opened, seed)
    assert Counter(found.copies.values()) == dict.fromkeys(
        ("accents", "word_order", "formats", "typing_error", "form", "trade_name"), 20
    )
    assert found.recall() >= FLOORS["customers"].recall
    assert found.precision() >= FLOORS["customers"].precision
    assert min(found.recall(way) for way in set(found.copies.values())) >= FLOORS["customers"].worst_way
    assert found.precision(SURE) >= 0.97
    assert found.of_namesakes()[0] < 0.25


class Floor(NamedTuple):
    """What is found at least."""

    recall: float
    precision: float
    worst_way: float


FLOORS = {"contacts": Floor(0.94, 0.94, 0.75), "customers": Floor(0.94, 0.97, 0.75)}
