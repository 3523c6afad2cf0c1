"""Every route once: what a call is given arrives at the port as it was, and its answer comes back as it was."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any, get_args

import httpx
import pytest
from msgspec import NODEFAULT
from tests.server.conftest import Served
from tests.server.samples import named, sample

from crm_tui.domain.customers import NewCustomer
from crm_tui.domain.entities import Kind
from crm_tui.domain.files import NewFile
from crm_tui.store.history import ImportItem, ImportResult, Outcome
from crm_tui.store.http import query, rows, wire
from crm_tui.store.http.parameters import FACETS, Parameter, Place, arguments, signature
from crm_tui.store.http.routes import PREFIX, ROUTES, Route, Shape
from crm_tui.store.port import Store

#: what a client does by itself
_LOCAL = {"acting_as", "latest", "once", "close", "name", "notices", "reach"}
_PLAIN = [route for route in ROUTES if route.shape is Shape.JSON]


class Recorder:
    """A store that takes every call, keeps what it was given, and answers with ``answer``."""

    name = "recorder"

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.answer: Any = None
        #: what a call that streams does with its arguments
        self.consume: Callable[[dict[str, Any]], Any] = lambda given: None

    def acting_as(self, login: str) -> Recorder:
        return self

    def latest(self, slot: str) -> Recorder:
        return self

    def once(self, key: str) -> Recorder:
        return self

    def __getattr__(self, facet: str) -> Any:
        if facet in FACETS:
            return _Facet(self, facet)
        return lambda **given: self.take(facet, given)

    def pulse(self, **given: Any) -> int:
        return self.answer if isinstance(self.answer, int) else 5

    def take(self, method: str, given: dict[str, Any]) -> Any:
        self.calls.append((method, given))
        self.consume(given)
        return self.answer


class _Facet:
    def __init__(self, recorder: Recorder, facet: str) -> None:
        self._recorder, self._facet = recorder, facet

    def __getattr__(self, name: str) -> Any:
        def call(*args: Any, **given: Any) -> Any:
            named = arguments(_route(f"{self._facet}.{name}"), args, given)
            return self._recorder.take(f"{self._facet}.{name}", named)

        return call


@pytest.fixture
def recorder(session_app: Served) -> Recorder:
    session_app.lent.store = Recorder()
    recorder: Recorder = session_app.lent.store
    return recorder


@pytest.fixture
def client(session_app: Served) -> Iterator[httpx.Client]:
    with session_app.client() as client:
        yield client


def test_every_method_of_the_port_has_one_route() -> None:
    facets = {name for name, member in vars(Store).items() if isinstance(member, property)} - _LOCAL
    own = {name for name in vars(Store) if not name.startswith("_")} - _LOCAL - facets
    assert facets == set(FACETS)
    methods = own | {f"{facet}.{name}" for facet in facets for name in vars(FACETS[facet]) if not name.startswith("_")}
    assert sorted(route.method for route in ROUTES) == sorted(methods)
    assert len({(route.verb, route.path) for route in ROUTES}) == len(ROUTES)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.method)
def test_names_never_collide(route: Route) -> None:
    its = signature(route)
    names = [field.name for each in its.at(Place.QUERY) for field in query.fields_of(each)]
    names += [each.name for each in its.parameters if each.place is not Place.QUERY]
    assert len(names) == len(set(names))
    assert all("{" + each.name + "}" in route.path for each in its.at(Place.PATH))


@pytest.mark.parametrize("full", [True, False], ids=["full", "empty"])
@pytest.mark.parametrize("route", _PLAIN, ids=lambda route: route.method)
def test_a_call_arrives_and_its_answer_comes_back(
    route: Route, full: bool, client: httpx.Client, recorder: Recorder
) -> None:
    its = signature(route)
    given = {each.name: _argument(each, full) for each in its.parameters}
    recorder.answer = None if its.returns is None else sample(its.returns, full=full)
    request = wire.to_request(route, given)
    response = client.request(
        request.verb, request.path.removeprefix(PREFIX), headers=request.headers, content=request.body
    )
    assert response.status_code == (204 if its.returns is None else 200), response.text
    assert wire.read_answer(route, response.content) == recorder.answer
    if route.method != "pulse":
        [(method, arrived)] = recorder.calls
        assert (method, {name: _listed(value) for name, value in (_defaults(route) | arrived).items()}) == (
            route.method,
            {name: _listed(value) for name, value in given.items()},
        )


def _defaults(route: Route) -> dict[str, Any]:
    return {each.name: each.default for each in signature(route).parameters if each.default is not NODEFAULT}


def _listed(value: Any) -> Any:
    """Sequences may arrive as any kind of sequence."""
    return list(value) if type(value) in (list, tuple) else value


def _argument(parameter: Parameter, full: bool) -> Any:
    if parameter.type is str and parameter.place is Place.PATH:
        return "key-1"
    if parameter.place is Place.REVISION:
        return 3 if full or type(None) not in get_args(parameter.type) else None
    return named(parameter.name, parameter.type, full=full)


def test_the_content_of_a_file_goes_both_ways(client: httpx.Client, recorder: Recorder) -> None:
    content = b"\x00\xff" * 100_000
    recorder.answer = BytesIO(content)
    response = client.get("/files/3/content")
    assert (response.content, response.headers["content-length"]) == (content, str(len(content)))
    assert recorder.answer.closed
    recorder.answer = sample(signature(_route("files.get")).returns, full=True)
    new = NewFile(customer=1, name="contract.pdf")
    parts = {"new": (None, wire.write_answer(new)), "content": ("blob", content)}
    response = client.post("/files", files=parts)
    assert response.json()["name"] == recorder.answer.name
    method, given = recorder.calls[-1]
    assert (method, given["new"]) == ("files.create", new)
    assert given["content"].closed  # it was there as long as the call was


def test_rows_stream_both_ways(client: httpx.Client, recorder: Recorder) -> None:
    records = [("customer", {"id": number, "name": "Ä"}) for number in range(1_000)]
    recorder.answer = (record for record in records)
    response = client.get("/dump")
    assert response.headers["content-type"] == rows.MEDIA_TYPE
    assert list(rows.read([response.content], tuple[str, dict[str, Any]])) == records
    recorder.answer = 1_000
    taken: list[Any] = []
    recorder.consume = lambda given: taken.extend(given["records"])
    assert client.post("/load", content=rows.written(records)).json() == 1_000
    assert taken == records


def test_a_stream_ends_when_its_client_goes(client: httpx.Client, recorder: Recorder) -> None:
    ended = threading.Event()

    def endless() -> Iterator[Any]:
        try:
            while True:
                yield ("customer", {"id": 1})
        finally:
            ended.set()

    recorder.answer = endless()
    with client.stream("GET", "/dump") as response:
        assert next(response.iter_lines()).startswith('["row"')
    assert ended.wait(20)


def test_items_of_an_import_keep_their_types(client: httpx.Client, recorder: Recorder) -> None:
    item = ImportItem(kind=Kind.CUSTOMER, external_ref="a", fields={"name": "Ä", "number": 5}, line=3)
    results = (ImportResult(Outcome.CREATED), ImportResult(Outcome.REFUSED, "no"))
    taken: list[Any] = []
    recorder.answer = results
    recorder.consume = lambda given: taken.extend(given["items"])
    response = client.post("/imports/check", content=rows.written([item]))
    assert tuple(rows.read([response.content], ImportResult)) == results
    assert taken == [item]


def test_a_stream_that_is_cut_off_is_told(client: httpx.Client, recorder: Recorder) -> None:
    recorder.consume = lambda given: list(given["records"])
    *whole, _end = rows.written([("customer", {"id": 1})] * 3)
    cut = client.post("/load", content=b"".join(whole))
    assert (cut.status_code, "cut off after 3 rows" in cut.json()["detail"]) == (400, True)
    wrong = client.post("/load", content=b'["row", ["customer", 5]]\n')
    assert (wrong.status_code, wrong.json()["field"]) == (422, "[1][1]")
    assert client.post("/load", content=json.dumps(["end", 7])).status_code == 400


@pytest.mark.parametrize("problem", [{"type": "/problems/corrupt"}, {"type": "/problems/refused", "status": 99_999}])
def test_what_fails_at_the_client_is_no_error_of_the_server(
    problem: dict[str, Any], client: httpx.Client, recorder: Recorder
) -> None:
    recorder.consume = lambda given: list(given["records"])
    told = {"title": "", "detail": "The file is damaged.", "status": 500, "retry_after": None} | problem
    answer = client.post("/load", content=json.dumps(["problem", told]) + "\n")
    assert (answer.status_code, answer.json()["detail"]) == (400, "The file is damaged.")


def _route(method: str) -> Route:
    return next(route for route in ROUTES if route.method == method)


def test_a_read_that_is_a_post_needs_no_key_and_no_revision(client: httpx.Client, recorder: Recorder) -> None:
    recorder.answer = ()
    response = client.post("/duplicates/like-customer", json={"new": {"name": "Kallio Oy"}})
    assert response.json() == []
    assert recorder.calls == [("duplicates.like_customer", {"new": NewCustomer(name="Kallio Oy"), "own": None})]
