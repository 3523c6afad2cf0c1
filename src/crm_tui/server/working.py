"""Calls of the store: in threads, so many at a time, and no longer than they may take."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import anyio
from anyio import CapacityLimiter, to_thread

from crm_tui.domain.errors import MaybeSaved, Unavailable
from crm_tui.store.http.problems import Refused
from crm_tui.store.port import Store

T = TypeVar("T")
#: a device has so many different slots; a store remembers each
_MOST_SLOTS = 64


class Work:
    """Threads for the calls of one server."""

    def __init__(self, store: Store, threads: int) -> None:
        self.store = store
        self._limiter = CapacityLimiter(threads)
        self._slots: defaultdict[int, set[str]] = defaultdict(set)
        self._lock = threading.Lock()
        self._free: list[int] = []
        self._made = 0

    async def run(
        self, work: Callable[[], T], seconds: float, stop: Callable[[], object] | None = None, *, writes: bool = False
    ) -> T:
        """What ``work`` gives. Unavailable where it takes longer; ``stop`` is called then, to end it. What ``writes``
        is never ended, and may be carried out after all: it raises MaybeSaved."""
        with anyio.move_on_after(seconds):
            return await to_thread.run_sync(work, limiter=self._limiter, abandon_on_cancel=True)
        if stop is not None:
            stop()
        busy = f"The server is busy: there is no answer after {seconds:g} seconds."
        if writes:
            raise MaybeSaved(f"{busy} It may have been saved: look before you do it again.")
        raise Unavailable(f"{busy} Try again later.")

    def slot(self, device: int, name: str) -> str:
        """The slot of a device; Refused where it has too many of them."""
        with self._lock:
            slots = self._slots[device]
            if name not in slots and len(slots) >= _MOST_SLOTS:
                raise Refused(400, f"A device has at most {_MOST_SLOTS} slots.")
            slots.add(name)
        return f"{device}:{name}"

    @contextmanager
    def own_slot(self) -> Iterator[str]:
        """A slot for a question that no other replaces, by which it can be stopped."""
        with self._lock:
            if self._free:
                number = self._free.pop()
            else:
                number, self._made = self._made, self._made + 1
        try:
            yield f"server:{number}"
        finally:
            with self._lock:
                self._free.append(number)
