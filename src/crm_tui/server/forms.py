"""Forms with parts (multipart/form-data): the JSON of ``new``, and the ``content`` of a file, kept in a file of its own
until all of it has come."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import BinaryIO, NamedTuple, cast

from multipart import MultipartError, MultipartSegment, PushMultipartParser, parse_options_header

from crm_tui.domain.errors import Invalid
from crm_tui.store.http.problems import Refused

_NEW, _CONTENT = "new", "content"
_IN_MEMORY = 2**20


class Form(NamedTuple):
    """``content`` is None where the form has none."""

    new: bytes
    content: BinaryIO | None


@contextmanager
def read_form(content_type: str, chunks: Iterable[bytes], part_limit: int) -> Iterator[Form]:
    """The form of a request. ``new`` has at most ``part_limit`` bytes. Refused for what is no such form, Invalid for a
    part that is missing, doubled, or not known."""
    kind, options = parse_options_header(content_type)
    if kind != "multipart/form-data" or not options.get("boundary"):
        raise Refused(415, "The body has to be multipart/form-data.")
    with ExitStack() as held:
        try:
            parts = _parts(PushMultipartParser(options["boundary"], strict=True), chunks, part_limit, held)
        except MultipartError as error:
            raise Refused(400, f"The form can't be read: {error}.") from None
        if _NEW not in parts:
            raise Invalid(_NEW, "is needed")
        yield Form(parts[_NEW].read(), parts.get(_CONTENT))


def temporary() -> BinaryIO:
    """A file without a name, in memory while it is small."""
    return cast(BinaryIO, tempfile.SpooledTemporaryFile(_IN_MEMORY))


def _parts(
    parser: PushMultipartParser, chunks: Iterable[bytes], part_limit: int, held: ExitStack
) -> dict[str, BinaryIO]:
    parts: dict[str, BinaryIO] = {}
    name = ""
    with parser:
        for chunk in chunks:
            for event in parser.parse(chunk):
                if isinstance(event, MultipartSegment):
                    name = event.name
                    if name in parts or name not in (_NEW, _CONTENT):
                        raise Invalid(name[:40], "is there twice" if name in parts else "is no part of this form")
                    parts[name] = held.enter_context(temporary())
                elif event:
                    parts[name].write(event)
                    if name == _NEW and parts[name].tell() > part_limit:
                        raise Refused(413, f"{_NEW} has more than {part_limit:,} bytes.")
    for part in parts.values():
        part.seek(0)
    return parts
