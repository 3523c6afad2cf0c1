"""What is sent and what is stored is in no line of a log, in no figure, and secrets are in no problem either."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any

import httpx
import msgspec
import pytest
from tests.server.conftest import Served
from tests.server.samples import named, sample

from crm_tui.domain.files import NewFile
from crm_tui.store.http import rows, wire
from crm_tui.store.http.parameters import Parameter, Place, signature
from crm_tui.store.http.routes import PREFIX, ROUTES, Route, Shape
from crm_tui.store.port import Store

#: logs of the tests' own client
_OF_CLIENTS = ("httpx", "httpcore")
CANARY, SECRET = "geheimrat", "crm_secret0of0vera"


class Failing:
    """A store of which every method fails, in words that are somebody's."""

    name = "failing"

    def acting_as(self, login: str) -> Failing:
        return self

    def latest(self, slot: str) -> Failing:
        return self

    def once(self, key: str) -> Failing:
        return self

    def pulse(self) -> int:
        return 1

    def was_saved(self, key: str) -> bool:
        raise ZeroDivisionError(CANARY)

    def __getattr__(self, name: str) -> Any:
        return _Facet()


class _Facet:
    def __getattr__(self, name: str) -> Any:
        def call(*args: Any, **given: Any) -> Any:
            raise ZeroDivisionError(f"{CANARY} {args} {given}")

        return call if name != "dump" else _broken_off


def _broken_off() -> Iterator[Any]:
    yield ("customer", {"name": CANARY})
    yield ("customer", {"name": CANARY})
    raise ZeroDivisionError(CANARY)


class Heard:
    """All that a server writes down."""

    def __init__(self, served: Served, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> None:
        self._served, self._caplog, self._capfd = served, caplog, capfd

    def text(self, client: httpx.Client) -> str:
        """All of it."""
        figures = client.get("http://crm.test/metrics").text
        said = self._capfd.readouterr()
        logged = [record.getMessage() for record in self._caplog.records if record.name not in _OF_CLIENTS]
        return json.dumps(self._served.lines) + figures + "".join(logged) + said.out + said.err


@pytest.fixture
def heard(session_app: Served, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> Iterator[Heard]:
    caplog.set_level(logging.DEBUG)
    session_app.lines.clear()
    session_app.gate.devices[SECRET] = session_app.gate.devices["crm_token_of_admin"]
    yield Heard(session_app, caplog, capfd)
    del session_app.gate.devices[SECRET]


def test_a_store_that_fails_is_not_quoted(session_app: Served, heard: Heard) -> None:
    session_app.lent.store = Failing()
    with session_app.client(SECRET) as client:
        told = [_asked(client, route) for route in ROUTES if route.method != "pulse"]
        written = heard.text(client)
    assert {status for status, _ in told} == {500}
    assert CANARY not in "".join(text for _, text in told)
    assert CANARY not in written
    assert SECRET not in written


def _asked(client: httpx.Client, route: Route) -> tuple[int, str]:
    """Status and text of an answer to a request as it should be; of what breaks off, the last thing that was said."""
    request = _request(route)
    try:
        answer = client.request(route.verb, request.pop("path"), **request)
    except httpx.RemoteProtocolError:
        return 500, ""
    return answer.status_code, answer.text


def _request(route: Route) -> dict[str, Any]:
    if route.shape is Shape.FORM:
        return {"path": route.path, "files": {"new": (None, wire.write_answer(sample(NewFile, full=True)))}}
    if route.shape in (Shape.ROWS, Shape.ROWS_IN):
        return {"path": route.path, "content": b"".join(rows.written([]))}
    given = {each.name: _argument(each) for each in signature(route).parameters}
    request = wire.to_request(route, given)
    return {"path": request.path.removeprefix(PREFIX), "headers": request.headers, "content": request.body}


def _argument(parameter: Parameter) -> Any:
    if parameter.place is Place.REVISION:
        return 3
    if parameter.type is str:
        return CANARY
    return named(parameter.name, parameter.type, full=True)


def test_what_is_sent_is_not_written_down(session_app: Served, store: Store, heard: Heard) -> None:
    session_app.lent.store = store
    body = msgspec.json.encode({"name": CANARY, CANARY: CANARY, "password": SECRET, "text": CANARY})
    problems: list[str] = []
    headers = dict.fromkeys(("User-Agent", "Question", "Idempotency-Key", "If-Match", "Cookie", "Referer"), CANARY)
    with session_app.client(SECRET) as client:
        for route in ROUTES:
            path = "".join(CANARY if part.startswith("{") else part for part in _parts(route.path))
            bodies: tuple[dict[str, Any], ...] = ({"content": body}, {"content": CANARY}, {"files": {"new": CANARY}})
            for more in bodies:
                answer = client.request(route.verb, path, params={CANARY: CANARY}, headers=headers, **more)
                assert answer.status_code < 500
                problems.append(answer.text)
        for path in ("/sign-in", "/sign-out", "/me", "/events", f"/{CANARY}"):
            problems.append(client.post(path, content=body, headers={"Authorization": f"Bearer {SECRET}x"}).text)
        written = heard.text(client)
    assert CANARY not in written
    assert SECRET not in written + "".join(problems)


def _parts(path: str) -> Iterator[str]:
    for number, part in enumerate(path.split("/")):
        yield "/" if number else ""
        yield part
