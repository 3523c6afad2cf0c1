"""Routes whose values stream: contents of files, forms with a file, and rows without number. What reads or writes runs
in one thread from its beginning to its end, and waits there for the client."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, suppress
from functools import partial
from itertools import chain, islice
from typing import Any, BinaryIO, NamedTuple

import anyio
from anyio import from_thread, to_thread
from litestar.handlers import HTTPRouteHandler
from litestar.types import ASGIApp, Receive, Scope, Send

from crm_tui.domain.errors import Away, CrmError
from crm_tui.server.asking import AnyRequest, cancel_when_gone, chunks_of
from crm_tui.server.calls import Asked, Calls, as_route, asked_of, method_of, on_behalf, pulse_of, written
from crm_tui.server.forms import read_form, temporary
from crm_tui.server.limits import Places
from crm_tui.server.replies import Reply, encoded, problem_reply
from crm_tui.server.settings import Settings
from crm_tui.store.gate import Visitor
from crm_tui.store.history import ImportItem
from crm_tui.store.http import rows, wire
from crm_tui.store.http.import_items import with_types
from crm_tui.store.http.parameters import signature
from crm_tui.store.http.problems import Refused, to_problem
from crm_tui.store.http.routes import PREFIX, Route, Shape

_BLOCK = 64 * 1024
_ROWS_AT_ONCE = 100
#: chunks of a body that are read on after it was refused
_PASSED_OVER = 1_000


class Flow(NamedTuple):
    """An answer whose body comes block by block."""

    headers: dict[str, str]
    blocks: Iterator[bytes]


class Streams:
    """The handlers of such routes."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._transfers = Places(calls.settings.transfers, "Files and streams of rows of a device")
        self._dumps = Places(calls.settings.dumps, "Streams of the whole store")

    def handler(self, route: Route) -> HTTPRouteHandler:
        """The handler of a route, by its shape."""
        carry_out = _BY_SHAPE[route.shape]
        settings = self._calls.settings
        limit = _limit(route.shape, settings)

        async def handle(request: AnyRequest) -> ASGIApp:
            visitor = await self._calls.visitor(request)
            body = Body(chunks_of(request, limit), settings.body_seconds)
            call = Call(self._calls, route, visitor, asked_of(request), body, settings.body_limit)
            return partial(self._send, call, Streamed(partial(_answer, carry_out, call), settings))

        return as_route(route.verb, PREFIX + route.path, handle)

    async def _send(self, call: Call, streamed: Streamed, scope: Scope, receive: Receive, send: Send) -> None:
        with ExitStack() as places:
            places.enter_context(self._transfers.one(call.visitor.device))
            if call.route.shape is Shape.ROWS_OUT:
                places.enter_context(self._dumps.one(None))
            await streamed(scope, receive, send)


class Body:
    """The body of a request as a thread reads it."""

    def __init__(self, chunks: AsyncIterator[bytes], seconds: float) -> None:
        self._chunks, self._seconds = chunks, seconds

    def __iter__(self) -> Iterator[bytes]:
        while chunk := from_thread.run(self._next):
            yield chunk

    def pass_over(self) -> None:
        """Take what is on its way, up to a bound: a connection that is closed over unread bytes loses its answer."""
        with suppress(Refused):  # it is too long, too slow or cut off, and the answer stands already
            for number, _ in enumerate(self):
                if number > _PASSED_OVER:
                    return

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

    def pulse(self) -> dict[str, str]:
        """The header with the pulse; to be asked for before the method, which may hold the connection of this thread
        until its stream ends."""
        return {wire.PULSE: str(self.calls.store.pulse())}

    def given(self) -> dict[str, Any]:
        """The arguments that are not in the body."""
        return wire.from_request(self.route, self.asked.path, self.asked.pairs, self.asked.headers, b"")


class Streamed:
    """An ASGI application that answers from a thread."""

    def __init__(self, answer: Callable[[ExitStack], Reply | Flow], settings: Settings) -> None:
        self._answer, self._seconds, self._stall = answer, settings.long_seconds, settings.stall_seconds

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """Answer; ends early when the client goes or leaves what is sent, and after the time that it may take."""
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
            from_thread.run(_send, send, start, self._stall)
            for block in reply.blocks:
                event = {"type": "http.response.body", "body": block, "more_body": True}
                if not from_thread.run(_send, send, event, self._stall):
                    return  # what is missing at the end is noticed by who reads on after all
            end = {"type": "http.response.body", "body": b"", "more_body": False}
            from_thread.run(_send, send, end, self._stall)


