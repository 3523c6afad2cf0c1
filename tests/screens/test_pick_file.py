"""Picking a file: a path is typed or walked, whatever the disk holds, and nothing is chosen that can't be read."""

from __future__ import annotations

import os
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.screens.dialog_app import KEYS, Shown, showing

from crm_tui.domain.errors import Invalid, Unavailable
from crm_tui.screens import folder
from crm_tui.screens.dialogs.pick_file import PickFileDialog
from crm_tui.screens.folder import Folder, Place, list_typed, read_folder

SIZES = [(80, 24), (120, 40), (200, 60)]
MOMENT = datetime(2025, 11, 4, 14, 20, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder with folders and files in it."""
    home = tmp_path / "home"
    for name in ("Documents", "Downloads", ".config", "reports old"):
        (home / name).mkdir(parents=True)
    (home / "Documents" / "offer.pdf").write_bytes(b"x" * 94_000)
    for name, size in (("report.csv", 1_200_000), ("report.pdf", 12), ("annual report.txt", 5), (".profile", 1)):
        (home / name).write_bytes(b"x" * size)
        os.utime(home / name, (MOMENT.timestamp(), MOMENT.timestamp()))
    return home


def dialog(start: Path, save_name: str | None = None, *, endings: tuple[str, ...] = ()) -> PickFileDialog:
    return PickFileDialog(start, KEYS, title="Add a file", save_name=save_name, endings=endings, zone=UTC)


async def typed(shown: Shown, text: str) -> None:
    await shown.press(*(NAMES.get(char, char) for char in text))


NAMES = {" ": "space", "/": "slash", ".": "full_stop", "~": "tilde", "-": "minus"}


def listed(shown: Shown) -> list[str]:
    """The first column of the rows, without the border."""
    inside = [line.strip(" │").lstrip("▌") for line in shown.lines if line.strip().startswith("│")]
    return [line.split("  ")[0] for line in inside[1:-1] if line]


@pytest.mark.parametrize("size", SIZES)
async def test_folders_come_first_then_files_with_size_and_date(size: tuple[int, int], home: Path) -> None:
    async with showing(dialog(home), size=size) as shown:
        assert listed(shown)[:6] == [
            "Documents/", "Downloads/", "reports old/", "annual report.txt", "report.csv", "report.pdf",
        ]  # fmt: skip
        assert "1.2 MB   4 Nov 2025 14:20" in shown.text
        assert ".profile" not in shown.text
        assert "Open  Enter" in shown.text


async def test_enter_goes_into_a_folder_and_chooses_a_file(home: Path) -> None:
    async with showing(dialog(home)) as shown:
        await shown.press("enter")
        assert "94 kB" in shown.text
        assert "offer.pdf" in shown.row
        await shown.press("enter")
        assert shown.result == home / "Documents" / "offer.pdf"


async def test_typing_narrows_by_beginning_then_by_part(home: Path) -> None:
    async with showing(dialog(home)) as shown:
        await typed(shown, "REP")
        assert listed(shown)[:4] == ["reports old/", "report.csv", "report.pdf", "annual report.txt"]
        await typed(shown, "ort.p")
        await shown.press("enter")
        assert shown.result == home / "report.pdf"


async def test_the_arrows_choose(home: Path) -> None:
    async with showing(dialog(home)) as shown:
        await typed(shown, "rep")
        await shown.press("down", "down", "up", "enter")
        assert shown.result == home / "report.csv"


async def test_backspace_after_a_slash_goes_up_to_the_folder_it_came_from(home: Path) -> None:
    async with showing(dialog(home / "Downloads")) as shown:
        assert "This folder is empty." in shown.text
        await shown.press("backspace")
        assert "Downloads/" in shown.row
        await typed(shown, "re")
        await shown.press("backspace", "backspace")
        assert "Documents/" in listed(shown)


async def test_hidden_ones_are_shown_after_a_dot(home: Path) -> None:
    async with showing(dialog(home)) as shown:
        await typed(shown, ".")
        assert listed(shown)[:2] == [".config/", ".profile"]


async def test_tab_completes(home: Path) -> None:
    async with showing(dialog(home)) as shown:
        await typed(shown, "rep")
        await shown.press("tab")
        await typed(shown, ".c")
        await shown.press("tab", "enter")
        assert shown.result == home / "report.csv"
    async with showing(dialog(home)) as shown:
        await typed(shown, "doc")
        await shown.press("tab", "enter")
        assert shown.result == home / "Documents" / "offer.pdf"


async def test_keys_that_come_before_the_answer_wait_for_it(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    go_on, reading = threading.Event(), folder.read_folder

    def slow(path: Path) -> Folder:
        go_on.wait(20)
        return reading(path)

    async with showing(dialog(home)) as shown:
        monkeypatch.setattr(folder, "read_folder", slow)
        await shown.pilot.press("enter", "o", "f", "enter")
        assert shown.app.results == []
        go_on.set()
        await shown.settle()
        assert shown.result == home / "Documents" / "offer.pdf"


async def test_the_home_folder_and_whole_paths_can_be_typed(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(home))
    async with showing(dialog(Path("/"))) as shown:
        await shown.press("ctrl+u")
        await typed(shown, "~/Documents/off")
        await shown.press("enter")
        assert shown.result == home / "Documents" / "offer.pdf"


async def test_dots_lead_up(home: Path) -> None:
    async with showing(dialog(home / "Documents")) as shown:
        await typed(shown, "../report.csv")
        await shown.press("enter")
        assert shown.result == home / "report.csv"


async def test_what_is_not_there_is_said(home: Path) -> None:
    async with showing(dialog(home)) as shown:
        await typed(shown, "nope")
        assert "Nothing here is called so." in shown.text
        await shown.press("enter")
        assert "! There is no file nope here" in shown.text
        await typed(shown, "/x")
        assert "there is no such folder." in " ".join(shown.text.split())
        await shown.press("enter", "tab", "escape")
        assert shown.result is None


async def test_a_file_that_vanished_is_said_and_the_list_read_anew(home: Path) -> None:
    async with showing(dialog(home)) as shown:
        await typed(shown, "report.c")
        (home / "report.csv").unlink()
        await shown.press("enter")
        assert "! There is no file report.csv here (any more)." in shown.text
        assert "report.csv" not in listed(shown)


async def test_a_pipe_is_no_file(home: Path) -> None:
    os.mkfifo(home / "pipe")
    (home / "loop").symlink_to("loop")
    async with showing(dialog(home)) as shown:
        await typed(shown, "pipe")
        assert "no file" in shown.row
        await shown.press("enter")
        assert "! pipe is a device, a pipe or a broken link, not a file; choose another." in shown.text
        await shown.press("ctrl+w")
        await typed(shown, "loop")
        await shown.press("enter")
        assert shown.app.results == []
        assert "loop" in shown.text


async def test_a_folder_that_may_not_be_read_is_said(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(_: object) -> None:
        raise PermissionError(13, "Permission denied")

    async with showing(dialog(home)) as shown:
        monkeypatch.setattr(os, "scandir", refused)
        await shown.press("enter")
        assert "can't be opened: you may not read it." in " ".join(shown.text.replace("│", " ").split())
        monkeypatch.undo()
        await shown.press("backspace")
        assert "Documents/" in listed(shown)


@pytest.mark.parametrize("size", SIZES)
async def test_odd_names_are_shown_harmlessly_and_chosen_to_the_letter(size: tuple[int, int], tmp_path: Path) -> None:
    odd = tmp_path / "[b]x\x1b[31m"
    odd.mkdir()
    name = b"caf\xe9 [b]\n\x1b]52;c;x\x07.txt"
    (odd / os.fsdecode(name)).write_text("x")
    async with showing(dialog(tmp_path), size=size) as shown:
        await typed(shown, "x")
        assert "[b]x[31m/" in shown.row
        await shown.press("enter")
        assert "\x1b" not in shown.text
        assert "caf� [b] ]52;c;x.txt" in shown.row
        await shown.press("tab", "enter")
        assert os.fsencode(shown.result) == os.fsencode(odd) + b"/" + name


async def test_fifty_thousand_entries_are_narrowed_not_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entries = tuple(folder.Entry(f"file {n:05}", "file") for n in range(50_000))
    monkeypatch.setattr(folder, "read_folder", lambda path: Folder(path, entries))
    async with showing(dialog(tmp_path)) as shown:
        assert "the first 500 of 50 000" in shown.text
        await typed(shown, "49999")
        assert "file 49999" in shown.row


async def test_an_answer_for_older_text_is_dropped(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    go_on, reading = threading.Event(), folder.read_folder

    def slow(path: Path) -> Folder:
        if path.name == "Documents":
            go_on.wait(20)
        return reading(path)

    async with showing(dialog(home)) as shown:
        monkeypatch.setattr(folder, "read_folder", slow)
        await shown.pilot.press("enter", "backspace")
        await shown.pilot.pause()
        go_on.set()
        await shown.settle()
        assert "offer.pdf" not in shown.text
        assert "report.csv" in shown.text


# -- saving -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", SIZES)
async def test_a_new_name_is_saved_under_at_once(size: tuple[int, int], home: Path) -> None:
    async with showing(dialog(home, "customers.csv"), size=size) as shown:
        assert "customers.csv" in shown.row
        assert "new" in shown.row
        assert "Documents/" in shown.text
        await shown.press("enter")
        assert shown.result == home / "customers.csv"


async def test_a_file_that_is_there_asks_before_it_is_replaced(home: Path) -> None:
    async with showing(dialog(home, "report.csv")) as shown:
        await shown.press("enter")
        assert "! report.csv exists. Enter again replaces it" in shown.text
        await shown.press("backspace", "v", "enter")
        assert shown.app.results == []
        await shown.press("enter")
        assert shown.result == home / "report.csv"


async def test_a_move_takes_the_permission_to_replace_back(home: Path) -> None:
    async with showing(dialog(home, "report")) as shown:
        await shown.press("down", "down", "enter")
        assert "report.csv exists" in shown.text
        await shown.press("down", "enter")
        assert "report.pdf exists" in shown.text
        assert shown.app.results == []


async def test_the_name_goes_along_into_a_folder(home: Path) -> None:
    async with showing(dialog(home, "customers.csv")) as shown:
        await shown.press("down", "enter", "enter")
        assert shown.result == home / "Documents" / "customers.csv"


async def test_a_name_must_have_the_right_ending(home: Path) -> None:
    async with showing(dialog(home, "customers.doc", endings=(".csv", ".json"))) as shown:
        await shown.press("enter")
        assert "! End the name with .csv or .json." in shown.text
        assert shown.app.results == []


async def test_without_a_name_it_asks_for_one(home: Path) -> None:
    async with showing(dialog(home / "Downloads", "")) as shown:
        await shown.press("enter")
        assert "! Type a name, or choose another folder." in shown.text


async def test_a_name_to_save_under_stays_in_its_folder(home: Path) -> None:
    async with showing(dialog(home, "../../etc/pass\x1bwd.txt")) as shown:
        await shown.press("enter")
        assert shown.result == home / ".._.._etc_passwd.txt"


# -- the disk, without a screen -----------------------------------------------------------------------------------


def test_what_can_not_be_read_is_told_in_a_sentence(home: Path) -> None:
    with pytest.raises(Unavailable, match=r"report\.csv can't be opened: it is not a folder\."):
        read_folder(home / "report.csv")
    with pytest.raises(Unavailable, match=r"nope can't be opened: there is no such folder\."):
        read_folder(home / "nope")
    with pytest.raises(Unavailable, match=r"can't be opened: its name can't be read\."):
        read_folder(home / "\ud800")


@pytest.mark.parametrize(("text", "said"), [("a\0/b", "NUL"), ("~nobody-of-this-name/x", "home folder")])
def test_a_path_that_is_none_is_told_in_a_sentence(text: str, said: str, home: Path) -> None:
    with pytest.raises(Invalid, match=said):
        list_typed(text, Place(f"{home}/", home), None, saving=False)
