"""Whether the server answers, and how old is what is shown while it does not."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from msgspec.structs import replace

from crm_tui.store.reach import HERE, Reach

#: so long nobody waits for another try who has an answer of before
_JUST_NOW = timedelta(seconds=10)


class Reachable:
    """What is known of the way to the server, by whoever tried it last. Thread-safe."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._reach = HERE
        self._tried_at: datetime | None = None
        self._losses = 0

    @property
    def reach(self) -> Reach:
        """As it is now; costs nothing."""
        return self._reach

    @property
    def is_lost(self) -> bool:
        """Whether the server did not answer when it was tried last."""
        return self._reach.offline_since is not None

    @property
    def was_tried_just_now(self) -> bool:
        """Whether it did not answer a moment ago."""
        return self._tried_at is not None and timedelta(0) <= self._clock() - self._tried_at < _JUST_NOW

    @property
    def losses(self) -> int:
        """How often it did not answer."""
        return self._losses

    def lost(self, *, only_database: bool = False) -> None:
        """It did not answer, or its database did not."""
        with self._lock:
            self._losses += 1
            self._tried_at = self._clock()
            since = self._reach.offline_since or self._tried_at
            self._reach = replace(self._reach, offline_since=since, only_database=only_database)

    def back(self, losses: int | None = None) -> None:
        """It answered, to who asked after so many ``losses``: what was on its way before the last one is no news."""
        with self._lock:
            if losses is None or losses == self._losses:
                self._reach = HERE

    def shown(self, read_at: datetime) -> None:
        """Something that was read before is shown, because it does not answer."""
        with self._lock:
            reach = self._reach
            if reach.offline_since is not None and (reach.as_of is None or read_at < reach.as_of):
                self._reach = replace(reach, as_of=read_at)
