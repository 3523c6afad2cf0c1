"""The customers list as it is painted before the program is there: what its first frame will show, cell for cell, but
for what takes longer to know, which is left blank. A test holds it against the screen itself.

It imports nothing that costs time.
"""

from __future__ import annotations

from crm_tui.domain.names import initials
from crm_tui.plain import cells, one_line, shortened
from crm_tui.screens.customer_columns import columns
from crm_tui.terminal.sheet import Sheet, is_sure
from crm_tui.widgets.columns import arrange

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from crm_tui.store.first_rows import FirstRow, FirstRows
    from crm_tui.terminal.sheet import Look
    from crm_tui.widgets.columns import Placed

#: less than this is covered by what says so (widgets.line.TooSmall)
LEAST = (60, 15)
#: lines of the screen that are no rows: header, search, chips, border, heads, border, footer
OTHER_LINES = 7
_SIDE_FROM = 120
_PLACES = "1 Customers  2 Contacts  3 My activities  4 Duplicates"
_SHORT_PLACES = "1 Customers  2 Contacts  3 Mine  4 Duplicates"
_PLACEHOLDER = "name, number, phone, e-mail, city"
_STATE = "State active ×"
_CHIPS = (_STATE, "Owner any", "Industry any", "Segment any", "Keyword any", "Role any", "List any")
_COUNT_WIDTH, _MARK_WIDTH = 32, 3

# Colours as they are sent, in a terminal with all of them and in one with 256:
# ground, header, text, bright, muted, faint, line, accent, cursor, text on it, field
_COLOURS = {
    ("crm-dark", "truecolor"): "5;233 5;234 5;252 5;255 5;246 5;240 5;238 5;111 5;236 5;255 5;236",
    ("crm-dark", "256"): "5;233 5;234 5;251 5;254 5;246 5;240 5;238 5;111 5;236 5;254 5;236",
    ("crm-light", "truecolor"): "5;231 5;255 5;236 5;232 5;241 5;248 5;250 5;25 5;254 5;232 5;253",
    ("crm-light", "256"): "5;231 5;254 5;236 5;232 5;241 5;247 5;249 5;25 5;253 5;232 5;252",
    ("crm-contrast", "truecolor"): ("2;0;0;0 2;0;0;0 5;231 5;231 5;253 5;246 5;246 5;81 2;0;0;95 5;231 5;235"),
    ("crm-contrast", "256"): "5;16 5;16 5;231 5;231 5;252 5;246 5;246 5;81 5;17 5;231 5;235",
}


class Colours:
    """What a theme looks like in a terminal."""

    __slots__ = (
        "accent", "bright", "cursor", "cursor_text", "faint", "field", "ground", "header", "is_ansi", "line", "muted",
        "text",
    )  # fmt: skip

    def __init__(self, theme: str, system: str) -> None:
        """KeyError for a theme whose colours are not known here."""
        self.is_ansi = theme in ("ansi-dark", "ansi-light")
        if self.is_ansi and system == "standard":
            self.ground = self.header = self.text = self.bright = self.muted = self.field = ""
            self.faint = self.line = "90"
            self.accent, self.cursor, self.cursor_text = "36", "46", "30"
            return
        codes = _COLOURS[theme, system].split()
        self.ground, self.header, self.cursor, self.field = (f"48;{codes[at]}" for at in (0, 1, 8, 10))
        self.text, self.bright, self.muted, self.faint, self.line, self.accent = (f"38;{code}" for code in codes[2:8])
        self.cursor_text = f"38;{codes[9]}"


def fits(width: int, height: int) -> bool:
    """Whether the terminal is big enough for the list."""
    return width >= LEAST[0] and height >= LEAST[1]


def drawn(found: FirstRows, colours: Colours, width: int, height: int) -> Sheet:
    """The page."""
    return _Page(found, colours, width, height).sheet


