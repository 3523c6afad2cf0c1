"""Nothing that is typed in a form is lost, however the program ends, and nothing that is saved comes twice.

The real program in real terminals. Tests do a tenth of it; all of it is in the soak.
"""

from __future__ import annotations

import datetime as dt
import random
import signal
from pathlib import Path

import pytest
from tests.terminal.pty_app import PtyApp
from tests.terminal.typing_in_forms import COST, ENDS, ENTER, FORMS, OFFER, WAYS, Desk, Typist, go_on, kept, walk
from tests.terminal.typing_in_forms import type_until_the_end as type_until

from crm_tui.store.activities import FeedPart
from crm_tui.store.paging import PageRequest

SAVE = b"\x13"
SAVED = "Saved."
NOTE = next(way for way in WAYS if way.form == "note")
#: the customer with the cards' many rows is the last that is made
KALLAVESI = 3
#: seconds in which a note is saved, roughly
SAVING = 0.15


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Copy it for each run."""
    return Desk.make(tmp_path_factory.mktemp("desk") / "made")


@pytest.mark.parametrize("end", ENDS)
def test_what_was_typed_is_offered_at_the_next_start(desk: Desk, tmp_path: Path, end: str) -> None:
    chance = random.Random(end)
    first = list(ENDS).index(end) * 2
    for run in range(2):
        way = WAYS[(first + run) % len(WAYS)]
        mine = desk.copy(tmp_path / str(run))
        text = type_until(mine, way, end, chance)
    with mine.start() as app:
        go_on(app, way, text)
    assert [kept(draft, way) for draft in mine.drafts()] == [text]  # and again, until it is saved or thrown away


@pytest.mark.soak
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("end", ENDS)
@pytest.mark.timeout(1800)
def test_what_was_typed_is_always_offered(desk: Desk, tmp_path: Path, end: str, form: str) -> None:
    chance = random.Random(f"{end} {form}")
    ways = [way for way in WAYS if way.form == form]
    for run in range(50):
        way = ways[run % len(ways)]
        mine = desk.copy(tmp_path / str(run))
        text = type_until(mine, way, end, chance)
        if run % 10 < len(ways):
            with mine.start() as app:
                go_on(app, way, text)
            assert [kept(draft, way) for draft in mine.drafts()] == [text]


def test_what_was_saved_is_not_offered(desk: Desk, tmp_path: Path) -> None:
    mine = desk.copy(tmp_path / "desk")
    with mine.start() as app:
        typist = begin_note(app, random.Random(1))
        app.send(SAVE)
        app.until_shown(SAVED)
        app.signal(signal.SIGKILL)
        app.until_end()
    with mine.start() as app:
        assert_nothing_is_offered(app)
    assert notes_saying(mine, typist.typed) == 1


@pytest.mark.parametrize("runs", [5, pytest.param(50, marks=pytest.mark.soak)])
def test_what_is_killed_while_it_is_saved_is_there_once(desk: Desk, tmp_path: Path, runs: int) -> None:
    chance = random.Random(2)
    for run in range(runs):
        mine = desk.copy(tmp_path / str(run))
        with mine.start() as app:
            typist = begin_note(app, chance)
            app.send(SAVE)
            app.watch(chance.uniform(0, SAVING))
            app.signal(signal.SIGKILL)
            app.until_end()
        saved = notes_saying(mine, typist.typed)
        with mine.start() as app:
            if saved:
                assert_nothing_is_offered(app)
            else:
                go_on(app, NOTE, typist.typed)
                app.send(SAVE)
                app.until_shown(SAVED)
        assert notes_saying(mine, typist.typed) == 1


def begin_note(app: PtyApp, chance: random.Random) -> Typist:
    """A note that is typed, and on the screen for so long that a kill can cost nothing of it."""
    walk(app, NOTE)
    typist = Typist(app, chance)
    typist.write()
    app.watch(COST)
    return typist


def assert_nothing_is_offered(app: PtyApp) -> None:
    """Neither at the start nor when asked for."""
    app.until_shown("1–3 of 3")
    app.send(b":drafts")
    app.until_shown("Go on with what you typed")
    app.send(ENTER)
    app.until_shown("There is nothing that you typed")
    assert OFFER not in app.screen


def notes_saying(desk: Desk, text: str) -> int:
    """How many notes of this text the store holds."""
    store, now = desk.open_store(), dt.datetime.now(dt.UTC)
    try:
        rows = store.activities.feed(KALLAVESI, FeedPart.PAST, PageRequest(limit=500), now, now.date(), ("note",)).rows
    finally:
        store.close()
    return sum(row.name == text for row in rows)
