"""Pages of long lists: keyset cursors, never OFFSET from the start, and counts with an end."""

from __future__ import annotations

from typing import Generic, TypeVar

from msgspec import Struct

Row = TypeVar("Row")

#: counts stop here; a list that is longer says so
COUNT_CAP = 1_000


class PageRequest(Struct, frozen=True, kw_only=True):
    """Which rows of a list: ``limit`` rows behind ``after`` or, backwards, before ``before``.

    Neither means from the start; ``from_end`` means the last ones. ``skip`` leaves out that many rows next
    to the anchor: for jumps within the neighbourhood of a known row. Rows always come in list order.
    """

    limit: int = 100
    after: str | None = None
    before: str | None = None
    from_end: bool = False
    skip: int = 0


class Page(Struct, Generic[Row], frozen=True, kw_only=True):
    """``cursors[i]`` is the anchor of ``rows[i]``; ``more`` tells whether rows follow in the asked direction."""

    rows: tuple[Row, ...]
    cursors: tuple[str, ...]
    more: bool


class Count(Struct, frozen=True):
    """How many there are; ``capped`` means at least that many."""

    number: int
    capped: bool = False
