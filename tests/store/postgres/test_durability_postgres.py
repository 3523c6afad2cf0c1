"""Nothing that was acknowledged is lost when PostgreSQL is killed, and the program goes on once it is back."""

from __future__ import annotations

import datetime as dt
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import closing

import pytest
from tests import postgres
from tests.store.conftest import FIRST_START

from crm_tui.domain.customers import NewCustomer
from crm_tui.domain.errors import Unavailable
from crm_tui.store.port import Store
from crm_tui.store.sql.postgres_database import open_at
from crm_tui.store.sql.setup import set_up
from crm_tui.store.sql.store import open_postgres

_WRITERS = 2
#: acknowledged changes between two kills
_BETWEEN = 5


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


@pytest.fixture
def cluster() -> Iterator[postgres.Cluster]:
    with closing(postgres.Cluster(postgres.run_folder() / f"kill-{threading.get_native_id()}")) as made:
        yield made


class Writer:
    """Creates customers until it is told to stop; those whose creation was acknowledged, and how many were not."""

    def __init__(self, store: Store, name: str) -> None:
        self.acknowledged: list[str] = []
        self.refused = 0
        self.moved = threading.Condition()
        self._store = store
        self._name = name
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        number = 0
        while not self._is_over.is_set():
            number += 1
            name = f"{self._name} {number}"
            try:
                self._store.customers.create(NewCustomer(name=name))
            except Unavailable:
                self.refused += 1
                self._is_over.wait(0.02)
            else:
                with self.moved:
                    self.acknowledged.append(name)
                    self.moved.notify_all()

    def wait_for(self, number: int) -> None:
        """Until it has saved so many more."""
        with self.moved:
            wanted = len(self.acknowledged) + number
            assert self.moved.wait_for(lambda: len(self.acknowledged) >= wanted, 60)

    def stop(self) -> None:
        self._is_over.set()
        self._thread.join(60)


@pytest.mark.parametrize("kills", [3, pytest.param(60, marks=pytest.mark.soak)])
@pytest.mark.timeout(1800)
def test_what_was_acknowledged_survives_a_kill_of_postgres(cluster: postgres.Cluster, kills: int) -> None:
    with closing(open_at(cluster.address)) as database:
        set_up(database, FIRST_START, _now)
    stores = [open_postgres(cluster.address, login=FIRST_START.login, clock=_now) for _ in range(_WRITERS)]
    writers = [Writer(store, f"Kauppa {place}") for place, store in enumerate(stores)]
    for number in range(kills):
        for writer in writers:
            writer.wait_for(_BETWEEN)
        if number % 2:
            cluster.kill_one()
        else:
            cluster.kill()
    for writer in writers:
        writer.wait_for(_BETWEEN)
        writer.stop()
    with closing(open_at(cluster.address)) as database, database.reading() as con:
        stored = Counter(name for (name,) in con.execute("SELECT name FROM customer"))
        assert con.execute(
            "SELECT count(*) FROM customer c WHERE NOT EXISTS (SELECT 1 FROM change_line l WHERE l.kind = 'customer'"
            " AND l.entity_id = c.id AND l.field = '')"
        ).get == 0  # fmt: skip
    acknowledged = [name for writer in writers for name in writer.acknowledged]
    assert set(acknowledged) <= set(stored)
    assert set(stored.values()) == {1}
    assert sum(stored.values()) <= len(acknowledged) + sum(writer.refused for writer in writers)
    for store in stores:
        store.close()
