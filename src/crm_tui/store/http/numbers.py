"""Whole numbers that a store can hold: JSON knows no bounds, databases have 64 bits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from crm_tui.domain.errors import Invalid

_MOST = 2**63 - 1


def check_numbers(value: Any, where: str) -> None:
    """Raise Invalid for a number beyond what a store holds, in ``value`` or anywhere inside of it."""
    if isinstance(value, int):
        if not -_MOST <= value <= _MOST:
            raise Invalid(where, "is too large a number")
    elif isinstance(value, Struct):
        for name in value.__struct_fields__:
            check_numbers(getattr(value, name), name)
    elif isinstance(value, Mapping):
        for name, each in value.items():
            check_numbers(each, str(name)[:40])
    elif isinstance(value, tuple | list | set | frozenset):
        for each in value:
            check_numbers(each, where)
