"""A server of the tests' own on a port of this machine, on real sockets."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from granian.constants import HTTPModes, Interfaces
from granian.server.embed import Server


class Certificate(NamedTuple):
    """Files for TLS."""

    chain: Path
    key: Path


@contextmanager
def served(
    app: Any, certificate: Certificate | None = None, port: int | None = None, http: HTTPModes = HTTPModes.auto
) -> Iterator[int]:
    """Serve an ASGI application; gives its port. At the end open requests are finished, and the port is free."""
    port = port or _free_port()
    ready, loop = threading.Event(), asyncio.new_event_loop()
    server = Server(
        app,
        address="127.0.0.1",
        port=port,
        interface=Interfaces.ASGI,
        http=http,
        log_enabled=False,
        ssl_cert=certificate.chain if certificate else None,
        ssl_key=certificate.key if certificate else None,
    )
    server.on_startup(ready.set)
    thread = threading.Thread(target=_run, args=(loop, server.serve), name="test server")
    thread.start()
    try:
        assert ready.wait(10)
        yield port
    finally:
        loop.call_soon_threadsafe(server.stop)
        thread.join(20)
        assert not thread.is_alive()
        loop.close()


def _run(loop: asyncio.AbstractEventLoop, serve: Callable[[], Any]) -> None:
    asyncio.set_event_loop(loop)
    loop.run_until_complete(serve())


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port
