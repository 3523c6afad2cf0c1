"""Which file a name or path means."""

from __future__ import annotations

from pathlib import Path

import pytest

from crm_tui.domain.errors import Invalid
from crm_tui.store.locate import store_path


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
