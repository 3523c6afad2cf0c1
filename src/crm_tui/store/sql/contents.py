"""The contents of files among the records of a whole store: kept one after the other, each checked when it is whole."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from typing import Any

from crm_tui.domain.errors import Invalid
from crm_tui.store.sql.dialect import Connection
from crm_tui.store.sql.file_contents import Content, Contents

_FIELDS = {"key": str, "part": int, "data": str}


class ContentLoader:
    """Keeps the ``content`` records of a load; the rows of their files are there already."""

    def __init__(self, con: Connection, contents: Contents) -> None:
        self._con = con
        self._contents = contents
        self._kept: dict[str, Content] = {}

    def write(self, records: Iterable[Mapping[str, Any]]) -> Iterator[int]:
        """Keep contents, whose parts come together and in order; yields of each how many parts it had."""
        for key, parts in groupby(map(_checked, records), key=itemgetter("key")):
            if key in self._kept:
                raise Invalid("records", f"the content {key} comes twice")
            listed = _Parts(parts)
            self._kept[key] = content = self._contents.keep_as(key, listed)
            self._check(content)
            yield listed.number

    def finish(self) -> None:
        """Raise Invalid unless the contents of all files are there."""
        for name, key in self._con.execute("SELECT name, content_key FROM file WHERE content_key IS NOT NULL"):
            if key not in self._kept:
                raise Invalid("records", f"the content of the file “{name}” is missing")

    def discard(self) -> None:
        """Take away what was kept."""
        if self._kept:
            self._contents.discard(self._kept)

    def _check(self, content: Content) -> None:
        row = self._con.execute("SELECT name, size, sha256 FROM file WHERE content_key = ?", (content.key,)).fetchone()
        if row is None:
            raise Invalid("records", f"the content {content.key} belongs to no file")
        name, size, checksum = row
        if (size, checksum) != (content.size, content.sha256):
            raise Invalid("records", f"the content of the file “{name}” does not match its checksum")


class _Parts:
    """The bytes of a content, part by part, and how ``number`` many parts there were."""

    def __init__(self, parts: Iterator[Mapping[str, Any]]) -> None:
        self._parts = parts
        self.number = 0

    def __iter__(self) -> Iterator[bytes]:
        for row in self._parts:
            if row["part"] != self.number:
                raise Invalid("records", f"the parts of the content {row['key']} are not in order")
            try:
                yield base64.b64decode(row["data"], validate=True)
            except binascii.Error as error:
                raise Invalid("records", f"the content {row['key']} is not base64") from error
            self.number += 1


def _checked(row: Mapping[str, Any]) -> Mapping[str, Any]:
    if row.keys() != _FIELDS.keys() or not all(isinstance(row[field], kind) for field, kind in _FIELDS.items()):
        raise Invalid("records", "a content needs key, part and data")
    return row
