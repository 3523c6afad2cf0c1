"""A server for a team: many clients at once, and one alone, on PostgreSQL and on SQLite."""

from __future__ import annotations

import http.client
import random
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import msgspec
from msgspec import Struct

from bench import crowd
from bench.cluster import Cluster, running
from bench.data import LOGIN, Scene, crm_script, made_by, now, say, today
from bench.report import Row, at_most
from bench.searching import WORDS
from bench.timing import PATIENCE, Missing, Timing, end, environment, finished, in_turns, time_call
from crm_tui.demo.bulk import FIRST_CUSTOMER_NUMBER
from crm_tui.domain.errors import NotFound
from crm_tui.store.customers import CustomerQuery
from crm_tui.store.devices import NewDevice
from crm_tui.store.http.along import along
from crm_tui.store.http.routes import ROUTES
from crm_tui.store.http.store import open_remote
from crm_tui.store.http.wire import to_request
from crm_tui.store.paging import PageRequest
from crm_tui.store.port import Store
from crm_tui.store.sql.store import open_postgres, open_store

TITLE = "A server for a team"
_CLIENTS = 32
_PROCESSES = 2
_LOAD, _EMPTY = 60.0, 15.0  # seconds
_CUSTOMERS = 400  # whose cards are opened, all over the store
_PAGE = PageRequest(limit=100)
_COPYING = 3 * 3600.0  # seconds after which a copy is given up
_SPAWN = (
    "import os, sys; child = os.spawnv(os.P_NOWAIT, sys.argv[1], sys.argv[1:]); _, status, used = os.wait4(child, 0);"
    "print(used.ru_maxrss, file=sys.stderr); sys.exit(os.waitstatus_to_exitcode(status))"
)
#: what the copy in PostgreSQL is made by, besides the store that is copied
_MADE_BY = ("store/sql/migrations/postgres/*.sql", "store/sql/postgres_bulk.py")
_BY_METHOD = {route.method: route for route in ROUTES}
_IN_FILE, _IN_POSTGRES = "SQLite", "PostgreSQL"
#: what the store is asked that does next to nothing
_EMPTY_ROUTES = {"/health": "/health", "/api/v1/me": "who asks"}


class Copying(Struct):
    """What it took to copy the store: kept with the copy, for the runs after."""

    rows: int
    seconds: float
    megabytes: float


def measure(scene: Scene) -> Iterator[Row]:
    """The largest store, copied into PostgreSQL if it is not there yet."""
    size, path = scene.largest, scene.store(scene.largest)
    kept = path.parent / "postgres"
    with running(kept) as cluster:
        name = f"bench_{size}_{made_by(*_MADE_BY)}"
        noted = kept.with_name(f"{name}.json")
        if not cluster.has(name):
            cluster.drop_all()
            noted.write_bytes(msgspec.json.encode(_copy(path, cluster, name, size)))
        if noted.exists():  # else somebody has put the copy there
            yield from _copied(size, msgspec.json.decode(noted.read_bytes(), type=Copying))
        places = {_IN_POSTGRES: cluster.address(name), _IN_FILE: str(path)}
        share = min(1.0, scene.repeats / 15)
        for database, place in places.items():
            yield from _many(f"{size:,} customers, {database}", place, share)
        yield from _alone(size, places, scene.repeats)


def _copy(path: Path, cluster: Cluster, name: str, size: int) -> Copying:
    """``crm-tui stores copy`` into a new database."""
    say(f"copying {size:,} customers into PostgreSQL ...")
    part = f"{name}_part"
    command = [crm_script(), "--as", LOGIN, "stores", "copy", str(path), cluster.make(part)]
    start = time.perf_counter()
    done = finished([sys.executable, "-c", _SPAWN, *command], seconds=_COPYING)
    seconds = time.perf_counter() - start
    cluster.rename(part, name)
    rows = done.stdout.partition(": ")[2].partition(" rows")[0]
    digits = "".join(letter for letter in rows if letter.isdigit())
    return Copying(int(digits), seconds, int(done.stderr.split()[-1]) / 1024)


