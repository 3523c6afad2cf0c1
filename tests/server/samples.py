"""Values of any type of the port: full ones, and ones as empty as they may be."""

from __future__ import annotations

import collections.abc as abc
import datetime as dt
import types
from decimal import Decimal
from enum import Enum
from io import BytesIO
from typing import Any, BinaryIO, Literal, Union, get_args, get_origin, get_type_hints

import msgspec
from msgspec import UNSET, Struct, UnsetType

from crm_tui.domain.money import Money

_PLAIN: dict[Any, tuple[Any, Any]] = {
    str: ("Ääkkönen & Söhne/? 50%+", ""),
    int: (2**53 + 1, 0),
    bool: (True, False),
    float: (0.5, 0.0),
    bytes: (b"\x00\xff", b""),
    Decimal: (Decimal("12.50"), Decimal(0)),
    dt.date: (dt.date(2026, 11, 18), dt.date(1900, 1, 1)),
    dt.datetime: (
        dt.datetime(2026, 11, 18, 10, 0, 0, 250, dt.UTC),
        dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
    ),
    Money: (Money(-123_456, "EUR"), Money(0, "JPY")),
    Any: ("x", None),
    object: ("a", 1),
}
_MANY = (list, set, frozenset, abc.Sequence, abc.Collection, abc.Iterable, abc.Generator)


def named(name: str, kind: Any, *, full: bool) -> Any:
    """A value of the type for a parameter or field of this name."""
    return sample(kind, full=full) if name != "limit" else 500 if full else 0


def sample(kind: Any, *, full: bool) -> Any:
    """A value of the type."""
    if kind in _PLAIN:
        return _PLAIN[kind][not full]
    if kind is type(None) or kind is UnsetType:
        return None if kind is type(None) else UNSET
    if kind is BinaryIO:
        return BytesIO(b"\x00content" * 100_000 if full else b"")
    origin, args = get_origin(kind), get_args(kind)
    if origin is Literal:
        return args[0]
    if origin in (Union, types.UnionType):
        return _of_union(args, full=full)
    if origin is tuple:
        return _of_tuple(args, full=full)
    if origin is dict or origin is abc.Mapping:
        return {sample(args[0], full=full): sample(args[1], full=full)} if full else {}
    if origin in _MANY:
        listed = [sample(args[0], full=full)] if full else []
        return frozenset(listed) if origin in (set, frozenset) else listed
    return _of_class(origin or kind, kind, full=full)


def _of_union(args: tuple[Any, ...], *, full: bool) -> Any:
    empty = [each for each in args if each in (type(None), UnsetType)]
    kinds = [each for each in args if each not in empty]
    return sample(kinds[0] if full or not empty else empty[-1], full=full)


def _of_tuple(args: tuple[Any, ...], *, full: bool) -> Any:
    if args[-1] is Ellipsis:
        return (sample(args[0], full=True), sample(args[0], full=False)) if full else ()
    return tuple(sample(each, full=full) for each in args)


def _of_class(made: Any, kind: Any, *, full: bool) -> Any:
    if issubclass(made, Enum):
        return list(made)[-1 if full else 0]
    if issubclass(made, Struct):
        return made(**{each.name: named(each.name, each.type, full=full) for each in msgspec.structs.fields(kind)})
    if issubclass(made, tuple):
        return made(*(sample(each, full=full) for each in get_type_hints(made).values()))
    raise AssertionError(f"no sample of {kind}")
