"""Holds frames back until what a key has led to is whole.

Textual draws whatever is there: a new tab first as empty panels, then with other sizes, then with rows, each time
nearly all of the screen. Only the last of these frames is worth its bytes. So a frame that changes much waits until
nothing is under way any more: no message, no layout, no question to the store. One that changes little, such as a
move of the cursor, never waits.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from time import monotonic
from typing import Any
from weakref import WeakSet

from textual.app import App
from textual.worker import Worker

#: lines that a frame may change without having to wait
FEW_LINES = 3
#: seconds after which a frame is shown, whole or not
LONGEST = 0.5
# Seconds between two looks. How many there are at most: those, too, end the waiting, for a store that is slow; what a
# busy processor makes late is not counted. How often nothing must have been under way: a message may be between two
# queues.
_LOOK, _LOOKS, _QUIET = 0.002, 60, 2


class Settling:
    """Calls `show` once an App has come to rest."""

    def __init__(self, app: App[Any], show: Callable[[], None]) -> None:
        self._app, self._show = app, show
        self._waiting: asyncio.TimerHandle | None = None
        self._slow: WeakSet[Worker[Any]] = WeakSet()

    def show_soon(self) -> None:
        """Call `show` when nothing is under way, or when it takes too long."""
        if self._waiting is None:
            self._wait(monotonic(), 0, 0)

    def stop(self) -> None:
        """What waited is not to be shown."""
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _wait(self, since: float, looks: int, quiet: int) -> None:
        self._waiting = asyncio.get_running_loop().call_later(_LOOK, self._look, since, looks + 1, quiet)

    def _look(self, since: float, looks: int, quiet: int) -> None:
        if not self._app.screen_stack:  # the program has ended meanwhile
            self._waiting = None
            return
        running = [worker for worker in self._app.workers if worker.is_running]
        quiet = 0 if self._moves() or any(worker not in self._slow for worker in running) else quiet + 1
        late = looks >= _LOOKS or monotonic() - since >= LONGEST
        if quiet < _QUIET and not late:
            self._wait(since, looks, quiet)
            return
        if late:
            self._slow.update(running)  # for what takes so long nothing waits again
        self._waiting = None
        self._show()

    def _moves(self) -> bool:
        """Whether a message or a part of a frame is still on its way."""
        screen = self._app.screen
        # Not public in Textual, which has no other word for a frame that is to come.
        if screen._layout_required or screen._scroll_required or screen._repaint_required or screen._dirty_widgets:
            return True
        return bool(screen._callbacks or self._app.message_queue_size) or any(
            node.message_queue_size for node in self._app._registry
        )
