"""A case in full, from which one goes on to what is on it."""

from __future__ import annotations

from crm_tui.screens.dialogs.reading import ReadingDialog


class CaseDialog(ReadingDialog):
    """Its commands are carried out by the panel that opened it."""

    COMMAND_IDS = ("cases.go",)
    OFFERS = (("cases.go", "go to"), *ReadingDialog.OFFERS)
    WIDTH = 86
    LABELS = 16

    def do_cases_go(self) -> None:
        self.dismiss("cases.go")
