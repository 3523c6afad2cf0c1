"""Why a business register has nothing to take over, to its end."""

from __future__ import annotations

from textual.app import ComposeResult

from crm_tui.domain.errors import CrmError, RegisterFailed
from crm_tui.domain.register_entry import SOURCES
from crm_tui.domain.vat import RegisterNumber
from crm_tui.keymap import Keys
from crm_tui.widgets.buttons import ButtonBar
from crm_tui.widgets.cells import cell
from crm_tui.widgets.command_target import Availability
from crm_tui.widgets.dialog import Dialog
from crm_tui.widgets.facts import Facts, whole
from crm_tui.widgets.line import Line


class RegisterFailureDialog(Dialog[bool]):
    """Gives True to ask again."""

    COMMAND_IDS = ("register.again", "dialog.choose")
    DEFAULT_CSS = """
    RegisterFailureDialog Facts { height: auto; }
    """
    WIDTH = 72

    def __init__(self, failure: CrmError, number: RegisterNumber, keys: Keys) -> None:
        super().__init__()
        self.title_text = f"{SOURCES[number.country]}: {number.id}"
        self._can_retry = not isinstance(failure, RegisterFailed) or failure.can_retry
        style = "bad" if isinstance(failure, RegisterFailed) else "warn"
        goes_on = "What you typed is kept, and can be saved without the register."
        facts = (whole(cell((f"! {failure}", style)), wrap=True), whole(cell((goes_on, "muted")), wrap=True))
        self._facts = Facts(facts, focusable=False)
        ids = ("register.again", "dialog.close")
        primary = ids[0] if self._can_retry else ids[1]
        self._buttons = ButtonBar(self, keys, ids, primary=primary, labels={"register.again": "Ask again"})

    def content(self) -> ComposeResult:
        yield Line()
        yield self._facts
        yield Line()
        yield self._buttons

    def availability(self, command_id: str) -> Availability:
        if command_id == "register.again":
            return self._can_retry
        return super().availability(command_id)

    def do_register_again(self) -> None:
        self.dismiss(True)

    def do_dialog_choose(self) -> None:
        self.dismiss(self._can_retry)
