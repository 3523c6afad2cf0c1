"""The forms of plain phone numbers in bulk: numbers that begin alike and are as long are taken apart once.

libphonenumber takes longer for a number than all else that an import does with a contact. Its rules look at the
length and at the first few digits only, so that the forms of one number give those of all others of its shape. That
holds for the countries of the table, as the test shows that compares both; any other number is left to the library.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

#: country -> its code, how many digits (with that code) its rules look at, and the digit that leads a number at home
_PLANS = {
    "AT": ("43", 6, "0"), "BE": ("32", 5, "0"), "CH": ("41", 4, "0"), "DE": ("49", 7, "0"), "DK": ("45", 3, ""),
    "EE": ("372", 7, ""), "FI": ("358", 6, "0"), "FR": ("33", 4, "0"), "LV": ("371", 5, ""), "NL": ("31", 5, "0"),
    "NO": ("47", 4, ""), "PL": ("48", 6, ""), "SE": ("46", 5, "0"),
}  # fmt: skip
_BY_CODE = {code: (looked_at, trunk) for code, looked_at, trunk in _PLANS.values()}
_LONGEST_CODE = 3
_SHORTEST_REST = 3
_REST = "48159263704815926370"  # digits as good as any others, and not alike
_Forms = Callable[[str, str | None], tuple[str, ...]]


def plain_digits(text: str) -> tuple[bool, str] | None:
    """(whether it begins with +, the digits) of a number that is nothing but digits, blanks and hyphens."""
    plus = text[:1] == "+"
    if not (text[plus : plus + 1].isdigit() and text[-1].isdigit() and text.isascii()):
        return None
    digits = text[plus:].replace(" ", "").replace("-", "")
    return (plus, digits) if digits.isdigit() and len(digits) <= len(_REST) else None


def forms_by_shape(text: str, region: str | None, forms: _Forms) -> tuple[str, ...] | None:
    """What ``forms`` (the library's way) gives for a number typed in a region; None where its shape does not tell."""
    plain = plain_digits(text)
    if plain is None:
        return None
    plus, digits = plain
    if not plus and text.startswith("00"):
        plus, digits = True, digits[2:]
    looked_at = _looked_at(plus, digits, region)
    rest = digits[looked_at:]
    if not looked_at or len(rest) < _SHORTEST_REST:
        return None
    heads = _heads(f"+{digits[:looked_at]}" if plus else digits[:looked_at], len(rest), None if plus else region, forms)
    return None if heads is None else tuple([head + rest for head in heads])


def _looked_at(plus: bool, digits: str, region: str | None) -> int:
    """How many of the digits tell the shape; 0 for a number of another kind."""
    if plus:
        for length in range(1, _LONGEST_CODE + 1):
            if found := _BY_CODE.get(digits[:length]):
                looked_at, trunk = found
                return 0 if trunk and digits[length : length + 1] == trunk else looked_at
        return 0
    plan = _PLANS.get((region or "").upper())
    if plan is None or digits[1:2] == "0" or (digits[:1] == "0") != (plan[2] == "0"):
        return 0
    return plan[1]


@lru_cache(maxsize=20_000)
def _heads(head: str, rest_length: int, region: str | None, forms: _Forms) -> tuple[str, ...] | None:
    """What stands before the rest in each form of a number of this shape."""
    rest = _REST[:rest_length]
    found = forms(head + rest, region)
    return tuple(form.removesuffix(rest) for form in found) if all(form.endswith(rest) for form in found) else None
