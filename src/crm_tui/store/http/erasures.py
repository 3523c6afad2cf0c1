"""Erasures by others, followed by a cache that outlives the program: whoever was erased is gone from it, too."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from crm_tui.domain.errors import Unavailable
from crm_tui.store.http.cache import Cache, Entry

#: among the questions in the cache, none that is asked of a server
_NAME = "erasures"


class Erasures:
    """How many people were erased when the cache was filled. Thread-safe, like the cache."""

    def __init__(
        self, cache: Cache, ask: Callable[[], int], forget: Callable[[], object], clock: Callable[[], datetime]
    ) -> None:
        self._cache = cache
        self._ask = ask
        self._forget = forget
        self._clock = clock
        self._seen: int | None = None

    def follow(self, pulse: int | None) -> bool:
        """Empty the cache if somebody was erased since, and say so; asked once for each ``pulse``."""
        if pulse is None or pulse == self._seen:
            return False
        try:
            number = b"%d" % self._ask()
        except Unavailable:  # it is asked again next time
            return False
        kept = self._cache.find(_NAME)
        is_empty = kept is None or kept.body != number
        if is_empty:
            self._forget()
        self._cache.keep(_NAME, Entry("", number, self._clock(), ""))
        self._seen = pulse
        return is_empty
