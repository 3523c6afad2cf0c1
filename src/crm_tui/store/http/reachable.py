"""Whether the server answers, and how old is what is shown while it does not."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime

from crm_tui.store.reach import HERE, Reach


class Reachable:
    """What is known of the way to the server, by whoever tried it last. Thread-safe."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._reach = HERE

    @property
    def reach(self) -> Reach:
        """As it is now; costs nothing."""
        return self._reach

    @property
    def is_lost(self) -> bool:
        """Whether the server did not answer when it was tried last."""
        return self._reach.offline_since is not None

    def lost(self) -> None:
        """It did not answer."""
        with self._lock:
            if self._reach.offline_since is None:
                self._reach = Reach(offline_since=self._clock())

    def back(self) -> None:
        """It answered."""
        with self._lock:
            self._reach = HERE

    def shown(self, read_at: datetime) -> None:
        """Something that was read before is shown, because it does not answer."""
        with self._lock:
            reach = self._reach
            if reach.offline_since is not None and (reach.as_of is None or read_at < reach.as_of):
                self._reach = Reach(offline_since=reach.offline_since, as_of=read_at)
