"""The end of a server comes by a signal. What has no end of its own is ended then: it would keep the server waiting."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def at_signals(stop: Callable[[], None]) -> None:
    """Call ``stop`` in this event loop when the process is told to end. A handler that the loop has for the signal is
    called as well: it hears of signals by a pipe of its own (signal.set_wakeup_fd). In the main thread alone."""
    loop = asyncio.get_running_loop()

    def told(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(stop)

    for number in _SIGNALS:
        signal.signal(number, told)
