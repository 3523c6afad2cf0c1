"""Another store is opened in the place of the one that is worked on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Event

import pytest
from tests.driver import NOW, PATIENCE, ZONE, WatchedApp, running
from tests.screens.conftest import set_up_store

from crm_tui.domain.errors import Offline, Unavailable
from crm_tui.drafting import DraftKeeper
from crm_tui.opened import Opened
from crm_tui.screens.base import CrmScreen
from crm_tui.store.locate import FILE, SERVER, Place
from crm_tui.store.port import Store
from crm_tui.store.sql.drafts import open_drafts
from crm_tui.store.sql.store import SqlStore

DEMO = Place("demo", FILE, "/srv/demo.db")
FRESH = Place("fresh", FILE, "/srv/fresh.db")
TEAM = Place("team", SERVER, "https://crm.example")


class Known:
    """Three stores, of which the server does not answer."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def known(self) -> Sequence[Place]:
        return (DEMO, FRESH, TEAM)

    def open(self, place: Place) -> Opened:
        if place is TEAM:
            raise Offline("crm.example", "crm.example does not answer.")
        store = set_up_store(self._folder / "fresh.db")
        drafts = open_drafts(self._folder / "drafts.db", store="fresh", actor="admin")
        return Opened(store, place, DraftKeeper(drafts), ("This one is told at the start.",))


@pytest.fixture
def app(open_sample: Callable[[str], SqlStore], tmp_path: Path, keeper: DraftKeeper) -> WatchedApp:
    return WatchedApp(
        open_sample("sanna"),
        now=lambda: NOW,
        zone=ZONE,
        crash_folder=tmp_path,
        motion=False,
        drafts=keeper,
        where=DEMO,
        stores=Known(tmp_path),
    )


async def test_the_chosen_store_takes_the_place_of_the_other(app: WatchedApp) -> None:
    async with running(app) as crm:
        await crm.open("kallavesi")
        await crm.press(":")
        await crm.type("stores")
        await crm.press("enter")
        await crm.see("it is open: file /srv/demo.db", "file: /srv/fresh.db", "server: https://crm.example")
        await crm.press("down", "enter")
        await crm.see("No customers yet", "Aino Admin · fresh")
        await crm.expect_toast("This one is told at the start.")
        crm.see_no("Kallavesi")
        await crm.press("2")
        await crm.see("Aino Admin · fresh")
    app.let_go()


async def test_what_is_being_saved_is_waited_for_and_told(app: WatchedApp) -> None:
    go = Event()

    def fails(_: Store) -> None:
        assert go.wait(PATIENCE)
        raise Unavailable("The disk is full.")

    async with running(app) as crm:
        screen = app.screen
        assert isinstance(screen, CrmScreen)
        old = screen.store
        screen.change(fails)
        app.open_store(FRESH)
        await crm.pilot.press("2")
        await crm.pilot.pause()
        assert screen.is_running
        assert old.users.me().user.login == "sanna"
        go.set()
        await crm.expect_toast("The disk is full.")
        await crm.see("Aino Admin · fresh")
        await crm.see("No contacts yet")
    app.let_go()


async def test_one_that_does_not_answer_leaves_everything_as_it_is(app: WatchedApp) -> None:
    async with running(app) as crm:
        await crm.press(":")
        await crm.type("stores")
        await crm.press("enter")
        await crm.see("server: https://crm.example")
        await crm.press("end", "enter")
        await crm.expect_toast("crm.example does not answer.")
        await crm.see("Sanna Virtanen · demo", "Kallavesi")
