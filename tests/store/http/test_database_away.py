"""The server answers, and its database does not: what was read stays readable and is said to be old, as it is without
the server, and all comes back by itself."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from tests.store.conformance import given
from tests.store.conftest import NOW, TODAY, Clock
from tests.store.http.conftest import Open, until
from tests.store.http.faulty_proxy import FaultyProxy
from tests.store.http.test_going_back import listening
from tests.store.over_http import OpenGate

from crm_tui.domain.customers import CustomerChange
from crm_tui.domain.errors import Away, CrmError, Offline, Unavailable
from crm_tui.domain.files import FileKind, NewFile
from crm_tui.store.gate import Visitor
from crm_tui.store.reach import HERE
from crm_tui.store.sql.store import SqlStore

Fail = Callable[[CrmError | None], None]


@pytest.fixture
def fail(monkeypatch: pytest.MonkeyPatch) -> Fail:
    """``fail(error)``: what the store raises from now on whatever it is asked; None: it answers again."""
    failing: list[CrmError] = []
    answering, telling = OpenGate.visitor, SqlStore.pulse

    def visitor(gate: OpenGate, token: str) -> Visitor:
        if failing:
            raise failing[0]
        return answering(gate, token)

    def pulse(store: SqlStore) -> int:
        if failing:
            raise failing[0]
        return telling(store)

    monkeypatch.setattr(OpenGate, "visitor", visitor)
    monkeypatch.setattr(SqlStore, "pulse", pulse)

    def set_to(error: CrmError | None) -> None:
        failing[:] = [error] if error is not None else []

    return set_to


AWAY = Away("crm on db.internal can't be reached (Connection refused): check host and port.")


def test_what_was_read_is_there_and_old_until_the_database_is_back(
    open_: Open, behind: SqlStore, clock: Clock, fail: Fail
) -> None:
    one, other = given.customer(behind), given.customer(behind, "Berg")
    store = listening(open_(watches=True))
    card = store.customers.card(one.id, TODAY)
    clock.advance(minutes=6)  # what is not as good as new any more is asked for
    fail(AWAY)
    assert store.customers.card(one.id, TODAY) == card
    reach = store.reach()
    assert (reach.offline_since, reach.as_of, reach.only_database) == (clock.now, NOW, True)
    with pytest.raises(Offline, match=r"The database of 127\.0\.0\.1:\d+ can't be reached just now, and this was not"):
        store.customers.card(other.id, TODAY)
    with pytest.raises(Offline, match=r"The database of 127.* just now, so nothing was sent or saved; save again once"):
        store.customers.update(one.id, 1, CustomerChange(name="Aalto AI"))

    fail(None)
    until(lambda: store.reach() == HERE)  # without anybody asking
    assert store.customers.update(one.id, 1, CustomerChange(name="Aalto AI")).name == "Aalto AI"


def test_who_listens_hears_of_it_without_asking(open_: Open, fail: Fail) -> None:
    store = listening(open_(watches=True))
    fail(AWAY)
    until(lambda: store.reach().only_database)
    fail(None)
    until(lambda: store.reach() == HERE)


def test_a_write_that_finds_the_database_away_says_that_nothing_was_saved(
    open_: Open, behind: SqlStore, fail: Fail
) -> None:
    customer = given.customer(behind)
    store = open_()
    fail(AWAY)
    with pytest.raises(Offline, match=r"The database of 127.* can't be reached.* Nothing was saved") as caught:
        store.customers.update(customer.id, 1, CustomerChange(name="Aalto AI"))
    assert "internal" not in str(caught.value)
    assert store.reach().only_database
    with pytest.raises(Offline, match="Nothing was saved"):
        store.files.create(NewFile(customer=customer.id, name="offer.txt", kind=FileKind.FILE), BytesIO(b"offer"))
    fail(None)
    store.customers.update(customer.id, 1, CustomerChange(name="Aalto AI"))
    assert store.reach() == HERE


def test_a_server_that_is_merely_busy_is_not_away(open_: Open, behind: SqlStore, fail: Fail) -> None:
    customer = given.customer(behind)
    store = open_()
    store.customers.get(customer.id)
    fail(Unavailable("The server is busy."))
    with pytest.raises(Unavailable) as caught:
        store.customers.get(customer.id)
    assert type(caught.value) is Unavailable
    assert store.reach() == HERE


def test_the_next_start_finds_on_disk_what_was_read(
    open_: Open, behind: SqlStore, tmp_path: Path, fail: Fail, network: FaultyProxy
) -> None:
    customer, kept = given.customer(behind), tmp_path / "cache"
    store = open_(cache_folder=kept)
    card = store.customers.card(customer.id, TODAY)
    store.close()
    fail(AWAY)
    before = len(network.seen)
    again = open_(cache_folder=kept)
    assert len(network.seen) == before + 1  # one try is enough for who has something to go by
    assert again.customers.card(customer.id, TODAY) == card
    assert again.reach().only_database
    with pytest.raises(Offline, match="The database of"):
        open_()


def test_the_reason_changes_with_what_is_away(
    open_: Open, behind: SqlStore, fail: Fail, network: FaultyProxy, clock: Clock
) -> None:
    customer = given.customer(behind)
    store = listening(open_(watches=True))
    store.customers.get(customer.id)
    clock.advance(minutes=6)
    fail(AWAY)
    store.customers.get(customer.id)
    since = store.reach().offline_since
    clock.advance(minutes=1)
    network.close()
    until(lambda: not store.reach().only_database)
    assert (store.reach().offline_since, store.reach().as_of) == (since, NOW)
    network.open()
    until(lambda: store.reach().only_database)
    fail(None)
    until(lambda: store.reach() == HERE)
