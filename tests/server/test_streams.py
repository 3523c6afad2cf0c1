"""Streams beside each other and beside what others do: whoever is slow keeps nobody waiting."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import threading
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import httpx
import pytest
from tests.server.conftest import ADMIN, Served
from tests.server.test_routes import Recorder
from tests.store.http.conftest import until

from crm_tui.cli.serve_log import JsonLines
from crm_tui.domain.customers import NewCustomer
from crm_tui.domain.entities import Kind
from crm_tui.store.history import ImportItem, ImportResult
from crm_tui.store.http import rows


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


def test_a_store_is_dumped_however_much_is_written(served: Served, client: httpx.Client) -> None:
    served.lent.store.pulse()
    for _ in range(3):
        served.lent.store.customers.create(NewCustomer(name="Kallio Oy"))
        response = client.get("/dump")
        assert response.status_code == 200
        assert int(response.headers["store-pulse"]) == served.lent.store.pulse()


def test_who_sends_items_slowly_keeps_nobody_from_writing(served: Served, client: httpx.Client) -> None:
    item = ImportItem(kind=Kind.CUSTOMER, external_ref="a", fields={"name": "Kallio Oy"}, line=3)
    lines = list(rows.written([item] * 1_500))

    def slow() -> Iterator[bytes]:
        yield b"".join(lines[:1_200])
        served.lent.store.customers.create(NewCustomer(name="Another Oy"))
        yield b"".join(lines[1_200:])

    response = client.post("/imports/check", content=slow())
    assert response.status_code == 200
    assert len(list(rows.read([response.content], ImportResult))) == 1_500


def test_a_content_out_of_a_database_is_read_to_its_end_before_it_is_sent(recorder: Recorder) -> None:
    class OneWay(BytesIO):
        def seekable(self) -> bool:
            return False

        def seek(self, *_: Any) -> int:
            raise OSError("not seekable")

    content = OneWay(b"\x00\xff" * 100_000)
    own = Served()
    own.lent.store, recorder.answer = recorder, content
    with own.client() as client, client.stream("GET", "/files/3/content") as response:
        assert content.closed
        assert response.headers["content-length"] == "200000"
        assert response.read() == b"\x00\xff" * 100_000
    own.transport.close()


def test_so_many_dumps_and_transfers_at_a_time(recorder: Recorder) -> None:
    held, over = threading.Event(), threading.Event()

    def endless() -> Iterator[Any]:
        try:
            yield ("customer", {"id": 1})
            held.set()
            over.wait(20)
            yield ("customer", {"id": 2})
        finally:
            held.set()

    own = Served(dumps=1)
    own.lent.store, recorder.answer = recorder, endless()
    other = own.gate.let_in("vera")
    with own.client() as client, own.client(other) as second:
        with client.stream("GET", "/dump") as response:
            assert held.wait(20)
            refused = second.get("/dump")
            assert (refused.status_code, refused.headers["retry-after"]) == (429, "5")
            assert "Streams of the whole store" in refused.json()["detail"]
            over.set()
            assert len(list(rows.read(response.iter_bytes(), tuple[str, dict[str, Any]]))) == 2
        recorder.answer = (record for record in [("customer", {"id": 3})])
        until(lambda: second.get("/dump").status_code == 200)  # the place is free once the server is done, too
    own.transport.close()


def test_the_log_says_where_a_stream_broke_off_and_no_more(recorder: Recorder) -> None:
    def breaks_off() -> Iterator[Any]:
        yield ("customer", {"name": "Kallio Oy"})
        yield ("customer", {"name": object(), "secret": "canary"})  # what is no JSON

    own = Served()
    own.lent.store, recorder.answer = recorder, breaks_off()
    with own.client() as client, pytest.raises(httpx.RemoteProtocolError):
        client.get("/dump")
    own.transport.close()
    (line,) = (line for line in own.lines if line["event"] == "error")
    assert line["error"] == "TypeError"
    assert re.fullmatch(r"store/http/rows\.py:\d+", str(line["where"]))
    assert "canary" not in str(own.lines)


def test_what_the_server_itself_says_of_it_is_a_line_without_its_words() -> None:
    told = "Application callable raised an exception\nTraceback (most recent call last):\nValueError: canary"
    record = logging.LogRecord("_granian", logging.ERROR, "", 1, told, (), None)
    line = json.loads(JsonLines().format(record))
    assert (line["event"], line["message"]) == ("server", "Application callable raised an exception")


@pytest.mark.parametrize("path", ["/dump", "/files/3/content"])
def test_who_leaves_what_is_sent_is_not_waited_for(path: str, recorder: Recorder) -> None:
    ended = threading.Event()

    def endless() -> Iterator[Any]:
        try:
            while True:
                yield ("customer", {"id": 1})
        finally:
            ended.set()

    own = Served(stall_seconds=0.05)
    own.lent.store = recorder
    content = BytesIO(bytes(1_000_000))
    recorder.answer = endless() if path == "/dump" else content
    scope = own.transport._scope(httpx.Request("GET", f"http://crm.test/api/v1{path}"))
    scope["headers"] = [(b"authorization", f"Bearer {ADMIN}".encode())]

    async def receive() -> Any:
        await asyncio.Event().wait()

    async def send(event: Any) -> None:
        if event["type"] == "http.response.body":
            await asyncio.Event().wait()

    async def ask() -> None:
        await own.transport._app(scope, receive, send)

    asyncio.run_coroutine_threadsafe(ask(), own.transport._loop).result(20)
    assert ended.wait(20) if path == "/dump" else content.closed
    own.transport.close()
