"""What the tests of the server stand on: one application for the whole run, whose store is set for each test."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
from msgspec.structs import replace
from tests.server.asgi import LoopTransport

from crm_tui.domain.errors import NotSignedIn
from crm_tui.domain.permissions import CustomerLevel, Profile, ProjectLevel
from crm_tui.domain.users import NewOrganization, NewUser
from crm_tui.server.app import make_app
from crm_tui.server.settings import Line, Settings
from crm_tui.store.gate import Issued, Visitor
from crm_tui.store.port import Store
from crm_tui.store.settings import FirstStart
from crm_tui.store.sql.connections import Database
from crm_tui.store.sql.setup import set_up
from crm_tui.store.sql.store import open_store

NOW = dt.datetime(2026, 11, 18, 10, 0, tzinfo=dt.UTC)
PASSWORD = "four words of a password"
ADMIN = "crm_token_of_admin"
FIRST_START = FirstStart(
    organization=NewOrganization(
        name="Kallio Consulting Oy", country="FI", currency="EUR", language="en", time_zone="Europe/Helsinki"
    ),
    login="admin",
    user_name="Aino Admin",
)


class KnownTokens:
    """A gate that knows tokens by heart: ``crm_token_of_LOGIN``."""

    def __init__(self) -> None:
        self.devices: dict[str, Visitor] = {}
        self.begin_anew()

    def begin_anew(self) -> None:
        """The administrator has the only token."""
        self.devices.clear()
        self.let_in("admin")

    def let_in(self, login: str) -> str:
        """A token of this user."""
        token = f"crm_token_of_{login}"
        self.devices[token] = Visitor(login, len(self.devices) + 1)
        return token

    def visitor(self, token: str) -> Visitor:
        """Whose token it is."""
        if token not in self.devices:
            raise NotSignedIn("Sign in anew: crm-tui login URL.")
        return self.devices[token]

    def sign_in(self, login: str, password: str, device: str) -> Issued:
        """A token, for PASSWORD."""
        if password != PASSWORD:
            raise NotSignedIn("Name or password is wrong.")
        token = self.let_in(login)
        return Issued(token, self.devices[token].device, login, NOW)

    def sign_out(self, token: str) -> None:
        """Forget it."""
        del self.devices[token]


class Lent:
    """A store that stands for another one, which is set for each test."""

    def __init__(self) -> None:
        self.store: Any = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)


class Served:
    """The application with what is around it."""

    def __init__(self, **settings: Any) -> None:
        self.lent, self.gate, self.lines = Lent(), KnownTokens(), list[Line]()
        plain = Settings(version="1.2.3", rate=1e9, burst=10**9, pulse_seconds=0.02, log=self.lines.append)
        self.settings = replace(plain, **settings)
        self.transport = LoopTransport(make_app(cast(Store, self.lent), self.gate, self.settings))

    def client(self, token: str | None = ADMIN) -> httpx.Client:
        """A client with this token."""
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        return httpx.Client(transport=_Shared(self.transport), base_url="http://crm.test/api/v1", headers=headers)


class _Shared(httpx.BaseTransport):
    """A transport that outlives its clients."""

    def __init__(self, inner: httpx.BaseTransport) -> None:
        self._inner = inner

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self._inner.handle_request(request)


@pytest.fixture(scope="session")
def session_app() -> Iterator[Served]:
    """The application."""
    served = Served()
    yield served
    served.transport.close()


@pytest.fixture(scope="session")
def just_set_up(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a store just set up, to be copied: to set one up takes longer than most tests."""
    folder = tmp_path_factory.mktemp("set_up")
    new_store(folder).close()
    return folder / "crm.db"


@pytest.fixture
def store(just_set_up: Path, tmp_path: Path) -> Iterator[Store]:
    """A store just set up, as its administrator."""
    path = tmp_path / "crm.db"
    shutil.copy(just_set_up, path)
    opened = open_store(path, login="admin", clock=lambda: NOW)
    yield opened
    opened.close()


def new_store(folder: Path) -> Store:
    """A store just set up, as its administrator."""
    path = folder / "crm.db"
    database = Database.open(path)
    set_up(database, FIRST_START, lambda: NOW)
    database.close()
    return open_store(path, login="admin", clock=lambda: NOW)


@pytest.fixture
def served(session_app: Served, store: Store) -> Served:
    """The application over the store of this test."""
    session_app.lent.store = store
    session_app.gate.begin_anew()
    session_app.lines.clear()
    session_app.transport.requests.clear()
    return session_app


@pytest.fixture
def client(served: Served) -> Iterator[httpx.Client]:
    """A client as the administrator."""
    with served.client() as client:
        yield client


@pytest.fixture
def client_of(served: Served, store: Store) -> Iterator[Callable[..., httpx.Client]]:
    """``client_of("vera", customers=CustomerLevel.READ)``: a client as a new user."""
    clients: list[httpx.Client] = []

    def make(
        login: str, customers: CustomerLevel = CustomerLevel.ALL, projects: ProjectLevel = ProjectLevel.ALL
    ) -> httpx.Client:
        profile = store.users.create_profile(Profile(name=f"of {login}", customers=customers, projects=projects))
        store.users.create(NewUser(name=login.title(), login=login, profile=profile.id))
        clients.append(served.client(served.gate.let_in(login)))
        return clients[-1]

    yield make
    for each in clients:
        each.close()
