"""An ASGI application as a transport of httpx: no sockets, one event loop in one thread, bodies and answers as they
come. Closing it ends the application's lifespan."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import Future, wait
from queue import Queue
from typing import Any

import httpx

Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
App = Callable[[Any, Receive, Send], Awaitable[None]]
_END = None
#: seconds that answers have to end by themselves
_GRACE = 10


class LoopTransport(httpx.BaseTransport):
    """Thread-safe. ``requests`` counts what was asked, in order, as ``GET /path``."""

    def __init__(self, app: App, client: tuple[str, int] = ("127.0.0.1", 50_000)) -> None:
        self._app, self._client = app, client
        self.requests: list[str] = []
        self._open: set[Future[None]] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="asgi", daemon=True)
        self._thread.start()
        self._lifespan = _Lifespan(app, self._loop)
        self._lifespan.start()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Ask the application; the answer's body is read as the application sends it."""
        self.requests.append(f"{request.method} {request.url.path}")
        exchange = _Exchange(self._loop, request)
        done = asyncio.run_coroutine_threadsafe(exchange.run(self._app, self._scope(request)), self._loop)
        done.add_done_callback(exchange.over)
        self._open.add(done)
        done.add_done_callback(self._open.discard)
        start = exchange.start.result()
        return httpx.Response(start["status"], headers=start.get("headers", ()), stream=_Answer(exchange, done))

    def close(self) -> None:
        """End the lifespan, let answers that are under way come to their end, and end the thread."""
        if self._loop.is_running():
            self._lifespan.stop()
            _, open_still = wait(list(self._open), timeout=_GRACE)
            for done in open_still:
                done.cancel()
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()

    def _scope(self, request: httpx.Request) -> dict[str, Any]:
        raw_path, _, query = request.url.raw_path.partition(b"?")
        return {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.4"},
            "http_version": "1.1",
            "method": request.method,
            "scheme": request.url.scheme,
            "path": request.url.path,
            "raw_path": raw_path,
            "root_path": "",
            "query_string": query,
            "headers": [(name.lower(), value) for name, value in request.headers.raw],
            "client": self._client,
            "server": (request.url.host, request.url.port or 80),
            "state": {},
        }


class _Exchange:
    """One request and its answer: between the thread that asks and the loop that answers."""

    def __init__(self, loop: asyncio.AbstractEventLoop, request: httpx.Request) -> None:
        self._loop = loop
        self._chunks = iter(request.stream)  # type: ignore[arg-type]
        self._is_sent = False
        self.start: Future[dict[str, Any]] = Future()
        self.body: Queue[bytes | BaseException | None] = Queue()
        self.is_gone = asyncio.Event()

    async def run(self, app: App, scope: dict[str, Any]) -> None:
        await app(scope, self._receive, self._send)

    def over(self, done: Future[None]) -> None:
        """The application returned, or raised, which cuts the answer off."""
        error = None if done.cancelled() else done.exception()
        cut = httpx.RemoteProtocolError(f"the application ended without an answer: {error!r}")
        if not self.start.done():
            self.start.set_exception(cut)
        self.body.put(cut if error is not None else _END)

    def go(self) -> None:
        """The client goes away."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self.is_gone.set)

    async def _receive(self) -> dict[str, Any]:
        if self._is_sent:
            await self.is_gone.wait()
            return {"type": "http.disconnect"}
        [chunk] = await asyncio.gather(asyncio.to_thread(next, self._chunks, None), return_exceptions=True)
        if isinstance(chunk, BaseException):  # the client's own body failed: it hears of it, the server of a cut
            self._is_sent = True
            self.start.set_exception(chunk)
            self.is_gone.set()
            return {"type": "http.disconnect"}
        self._is_sent = chunk is None
        return {"type": "http.request", "body": chunk or b"", "more_body": not self._is_sent}

    async def _send(self, event: dict[str, Any]) -> None:
        if self.is_gone.is_set():
            raise OSError("the client is gone")
        if event["type"] == "http.response.start":
            self.start.set_result(event)
        elif event.get("body"):
            self.body.put(event["body"])


class _Answer(httpx.SyncByteStream):
    def __init__(self, exchange: _Exchange, done: Future[None]) -> None:
        self._exchange, self._done = exchange, done

    def __iter__(self) -> Iterator[bytes]:
        while (part := self._exchange.body.get()) is not _END:
            if isinstance(part, BaseException):
                raise part
            yield part

    def close(self) -> None:
        self._exchange.go()


class _Lifespan:
    """Startup and shutdown of an application."""

    def __init__(self, app: App, loop: asyncio.AbstractEventLoop) -> None:
        self._app, self._loop = app, loop
        self._started: Future[None] = Future()
        self._stop = asyncio.Event()
        self._done: Future[None] | None = None

    def start(self) -> None:
        self._done = asyncio.run_coroutine_threadsafe(self._run(), self._loop)
        self._started.result()

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        if self._done is not None:
            self._done.result()

    async def _run(self) -> None:
        scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": {}}
        events = iter(({"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}))

        async def receive() -> dict[str, Any]:
            event = next(events)
            if event["type"] == "lifespan.shutdown":
                await self._stop.wait()
            return event

        async def send(event: dict[str, Any]) -> None:
            if event["type"] == "lifespan.startup.complete":
                self._started.set_result(None)
            elif event["type"].endswith(".failed"):
                raise RuntimeError(event.get("message", event["type"]))

        await self._app(scope, receive, send)
