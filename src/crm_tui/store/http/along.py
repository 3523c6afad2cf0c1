"""What is read along with a card, so that it opens in one round trip: what its first tab shows next.

The calls are those of the panels of that tab to the letter; a test looks that nothing else is asked when a card opens.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from crm_tui.store.activities import FeedPart
from crm_tui.store.paging import PageRequest

CARD = "customers.card"
#: planned lines of the feed are read up to so many
_PLANNED = 500


def along(card: Mapping[str, Any], now: datetime) -> tuple[tuple[str, dict[str, Any]], ...]:
    """Methods with their arguments, for a call of CARD with its arguments."""
    its = {"customer": card["customer"]}
    page = its | {"request": PageRequest()}
    when = its | {"now": now.replace(second=0, microsecond=0), "today": card["today"]}
    return (
        ("contacts.of_customer", page),
        ("contacts.count", its),
        ("activities.feed", when | {"part": FeedPart.PLANNED, "request": PageRequest(limit=_PLANNED)}),
        ("activities.feed", when | {"part": FeedPart.PAST, "request": PageRequest()}),
        ("activities.feed_counts", when),
        ("files.of_customer", page),
        ("files.count", its),
    )


class Along:
    """Whether the first tab is looked at: where nothing of the last card was asked that would have been read along, a
    card is on another tab, or somebody leafs through many. Thread-safe."""

    def __init__(self) -> None:
        self._last: frozenset[str] = frozenset()
        self._is_wanted = True

    def asked(self, question: str) -> None:
        """A question was put."""
        if question in self._last:
            self._is_wanted = True

    def opens(self, questions: Collection[str]) -> bool:
        """A card opens with these questions: whether they are to be put now."""
        is_wanted, self._is_wanted = self._is_wanted, False
        self._last = frozenset(questions)
        return is_wanted
