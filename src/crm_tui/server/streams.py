"""Routes whose values stream: contents of files, forms with a file, and rows without number. What reads or writes runs
in one thread from its beginning to its end, and waits there for the client."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from functools import partial
from itertools import chain, islice
from typing import Any, BinaryIO, NamedTuple

import anyio
from anyio import from_thread, to_thread
from litestar.handlers import HTTPRouteHandler
from litestar.types import ASGIApp, Receive, Scope, Send

from crm_tui.domain.errors import CrmError
from crm_tui.server.asking import AnyRequest, cancel_when_gone, chunks_of
from crm_tui.server.calls import Asked, Calls, as_route, asked_of, method_of, on_behalf, pulse_of, written
from crm_tui.server.forms import read_form
from crm_tui.server.replies import Reply, encoded, problem_reply
from crm_tui.store.gate import Visitor
from crm_tui.store.history import ImportItem
from crm_tui.store.http import rows, wire
from crm_tui.store.http.import_items import with_types
from crm_tui.store.http.parameters import signature
from crm_tui.store.http.problems import Refused
from crm_tui.store.http.routes import PREFIX, Route, Shape

_BLOCK = 64 * 1024
_ROWS_AT_ONCE = 100


class Flow(NamedTuple):
    """An answer whose body comes block by block."""

    headers: dict[str, str]
    blocks: Iterator[bytes]


class Streams:
    """The handlers of such routes."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def handler(self, route: Route) -> HTTPRouteHandler:
        """The handler of a route, by its shape."""
        carry_out = _BY_SHAPE[route.shape]
        settings = self._calls.settings
        limit = settings.file_limit if route.shape is Shape.FORM else settings.rows_limit

        async def handle(request: AnyRequest) -> ASGIApp:
            visitor = await self._calls.visitor(request)
            body = Body(chunks_of(request, limit), settings.body_seconds)
            call = Call(self._calls, route, visitor, asked_of(request), body, settings.body_limit)
            return Streamed(partial(_answer, carry_out, call), settings.long_seconds)

        return as_route(route.verb, PREFIX + route.path, handle)


class Body:
    """The body of a request as a thread reads it."""

    def __init__(self, chunks: AsyncIterator[bytes], seconds: float) -> None:
        self._chunks, self._seconds = chunks, seconds

    def __iter__(self) -> Iterator[bytes]:
        while chunk := from_thread.run(self._next):
            yield chunk

    async def _next(self) -> bytes:
        with anyio.move_on_after(self._seconds):
            return await anext(self._chunks, b"")
        raise Refused(408, f"Nothing more of the body came for {self._seconds:g} seconds.")


class Call(NamedTuple):
    """What the thread of a stream works on."""

    calls: Calls
    route: Route
    visitor: Visitor
    asked: Asked
    body: Body
    part_limit: int

    def method(self) -> Callable[..., Any]:
        """The method of the port, on behalf of the visitor, under the key of the request."""
        store = on_behalf(self.calls.store, self.visitor)
        key = self.asked.headers.get(wire.IDEMPOTENCY_KEY.lower())
        return method_of(store if key is None or self.route.reads else store.once(key), self.route)

    def given(self) -> dict[str, Any]:
        """The arguments that are not in the body."""
        return wire.from_request(self.route, self.asked.path, self.asked.pairs, self.asked.headers, b"")


class Streamed:
    """An ASGI application that answers from a thread."""

    def __init__(self, answer: Callable[[ExitStack], Reply | Flow], seconds: float) -> None:
        self._answer, self._seconds = answer, seconds

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """Answer; ends early when the client goes, and after the time that it may take."""
        with anyio.move_on_after(self._seconds):
            async with anyio.create_task_group() as group:
                if scope["method"] == "GET":  # otherwise the thread itself reads what comes
                    group.start_soon(cancel_when_gone, receive, group.cancel_scope)
                await to_thread.run_sync(self._run, scope, receive, send)
                group.cancel_scope.cancel()

    def _run(self, scope: Scope, receive: Receive, send: Send) -> None:
        with ExitStack() as held:
            reply = self._answer(held)
            if isinstance(reply, Reply):
                from_thread.run(reply.__call__, scope, receive, send)
                return
            start = {"type": "http.response.start", "status": 200, "headers": encoded(reply.headers)}
            from_thread.run(_send, send, start)
            for block in reply.blocks:
                from_thread.run(_send, send, {"type": "http.response.body", "body": block, "more_body": True})
            from_thread.run(_send, send, {"type": "http.response.body", "body": b"", "more_body": False})


