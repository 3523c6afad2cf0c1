"""The user's own changes, newest first: Enter takes back the one under the cursor, or does it again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from textual import events
from textual.app import ComposeResult

from crm_tui.keymap import Keys
from crm_tui.widgets.buttons import ButtonBar
from crm_tui.widgets.cells import EMPTY, cell
from crm_tui.widgets.columns import Column
from crm_tui.widgets.command_target import Availability
from crm_tui.widgets.dialog import Dialog
from crm_tui.widgets.facts import Facts, whole
from crm_tui.widgets.line import Line, Separator
from crm_tui.widgets.rows import Row
from crm_tui.widgets.virtual_table import VirtualTable

_COLUMNS = (
    Column("when", width=8, most=17, style="muted"),
    Column("label", width=20, flex=2),
    Column("customer", width=14, flex=1, style="muted"),
    Column("undone", width=6, style="muted", drop=1),
)
#: lines that a long label has at the foot
_FOOT = 2
_NOTHING = cell(("Nothing to take back: you changed nothing in the last 30 days.", "muted"))


class UndoLine(NamedTuple):
    """A change as a line: when it was made, what it did, to which customer."""

    id: int
    when: str
    label: str
    customer: str
    is_undone: bool = False


class UndoChoice(NamedTuple):
    """The change that was chosen: to be taken back, or (``redo``) done again."""

    id: int
    redo: bool


class UndoListDialog(Dialog[UndoChoice]):
    """Gives what to undo or redo; None for Esc."""

    COMMAND_IDS = ("dialog.choose",)
    WIDTH = 100
    title_text = "My changes"

    def __init__(self, lines: Sequence[UndoLine], keys: Keys) -> None:
        """``lines`` with the newest first; what was undone stays in its place."""
        super().__init__()
        self._lines = {str(line.id): line for line in lines}
        self._table = VirtualTable(_COLUMNS, header=False, cursor_always=True, opens=bool(lines), empty=_NOTHING)
        self._full = Facts(focusable=False)
        undo, redo = keys.shown("app.undo"), keys.shown("app.redo")
        self._hint = Line(cell(
            (undo, "key"), (" takes back your last change, ", "muted"), (redo, "key"),
            (" does it again, in every place.", "muted"),
        ))  # fmt: skip
        labels = {"dialog.choose": "Take back"}
        self._undo = ButtonBar(self, keys, ("dialog.choose", "dialog.close"), primary="dialog.choose", labels=labels)
        labels = {"dialog.choose": "Do again"}
        self._redo = ButtonBar(self, keys, ("dialog.choose", "dialog.close"), primary="dialog.choose", labels=labels)

    def content(self) -> ComposeResult:
        yield self._table
        yield Separator()
        yield self._full
        yield self._hint
        yield self._undo
        yield self._redo

    def on_mount(self) -> None:
        self._full.styles.height = _FOOT
        self._redo.display = False
        self._table.set_rows([_row(key, line) for key, line in self._lines.items()])
        self._table.focus()

    def on_resize(self, event: events.Resize) -> None:
        around = 2 + 1 + _FOOT + 1 + 1  # borders, rule, foot, hint, buttons
        self._table.styles.height = max(1, min(self._table.line_count, event.size.height - around))

    def availability(self, command_id: str) -> Availability:
        if command_id == "dialog.choose" and not self._lines:
            return "you changed nothing in the last 30 days"
        return super().availability(command_id)

    def on_virtual_table_cursor_moved(self, event: VirtualTable.CursorMoved) -> None:
        event.stop()
        line = self._lines[event.row.id] if event.row is not None else None
        is_undone = line is not None and line.is_undone
        self._undo.display, self._redo.display = not is_undone, is_undone
        of = f" · {line.customer}" if line is not None and line.customer else ""
        self._full.set_facts([whole(cell(line.label, (of, "muted")), wrap=True)] if line is not None else [])

    def on_virtual_table_view_changed(self, event: VirtualTable.ViewChanged) -> None:
        event.stop()
        shown = cell((f"{event.first}–{event.last} of {event.total}", "muted"))
        self.set_foot(shown if self._lines else EMPTY)

    def on_virtual_table_row_chosen(self, event: VirtualTable.RowChosen) -> None:
        event.stop()
        line = self._lines[event.row.id]
        self.dismiss(UndoChoice(line.id, redo=line.is_undone))

    def do_dialog_choose(self) -> None:
        self._table.do_move_open()


def _row(key: str, line: UndoLine) -> Row:
    cells = (line.when, line.label, line.customer, "undone" if line.is_undone else "")
    return Row(key, cells, style="muted" if line.is_undone else "")
