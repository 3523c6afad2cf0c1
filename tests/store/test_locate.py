"""Which file a name or path means."""

from __future__ import annotations

from pathlib import Path

import pytest

from crm_tui.domain.errors import Invalid
from crm_tui.store.known import StoreSettings
from crm_tui.store.locate import FILE, POSTGRES, SERVER, place, store_path


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        (None, "/data/default.db"),
        ("work", "/data/work.db"),
        ("Aalto Oy 2", "/data/Aalto Oy 2.db"),
        ("a.b", "/data/a.b.db"),
        ("x.db", "x.db"),
        ("X.SQLITE", "X.SQLITE"),
        ("./work", "work"),
        ("/srv/crm", "/srv/crm"),
    ],
)
def test_a_name_is_in_the_data_folder_and_a_path_is_a_path(given: str | None, meant: str) -> None:
    assert store_path(given, Path("/data")) == Path(meant)


def test_home_is_understood(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/aino")
    assert store_path("~/crm.db", Path("/data")) == Path("/home/aino/crm.db")


@pytest.mark.parametrize("given", ["", " ", ".", "..", "-x", ".hidden", "a\0b", "a\nb", "a:b", "x" * 101])
def test_what_is_neither_name_nor_path_is_refused(given: str) -> None:
    with pytest.raises(Invalid, match=r"^store: "):
        store_path(given, Path("/data"))


def test_an_address_is_refused_without_its_password() -> None:
    with pytest.raises(Invalid, match="only local stores are supported") as caught:
        store_path("https://aino:secret@crm.example", Path("/data"))
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("address", "kind", "name"),
    [
        ("https://crm.example", SERVER, "crm.example"),
        ("https://crm.example:8443/team/", SERVER, "crm.example:8443"),
        ("http://127.0.0.1:8000", SERVER, "127.0.0.1:8000"),
        ("http://[::1]:8000", SERVER, "[::1]:8000"),
        ("http://localhost", SERVER, "localhost"),
        ("postgresql://crm@db.example/team", POSTGRES, "team on db.example"),
        ("postgres:///team?host=/run/postgresql", POSTGRES, "team"),
    ],
)
def test_an_address_is_of_a_server_or_a_database(address: str, kind: str, name: str) -> None:
    found = place(address, "/data", {})
    assert (found.kind, found.name, found.where) == (kind, name, address.rstrip("/"))


@pytest.mark.parametrize(
    "address",
    [
        "HTTPS://CRM.Example/",
        "https://crm.example:443",
        "https://crm.example:",
        "https://crm.example/?",
        "https://crm.example//",
    ],
)
def test_a_server_is_one_however_its_address_is_written(address: str) -> None:
    assert place(address, "/data", {}).where == "https://crm.example"


@pytest.mark.parametrize(
    "address",
    [
        "https://aino:Secret1@crm.example",
        "https://Secret1@crm.example",
        "https://crm.example?token=Secret1",
        "https://crm.example#Secret1",
        "postgresql://aino:Secret1@db.example/team",
        "postgresql://aino@db.example/team?password=Secret1",
        "postgresql://aino@db.example/team?pass%77ord=Secret1",
        "postgresql://aino:Secret1@db.example:99999/team",
        "http://Secret1.example",
        "ftp://Secret1",
        "https://",
        "https://Secret 1",
    ],
)
def test_an_address_that_holds_a_secret_or_is_none_is_refused_without_repeating_it(address: str) -> None:
    with pytest.raises(Invalid, match=r"^store: ") as caught:
        place(address, "/data", {})
    assert "Secret" not in str(caught.value) or address.startswith("http://")


def test_a_name_of_the_settings_comes_before_a_file_of_that_name() -> None:
    stores = {
        "team": StoreSettings(url="https://crm.example"),
        "old": StoreSettings(path=Path("/srv/old.db")),
    }
    assert place("team", "/data", stores).where == "https://crm.example"
    assert place("old", "/data", stores).where == "/srv/old.db"
    assert place("other", "/data", stores).where == "/data/other.db"
    assert place("./team", "/data", stores).kind == FILE
    assert place(None, "/data", stores, "team").kind == SERVER
    assert place(None, "/data", stores).where == "/data/default.db"
    assert place("other", "/data", stores, "team").where == "/data/other.db"
