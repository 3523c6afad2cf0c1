"""A way to a port of this machine that a test can close, open and cut; what happens to what passes, others say."""

from __future__ import annotations

import socket
import struct
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Self


class Proxy(ABC):
    """Takes connections at ``port`` and makes one to the target for each."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]

    @abstractmethod
    def pass_on(self, client: socket.socket, server: socket.socket) -> None:
        """What passes from one to the other until the connection is over. May raise OSError."""

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._accepting = self._thread(self._accept, self._listener)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Be gone: nobody takes connections any more, and those there are end."""
        self.stop_listening()
        self._accepting.join()
        self.cut_all()
        for thread in self._threads:
            thread.join()

    def stop_listening(self) -> None:
        """Take no more connections; those that there are go on."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def open(self) -> None:
        """Be there again, at the same port."""
        self._listener = socket.create_server(("127.0.0.1", self.port))
        self._accepting = self._thread(self._accept, self._listener)

    def cut_all(self) -> None:
        """End every connection that there is."""
        with self._lock:
            for each in self._open:
                with suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            with self._lock:
                self._open.add(client)
            self._threads.append(self._thread(self._serve, client))

    def _serve(self, client: socket.socket) -> None:
        server = socket.socket()
        with client, server, suppress(OSError):
            try:
                server.connect(("127.0.0.1", self._target))
                with self._lock:
                    self._open.add(server)
                self.pass_on(client, server)
            finally:
                with self._lock:
                    self._open -= {client, server}

    def _thread(self, work: Callable[[socket.socket], None], of: socket.socket) -> threading.Thread:
        thread = threading.Thread(target=work, args=(of,), name="proxy")
        thread.start()
        return thread


def by_reset(connection: socket.socket) -> None:
    """Have its end be a reset, as of a line that is lost, instead of a good-bye."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
