"""Two people changed the same thing: each field that both changed is chosen, and nothing is lost unseen."""

import pytest
from tests.screens.dialog_app import HOSTILE, KEYS, Shown, showing

from crm_tui.screens.dialogs.conflict import ConflictDialog, ConflictQuestion, ConflictRow, OneSided

ROWS = (
    ConflictRow("title", "Title", "Managing director", "Managing director, founder", "CEO"),
    ConflictRow("phone", "Phone", "+358 40 555 0140", "+358 40 555 0143", "+358 40 555 0199"),
    ConflictRow("language", "Language", "Swedish", "Finnish", ""),
)
ONE_SIDED = (
    OneSided("Keywords", "+ Steering group", "theirs"),
    OneSided("Description", "Decides alone up to 50 000 EUR", "mine"),
)
QUESTION = ConflictQuestion(
    title="Two changes to Eeva Lahtinen",
    sentence="Mikko Korhonen saved this contact at 14:01, while you were editing. Nothing has been overwritten.",
    theirs_by="Mikko, 14:01",
    rows=ROWS,
    one_sided=ONE_SIDED,
)
LONG = "Pays by the end of the month, after the steering group has met. " * 6
SIZES = [(80, 24), (120, 40), (200, 60)]


def dialog(question: ConflictQuestion = QUESTION) -> ConflictDialog:
    return ConflictDialog(question, KEYS)


def line(shown: Shown, label: str) -> str:
    """The line of a field, without the border and the cursor."""
    return next(line for line in shown.lines if line.strip(" │▌").startswith(label))


@pytest.mark.parametrize("size", SIZES)
async def test_both_sides_are_shown_and_neither_is_chosen(size: tuple[int, int]) -> None:
    async with showing(dialog(), size=size) as shown:
        assert "Two changes to Eeva Lahtinen 3 still to choose" in shown.text
        assert "Theirs  Mikko, 14:01" in shown.text
        assert "Mine  not saved yet" in shown.text
        assert "(•)" not in shown.text
        assert "+ Steering group · theirs" in shown.text
        assert "Decides alone up to 50 000 EUR · mine" in shown.text
        assert "Save merged" in shown.text
        assert "Swedish" in shown.text or size[0] == 80


async def test_saving_waits_until_every_field_is_chosen() -> None:
    async with showing(dialog()) as shown:
        await shown.press("left", "enter")
        assert shown.app.results == []
        assert shown.app.said == ["Choose: choose theirs or mine for Phone first"]
        assert "Phone" in shown.row


@pytest.mark.parametrize("save", ["enter", "ctrl+s", "f2"])
async def test_each_field_is_chosen_by_keys(save: str) -> None:
    async with showing(dialog()) as shown:
        await shown.press("left", "down", "l", "j", "h")
        assert "(•) Managing director, founder" in line(shown, "Title")
        assert "(•) +358 40 555 0199" in line(shown, "Phone")
        assert "(•) Finnish" in line(shown, "Language")
        assert "still to choose" not in shown.text
        await shown.press(save)
        assert shown.result == {"title": False, "phone": True, "language": False}


async def test_space_takes_the_other_one() -> None:
    async with showing(dialog()) as shown:
        await shown.press("space")
        assert "(•) Managing director, founder" in line(shown, "Title")
        await shown.press("space")
        assert "(•) CEO" in line(shown, "Title")


@pytest.mark.parametrize(("key", "mine"), [("T", False), ("M", True)])
async def test_all_of_one_side(key: str, mine: bool) -> None:
    async with showing(dialog()) as shown:
        await shown.press(key, "enter")
        assert shown.result == {"title": mine, "phone": mine, "language": mine}


async def test_escape_goes_on_editing() -> None:
    async with showing(dialog()) as shown:
        await shown.press("M", "escape")
        assert shown.result is None


async def test_the_mouse_chooses_a_value_and_saves() -> None:
    async with showing(dialog()) as shown:
        await shown.click("CEO")
        assert "(•) CEO" in line(shown, "Title")
        await shown.click("Managing director, founder")
        assert "(•) Managing director, founder" in line(shown, "Title")
        await shown.click("+358 40 555 0199")
        await shown.click("( ) Finnish")
        await shown.click("Save merged")
        assert shown.result == {"title": False, "phone": True, "language": False}


@pytest.mark.parametrize("size", SIZES)
async def test_a_long_value_is_shown_in_full_at_the_foot(size: tuple[int, int]) -> None:
    rows = (ConflictRow("text", "Description", "Short", LONG + "THE END", "Mine"), *ROWS)
    async with showing(dialog(QUESTION._replace(rows=rows)), size=size) as shown:
        if "THE END" not in shown.text:  # on a low screen it scrolls
            await shown.press("tab", "G")
        assert "THE END" in shown.text
        assert "Save merged" in shown.text
        await shown.press("M", "enter")
        assert shown.result == {"text": True, "title": True, "phone": True, "language": True}


async def test_at_80_columns_the_value_before_is_at_the_foot() -> None:
    async with showing(dialog(), size=(80, 24)) as shown:
        assert "Before       Managing director" in shown.text
        await shown.press("down")
        assert "Before       +358 40 555 0140" in shown.text


async def test_many_fields_scroll_and_the_buttons_stay() -> None:
    rows = tuple(ConflictRow(str(n), f"Field {n}", "a", f"theirs {n}", f"mine {n}") for n in range(40))
    async with showing(dialog(QUESTION._replace(rows=rows)), size=(80, 24)) as shown:
        await shown.press("G")
        assert "mine 39" in shown.text
        assert "Save merged" in shown.text
        assert "Theirs  Mikko" in shown.text
        await shown.press("M", "enter")
        assert len(shown.result) == 40


async def test_without_a_field_that_both_changed_it_only_asks_to_save() -> None:
    async with showing(dialog(QUESTION._replace(rows=()))) as shown:
        assert "Theirs" not in shown.text.replace("All theirs", "")
        await shown.press("enter")
        assert shown.result == {}


@pytest.mark.parametrize("size", SIZES)
async def test_hostile_texts_are_only_texts(size: tuple[int, int]) -> None:
    question = ConflictQuestion(
        HOSTILE, HOSTILE, HOSTILE,
        (ConflictRow("a", HOSTILE, HOSTILE, HOSTILE, HOSTILE + "\n" + HOSTILE),),
        (OneSided(HOSTILE, HOSTILE, "mine"),), HOSTILE,
    )  # fmt: skip
    async with showing(dialog(question), size=size) as shown:
        assert "[/] [@click=app.quit]x[/]" in shown.text
        assert "\x1b" not in shown.text
        await shown.press("enter", "M", "enter")
        assert shown.result == {"a": True}
