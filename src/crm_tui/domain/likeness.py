"""How alike two are, as evidence for and against their being one: what is the same weighs as much as it is rare.

Each finding has a weight in bits: one bit doubles the odds that both are the same. Two of whom nothing is known are
taken for different (``PRIOR``). The sum becomes a score from 1 to 100, where 50 is as likely as not; the words of what
speaks for it are the reasons, the weightiest first.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from msgspec import Struct

#: bits that speak against two who are picked out for having something in common
PRIOR = -9.0
#: pairs from here on are shown: below it, different people of one name outnumber those entered twice
LIKELY = 50
#: from here on somebody who saves is asked first: of a hundred such pairs, one is none (tests/store/look_alikes.py)
SURE = 75
#: bits that make 50 into 90
_SPREAD = 1.0
_LOWEST, _HIGHEST = 1, 100


class Finding(NamedTuple):
    """Something that two have in common, or that sets them apart; ``words`` are empty where a person need not be
    told."""

    bits: float
    words: str = ""


class Likeness(Struct, frozen=True):
    """A score from 1 to 100, and why it is not lower."""

    score: int
    reasons: tuple[str, ...]


def weigh(findings: Iterable[Finding]) -> Likeness:
    """The likeness that these findings make together."""
    listed = list(findings)
    bits = PRIOR + sum(finding.bits for finding in listed)
    share = 1 / (1 + 2 ** (-_SPREAD * max(-40.0, min(40.0, bits))))
    speaking = sorted((f for f in listed if f.words and f.bits > 0), key=lambda f: -f.bits)
    against = [f for f in listed if f.words and f.bits < 0]
    reasons = tuple(dict.fromkeys(f.words for f in (*speaking, *against)))
    return Likeness(max(_LOWEST, min(_HIGHEST, round(100 * share))), reasons)
