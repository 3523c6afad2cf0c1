"""The server put together: the table of routes as an ASGI application."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, cast

import anyio
from litestar import Litestar, Request, Response
from litestar.exceptions import HTTPException
from litestar.handlers import HTTPRouteHandler
from litestar.types import ASGIApp

from crm_tui.domain.errors import CrmError, Denied
from crm_tui.server import metrics, openapi, visits
from crm_tui.server.asking import AnyRequest
from crm_tui.server.calls import Calls, address_of, as_route
from crm_tui.server.ending import at_signals
from crm_tui.server.metrics import Metrics
from crm_tui.server.replies import Reply, json_reply, problem_reply
from crm_tui.server.settings import Settings
from crm_tui.server.streams import Streams
from crm_tui.server.unforeseen import described
from crm_tui.server.watching import App, Watched
from crm_tui.store.gate import Gate
from crm_tui.store.http.problems import Refused
from crm_tui.store.http.routes import ROUTES, Shape
from crm_tui.store.http.visiting import IS_READY, READY
from crm_tui.store.port import Store

_LOOPBACK = ("127.", "::1")
_SENTENCES = {404: "There is nothing at this address.", 405: "This address does not know the method of the request."}


def make_app(store: Store, gate: Gate, settings: Settings) -> App:
    """The API over a store, whoever it is bound to; each request is made on behalf of whom ``gate`` says it is from.
    It stays open until the application's lifespan ends; closing the store is up to the caller."""
    calls, figures = Calls(store, gate, settings), Metrics()
    streams = Streams(calls)

    @asynccontextmanager
    async def following(app: Litestar) -> AsyncIterator[None]:
        async with anyio.create_task_group() as group:
            group.start_soon(calls.pulses.follow)
            if settings.heeds_signals:
                at_signals(calls.pulses.stop)
            yield
            calls.pulses.stop()

    app = Litestar(
        [
            *(calls.handler(route) if route.shape is Shape.JSON else streams.handler(route) for route in ROUTES),
            *visits.handlers(calls, figures),
            *_about_the_server(calls, figures),
        ],
        lifespan=[following],
        exception_handlers=_handlers(settings),
        openapi_config=None,
        logging_config=None,  # it would write requests down in its own way
        request_max_body_size=None,  # asking.py has limits of its own, told as problems
    )
    return Watched(cast(App, app), figures, settings.log)


def _about_the_server(calls: Calls, figures: Metrics) -> list[HTTPRouteHandler]:
    async def health(request: AnyRequest) -> ASGIApp:
        return json_reply({"status": "up"})

    async def ready(request: AnyRequest) -> ASGIApp:
        await calls.read_pulse()
        return Reply(200, IS_READY)

    async def told(request: AnyRequest) -> ASGIApp:
        _need_local(request, calls.settings)
        return Reply(200, figures.text().encode(), metrics.MEDIA_TYPE)

    async def described(request: AnyRequest) -> ASGIApp:
        return Reply(200, openapi.document()).packed(request.headers.get("accept-encoding", ""))

    paths = {"/health": health, READY: ready, "/metrics": told, "/openapi.json": described}
    return [as_route("GET", path, handle) for path, handle in paths.items()]


def _need_local(request: AnyRequest, settings: Settings) -> None:
    """Figures are for this machine, unless the settings say otherwise. What came through a proxy is not from here."""
    is_local = address_of(request, behind_proxy=False).startswith(_LOOPBACK)
    if not settings.open_metrics and (not is_local or "x-forwarded-for" in request.headers):
        raise Denied("read the figures of this server", "access from the server's own machine")


def _handlers(settings: Settings) -> dict[Any, Callable[[Request[Any, Any, Any], Any], Response[Any]]]:
    return {
        CrmError: lambda request, error: _response(problem_reply(error)),
        HTTPException: lambda request, error: _response(_of_litestar(error)),
        Exception: partial(_unforeseen, settings),
    }


def _of_litestar(error: HTTPException) -> Reply:
    status = error.status_code
    sentence = _SENTENCES.get(status, "The request is not one that this server understands.")
    allow = (error.headers or {}).get("allow")
    return problem_reply(Refused(status, sentence)).with_headers({"Allow": allow} if allow else {})


def _unforeseen(settings: Settings, request: AnyRequest, error: Exception) -> Response[Any]:
    """An error of ours: where it happened goes into the log, what it says may be somebody's data and does not."""
    settings.log({"event": "error", **described(error)})
    return _response(problem_reply(Refused(500, "The server met an error of its own; its log says where.")))


def _response(reply: Reply) -> Response[bytes]:
    return Response(reply.body, status_code=reply.status, media_type=reply.media_type, headers=reply.headers)
