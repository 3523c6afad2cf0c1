"""How alike two customers are (see likeness)."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from crm_tui.domain.edits import edits
from crm_tui.domain.likeness import Finding, Likeness, weigh
from crm_tui.domain.likeness_names import Match, country_of, has_digit, match_words, spelled

#: what one letter's difference is worth in a name of so many letters or more
_ONE_ERROR = ((8, 9.2), (5, 7.5), (0, 0.0))
#: an error makes a word that no other name has; two names of words that are all known are two (Johnsen, Johansen)
_BOTH_KNOWN = -3.0


class Company(Struct, frozen=True):
    """What of a customer is compared. ``words`` are those of its name without ``forms`` (Oy, AS), ``rare`` those that
    hardly any other name has; ``ids`` what registers call it, ``domains`` those of its website and e-mail that are its
    own."""

    words: tuple[str, ...]
    forms: frozenset[str]
    vat: str | None
    ids: frozenset[str]
    email: str | None
    phone: str | None
    domains: frozenset[str]
    city: str
    postal_code: str
    country: str
    rare: frozenset[str] = frozenset()


def compare_companies(one: Company, other: Company, least: int = 1) -> Likeness:
    """How alike they are; reasons from the score ``least`` on."""
    return weigh(_findings(one, other), least)


def _findings(one: Company, other: Company) -> Iterator[Finding]:
    yield from _identifiers(one, other)
    yield _name(one, other)
    yield from _channels(one, other)
    yield from _place(one, other)


def _identifiers(one: Company, other: Company) -> Iterator[Finding]:
    if one.vat and one.vat == other.vat:
        yield Finding(16.0, "same VAT number")
    elif one.ids.intersection(other.ids):
        yield Finding(16.0, "same business id")
    elif one.vat and other.vat:
        if edits(one.vat, other.vat, 1) == 1:
            yield Finding(-3.0, "VAT number differs in a digit")
        else:
            yield Finding(-8.0, "other VAT number")
    elif one.ids and other.ids:
        yield Finding(-8.0, "other business id")


def _name(one: Company, other: Company) -> Finding:
    if one.words == other.words:
        if one.forms == other.forms:
            return Finding(10.0, "same name")
        return Finding(9.5, "same name, other form")
    if not one.words or not other.words:
        return Finding(0.0, "")  # one of them has no name yet
    joined, its = "".join(one.words), "".join(other.words)
    if spelled(joined) == spelled(its):
        return Finding(9.0, "same name, spelled differently")
    if edits(joined, its, 1) == 1 and not has_digit(joined, its):
        bits = next(bits for least, bits in _ONE_ERROR if min(len(joined), len(its)) >= least)
        return Finding(bits + _known(one, other), "nearly the same name")
    if sorted(one.words) == sorted(other.words):
        return Finding(9.0, "same words in another order")
    few, many = sorted((one.words, other.words), key=len)
    alike = [max(match_words(a, b) for b in many) for a in few]
    if min(alike) >= Match.ERROR and len(few) == len(many):
        return Finding(8.5 + _known(one, other), "similar name")
    if min(alike) >= Match.SPELLING:
        return Finding(3.0 if len(few) > 1 else 1.0, "name is part of the other")
    if max(alike) >= Match.SPELLING:
        return Finding(-2.0, "part of the name is the same")
    return Finding(-5.0, "other name")


def _known(one: Company, other: Company) -> float:
    """What it takes from an error that all words in which the names differ are known."""
    differing = set(one.words).symmetric_difference(other.words)
    return _BOTH_KNOWN if differing.isdisjoint(one.rare | other.rare) else 0.0


def _channels(one: Company, other: Company) -> Iterator[Finding]:
    if one.email and one.email == other.email:
        yield Finding(7.0, "same e-mail")
    elif one.domains.intersection(other.domains):
        yield Finding(5.0, "same website or e-mail domain")
    elif one.domains and other.domains:
        yield Finding(-1.0, "")
    if one.phone and one.phone == other.phone:
        yield Finding(5.0, "same phone")


def _place(one: Company, other: Company) -> Iterator[Finding]:
    here, there = one.country or country_of(one.forms), other.country or country_of(other.forms)
    if here and there and here != there:
        yield Finding(-3.0, "in another country")
    elif one.postal_code and one.postal_code == other.postal_code:
        yield Finding(2.0, "same postal code")
    elif one.city and one.city == other.city:
        yield Finding(1.5, "same city")
    elif one.city and other.city:
        yield Finding(-2.0, "in another city")
