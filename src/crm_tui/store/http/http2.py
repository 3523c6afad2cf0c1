"""One connection of HTTP/2: requests that share it, each of which can be given up without the others.

httpx has one of its own, which tells the server nothing of an answer that is not wanted any more, keeps its bytes from
the share of the others, loses what it writes when it is given up meanwhile, and all that is under way when the server
takes nothing new. So the protocol is h2, and what is under way is here.
"""

from __future__ import annotations

import asyncio
import os
from collections import deque
from collections.abc import AsyncIterator
from typing import cast

import httpx
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.events import (
    DataReceived,
    Event,
    RemoteSettingsChanged,
    ResponseReceived,
    StreamEnded,
    StreamReset,
    WindowUpdated,
)
from h2.exceptions import ProtocolError
from h2.settings import SettingCodes, Settings

#: what ALPN calls it
NAME = "h2"
#: bytes that the server may send of one answer, and of all, before they are read
_WINDOW, _ALL_WINDOWS = 2**20, 2**24
#: bytes that may come in one frame; each has its price
_FRAME = 2**18
#: seconds without a byte after which a connection that has nothing to do is not used any more
_KEPT = 60.0
#: seconds that a server has to give a sign of life, once an answer of it was given up of which nothing came
SIGN_OF_LIFE = 4.0
#: what a trace is told (as httpx has it) when a request begins to be sent
SENDING = "send_request_headers.started"
_HEAD = 9
_GOAWAY = 7
_OF_A_CONNECTION = (b"host", b"connection", b"transfer-encoding")


class NotTaken(httpx.ConnectError):
    """The server has not begun with the request, and will not."""


