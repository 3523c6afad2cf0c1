"""How a process that answers requests comes to its end: streams of events first, which would never end by themselves,
then open requests; and at once where the process is gone that started it."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any

from crm_tui.store.http.visiting import EVENTS

if TYPE_CHECKING:
    from crm_tui.server.watching import App, Receive, Send

#: what the process that started this one says before it ends it
ENDING = b"ending"


class Ending:
    """An application around another one; ``close`` is called when the last request was answered."""

    def __init__(self, app: App, parent: Connection, close: Callable[[], None]) -> None:
        self._app = app
        self._parent = parent
        self._close = close
        self._streams: set[asyncio.Task[None]] = set()
        self._is_ending = False

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """Answer; watch the other process as long as the application lives."""
        if scope["type"] == "lifespan":
            loop = asyncio.get_running_loop()
            threading.Thread(target=self._watch, args=(loop,), name="parent", daemon=True).start()
            try:
                await self._app(scope, receive, send)
            finally:
                self._close()
        elif scope["path"] == EVENTS:
            await self._stream(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _stream(self, scope: Any, receive: Receive, send: Send) -> None:
        has_begun = False

        async def sent(event: Any) -> None:
            nonlocal has_begun
            has_begun = has_begun or event["type"] == "http.response.start"
            await send(event)

        async def answer() -> None:
            await self._app(scope, receive, sent)

        answering = asyncio.create_task(answer())
        self._streams.add(answering)
        if self._is_ending:
            answering.cancel()
        try:
            await answering
        except asyncio.CancelledError:
            if not self._is_ending:
                raise
            if has_begun:
                await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            self._streams.discard(answering)

    def _watch(self, loop: asyncio.AbstractEventLoop) -> None:
        """Wait for the word of the other process; where it is gone without one, its successor listens already."""
        try:
            self._parent.recv_bytes()
        except EOFError:
            os._exit(1)
        loop.call_soon_threadsafe(self._end_streams)

    def _end_streams(self) -> None:
        self._is_ending = True
        for each in self._streams:
            each.cancel()
