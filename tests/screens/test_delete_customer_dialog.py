"""Deleting a customer: what forbids it and where that is, or what goes with it and a key of its own."""

import pytest
from tests.screens.dialog_app import HOSTILE, KEYS, Shown, showing

from crm_tui.domain.customers import Blocker, DeletionCheck
from crm_tui.screens.dialogs.delete_customer import Delete, Inactivate, OpenBlocker, deletion_dialog
from crm_tui.widgets.confirm import ConfirmDialog

NAME = "Kallavesi Marine Engineering Oy"
BLOCKERS = (
    *(Blocker("invoice", 431 - n, f"invoice 2025-0{431 - n}") for n in range(23)),
    Blocker("invoice", 0, "invoice hidden by your permissions"),
    Blocker("case", 2208, "case 2208 Quay lighting of Hanko Marina Development Oy"),
    Blocker("case", 2227, "case 2227 Pontoon survey of Marina Kotka Oy"),
    Blocker("case", 0, "case hidden by your permissions"),
    Blocker("case", 0, "case hidden by your permissions"),
)
BLOCKED = DeletionCheck(blockers=BLOCKERS, counts={})
COUNTS = {"addresses": 3, "contacts": 6, "cases": 1, "activities": 1, "notes": 1234, "files": 0, "segments": 2}
FREE = DeletionCheck(blockers=(), counts=COUNTS)
SIZES = [(80, 24), (120, 40), (200, 60)]


@pytest.mark.parametrize("size", SIZES)
async def test_it_says_what_forbids_the_deletion(size: tuple[int, int]) -> None:
    async with showing(deletion_dialog(NAME, BLOCKED, KEYS), size=size) as shown:
        assert f"! {NAME} can't be deleted." in shown.text
        assert "Invoices must be kept, and cases are billed through it, and some of its" in shown.text
        assert "Invoices  23" in shown.text
        assert "28 blockers" in shown.text
        await shown.press("G")
        assert "Billing account of cases  2" in shown.text
        assert "Inactivate instead: it leaves lists and pickers, and nothing is lost." in shown.text
        assert "Close" in shown.text


async def test_enter_leads_to_the_blocker_under_the_cursor() -> None:
    async with showing(deletion_dialog(NAME, BLOCKED, KEYS)) as shown:
        await shown.press("down", "enter")
        assert shown.result == OpenBlocker("invoice", 430)


async def test_a_click_on_the_button_leads_there_too() -> None:
    async with showing(deletion_dialog(NAME, BLOCKED, KEYS)) as shown:
        await shown.press("G")
        await shown.click("Open blocker")
        assert shown.result == OpenBlocker("case", 2227)


async def test_hidden_ones_are_counted_and_no_cursor_gets_there() -> None:
    async with showing(deletion_dialog(NAME, BLOCKED, KEYS), size=(120, 70)) as shown:
        assert "Hidden by your permissions  3" in shown.text
        assert "1 invoice, which you may not see" in shown.text
        assert "2 cases, which you may not see" in shown.text
        await shown.press("G")
        assert "Pontoon survey" in shown.row


async def test_where_all_is_hidden_nothing_can_be_opened() -> None:
    check = DeletionCheck(blockers=(Blocker("case", 0, "case hidden by your permissions"),), counts={})
    async with showing(deletion_dialog(NAME, check, KEYS)) as shown:
        assert "1 case, which you may not see" in shown.text
        assert "1 blocker " in shown.text
        await shown.press("enter")
        assert shown.app.said == ["Choose: what forbids it is hidden by your permissions"]
        await shown.press("escape")
        assert shown.result is None


@pytest.mark.parametrize("check", [BLOCKED, FREE], ids=["blocked", "free"])
async def test_inactivate_instead(check: DeletionCheck) -> None:
    async with showing(deletion_dialog(NAME, check, KEYS)) as shown:
        await shown.press("x")
        assert shown.result == Inactivate()


