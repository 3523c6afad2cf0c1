"""Who comes in and goes: sign-in, sign-out, whose token it is, and the stream that tells of changes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing
from functools import partial
from typing import Any

import anyio
from litestar.handlers import HTTPRouteHandler
from litestar.types import ASGIApp, Receive, Scope, Send

from crm_tui.domain.errors import NotSignedIn
from crm_tui.server.asking import AnyRequest, body_of, cancel_when_gone, token_of
from crm_tui.server.calls import Calls, address_of, as_route
from crm_tui.server.limits import Places, network_of
from crm_tui.server.metrics import Metrics
from crm_tui.server.replies import Reply, encoded, json_reply
from crm_tui.store.http import wire
from crm_tui.store.http.visiting import EVENTS, ME, SIGN_IN, SIGN_OUT, Me, SignedIn, SignIn

_KEPT_NOWHERE = {"Cache-Control": "no-store"}
#: a failed sign-in counts as so many more
_FAILED = 2


def handlers(calls: Calls, metrics: Metrics) -> list[HTTPRouteHandler]:
    """The handlers of this module."""
    visits = _Visits(calls, metrics)
    return [
        as_route("POST", SIGN_IN, visits.sign_in),
        as_route("POST", SIGN_OUT, visits.sign_out),
        as_route("GET", ME, visits.me),
        as_route("GET", EVENTS, visits.events),
    ]


class _Visits:
    def __init__(self, calls: Calls, metrics: Metrics) -> None:
        self._calls, self._metrics = calls, metrics
        self._seconds = calls.settings.call_seconds
        self._streams = Places(calls.settings.streams, "Streams of events of a device")

    async def sign_in(self, request: AnyRequest) -> ASGIApp:
        """A token for a name and a password. Each address may try so often, and less often after failures."""
        settings, failures = self._calls.settings, self._calls.failures
        network = network_of(address_of(request, behind_proxy=settings.behind_proxy))
        body = await body_of(request, settings.body_limit, settings.body_seconds)
        asked = wire.read_json(body, SignIn)
        failures.take(network)
        try:
            work = partial(self._calls.gate.sign_in, asked.login, asked.password, asked.device)
            issued = await self._calls.of_strangers(work)
        except NotSignedIn:
            failures.charge(network, _FAILED)
            raise
        signed_in = SignedIn(token=issued.token, login=issued.login, expires_at=issued.expires_at)
        return json_reply(signed_in).with_headers(_KEPT_NOWHERE)

    async def sign_out(self, request: AnyRequest) -> ASGIApp:
        """Revoke the token that the request has."""
        await self._calls.visitor(request)
        await self._calls.of_strangers(partial(self._calls.gate.sign_out, token_of(request)))
        return Reply(204, headers=_KEPT_NOWHERE)

    async def me(self, request: AnyRequest) -> ASGIApp:
        """Whose token it is, and where."""
        visitor = await self._calls.visitor(request)
        version, store = self._calls.settings.version, self._calls.store
        me = Me(login=visitor.login, device=visitor.device, version=version, store=store.name)
        pulse = await self._calls.read_pulse()
        return json_reply(me).with_headers(_KEPT_NOWHERE | {wire.PULSE: str(pulse)})

    async def events(self, request: AnyRequest) -> ASGIApp:
        """The stream of events; a device has a few of them at most."""
        visitor = await self._calls.visitor(request)
        still_valid = partial(self._calls.work.run, partial(self._calls.gate.visitor, token_of(request)), self._seconds)
        events = self._calls.pulses.stream(self._calls.settings.heartbeat_seconds, still_valid)
        return partial(self._send_events, events, visitor.device)

    async def _send_events(
        self, events: AsyncIterator[bytes], device: int, scope: Scope, receive: Receive, send: Send
    ) -> None:
        with self._streams.one(device), self._metrics.open_stream():
            async with anyio.create_task_group() as group:
                group.start_soon(cancel_when_gone, receive, group.cancel_scope)
                await _send_all(events, send)
                group.cancel_scope.cancel()


async def _send_all(events: Any, send: Send) -> None:
    headers = {"Content-Type": "text/event-stream", "X-Accel-Buffering": "no"} | _KEPT_NOWHERE
    await send({"type": "http.response.start", "status": 200, "headers": encoded(headers)})
    async with aclosing(events):
        async for event in events:
            await send({"type": "http.response.body", "body": event, "more_body": True})
    await send({"type": "http.response.body", "body": b"", "more_body": False})
