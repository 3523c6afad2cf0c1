"""Somebody else saved first: theirs and mine field by field, and nothing is taken that was not chosen.

No field is chosen at first, so that an Enter which came too early drops neither what is saved nor what was typed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from textual import events
from textual.app import ComposeResult
from textual.geometry import Size

from crm_tui.commands import in_scope
from crm_tui.keymap import Keys
from crm_tui.places import Scope
from crm_tui.screens.present import NOTHING
from crm_tui.widgets.buttons import ButtonBar
from crm_tui.widgets.cells import EMPTY, Cell, cell
from crm_tui.widgets.columns import Column, arrange, column_at
from crm_tui.widgets.command_target import Availability, CommandTarget
from crm_tui.widgets.dialog import Dialog
from crm_tui.widgets.facts import Fact, Facts, whole
from crm_tui.widgets.heads import Heads, text_room
from crm_tui.widgets.line import Line
from crm_tui.widgets.rows import Row
from crm_tui.widgets.table_paint import GUTTER, is_cut
from crm_tui.widgets.virtual_table import VirtualTable

_SAVING = ("conflict.save", "dialog.choose")
#: lines of the lists below that are kept when the screen is low
_LEAST_SIDED, _LEAST_DETAIL = 3, 4
#: blank lines that are left out when the screen is low
_GAPS = 3


class ConflictRow(NamedTuple):
    """A field that both changed; the values as texts for people."""

    id: str
    label: str
    before: str
    theirs: str
    mine: str


class OneSided(NamedTuple):
    """A field that one side changed alone: its new value is taken."""

    label: str
    text: str
    side: Literal["theirs", "mine"]


class ConflictQuestion(NamedTuple):
    """What to decide. ``theirs_by`` says who saved theirs and when; ``mine_word`` what is true of mine."""

    title: str
    sentence: str
    theirs_by: str
    rows: Sequence[ConflictRow]
    one_sided: Sequence[OneSided] = ()
    mine_word: str = "not saved yet"


class ConflictDialog(Dialog[dict[str, bool]]):
    """Gives for each row's id whether mine is taken; None to keep editing."""

    COMMAND_IDS = (*in_scope(Scope.CONFLICT), "dialog.choose")
    DEFAULT_CSS = """
    ConflictDialog {
        & > Vertical Facts { height: auto; }
        &.-tight .gap { display: none; }
    }
    """
    WIDTH = 108

    def __init__(self, question: ConflictQuestion, keys: Keys) -> None:
        super().__init__()
        self.title_text = question.title
        self._question = question
        self._keys = keys
        self._rows = {row.id: row for row in question.rows}
        self._mine: dict[str, bool | None] = dict.fromkeys(self._rows)
        self._columns = _columns(question)
        label_width = self._columns[0].width + self._columns[1].gap
        self._sentence = Facts([whole(question.sentence, wrap=True)], focusable=False)
        self._table = VirtualTable(self._columns, header=False, cursor_always=True, opens=False)
        self._detail = Facts(label_width=label_width)
        self._sided = Facts(label_width=label_width)
        labels = {"dialog.close": "Keep editing"}
        ids = ("conflict.save", "conflict.all_theirs", "conflict.all_mine", "dialog.close")
        self._buttons = ButtonBar(self, keys, ids, primary="conflict.save", labels=labels)

    def content(self) -> ComposeResult:
        theirs = cell(("Theirs", "name"), "  ", (self._question.theirs_by, "muted"))
        mine = cell(("Mine", "name"), "  ", (self._question.mine_word, "muted"))
        yield Line(classes="gap")
        yield self._sentence
        yield Line(classes="gap")
        if self._rows:
            yield Heads(self._columns, (EMPTY, cell(("Before", "muted")), theirs, mine))
            yield self._table
            yield self._detail
        yield self._sided
        yield Line(classes="gap")
        yield self._buttons

    def on_mount(self) -> None:
        self._show()
        self._table.focus()

    # -- what is chosen -----------------------------------------------------------------------------------------

    def availability(self, command_id: str) -> Availability:
        row = self._undecided
        if command_id in _SAVING and row is not None:
            return f"choose theirs or mine for {row.label} first"
        return super().availability(command_id)

    def on_command_target_command_refused(self, event: CommandTarget.CommandRefused) -> None:
        if (row := self._undecided) is not None:
            self._table.move_to_id(row.id)

    def do_conflict_theirs(self) -> None:
        self._choose(mine=False)

    def do_conflict_mine(self) -> None:
        self._choose(mine=True)

    def do_conflict_turn(self) -> None:
        if (row := self._table.cursor_row) is not None:
            self._choose(mine=self._mine[row.id] is False)

    def do_conflict_all_theirs(self) -> None:
        self._take(dict.fromkeys(self._mine, False))

    def do_conflict_all_mine(self) -> None:
        self._take(dict.fromkeys(self._mine, True))

    def do_conflict_save(self) -> None:
        self.dismiss({row_id: mine is True for row_id, mine in self._mine.items()})

    def do_dialog_choose(self) -> None:
        self.do_conflict_save()

    def on_click(self, event: events.Click) -> None:
        """A click on a value takes it; the table has put its cursor there before."""
        if self._table.region.contains(int(event.screen_x), int(event.screen_y)):
            placed = arrange(self._columns, text_room(self._table.size.width))
            column = column_at(placed, int(event.screen_x) - self._table.region.x - GUTTER)
            if column is not None and column.key in ("theirs", "mine"):
                self._choose(mine=column.key == "mine")

    def on_virtual_table_row_chosen(self, event: VirtualTable.RowChosen) -> None:
        event.stop()  # a second click on a row: on_click takes care of it

    def on_virtual_table_cursor_moved(self, event: VirtualTable.CursorMoved) -> None:
        event.stop()
        if event.row is not None:
            self._detail.set_facts(_in_full(self._rows[event.row.id]))

    def _choose(self, *, mine: bool) -> None:
        if (row := self._table.cursor_row) is not None:
            self._take({row.id: mine})

    def _take(self, mine: Mapping[str, bool]) -> None:
        self._mine.update(mine)
        self._show()

    @property
    def _undecided(self) -> ConflictRow | None:
        """The first row of which neither side was chosen."""
        return next((self._rows[row_id] for row_id, mine in self._mine.items() if mine is None), None)

    # -- how it looks ---------------------------------------------------------------------------------------------

    def _show(self) -> None:
        self._table.set_rows(self._table_rows())
        self._count()
        sides = f"{self._keys.shown('conflict.theirs')} {self._keys.shown('conflict.mine')}"
        fields = f"{self._keys.shown('move.down')} {self._keys.shown('move.up')}"
        if self._rows:
            self.set_foot(cell((sides, "key"), (" choose  ", "muted"), (fields, "key"), (" field", "muted")))
        self._buttons.refresh()

    def _count(self) -> None:
        left = sum(mine is None for mine in self._mine.values())
        self.set_dialog_title(self._question.title, cell((f"{left} still to choose", "warn")) if left else EMPTY)

    def _table_rows(self) -> list[Row]:
        return [_table_row(row, self._mine[row.id]) for row in self._rows.values()]

    def on_resize(self, event: events.Resize) -> None:
        """As many lines as there are, or as fit: first the fields, then their full values, then what is taken."""
        inner = max(1, min(self.WIDTH, event.size.width - 2) - 2)
        self._sided.set_facts(_one_sided(self._question.one_sided, inner - 2 - 9))
        sided = _height(self._sided, inner) if self._question.one_sided else 0
        detail = self._detail_height(inner) if self._rows else 0
        room = event.size.height - 4 - _height(self._sentence, inner)  # besides borders, heads and buttons
        is_tight = room < len(self._rows) + detail + sided + _GAPS
        self.set_class(is_tight, "-tight")
        room -= 0 if is_tight else _GAPS
        table = min(len(self._rows), max(1, room - min(sided, _LEAST_SIDED) - min(detail, _LEAST_DETAIL)))
        room = max(0, room - table)
        for facts, wanted, kept in ((self._detail, detail, min(sided, _LEAST_SIDED)), (self._sided, sided, 0)):
            height = min(wanted, max(0, room - kept))
            facts.styles.height = height
            facts.can_focus = height < wanted
            room -= height
        self._table.styles.height = table
        self._count()

    def _detail_height(self, inner: int) -> int:
        """Lines of the longest row in full; none where all is to be read in the columns."""
        placed = arrange(self._columns, text_room(inner))
        if len(placed) == len(self._columns) and not any(is_cut(placed, row) for row in self._table_rows()):
            return 0
        label_width = self._columns[0].width + self._columns[1].gap
        return max(_height(Facts(_in_full(row), label_width=label_width), inner) for row in self._rows.values())


