"""Rows as text for people and as tab-separated values for programs."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from crm_tui.text import clean, pad, printable, width

_GAP = "  "


def table(header: Sequence[str], rows: Sequence[Sequence[str]], *, numbers: Collection[str] = ()) -> list[str]:
    """Columns as wide as what is in them; those of ``numbers`` stand on the right."""
    lines = [[clean(cell) for cell in row] for row in (header, *rows)]
    widths = [max(map(width, column)) for column in zip(*lines, strict=True)]
    return [
        _GAP.join(
            pad(cell, cells, "right" if name in numbers else "left")
            for cell, cells, name in zip(line, widths, header, strict=True)
        ).rstrip()
        for line in lines
    ]


def tab_separated(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """A header, and values without tabs and line ends, which would be others."""
    return ["\t".join(map(clean, row)) for row in (header, *rows)]


def as_json(values: Any, *, is_terminal: bool) -> str:
    """Values as JSON for people and programs."""
    import msgspec

    return printable(msgspec.json.format(msgspec.json.encode(values), indent=2).decode(), is_terminal)
