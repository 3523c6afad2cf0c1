"""Two worlds side by side: the first one, and one that differs from it only in what is hidden from the actor.

They are files, or databases of PostgreSQL. The rules read raw tables, which are those of SQLite whatever holds the
worlds: the same records have the same ids and revisions in both."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import NamedTuple, TypeAlias

import apsw
import httpx
from tests import postgres
from tests.server.asgi import LoopTransport
from tests.store.conftest import Clock
from tests.store.over_http import OpenGate, token_of, told_errors
from tests.store.permissions.other_world import OtherWorld
from tests.store.permissions.people import ACTOR
from tests.store.permissions.profiles import Permissions, assume, of_sight
from tests.store.permissions.provisional import Provisional
from tests.store.permissions.scope import Scope
from tests.store.permissions.sight import Sight, Verdict
from tests.store.permissions.sums import telling_numbers
from tests.store.permissions.world import World, opened

from crm_tui.server.app import make_app
from crm_tui.server.settings import Settings
from crm_tui.store.http.store import open_remote
from crm_tui.store.port import Store
from crm_tui.store.sql.connections import Database as SqliteDatabase
from crm_tui.store.sql.database import Database
from crm_tui.store.sql.postgres_database import open_at

#: says what becomes of each canary
Judge: TypeAlias = Callable[[Sight, World], dict[str, Verdict]]


class Places(NamedTuple):
    """Where the two worlds are, and the raw tables of the first one: in its file, or in another of the same records."""

    first: Database
    second: Database
    raw: SqliteDatabase


def in_files(folder: Path) -> Places:
    """New files in a folder."""
    for name in ("first", "second"):
        (folder / name).mkdir(mode=0o700)
    first, second = (SqliteDatabase.open(folder / name / "crm.db") for name in ("first", "second"))
    return Places(first, second, first)


@contextmanager
def in_postgres(folder: Path) -> Iterator[Places]:
    """New databases of the tests' PostgreSQL, which are taken away at the end, and a file in a folder."""
    addresses = [postgres.new_database(), postgres.new_database()]
    try:
        first, second = map(open_at, addresses)
        yield Places(first, second, SqliteDatabase.open(folder / "raw" / "crm.db"))
    finally:
        for address in addresses:
            postgres.drop_database(address)


class Pair:
    """The stores of both worlds on behalf of the actor, and what of the first one is hidden from a sight."""

    def __init__(self, world: World, sight: str, places: Places, judge: Judge | None = None) -> None:
        self._world = world
        self.databases = (Provisional(places.first), Provisional(places.second))
        self.first: Store = opened(self.databases[0], world.records)
        if places.first is not places.raw:
            opened(places.raw, world.records).close()
        self.raw = apsw.Connection(str(places.raw.path))
        permissions = of_sight(sight)[0]
        self.sight = Sight(self.raw, ACTOR, permissions.customers, permissions.projects)
        self.verdicts = (judge or _as_it_is)(self.sight, world)
        self.hidden = {canary for canary, verdict in self.verdicts.items() if verdict is Verdict.HIDDEN}
        self.shown = {canary for canary, verdict in self.verdicts.items() if verdict is Verdict.SHOWN}
        self.telling = telling_numbers(self.raw, self.sight)
        other = OtherWorld(world.records, self.sight, self.verdicts)
        self.never = other.never
        self.second: Store = opened(self.databases[1], other.records())

    def assume(self, permissions: Permissions) -> None:
        """Give the actor these permissions in both worlds."""
        for database in self.databases:
            with database.writing() as con:
                assume(con, permissions)

    def scope(self, words: int) -> Scope:
        """What there is to ask for in the first world, and so many words of each class of field."""
        return Scope(self.raw, self._world.canaries, words)

    def close(self) -> None:
        """Close all of it."""
        for each in (self.first, self.second, self.raw):
            each.close()


@contextmanager
def pair_of(folder: Path, world: World, sight: str) -> Iterator[Pair]:
    """A pair in files, closed at the end."""
    with closing(Pair(world, sight, in_files(folder))) as pair:
        yield pair


@contextmanager
def postgres_pair_of(folder: Path, world: World, sight: str) -> Iterator[Pair]:
    """A pair in PostgreSQL, closed at the end."""
    (folder / "raw").mkdir(mode=0o700)
    with in_postgres(folder) as places, closing(Pair(world, sight, places)) as pair:
        yield pair


@contextmanager
def http_pair_of(folder: Path, world: World, sight: str) -> Iterator[Pair]:
    """A pair in files that is asked at two servers of the same address."""
    with pair_of(folder, world, sight) as pair, ExitStack() as opening:
        itself = pair.first, pair.second
        pair.first, pair.second = (opening.enter_context(_at_server(store)) for store in itself)
        try:
            yield pair
        finally:
            pair.first, pair.second = itself


@contextmanager
def _at_server(store: Store) -> Iterator[Store]:
    settings = Settings(version="test", rate=1e9, burst=10**9, log=told_errors)
    transport = _Aside(LoopTransport(make_app(store, OpenGate(), settings)))
    remote = open_remote("http://127.0.0.1", token_of(ACTOR), clock=Clock(), transport=transport, watches=False)
    with closing(remote):
        yield remote


class _Aside(httpx.AsyncBaseTransport):
    """Asks in threads of its own; answers are read to their ends."""

    def __init__(self, inner: LoopTransport) -> None:
        self._inner = inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        return await asyncio.to_thread(self._ask, request)

    async def aclose(self) -> None:
        await asyncio.to_thread(self._inner.close)

    def _ask(self, request: httpx.Request) -> httpx.Response:
        response = self._inner.handle_request(request)
        body = httpx.ByteStream(b"".join(response.iter_raw()))
        return httpx.Response(response.status_code, headers=response.headers, stream=body)


def _as_it_is(sight: Sight, world: World) -> dict[str, Verdict]:
    return sight.verdicts(world.canaries, contents(world))


def contents(world: World) -> dict[str, bytes]:
    """The contents of files by their keys."""
    return {row["key"]: base64.b64decode(row["data"]) for name, row in world.records if name == "content"}
