"""``crm-tui serve`` that is told to end while requests are under way: they are answered, and then it is gone."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from io import BytesIO
from pathlib import Path

import apsw
import httpx
import pytest
from tests.server.process import PATIENCE, ServeProcess
from tests.server.test_kills import in_file, opened  # noqa: F401 - a fixture

from crm_tui.domain.customers import NewCustomer
from crm_tui.domain.files import FileKind, NewFile
from crm_tui.store.customers import CustomerQuery
from crm_tui.store.devices import NewDevice

#: more than lies in the buffers between server and client
_CONTENT = b"a page of plans " * 2**20


@pytest.fixture
def token(in_file: str) -> str:  # noqa: F811
    with closing(opened(in_file)) as store:
        return store.devices.create(NewDevice(name="test")).token


@pytest.fixture
def server(in_file: str, tmp_path: Path) -> Iterator[ServeProcess]:  # noqa: F811
    with ServeProcess(in_file, tmp_path) as process:
        yield process


@pytest.fixture
def client(server: ServeProcess, token: str) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=f"{server.url}/api/v1", headers=headers, trust_env=False, timeout=PATIENCE) as made:
        yield made


def takes_nobody(server: ServeProcess) -> bool:
    try:
        socket.create_connection(("127.0.0.1", server.port)).close()
    except ConnectionRefusedError:
        return True
    return False


def test_a_write_that_waits_for_the_store_is_answered(
    server: ServeProcess,
    client: httpx.Client,
    in_file: str,  # noqa: F811
) -> None:
    with closing(apsw.Connection(in_file)) as other, ThreadPoolExecutor(1) as asking:
        other.execute("BEGIN IMMEDIATE")  # so that whoever saves waits
        saving = asking.submit(client.post, "/customers", json={"name": "Aalto"})
        never = threading.Event()
        while not _waits(server):
            never.wait(0.01)
        server.tell_to_end()
        while not takes_nobody(server):
            never.wait(0.01)
        other.execute("COMMIT")
        assert saving.result().status_code == 200
    assert server.ended() == 0
    with closing(opened(in_file)) as store:
        assert store.customers.count(CustomerQuery()).number == 1
    assert not any("refused to" in str(line.get("message")) for line in server.events())


def _waits(server: ServeProcess) -> bool:
    """Whether another request than this one is under way."""
    told = httpx.get(f"{server.url}/metrics", trust_env=False).text.splitlines()
    return next(float(line.split()[1]) for line in told if line.startswith("crm_tui_open_requests ")) > 1


def test_contents_on_their_way_arrive_whole(
    server: ServeProcess,
    client: httpx.Client,
    in_file: str,  # noqa: F811
) -> None:
    with closing(opened(in_file)) as store:
        customer = store.customers.create(NewCustomer(name="Aalto")).id
        new = NewFile(customer=customer, kind=FileKind.FILE, name="plans")
        file = store.files.create(new, BytesIO(_CONTENT)).id
    with client.stream("GET", f"/files/{file}/content") as answer:
        pieces = answer.iter_raw()
        came = len(next(pieces))
        server.tell_to_end()
        never = threading.Event()
        while not takes_nobody(server):
            never.wait(0.01)
        assert came + sum(map(len, pieces)) == len(_CONTENT)
    assert server.ended() == 0
    assert not any("refused to" in str(line.get("message")) for line in server.events())


def test_a_body_that_comes_slowly_is_read_to_its_end(server: ServeProcess, client: httpx.Client) -> None:
    def body() -> Iterator[bytes]:
        yield b'{"name": '
        while not _waits(server):
            threading.Event().wait(0.01)
        server.tell_to_end()
        while not takes_nobody(server):
            threading.Event().wait(0.01)
        yield b'"Aalto"}'

    assert client.post("/customers", content=body(), headers={"Content-Type": "application/json"}).status_code == 200
    assert server.ended() == 0


@pytest.mark.soak
def test_who_never_goes_on_does_not_keep_it(server: ServeProcess) -> None:
    with socket.create_connection(("127.0.0.1", server.port)) as silent:
        silent.sendall(b"POST /api/v1/sign-in HTTP/1.1\r\nHost: crm\r\nContent-Length: 100\r\n\r\n{")
        while not _waits(server):
            threading.Event().wait(0.01)
        server.tell_to_end()
        server.ended()
    server.start()
    server.wait_until_it_answers()
