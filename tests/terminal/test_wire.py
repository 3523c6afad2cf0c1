"""What is sent sparingly shows what Textual would have shown, cell by cell."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

import pyte
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyte.screens import Char
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.geometry import Offset, Region, Size
from textual.strip import Strip

from crm_tui.terminal.abilities import EVERYTHING, Abilities, abilities
from crm_tui.terminal.depth import erases_in_colour
from crm_tui.terminal.wire import Wire

# Combining, wide, ambiguous and joined: all that pyte, too, gives the width that Rich does.
_TEXTS = ("a", "bc", " ", "     ", " " * 14, "é", "e\u0301", "世", "界世", "─" * 6, "▌", "😀", "x世", "株 y")
_COLOURS = (None, "default", "red", "#102030", "#d0d0d0", "color(200)")
_STYLES = st.builds(
    lambda bold, italic, underline, reverse, strike, dim, color, bgcolor: Style(
        bold=bold, italic=italic, underline=underline, reverse=reverse, strike=strike, dim=dim, color=color,
        bgcolor=bgcolor,
    ),
    *[st.sampled_from((None, None, True))] * 6,
    *[st.sampled_from(_COLOURS)] * 2,
)  # fmt: skip
_PIECES = st.lists(st.tuples(st.sampled_from(_TEXTS), st.none() | _STYLES).map(lambda each: Segment(*each)), max_size=6)
#: what a sequence ends in, by the name of the terminal that knows it
KNOWN = {
    "vt100": set("ABCDHJKmr"),
    "vt102": set("ABCDHJKLMPmr"),
    "vt220": set("ABCDHJKLMPXmr@"),
    "linux": set("@ABCDEFGHJKLMPXacdefghlmnqrsu`"),
    "screen": set("@ABCDEFGHIJKLMPSTXZacdfghilmnqrstu`"),
    "xterm": set("@ABCDEFGHJKLMPXdmr"),
}
_SEQUENCE = re.compile(r"\x1b\[[0-9;]*(.)")
_SIZES = st.builds(Size, st.integers(1, 24), st.integers(1, 9))


class Terminal(pyte.Screen):
    """As pyte has it, or as xterm does: what a wide character loses half of is blank. ``coloured``: whether erasing
    takes the background along."""

    def __init__(self, size: Size, *, halves: bool, coloured: bool) -> None:
        super().__init__(size.width, size.height)
        self.halves, self.coloured = halves, coloured
        self.stream = pyte.Stream(self)
        self.reset_mode(7, private=True)  # as the driver does

    def draw(self, data: str) -> None:
        for each in data:
            x, line = self.cursor.x, self.buffer[self.cursor.y]
            super().draw(each)
            if self.halves and self.cursor.x > x:
                end = self.cursor.x
                if x and pyte.screens.wcwidth(line[x - 1].data[:1] or " ") == 2 and line[x].data:
                    line[x - 1] = line[x - 1]._replace(data=" ")
                if end < self.columns and not line[end].data:
                    line[end] = line[end]._replace(data=" ")

    def erase_characters(self, count: int | None = None) -> None:
        self._erased(lambda: super(Terminal, self).erase_characters(count))

    def erase_in_line(self, how: int = 0, private: bool = False) -> None:
        self._erased(lambda: super(Terminal, self).erase_in_line(how, private))

    def erase_in_display(self, how: int = 0, *args: object, **kwargs: object) -> None:
        self._erased(lambda: super(Terminal, self).erase_in_display(how, *args, **kwargs))

        if how == 2:  # pyte forgets the cells that nothing was ever written to
            erased = self.cursor.attrs if self.coloured else self.default_char
            for y in range(self.lines):
                self.buffer[y].update(dict.fromkeys(range(self.columns), erased))

    def _erased(self, erase: Callable[[], None]) -> None:
        attributes = self.cursor.attrs
        if not self.coloured:
            self.cursor.attrs = self.default_char
        erase()
        self.cursor.attrs = attributes

    @property
    def seen(self) -> list[list[Char]]:
        """Every cell, without what can't be seen of blank ones."""
        return [[_seen(self.buffer[y][x]) for x in range(self.columns)] for y in range(self.lines)]


def _seen(char: Char) -> Char:
    if char.data == " " and not (char.underscore or char.reverse or char.strikethrough):
        return Char(" ", bg=char.bg)
    return char


