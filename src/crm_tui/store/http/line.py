"""The connections to a server, pooled: one attempt at one request, and how much of the answer is read."""

from __future__ import annotations

import socket
import ssl
import threading
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple

import httpx

from crm_tui import __version__
from crm_tui.domain.errors import Offline
from crm_tui.store.http import failures
from crm_tui.store.http.address import Address
from crm_tui.store.http.remote_settings import RemoteSettings
from crm_tui.store.http.wire import Request
from crm_tui.waiting.clock import SystemClock
from crm_tui.waiting.limits import TimeLimit

#: bytes of an answer that are read, unpacked; files and exports are streamed, and have no such end
MOST_BYTES = 10_000_000
#: seconds that one attempt to connect may take
_CONNECT = 5.0
#: seconds without a byte in what is streamed
_SILENCE = 60.0
_POOL = httpx.Limits(max_connections=16, max_keepalive_connections=8, keepalive_expiry=60)
#: the numbers of OpenSSL for what is wrong with a certificate
_OUT_OF_DATE = (9, 10)
_OTHER_NAME = (62, 64)


class Reply(NamedTuple):
    """What was answered, read to its end."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class NoReply(Exception):
    """The way failed before an answer was read. ``was_sent``: the server may have carried it out."""

    def __init__(self, error: Offline, *, was_sent: bool) -> None:
        super().__init__(str(error))
        self.error = error
        self.was_sent = was_sent


class Line:
    """The way to one server, for one token; safe to use from several threads."""

    def __init__(
        self, address: Address, token: str, settings: RemoteSettings, transport: httpx.BaseTransport | None = None
    ) -> None:
        """``token`` is empty for signing in. ``transport`` stands in for the network in tests. Raises Invalid for an
        address, a file of authorities or a proxy that can't be used."""
        self.address = address
        self._settings = settings
        self._transport = transport
        self._headers = {"Accept-Encoding": "gzip", "User-Agent": f"crm-tui/{__version__}"}
        if token:
            self._headers["Authorization"] = f"Bearer {token}"
        self._client = self.client()
        self._lock = threading.Lock()
        self._streaming: set[httpx.Response] = set()

    def client(self) -> httpx.Client:
        """A client of its own for what is not pooled.

        Not over HTTP/2: threads would share its connection, whose state httpcore does not guard, so that streams
        of one are now and then reset for what another sends at the same moment.
        """
        try:
            proxy = None if self.address.is_here or not self._settings.proxy else httpx.Proxy(self._settings.proxy)
        except (httpx.InvalidURL, ValueError):
            raise failures.bad_proxy() from None
        if proxy is not None and not proxy.url.host:
            raise failures.bad_proxy()
        try:
            return httpx.Client(
                base_url=self.address.base,
                headers=self._headers,
                verify=self._trusted(),
                proxy=proxy,
                limits=_POOL,
                transport=self._transport,
                trust_env=False,
                follow_redirects=False,
            )
        except httpx.InvalidURL:
            raise failures.bad_address() from None

    def ask(self, request: Request, limit: TimeLimit) -> Reply:
        """One attempt. Raises NoReply, OutOfTime, and Corrupt for an answer that can't be read."""
        left = limit.left
        timeout = httpx.Timeout(left, connect=min(left, _CONNECT))
        kind = {"Content-Type": "application/json"} if request.body is not None else {}
        with (
            self._told(),
            self._client.stream(
                request.verb,
                request.path,
                headers=kind | request.headers,
                content=request.body,
                timeout=timeout,
            ) as response,
        ):
            return Reply(response.status_code, response.headers, self._body(response, limit))

    @contextmanager
    def streaming(self, request: Request, **body: Any) -> Iterator[httpx.Response]:
        """An answer that is read as it comes, to a ``body`` that is sent as it is made (``content`` or ``files``, as
        httpx has them). Raises NoReply."""
        headers = request.headers | {"Accept-Encoding": "identity"}
        timeout = httpx.Timeout(_SILENCE, connect=_CONNECT)
        with (
            self._told(),
            self._client.stream(request.verb, request.path, headers=headers, timeout=timeout, **body) as response,
        ):
            with self._lock:
                self._streaming.add(response)
            try:
                yield response
            finally:
                with self._lock:
                    self._streaming.discard(response)

    def read(self, response: httpx.Response) -> Reply:
        """A streamed answer to its end, for one that turns out to be a problem."""
        limit = TimeLimit(_SILENCE, SystemClock())
        return Reply(response.status_code, response.headers, self._body(response, limit))

    def close(self) -> None:
        """Let go of all connections; what is under way on them ends."""
        with self._lock:
            streaming = list(self._streaming)
        for response in streaming:
            cut(response)
        self._client.close()

    def _trusted(self) -> ssl.SSLContext:
        if not self.address.is_secure:
            return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # that of httpx is dear to make, and nothing is encrypted
        path = self._settings.ca_file
        try:
            return httpx.create_ssl_context() if path is None else ssl.create_default_context(cafile=path)
        except OSError:  # ssl.SSLError is one
            raise failures.bad_authorities(str(path) if path else "what SSL_CERT_FILE names") from None

    def _body(self, response: httpx.Response, limit: TimeLimit) -> bytes:
        """The whole body, unpacked by ourselves: httpx would unpack a little to a gigabyte before it gives it to us."""
        host = self.address.host
        encoding = response.headers.get("Content-Encoding", "").strip().lower()
        if encoding not in ("", "identity", "gzip"):
            raise failures.unreadable(host, "it is packed in a way that was not asked for")
        unpack = zlib.decompressobj(wbits=31) if encoding == "gzip" else None
        body, received = bytearray(), 0
        try:
            for chunk in response.iter_raw():
                _ = limit.left
                received += len(chunk)  # there is no end either to what may follow what is packed
                body += unpack.decompress(chunk, MOST_BYTES + 1 - len(body)) if unpack else chunk
                if max(len(body), received) > MOST_BYTES:
                    raise failures.unreadable(host, f"it is longer than {MOST_BYTES // 1_000_000} MB")
        except zlib.error:
            raise failures.unreadable(host, "it can't be unpacked") from None
        if unpack is not None and body and not unpack.eof:
            raise failures.unreadable(host, "it ends too early")
        return bytes(body)

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except httpx.HTTPError as error:
            raise self._no_reply(error) from error
        except RuntimeError as error:  # of a client that was closed meanwhile
            if not self._client.is_closed:
                raise
            raise NoReply(failures.cut_off(self.address.host), was_sent=True) from error

    def _no_reply(self, error: httpx.HTTPError) -> NoReply:
        host = self.address.host
        match error:
            case httpx.ProxyError():
                return NoReply(failures.proxy_failed(host, self._proxy_host()), was_sent=False)
            case httpx.ConnectError():
                return NoReply(_of_connection(error, host), was_sent=False)
            case httpx.ConnectTimeout() | httpx.PoolTimeout() | httpx.UnsupportedProtocol():
                return NoReply(failures.no_connection(host), was_sent=False)
            case httpx.TimeoutException():
                return NoReply(failures.too_late(host, self._settings.timeout), was_sent=True)
            case _:
                return NoReply(failures.cut_off(host), was_sent=True)

    def _proxy_host(self) -> str:
        return httpx.URL(self._settings.proxy or "").netloc.decode("ascii", "replace")


def cut(response: httpx.Response) -> None:
    """End a connection under the thread that reads it."""
    stream = response.extensions.get("network_stream")
    connection = stream.get_extra_info("socket") if stream is not None else None
    if isinstance(connection, socket.socket):
        with suppress(OSError):  # it is closed already
            # that of an encrypted one would pull away what the thread reads with
            socket.socket.shutdown(connection, socket.SHUT_RDWR)


def _of_connection(error: Exception, host: str) -> Offline:
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return failures.no_trust(host, _distrust(cause.verify_code))
        if isinstance(cause, ssl.SSLError):
            return failures.not_secure(host)
        if isinstance(cause, socket.gaierror):
            return failures.not_found(host)
    return failures.no_connection(host)


def _distrust(code: int) -> str:
    if code in _OUT_OF_DATE:
        return "it has expired, or the clock of this computer is wrong"
    if code in _OTHER_NAME:
        return "it is for a machine of another name, so it may be another machine that answers"
    return "nobody that this computer trusts has issued it (ca_file in the settings names whom to trust)"


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__
