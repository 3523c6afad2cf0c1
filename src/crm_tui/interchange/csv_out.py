"""CSV out, in a form that a spreadsheet can't mistake for a formula, and the reverse of that form.

A cell that begins with one of ``= + - @``, a tab or a carriage return (also after blanks or apostrophes, also
full-width) gets a leading apostrophe, and ``unescape_cell`` takes exactly one away again.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence

# blanks include those that nobody sees: zero-width space, word joiner, byte order mark
_DANGER = r"[\s\u200b\u2060\ufeff]*[=+\-@\t\r＝＋－＠]"
_FORMULA = re.compile("'*" + _DANGER)
_MARKED = re.compile("'+" + _DANGER)


def escape_cell(text: str) -> str:
    """The text as a cell that no spreadsheet evaluates."""
    return f"'{text}" if _FORMULA.match(text) else text


def unescape_cell(cell: str) -> str:
    """The text that ``escape_cell`` was given."""
    return cell[1:] if _MARKED.match(cell) else cell


def phone_cell(number: str) -> str:
    """A phone number that a spreadsheet keeps as text: ``(+358) 40 1234567``, no sum and no bare number."""
    number = number.strip()
    if number.startswith("+"):
        from phonenumbers import NumberParseException, PhoneNumberFormat, format_number, parse

        try:
            number = format_number(parse(number, None), PhoneNumberFormat.INTERNATIONAL)
        except NumberParseException:
            return escape_cell(number)
        country, _, rest = number.partition(" ")
        return f"({country}) {rest}"
    if number.isascii() and number.isdigit() and len(number) > 3:
        return f"{number[:3]} {number[3:]}"
    return escape_cell(number)


def csv_lines(
    header: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    separator: str = ",",
    raw: bool = False,
    phone_columns: frozenset[str] = frozenset(),
) -> Iterator[str]:
    """Lines of CSV with CRLF ends, quoted where needed. ``raw`` leaves every cell exactly as it is.

    Columns named in ``phone_columns`` hold one phone number each.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=separator, lineterminator="\r\n")

    def line(cells: Iterable[str]) -> str:
        writer.writerow(cells)
        text = buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
        return text

    yield line(header if raw else map(escape_cell, header))
    writers = [phone_cell if name in phone_columns else escape_cell for name in header]
    for row in rows:
        yield line(row if raw else (write(cell) for write, cell in zip(writers, row, strict=True)))
