"""Dialogs that are closed while an answer is under way, answers that come twice, and stores that refuse them."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.driver import Crm, arrives
from tests.screens.conftest import Start
from tests.screens.test_late_answers import Held
from tests.screens.twins import AGAIN, enter_twice

from crm_tui.domain.users import UserChange
from crm_tui.screens.base import CrmScreen
from crm_tui.screens.dialogs import mailing
from crm_tui.screens.dialogs.mailing import MailingDialog
from crm_tui.screens.dialogs.views import ViewsDialog
from crm_tui.screens.duplicates import DuplicatesScreen
from crm_tui.screens.people import ContactsScreen
from crm_tui.store.contacts import ContactQuery
from crm_tui.store.sql.store import SqlStore
from crm_tui.store.sql.views import SqlViews
from crm_tui.widgets.choose import Choice, ChooseDialog
from crm_tui.widgets.field import TextField
from crm_tui.widgets.pick_field import PickField

Open = Callable[[str], SqlStore]


async def arrive(crm: Crm, *keys: str) -> None:
    """Keys come in while an answer is held back, so that nothing waits for what they do."""
    for key in keys:
        arrives(crm.pilot, key)
        for _ in range(20):
            await crm.pilot.pause(0)


async def mailing_list(crm: Crm, file: Path) -> None:
    """Open the dialog for a mailing list with a file name in it."""
    await crm.press("2", "E")
    await crm.put(str(file))


# -- any dialog -------------------------------------------------------------------------------------------------------


async def test_a_dialog_that_is_closed_stays_so_and_closes_nothing_else(start: Start) -> None:
    async with start() as crm:
        below, dialog = crm.app.screen, ChooseDialog("Which?", [Choice("one", "One")])
        answers: list[str | None] = []
        crm.app.push_screen(dialog, answers.append)
        await crm.settle()
        dialog.dismiss("one")
        dialog.dismiss("two")
        await crm.settle()
        assert crm.app.screen is below
        assert answers == ["one"]


async def test_what_lies_over_a_dialog_goes_with_it(start: Start) -> None:
    async with start() as crm:
        below, dialog = crm.app.screen, ChooseDialog("Which?", [Choice("one", "One")])
        crm.app.push_screen(dialog)
        crm.app.push_screen(ChooseDialog("And which?", [Choice("two", "Two")]))
        await crm.settle()
        dialog.dismiss(None)
        await crm.settle()
        assert crm.app.screen is below


async def test_esc_twice_leaves_one_screen(start: Start) -> None:
    """Users and registries lie over the list, which must stay."""
    async with start() as crm:
        below = crm.app.screen
        for command in ("app.users", "app.registries"):
            await crm.commands()[command].run()
            await crm.settle()
            over = crm.app.screen
            assert isinstance(over, CrmScreen)
            over.do_app_back()
            over.do_app_back()
            await crm.settle()
            assert crm.app.screen is below


# -- mailing lists ----------------------------------------------------------------------------------------------------


async def test_enter_twice_replaces_a_file_once(start: Start, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "there.csv"
    file.write_text("before")
    async with start() as crm:
        await mailing_list(crm, file)
        await crm.press("enter")
        await crm.see("! This file exists.")
        held = Held(monkeypatch, mailing, "write_mailing_list")
        await arrive(crm, "enter", "enter")
        held.release()
        await crm.settle()
        assert isinstance(crm.app.screen, ContactsScreen)
        assert [toast for toast in crm.toasts if "written to" in toast] == crm.toasts
        assert len(crm.toasts) == 1
    assert file.read_text() != "before"


@pytest.mark.parametrize("is_there", [False, True])
async def test_esc_while_a_list_is_written_leaves_no_file_and_says_so(
    is_there: bool, start: Start, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "list.csv"
    if is_there:
        file.write_text("before")
    async with start() as crm:
        await mailing_list(crm, file)
        files = sorted(os.listdir(tmp_path))
        held = Held(monkeypatch, mailing, "write_mailing_list")
        await arrive(crm, "enter", "escape")
        assert isinstance(crm.app.screen, MailingDialog), "it ends when it is known what happened"
        held.release()
        await crm.settle()
        assert isinstance(crm.app.screen, ContactsScreen)
        assert crm.toasts == ["Stopped; no file was written."]
        assert sorted(os.listdir(tmp_path)) == files
    if is_there:
        assert file.read_text() == "before"


@pytest.mark.parametrize(
    ("typed", "shown"), [("/", "/contacts.json"), (".", "contacts.json"), ("", "contacts.json"), ("a.b", "a.json")]
)
async def test_a_name_without_a_file_gets_one_with_the_ending(typed: str, shown: str, start: Start) -> None:
    async with start() as crm:
        await crm.press("2", "E")
        await crm.put(typed)
        await crm.press("enter")
        await crm.see("! End the name with .csv, .vcf, .json")
        crm.app.screen.query_one(PickField).focus()
        await crm.press("enter")
        await crm.choose("JSON")
        file = next(field for field in crm.app.screen.query(TextField) if field.name == "file")
        assert file.value == shown


async def test_a_name_that_no_file_can_have_is_said(start: Start) -> None:
    async with start() as crm:
        await crm.press("2", "E")
        await crm.put("a\0b.csv")
        await crm.press("enter")
        await crm.see("no name of a file holds a NUL character")


# -- merges -----------------------------------------------------------------------------------------------------------


async def test_esc_asks_before_choices_of_a_merge_are_thrown_away(start: Start, open_sample: Open) -> None:
    store = open_sample("sanna")
    twins = enter_twice(store)
    async with start(store=store) as crm:
        await crm.press("4", "enter", "escape")
        assert isinstance(crm.app.screen, DuplicatesScreen), "nothing was chosen"
        await crm.press("enter")
        assert crm.row.startswith("Name (•)")
        await crm.press("l", "escape")
        await crm.see("Not merged", "Throw away")
        await crm.press("escape")
        assert crm.row.endswith(f"(•) {AGAIN}")
        await crm.press("h", "escape")
        assert isinstance(crm.app.screen, DuplicatesScreen), "it was as it had been"
        await crm.press("enter", "l", "escape", "D")
        assert isinstance(crm.app.screen, DuplicatesScreen)
        assert store.customers.get(twins.second.id).name == AGAIN


# -- saved views ------------------------------------------------------------------------------------------------------


async def test_esc_while_a_view_is_saved_closes_no_more_than_the_dialog(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with start() as crm:
        await crm.press("2")
        await crm.filter("seg")
        await crm.press("v", "a")
        await crm.put("Letters")
        held = Held(monkeypatch, SqlViews, "save_contacts")
        await arrive(crm, "enter", "escape")
        assert isinstance(crm.app.screen, ViewsDialog)
        held.release()
        await crm.settle()
        await crm.expect_toast("Letters is saved")
        assert isinstance(crm.app.screen, ContactsScreen)
        await crm.see("View Letters ×")


async def test_views_that_cannot_be_read_are_said_once(start: Start, open_sample: Open) -> None:
    """A failed reading is not tried again and again; a failed change shows the views as they are."""
    store = open_sample("sanna")
    liisa = next(user for user in store.users.list() if user.login == "liisa")
    view = store.acting_as("liisa").views.save_contacts("Letters", ContactQuery(text="a"))
    async with start(store=store.acting_as("liisa")) as crm:
        await crm.press("2", "v")
        await crm.see("Letters")
        store.acting_as("liisa").views.delete(view.id)
        await crm.press("d", "D")
        await crm.see("Nothing saved yet")
        assert len(crm.toasts) == 1
        await crm.press("escape")
        crm.app.clear_notifications()
        store.users.update(liisa.id, liisa.revision, UserChange(is_active=False))
        await crm.press("v")
        await crm.see("could not be read")
        assert len([toast for toast in crm.toasts if "liisa" in toast.lower()]) <= 1
