"""The contents of files among the records of a whole store: written part by part, checked at the end."""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import apsw

from crm_tui.domain.errors import Invalid


class ContentLoader:
    """Writes ``content`` records into the folder of contents; the rows of their files are there already."""

    def __init__(self, con: apsw.Connection, folder: Path) -> None:
        self._con = con
        self._folder = folder
        self._written: list[Path] = []
        self._key = ""
        self._size = 0
        self._hash = hashlib.sha256()

    def write(self, batch: Sequence[Mapping[str, Any]]) -> None:
        """Append parts; those of a file come together and in order."""
        for row in batch:
            key, part, data = row.get("key"), row.get("part"), row.get("data")
            if not (isinstance(key, str) and isinstance(part, int) and isinstance(data, str)):
                raise Invalid("records", "a content needs key, part and data")
            if key != self._key:
                self._check_last()
                self._begin(key)
            try:
                content = base64.b64decode(data, validate=True)
            except binascii.Error as error:
                raise Invalid("records", f"the content {key} is not base64") from error
            with self._written[-1].open("ab") as file:
                file.write(content)
            self._size += len(content)
            self._hash.update(content)

    def finish(self) -> None:
        """Raise Invalid unless all contents are there and are what their files say."""
        self._check_last()
        for name, key in self._con.execute("SELECT name, content_key FROM file WHERE content_key IS NOT NULL"):
            if not (self._folder / key).exists():
                raise Invalid("records", f"the content of the file “{name}” is missing")

    def _check_last(self) -> None:
        if not self._key:
            return
        row = self._con.execute("SELECT name, size, sha256 FROM file WHERE content_key = ?", (self._key,)).fetchone()
        if row is None:
            raise Invalid("records", f"the content {self._key} belongs to no file")
        name, size, checksum = row
        if (size, checksum) != (self._size, self._hash.hexdigest()):
            raise Invalid("records", f"the content of the file “{name}” does not match its checksum")
        self._key = ""

    def discard(self) -> None:
        """Take away what was written."""
        for path in self._written:
            path.unlink(missing_ok=True)

    def _begin(self, key: str) -> None:
        if not key or not all(c.isascii() and (c.isalnum() or c in "-_") for c in key):
            raise Invalid("records", "a content has a key of letters and digits")
        path = self._folder / key
        try:
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW, 0o600))
        except FileExistsError as error:
            raise Invalid("records", f"the content {key} comes twice") from error
        self._written.append(path)
        self._key, self._size, self._hash = key, 0, hashlib.sha256()
