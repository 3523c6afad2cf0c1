"""A line that tears anywhere: it knows nothing of what passes, so it does the same to what is encrypted."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from enum import StrEnum
from types import TracebackType
from typing import NamedTuple, Self


class End(StrEnum):
    """How a connection ends."""

    CLOSED = "both ways are closed, as if all was said"
    RESET = "both ways are reset"
    SILENT = "nothing passes any more, and nobody is told"


class Tear(NamedTuple):
    """What becomes of a connection: its ``end`` comes ``after`` so many bytes of what the client sends (``is_up``) or
    hears. What passes before comes in pieces of ``piece`` bytes."""

    end: End
    after: int
    is_up: bool
    piece: int = 2**16


#: longer than anything that passes in a test
NEVER = Tear(End.CLOSED, 2**40, True)


class TornLine:
    """Forwards to a port of this machine. ``tears`` is asked once for each connection."""

    def __init__(self, port: int, tears: Callable[[], Tear] = lambda: NEVER) -> None:
        self.tears = tears
        self.torn = 0
        self._target = port
        self._is_over = threading.Event()
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._threads = [threading.Thread(target=self._accept, name="torn line")]

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._is_over.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._threads[0].join()
        self.cut_all()
        for thread in self._threads:
            thread.join()

    def cut_all(self) -> None:
        """End every connection that there is."""
        with self._lock:
            for each in self._open:
                with suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            with suppress(OSError):
                self._connect(client, self.tears())

    def _connect(self, client: socket.socket, tear: Tear) -> None:
        server = socket.create_connection(("127.0.0.1", self._target))
        with self._lock:
            self._open |= {client, server}
        ways = ((client, server, tear.is_up), (server, client, not tear.is_up))
        left = threading.Barrier(2, action=lambda: self._end(client, server))
        for source, to, is_torn in ways:
            thread = threading.Thread(target=self._pass_on, args=(source, to, tear, is_torn, left), name="torn line")
            self._threads.append(thread)
            thread.start()

    def _pass_on(
        self, source: socket.socket, to: socket.socket, tear: Tear, is_torn: bool, left: threading.Barrier
    ) -> None:
        passed = 0
        with suppress(OSError):
            while data := source.recv(tear.piece):
                if is_torn and passed + len(data) > tear.after:
                    to.sendall(data[: tear.after - passed])
                    self._tear(source, to, tear.end)
                    break
                to.sendall(data)
                passed += len(data)
            else:
                to.shutdown(socket.SHUT_WR)
        left.wait()

    def _tear(self, source: socket.socket, to: socket.socket, end: End) -> None:
        self.torn += 1
        if end is End.SILENT:
            while source.recv(2**16):  # until whoever waits gives up
                pass
        if end is End.RESET:
            for each in (source, to):
                each.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        for each in (source, to):
            each.shutdown(socket.SHUT_RDWR)

    def _end(self, *both: socket.socket) -> None:
        with self._lock:
            self._open -= set(both)
        for each in both:
            each.close()
