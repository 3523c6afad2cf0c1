"""Keys under which two that may be the same meet, so that not all are compared with all.

Two meet if one key of theirs is the same. A typing error anywhere in a name of two words leaves one word whole, and of
the other the first two letters or the last two; so a whole word with either piece of another is a key. A name of one
word meets those that lack one of its letters or have one more, by each spelling with a letter left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import permutations

from crm_tui.domain.likeness_channels import domain, is_role
from crm_tui.domain.likeness_names import spelled

#: words of a company's name that count: the longest ones
_MOST_WORDS = 3
#: a word this short may have its error in both pieces, so that its ends make a third
_SHORT = 5
_LONGEST_ALONE = 24


def person_keys(
    first: Sequence[str], last: Sequence[str], emails: Sequence[str], tails: Sequence[str], customer: int
) -> Iterator[str]:
    """The keys of a contact: folded names, e-mails in one form, ends of phone numbers."""
    names = [spelled(word) for word in dict.fromkeys((*first[:1], *last[-1:], *last[:1]))]
    yield from _pieces(names)
    for name in names:
        yield f"c{customer} {name}"
    if len(names) > 1:
        yield f"i{customer} {''.join(sorted(name[0] for name in names))}"
    for tail in tails:
        yield f"p{tail}"
        for name in names:
            yield f"p{tail} {name}"
    for address in emails:
        if is_role(address):
            continue
        yield f"e{address}"
        host = domain(address)
        if host:
            for name in names:
                yield f"d{host} {name}"


def company_keys(
    words: Sequence[str], ids: Sequence[str], email: str | None, domains: Sequence[str], tail: str
) -> Iterator[str]:
    """The keys of a customer: the words of its name, what registers call it, its addresses."""
    names = [spelled(word) for word in words]
    longest = sorted(dict.fromkeys(names), key=len, reverse=True)[:_MOST_WORDS]
    yield from _pieces(longest)
    joined = "".join(names)
    yield from _without_a_letter(joined)
    for key in ids:
        yield f"v{key}"
    if email:
        yield f"e{email}"
    for host in domains:
        yield f"d{host}"
    if tail:
        yield f"p{tail}"


def _pieces(names: Sequence[str]) -> Iterator[str]:
    for whole, other in permutations(names, 2):
        yield f"<{whole} {other[:2]}"
        yield f">{whole} {other[-2:]}"
        if len(other) < _SHORT:
            yield f"|{whole} {other[:1]}{other[-1:]}"


def _without_a_letter(word: str) -> Iterator[str]:
    yield f"n{word}"
    if len(word) <= _LONGEST_ALONE:
        for place in range(len(word)):
            yield f"n{word[:place]}{word[place + 1 :]}"
