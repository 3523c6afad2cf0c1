"""The description of the API: it is as the table has it, and the server keeps to it whatever it is asked."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import jsonschema_rs
import msgspec
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS
from schemathesis.core.result import Ok
from tests.server.conftest import Served, new_store

from crm_tui.domain.contacts import NewContact
from crm_tui.domain.customers import NewCustomer
from crm_tui.server.openapi import document
from crm_tui.store.http import rows
from crm_tui.store.http.routes import PREFIX, ROUTES

_STALE = "docs/openapi.json is not as the table of routes has it: make openapi"
_URL = "http://crm.test"
_SCHEMA = schemathesis.openapi.from_dict(msgspec.json.decode(document()))
#: ends with the client, not with the answer
_ENDLESS = {"events"}
#: what it signs in with would be signed out with, and what other examples need would be gone
_ENDS_THE_RUN = {"sign_out", "devices.revoke_all", "devices.revoke"}
#: nothing can be wrong with what they are asked
_TAKES_NOTHING = {"health", "ready", "metrics"}
_CHECKED = [
    CHECKS.get_one(name)
    for name in (
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_headers_conformance",
    )
]


@schemathesis.serializer(rows.MEDIA_TYPE)
def _as_it_is(context: Any, value: Any) -> bytes:
    """Lines that are none, most of the time."""
    return value if isinstance(value, bytes) else str(value).encode(errors="replace")


def test_the_description_in_docs_is_not_stale() -> None:
    written = Path(__file__).parents[2] / "docs" / "openapi.json"
    assert written.read_bytes() == document(), _STALE


def test_every_route_is_described_and_served(client: httpx.Client) -> None:
    described = client.get(f"{_URL}/openapi.json").json()
    operations = {(verb.upper(), path) for path, verbs in described["paths"].items() for verb in verbs}
    assert {(route.verb, PREFIX + route.path) for route in ROUTES} <= operations
    assert described["openapi"] == "3.1.0"
    schemas = described["components"]["schemas"]
    assert schemas["CustomerChange"]["additionalProperties"] is False
    assert "revision" in schemas["Customer"]["required"]


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of a store with a bit of everything, and more of it after each test."""
    served, store = Served(), new_store(tmp_path_factory.mktemp("busy"))
    served.lent.store = store
    customer = store.customers.create(NewCustomer(name="Kallio Oy"))
    store.contacts.create(NewContact(customer=customer.id, first_name="Aino", last_name="Kallio"))
    with served.client() as client:
        yield client
    served.transport.close()
    store.close()


def _operations(schema: Any) -> dict[str, Any]:
    results = [result.ok() for result in schema.get_all_operations() if isinstance(result, Ok)]
    found = {operation.definition.raw["operationId"]: operation for operation in results}
    return {name: operation for name, operation in found.items() if name not in _ENDLESS | _ENDS_THE_RUN}


_OPERATIONS = _operations(_SCHEMA)
_DOCUMENT = msgspec.json.decode(document())
_DESCRIBED = {
    each["operationId"]: each["responses"] for verbs in _DOCUMENT["paths"].values() for each in verbs.values()
}


@cache
def _validator(name: str, status: int) -> jsonschema_rs.Validator:
    """Of the answers with this status, by the document itself: schemathesis can't read arrays of two Structs."""
    told = _DESCRIBED[name][str(status)]
    if "$ref" in told:
        told = _DOCUMENT["components"]["responses"][told["$ref"].rpartition("/")[2]]
    [content] = told["content"].values()
    return jsonschema_rs.Draft202012Validator(content["schema"] | {"components": _DOCUMENT["components"]})


@pytest.mark.parametrize("name", _OPERATIONS)
def test_no_request_meets_an_error_of_ours(name: str, busy: httpx.Client) -> None:
    for mode in _modes(name):
        _ask(name, busy, mode, 2)


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("name", _OPERATIONS)
def test_no_request_of_many_meets_an_error_of_ours(name: str, busy: httpx.Client) -> None:
    for mode in _modes(name):
        _ask(name, busy, mode, 90)


def _modes(name: str) -> list[GenerationMode]:
    return [GenerationMode.POSITIVE] if name in _TAKES_NOTHING else list(GenerationMode)


def _ask(name: str, client: httpx.Client, mode: GenerationMode, examples: int) -> None:
    """Requests as the description allows them, or ones that it does not."""

    @seed(zlib.crc32(name.encode()))
    @given(case=_OPERATIONS[name].as_strategy(generation_mode=mode))
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def try_it(case: Any) -> None:
        prepared = requests.Request(**_plain(case.as_transport_kwargs(base_url=_URL))).prepare()
        headers: Any = [(name.encode(), _in_bytes(value)) for name, value in prepared.headers.items()]
        headers = [(name, value) for name, value in headers if name.lower() != b"authorization"]  # ours, not made up
        content: Any = prepared.body
        response = client.request(str(prepared.method), str(prepared.url), headers=headers, content=content)
        case.validate_response(response, checks=_CHECKED)
        if response.headers.get("content-type", "").endswith("json"):
            _validator(name, response.status_code).validate(response.json())

    try_it()


def _in_bytes(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else value.encode("latin-1", "replace")


def _plain(arguments: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in arguments.items() if name in _TAKEN}


_TAKEN = {"method", "url", "headers", "params", "cookies", "data", "json", "files"}
