"""Questions that are on their way: who asks the same meanwhile waits for the answer of the first."""

from __future__ import annotations

import threading

from crm_tui.domain.errors import Interrupted
from crm_tui.store.http.cache import Entry
from crm_tui.waiting.stop import Stop


class Flight:
    """One question on its way. ``state`` is that of the store when it was put."""

    def __init__(self, state: str) -> None:
        self.state = state
        self._landed = Stop()
        self._entry: Entry | None = None

    def land(self, entry: Entry | None) -> None:
        """It is over; None: without an answer that others could use."""
        self._entry = entry
        self._landed.set()

    def wait(self, stop: Stop | None) -> Entry | None:
        """The answer, once it is here. Raises Interrupted at once when ``stop`` is set."""
        heard = threading.Event()
        self._landed.then(heard.set)
        if stop is not None:
            stop.then(heard.set)
        try:
            heard.wait()
        finally:
            self._landed.forget(heard.set)
            if stop is not None:
                stop.forget(heard.set)
        if stop is not None and stop.is_set:
            raise Interrupted
        return self._entry


class Flights:
    """All that are on their way. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._flights: dict[str, Flight] = {}

    def join(self, question: str, state: str) -> tuple[Flight, bool]:
        """The flight of a question, and whether it is a new one, which the caller has to make and end."""
        with self._lock:
            flight = self._flights.get(question)
            if flight is not None and flight.state == state:
                return flight, False
            flight = self._flights[question] = Flight(state)
            return flight, True

    def end(self, question: str, flight: Flight, entry: Entry | None) -> None:
        """A flight is over."""
        with self._lock:
            if self._flights.get(question) is flight:
                del self._flights[question]
        flight.land(entry)
