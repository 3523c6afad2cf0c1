"""Two that are alike, beside or below the list of pairs: why they may be the same, and their fields side by side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical

from crm_tui.screens.merge_rows import MergeRow
from crm_tui.screens.present import NOTHING
from crm_tui.screens.two_alike import TwoAlike
from crm_tui.widgets.cells import EMPTY, Cell, cell, join, wrap
from crm_tui.widgets.columns import Column, arrange
from crm_tui.widgets.facts import Facts, whole
from crm_tui.widgets.heads import Heads, text_room
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
_WORDS_FROM = 70
#: lines that a long value takes at most
_MOST_LINES = 3


class Comparison(Vertical):
    """What differs comes first. Where the fields do not fit, the last line says how many are left out."""

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
        self._titles = [EMPTY] * len(_COLUMNS)
        self._heads = Heads(_COLUMNS, self._titles)
        self._table = VirtualTable(_COLUMNS, header=False, opens=False)
        self._table.can_focus = False

    def compose(self) -> ComposeResult:
        yield self._why
        yield self._heads
        yield self._table

    def show_why(self, reasons: Sequence[str], more: Sequence[Cell] = ()) -> None:
        """Why they may be the same, or what else is to be said of them; the fields follow when they have been read."""
        said = join([cell(reason) for reason in reasons], " · ")
        self._why.set_facts([whole(each, wrap=True) for each in (said, *more) if each])

    def show_two(self, two: TwoAlike | None) -> None:
        """The fields of these two; None for nothing."""
        self._two = two
        names = [] if two is None else [cell((each.name, "name")) for each in (two.left, two.right)]
        self._titles = [EMPTY, *(names or (EMPTY, EMPTY)), EMPTY]
        self._show()

    def on_resize(self, event: events.Resize) -> None:
        self._show()

    def _show(self) -> None:
        columns = _columns(self.size.width)
        self._heads.set_heads(columns, self._titles)
        self._table.set_columns(columns)
        rows = [] if self._two is None else list(_rows([*self._two.differing, *self._two.same], self.size.width))
        room = self.size.height - 1 - self._why.line_count
        if len(rows) > room > 0:
            left = len({row.id for row in rows[room - 1 :]})
            more = cell((f"… {left} more field{'s' if left > 1 else ''}", "muted"))
            rows = [*rows[: room - 1], Row("", (more,), kind="line", selectable=False)]
        self._table.set_rows(rows)


def _columns(width: int) -> tuple[Column, ...]:
    mark_width = max(mark.width for mark in _MARKS) if width >= _WORDS_FROM else 1
    return (*_COLUMNS[:-1], _COLUMNS[-1]._replace(width=mark_width))


def _mark(row: MergeRow) -> Cell:
    """Whether both have the same."""
    same, differs, only_one = _MARKS
    return same if row.is_same else differs if row.left and row.right else only_one


def _sign(row: MergeRow) -> Cell:
    """The same without a word."""
    (text, style), *_ = _mark(row).parts
    return cell((text[:1], style))


def _rows(fields: Iterable[MergeRow], width: int) -> Iterator[Row]:
    """A line for each field, and more where a value is long."""
    columns = _columns(width)
    widths = {place.column.key: place.width for place in arrange(columns, text_room(width))}
    for field in fields:
        left = _lines(field.left, widths["left"])
        right = _lines(field.right, widths["right"])
        mark = _mark(field) if columns[-1].width > 1 else _sign(field)
        style = "muted" if field.is_same else ""
        for line in range(max(len(left), len(right))):
            first = line == 0
            texts = [side[line] if line < len(side) else EMPTY for side in (left, right)]
            yield Row(
                field.id, (field.label if first else "", *texts, mark if first else EMPTY), style, selectable=False
            )


def _lines(text: str, width: int) -> list[Cell]:
    """A value in lines; what has no blanks, like an e-mail address, is broken anywhere."""
    if not text:
        return [NOTHING]
    words = [word[at : at + width] for word in text.split() for at in range(0, len(word), max(1, width))]
    return [line for line in wrap(cell(" ".join(words)), max(1, width), _MOST_LINES) if line]
