"""A server, or its database, is killed while several people save: what was acknowledged is there once, what was not at
most once, and they go on by themselves."""

from __future__ import annotations

import datetime as dt
import random
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from statistics import median

import httpx
import pytest
from psycopg.conninfo import conninfo_to_dict
from tests import postgres
from tests.server.conftest import FIRST_START
from tests.server.process import ServeProcess, Whom
from tests.server.savers import Saver, Told, judge
from tests.store.conftest import set_up_in_postgres

from crm_tui.store.devices import NewDevice
from crm_tui.store.http.store import open_remote
from crm_tui.store.port import Store
from crm_tui.store.sql.connections import Database
from crm_tui.store.sql.setup import set_up
from crm_tui.store.sql.store import open_postgres, open_store

#: whether each of them listens to what others do, and whether they insist on what they save
_PEOPLE = ((True, True), (True, False), (False, True), (False, False))
#: a new server has answered within so many seconds of a processor
_BACK = 2.0


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


@pytest.fixture
def in_file(tmp_path: Path) -> str:
    """A store just set up, in a file."""
    path = tmp_path / "crm.db"
    with closing(Database.open(path)) as database:
        set_up(database, FIRST_START, now)
    return str(path)


@pytest.fixture
def in_postgres(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The same in PostgreSQL; its password, if it has one, is where libpq looks."""
    made = postgres.new_database(postgres.template("set_up", set_up_in_postgres))
    given = conninfo_to_dict(made)
    for name in ("host", "port", "user", "password"):
        if value := given.get(name):
            monkeypatch.setenv(f"PG{name.upper()}", str(value))
    yield f"postgresql:///{given['dbname']}"
    postgres.drop_database(made)


@pytest.fixture
def cluster() -> Iterator[postgres.Cluster]:
    """A PostgreSQL of the test's own, with a store in it."""
    with closing(postgres.Cluster(postgres.run_folder() / f"kills-{threading.get_native_id()}")) as made:
        set_up_in_postgres(made.address)
        yield made


def opened(place: str) -> Store:
    """The store as its administrator, past the server."""
    if place.startswith("postgresql:"):
        return open_postgres(place, login=FIRST_START.login, clock=now)
    return open_store(Path(place), login=FIRST_START.login, clock=now)


def people(url: str, place: str, stack: ExitStack) -> list[Saver]:
    """Several people at work, each on a device of their own; they stop at the end of the stack."""
    with closing(opened(place)) as store:
        tokens = [store.devices.create(NewDevice(name=f"{each}")).token for each in _PEOPLE]
    savers = []
    for token, (listens, insists) in zip(tokens, _PEOPLE, strict=True):
        remote = open_remote(url, token, watches=listens)
        remote.pulse()
        savers.append(Saver(remote, f"{listens} {insists}", insists=insists))
        stack.callback(savers[-1].stop)
    return savers


def all_go_on(savers: list[Saver], number: int) -> None:
    for saver in savers:
        saver.wait_for(number)


@pytest.mark.parametrize("kills", [5, pytest.param(100, marks=pytest.mark.soak)])
@pytest.mark.parametrize("kind", ["in_file", "in_postgres"])
@pytest.mark.timeout(1800)
def test_what_was_acknowledged_survives_a_kill_of_the_server(
    request: pytest.FixtureRequest, tmp_path: Path, kind: str, kills: int
) -> None:
    place: str = request.getfixturevalue(kind)
    choice, back = random.Random(kills), list[float]()
    with ServeProcess(place, tmp_path) as server:
        with ExitStack() as working:
            savers = people(server.url, place, working)
            for number in range(kills):
                choice.choice(savers).wait_for(choice.randint(1, 6))
                whom = list(Whom)[number % len(Whom)]
                server.kill(whom)
                if whom is not Whom.ONE:
                    server.start()
                    savers[0].wait_for(1)
                    back.append(server.processor_seconds())
                all_go_on(savers, 1)
            all_go_on(savers, 2)
        assert {status for status in server.answers() if status >= 500} <= {503}
        assert not [line for line in server.events() if line["event"] == "error"]
    with closing(opened(place)) as store:
        told = judge(store, savers)
    assert told[Told.SAVED] > 5 * kills
    assert median(back) < _BACK


@pytest.mark.parametrize("kills", [3, pytest.param(30, marks=pytest.mark.soak)])
@pytest.mark.timeout(1800)
def test_what_was_acknowledged_survives_a_kill_of_postgres_under_the_server(
    cluster: postgres.Cluster, tmp_path: Path, kills: int
) -> None:
    choice = random.Random(kills)
    with closing(opened(cluster.address)) as store:
        token = store.devices.create(NewDevice(name="watch")).token
    with ServeProcess(cluster.address, tmp_path) as server, httpx.Client(base_url=server.url, trust_env=False) as asks:
        with ExitStack() as working:
            savers = people(server.url, cluster.address, working)
            for _ in range(kills):
                choice.choice(savers).wait_for(choice.randint(1, 6))
                cluster.end_at_once()
                assert asks.get("/health").status_code == 200
                for path in ("/ready", "/api/v1/me", "/api/v1/customers"):
                    answer = asks.get(path, headers={"Authorization": f"Bearer {token}"})
                    assert (answer.status_code, answer.headers.get("Retry-After")) == (503, "2"), path
                    assert answer.json()["type"] == "/problems/away"
                    assert answer.json()["detail"].startswith("The server can't reach its store just now")
                cluster.begin_again()
                all_go_on(savers, 2)
        assert {status for status in server.answers() if status >= 500} == {503}
        assert any("that PostgreSQL runs" in line["reason"] for line in server.events() if line["event"] == "store")
        assert not [line for line in server.events() if line["event"] == "error"]
    with closing(opened(cluster.address)) as store:
        told = judge(store, savers)
    assert told[Told.SAVED] > 5 * kills
