"""An invoice in full, from which one goes on to its case."""

from __future__ import annotations

from crm_tui.keymap import Keys
from crm_tui.screens.dialogs.reading import Reading, ReadingDialog
from crm_tui.widgets.command_target import Availability


class InvoiceDialog(ReadingDialog):
    """Its commands are carried out by the panel that opened it."""

    COMMAND_IDS = ("invoices.case",)
    OFFERS = (("invoices.case", "its case"), *ReadingDialog.OFFERS)

    def __init__(self, reading: Reading, keys: Keys, has_case: Availability) -> None:
        super().__init__(reading, keys)
        self._has_case = has_case

    def availability(self, command_id: str) -> Availability:
        return self._has_case if command_id == "invoices.case" else super().availability(command_id)

    def do_invoices_case(self) -> None:
        self.dismiss("invoices.case")
