"""Rows as text for people and as tab-separated values for programs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

from crm_tui.text import clean, pad, printable, width

_GAP = _INDENT = "  "


def table(header: Sequence[str], rows: Sequence[Sequence[str]], *, numbers: Collection[str] = ()) -> list[str]:
    """Columns as wide as what is in them; those of ``numbers`` stand on the right."""
    return list(table_lines(header, rows, numbers=numbers))


def table_lines(
    header: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: Collection[str] = ()
) -> Iterator[str]:
    """The same line by line: ``rows`` are gone through twice, so that very many need not be held."""
    widths = [width(clean(name)) for name in header]
    for row in rows:
        widths = [max(cells, width(clean(cell))) for cells, cell in zip(widths, row, strict=True)]
    for row in chain((header,), rows):
        cells = zip(row, widths, header, strict=True)
        yield _GAP.join(
            pad(clean(cell), wide, "right" if name in numbers else "left") for cell, wide, name in cells
        ).rstrip()


def tab_separated(header: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """A header, and values without tabs and line ends, which would be others."""
    return list(tab_separated_lines(header, rows))


def tab_separated_lines(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """The same line by line."""
    yield "\t".join(map(clean, header))
    for row in rows:
        yield "\t".join(map(clean, row))


def as_json(values: Any, *, is_terminal: bool) -> str:
    """Values as JSON for people and programs."""
    import msgspec

    return printable(msgspec.json.format(msgspec.json.encode(values), indent=2).decode(), is_terminal)


def json_lines(values: Iterable[Any], *, is_terminal: bool) -> Iterator[str]:
    """A list as ``as_json`` writes it, value by value."""
    texts = (as_json(value, is_terminal=is_terminal).replace("\n", f"\n{_INDENT}") for value in values)
    last = next(texts, None)
    if last is None:
        yield "[]"
        return
    yield "["
    for text in texts:
        yield f"{_INDENT}{last},"
        last = text
    yield f"{_INDENT}{last}"
    yield "]"
