"""Parameters of a URL as text, and back: Structs field by field, what is the default left out, None as an empty value,
sequences repeated."""

from __future__ import annotations

import collections.abc as abc
import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, NamedTuple, get_args, get_origin
from urllib.parse import quote

import msgspec
from msgspec import NODEFAULT, Meta, Struct

from crm_tui.domain.errors import Invalid
from crm_tui.domain.leaves import check_numbers
from crm_tui.store.http.parameters import Parameter, is_struct
from crm_tui.store.http.told import told

_SEQUENCES = (tuple, list, set, frozenset, abc.Sequence, abc.Collection, abc.Iterable, abc.Set)
_HALF = re.compile("[\ud800-\udfff]")
_YEARS = (1900, 2999)
_LIMIT, _MOST_ROWS = "limit", 10_000
#: instants without a zone can't be compared with those of the store
_INSTANT = Annotated[dt.datetime, Meta(tz=True)]


class Field(NamedTuple):
    """A name in the query."""

    name: str
    type: Any
    default: Any


def fields_of(parameter: Parameter) -> tuple[Field, ...]:
    """The names that a parameter has in a query: its own, or those of the fields of its Struct."""
    if not is_struct(parameter.type):
        return (Field(parameter.name, parameter.type, parameter.default),)
    return tuple(Field(each.name, each.type, each.default) for each in msgspec.structs.fields(parameter.type))


def written(parameters: Iterable[Parameter], given: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The query of a request: names and values, in the order of the parameters."""
    pairs: list[tuple[str, str]] = []
    for parameter in parameters:
        if parameter.name not in given:
            continue
        value = given[parameter.name]
        for field in fields_of(parameter):
            plain = getattr(value, field.name) if isinstance(value, Struct) else value
            if plain == "" and type(None) in get_args(field.type):
                raise Invalid(field.name, "is empty, and names no place in a list, nor anything else")
            if field.default is NODEFAULT or plain != field.default:
                pairs += [(field.name, text) for text in _texts(plain)]
    return pairs


def read(parameters: Iterable[Parameter], pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """The arguments that a query gives; Invalid names what is unknown, missing, doubled or malformed."""
    values: dict[str, list[str]] = {}
    for name, text in pairs:
        values.setdefault(name, []).append(text)
    found: dict[str, Any] = {}
    for parameter in parameters:
        taken = dict(_taken(fields_of(parameter), values))
        if is_struct(parameter.type):
            if taken or parameter.default is NODEFAULT:
                found[parameter.name] = parameter.type(**taken)
        else:
            found |= taken
    for name in values:
        raise Invalid(name[:40], "is no parameter of this request")
    return found


def in_path(value: Any) -> str:
    """A parameter as a part of a path."""
    return quote(_text(value), safe="")


def from_text(name: str, kind: Any, text: str) -> Any:
    """The value that a text stands for; Invalid where it stands for none."""
    return _converted(Field(name, kind, NODEFAULT), text)


def _taken(fields: Iterable[Field], values: dict[str, list[str]]) -> Iterator[tuple[str, Any]]:
    """The values of the fields that are there, taken out of ``values``."""
    for field in fields:
        texts = values.pop(field.name, None)
        if texts is None:
            if field.default is NODEFAULT:
                raise Invalid(field.name, "is needed")
        elif _is_sequence(field.type):
            yield field.name, _converted(field, texts)
        elif len(texts) > 1:
            raise Invalid(field.name, "is there more than once")
        elif texts[0] == "" and type(None) in get_args(field.type):
            yield field.name, None
        else:
            yield field.name, _converted(field, texts[0])


def _converted(field: Field, plain: str | list[str]) -> Any:
    kind = _INSTANT if field.type is dt.datetime else field.type
    try:
        value = msgspec.convert(plain, kind, strict=False)
    except msgspec.ValidationError as error:
        raise told(error, field.name) from None
    check_numbers(value, field.name)
    _check_reach(field.name, value)
    return value


def _check_reach(name: str, value: Any) -> None:
    """Raise Invalid for a day so far away that no window of days around it is in the calendar, and for a page that is
    none any more."""
    if isinstance(value, dt.date) and not _YEARS[0] <= value.year <= _YEARS[1]:
        raise Invalid(name, f"is a day of the years {_YEARS[0]} to {_YEARS[1]}")
    if name == _LIMIT and not 0 <= value <= _MOST_ROWS:
        raise Invalid(name, f"is a number from 0 to {_MOST_ROWS:,}")


def _is_sequence(kind: Any) -> bool:
    plain = get_origin(kind) or kind
    return plain in _SEQUENCES or (isinstance(plain, type) and issubclass(plain, tuple))


def _texts(value: Any) -> list[str]:
    if isinstance(value, tuple | list | set | frozenset):
        return [_text(each) for each in value]
    return [_text(value)]


def _text(value: Any) -> str:
    if value is None:
        return ""
    plain = msgspec.to_builtins(value)
    if not isinstance(plain, str):
        return msgspec.json.encode(plain).decode()
    return _HALF.sub("\ufffd", plain)  # nothing that is stored has half of a character: it is looked for in vain
