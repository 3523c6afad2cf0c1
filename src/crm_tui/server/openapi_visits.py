"""The paths of the description that are not of the port: who comes in and goes, and the server itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from crm_tui.server.openapi_responses import referred
from crm_tui.store.http.visiting import EVENTS, ME, SIGN_IN, SIGN_OUT, Me, SignedIn, SignIn

VISITS: tuple[Any, ...] = (Me, SignedIn, SignIn)
_JSON = "application/json"
_STATUS = {"type": "object", "properties": {"status": {"type": "string"}}, "required": ["status"]}


def visit_paths(schemas: Callable[[Any], Any]) -> dict[str, Any]:
    """The paths by themselves."""
    open_to_all: dict[str, Any] = {"security": []}
    return {
        SIGN_IN: {
            "post": open_to_all
            | _operation("sign_in", "A token for a name and a password.", {_JSON: {"schema": schemas(SignedIn)}})
            | {
                "requestBody": {"required": True, "content": {_JSON: {"schema": schemas(SignIn)}}},
                "responses": _ok({_JSON: {"schema": schemas(SignedIn)}})
                | referred((400, 401, 408, 413, 422, 429, 503)),
            }
        },
        SIGN_OUT: {"post": _operation("sign_out", "Revoke the token of this request.", None)},
        ME: {"get": _operation("me", "Whose token it is, and where.", {_JSON: {"schema": schemas(Me)}})},
        EVENTS: {
            "get": _operation(
                "events",
                "Server-sent events: `pulse` with a number, at once and whenever anybody changed data, and a comment"
                " every 15 seconds.",
                {"text/event-stream": {"schema": {"type": "string"}}},
            )
        },
        "/health": {"get": open_to_all | _server("health", "Whether the server runs.", _STATUS)},
        "/ready": {"get": open_to_all | _server("ready", "Whether the store answers.", _STATUS)},
        "/metrics": {
            "get": open_to_all
            | _operation("metrics", "Figures for Prometheus, for this machine.", None)
            | {"responses": _ok({"text/plain": {"schema": {"type": "string"}}}) | referred((403,))}
        },
    }


def _operation(name: str, about: str, content: dict[str, Any] | None) -> dict[str, Any]:
    return {
        "operationId": name,
        "tags": ["server"],
        "description": about,
        "responses": _ok(content) | referred((401, 429, 500, 503)),
    }


def _server(name: str, about: str, schema: dict[str, Any]) -> dict[str, Any]:
    operation = _operation(name, about, None)
    return operation | {"responses": _ok({_JSON: {"schema": schema}}) | referred((503,))}


def _ok(content: dict[str, Any] | None) -> dict[str, Any]:
    if content is None:
        return {"204": {"description": "Done."}}
    return {"200": {"description": "Done.", "content": content}}
