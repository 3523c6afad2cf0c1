"""Who comes in and goes, who is told of changes, and what a server says of itself."""

from __future__ import annotations

import itertools
import json
import threading
from collections.abc import Iterator
from typing import Any

import httpx
from tests.server.conftest import ADMIN, PASSWORD, Served

from crm_tui.domain.customers import NewCustomer
from crm_tui.domain.errors import Unavailable
from crm_tui.store.port import Store


def test_somebody_signs_in_and_out(served: Served) -> None:
    body = {"login": "admin", "password": PASSWORD, "device": "laptop"}
    with served.client(None) as client:
        signed_in = client.post("/sign-in", json=body)
        assert (signed_in.status_code, signed_in.headers["cache-control"]) == (200, "no-store")
        headers = {"Authorization": f"Bearer {signed_in.json()['token']}"}
        me = client.get("/me", headers=headers).json()
        assert (me["login"], me["version"], me["store"]) == ("admin", "1.2.3", "crm")
        assert client.post("/sign-out", headers=headers).status_code == 204
        assert client.get("/me", headers=headers).status_code == 401
        served.gate.let_in("admin")
        wrong = client.post("/sign-in", json=body | {"password": "wrong"})
        assert (wrong.status_code, wrong.headers["www-authenticate"]) == (401, "Bearer")
        assert client.post("/sign-in", json=body | {"admin": True}).json()["field"] == "admin"


def test_events_tell_of_every_change(store: Store) -> None:
    served = Served()  # which has seen no other store, whose pulse may be a greater one
    served.lent.store = store
    with served.client() as client, client.stream("GET", "/events") as response:
        assert response.headers["content-type"] == "text/event-stream"
        pulses = _pulses(response)
        first = next(pulses)
        client.post("/customers", json={"name": "Kallio Oy"})
        second = next(pulses)
        served.lent.store.customers.create(NewCustomer(name="Another Oy"))  # not through the server
        third = next(pulses)
    assert first < second < third
    served.transport.close()


def test_a_stream_of_events_ends_with_its_token() -> None:
    served = Served(heartbeat_seconds=0.02)
    served.lent.store = _Quiet()
    token = served.gate.let_in("vera")
    with served.client(token) as client, client.stream("GET", "/events") as response:
        lines = response.iter_lines()
        assert next(lines) == "event: pulse"
        while not next(lines).startswith(":"):
            pass
        served.gate.sign_out(token)
        assert all(not line or line.startswith(":") for line in lines)  # until it ends
    served.transport.close()


def test_a_stream_of_events_ends_with_its_token_however_much_happens() -> None:
    served = Served(heartbeat_seconds=0.05, pulse_seconds=0.001)
    served.lent.store = _Busy()
    token = served.gate.let_in("vera")
    with served.client(token) as client, client.stream("GET", "/events") as response:
        pulses = _pulses(response)
        assert next(pulses) < next(pulses)
        served.gate.sign_out(token)
        assert len(list(pulses)) > 0  # until it ends
    served.transport.close()


def test_a_device_has_so_many_streams_and_gives_them_back(served: Served) -> None:
    own = Served(streams=1)
    own.lent.store = served.lent.store
    with own.client() as client:
        with client.stream("GET", "/events") as response:
            next(response.iter_lines())
            assert client.get("/events").status_code == 429
        with client.stream("GET", "/events") as response:
            while response.status_code == 429:  # the server has yet to notice that the first is gone
                response = client.send(client.build_request("GET", "/events"), stream=True)
            assert next(response.iter_lines()) == "event: pulse"
            response.close()
    own.transport.close()


def test_streams_end_when_the_server_stops(served: Served) -> None:
    own = Served()
    own.lent.store = served.lent.store
    with own.client() as client, client.stream("GET", "/events") as response:
        lines = response.iter_lines()
        assert next(lines) == "event: pulse"
        own.transport.close()
        assert [line for line in lines if line.startswith("event")] == []


def test_a_server_says_how_it_is(served: Served, client: httpx.Client) -> None:
    for path, status in (("/health", "up"), ("/ready", "ready")):
        with served.client(None) as nobody:
            response = nobody.get(f"http://crm.test{path}")
        assert (response.status_code, response.json()) == (200, {"status": status})
    assert response.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in response.headers["content-security-policy"]
    assert "access-control-allow-origin" not in response.headers


