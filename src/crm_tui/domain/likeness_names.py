"""Names made comparable: folded words, other spellings of the same letters, and what of a company's name is its form.

``Bäckström``, ``Backstrom`` and ``Baeckstroem`` are one name, written by hand and by machines."""

from __future__ import annotations

from enum import IntEnum
from functools import lru_cache

from crm_tui.domain.edits import edits
from crm_tui.domain.normalise import words

#: a word of so many letters may differ by one letter, or by two: in shorter ones an error makes another name
#: (Ari and Aki); one of three letters may lack one
_ONE_ERROR_FROM = 4
_TWO_ERRORS_FROM = 8

_FORM_WORDS = (
    "oy oyj ab abp as asa sa sarl sas ans ba da enk nuf sf ky tmi ay ry rf osk sr oü ou uab sia ltd limited llc llp lp"
    " inc incorporated corp corporation co plc gmbh ag kg ohg ug mbh bv nv srl spa aps is ks hb kb ek for oyab"
    " publ julkinen osakeyhtio aktiebolag aktiebolaget aksjeselskap"
)
_COUNTRIES = {
    "FI": "oy oyj abp ky tmi ry osk oyab", "NO": "as asa ans da enk nuf", "GB": "ltd limited plc llp lp", "EE": "ou oü",
    "DE": "gmbh ag kg ohg ug mbh", "US": "inc llc corp corporation incorporated", "DK": "aps", "SE": "hb kb",
}  # fmt: skip
_FILLING_WORDS = "and und och og ja the of et"
_FORMS = frozenset(_FORM_WORDS.split())
_FILLERS = frozenset(_FILLING_WORDS.split())
#: where companies of a form are; an AB may be Finnish or Swedish
_COUNTRY_OF = {form: country for country, listed in _COUNTRIES.items() for form in listed.split()}
_SPELLINGS = (("ae", "a"), ("oe", "o"), ("ue", "u"), ("aa", "a"), ("w", "v"))


class Match(IntEnum):
    """How far two words or names agree."""

    DIFFERENT = 0
    INITIAL = 1
    ERROR = 2
    PART = 3
    SPELLING = 4
    SAME = 5


@lru_cache(maxsize=100_000)
def tokens(name: str) -> tuple[str, ...]:
    """The folded words of a name."""
    return tuple(words(name))


@lru_cache(maxsize=100_000)
def spelled(word: str) -> str:
    """A word without what is only another way to write a letter."""
    for long, short in _SPELLINGS:
        word = word.replace(long, short)
    return word


def match_words(one: str, other: str) -> Match:
    """How far two folded words agree."""
    if one == other:
        return Match.SAME
    if spelled(one) == spelled(other):
        return Match.SPELLING
    shortest = min(len(one), len(other))
    if shortest == 1:
        return Match.INITIAL if one[0] == other[0] else Match.DIFFERENT
    longest = max(len(one), len(other))
    most = 2 if shortest >= _TWO_ERRORS_FROM else 1 if longest >= _ONE_ERROR_FROM else 0
    if most and not has_digit(one, other) and edits(one, other, most) <= most:
        return Match.ERROR
    return Match.DIFFERENT


def match_names(one: tuple[str, ...], other: tuple[str, ...]) -> Match:
    """How far two first names, or two last names, agree: ``Anna Maria`` and ``Anna`` in part."""
    if not one or not other:
        return Match.DIFFERENT
    if len(one) == len(other) == 1:
        return match_words(one[0], other[0])
    if one == other:
        return Match.SAME
    if len(one) == len(other):
        return min(match_words(a, b) for a, b in zip(one, other, strict=True))
    joined = match_words("".join(one), "".join(other))
    if joined >= Match.SPELLING:
        return Match.SPELLING
    few, many = sorted((one, other), key=len)
    matches = [max(match_words(a, b) for b in many) for a in few]
    return min(Match.PART, *matches) if min(len(word) for word in few) > 1 else min(matches)


@lru_cache(maxsize=100_000)
def company_words(name: str) -> tuple[tuple[str, ...], frozenset[str]]:
    """The words of a company's name, and those that say its form: ``Aalto Energia Oy`` → ``aalto energia``, ``oy``.
    A name of nothing else keeps all its words."""
    text = name.replace("A/S", "AS").replace("a/s", "as")
    listed = words(text)
    core = tuple(word for word in listed if word not in _FORMS and word not in _FILLERS)
    if not core:
        return tuple(listed), frozenset()
    return core, frozenset(word for word in listed if word in _FORMS)


def country_of(forms: frozenset[str]) -> str:
    """The country of a company by its form, empty where that does not tell."""
    found = {_COUNTRY_OF[form] for form in forms if form in _COUNTRY_OF}
    return found.pop() if len(found) == 1 else ""


def has_digit(one: str, other: str) -> bool:
    """Line 4 and Line 5 are two."""
    return any(map(str.isdigit, one)) or any(map(str.isdigit, other))
