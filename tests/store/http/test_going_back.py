"""What was read is there at once when one comes back to it, and still right; and what is there without the server."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from tests.store.conformance import given
from tests.store.conftest import NOW, TODAY, Clock
from tests.store.http.conftest import Impatient, Open, until
from tests.store.http.faulty_proxy import Fault, FaultyProxy
from tests.store.over_http import token_of

from crm_tui.domain.customers import CustomerChange, NewCustomer
from crm_tui.domain.errors import MaybeSaved, Offline, Unavailable
from crm_tui.store.activities import FeedPart
from crm_tui.store.customers import CustomerQuery
from crm_tui.store.http.cache import Entry
from crm_tui.store.http.disk_cache import DiskCache
from crm_tui.store.http.remote_settings import RemoteSettings
from crm_tui.store.http.store import RemoteStore, open_remote
from crm_tui.store.paging import PageRequest
from crm_tui.store.reach import HERE
from crm_tui.store.sql.customers import SqlCustomers
from crm_tui.store.sql.store import SqlStore

ALL = PageRequest()


def listening(store: RemoteStore) -> RemoteStore:
    """The store once it hears of what others do."""
    store.pulse()
    until(lambda: store._server.watch.is_alive)
    return store


def asked(network: FaultyProxy, store: RemoteStore, customer: int) -> list[str]:
    """The requests for a card; what its tab shows is read along."""
    before = len(network.seen)
    store.customers.card(customer, TODAY)
    return [line for line in network.seen[before:] if "/card" in line]


def test_going_back_asks_nobody_until_somebody_writes(
    network: FaultyProxy, open_: Open, behind: SqlStore, clock: Clock
) -> None:
    customer = given.customer(behind)
    store = listening(open_(watches=True))
    assert len(asked(network, store, customer.id)) == 1
    assert asked(network, store, customer.id) == []

    pulse = store.pulse()
    behind.customers.update(customer.id, 1, CustomerChange(name="Aalto AI"))
    until(lambda: store.pulse() > pulse)
    assert len(asked(network, store, customer.id)) == 1
    assert store.customers.card(customer.id, TODAY).customer.name == "Aalto AI"

    store.customers.set_favourite(customer.id, favourite=True)
    assert store.customers.card(customer.id, TODAY).is_favourite
    assert asked(network, store, customer.id) == []
    clock.advance(minutes=6)
    assert len(asked(network, store, customer.id)) == 1
    assert asked(network, store, customer.id) == []


def test_to_look_whether_anybody_wrote_asks_nobody(network: FaultyProxy, open_: Open) -> None:
    store = listening(open_(watches=True))
    before = len(network.seen)
    assert len({store.pulse() for _ in range(100)}) == 1
    assert network.seen[before:] == []


def test_recent_customers_are_always_asked_for(open_: Open, behind: SqlStore) -> None:
    store = listening(open_(watches=True))
    customer = given.customer(behind)
    recent = CustomerQuery(recent=True)
    assert store.customers.page(recent, ALL).rows == ()
    store.customers.opened(customer.id)
    assert [row.id for row in store.customers.page(recent, ALL).rows] == [customer.id]


def test_without_the_server_there_is_what_was_read(
    network: FaultyProxy, open_: Open, behind: SqlStore, clock: Clock
) -> None:
    one, other = given.customer(behind), given.customer(behind, "Berg")
    store = listening(open_(watches=True))
    card = store.customers.card(one.id, TODAY)
    assert store.reach() == HERE

    clock.advance(minutes=2)
    network.close()
    until(lambda: store.reach().offline_since is not None)
    assert store.reach().as_of is None
    assert store.customers.card(one.id, TODAY) == card
    assert (store.reach().offline_since, store.reach().as_of) == (clock.now, NOW)
    store.customers.opened(one.id)  # of no consequence
    pulse = store.pulse()
    with pytest.raises(Offline, match="can't be reached just now, and this was not read before"):
        store.customers.card(other.id, TODAY)
    with pytest.raises(Offline, match="nothing was sent or saved; save again once it is back"):
        store.customers.update(one.id, 1, CustomerChange(name="Aalto AI"))

    behind.customers.update(one.id, 1, CustomerChange(name="Aalto IT"))
    network.open()
    until(lambda: store.reach() == HERE)  # without anybody asking
    until(lambda: store.pulse() > pulse)
    assert store.customers.card(one.id, TODAY).customer.name == "Aalto IT"
    store.customers.update(one.id, 2, CustomerChange(name="Aalto AI"))


def test_without_the_server_what_was_read_at_another_time_is_there(
    network: FaultyProxy, open_: Open, behind: SqlStore, clock: Clock
) -> None:
    customer = given.customer(behind)
    given.note(behind, customer)
    store = listening(open_(watches=True))
    read = store.activities.feed(customer.id, FeedPart.PAST, ALL, NOW, TODAY)
    assert read.rows
    later, tomorrow = NOW + dt.timedelta(hours=9), TODAY + dt.timedelta(days=1)
    card = store.customers.card(customer.id, TODAY)

    before = len(network.seen)
    assert store.activities.feed(customer.id, FeedPart.PAST, ALL, later, tomorrow) == read
    assert len(network.seen) == before + 1  # what is planned is another at another time
    network.close()
    until(lambda: store.reach().offline_since is not None)
    assert store.activities.feed(customer.id, FeedPart.PAST, ALL, NOW, TODAY) == read
    assert store.customers.card(customer.id, tomorrow) == card


def test_one_answer_that_does_not_come_is_not_the_end_of_all(
    network: FaultyProxy, open_: Open, behind: SqlStore
) -> None:
    customer = given.customer(behind)
    store = listening(open_(watches=True, timeout=0.5))
    network.faults = lambda: Fault.SILENCE
    with pytest.raises(Offline, match=r"did not answer within 0\.5 seconds"):
        store.customers.get(customer.id)
    network.faults = lambda: Fault.NONE
    until(lambda: store.reach() == HERE)  # though nobody changes anything
    assert store.customers.get(customer.id) == customer


def test_what_was_read_before_the_store_was_put_back_is_not_current(
    network: FaultyProxy, open_: Open, behind: SqlStore
) -> None:
    customer = given.customer(behind)
    store = listening(open_(watches=True))
    asked(network, store, customer.id)
    watch, pulse = store._server.watch, store.pulse()
    watch._told(pulse - 2, is_first=True)
    watch._told(pulse - 1, is_first=False)
    watch._told(pulse, is_first=False)
    assert len(asked(network, store, customer.id)) == 1
    watch.heard(pulse + 1)
    watch._told(pulse, is_first=False)  # overtaken by an answer
    assert store.pulse() == pulse + 1


def test_who_does_not_listen_tries_each_time(network: FaultyProxy, open_: Open, behind: SqlStore) -> None:
    customer = given.customer(behind)
    store = open_()
    card = store.customers.card(customer.id, TODAY)
    network.close()
    assert store.customers.card(customer.id, TODAY) == card
    assert store.reach().offline_since is not None
    network.open()
    assert store.customers.create(NewCustomer(name="Berg")).name == "Berg"
    assert store.reach() == HERE


def test_on_disk_it_is_there_at_the_next_start(
    network: FaultyProxy, open_: Open, behind: SqlStore, tmp_path: Path, clock: Clock
) -> None:
    customer, kept = given.customer(behind), tmp_path / "cache"
    store = open_(cache_folder=kept)
    card = store.customers.card(customer.id, TODAY)
    store.close()
    network.close()

    again = open_(cache_folder=kept)
    assert again.customers.card(customer.id, TODAY) == card
    assert again.reach().as_of == NOW
    with pytest.raises(Offline):
        open_()
    network.open()
    assert again.customers.card(customer.id, TODAY) == card


def test_at_a_start_without_a_network_one_try_is_enough(
    network: FaultyProxy, open_: Open, behind: SqlStore, tmp_path: Path, clock: Clock
) -> None:
    asked: list[httpx.Request] = []

    def nobody(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        raise httpx.ConnectTimeout("after five seconds")

    customer, settings = given.customer(behind), RemoteSettings(cache_folder=tmp_path)
    open_(cache_folder=tmp_path).customers.get(customer.id)
    again = open_remote(
        network.url,
        token_of("admin"),
        settings,
        clock=clock,
        transport=httpx.MockTransport(nobody),
        watches=False,
        waits=Impatient(),
    )
    assert again.customers.get(customer.id) == customer
    assert len(asked) == 1
    with pytest.raises(Offline):
        again.customers.get(customer.id + 1)
    clock.advance(minutes=1)
    assert again.customers.get(customer.id) == customer
    assert len(asked) == 1 + 4 + 1
    again.close()


def test_closing_ends_what_waits_for_an_answer(network: FaultyProxy, open_: Open) -> None:
    store, ended = open_(), list[Exception]()
    network.faults = lambda: Fault.SILENCE

    def ask(call: Callable[[], object]) -> None:
        try:
            call()
        except Unavailable as error:
            ended.append(error)

    calls = (lambda: store.customers.count(CustomerQuery()), lambda: store.customers.create(NewCustomer(name="Aalto")))
    threads = [threading.Thread(target=ask, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    until(lambda: sum("/customers" in line for line in network.seen) == 2)
    store.close()
    for thread in threads:
        thread.join(5)
    assert {type(error) for error in ended} == {MaybeSaved, Offline}
    with pytest.raises(Offline, match="was closed here"):
        store.customers.count(CustomerQuery())


def test_a_person_who_is_erased_is_gone_from_the_disk(open_: Open, behind: SqlStore, tmp_path: Path) -> None:
    contact = given.contact(behind, given.customer(behind), "Zacharias", "Quist")
    store = open_(cache_folder=tmp_path / "cache")

    def everything() -> bytes:
        return b"".join(path.read_bytes() for path in (tmp_path / "cache").rglob("*") if path.is_file())

    store.contacts.of_customer(contact.customer, ALL)
    assert b"Zacharias" in everything()
    store.contacts.delete(contact.id, contact.revision)
    assert b"Zacharias" not in everything()


def test_a_person_whom_a_colleague_erases_is_gone_from_the_disk(open_: Open, behind: SqlStore, tmp_path: Path) -> None:
    def kept() -> bytes:
        return b"".join(path.read_bytes() for path in tmp_path.rglob("cache/*/*/*"))

    customer = given.customer(behind)
    first, second = (given.contact(behind, customer, name, "Quist") for name in ("Zacharias", "Xenia"))
    store = listening(open_(watches=True, cache_folder=tmp_path / "cache"))
    store.contacts.of_customer(customer.id, ALL)
    assert b"Zacharias" in kept()
    behind.contacts.delete(first.id, first.revision)
    until(lambda: store.pulse() >= behind.pulse() and b"Zacharias" not in kept())
    store.contacts.of_customer(customer.id, ALL)
    assert b"Xenia" in kept()
    store.close()

    behind.contacts.delete(second.id, second.revision)  # while nobody listens
    assert b"Xenia" in kept()
    open_(cache_folder=tmp_path / "cache")
    assert b"Xenia" not in kept()


def test_a_person_who_is_erased_meanwhile_is_not_kept(
    open_: Open, behind: SqlStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    contact = given.contact(behind, given.customer(behind), "Zacharias", "Quist")
    store, keep = open_(cache_folder=tmp_path / "cache"), DiskCache.keep

    def keep_late(cache: DiskCache, question: str, entry: Entry) -> None:
        monkeypatch.setattr(DiskCache, "keep", keep)
        store.contacts.delete(contact.id, contact.revision)
        keep(cache, question, entry)

    monkeypatch.setattr(DiskCache, "keep", keep_late)
    assert store.contacts.get(contact.id) == contact
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and b"Zacharias" in path.read_bytes()]


def test_a_store_that_is_busy_for_a_moment_takes_nothing_along(
    network: FaultyProxy, open_: Open, behind: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(customers: SqlCustomers, customer: int) -> None:
        raise Unavailable("Somebody writes.")

    customer = given.customer(behind)
    store = open_()
    assert store.customers.get(customer.id) == customer
    with monkeypatch.context() as patched:
        patched.setattr(SqlCustomers, "get", busy)
        with pytest.raises(Unavailable, match="Somebody writes"):
            store.customers.get(customer.id)
    network.close()
    assert store.customers.get(customer.id) == customer


def test_a_token_that_is_revoked_takes_along_what_was_read(
    open_: Open, behind: SqlStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.store.over_http import OpenGate

    from crm_tui.domain.errors import NotSignedIn

    given.customer(behind, "Kallavesi")
    store = open_(cache_folder=tmp_path / "cache")
    assert store.customers.count(CustomerQuery()).number == 1

    def refuse(gate: OpenGate, token: str) -> None:
        raise NotSignedIn("It was revoked.")

    monkeypatch.setattr(OpenGate, "visitor", refuse)
    with pytest.raises(NotSignedIn, match=r"crm-tui login http://127\.0\.0\.1"):
        store.customers.count(CustomerQuery())
    assert [path for path in (tmp_path / "cache").rglob("*") if path.is_file()] == []


def test_no_thread_is_left_after_closing(open_: Open) -> None:
    before = set(threading.enumerate())
    store = listening(open_(watches=True))
    events = [thread for thread in threading.enumerate() if thread not in before and thread.name == "events"]
    assert len(events) == 1
    store.close()
    assert not events[0].is_alive()
    store.close()


def test_a_clock_that_goes_back_makes_nothing_current(open_: Open, behind: SqlStore, clock: Clock) -> None:
    customer = given.customer(behind)
    store = listening(open_(watches=True))
    store.customers.card(customer.id, TODAY)
    clock.now -= dt.timedelta(days=1)
    assert store.customers.card(customer.id, TODAY).customer == customer
