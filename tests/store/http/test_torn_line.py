"""A line that tears at any byte, in the clear and encrypted: what was acknowledged is there once, the rest at most
once, and who listens hears of it."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.server.savers import Saver, Told, judge
from tests.store.conftest import TODAY, Clock
from tests.store.http.conftest import until
from tests.store.http.torn_line import NEVER, End, Tear, TornLine
from tests.store.over_http import OpenGate, token_of, told_errors
from tests.store.serving import Certificate, served

from crm_tui.domain.customers import CustomerChange, NewCustomer
from crm_tui.server.app import make_app
from crm_tui.server.settings import Settings
from crm_tui.store.http.remote_settings import RemoteSettings
from crm_tui.store.http.store import RemoteStore, open_remote
from crm_tui.store.reach import HERE
from crm_tui.store.sql.store import SqlStore

#: of ten connections so many end in which way; who falls silent is waited for
_ENDS = (*[End.CLOSED] * 4, *[End.RESET] * 5, End.SILENT)
_PIECES = (1, 7, 200, 2**16, 2**16)
_SECONDS = 1.0


@pytest.fixture
def app(behind: SqlStore, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The server; neither it nor who asks it waits long for what does not come."""
    monkeypatch.setattr("crm_tui.store.http.line._SILENCE", _SECONDS)
    monkeypatch.setattr("crm_tui.store.http.http2.SIGN_OF_LIFE", _SECONDS)
    settings = Settings(
        version="test", rate=1e9, burst=10**9, pulse_seconds=0.05, body_seconds=_SECONDS, log=told_errors
    )
    return make_app(behind, OpenGate(), settings)


@pytest.fixture(params=["http", "https"])
def way(request: pytest.FixtureRequest, app: Any, authority: tuple[Certificate, Path]) -> Iterator[TornLine]:
    """The line to the server; whole until it is told otherwise."""
    certificate = authority[0] if request.param == "https" else None
    with served(app, certificate) as port, TornLine(port) as line:
        yield line


@pytest.fixture
def url(request: pytest.FixtureRequest, way: TornLine) -> str:
    """Where it leads from."""
    scheme = request.node.callspec.params["way"]
    return f"{scheme}://{'localhost' if scheme == 'https' else '127.0.0.1'}:{way.port}"


def once(tear: Tear) -> Callable[[], Tear]:
    """The next connection tears, and then none."""
    coming = iter([tear])
    return lambda: next(coming, NEVER)


def tears(choice: random.Random, most: int = 12_000) -> Tear:
    """A connection that lasts for a few exchanges, and ends anywhere."""
    end = choice.choice(_ENDS)
    return Tear(end, choice.randrange(most), choice.random() < 0.5, choice.choice(_PIECES))


@pytest.mark.parametrize("writes", [20, pytest.param(1_000, marks=pytest.mark.soak)])
@pytest.mark.timeout(1800)
def test_what_was_acknowledged_is_there_once(
    way: TornLine, url: str, behind: SqlStore, authority: tuple[Certificate, Path], clock: Clock, writes: int
) -> None:
    def opened(*, watches: bool) -> RemoteStore:
        settings = RemoteSettings(ca_file=authority[1], timeout=_SECONDS)
        return open_remote(url, token_of("admin"), settings, clock=clock, watches=watches)

    first = behind.customers.create(NewCustomer(name="before")).id
    listener = opened(watches=True)
    listener.customers.card(first, TODAY)
    savers = [
        Saver(opened(watches=watches), f"{watches} {insists}", insists=insists)
        for watches, insists in ((True, True), (False, True), (False, False))
    ]
    choice = random.Random(writes)
    way.tears = lambda: tears(choice)
    way.cut_all()
    pulse = listener.pulse()
    for _ in range(writes // 10):
        for saver in savers:
            saver.wait_for(10)
    way.tears = lambda: NEVER
    for saver in savers:
        saver.wait_for(1)  # they go on by themselves
        saver.stop()
    assert way.torn > writes // 5

    behind.customers.update(first, 1, CustomerChange(name="after"))
    way.cut_all()
    until(lambda: listener.reach() == HERE and listener.pulse() == behind.pulse() > pulse)
    assert listener.customers.card(first, TODAY).customer.name == "after"
    listener.close()
    behind.customers.delete(first, 2)
    told = judge(behind, savers)
    assert told[Told.SAVED] >= 3 * writes


@pytest.mark.parametrize("end", [End.CLOSED, End.RESET])
def test_a_single_tear_at_any_place_is_not_noticed(
    way: TornLine, url: str, behind: SqlStore, authority: tuple[Certificate, Path], clock: Clock, end: End
) -> None:
    settings = RemoteSettings(ca_file=authority[1], timeout=20)
    store = open_remote(url, token_of("admin"), settings, clock=clock, watches=False)
    for number, after in enumerate(range(0, 6_000, 733)):
        way.tears = once(Tear(end, after, bool(number % 2)))
        way.cut_all()
        made = store.customers.create(NewCustomer(name=f"Aalto {number}"))
        assert store.customers.update(made.id, made.revision, CustomerChange(website="w.example")).revision == 2
        assert behind.customers.get(made.id) == store.customers.get(made.id)
    store.close()
