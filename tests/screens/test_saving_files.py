"""Save as: the content of a file under the cursor is written where the person says, never over another without asking.
What can't be written is said in a sentence, and the store keeps what it has."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from tests.driver import Crm
from tests.screens.conftest import Start
from tests.screens.dialog_app import HOSTILE
from tests.screens.kallavesi import NUMBER, cursor_on, store_of

from crm_tui.domain.files import File, FileKind, NewFile
from crm_tui.screens.customer_card import CustomerCardScreen
from crm_tui.screens.dialogs.pick_file import PickFileDialog
from crm_tui.store.sql.store import SqlStore

CONTENT = b"berth 7\x00\xff\n"
Keep = Callable[[str], File]


@pytest.fixture
def keep(open_sample: Callable[[str], SqlStore]) -> Keep:
    """Keeps a file of this name on the customer's card."""

    def keeping(name: str) -> File:
        store = open_sample("sanna")
        customer = store.customers.by_number(NUMBER).id
        return store.files.create(NewFile(customer=customer, kind=FileKind.FILE, name=name), BytesIO(CONTENT))

    return keeping


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder in which saving begins: the one for exports."""
    return tmp_path


def names_in(folder: Path) -> list[str]:
    """What is in a folder, hidden files too."""
    return sorted(os.listdir(folder))


def lose_contents(folder: Path) -> None:
    """Delete the contents that the store keeps beside itself."""
    for path in list((folder / "demo.db.files").rglob("*")):
        if path.is_file():
            path.unlink()


async def save_as(crm: Crm, name: str) -> None:
    """Press the key on the file of this name."""
    await crm.open("kallavesi")
    await crm.panel("files")
    cursor_on(crm, name)
    await crm.press("S")
    assert isinstance(crm.app.screen, PickFileDialog)


async def test_a_file_lands_where_asked_whole_and_for_its_owner_alone(start: Start, keep: Keep, folder: Path) -> None:
    keep("Berth plan.txt")
    async with start() as crm:
        await save_as(crm, "Berth plan.txt")
        await crm.see("Save as", "Berth plan.txt", "new")
        await crm.press("enter")
        await crm.expect_toast(f"Saved to {folder / 'Berth plan.txt'}")
        assert isinstance(crm.app.screen, CustomerCardScreen)
        assert crm.focused_panel is not None
        assert crm.focused_panel.id == "files"
    saved = folder / "Berth plan.txt"
    assert saved.read_bytes() == CONTENT
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600


async def test_it_lands_under_another_name_in_another_folder(start: Start, keep: Keep, folder: Path) -> None:
    keep("Berth plan.txt")
    (folder / "plans").mkdir()
    async with start() as crm:
        await save_as(crm, "Berth plan.txt")
        await crm.put(f"{folder}/plans/Berth 7.txt")
        await crm.press("enter")
        await crm.expect_toast(f"Saved to {folder / 'plans' / 'Berth 7.txt'}")
    assert names_in(folder / "plans") == ["Berth 7.txt"]
    assert (folder / "plans" / "Berth 7.txt").read_bytes() == CONTENT
    assert not (folder / "Berth plan.txt").exists()


async def test_a_file_that_is_there_is_replaced_only_after_a_second_key(start: Start, keep: Keep, folder: Path) -> None:
    keep("Berth plan.txt")
    mine = folder / "Berth plan.txt"
    mine.write_text("mine")
    async with start() as crm:
        await save_as(crm, "Berth plan.txt")
        await crm.press("enter")
        await crm.see("! Berth plan.txt exists. Enter again replaces it, or choose another name.")
        assert mine.read_text() == "mine"
        await crm.press("escape")
        assert crm.toasts == []
        assert mine.read_text() == "mine"
        await crm.press("S", "enter", "enter")
        await crm.expect_toast("Saved to")
    assert mine.read_bytes() == CONTENT


async def test_a_file_that_appears_after_the_name_was_chosen_stays(
    start: Start, keep: Keep, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another program may write it between the look at the name and the saving."""
    keep("Berth plan.txt")
    theirs = folder / "Berth plan.txt"
    async with start() as crm:
        await save_as(crm, "Berth plan.txt")
        seen = PickFileDialog.dismiss

        def late(dialog: PickFileDialog, result: Path | None = None) -> object:
            theirs.write_text("theirs")
            return seen(dialog, result)

        monkeypatch.setattr(PickFileDialog, "dismiss", late)
        await crm.press("enter")
        await crm.expect_toast("Berth plan.txt is there already and was left as it is. Save under another name.")
        assert isinstance(crm.app.screen, CustomerCardScreen)
    assert theirs.read_text() == "theirs"


async def test_a_full_disk_is_said_and_leaves_nothing_half_written(
    start: Start, keep: Keep, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    keep("Berth plan.txt")
    mine = folder / "Berth plan.txt"
    mine.write_text("mine")
    async with start() as crm:
        await save_as(crm, "Berth plan.txt")
        await crm.press("enter")
        with monkeypatch.context() as while_full:
            while_full.setattr(os, "fsync", full)
            await crm.press("enter")
            await crm.expect_toast("Berth plan.txt can't be written: No space left on device.")
        assert isinstance(crm.app.screen, CustomerCardScreen)
    assert mine.read_text() == "mine"
    assert not [name for name in names_in(folder) if name.endswith(".part")]


async def test_a_folder_that_is_not_there_is_said_while_typing(start: Start, keep: Keep, folder: Path) -> None:
    keep("Berth plan.txt")
    async with start() as crm:
        await save_as(crm, "Berth plan.txt")
        await crm.put(f"{folder}/nowhere/Berth plan.txt")
        await crm.press("enter")
        await crm.see("there is no such folder.")
        assert isinstance(crm.app.screen, PickFileDialog)
        await crm.press("escape")
    assert not (folder / "nowhere").exists()


async def test_a_file_whose_content_is_lost_is_said_and_nothing_is_written(
    start: Start, keep: Keep, folder: Path
) -> None:
    keep("Berth plan.txt")
    lose_contents(folder)
    async with start() as crm:
        await save_as(crm, "Berth plan.txt")
        await crm.press("enter")
        await crm.expect_toast("Berth plan.txt")
    assert not (folder / "Berth plan.txt").exists()


async def test_a_hostile_name_stays_in_its_folder_and_steers_nothing(start: Start, keep: Keep, folder: Path) -> None:
    name = "../" + HOSTILE.replace("\udce9", "é")
    file = keep(name)
    async with start() as crm:
        await save_as(crm, "click")
        assert not any(character in crm.text() for character in "\x1b\x9b")
        await crm.press("enter")
        await crm.expect_toast("Saved to")
        assert store_of(crm).files.get(file.id).name == name
    (saved,) = (name for name in names_in(folder) if "click" in name)
    assert (folder / saved).read_bytes() == CONTENT
    assert not any(character in saved for character in "\x1b\x9b")


async def test_a_link_has_no_content_to_save(start: Start, open_sample: Callable[[str], SqlStore]) -> None:
    store = open_sample("sanna")
    customer = store.customers.by_number(NUMBER).id
    store.files.create(NewFile(customer=customer, kind=FileKind.LINK, name="Berths", url="https://a.example"))
    async with start() as crm:
        await crm.open("kallavesi")
        await crm.panel("files")
        cursor_on(crm, "Berths")
        await crm.settle()
        await crm.press("S")
        await crm.expect_toast("a link has no content to save")
        assert isinstance(crm.app.screen, CustomerCardScreen)
