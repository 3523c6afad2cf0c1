"""Editing in place: a table whose rows can be typed into, and the line that is laid over a row for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from textual import events
from textual.message import Message
from textual.widgets import Input

from crm_tui.commands import in_scope
from crm_tui.places import Scope
from crm_tui.widgets.command_target import CommandTarget
from crm_tui.widgets.virtual_table import VirtualTable


class RowTable(VirtualTable):
    """A table that says where its rows are."""

    def line_of(self, row_id: str) -> int | None:
        """The line of the widget that a row is drawn in; None if it is out of view."""
        index = self._source.index_of(row_id)
        y = None if index is None else index - self._top + self._head
        return y if y is not None and self._head <= y < self.size.height else None

    def bring(self, row_id: str, *, below: int = 0) -> None:
        """Put the cursor on a row, and bring so many lines below it into view."""
        if self.move_to_id(row_id) and (index := self._source.index_of(row_id)) is not None:
            self._scroll_top(max(self._top, index + below + 1 - self.page))


class RowInput(CommandTarget, Input):
    """A line to type in, over a row. Enter wants it saved, Esc wants all as it was; it stays until it is taken away.

    It belongs on a layer of its own; `put_over` moves it.
    """

    COMMAND_IDS = in_scope(Scope.IN_ROW)
    DEFAULT_CSS = """
    RowInput, RowInput.-textual-compact {
        height: 1; width: 20; border: none; padding: 0 1; background: $crm-field; color: $crm-bright; display: none;
        &.-shown { display: block; }
        &:focus { border: none; border-left: outer $crm-accent !important; padding: 0 1 0 0; background-tint: 0%; }
    }
    RowInput:ansi { text-style: underline; }
    """

    @dataclass
    class Left(Message):
        """The focus went elsewhere."""

    def __init__(self, *, save: Callable[[str], None], leave: Callable[[], None]) -> None:
        """`save` and `leave` are called at once, not by messages: what is typed next is not for this line."""
        super().__init__(compact=True, select_on_focus=False)
        self.cursor_blink = False
        self._save, self._leave = save, leave

    @property
    def is_shown(self) -> bool:
        """Whether it is over a row."""
        return self.has_class("-shown")

    def open(self, text: str) -> None:
        """Begin with this text, the cursor at its end."""
        self.value = text
        self.cursor_position = len(text)
        self.add_class("-shown")
        self.focus(scroll_visible=False)

    def close(self) -> None:
        """Take it away."""
        self.remove_class("-shown")

    def put_over(self, x: int, y: int, width: int) -> None:
        """Move it to a place in its container."""
        self.styles.offset = (x, y)
        self.styles.width = max(3, width)

    def do_row_save(self) -> None:
        self._save(self.value)

    def do_row_leave(self) -> None:
        self._leave()

    def on_blur(self) -> None:
        self.post_message(self.Left())

    def _on_paste(self, event: events.Paste) -> None:
        """Several lines become one; Textual would take the first and drop the others."""
        event.stop()
        event.prevent_default()
        line = " ".join(part for part in map(str.strip, event.text.splitlines()) if part)
        if line:
            self.replace(line, *self.selection)
