"""What a business register says beside what is on the card, as a part of a dialog: it takes as many lines as there are,
or as fit."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.geometry import Size

from crm_tui.domain.register_entry import RegisterEntry
from crm_tui.domain.register_update import Compared, OnCard, Take, Which
from crm_tui.keymap import Keys
from crm_tui.screens.present import Clock
from crm_tui.screens.register_words import banner, columns, head_line, heads, notes, tall_rows
from crm_tui.widgets.facts import Facts, whole
from crm_tui.widgets.heads import Heads
from crm_tui.widgets.line import Line
from crm_tui.widgets.tall_rows import TallRows

#: blank lines that are left out when the screen is low, lines of the rows that are kept, and of what else is known
_GAPS, _LEAST_ROWS, _LEAST_KNOWN = 3, 4, 2


class Comparing(NamedTuple):
    """A register's answer beside a card: the rows, and which of them are ticked."""

    entry: RegisterEntry
    card: OnCard
    which: Which
    rows: Sequence[Compared]
    ticked: Collection[Take]


class RegisterAnswer(Vertical):
    """Says who it is, what became of it, each row, and what else is known."""

    DEFAULT_CSS = """
    RegisterAnswer {
        height: auto; width: 1fr;
        & Facts { height: auto; }
        & Facts:focus { background: $crm-field; }
        &.-tight .gap { display: none; }
    }
    """

    def __init__(self, keys: Keys) -> None:
        super().__init__()
        self._keys = keys
        self._comparing: Comparing | None = None
        self._said = Facts(focusable=False)
        self._heads = Heads(columns(0), heads(0))
        self.rows = TallRows(columns(0))
        self._notes = Facts(focusable=False)

    def compose(self) -> ComposeResult:
        yield Line(classes="gap")
        yield self._said
        yield Line(classes="gap")
        yield self._heads
        yield self.rows
        yield Line(classes="gap")
        yield self._notes

    def show(self, comparing: Comparing, clock: Clock, width: int, most: int) -> None:
        """Show this in so many cells and at most so many lines."""
        self._comparing = comparing
        entry, card, which, rows, ticked = comparing
        said = [each for each in (head_line(entry, clock), banner(entry, clock)) if each]
        self._said.set_facts([whole(each, wrap=True) for each in said])
        self._heads.set_heads(columns(width), heads(width))
        self.rows.set_rows(columns(width), tall_rows(rows, ticked, width))
        self._notes.set_facts([whole(each, wrap=True) for each in notes(entry, which, card, self._keys)])
        self._fit(width, most)

    def _fit(self, width: int, most: int) -> None:
        """First who it is, then the rows, then what else is known."""
        said, wanted, known = _height(self._said, width), self.rows.line_count, _height(self._notes, width)
        room = most - said - 1  # besides the heads
        is_tight = room < wanted + known + _GAPS
        self.set_class(is_tight, "-tight")
        room -= 0 if is_tight else _GAPS
        rows = min(wanted, max(_LEAST_ROWS, room - min(known, _LEAST_KNOWN)))
        shown = min(known, max(0, room - rows))
        self.rows.styles.height = max(1, min(rows, room))
        self._notes.styles.height = max(1, shown)
        self._notes.display = shown > 0
        self._notes.can_focus = shown < known  # then they scroll
        if self._notes.has_focus and not self._notes.can_focus:
            self.rows.focus()


def _height(facts: Facts, width: int) -> int:
    size = Size(width, 1)
    return facts.get_content_height(size, size, width)
