"""What is done around every request, whatever answers it: headers for safety, a line of the log, and the figures."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, cast

from litestar.exceptions import LitestarException

from crm_tui.server.metrics import Metrics
from crm_tui.server.settings import Line
from crm_tui.server.unforeseen import described

Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
App = Callable[[Any, Receive, Send], Awaitable[None]]

#: where a handler leaves the id of the device, for the log
DEVICE = "crm_tui.device"
_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
_OVER_TLS = ((b"strict-transport-security", b"max-age=31536000"),)
_VERBS = frozenset(("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"))


class Watched:
    """An ASGI application around another one."""

    def __init__(self, app: App, metrics: Metrics, log: Callable[[Line], None]) -> None:
        self._app, self._metrics, self._log = app, metrics, log

    async def __call__(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        """Answer, and take note."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        seen = dict(scope)
        status, began = 500, time.perf_counter()

        async def told(event: Any) -> None:
            nonlocal status
            if event["type"] == "http.response.start":
                status = event["status"]
                event = event | {"headers": [*event.get("headers", ()), *_safe(seen)]}
            await send(event)

        self._metrics.open_requests += 1
        try:
            await self._app(seen, receive, told)
        except LitestarException as error:  # of an answer that had begun; everything else is answered
            self._log({"event": "error", **described(error)})
            raise
        finally:
            self._metrics.open_requests -= 1
            self._note(seen, status, time.perf_counter() - began)

    def _note(self, scope: Mapping[str, Any], status: int, seconds: float) -> None:
        verb = scope["method"] if scope["method"] in _VERBS else "other"
        route = cast(str, scope.get("path_template")) or "unknown"
        self._metrics.count(verb, route, status, seconds)
        self._log(
            {
                "event": "request",
                "method": verb,
                "route": route,
                "status": status,
                "ms": round(seconds * 1000, 1),
                "device": scope.get(DEVICE),
            }
        )


def _safe(scope: Mapping[str, Any]) -> tuple[tuple[bytes, bytes], ...]:
    return (*_HEADERS, *_OVER_TLS) if scope.get("scheme") == "https" else _HEADERS
