"""The question when a form is left in which something was typed."""

from __future__ import annotations

from crm_tui.keymap import Keys
from crm_tui.widgets.confirm import ConfirmDialog


class NotSavedDialog(ConfirmDialog):
    """Gives True to throw away what was typed, False to save it, None to go on editing."""

    COMMAND_IDS = ("form.save",)

    def __init__(self, keys: Keys) -> None:
        super().__init__("Not saved", ["What you typed is not saved yet."], keys, label="Throw away")

    def button_ids(self) -> tuple[str, ...]:
        return ("form.save", "confirm.do", "dialog.close")

    def do_form_save(self) -> None:
        self.dismiss(False)
