"""``crm-tui serve``: a store for a team, over HTTP, until it is told to end.

The processes that answer are granian's. Each has the store open for itself, so that one may go and come back at any
time; nothing that matters is in memory alone. They end with the process that started them, whatever becomes of it.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from multiprocessing import Lock, Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import crm_tui
from crm_tui.cli import DONE, databases
from crm_tui.cli.listening import Listening, check_free, check_way, listening
from crm_tui.cli.opening import clock, in_no_file, place_of
from crm_tui.cli.serve_ending import ENDING
from crm_tui.domain.errors import Unavailable
from crm_tui.plain import one_line
from crm_tui.store.locate import FILE, SERVER, Place

if TYPE_CHECKING:
    from multiprocessing.synchronize import Lock as SharedLock

    from crm_tui.server.watching import App

#: seconds that open requests have to come to their end
_GRACE = 10


class _Served(NamedTuple):
    """What a process needs to know to answer. It can be sent to one."""

    place: tuple[str, str, str]
    password_command: tuple[str, ...]
    threads: int
    behind_proxy: bool

    @property
    def where(self) -> Place:
        """Where the store is."""
        from crm_tui.store.known import StoreSettings

        return Place(*self.place, StoreSettings(password_command=self.password_command))


def run(arguments: argparse.Namespace) -> int:
    """Check that all is there, say where it listens, and serve. Raises the errors of the domain."""
    found = place_of(arguments)
    if found.kind == SERVER:
        raise in_no_file(found, "what is served is in a file or in PostgreSQL")
    where = listening(arguments.listen)
    check_way(where, arguments.cert, arguments.key, behind_proxy=arguments.behind_proxy)
    granian = _granian()
    commands = found.settings.password_command if found.settings else ()
    path = os.path.abspath(found.where) if found.kind == FILE else found.where
    served = _Served((found.name, found.kind, path), commands, arguments.threads, arguments.behind_proxy)
    notices = _check_store(served)
    check_free(where)
    ours, theirs = Pipe(duplex=False)
    say = partial(_say, found, where, notices, is_secure=bool(arguments.cert), behind_proxy=arguments.behind_proxy)
    server: Any = granian(
        target="crm-tui",
        address=where.host,
        port=where.port,
        interface="asgi",
        workers=arguments.workers,
        websockets=False,
        log_dictconfig=_LOGGING,
        ssl_cert=Path(arguments.cert) if arguments.cert else None,
        ssl_key=Path(arguments.key) if arguments.key else None,
        ssl_protocol_min="tls1.2",
        respawn_failed_workers=True,
        workers_kill_timeout=_GRACE,
    )
    interrupted = server.signal_handler_interrupt

    def ending(*signal: Any) -> None:
        for _ in range(arguments.workers):
            theirs.send_bytes(ENDING)
        interrupted(*signal)

    server.signal_handler_interrupt = ending
    server.serve(target_loader=partial(_load, served, where, ours, theirs, Lock(), say), wrap_loader=False)
    return DONE


def _granian() -> Callable[..., Any]:
    """The server, with all that its processes need. Raises Unavailable where the extra is not installed."""
    try:
        import argon2  # noqa: F401 - what the processes need; imported before they begin, it is there at once
        from granian.server import Server

        from crm_tui.server import app  # noqa: F401 - for the same reason
    except ModuleNotFoundError as error:
        raise databases.missing("crm-tui serve", "server", error) from error
    made: Callable[..., Any] = Server
    return made


def _check_store(served: _Served) -> tuple[str, ...]:
    """Raise what stands in the way of the store, before there is a server that could not answer. Returns what one
    should know about it, which is logged, too."""
    from crm_tui.server.settings import to_stderr
    from crm_tui.store.sql.serving import Served

    place = served.where
    if place.kind == FILE and not os.path.exists(place.where):
        raise Unavailable(f"There is no store {place.where} yet; crm-tui --store makes it.")
    store = Served(databases.open_database(place, must_exist=True), clock, place.name)
    notices = store.store.notices
    store.close()
    for notice in notices:
        to_stderr({"event": "notice", "message": notice})
    return notices


def _load(
    served: _Served, where: Listening, ours: Connection, theirs: Connection, first: SharedLock, say: Callable[[], None]
) -> App:
    """The application, in a process of its own."""
    from crm_tui.cli.serve_beginning import Beginning
    from crm_tui.cli.serve_ending import Ending
    from crm_tui.server.app import make_app
    from crm_tui.server.settings import Settings
    from crm_tui.store.sql.serving import Served

    theirs.close()
    place = served.where
    store = Served(databases.open_database(place, must_exist=True), clock, place.name)
    settings = Settings(
        version=crm_tui.__version__, threads=served.threads, behind_proxy=served.behind_proxy, heeds_signals=True
    )
    app = Ending(make_app(store.store, store.gate, settings), ours, store.close)
    return Beginning(app, where.host, where.port, first, say)


def _say(found: Place, where: Listening, notices: Sequence[str], *, is_secure: bool, behind_proxy: bool) -> None:
    """Where it listens, what one should know about the store, and what to do next."""
    clients = url = where.url.replace("http:", "https:") if is_secure else where.url
    lines = [f"{found.name} is served at {url}; ctrl+c ends it."]
    if behind_proxy:
        lines.append(f"The proxy passes requests on to {url}, and clients use the address of the proxy.")
        clients = "https://…"
    elif is_secure:
        lines.append("Clients use a name that the certificate is for.")
        clients = f"https://…:{where.port}"
    lines += [f"Note: {one_line(notice)}" for notice in notices]
    lines += _next_steps(found, clients)
    with suppress(OSError):  # whoever would have read it is gone; it is served all the same
        print("\n".join(lines), flush=True)


def _next_steps(found: Place, url: str) -> Sequence[str]:
    named = found.where if found.settings is None else found.name
    return (
        f"Passwords: crm-tui --store {named} users password LOGIN",
        f"Clients:   crm-tui login {url}   and then   crm-tui --store {url}",
    )


#: granian's own lines, as JSON like those of the requests
_LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"lines": {"()": "crm_tui.cli.serve_log.JsonLines"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines", "stream": "ext://sys.stderr"}},
    "loggers": {"_granian": {"handlers": ["stderr"], "level": "INFO", "propagate": False}},
}
