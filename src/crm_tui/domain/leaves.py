"""What no store can keep, in a value or anywhere inside of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from crm_tui.domain.errors import Invalid
from crm_tui.domain.normalise import check_text

#: databases have 64 bits
_MOST = 2**63 - 1
_LONGEST = 40


def check_numbers(value: Any, where: str) -> None:
    """Raise Invalid for a number beyond what a store holds, with the name of its field."""
    for name, leaf in _leaves(value, where):
        if isinstance(leaf, int) and not -_MOST <= leaf <= _MOST:
            raise Invalid(name, "is too large a number")


def check_texts(value: Any, where: str) -> None:
    """Raise Invalid for a text that can't be kept to the letter, with the name of its field."""
    for name, leaf in _leaves(value, where):
        if isinstance(leaf, str):
            check_text(name, leaf)


def _leaves(value: Any, where: str) -> Iterator[tuple[str, Any]]:
    """All that is no container, each with the innermost name that leads to it."""
    if isinstance(value, Struct):
        for name in value.__struct_fields__:
            yield from _leaves(getattr(value, name), name)
    elif isinstance(value, Mapping):
        for name, each in value.items():
            yield from _leaves(each, str(name)[:_LONGEST])
    elif isinstance(value, tuple | list | set | frozenset):
        for each in value:
            yield from _leaves(each, where)
    else:
        yield where, value
