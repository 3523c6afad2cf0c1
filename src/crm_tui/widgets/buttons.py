"""The last line of a dialog: its buttons at the right, each with its key."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from textual import events
from textual.app import RenderResult
from textual.geometry import Size
from textual.widget import Widget

from crm_tui.commands import COMMANDS
from crm_tui.keymap import Keys
from crm_tui.widgets.cells import Cell, cell
from crm_tui.widgets.command_target import CommandTarget

#: from roomy to tight: whether keys are shown, and the blanks between two buttons
_FORMS = ((True, 4), (True, 2), (False, 2), (False, 1))


class Button(NamedTuple):
    """A button as it is drawn: the command it runs, its word, its key, the style of the word."""

    command_id: str
    label: str
    keys: str
    style: str

    def drawn(self, *, keyed: bool, most: int) -> Cell:
        """The button in at most so many cells."""
        word = cell((" ", self.style), (cell(self.label).cut(max(1, most - 2)).plain, self.style), (" ", self.style))
        return cell(word, " ", (self.keys, "muted")) if keyed and self.keys else word


class ButtonBar(Widget):
    """Buttons of commands. The owner calls `refresh` after something changed what works.

    A disabled command is muted, and says why when it is clicked; one that is not there has no button. Where it
    gets narrow the keys go first, then the words are shortened.
    """

    DEFAULT_CSS = """
    ButtonBar { height: 1; width: 1fr; }
    """

    line_count = 1

    def __init__(
        self,
        target: CommandTarget,
        keys: Keys,
        command_ids: Sequence[str],
        *,
        primary: str,
        labels: Mapping[str, str] | None = None,
    ) -> None:
        """`target` carries the commands out, `primary` is the one on the accent; `labels` replace the words of
        the command table."""
        super().__init__()
        self._carries_out = target
        self._keys = keys
        self._command_ids = tuple(command_ids)
        self._primary = primary
        self._labels = dict(labels or {})
        self._places: list[tuple[int, int, str]] = []

    def set_words(self, labels: Mapping[str, str], *, primary: str | None = None) -> None:
        """Other words on some of the buttons, or another one on the accent."""
        self._labels.update(labels)
        self._primary = primary or self._primary
        self.refresh()

    async def on_click(self, event: events.Click) -> None:
        event.stop()
        for start, end, command_id in self._places:
            if start <= event.x < end:
                await self._carries_out.run_command(command_id)
                return

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return 1

    def render(self) -> RenderResult:
        room = max(0, self.size.width - 2)
        drawn, gap = self._fitting(room)
        line = cell(" ")
        x = line.width + max(0, room - _total([text for _, text in drawn], gap))
        self._places = []
        for command_id, text in drawn:
            line = cell(line, " " * (x - line.width), text)
            self._places.append((x, line.width, command_id))
            x = line.width + gap
        return line.fit(self.size.width).content()

    def _buttons(self) -> list[Button]:
        # a field has no colour of its own in 16 colours, and muted is no other colour
        plain, disabled = ("field underline", "") if self.app.native_ansi_color else ("field", "muted field")
        buttons = []
        for command_id in self._command_ids:
            works = self._carries_out.offered(command_id)
            if works is not False:
                label = self._labels.get(command_id, COMMANDS[command_id].label)
                style = disabled if works is not True else "button" if command_id == self._primary else plain
                buttons.append(Button(command_id, label, self._keys.shown(command_id), style))
        return buttons

    def _fitting(self, room: int) -> tuple[list[tuple[str, Cell]], int]:
        """The buttons in the roomiest form that fits, and the blanks between them."""
        buttons = self._buttons()
        forms = [(keyed, gap, room) for keyed, gap in _FORMS] + [(False, 1, most) for most in range(room, 2, -1)]
        for keyed, gap, most in forms:
            drawn = [(button.command_id, button.drawn(keyed=keyed, most=most)) for button in buttons]
            if _total([text for _, text in drawn], gap) <= room:
                return drawn, gap
        return [], 0


def _total(texts: Sequence[Cell], gap: int) -> int:
    return sum(text.width for text in texts) + gap * max(0, len(texts) - 1)
