"""What the tests of the store stand on: an empty store, a clock, users and registry values.

The conformance tests know the port only; an implementation joins them by a line in ``OPENERS``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

import apsw
import pytest
from tests.postgres_kept import KeptStores
from tests.store.over_http import StoreServer, store_server

from crm_tui.domain.permissions import CustomerLevel, Profile, ProjectLevel
from crm_tui.domain.registries import NewRegistryValue, RegistryKind
from crm_tui.domain.users import NewOrganization, NewUser
from crm_tui.store.port import Store
from crm_tui.store.settings import FirstStart
from crm_tui.store.sql.connections import Database
from crm_tui.store.sql.postgres_database import open_at
from crm_tui.store.sql.setup import set_up
from crm_tui.store.sql.store import open_postgres, open_store

NOW = dt.datetime(2026, 11, 18, 10, 0, tzinfo=dt.UTC)
TODAY = dt.date(2026, 11, 18)

FIRST_START = FirstStart(
    organization=NewOrganization(
        name="Kallio Consulting Oy", country="FI", currency="EUR", language="en", time_zone="Europe/Helsinki"
    ),
    login="admin",
    user_name="Aino Admin",
)


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> dt.datetime:
        return self.now

    def advance(self, **by: float) -> None:
        """Move forward by what timedelta takes: ``advance(days=2)``."""
        self.now += dt.timedelta(**by)


class AsUser(Protocol):
    """Makes a user with these permissions and gives the store as they see it."""

    def __call__(
        self,
        login: str,
        *,
        customers: CustomerLevel = CustomerLevel.ALL,
        projects: ProjectLevel = ProjectLevel.ALL,
        delete_customers: bool = False,
        admin: bool = False,
        business_unit: int | None = None,
        superior: int | None = None,
    ) -> Store: ...


class Value(Protocol):
    """The id of a registry value: the one of that name, or a new one made with ``fields``."""

    def __call__(self, kind: RegistryKind, name: str, **fields: Any) -> int: ...


def new_store_in_sqlite(folder: Path, clock: Clock) -> Store:
    """A store just set up, in ``folder/crm.db``."""
    path = folder / "crm.db"
    path.touch(mode=0o600)
    path.write_bytes(set_up_in_sqlite())
    return open_store(path, login="admin", clock=clock)


@cache
def set_up_in_sqlite() -> bytes:
    """The file of a store that was set up just now."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "crm.db"
        with closing(Database.open(path)) as database:
            set_up(database, FIRST_START, Clock())
        return path.read_bytes()


def new_store_in_postgres(folder: Path, clock: Clock) -> Store:
    """A store just set up, whose address is in ``folder/postgres``; whoever took it gives it back."""
    address = kept_stores().take()
    (folder / "postgres").write_text(address)
    return open_postgres(address, login="admin", clock=clock)


@cache
def kept_stores() -> KeptStores:
    """The stores in PostgreSQL that the tests of this process use one after the other."""
    return KeptStores("kept", set_up_in_postgres)


def set_up_in_postgres(address: str) -> None:
    """Make a store at an address, as all tests have it."""
    with closing(open_at(address)) as database:
        set_up(database, FIRST_START, Clock())


OPENERS: dict[str, Callable[[Path, Clock], Store]] = {
    "sqlite": new_store_in_sqlite,
    "postgres": new_store_in_postgres,
    "http": new_store_in_sqlite,
    "http over postgres": new_store_in_postgres,
}
#: subjects of the conformance tests that every run asks of what costs more than a file; all the others in the soak
_ASKED: dict[str, tuple[str, ...]] = {
    "postgres": ("customer_list", "imports", "search", "undo"),
    "http": ("customers", "devices", "files", "imports", "on_card", "once"),
    "http over postgres": ("once",),
}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave what is not asked every time to the soak."""
    for item in items:
        if isinstance(item, pytest.Function) and hasattr(item, "callspec") and item.path.parent.name == "conformance":
            asked = _ASKED.get(str(item.callspec.params.get("store")))
            if asked is not None and item.path.stem.removeprefix("test_") not in asked:
                item.add_marker(pytest.mark.soak)


@pytest.fixture
def clock() -> Clock:
    """2026-11-18T10:00Z, a Wednesday; noon in Helsinki."""
    return Clock()


@pytest.fixture(scope="session")
def http_server() -> Iterator[StoreServer]:
    """A server of all tests, for one store after the other."""
    with store_server() as server:
        yield server


@pytest.fixture(params=OPENERS)
def store(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> Iterator[Store]:
    """A store just set up, as its administrator ``admin``; one for each implementation."""
    opened = OPENERS[request.param](tmp_path, clock)
    if request.param.startswith("http"):
        server: StoreServer = request.getfixturevalue("http_server")
        opened = server.open(opened, clock=clock)
    yield opened
    opened.close()
    if (tmp_path / "postgres").exists():
        address = (tmp_path / "postgres").read_text()
        stale = kept_stores().ask(address, f"{_STALE} IS DISTINCT FROM {_OF_CUSTOMER}")
        kept_stores().give_back(address)
        assert not stale  # whatever a test does
    else:
        assert not stale_contacts(tmp_path / "crm.db")


_STALE = (
    "SELECT k.id, k.customer_owner, k.customer_industry, k.is_living FROM contact k"
    " JOIN customer c ON c.id = k.customer_id WHERE (k.customer_owner, k.customer_industry, k.is_living)"
)
_OF_CUSTOMER = "(c.owner_id, c.industry_id, k.is_active * c.is_active)"


def stale_contacts(path: Path) -> list[Any]:
    """Contacts that keep something else of their customer than what it is."""
    with closing(apsw.Connection(str(path))) as con:
        return con.execute(f"{_STALE} IS NOT {_OF_CUSTOMER}").fetchall()


@pytest.fixture
def as_user(store: Store) -> AsUser:
    """``as_user("vera", customers=CustomerLevel.READ)``: the store on behalf of a new user."""

    def make(
        login: str,
        *,
        customers: CustomerLevel = CustomerLevel.ALL,
        projects: ProjectLevel = ProjectLevel.ALL,
        delete_customers: bool = False,
        admin: bool = False,
        business_unit: int | None = None,
        superior: int | None = None,
    ) -> Store:
        profile = store.users.create_profile(
            Profile(
                name=f"profile of {login}",
                customers=customers,
                delete_customers=delete_customers,
                projects=projects,
                admin=admin,
            )
        )
        store.users.create(
            NewUser(
                name=login.title(),
                login=login,
                profile=profile.id,
                business_unit=business_unit,
                superior=superior,
            )
        )
        return store.acting_as(login)

    return make


@pytest.fixture
def value(store: Store) -> Value:
    """``value(RegistryKind.KEYWORD, "VIP")``: its id, made if need be."""

    def find(kind: RegistryKind, name: str, **fields: Any) -> int:
        for known in store.registries.list(kind):
            if known.name == name:
                return known.id
        return store.registries.create(NewRegistryValue(kind=kind, name=name, **fields)).id

    return find
