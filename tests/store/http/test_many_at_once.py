"""Many threads with one store, over plain connections and over one of HTTP/2."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from tests.store.conftest import Clock
from tests.store.http.conftest import Open
from tests.store.http.test_who_answers import TOKEN
from tests.store.serving import Certificate, served

from crm_tui.domain.customers import CustomerChange, NewCustomer
from crm_tui.domain.errors import Interrupted
from crm_tui.store.customers import CustomerQuery
from crm_tui.store.http.questions import Questions
from crm_tui.store.http.remote_settings import RemoteSettings
from crm_tui.store.http.store import RemoteStore, open_remote
from crm_tui.store.sql.store import SqlStore


def work(store: RemoteStore, behind: SqlStore) -> None:
    """Eight write and read at the same time; each finds its own."""

    def one(number: int) -> None:
        made = store.customers.create(NewCustomer(name=f"Aalto {number}"))
        for turn in range(3):
            made = store.customers.update(made.id, made.revision, CustomerChange(website=f"w{turn}.example"))
            assert store.customers.get(made.id) == made
            assert store.latest(f"own {number}").customers.by_number(made.number) == made

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(one, range(24)))
    assert behind.customers.count(CustomerQuery(text="aalto")).number == 24


def test_over_plain_connections(open_: Open, behind: SqlStore) -> None:
    work(open_(), behind)


def test_over_one_connection(app: Any, behind: SqlStore, authority: tuple[Certificate, Path], clock: Clock) -> None:
    certificate, file = authority
    seen: set[tuple[str, int]] = set()

    async def noticed(scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            seen.add((scope["http_version"], scope["client"][1]))
        await app(scope, receive, send)

    with served(noticed, certificate) as port:
        url = f"https://localhost:{port}"
        store = open_remote(url, TOKEN, RemoteSettings(ca_file=file), clock=clock)
        store.pulse()  # begins to listen
        work(store, behind)
        store.close()
    ((version, _),) = seen
    assert version == "2"


def test_slots_without_end_take_few_at_the_server() -> None:
    questions = Questions()
    first = questions.ask("0")
    places = {questions.ask(str(number)).slot for number in range(1, 1000)}
    assert len(places | {first.slot}) == 32
    assert not first.stop.is_set  # nobody asked anew in its slot
    again = questions.ask("999")
    questions.ask("999")
    assert again.stop.is_set


def test_a_question_that_another_program_displaced_is_put_again(
    open_: Open, behind: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_()
    displaced: list[str] = []
    count = type(behind.customers).count

    def count_once_displaced(self: Any, query: CustomerQuery, *, exact: bool = False) -> Any:
        if not displaced:
            displaced.append(query.text)
            raise Interrupted
        return count(self, query, exact=exact)

    monkeypatch.setattr(type(behind.customers), "count", count_once_displaced)
    assert store.latest("list").customers.count(CustomerQuery(text="a")).number == 0
    assert displaced == ["a"]
