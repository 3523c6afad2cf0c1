"""The frame of every dialog: it paints its own box and one blank column at each side, nothing else."""

from typing import Generic, TypeVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen, Screen
from textual.widget import Widget

from crm_tui.widgets.cells import EMPTY, Cell, cell, join
from crm_tui.widgets.command_target import CommandTarget

Result = TypeVar("Result")


class _Box(Vertical):
    """The box itself."""


class Dialog(CommandTarget, ModalScreen[Result | None], Generic[Result]):
    """A box over the screen; `content` gives what is in it. Esc closes it with None."""

    COMMANDS = ("dialog.close",)
    DEFAULT_CSS = """
    Dialog {
        align: center middle; background: transparent;
        & > Vertical.dialog-frame { width: auto; height: auto; padding: 0 1; background: $crm-dialog; }
        & _Box {
            border: round $crm-accent; background: $crm-dialog; width: 80; max-width: 100%; height: auto;
            border-title-style: none; border-subtitle-style: none;
        }
    }
    """
    WIDTH = 80
    title_text = ""

    def content(self) -> ComposeResult:
        """The widgets in the box."""
        raise NotImplementedError

    def compose(self) -> ComposeResult:
        self._box = _Box(*self.content())
        self._box.styles.width = self.WIDTH
        yield Vertical(self._box, classes="dialog-frame")

    def on_mount(self) -> None:
        self.set_dialog_title(self.title_text)
        self._mark_under(True)

    def on_unmount(self) -> None:
        self._mark_under(False)

    def set_dialog_title(self, title: str, more: Cell = EMPTY) -> None:
        """The title in the border."""
        self._box.border_title = join([cell((title, "key")), more], " ").content()

    def set_foot(self, foot: Cell) -> None:
        """The text in the bottom border at the right."""
        self._box.border_subtitle = foot.content() if foot else ""

    def do_dialog_close(self) -> None:
        self.dismiss(None)
