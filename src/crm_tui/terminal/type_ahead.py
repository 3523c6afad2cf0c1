"""Keys in the order they were typed, each to where the one before has led.

Textual gives a key to whoever has the focus when it arrives. A key that moves the focus does so only after it has
gone up from the focused widget to the App, so of two keys that arrive together the second would go to the old place:
`/q`, typed quickly, would quit instead of looking for a q. Here a key waits until the one before has run its course.
"""

from collections import deque
from collections.abc import Callable
from functools import partial
from time import monotonic
from typing import Any

from textual import events
from textual.app import App
from textual.driver import Driver
from textual.message_pump import MessagePump

#: seconds after which a key no longer waits for one that got lost, say with a widget that was removed
PATIENCE = 0.25
#: seconds that keys wait at most for what they are meant for; a store that does not answer must not lock the keyboard
LONGEST_HOLD = 2.0


class KeysInOrder(App[None]):
    """An App that lets one key run its course before the next."""

    def __init__(self, driver_class: type[Driver] | None = None) -> None:
        super().__init__(driver_class=driver_class)
        self._typed: deque[events.Key] = deque()
        self._under_way_since: float | None = None
        self._holding = 0

    @property
    def keys_are_under_way(self) -> bool:
        """Whether a key that was typed may not have done yet what it does."""
        return bool(self._typed or self.message_queue_size or self._under_way_since is not None)

    def hold_keys(self) -> Callable[[], None]:
        """Let keys wait: what they are meant for is being opened. Gives what lets them go on; calling that again
        does nothing. After LONGEST_HOLD seconds they go on by themselves."""
        self._holding += 1
        holds = True

        def release() -> None:
            nonlocal holds
            if holds:
                holds = False
                timer.stop()
                self.call_later(self._release_keys)

        timer = self.set_timer(LONGEST_HOLD, release)
        return release

    def drop_keys(self) -> None:
        """Forget the keys that wait: they were not meant for what has come up instead."""
        self.call_later(lambda: self._typed.clear())  # after those that are on their way to the App

    async def _release_keys(self) -> None:
        self._holding -= 1
        if not self._holding and self._under_way_since is None:
            await self._next_key()

    async def on_event(self, event: events.Event) -> None:
        if not isinstance(event, events.Key) or event.is_forwarded:
            await super().on_event(event)
            return
        self._typed.append(event)
        since = self._under_way_since
        if since is None or monotonic() - since > PATIENCE:
            await self._next_key()

    async def _next_key(self) -> None:
        """Hand out the next key, and follow it on its way up."""
        if not self._typed or self._holding:
            self._under_way_since = None
            return
        began = self._under_way_since = monotonic()
        target: MessagePump = self.focused or self.screen
        await super().on_event(self._typed.popleft())
        # Its binding runs when the key has gone all the way up; what that posts goes the same way once more.
        self._follow(target, partial(self._follow, target, partial(self.call_later, self._arrived, began)))

    def _follow(self, pump: MessagePump | None, then: Callable[[], object]) -> None:
        """Go the key's way, from queue to queue behind it, and do something once the App has had it, too."""
        while pump is not None and pump is not self:
            if pump.call_later(self._follow, pump._parent, then):
                return
            pump = pump._parent  # one that is closing takes no more messages
        # at the App the binding has run; the focus it asked for comes as one more message
        self.call_later(then)

    async def _arrived(self, began: float) -> None:
        if began == self._under_way_since:
            await self._next_key()


def hold_keys(app: App[Any]) -> Callable[[], None]:
    """Let the keys of an App wait, if it is one that can: see ``KeysInOrder.hold_keys``."""
    return app.hold_keys() if isinstance(app, KeysInOrder) else lambda: None


def drop_keys(app: App[Any]) -> None:
    """Forget the keys that wait in an App, if it is one where they can: see ``KeysInOrder.drop_keys``."""
    if isinstance(app, KeysInOrder):
        app.drop_keys()
