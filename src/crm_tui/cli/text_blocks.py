"""Headings, facts and tables as lines of text that fit a width. Nothing is cut: what is too long goes on below."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from crm_tui.text import clean, clean_lines, pad, width

INDENT = "  "
_GAP = "  "
#: columns of words are not made narrower than this to fit
_NARROWEST = 8
#: words up to here are broken only where there is no room at all
_LONGEST_WHOLE = 40
#: a fact's label takes so many cells
_LABELS = 18


def title(words: str, wide: int) -> list[str]:
    """What a tab is called."""
    words = f"── {clean(words)} "
    return ["", f"{words}{'─' * max(0, wide - width(words))}"]


def heading(words: str, *facts: str) -> list[str]:
    """What a part is called, and what is worth knowing of all of it."""
    return ["", "   ".join(clean(part) for part in (words, *facts) if part)]


def sentence(words: str, wide: int) -> list[str]:
    """A sentence in the place of a table, or below it; none for no words."""
    return [f"{INDENT}{line}" for line in wrapped(words, wide - len(INDENT))] if words else []


def facts(found: Iterable[tuple[str, str]], wide: int) -> list[str]:
    """Labels with their values; what has no value is left out."""
    lines = []
    for label, value in found:
        if value:
            first, *rest = _lines(value, wide - len(INDENT) - _LABELS)
            lines.append(f"{INDENT}{pad(label, _LABELS)}{first}")
            lines += [f"{INDENT}{' ' * _LABELS}{line}" for line in rest]
    return lines


def columns(
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    wide: int,
    *,
    numbers: Collection[str] = (),
    whole: Collection[str] = (),
) -> list[str]:
    """A table with a header. ``numbers`` stand on the right; they and the ``whole`` columns are never broken, and the
    others share what room is left. A cell may have several lines. Without rows there is no table."""
    if not rows:
        return []
    room = wide - len(INDENT)
    widths = _shared(header, rows, [name not in numbers and name not in whole for name in header], room)
    lines = []
    for row in (header, *rows):
        cells = [_lines(cell, cells) for cell, cells in zip(row, widths, strict=True)]
        for number in range(max(map(len, cells))):
            parts = (
                pad(lines[number] if number < len(lines) else "", cells, "right" if name in numbers else "left")
                for lines, cells, name in zip(cells, widths, header, strict=True)
            )
            lines.append(f"{INDENT}{_GAP.join(parts)}".rstrip())
    return lines


def _shared(header: Sequence[str], rows: Sequence[Sequence[str]], gives: Sequence[bool], room: int) -> list[int]:
    """How wide each column is: as wide as what is in it, or else the widest ones of words give way,
    whole words before parts of them."""
    widths = [
        max((width(line) for row in (header, *rows) for line in clean_lines(row[place])), default=0)
        for place in range(len(header))
    ]
    over = sum(widths) + len(_GAP) * (len(widths) - 1) - room
    for least in (
        [_longest_word(row[place] for row in rows) for place in range(len(header))],
        [_NARROWEST] * len(header),
    ):
        while over > 0 and (
            wide := [place for place in range(len(widths)) if gives[place] and widths[place] > least[place]]
        ):
            widths[max(wide, key=widths.__getitem__)] -= 1
            over -= 1
    return widths


def _longest_word(cells: Iterable[str]) -> int:
    """How wide a column has to be to break no word; very long ones are broken."""
    words = (width(word) for cell in cells for word in clean(cell).split())
    return min(_LONGEST_WHOLE, max(words, default=0))


def _lines(value: str, wide: int) -> list[str]:
    return [line for part in clean_lines(value) for line in wrapped(part, wide)] or [""]


def wrapped(words: str, wide: int) -> list[str]:
    """A line as several that fit, broken between words, and within those that do not fit themselves."""
    lines = [""]
    for word in _pieces(clean(words), max(1, wide)):
        if not lines[-1]:
            lines[-1] = word
        elif width(lines[-1]) + 1 + width(word) <= wide:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _pieces(words: str, wide: int) -> Iterator[str]:
    for word in re.findall(r"\S+", words):
        piece = ""
        for character in word if width(word) > wide else ():
            if width(piece + character) > wide:
                yield piece
                piece = ""
            piece += character
        yield piece or word
