"""The tabs of the card: digit, name, the key figure of each, and a heavy rule under the active one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from textual import events
from textual.app import RenderResult
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.widget import Widget

from crm_tui.widgets.cells import EMPTY, Cell, cell, join
from crm_tui.widgets.panel_columns import TWO_COLUMNS


class TabLabel(NamedTuple):
    """A tab: its name, a short name, its key figure, and a short form of that (may be empty)."""

    label: str
    short: str
    figure: Cell = EMPTY
    figure_short: Cell = EMPTY


class TabStrip(Widget):
    """Three lines (label, key figure, rule); two below 110 columns (label with figure, rule)."""

    DEFAULT_CSS = """
    TabStrip { height: 3; width: 1fr; &.-compact { height: 2; } }
    """

    @dataclass
    class TabChosen(Message):
        """A tab was clicked; numbers count from 1."""

        strip: "TabStrip"
        number: int

        @property
        def control(self) -> "TabStrip":
            return self.strip

    def __init__(
        self,
        tabs: Sequence[TabLabel],
        *,
        active: int = 1,
        id: str | None = None,  # noqa: A002 - the name that every Textual widget has for it
    ) -> None:
        super().__init__(id=id)
        self._tabs = tuple(tabs)
        self._active = active

    @property
    def active(self) -> int:
        """Number of the active tab, from 1."""
        return self._active

    def set_active(self, number: int) -> None:
        """Make another tab the active one."""
        self._active = number
        self.refresh()

    def set_tabs(self, tabs: Sequence[TabLabel]) -> None:
        """Show other figures."""
        self._tabs = tuple(tabs)
        self.refresh()

    def on_resize(self, event: events.Resize) -> None:
        self.set_class(event.size.width < TWO_COLUMNS, "-compact")

    def on_click(self, event: events.Click) -> None:
        for number, (x, width, _) in enumerate(self._placed(), 1):
            if x <= event.x < x + width:
                self.post_message(self.TabChosen(self, number))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return 2 if width < TWO_COLUMNS else 3

    def render(self) -> RenderResult:
        width = self.size.width
        placed = self._placed()
        lines = [Cell()] * (len(placed[0][2]) if placed else 1)
        for x, _, texts in placed:
            lines = [cell(line.fit(x), text) for line, text in zip(lines, texts, strict=True)]
        rule = EMPTY
        for number, (x, length, _) in enumerate(placed, 1):
            if number == self._active:
                left = max(0, x - 1)
                rule = cell(("─" * left, "line"), ("━" * (length + x - left), "accent"))
        rule = cell(rule, ("─" * max(0, width - rule.width), "line"))
        return Content("\n").join(line.cut(width).content() for line in (*lines, rule))

    def _placed(self) -> list[tuple[int, int, tuple[Cell, ...]]]:
        """x, width and lines of each tab, spread over the width."""
        width = self.size.width
        compact = width < TWO_COLUMNS
        texts = [self._texts(number, tab, compact) for number, tab in enumerate(self._tabs, 1)]
        widths = [max(text.width for text in lines) + 1 for lines in texts]
        gaps = max(1, len(texts) - 1)
        gap = max(1, min(3 if compact else 20, (width - 2 - sum(widths)) // gaps))
        placed = []
        x = 1
        for lines, length in zip(texts, widths, strict=True):
            placed.append((x, length, lines))
            x += length + gap
        return placed

    def _texts(self, number: int, tab: TabLabel, compact: bool) -> tuple[Cell, ...]:
        style = "name" if number == self._active else ""
        digit = (str(number), "key" if number == self._active else "accent")
        if compact:
            return (join([cell(digit, " ", (tab.short, style)), tab.figure_short], " "),)
        return cell(digit, " ", (tab.label, style)), cell("  ", tab.figure)
