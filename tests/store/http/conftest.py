"""A store at a server of its own for each test, and a bad network in between."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Protocol

import pytest
import trustme
from tests.store.conftest import FIRST_START, Clock
from tests.store.http.faulty_proxy import FaultyProxy
from tests.store.over_http import OpenGate, token_of, told_errors
from tests.store.serving import Certificate, served

from crm_tui.server.app import make_app
from crm_tui.server.settings import Settings
from crm_tui.store.http.remote_settings import RemoteSettings
from crm_tui.store.http.store import RemoteStore, open_remote
from crm_tui.store.sql.connections import Database
from crm_tui.store.sql.setup import set_up
from crm_tui.store.sql.store import SqlStore, open_store
from crm_tui.waiting.clock import SystemClock


class Open(Protocol):
    """Opens the store at the server, on behalf of ``admin``."""

    def __call__(self, *, watches: bool = False, **settings: Any) -> RemoteStore: ...


class Impatient(SystemClock):
    """Does not wait between tries."""

    def wait(self, seconds: float, until: threading.Event) -> None:
        """Go on at once."""


def until(holds: Callable[[], bool]) -> None:
    """Let others work until it holds."""
    never = threading.Event()
    for _ in range(2000):
        if holds():
            return
        never.wait(0.005)
    pytest.fail("it did not come about within ten seconds")


@pytest.fixture
def behind(tmp_path: Path, clock: Clock) -> Iterator[SqlStore]:
    """The store that the server serves, as who works beside it."""
    path = tmp_path / "crm.db"
    database = Database.open(path)
    set_up(database, FIRST_START, clock)
    database.close()
    store = open_store(path, login="admin", clock=clock)
    yield store
    store.close()


@pytest.fixture
def app(behind: SqlStore) -> Any:
    """The server, not listening yet."""
    settings = Settings(version="test", rate=1e9, burst=10**9, pulse_seconds=0.05, log=told_errors)
    return make_app(behind, OpenGate(), settings)


@pytest.fixture
def network(app: Any) -> Iterator[FaultyProxy]:
    """The way to the server; it is a good one until it is told otherwise."""
    with served(app) as port, FaultyProxy(port) as proxy:
        yield proxy


@pytest.fixture
def open_(network: FaultyProxy, clock: Clock) -> Iterator[Open]:
    """``open_(watches=True, timeout=2)``: the store at the server, closed at the end."""
    with ExitStack() as opened:

        def make(*, watches: bool = False, **settings: Any) -> RemoteStore:
            store = open_remote(
                network.url,
                token_of("admin"),
                RemoteSettings(**settings),
                clock=clock,
                watches=watches,
                waits=Impatient(),
            )
            opened.callback(store.close)
            return store

        yield make


@pytest.fixture
def authority(tmp_path: Path) -> tuple[Certificate, Path]:
    """A certificate for this machine, and the file of who issued it."""
    issuer = trustme.CA()
    issued = issuer.issue_cert("localhost")
    certificate = Certificate(tmp_path / "chain.pem", tmp_path / "key.pem")
    certificate.chain.write_bytes(b"".join(blob.bytes() for blob in issued.cert_chain_pems))
    issued.private_key_pem.write_to_path(str(certificate.key))
    issuer.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    return certificate, tmp_path / "authority.pem"
