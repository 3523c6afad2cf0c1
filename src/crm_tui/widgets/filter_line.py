"""The search line of a list and its filter chips."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from textual import events
from textual.app import ComposeResult, RenderResult
from textual.containers import Horizontal
from textual.geometry import Size
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from crm_tui.commands import in_scope
from crm_tui.places import Scope
from crm_tui.widgets.cells import EMPTY, Cell, cell
from crm_tui.widgets.command_target import CommandTarget
from crm_tui.widgets.line import Line


class SearchInput(CommandTarget, Input):
    """An input of one line without a border; Enter and down go back to the list, Esc clears it."""

    COMMAND_IDS = in_scope(Scope.TYPING)
    DEFAULT_CSS = """
    SearchInput, SearchInput.-textual-compact {
        height: 1; border: none; padding: 0 1; background: $crm-field; color: $crm-bright; text-style: bold;
        width: 1fr;
    }
    SearchInput > .input--placeholder { color: $crm-muted; text-style: none; }
    SearchInput:ansi { text-style: bold underline; }
    """

    @dataclass
    class Left(Message):
        """The user is done typing: the focus belongs to the rows. `cleared`: by Esc, with no text."""

        field: "SearchInput"
        cleared: bool

        @property
        def control(self) -> "SearchInput":
            return self.field

    def __init__(self, placeholder: str = "", *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(placeholder=placeholder, id=id, compact=True, select_on_focus=False)
        self.cursor_blink = False

    def do_typing_done(self) -> None:
        self.post_message(self.Left(self, cleared=False))

    def do_typing_clear(self) -> None:
        was, self.value = self.value, ""
        if not was:
            self.post_message(self.Left(self, cleared=True))


class FilterLine(Widget):
    """`/` with the search input, and at the right how many rows match."""

    DEFAULT_CSS = """
    FilterLine {
        height: 1; width: 1fr; layout: horizontal;
        & > .filter-mark { width: 3; }
        & > Horizontal { width: 1fr; height: 1; }
        & > .filter-count { width: 32; }
    }
    """

    @dataclass
    class FilterChanged(Message):
        """Another text is in the line."""

        line: "FilterLine"
        text: str

        @property
        def control(self) -> "FilterLine":
            return self.line

    def __init__(
        self,
        placeholder: str = "",
        *,
        key: str = "/",
        id: str | None = None,  # noqa: A002 - the name that every Textual widget has for it
    ) -> None:
        super().__init__(id=id)
        self._input = SearchInput(placeholder)
        self._mark = Line(cell((key, "key")), classes="filter-mark")
        self._count = Line(classes="filter-count")

    def compose(self) -> ComposeResult:
        yield self._mark
        yield Horizontal(self._input)
        yield self._count

    @property
    def text(self) -> str:
        """What is typed."""
        return self._input.value

    @property
    def input(self) -> SearchInput:
        """The input itself, to give it the focus."""
        return self._input

    def set_text(self, text: str) -> None:
        """Put a text in, as if it had been typed."""
        self._input.value = text

    def set_count(self, count: Cell) -> None:
        """The text at the right: `42 of 1 318 match`."""
        self._count.show(EMPTY, count)

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.FilterChanged(self, event.value))


class Chip(NamedTuple):
    """A filter: its name, and the value that is set (empty: any)."""

    key: str
    name: str
    value: str = ""


class ChipRow(Widget):
    """`State active ×  Owner any`; what does not fit becomes `+1`."""

    DEFAULT_CSS = """
    ChipRow { height: 1; width: 1fr; }
    """

    @dataclass
    class ChipChosen(Message):
        """A chip was clicked; `clear`: on its ×."""

        row: "ChipRow"
        key: str
        clear: bool

        @property
        def control(self) -> "ChipRow":
            return self.row

    def __init__(
        self,
        chips: Sequence[Chip] = (),
        *,
        key: str = "F",
        id: str | None = None,  # noqa: A002 - the name that every Textual widget has for it
    ) -> None:
        super().__init__(id=id)
        self._chips = tuple(chips)
        self._key = key

    def set_chips(self, chips: Sequence[Chip]) -> None:
        """Show other filters."""
        if tuple(chips) != self._chips:
            self._chips = tuple(chips)
            self.refresh()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return 1

    def on_click(self, event: events.Click) -> None:
        for x, chip, text in self._placed()[0]:
            if x <= event.x < x + text.width:
                clear = bool(chip.value) and event.x == x + text.width - 1
                self.post_message(self.ChipChosen(self, chip.key, clear))
                return

    def render(self) -> RenderResult:
        placed, hidden = self._placed()
        line = cell(" ", (self._key, "key"))
        for x, _, text in placed:
            line = cell(line.fit(x), text)
        if hidden:
            line = cell(line, "  ", (f"+{hidden}", "muted"))
        return line.fit(self.size.width).content()

    def _placed(self) -> tuple[list[tuple[int, Chip, Cell]], int]:
        """x and text of each chip that fits (set ones first, if not all do), and how many do not."""
        room = self.size.width - 4 - 1
        texts = self._texts(room)
        gap = 3 if sum(text.width + 3 for _, text in texts) - 3 <= room else 2
        if sum(text.width + gap for _, text in texts) - gap > room:
            room -= 4
        kept: list[Chip] = []
        for chip, text in sorted(texts, key=lambda each: not each[0].value):
            if text.width <= room:
                kept.append(chip)
                room -= text.width + gap
        placed = []
        x = 4
        for chip, text in texts:
            if chip in kept:
                placed.append((x, chip, text))
                x += text.width + gap
        return placed, len(texts) - len(placed)

    def _texts(self, room: int) -> list[tuple[Chip, Cell]]:
        """What is set is always seen: where there is too little room without its name, then cut."""
        set_ = [chip for chip in self._chips if chip.value]
        room -= 4 + 2 * (len(set_) - 1)  # for what does not fit, and between two
        if sum(_whole(chip).width for chip in set_) <= room:
            return [(chip, _whole(chip)) for chip in self._chips]
        short = min((most for most in range(4, 80) if _widths(set_, most) > room), default=80) - 1
        return [(chip, _value(chip, short) if chip.value else _whole(chip)) for chip in self._chips]


def _whole(chip: Chip) -> Cell:
    if not chip.value:
        return cell((f"{chip.name} any", "muted"))
    return cell((chip.name, "muted"), " ", _value(chip))


def _value(chip: Chip, most: int = 80) -> Cell:
    return cell(cell((chip.value, "name")).cut(most), " ", ("×", "accent"))


def _widths(chips: Sequence[Chip], most: int) -> int:
    return sum(_value(chip, most).width for chip in chips)
