"""What came after a change that was taken back, and stays: said in full, for it is not where one left it."""

from __future__ import annotations

from crm_tui.keymap import Keys
from crm_tui.screens.dialogs.reading import Reading, ReadingDialog
from crm_tui.store.undo import UndoStep
from crm_tui.widgets.cells import cell
from crm_tui.widgets.facts import whole


def kept_dialog(step: UndoStep, keys: Keys, *, redo: bool) -> ReadingDialog:
    """A dialog to read."""
    done, since = ("was done again", "was taken back") if redo else ("was taken back", "was done")
    facts = [
        whole(cell((step.label, "name"), f" {done}."), wrap=True),
        whole(cell((f"What came after it {since} is kept:", "muted")), wrap=True),
        whole(""),
        *(whole(cell(("· ", "muted"), each), wrap=True) for each in step.kept),
    ]
    title = "Done again, but for this" if redo else "Taken back, but for this"
    return ReadingDialog(Reading(title, facts), keys)
