"""Two that are alike, beside or below the list of pairs: why they may be the same, and their fields side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical

from crm_tui.screens.merge_rows import MergeRow
from crm_tui.screens.present import NOTHING
from crm_tui.screens.two_alike import TwoAlike
from crm_tui.widgets.cells import EMPTY, Cell, broken, cell, join
from crm_tui.widgets.columns import Column, arrange
from crm_tui.widgets.facts import Facts, whole
from crm_tui.widgets.heads import text_room
from crm_tui.widgets.rows import Row
from crm_tui.widgets.virtual_table import VirtualTable

_COLUMNS = (
    Column("label", width=14, style="muted"),
    Column("left", width=12, flex=1),
    Column("right", width=12, flex=1),
    Column("mark", width=1),
)
_MARKS = (cell(("= same", "muted")), cell(("≠ differs", "warn")), cell(("+ one only", "good")))
#: what the marks mean, for where there is no room for words beside each
LEGEND = join(_MARKS)
#: from this width on each mark has its word
_WORDS_FROM = 90
#: fields that say who the two are: they stand first, in the place of a head
_NAMES = ("name", "first_name", "last_name")
#: lines that a long value takes at most
_MOST_LINES = 3


class Comparison(Vertical):
    """Names come first, then what differs. Where the fields do not fit, the last line says how many are left out."""

    DEFAULT_CSS = """
    Comparison {
        height: 1fr; width: 1fr;
        & Facts { height: auto; max-height: 3; }
    }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._two: TwoAlike | None = None
        self._why = Facts(focusable=False)
        self._table = VirtualTable(_COLUMNS, header=False, opens=False)
        self._table.can_focus = False

    def compose(self) -> ComposeResult:
        yield self._why
        yield self._table

    def show_why(self, reasons: Sequence[str], more: Sequence[Cell] = ()) -> None:
        """Why they may be the same, or what else is to be said of them; the fields follow when they have been read."""
        said = join([cell(reason) for reason in reasons], " · ")
        self._why.set_facts([whole(each, wrap=True) for each in (said, *more) if each])

    def show_two(self, two: TwoAlike | None) -> None:
        """The fields of these two; None for nothing."""
        self._two = two
        self._show()

    def on_resize(self, event: events.Resize) -> None:
        self._show()

    def _show(self) -> None:
        columns = _columns(self.size.width)
        self._table.set_columns(columns)
        self._table.set_rows(_fitting(self._two, self.size.width, self.size.height - self._why.line_count))


def _fitting(two: TwoAlike | None, width: int, room: int) -> list[Row]:
    """The fields in so many lines, and how many did not fit."""
    fields = [] if two is None else [*two.differing, *two.same]
    groups = [list(_rows(field, width)) for field in sorted(fields, key=lambda field: field.id not in _NAMES)]
    if sum(map(len, groups)) <= room:
        return [row for group in groups for row in group]
    shown: list[Row] = []
    for place, group in enumerate(groups):
        if len(shown) + len(group) >= room:
            left = len(groups) - place
            more = cell((f"… {left} more field{'s' if left > 1 else ''}", "muted"))
            return [*shown, Row("", (more,), kind="line", selectable=False)]
        shown += group
    return shown


def _columns(width: int) -> tuple[Column, ...]:
    if width < _WORDS_FROM:
        return _COLUMNS
    label, left, right, mark = _COLUMNS
    return (label.of_width(16), left, right, mark.of_width(max(each.width for each in _MARKS)))


def _mark(row: MergeRow) -> Cell:
    """Whether both have the same."""
    same, differs, only_one = _MARKS
    return same if row.is_same else differs if row.left and row.right else only_one


def _sign(row: MergeRow) -> Cell:
    """The same without a word."""
    (text, style), *_ = _mark(row).parts
    return cell((text[:1], style))


def _rows(field: MergeRow, width: int) -> Iterator[Row]:
    """A line for a field, and more where a value is long."""
    columns = _columns(width)
    widths = {place.column.key: place.width for place in arrange(columns, text_room(width))}
    left = _lines(field.left, widths["left"])
    right = _lines(field.right, widths["right"])
    mark = _mark(field) if columns[-1].width > 1 else _sign(field)
    style = "name" if field.id in _NAMES else "muted" if field.is_same else ""
    for line in range(max(len(left), len(right))):
        first = line == 0
        texts = [side[line].styled(style) if line < len(side) else EMPTY for side in (left, right)]
        yield Row(field.id, (field.label if first else "", *texts, mark if first else EMPTY), selectable=False)


def _lines(text: str, width: int) -> list[Cell]:
    return broken(text, width, _MOST_LINES) or [NOTHING]