class Http2(asyncio.Protocol):
    """A connection over TLS. ``is_agreed`` is False where the server does not speak HTTP/2, and it is of no use."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._h2 = H2Connection(H2Configuration(client_side=True, header_encoding=None))
        self._streams: dict[int, _Stream] = {}
        self._part = b""  # of a frame
        self._heard = self._loop.time()
        self.is_agreed = True
        self._is_open = self._takes_more = True
        self._may_write = True
        self._moved = asyncio.Event()  # there may be room for what waits to be sent

    @property
    def is_usable(self) -> bool:
        """Whether something new can be asked."""
        is_awake = bool(self._streams) or self._loop.time() - self._heard < _KEPT
        return self._is_open and self._takes_more and is_awake and not self._transport.is_closing()

    async def ask(self, request: httpx.Request) -> httpx.Response:
        """Send a request; the body of its answer is still to be read. Raises the errors of httpx."""
        while self._is_open and len(self._streams) >= self._h2.remote_settings.max_concurrent_streams:
            await self._room()
        if not (self._is_open and self._takes_more):
            raise NotTaken("the connection was closed")
        stream = _Stream(self._h2.get_next_available_stream_id(), self._loop.time())
        self._streams[stream.number] = stream
        try:
            await self._send(stream, request)
            status, headers = await stream.head()
        except ProtocolError as error:
            self.forget(stream)
            raise httpx.LocalProtocolError(str(error)) from error
        except BaseException:
            self.forget(stream)
            raise
        return httpx.Response(
            status, headers=headers, stream=_Body(self, stream), extensions={"http_version": b"HTTP/2"}
        )

    def read(self, stream: _Stream, size: int) -> None:
        """So many bytes of an answer were read: there is room for others."""
        if self._is_open:
            self._h2.acknowledge_received_data(size, stream.number)
            self._flush()

    def forget(self, stream: _Stream) -> None:
        """Nobody waits for more of an answer."""
        if self._streams.pop(stream.number, None) is None or not self._is_open:
            return
        if stream.is_begun and not stream.is_done:
            self._h2.reset_stream(stream.number, ErrorCodes.CANCEL)
        if stream.unread:
            self._h2.acknowledge_received_data(stream.unread, stream.number)
        if stream.is_begun and not stream.is_over and self._heard < stream.began:
            self._doubt()
        self._flush()
        self._moved.set()
        if not (self._takes_more or self._streams):
            self.close()

    def retire(self) -> None:
        """Take nothing new, and close once what is under way has ended."""
        self._takes_more = False
        self._moved.set()
        if not self._streams:
            self.close()

    def close(self) -> None:
        """Say good-bye; what is under way ends."""
        if self._is_open:
            self._h2.close_connection()
            self._flush()
            self._end(httpx.ReadError("the connection was closed here"))
            self._transport.abort()  # without waiting for a good-bye of TLS, too

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        if transport.get_extra_info("ssl_object").selected_alpn_protocol() != NAME:
            self._is_open = self.is_agreed = False
            self._transport.abort()
            return
        own = {SettingCodes.ENABLE_PUSH: 0, SettingCodes.INITIAL_WINDOW_SIZE: _WINDOW}
        self._h2.local_settings = Settings(client=True, initial_values=own)
        self._h2.initiate_connection()
        self._h2.update_settings({SettingCodes.MAX_FRAME_SIZE: _FRAME})
        self._h2.increment_flow_control_window(_ALL_WINDOWS - self._h2.inbound_flow_control_window)
        self._flush()

    def data_received(self, data: bytes) -> None:
        self._heard = self._loop.time()
        try:
            events = self._h2.receive_data(self._without_goaway(data))
            for event in events:
                self._take(event)
        except ProtocolError as error:
            self._end(httpx.RemoteProtocolError(str(error)))
            self._transport.abort()
            return
        self._flush()

    def connection_lost(self, exc: Exception | None) -> None:
        self._end(httpx.ReadError(str(exc or "the server closed the connection")))

    def pause_writing(self) -> None:
        self._may_write = False

    def resume_writing(self) -> None:
        self._may_write = True
        self._moved.set()

    async def _send(self, stream: _Stream, request: httpx.Request) -> None:
        has_body = request.headers.get("Content-Length", "0") != "0" or "Transfer-Encoding" in request.headers
        if (trace := request.extensions.get("trace")) is not None:
            await trace(f"http2.{SENDING}", {})
        self._h2.send_headers(stream.number, _headers(request), end_stream=not has_body)
        stream.is_begun = True
        self._flush()
        if has_body:
            async for chunk in cast(httpx.AsyncByteStream, request.stream):
                await self._send_chunk(stream, chunk)
                if stream.is_over:
                    break
            if stream.is_over:
                return
            self._h2.end_stream(stream.number)
            self._flush()
        stream.is_sent = True

    async def _send_chunk(self, stream: _Stream, chunk: bytes) -> None:
        """As the server has room for it; an answer that comes before its end makes the rest needless."""
        while chunk and not stream.is_over:
            room = min(self._h2.local_flow_control_window(stream.number), self._h2.max_outbound_frame_size)
            if room <= 0 or not self._may_write:
                await self._room()
                continue
            self._h2.send_data(stream.number, chunk[:room])
            self._flush()
            chunk = chunk[room:]

    async def _room(self) -> None:
        self._moved.clear()
        await self._moved.wait()

    def _flush(self) -> None:
        if data := self._h2.data_to_send():
            self._transport.write(data)

    def _take(self, event: Event) -> None:
        if isinstance(event, WindowUpdated | RemoteSettingsChanged):
            self._moved.set()
        stream = self._streams.get(getattr(event, "stream_id", None) or 0)
        match event:
            case _ if stream is None:
                return
            case ResponseReceived():
                stream.begin(event.headers or [])
            case DataReceived():
                stream.put(event.data or b"", event.flow_controlled_length or 0)
            case StreamEnded():
                stream.end(None)
                self._moved.set()
            case StreamReset():
                stream.is_sent = True  # it may come behind a whole answer, where no more of the request is needed
                is_refused = event.error_code == ErrorCodes.REFUSED_STREAM
                stream.end((NotTaken if is_refused else httpx.RemoteProtocolError)("the server reset the stream"))
                self._moved.set()

    def _without_goaway(self, data: bytes) -> bytes:
        """The frames that are whole by now. h2 takes a GOAWAY as the end of all, but it lets answers that are under way
        come to their ends."""
        self._part += data
        frames, begin = [], 0
        while len(self._part) >= begin + _HEAD:
            size = int.from_bytes(self._part[begin : begin + 3])
            if size > self._h2.max_inbound_frame_size:
                raise ProtocolError("a frame is too long")
            end = begin + _HEAD + size
            if len(self._part) < end:
                break
            if self._part[begin + 3] == _GOAWAY:
                self._leave(int.from_bytes(self._part[begin + _HEAD : begin + _HEAD + 4]))
            else:
                frames.append(self._part[begin:end])
            begin = end
        self._part = self._part[begin:]
        return b"".join(frames)

    def _leave(self, last: int) -> None:
        """The server answers what it took, up to the stream of the number ``last``, and nothing else."""
        for stream in self._streams.values():
            if stream.number > last:
                stream.end(NotTaken("the server takes nothing new"))
        self._takes_more = False
        self._loop.call_soon(self.retire)  # what came with it is taken first

    def _doubt(self) -> None:
        """Nothing was heard: it may be that nothing passes any more, which nobody would tell."""
        self._h2.ping(os.urandom(8))
        self._loop.call_later(SIGN_OF_LIFE, self._end_if_silent, self._loop.time())

    def _end_if_silent(self, since: float) -> None:
        if self._heard < since:
            self._transport.abort()

    def _end(self, failure: httpx.TransportError) -> None:
        self._is_open = False
        for stream in self._streams.values():
            stream.end(failure)
        self._moved.set()


class _Stream:
    """A request and its answer, as far as it came."""

    def __init__(self, number: int, began: float) -> None:
        self.number = number
        self.began = began
        self.is_begun = self.is_sent = False
        self.is_over = False
        self.unread = 0
        self._failure: httpx.TransportError | None = None
        self._head: list[tuple[bytes, bytes]] | None = None
        self._chunks: deque[tuple[bytes, int]] = deque()
        self._news = asyncio.Event()

    @property
    def is_done(self) -> bool:
        """Whether both sides know that it is over."""
        return self._failure is not None or (self.is_sent and self.is_over)

    def begin(self, head: list[tuple[bytes, bytes]]) -> None:
        self._head = head
        self._news.set()

    def put(self, chunk: bytes, size: int) -> None:
        self._chunks.append((chunk, size))
        self.unread += size
        self._news.set()

    def end(self, failure: httpx.TransportError | None) -> None:
        if not self.is_over:
            self.is_over, self._failure = True, failure
            self._news.set()

    async def head(self) -> tuple[int, list[tuple[bytes, bytes]]]:
        """Status and headers."""
        while self._head is None:
            await self._more()
        status = next((int(value) for name, value in self._head if name == b":status"), 0)
        return status, [(name, value) for name, value in self._head if not name.startswith(b":")]

    async def chunk(self) -> tuple[bytes, int] | None:
        """A part of the body, with its size on the wire; None at its end."""
        while not self._chunks:
            if self.is_over and self._failure is None:
                return None
            await self._more()
        chunk, size = self._chunks.popleft()
        self.unread -= size
        return chunk, size

    async def _more(self) -> None:
        if self.is_over:
            raise self._failure or httpx.RemoteProtocolError("the answer has no beginning")
        self._news.clear()
        await self._news.wait()


class _Body(httpx.AsyncByteStream):
    """The body of an answer."""

    def __init__(self, connection: Http2, stream: _Stream) -> None:
        self._connection = connection
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while (part := await self._stream.chunk()) is not None:
            chunk, size = part
            self._connection.read(self._stream, size)
            yield chunk

    async def aclose(self) -> None:
        self._connection.forget(self._stream)


def _headers(request: httpx.Request) -> list[tuple[bytes, bytes]]:
    url = request.url
    own = [
        (b":method", request.method.encode()),
        (b":authority", request.headers["Host"].encode()),
        (b":scheme", url.raw_scheme),
        (b":path", url.raw_path),
    ]
    named = ((name.lower(), value) for name, value in request.headers.raw)
    return own + [(name, value) for name, value in named if name not in _OF_A_CONNECTION]