async def _send(send: Send, event: Any, seconds: float) -> bool:
    """Whether it was taken within this time."""
    with anyio.move_on_after(seconds):
        await send(event)
        return True
    return False


def _limit(shape: Shape, settings: Settings) -> int:
    limits = {Shape.FORM: settings.file_limit, Shape.ROWS: settings.items_limit}
    return limits.get(shape, settings.rows_limit)


def _answer(carry_out: Callable[[Call, ExitStack], Reply | Flow], call: Call, held: ExitStack) -> Reply | Flow:
    try:
        return carry_out(call, held)
    except Away as error:
        reply = problem_reply(call.calls.hushed(error))
    except CrmError as error:
        reply = problem_reply(error)
    if call.route.verb != "GET":
        call.body.pass_over()
    return reply


def _content(call: Call, held: ExitStack) -> Flow:
    pulse = call.pulse()
    file: BinaryIO = held.enter_context(call.method()(**call.given()))
    if not file.seekable():  # it comes over a connection to the database, of which there are few
        with file:
            file = _set_aside(iter(partial(file.read, _BLOCK), b""), held)
    headers = {
        "Content-Type": "application/octet-stream",
        "Content-Disposition": "attachment",
        "Cache-Control": "no-store",
        "Content-Length": str(file.seek(0, 2)),
    }
    file.seek(0)
    return Flow(headers | pulse, iter(partial(file.read, _BLOCK), b""))


def _form(call: Call, held: ExitStack) -> Reply:
    given = call.given()
    form = held.enter_context(read_form(call.asked.headers.get("content-type", ""), call.body, call.part_limit))
    kind = next(each.type for each in signature(call.route).parameters if each.name == "new")
    new = wire.read_json(form.new, kind, "new")
    return _reply(call, call.method()(new, form.content, **given))


def _rows_in(call: Call, held: ExitStack) -> Reply:
    given = call.given()
    return _reply(call, call.method()(_records(call.body, tuple[str, dict[str, Any]]), **given))


def _rows_out(call: Call, held: ExitStack) -> Flow:
    pulse = call.pulse()
    found = call.method()(**call.given())
    held.callback(found.close)
    first = list(islice(found, 1))  # what is refused is refused before anything is sent
    return _flow(call, pulse, chain(first, found))


def _rows_in_and_out(call: Call, held: ExitStack) -> Flow:
    given = call.given()
    came = _set_aside(call.body, held)  # all of it, before others have to wait with what they write
    items: Iterable[ImportItem] = map(with_types, _records(iter(partial(came.read, _BLOCK), b""), ImportItem))
    pulse = call.pulse()
    return _flow(call, pulse, call.method()(items, **given))


def _records(body: Iterable[bytes], kind: Any) -> Iterator[Any]:
    """The rows of the body. Whatever they end with, that is the client's failure and none of the server's."""
    try:
        yield from rows.read(body, kind)
    except CrmError as error:
        raise error if 400 <= to_problem(error)[0] < 500 else Refused(400, str(error)) from None


def _reply(call: Call, value: Any) -> Reply:
    pulse = pulse_of(call.calls.store)
    from_thread.run_sync(call.calls.pulses.heard, int(pulse.get(wire.PULSE, 0)))
    return written(call.route, call.asked, value).with_headers(pulse)


def _flow(call: Call, pulse: dict[str, str], found: Iterable[Any]) -> Flow:
    headers = {"Content-Type": rows.MEDIA_TYPE, "Cache-Control": "no-store", "Vary": "Accept-Encoding"} | pulse
    blocks = _joined(rows.written(found))
    if "gzip" not in call.asked.headers.get("accept-encoding", ""):
        return Flow(headers, blocks)
    return Flow(headers | {"Content-Encoding": "gzip"}, _packed(blocks))


def _set_aside(chunks: Iterable[bytes], held: ExitStack) -> BinaryIO:
    """What comes slowly, in a file without a name until it is all there."""
    file = temporary()
    held.callback(file.close)
    for chunk in chunks:
        file.write(chunk)
    file.seek(0)
    return file


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
