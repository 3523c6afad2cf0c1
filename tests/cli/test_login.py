"""Signing in and out at a real server of this machine, at a terminal; the password and the token are seen nowhere."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

import pytest
from tests.store.serving import served
from tests.terminal.pty_app import PtyApp

from crm_tui.cli import DONE, ERROR, NOT_PERMITTED, NOTHING_FOUND, REMOTE_UNAVAILABLE, main
from crm_tui.cli.remote import open_server
from crm_tui.domain.errors import Away, NotSignedIn
from crm_tui.domain.users import NewOrganization
from crm_tui.secrets.secret import Secret
from crm_tui.secrets.tokens import TOKEN_FILE, Tokens
from crm_tui.server.app import make_app
from crm_tui.server.settings import Line, Settings
from crm_tui.store.devices import NewDevice
from crm_tui.store.http.store import open_remote
from crm_tui.store.locate import Place, check_address
from crm_tui.store.settings import FirstStart
from crm_tui.store.sql.connections import Database
from crm_tui.store.sql.gate import SqlGate
from crm_tui.store.sql.setup import set_up
from crm_tui.store.sql.store import SqlStore, open_store

PASSWORD = "canary horse battery staple"
#: this session has no keyring, as over SSH
_NO_KEYRING = {"PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}


#: stands for the package of that name in the process that asks it
_KEYRING = """
import pathlib
class Keyring:
    kept = pathlib.Path({path!r})
    def get_password(self, service, username):
        return self.kept.read_text().split("\\n")[1] if self.kept.exists() else None
    def set_password(self, service, username, password):
        self.kept.write_text(f"{{service}} {{username}}\\n{{password}}")
    def delete_password(self, service, username):
        self.kept.unlink()
Keyring.__module__ = "keyring.backends.libsecret"
get_keyring = Keyring
"""


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
    """The program in a terminal of 400 columns, with the folders of this test."""
    passed = {name: os.environ[name] for name in os.environ if name.startswith(("CRM_TUI_", "PYTHON_KEYRING"))}
    return PtyApp(["-m", "crm_tui", *arguments], env=passed, size=(400, 24))


def answered(app: PtyApp, question: str, answer: str) -> None:
    app.until_shown(question)
    app.send(f"{answer}\n".encode())


def typed(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    """Pipe lines in."""
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))


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
        app.until_shown("The keyring of this system can't be used: this session has none")
        answered(app, "[y/N]", "")
        assert app.until_end() == ERROR
        app.read_rest()
        assert "The token could not be kept, so you are not signed in." in app.screen
    assert valid(office) == []
    assert kept(office) is None
    with crm_tui("login", office.url, "--device", "Laptop", "--as", "admin") as app:
        answered(app, "Password of admin", PASSWORD)
        answered(app, "[y/N]", "y")
        assert app.until_end() == DONE
        app.read_rest()
        assert "With a name it is among your stores: [stores.NAME]" in app.screen
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


def test_an_error_of_ours_tells_nothing_of_what_was_typed(office: Office, tmp_path: Path) -> None:
    """Where signing in fails as nobody foresaw, with the password in its message and in variables."""
    script = f"""
import sys
from crm_tui.store.http import sign_in
from crm_tui.cli import main
def fail(url, who, *more):
    raise ValueError(who.password, who)
