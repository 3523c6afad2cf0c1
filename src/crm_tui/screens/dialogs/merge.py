"""Two become one: side by side, field by field, what the one that stays gets from the one that goes.

Equal fields are folded away. A second question, with a key of its own, stands between here and the merge.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from textual import events
from textual.app import ComposeResult
from textual.geometry import Size

from crm_tui.commands import in_scope
from crm_tui.domain.errors import Blocked, Conflict, NotFound
from crm_tui.places import Scope
from crm_tui.screens.asking import Asking
from crm_tui.screens.merge_rows import MergeRow, Take
from crm_tui.screens.merge_words import (
    differing_in_words,
    fields_in_words,
    going_over,
    heads_of,
    in_full,
    merge_table_row,
    upper_first,
)
from crm_tui.screens.session import Session
from crm_tui.screens.two_alike import MergeCheck, TwoAlike, merge, read_merge
from crm_tui.store.merging import Merged
from crm_tui.text import clean
from crm_tui.widgets.buttons import ButtonBar
from crm_tui.widgets.cells import EMPTY, cell, join
from crm_tui.widgets.columns import Column, arrange, column_at
from crm_tui.widgets.command_target import Availability
from crm_tui.widgets.confirm import ConfirmDialog
from crm_tui.widgets.dialog import Dialog
from crm_tui.widgets.facts import Fact, Facts, whole
from crm_tui.widgets.heads import Heads, text_room
from crm_tui.widgets.line import Line, Separator
from crm_tui.widgets.table_paint import GUTTER, is_cut
from crm_tui.widgets.virtual_table import VirtualTable

#: cells for the names of the fields
_LABELS = 18
_COLUMNS = (
    Column("label", width=_LABELS - 2, style="muted"),
    Column("left", width=24, flex=1),
    Column("right", width=24, flex=1),
)
#: what takes lines whatever the height: borders, heads, buttons
_AROUND = 4
#: blank lines that are left out when the screen is low, and lines of the row in full that are worth keeping
_GAPS, _LEAST_DETAIL = 3, 4
#: what can be done with a field, and with the two
_FIELD = ("merge.left", "merge.right", "merge.turn", "merge.both")


@dataclass(frozen=True)
class Done:
    """They are one: the right one of the two is part of the left one."""

    two: TwoAlike
    merged: Merged


class _Was(NamedTuple):
    """What was chosen of a field, and between what."""

    take: Take
    row: MergeRow


class MergeDialog(Asking, Dialog[Done]):
    """Gives what was done; None for Esc."""

    COMMAND_IDS = (*in_scope(Scope.MERGE), "dialog.choose")
    DEFAULT_CSS = """
    MergeDialog {
        & > Vertical Facts { height: auto; }
        &.-tight .gap { display: none; }
    }
    """
    WIDTH = 116

    def __init__(self, session: Session, check: MergeCheck) -> None:
        super().__init__()
        self.session = session
        self._check = check
        self._chosen: dict[str, _Was] = {}
        self._is_busy = False
        self._in_view = ""  # which of the fields are, where not all are
        self._heads = Heads(_COLUMNS, (EMPTY, EMPTY, EMPTY))
        self._table = VirtualTable(_COLUMNS, header=False, cursor_always=True, opens=False)
        self._rule = Separator()
        self._detail = Facts(label_width=_LABELS, focusable=False)
        self._same = Line()
        self._said = Facts(focusable=False)
        labels = {"dialog.close": "Cancel"}
        ids = ("merge.save", "merge.swap", "dialog.close")
        self._buttons = ButtonBar(self, session.keys, ids, primary="merge.save", labels=labels)

    def content(self) -> ComposeResult:
        yield self._heads
        yield self._table
        yield self._rule
        yield self._detail
        yield Line(classes="gap")
        yield self._same
        yield Line(classes="gap")
        yield self._said
        yield Line(classes="gap")
        yield self._buttons

    def on_mount(self) -> None:
        self._show()
        self._table.focus()

    # -- what is chosen -------------------------------------------------------------------------------------------

    @property
    def _rows(self) -> Mapping[str, MergeRow]:
        return {row.id: row for row in self._check.two.differing}

    @property
    def _row(self) -> MergeRow | None:
        """The field under the cursor."""
        row = self._table.cursor_row
        return self._rows.get(row.id) if row is not None else None

    def _take_of(self, row: MergeRow) -> Take:
        was = self._chosen.get(row.id)
        return was.take if was is not None else row.first

    @property
    def takes(self) -> dict[str, Take]:
        """Whose value is kept, by field."""
        return {row.id: self._take_of(row) for row in self._rows.values()}

    def availability(self, command_id: str) -> Availability:
        if self._is_busy:
            return "they are being merged"
        if command_id in _FIELD:
            row = self._row
            if row is None:
                return "there is nothing to choose: all fields are the same"
            if command_id == "merge.both" and Take.BOTH not in row.takes:
                return f"{row.label} holds one value: choose the left or the right one"
        if command_id in ("merge.save", "dialog.choose") and self._check.blockers:
            return f"they can't be merged: {clean(self._check.blockers[0].label)}"
        return super().availability(command_id)

    def do_merge_left(self) -> None:
        self._choose(Take.LEFT)

    def do_merge_right(self) -> None:
        self._choose(Take.RIGHT)

    def do_merge_both(self) -> None:
        self._choose(Take.BOTH)

    def do_merge_turn(self) -> None:
        if (row := self._row) is not None:
            takes = row.takes
            self._choose(takes[(takes.index(self._take_of(row)) + 1) % len(takes)])

    def _choose(self, take: Take) -> None:
        if (row := self._row) is not None:
            self._chosen[row.id] = _Was(take, row)
            self._show()

    def on_click(self, event: events.Click) -> None:
        """A click on a value takes it; the table has put its cursor there before."""
        table = self._table.region
        if table.contains(int(event.screen_x), int(event.screen_y)) and not self._is_busy:
            placed = arrange(_COLUMNS, text_room(table.width))
            column = column_at(placed, int(event.screen_x) - table.x - GUTTER)
            if column is not None and column.key != "label":
                self._choose(Take(column.key))

    def on_virtual_table_row_chosen(self, event: VirtualTable.RowChosen) -> None:
        event.stop()  # a second click on a row: on_click takes care of it

    def on_virtual_table_view_changed(self, event: VirtualTable.ViewChanged) -> None:
        event.stop()
        all_seen = event.first <= 1 and event.last == event.total
        self._in_view = "" if all_seen else f"{event.first}–{event.last} of {event.total}"
        self._show_title()

    def on_virtual_table_cursor_moved(self, event: VirtualTable.CursorMoved) -> None:
        event.stop()
        self._show_detail()

    # -- which one stays ------------------------------------------------------------------------------------------

    def do_merge_swap(self) -> None:
        """The other one stays. What goes over is another then, so it is read."""
        two = self._check.two
        self._read(two.right.id, two.left.id, self._swapped)

    def _swapped(self, check: MergeCheck) -> None:
        """What was chosen stays chosen: it has changed sides."""
        rows = {row.id: row for row in check.two.differing}
        self._chosen = {
            name: _Was(was.take.other_way_round, rows[name]) for name, was in self._chosen.items() if name in rows
        }
        self._check = check
        self._show()
        self._fit(self.app.size)

    def _read(self, stays: int, goes: int, then: Callable[[MergeCheck], None]) -> None:
        kind = self._check.two.kind
        self.ask(self.session.store, "merge", lambda store: read_merge(store, kind, stays, goes), then)

    # -- merging --------------------------------------------------------------------------------------------------

    def do_dialog_choose(self) -> None:
        self.do_merge_save()

    def do_merge_save(self) -> None:
        """Ask once more: nothing is merged by one key."""
        two = self._check.two
        undo = f"For 30 days {self.session.keys.shown('app.undo')} takes it back."
        sentences = [
            cell((f"{upper_first(two.right_called)} becomes part of {two.left_called}?", "name")),
            cell(going_over(self._check)),
            cell(undo),
        ]
        title = f"Merge {two.kind.value}s"

        def answered(yes: bool | None) -> None:
            if yes:
                self._merge()

        self.app.push_screen(ConfirmDialog(title, sentences, self.session.keys, label="Merge"), answered)

    def _merge(self) -> None:
        two, takes, store = self._check.two, self.takes, self.session.store
        self._set_busy(True)
        self.tell(lambda: merge(store, two, takes), self._merged)

    def _merged(self, merged: Merged) -> None:
        self.dismiss(Done(self._check.two, merged))

    def do_dialog_close(self) -> None:
        """What was chosen goes only after a question, like what was typed in a form."""
        if all(self._take_of(row) is row.first for row in self._rows.values()):
            self.dismiss(None)
            return

        def answered(yes: bool | None) -> None:
            if yes:
                self.dismiss(None)

        sentences = ["They are not merged yet.", "What you chose of their fields is kept nowhere else."]
        self.app.push_screen(ConfirmDialog("Not merged", sentences, self.session.keys, label="Throw away"), answered)

    def _set_busy(self, busy: bool) -> None:
        self._is_busy = busy
        self._show_title()
        self._buttons.refresh()

    def on_asking_failed(self, event: Asking.Failed) -> None:
        event.stop()
        self._set_busy(False)
        two, error = self._check.two, event.error
        if isinstance(error, NotFound):
            self.notify(f"{clean(str(error))} It was deleted or merged meanwhile.", severity="warning", markup=False)
            self.dismiss(None)
        elif isinstance(error, Conflict | Blocked):
            self._read(two.left.id, two.right.id, partial(self._read_again, isinstance(error, Conflict)))
        else:
            self.notify(clean(str(error)), severity="warning", markup=False)

    def _read_again(self, changed: bool, check: MergeCheck) -> None:
        """Somebody changed one of them: show them as they are now. What was chosen between the same values holds."""
        rows = {row.id: row for row in check.two.differing}
        before = self._chosen
        self._chosen = {
            name: _Was(was.take, rows[name])
            for name, was in before.items()
            if name in rows and (rows[name].left, rows[name].right) == (was.row.left, was.row.right)
        }
        lost = [was.row.label for name, was in before.items() if name not in self._chosen]
        self._check = check
        self._show()
        self._fit(self.app.size)
        if changed:
            again = f" Choose again: {', '.join(lost)}." if lost else ""
            self.notify(
                f"Somebody changed one of them meanwhile, and nothing was merged. This is how they are now.{again}",
                severity="warning", timeout=8, markup=False,
            )  # fmt: skip

    # -- how it looks ---------------------------------------------------------------------------------------------

    def _show(self) -> None:
        two = self._check.two
        self._heads.set_heads(_COLUMNS, (EMPTY, *heads_of(two)))
        self._table.set_rows([merge_table_row(row, self._take_of(row)) for row in two.differing])
        self._table.set_empty(cell(("Nothing to choose: all fields are the same.", "muted")))
        self._same.show(cell((fields_in_words(two.same), "muted")) if two.same else EMPTY)
        self._said.set_facts(self._sentences())
        self._show_detail()
        self._show_title()
        self._buttons.refresh()

    def _show_title(self) -> None:
        number = len(self._rows)
        more = ("merging…", "warn") if self._is_busy else (differing_in_words(self._check.two.differing), "muted")
        self.set_dialog_title(f"Merge {self._check.two.kind.value}s", cell(more))
        keys = self.session.keys
        sides = f"{keys.shown('merge.left')} {keys.shown('merge.right')}"
        offered = [(sides, "choose"), (keys.shown("merge.both"), "both")] if number else []
        shown = [cell((key, "key"), (f" {word}", "muted")) for key, word in offered]
        self.set_foot(join([*shown, cell((self._in_view, "muted"))]))

    def _show_detail(self) -> None:
        row = self._row
        self._detail.set_facts(in_full(row, self._take_of(row)) if row is not None else ())

    def _sentences(self) -> list[Fact]:
        """What goes over, or what stands against it."""
        check = self._check
        if not check.blockers:
            undo = f" {self.session.keys.shown('app.undo')} takes it back."
            return [whole(cell(going_over(check), undo), wrap=True)]
        head = cell((f"! {upper_first(check.two.right_called)} can't go:", "bad bold"))
        return [whole(head, wrap=True), *(whole(cell("  ", each.label), wrap=True) for each in check.blockers)]

    def on_resize(self, event: events.Resize) -> None:
        self._fit(event.size)

    def _fit(self, size: Size) -> None:
        """As many lines as there are, or as fit: first the fields, then the one under the cursor in full."""
        inner = max(1, min(self.WIDTH, size.width - 2) - 2)
        number = max(1, len(self._rows))
        said = min(_height(self._said, inner), max(2, size.height // 3))
        same = 1 if self._check.two.same else 0
        detail = self._detail_height(inner)
        room = size.height - _AROUND - said - same
        is_tight = room < number + detail + _GAPS
        self.set_class(is_tight, "-tight")
        room -= 0 if is_tight else _GAPS
        table = min(number, max(1, room - min(detail, _LEAST_DETAIL)))
        detail = min(detail, max(0, room - table))
        heights = (
            (self._said, said), (self._table, table), (self._rule, min(detail, 1)), (self._detail, detail - 1),
            (self._same, same),
        )  # fmt: skip
        for widget, height in heights:
            widget.styles.height = max(1, height)
            widget.display = height > 0
        self._show_title()

    def _detail_height(self, inner: int) -> int:
        """Lines of the longest row in full, and the rule; none where all is to be read in the columns."""
        placed = arrange(_COLUMNS, text_room(inner))
        rows = [(row, take) for row in self._rows.values() for take in row.takes]
        if not any(take is Take.BOTH or is_cut(placed, merge_table_row(row, take)) for row, take in rows):
            return 0
        return 1 + max(_height(Facts(in_full(row, take), label_width=_LABELS), inner) for row, take in rows)


def _height(facts: Facts, width: int) -> int:
    size = Size(width, 1)
    return facts.get_content_height(size, size, width)
