"""F1 in an open form shows the keys that work in it, and returns to the form with all that was typed."""

from __future__ import annotations

import pytest
from tests.driver import Crm
from tests.screens.conftest import Start
from tests.screens.kallavesi import TODAY, contacts_of

from crm_tui.config import Settings
from crm_tui.domain.natural_dates import parse_when, split_when
from crm_tui.keymap import display, resolve
from crm_tui.screens.customer_card import CustomerCardScreen
from crm_tui.screens.dialogs.form_dialog import FormDialog
from crm_tui.screens.dialogs.form_help import DATES
from crm_tui.widgets.choose import ChooseDialog

#: form -> panel, keys and choice that open it, and what its help says beyond the commands
FORMS: dict[str, tuple[str, list[str], str, tuple[str, ...]]] = {
    "address": ("addresses", ["a"], "", ("Open a list", "Turn a tick")),
    "contact": ("contacts", ["a"], "", ("Open a list", "Tick one of several", "Create", "One more line", "New line")),
    "note": ("contacts", ["n"], "", ("Open a list", "New line")),
    "to-do": ("contacts", ["t"], "", ("fri 14:00", "@2104")),
    "meeting": ("activities", ["a"], "Calendar entry", ("Tick one of several", "fri 14:00", "+3d")),
    "task": ("activities", ["a"], "Project task", ("Open a list", "24.12.")),
}


async def open_form(crm: Crm, form: str) -> None:
    """Open the form of something new."""
    panel, keys, choice, _ = FORMS[form]
    await crm.open("kallavesi")
    await crm.panel(panel)
    await crm.press(*keys)
    if choice:
        await crm.choose(choice)
    assert isinstance(crm.app.screen, FormDialog)


@pytest.mark.parametrize("form", FORMS)
async def test_f1_lists_every_command_of_the_form_and_the_keys_of_its_fields(form: str, start: Start) -> None:
    async with start() as crm:
        await open_form(crm, form)
        here = crm.commands()
        await crm.press("f1")
        assert isinstance(crm.app.screen, ChooseDialog)
        listed = "\n".join(crm.rows)
        for command_id, state in here.items():
            assert command_id == "dialog.close" or state.command.label in listed
            assert all(display(key) in listed for key in state.keys)
        for text in ("Leave", "Next field", *FORMS[form][3]):
            assert text in listed


async def test_a_form_without_lists_and_dates_says_nothing_of_them(start: Start) -> None:
    async with start() as crm:
        await open_form(crm, "to-do")
        await crm.press("f1")
        assert "list" not in "".join(crm.rows)
        await crm.press("escape", "escape")
        await crm.panel("addresses")
        await crm.press("a", "f1")
        assert "tomorrow" not in "".join(crm.rows)


@pytest.mark.parametrize("close", ["escape", "enter"])
async def test_it_returns_to_the_field_with_everything_typed(close: str, start: Start) -> None:
    async with start() as crm:
        await open_form(crm, "contact")
        await crm.fill(first_name="Aki", keywords="News", emails="aki@example.com", description="line 1\nline 2")
        form, focused, typed = crm.form, crm.app.focused, crm.form.form.values()
        await crm.press("f1", "end", close)
        assert crm.form is form
        assert crm.app.focused is focused
        assert form.form.values() == typed
        await crm.see("Aki", "News", "aki@example.com", "line 2", "• not saved")


async def test_it_works_in_every_kind_of_field(start: Start) -> None:
    async with start() as crm:
        await open_form(crm, "contact")
        form = crm.form
        for field in form.form.fields.values():
            field.focus_inside()
            await crm.settle()
            await crm.press("f1")
            assert isinstance(crm.app.screen, ChooseDialog), field.label
            await crm.press("escape")
            assert crm.form is form
        assert not form.is_changed


async def test_a_command_is_run_from_the_help(start: Start) -> None:
    async with start() as crm:
        await open_form(crm, "contact")
        await crm.fill(first_name="Aki", last_name="Aalto")
        await crm.press("f1")
        await crm.choose("Save")
        assert isinstance(crm.app.screen, CustomerCardScreen)
        assert any(contact.last_name == "Aalto" for contact in contacts_of(crm))


async def test_create_is_said_to_those_who_may(start: Start) -> None:
    async with start() as crm:
        await open_form(crm, "contact")
        await crm.press("f1")
        assert "By a new name in the list: Role, Keywords" in "".join(crm.rows)
    async with start("mikael") as crm:
        await open_form(crm, "contact")
        await crm.press("f1")
        assert "Keywords" not in "".join(crm.rows)


@pytest.mark.parametrize("size", [(80, 24), (60, 15), (200, 60)])
async def test_the_foot_shows_the_key_and_the_help_is_reachable_to_its_end(size: tuple[int, int], start: Start) -> None:
    async with start(size=size) as crm:
        await open_form(crm, "meeting")
        await crm.see("F1 keys", "* required")
        await crm.fill(name="Visit")
        await crm.see("F1 keys", "• not saved")
        await crm.press("f1", "end")
        await crm.see("huomenna, fredag")


async def test_another_key_of_ones_own_is_shown_and_works(start: Start) -> None:
    settings = Settings(keys=resolve("default", {"form.help": ["f5"]}))
    async with start(settings=settings) as crm:
        await open_form(crm, "note")
        await crm.see("F5 keys")
        await crm.press("f5")
        assert isinstance(crm.app.screen, ChooseDialog)


@pytest.mark.parametrize("typed", [part for each in DATES for part in each.typed.split(", ")])
def test_what_the_help_says_of_dates_is_understood(typed: str) -> None:
    assert parse_when(typed, today=TODAY) is not None
    assert split_when(f"Call Eeva {typed}", TODAY)[0] == "Call Eeva"
