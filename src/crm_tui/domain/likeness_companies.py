"""How alike two customers are (see likeness)."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from crm_tui.domain.likeness import Finding, Likeness, weigh
from crm_tui.domain.likeness_names import Match, match_words


class Company(Struct, frozen=True):
    """What of a customer is compared. ``words`` are those of its name without ``forms`` (Oy, AS); ``ids`` what
    registers call it, ``domains`` those of its website and e-mail that are its own."""

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


def compare_companies(one: Company, other: Company) -> Likeness:
    """How alike they are."""
    return weigh(_findings(one, other))


def _findings(one: Company, other: Company) -> Iterator[Finding]:
    yield from _identifiers(one, other)
    yield _name(one, other)
    yield from _channels(one, other)
    yield from _place(one, other)


def _identifiers(one: Company, other: Company) -> Iterator[Finding]:
    if one.vat and one.vat == other.vat:
        yield Finding(12.0, "same VAT number")
    elif one.ids.intersection(other.ids):
        yield Finding(12.0, "same business id")
    elif one.vat and other.vat:
        yield Finding(-8.0, "other VAT number")
    elif one.ids and other.ids:
        yield Finding(-8.0, "other business id")


def _name(one: Company, other: Company) -> Finding:
    if one.words == other.words:
        if one.forms == other.forms:
            return Finding(10.0, "same name")
        return Finding(9.5, "same name but for its form (Oy, AS …)")
    joined = "".join(one.words), "".join(other.words)
    match match_words(*joined):
        case Match.SAME | Match.SPELLING:
            return Finding(9.0, "same name, spelled differently")
        case Match.ERROR:
            return Finding(8.0 if min(map(len, joined)) >= 10 else 6.5, "name differs in a letter or two")
    if sorted(one.words) == sorted(other.words):
        return Finding(9.0, "same words in another order")
    few, many = sorted((one.words, other.words), key=len)
    alike = [max(match_words(a, b) for b in many) for a in few]
    if min(alike) >= Match.ERROR and len(few) == len(many):
        return Finding(6.0, "name differs in a few letters")
    if min(alike) >= Match.SPELLING:
        return Finding(3.0 if len(few) > 1 else 1.0, "name is part of the other")
    if max(alike) >= Match.SPELLING:
        return Finding(-2.0, "part of the name is the same")
    return Finding(-5.0, "other name")


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
    if one.country and other.country and one.country != other.country:
        yield Finding(-3.0, "in another country")
    elif one.postal_code and one.postal_code == other.postal_code:
        yield Finding(2.0, "same postal code")
    elif one.city and one.city == other.city:
        yield Finding(1.5, "same city")
    elif one.city and other.city:
        yield Finding(-2.0, "in another city")
