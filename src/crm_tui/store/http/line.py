"""The connections to a server: one attempt at one request, and how much of the answer is read.

What all threads ask is under way in one loop (loop.py), so that it shares connections, and ends when it is over or
nobody waits for it any more, whatever the network does.
"""

from __future__ import annotations

import asyncio
import ssl
import threading
import zlib
from collections.abc import Iterator, Mapping
from concurrent.futures import CancelledError
from contextlib import contextmanager
from functools import partial
from typing import Any, NamedTuple

import httpx

from crm_tui import __version__
from crm_tui.store.http import broken, failures
from crm_tui.store.http.address import Address
from crm_tui.store.http.broken import NoReply
from crm_tui.store.http.flow import Answer, Body, Turns
from crm_tui.store.http.http2 import SENDING
from crm_tui.store.http.loop import Loop, LoopIsClosed
from crm_tui.store.http.remote_settings import RemoteSettings
from crm_tui.store.http.ways import CONNECT, Ways
from crm_tui.store.http.wire import Request
from crm_tui.waiting.limits import OutOfTime, TimeLimit

#: bytes of an answer that are read, unpacked; files and exports are streamed, and have no such end
MOST_BYTES = 10_000_000
#: seconds without a byte in what is streamed
_SILENCE = 60.0
_POOL = httpx.Limits(max_connections=16, max_keepalive_connections=8, keepalive_expiry=60)


