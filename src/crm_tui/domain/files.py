"""Files and links of a customer or of one of its cases."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import UNSET, Struct, UnsetType

from crm_tui.domain.customers import require
from crm_tui.domain.entities import Change, Imported
from crm_tui.domain.errors import Invalid
from crm_tui.domain.normalise import check_text

_UNITS = ("B", "kB", "MB", "GB", "TB")


class FileKind(StrEnum):
    """A file whose content is kept, or a link to somewhere else."""

    FILE = "file"
    LINK = "link"


class FileFields(Struct, frozen=True, kw_only=True):
    """``case`` is one of the customer's cases, or None for the customer itself; links have a ``url``."""

    customer: int
    name: str
    kind: FileKind = FileKind.LINK
    url: str | None = None
    case: int | None = None
    description: str | None = None


class NewFile(FileFields, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file or link to be added; the content of a file goes beside it."""

    content_type: str | None = None


class File(FileFields, Imported, frozen=True, kw_only=True):
    """A stored file or link. ``size`` is in bytes; ``content_key`` is the random name it is kept under."""

    id: int
    revision: int
    created_at: datetime
    created_by: int | None
    updated_at: datetime
    updated_by: int | None
    external_ref: str | None = None
    import_id: int | None = None
    content_type: str | None = None
    size: int | None = None
    sha256: str | None = None
    content_key: str | None = None


class FileChange(Change, frozen=True, kw_only=True):
    """Changed fields of a file or link."""

    name: str | UnsetType = UNSET
    url: str | None | UnsetType = UNSET
    case: int | None | UnsetType = UNSET
    description: str | None | UnsetType = UNSET


def check_file(file: FileFields) -> None:
    """Raise Invalid for a file without a name, or a link that leads nowhere."""
    require(file.name, "name")
    if file.description is not None:
        check_text("description", file.description)
    if file.kind is FileKind.LINK:
        require(file.url, "url")
    elif file.url is not None:
        raise Invalid("url", "a file has content, not an address")


def size_words(number: int) -> str:
    """A size in bytes, as people say it: ``94 kB``, ``1.2 MB``."""
    amount, unit = float(number), 0
    while amount >= 1000 and unit < len(_UNITS) - 1:
        amount, unit = amount / 1000, unit + 1
    return f"{amount:.1f} {_UNITS[unit]}" if unit > 1 and amount < 10 else f"{amount:.0f} {_UNITS[unit]}"