@pytest.mark.parametrize("check", [BLOCKED, FREE], ids=["blocked", "free"])
async def test_an_inactive_customer_is_inactive_already(check: DeletionCheck) -> None:
    async with showing(deletion_dialog(NAME, check, KEYS, is_active=False)) as shown:
        assert "Inactivate instead" not in shown.text
        await shown.press("x")
        assert shown.app.said == ["Inactivate: it is inactive already"]


@pytest.mark.parametrize("size", [*SIZES, (60, 15)])
async def test_it_says_how_many_of_each_go_with_it(size: tuple[int, int]) -> None:
    async with showing(deletion_dialog(NAME, FREE, KEYS), size=size) as shown:
        assert f"Delete {NAME}?" in shown.text
        assert "3  addresses" in shown.text
        if size != (60, 15):
            assert "1  activity" in shown.text
            assert "1 234  notes" in shown.text
            assert "files" not in shown.text
        assert "For 30 days u takes it back." in shown.text
        assert "Cancel" in shown.text


async def test_only_a_key_of_its_own_deletes() -> None:
    async with showing(deletion_dialog(NAME, FREE, KEYS)) as shown:
        await shown.press("enter", "d", "space", "y")
        assert shown.app.results == []
        await shown.press("D")
        assert shown.result == Delete()


async def test_a_blocked_one_is_not_deleted_by_that_key() -> None:
    async with showing(deletion_dialog(NAME, BLOCKED, KEYS)) as shown:
        await shown.press("D", "d")
        assert shown.app.results == []


async def test_the_button_deletes_and_escape_does_not() -> None:
    async with showing(deletion_dialog(NAME, FREE, KEYS)) as shown:
        await shown.click(" Delete  D")
        assert shown.result == Delete()
    async with showing(deletion_dialog(NAME, FREE, KEYS)) as shown:
        await shown.press("escape")
        assert shown.result is None


async def test_a_customer_with_nothing_below_it() -> None:
    async with showing(deletion_dialog(NAME, DeletionCheck(blockers=(), counts={"notes": 0}), KEYS)) as shown:
        assert "Nothing but the customer itself." in shown.text
        await shown.press("D")
        assert shown.result == Delete()


def confirm(*sentences: str, label: str = "Delete") -> ConfirmDialog:
    return ConfirmDialog(
        "Delete address", sentences or ("Delete Satamakatu 12?", "u takes it back."), KEYS, label=label
    )


async def test_a_question_is_confirmed_by_its_own_key() -> None:
    async with showing(confirm(label="Remove"), size=(80, 24)) as shown:
        assert "Delete Satamakatu 12?" in shown.text
        await shown.press("enter", "d", "space")
        assert shown.app.results == []
        await shown.press("D")
        assert shown.result is True


async def test_a_question_is_answered_by_mouse_or_not_at_all() -> None:
    async with showing(confirm(label="Remove")) as shown:
        await shown.click("Remove")
        assert shown.result is True
    async with showing(confirm()) as shown:
        await shown.press("escape")
        assert shown.result is None


async def test_a_long_question_scrolls_and_keeps_its_buttons() -> None:
    async with showing(confirm("Delete it?", "word " * 600 + "END"), size=(80, 24)) as shown:
        assert "Cancel" in shown.text
        await shown.press("G")
        assert "END" in shown.text


@pytest.mark.parametrize("size", SIZES)
async def test_hostile_texts_are_only_texts(size: tuple[int, int]) -> None:
    def harmless(shown: Shown) -> None:
        assert "[/] [@click=app.quit]x[/]" in shown.text
        assert "\x1b" not in shown.text

    check = DeletionCheck(blockers=(Blocker("invoice", 1, HOSTILE),), counts={})
    async with showing(deletion_dialog("Oy", check, KEYS), size=size) as shown:
        harmless(shown)
    async with showing(deletion_dialog(HOSTILE, FREE, KEYS), size=size) as shown:
        harmless(shown)
    async with showing(ConfirmDialog(HOSTILE, [HOSTILE, HOSTILE], KEYS, label=HOSTILE), size=size) as shown:
        harmless(shown)
