"""At the start what was typed and not saved is offered again. A key that was meant for something else drops none of
it, and who has begun to type is not interrupted."""

from __future__ import annotations

import string
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from threading import Event
from time import monotonic
from typing import Any

import pytest
from tests.driver import NOW, PATIENCE, Crm, crm_app, running
from tests.screens.kallavesi import NUMBER

from crm_tui.drafting import DraftKeeper
from crm_tui.screens.customers import CustomersScreen
from crm_tui.screens.dialogs.find import FindDialog
from crm_tui.screens.dialogs.form_dialog import FormDialog
from crm_tui.store.drafts import Draft
from crm_tui.store.sql.customers import SqlCustomers
from crm_tui.store.sql.drafts import open_drafts
from crm_tui.store.sql.store import SqlStore
from crm_tui.widgets.choose import ChooseDialog
from crm_tui.widgets.confirm import ConfirmDialog

OFFER = "Typed and not saved: go on?"
PRINTABLE = string.ascii_letters + string.digits + string.punctuation


@pytest.fixture
def keeper(tmp_path: Path, open_sample: Callable[[str], SqlStore]) -> Iterator[DraftKeeper]:
    """Keeps two notes that were not saved."""
    customer = open_sample("sanna").customers.by_number(NUMBER).id
    keeper = DraftKeeper(open_drafts(tmp_path / "drafts.db", store="demo", actor="sanna"))
    for text in ("Crane on Friday", "Gate 2 is closed"):
        keeper.note(
            Draft(
                key=text, form="note", title=f"Note: {text}", customer=customer, entity=None, revision=None,
                before={"text": None, "case": None}, values={"text": text, "case": None}, at=NOW,
            )
        )  # fmt: skip
    keeper.flush()
    yield keeper
    keeper.close()


class Starting:
    """The program while it reads the drafts; `answer` lets it have them."""

    def __init__(self, crm: Crm, go: Event) -> None:
        self.crm, self._go = crm, go

    async def type(self, *keys: str) -> None:
        """Press keys before the drafts are there."""
        await self.crm.pilot.press(*keys)

    def let_be_read(self) -> None:
        """The drafts can be read."""
        self._go.set()

    async def answer(self) -> None:
        """The drafts have been read."""
        self.let_be_read()
        await self.crm.settle()


@asynccontextmanager
async def started(store: SqlStore, folder: Path, keeper: DraftKeeper) -> AsyncIterator[Crm]:
    """The program with these drafts, which it offers."""
    async with running(crm_app(store, folder, drafts=keeper)) as crm:
        await crm.see(OFFER, "Note: Crane on Friday", "Note: Gate 2 is closed")
        yield crm


@asynccontextmanager
async def starting(
    store: SqlStore, folder: Path, keeper: DraftKeeper, patch: pytest.MonkeyPatch
) -> AsyncIterator[Starting]:
    """The program before it has read these drafts."""
    go, real = Event(), keeper.all

    def late() -> tuple[Draft, ...]:
        assert go.wait(PATIENCE)
        return real()

    patch.setattr(keeper, "all", late)
    app = crm_app(store, folder, drafts=keeper)
    async with app.run_test(size=(120, 40)) as pilot:
        yield Starting(Crm(app, pilot), go)
    assert app.crash is None


def kept(keeper: DraftKeeper) -> list[str]:
    """The texts of the drafts on the disk."""
    keeper.flush()
    return sorted(draft.values["text"] for draft in keeper.all())


BOTH = ["Crane on Friday", "Gate 2 is closed"]


async def test_a_stray_letter_does_nothing(
    open_sample: Callable[[str], SqlStore], tmp_path: Path, keeper: DraftKeeper
) -> None:
    async with started(open_sample("sanna"), tmp_path, keeper) as crm:
        for key in PRINTABLE:
            await crm.press(key)
            assert isinstance(crm.app.screen, ChooseDialog), key
        await crm.see(OFFER)
        assert kept(keeper) == BOTH


