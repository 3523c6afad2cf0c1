"""Signing in and out at a real server of this machine, at a terminal; the password and the token are seen nowhere."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest
from tests.store.serving import served
from tests.terminal.pty_app import PtyApp

from crm_tui.cli import DONE, ERROR, NOT_PERMITTED, NOTHING_FOUND, REMOTE_UNAVAILABLE, main
from crm_tui.cli.remote import open_server
from crm_tui.domain.errors import NotSignedIn
from crm_tui.domain.users import NewOrganization
from crm_tui.secrets.secret import Secret
from crm_tui.secrets.tokens import TOKEN_FILE, Tokens
from crm_tui.server.app import make_app
from crm_tui.server.settings import Line, Settings
from crm_tui.store.locate import Place, check_address
from crm_tui.store.settings import FirstStart
from crm_tui.store.sql.connections import Database
from crm_tui.store.sql.setup import set_up
from crm_tui.store.sql.store import SqlStore, open_store

PASSWORD = "canary horse battery staple"
#: this session has no keyring, as over SSH
_NO_KEYRING = {"PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}


class Office(NamedTuple):
    """A server, the store behind it, and what it has logged."""

    place: Place
    store: SqlStore
    log: list[Line]

    @property
    def url(self) -> str:
        return self.place.where


def clock() -> datetime:
    return datetime.now(UTC)


@contextmanager
def serving(store: SqlStore) -> Iterator[Office]:
    log: list[Line] = []
    with closing(store.gate()) as gate, served(make_app(store, gate, Settings(version="1", log=log.append))) as port:
        yield Office(check_address(f"http://127.0.0.1:{port}"), store, log)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """The server of a store of admin, whose password is PASSWORD."""
    path = tmp_path_factory.mktemp("office") / "crm.db"
    acme = NewOrganization(name="Acme Oy", country="FI", currency="EUR", language="fi", time_zone="Europe/Helsinki")
    with closing(Database.open(path)) as database:
        set_up(database, FirstStart(organization=acme, login="admin", user_name="Aino"), clock)
    with closing(open_store(path, login="admin", clock=clock)) as store:
        store.devices.set_password(store.users.me().user.id, PASSWORD)
        with serving(store) as office:
            yield office


@pytest.fixture(autouse=True)
def no_keyring(monkeypatch: pytest.MonkeyPatch, office: Office) -> None:
    for name, value in _NO_KEYRING.items():
        monkeypatch.setenv(name, value)
    office.store.devices.revoke_all(office.store.users.me().user.id)
    office.log.clear()


def crm_tui(*arguments: str) -> PtyApp:
    """The program in a terminal of 200 columns, with the folders of this test."""
    passed = {name: os.environ[name] for name in os.environ if name.startswith(("CRM_TUI_", "PYTHON_KEYRING"))}
    return PtyApp(["-m", "crm_tui", *arguments], env=passed, size=(200, 24))


def answered(app: PtyApp, question: str, answer: str) -> None:
    app.until_shown(question)
    app.send(f"{answer}\n".encode())


def valid(office: Office) -> list[str]:
    """The devices that may come in."""
    return [device.name for device in office.store.devices.own() if device.revoked_at is None]


def kept(office: Office) -> str | None:
    token = Tokens().kept(office.url)
    return token.reveal() if token else None


def test_one_signs_in_works_and_signs_out(office: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with crm_tui("login", office.url, "--device", "Laptop") as app:
        answered(app, "Login at 127.0.0.1", "admin")
        answered(app, "Password of admin at 127.0.0.1", PASSWORD)
        answered(app, "The keyring of this system can't be used: this session has none", "")
        assert app.until_end() == ERROR
        app.read_rest()
        assert "The token could not be kept, so you are not signed in." in app.screen
    assert valid(office) == []
    assert kept(office) is None
    with crm_tui("login", office.url, "--device", "Laptop", "--as", "admin") as app:
        answered(app, "Password of admin", PASSWORD)
        answered(app, "Keep the token in the file", "y")
        assert app.until_end() == DONE
        app.read_rest()
        assert f"Signed in at {office.place.name} as admin until 20" in app.screen
        shown = bytes(app.raw)
    token = kept(office)
    assert token is not None
    assert valid(office) == ["Laptop"]
    for canary in (token, PASSWORD):
        assert canary.encode() not in shown
        assert canary not in str(office.log)
    holders = [path for path in tmp_path.rglob("*") if path.is_file() and token.encode() in path.read_bytes()]
    assert [path.stat().st_mode & 0o777 for path in holders] == [0o600]
    assert [path for path in tmp_path.rglob("*") if path.is_file() and b"canary" in path.read_bytes()] == []

    with closing(open_server(office.place)) as store:
        assert store.users.me().user.login == "admin"
    answers = Path(os.environ["CRM_TUI_CACHE"]) / "servers"
    assert main(["logout", office.url]) == DONE
    assert capsys.readouterr().out == f"Signed out at {office.place.name}; nothing of it is kept here.\n"
    assert valid(office) == []
    assert kept(office) is None
    assert not answers.exists()
    with pytest.raises(NotSignedIn, match=f"crm-tui login {office.url}"):
        open_server(office.place)
    assert main(["logout", office.url]) == NOTHING_FOUND


def test_a_new_token_takes_the_place_of_the_earlier_one(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    for device in ("first", "second"):
        read, write = os.pipe()
        os.write(write, f"{PASSWORD}\n".encode())
        os.close(write)
        with open(read) as piped:
            monkeypatch.setattr("sys.stdin", piped)
            arguments = ["login", office.url, "--as", "admin", "--device", device, "--store-token-in-file"]
            assert main(arguments) == DONE
    assert valid(office) == ["second"]


def test_a_wrong_password_leaves_nothing(office: Office, tmp_path: Path) -> None:
    with crm_tui("login", office.url, "--as", "admin", "--store-token-in-file") as app:
        answered(app, "Password of admin", "wrong canary")
        assert app.until_end() == NOT_PERMITTED
        app.read_rest()
        assert "The login or the password is wrong." in app.screen
        assert b"canary" not in app.raw
    assert kept(office) is None
    assert "canary" not in str(office.log)


def test_who_is_offline_forgets_the_token_and_hears_that_it_is_still_good(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    gone = check_address("http://127.0.0.1:9")
    path = Tokens().keep_in_file(gone.where, Secret("crm_" + "0" * 64))
    assert main(["logout", gone.where]) == REMOTE_UNAVAILABLE
    assert "the server would still take it" in capsys.readouterr().err
    assert not path.exists()
    with pytest.raises(SystemExit):
        main(["login"])
    assert main(["login", "http://crm.example.com"]) == ERROR
    assert "https" in capsys.readouterr().err


def test_a_token_from_elsewhere_is_not_put_aside(
    office: Office, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(TOKEN_FILE, "/nowhere")
    assert main(["login", office.url, "--as", "admin"]) == ERROR
    assert f"{TOKEN_FILE} says where the token" in capsys.readouterr().err
