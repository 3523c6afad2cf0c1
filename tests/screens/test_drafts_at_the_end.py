"""What is typed last is kept when the program is ended, though no message of it has come to the form yet."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.driver import NOW, ZONE, Crm, WatchedApp, running
from textual.widgets import TextArea

from crm_tui.drafting import DraftKeeper
from crm_tui.store.drafts import Draft
from crm_tui.store.sql.store import SqlStore


@pytest.fixture
def app(open_sample: Callable[[str], SqlStore], tmp_path: Path, keeper: DraftKeeper) -> WatchedApp:
    return WatchedApp(
        open_sample("sanna"), now=lambda: NOW, zone=ZONE, crash_folder=tmp_path, motion=False, drafts=keeper
    )


async def test_the_last_key_is_kept(app: WatchedApp, keeper: DraftKeeper) -> None:
    async with running(app) as crm:
        await open_note(crm)
        type_at_once(app, "crane")
        app.save_drafts()
        assert texts(keeper.all()) == ["crane"]


async def test_a_form_below_a_question_is_kept(app: WatchedApp, keeper: DraftKeeper) -> None:
    async with running(app) as crm:
        await open_note(crm)
        await crm.type("crane")
        await crm.press("escape")
        await crm.see("What you typed is not saved yet")
        app.save_drafts()
        assert texts(keeper.all()) == ["crane"]


async def test_what_was_thrown_away_stays_away(app: WatchedApp, keeper: DraftKeeper) -> None:
    async with running(app) as crm:
        await open_note(crm)
        await crm.type("crane")
        await crm.press("escape", "D")
        app.save_drafts()
        assert keeper.all() == ()


async def test_a_form_that_holds_nothing_new_is_no_draft(app: WatchedApp, keeper: DraftKeeper) -> None:
    async with running(app) as crm:
        await open_note(crm)
        app.save_drafts()
        assert keeper.all() == ()


async def open_note(crm: Crm) -> None:
    await crm.press("enter", "n")
    await crm.see("New note")


def type_at_once(app: WatchedApp, text: str) -> None:
    """Type without a moment in which any message could be handled."""
    area = app.focused
    assert isinstance(area, TextArea)
    area.insert(text)


def texts(drafts: tuple[Draft, ...]) -> list[str]:
    return [draft.values["text"] for draft in drafts]
