"""A server over the world of the permission tests, and its store asked directly: the same question to both."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import apsw
import httpx
import msgspec
from tests.server.asgi import LoopTransport
from tests.store.permissions.people import ACTOR
from tests.store.permissions.profiles import Permissions, assume
from tests.store.permissions.provisional import Provisional
from tests.store.permissions.walker import bound
from tests.store.permissions.world import World, opened

from crm_tui.domain.errors import CrmError
from crm_tui.server.app import make_app
from crm_tui.server.settings import Line, Settings
from crm_tui.store.devices import NewDevice
from crm_tui.store.http import rows, wire
from crm_tui.store.http.parameters import Place, arguments, signature
from crm_tui.store.http.problems import MEDIA_TYPE, to_problem
from crm_tui.store.http.routes import PREFIX, Route, Shape
from crm_tui.store.http.visiting import ME
from crm_tui.store.sql.connections import Database

URL = "http://crm.test"
#: what is made up anew each time: tokens, and the names of contents
_MADE_UP = re.compile(rb'crm_[0-9A-Za-z_-]+|(?<="content_key":)"[0-9a-f]+"')
_JSON, _OCTETS = "application/json", "application/octet-stream"


class Said(NamedTuple):
    """An answer, as far as it says anything: what is made up is left out."""

    status: int
    media_type: str | None
    body: bytes
    etag: str | None = None


class Desk:
    """``store`` is the actor's; ``log`` has the lines of the server's log."""

    def __init__(self, folder: Path, world: World) -> None:
        self.log = list[Line]()
        self.database = Provisional(Database.open(folder / "crm.db"))
        self.store = opened(self.database, world.records)
        self.raw = apsw.Connection(str(folder / "crm.db"))
        active = self.raw.execute("SELECT login, id FROM crm_user WHERE is_active = 1").fetchall()
        self.tokens = {str(login): self._token(int(str(user))) for login, user in active}
        self._gate = self.store.gate()
        settings = Settings(version="1", rate=1e9, burst=10**9, failure_burst=10**9, log=self.log.append)
        self._transport = LoopTransport(make_app(self.store, self._gate, settings))
        for token in self.tokens.values():
            self.send("GET", ME, token)
        self._gate.close()  # when they were used last is written once: no time passes here

    def _token(self, user: int) -> str:
        return self.store.devices.create(NewDevice(name="Desk", user=user)).token

    def assume(self, permissions: Permissions) -> None:
        """Give the actor these permissions."""
        with self.database.writing() as con:
            assume(con, permissions)

    def send(self, verb: str, path: str, token: str, **more: Any) -> httpx.Response:
        """The answer to any request."""
        headers = {"Authorization": f"Bearer {token}", **more.pop("headers", {})}
        response = self._transport.handle_request(httpx.Request(verb, f"{URL}{path}", headers=headers, **more))
        response.read()
        return response

    def ask(self, route: Route, given: Mapping[str, Any], login: str = ACTOR, **headers: str) -> Said:
        """What a route answers to a call with these arguments."""
        request = to_send(route, given)
        request["headers"] = request.get("headers", {}) | headers
        response = self.send(route.verb, request.pop("path"), self.tokens[login], **request)
        assert {"store-pulse"} <= response.headers.keys() or response.status_code >= 400
        told = response.headers
        body = _MADE_UP.sub(b"", response.content)
        return Said(response.status_code, told.get("content-type"), body, told.get("etag"))

    def told(self, route: Route, given: Mapping[str, Any], login: str = ACTOR) -> Said:
        """What the port answers to the same, as HTTP has it."""
        method = route.method if "." in route.method else f"store.{route.method}"
        try:
            value = bound(self.store.acting_as(login), method)(**_fresh(given))
            return _as_http(route, value)
        except CrmError as error:
            status, document = to_problem(error)
            return Said(status, MEDIA_TYPE, msgspec.json.encode(document))

    def both(self, route: Route, given: Mapping[str, Any], login: str = ACTOR) -> tuple[Said, Said]:
        """What the port says and what the server says. What is carried out is taken back; what is refused has written
        nothing."""
        with self.database.taken_back():
            told = self.told(route, given, login)
        before = self.database.data_version()
        with self.database.taken_back() if told.status < 300 and not route.reads else nullcontext():
            asked = self.ask(route, given, login)
        assert self.database.data_version() == before, f"{route.method} {given} wrote"
        return told, asked

    @contextmanager
    def nothing_written(self) -> Iterator[None]:
        """Fails if something is."""
        before = self.database.data_version()
        yield
        assert self.database.data_version() == before

    def close(self) -> None:
        """End it."""
        self._transport.close()
        self.raw.close()
        self.store.close()


def named(route: Route, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of a call by name; contents of files as bytes."""
    given = arguments(route, args, kwargs)
    return {name: value.getvalue() if isinstance(value, BytesIO) else value for name, value in given.items()}


def _fresh(given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: BytesIO(value) if isinstance(value, bytes) else value for name, value in given.items()}


def to_send(route: Route, given: Mapping[str, Any]) -> dict[str, Any]:
    """The request for a call: what httpx takes."""
    match route.shape:
        case Shape.FORM:
            parts: dict[str, Any] = {"new": (None, wire.write_answer(given["new"]))}
            if "content" in given:
                parts["content"] = ("content", given["content"])
            return {"path": PREFIX + route.path, "files": parts}
        case Shape.ROWS | Shape.ROWS_IN:
            (records,) = (given[each.name] for each in signature(route).at(Place.BODY))
            return {"path": PREFIX + route.path, "content": b"".join(rows.written(records))}
    request = wire.to_request(route, given)
    return {"path": request.path, "headers": request.headers, "content": request.body}


def _as_http(route: Route, value: Any) -> Said:
    match route.shape:
        case Shape.BYTES:
            with value:
                return Said(200, _OCTETS, value.read())
        case Shape.ROWS | Shape.ROWS_OUT:
            return Said(200, rows.MEDIA_TYPE, _MADE_UP.sub(b"", b"".join(rows.written(list(value)))))
    if signature(route).returns is None:
        return Said(204, None, b"")
    body = wire.write_answer(value)
    shown = Said(200, _JSON, _MADE_UP.sub(b"", body))
    is_tagged = route.verb == "GET" or signature(route).at(Place.REVISION)
    return shown._replace(etag=wire.tag(value, body)) if is_tagged else shown
