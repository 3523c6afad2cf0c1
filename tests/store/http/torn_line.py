"""A line that tears anywhere: it knows nothing of what passes, so it does the same to what is encrypted."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from enum import StrEnum
from typing import NamedTuple

from tests.store.http.proxy import Proxy, by_reset


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


class TornLine(Proxy):
    """``tears`` is asked once for each connection."""

    def __init__(self, port: int, tears: Callable[[], Tear] = lambda: NEVER) -> None:
        super().__init__(port)
        self.tears = tears
        self.torn = 0

    def pass_on(self, client: socket.socket, server: socket.socket) -> None:
        """Both ways at the same time, until both are over."""
        tear = self.tears()
        up = threading.Thread(target=self._way, args=(client, server, tear, tear.is_up), name="proxy")
        up.start()
        self._way(server, client, tear, not tear.is_up)
        up.join()

    def _way(self, source: socket.socket, to: socket.socket, tear: Tear, is_torn: bool) -> None:
        passed = 0
        with suppress(OSError):
            while data := source.recv(tear.piece):
                if is_torn and passed + len(data) > tear.after:
                    to.sendall(data[: tear.after - passed])
                    self._tear(source, to, tear.end)
                    return
                to.sendall(data)
                passed += len(data)
            to.shutdown(socket.SHUT_WR)

    def _tear(self, source: socket.socket, to: socket.socket, end: End) -> None:
        self.torn += 1
        if end is End.SILENT:
            while source.recv(2**16):  # until whoever waits gives up
                pass
        for each in (source, to):
            if end is End.RESET:
                by_reset(each)
            each.shutdown(socket.SHUT_RDWR)
