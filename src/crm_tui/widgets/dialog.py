"""The frame of every dialog: it paints its own box and one blank column at each side, nothing else."""

from collections.abc import Callable
from typing import Any, ClassVar, Generic, Protocol, TypeVar, runtime_checkable

from textual import events
from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.containers import Vertical
from textual.screen import ModalScreen, Screen
from textual.widgets import Input

from crm_tui.text import clean
from crm_tui.widgets.cells import EMPTY, Cell, cell, join
from crm_tui.widgets.command_target import CommandTarget
from crm_tui.widgets.layout import ToldSizes
from crm_tui.widgets.panel import Panel

Result = TypeVar("Result")


@runtime_checkable
class _Redraws(Protocol):
    """An App that can write its screen again."""

    def redraw(self) -> None:
        """Write every cell of the screen again."""


class _Box(Vertical):
    """The box itself."""


class LineInput(Input):
    """A line to type in, in a dialog. ``enter`` is called for Enter at once, not by a message that takes its time:
    what is typed after it is meant for what comes after the dialog."""

    DEFAULT_CSS = """
    LineInput, LineInput:focus, LineInput.-textual-compact {
        height: 1; border: none; padding: 0 1; margin: 0 1; background: $crm-field; color: $crm-bright;
    }
    LineInput:ansi { text-style: underline; }
    """

    def __init__(self, value: str = "", *, placeholder: str = "", enter: Callable[[], None] | None = None) -> None:
        super().__init__(value, placeholder=placeholder, compact=True, select_on_focus=False)
        self.cursor_blink = False
        self._enter = enter

    async def _on_key(self, event: events.Key) -> None:
        if event.key == "enter" and self._enter is not None:
            event.stop()
            event.prevent_default()
            self._enter()


class Dialog(CommandTarget, ToldSizes, ModalScreen[Result | None], Generic[Result]):
    """A box over the screen; `content` gives what is in it. Esc closes it with None."""

    COMMAND_IDS: ClassVar[tuple[str, ...]] = ("dialog.close", "app.redraw")
    DEFAULT_CSS = """
    Dialog {
        align: center middle; background: transparent;
        & > Vertical.dialog-frame {
            width: 82; max-width: 100%; height: auto; max-height: 100%; padding: 0 1; background: $background;
        }
        & _Box {
            border: round $crm-accent; background: $crm-dialog; width: 1fr; height: auto;
            border-title-style: none; border-subtitle-style: none;
        }
    }
    """
    WIDTH = 80
    title_text = ""
    _foot = EMPTY
    _under: "Screen[Any] | None" = None

    def content(self) -> ComposeResult:
        """The widgets in the box; every dialog has its own."""
        yield from ()

    def compose(self) -> ComposeResult:
        self._box = _Box(*self.content())
        frame = Vertical(self._box, classes="dialog-frame")
        frame.styles.width = self.WIDTH + 2
        yield frame

    def on_mount(self) -> None:
        self.set_dialog_title(self.title_text)
        stack = self.app.screen_stack
        self._under = stack[stack.index(self) - 1] if self in stack[1:] else None
        focused = self._under.focused if self._under is not None else None
        for node in focused.ancestors if focused is not None else ():
            if isinstance(node, Panel):
                node.set_behind(True)

    def on_unmount(self) -> None:
        if self._under is not None:
            for panel in self._under.query(Panel):
                panel.set_behind(False)

    def set_dialog_title(self, title: str, more: Cell = EMPTY) -> None:
        """The title in the border."""
        self._box.border_title = join([cell((title, "key")), more], " ").content()

    def set_foot(self, foot: Cell) -> None:
        """The text in the bottom border at the right; only another one repaints the box."""
        if foot != self._foot:
            self._foot = foot
            self._box.border_subtitle = foot.content() if foot else ""

    def on_command_target_command_refused(self, event: CommandTarget.CommandRefused) -> None:
        event.stop()
        self.notify(f"{event.command.label}: {clean(event.reason)}", markup=False)

    def dismiss(self, result: Result | None = None) -> AwaitComplete:
        """Close it, and what lies over it. One that is closed already stays so: an answer may come after Esc, or
        come twice, and Textual itself would close whatever is in front then."""
        if self not in self.app.screen_stack:
            return AwaitComplete()
        while self.app.screen is not self:
            self.app.pop_screen()
        return super().dismiss(result)

    def do_dialog_close(self) -> None:
        self.dismiss(None)

    def do_app_redraw(self) -> None:
        if isinstance(self.app, _Redraws):
            self.app.redraw()
