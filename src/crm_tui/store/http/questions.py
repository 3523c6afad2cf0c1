"""Slots in which only the newest question matters: a newer one stops the older ones at once."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import NamedTuple

from crm_tui.waiting.stop import Stop

#: slots that the server is told of; it takes 64 of a device, whatever its programs call theirs
_MOST_SLOTS = 32


class Question(NamedTuple):
    """A place in a slot; ``slot`` is what the server calls it."""

    slot: str
    stop: Stop


class Questions:
    """The newest question of each slot. Thread-safe.

    The slots that were used longest ago give their places at the server to new ones, and two programs with one token
    share them: a question that is stopped there, and not here, is put again without a slot.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._newest: OrderedDict[str, Question] = OrderedDict()

    def ask(self, slot: str) -> Question:
        """A new question: calls for older ones in its slot raise Interrupted from now on."""
        with self._lock:
            before = self._newest.get(slot)
            question = Question(before.slot if before is not None else self._place(), Stop())
            self._newest[slot] = question
            self._newest.move_to_end(slot)
        if before is not None:
            before.stop.set()
        return question

    def _place(self) -> str:
        if len(self._newest) < _MOST_SLOTS:
            return str(len(self._newest))
        return self._newest.popitem(last=False)[1].slot
