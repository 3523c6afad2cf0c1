"""Figures in groups of columns (months), with a cell cursor; the groups scroll sideways, labels and total stay."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from rich.segment import Segment
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip
from textual.style import Style
from textual.widget import Widget

from crm_tui.commands import in_scope
from crm_tui.places import Scope
from crm_tui.widgets.cells import EMPTY, Cell, cell
from crm_tui.widgets.command_target import CommandTarget
from crm_tui.widgets.movement import Movement
from crm_tui.widgets.table_paint import GUTTER, StyleBook

#: lines of heads above the figures
HEADS = 2
#: blanks between groups, and more after the labels, where there is room
_MOST_GAP, _MOST_LABEL_GAP = 12, 8


class Group(NamedTuple):
    """Two columns of figures under one head, with a cell for each line; ``mark`` is a word beside the head. The total
    may have a third column, ``more``, with a head and a word of its own."""

    head: Cell
    left: Sequence[Cell]
    right: Sequence[Cell]
    mark: Cell = EMPTY
    more: Sequence[Cell] = ()
    more_heads: tuple[Cell, Cell] = (EMPTY, EMPTY)

    @property
    def columns(self) -> tuple[Sequence[Cell], ...]:
        """Its columns from the left."""
        return (self.left, self.right, self.more) if self.more else (self.left, self.right)


class Spot(NamedTuple):
    """Where the cell cursor is: the line, the group (the total is the last), and which of its columns."""

    line: int
    group: int
    column: int


class Place(NamedTuple):
    """A column that is shown: which, the blanks before it, its width."""

    group: int
    column: int
    gap: int
    width: int


class Arranged(NamedTuple):
    """What fits: the label column and the others in order, and how many groups are left out on either side."""

    labels: int
    columns: tuple[Place, ...]
    before: int
    behind: int


class FigureGrid(Movement, CommandTarget, Widget, can_focus=True):
    """A label, then pairs of figures. A line without a label is a rule, which the cursor skips."""

    COMMAND_IDS = (
        *(name for name in in_scope(Scope.MOVE) if name != "move.open"),
        "financials.left",
        "financials.right",
    )

    @dataclass
    class Laid(Message):
        """The columns have other places now, or other figures."""

        grid: "FigureGrid"

    @dataclass
    class Moved(Message):
        """The cursor is on another figure."""

        grid: "FigureGrid"
        old: Spot

    @dataclass
    class Chosen(Message):
        """The figure under the cursor was clicked."""

        grid: "FigureGrid"

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
        self._spot = Spot(0, 0, 1)
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
    def left(self) -> int:
        """How many cells are left of the columns."""
        return GUTTER + self._shown.labels

    @property
    def places(self) -> list[tuple[Spot, int, int]]:
        """The columns that are shown, each with where it begins and its width; their line is the first."""
        found, x = [], self.left
        for place in self._shown.columns:
            found.append((Spot(0, place.group, place.column), x + place.gap, place.width))
            x += place.gap + place.width
        return found

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
        self.post_message(self.Moved(self, old))

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
        wanted = self._spot._replace(line=line)
        for place, x, width in self.places:
            if x - 1 <= event.x < x + width:
                wanted = place._replace(line=line)
        if wanted == self._spot:
            self.post_message(self.Chosen(self))
        self.move_to(wanted)

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
        every = [(at, column) for at, group in enumerate(self._groups) for column in range(len(group.columns))]
        if every:
            place = every.index(self._spot[1:]) + columns
            if 0 <= place < len(every):
                self.move_to(Spot(self._spot.line, *every[place]))

    def _nearest(self, spot: Spot) -> Spot:
        line = max(0, min(spot.line, len(self._labels) - 1))
        if self._labels and not self._labels[line]:
            line += 1
        group = max(0, min(spot.group, len(self._groups) - 1))
        last = len(self._groups[group].columns) - 1 if self._groups else 1
        return Spot(line, group, min(spot.column, last))

    def _arrange(self, *, paint: bool = True) -> None:
        before = self._shown
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
        if paint or self._shown != before:
            self.post_message(self.Laid(self))

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
            figure = group.columns[column.column][line].fit(column.width, right=True)
            here = under_cursor and (column.group, column.column) == self._spot[1:]
            parts += [(cell(" " * column.gap), False), (figure, here)]
        return self._strip(parts, bar=under_cursor)

    def _names(self) -> list[Cell]:
        """The heads of the groups, each at the right edge of its left column, and how many are before them."""
        before = f"‹ {self._shown.before} earlier" if self._shown.before else ""
        parts = [cell((before, "muted")).fit(self._shown.labels)]
        total = len(self._groups) - 1
        for place in self._shown.columns:
            group = self._groups[place.group]
            # the head of a month is over its left column, that of the total over the one that always shows
            text = (group.head, group.mark) if place.group < total else (EMPTY, group.head)
            head = (*text, group.more_heads[0])[place.column]
            at_right = place.column != 1 or place.group == total
            parts += [cell(" " * place.gap), head.fit(place.width, right=at_right)]
        return parts

    def _words(self) -> list[Cell]:
        """The heads of the columns, and how many groups are behind them."""
        behind = f"{self._shown.behind} later ›" if self._shown.behind else ""
        parts = [cell((behind, "muted")).fit(self._shown.labels)]
        for place in self._shown.columns:
            word = (*self._heads, self._groups[place.group].more_heads[1])[place.column]
            parts += [cell(" " * place.gap), word.fit(place.width, right=True)]
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

    The last group is the total. Its right column stays in view; the others only where all groups fit, or while the
    cursor is in it.
    """
    *months, total = groups
    label = max(text.width for text in labels)
    left = _width(heads[0], (group.left for group in months))
    right = _width(heads[1], (group.right for group in months))
    each = left + right + 2
    words = (*heads, total.more_heads[1])
    sums = [_width(word, [column]) for word, column in zip(words, total.columns, strict=False)]
    if total.more:
        sums[2] = max(sums[2], total.more_heads[0].width)
    room -= label
    whole = sum(sums) + len(sums)
    with_all = len(months) * each + whole <= room or spot.group == len(months)
    tail = list(enumerate(sums)) if with_all else [(1, sums[1])]
    tail_width = sum(width + 1 for _, width in tail)
    fitting = max(1, min(len(months), (room - tail_width) // each))
    last = min(spot.group, len(months) - 1)
    first = max(0, min(max(first, last - fitting + 1), last, len(months) - fitting))
    spare = room - fitting * each - tail_width
    more = max(0, min(_MOST_GAP - 1, spare // (fitting + 1)))
    label += max(0, min(_MOST_LABEL_GAP, spare - more * (fitting + 1)))
    gap = 1 + more
    places: list[Place] = []
    for group in range(first, first + fitting):
        places += [Place(group, 0, gap, left), Place(group, 1, 1, right)]
    places += [Place(len(months), column, 1 if at else gap, width) for at, (column, width) in enumerate(tail)]
    return Arranged(label, tuple(places), first, len(months) - first - fitting)


def _width(head: Cell, columns: Iterable[Sequence[Cell]]) -> int:
    return max(head.width, *(figure.width for column in columns for figure in column), 1)
