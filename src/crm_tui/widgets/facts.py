"""Label and value lines: details of a customer, or the row under the cursor in full."""

from collections.abc import Sequence
from typing import NamedTuple

from textual import events
from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget

from crm_tui.commands import in_scope
from crm_tui.places import Scope
from crm_tui.widgets.cells import EMPTY, Cell, cell, painted, wrap
from crm_tui.widgets.command_target import Availability, CommandTarget
from crm_tui.widgets.movement import Movement

LABEL_WIDTH = 13
HEADING = "\n"
WHOLE = "\t"


class Fact(NamedTuple):
    """A label with its value; several values are one line each. An empty label continues the fact before.

    With `wrap` a long value takes as many lines as it needs, otherwise it is cut.
    """

    label: str
    value: Cell | str | Sequence[Cell | str]
    wrap: bool = False


def heading(text: str, *more: str | tuple[str, str]) -> Fact:
    """A bold heading, with a blank line before it."""
    return Fact(HEADING, cell((text, "name"), *more))


def whole(text: Cell | str, *, wrap: bool = False) -> Fact:
    """A line without a label, over the whole width."""
    return Fact(WHOLE, text, wrap)


class Facts(Movement, CommandTarget, Widget, can_focus=True):
    """Facts one below the other; scrolls with the movement keys when they do not fit."""

    COMMAND_IDS = tuple(name for name in in_scope(Scope.MOVE) if name != "move.open")
    DEFAULT_CSS = """
    Facts { height: 1fr; width: 1fr; }
    """

    def __init__(
        self,
        facts: Sequence[Fact] = (),
        *,
        label_width: int = LABEL_WIDTH,
        focusable: bool = True,
        id: str | None = None,  # noqa: A002 - the name that every Textual widget has for it
        classes: str | None = None,
    ) -> None:
        """`focusable` False is for facts that only accompany a table."""
        super().__init__(id=id, classes=classes)
        self.can_focus = focusable
        self._facts = tuple(facts)
        self._label_width = label_width
        self._top = 0
        self._wrapped: dict[int, list[Cell]] = {}

    def set_facts(self, facts: Sequence[Fact]) -> None:
        """Show other facts."""
        changed = self.line_count
        self._facts, self._top = tuple(facts), 0
        self._wrapped.clear()
        self.refresh(layout=self.styles.is_auto_height and self.line_count != changed)

    @property
    def line_count(self) -> int:
        """Lines it would take to show everything."""
        return len(self._lines())

    def availability(self, command_id: str) -> Availability:
        """Movement is there only when there is more than fits."""
        return self.line_count > self.size.height

    @property
    def page(self) -> int:
        """How many lines are in view."""
        return self.size.height

    def step(self, rows: int) -> None:
        """Scroll down by so many lines, up if negative."""
        top = max(0, min(self._top + rows, self.line_count - self.size.height))
        if top != self._top:
            self._top = top
            self.refresh()

    def to_first(self) -> None:
        """Scroll to the first line."""
        self.step(-self._top)

    def to_last(self) -> None:
        """Scroll to the last line."""
        self.step(self.line_count)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.step(3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.step(-3)

    def on_resize(self) -> None:
        self.step(0)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self._lines(width))

    def render_line(self, y: int) -> Strip:
        lines = self._lines()
        index = y + self._top
        text = lines[index] if index < len(lines) else EMPTY
        if y == self.size.height - 1 and index < len(lines) - 1:
            text = cell(text.fit(max(0, self.size.width - 4)), " ", ("▾", "muted"))
        elif y == 0 and self._top:
            text = cell(text.fit(max(0, self.size.width - 4)), " ", ("▴", "muted"))
        return painted(cell(" ", text.cut(max(0, self.size.width - 2))), self.size.width, self.visual_style)

    def _lines(self, width: int | None = None) -> list[Cell]:
        """All lines in a width. They are kept: a long text takes a while to wrap, and every line drawn asks."""
        room = (self.size.width if width is None else width) - 2
        if room not in self._wrapped:
            lines: list[Cell] = []
            for fact in self._facts:
                lines.extend(self._fact_lines(fact, room, first=not lines))
            self._wrapped[room] = lines
        return self._wrapped[room]

    def _fact_lines(self, fact: Fact, room: int, *, first: bool) -> list[Cell]:
        values = [fact.value] if isinstance(fact.value, Cell | str) else list(fact.value)
        cells = [value if isinstance(value, Cell) else cell(value) for value in values] or [EMPTY]
        if fact.label == HEADING:
            return cells if first else [EMPTY, *cells]
        if fact.label == WHOLE:
            return [line for value in cells for line in wrap(value, max(1, room))] if fact.wrap else cells
        if fact.wrap:
            cells = [line for value in cells for line in wrap(value, max(1, room - self._label_width))]
        labels = [cell((fact.label, "muted")), *[EMPTY] * (len(cells) - 1)]
        return [
            cell(label.fit(self._label_width - 1), " ", value) if self._label_width else value
            for label, value in zip(labels, cells, strict=True)
        ]