def _columns(question: ConflictQuestion) -> tuple[Column, ...]:
    labels = [row.label for row in question.rows] + [each.label for each in question.one_sided]
    longest = max((cell(label).width for label in labels), default=0)
    return (
        Column("label", width=max(8, min(18, longest)), style="muted"),
        Column("before", width=14, flex=2, drop=1, style="muted"),
        Column("theirs", width=24, flex=3),
        Column("mine", width=22, flex=3),
    )


def _height(facts: Facts, width: int) -> int:
    size = Size(width, 1)
    return facts.get_content_height(size, size, width)


def _table_row(row: ConflictRow, mine: bool | None) -> Row:
    cells = (cell(row.label), _value(row.before), _choice(row.theirs, mine is False), _choice(row.mine, mine is True))
    return Row(row.id, cells)


def _choice(value: str, chosen: bool) -> Cell:
    if chosen:
        return cell(("(•) ", "accent"), _value(value).styled("name"))
    return cell("( ) ", _value(value))


def _value(value: str) -> Cell:
    return cell(value) if value else NOTHING


def _in_full(row: ConflictRow) -> list[Fact]:
    values = (("Before", row.before), ("Theirs", row.theirs), ("Mine", row.mine))
    facts = [Fact(label, _value(value), wrap=True) for label, value in values]
    return [whole(""), whole(cell((row.label, "name"))), *facts]


def _one_sided(changes: Sequence[OneSided], room: int) -> list[Fact]:
    if not changes:
        return []
    heading = whole(cell(("Changed on one side only, taken as they are:", "muted")))
    width = max(1, room - max(cell(each.label).width for each in changes) - 2)
    facts = [
        Fact(each.label, cell(_value(each.text).cut(width), (f" · {each.side}", "muted"))) for each in changes
    ]  # fmt: skip
    return [whole(""), heading, *facts]
