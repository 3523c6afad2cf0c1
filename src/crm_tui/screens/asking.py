"""How screens ask the store: in a worker thread, with the newest question of a kind winning.

``ask`` runs a store call off the UI thread and hands its answer to a method on the UI thread. A newer question in
the same slot interrupts the older one, and an answer that comes too late is dropped. A foreseen failure becomes a
``Failed`` message, which bubbles up to the screen; any other exception is an error of ours and ends the program
with a report.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from textual.message import Message
from textual.message_pump import MessagePump
from textual.worker import Worker, WorkerState

from crm_tui.domain.errors import CrmError, Interrupted
from crm_tui.store.port import Store
from crm_tui.terminal.type_ahead import Hold, hold_keys

T = TypeVar("T")
#: how the groups of workers begin that change something
TELL = "tell "


class Asking(MessagePump):
    """Mixin for screens and widgets that read from a store."""

    @dataclass
    class Answered(Message, bubble=False):
        """A store call came back."""

        slot: str
        generation: int
        deliver: Callable[[], None]

    @dataclass
    class Failed(Message):
        """A store call could not be carried out."""

        error: CrmError

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._generations: Counter[str] = Counter()
        self._opening: dict[str, Hold] = {}

    def ask(
        self,
        store: Store,
        slot: str,
        call: Callable[[Store], T],
        then: Callable[[T], None],
        *,
        failed: Callable[[], None] | None = None,
    ) -> None:
        """Run ``call`` with the store in a thread, then ``then`` with its answer here, unless a newer question
        in this slot has been asked meanwhile. ``failed`` is called, too, before a failure is said."""
        self.look(slot, partial(call, store.latest(f"{id(self)}.{slot}")), then, failed=failed)

    def ask_to_open(self, store: Store, slot: str, call: Callable[[Store], T], show: Callable[[T], None]) -> None:
        """``ask`` for what a dialog needs that ``show`` opens: keys that are typed meanwhile are for that dialog."""
        if slot in self._opening:
            self._opening[slot]()  # what was asked for before does not come any more
        release = self._opening[slot] = hold_keys(self)

        def open_(answer: T) -> None:
            if release.is_given_up:
                return
            show(answer)
            release.call_when_drawn(self)

        self.ask(store, slot, call, open_, failed=release)

    def look(
        self, slot: str, call: Callable[[], T], then: Callable[[T], None], *, failed: Callable[[], None] | None = None
    ) -> None:
        """The same for what is read elsewhere, such as the disk: an older call runs to its end, unheard."""
        self._generations[slot] += 1
        generation = self._generations[slot]

        def work() -> None:
            try:
                answer = call()
            except Interrupted:
                return  # a newer question took its place, and will be answered
            except CrmError as error:
                self.post_message(self.Answered(slot, generation, partial(self._fail, error, failed)))
            else:
                self.post_message(self.Answered(slot, generation, partial(then, answer)))

        self._run(work, slot)

    def tell(self, call: Callable[[], T], then: Callable[[T], None] | None = None) -> None:
        """Run a call that changes something in a thread; never cancelled, its answer never dropped."""
        slot = f"{TELL}{self._generations.total()}"
        self._generations[slot] += 1

        def work() -> None:
            try:
                answer = call()
            except CrmError as error:
                self.post_message(self.Answered(slot, 1, partial(self._fail, error)))
            else:
                if then is not None:
                    self.post_message(self.Answered(slot, 1, partial(then, answer)))

        self._run(work, slot)

    def _run(self, work: Callable[[], None], slot: str) -> None:
        from textual.dom import DOMNode

        assert isinstance(self, DOMNode)  # noqa: S101 - a mixin for widgets and screens
        self.run_worker(work, thread=True, exclusive=False, group=slot, exit_on_error=False)

    def _fail(self, error: CrmError, failed: Callable[[], None] | None = None) -> None:
        if failed is not None:
            failed()
        self.post_message(self.Failed(error))

    def on_asking_answered(self, event: Answered) -> None:
        event.stop()
        if event.generation == self._generations[event.slot]:
            event.deliver()

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        if event.state is WorkerState.ERROR and event.worker.error is not None:
            raise event.worker.error


def attempt(call: Callable[[], T]) -> T | CrmError:
    """What it gives, or why it failed: for questions whose failure is said where it belongs, not by ``Failed``."""
    try:
        return call()
    except Interrupted:
        raise
    except CrmError as error:
        return error
