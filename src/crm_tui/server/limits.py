"""How often somebody may ask: buckets that fill up with time, one for each device or address, in memory."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable

from crm_tui.store.http.problems import Refused

#: full buckets are thrown away when there are more than this
_MANY = 10_000


class Buckets:
    """``burst`` at once, ``rate`` a second for long. Used from one thread: that of the event loop."""

    def __init__(self, rate: float, burst: int, clock: Callable[[], float]) -> None:
        self._rate, self._burst, self._clock = rate, burst, clock
        self._levels: dict[Hashable, tuple[float, float]] = {}

    def take(self, key: Hashable, number: int = 1) -> None:
        """Take from a bucket; Refused with the time to wait where there is too little in it."""
        now = self._clock()
        level = self._level(key, now)
        if level < number:
            seconds = math.ceil((number - level) / self._rate)
            raise Refused(429, f"Too many requests; try again in {seconds} seconds.", seconds)
        if len(self._levels) >= _MANY:
            self._levels = {each: kept for each, kept in self._levels.items() if self._level(each, now) < self._burst}
        self._levels[key] = (level - number, now)

    def _level(self, key: Hashable, now: float) -> float:
        level, since = self._levels.get(key, (float(self._burst), now))
        return min(self._burst, level + (now - since) * self._rate)
