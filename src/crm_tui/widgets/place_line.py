"""The first line of a list: all lists that there are with their keys, the one that is shown in bold."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from textual import events
from textual.message import Message

from crm_tui.widgets.cells import EMPTY, Cell, cell, join
from crm_tui.widgets.header_line import HeaderLine


class PlaceName(NamedTuple):
    """A list: its key, its name, a short name, and whether it is the one that is shown."""

    place: str
    key: str
    title: str
    short: str
    active: bool

    def text(self, *, short: bool) -> Cell:
        """Key and name."""
        key = cell((self.key, "key" if self.active else "accent"))
        return join([key, cell((self.short if short else self.title, "name" if self.active else ""))], " ")


class PlaceLine(HeaderLine):
    """`1 Customers  2 Contacts`, and at the right who works on which store; short where that does not fit."""

    @dataclass
    class PlaceChosen(Message):
        """Another list was clicked."""

        line: "PlaceLine"
        place: str

        @property
        def control(self) -> "PlaceLine":
            return self.line

    def __init__(self, places: Sequence[PlaceName]) -> None:
        super().__init__()
        self._places = tuple(places)
        self._rights: tuple[Cell, Cell] = (EMPTY, EMPTY)

    def show_right(self, right: Cell, short: Cell) -> None:
        """What stands at the right."""
        self._rights = (right, short)
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        x = 1
        for place, text in zip(self._places, self._texts(short=self._is_short), strict=True):
            if x <= event.x < x + text.width and not place.active:
                self.post_message(self.PlaceChosen(self, place.place))
            x += text.width + 2

    def parts(self, width: int) -> tuple[Cell, Cell]:
        left = join(self._texts(short=self._is_short))
        room = max(0, width - 4 - left.width)
        right, short = self._all_right
        return left, right if right.width <= room else short.cut(room)

    def _texts(self, *, short: bool) -> list[Cell]:
        return [place.text(short=short) for place in self._places]

    @property
    def _is_short(self) -> bool:
        """Whether the whole names would leave too little room for what stands at the right."""
        return join(self._texts(short=False)).width + 4 + self._all_right[1].width > self.size.width

    @property
    def _all_right(self) -> tuple[Cell, Cell]:
        """What stands at the right, whole and short; where little fits, that the store can't be reached comes first."""
        right, short = self._rights
        reach, reach_short = self._reach
        return reach or right, reach_short or short
