"""A store that does not answer: the header says since when and of when is what is shown, and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, Self, cast

import pytest
from msgspec.structs import replace
from tests.driver import NOW, ZONE, Crm, WatchedApp, running
from tests.screens.kallavesi import customer_of

from crm_tui.domain.activities import NewNote
from crm_tui.domain.customers import CustomerChange
from crm_tui.domain.errors import Offline
from crm_tui.drafting import DraftKeeper
from crm_tui.screens.changing import Changing
from crm_tui.screens.present import offline
from crm_tui.store.locate import SERVER, Place
from crm_tui.store.port import Store
from crm_tui.store.reach import HERE, Reach
from crm_tui.store.sql.store import SqlStore

Open = Callable[[str], SqlStore]
LOST = Reach(offline_since=NOW - timedelta(minutes=17), as_of=NOW - timedelta(minutes=19))
WORDS = "offline since 14:03 · as of 14:01"


class Distant:
    """A store at a server: what was read of it is at hand, whatever is written is refused while it is out of reach."""

    def __init__(self, store: SqlStore, way: Way) -> None:
        self._store = store
        self._way = way

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def latest(self, slot: str) -> Self:
        return type(self)(self._store.latest(slot), self._way)

    def once(self, key: str) -> Self:
        written = self._store.once(key)
        return type(self)(written if self._way.reach is HERE else cast(SqlStore, Refusing()), self._way)

    def pulse(self) -> int:
        return self._store.pulse() if self._way.reach is HERE else self._way.last

    def reach(self) -> Reach:
        return self._way.reach


class Refusing:
    """A store to which nothing can be sent."""

    def __getattr__(self, facet: str) -> Self:
        return self

    def __call__(self, *values: object) -> None:
        raise Offline("crm.example", "crm.example does not answer; nothing was saved.")


class Way:
    """Whether the server is in reach."""

    def __init__(self) -> None:
        self.reach = HERE
        self.last = 0

    def lose(self, store: Store) -> None:
        self.last = store.pulse()
        self.reach = LOST


@pytest.fixture
def way() -> Way:
    return Way()


@pytest.fixture
def app(open_sample: Open, way: Way, tmp_path: Path, keeper: DraftKeeper) -> WatchedApp:
    store = cast(Store, Distant(open_sample("sanna"), way))
    where = Place("crm.example", SERVER, "https://crm.example")
    return WatchedApp(
        store, now=lambda: NOW, zone=ZONE, crash_folder=tmp_path, motion=False, drafts=keeper, where=where
    )


async def look(crm: Crm) -> None:
    """What happens every second."""
    for screen in crm.app.screen_stack:
        if isinstance(screen, Changing):
            screen.look_for_changes()
    await crm.settle()


async def test_the_header_says_since_when_on_every_screen_until_it_is_back(
    app: WatchedApp, way: Way, open_sample: Open
) -> None:
    async with running(app) as crm:
        await crm.see("crm.example (server)")
        crm.see_no("offline")
        way.lose(app.session.store)
        await look(crm)
        await crm.see(WORDS)
        await crm.open("kallavesi")
        await crm.see(WORDS)
        await crm.resize(80, 24)
        await crm.see("offline · as of 14:01")
        await crm.press("escape")
        await crm.see("offline · as of 14:01")
        await crm.resize(120, 40)
        row = crm.table.cursor_row
        assert row is not None
        customer = int(row.id)
        other = open_sample("mikael")
        revision = other.customers.get(customer).revision
        other.customers.update(customer, revision, CustomerChange(name="Renamed meanwhile"))
        await look(crm)
        crm.see_no("Renamed meanwhile")
        way.reach = HERE
        await look(crm)
        await crm.see("Renamed meanwhile")
        crm.see_no("offline")


async def test_what_can_not_be_saved_stays_in_its_form_and_as_a_draft(
    app: WatchedApp, way: Way, keeper: DraftKeeper
) -> None:
    async with running(app) as crm:
        await crm.press("enter", "n")
        await crm.see("New note")
        await crm.type("crane")
        way.lose(app.session.store)
        await crm.press("ctrl+s")
        await crm.see("crm.example does not answer; nothing was saved. What you typed")
        await crm.see("New note", "crane")
        app.save_drafts()
        assert [draft.values["text"] for draft in keeper.all()] == ["crane"]
        way.reach = HERE
        await crm.press("ctrl+s")
        await crm.see("crane")
        crm.see_no("New note")
        keeper.flush()
        assert keeper.all() == ()


async def test_what_a_colleague_saves_appears_and_neither_cursor_nor_typed_text_moves(
    app: WatchedApp, open_sample: Open
) -> None:
    other = open_sample("mikael")
    async with running(app) as crm:
        await crm.open("kallavesi")
        await crm.press("home", "down")
        customer, row = customer_of(crm).id, crm.row
        await crm.press("n")
        await crm.type("crane")
        other.notes.create(NewNote(customer=customer, text="Their hydraulics leak"))
        await look(crm)
        await crm.see("New note", "crane")
        await crm.press("escape", "D")
        await crm.settle()
        await look(crm)
        await crm.see("Their hydraulics leak")
        assert crm.row == row


@pytest.mark.parametrize(
    ("reach", "words"),
    [
        (HERE, ""),
        (Reach(offline_since=NOW), "offline since 14:20"),
        (LOST, WORDS),
        (Reach(offline_since=NOW - timedelta(days=1), as_of=NOW - timedelta(days=400)),
         "offline since 17 Nov 14:20 · as of 14 Oct 25 15:20"),
    ],
)  # fmt: skip
def test_the_words_name_another_day(reach: Reach, words: str) -> None:
    assert offline(reach, NOW, ZONE)[0].plain == words


def test_the_words_say_that_only_the_database_is_away() -> None:
    whole, short = offline(replace(LOST, only_database=True), NOW, ZONE)
    assert (whole.plain, short.plain) == (f"database {WORDS}", "no database · as of 14:01")
