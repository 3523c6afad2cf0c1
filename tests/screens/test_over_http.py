"""The program on a store at a server: the same, and quick over a long way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.driver import NOW, Crm, arrives, crm_app, running
from tests.store.http.faulty_proxy import FaultyProxy
from tests.store.over_http import OpenGate, token_of, told_errors
from tests.store.serving import served

from crm_tui.domain.customers import CustomerChange
from crm_tui.server.app import make_app
from crm_tui.server.settings import Settings
from crm_tui.store.customers import CustomerQuery
from crm_tui.store.http.store import RemoteStore, open_remote
from crm_tui.store.paging import PageRequest
from crm_tui.store.sql.store import SqlStore

Way = tuple[FaultyProxy, RemoteStore]


@pytest.fixture
def way(open_sample: Callable[[str], SqlStore]) -> Iterator[Way]:
    """The sample company at a server, and the way there."""
    settings = Settings(version="test", rate=1e9, burst=10**9, log=told_errors)
    app = make_app(open_sample("sanna"), OpenGate(), settings)
    with served(app) as port, FaultyProxy(port) as network:
        store = open_remote(network.url, token_of("sanna"), clock=lambda: NOW)
        yield network, store
        store.close()


async def until(crm: Crm, holds: Callable[[], bool]) -> None:
    for _ in range(500):
        if holds():
            return
        await crm.pilot.pause(0.01)
    pytest.fail("it did not come about")


async def test_a_card_opens_in_one_round_trip(way: Way, tmp_path: Path) -> None:
    network, store = way
    async with running(crm_app(store, tmp_path)) as crm:
        await until(crm, lambda: store._server.watch.is_alive)
        await crm.settle()
        network.seen.clear()
        network.answering.clear()  # from now on nothing comes back ...
        arrives(crm.pilot, "enter")
        await until(crm, lambda: len(network.seen) >= 10)
        asked = [line.split()[1].partition("?")[0].rpartition("/")[2] for line in network.seen]
        assert sorted(asked) == [
            *("card", "contacts", "count", "count", "feed-counts"),
            *("files", "neighbours", "opened", "past", "planned"),
        ]
        network.answering.set()
        await crm.settle()
        assert len(network.seen) == 10, network.seen[10:]  # ... and then nothing more is asked

        await crm.press("escape")
        await crm.settle()
        network.seen.clear()
        await crm.press("enter")
        await crm.settle()
        assert [line for line in network.seen if "/opened" not in line] == []  # going back asks nobody


async def test_on_another_tab_nothing_is_read_along(way: Way, tmp_path: Path) -> None:
    network, store = way
    async with running(crm_app(store, tmp_path)) as crm:
        await until(crm, lambda: store._server.watch.is_alive)
        await crm.press("enter", "5", "J", "J")
        network.seen.clear()
        await crm.press("J")
        assert any("/card" in line for line in network.seen)
        assert not any("/contacts" in line or "/feed" in line for line in network.seen)
        await crm.press("1", "J")
        network.seen.clear()
        await crm.press("J")
        assert any("/contacts" in line for line in network.seen)


async def test_a_colleagues_change_appears_by_itself(
    way: Way, open_sample: Callable[[str], SqlStore], tmp_path: Path
) -> None:
    _, store = way
    colleague = open_sample("tuva")
    async with running(crm_app(store, tmp_path)) as crm:
        await until(crm, lambda: store._server.watch.is_alive)
        first = colleague.customers.page(CustomerQuery(), PageRequest(limit=1)).rows[0]
        assert first.name in crm.text()
        revision = colleague.customers.get(first.id).revision
        colleague.customers.update(first.id, revision, CustomerChange(name="Aaaa renamed"))
        await until(crm, lambda: "Aaaa renamed" in crm.text())


async def test_a_card_that_can_not_be_read_leaves_no_other_one_under_the_keys(way: Way, tmp_path: Path) -> None:
    network, store = way
    async with running(crm_app(store, tmp_path)) as crm:
        await until(crm, lambda: store._server.watch.is_alive)
        await crm.press("enter")
        await crm.see("Contact information")
        network.close()
        await until(crm, lambda: store.reach().offline_since is not None)
        await crm.press("J")  # was not read before
        await crm.expect_toast("can't be reached just now")
        await crm.see("56 customers")
        crm.see_no("Contact information")
        await crm.press("enter")  # was
        await crm.see("Contact information", "as of")
