"""What a saved view is called."""

from __future__ import annotations

from collections.abc import Collection

from textual.app import ComposeResult
from textual.widgets import Input

from crm_tui.domain.names import squeezed
from crm_tui.keymap import Keys
from crm_tui.text import clean
from crm_tui.widgets.buttons import ButtonBar
from crm_tui.widgets.cells import EMPTY, cell
from crm_tui.widgets.dialog import Dialog, LineInput
from crm_tui.widgets.line import Line


class ViewNameDialog(Dialog[str]):
    """Gives the name that was typed, without blanks around it; None for Esc."""

    COMMAND_IDS = ("dialog.choose",)
    WIDTH = 64

    def __init__(self, title: str, about: str, name: str, keys: Keys, *, replaces: Collection[str] = ()) -> None:
        """``about`` says what the view holds; a name in ``replaces`` is said to take the place of that view."""
        super().__init__()
        self.title_text = title
        self._about = about
        self._replaces = {each.casefold(): each for each in replaces}
        self._input = LineInput(name, placeholder="Name of the view", enter=self.do_dialog_choose)
        self._said = Line()
        self._buttons = ButtonBar(
            self, keys, ("dialog.choose", "dialog.close"), primary="dialog.choose",
            labels={"dialog.choose": "Save", "dialog.close": "Cancel"},
        )  # fmt: skip

    def content(self) -> ComposeResult:
        yield Line(cell((self._about, "muted")))
        yield self._input
        yield self._said
        yield self._buttons

    def on_mount(self) -> None:
        self._input.focus()
        self._say()

    @property
    def _typed(self) -> str:
        return squeezed(self._input.value)

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._say()

    def _say(self) -> None:
        there = self._replaces.get(self._typed.casefold())
        self._said.show(cell((f"takes the place of “{clean(there)}”", "warn")) if there is not None else EMPTY)

    def do_dialog_choose(self) -> None:
        if self._typed:
            self.dismiss(self._typed)
        else:
            self._said.show(cell(("! It needs a name.", "bad")))