class Reply(NamedTuple):
    """What was answered, read to its end."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Line:
    """The way to one server, for one token; safe to use from several threads."""

    def __init__(
        self, address: Address, token: str, settings: RemoteSettings, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        """``token`` is empty for signing in. ``transport`` stands in for the network in tests. Raises Invalid for an
        address, a file of authorities or a proxy that can't be used."""
        self.address = address
        self._settings = settings
        self._proxy = None if address.is_here or not settings.proxy else _proxy(settings.proxy)
        self._ways = self._network() if transport is None else None
        headers = {"Accept-Encoding": "gzip", "User-Agent": f"crm-tui/{__version__}"}
        try:
            self._client = httpx.AsyncClient(
                base_url=address.base,
                headers=headers | ({"Authorization": f"Bearer {token}"} if token else {}),
                transport=transport or self._ways,
                trust_env=False,
                follow_redirects=False,
            )
        except httpx.InvalidURL:
            raise failures.bad_address() from None
        self._loop = Loop()

    def ask(self, request: Request, limit: TimeLimit, sent: threading.Event | None = None) -> Reply:
        """One attempt; ``sent`` is set when something of it may have left. Raises NoReply, OutOfTime, and Corrupt for
        an answer that can't be read."""
        kind = {"Content-Type": "application/json"} if request.body is not None else {}
        built = self._client.build_request(
            request.verb, request.path, headers=kind | request.headers, content=request.body, timeout=_timeout()
        )
        if sent is not None:
            self._follow(built, sent, limit)
        over = threading.Event()
        with self._told():
            asking = self._loop.start(self._exchange(built, limit.left))
            asking.add_done_callback(lambda _: over.set())
            limit.at_end(over.set)
            over.wait(limit.left)
            if not asking.done():
                limit.end()
                if self._is_cheap_to_end:
                    asking.cancel()
                raise OutOfTime
            reply = asking.result()
        return reply._replace(body=self._unpacked(reply))

    @contextmanager
    def streaming(self, request: Request, silence: float | None = None, **body: Any) -> Iterator[Answer]:
        """An answer that is read as it comes, to a ``body`` that is sent as it is made (``content`` or ``files``, as
        httpx has them). It has no time limit: only ``silence`` for so many seconds ends it. Raises NoReply."""
        silence = _SILENCE if silence is None else silence
        headers = request.headers | {"Accept-Encoding": "identity"}
        built = self._client.build_request(request.verb, request.path, headers=headers, timeout=_timeout(), **body)
        turns = Turns(self._loop, partial(self._told, silence), silence)
        answer = Answer(turns, turns.ask(self._client, built, Body.of(built) if body else None))
        try:
            yield answer
        finally:
            answer.close()

    def read(self, answer: Answer) -> Reply:
        """A streamed answer to its end, for one that turns out to be a problem."""
        body = bytearray()
        for chunk in answer.chunks():
            body += chunk
            if len(body) > MOST_BYTES:
                raise self._too_long()
        reply = Reply(answer.status, answer.headers, bytes(body))
        return reply._replace(body=self._unpacked(reply))

    def close(self) -> None:
        """Let go of all connections; what is under way on them ends."""
        self._loop.close(self._client.aclose)

    def _network(self) -> httpx.AsyncBaseTransport:
        trusted = self._trusted()
        http1 = httpx.AsyncHTTPTransport(verify=trusted, proxy=self._proxy, limits=_POOL, trust_env=False)
        is_direct = self.address.is_secure and self._proxy is None
        return Ways(trusted, http1) if is_direct else http1

    def _trusted(self) -> ssl.SSLContext:
        if not self.address.is_secure:
            return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # that of httpx is dear to make, and nothing is encrypted
        path = self._settings.ca_file
        try:
            return httpx.create_ssl_context() if path is None else ssl.create_default_context(cafile=path)
        except OSError:  # ssl.SSLError is one
            raise failures.bad_authorities(str(path) if path else "what SSL_CERT_FILE names") from None

    @property
    def _is_cheap_to_end(self) -> bool:
        """Whether an answer that nobody waits for is given up. A connection of HTTP/1.1 would be lost with it, and
        its answer comes to its end by its time limit."""
        return isinstance(self._ways, Ways) and self._ways.is_shared

    def _follow(self, request: httpx.Request, sent: threading.Event, limit: TimeLimit) -> None:
        """Have it set once there is a connection, and the request is on its way. What nobody waits for any more by then
        stays here, since it was told as not sent."""

        async def traced(event: str, about: Mapping[str, Any]) -> None:
            if event.endswith(SENDING):
                sent.set()
                _ = limit.left  # looked at last: who gives up ends the limit first, and then looks whether it was sent

        if self._ways is None:
            sent.set()  # who stands in for the network does not say
        request.extensions["trace"] = traced

    async def _exchange(self, request: httpx.Request, seconds: float) -> Reply:
        async with asyncio.timeout(seconds):
            response = await self._client.send(request, stream=True)
            try:
                body = bytearray()
                async for chunk in response.aiter_raw():
                    body += chunk
                    if len(body) > MOST_BYTES:  # there is no end either to what may follow what is packed
                        raise self._too_long()
                return Reply(response.status_code, response.headers, bytes(body))
            finally:
                await response.aclose()

    def _unpacked(self, reply: Reply) -> bytes:
        """The whole body, unpacked by ourselves: httpx would unpack a little to a gigabyte before it gives it to us."""
        encoding = reply.headers.get("Content-Encoding", "").strip().lower()
        if encoding in ("", "identity"):
            return reply.body
        if encoding != "gzip":
            raise failures.unreadable(self.address.host, "it is packed in a way that was not asked for")
        unpack = zlib.decompressobj(wbits=31)
        try:
            body = unpack.decompress(reply.body, MOST_BYTES + 1)
        except zlib.error:
            raise failures.unreadable(self.address.host, "it can't be unpacked") from None
        if len(body) > MOST_BYTES:
            raise self._too_long()
        if body and not unpack.eof:
            raise failures.unreadable(self.address.host, "it ends too early")
        return body

    def _too_long(self) -> Exception:
        return failures.unreadable(self.address.host, f"it is longer than {MOST_BYTES // 1_000_000} MB")

    @contextmanager
    def _told(self, silence: float | None = None) -> Iterator[None]:
        try:
            yield
        except httpx.HTTPError as error:
            raise broken.no_reply(error, self.address.host, self._proxy) from error
        except TimeoutError as error:
            if silence is None:
                raise OutOfTime from error
            raise NoReply(failures.too_late(self.address.host, silence), was_sent=True) from error
        except (LoopIsClosed, CancelledError) as error:
            raise NoReply(failures.closed_here(self.address.host), was_sent=True) from error


def _timeout() -> httpx.Timeout:
    """That of connecting; all others are ours."""
    return httpx.Timeout(None, connect=CONNECT)


def _proxy(url: str) -> httpx.Proxy:
    try:
        proxy = httpx.Proxy(url)
    except (httpx.InvalidURL, ValueError):
        raise failures.bad_proxy() from None
    if not proxy.url.host:
        raise failures.bad_proxy()
    return proxy
