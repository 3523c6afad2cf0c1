"""The first page on a real terminal: painted before the program is there, taken over by it, and put back by whatever
comes between."""

import datetime as dt
import signal
from pathlib import Path

import pytest
from tests.terminal.pty_app import PtyApp, is_normal

from crm_tui.domain.customers import NewCustomer
from crm_tui.domain.users import NewOrganization
from crm_tui.store.settings import FirstStart
from crm_tui.store.sql.connections import Database
from crm_tui.store.sql.setup import set_up
from crm_tui.store.sql.store import open_store

NAMES = ("Ahlström Oyj", "Borealis Polymers Oy", "Cargotec Oyj")
OTHER_SCREEN = b"\x1b[?1049h"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """The file of a store with three customers, whose administrator is admin."""

    def clock() -> dt.datetime:
        return dt.datetime.now(dt.UTC)

    path = tmp_path / "small.db"
    database = Database.open(path)
    organization = NewOrganization(
        name="Kallio Consulting Oy", country="FI", currency="EUR", language="en", time_zone="Europe/Helsinki"
    )
    set_up(database, FirstStart(organization=organization, login="admin", user_name="Aino Admin"), clock)
    database.close()
    store = open_store(path, login="admin", clock=clock)
    for name in NAMES:
        store.customers.create(NewCustomer(name=name))
    store.close()
    return path


def program(path: Path, settings: Path) -> PtyApp:
    """The program on the store, with the settings in a folder."""
    env = {
        "TERM": "xterm-256color", "COLORTERM": "truecolor", "CRM_TUI_CONFIG": str(settings),
        "CRM_TUI_STATE": str(path.parent / "state"), "CRM_TUI_DATA": str(path.parent),
    }  # fmt: skip
    return PtyApp(["-m", "crm_tui", "--store", path, "--as", "admin"], env=env, size=(120, 40))


def test_what_is_typed_at_the_first_page_waits_for_the_program(path: Path, tmp_path: Path) -> None:
    with program(path, tmp_path) as app:
        app.until_written("Ahlström".encode())
        app.send(b"\x13j/bor")  # ctrl+s is no key of the list; no terminal is to stop for it
        assert b"Find anything" not in app.raw  # the keys at the foot: only the program knows them
        early = len(app.raw)
        app.until_shown("1 match")
        app.until_shown("1–1 of 1")
        assert app.raw.count(OTHER_SCREEN) == 1
        assert b"\x1b[2J" not in app.raw[early:]  # nothing was wiped away
        assert NAMES[1] in app.screen
        assert NAMES[0] not in app.screen
        assert "j/bor" not in app.screen
        app.signal(signal.SIGTERM)
        assert app.until_end() == 128 + signal.SIGTERM
        assert app.attributes_are_back()
        assert is_normal(app.raw)


def test_enter_at_the_first_page_opens_a_card(path: Path, tmp_path: Path) -> None:
    with program(path, tmp_path) as app:
        app.until_written("Ahlström".encode())
        app.send(b"j\r")
        app.until_shown(f"Customers › {NAMES[1]}")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_at_the_first_page_gives_the_terminal_back(number: signal.Signals, path: Path, tmp_path: Path) -> None:
    with program(path, tmp_path) as app:
        app.until_written("Ahlström".encode())
        app.signal(number)
        assert app.until_end() in (-number, 128 + number)
        assert app.attributes_are_back()
        assert app.raw.rfind(b"\x1b[?1049l") > app.raw.rfind(OTHER_SCREEN)
        assert app.raw.rfind(b"\x1b[?25h") > app.raw.rfind(b"\x1b[?25l")
        assert b"Traceback" not in app.raw


def test_the_first_page_has_the_theme_of_the_settings(path: Path, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('theme = "crm-light"\nescape_delay = 50\n')
    with program(path, tmp_path) as app:
        app.until_written("Ahlström".encode())
        assert b"Find anything" not in app.raw
        assert b"48;5;231" in app.raw  # white
        early = len(app.raw)
        app.until_shown("Find anything")
        assert b"\x1b[2J" not in app.raw[early:]


def test_wrong_settings_are_said_on_the_screen_of_the_shell(path: Path, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("theme = 3\n")
    with program(path, tmp_path) as app:
        assert app.until_end() == 2
        assert OTHER_SCREEN not in app.raw
        assert b"theme" in app.raw
    assert not Path(f"{path}-wal").exists()  # the store was closed