class _Page:
    def __init__(self, found: FirstRows, colours: Colours, width: int, height: int) -> None:
        self._colours = colours
        self.sheet = Sheet(width, height, colours.ground)
        self._header(found)
        self._search()
        self._chips()
        side = min(60, max(40, width - width * 2 // 3)) if width >= _SIDE_FROM else 0
        self._box("Customers", 0, width - side, has_focus=True)
        if side:
            self._box("Preview", width - side, side, has_focus=False)
        self._table(found.rows, width - side, phone=not side)

    def _header(self, found: FirstRows) -> None:
        sheet, width, ground = self.sheet, self.sheet.width, self._colours.header
        sheet.fill(0, 0, width, ground)
        user, store = one_line(found.user), one_line(found.store)
        is_short = len(_PLACES) + 4 + cells(user) > width
        places = _SHORT_PLACES if is_short else _PLACES
        room = max(0, width - 4 - len(places))
        right = [user, " · ", store] if cells(f"{user} · {store}") <= room else [shortened(user, room)]
        x = 1
        for place in places.split("  "):
            is_here = place.startswith("1")
            sheet.put(0, x, place[0], (is_here, self._colours.accent, ground))
            text = self._colours.bright if is_here else self._colours.text
            sheet.put(0, x + 2, place[2:], (is_here, text, ground))
            x += len(place) + 2
        x = width - 1 - cells("".join(right))
        for text in right:
            colour = self._colours.text if text == " · " else self._colours.muted
            sheet.put(0, x, text, (False, colour, ground), cells(text))
            x += cells(text)

    def _search(self) -> None:
        sheet, colours = self.sheet, self._colours
        sheet.put(1, 1, "/", self._key)
        room = sheet.width - _MARK_WIDTH - _COUNT_WIDTH
        if not colours.is_ansi:  # there it is underlined
            sheet.fill(1, _MARK_WIDTH, room, colours.field)
            if room >= len(_PLACEHOLDER) + 2:
                sheet.put(1, _MARK_WIDTH + 1, _PLACEHOLDER, (True, colours.muted, colours.field))

    def _chips(self) -> None:
        sheet, colours = self.sheet, self._colours
        sheet.put(2, 1, "F", self._key)
        room = sheet.width - 5
        gap = 3 if sum(len(chip) + 3 for chip in _CHIPS) - 3 <= room else 2
        if sum(len(chip) + gap for chip in _CHIPS) - gap > room:
            room -= 4
        x, left_out = 4, 0
        for chip in _CHIPS:
            if len(chip) > room:
                left_out += 1
                continue
            room -= len(chip) + gap
            if chip is _STATE:
                sheet.put(2, x, "State", self._plain(colours.muted))
                sheet.put(2, x + 6, "active", (True, colours.bright, colours.ground))
                sheet.put(2, x + 13, "×", self._plain(colours.accent))
            else:
                sheet.put(2, x, chip, self._plain(colours.muted))
            x += len(chip) + gap
        if left_out:
            sheet.put(2, x - gap + 2, f"+{left_out}", self._plain(colours.muted))

    def _box(self, title: str, x: int, width: int, *, has_focus: bool) -> None:
        sheet, colours = self.sheet, self._colours
        line = self._plain(colours.accent if has_focus else colours.line)
        top, bottom = 3, sheet.height - 2
        sheet.put(top, x, "╭─", line)
        name = (True, colours.accent if has_focus else colours.bright, colours.ground)
        sheet.put(top, x + 3, title, name)
        sheet.put(top, x + 4 + len(title), "─" * (width - 5 - len(title)) + "╮", line)
        sheet.put(bottom, x, "╰" + "─" * (width - 2) + "╯", line)
        for at in (x, x + width - 1):
            sheet.bar(top + 1, bottom, at, "│", line)

    def _table(self, rows: Sequence[FirstRow], width: int, *, phone: bool) -> None:
        colours = self._colours
        placed = arrange(columns(phone=phone), width - 4)
        for place in placed:
            column = place.column
            label = column.label + (" ▴" if column.key == "name" else "")
            self._cell(4, place, label, self._plain(colours.muted))
        for y, row in enumerate(rows[: self.sheet.height - OTHER_LINES], 5):
            is_current = y == 5
            if is_current:
                self.sheet.fill(y, 1, width - 2, colours.cursor)
                bar = colours.cursor_text if colours.is_ansi else colours.accent
                self.sheet.put(y, 1, "▌", (True, bar, colours.cursor))
            for place in placed:
                text, colour = self._text(place.column.key, row)
                look = self._plain(colour)
                if is_current:
                    mark = place.column.key == "mark" and not colours.is_ansi
                    look = (True, colour if mark else colours.cursor_text, colours.cursor)
                self._cell(y, place, text, look)

    def _text(self, key: str, row: FirstRow) -> tuple[str, str]:
        """What stands in a column, and its colour. Open value and last activity take longer to know."""
        colours = self._colours
        if key == "mark":
            return ("*" if row.is_favourite else ""), colours.accent
        if key == "name":
            return one_line(row.name), colours.text
        if key == "number":
            return str(row.number), colours.muted
        if key == "owner":
            return (one_line(initials(row.owner)) if row.owner else ""), colours.muted
        if key in ("city", "phone"):
            value = row.city if key == "city" else row.phone
            return (one_line(value), colours.text) if value else ("–", colours.faint)
        return "", colours.text

    def _cell(self, y: int, place: Placed, text: str, look: Look) -> None:
        if _width(text) > place.width:
            text = shortened(text, place.width)
        taken = _width(text)
        x = 2 + place.x + (place.width - taken if place.column.align == "right" else 0)
        self.sheet.put(y, x, text, look, taken)

    @property
    def _key(self) -> Look:
        return (True, self._colours.accent, self._colours.ground)

    def _plain(self, colour: str) -> Look:
        return (False, colour, self._colours.ground)


def _width(text: str) -> int:
    """In cells; our own signs need no table of widths."""
    return len(text) if is_sure(text) else cells(text)
