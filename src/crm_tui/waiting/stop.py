"""Stopping from another thread what waits."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock


class Stop:
    """Stops calls from another thread: they raise Interrupted at once, whatever the network does."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._is_set = False
        self._calls: list[Callable[[], object]] = []

    @property
    def is_set(self) -> bool:
        """Whether it was stopped."""
        return self._is_set

    def set(self) -> None:
        """Stop what runs, and what is begun with it later."""
        with self._lock:
            self._is_set = True
            calls, self._calls = self._calls, []
        for call in calls:
            call()

    def then(self, call: Callable[[], object]) -> None:
        """Have ``call`` called when it is stopped, or now if it was. ``call`` must not raise, nor wait."""
        with self._lock:
            if not self._is_set:
                self._calls.append(call)
                return
        call()

    def forget(self, call: Callable[[], object]) -> None:
        """Call it no more: what it would have stopped is over. Many calls may follow each other with one Stop."""
        with self._lock:
            if call in self._calls:
                self._calls.remove(call)
