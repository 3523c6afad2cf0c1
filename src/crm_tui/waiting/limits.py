"""Waiting for work on the network no longer than its time, whatever the network does.

No time-out of a socket bounds a look-up of a name in the DNS, or a server that sends a byte a second. So the work has
a thread of its own, which is left alone when its time is over or it is stopped: its connection is shut down, it finds
out before its next step, or by its own time-outs, and never keeps the program from ending.
"""

from __future__ import annotations

from collections.abc import Callable
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import NoReturn, TypeVar

from crm_tui.domain.errors import Interrupted
from crm_tui.waiting.clock import Clock
from crm_tui.waiting.stop import Stop

T = TypeVar("T")


class OutOfTime(Exception):
    """The time of the work is over, or nobody waits for it any more."""


class TimeLimit:
    """The time that a piece of work has, from now on."""

    def __init__(self, seconds: float, clock: Clock) -> None:
        self.seconds = seconds
        self.clock = clock
        self.over = Event()  # set once nobody waits any more
        self._end = clock.monotonic() + seconds
        self._given_up = Stop()
        self._given_up.then(self.over.set)

    @property
    def left(self) -> float:
        """Seconds that are left, more than 0. Raises OutOfTime."""
        left = self._end - self.clock.monotonic()
        if left <= 0 or self.over.is_set():
            raise OutOfTime
        return left

    def end(self) -> None:
        """Nobody waits any more."""
        self._given_up.set()

    def at_end(self, call: Callable[[], object]) -> None:
        """Have ``call`` called once nobody waits any more, or now if nobody does. It must not raise, nor wait."""
        self._given_up.then(call)

    def pause(self, seconds: float) -> None:
        """Let time go by, unless nobody waits any more. Raises OutOfTime."""
        self.clock.wait(min(seconds, self.left), self.over)
        _ = self.left


def wait_for(work: Callable[[], T], limit: TimeLimit, stop: Stop | None) -> T:
    """Carry out ``work`` and wait for what it gives or raises. Raises OutOfTime, and Interrupted at once when it is
    stopped."""
    outcomes: SimpleQueue[Callable[[], T]] = SimpleQueue()

    def run() -> None:
        try:
            result = work()
        except BaseException as error:  # whatever it is, it is raised where it is waited for
            outcomes.put(_raising(error))
        else:
            outcomes.put(lambda: result)

    def interrupt() -> None:
        outcomes.put(_raising(Interrupted()))

    if stop is not None:
        stop.then(interrupt)
        if stop.is_set:
            raise Interrupted
    try:
        Thread(target=run, name="waited for", daemon=True).start()
        outcome = outcomes.get(timeout=limit.left)
    except Empty:
        raise OutOfTime from None
    finally:
        limit.end()
        if stop is not None:
            stop.forget(interrupt)
    return outcome()


def _raising(error: BaseException) -> Callable[[], NoReturn]:
    def outcome() -> NoReturn:
        raise error

    return outcome
