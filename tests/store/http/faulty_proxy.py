"""A bad network: what passes through it is delayed, lost, cut and halved, as told for each exchange."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from enum import StrEnum

from tests.store.http.proxy import Proxy, by_reset


class Fault(StrEnum):
    """What happens to a request and its answer."""

    NONE = "none"
    REFUSE = "the connection is closed before anything is read"
    LOSE_REQUEST = "the request never arrives"
    HALVE_REQUEST = "half of the request arrives"
    LOSE_ANSWER = "the request is carried out, its answer is lost"
    HALVE_ANSWER = "half of the answer arrives"
    SILENCE = "the request is carried out, and then nothing is heard"


class FaultyProxy(Proxy):
    """``faults`` is asked before each exchange; ``seen`` are the first lines of all requests that came this far."""

    def __init__(self, port: int, faults: Callable[[], Fault] = lambda: Fault.NONE) -> None:
        super().__init__(port)
        self.faults = faults
        self.seen: list[str] = []
        self.answering = threading.Event()  # while it is not set, answers wait
        self.answering.set()

    def pass_on(self, client: socket.socket, server: socket.socket) -> None:
        """One exchange after the other."""
        try:
            while self._exchange(client, server):
                pass
        finally:
            by_reset(client)  # what is still unread is thrown away

    def _exchange(self, client: socket.socket, upstream: socket.socket) -> bool:
        """One request and its answer; False where the connection is over."""
        request = _message(client)
        if not request:
            return False
        line = request.split(b"\r\n", 1)[0].decode()
        self.seen.append(line)
        if "/events" in line:
            return _pump(client, upstream, request)
        fault = self.faults()
        match fault:
            case Fault.REFUSE | Fault.LOSE_REQUEST:
                return False
            case Fault.HALVE_REQUEST:
                upstream.sendall(request[: len(request) // 2])
                return False
        upstream.sendall(request)
        answer = _message(upstream)
        match fault:
            case Fault.LOSE_ANSWER:
                return False
            case Fault.SILENCE:
                client.recv(1)  # until the client gives up
                return False
            case Fault.HALVE_ANSWER:
                client.sendall(answer[: len(answer) // 2])
                return False
        self.answering.wait(20)
        client.sendall(answer)
        return bool(answer)


def _message(source: socket.socket) -> bytes:
    """A request or an answer, with its body by Content-Length; empty at the end of the connection."""
    data = b""
    while b"\r\n\r\n" not in data:
        if not (chunk := source.recv(2**16)):
            return b""
        data += chunk
    head, _, body = data.partition(b"\r\n\r\n")
    lengths = [line.split(b":")[1] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    missing = int(lengths[0]) - len(body) if lengths else 0
    while missing > 0:
        if not (chunk := source.recv(2**16)):
            return b""
        data, missing = data + chunk, missing - len(chunk)
    return data


def _pump(client: socket.socket, upstream: socket.socket, request: bytes) -> bool:
    """Hand on an answer that may have no end; behind one that has, the connection goes on."""
    upstream.sendall(request)
    answer = _message(upstream)
    client.sendall(answer)
    if answer and not answer.startswith(b"HTTP/1.1 200"):
        return True
    while chunk := upstream.recv(2**16):
        client.sendall(chunk)
        if chunk.endswith(b"\r\n0\r\n\r\n") or chunk == b"0\r\n\r\n":
            return True
    return False
