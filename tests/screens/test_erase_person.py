"""Erasing a person: the name is typed first, because nothing brings the person back."""

import pytest
from tests.screens.dialog_app import HOSTILE, KEYS, Shown, showing

from crm_tui.screens.dialogs.erase_person import ErasePersonDialog


def dialog(first: str = "Tore", last: str = "Nygård") -> ErasePersonDialog:
    return ErasePersonDialog(first, last, KEYS)


async def typed(shown: Shown, text: str) -> None:
    await shown.press(*("space" if char == " " else char for char in text))


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60), (60, 15)])
async def test_it_says_what_erasing_means(size: tuple[int, int]) -> None:
    async with showing(dialog(), size=size) as shown:
        for words in ("Erase Tore Nygård for good?", "can't be undone", "Cancel"):
            assert words in shown.text
        if size != (60, 15):
            for words in ("Deleted Contact", "Invoices keep", "Backups", "Type Nygård to go on:"):
                assert words in shown.text


async def test_enter_does_nothing_before_the_name_is_typed() -> None:
    async with showing(dialog()) as shown:
        await shown.press("enter")
        assert "! To erase, type Nygård first" in shown.text
        await typed(shown, "Nyg")
        assert "! To erase" not in shown.text
        await shown.press("enter")
        await shown.click("Erase  Enter")
        assert shown.app.results == []
        assert shown.app.said == []


@pytest.mark.parametrize("name", ["Nygård", "nygard", "NYGARD ", "Tore Nygård", "tore  nygard"])
async def test_the_name_may_be_typed_plainly(name: str) -> None:
    async with showing(dialog()) as shown:
        await typed(shown, name)
        await shown.press("enter")
        assert shown.result is True


async def test_the_button_erases_too() -> None:
    async with showing(dialog()) as shown:
        await typed(shown, "nygard")
        await shown.click("Erase  Enter")
        assert shown.result is True


async def test_escape_erases_nobody() -> None:
    async with showing(dialog()) as shown:
        await typed(shown, "nygard")
        await shown.press("escape")
        assert shown.result is None


async def test_a_name_of_which_nothing_is_seen_is_not_typed() -> None:
    async with showing(dialog("\u200b", "\u200b")) as shown:
        await shown.press("enter")
        assert shown.app.results == []
        await typed(shown, "erase")
        await shown.press("enter")
        assert shown.result is True


async def test_hostile_names_are_only_names() -> None:
    async with showing(dialog(HOSTILE, HOSTILE), size=(80, 24)) as shown:
        assert "[/] [@click=app.quit]x[/]" in shown.text
        assert "\x1b" not in shown.text
        await shown.press("x", "enter")
        assert shown.app.results == []
