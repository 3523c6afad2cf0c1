"""How requests get to a server: over HTTP/2 where that is offered, else over HTTP/1.1."""

from __future__ import annotations

import asyncio
import ssl

import httpx

from crm_tui.store.http.http2 import NAME, Http2, NotTaken

#: seconds that one attempt to connect may take
CONNECT = 5.0
_OFFERED = [NAME, "http/1.1"]


class Ways(httpx.AsyncBaseTransport):
    """One connection of HTTP/2 for everything, made anew when it is gone; connections of HTTP/1.1 with a server that
    does not speak it."""

    def __init__(self, trusted: ssl.SSLContext, http1: httpx.AsyncBaseTransport) -> None:
        self._trusted = trusted
        self._http1 = http1
        self._http2: Http2 | None = None
        self._is_spoken = True
        self._connecting: asyncio.Task[Http2 | None] | None = None

    @property
    def is_shared(self) -> bool:
        """Whether requests share a connection, so that one of them is given up without it."""
        return self._http2 is not None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send it. What was not taken by a connection that ends is sent over a new one, unless its body is gone."""
        connection = await self._connection(request.url)
        if connection is None:
            return await self._http1.handle_async_request(request)
        try:
            return await connection.ask(request)
        except NotTaken:
            again = await self._connection(request.url)
            if again is None or again is connection or not isinstance(request.stream, httpx.ByteStream):
                raise
            return await again.ask(request)

    async def aclose(self) -> None:
        """Let go of all connections."""
        if self._http2 is not None:
            self._http2.close()
        await self._http1.aclose()

    async def _connection(self, url: httpx.URL) -> Http2 | None:
        """The connection of HTTP/2; None where the server speaks none. All wait for one that is being made, and who is
        stopped meanwhile leaves it to the others."""
        if not self._is_spoken or (self._http2 is not None and self._http2.is_usable):
            return self._http2
        if self._connecting is None or self._connecting.done():
            self._connecting = asyncio.create_task(self._connect(url))
            self._connecting.add_done_callback(_heard)
        return await asyncio.shield(self._connecting)

    async def _connect(self, url: httpx.URL) -> Http2 | None:
        host = url.raw_host.decode("ascii")
        self._trusted.set_alpn_protocols(_OFFERED)
        try:
            async with asyncio.timeout(CONNECT):
                _, made = await asyncio.get_running_loop().create_connection(
                    Http2, host, url.port or 443, ssl=self._trusted, server_hostname=host, happy_eyeballs_delay=0.25
                )
        except TimeoutError as error:
            raise httpx.ConnectTimeout(str(error)) from error
        except OSError as error:
            raise httpx.ConnectError(str(error)) from error
        before, self._http2 = self._http2, None
        if before is not None:
            before.retire()
        self._is_spoken = made.is_agreed
        self._http2 = made if made.is_agreed else None
        return self._http2


def _heard(task: asyncio.Task[Http2 | None]) -> None:
    """A failure that nobody waits for any more is no news."""
    if not task.cancelled():
        task.exception()
