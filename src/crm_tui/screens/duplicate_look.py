"""Looking through all of a kind for pairs: it takes long, so it tells how far it is and can be stopped."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import Interrupted, NotFound
from crm_tui.store.port import Store

#: seconds between two reports of how far it has come
_TELL_EVERY = 0.25


class Look:
    """One look through all of a kind. ``tell`` is called now and then with how many of how many are compared, in the
    thread that looks."""

    def __init__(self, tell: Callable[[int, int], None]) -> None:
        self.is_stopped = False
        self.done, self.total = 0, 0
        self._tell = tell
        self._told = 0.0

    def compared(self, done: int, total: int) -> None:
        """Called in the thread that looks."""
        if self.is_stopped:
            raise Interrupted
        self.done, self.total = done, total
        now = monotonic()
        if now - self._told >= _TELL_EVERY:
            self._told = now
            self._tell(done, total)


def is_there(store: Store, kind: Kind, key: int) -> bool:
    """Whether a customer or a contact is still there."""
    try:
        if kind is Kind.CUSTOMER:
            store.customers.get(key)
        else:
            return not store.contacts.get(key).is_deleted
    except NotFound:
        return False
    return True
