"""How names of places are written that come in capitals."""

from __future__ import annotations

#: words inside of names of places that stay small: Mo i Rana
_SMALL = ("i", "og", "på", "ved", "am", "an", "der")


def place_name(city: str) -> str:
    """A city in capitals as names are written; any other one as it is. A postal code of another country that stands
    before it stays: ``SE-114 56 STOCKHOLM``."""
    if not city.isupper():
        return city
    words = [word if any(map(str.isdigit, word)) else _capitalized(word.lower()) for word in city.split()]
    return " ".join(word.lower() if place and word.lower() in _SMALL else word for place, word in enumerate(words))


def _capitalized(word: str) -> str:
    """Each part of a double name, and what is in brackets, too."""
    return "".join(c.upper() if not place or word[place - 1] in "-/(" else c for place, c in enumerate(word))
