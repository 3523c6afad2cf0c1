"""Help, palette, footer, theme and keymaps: all from the one table of commands."""

from __future__ import annotations

import pytest
from tests.driver import Crm
from tests.screens.conftest import Start

from crm_tui import config
from crm_tui.commands import COMMANDS
from crm_tui.keymap import display
from crm_tui.screens.customers import CustomersScreen
from crm_tui.widgets.choose import ChooseDialog

#: tab -> its panels whose commands differ
PANELS = {
    1: ("details", "contacts", "activities", "files"),
    2: ("cases", "case"),
    3: ("", "notes"),
    4: ("finance", "invoices"),
    5: ("billing", "changes"),
}


async def expect_help(crm: Crm) -> None:
    """Help lists every command of this place with its keys, and why it does not work now; nothing else has a key."""
    here = crm.commands()
    await crm.press("?")
    assert isinstance(crm.app.screen, ChooseDialog)
    listed = "\n".join(crm.rows)
    for command_id, state in here.items():
        assert state.command.label in listed, f"{command_id} is not in help"
        assert (state.reason or state.command.tooltip) in listed, f"{command_id} says neither what nor why not"
        assert all(display(key) in listed for key in state.keys)
    bound = {active.binding.id for active in crm.app.screen_stack[-2].active_bindings.values()}
    assert {name for name in bound if name in COMMANDS} <= set(here), "a key works that help does not know"
    await crm.press("escape")


async def test_help_lists_every_command_of_the_customers(start: Start) -> None:
    async with start() as crm:
        await expect_help(crm)
        await crm.filter("nobody at all is called so")
        await expect_help(crm)


@pytest.mark.parametrize("tab", PANELS)
async def test_help_lists_every_command_of_each_panel(tab: int, start: Start) -> None:
    async with start() as crm:
        await crm.open("Kallavesi")
        await crm.tab(tab)
        for panel in PANELS[tab]:
            if panel:
                await crm.panel(panel)
            await expect_help(crm)


async def test_help_is_reachable_to_its_end_on_a_small_screen(start: Start) -> None:
    async with start(size=(80, 24)) as crm:
        await crm.open("Kallavesi")
        await crm.press("f1")
        await crm.see("Help", "Customer card")
        await crm.press("end")
        await crm.see("Quit")
        await crm.press("home")
        await crm.see("Customer card")
        await crm.press("escape")
        assert "Kallavesi" in crm.customer


async def test_a_disabled_command_stays_in_help_says_why_and_does_nothing(start: Start) -> None:
    async with start(size=(100, 30)) as crm:
        await crm.press("?")
        await crm.choose("Preview")
        await crm.see("the preview needs 120 columns, the terminal has 100")
        assert isinstance(crm.app.screen, ChooseDialog)
        await crm.press("escape", "p")
        await crm.expect_toast("Preview: the preview needs 120 columns")


async def test_a_command_can_be_run_from_help(start: Start) -> None:
    async with start() as crm:
        active = crm.table.count
        await crm.press("?")
        await crm.choose("Show or hide what is inactive")
        assert crm.table.count > active


async def test_the_palette_narrows_and_runs_a_command(start: Start) -> None:
    async with start() as crm:
        await crm.open("Kallavesi")
        for key in (":", "ctrl+p"):
            await crm.press(key)
            await crm.see("Commands", "What to do")
            await crm.type("fav")
            assert crm.table.count == 1
            await crm.press("enter")
            await crm.settle()
        await crm.see("Sanna Virtanen  *")  # the mark alone: a wide name leaves no room for the word
        await crm.press(":")
        await crm.type("financials")
        await crm.press("enter")
        await crm.see("Forecast and actual")
        await crm.press(":")
        await crm.type("no such command")
        await crm.see("Nothing is called so. Esc closes.")
        await crm.press("enter", "escape")
        assert "Kallavesi" in crm.customer


async def test_the_palette_does_not_run_a_disabled_command(start: Start) -> None:
    async with start() as crm:
        await crm.press(":")
        await crm.type("last view")
        await crm.press("enter")
        await crm.see("no other view was open yet")
        assert isinstance(crm.app.screen, ChooseDialog)


async def test_a_theme_is_chosen_and_stays(start: Start) -> None:
    async with start() as crm:
        assert crm.app.theme == "crm-dark"
        await crm.press(":")
        await crm.type("theme")
        await crm.press("enter")
        await crm.see("crm-contrast", "high contrast", "the 16 colours of your terminal")
        assert "crm-dark" in crm.row
        await crm.choose("crm-light")
        assert crm.app.theme == "crm-light"
        await crm.press(":")
        await crm.type("theme")
        await crm.press("enter", "escape")
        assert crm.app.theme == "crm-light"


@pytest.mark.parametrize("key", [name for name in COMMANDS if name.startswith("card.tab_")])
async def test_each_tab_has_its_key_in_the_strip(key: str, start: Start) -> None:
    assert COMMANDS[key].label
    assert COMMANDS[key].keys == (key[-1],)


async def test_the_vim_preset_moves_the_last_view_and_pages(start: Start) -> None:
    settings = config.parse('keymap = "vim"')
    async with start(settings=settings, size=(80, 24)) as crm:
        await crm.press("ctrl+f")
        assert crm.table.cursor_index > 10
        await crm.press("ctrl+b", "G", "g", "j", "k")
        assert crm.table.cursor_index == 0
        await crm.open("Kallavesi")
        await crm.press("2", "ctrl+o")
        await crm.see("Contacts")
        await crm.press("?")
        assert any("ctrl+o" in row for row in crm.rows)


async def test_what_a_user_remapped_works_and_is_shown_everywhere(start: Start) -> None:
    settings = config.parse('[keys]\n"app.find" = "F5"\n"list.filter" = "f"\n"customers.chips" = "ctrl+f"\n')
    async with start(settings=settings) as crm:
        await crm.see("f Filter", "F5 Find anything", "ctrl+f By field", " f  name, number")
        await crm.press("f")
        await crm.type("kallavesi")
        await crm.press("enter")
        assert crm.table.count == 1
        await crm.press("/")
        assert crm.app.focused is crm.table
        await crm.press("ctrl+f")
        await crm.see("Filter by")
        await crm.press("escape", "f5")
        await crm.see("Find anything", "name, phone, e-mail")
        await crm.press("escape", "?")
        assert any(row.startswith("F5 ") for row in crm.rows)


async def test_a_click_in_the_footer_runs_the_command(start: Start) -> None:
    async with start() as crm:
        await crm.click("? Help")
        assert isinstance(crm.app.screen, ChooseDialog)
        await crm.press("escape")
        await crm.click("F By field")
        await crm.see("Filter by")


async def test_redraw_writes_everything_again(start: Start) -> None:
    async with start() as crm:
        before = crm.text()
        await crm.press("ctrl+l")
        assert crm.text() == before
        assert isinstance(crm.app.screen, CustomersScreen)
