"""One handler for each route of the table: who asks, what they ask, one call of the port, and the answer."""

from __future__ import annotations

import time
from collections.abc import Callable, Coroutine, Mapping
from functools import partial
from typing import Any, NamedTuple, TypeVar

from litestar import HttpMethod
from litestar.handlers import HTTPRouteHandler
from litestar.types import ASGIApp

from crm_tui.domain.errors import Away, CrmError, NotSignedIn, Unavailable, UnknownUser
from crm_tui.server.asking import AnyRequest, body_of, name_in, pairs_of, token_of
from crm_tui.server.events import Pulses
from crm_tui.server.limits import Buckets, network_of
from crm_tui.server.replies import Reply, problem_reply
from crm_tui.server.settings import Settings
from crm_tui.server.watching import DEVICE
from crm_tui.server.working import Work
from crm_tui.store.gate import Gate, Visitor
from crm_tui.store.http import wire
from crm_tui.store.http.parameters import Place, signature
from crm_tui.store.http.problems import Refused
from crm_tui.store.http.routes import PREFIX, Route
from crm_tui.store.port import Store

Handler = Callable[[AnyRequest], Coroutine[Any, Any, ASGIApp]]
T = TypeVar("T")
_AWAY = "The server can't reach its store just now; try again in a moment. Its log says why."
_HAS_BODY = ("POST", "PUT", "PATCH")


class Asked(NamedTuple):
    """A request as far as the store is concerned; ``headers`` have names in small letters."""

    path: Mapping[str, str]
    pairs: list[tuple[str, str]]
    headers: Mapping[str, str]
    body: bytes = b""


class Calls:
    """What handlers share."""

    def __init__(self, store: Store, gate: Gate, settings: Settings) -> None:
        self.store, self.gate, self.settings = store, gate, settings
        self.work = Work(store, settings.threads)
        self.pulses = Pulses(self.read_pulse, settings.pulse_seconds)
        self.failures = Buckets(settings.failure_rate, settings.failure_burst, time.monotonic)
        self._rates = Buckets(settings.rate, settings.burst, time.monotonic)
        self._unknown = Buckets(settings.rate, settings.burst, time.monotonic)

    async def read_pulse(self) -> int:
        """The pulse of the store."""
        return await self.of_strangers(self.store.pulse)

    async def of_strangers(self, work: Callable[[], T]) -> T:
        """What ``work`` gives. Nobody who may be anybody is told which database is away, and why: the log is."""
        try:
            return await self.work.run(work, self.settings.call_seconds)
        except Away as error:
            raise self.hushed(error) from None
        except Unavailable as error:
            self._log(error)
            raise Unavailable(_AWAY) from None

    def hushed(self, error: Away) -> Away:
        """What everybody is told where the database is away: which, and why, is for the log alone."""
        self._log(error)
        return Away(_AWAY)

    def _log(self, error: Unavailable) -> None:
        self.settings.log({"event": "store", "reason": str(error)})

    async def visitor(self, request: AnyRequest) -> Visitor:
        """Who asks; NotSignedIn, and Refused for those who ask too often."""
        token = token_of(request)
        try:
            visitor = await self.of_strangers(partial(self.gate.visitor, token))
        except NotSignedIn:
            # as many as a device may ask: whoever has lost a token is told so, and others there may sign in
            self._unknown.take(network_of(address_of(request, behind_proxy=self.settings.behind_proxy)))
            raise
        request.scope[DEVICE] = visitor.device  # type: ignore[literal-required]
        self._rates.take(visitor.device)
        return visitor

    def handler(self, route: Route) -> HTTPRouteHandler:
        """The handler of a route that takes and gives single documents."""

        async def handle(request: AnyRequest) -> ASGIApp:
            visitor = await self.visitor(request)
            body = b""
            if route.verb in _HAS_BODY:
                body = await body_of(request, self.settings.body_limit, self.settings.body_seconds)
            reply = await self.answer(route, visitor, asked_of(request, body), name_in(request, wire.QUESTION))
            return reply.packed(request.headers.get("accept-encoding", ""))

        return as_route(route.verb, PREFIX + route.path, handle)

    async def answer(self, route: Route, visitor: Visitor, asked: Asked, slot: str | None = None) -> Reply:
        """Carry out a call in a thread. A read that takes too long is stopped, a write is not."""
        try:
            return await self._answer(route, visitor, asked, slot)
        except Away as error:
            raise self.hushed(error) from None

    async def _answer(self, route: Route, visitor: Visitor, asked: Asked, slot: str | None) -> Reply:
        seconds = self.settings.long_seconds if route.is_long else self.settings.call_seconds
        if not route.reads:
            reply = await self.work.run(partial(carry_out, self.store, route, visitor, asked), seconds, writes=True)
            self.pulses.heard(int(reply.headers.get(wire.PULSE, 0)))
            return reply
        with self.work.own_slot() as own:
            name = self.work.slot(visitor.device, slot) if slot else own
            question = self.store.latest(name)  # at once: from now on older ones in the slot are not wanted
            return await self.work.run(
                partial(carry_out, question, route, visitor, asked), seconds, partial(self.store.latest, name)
            )


