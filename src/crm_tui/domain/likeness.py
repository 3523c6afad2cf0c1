"""How alike two are, as evidence for and against their being one: what is the same weighs as much as it is rare.

Each finding has a weight in bits: one bit doubles the odds that both are the same. Two of whom nothing is known are
taken for different (``PRIOR``). The sum becomes a score from 1 to 100, where 50 is as likely as not; the words of what
speaks for it are the reasons, the weightiest first, and of what speaks against it behind them.
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
_LOWEST, _HIGHEST = 1, 100
#: more are as good as these
_MOST_BITS = 40.0


class Finding(NamedTuple):
    """Something that two have in common, or that sets them apart; ``words`` are empty where a person need not be
    told."""

    bits: float
    words: str = ""


class Likeness(Struct, frozen=True):
    """A score from 1 to 100, and why it is not lower."""

    score: int
    reasons: tuple[str, ...]


def weigh(findings: Iterable[Finding], least: int = _LOWEST) -> Likeness:
    """The likeness that these findings make together; below ``least`` nobody wants to know why."""
    listed = list(findings)
    bits = PRIOR + sum([finding.bits for finding in listed])
    score = max(_LOWEST, min(_HIGHEST, round(100 / (1 + 2 ** -max(-_MOST_BITS, min(_MOST_BITS, bits))))))
    if score < least:
        return Likeness(score, ())
    told = sorted((finding for finding in listed if finding.words), key=lambda f: (f.bits < 0, -abs(f.bits)))
    return Likeness(score, tuple(dict.fromkeys(finding.words for finding in told)))
