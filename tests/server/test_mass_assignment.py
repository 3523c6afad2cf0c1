"""Fields that are the store's own: whoever sends one is refused with its name, and nothing is written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from msgspec import Struct
from tests.server.desk import Desk
from tests.server.samples import sample
from tests.store.permissions.people import ACTOR
from tests.store.permissions.profiles import EVERY
from tests.store.permissions.world import World, build

from crm_tui.domain.entities import Kind
from crm_tui.domain.files import NewFile
from crm_tui.store.contacts import ContactQuery
from crm_tui.store.customers import CustomerQuery
from crm_tui.store.http.import_items import _NEW as _NEW_OF
from crm_tui.store.http.parameters import Place, signature
from crm_tui.store.http.routes import PREFIX, ROUTES, Route, Shape

#: what every table of the store has, or what says whose something is, and what somebody may do
_EVERYWHERE = (
    "id", "revision", "created_at", "created_by", "updated_at", "updated_by", "is_deleted", "user", "user_id", "actor",
    "owner_id", "author_id", "admin", "login", "profile_id", "import_id", "words", "token_hash", "password", "hash",
)  # fmt: skip
#: tables whose columns are sent to the routes of a facet
_TABLES = {
    "customers": ("customer",), "addresses": ("address",), "contacts": ("contact",), "activities": ("activity",),
    "notes": ("note",), "cases": ("crm_case",), "finance": ("invoice", "forecast", "actual"), "files": ("file",),
    "billing": ("billing_settings",), "registries": ("registry_value",), "merging": ("customer",),
    "users": ("crm_user", "profile", "organization"), "imports": ("import_run",),
    "devices": ("device", "password"), "views": ("saved_view",),
}  # fmt: skip
#: saved views are read by older and newer versions: what they do not know is left out of them
_TOLERANT = (CustomerQuery, ContactQuery)
_BODIES = [route for route in ROUTES if signature(route).body is not None and route.shape in (Shape.JSON, Shape.FORM)]


#: kinds of records that an import has, with their tables
_IMPORTED = {
    Kind.CUSTOMER: "customer", Kind.ADDRESS: "address", Kind.CONTACT: "contact", Kind.USER: "crm_user",
    Kind.CASE: "crm_case", Kind.INVOICE: "invoice", Kind.FORECAST: "forecast", Kind.ACTUAL: "actual",
}  # fmt: skip

#: an import says it by its name, and it is looked up
_BY_NAME = "sales_state"
_FIGURES = (Kind.FORECAST, Kind.ACTUAL)
#: without these a record is refused before its fields are looked at
_NEEDED: dict[Kind, dict[str, Any]] = {
    **{kind: {"year": 2026, "month": 1} for kind in _FIGURES},
    Kind.INVOICE: {"date": "2026-01-01", "due": "2026-02-01", "total": 5, "vat": 1, "number": "7"},
}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    world: World = build(tmp_path_factory.mktemp("world"))
    desk = Desk(tmp_path_factory.mktemp("desk"), world)
    desk.assume(EVERY[-1])
    yield desk
    desk.close()


def test_no_field_of_the_stores_own_can_be_sent(desk: Desk) -> None:
    tried = 0
    for route in _BODIES:
        facet = route.method.partition(".")[0]
        columns = [
            row[1] for table in _TABLES.get(facet, ()) for row in desk.raw.execute(f"PRAGMA table_info({table})")
        ]
        body = sample(NewFile if route.shape is Shape.FORM else signature(route).body, full=True)
        for way, kind in _structs(body):
            for name in dict.fromkeys([*_EVERYWHERE, *map(str, columns)]):
                if name not in kind.__struct_fields__:
                    _refused(desk, route, _with(msgspec.to_builtins(body), way, name), name)
                    tried += 1
    assert tried > 2_000


def _structs(value: Any, way: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], type[Struct]]]:
    """All Structs in a value that know their fields strictly, each with the way that leads to it."""
    if isinstance(value, Struct):
        if not isinstance(value, _TOLERANT):
            yield way, type(value)
        for name in value.__struct_fields__:
            yield from _structs(getattr(value, name), (*way, name))
    elif isinstance(value, list | tuple):
        for place, each in enumerate(value):
            yield from _structs(each, (*way, place))


def _with(document: Any, way: tuple[str | int, ...], name: str) -> Any:
    """The document with one field more."""
    place = document
    for step in way:
        place = place[step]
    fields = dict(place)
    place.clear()
    place.update({name: 1} | fields)
    return document


def _refused(desk: Desk, route: Route, document: Any, name: str) -> None:
    with desk.nothing_written():
        told = _send(desk, route, document)
    assert (told["status"], told.get("field", "").rpartition(".")[2]) == (422, name), (route.method, told)
    assert told["reason"] == "is not known here"


def _send(desk: Desk, route: Route, document: Any) -> Any:
    content, path = msgspec.json.encode(document), PREFIX + route.path
    for each in signature(route).at(Place.PATH):
        path = path.replace(f"{{{each.name}}}", "customer" if each.type is Kind else "1")
    body = {"files": {"new": (None, content)}} if route.shape is Shape.FORM else {"content": content}
    return desk.send(route.verb, path, desk.tokens[ACTOR], headers={"If-Match": '"1"'}, **body).json()


@pytest.mark.parametrize("kind", [*_IMPORTED])
def test_no_import_sets_a_field_of_the_stores_own(kind: Kind, desk: Desk) -> None:
    """Records of an import have any fields: those that are the store's are refused, or left out."""
    table = _IMPORTED[kind]
    columns = [str(row[1]) for row in desk.raw.execute(f"PRAGMA table_info({table})")]
    own = [
        name
        for name in dict.fromkeys([*_EVERYWHERE, *columns])
        if name not in {*_NEW_OF[kind].__struct_fields__, _BY_NAME}
    ]
    before = desk.database.content()
    run = desk.store.imports.begin("file.csv")
    case = f"number:{desk.raw.execute('SELECT min(number) FROM crm_case').get}"  # noqa: S608 - a number
    refs: dict[str, Any] = {"case": case} if kind in _FIGURES else {"cases": (case,)} if kind is Kind.INVOICE else {}
    for name in own:
        fields = {name: 7} | _NEEDED.get(kind, {})
        item = {"kind": kind, "external_ref": f"x{name}", "line": 1, "fields": fields, "refs": refs}
        body = msgspec.json.encode({"items": [item]})
        [result] = desk.send("POST", f"{PREFIX}/imports/{run}/items", desk.tokens[ACTOR], content=body).json()
        assert (result["outcome"], "is no field of" in result["reason"]) == ("refused", True), (name, result)
    after = desk.database.content()
    assert {name for name in after if after[name] != before[name]} <= {"import_run", "sqlite_sequence"}
