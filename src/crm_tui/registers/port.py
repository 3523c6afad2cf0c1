"""The registers as the rest of the program knows them.

Calls are synchronous, take a few seconds at most, and are made in worker threads. Failures are NotInRegister,
RegisterFailed, Invalid for what is no number of a register, and Interrupted for a call that was stopped.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Protocol

from crm_tui.domain.register_entry import RegisterEntry, RegisterHits
from crm_tui.domain.vat import RegisterCountry

#: how many of those that a register found by name are shown
MOST_HITS = 20


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


class Registers(Protocol):
    """The registers of all countries that can be asked."""

    def look_up(self, number: str, customer_country: str | None = None, *, stop: Stop | None = None) -> RegisterEntry:
        """The company with this VAT number or id, in the register of its country (domain.vat.register_number). What
        is no such number raises Invalid and never leaves the machine."""
        ...

    def search(self, country: RegisterCountry, name: str, *, stop: Stop | None = None) -> RegisterHits:
        """The first MOST_HITS companies that the register finds by a name."""
        ...
