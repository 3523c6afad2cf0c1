"""The tests of screens and command line once more, over HTTP: CRM_TUI_TEST_OVER=http has the program open the store
of a test at a server of the test's own. What a test prepares and looks at afterwards stays the store itself.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from time import monotonic
from typing import Any, cast

from tests.store.over_http import OpenGate, token_of, told_errors
from tests.store.serving import served

from crm_tui.server.app import make_app
from crm_tui.server.settings import Settings
from crm_tui.store.http.routes import Route
from crm_tui.store.http.store import RemoteStore, open_remote
from crm_tui.store.port import Store
from crm_tui.store.sql.store import SqlStore

#: whether the program is on its own store or at a server
IS_OVER_HTTP = os.environ.get("CRM_TUI_TEST_OVER") == "http"
#: the limits of rates are shown elsewhere; others' changes are told at once
_SETTINGS = Settings(
    version="test", rate=1e9, burst=10**9, failure_rate=1e9, failure_burst=10**9, pulse_seconds=0.02, log=told_errors
)
#: seconds after which a change that nobody told is taken for lost
_PATIENCE = 10.0


class AtServer(RemoteStore):
    """The store of a test at a server: as a user has it who waits until their program heard of what others did."""

    own: SqlStore
    way: ExitStack

    @property
    def name(self) -> str:
        """As in the tests on the store itself: pictures show it."""
        return self.own.name

    def pulse(self) -> int:
        self._hear()
        return super().pulse()

    def close(self) -> None:
        """Let go of the server, and end it."""
        super().close()
        self.way.close()

    def _call(self, route: Route, given: dict[str, Any]) -> Any:
        if route.reads:
            self._hear()
        return super()._call(route, given)

    def _hear(self) -> None:
        """A change of others is on its way for a moment: wait for that moment, so that tests know what is shown."""
        watch, now, end = self._server.watch, self.own.pulse(), monotonic() + _PATIENCE
        while watch.is_running and (not watch.is_alive or (watch.pulse or 0) < now):
            assert monotonic() < end, f"the server tells no pulse {now}"
            _BREATH.wait(0.001)


_BREATH = threading.Event()


@contextmanager
def server_of(store: SqlStore) -> Iterator[str]:
    """A server of a store, for everybody who says who they are; gives its address."""
    with served(make_app(cast(Store, store), OpenGate(), _SETTINGS)) as port:
        yield f"http://127.0.0.1:{port}"


def at_server(store: SqlStore, clock: Callable[[], Any]) -> AtServer:
    """The store as the same user has it at a server, which ends when it is closed."""
    way = ExitStack()
    with way:
        url = way.enter_context(server_of(store))
        remote = open_remote(url, token_of(store.users.me().user.login), clock=clock)
        way = way.pop_all()
    bound = cast("type[AtServer]", type(AtServer.__name__, (AtServer,), {"own": store, "way": way}))
    opened = bound(remote._server)
    RemoteStore.pulse(opened)  # begins to listen
    return opened


def reached(store: Store, clock: Callable[[], Any]) -> Store:
    """The store as the program of a test opens it: itself, or at a server."""
    return at_server(store, clock) if IS_OVER_HTTP and type(store) is SqlStore else store
