"""A question before something is deleted: it has a key of its own, and Enter does nothing."""

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult

from crm_tui.keymap import Keys
from crm_tui.widgets.buttons import ButtonBar
from crm_tui.widgets.cells import Cell, cell
from crm_tui.widgets.dialog import Dialog
from crm_tui.widgets.facts import Fact, Facts, whole
from crm_tui.widgets.line import Line


class ConfirmDialog(Dialog[bool]):
    """Gives True when it is to be done, None for Esc. The key that opened it can't confirm it."""

    COMMAND_IDS = ("confirm.do",)
    DEFAULT_CSS = """
    ConfirmDialog Facts { height: auto; }
    """
    WIDTH = 72

    def __init__(self, title: str, sentences: Sequence[Cell | str], keys: Keys, *, label: str = "Delete") -> None:
        """The first sentence is the question; `label` is the word on the button."""
        super().__init__()
        self.title_text = title
        question, *more = sentences
        first = question if isinstance(question, Cell) else cell((question, "name"))
        self._facts = Facts([whole(first, wrap=True), *(whole(each, wrap=True) for each in more), *self.more_facts()])
        labels = {"confirm.do": label, "dialog.close": "Cancel"}
        self._buttons = ButtonBar(self, keys, self.button_ids(), primary="confirm.do", labels=labels)

    def more_facts(self) -> Sequence[Fact]:
        """What is said below the sentences."""
        return ()

    def button_ids(self) -> tuple[str, ...]:
        """The commands that have buttons."""
        return ("confirm.do", "dialog.close")

    def content(self) -> ComposeResult:
        yield Line()
        yield self._facts
        yield Line()
        yield self._buttons

    def on_mount(self) -> None:
        self._facts.focus()

    def on_resize(self, event: events.Resize) -> None:
        self._facts.styles.max_height = max(1, event.size.height - 5)

    def do_confirm_do(self) -> None:
        self.dismiss(True)
