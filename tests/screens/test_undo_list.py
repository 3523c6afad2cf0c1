"""The list of one's own changes: any of them can be taken back, or done again."""

import pytest
from tests.screens.dialog_app import HOSTILE, KEYS, showing

from crm_tui.screens.dialogs.undo_list import UndoChoice, UndoLine, UndoListDialog

LINES = (
    UndoLine(9, "14:01", "Phone of Eeva Lahtinen: +358 40 555 0140 → +358 40 555 0199", "Kallavesi Marine Oy"),
    UndoLine(8, "13:58", "Deleted the note “Weekly call”", "Kallavesi Marine Oy", is_undone=True),
    UndoLine(7, "Mon 9:12", "Added the contact Tore Nygård", "Molde Verft AS"),
)
SIZES = [(80, 24), (120, 40), (200, 60)]


@pytest.mark.parametrize("size", SIZES)
async def test_the_changes_are_listed_newest_first(size: tuple[int, int]) -> None:
    async with showing(UndoListDialog(LINES, KEYS), size=size) as shown:
        first, second, third = (next(i for i, line in enumerate(shown.lines) if word in line)
                                for word in ("14:01", "13:58", "Mon 9:12"))  # fmt: skip
        assert first < second < third
        assert "undone" in shown.lines[second]
        assert "undone" not in shown.lines[first]
        assert "u takes back your last change, U does it again" in shown.text
        assert "1–3 of 3" in shown.text
        assert "Take back  Enter" in shown.text


async def test_enter_takes_a_change_back() -> None:
    async with showing(UndoListDialog(LINES, KEYS)) as shown:
        await shown.press("G", "enter")
        assert shown.result == UndoChoice(7, redo=False)


async def test_enter_does_again_what_was_undone() -> None:
    async with showing(UndoListDialog(LINES, KEYS)) as shown:
        await shown.press("down")
        assert "Do again  Enter" in shown.text
        assert "Take back" not in shown.text
        await shown.press("enter")
        assert shown.result == UndoChoice(8, redo=True)


async def test_the_button_takes_back_too() -> None:
    async with showing(UndoListDialog(LINES, KEYS)) as shown:
        await shown.click("Take back")
        assert shown.result == UndoChoice(9, redo=False)


async def test_escape_changes_nothing() -> None:
    async with showing(UndoListDialog(LINES, KEYS)) as shown:
        await shown.press("escape")
        assert shown.result is None


async def test_two_hundred_changes_scroll() -> None:
    lines = [UndoLine(n, "Fri", f"Change {n}", "Oy") for n in range(200, 0, -1)]
    async with showing(UndoListDialog(lines, KEYS), size=(80, 24)) as shown:
        await shown.press("G")
        assert "Change 1 " in shown.row
        assert "of 200" in shown.text
        assert "Take back" in shown.text


async def test_without_changes_it_says_so() -> None:
    async with showing(UndoListDialog((), KEYS)) as shown:
        assert "Nothing to take back: you changed nothing in the last 30 days." in shown.text
        await shown.press("enter")
        assert shown.app.said == ["Choose: you changed nothing in the last 30 days"]


@pytest.mark.parametrize("size", SIZES)
async def test_hostile_texts_are_only_texts(size: tuple[int, int]) -> None:
    async with showing(UndoListDialog([UndoLine(1, HOSTILE, HOSTILE, HOSTILE)], KEYS), size=size) as shown:
        assert "[/] [@click=app.quit]x[/]" in shown.text
        assert "\x1b" not in shown.text
        await shown.press("enter")
        assert shown.result == UndoChoice(1, redo=False)
