"""Pictures of the dialogs that stand alone. Look at each one before it is kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import SnapCompare
from tests.screens.dialog_app import KEYS, DialogApp, Shown
from tests.screens.test_conflict_dialog import LONG, QUESTION
from tests.screens.test_delete_customer_dialog import BLOCKED, FREE, NAME
from tests.screens.test_undo_list import LINES
from textual.pilot import Pilot

from crm_tui.screens import folder
from crm_tui.screens.dialogs.conflict import ConflictDialog, ConflictRow
from crm_tui.screens.dialogs.delete_customer import deletion_dialog
from crm_tui.screens.dialogs.erase_person import ErasePersonDialog
from crm_tui.screens.dialogs.pick_file import PickFileDialog
from crm_tui.screens.dialogs.undo_list import UndoListDialog
from crm_tui.widgets.confirm import ConfirmDialog
from crm_tui.widgets.dialog import Dialog

SIZES = [pytest.param((width, height), id=f"{width}x{height}") for width, height in ((80, 24), (120, 40))]
Make = Callable[[], Dialog[Any]]


def conflict() -> Dialog[Any]:
    return ConflictDialog(QUESTION, KEYS)


def conflict_long() -> Dialog[Any]:
    rows = (ConflictRow("text", "Description", "Pays late", LONG, "Pays on time"), *QUESTION.rows)
    return ConflictDialog(QUESTION._replace(rows=rows), KEYS)


def blocked() -> Dialog[Any]:
    return deletion_dialog(NAME, BLOCKED, KEYS)


def deletion() -> Dialog[Any]:
    return deletion_dialog(NAME, FREE, KEYS)


def confirm() -> Dialog[Any]:
    return ConfirmDialog(
        "Delete address", ["Delete Satamakatu 12, 70100 Kuopio?", "For 30 days u takes it back."], KEYS
    )


def erase() -> Dialog[Any]:
    return ErasePersonDialog("Tore", "Nygård", KEYS)


def undo() -> Dialog[Any]:
    return UndoListDialog(LINES, KEYS)


def pick_file() -> Dialog[Any]:
    return PickFileDialog(Path("/home/sanna"), KEYS, title="Add a file", zone=UTC)


def save_file() -> Dialog[Any]:
    return PickFileDialog(Path("/home/sanna"), KEYS, title="Save as", save_name="report.csv", zone=UTC)


MOMENT = datetime(2025, 11, 4, 14, 20, tzinfo=UTC)
ENTRIES = (
    *(folder.Entry(name, "folder") for name in ("Documents", "Downloads", "Reports of last year")),
    folder.Entry("Frame agreement 2025–2027.pdf", "file", 1_200_000, MOMENT),
    folder.Entry("pipe", "other"),
    folder.Entry("report.csv", "file", 94_000, MOMENT),
)


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every folder holds the same files, wherever these pictures are taken."""
    monkeypatch.setattr(folder, "read_folder", lambda path: folder.Folder(path, ENTRIES))
    monkeypatch.setattr("crm_tui.screens.dialogs.pick_file.kind_at", lambda path: "file")


#: what to make, and the keys that are pressed then
DIALOGS: dict[str, tuple[Make, tuple[str, ...]]] = {
    "conflict": (conflict, ("left", "down", "right")),
    "conflict long": (conflict_long, ("right",)),
    "deletion blocked": (blocked, ("down",)),
    "deletion": (deletion, ()),
    "confirm": (confirm, ()),
    "erase": (erase, ("n", "y", "g", "enter")),
    "undo": (undo, ("down",)),
    "pick a file": (pick_file, ("r", "e")),
    "save a file": (save_file, ("enter",)),
}


def looks_the_same(name: str, size: tuple[int, int], compare: SnapCompare, *, theme: str = "crm-dark") -> bool:
    make, keys = DIALOGS[name]
    app = DialogApp(make(), theme=theme)

    async def run(pilot: Pilot[None]) -> None:
        shown = Shown(app, pilot)
        await shown.settle()
        await shown.press(*keys)

    return compare(app, terminal_size=size, run_before=run)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", DIALOGS)
def test_dialog(name: str, size: tuple[int, int], snap_compare: SnapCompare) -> None:
    assert looks_the_same(name, size, snap_compare)


@pytest.mark.parametrize("theme", ["crm-light", "ansi-dark"])
@pytest.mark.parametrize("name", ["conflict", "deletion blocked", "erase", "pick a file"])
def test_theme(name: str, theme: str, snap_compare: SnapCompare) -> None:
    assert looks_the_same(name, (80, 24), snap_compare, theme=theme)
