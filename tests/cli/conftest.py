"""The command line as tests use it: commands run through main(), the store behind them opened by the port."""

from __future__ import annotations

import datetime as dt
import io
import os
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple, Protocol

import pytest
from tests import at_server
from tests.cli.over_http import Servers, why_not

from crm_tui.cli import main
from crm_tui.store.port import Store
from crm_tui.store.sql.store import open_store

DATA = Path(__file__).parent.parent / "data"
TODAY = dt.date(2026, 11, 18)


class Done(NamedTuple):
    """What a command returned and printed."""

    code: int
    out: str
    err: str


class Crm(Protocol):
    """Runs ``crm-tui --as ann`` with these arguments, without a terminal, on the store of this test."""

    def __call__(self, *arguments: object, login: str = "ann") -> Done: ...


OpenStore = Callable[[], Store]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Where the store of this test is kept."""
    return tmp_path / "data"


@pytest.fixture
def servers(
    request: pytest.FixtureRequest,
    home: Path,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Servers | None]:
    """Where the stores of the test are, if not with the command."""
    if not at_server.IS_OVER_HTTP:
        yield None
        return
    if reason := why_not(request.node.originalname):
        pytest.skip(reason)
    with closing(Servers(home, tmp_path_factory.mktemp("token"), monkeypatch)) as servers:
        yield servers


@pytest.fixture
def crm(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, servers: Servers | None) -> Iterator[Crm]:
    monkeypatch.setattr("sys.stdin", io.StringIO())
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.setenv("LC_MONETARY", "fi_FI.UTF-8")  # where the organization of a new store is
    mask = os.umask(0o022)

    def run(*arguments: object, login: str = "ann") -> Done:
        given = [str(each) for each in arguments]
        if servers is not None:
            given = servers.sent(given, login)
        capsys.readouterr()
        try:
            code = main(["--as", login, *given])
        except SystemExit as usage:
            code = int(usage.code or 0)
        return Done(code, *capsys.readouterr())

    yield run
    os.umask(mask)


@pytest.fixture
def opened(home: Path) -> Iterator[OpenStore]:
    """Opens the store of this test as ann, who set it up."""
    stores: list[Store] = []

    def make() -> Store:
        stores.append(open_store(home / "default.db", login="ann", clock=lambda: dt.datetime.now(dt.UTC)))
        return stores[-1]

    yield make
    for store in stores:
        store.close()
