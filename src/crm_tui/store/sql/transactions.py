"""Who has a transaction in a store, whatever database it is in: one who writes, a few who read, and of a slot only the
newest question. Imports nothing that costs time.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from crm_tui.domain.errors import Interrupted, Unavailable

TYPE_CHECKING = False  # without importing typing, which a look-up from the shell need not pay for
if TYPE_CHECKING:
    from typing import Any


class Question:
    """A place in a slot, where only the newest question matters. It may take several readings."""

    __slots__ = ("number", "slot")

    def __init__(self, slot: str, number: int) -> None:
        self.slot = slot
        self.number = number


class Reading:
    """One reading in progress or waiting. ``replaced`` once a newer question in its slot was asked; ``connection``
    while that may be told to stop."""

    __slots__ = ("connection", "question", "replaced")

    def __init__(self, question: Question | None) -> None:
        self.question = question
        self.connection: Any = None
        self.replaced = False

    def check(self) -> None:
        """Raise Interrupted if nobody waits for it any more."""
        if self.replaced:
            raise Interrupted


class Transactions:
    """What both kinds of open stores have. A thread has one transaction at a time."""

    def __init__(self, place: str, most_readers: int) -> None:
        self._place = place
        self._most_readers = most_readers
        self._closed = False
        self._busy_threads: set[int] = set()
        self._idle: list[Any] = []
        self._readers = 0
        self._newest: dict[str, int] = {}
        self._asked: set[Reading] = set()
        self._readings: set[Reading] = set()
        self._pool = threading.Condition()
        self._write_lock = threading.Lock()
        self._watch_lock = threading.Lock()

    @property
    def place(self) -> str:
        """Where it is, for people: its file, or the database and its server."""
        return self._place

    def question(self, slot: str) -> Question:
        """A new question in a slot: what is read for older ones is interrupted, now and whenever it begins."""
        with self._pool:
            number = self._newest[slot] = self._newest.get(slot, 0) + 1
            for reading in self._asked:
                if reading.question is not None and reading.question.slot == slot:
                    self._replace(reading)
            self._pool.notify_all()  # they may be waiting for a connection
        return Question(slot, number)

    def need_newest(self, question: Question) -> None:
        """Raise Interrupted once a newer question was asked in its slot: for work between readings."""
        with self._pool:
            if question.number < self._newest[question.slot]:
                raise Interrupted

    def _replace(self, reading: Reading) -> None:
        """Mark a reading as replaced, and have stopped what runs on its connection."""
        raise NotImplementedError

    def _wait_to_read(self, reading: Reading) -> Any:
        """An idle connection, or None: the place for a new one. Waits for it, unless the question is an old one."""
        with self._pool:
            self._require_open()
            question = reading.question
            if question is not None and question.number < self._newest[question.slot]:
                raise Interrupted
            self._asked.add(reading)
            try:
                while not self._idle and self._readers >= self._most_readers:
                    if reading.replaced or self._closed:
                        break
                    self._pool.wait()
                self._require_open()
                reading.check()
            except BaseException:
                self._asked.discard(reading)
                raise
            self._readings.add(reading)
            if not self._idle:
                self._readers += 1
                return None
            reading.connection = self._idle.pop()
            return reading.connection

    def _reads_with(self, reading: Reading, connection: Any) -> None:
        """From here on a reading is stopped by its connection."""
        with self._pool:
            reading.connection = connection

    def _has_read(self, reading: Reading) -> None:
        """From here on nobody interrupts its connection on behalf of a reading."""
        with self._pool:
            reading.connection = None
            self._asked.discard(reading)

    def _leave(self, reading: Reading, connection: Any) -> None:
        """Make room for others: with a connection for them, or None where it is of no more use."""
        with self._pool:
            self._asked.discard(reading)
            if connection is None:
                self._readers -= 1
            else:
                self._idle.append(connection)
            self._readings.discard(reading)
            self._pool.notify_all()

    def _end_readings(self) -> list[Any]:
        """Close it for those who come, interrupt what is being read, and return the connections that are left."""
        if threading.get_ident() in self._busy_threads:
            raise RuntimeError("this thread has a transaction still: end it before closing")
        with self._pool:
            self._closed = True
            self._pool.notify_all()
            for reading in self._readings:
                self._replace(reading)
            while self._readings:
                self._pool.wait()
            idle, self._idle = self._idle, []
        return idle

    def _require_open(self) -> None:
        if self._closed:
            raise Unavailable(f"{self.place} is closed.")

    @contextmanager
    def _only_transaction_of_thread(self) -> Iterator[None]:
        """Two at once in a thread would not see each other's changes, and could wait for one another."""
        thread = threading.get_ident()
        if thread in self._busy_threads:
            raise RuntimeError("this thread has a transaction already: hand its connection on")
        self._busy_threads.add(thread)
        try:
            yield
        finally:
            self._busy_threads.discard(thread)
