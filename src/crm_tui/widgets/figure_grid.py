"""Figures in groups of columns (months), with a cell cursor; the groups scroll sideways, labels and total stay."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from rich.segment import Segment
from textual import events
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.style import Style
from textual.widget import Widget

from crm_tui.commands import Scope, in_scope
from crm_tui.widgets.cells import EMPTY, Cell, cell
from crm_tui.widgets.command_target import CommandTarget
from crm_tui.widgets.movement import Movement
from crm_tui.widgets.table_paint import GUTTER, StyleBook

#: lines of heads above the figures
HEADS = 2
#: blanks between groups, and more after the labels, where there is room
_MOST_GAP, _MOST_LABEL_GAP = 12, 8


class Group(NamedTuple):
    """Two columns of figures under one head, with a cell for each line; ``mark`` is a word beside the head."""

    head: Cell
    left: Sequence[Cell]
    right: Sequence[Cell]
    mark: Cell = EMPTY


class Spot(NamedTuple):
    """Where the cell cursor is: the line, the group (the total is the last), and whether in its right column."""

    line: int
    group: int
    right: bool


class _Place(NamedTuple):
    """A column that is shown: which, the blanks before it, its width."""

    group: int
    right: bool
    gap: int
    width: int


class Arranged(NamedTuple):
    """What fits: the label column and the others in order, and how many groups are left out on either side."""

    labels: int
    columns: tuple[_Place, ...]
    before: int
    behind: int


class FigureGrid(Movement, CommandTarget, Widget, can_focus=True):
    """A label, then pairs of figures. A line without a label is a rule, which the cursor skips."""

    COMMAND_IDS = (
        *(name for name in in_scope(Scope.MOVE) if name != "move.open"),
        "financials.left",
        "financials.right",
    )
    DEFAULT_CSS = """
    FigureGrid { height: 1fr; width: 1fr; }
    """

    def __init__(self, heads: tuple[str, str], *, empty: Cell = EMPTY, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        """`heads` are the words above the left and the right column of each group."""
        super().__init__(id=id)
        self._heads = (cell((heads[0], "muted")), cell((heads[1], "muted")))
        self._empty = empty
        self._labels: Sequence[Cell] = ()
        self._groups: Sequence[Group] = ()
        self._note = EMPTY
        self._spot = Spot(0, 0, True)
        self._first = 0
        self._top = 0
        self._shown = Arranged(0, (), 0, 0)
        self._book = StyleBook(Style())

    # -- what it shows -----------------------------------------------------------------------------------------

    def set_nothing(self, text: Cell) -> None:
        """Show this text instead of figures."""
        self._empty = text
        self._labels, self._groups, self._note = (), (), EMPTY
        self._arrange()

    def set_figures(self, labels: Sequence[Cell], groups: Sequence[Group], spot: Spot, *, note: Cell = EMPTY) -> None:
        """Show these figures with the cursor on one of them, and a note below. The last group is the total."""
        self._labels, self._groups, self._note = tuple(labels), tuple(groups), note
        self._spot = self._nearest(spot)
        self._arrange()

    @property
    def spot(self) -> Spot:
        """Where the cursor is."""
        return self._spot

    @property
    def line_count(self) -> int:
        """Lines it would take to show everything."""
        return HEADS + len(self._labels) + bool(self._note) if self._groups else 1

    def move_to(self, spot: Spot) -> None:
        """Put the cursor on a figure, or on the nearest there is."""
        old, self._spot = self._spot, self._nearest(spot)
        if self._spot == old:
            return
        shown, top = self._shown, self._top
        self._arrange(paint=False)
        if (self._shown, self._top) == (shown, top):
            self._repaint(old.line, self._spot.line)
        else:
            self.refresh()

    # -- commands ----------------------------------------------------------------------------------------------

    @property
    def page(self) -> int:
        """How many lines are in view."""
        return max(1, self.size.height - HEADS - bool(self._note))

    def step(self, rows: int) -> None:
        """Move down by so many lines, up if negative."""
        if not self._groups:
            return
        target = max(0, min(self._spot.line + rows, len(self._labels) - 1))
        if not self._labels[target]:
            target += 1 if rows > 0 else -1
        self.move_to(self._spot._replace(line=target))

    def to_first(self) -> None:
        """Move to the first line."""
        self.step(-len(self._labels))

    def to_last(self) -> None:
        """Move to the last line."""
        self.step(len(self._labels))

    def do_financials_left(self) -> None:
        self._move_columns(-1)

    def do_financials_right(self) -> None:
        self._move_columns(1)

    # -- events ------------------------------------------------------------------------------------------------

    def on_click(self, event: events.Click) -> None:
        line = self._top + event.y - HEADS
        if event.y < HEADS or line >= len(self._labels) or not self._labels[line]:
            return
        x = GUTTER + self._shown.labels
        for column in self._shown.columns:
            if x <= event.x < x + column.gap + column.width:
                self.move_to(Spot(line, column.group, column.right))
                return
            x += column.gap + column.width
        self.move_to(self._spot._replace(line=line))

    def on_focus(self) -> None:
        self._repaint(self._spot.line)

    def on_blur(self) -> None:
        self._repaint(self._spot.line)

    def on_resize(self) -> None:
        self._arrange()

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._book = StyleBook(Style())

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return self.line_count

    # -- inside ------------------------------------------------------------------------------------------------

    def _move_columns(self, columns: int) -> None:
        place = 2 * self._spot.group + self._spot.right + columns
        if 0 <= place < 2 * len(self._groups):
            self.move_to(Spot(self._spot.line, place // 2, place % 2 == 1))

    def _nearest(self, spot: Spot) -> Spot:
        line = max(0, min(spot.line, len(self._labels) - 1))
        if self._labels and not self._labels[line]:
            line += 1
        return Spot(line, max(0, min(spot.group, len(self._groups) - 1)), spot.right)

    def _arrange(self, *, paint: bool = True) -> None:
        if not self._groups or not self.size.width:
            self._shown = Arranged(0, (), 0, 0)
        else:
            room = self.size.width - GUTTER - 1
            self._shown = arrange_groups(self._labels, self._groups, self._heads, room, self._spot, self._first)
            self._first = self._shown.before
        top = min(max(self._top, self._spot.line - self.page + 1), self._spot.line)
        self._top = max(0, min(top, len(self._labels) - self.page))
        if paint:
            self.refresh()

    def _repaint(self, *lines: int) -> None:
        for line in lines:
            self.refresh(Region(0, line - self._top + HEADS, self.size.width, 1))

    # -- painting ----------------------------------------------------------------------------------------------

    def render_line(self, y: int) -> Strip:
        if self._book.base != self.visual_style:
            self._book = StyleBook(self.visual_style)
        if not self._groups:
            return self._strip([(self._empty if y == 0 else EMPTY, False)])
        if y < HEADS:
            return self._strip([(part, False) for part in (self._names() if y == 0 else self._words())])
        if self._note and y == min(HEADS + len(self._labels), self.size.height - 1):
            return self._strip([(self._note.cut(self.size.width - GUTTER - 1), False)])
        line = y - HEADS + self._top
        if line >= len(self._labels):
            return self._strip([])
        if not self._labels[line]:
            return self._strip([(cell(("─" * (self.size.width - GUTTER - 1), "faint")), False)])
        under_cursor = self.has_focus and line == self._spot.line
        parts = [(self._labels[line].fit(self._shown.labels), under_cursor)]
        for column in self._shown.columns:
            group = self._groups[column.group]
            figure = (group.right if column.right else group.left)[line].fit(column.width, right=True)
            here = under_cursor and (column.group, column.right) == self._spot[1:]
            parts += [(cell(" " * column.gap), False), (figure, here)]
        return self._strip(parts, bar=under_cursor)

    def _names(self) -> list[Cell]:
        """The heads of the groups, each at the right edge of its left column, and how many are before them."""
        before = f"‹ {self._shown.before} earlier" if self._shown.before else ""
        parts = [cell((before, "muted")).fit(self._shown.labels)]
        total = len(self._groups) - 1
        for column in self._shown.columns:
            group = self._groups[column.group]
            text = group.head if column.right == (column.group == total) else group.mark if column.right else EMPTY
            at_right = not column.right or column.group == total
            parts += [cell(" " * column.gap), text.fit(column.width, right=at_right)]
        return parts

    def _words(self) -> list[Cell]:
        """The heads of the columns, and how many groups are behind them."""
        behind = f"{self._shown.behind} later ›" if self._shown.behind else ""
        parts = [cell((behind, "muted")).fit(self._shown.labels)]
        for column in self._shown.columns:
            parts += [cell(" " * column.gap), self._heads[column.right].fit(column.width, right=True)]
        return parts

    def _strip(self, parts: Iterable[tuple[Cell, bool]], *, bar: bool = False) -> Strip:
        """A line of parts, each with whether the cursor is on it."""
        plain = self._book.style("", cursor=False)
        segments = [Segment("▌", self._book.style("accent", cursor=True)) if bar else Segment(" ", plain)]
        for part, under_cursor in parts:
            segments += [Segment(text, self._book.style(style, cursor=under_cursor)) for text, style in part.parts]
        return Strip(segments).adjust_cell_length(self.size.width, plain).simplify()


def arrange_groups(
    labels: Sequence[Cell], groups: Sequence[Group], heads: tuple[Cell, Cell], room: int, spot: Spot, first: int
) -> Arranged:
    """Which groups fit in ``room`` cells from ``first`` on, the cursor's among them.

    The last group is the total. It stays in view; its left column only where all groups fit, or with the cursor.
    """
    *months, total = groups
    label = max(text.width for text in labels)
    left = _width(heads[0], (group.left for group in months))
    right = _width(heads[1], (group.right for group in months))
    sums = _width(heads[0], [total.left]), _width(heads[1], [total.right])
    each, both, one = left + right + 2, sums[0] + sums[1] + 2, sums[1] + 1
    room -= label
    whole = len(months) * each + both <= room
    with_left = whole or (spot.group == len(months) and not spot.right)
    fitting = max(1, min(len(months), (room - (both if with_left else one)) // each))
    last = min(spot.group, len(months) - 1)
    first = max(0, min(max(first, last - fitting + 1), last, len(months) - fitting))
    spare = room - fitting * each - (both if with_left else one)
    more = max(0, min(_MOST_GAP - 1, spare // (fitting + 1)))
    label += max(0, min(_MOST_LABEL_GAP, spare - more * (fitting + 1)))
    gap = 1 + more
    columns: list[_Place] = []
    for group in range(first, first + fitting):
        columns += [_Place(group, False, gap, left), _Place(group, True, 1, right)]
    if with_left:
        columns.append(_Place(len(months), False, gap, sums[0]))
    columns.append(_Place(len(months), True, 1 if with_left else gap, sums[1]))
    return Arranged(label, tuple(columns), first, len(months) - first - fitting)


def _width(head: Cell, columns: Iterable[Sequence[Cell]]) -> int:
    return max(head.width, *(figure.width for column in columns for figure in column), 1)
