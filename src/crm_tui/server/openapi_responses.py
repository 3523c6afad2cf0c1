"""What all operations of the description share: headers, parameters of headers, answers and problems."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from crm_tui.store.http import wire
from crm_tui.store.http.parameters import Place, signature
from crm_tui.store.http.problems import MEDIA_TYPE
from crm_tui.store.http.routes import Route, Shape

_TAG = {"type": "string", "pattern": '^"[0-9a-f.]+"$'}
_STATUSES = {
    400: "The request can't be read.",
    401: "No token, or one that is not valid any more.",
    403: "The user lacks a permission, which is named.",
    404: "There is no such thing, or the user may not know of it.",
    408: "The body did not come in time.",
    409: "Something stands against it: what was saved already, undone otherwise, uses it, or asked anew.",
    412: "Somebody else saved first: `theirs` is what is stored, `mine` what was refused.",
    413: "The body is too large.",
    415: "The body is of another media type.",
    422: "A value that a rule refuses: `field` and `reason`.",
    428: "If-Match is missing.",
    429: "Too many requests.",
    500: "The store is damaged, or the server met an error of its own.",
    503: "The store can't be reached, or is busy.",
}
_READS = (400, 401, 403, 404, 409, 422, 429, 500, 503)
_WITH_BODY = (408, 413)
_WRITES = (400, 401, 403, 404, 409, 412, 422, 429, 500, 503)

_PROBLEM = {
    "description": "RFC 9457. `type` says which error it is, `detail` is a sentence for people; further members depend"
    " on the type.",
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
    },
}


def _in_header(name: str, about: str, *, required: bool = False, **schema: Any) -> dict[str, Any]:
    kind = {"type": "string", "minLength": 1, "maxLength": 100, "pattern": "^[!-~]([ -~]*[!-~])?$"} | schema
    return {"name": name, "in": "header", "required": required, "description": about, "schema": kind}


_IF_MATCH = "The revision that was seen, or the ETag that has it."
_REVISION: dict[str, Any] = {"pattern": '^"[0-9]{1,18}(\\.[0-9a-f]+)?"$'}

COMPONENTS: dict[str, Any] = {
    "securitySchemes": {
        "token": {"type": "http", "scheme": "bearer", "description": "From sign-in, or made by an administrator."}
    },
    "headers": {
        "ETag": {"description": "Of the answer; behind the revision of an entity.", "schema": _TAG},
        "StorePulse": {"description": "Grows whenever anybody changed data.", "schema": {"type": "integer"}},
        "RetryAfter": {"description": "Seconds to wait.", "schema": {"type": "integer"}},
    },
    "parameters": {
        "IfMatch": _in_header(wire.IF_MATCH, _IF_MATCH, required=True, **_REVISION),
        "IfMatchOrNone": _in_header(wire.IF_MATCH, f"{_IF_MATCH} Or If-None-Match.", **_REVISION),
        "IfNoneYet": _in_header(wire.IF_NONE_MATCH, "“*”: it must not be there yet.", pattern="^\\*$"),
        "IfNoneMatch": _in_header(wire.IF_NONE_MATCH, "ETags that are known; the answer is 304 then."),
        "Question": _in_header(wire.QUESTION, "A slot: a newer question of the same device in it ends this one."),
        "IdempotencyKey": _in_header(wire.IDEMPOTENCY_KEY, "The write is carried out at most once under it."),
    },
    "responses": {
        str(status): {"description": about, "content": {MEDIA_TYPE: {"schema": _PROBLEM}}}
        | ({"headers": {"Retry-After": {"$ref": "#/components/headers/RetryAfter"}}} if status in (429, 503) else {})
        for status, about in _STATUSES.items()
    },
}


def success(route: Route, content: dict[str, Any] | None) -> dict[str, Any]:
    """What a route answers when all is well."""
    headers = {} if route.shape is not Shape.JSON else {wire.PULSE: {"$ref": "#/components/headers/StorePulse"}}
    if content is None:
        return {"204": {"description": "Done.", "headers": headers}}
    if route.verb != "GET" or route.shape is not Shape.JSON:
        return {"200": {"description": "Done.", "headers": headers, "content": content}}
    headers |= {"ETag": {"$ref": "#/components/headers/ETag"}}
    return {
        "200": {"description": "What was asked for.", "headers": headers, "content": content},
        "304": {"description": "What is known is as it was."},
    }


def problems(route: Route) -> dict[str, Any]:
    """What a route answers when something is not."""
    statuses = set(_READS if route.reads else _WRITES)
    if route.verb not in ("GET", "DELETE"):
        statuses.update(_WITH_BODY)
    if signature(route).at(Place.REVISION):
        statuses.add(428)
    if route.shape is Shape.FORM:
        statuses.add(415)
    return referred(statuses)


def referred(statuses: Iterable[int]) -> dict[str, Any]:
    """Problems with these statuses."""
    return {str(status): {"$ref": f"#/components/responses/{status}"} for status in sorted(statuses)}
