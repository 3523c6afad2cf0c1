"""Files and links, and the content of files."""

from __future__ import annotations

from typing import BinaryIO, Protocol

from msgspec import Struct

from crm_tui.domain.files import File, FileChange, NewFile
from crm_tui.store.paging import Count, Page, PageRequest


class FileRow(Struct, frozen=True, kw_only=True):
    """A file with the case it belongs to, if any."""

    file: File
    case_number: int | None


class Files(Protocol):
    """Customers *read* may view, *edit* may add (rule 17)."""

    def of_customer(self, customer: int, request: PageRequest) -> Page[FileRow]:
        """Newest first, of the customer and of its cases."""
        ...

    def count(self, customer: int) -> Count: ...
    def get(self, file: int) -> File: ...
    def open(self, file: int) -> BinaryIO:
        """The content, verified against its checksum; Corrupt where it does not match."""
        ...

    def create(self, new: NewFile, content: BinaryIO | None = None) -> File:
        """A link, or a file with its content, of at most 100 MB."""
        ...

    def update(self, file: int, revision: int, change: FileChange) -> File: ...
    def delete(self, file: int, revision: int) -> None: ...
