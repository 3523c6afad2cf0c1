"""What is saved over a network that loses, halves and delays what passes: once, and never twice."""

from __future__ import annotations

import random
import threading
from itertools import repeat

import pytest
from tests.store.conftest import TODAY
from tests.store.http.conftest import Open, until
from tests.store.http.faulty_proxy import Fault, FaultyProxy

from crm_tui.domain.customers import Customer, CustomerChange, NewCustomer
from crm_tui.domain.errors import Conflict, Interrupted, Offline, Unavailable
from crm_tui.store.customers import CustomerQuery
from crm_tui.store.paging import PageRequest
from crm_tui.store.sql.store import SqlStore

#: a third of all exchanges fails, each way as often
_BAD = (*repeat(Fault.NONE, 10), *(each for each in Fault if each not in (Fault.NONE, Fault.SILENCE)))


def in_turn(network: FaultyProxy, *faults: Fault) -> None:
    """These happen to the next exchanges, and then nothing more."""
    coming = iter(faults)
    network.faults = lambda: next(coming, Fault.NONE)


def names(store: SqlStore) -> list[str]:
    return [row.name for row in store.customers.page(CustomerQuery(), PageRequest(limit=1000)).rows]


def test_what_was_acknowledged_is_there_once_and_the_rest_at_most_once(
    network: FaultyProxy, open_: Open, behind: SqlStore
) -> None:
    store = open_()
    chance = random.Random(20261118)
    network.faults = lambda: chance.choice(_BAD)
    saved: list[Customer] = []
    for number in range(60):
        try:
            made = store.customers.create(NewCustomer(name=f"Aalto {number}"))
            saved.append(store.customers.update(made.id, made.revision, CustomerChange(website=f"w{number}.example")))
        except Unavailable:
            continue  # it may be there, or not
    network.faults = lambda: Fault.NONE

    there = names(behind)
    assert len(there) == len(set(there))
    assert {each.name for each in saved} <= set(there)
    assert all(behind.customers.get(each.id) == each and each.revision == 2 for each in saved)
    assert len(saved) > 50


@pytest.mark.parametrize("fault", [Fault.LOSE_ANSWER, Fault.HALVE_ANSWER, Fault.LOSE_REQUEST, Fault.HALVE_REQUEST])
def test_one_lost_exchange_is_not_noticed(network: FaultyProxy, open_: Open, behind: SqlStore, fault: Fault) -> None:
    store = open_()
    in_turn(network, fault)
    made = store.customers.create(NewCustomer(name="Aalto"))
    assert made == behind.customers.get(made.id)
    in_turn(network, fault)
    changed = store.customers.update(made.id, made.revision, CustomerChange(name="Aalto AI"))
    assert (changed.name, changed.revision) == ("Aalto AI", 2)
    in_turn(network, fault)
    store.customers.delete(made.id, changed.revision)
    in_turn(network, fault)
    assert store.customers.count(CustomerQuery()).number == 0
    assert names(behind) == []


def test_a_conflict_is_told_through_a_lost_answer(network: FaultyProxy, open_: Open, behind: SqlStore) -> None:
    made = behind.customers.create(NewCustomer(name="Aalto"))
    behind.customers.update(made.id, 1, CustomerChange(name="Aalto AI"))
    in_turn(network, Fault.LOSE_ANSWER)
    with pytest.raises(Conflict) as caught:
        open_().customers.update(made.id, 1, CustomerChange(name="Aalto IT"))
    assert (caught.value.mine, caught.value.theirs) == (
        CustomerChange(name="Aalto IT"),
        behind.customers.get(made.id),
    )


def test_a_write_without_any_answer_is_told_as_what_it_is(network: FaultyProxy, open_: Open, behind: SqlStore) -> None:
    store = open_(timeout=0.5)
    in_turn(network, *repeat(Fault.SILENCE, 9))
    with pytest.raises(Unavailable, match=r"may have been saved by 127\.0.*look before you do it again"):
        store.customers.create(NewCustomer(name="Aalto"))
    until(lambda: names(behind) == ["Aalto"])


def test_a_write_that_never_left_says_that_nothing_was_saved(network: FaultyProxy, open_: Open) -> None:
    store = open_()
    network.close()
    with pytest.raises(Offline, match="Nothing was saved") as caught:
        store.customers.create(NewCustomer(name="Aalto"))
    assert caught.value.host == f"127.0.0.1:{network.port}"


def test_a_read_takes_no_longer_than_its_time(network: FaultyProxy, open_: Open) -> None:
    store = open_(timeout=0.5)
    in_turn(network, *repeat(Fault.SILENCE, 9))
    with pytest.raises(Offline, match=r"127\.0\.0\.1:\d+ did not answer within 0\.5 seconds"):
        store.customers.count(CustomerQuery())


def test_an_older_question_ends_at_once(network: FaultyProxy, open_: Open) -> None:
    store = open_()
    in_turn(network, Fault.SILENCE)
    ended: list[BaseException] = []
    older = store.latest("list")

    def ask() -> None:
        try:
            older.customers.count(CustomerQuery(text="a"))
        except Interrupted as error:
            ended.append(error)

    thread = threading.Thread(target=ask)
    thread.start()
    until(lambda: any("text=a" in line for line in network.seen))
    assert store.latest("list").customers.count(CustomerQuery(text="aa")).number == 0
    thread.join(5)
    assert len(ended) == 1
    with pytest.raises(Interrupted):
        older.customers.preview(1, TODAY)