sign_in.sign_in = fail
sys.argv = ["crm-tui", "login", {office.url!r}, "--as", "admin"]
sys.exit(main())
"""
    folders = {name: os.environ[name] for name in os.environ if name.startswith("CRM_TUI_")}
    with PtyApp(["-c", script], env=folders, size=(400, 24)) as app:
        app.until_shown("Password of admin")
        for name in ("cmdline", "environ"):
            assert b"canary" not in Path(f"/proc/{app.process.pid}/{name}").read_bytes()
        app.send(f"{PASSWORD}\n".encode())
        assert app.until_end() == ERROR
        app.read_rest()
        assert "internal error (ValueError" in app.screen
        assert b"canary" not in app.raw
    (report,) = tmp_path.rglob("crash-*.txt")
    assert "sign_in" in report.read_text() or "login" in report.read_text()
    assert "canary" not in report.read_text()


def test_devices_and_passwords_are_managed_from_anywhere(
    office: Office, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed(monkeypatch, PASSWORD)
    assert main(["login", office.url, "--as", "admin", "--device", "Laptop", "--store-token-in-file"]) == DONE
    store = ("--store", office.url)
    typed(monkeypatch, PASSWORD)
    assert main([*store, "devices", "add", "admin", "--name", "Phone"]) == DONE
    phone = capsys.readouterr().out.splitlines()[-1]
    assert valid(office) == ["Phone", "Laptop"]
    with closing(open_remote(office.url, phone)) as there:
        assert there.users.me().user.login == "admin"
    assert main([*store, "--as", "admin", "devices"]) == DONE
    assert main([*store, "--as", "bo", "devices"]) == ERROR
    assert f"you are signed in at {office.place.name} as admin; crm-tui login" in capsys.readouterr().err
    typed(monkeypatch, "canary of another password", "not the one of now")
    assert main([*store, "users", "password", "admin"]) == ERROR
    assert "current: is not the one that you have now" in capsys.readouterr().err
    for new, current in (("canary of another password", PASSWORD), (PASSWORD, "canary of another password")):
        typed(monkeypatch, new, current)
        assert main([*store, "users", "password", "admin"]) == DONE
    laptop = next(device.id for device in office.store.devices.own() if device.name == "Laptop")
    assert main([*store, "devices", "revoke", str(laptop)]) == DONE
    assert main([*store, "devices"]) == NOT_PERMITTED
    assert f"crm-tui login {office.url}" in capsys.readouterr().err
    assert "canary" not in str(office.log)
    assert phone not in str(office.log)


def test_a_new_token_takes_the_place_of_the_earlier_one(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    for device in ("first", "second"):
        typed(monkeypatch, PASSWORD)
        assert main(["login", office.url, "--as", "admin", "--device", device, "--store-token-in-file"]) == DONE
    assert valid(office) == ["second"]


def test_a_token_lies_in_the_keyring_where_there_is_one(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    package, kept_in = tmp_path / "fake" / "keyring", tmp_path / "kept"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(_KEYRING.format(path=str(kept_in)))
    (package / "errors.py").write_text("KeyringLocked = InitError = NoKeyringError = KeyringError = OSError")
    monkeypatch.setenv("PYTHONPATH", str(package.parent))
    typed(monkeypatch, PASSWORD)
    assert main(["login", office.url, "--as", "admin"]) == DONE
    assert "; the token is in the keyring of this system.\n" in capsys.readouterr().out
    with closing(open_server(office.place)) as store:
        assert store.users.me().user.login == "admin"
    entry, token = kept_in.read_text().split("\n")
    assert entry == f"crm-tui {office.url}"
    holders = [path for path in tmp_path.rglob("*") if path.is_file() and token.encode() in path.read_bytes()]
    assert holders == [kept_in]
    assert main(["logout", office.url]) == DONE
    assert not kept_in.exists()
    assert valid(office) == []


def test_a_wrong_password_leaves_nothing(office: Office, tmp_path: Path) -> None:
    with crm_tui("login", office.url, "--as", "admin", "--store-token-in-file") as app:
        answered(app, "Password of admin", "wrong canary")
        assert app.until_end() == NOT_PERMITTED
        app.read_rest()
        assert "The login or the password is wrong." in app.screen
        assert b"canary" not in app.raw
    assert kept(office) is None
    assert "canary" not in str(office.log)


def test_signing_out_leaves_nothing_that_was_read(
    office: Office, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Path(os.environ["CRM_TUI_CONFIG"])
    settings.mkdir()
    (settings / "config.toml").write_text(f'[stores.office]\nurl = "{office.url}"\ncache = "disk"\n')
    typed(monkeypatch, PASSWORD)
    assert main(["login", "office", "--as", "admin", "--store-token-in-file"]) == DONE
    said = capsys.readouterr().out
    assert "crm-tui --store office opens it." in said
    assert "[stores.NAME]" not in said  # it has a name
    assert main(["--store", "office", "users"]) == DONE
    answers = Path(os.environ["CRM_TUI_CACHE"])
    assert any(b"Aino" in path.read_bytes() for path in answers.rglob("*") if path.is_file())
    typed(monkeypatch, PASSWORD)  # for a new token: what was kept for the earlier one would be nobody's
    assert main(["login", "office", "--as", "admin", "--store-token-in-file"]) == DONE
    assert [path for path in answers.rglob("*") if path.is_file()] == []
    assert main(["--store", "office", "users"]) == DONE
    assert any(b"Aino" in path.read_bytes() for path in answers.rglob("*") if path.is_file())
    assert main(["logout", "--store", "office"]) == DONE
    assert [path for path in answers.rglob("*") if path.is_file()] == []


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


def away(*question: object) -> NoReturn:
    """What is done by whoever asks a database that does not answer."""
    raise Away("crm on db.internal can't be reached.")


async def _a_page(scope: Any, receive: Any, send: Any) -> None:
    """What any other server may answer."""
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/html")]})
        await send({"type": "http.response.body", "body": b"<h1>Hello</h1>"})


def test_nobody_is_asked_for_a_password_where_it_would_lead_nowhere(
    office: Office, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def told(url: str, code: int) -> str:
        typed(monkeypatch)
        assert main(["login", url, "--as", "admin"]) == code
        return capsys.readouterr().err

    assert "There is no connection to 127.0.0.1:9." in told("http://127.0.0.1:9", REMOTE_UNAVAILABLE)
    with served(_a_page) as port:
        assert "Is it a crm-tui server" in told(f"http://127.0.0.1:{port}", ERROR)
    assert f"There is no crm-tui server at {office.url}/elsewhere; check the address." in told(
        f"{office.url}/elsewhere", ERROR
    )

    with monkeypatch.context() as patched:
        patched.setattr(SqlStore, "pulse", away)
        assert f"The database of {office.place.name} can't be reached" in told(office.url, REMOTE_UNAVAILABLE)
    assert "Nothing was typed" in told(office.url, ERROR)


def test_a_token_from_elsewhere_is_not_put_aside(
    office: Office, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(TOKEN_FILE, "/nowhere")
    assert main(["login", office.url, "--as", "admin"]) == ERROR
    assert f"{TOKEN_FILE} says where the token" in capsys.readouterr().err


def test_a_token_from_elsewhere_that_is_not_good_is_mended_there(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    token = tmp_path / "token"
    token.touch(mode=0o600)
    monkeypatch.setenv(TOKEN_FILE, str(token))
    assert main(["--store", office.url, "users"]) == ERROR
    assert f"{token} holds no token; there has to be one alone in it. {TOKEN_FILE} names it" in capsys.readouterr().err
    unknown = "crm_" + "0" * 64
    token.write_text(unknown)
    assert main(["--store", office.url, "users"]) == NOT_PERMITTED
    told = capsys.readouterr().err
    assert f"The token of {TOKEN_FILE} is not good at {office.place.name} (any more): put another one there" in told
    assert f"or take {TOKEN_FILE} out and sign in with crm-tui login {office.url}" in told
    monkeypatch.delenv(TOKEN_FILE)
    in_settings("team", url=office.url, more=f'token_command = ["echo", "{unknown}"]\n')
    assert main(["--store", "team", "users"]) == NOT_PERMITTED
    assert "The token of token_command in the settings is not good at team (any more)" in capsys.readouterr().err


def in_settings(*names: str, url: str, more: str = "") -> None:
    """Have the settings give a server these names."""
    folder = Path(os.environ["CRM_TUI_CONFIG"])
    folder.mkdir(parents=True, exist_ok=True)
    tables = (f'[stores.{name}]\nurl = "{url}{"" if name == names[0] else f"/{name}"}"\n{more}' for name in names)
    (folder / "config.toml").write_text("".join(tables))


def test_what_was_kept_on_disk_is_shown_while_the_server_is_away_and_said_to_be_old(
    office: Office, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(office.store) as there:
        in_settings("team", url=there.url, more='cache = "disk"\ntimeout = 2\n')
        typed(monkeypatch, PASSWORD)
        assert main(["login", "team", "--as", "admin", "--store-token-in-file"]) == DONE
        assert main(["--store", "team", "users"]) == DONE
        users, told = capsys.readouterr()
        assert told == ""
        with monkeypatch.context() as patched:
            patched.setattr(SqlGate, "visitor", away)
            assert main(["--store", "team", "users"]) == DONE
        again, told = capsys.readouterr()
        assert users.endswith(again)
        assert told.startswith("crm-tui: the database of team does not answer; what is shown was read earlier")
    assert main(["--store", "team", "users"]) == DONE
    again, told = capsys.readouterr()
    assert users.endswith(again)
    assert told.startswith("crm-tui: team does not answer; what is shown was read earlier, some of it at 20")
    assert main(["--store", "team", "find", "nothing that was read"]) == REMOTE_UNAVAILABLE


def test_a_look_up_on_behalf_of_another_is_refused_at_a_server(
    office: Office, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed(monkeypatch, PASSWORD)
    assert main(["login", office.url, "--as", "admin", "--store-token-in-file"]) == DONE
    for form in ([], ["--format", "vcard"]):
        assert main(["--store", office.url, "--as", "bo", "find", "acme", *form]) == ERROR
        assert "as admin; crm-tui login" in capsys.readouterr().err


def test_a_token_of_the_environment_is_for_the_server_that_is_named_alone(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    token = tmp_path / "token"
    token.touch(mode=0o600)
    token.write_text(office.store.devices.create(NewDevice(name="script", current=PASSWORD)).token)
    monkeypatch.setenv(TOKEN_FILE, str(token))
    in_settings("team", "other", url=office.url)
    assert main(["--store", "team", "stores", "--tsv"]) == DONE
    answers = [line.split("\t")[:3] for line in capsys.readouterr().out.splitlines()[1:]]
    assert answers == [["team", "server", "yes"], ["other", "server", "no"]]
