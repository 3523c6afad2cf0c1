"""What a new customer was filled with from a business register, as a field of its form: kept with the draft, and shown
as the address that is saved with it."""

from __future__ import annotations

from typing import Any, ClassVar

import msgspec
from msgspec import Struct
from textual import events
from textual.app import RenderResult
from textual.binding import Binding
from textual.geometry import Size

from crm_tui.domain.countries import country_name
from crm_tui.domain.register_entry import RegisterEntry
from crm_tui.domain.register_fill import addresses_of
from crm_tui.domain.register_update import RegisterPlace, Which, address_of, place_of
from crm_tui.widgets.cells import EMPTY, Cell, cell, in_lines, wrap
from crm_tui.widgets.field import Field

#: what is said of who has no VAT number
NO_VAT = "not registered for VAT"
#: lines that an address takes at most
_MOST_LINES = 2


class Taken(Struct, frozen=True, kw_only=True):
    """An entry that was taken over. ``which`` of its addresses is saved, None: none; ``filled`` has what it put into
    fields, by their names, and ``other`` what it has for those of which one's own stayed."""

    entry: RegisterEntry
    which: Which | None
    filled: dict[str, Any]
    other: dict[str, Any]

    @property
    def place(self) -> RegisterPlace | None:
        """The address to be saved."""
        found = address_of(self.entry, self.which) if self.which is not None else None
        return place_of(found, self.which) if found is not None and self.which is not None else None


def taken_of(value: Any) -> Taken | None:
    """What was taken over, of a field's value. A draft of another version of the program may have it in another shape:
    then it goes on without."""
    try:
        return msgspec.convert(value, Taken | None)
    except msgspec.ValidationError:
        return None


class RegisterField(Field, can_focus=True):
    """Space and Enter go through the addresses that the register has, and none. The value is a ``Taken`` as JSON, or
    None. A long address takes a second line."""

    DEFAULT_CSS = """
    RegisterField { height: auto; }
    """
    BINDINGS: ClassVar = [
        Binding("space,enter", "turn", show=False),
        Binding("down", "app.focus_next", show=False),
        Binding("up", "app.focus_previous", show=False),
    ]

    def __init__(self, name: str, label: str) -> None:
        super().__init__(name, label)
        self.taken: Taken | None = None

    @property
    def value(self) -> Any:
        return msgspec.to_builtins(self.taken) if self.taken is not None else None

    def put(self, value: Any) -> None:
        self.taken = taken_of(value)
        self.can_focus = self.taken is not None and bool(addresses_of(self.taken.entry))
        self.refresh(layout=True)

    def words(self, value: Any) -> str:
        taken = taken_of(value)
        return _line(taken).plain if taken is not None else ""

    def action_turn(self) -> None:
        if self.taken is None:
            return
        choices = (*addresses_of(self.taken.entry), None)
        after = choices[(choices.index(self.taken.which) + 1) % len(choices)]
        self.taken = msgspec.structs.replace(self.taken, which=after)
        self.refresh(layout=True)
        self.post_message(self.Changed(self))

    def on_click(self, event: events.Click) -> None:
        event.stop()
        if self.can_focus:
            self.action_turn()

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()
        self.post_message(self.Left(self))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self._lines(width))

    def render(self) -> RenderResult:
        return in_lines(self._lines(self.size.width))

    def _lines(self, width: int) -> list[Cell]:
        """The address, with its tick behind the first line."""
        if self.taken is None:
            return [EMPTY]
        if not addresses_of(self.taken.entry):
            return [cell(" ", ("not published", "italic muted")).cut(max(0, width))]
        mark = ("[x]", "accent") if self.taken.which is not None else ("[ ]", "muted")
        tick = cell("  ", mark, " ", (_shown(self.taken), "cursor" if self.has_focus else "muted"), " ")
        gutter = cell(("▌", "accent")) if self.has_focus else cell(" ")
        room = max(1, width - gutter.width - tick.width)
        first, *more = wrap(_line(self.taken), room, _MOST_LINES)
        return [cell(gutter, first.fit(room), tick), *(cell(gutter, line) for line in more)]


def one_line(place: RegisterPlace, home: str) -> str:
    """An address on one line; the country where it is another one than ``home``."""
    country = country_name(place.country) if place.country not in (None, home) else None
    city = " ".join(filter(None, (place.postal_code, place.city)))
    return ", ".join(filter(None, (place.line1, place.line2, city, country)))


def _shown(taken: Taken) -> Which:
    """The address that is saved, or could be."""
    return taken.which or addresses_of(taken.entry)[0]


def _line(taken: Taken) -> Cell:
    which = _shown(taken)
    found = address_of(taken.entry, which)
    text = one_line(place_of(found, which), taken.entry.country) if found is not None else ""
    return cell((text or "–", "" if taken.which is not None else "faint"))
