"""How a process that answers requests begins: once it listens, the first of them says so."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.synchronize import Lock
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from crm_tui.server.watching import App, Receive, Send

#: seconds between two looks whether somebody is let in, and how many there are at most: it listens as soon as the
#: application has begun
_SOON, _LOOKS = 0.01, 500


class Beginning:
    """An application around another one; ``say`` is called by the process that listens first, and by no other.
    ``first`` is a lock that all of them share."""

    def __init__(self, app: App, host: str, port: int, first: Lock, say: Callable[[], None]) -> None:
        self._app = app
        self._host, self._port = host, port
        self._first = first
        self._say = say
        self._saying: asyncio.Task[None] | None = None

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """Answer."""
        if scope["type"] != "lifespan":
            await self._app(scope, receive, send)
            return

        async def begun(event: Any) -> None:
            await send(event)
            if event["type"] == "lifespan.startup.complete" and self._first.acquire(block=False):
                self._saying = asyncio.create_task(self._say_when_it_listens())

        await self._app(scope, receive, begun)

    async def _say_when_it_listens(self) -> None:
        for _ in range(_LOOKS):
            with suppress(OSError):
                _, writer = await asyncio.open_connection(self._host, self._port)
                writer.close()
                break
            await asyncio.sleep(_SOON)
        self._say()
