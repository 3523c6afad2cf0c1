"""What the parsers of all registers share: from the bytes of an answer to what it tells, or Unreadable.

The shape of an answer is a tree of msgspec Structs that name the fields that are read, and no others. What a register
leaves out, what is null and what is blank mean the same, so all three are taken out before the shape is filled.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta

Shape = TypeVar("Shape")

#: no text of a register is longer; what is, is no answer of it
LONGEST_TEXT = 1000
Text = Annotated[str, Meta(max_length=LONGEST_TEXT)]
#: a code, or an id, that may come as text or as a number
Code = Text | int
#: how many there are
Count = Annotated[int, Meta(ge=0)] | Annotated[str, Meta(pattern="^[0-9]{1,15}$")]

#: letters and marks that nobody sees, which Unicode does not count among the invisible
_UNSEEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0")
_COUNTRY = re.compile("[A-Z]{2}")


class Unreadable(Exception):
    """An answer that is none of the register: no JSON, cut off, or of another shape."""


def read(body: bytes, shape: type[Shape]) -> Shape:
    """The answer as a ``shape``. Raises Unreadable, which says where it differs but not what stands there."""
    try:
        return msgspec.convert(_told(msgspec.json.decode(body)), shape)
    except RecursionError:
        raise Unreadable("JSON nested too deeply") from None
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise Unreadable(str(error)) from None


def plain(text: str) -> str:
    """``text`` on one line without what nobody sees: it is going to be written to the store."""
    if not (text.isascii() and text.isprintable()):
        text = "".join(map(_seen, unicodedata.normalize("NFC", text)))
    return " ".join(text.split())


def day(text: str) -> date | None:
    """The day of a date, or of a time, in ISO 8601; None for what is neither."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def country_code(text: str) -> str | None:
    """ISO 3166-1 alpha-2, None for what cannot be one."""
    code = text.upper()
    return code if _COUNTRY.fullmatch(code) else None


def _told(value: object) -> object:
    """What ``value`` tells: texts made plain, without nulls and blanks. None if that is nothing."""
    if isinstance(value, str):
        return plain(value) or None
    if isinstance(value, list):
        return [told for item in value if (told := _told(item)) is not None]
    if isinstance(value, dict):
        return {key: told for key, item in value.items() if (told := _told(item)) is not None}
    return value


def _seen(character: str) -> str:
    if character.isspace():
        return " "
    is_unseen = unicodedata.category(character)[0] == "C" or character in _UNSEEN or "\ufe00" <= character <= "\ufe0f"
    return "" if is_unseen or "\U000e0100" <= character <= "\U000e01ef" else character