@pytest.mark.parametrize("key", ["enter", "escape", "space", "backspace", "delete", "tab", "ctrl+s", "ctrl+d", "f2"])
async def test_no_single_key_drops_a_draft(
    key: str, open_sample: Callable[[str], SqlStore], tmp_path: Path, keeper: DraftKeeper
) -> None:
    async with started(open_sample("sanna"), tmp_path, keeper) as crm:
        await crm.press(key)
        assert kept(keeper) == BOTH
        if key == "enter":  # the form is open again with what was typed
            assert isinstance(crm.app.screen, FormDialog)
            assert crm.form.form.values()["text"] in BOTH
            await crm.press("escape")
            assert isinstance(crm.app.screen, ConfirmDialog)
            assert kept(keeper) == BOTH


async def test_they_are_thrown_away_only_by_a_key_of_its_own(
    open_sample: Callable[[str], SqlStore], tmp_path: Path, keeper: DraftKeeper
) -> None:
    async with started(open_sample("sanna"), tmp_path, keeper) as crm:
        await crm.press("G", "enter")
        assert isinstance(crm.app.screen, ConfirmDialog)
        await crm.see("Throw away all that you typed", "Note: Crane on Friday will be lost.", "Note: Gate 2 is closed")
        await crm.press("enter", "space", "d")
        assert isinstance(crm.app.screen, ConfirmDialog)
        await crm.press("escape")
        assert kept(keeper) == BOTH
        await crm.press(":")
        await crm.put("drafts")
        await crm.press("enter")
        await crm.choose("Throw away")
        await crm.press("D")
        await crm.expect_toast("Thrown away.")
        assert kept(keeper) == []


async def test_who_types_into_the_filter_is_told_and_not_interrupted(
    open_sample: Callable[[str], SqlStore], tmp_path: Path, keeper: DraftKeeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with starting(open_sample("sanna"), tmp_path, keeper, monkeypatch) as at_start:
        crm = at_start.crm
        await at_start.type("slash", "k", "a", "l")
        await at_start.answer()
        crm.see_no(OFFER)
        await crm.press("l", "a")
        await crm.see("/  kalla")
        await crm.expect_toast(
            "2 things that you typed are not saved yet, but kept. To go on: Drafts in the commands (:)."
        )
        assert kept(keeper) == BOTH
        await crm.press("enter", ":")
        await crm.put("drafts")
        await crm.press("enter")
        await crm.see(OFFER)


async def test_who_types_before_the_rows_have_come_is_not_interrupted(
    open_sample: Callable[[str], SqlStore], tmp_path: Path, keeper: DraftKeeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    go, real = Event(), SqlCustomers.page

    def late(*args: Any, **kwargs: Any) -> Any:
        assert go.wait(PATIENCE)
        return real(*args, **kwargs)

    monkeypatch.setattr(SqlCustomers, "page", late)
    async with starting(open_sample("sanna"), tmp_path, keeper, monkeypatch) as at_start:
        crm = at_start.crm
        await at_start.type("slash", "k", "a")
        at_start.let_be_read()
        end = monotonic() + PATIENCE
        while not crm.toasts:
            assert monotonic() < end, "the drafts are not told"
            await crm.pilot.pause()
        go.set()
        await crm.expect_toast("2 things that you typed are not saved yet")
        await crm.see("/  ka")
        assert kept(keeper) == BOTH


async def test_who_has_opened_something_is_told_and_not_interrupted(
    open_sample: Callable[[str], SqlStore], tmp_path: Path, keeper: DraftKeeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with starting(open_sample("sanna"), tmp_path, keeper, monkeypatch) as at_start:
        await at_start.type("f")
        await at_start.answer()
        assert isinstance(at_start.crm.app.screen, FindDialog)
        await at_start.crm.expect_toast("2 things that you typed are not saved yet")
        assert kept(keeper) == BOTH


async def test_who_moves_in_the_list_is_asked(
    open_sample: Callable[[str], SqlStore], tmp_path: Path, keeper: DraftKeeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with starting(open_sample("sanna"), tmp_path, keeper, monkeypatch) as at_start:
        await at_start.type("j", "j")
        await at_start.answer()
        await at_start.crm.see(OFFER)
        await at_start.crm.press("escape")
        assert isinstance(at_start.crm.app.screen, CustomersScreen)
        assert kept(keeper) == BOTH
