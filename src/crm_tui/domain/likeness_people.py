"""How alike two contacts are (see likeness)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from msgspec import Struct

from crm_tui.domain.edits import edits
from crm_tui.domain.likeness import Finding, Likeness, weigh
from crm_tui.domain.likeness_channels import domain, is_role
from crm_tui.domain.likeness_names import Match, match_names

_FIRST = {
    Match.SAME: 4.0, Match.SPELLING: 3.5, Match.PART: 3.0, Match.ERROR: 3.0, Match.INITIAL: 1.5, Match.DIFFERENT: -5.0,
}  # fmt: skip
_LAST = {
    Match.SAME: 4.5, Match.SPELLING: 4.0, Match.PART: 3.0, Match.ERROR: 3.5, Match.INITIAL: 0.5, Match.DIFFERENT: -5.0,
}  # fmt: skip
_SWAPPED = -0.5
#: an error makes a name that nobody else has; two names that are both known are two names (Kristensen, Kristiansen)
_BOTH_KNOWN = -3.0
#: first names so short have neighbours a letter away, known or not (Jari and Jani, Anna and Anne)
_SHORT = 5
_SHORT_ERROR = -1.0
#: a first and a last name both have to agree only a little to be taken for swapped
_LEAST_SWAPPED = Match.ERROR


class Person(Struct, frozen=True):
    """What of a contact is compared: folded names, addresses and numbers in one form. ``mobiles`` are those of the
    phones that one person has, ``tails`` how they end; ``company`` is the customer's name without its form. ``rare``
    are the words of the names that hardly anybody else is called."""

    first: tuple[str, ...]
    last: tuple[str, ...]
    emails: tuple[str, ...]
    phones: tuple[str, ...]
    mobiles: frozenset[str]
    tails: frozenset[str]
    born: date | None
    customer: int
    company: tuple[str, ...]
    rare: frozenset[str] = frozenset()


def compare_people(one: Person, other: Person, least: int = 1) -> Likeness:
    """How alike they are; reasons from the score ``least`` on."""
    return weigh(_findings(one, other), least)


def _findings(one: Person, other: Person) -> Iterator[Finding]:
    names, matched = _names(one, other)
    yield names
    yield from _emails(one, other, matched)
    yield from _phones(one, other)
    yield from _place(one, other)
    yield from _births(one, other)


def _names(one: Person, other: Person) -> tuple[Finding, Match]:
    """What the names say, and how far the one that agrees less does."""
    if not (one.first or one.last) or not (other.first or other.last):
        return Finding(0.0), Match.SAME
    first, last = match_names(one.first, other.first), match_names(one.last, other.last)
    bits, swapped = _FIRST[first] + _LAST[last], False
    if first is Match.ERROR and len("".join(one.first)) <= _SHORT:
        bits += _SHORT_ERROR
    if min(first, last) is Match.ERROR and not _is_mistyped(one, other):
        bits += _BOTH_KNOWN
    if min(first, last) < Match.SPELLING:
        across, back = match_names(one.first, other.last), match_names(one.last, other.first)
        exchanged = _FIRST[across] + _LAST[back] + _SWAPPED
        if min(across, back) >= _LEAST_SWAPPED and exchanged > bits:
            first, last, bits, swapped = across, back, exchanged, True
    return Finding(bits, _name_words(first, last, is_swapped=swapped)), min(first, last)


def _is_mistyped(one: Person, other: Person) -> bool:
    """Whether one of the words in which their names differ is known of nobody else."""
    differing = {*one.first, *one.last}.symmetric_difference((*other.first, *other.last))
    return not differing.isdisjoint(one.rare | other.rare)


def _name_words(first: Match, last: Match, *, is_swapped: bool) -> str:
    worst = min(first, last)
    if is_swapped:
        return f"first and last name swapped{'' if worst >= Match.SPELLING else ', nearly the same'}"
    match worst:
        case Match.SAME:
            return "same name"
        case Match.SPELLING:
            return "same name, spelled differently"
        case Match.PART:
            return "name is part of the other"
        case Match.ERROR:
            return "nearly the same name"
        case Match.INITIAL:
            return "same initial"
    if last is not Match.DIFFERENT:
        return "other first name"
    return "other last name" if first is not Match.DIFFERENT else "other name"


def _emails(one: Person, other: Person, names: Match) -> Iterator[Finding]:
    if not one.emails or not other.emails:
        return
    shared = set(one.emails).intersection(other.emails)
    if any(not is_role(address) for address in shared):
        yield Finding(12.0, "same e-mail")
        return
    if shared:
        yield Finding(1.0, "same e-mail of the company")
    mine = [address for address in one.emails if not is_role(address)]
    theirs = [address for address in other.emails if not is_role(address)]
    pairs = [(a, b) for a in mine for b in theirs]
    if names >= Match.PART and any(_mistyped(a, b) for a, b in pairs):
        yield Finding(4.0, "e-mail differs in one letter")
    elif any(_domain(a) == _domain(b) for a, b in pairs):
        yield Finding(-3.5, "other e-mail at the same company")
    elif any(_is_same_user(a, b, one.last) for a, b in pairs):
        yield Finding(2.0, "e-mail begins the same")


def _is_same_user(one: str, other: str, last: tuple[str, ...]) -> bool:
    """Whether two addresses at different places begin with what is more than their name."""
    user = one.partition("@")[0]
    return user == other.partition("@")[0] and not any(name in user for name in last)


def _domain(address: str) -> str:
    return address.rpartition("@")[2]


def _mistyped(one: str, other: str) -> bool:
    """One letter apart; another digit is another person (matti.virtanen2@…)."""
    if edits(one, other, 1) != 1:
        return False
    return [c for c in one if c.isdigit()] == [c for c in other if c.isdigit()]


def _phones(one: Person, other: Person) -> Iterator[Finding]:
    shared = set(one.phones).intersection(other.phones)
    if shared:
        is_own = shared.intersection(one.mobiles)
        yield Finding(6.0, "same mobile phone") if is_own else Finding(2.0, "same phone")
    elif one.tails.intersection(other.tails):
        yield Finding(4.0, "same phone but for the country code")
    elif one.mobiles and other.mobiles:
        yield Finding(-1.5, "other mobile phone")


def _place(one: Person, other: Person) -> Iterator[Finding]:
    if one.customer == other.customer:
        yield Finding(3.0, "same customer")
    elif one.company and one.company == other.company:
        yield Finding(2.5, "customer of the same name")
    else:
        mine = {domain(address) for address in one.emails} - {""}
        if mine.intersection(map(domain, other.emails)):
            yield Finding(2.0, "e-mail at the same company")


def _births(one: Person, other: Person) -> Iterator[Finding]:
    if one.born is None or other.born is None:
        return
    if one.born == other.born:
        yield Finding(5.0, "same date of birth")
    elif edits(one.born.isoformat(), other.born.isoformat(), 1) == 1 or _exchanged(one.born, other.born):
        yield Finding(-1.0, "date of birth differs in a digit")
    else:
        yield Finding(-7.0, "other date of birth")


def _exchanged(one: date, other: date) -> bool:
    """Day and month the other way round."""
    return one.year == other.year and (one.month, one.day) == (other.day, other.month)