def _copied(size: int, copying: Copying) -> Iterator[Row]:
    speed = copying.rows / copying.seconds
    what = f"{size:,} customers: stores copy, SQLite to PostgreSQL, compared"
    yield Row(what, f"{speed:,.0f} rows/s", f"{copying.rows:,} rows, {copying.seconds:,.0f} s")
    yield at_most(f"{size:,} customers: stores copy, most memory", copying.megabytes, 300, " MB")


def _many(what: str, place: str, share: float) -> Iterator[Row]:
    """Many clients at the server of a store. What is shown is judged by no time: the machine does other things."""
    with closing(_opened(place)) as store:
        deeds = _deeds(store)
        tokens = [store.devices.create(NewDevice(name=f"bench {n}", days=1)).token for n in range(_CLIENTS)]
    with _served(place) as port:
        _load(crowd.Task(port, tuple(tokens), deeds, 3))  # brings pages into memory
        loaded = _load(crowd.Task(port, tuple(tokens), deeds, _LOAD * share))
        yield from _kinds(what, loaded, _LOAD * share)
        for path, name in _EMPTY_ROUTES.items():
            deed = crowd.Deed(name, (path,))
            empty = _load(crowd.Task(port, tuple(tokens), (deed,), _EMPTY * share))
            rates = loaded.requests / (_LOAD * share), empty.requests / (_EMPTY * share)
            shown = f"{rates[0]:,.0f} of {rates[1]:,.0f} requests/s"
            yield Row(f"{what}: throughput against {path}", shown, f"{rates[0] / rates[1]:.2f} × {path}")
            loaded.errors += empty.errors
    errors = f"{len(loaded.errors)}"
    yield Row(f"{what}: errors", errors, "; ".join(sorted(set(loaded.errors))[:3]), "0", not loaded.errors)


def _kinds(what: str, loaded: crowd.Outcome, seconds: float) -> Iterator[Row]:
    for kind, times in sorted(loaded.taken.items()):
        p99 = statistics.quantiles(times, n=100)[-1]
        shown = f"p50 {statistics.median(times):,.0f} ms, p99 {p99:,.0f}"
        yield Row(f"{what}, {_CLIENTS} clients: {kind}", shown, f"{len(times) / seconds:,.1f} a second")


def _deeds(store: Store) -> tuple[crowd.Deed, ...]:
    """Look-ups and openings of cards, as many of each: the requests of the program to the letter."""
    dice = random.Random(3)
    deeds = []
    for n, customer in enumerate(_some(store, dice)):
        card = {"customer": customer, "today": today()}
        calls = [("customers.card", card), *along(card, now())]
        deeds.append(crowd.Deed("card opened (8 requests in turn)", tuple(_path(*call) for call in calls)))
        deeds.append(crowd.Deed("look-up", (_path("search.anything", _looked_up(WORDS[n % len(WORDS)])),)))
    return tuple(deeds)


def _looked_up(text: str) -> dict[str, object]:
    return {"text": text, "limit": 50, "inactive": False}


def _path(method: str, given: dict[str, object]) -> str:
    return to_request(_BY_METHOD[method], given).path


def _some(store: Store, dice: random.Random) -> list[int]:
    """Customers from everywhere in the store."""
    found: list[int] = []
    number = FIRST_CUSTOMER_NUMBER + store.customers.count(CustomerQuery(), exact=True).number
    while len(found) < _CUSTOMERS:
        try:
            found.append(store.customers.by_number(dice.randrange(FIRST_CUSTOMER_NUMBER, number)).id)
        except NotFound:
            continue
    return found


