"""Any store at a server of the tests' own, seen through the client: one server for all tests, one store for each.

The tests speak on behalf of several users with one store; a token is one user's, so ``acting_as`` takes another token.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple, Self, cast
from urllib.parse import quote, unquote

from tests.store.serving import served

from crm_tui.domain.errors import NotSignedIn
from crm_tui.server.app import make_app
from crm_tui.server.settings import Line, Settings, to_stderr
from crm_tui.store.gate import Issued, Visitor
from crm_tui.store.http.routes import Route
from crm_tui.store.http.store import RemoteStore, open_remote
from crm_tui.store.port import Store

_TOKEN = "token-of-"


class OpenGate:
    """Lets everybody in who says who they are."""

    def __init__(self) -> None:
        self._devices: dict[str, int] = {}

    def visitor(self, token: str) -> Visitor:
        """The user that the token names."""
        if not token.startswith(_TOKEN):
            raise NotSignedIn("This token is not known.")
        login = unquote(token.removeprefix(_TOKEN))
        return Visitor(login, self._devices.setdefault(login, len(self._devices) + 1))

    def sign_in(self, login: str, password: str, device: str) -> Issued:
        """A token for whom one says to be."""
        return Issued(token_of(login), self.visitor(_TOKEN + quote(login)).device, login, None)

    def sign_out(self, token: str) -> None:
        """It stays good."""


class CurrentStore:
    """The store of the test that runs."""

    def __init__(self) -> None:
        self.store: Store | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)


class StoreServer(NamedTuple):
    """A running server, and what it serves."""

    url: str
    current: CurrentStore

    def open(self, store: Store, login: str = "admin", **more: Any) -> RemoteStore:
        """Serve a store, and open it on behalf of a user; who closes that closes the store."""
        self.current.store = store
        opened: list[Store] = [store]

        class Tested(RemoteStore):
            """Another token for each user; closed with all others."""

            login = ""

            def acting_as(self, login: str) -> Self:
                store.acting_as(login)  # UnknownUser, as the tests want it
                return type(self).of(login)

            def _call(self, route: Route, given: dict[str, Any]) -> Any:
                try:
                    return super()._call(route, given)
                except NotSignedIn as error:  # the token of who is no user any more is not known any more, either
                    store.acting_as(self.login)
                    raise error

            def close(self) -> None:
                while opened:
                    opened.pop().close()

            @classmethod
            def of(cls, login: str) -> Self:
                remote = open_remote(url, token_of(login), watches=False, **more)
                opened.append(remote)
                bound = type(cls.__name__, (cls,), {"login": login})
                return cast(Self, bound(remote._server))

        url = self.url
        return Tested.of(login)


@contextmanager
def store_server() -> Iterator[StoreServer]:
    """A server for all tests of a process."""
    current = CurrentStore()
    settings = Settings(version="test", rate=1e9, burst=10**9, failure_rate=1e9, failure_burst=10**9, log=told_errors)
    app = make_app(current, OpenGate(), settings)
    with served(app) as port:
        yield StoreServer(f"http://127.0.0.1:{port}", current)


def token_of(login: str) -> str:
    """What a user shows to the gate."""
    return _TOKEN + quote(login)


def told_errors(line: Line) -> None:
    """The log of a server: errors of ours alone."""
    if line["event"] == "error":
        to_stderr(line)
