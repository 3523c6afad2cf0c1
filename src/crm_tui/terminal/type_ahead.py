"""Keys in the order they were typed, each to where the one before has led.

Textual gives a key to whoever has the focus when it arrives. A key that moves the focus does so only after it has
gone up from the focused widget to the App, so of two keys that arrive together the second would go to the old place:
`/q`, typed quickly, would quit instead of looking for a q. Here a key waits until the one before has run its course.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Any

from textual import events
from textual.app import App
from textual.driver import Driver
from textual.message_pump import MessagePump
from textual.timer import Timer

#: seconds after which one may stop waiting; a store that does not answer must not lock the keyboard
LONG = 2.0
_WAITING = "What you type waits until what you asked for is there. Esc: wait no longer, and forget what was typed."


class Hold:
    """Lets keys wait for what is being opened or saved, until it is called; calling it again does nothing."""

    def __init__(self, owner: MessagePump, let_go: Callable[[Hold], object]) -> None:
        #: whether nobody wants to wait for it any more: what is opened now would get keys that are not meant for it
        self.is_given_up = False
        self._owner = owner
        self._let_go = let_go
        self._holds = True
        #: whether only a refresh is waited for, which never comes where another screen has come up instead
        self.is_there = False

    def __call__(self) -> None:
        if self._holds:
            self._holds = False
            self._let_go(self)

    def call_when_drawn(self, what: MessagePump) -> None:
        """What was waited for is there: call this once it is drawn."""
        self.is_there = True
        what.call_after_refresh(self)

    @property
    def is_forgotten(self) -> bool:
        """Whether nobody is left who would call it."""
        return not self._owner.is_running


class KeysInOrder(App[None]):
    """An App that lets one key run its course before the next, however long that takes."""

    def __init__(self, driver_class: type[Driver] | None = None) -> None:
        super().__init__(driver_class=driver_class)
        self._typed: deque[events.Key] = deque()
        self._is_under_way = False
        self._holds: dict[Hold, Timer] = {}
        self._takes_long = False
        self._has_told = False

    @property
    def keys_are_under_way(self) -> bool:
        """Whether a key that was typed may not have done yet what it does."""
        return bool(self._typed or self.message_queue_size or self._is_under_way)

    @property
    def keys_wait(self) -> bool:
        """Whether something was typed that has gone nowhere yet."""
        return bool(self._typed)

    def hold_keys(self, owner: MessagePump) -> Hold:
        """Let keys wait: ``owner`` is opening or saving what they are meant for. To call what it gives lets them go
        on, and so does the end of the owner. After LONG seconds Esc stops the waiting."""
        hold = Hold(owner, lambda each: self.call_later(self._let_go, each))
        self._holds[hold] = self.set_interval(LONG, partial(self._waits_long, hold))
        return hold

    def drop_keys(self) -> None:
        """Forget the keys that wait: they were not meant for what has come up instead."""
        self.call_later(lambda: self._typed.clear())  # after those that are on their way to the App

    async def _let_go(self, hold: Hold) -> None:
        if hold in self._holds:
            self._holds.pop(hold).stop()
        if self._holds:
            return
        self._takes_long = self._has_told = False
        if not self._is_under_way:
            self._is_under_way = True
            await self._arrived(self)

    def _waits_long(self, hold: Hold) -> None:
        if hold.is_forgotten or hold.is_there:
            hold()
            return
        self._takes_long = True
        self._tell_that_keys_wait()

    def _let_forgotten_go(self) -> None:
        for hold in self._holds:
            if hold.is_forgotten:
                hold()

    def _tell_that_keys_wait(self) -> None:
        if self._takes_long and self._typed and not self._has_told:
            self._has_told = True
            self.notify(_WAITING, severity="warning", timeout=10, markup=False)

    async def _wait_no_longer(self) -> None:
        self._typed.clear()
        for hold in self._holds:
            hold.is_given_up = True
            hold()

    async def on_event(self, event: events.Event) -> None:
        if not isinstance(event, events.Key) or event.is_forwarded:
            await super().on_event(event)
            return
        self._let_forgotten_go()
        if self._takes_long and event.key == "escape":
            await self._wait_no_longer()
            return
        self._typed.append(event)
        self._tell_that_keys_wait()
        if not self._is_under_way:
            await self._next_key()

    async def _next_key(self) -> None:
        """Hand out the next key, and follow it on its way up."""
        self._is_under_way = bool(self._typed) and not self._holds
        if not self._is_under_way:
            return
        target = self._target
        await super().on_event(self._typed.popleft())
        # Its binding runs when the key has gone all the way up; what that posts goes the same way once more.
        self._follow(target, partial(self._follow, target, partial(self._arrived, target)))

    @property
    def _target(self) -> MessagePump:
        return self.focused or self.screen

    def _follow(self, pump: MessagePump | None, then: Callable[[], object]) -> None:
        """Go the key's way, from queue to queue behind it, and do something once the App has had it, too."""
        while pump is not None and pump is not self:
            if pump.call_later(self._follow, pump._parent, then):
                return
            pump = pump._parent  # one that is closing takes no more messages
        # at the App the binding has run; the focus it asked for comes as one more message
        self.call_later(then)

    async def _arrived(self, followed: MessagePump) -> None:
        target = self._target
        if target is not followed:  # what the key has opened, or given the focus, may not be ready yet
            self._follow(target, partial(self._arrived, target))
        else:
            await self._next_key()


def hold_keys(owner: MessagePump) -> Hold:
    """Let the keys of an App wait, if it is one that can: see ``KeysInOrder.hold_keys``."""
    app = owner.app
    return app.hold_keys(owner) if isinstance(app, KeysInOrder) else Hold(owner, lambda _: None)


def has_typed_ahead(app: App[Any]) -> bool:
    """Whether keys wait in an App."""
    return isinstance(app, KeysInOrder) and app.keys_wait


def drop_keys(app: App[Any]) -> None:
    """Forget the keys that wait in an App, if it is one where they can: see ``KeysInOrder.drop_keys``."""
    if isinstance(app, KeysInOrder):
        app.drop_keys()