def test_a_store_that_is_away_is_told_as_such() -> None:
    served = Served()
    served.lent.store = _Away()
    with served.client() as client:
        assert client.get("http://crm.test/health").status_code == 200
        ready = client.get("http://crm.test/ready")
        assert (ready.status_code, ready.json()["type"]) == (503, "/problems/unavailable")
        assert int(ready.headers["retry-after"]) > 0
        assert client.get("/customers").status_code == 503
    served.transport.close()


def test_figures_are_for_this_machine(served: Served, client: httpx.Client) -> None:
    number = client.post("/customers", json={"name": "Geheimrat"}).json()["id"]
    client.get(f"/customers/{number}")
    text = client.get("http://crm.test/metrics").text
    asked = 'crm_tui_requests_total{method="GET",route="/api/v1/customers/{customer}",status="200"}'
    assert any(line.startswith(asked) for line in text.splitlines())
    assert 'le="+Inf"' in text
    assert "Geheimrat" not in text
    proxied = client.get("http://crm.test/metrics", headers={"X-Forwarded-For": "127.0.0.1"})
    assert proxied.status_code == 403


def test_the_log_has_no_data(served: Served, client: httpx.Client) -> None:
    client.post("/customers", json={"name": "Geheimrat"})
    client.get("/customers", params={"text": "Geheimrat"})
    client.get("/search", params={"text": "Geheimrat"})
    client.get("/saved/Geheimrat")
    client.get("/Geheimrat")
    client.request("GEHEIMRAT", "/customers")
    client.post("/sign-in", json={"login": "Geheimrat", "password": "Geheimrat", "device": "Geheimrat"})
    logged = json.dumps(served.lines)
    assert "Geheimrat" not in logged
    assert "GEHEIMRAT" not in logged
    assert "crm_token" not in logged
    first = served.lines[0]
    assert (first["event"], first["method"], first["route"]) == ("request", "POST", "/api/v1/customers")
    assert (first["status"], first["device"]) == (200, served.gate.devices[ADMIN].device)
    assert isinstance(first["ms"], float)
    assert served.lines[4]["route"] == "unknown"


def test_an_error_of_ours_says_where_and_not_what(served: Served, client: httpx.Client) -> None:
    served.lent.store = _Broken()
    response = client.get("/customers/1")
    assert (response.status_code, response.headers["content-type"]) == (500, "application/problem+json")
    assert "Geheimrat" not in response.text + json.dumps(served.lines)
    assert [line["error"] for line in served.lines if line["event"] == "error"] == ["ZeroDivisionError"]


def test_what_takes_too_long_is_given_up_and_stopped() -> None:
    served = Served(call_seconds=0.1)
    slow = _Slow()
    served.lent.store = slow
    with served.client() as client:
        response = client.get("/customers/1")
    assert (response.status_code, slow.stopped.wait(10)) == (503, True)
    served.transport.close()


def test_a_newer_question_of_a_slot_ends_the_older_one(served: Served, client: httpx.Client) -> None:
    asked: list[str] = []
    lent = served.lent.store

    class Noting(_Quiet):
        def latest(self, slot: str) -> Any:
            asked.append(slot)
            return lent.latest(slot)

    served.lent.store = Noting()
    client.get("/customers", headers={"Question": "page"})
    client.get("/customers")
    assert asked[0] == f"{served.gate.devices[ADMIN].device}:page"
    assert asked[1].startswith("server:")


def _pulses(response: httpx.Response) -> Iterator[int]:
    for line in response.iter_lines():
        if line.startswith("data: "):
            yield int(line.removeprefix("data: "))


class _Busy:
    """A store in which something happens all the time."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)

    def pulse(self) -> int:
        return next(self._numbers)


class _Quiet:
    """A store in which nothing happens."""

    name = "quiet"

    def acting_as(self, login: str) -> Any:
        return self

    def latest(self, slot: str) -> Any:
        return self

    def pulse(self) -> int:
        return 1


class _Away(_Quiet):
    def acting_as(self, login: str) -> Any:
        raise Unavailable("The database does not answer.")

    def pulse(self) -> int:
        raise Unavailable("The database does not answer.")


class _Broken(_Quiet):
    @property
    def customers(self) -> Any:
        raise ZeroDivisionError("Geheimrat")


class _Slow(_Quiet):
    """Reads until it is stopped by a newer question in its slot."""

    def __init__(self) -> None:
        self.questions: list[str] = []
        self.stopped = threading.Event()

    def latest(self, slot: str) -> Any:
        self.questions.append(slot)
        if self.questions.count(slot) > 1:
            self.stopped.set()
        return self

    @property
    def customers(self) -> Any:
        self.stopped.wait(10)
        return None
