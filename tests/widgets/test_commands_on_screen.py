"""Commands on screens: keys, footer, help and palette all go through one door."""

import pytest
from tests.widgets.gallery import CardGallery, CustomersGallery
from textual.app import App

from crm_tui.keymap import resolve
from crm_tui.widgets.choose import Choice, ChooseDialog, command_choices, matching
from crm_tui.widgets.command_target import CommandTarget, commands_here
from crm_tui.widgets.key_footer import KeyFooter
from crm_tui.widgets.virtual_table import VirtualTable


def footer(app: App[None]) -> str:
    return app.query_one(KeyFooter).render_line(0).text.rstrip()


def test_a_command_without_its_method_is_refused_when_the_class_is_made() -> None:
    with pytest.raises(TypeError, match=r"Half has no do_card_next"):
        type("Half", (CommandTarget,), {"COMMAND_IDS": ("card.next",)})


async def test_a_key_runs_its_command_and_a_disabled_one_says_why() -> None:
    app = CardGallery()
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("y", "J", "o", "question_mark")
        assert app.done == ["copy", "next", "this row has no link", "help"]


async def test_a_remapped_key_runs_the_command_and_is_shown() -> None:
    app = CardGallery(keys=resolve("default", {"list.copy": ["o"], "list.link": ["y"]}))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("o", "y")
        assert app.done == ["copy", "this row has no link"]
        assert "o Copy" in footer(app)


async def test_the_footer_shows_only_keys_that_work_here() -> None:
    app = CustomersGallery()
    async with app.run_test(size=(120, 24)) as pilot:
        await pilot.pause()
        assert footer(app).split("  ")[0].strip() == "Enter Open"
        assert footer(app).endswith("f Find anything  ? Help  : Commands")
        await pilot.press("slash")
        await pilot.pause()
        assert footer(app).split("  ")[:2] == [" Enter To the list", "Esc Clear"]
        assert "Filter" not in footer(app)


async def test_the_footer_leaves_out_the_least_important_first() -> None:
    app = CardGallery()
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.pause()
        assert footer(app) == " Enter Open  y Copy     f Find anything  ? Help  : Commands"


async def test_a_click_in_the_footer_runs_the_command() -> None:
    app = CardGallery()
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        await pilot.click(KeyFooter, offset=(footer(app).index("y Copy"), 0))
        assert app.done == ["copy"]


async def test_commands_of_a_place_come_with_keys_and_reasons() -> None:
    app = CardGallery()
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        states = {state.command.id: state for state in commands_here(app.screen, app.keys)}
        assert states["list.link"].reason == "this row has no link"
        assert states["list.copy"].reason is None
        assert states["move.down"].keys == ("j", "down")
        assert "customers.chips" not in states
        await states["card.next"].run()
        assert app.done == ["next"]


async def test_the_palette_finds_by_label_and_by_sentence_and_gives_the_id() -> None:
    app = CardGallery()
    chosen: list[str | None] = []
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        choices = command_choices(commands_here(app.screen, app.keys))
        await app.push_screen(ChooseDialog("Commands", choices, search=True), chosen.append)
        await pilot.press("c", "o", "p", "enter")
        assert chosen == ["list.copy"]


async def test_help_skips_headings_and_a_disabled_command_stays_with_its_reason() -> None:
    app = CardGallery()
    chosen: list[str | None] = []
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        dialog = ChooseDialog("Help", command_choices(commands_here(app.screen, app.keys), grouped=True))
        await app.push_screen(dialog, chosen.append)
        table = dialog.query_one(VirtualTable)
        assert table.cursor_row is not None
        assert table.cursor_row.id == "card.next_panel"
        table.move_to_id("list.link")
        await pilot.press("enter")
        assert chosen == []
        await pilot.press("escape")
        assert chosen == [None]


def test_choices_that_begin_so_come_first() -> None:
    choices = [Choice("1", "Reload", "Copy it anew"), Choice("2", "A copy"), Choice("3", "Copy")]
    assert [choice.id for choice in matching(choices, "copy")] == ["3", "2", "1"]
    assert matching(choices, "") == choices
    assert matching(choices, "xyz") == []
