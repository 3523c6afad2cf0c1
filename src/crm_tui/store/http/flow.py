"""What streams to a server and back: sent and read by the thread that makes or uses it, in parts, as fast as the slower
side; the loop only hands them on."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Iterator, Mapping
from concurrent.futures import CancelledError, Future
from contextlib import AbstractContextManager, suppress
from functools import partial
from typing import Any, TypeVar, cast

import httpx

from crm_tui.store.http.loop import Loop, LoopIsClosed

T = TypeVar("T")
Told = Callable[[], AbstractContextManager[None]]

#: bytes that are handed on together, unless so many seconds go by before
_PART, _SOON = 2**16, 0.2


class Body(httpx.AsyncByteStream):
    """The body of a request, given part by part by another thread, which waits for each until it is taken."""

    def __init__(self, made: Iterator[bytes]) -> None:
        self.made = made
        self._parts: asyncio.Queue[bytes] = asyncio.Queue(1)
        self._is_over = False

    @classmethod
    def of(cls, request: httpx.Request) -> Body:
        """The body of a request that reads a file or an iterator, in its place."""
        body = cls(_parts(cast(httpx.SyncByteStream, request.stream)))
        request.stream = body
        return body

    async def give(self, part: bytes) -> bool:
        """The next part, b"" for the end. Whether it is wanted: not if the answer came before."""
        if not self._is_over:
            await self._parts.put(part)
        return not self._is_over

    def end(self) -> None:
        """Nobody takes more of it."""
        self._is_over = True
        while not self._parts.empty():
            self._parts.get_nowait()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while part := await self._parts.get():
            yield part


class Turns:
    """How a thread waits for what the loop does for it: no longer than there is ``silence``, and until it is cut."""

    def __init__(self, loop: Loop, told: Told, silence: float) -> None:
        """``told`` makes NoReply of what fails in it."""
        self._loop, self._told, self._silence = loop, told, silence
        self._lock = threading.Lock()
        self._under_way: Future[Any] | None = None
        self._is_cut = False

    def ask(self, client: httpx.AsyncClient, request: httpx.Request, body: Body | None) -> httpx.Response:
        """Send a request, and wait until its answer begins. Raises NoReply."""
        with self._told():
            asking = self._loop.start(_sent(client, request, body))
            try:
                if body is not None:
                    self._give(body)
                return asking.result(self._silence)
            finally:
                asking.cancel()

    def wait(self, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Have it done. Raises NoReply."""
        with self._told():
            with self._lock:
                self._under_way = waiting = self._loop.start(_timed(work, self._silence))
                if self._is_cut:
                    waiting.cancel()
            try:
                return waiting.result()
            finally:
                waiting.cancel()

    def cut(self) -> None:
        """End what is waited for, and what is later."""
        with self._lock:
            self._is_cut = True
            if self._under_way is not None:
                self._under_way.cancel()

    def end(self, work: Coroutine[Any, Any, None]) -> None:
        """Have the last done, however it went."""
        with suppress(LoopIsClosed, CancelledError):  # closing has ended all
            self._loop.start(work).result(self._silence)

    def _give(self, body: Body) -> None:
        for part in body.made:
            if not self.wait(partial(body.give, part)):
                return
        self.wait(partial(body.give, b""))


class Answer:
    """An answer whose body is read as it comes, by one thread; any may ``cut`` it."""

    def __init__(self, turns: Turns, response: httpx.Response) -> None:
        self._turns = turns
        self._response = response
        self.cut = turns.cut

    @property
    def status(self) -> int:
        """The status of HTTP."""
        return self._response.status_code

    @property
    def headers(self) -> Mapping[str, str]:
        """By any spelling of their names."""
        return self._response.headers

    def chunks(self) -> Iterator[bytes]:
        """The body. Raises NoReply where it does not come to its end."""
        chunks = self._response.aiter_raw()
        while chunk := self._turns.wait(partial(_next, chunks)):
            yield chunk

    def close(self) -> None:
        """Nothing more of it is wanted."""
        self._turns.end(self._response.aclose())


async def _sent(client: httpx.AsyncClient, request: httpx.Request, body: Body | None) -> httpx.Response:
    try:
        return await client.send(request, stream=True)
    finally:
        if body is not None:
            body.end()


async def _next(chunks: AsyncIterator[bytes]) -> bytes:
    return await anext(chunks, b"")


async def _timed(work: Callable[[], Coroutine[Any, Any, T]], seconds: float) -> T:
    async with asyncio.timeout(seconds):
        return await work()


def _parts(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Chunks put together, since handing over has its price."""
    pending, begun = bytearray(), 0.0
    for chunk in chunks:
        begun = begun if pending else time.monotonic()
        pending += chunk
        if len(pending) >= _PART or time.monotonic() - begun > _SOON:
            yield bytes(pending)
            pending.clear()
    if pending:
        yield bytes(pending)
