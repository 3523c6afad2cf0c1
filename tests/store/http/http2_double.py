"""A server of HTTP/2 of which a test decides every frame."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Self

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import RequestReceived, StreamReset
from hyperframe.frame import GoAwayFrame
from tests.store.serving import Certificate

_FRAME = 2**14


class Connection:
    """One connection of a client; ``number`` counts them from 1."""

    def __init__(self, number: int, socket_: ssl.SSLSocket) -> None:
        self.number = number
        self._socket = socket_
        self._h2 = H2Connection(H2Configuration(client_side=False))

    def answer(self, stream: int, body: bytes = b"", *, ends: bool = True) -> None:
        """Send an answer, or its beginning."""
        self._h2.send_headers(stream, [(":status", "200")])
        while body:
            self._h2.send_data(stream, body[:_FRAME])
            body = body[_FRAME:]
        if ends:
            self._h2.end_stream(stream)
        self._flush()

    def room(self, stream: int) -> int:
        """So many bytes may be sent now."""
        return self._h2.local_flow_control_window(stream)

    def refuse(self, stream: int) -> None:
        """Not begin with it."""
        self._h2.reset_stream(stream, 7)
        self._flush()

    def want_no_more(self, stream: int) -> None:
        """Take nothing more of a request that was answered."""
        self._h2.reset_stream(stream, 0)
        self._flush()

    def leave(self, last: int) -> None:
        """Take nothing new."""
        self._socket.sendall(GoAwayFrame(0, last_stream_id=last).serialize())

    def serve(self, double: Http2Double) -> None:
        """Tell of what comes until the client goes."""
        self._h2.initiate_connection()
        self._flush()
        while data := self._socket.recv(2**16):
            if double.is_deaf(self):
                continue
            for event in self._h2.receive_data(data):
                if isinstance(event, RequestReceived):
                    path = dict(event.headers or [])[b":path"].decode()
                    double.asked.append((self.number, path))
                    double.answer(self, event.stream_id or 0, path)
                if isinstance(event, StreamReset):
                    double.given_up.append((self.number, event.stream_id or 0))
            self._flush()

    def _flush(self) -> None:
        self._socket.sendall(self._h2.data_to_send())


class Http2Double:
    """Takes connections at a port of this machine. ``answer`` is called for each request, with its stream and path;
    ``gone`` are the connections that are no more; ``greet`` is called before a connection is encrypted."""

    def __init__(self, certificate: Certificate, answer: Callable[[Connection, int, str], None]) -> None:
        self.answer = answer
        self.asked: list[tuple[int, str]] = []
        self.given_up: list[tuple[int, int]] = []
        self.gone: list[int] = []
        self.greet: Callable[[], object] = lambda: None
        self.is_deaf: Callable[[Connection], bool] = lambda connection: False
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(certificate.chain, certificate.key)
        self._context.set_alpn_protocols(["h2"])
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._threads = [threading.Thread(target=self._accept, name="double")]

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(10)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._serve, args=(client, len(self._threads)), name="double")
            self._threads.append(thread)
            thread.start()

    def _serve(self, client: socket.socket, number: int) -> None:
        self.greet()
        with suppress(OSError), self._context.wrap_socket(client, server_side=True) as secure:
            try:
                Connection(number, secure).serve(self)
            finally:
                self.gone.append(number)
