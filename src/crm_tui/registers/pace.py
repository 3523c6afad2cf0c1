"""Keeps questions to a register at a pace that it asks for."""

from __future__ import annotations

from threading import Event, Lock

from crm_tui.waiting.clock import Clock, SystemClock


class Pace:
    """At most so many turns a second, however many threads ask for one. Retries and second questions of a look-up are
    turns as well: give it to BusinessRegisters, which takes one for each request."""

    def __init__(self, per_second: float, clock: Clock | None = None) -> None:
        self._apart = 1 / per_second
        self._clock = clock or SystemClock()
        self._lock = Lock()
        self._next = self._clock.monotonic()

    def wait(self, until: Event | None = None) -> None:
        """Wait for the next turn; ``until`` ends the wait early, and the turn is lost then."""
        with self._lock:
            now = self._clock.monotonic()
            turn = max(now, self._next)
            self._next = turn + self._apart
        if turn > now:
            self._clock.wait(turn - now, until or Event())
