"""The last line: the few keys that matter here, made from the command table."""

from typing import NamedTuple

from textual import events
from textual.app import RenderResult
from textual.geometry import Size
from textual.widget import Widget

from crm_tui.commands import Command
from crm_tui.keymap import Keys
from crm_tui.widgets.cells import Cell, cell
from crm_tui.widgets.command_target import CommandTarget, footer_commands


class _Entry(NamedTuple):
    text: Cell
    target: CommandTarget
    command_id: str


class KeyFooter(Widget):
    """Keys bold in the accent, words muted, by importance from the left; help and commands at the right.

    It shows only commands whose key works at this moment, and follows the focus by itself. Call `refresh`
    after something else changed what works.
    """

    DEFAULT_CSS = """
    KeyFooter { height: 1; width: 1fr; dock: bottom; }
    """

    def __init__(self, keys: Keys, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._keys = keys
        self._entries: list[tuple[int, _Entry]] = []
        self._shown: Cell | None = None
        self._next: Cell | None = None  # worked out, but not drawn yet
        self._is_asked = False

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, lambda _screen: self._bindings_changed())

    def on_unmount(self) -> None:
        self.screen.bindings_updated_signal.unsubscribe(self)

    async def on_click(self, event: events.Click) -> None:
        for x, entry in self._entries:
            if x <= event.x < x + entry.text.width:
                await entry.target.run_command(entry.command_id)
                return

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return 1

    def render(self) -> RenderResult:
        fits = self._next is not None and self._next.width == self.size.width
        self._shown, self._next = (self._next if fits else None) or self._line(), None
        return self._shown.content()

    def _bindings_changed(self) -> None:
        """What works may be something else. It takes a while to say, and a card that opens asks two dozen times."""
        if self.is_attached and not self._is_asked:
            self._is_asked = self.call_after_refresh(self._look_again)

    def _look_again(self) -> None:
        self._is_asked = False
        if self.is_attached and (line := self._line()) != self._shown:
            self._next = line
            self.refresh()

    def _line(self) -> Cell:
        """The line for the present width; also remembers where each key is, for the mouse."""
        room = max(0, self.size.width - 2)
        commands = footer_commands(self.screen)
        right = [self._entry(*each) for each in self._fitting([c for c in commands if c[0].right], room)]
        right_width = sum(entry.text.width for entry in right) + 2 * max(0, len(right) - 1)
        left_room = room - right_width - (2 if right else 0)
        line = cell(" ")
        self._entries = []
        for each in self._fitting([c for c in commands if not c[0].right], left_room, by_importance=True):
            line = self._append(line, self._entry(*each))
        line = line.fit(1 + room - right_width)
        for number, entry in enumerate(right):
            line = self._append(line, entry, first=number == 0)
        return line.fit(self.size.width)

    def _append(self, line: Cell, entry: _Entry, *, first: bool = False) -> Cell:
        if self._entries and not first:
            line = cell(line, "  ")
        self._entries.append((line.width, entry))
        return cell(line, entry.text)

    def _fitting(
        self, commands: list[tuple[Command, CommandTarget]], room: int, *, by_importance: bool = False
    ) -> list[tuple[Command, CommandTarget]]:
        """The most important commands that fit in the room, in the order given or by importance."""
        kept = []
        for each in sorted(commands, key=lambda each: each[0].footer):
            width = self._entry(*each).text.width
            if width <= room:
                kept.append(each)
                room -= width + 2
        return kept if by_importance else [each for each in commands if each in kept]

    def _entry(self, command: Command, target: CommandTarget) -> _Entry:
        keys, label = self._keys.shown(command.id), command.label
        if command.pair and target.availability(command.pair) is True:
            keys, label = f"{keys} {self._keys.shown(command.pair)}", command.pair_label
        return _Entry(cell((keys, "key"), " ", (label, "muted")), target, command.id)
