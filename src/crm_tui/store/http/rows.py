"""Streams of rows as lines of JSON. Each line is an array that begins with what it is, and the last one says how many
rows there were, or what went wrong, so that a stream that was cut off is noticed.

    ["row", VALUE]
    ["problem", DOCUMENT]
    ["end", COUNT]
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Literal

import msgspec

from crm_tui.domain.errors import CrmError, Unavailable
from crm_tui.domain.leaves import check_numbers
from crm_tui.store.http.problems import Refused, from_problem, to_problem
from crm_tui.store.http.told import told

MEDIA_TYPE = "application/jsonl"
#: a row of a store has at most so many bytes as JSON: parts of files are the longest
LONGEST_LINE = 16 * 1024 * 1024


def written(rows: Iterable[Any]) -> Iterator[bytes]:
    """The lines of a stream. An error of the domain on the way becomes its last line."""
    encode, number = msgspec.json.Encoder().encode, 0
    try:
        for row in rows:
            yield encode(("row", row)) + b"\n"
            number += 1
    except CrmError as error:
        yield encode(("problem", to_problem(error)[1])) + b"\n"
        return
    yield encode(("end", number)) + b"\n"


def read(chunks: Iterable[bytes], kind: Any) -> Iterator[Any]:
    """The rows of a stream, each of the type ``kind``. Raises the error that the other side met, Unavailable where the
    stream was cut off, Refused and Invalid for what is no such stream."""
    row = msgspec.json.Decoder(tuple[Literal["row"], kind])
    last = msgspec.json.Decoder(tuple[str, Any])
    number = 0
    for line in _lines(chunks):
        try:
            if line.startswith(b'["row"'):
                value = row.decode(line)[1]
                check_numbers(value, f"line {number + 1}")
                yield value
                number += 1
                continue
            what, told_last = last.decode(line)
        except msgspec.ValidationError as error:
            raise told(error, f"line {number + 1}") from None
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise Refused(400, f"Line {number + 1} is not valid: {error}.") from None
        if what == "end" and told_last == number:
            return
        if what == "problem":
            raise from_problem(500, told_last)
        raise Refused(400, f"Line {number + 1} is neither a row nor the end after {number} rows.")
    raise Unavailable(f"The stream was cut off after {number} rows; nothing is certain to have come whole. Try again.")


def _lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The lines of a stream, without empty ones; a part of a line at its end is cut off, and no line."""
    rest = b""
    for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n") if b"\n" in chunk else (rest + chunk,)
        if len(rest) > LONGEST_LINE:
            raise Refused(413, f"A line has more than {LONGEST_LINE // 2**20} MB.")
        yield from filter(None, whole)
