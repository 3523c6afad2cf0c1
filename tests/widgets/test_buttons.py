"""The buttons of a dialog: what they say, where there is room for it, and what a click does."""

import pytest
from tests.screens.dialog_app import HOSTILE, KEYS, showing
from textual.app import ComposeResult

from crm_tui.keymap import resolve
from crm_tui.widgets.buttons import ButtonBar
from crm_tui.widgets.command_target import Availability
from crm_tui.widgets.dialog import Dialog

IDS = ("confirm.do", "confirm.inactivate", "dialog.close")


class Asked(Dialog[str]):
    """Three buttons; the second one can be disabled or away."""

    COMMAND_IDS = ("confirm.do", "confirm.inactivate")

    def __init__(self, *, second: Availability = True, labels: dict[str, str] | None = None) -> None:
        super().__init__()
        self._second = second
        self._labels = labels or {}

    def content(self) -> ComposeResult:
        yield ButtonBar(self, KEYS, IDS, primary="confirm.do", labels=self._labels)

    def availability(self, command_id: str) -> Availability:
        return self._second if command_id == "confirm.inactivate" else super().availability(command_id)

    def do_confirm_do(self) -> None:
        self.dismiss("done")

    def do_confirm_inactivate(self) -> None:
        self.dismiss("inactive")


async def test_each_button_has_its_word_and_its_key_at_the_right() -> None:
    async with showing(Asked()) as shown:
        assert " Delete  D     Inactivate  x     Close  Esc │" in shown.text


async def test_words_can_be_others_and_are_never_markup() -> None:
    async with showing(Asked(labels={"confirm.do": f"Erase {HOSTILE}"})) as shown:
        assert "Erase [/] [@click=app.quit]x[/] [31mred 2J 東京都 �" in shown.text


@pytest.mark.parametrize("clicked", [("Inactivate", "inactive"), ("Delete", "done"), ("Close", None)])
async def test_a_click_runs_the_command(clicked: tuple[str, str | None]) -> None:
    async with showing(Asked()) as shown:
        await shown.click(clicked[0])
        assert shown.result == clicked[1]


async def test_a_click_between_two_buttons_does_nothing() -> None:
    async with showing(Asked()) as shown:
        y = next(y for y, line in enumerate(shown.lines) if "Delete" in line)
        await shown.pilot.click(offset=(shown.lines[y].index("Inactivate") - 2, y))
        assert shown.app.results == []


async def test_a_disabled_button_says_why_when_it_is_clicked() -> None:
    async with showing(Asked(second="it is inactive already")) as shown:
        await shown.click("Inactivate")
        assert shown.app.said == ["Inactivate: it is inactive already"]
        assert shown.app.results == []


async def test_a_command_that_is_not_there_has_no_button() -> None:
    async with showing(Asked(second=False)) as shown:
        assert "Inactivate" not in shown.text
        assert "Delete" in shown.text


async def test_where_it_gets_narrow_the_keys_go_first_then_the_words_are_cut() -> None:
    async with showing(Asked(), size=(38, 10)) as shown:
        assert " Delete    Inactivate    Close  │" in shown.text
    async with showing(Asked(), size=(30, 10)) as shown:
        assert "Dele…" in shown.text
        assert "Close" in shown.text


async def test_the_keys_in_force_are_shown() -> None:
    keys = resolve("default", {"confirm.do": ["f9"]})

    class Remapped(Asked):
        def content(self) -> ComposeResult:
            yield ButtonBar(self, keys, IDS, primary="confirm.do")

    async with showing(Remapped()) as shown:
        assert "Delete  F9" in shown.text
