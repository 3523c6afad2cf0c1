"""The store at a server: the port over HTTP, made from the table of routes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, NamedTuple, Self, cast

from crm_tui.domain.errors import Denied
from crm_tui.store.http import failures
from crm_tui.store.http.address import Address, address_of
from crm_tui.store.http.cache import Cache, MemoryCache
from crm_tui.store.http.erasures import Erasures
from crm_tui.store.http.line import Line
from crm_tui.store.http.parameters import arguments
from crm_tui.store.http.questions import Question, Questions
from crm_tui.store.http.reachable import Reachable
from crm_tui.store.http.reading import Reader
from crm_tui.store.http.remote_settings import RemoteSettings
from crm_tui.store.http.routes import ROUTES, Route, Shape
from crm_tui.store.http.sending import Sender
from crm_tui.store.http.shared import Shared
from crm_tui.store.http.streams import Streams
from crm_tui.store.http.watch import Watch
from crm_tui.store.http.writing import Writer
from crm_tui.store.reach import Reach

if TYPE_CHECKING:
    import httpx

    from crm_tui.store.activities import Activities, Notes
    from crm_tui.store.addresses import Addresses
    from crm_tui.store.cases import Cases
    from crm_tui.store.contacts import Contacts
    from crm_tui.store.customers import Customers
    from crm_tui.store.devices import Devices
    from crm_tui.store.duplicates import Duplicates
    from crm_tui.store.files import Files
    from crm_tui.store.finance import Finance
    from crm_tui.store.history import History, Imports, Portable
    from crm_tui.store.merging import Merging
    from crm_tui.store.search import Search
    from crm_tui.store.settings import Billing, Registries, Users
    from crm_tui.store.views import Views
    from crm_tui.waiting.clock import Clock as Waits

BY_METHOD = {route.method: route for route in ROUTES}
_STREAMED = frozenset((Shape.BYTES, Shape.FORM, Shape.ROWS_IN, Shape.ROWS_OUT, Shape.ROWS))


class _Server:
    """What all stores bound to one token at one server share."""

    def __init__(
        self,
        address: Address,
        token: str,
        settings: RemoteSettings,
        cache: Cache,
        clock: Callable[[], dt.datetime],
        transport: httpx.AsyncBaseTransport | None,
        watches: bool,
        waits: Waits | None,
        at_end: Callable[[Reach], object] | None,
    ) -> None:
        self.address = address
        self.cache = cache
        self.watches = watches
        self._at_end = at_end
        self.line = Line(address, token, settings, transport)
        self.reachable = Reachable(clock)
        self.watch = Watch(self.line, self.reachable)
        self.questions = Questions()
        self.sender = Sender(self.line, settings.timeout, waits)
        shared = Shared(address, self.sender, cache, self.watch, self.reachable, BY_METHOD)
        self.reader = Reader(shared, clock)
        self.writer = Writer(shared, partial(self.reader.read, question=None))
        self.streams = Streams(self.line, self.writer)
        asked = partial(self.reader.read, BY_METHOD["erasures"], {}, None)
        outlives = settings.cache_folder is not None
        self.erasures = Erasures(cache, asked, self.writer.forget_people, clock) if outlives else None

    def close(self) -> None:
        at_end, self._at_end = self._at_end, None
        if at_end is not None:
            at_end(self.reachable.reach)
        self.sender.close()
        self.watch.close()
        self.line.close()
        self.watch.join()
        self.cache.close()


class _Binding(NamedTuple):
    """What a call is made with: the question that it belongs to, if only the newest matters, and the key of a write."""

    question: Question | None = None
    key: str | None = None


class _Facet:
    """The methods of one facet, each as its line of the table says."""

    def __init__(self, name: str, call: Callable[[Route, dict[str, Any]], Any]) -> None:
        self._name = name
        self._call = call

    def __getattr__(self, method: str) -> Callable[..., Any]:
        route = BY_METHOD.get(f"{self._name}.{method}")
        if route is None:
            raise AttributeError(f"{self._name} has no {method}")
        return lambda *args, **kwargs: self._call(route, arguments(route, args, kwargs))


class RemoteStore:
    """The Store port. All stores bound to one server share its connections; closing one closes it for all."""

    def __init__(self, server: _Server, binding: _Binding | None = None) -> None:
        self._server = server
        self._binding = binding or _Binding()

    @property
    def name(self) -> str:
        """The host of the server, with its port if that is no usual one."""
        return self._server.address.host

    @property
    def notices(self) -> tuple[str, ...]:
        """There is nothing to know about how it was opened: Store.reach says whether it is there."""
        return ()

    @cached_property
    def customers(self) -> Customers:
        """Customers: list, preview, card."""
        return cast("Customers", self._facet("customers"))

    @cached_property
    def addresses(self) -> Addresses:
        """Addresses of customers."""
        return cast("Addresses", self._facet("addresses"))

    @cached_property
    def contacts(self) -> Contacts:
        """People at customers."""
        return cast("Contacts", self._facet("contacts"))

    @cached_property
    def activities(self) -> Activities:
        """Feed, board and activities."""
        return cast("Activities", self._facet("activities"))

    @cached_property
    def notes(self) -> Notes:
        """Notes of customers and cases."""
        return cast("Notes", self._facet("notes"))

    @cached_property
    def cases(self) -> Cases:
        """Sales cases and projects."""
        return cast("Cases", self._facet("cases"))

    @cached_property
    def finance(self) -> Finance:
        """Forecasts, actuals, invoices."""
        return cast("Finance", self._facet("finance"))

    @cached_property
    def files(self) -> Files:
        """Files and links."""
        return cast("Files", self._facet("files"))

    @cached_property
    def billing(self) -> Billing:
        """Billing settings."""
        return cast("Billing", self._facet("billing"))

    @cached_property
    def registries(self) -> Registries:
        """Lists of values."""
        return cast("Registries", self._facet("registries"))

    @cached_property
    def users(self) -> Users:
        """Users, profiles, organization."""
        return cast("Users", self._facet("users"))

    @cached_property
    def devices(self) -> Devices:
        """Tokens and passwords."""
        return cast("Devices", self._facet("devices"))

    @cached_property
    def views(self) -> Views:
        """Saved views."""
        return cast("Views", self._facet("views"))

    @cached_property
    def search(self) -> Search:
        """Find anything."""
        return cast("Search", self._facet("search"))

    @cached_property
    def duplicates(self) -> Duplicates:
        """Customers and contacts that may be the same."""
        return cast("Duplicates", self._facet("duplicates"))

    @cached_property
    def history(self) -> History:
        """The change log."""
        return cast("History", self._facet("history"))

    @cached_property
    def imports(self) -> Imports:
        """Import runs."""
        return cast("Imports", self._facet("imports"))

    @cached_property
    def merging(self) -> Merging:
        """Two become one."""
        return cast("Merging", self._facet("merging"))

    @cached_property
    def portable(self) -> Portable:
        """The whole store in and out."""
        return cast("Portable", self._facet("portable"))

    def acting_as(self, login: str) -> Self:
        """The same store for whose token it is; Denied for anybody else."""
        if self.users.me().user.login == login:
            return self
        error = Denied(f"act as {login}", "their own token")
        base = self._server.address.base
        error.args = (f"You may not act as {login} on {self.name}: sign in as {login} with crm-tui login {base}",)
        raise error

    def latest(self, slot: str) -> Self:
        """The same store for one question, of which only the newest in ``slot`` matters."""
        return self._bound(self._binding._replace(question=self._server.questions.ask(slot)))

    def once(self, key: str) -> Self:
        """The same store for one write that is carried out at most once under this key."""
        return self._bound(self._binding._replace(key=key))

    def was_saved(self, key: str) -> bool:
        """Whether the actor saved something under this key."""
        return cast(bool, self._call(BY_METHOD["was_saved"], {"key": key}))

    def pulse(self) -> int:
        """A number that grows whenever anybody changed data. The first call begins to listen to what the server tells;
        from then on it is known without asking. While the server can't be reached it stands still."""
        watch = self._server.watch
        if self._server.watches:
            watch.start()
        if watch.pulse is not None and (watch.is_alive or self._server.reachable.is_lost):
            pulse = watch.pulse
        else:
            pulse = cast(int, self._call(BY_METHOD["pulse"], {}))
        self._follow_erasures()
        return pulse

    def erasures(self) -> int:
        """How many people were erased so far."""
        return cast(int, self._call(BY_METHOD["erasures"], {}))

    def reach(self) -> Reach:
        """Whether the server answers now."""
        return self._server.reachable.reach

    def close(self) -> None:
        """Let go of the server."""
        self._server.close()

    def _follow_erasures(self) -> None:
        server = self._server
        if server.erasures is not None and not server.reachable.is_lost and server.erasures.follow(server.watch.pulse):
            self.users.me()  # without that there is no start without the server

    def _facet(self, name: str) -> _Facet:
        return _Facet(name, self._call)

    def _call(self, route: Route, given: dict[str, Any]) -> Any:
        if route.shape in _STREAMED:
            return self._server.streams.carry_out(route, given, self._binding.key)
        if route.reads:
            compared = given.pop("compared", None)  # the server tells no progress: there are a beginning and an end
            if compared is not None:
                compared(0, 0)
            answer = self._server.reader.read(route, given, self._binding.question)
            if compared is not None:
                compared(answer.compared, answer.compared)
            return answer
        return self._server.writer.write(route, given, self._binding.key)

    def _bound(self, binding: _Binding) -> Self:
        return type(self)(self._server, binding)


