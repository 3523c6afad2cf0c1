"""CSV in: separator, header, and rows with their line numbers; a bad row never stops the others.

The standard library parses, strictly, one record at a time from lines that are kept here: where a record is
broken (an unclosed quotation mark swallows the lines after it) only its first line is refused and the rest is
read again on its own.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Generator, Iterator
from contextlib import closing
from itertools import islice
from typing import BinaryIO, TextIO

from msgspec import Struct

from crm_tui.interchange.csv_out import unescape_cell
from crm_tui.interchange.encoding import Encoding, Unreadable, detect, open_text

SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}
MAX_COLUMNS = 1_000
MAX_ROWS = 500_000
MAX_LINE = 1 << 20  # characters of one line
MAX_RECORD = 1 << 17  # characters of one row that goes over several lines
_SAMPLE = 100  # rows looked at to find the separator


class Row(Struct, frozen=True):
    """``line`` is where the row begins, counted from 1; ``values`` are its cells by column name."""

    line: int
    values: dict[str, str]


class BadRow(Struct, frozen=True):
    """A row that can't be read, and why."""

    line: int
    reason: str


class CsvFile:
    """A CSV file whose encoding, separator and columns are known; ``rows()`` can be called again and again.

    Raises Unreadable for a file without a header or without text. The stream must be seekable and stays the
    caller's to close.
    """

    def __init__(self, stream: BinaryIO, *, separator: str | None = None) -> None:
        self.stream = stream
        self.encoding: Encoding = detect(stream)
        declared = self._declared_separator()
        self._skip = 1 if declared else 0
        self.separator = separator or declared or self._likely_separator()
        header = next(iter(self._records()), None)
        if header is None:
            raise Unreadable("The file is empty: the first row must name the columns.")
        if isinstance(header, BadRow):
            raise Unreadable(f"The header in line {header.line} can't be read: {header.reason}.")
        if len(header[1]) > MAX_COLUMNS:
            raise Unreadable(f"The header has {len(header[1]):,} columns, the most is {MAX_COLUMNS:,}.")
        self.columns = _unique_names(header[1])

    def rows(self) -> Iterator[Row | BadRow]:
        """The rows after the header, blank ones left out. Raises Unreadable after MAX_ROWS of them."""
        with closing(self._records()) as records:
            yield from self._after_header(records)

    def _after_header(self, records: Iterator[tuple[int, list[str]] | BadRow]) -> Iterator[Row | BadRow]:
        next(records)
        width = len(self.columns)
        for count, record in enumerate(records):
            if count >= MAX_ROWS:
                raise Unreadable(f"The file has more than {MAX_ROWS:,} rows: split it and import the parts.")
            if isinstance(record, BadRow):
                yield record
                continue
            line, cells = record
            while len(cells) > width and not cells[-1].strip():
                cells.pop()
            if len(cells) != width:
                yield BadRow(line, f"it has {_cells(len(cells))} where the header has {width}")
            else:
                texts = [unescape_cell(cell) if cell[:1] == "'" else cell for cell in cells]
                yield Row(line, dict(zip(self.columns, texts, strict=True)))

    def _records(self) -> Generator[tuple[int, list[str]] | BadRow, None, None]:
        text = open_text(self.stream, self.encoding)
        try:
            yield from _parse(text, self.separator, self._skip)
        finally:
            text.detach()

    def _declared_separator(self) -> str | None:
        """Excel's own first line ``sep=;``."""
        text = open_text(self.stream, self.encoding)
        first = text.readline(16).strip().strip('"')
        text.detach()
        if first.lower().startswith("sep=") and first[4:] in SEPARATORS:
            return first[4:]
        return None

    def _likely_separator(self) -> str:
        """The separator under which most rows are as wide as the header, and the header widest."""
        best, best_score = ",", (0.0, 1)
        for separator in SEPARATORS:
            text = open_text(self.stream, self.encoding)
            sample = [r[1] for r in islice(_parse(text, separator, 0), _SAMPLE) if not isinstance(r, BadRow)]
            text.detach()
            if not sample or len(sample[0]) < 2:
                continue
            width = len(sample[0])
            even = sum(len(cells) == width for cells in sample) / len(sample)
            if (score := (round(even, 1), width)) > best_score:
                best, best_score = separator, score
        return best


def _parse(text: TextIO, separator: str, skip: int) -> Iterator[tuple[int, list[str]] | BadRow]:
    """(line number, cells) of every record that isn't blank."""
    lines = _Lines(text)
    for _ in range(skip):
        next(lines, None)
    while True:
        lines.begin_record()
        # a reader of its own for each record: an error leaves nothing behind in the next one
        try:
            cells = next(csv.reader(lines, delimiter=separator, strict=True), None)
        except csv.Error as error:
            yield BadRow(lines.give_back(), _in_words(error))
            continue
        except _TooLong as error:
            yield BadRow(lines.give_back(), str(error))
            continue
        if cells is None:
            return
        if any(cell.strip() for cell in cells):
            yield lines.first, cells


class _TooLong(Exception):
    """A line or record beyond the caps."""


class _Lines:
    """The physical lines of a text, numbered, which can give back all but the first of a broken record."""

    def __init__(self, text: TextIO) -> None:
        self._text = text
        self._waiting: deque[str] = deque()
        self._taken: list[str] = []
        self._taken_size = 0
        self._number = 0  # of the last line handed out
        self.first = 1

    def begin_record(self) -> None:
        self._taken.clear()
        self._taken_size = 0
        self.first = self._number + 1

    def give_back(self) -> int:
        """Put all lines of the record but the first back; returns the number of that first line."""
        self._waiting.extendleft(reversed(self._taken[1:]))
        self._number = self.first
        return self.first

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._waiting.popleft() if self._waiting else self._text.readline(MAX_LINE)
        if not line:
            raise StopIteration
        self._number += 1
        self._taken.append(line)
        self._taken_size += len(line)
        if len(line) >= MAX_LINE:
            self._taken[-1] = self._cut_at_line_end(line)
            raise _TooLong(f"the line has more than {MAX_LINE:,} characters")
        if self._taken_size > MAX_RECORD and len(self._taken) > 1:
            raise _TooLong(f"a quotation mark is not closed within {MAX_RECORD:,} characters")
        return line

    def _cut_at_line_end(self, line: str) -> str:
        """Read over the rest of an endless line; what is kept is still too long when it is given back."""
        rest = line
        while rest and not rest.endswith(("\n", "\r")):
            rest = self._text.readline(MAX_LINE)
        return line if line.endswith(("\n", "\r")) else line + "\n"


_IN_WORDS = {
    "unexpected end of data": "a quotation mark is not closed",
    "expected after": "text follows a closing quotation mark (one inside a cell is written twice)",
    "field larger than field limit": "a cell is too long",
}


def _in_words(error: csv.Error) -> str:
    return next((words for part, words in _IN_WORDS.items() if part in str(error)), str(error))


def _unique_names(cells: list[str]) -> tuple[str, ...]:
    """Column names without surrounding blanks; nameless ones get their position, repeated ones a number."""
    names: dict[str, None] = {}
    for position, cell in enumerate(cells, 1):
        name = wanted = cell.strip() or f"column {position}"
        number = 2
        while name in names:
            name, number = f"{wanted} ({number})", number + 1
        names[name] = None
    return tuple(names)


def _cells(count: int) -> str:
    return "1 cell" if count == 1 else f"{count:,} cells"
