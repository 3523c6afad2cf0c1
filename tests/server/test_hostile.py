"""Requests that nobody of good will makes: each is refused with a short answer that says where and why."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from typing import Any, get_args

import httpx
import msgspec
import pytest
from msgspec import Struct
from tests.server.conftest import PASSWORD, Served

from crm_tui.store.contacts import ContactQuery
from crm_tui.store.customers import CustomerQuery
from crm_tui.store.http.parameters import signature
from crm_tui.store.http.routes import ROUTES

#: saved views are read by older and newer versions: what they do not know does no harm there
_TOLERANT = {CustomerQuery, ContactQuery}
_BODIES: dict[str, tuple[bytes, int]] = {
    "nothing": (b"", 400),
    "no JSON": (b"{name: 5}", 400),
    "cut": (b'{"name": "Kal', 400),
    "no UTF-8": (b'{"name": "\xff\xfe"}', 400),
    "a list": (b"[]", 422),
    "null": (b"null", 422),
    "infinite": (b'{"name": "Kallio", "employees": 1e999}', 422),
    "not a number": (b'{"name": "Kallio", "employees": NaN}', 400),
    "half a character": (b'{"name": "\\ud800"}', 400),
    "too large a number": (b'{"name": "Kallio", "employees": 99999999999999999999}', 422),
    "too large inside": (b'{"name": "Kallio", "segments": [1, 99999999999999999999]}', 422),
    "a fraction": (b'{"name": "Kallio", "employees": 1.5}', 422),
    "text for a number": (b'{"name": "Kallio", "employees": "5"}', 422),
    "text for a truth": (b'{"name": "Kallio", "is_active": "yes"}', 422),
    "a field of the store's": (b'{"name": "Kallio", "revision": 7}', 422),
    "many unknown keys": (json.dumps({f"x{number}": number for number in range(5_000)}).encode(), 422),
    "a long unknown key": (json.dumps({"x" * 100_000: 1}).encode(), 422),
    "deep lists": (b"[" * 30_000, 422),
    "deep in a field": (b'{"name": ' + b"[" * 30_000, 422),
    "a NUL": (b'{"name": "a\\u0000b"}', 422),
    "twice": (b'{"name": "a", "name": ""}', 422),
    "a mark of its order": (b'\xef\xbb\xbf{"name": "Kallio"}', 400),
    "UTF-16": ('{"name": "Kallio"}'.encode("utf-16"), 400),
    "two documents": (b'{"name": "Kallio"}{"name": "Kallio"}', 400),
    "a comma too many": (b'{"name": "Kallio",}', 400),
    "a raw line end": (b'{"name": "Kal\nlio"}', 400),
    "an escape of none": (b'{"name": "\\x41"}', 400),
    "halves in the wrong order": (b'{"name": "\\udc00\\ud800"}', 400),
    "endless digits": (b'{"name": "Kallio", "employees": ' + b"9" * 100_000 + b"}", 422),
    "a huge exponent": (b'{"name": "Kallio", "employees": 1e-999999999999}', 422),
    "deep objects": (b'{"name": ' * 30_000, 422),
    "keys of other languages": (b'{"name": "Kallio", "__proto__": {"admin": true}}', 422),
    "a command for a name": (b'{"name": {"$ne": null}}', 422),
    "a key without a name": (b'{"name": "Kallio", "": 1}', 422),
    "nothing but blanks": (b" " * 500_000, 400),
    "too large": (b'{"name": "' + b"x" * 2**20 + b'"}', 413),
}


@pytest.mark.parametrize(("body", "status"), _BODIES.values(), ids=_BODIES)
def test_a_body_is_refused_shortly(client: httpx.Client, body: bytes, status: int) -> None:
    response = client.post("/customers", content=body)
    assert response.status_code == status, response.text[:500]
    assert response.headers["content-type"] == "application/problem+json"
    assert len(response.content) < 500
    assert client.get("/customers/count").json()["number"] == 0


@pytest.mark.parametrize(
    ("path", "status", "field"),
    [
        ("/customers?limit=many", 422, "limit"),
        ("/customers?limit=5&limit=6", 422, "limit"),
        ("/customers?limit=99999999999999999999", 422, "limit"),
        ("/customers?unknown=1", 422, "unknown"),
        ("/customers?" + "&".join(f"x{n}=1" for n in range(500)), 400, None),
        ("/customers?text=%ff", 400, None),
        ("/customers?sort=colour", 422, "sort"),
        ("/customers?active=perhaps", 422, "active"),
        ("/customers/1/card", 422, "today"),
        ("/customers/1/card?today=yesterday", 422, "today"),
        ("/agenda/planned?now=2026-11-18T10:00:00&today=2026-11-18", 422, "now"),
        ("/customers/abc", 422, "customer"),
        ("/customers/99999999999999999999", 422, "customer"),
        ("/customers/%00", 422, "customer"),
        ("/agenda/never?today=2026-11-18&now=2026-11-18T10:00:00Z", 422, "part"),
        ("/customers/1/card?today=9999-12-31", 422, "today"),
        ("/customers/1/board?today=0001-01-01", 422, "today"),
        ("/agenda/past?today=2026-11-18&now=9999-12-31T23:59:59-12:00", 422, "now"),
        ("/customers/1/figures?first=9999&first=12&months=9&currency=", 422, "month"),
        ("/search?text=kallio&limit=9223372036854775807", 422, "limit"),
        ("/customers?limit=-1", 422, "limit"),
        ("/customers?after=%5B1%5D", 422, "cursor"),
        ("/nowhere", 404, None),
    ],
)
def test_a_url_is_refused_with_the_name_of_its_parameter(
    client: httpx.Client, path: str, status: int, field: str | None
) -> None:
    response = client.get(path)
    assert (response.status_code, response.json().get("field")) == (status, field), response.text
    assert len(response.content) < 500


def test_what_may_be_anything_may_not_be_endless(client: httpx.Client) -> None:
    item = b'{"kind": "customer", "external_ref": "a", "line": 1, "fields": {"name": ' + b"[" * 30_000
    response = client.post("/imports/1/items", content=b'{"items": [' + item)
    assert (response.status_code, len(response.content) < 500) == (400, True)


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("forecast", {"case": 1, "year": 2026, "month": 1, "billing": "NaN"}),
        ("forecast", {"case": 1, "year": 2026, "month": 1, "billing": "1e999999"}),
        ("forecast", {"case": 77}),
        ("invoice", {"cases": 5, "receiver": 7}),
        ("case", {"customer": 1, "name": "a", "sales_state": "undreamt of"}),
        ("user", {"login": ["a"], "name": 1}),
        ("customer", {"name": {"a": [1]}}),
    ],
)
def test_records_of_an_import_that_are_none(client: httpx.Client, kind: str, fields: dict[str, Any]) -> None:
    client.post("/customers", json={"name": "Kallio Oy"})
    run = client.post("/imports", json={"source": "file.csv"}).json()
    item = {"kind": kind, "external_ref": "a", "line": 1, "fields": fields}
    response = client.post(f"/imports/{run}/items", json={"items": [item]})
    assert response.status_code == 422 or response.json()[0]["outcome"] == "refused"


def test_kinds_that_are_none_list_nothing(client: httpx.Client) -> None:
    number = client.post("/customers", json={"name": "Kallio Oy"}).json()["id"]
    when = {"now": "2026-11-18T10:00:00Z", "today": "2026-11-18"}
    for kinds in (["nonsense"], ["nonsense", "note"]):
        assert client.get(f"/customers/{number}/feed/past", params=when | {"kinds": kinds}).json()["rows"] == []
        assert client.get(f"/customers/{number}/feed-counts", params=when | {"kinds": kinds}).status_code == 200


def test_a_method_that_an_address_does_not_know_is_told(client: httpx.Client) -> None:
    response = client.put("/customers", json={})
    assert (response.status_code, response.json()["type"]) == (405, "/problems/refused")
    assert {"GET", "POST"} <= set(response.headers["allow"].replace(" ", "").split(","))


@pytest.mark.parametrize(
    "authorization",
    [None, "", "Bearer", "Bearer ", "Basic YTpi", "Bearer unknown-token", "Bearer a b", "Bearer " + "x" * 10_000],
)
def test_nobody_is_let_in_without_a_token(served: Served, authorization: str | None) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}
    with served.client(None) as client:
        for path in ("/customers", "/me", "/events", "/dump"):
            response = client.get(path, headers=headers)
            assert response.status_code in (401, 429)
            assert response.json()["type"] in ("/problems/not-signed-in", "/problems/refused")


def test_keys_slots_and_forms_that_are_none(client: httpx.Client) -> None:
    for headers in ({"Idempotency-Key": "x" * 101}, {"Idempotency-Key": ""}, {"Idempotency-Key": "a\tb"}):
        assert client.post("/customers", json={"name": "Kallio"}, headers=headers).status_code == 400
    assert client.get("/customers", headers={"Question": "x" * 101}).status_code == 400
    assert client.post("/files", json={}).status_code == 415
    assert client.post("/files", files={"new": (None, b"{}"), "other": (None, b"")}).json()["field"] == "other"
    assert client.post("/files", files={"content": (None, b"")}).json()["field"] == "new"
    broken = {"Content-Type": "multipart/form-data; boundary=xyz"}
    assert client.post("/files", content=b"--xyz\r\nno form", headers=broken).status_code == 400


def test_a_body_that_does_not_come_is_not_waited_for() -> None:
    answered = threading.Event()
    served = Served(body_seconds=0.05, log=lambda line: answered.set())

    def slow() -> Iterator[bytes]:
        yield b'{"name": '
        assert answered.wait(10)
        yield b'"Kallio"}'

    with served.client() as client:
        assert client.post("/sign-in", content=slow()).status_code == 408
    served.transport.close()


def test_what_is_written_is_strict_wherever_it_is() -> None:
    kinds: set[type[Struct]] = set()
    for route in ROUTES:
        _gather(signature(route).body, kinds)
    assert {kind for kind in kinds if not kind.__struct_config__.forbid_unknown_fields} == _TOLERANT


def _gather(kind: Any, kinds: set[type[Struct]]) -> None:
    if isinstance(kind, type) and issubclass(kind, Struct) and kind not in kinds:
        kinds.add(kind)
        for field in msgspec.structs.fields(kind):
            _gather(field.type, kinds)
    for each in get_args(kind):
        _gather(each, kinds)


def test_tokens_and_addresses_have_their_share(store: object) -> None:
    served = Served(rate=0.5, burst=3)
    served.lent.store = store
    with served.client() as client:
        statuses = [client.get("/pulse").status_code for _ in range(4)]
        late = client.get("/pulse")
    assert statuses == [200, 200, 200, 429]
    assert 1 <= int(late.headers["retry-after"]) <= 2
    with served.client("crm_no_token_of_anybody") as client:
        statuses = [client.get("/pulse").status_code for _ in range(4)]
        assert statuses == [401, 401, 401, 429]
        body = {"login": "admin", "password": PASSWORD, "device": "laptop"}  # somebody else in the same house
        assert client.post("/sign-in", json=body).status_code == 200
    served.transport.close()


def test_failed_sign_ins_slow_down_those_who_make_them(served: Served) -> None:
    own = Served(failure_rate=0.1, failure_burst=7)
    own.lent.store = served.lent.store
    body = {"login": "admin", "password": "a guess", "device": "laptop"}
    with own.client(None) as client:
        statuses = [client.post("/sign-in", json=body).status_code for _ in range(4)]
        refused = client.post("/sign-in", json=body)
    assert statuses == [401, 401, 401, 429]
    assert "a guess" not in refused.text
    own.transport.close()


def test_who_has_many_addresses_is_still_one(served: Served) -> None:
    own = Served(failure_rate=0.001, failure_burst=4, behind_proxy=True)
    own.lent.store = served.lent.store
    body = {"login": "admin", "password": "a guess", "device": "laptop"}

    def guesses(*proxied: list[tuple[str, str]]) -> list[int]:
        with own.client(None) as client:
            return [client.post("/sign-in", json=body, headers=headers).status_code for headers in proxied]

    name = "X-Forwarded-For"
    by_the_proxy = (name, "198.51.100.7")
    assert guesses([(name, "192.0.2.1"), by_the_proxy], [(name, "192.0.2.2"), by_the_proxy], [by_the_proxy]) == [
        *(401, 401, 429)
    ]
    assert guesses([(name, "192.0.2.9, 198.51.100.7:4711")]) == [429]
    assert guesses(*([(name, f"2001:db8:1:2::{each}")] for each in range(3))) == [401, 401, 429]
    assert guesses([(name, "[2001:db8:1:2::9]:4711")], [(name, "2001:db8:1:3::1")]) == [429, 401]
    assert guesses([(name, "::ffff:198.51.100.7")], [(name, "unknown")]) == [429, 401]
    own.transport.close()
