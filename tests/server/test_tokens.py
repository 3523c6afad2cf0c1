"""The server over a store's own gate: every route with every token that is none, and tokens of others."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.server.asgi import LoopTransport
from tests.server.conftest import FIRST_START, NOW

from crm_tui.domain.permissions import CustomerLevel, Profile, ProjectLevel
from crm_tui.domain.users import NewUser, UserChange
from crm_tui.server.app import make_app
from crm_tui.server.settings import Line, Settings
from crm_tui.store.devices import NewDevice
from crm_tui.store.http.routes import PREFIX, ROUTES
from crm_tui.store.http.visiting import EVENTS, ME, SIGN_IN, SIGN_OUT
from crm_tui.store.sql.connections import Database
from crm_tui.store.sql.setup import set_up
from crm_tui.store.sql.store import SqlStore, open_store

PASSWORD = "canary horse battery"


class Office:
    """A server with a store of admin, and bo, who reads customers."""

    def __init__(self, folder: Path) -> None:
        self.now, self.log = NOW, list[Line]()
        self.path = folder / "crm.db"
        with closing(Database.open(self.path)) as database:
            set_up(database, FIRST_START, lambda: self.now)
        self.store: SqlStore = open_store(self.path, login="admin", clock=lambda: self.now)
        reader = self.store.users.create_profile(
            Profile(name="Reader", customers=CustomerLevel.READ, projects=ProjectLevel.NONE)
        )
        self.bo = self.store.users.create(NewUser(name="Bo", login="bo", profile=reader.id))
        self.admin = self.store.users.me().user
        self._gate = self.store.gate()
        settings = Settings(version="1", rate=1e9, burst=10**9, failure_burst=10**9, log=self.log.append)
        self._transport = LoopTransport(make_app(self.store, self._gate, settings))

    def token(self, user: int, days: int | None = None) -> str:
        """A token of a user."""
        return self.store.devices.create(NewDevice(name="Desk", user=user, days=days)).token

    def ask(self, verb: str, path: str, token: str | None, **more: Any) -> httpx.Response:
        """The answer to a request with a token, or with what stands for the whole header."""
        headers = {} if token is None else {"Authorization": token if " " in token else f"Bearer {token}"}
        request = httpx.Request(verb, f"http://crm.test{path}", headers=headers, **more)
        response = self._transport.handle_request(request)
        response.read()
        return response

    def close(self) -> None:
        """End it."""
        self._transport.close()
        self._gate.close()
        self.store.close()


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with closing(Office(tmp_path_factory.mktemp("office"))) as office:
        yield office


def test_no_route_lets_in_who_has_no_token_or_one_that_ended(office: Office) -> None:
    expired = office.token(office.admin.id, days=1)
    office.now += timedelta(days=1)
    revoked, valid = office.token(office.admin.id), office.token(office.admin.id)
    office.store.devices.revoke(office.store.devices.own()[1].id)
    profile = office.store.users.me().user.profile
    gone = office.store.users.create(NewUser(name="Gone", login="gone", profile=profile))
    of_gone = office.token(gone.id)
    office.store.users.update(gone.id, gone.revision, UserChange(is_active=False))
    refused = (None, "crm_" + "0" * 64, "x", f"Basic {valid}", f"Bearer {valid} {valid}", expired, revoked, of_gone)
    asked = [(route.verb, PREFIX + re.sub(r"\{\w+\}", "1", route.path)) for route in ROUTES]
    asked += [("GET", ME), ("GET", EVENTS), ("POST", SIGN_OUT)]
    before = office.store.pulse()
    for verb, path in asked:
        for token in refused:
            answer = office.ask(verb, path, token)
            assert (answer.status_code, verb, path, token) == (401, verb, path, token)
            assert answer.headers["content-type"] == "application/problem+json"
    assert office.store.pulse() == before
    assert office.ask("GET", ME, valid).json()["login"] == "admin"
    for secret in (valid, expired, revoked, of_gone):
        assert secret not in str(office.log)


def test_a_token_reaches_nobody_else_s_devices(office: Office) -> None:
    bo, of_admin = office.token(office.bo.id), office.token(office.admin.id)
    device = next(each for each in office.store.devices.own() if each.revoked_at is None)
    for verb, path, body, status in (
        ("GET", "/devices", None, 403),
        ("DELETE", f"/devices/{device.id}", None, 404),
        ("DELETE", "/devices/999999", None, 404),
        ("DELETE", f"/users/{office.admin.id}/devices", None, 403),
        ("PUT", f"/users/{office.admin.id}/password", {"password": "a password by bo"}, 403),
        ("POST", "/devices", {"name": "Mine", "user": office.admin.id}, 403),
        ("POST", "/devices", {"name": "Mine", "token_hash": "0"}, 422),
        ("POST", "/devices", {"name": "Mine", "created_by": office.admin.id}, 422),
        ("PUT", f"/users/{office.bo.id}/password", {"password": "a password by bo", "hash": ""}, 422),
    ):
        answer = office.ask(verb, PREFIX + path, bo, json=body) if body else office.ask(verb, PREFIX + path, bo)
        assert (answer.status_code, verb, path) == (status, verb, path)
        assert of_admin not in answer.text
    assert {each["user"] for each in office.ask("GET", f"{PREFIX}/devices/own", bo).json()} == {office.bo.id}
    assert office.ask("GET", ME, of_admin).status_code == 200


def test_one_signs_in_and_out_and_a_wrong_name_looks_like_a_wrong_password(office: Office) -> None:
    office.store.devices.set_password(office.bo.id, PASSWORD)

    def sign_in(login: str, password: str) -> httpx.Response:
        return office.ask("POST", SIGN_IN, None, json={"login": login, "password": password, "device": "Desk"})

    token = sign_in("bo", PASSWORD).json()["token"]
    assert office.ask("GET", ME, token).json()["login"] == "bo"
    assert office.ask("POST", SIGN_OUT, token).status_code == 204
    assert office.ask("GET", ME, token).status_code == 401
    answers = {
        (each.status_code, each.text) for each in (sign_in("bo", "canary of another"), sign_in("nobody", PASSWORD))
    }
    assert len(answers) == 1
    for _ in range(5):
        sign_in("bo", "canary of another")
    waits = sign_in("bo", PASSWORD)
    assert waits.status_code == 401
    assert "try again in" in waits.json()["detail"]
    office.now += timedelta(minutes=1)
    assert sign_in("bo", PASSWORD).status_code == 200
    assert "canary" not in str(office.log)
    assert token not in str(office.log)
