"""The whole store as a file of JSON lines, and back.

The first line names format and version, each of the others is a record ``["customer", {...}]``, and the last one
says how many there were, so that a file that was cut off is noticed.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
from msgspec import Struct

from crm_tui.interchange.encoding import Unreadable, open_file

#: (table, row), as ``Portable`` of the store has it
Record = tuple[str, dict[str, Any]]

FORMAT = "crm-tui export"
VERSION = 1
_LONGEST_LINE = 256 * 1024 * 1024
_STEP = 500


class Header(Struct, frozen=True, forbid_unknown_fields=True):
    """The first line."""

    format: str
    version: int


class End(Struct, frozen=True, forbid_unknown_fields=True):
    """The last line: how many ``records`` came before it."""

    records: int


def lines(records: Iterable[Record]) -> Iterator[bytes]:
    """The file, line by line."""
    encode = msgspec.json.Encoder().encode
    yield encode(Header(FORMAT, VERSION)) + b"\n"
    number = 0
    for record in records:
        yield encode(record) + b"\n"
        number += 1
    yield encode(End(number)) + b"\n"


def is_export(path: Path) -> bool:
    """Whether the file is JSON, or calls itself so. Raises Unreadable where it can't be opened."""
    with open_file(path) as stream:
        return stream.read(64).lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{" or path.suffix.lower() in (".json", ".jsonl")


def read(path: Path, progress: Callable[[float], None] | None = None) -> Generator[Record, None, None]:
    """The records of a file. ``progress`` is told the part done, from 0 to 1; what it raises ends the reading.

    Raises Unreadable, with the line, for what is no whole export of a version that is known.
    """
    with open_file(path) as stream:
        _check_header(path, stream.readline(_LONGEST_LINE))
        size = max(os.fstat(stream.fileno()).st_size, 1)
        number = 0
        record, end = msgspec.json.Decoder(Record), msgspec.json.Decoder(End)
        while line := stream.readline(_LONGEST_LINE):
            try:
                if line.startswith(b"{"):
                    _check_end(path, stream, end.decode(line), number)
                    return
                yield record.decode(line)
            except msgspec.DecodeError as error:
                raise Unreadable(f"{path}, line {number + 2}: is no record of an export: {error}.") from error
            number += 1
            if progress is not None and number % _STEP == 0:
                progress(min(stream.tell() / size, 1.0))
        raise Unreadable(f"{path} ends after {number} records, before its end: it was cut off; export it again.")


def _check_header(path: Path, line: bytes) -> None:
    try:
        header = msgspec.json.decode(line, type=Header)
    except msgspec.DecodeError as error:
        raise Unreadable(f"{path} is JSON, but was not written by crm-tui export --all.") from error
    if header.format != FORMAT:
        raise Unreadable(f"{path} is JSON of the format “{header.format[:40]}”, not one of crm-tui export --all.")
    if header.version != VERSION:
        raise Unreadable(f"{path} has version {header.version} of the export, this program knows {VERSION}: update it.")


def _check_end(path: Path, stream: BinaryIO, end: End, number: int) -> None:
    if end.records != number or stream.readline(_LONGEST_LINE).strip():
        raise Unreadable(f"{path} is not what was exported: it has {number} records, and says {end.records}.")
