"""The API described (OpenAPI 3.1), from the same table that server and client are made from.

``python -m crm_tui.server.openapi`` prints it: docs/openapi.json is written so.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, get_args, get_origin

import msgspec
from msgspec import NODEFAULT

from crm_tui.domain.files import NewFile
from crm_tui.server.openapi_responses import COMPONENTS, problems, success
from crm_tui.server.openapi_visits import VISITS, visit_paths
from crm_tui.store.history import ImportItem, ImportResult
from crm_tui.store.http import query, rows, wire
from crm_tui.store.http.parameters import Place, Signature, function_of, signature
from crm_tui.store.http.routes import PREFIX, ROUTES, Route, Shape

JSON = "application/json"
#: version of the API, not of the program: it is what PREFIX has
VERSION = "1"
_ABOUT = (
    "The customer card over HTTP. Every call is made on behalf of the user whose token it has: what they may not see"
    " is not found, and a figure that is hidden from them is left out of answers, or null where it would be all of one."
    " In changes (PATCH), null empties a field, and one that is left out stays as it is. Money is in minor units of its"
    " currency, instants are in UTC, months are arrays of year and month."
)
#: what lies deeper is on one line
_DEPTH = 3
_REF = "#/components/schemas/{name}"
_ROW: Mapping[str, Any] = {"imports.check": ImportItem, "portable.load": tuple[str, dict[str, Any]]}
_ROWS: Mapping[str, Any] = {"imports.check": ImportResult, "portable.dump": tuple[str, dict[str, Any]]}


@cache
def document() -> bytes:
    """The description as JSON: a line for each operation and each schema, so that changes can be read."""
    schemas, components = _schemas()
    paths: dict[str, dict[str, Any]] = {}
    for route in ROUTES:
        paths.setdefault(PREFIX + route.path, {})[route.verb.lower()] = _operation(route, schemas)
    described = {
        "openapi": "3.1.0",
        "info": {"title": "crm-tui", "version": VERSION, "description": _ABOUT, "license": {"name": "Apache-2.0"}},
        "security": [{"token": []}],
        "paths": paths | visit_paths(schemas),
        "components": COMPONENTS | {"schemas": components},
    }
    return f"{_laid_out(described, _DEPTH)}\n".encode()


def _laid_out(value: Any, depth: int) -> str:
    if not depth or not isinstance(value, dict):
        return msgspec.json.encode(value, order="sorted").decode()
    lines = [f"{_laid_out(name, 0)}: {_laid_out(each, depth - 1)}" for name, each in sorted(value.items())]
    return "{\n" + ",\n".join(lines) + "\n}"


class _Schemas:
    """The schema of each type that is asked for; Structs are named."""

    def __init__(self, made: Mapping[Any, Any]) -> None:
        self._made = made

    def __call__(self, kind: Any) -> Any:
        return self._made[_shown(kind)]


def _schemas() -> tuple[_Schemas, dict[str, Any]]:
    kinds = list(dict.fromkeys([*_kinds(), *VISITS]))
    made, components = msgspec.json.schema_components(kinds, ref_template=_REF)
    return _Schemas(dict(zip(kinds, made, strict=True))), components


def _kinds() -> Iterable[Any]:
    """The types that the description needs schemas of."""
    yield NewFile
    yield from map(_shown, (*_ROW.values(), *_ROWS.values()))
    for route in ROUTES:
        its = signature(route)
        if its.body is not None and route.shape is Shape.JSON:
            yield _shown(its.body)
        if its.returns is not None and route.shape not in (Shape.BYTES, Shape.ROWS, Shape.ROWS_OUT):
            yield _shown(wire.answer_type(its.returns))
        for each in its.at(Place.PATH):
            yield _shown(each.type)
        for each in its.at(Place.QUERY):
            yield from (_shown(field.type) for field in query.fields_of(each))


def _shown(kind: Any) -> Any:
    """The type as JSON has it. Abstract collections are lists."""
    if get_origin(kind) is not None and getattr(get_origin(kind), "__module__", "") == "collections.abc":
        return list[get_args(kind)[0]]  # type: ignore[misc]
    return kind


def _operation(route: Route, schemas: _Schemas) -> dict[str, Any]:
    its = signature(route)
    facet, _, name = route.method.rpartition(".")
    told = inspect.getdoc(function_of(route))
    operation: dict[str, Any] = {
        "operationId": f"{facet}.{name}" if facet else name,
        "tags": [facet or "store"],
        "parameters": [*_parameters(its, schemas), *_headers(route)],
        "responses": success(route, _answer(route, its, schemas)) | problems(route),
    }
    if told is not None:
        operation["description"] = told
    if (body := _body(route, its, schemas)) is not None:
        operation["requestBody"] = {"required": True, "content": body}
    return operation


def _parameters(its: Signature, schemas: _Schemas) -> Iterable[dict[str, Any]]:
    for each in its.at(Place.PATH):
        yield {"name": each.name, "in": "path", "required": True, "schema": schemas(each.type)}
    for each in its.at(Place.QUERY):
        for field in query.fields_of(each):
            schema, may_be_empty = _without_null(schemas(field.type))
            told: dict[str, Any] = {"name": field.name, "in": "query", "schema": schema}
            if field.default is NODEFAULT:
                told["required"] = True
            elif field.default is not None:
                told["schema"] = schema | {"default": msgspec.to_builtins(field.default)}
            yield told | ({"allowEmptyValue": True} if may_be_empty else {})


def _without_null(schema: Any) -> tuple[Any, bool]:
    """A URL has no null: an empty value stands for it."""
    kinds = schema.get("anyOf", ())
    rest = [each for each in kinds if each != {"type": "null"}]
    if len(rest) == len(kinds):
        return schema, False
    return (rest[0] if len(rest) == 1 else {"anyOf": rest}), True


def _headers(route: Route) -> Iterable[dict[str, str]]:
    names = []
    for each in signature(route).at(Place.REVISION):
        names += ["IfMatchOrNone", "IfNoneYet"] if type(None) in get_args(each.type) else ["IfMatch"]
    if route.verb == "GET" and route.shape is Shape.JSON:
        names.append("IfNoneMatch")
    if route.shape is Shape.JSON or not route.reads:
        names.append("Question" if route.reads else "IdempotencyKey")
    return [{"$ref": f"#/components/parameters/{name}"} for name in names]


def _body(route: Route, its: Signature, schemas: _Schemas) -> dict[str, Any] | None:
    match route.shape:
        case Shape.FORM:
            parts = {"new": schemas(NewFile), "content": {"type": "string", "contentMediaType": "*/*"}}
            form = {"type": "object", "properties": parts, "required": ["new"], "additionalProperties": False}
            return {"multipart/form-data": {"schema": form, "encoding": {"new": {"contentType": JSON}}}}
        case Shape.ROWS | Shape.ROWS_IN:
            return {rows.MEDIA_TYPE: {"schema": _lines(schemas(_shown(_ROW[route.method])))}}
    return None if its.body is None else {JSON: {"schema": schemas(its.body)}}


def _answer(route: Route, its: Signature, schemas: _Schemas) -> dict[str, Any] | None:
    match route.shape:
        case Shape.BYTES:
            return {"application/octet-stream": {"schema": {"type": "string", "contentMediaType": "*/*"}}}
        case Shape.ROWS | Shape.ROWS_OUT:
            return {rows.MEDIA_TYPE: {"schema": _lines(schemas(_shown(_ROWS[route.method])))}}
    return None if its.returns is None else {JSON: {"schema": schemas(wire.answer_type(its.returns))}}


def _lines(row: Any) -> dict[str, Any]:
    """JSON lines as text, with the schema of a row told beside."""
    about = 'Lines of JSON: ["row", VALUE] each, at last ["end", COUNT], or ["problem", PROBLEM] where it failed.'
    return {"type": "string", "description": about, "x-row": row}


if __name__ == "__main__":
    sys.stdout.buffer.write(document())
