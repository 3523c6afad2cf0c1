"""``crm-tui serve`` as a process of its own: it says where it listens, ends gracefully, and comes back after a kill."""

from __future__ import annotations

import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
import trustme
from tests.cli.conftest import Crm, crm, home, servers  # noqa: F401 - fixtures

from crm_tui.cli import ERROR

Serve = Callable[..., subprocess.Popen[str]]
PATIENCE = 30.0


@pytest.fixture
def port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@pytest.fixture
def store(crm: Crm, tmp_path: Path, home: Path) -> Path:  # noqa: F811
    customers = tmp_path / "customers.csv"
    customers.write_text("Number,Name\n1001,Hydro Oy\n")
    assert crm("import", customers, "--kind", "customer").code == 0
    return home / "default.db"


@pytest.fixture
def serve(store: Path, port: int, tmp_path: Path) -> Iterator[Serve]:
    """Starts it; whatever it started is gone after the test."""
    running: list[subprocess.Popen[str]] = []

    def start(*options: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "crm_tui", "--store", str(store), "serve", *options]
        command += ["--listen", f"127.0.0.1:{port}"]
        with (tmp_path / "log").open("a") as log:
            running.append(
                subprocess.Popen(
                    command, stdout=subprocess.PIPE, stderr=log, text=True, start_new_session=True, cwd=tmp_path
                )
            )
        return running[-1]

    yield start
    for process in running:
        if process.poll() is None:
            process.kill()
        process.communicate()


def ready(port: int) -> None:
    """Ask until it answers."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            assert httpx.get(f"http://127.0.0.1:{port}/ready", trust_env=False).json() == {"status": "ready"}
        except httpx.TransportError:
            assert time.monotonic() < end, "the server does not answer"
        else:
            return


def test_it_says_where_it_listens_and_ends_with_its_streams(
    serve: Serve,
    port: int,
    crm: Crm,  # noqa: F811
    store: Path,
    tmp_path: Path,
) -> None:
    token = crm("--store", store, "devices", "add", "ann", "--name", "test").out.strip()
    process = serve()
    assert process.stdout is not None
    assert process.stdout.readline() == f"default is served at http://127.0.0.1:{port}; ctrl+c ends it.\n"
    socket.create_connection(("127.0.0.1", port)).close()  # at once
    ready(port)
    with (
        httpx.Client(trust_env=False, timeout=PATIENCE, headers={"Authorization": f"Bearer {token}"}) as client,
        client.stream("GET", f"http://127.0.0.1:{port}/api/v1/events") as events,
    ):
        told = events.iter_lines()
        assert next(told) == "event: pulse"
        process.send_signal(signal.SIGTERM)
        assert not [line for line in told if line.startswith("event")]  # the stream comes to its end
    assert process.wait(PATIENCE) == 0
    log = (tmp_path / "log").read_text()
    assert "refused to gracefully stop" not in log
    assert all(line.startswith('{"at":') for line in log.splitlines())
    assert token not in log


def test_what_one_should_know_about_the_store_is_said_and_logged(serve: Serve, store: Path, tmp_path: Path) -> None:
    store.chmod(0o644)
    process = serve()
    assert process.stdout is not None
    known = f"Others could read {store}; now only you can."
    assert "is served at" in process.stdout.readline()
    assert process.stdout.readline() == f"Note: {known}\n"
    process.send_signal(signal.SIGTERM)
    assert process.wait(PATIENCE) == 0
    lines = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines()]
    assert [line["message"] for line in lines if line["event"] == "notice"] == [known]
    assert all(line["at"] for line in lines)


def test_over_tls_clients_use_a_name_of_its_certificate(serve: Serve, port: int, tmp_path: Path) -> None:
    authority = trustme.CA()
    certificate, cert, key = authority.issue_cert("localhost"), tmp_path / "cert.pem", tmp_path / "key.pem"
    key.touch(mode=0o600)
    certificate.private_key_pem.write_to_path(key)
    certificate.cert_chain_pems[0].write_to_path(cert)
    process = serve("--cert", str(cert), "--key", str(key))
    assert process.stdout is not None
    assert process.stdout.readline() == f"default is served at https://127.0.0.1:{port}; ctrl+c ends it.\n"
    assert process.stdout.readline() == "Clients use a name that the certificate is for.\n"
    assert process.stdout.readline().startswith("Passwords:")
    url = f"https://…:{port}"
    assert process.stdout.readline() == f"Clients:   crm-tui login {url}   and then   crm-tui --store {url}\n"
    context = ssl.create_default_context()
    authority.configure_trust(context)
    answer = httpx.get(f"https://localhost:{port}/ready", trust_env=False, verify=context)
    assert answer.headers["strict-transport-security"]
    process.send_signal(signal.SIGTERM)
    assert process.wait(PATIENCE) == 0
    assert all(line.startswith('{"at":') for line in (tmp_path / "log").read_text().splitlines())


def test_a_server_that_was_killed_leaves_its_place_to_the_next_one(serve: Serve, port: int) -> None:
    first = serve()
    ready(port)
    os.kill(first.pid, signal.SIGKILL)
    first.wait(PATIENCE)
    second = serve()
    assert second.stdout is not None
    while not second.stdout.readline():  # it listens only once those of the first are gone
        if second.poll() is not None:
            second = serve()
            assert second.stdout is not None
    ready(port)
    second.send_signal(signal.SIGTERM)
    assert second.wait(PATIENCE) == 0


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--listen", "0.0.0.0:8420"], "is reached over the network, where tokens and customers would be read"),
        (["--listen", "somewhere"], "write a host and a port, such as 127.0.0.1:8420"),
        (["--listen", "127.0.0.1:99999"], "write a host and a port"),
        (["--cert", "x.pem"], "give both --cert and --key"),
        (["--cert", "x.pem", "--key", "x.key"], "x.pem and x.key can't be read: No such file or directory"),
    ],
)
def test_what_it_would_do_wrong_is_refused(options: list[str], words: str, crm: Crm, store: Path) -> None:  # noqa: F811
    done = crm("--store", store, "serve", *options)
    assert (done.code, done.out) == (ERROR, "")
    assert words in done.err


def test_what_stands_in_the_way_is_said(port: int, crm: Crm, store: Path, tmp_path: Path) -> None:  # noqa: F811
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        done = crm("--store", store, "serve", "--listen", f"127.0.0.1:{port}")
    assert f"nothing can listen on 127.0.0.1:{port}: Address already in use" in done.err
    done = crm("--store", tmp_path / "none.db", "serve")
    assert "There is no store" in done.err
    assert not (tmp_path / "none.db").exists()
    done = crm("--store", "https://crm.example", "serve")
    assert "what is served is in a file or in PostgreSQL" in done.err
