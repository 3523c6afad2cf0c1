"""Cells: short lines of styled text, the one form in which data reaches a widget.

A style is named by its meaning ("muted", "bad", "match"), never by a colour: STYLES maps the names to theme
variables, so all themes and 16 colours work. Text is cleaned here; nothing is ever read as markup.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from rich.segment import Segment
from textual.content import Content
from textual.strip import Strip
from textual.style import Style

from crm_tui.text import clean, cut, find_matches, width

#: style name -> what it is in the theme; names combine with blanks ("bold bad")
STYLES: dict[str, str] = {
    "bold": "bold",
    "italic": "italic",
    "name": "bold $crm-bright",
    "bright": "$crm-bright",
    "text": "$foreground",
    "muted": "$crm-muted",
    "faint": "$crm-faint",
    "line": "$crm-line",
    "accent": "$crm-accent",
    "key": "bold $crm-accent",
    "good": "$crm-good",
    "warn": "$crm-warn",
    "bad": "$crm-bad",
    "underline": "underline",
    "match": "underline $crm-match",
    "field": "on $crm-field",
    "button": "bold $crm-button-text on $crm-accent",
    "cursor": "bold $crm-cursor-text on $crm-cursor",
}


def definition(style: str) -> str:
    """The style text, with theme variables, of one or several style names.

    Raises KeyError for a name that is not in STYLES.
    """
    return " ".join(STYLES[name] for name in style.split())


@dataclass(frozen=True)
class Cell:
    """A line of parts (text, style names), already clean. Make it with `cell()`."""

    parts: tuple[tuple[str, str], ...] = ()

    @cached_property
    def plain(self) -> str:
        """The text alone."""
        return "".join(text for text, _ in self.parts)

    @cached_property
    def width(self) -> int:
        """Width in terminal cells."""
        return width(self.plain)

    def __bool__(self) -> bool:
        return any(text for text, _ in self.parts)

    def __add__(self, other: "Cell") -> "Cell":
        return Cell(self.parts + other.parts)

    def styled(self, style: str) -> "Cell":
        """The same with a style under every part's own."""
        if not style:
            return self
        return Cell(tuple((text, f"{style} {own}".rstrip()) for text, own in self.parts))

    def cut(self, cells: int) -> "Cell":
        """At most `cells` cells, with … at the end where something was left out."""
        if self.width <= cells:
            return self
        parts: list[tuple[str, str]] = []
        room = cells
        for text, style in self.parts:
            length = width(text)
            if length >= room:
                # a part that just fits is still shortened: text follows it
                parts.append((cut(text + "…" if length == room else text, room), style))
                break
            parts.append((text, style))
            room -= length
        return Cell(tuple(part for part in parts if part[0]))

    def fit(self, cells: int, *, right: bool = False) -> "Cell":
        """Exactly `cells` cells: cut, or filled with blanks (on the left for right-aligned text)."""
        short = self.cut(cells)
        if not (missing := cells - short.width):
            return short
        blank = (" " * missing, "")
        return Cell((blank, *short.parts) if right else (*short.parts, blank))

    def content(self) -> Content:
        """The same for Static, Label and border titles."""
        return Content.assemble(*((text, definition(style)) for text, style in self.parts))

    def mark(self, words: Iterable[str], fold: Callable[[str], str]) -> "Cell":
        """The same with style "match" where folded search words match; `fold` folds one character."""
        spans = find_matches(self.plain, words, fold)
        if not spans:
            return self
        parts: list[tuple[str, str]] = []
        start = 0
        for text, style in self.parts:
            for offset, char in enumerate(text, start):
                marked = f"{style} match".lstrip() if any(a <= offset < b for a, b in spans) else style
                if parts and parts[-1][1] == marked:
                    parts[-1] = (parts[-1][0] + char, marked)
                else:
                    parts.append((char, marked))
            start += len(text)
        return Cell(tuple(parts))


EMPTY = Cell()


def cell(*parts: str | tuple[str, str] | Cell) -> Cell:
    """A cell of parts: plain text, (text, style names) or another cell. All of it is cleaned to one line."""
    made: list[tuple[str, str]] = []
    for part in parts:
        if isinstance(part, Cell):
            made.extend(part.parts)
            continue
        text, style = (part, "") if isinstance(part, str) else part
        if text := clean(text):
            made.append((text, style))
    return Cell(tuple(made))


def join(cells: Iterable[Cell], between: str = "  ") -> Cell:
    """Cells in a row; empty ones are left out."""
    joined: list[tuple[str, str]] = []
    for each in cells:
        if each:
            joined.extend([(between, ""), *each.parts] if joined else each.parts)
    return Cell(tuple(joined))


def in_lines(lines: Sequence[Cell]) -> Content:
    """Cells one below the other, as a widget renders them."""
    return Content("\n").join([line.content() for line in lines])


def wrap(text: Cell, cells: int, most: int = 1000) -> list[Cell]:
    """A cell as lines of at most `cells` cells, broken between words, and of at most `most` lines."""
    words = [(word, style) for part, style in text.parts for word in re.findall(r"\s+|\S+", part)]
    lines: list[list[tuple[str, str]]] = [[]]
    room = cells
    for place, (word, style) in enumerate(words):
        length = width(word)
        if length <= room:
            lines[-1].append((word, style))
            room -= length
        elif len(lines) == most:
            lines[-1] += words[place:]
            break
        elif not word.isspace():
            kept = cut(word, cells)
            if lines[-1]:
                lines.append([])
            lines[-1].append((kept, style))
            room = cells - width(kept)
    return [Cell(tuple(line)).cut(cells) for line in lines]


#: behind these a word breaks best
_JOINTS = "@.-/_"


def broken(text: str, cells: int, most: int) -> list[Cell]:
    """A text as at most `most` lines of so many cells. A word that is longer, like an e-mail address, breaks behind one
    of its joints where that fills half a line, else anywhere."""
    rest = " ".join(clean(text).split())
    lines: list[Cell] = []
    while rest:
        end = len(rest) if len(lines) == most - 1 else _line_end(rest, max(1, cells))
        lines.append(cell(rest[:end]).cut(max(1, cells)))
        rest = rest[end:].lstrip(" ")
    return lines


def _line_end(text: str, cells: int) -> int:
    """How many characters of a text go into a line of so many cells."""
    if len(text) <= cells and width(text) <= cells:
        return len(text)
    end = cells
    while end > 1 and width(text[:end]) > cells:
        end -= 1
    if (blank := text.rfind(" ", 0, end + 1)) > 0:
        return blank
    joint = max(text.rfind(each, 0, end) for each in _JOINTS) + 1
    return joint if 2 * joint > end else end


def painted(text: Cell, cells: int, base: Style) -> Strip:
    """One line of a widget, exactly `cells` cells wide, on the style of the widget."""
    segments = [Segment(part, (base + Style.parse(definition(style))).rich_style) for part, style in text.parts]
    return Strip(segments).adjust_cell_length(cells, base.rich_style).simplify()
