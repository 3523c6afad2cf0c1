"""Statements of ours in PostgreSQL's words: what is bound, lists that come as JSON, and hints that only SQLite takes.

A mechanical translation of the few forms that our statements have, and nothing more; kept by statement.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

#: what a call of json_each is given; none of ours has parentheses inside parentheses inside it
_ARGUMENT = r"json_each\(((?:[^()]|\([^()]*\))*)\)"
_NUMBERS = re.compile(rf"\b(NOT )?IN \(SELECT value FROM {_ARGUMENT}\)")
_TEXTS = re.compile(rf"\b(NOT )?IN \(SELECT CAST\(value AS TEXT\) FROM {_ARGUMENT}\)")
_ROWS = re.compile(rf"\b(FROM|JOIN) {_ARGUMENT}")
_GROUPED = re.compile(r"\bjson_group_array\(((?:[^()]|\([^()]*\))*)\)")
_HINT = re.compile(r" INDEXED BY \w+")
_PRODUCT = re.compile(r"\bCROSS JOIN\b")
#: texts, names and casts are passed over; what is bound is numbered
_BOUND = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|::|\?|:[A-Za-z_]\w*")


class Statement(NamedTuple):
    """A statement for a psycopg.RawCursor. With ``names`` it is given a mapping: the value of each place."""

    text: str
    names: tuple[str, ...] | None


@lru_cache(maxsize=2_000)
def translated(statement: str) -> Statement:
    """The statement as PostgreSQL takes it."""
    text = _HINT.sub("", statement)
    text = _PRODUCT.sub("JOIN", text)
    text = _NUMBERS.sub(lambda found: _one_of(found, "numbers"), text)
    text = _TEXTS.sub(lambda found: _one_of(found, "texts"), text)
    text = _ROWS.sub(r"\1 each_number(\2)", text)
    text = _GROUPED.sub(r"coalesce(json_agg(\1)::text, '[]')", text)
    return _numbered(text)


def _one_of(found: re.Match[str], make: str) -> str:
    negated, listed = found.groups()
    return f"<> ALL ({make}({listed}))" if negated else f"= ANY ({make}({listed}))"


def _numbered(text: str) -> Statement:
    """Each place has a number of its own, even where a name comes twice: PostgreSQL gives it the type that is wanted
    there, which may be another at the next."""
    names: list[str] = []

    def number(found: re.Match[str]) -> str:
        place = found[0]
        if place != "?" and (place[0] != ":" or place == "::"):
            return place
        names.append(place[1:])
        return f"${len(names)}"

    numbered = _BOUND.sub(number, text)
    return Statement(numbered, tuple(names) if any(names) else None)
