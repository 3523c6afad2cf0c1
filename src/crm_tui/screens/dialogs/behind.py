"""The cases behind a figure, with their notes: their sums are the figure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from textual import events
from textual.app import ComposeResult

from crm_tui.domain.permission_words import left_out
from crm_tui.keymap import Keys
from crm_tui.screens.present import NOTHING, figure
from crm_tui.store.figure_sums import FigureLine, Side, signed
from crm_tui.store.finance import Behind, CaseFigure
from crm_tui.widgets.cells import Cell, cell, join
from crm_tui.widgets.columns import Column
from crm_tui.widgets.command_target import Availability
from crm_tui.widgets.dialog import Dialog
from crm_tui.widgets.facts import Fact, Facts, whole
from crm_tui.widgets.line import Separator
from crm_tui.widgets.rows import RULE, Row, sums
from crm_tui.widgets.virtual_table import VirtualTable

Wanted = Callable[[Behind, Any, FigureLine], None]
#: lines of the dialog that are not rows: borders, head, rule, notes
_AROUND = 9


class Next(NamedTuple):
    """What is wanted next, of which case."""

    command: str
    case: int | None


class BehindFigure(NamedTuple):
    """What is shown: the cases, and the side that was asked for. ``compares``: there may be actual figures in all of
    the months, so that a difference says something."""

    title: str
    behind: Behind
    side: Side
    compares: bool


class BehindDialog(Dialog[Next]):
    """Enter goes to the case, and its forecast can be edited; gives what is wanted, or None."""

    COMMAND_IDS = ("list.add", "list.edit")
    WIDTH = 96
    DEFAULT_CSS = """
    BehindDialog Facts { height: auto; max-height: 4; }
    """

    def __init__(
        self,
        what: BehindFigure,
        keys: Keys,
        may_edit: Availability,
        may_add: Availability,
        case: int | None = None,
    ) -> None:
        """`case` is the one under the cursor at first."""
        super().__init__()
        self.title_text = what.title
        self._what, self._behind, self._keys = what, what.behind, keys
        self._first = "" if case is None else str(case)
        self._may = {"list.edit": may_edit, "list.add": may_add}
        self._table = VirtualTable(_columns(what), cursor_always=True, empty=cell(("Nothing to see here.", "muted")))
        self._about = Facts(focusable=False, label_width=18)

    def content(self) -> ComposeResult:
        yield self._table
        yield Separator()
        yield self._about

    def on_mount(self) -> None:
        behind = self._behind
        rows = [_row(row, behind.currency, self._what.side) for row in behind.rows]
        total = sums("", cell(("Sum", "name")), *_sum_cells(self._what))
        self._table.set_rows([*rows, RULE, total] if rows else [])
        self._table.move_to_id(self._first)
        offered = [("move.open", "to the case"), ("list.edit", "edit its forecast"), ("list.add", "add one")]
        shown = [word for word in offered if word[0] == "move.open" or self.availability(word[0]) is True]
        keys = [(self._keys.shown(name), word) for name, word in shown]
        self.set_foot(join([cell((key, "key"), (f" {word}", "muted")) for key, word in [*keys, ("Esc", "close")]]))
        self._table.focus()
        self._fit(self.app.size.height)

    def on_resize(self, event: events.Resize) -> None:
        self._fit(event.size.height)

    def _fit(self, height: int) -> None:
        self._table.styles.height = max(2, min(self._table.line_count, height - _AROUND))

    def on_virtual_table_cursor_moved(self, event: VirtualTable.CursorMoved) -> None:
        event.stop()
        self._about.set_facts(self._notes())

    def _notes(self) -> Sequence[Fact]:
        """The notes of the case under the cursor, and what is left out."""
        row = self._current
        notes = [] if row is None else row.notes
        facts = [Fact(f"{note.month.label} {note.figure}", note.text, wrap=True) for note in notes]
        hidden = [whole(cell((left_out(self._behind.left_out, "case"), "warn")))] if self._behind.left_out else []
        return [*hidden, *(facts or [Fact("Note", NOTHING)])]

    @property
    def _current(self) -> CaseFigure | None:
        row = self._table.cursor_row
        return next((each for each in self._behind.rows if row is not None and str(each.case) == row.id), None)

    # -- commands -----------------------------------------------------------------------------------------------

    def availability(self, command_id: str) -> Availability:
        if command_id == "list.edit" and self._current is None:
            return "there is no case here"
        return self._may[command_id] if command_id in self._may else super().availability(command_id)

    def on_virtual_table_row_chosen(self, event: VirtualTable.RowChosen) -> None:
        event.stop()
        self.dismiss(Next("move.open", int(event.row.id)))

    def do_list_edit(self) -> None:
        if self._current is not None:
            self.dismiss(Next("list.edit", self._current.case))

    def do_list_add(self) -> None:
        self.dismiss(Next("list.add", None))


def _columns(what: BehindFigure) -> tuple[Column, ...]:
    number = len(what.behind.rows)
    cases = f"{number} case{'' if number == 1 else 's'} in {what.behind.currency}"
    difference = Column("difference", "difference", width=11, most=16, align="right")
    return (
        Column("number", "No.", width=6, style="muted"),
        Column("name", cases, width=12, flex=1),
        Column("forecast", "forecast", width=11, most=16, align="right"),
        Column("actual", "actual", width=11, most=16, align="right"),
        *([difference] if what.compares else []),
    )


def _row(row: CaseFigure, currency: str, side: Side) -> Row:
    return Row(str(row.case), (str(row.number), _name(row), *_amounts(row.forecast, row.actual, currency, side)))


def _name(row: CaseFigure) -> Cell:
    return cell(row.name, ("  note", "muted")) if row.notes else cell(row.name)


def _amounts(forecast: int | None, actual: int | None, currency: str, side: Side) -> list[Cell]:
    """Both sides and the difference; that of the figure that was asked for stands out."""
    known = forecast is not None or actual is not None
    difference = (actual or 0) - (forecast or 0) if known else None
    texts = {
        Side.FORECAST: None if forecast is None else figure(forecast, currency),
        Side.ACTUAL: None if actual is None else figure(actual, currency),
        Side.DIFFERENCE: None if difference is None else signed(difference, currency),
    }
    return [
        NOTHING if text is None else cell((text, "name" if each is side else "muted")) for each, text in texts.items()
    ]


def _sum_cells(what: BehindFigure) -> list[Cell]:
    behind = what.behind
    star = ("*", "warn") if behind.left_out else ""
    forecast, actual = (
        sum(known) if (known := [each for each in amounts if each is not None]) else None
        for amounts in ([row.forecast for row in behind.rows], [row.actual for row in behind.rows])
    )
    return [cell(part.styled("name"), star) for part in _amounts(forecast, actual, behind.currency, what.side)]
