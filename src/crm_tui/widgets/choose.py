"""A dialog to choose one of several: commands (palette, help, menu), a theme, what to copy, a filter."""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from textual import events
from textual.app import ComposeResult
from textual.widgets import Input

from crm_tui.keymap import display
from crm_tui.places import Scope
from crm_tui.widgets.cells import EMPTY, Cell, cell, join
from crm_tui.widgets.columns import Column
from crm_tui.widgets.command_target import CommandState
from crm_tui.widgets.dialog import Dialog, LineInput
from crm_tui.widgets.line import Line
from crm_tui.widgets.rows import BLANK, Row, heading
from crm_tui.widgets.virtual_table import VirtualTable

#: the order of headings in help: what is special to the place first
_ORDER = (
    Scope.CUSTOMERS,
    Scope.CONTACTS,
    Scope.DUPLICATES,
    Scope.PEOPLE,
    Scope.FEED,
    Scope.CASES,
    Scope.FILES,
    Scope.BOARD,
    Scope.NOTES,
    Scope.FINANCIALS,
    Scope.INVOICES,
    Scope.REGISTRIES,
    Scope.EDIT,
    Scope.CARD,
    Scope.ROWS,
    Scope.MOVE,
    Scope.LISTS,
    Scope.ANYWHERE,
    Scope.TYPING,
    Scope.IN_ROW,
    Scope.FORM,
    Scope.DIALOG,
)


class Choice(NamedTuple):
    """One thing to choose; `reason` says why it can't be chosen now. A `group` has a heading. `name` is what it is
    called, where the label says more."""

    id: str
    label: str
    note: str = ""
    keys: str = ""
    reason: str | None = None
    group: str = ""
    name: str = ""


def command_choices(states: Iterable[CommandState], *, grouped: bool = False) -> list[Choice]:
    """Commands as choices, with their keys; the palette wants them plain, help under headings."""
    if grouped:
        states = sorted(states, key=lambda state: _ORDER.index(state.command.scope))
    return [
        Choice(
            state.command.id,
            state.command.label,
            state.command.tooltip,
            "  ".join(map(display, state.keys)),
            state.reason,
            state.command.scope.value if grouped else "",
        )
        for state in states
    ]


def matching(choices: Sequence[Choice], text: str) -> list[Choice]:
    """The choices that contain every word of the text, those whose label begins with it first."""
    words = text.casefold().split()

    def rank(choice: Choice) -> int:
        label = (choice.name or choice.label).casefold()
        if label.startswith(text.casefold().strip()):
            return 0
        return 1 if all(word in label for word in words) else 2

    found = [c for c in choices if all(word in f"{c.label} {c.note}".casefold() for word in words)]
    return sorted(found, key=rank) if words else found


class _Search(LineInput):
    """The search line; a space before anything is typed is not its own, but the list's."""

    async def _on_key(self, event: events.Key) -> None:
        if event.key == "space" and not self.value:
            event.prevent_default()


