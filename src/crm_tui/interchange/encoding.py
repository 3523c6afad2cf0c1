"""Bytes to text: which encoding a file is in, found by reading it once from end to end.

UTF-8 (with or without a byte order mark), UTF-16 with one, and Windows-1252 as the last resort, which is also
how files that call themselves ISO-8859-1 are read. What none of these can read is refused with its position.
"""

from __future__ import annotations

import codecs
import io
import os
import stat
from pathlib import Path
from typing import BinaryIO

from msgspec import Struct

from crm_tui.domain.errors import CrmError

MAX_BYTES = 512 * 1024 * 1024
_CHUNK = 1 << 20

#: what a file that is no text begins with, and what to call it
_NOT_TEXT = {
    b"PK\x03\x04": "a spreadsheet or archive: save the sheet as CSV and import that",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook: save the sheet as CSV and import that",
    b"\x1f\x8b": "compressed (gzip): unpack it and import what is inside",
    b"%PDF": "a PDF document",
    b"SQLite format 3\x00": "an SQLite database",
    codecs.BOM_UTF32_LE: "in UTF-32: save it as UTF-8",
    codecs.BOM_UTF32_BE: "in UTF-32: save it as UTF-8",
}


class Unreadable(CrmError):
    """A file that can't be read as a whole; the message says what is wrong, where, and what to do."""


class Encoding(Struct, frozen=True):
    """``name`` is for people, ``codec`` for Python; ``mark`` is the length of the byte order mark."""

    name: str
    codec: str
    mark: int = 0


UTF_8 = Encoding("UTF-8", "utf-8")
WINDOWS_1252 = Encoding("Windows-1252", "cp1252")
_MARKED = {
    codecs.BOM_UTF8: Encoding("UTF-8 with byte order mark", "utf-8", 3),
    codecs.BOM_UTF16_LE: Encoding("UTF-16 LE", "utf-16-le", 2),
    codecs.BOM_UTF16_BE: Encoding("UTF-16 BE", "utf-16-be", 2),
}


def marked_encoding(head: bytes) -> Encoding | None:
    """The encoding that a byte order mark at the beginning announces."""
    return next((encoding for mark, encoding in _MARKED.items() if head.startswith(mark)), None)


def detect(stream: BinaryIO, *, max_bytes: int = MAX_BYTES) -> Encoding:
    """The encoding of a seekable stream, which is left at its beginning.

    Raises Unreadable for what is no text, is damaged, contains NUL, or is larger than ``max_bytes``.
    """
    check_size(stream, max_bytes=max_bytes)
    head = stream.read(16)
    stream.seek(0)
    for signature, kind in _NOT_TEXT.items():
        if head.startswith(signature):
            raise Unreadable(f"The file is {kind}.")
    encoding = marked_encoding(head) or UTF_8
    problem = _first_problem(stream, encoding)
    if problem is not None and encoding is UTF_8 and not problem.after_good_utf8:
        encoding = WINDOWS_1252
        problem = _first_problem(stream, encoding)
    stream.seek(0)
    if problem is not None:
        raise Unreadable(
            f"Byte {problem.position + 1:,} (line {problem.line:,}) {problem.what}. Save the file again as UTF-8."
        )
    return encoding


def check_size(stream: BinaryIO, *, max_bytes: int = MAX_BYTES) -> int:
    """How many bytes a seekable stream has, which is left at its beginning. Unreadable where too many."""
    size = stream.seek(0, os.SEEK_END)
    stream.seek(0)
    if size > max_bytes:
        raise Unreadable(
            f"The file has {size / 1e6:,.0f} MB and the most is {max_bytes / 1e6:,.0f} MB: "
            "split it and import the parts."
        )
    return size


def open_text(stream: BinaryIO, encoding: Encoding) -> io.TextIOWrapper:
    """The stream as text from after the byte order mark, line ends as they are; ``detach`` it after use."""
    stream.seek(encoding.mark)
    return io.TextIOWrapper(stream, encoding=encoding.codec, errors="strict", newline="")


class _Problem(Struct, frozen=True):
    position: int
    line: int
    what: str
    after_good_utf8: bool


def _first_problem(stream: BinaryIO, encoding: Encoding) -> _Problem | None:
    """The first place that the encoding can't read, or that no text should hold."""
    stream.seek(encoding.mark)
    decoder = codecs.getincrementaldecoder(encoding.codec)("strict")
    position, line, foreign = encoding.mark, 1, False
    while True:
        data = stream.read(_CHUNK)
        start = position - len(decoder.getstate()[0])
        position += len(data)
        try:
            text = decoder.decode(data, final=not data)
        except UnicodeDecodeError as error:
            good = error.object[: error.start].decode(encoding.codec)
            what = f"(0x{error.object[error.start]:02X}) can't be read as {encoding.name}"
            foreign = foreign or not good.isascii()
            return _Problem(start + error.start, line + good.count("\n"), what, foreign)
        if "\0" in text:
            before = text[: text.index("\0")]
            at = start + len(before.encode(encoding.codec))
            return _Problem(at, line + before.count("\n"), "is NUL, which no text contains", True)
        line += text.count("\n")
        foreign = foreign or not text.isascii()
        if not data:
            return None


def open_file(path: Path) -> BinaryIO:
    """The file, open for reading; Unreadable where there is none, or something that is no file."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)  # a pipe would be waited for
    except OSError as error:
        raise Unreadable(f"{path} can't be opened: {error.strerror}.") from error
    mode = os.fstat(descriptor).st_mode
    if not stat.S_ISREG(mode):
        os.close(descriptor)
        if stat.S_ISDIR(mode):
            raise Unreadable(f"{path} is a folder: name the files in it.")
        raise Unreadable(f"{path} is not a file: save what it gives into one first.")
    return open(descriptor, "rb")
