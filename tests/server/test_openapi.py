"""The description of the API: it is as the table has it, and the server keeps to it whatever it is asked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
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
_CHECKED = [
    CHECKS.get_one(name)
    for name in (
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_headers_conformance",
        "response_schema_conformance",
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


def _operations() -> dict[str, Any]:
    results = [result.ok() for result in _SCHEMA.get_all_operations() if isinstance(result, Ok)]
    found = {operation.definition.raw["operationId"]: operation for operation in results}
    return {name: operation for name, operation in found.items() if name not in _ENDLESS | _ENDS_THE_RUN}


@pytest.mark.parametrize("name", _operations())
def test_no_request_meets_an_error_of_ours(name: str, busy: httpx.Client) -> None:
    _ask(name, busy, examples=4)


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("name", _operations())
def test_no_request_of_many_meets_an_error_of_ours(name: str, busy: httpx.Client) -> None:
    _ask(name, busy, examples=200)


def _ask(name: str, client: httpx.Client, *, examples: int) -> None:
    @given(case=_operations()[name].as_strategy())
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def try_it(case: Any) -> None:
        prepared = requests.Request(**_plain(case.as_transport_kwargs(base_url=_URL))).prepare()
        headers: Any = dict(prepared.headers)
        content: Any = prepared.body
        response = client.request(str(prepared.method), str(prepared.url), headers=headers, content=content)
        case.validate_response(response, checks=_CHECKED)

    try_it()


def _plain(arguments: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in arguments.items() if name in _TAKEN}


_TAKEN = {"method", "url", "headers", "params", "cookies", "data", "json", "files"}