class ChooseDialog(Dialog[str]):
    """Choose one of several; gives its id, or None for Esc. With `search`, typing narrows the choices."""

    COMMAND_IDS = ("dialog.up", "dialog.down", "dialog.choose")

    def __init__(
        self,
        title: str,
        choices: Sequence[Choice],
        *,
        search: bool = False,
        placeholder: str = "Type a part of it",
        current: str = "",
        typed: str = "",
        creates: str = "",
        tick: Callable[[str], Sequence[Choice]] | None = None,
    ) -> None:
        """`current` is the id under the cursor at first, `typed` what the search begins with. `creates` is what a
        new value is called, where one may be made: its id is then "create " and the text. `tick` is for several of
        many: space turns the entry under the cursor with it, and shows the choices that it gives."""
        super().__init__()
        self.title_text = title
        self._choices = tuple(choices)
        self._current = current
        self._creates = creates
        self._tick = tick
        self._just_ticked = False
        self._input = _Search(typed, placeholder=placeholder, enter=self.do_dialog_choose) if search else None
        keyed = any(choice.keys for choice in choices)
        self._table = VirtualTable(
            (
                *([Column("keys", width=6, most=16, style="key")] if keyed else []),
                Column("label", width=10, most=40, style="text"),
                Column("note", flex=1, style="muted"),
            ),
            header=False,
            cursor_always=True,
            empty=cell(("Nothing is called so. Esc closes.", "muted")),
        )
        self._keyed = keyed
        self._note = Line() if any(choice.note or choice.reason for choice in choices) else None

    def content(self) -> ComposeResult:
        if self._input is not None:
            yield self._input
        yield self._table
        if self._note is not None:
            yield self._note

    def on_mount(self) -> None:
        self._show(self._choices)
        self._table.move_to_id(self._current)
        self.set_foot(self._standing_foot())
        (self._input or self._table).focus()
        if self._input is not None:
            self._table.can_focus = False

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._just_ticked = False
        self._show([*matching(self._choices, event.value), *self._new(event.value)])
        self._table.move_to(0)

    def on_key(self, event: events.Key) -> None:
        """Space ticks while nothing is typed; in what is typed it is a letter."""
        row = self._table.cursor_row
        if event.key == "space" and self._tick is not None and row is not None and not self._typed_text:
            event.stop()
            event.prevent_default()
            self._choices = tuple(self._tick(row.id))
            self._show(self._choices)
            self._just_ticked = True

    @property
    def _typed_text(self) -> str:
        return self._input.value if self._input is not None else ""

    def _standing_foot(self) -> Cell:
        """What the foot says as long as there is nothing else to say."""
        ticks = [cell(("Space", "key"), (" ticks, ", "muted"), ("Enter", "key"), (" ticks and closes", "muted"))]
        makes = [cell((f"a new name makes a new {self._creates}", "muted"))]
        return join([*(ticks if self._tick else []), *(makes if self._creates else [])], " · ")

    def on_virtual_table_row_chosen(self, event: VirtualTable.RowChosen) -> None:
        event.stop()
        self._take(event.row)

    def _take(self, row: Row) -> None:
        if self._just_ticked:  # Enter ends it; it does not turn back what space has turned
            self.dismiss(None)
            return
        if row.id.startswith("create "):
            self.dismiss(row.id)
            return
        chosen = self._choice(row.id)
        if chosen.reason is None:
            self.dismiss(chosen.id)
        else:
            self.set_foot(cell((chosen.reason, "warn")))

    def on_virtual_table_cursor_moved(self, event: VirtualTable.CursorMoved) -> None:
        event.stop()
        self.set_foot(self._standing_foot())
        if self._note is not None:
            is_known = event.row is not None and not event.row.id.startswith("create ")
            chosen = self._choice(event.row.id) if event.row is not None and is_known else None
            # what does not fit in the row is said in full below
            cut = event.row is not None and self._table.is_cut(event.row)
            self._note.show(cell((chosen.reason or chosen.note, "muted")) if chosen and cut else EMPTY)

    def do_dialog_up(self) -> None:
        self._table.do_move_up()

    def do_dialog_down(self) -> None:
        self._table.do_move_down()

    def do_dialog_choose(self) -> None:
        if self._table.cursor_row is not None:
            self._take(self._table.cursor_row)

    def on_resize(self, event: events.Resize) -> None:
        self._fit(event.size.height)

    def _new(self, text: str) -> list[Choice]:
        """The choice to make a new value of what was typed, unless there is one of that name."""
        name = " ".join(text.split())
        known = {(choice.name or choice.label).casefold() for choice in self._choices}
        if not self._creates or not name or name.casefold() in known:
            return []
        return [Choice(f"create {name}", f"create {self._creates} “{name}”")]

    def _choice(self, choice_id: str) -> Choice:
        return next(choice for choice in self._choices if choice.id == choice_id)

    def _show(self, choices: Sequence[Choice]) -> None:
        rows: list[Row] = []
        group = ""
        for choice in choices:
            if choice.group != group:
                group = choice.group
                rows.extend([BLANK] if rows else [])
                rows.append(heading(cell((group, "name"))))
            note = cell((choice.reason, "warn")) if choice.reason else cell(choice.note)
            cells = (cell(choice.keys), cell(choice.label), note) if self._keyed else (cell(choice.label), note)
            rows.append(Row(choice.id, cells, style="muted" if choice.reason else ""))
        self._table.set_rows(rows)
        self._fit(self.app.size.height)

    def _fit(self, screen_height: int) -> None:
        """As many rows as there are, or as fit on the screen with the borders and the lines around them."""
        around = 4 + (self._input is not None) + (self._note is not None)
        self._table.styles.height = max(1, min(self._table.line_count, screen_height - around))
