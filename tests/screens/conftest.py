"""The sample company, made once and copied for each test, and the program on it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from pathlib import Path
from typing import Protocol

import pytest
from tests import at_server
from tests.driver import NOW, Crm, crm_app, running

from crm_tui.config import Settings
from crm_tui.demo.build import build
from crm_tui.domain.users import NewOrganization
from crm_tui.drafting import DraftKeeper
from crm_tui.registers.port import Registers
from crm_tui.store.settings import FirstStart
from crm_tui.store.sql.connections import Database
from crm_tui.store.sql.drafts import open_drafts
from crm_tui.store.sql.setup import set_up
from crm_tui.store.sql.store import SqlStore, open_store

CUSTOMERS = 60
#: with every run over HTTP, too: one of each screen; all of them in the soak
OVER_HTTP = frozenset(
    (
        "test_the_card_opens_on_its_first_tab_with_key_figures_in_the_strip",
        "test_typing_narrows_at_once_and_enter_goes_to_the_rows",
        "test_contacts_are_narrowed_and_shown_in_full",
        "test_values_are_added_renamed_ordered_disabled_and_all_of_it_undone",
        "test_u_takes_the_last_change_back_and_shift_u_does_it_again",
        "test_late_ones_stand_first_then_todays_later_and_past_ones",
        "test_a_file_lands_where_asked_whole_and_for_its_owner_alone",
    )
)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Some tests twice: on the store itself, and over HTTP. In the soak all are."""
    if metafunc.function.__name__ in OVER_HTTP and not at_server.IS_OVER_HTTP:
        metafunc.fixturenames.append("over_http")
        metafunc.parametrize("over_http", [False, True], ids=["itself", "http"], indirect=True)


@pytest.fixture
def over_http(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether the program is at a server."""
    monkeypatch.setattr(at_server, "IS_OVER_HTTP", request.param)


class Start(Protocol):
    """Type of the fixture `start`: the program on the sample company, as one of its users."""

    def __call__(
        self,
        login: str = "sanna",
        *,
        size: tuple[int, int] = (120, 40),
        theme: str = "crm-dark",
        settings: Settings | None = None,
        store: SqlStore | None = None,
        registers: Registers | None = None,
        now: datetime | Callable[[], datetime] = NOW,
    ) -> AbstractAsyncContextManager[Crm]: ...


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of the sample company. Copy it before writing to it."""
    path = tmp_path_factory.mktemp("sample") / "demo.db"
    build(path, seed=1, today=NOW.date(), customers=CUSTOMERS)
    return path


@pytest.fixture
def open_sample(sample: Path, tmp_path: Path) -> Iterator[Callable[[str], SqlStore]]:
    """Opens a copy of the sample company as a user; it is closed after the test."""
    path = tmp_path / "demo.db"
    opened: list[SqlStore] = []

    def opening(login: str) -> SqlStore:
        if not path.exists():
            shutil.copy(sample, path)  # with its mode: readable by its owner alone
        opened.append(open_store(path, login=login, clock=lambda: NOW))
        return opened[-1]

    yield opening
    for store in opened:
        store.close()


def set_up_store(path: Path) -> SqlStore:
    """A store that was set up just now, as its administrator."""
    database = Database.open(path)
    organization = NewOrganization(
        name="Kallio Consulting Oy", country="FI", currency="EUR", language="en", time_zone="Europe/Helsinki"
    )
    set_up(database, FirstStart(organization=organization, login="admin", user_name="Aino Admin"), lambda: NOW)
    database.close()
    return open_store(path, login="admin", clock=lambda: NOW)


@pytest.fixture
def fresh_store(tmp_path: Path) -> Iterator[SqlStore]:
    """A store that holds no customer."""
    store = set_up_store(tmp_path / "fresh.db")
    yield store
    store.close()


@pytest.fixture
def start(open_sample: Callable[[str], SqlStore], tmp_path: Path) -> Start:
    """Starts the program; it ends after the test, and must not have ended with an error."""

    def starting(
        login: str = "sanna",
        *,
        size: tuple[int, int] = (120, 40),
        theme: str = "crm-dark",
        settings: Settings | None = None,
        store: SqlStore | None = None,
        registers: Registers | None = None,
        now: datetime | Callable[[], datetime] = NOW,
    ) -> AbstractAsyncContextManager[Crm]:
        app = crm_app(
            store or open_sample(login), tmp_path, theme=theme, settings=settings, registers=registers, now=now
        )
        return running(app, size)

    return starting


@pytest.fixture
def keeper(tmp_path: Path) -> Iterator[DraftKeeper]:
    """Keeps the drafts of Sanna; it writes nothing but when it is told to."""
    keeper = DraftKeeper(open_drafts(tmp_path / "drafts.db", store="demo", actor="sanna"), delay=3600)
    yield keeper
    keeper.close()
