"""What text.py does, for text of western letters, which needs none of its tables: a look-up prints little else."""

from __future__ import annotations

#: below it are no marks that combine, change the direction or are wide; what can't be seen is not printable
_FIRST_MARK = "\u0300"
#: signs above it that are as harmless: our own sentences have them, and names
_SIGNS = dict.fromkeys(map(ord, "‘’“”–—…"), "'")


def is_plain(text: str) -> bool:
    """Whether every character is a letter, sign or blank of one cell that any terminal shows as it is."""
    return (text.isascii() and text.isprintable()) or (text.isprintable() and max(text.translate(_SIGNS)) < _FIRST_MARK)


def one_line(text: str) -> str:
    """``text.clean``."""
    if is_plain(text):
        return text
    from crm_tui.text import clean

    return clean(text)


def cells(line: str) -> int:
    """``text.width``."""
    if is_plain(line):
        return len(line)
    from crm_tui.text import width

    return width(line)


def shortened(line: str, room: int) -> str:
    """``text.cut``."""
    if cells(line) <= room:
        return line
    if room > 0 and is_plain(line):
        return line[: room - 1] + "…"
    from crm_tui.text import cut

    return cut(line, room)