def as_route(verb: str, path: str, handle: Handler) -> HTTPRouteHandler:
    """A handler as Litestar registers it: parameters of the path as text."""
    return HTTPRouteHandler(path.replace("}", ":str}"), http_method=HttpMethod(verb), status_code=200)(handle)


def asked_of(request: AnyRequest, body: bytes = b"") -> Asked:
    """What a request asks."""
    return Asked(request.path_params, pairs_of(request), {k.lower(): v for k, v in request.headers.items()}, body)


def address_of(request: AnyRequest, *, behind_proxy: bool) -> str:
    """The machine that asks: behind a proxy, what the proxy says last, in a header of its own or at the end of one."""
    if behind_proxy and (told := request.headers.getall("x-forwarded-for", [])):
        return told[-1].rpartition(",")[2].strip()
    return request.client.host if request.client else ""


def carry_out(store: Store, route: Route, visitor: Visitor, asked: Asked) -> Reply:
    """Call the method of a route on behalf of a visitor, and write down what it gives, or raises. Raises Away."""
    try:
        bound = on_behalf(store, visitor)
        seen = {wire.PULSE: str(bound.pulse())} if route.reads else {}  # before the answer: what is newer makes it grow
    except Away:
        raise
    except CrmError as error:
        return problem_reply(error)
    try:
        reply = _call(bound, route, asked)
    except UnknownUser as error:  # since the gate looked
        reply = problem_reply(NotSignedIn(str(error)))
    except Away:
        raise
    except CrmError as error:
        reply = problem_reply(error)
    return reply.with_headers(seen if route.reads else pulse_of(bound))


def pulse_of(store: Store) -> dict[str, str]:
    """The header with the pulse after a write; none where the store went meanwhile, which unsays nothing of it."""
    try:
        return {wire.PULSE: str(store.pulse())}
    except Unavailable:
        return {}


def on_behalf(store: Store, visitor: Visitor) -> Store:
    """The store as the visitor sees it."""
    try:
        return store.acting_as(visitor.login)
    except UnknownUser as error:
        raise NotSignedIn(str(error)) from error


def method_of(store: Store, route: Route) -> Callable[..., Any]:
    """The method of the port that a route stands for."""
    facet, _, name = route.method.rpartition(".")
    method: Callable[..., Any] = getattr(getattr(store, facet) if facet else store, name)
    return method


def _call(store: Store, route: Route, asked: Asked) -> Reply:
    given = wire.from_request(route, asked.path, asked.pairs, asked.headers, asked.body)
    key = asked.headers.get(wire.IDEMPOTENCY_KEY.lower())
    if key is not None and not route.reads:
        store = store.once(checked_key(key))
    value = method_of(store, route)(**given)
    return written(route, asked, value)


def written(route: Route, asked: Asked, value: Any) -> Reply:
    """What a method gave as an answer, with its ETag where it was read."""
    its = signature(route)
    if its.returns is None:
        return Reply(204, headers={"Cache-Control": "no-store"})
    body = wire.write_answer(value)
    etag = wire.tag(value, body)
    if route.verb != "GET":
        headers = {"Cache-Control": "no-store"}
        return Reply(200, body, headers=headers | {"ETag": etag} if its.at(Place.REVISION) else headers)
    headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
    known = asked.headers.get(wire.IF_NONE_MATCH.lower())
    if known is not None and wire.matches(known, etag):
        return Reply(304, headers=headers)
    return Reply(200, body, headers=headers)


def checked_key(key: str) -> str:
    """An idempotency key; Refused for one that is none."""
    if not (key.isascii() and key.isprintable() and 1 <= len(key) <= 100):
        raise Refused(400, f"{wire.IDEMPOTENCY_KEY} has 1 to 100 characters of ASCII.")
    return key
