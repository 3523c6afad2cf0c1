"""Canaries: words and amounts that occur nowhere else, so that whatever holds one shows where it comes from."""

from __future__ import annotations

import re

_LEADS, _CONSONANTS, _VOWELS = "abcdefghijklmnopqrstuvwxyz", "bdfgjklmnprstvz", "aeiou"
_SYLLABLES = len(_CONSONANTS) * len(_VOWELS)
#: what may stand between the digits of an amount as people read it
_BETWEEN_DIGITS = re.compile(r"(?<=\d)[,.'’\u00a0\u202f ](?=\d)")
_WORD = re.compile(rf"[a-z]q[xy](?:[{_CONSONANTS}][{_VOWELS}]){{3}}")
_AMOUNT = re.compile(r"(?=([6-9]\d{7}))")


class Canaries:
    """Makes them, and remembers what class of field each was planted in."""

    def __init__(self) -> None:
        self.classes: dict[str, str] = {}
        self._words = 0
        self._amount = 60_170_113

    def word(self, field_class: str) -> str:
        """A word for a field of this class."""
        self._words += 1
        return self._keep(_spelled(self._words), field_class)

    def amount(self, field_class: str) -> int:
        """An amount, or any number of eight digits, for a field of this class."""
        self._amount += 20_046
        self._amount += 2 if self._amount % 100 == 1 else 0  # its partner would have no cents to be seen
        return int(self._keep(str(self._amount), field_class))

    def digits(self, field_class: str) -> str:
        """The same as text, for phone and other numbers."""
        return str(self.amount(field_class))

    def found_in(self, text: str) -> set[str]:
        """The canaries in a text: words, and amounts however they are written."""
        found = set(_WORD.findall(text.lower())) | set(_AMOUNT.findall(_BETWEEN_DIGITS.sub("", text)))
        return found | set(_AMOUNT.findall(text))

    def _keep(self, canary: str, field_class: str) -> str:
        self.classes[canary] = field_class
        return canary


def partner(canary: str) -> str:
    """What stands for a canary in another world: as long, but elsewhere in any order. Its partner is the first one."""
    if canary.isdigit():
        return str(156_000_001 - int(canary))
    lead = _LEADS[-1 - _LEADS.index(canary[0])]
    return f"{lead}q{'y' if canary[2] == 'x' else 'x'}{canary[3:]}"


def _spelled(number: int) -> str:
    """A number as a word: they begin with all letters in turn, and none is the beginning of another."""
    lead, word = _LEADS[number * 7 % len(_LEADS)], ""
    for _ in range(3):
        number, rest = divmod(number, _SYLLABLES)
        word += _CONSONANTS[rest // len(_VOWELS)] + _VOWELS[rest % len(_VOWELS)]
    return f"{lead}qx{word}"
