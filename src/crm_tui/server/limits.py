"""How often somebody may ask, by device or network: buckets that fill up with time, in memory; and how much of what
takes long somebody may have at a time."""

from __future__ import annotations

import ipaddress
import math
from collections import Counter
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager

from crm_tui.store.http.problems import Refused

#: full buckets are thrown away when there are more than this
_MANY = 10_000
#: seconds until it is worth while to try for a place again
_SOON = 5


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
        self._keep(key, level - number, now)

    def charge(self, key: Hashable, number: int) -> None:
        """Take from a bucket whatever is in it; what is missing has to come before anybody takes from it again."""
        now = self._clock()
        self._keep(key, self._level(key, now) - number, now)

    def _keep(self, key: Hashable, level: float, now: float) -> None:
        if len(self._levels) >= _MANY:
            self._levels = {each: kept for each, kept in self._levels.items() if self._level(each, now) < self._burst}
        self._levels[key] = (level, now)

    def _level(self, key: Hashable, now: float) -> float:
        level, since = self._levels.get(key, (float(self._burst), now))
        return min(self._burst, level + (now - since) * self._rate)


class Places:
    """``most`` at a time for each key. Used from the thread of the event loop."""

    def __init__(self, most: int, what: str) -> None:
        self._most, self._what = most, what
        self._taken: Counter[Hashable] = Counter()

    @contextmanager
    def one(self, key: Hashable) -> Iterator[None]:
        """A place, given back at the end; Refused where there is none."""
        if self._taken[key] >= self._most:
            raise Refused(429, f"{self._what}: no more than {self._most} at a time; try again later.", _SOON)
        self._taken[key] += 1
        try:
            yield
        finally:
            self._taken[key] -= 1
            if not self._taken[key]:
                del self._taken[key]


def network_of(address: str) -> str:
    """Whom an address belongs to: somebody with IPv6 has a whole network of them (/64). A port is left out."""
    host = address.removeprefix("[").partition("]")[0] if address.startswith("[") else address
    if host.count(":") == 1:
        host = host.partition(":")[0]
    try:
        found = ipaddress.ip_address(host)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address):
        return str(found.ipv4_mapped or ipaddress.ip_network((int(found), 64), strict=False))
    return str(found)
