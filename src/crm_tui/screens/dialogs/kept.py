"""What came after a change that was taken back, and stays: said in full, for it is not where one left it."""

from __future__ import annotations

from crm_tui.keymap import Keys
from crm_tui.screens.dialogs.reading import Reading, ReadingDialog
from crm_tui.store.undo import UndoStep
from crm_tui.widgets.cells import cell
from crm_tui.widgets.facts import Fact, whole


class KeptDialog(ReadingDialog):
    """A list with narrow marks before its lines."""

    LABELS = 3


def kept_dialog(step: UndoStep, keys: Keys, *, redo: bool) -> KeptDialog:
    """What is said after ``step`` was taken back or, with ``redo``, done again."""
    done = "done again" if redo else "taken back"
    facts = [
        whole(cell((step.label, "name"), f" was {done}."), wrap=True),
        whole(cell(("What came later is kept:", "muted"))),
        whole(""),
        *(Fact("·", each, True) for each in step.kept),
    ]
    return KeptDialog(Reading(f"{done.capitalize()}, but for this", facts), keys)
