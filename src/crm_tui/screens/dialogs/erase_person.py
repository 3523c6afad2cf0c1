"""Deleting a contact (rule 8): it can't be undone, so the name is typed before it is done."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.widgets import Input

from crm_tui.domain.names import DELETED_CONTACT, contact_name
from crm_tui.domain.normalise import fold
from crm_tui.keymap import Keys
from crm_tui.widgets.buttons import ButtonBar
from crm_tui.widgets.cells import cell
from crm_tui.widgets.command_target import Availability, CommandTarget
from crm_tui.widgets.dialog import Dialog, LineInput
from crm_tui.widgets.facts import Facts, whole
from crm_tui.widgets.line import Line

#: what is typed for a name of which nothing can be seen
_WORD = "erase"


class ErasePersonDialog(Dialog[bool]):
    """Gives True when the person is to be erased, None for Esc."""

    COMMAND_IDS = ("dialog.choose",)
    DEFAULT_CSS = """
    ErasePersonDialog Facts { height: auto; }
    """
    WIDTH = 76
    title_text = "Erase a person"

    def __init__(self, first_name: str, last_name: str, keys: Keys) -> None:
        super().__init__()
        self._person = contact_name(first_name, last_name)
        names = [name for name in (last_name, self._person) if _folded(name)]
        self._asked_for = names[0] if names else _WORD
        self._wanted = {_folded(name) for name in names} or {_WORD}
        self._facts = Facts([
            whole(cell((f"! Erase {self._person} for good?", "bad bold")), wrap=True),
            whole("This can't be undone: names, e-mails, phones and all else about the person are erased, also from"
                  " search, history and drafts.", wrap=True),
            whole(cell("What points to the person will show ", (DELETED_CONTACT, "italic"),
                       ". Invoices keep their receiver."), wrap=True),
            whole(cell(("Backups and exported files may still hold the person: see to them yourself.", "warn")),
                  wrap=True),
            whole(""),
            whole(cell("Type ", (self._asked_for, "name"), " to go on:"), wrap=True),
        ])  # fmt: skip
        self._input = LineInput()
        self._said = Line()
        labels = {"dialog.choose": "Erase", "dialog.close": "Cancel"}
        self._buttons = ButtonBar(
            self, keys, ("dialog.choose", "dialog.close"), primary="dialog.choose", labels=labels
        )  # fmt: skip

    def content(self) -> ComposeResult:
        yield Line()
        yield self._facts
        yield self._input
        yield self._said
        yield self._buttons

    def on_mount(self) -> None:
        self._input.focus()

    def on_resize(self, event: events.Resize) -> None:
        self._facts.styles.max_height = max(1, event.size.height - 6)

    def availability(self, command_id: str) -> Availability:
        if command_id == "dialog.choose" and _folded(self._input.value) not in self._wanted:
            return f"type {self._asked_for} first"
        return super().availability(command_id)

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._said.show(cell())
        self._buttons.refresh()

    async def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        await self.run_command("dialog.choose")

    def on_command_target_command_refused(self, event: CommandTarget.CommandRefused) -> None:
        event.stop()
        event.prevent_default()  # said here, not in a toast
        self._said.show(cell(("! To erase, ", "bad"), (event.reason, "bad")))

    def do_dialog_choose(self) -> None:
        self.dismiss(True)


def _folded(text: str) -> str:
    """A name as it is compared: without capitals, accents and needless blanks."""
    return " ".join(fold(text).split())
