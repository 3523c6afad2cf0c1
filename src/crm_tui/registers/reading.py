"""What the parsers of all registers share: from the bytes of an answer to what it tells, or Unreadable.

The shape of an answer is a tree of msgspec Structs that name the fields that are read, and no others. What a register
leaves out, what is null and what is blank mean the same, so all three are taken out before the shape is filled.

The decoder and `unicodedata` hold the interpreter while they work, so that nothing else runs: what is not read is
stepped over, and not decoded; what is read is decoded a piece at a time, and no piece may be long.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from datetime import date
from functools import cache
from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta, Raw, Struct
from msgspec import inspect as shapes

from crm_tui.domain.countries import COUNTRIES

Shape = TypeVar("Shape", bound=Struct)
T = TypeVar("T")

#: no text of a register is longer; what is, is no answer of it
LONGEST_TEXT = 1000
Text = Annotated[str, Meta(max_length=LONGEST_TEXT)]
#: a line of an address, a street, a city
Line = Annotated[str, Meta(max_length=255)]
#: a code, or an id, that may come as text or as a number
Code = Line | Annotated[int, Meta(ge=0, lt=10**15)]
#: how many there are
Count = Annotated[int, Meta(ge=0, lt=10**15)] | Annotated[str, Meta(pattern="^[0-9]{1,15}$")]
#: an item of a list that is read by itself, so that a bad one does not spoil the others
Item = Raw

# What is decoded of a value, by what it is read as; nothing in them is decoded yet.
_Object = dict[str, Raw] | Text | None
_Array = Annotated[list[Raw], Meta(max_length=1000)] | Text | None
_Scalar = Text | int | bool | None

#: letters and marks that nobody sees, which Unicode does not count among the invisible
_UNSEEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0")


class Unreadable(Exception):
    """An answer that is none of the register: no JSON, cut off, or of another shape."""


def read(answer: bytes | Item, shape: type[Shape]) -> Shape:
    """The answer as a ``shape``. Raises Unreadable, which says where it differs but not what stands there."""
    try:
        return msgspec.convert(_told(answer, _described(shape)), shape)
    except RecursionError:
        raise Unreadable("JSON nested too deeply") from None
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise Unreadable(str(error)) from None


def read_each(items: Iterable[Item], read_one: Callable[[Item], T]) -> tuple[T, ...]:
    """Those of the items that can be read. Raises Unreadable if there are some and none can."""
    told: list[T] = []
    unreadable: Unreadable | None = None
    for item in items:
        try:
            told.append(read_one(item))
        except Unreadable as error:
            unreadable = error
    if unreadable is not None and not told:
        raise unreadable
    return tuple(told)


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
    """ISO 3166-1 alpha-2, None for what is no country (any more)."""
    code = text.upper()
    return code if code in COUNTRIES else None


def postal_code(code: Code, digits: int) -> str | None:
    """A postal code; as a number it comes without the noughts that it begins with."""
    return f"{code:0{digits}}" if isinstance(code, int) else code or None


@cache
def _described(shape: type[Struct]) -> shapes.Type:
    return shapes.type_info(shape)


def _told(value: bytes | Item, shape: shapes.Type) -> object:
    """What ``value`` tells of a ``shape``: texts made plain, without nulls and blanks. None if that is nothing."""
    for kind in shape.types if isinstance(shape, shapes.UnionType) else (shape,):
        match kind:
            case shapes.StructType():
                return _told_of_fields(value, kind)
            case shapes.VarTupleType():
                return _told_of_items(value, kind.item_type)
            case shapes.RawType():
                return value
    told = msgspec.json.decode(value, type=_Scalar)
    return plain(told) or None if isinstance(told, str) else told


def _told_of_fields(value: bytes | Item, shape: shapes.StructType) -> object:
    fields = msgspec.json.decode(value, type=_Object)
    if not isinstance(fields, dict):
        return fields if fields and plain(fields) else None  # a text, which is an object as little as it is blank
    told = {
        field.encode_name: _told(fields[field.encode_name], field.type)
        for field in shape.fields
        if field.encode_name in fields
    }
    return {name: each for name, each in told.items() if each is not None}


def _told_of_items(value: bytes | Item, shape: shapes.Type) -> object:
    items = msgspec.json.decode(value, type=_Array)
    if not isinstance(items, list):
        return items if items and plain(items) else None
    return [told for item in items if (told := _told(item, shape)) is not None]


def _seen(character: str) -> str:
    if character.isspace():
        return " "
    is_unseen = unicodedata.category(character)[0] == "C" or character in _UNSEEN or "\ufe00" <= character <= "\ufe0f"
    return "" if is_unseen or "\U000e0100" <= character <= "\U000e01ef" else character