class Desk:
    """A frame as Textual composes it, the wire, and the terminal at its other end."""

    def __init__(self, size: Size, *, halves: bool = True, coloured: bool = True, able: Abilities = EVERYTHING) -> None:
        self.size, self.halves, self.coloured = size, halves, coloured
        self.console = Console(color_system="truecolor", force_terminal=True)
        self.wire = Wire("truecolor", erases_in_colour=coloured, able=able)
        self.rows: list[Strip] = []
        self.ends: set[str] = set()
        self.terminal = self.new_terminal()

    def new_terminal(self) -> Terminal:
        return Terminal(self.size, halves=self.halves, coloured=self.coloured)

    def lay_out(self, rows: list[Strip]) -> LayoutUpdate:
        """All of a frame."""
        self.rows = [row.adjust_cell_length(self.size.width) for row in rows]
        return LayoutUpdate([[row] for row in self.rows], Region(0, 0, *self.size))

    def change(self, y: int, left: int, right: int, strip: Strip) -> ChopsUpdate:
        """A part of one line."""
        piece = strip.adjust_cell_length(right - left)
        row = self.rows[y]
        self.rows[y] = Strip.join([row.crop(0, left), piece, row.crop(right, self.size.width)])
        cuts = sorted({0, left, right, self.size.width})
        chops: list[dict[int, Strip | None]] = [{} for _ in range(self.size.height)]
        chops[y] = {x: self.rows[y].crop(x, end) for x, end in pairwise(cuts)}
        return ChopsUpdate(chops, [(y, left, right)], [cuts[1:]] * self.size.height)

    def show(self, update: LayoutUpdate | ChopsUpdate, *, lost: bool = False) -> str:
        """Send a frame; the line may lose it."""
        sent = self.wire.frame(update, self.size, Offset(0, 0))
        self.ends |= set(_SEQUENCE.findall(sent))
        if not lost:
            self.terminal.stream.feed(sent)
        return sent

    def check(self) -> None:
        """Compare with Textual's own output on a new terminal."""
        plain = self.new_terminal()
        plain.stream.feed(self.lay_out(self.rows).render_segments(self.console).replace("\n", ""))
        assert self.terminal.seen == plain.seen
        assert self.terminal.cursor.attrs == self.terminal.default_char  # others write on from here


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_every_cell_is_as_textual_composed_it(data: st.DataObject) -> None:
    draw = data.draw
    name = draw(st.sampled_from(sorted(KNOWN)))
    desk = Desk(draw(_SIZES), halves=draw(st.booleans()), coloured=draw(st.booleans()), able=abilities({"TERM": name}))
    strips = _PIECES.map(Strip)

    def all_new() -> list[Strip]:
        return draw(st.lists(strips, min_size=desk.size.height, max_size=desk.size.height))

    desk.show(desk.lay_out(all_new()))
    desk.check()
    for what in draw(st.lists(st.sampled_from("pppsssfrxlh"), max_size=8)):
        width, height = desk.size
        if what == "p":  # a part of a line
            left = draw(st.integers(0, width - 1))
            y, right = draw(st.integers(0, height - 1)), draw(st.integers(left + 1, width))
            desk.show(desk.change(y, left, right, draw(strips)))
        elif what == "s":  # lines move, and another comes in
            top, by = draw(st.integers(0, 2)), draw(st.integers(1, 3))
            rows, new = desk.rows, [draw(strips) for _ in range(by)]
            moved = [*rows[top + by :], *new] if draw(st.booleans()) else [*new, *rows[top:-by]]
            desk.show(desk.lay_out([*rows[:top], *moved][:height]))
        elif what == "r":  # another size: the terminal keeps what it likes
            desk.size = draw(_SIZES)
            desk.terminal.resize(desk.size.height, desk.size.width)
            desk.show(desk.lay_out(all_new()))
        elif what == "h":  # some lines wait for others
            lines = desk.wire.compose(desk.lay_out(all_new()), desk.size)
            desk.terminal.stream.feed(desk.wire.paint(Offset(0, 0), lines[:: draw(st.integers(1, 3))]))
            desk.terminal.stream.feed(desk.wire.paint(Offset(0, 0)))
        elif what == "x":  # another program writes, then a part of a line changes
            desk.terminal.stream.feed("\x1b[H世garbage\x1b[3;2Hmore\x1b[m")
            desk.wire.forget()
            desk.show(desk.change(0, 0, 1, draw(strips)))
        elif what == "l":  # a frame is lost on its way, and so is told
            desk.show(desk.lay_out(all_new()), lost=True)
            desk.wire.forget()
            desk.show(desk.change(height - 1, 0, width, draw(strips)))
        else:
            desk.show(desk.lay_out(all_new()))
        desk.check()
    assert desk.ends <= KNOWN[name]


def test_what_is_seen_already_is_not_sent() -> None:
    desk = Desk(Size(20, 8))
    rows = [Strip([Segment(f"row number {number:<9}", Style(bgcolor="#102030"))]) for number in range(30)]
    desk.show(desk.lay_out(rows[:8]))
    assert not desk.show(desk.lay_out(rows[:8]))
    one = desk.show(desk.change(3, 0, 20, Strip([Segment("row nUmber 3", Style(bgcolor="#102030"))])))
    assert "U" in one
    assert "number" not in one


def test_a_list_that_scrolled_is_moved() -> None:
    desk = Desk(Size(20, 8))
    rows = [Strip([Segment(f"row number {number:<9}")]) for number in range(30)]
    desk.show(desk.lay_out(rows[:8]))
    for start in (1, 3, 2, 0):
        sent = desk.show(desk.lay_out(rows[start : start + 8]))
        assert sent.count("row") <= 2
        desk.check()


def test_rows_stay_where_only_a_scrollbar_moves() -> None:
    desk = Desk(Size(20, 8))
    for bar in "ab":
        desk.show(desk.lay_out([Strip([Segment(f"row number {number:<8}{bar}")]) for number in range(8)]))
        desk.check()


def test_no_control_character_is_sent_but_its_own() -> None:
    desk = Desk(Size(9, 1))
    sent = desk.wire.frame(desk.lay_out([Strip([Segment("a\x07\x1bé\x9bö\n\x00z")])]), desk.size, Offset(0, 0))
    assert "aéöz" in sent
    assert not set(sent) & set("\x07\x9b\n\x00")
    assert sent.count("\x1b") == sent.count("\x1b[")


@pytest.mark.parametrize(
    ("environ", "erases"),
    [({"TERM": "xterm-256color"}, True), ({"TERM": "screen"}, False), ({"TERM": "screen", "TMUX": "/tmp/x"}, True)],
)
def test_gnu_screen_erases_without_colour(environ: dict[str, str], erases: bool) -> None:
    assert erases_in_colour(environ) is erases