async def _send(send: Send, event: Any) -> None:
    await send(event)


def _answer(carry_out: Callable[[Call, ExitStack], Reply | Flow], call: Call, held: ExitStack) -> Reply | Flow:
    try:
        return carry_out(call, held)
    except CrmError as error:
        return problem_reply(error)


def _content(call: Call, held: ExitStack) -> Flow:
    file: BinaryIO = held.enter_context(call.method()(**call.given()))
    headers = {
        "Content-Type": "application/octet-stream",
        "Content-Disposition": "attachment",
        "Cache-Control": "no-store",
        wire.PULSE: str(call.calls.store.pulse()),
    }
    if file.seekable():  # contents that a database keeps in pieces are read from the beginning alone
        headers["Content-Length"] = str(file.seek(0, 2))
        file.seek(0)
    return Flow(headers, iter(partial(file.read, _BLOCK), b""))


def _form(call: Call, held: ExitStack) -> Reply:
    form = held.enter_context(read_form(call.asked.headers.get("content-type", ""), call.body, call.part_limit))
    kind = next(each.type for each in signature(call.route).parameters if each.name == "new")
    new = wire.read_json(form.new, kind, "new")
    return _reply(call, call.method()(new, form.content))


def _rows_in(call: Call, held: ExitStack) -> Reply:
    return _reply(call, call.method()(rows.read(call.body, tuple[str, dict[str, Any]])))


def _rows_out(call: Call, held: ExitStack) -> Flow:
    found = call.method()(**call.given())
    held.callback(found.close)
    first = list(islice(found, 1))  # what is refused is refused before anything is sent
    return _flow(call, chain(first, found))


def _rows_in_and_out(call: Call, held: ExitStack) -> Flow:
    items: Iterable[ImportItem] = map(with_types, rows.read(call.body, ImportItem))
    return _flow(call, call.method()(items))


def _reply(call: Call, value: Any) -> Reply:
    pulse = pulse_of(call.calls.store)
    from_thread.run_sync(call.calls.pulses.heard, int(pulse.get(wire.PULSE, 0)))
    return written(call.route, call.asked, value).with_headers(pulse)


def _flow(call: Call, found: Iterable[Any]) -> Flow:
    headers = {"Content-Type": rows.MEDIA_TYPE, "Cache-Control": "no-store", "Vary": "Accept-Encoding"}
    headers[wire.PULSE] = str(call.calls.store.pulse())
    blocks = _joined(rows.written(found))
    if "gzip" not in call.asked.headers.get("accept-encoding", ""):
        return Flow(headers, blocks)
    return Flow(headers | {"Content-Encoding": "gzip"}, _packed(blocks))


def _joined(lines: Iterator[bytes]) -> Iterator[bytes]:
    """Many short lines as one block."""
    while block := b"".join(islice(lines, _ROWS_AT_ONCE)):
        yield block


def _packed(blocks: Iterator[bytes]) -> Iterator[bytes]:
    packer = zlib.compressobj(5, wbits=31)
    for block in blocks:
        if packed := packer.compress(block):
            yield packed
    yield packer.flush()


_BY_SHAPE: Mapping[Shape, Callable[[Call, ExitStack], Reply | Flow]] = {
    Shape.BYTES: _content,
    Shape.FORM: _form,
    Shape.ROWS_IN: _rows_in,
    Shape.ROWS_OUT: _rows_out,
    Shape.ROWS: _rows_in_and_out,
}