def open_remote(
    url: str,
    token: str,
    settings: RemoteSettings | None = None,
    *,
    clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
    transport: httpx.AsyncBaseTransport | None = None,
    watches: bool = True,
    waits: Waits | None = None,
    at_end: Callable[[Reach], object] | None = None,
) -> RemoteStore:
    """Open the store at a server for whose token it is. ``transport`` stands in for the network, ``waits`` for the time
    that goes by between tries; without ``watches`` the pulse is asked for instead of being told. ``at_end`` is told,
    when the store is closed, whether the server answered to the last.

    Raises NotSignedIn where the token is not known (any more), Invalid for an address or settings that can't be used,
    and Offline where the server can't be reached and nothing is kept of it.
    """
    settings = settings or RemoteSettings()
    address = address_of(url)
    if not (token and token.isascii() and token.isprintable()):
        raise failures.not_signed_in(address.base, address.host)
    store = RemoteStore(
        _Server(address, token, settings, _cache(url, token, settings), clock, transport, watches, waits, at_end)
    )
    try:
        store.users.me()
        store._follow_erasures()
    except BaseException:
        store.close()
        raise
    return store


def _cache(url: str, token: str, settings: RemoteSettings) -> Cache:
    if settings.cache_folder is None:
        return MemoryCache(settings.cache_bytes)
    from crm_tui.store.http.disk_cache import open_disk_cache

    return open_disk_cache(settings.cache_folder, url, token, settings.cache_bytes)