def _load(task: crowd.Task) -> crowd.Outcome:
    """Have some processes do a task, each with its part of the clients."""
    parts = [msgspec.structs.replace(task, tokens=task.tokens[n::_PROCESSES]) for n in range(_PROCESSES)]
    command = [sys.executable, "-m", "bench.crowd"]
    with ExitStack() as stack:
        crowds = []
        for part in parts:
            one = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True)
            stack.callback(end, one)
            assert one.stdin is not None
            one.stdin.write(msgspec.json.encode(part))
            one.stdin.close()
            crowds.append(one)
        outcomes = []
        for one in crowds:
            assert one.stdout is not None
            outcomes.append(msgspec.json.decode(one.stdout.read(), type=crowd.Outcome))
    return crowd.all_of(outcomes)


@contextmanager
def _served(place: str) -> Iterator[int]:
    """``crm-tui serve`` on a store; gives its port."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    command = [crm_script(), "--store", place, "serve", "--listen", f"127.0.0.1:{port}"]
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment(),
        start_new_session=True,
    )  # fmt: skip
    try:
        _wait(process, port)
        yield port
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE)
    finally:
        end(process)


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        with closing(line):
            try:
                line.request("GET", "/ready")
                if line.getresponse().status == 200:
                    return
            except OSError:
                pass
        if process.poll() is not None or time.monotonic() > until:
            raise Missing("crm-tui serve does not answer")
        time.sleep(0.05)


def _alone(size: int, places: dict[str, str], repeats: int) -> Iterator[Row]:
    """One client, whose every read is a round trip: nothing changes hands but what is asked. Against the same store in
    this process, and in turns with it."""
    with ExitStack() as stack:
        here = stack.enter_context(closing(_opened(places[_IN_FILE])))
        opened: dict[str, Store] = {"in this process, SQLite": here}
        for database, place in places.items():
            with closing(_opened(place)) as store:
                token = store.devices.create(NewDevice(name="bench alone", days=1)).token
            port = stack.enter_context(_served(place))
            remote = open_remote(f"http://127.0.0.1:{port}", token, watches=False)
            opened[f"at a server, {database}"] = stack.enter_context(closing(remote))
        customers = _some(here, random.Random(4))
        for what, ask in _asked(customers).items():
            yield from _compared(f"{size:,} customers, alone: {what}", opened, ask, repeats)


def _compared(what: str, opened: dict[str, Store], ask: Callable[[Store, int], object], repeats: int) -> Iterator[Row]:
    turns = dict.fromkeys(opened, 0)

    def once(name: str) -> float:
        turns[name] += 1
        return time_call(lambda: ask(opened[name], turns[name]))

    for name in opened:
        once(name)
    timings: dict[str, Timing] = in_turns({name: lambda name=name: once(name) for name in opened}, 4 * repeats)  # type: ignore[misc]
    first, *others = opened
    for name in others:
        ratio = timings[name].median / timings[first].median
        yield Row(f"{what}, {name}", str(timings[name]), f"{ratio:.1f} × {first} ({timings[first]})")


def _asked(customers: Sequence[int]) -> dict[str, Callable[[Store, int], object]]:
    """What one client asks; the number of the turn says for what, so that nothing is asked twice in a row."""

    def word(turn: int) -> str:
        return WORDS[turn % len(WORDS)]

    return {
        "look-up": lambda store, turn: store.search.anything(word(turn)),
        "card": lambda store, turn: store.customers.card(customers[turn % len(customers)], today()),
        "page of the list": lambda store, turn: store.customers.page(
            CustomerQuery(), PageRequest(limit=100, skip=turn)
        ),
        "letter of a filter": lambda store, turn: store.customers.page(CustomerQuery(text=word(turn)), _PAGE),
    }


def _opened(place: str) -> Store:
    """The store, in this process."""
    if place.startswith("postgresql:"):
        return open_postgres(place, login=LOGIN, clock=now)
    return open_store(Path(place), login=LOGIN, clock=now)
