"""A database as a server has it: open once, on behalf of whoever asks, and looked after as long as it is served."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from typing import Self

from crm_tui.domain.errors import Unavailable
from crm_tui.store.sql.database import Database
from crm_tui.store.sql.facet import Binding
from crm_tui.store.sql.gate import SqlGate
from crm_tui.store.sql.store import SqlStore, is_empty, settle

#: seconds between two looks at what is over by now; a program on the screen looks when it starts
LOOK_EVERY = 600.0


class Served:
    """The store, bound to nobody, with its gate. Raises Unavailable for a store that nobody has set up."""

    def __init__(self, database: Database, clock: Callable[[], dt.datetime], name: str) -> None:
        self._database = database
        self._clock = clock
        try:
            if is_empty(database):
                raise Unavailable(f"Nobody has set up {name} yet; crm-tui --store does that when it opens it.")
            settle(database, clock())
        except BaseException:
            database.close()
            raise
        self.store = _Gated(Binding(database, "", clock))
        self.gate = SqlGate(database, clock)
        self._ended = threading.Event()
        self._looking = threading.Thread(target=self._look_after, name="upkeep", daemon=True)
        self._looking.start()

    def close(self) -> None:
        """Write what is not written yet, and close the database."""
        self._ended.set()
        self._looking.join()
        self.gate.close()
        self._database.close()

    def _look_after(self) -> None:
        while not self._ended.wait(LOOK_EVERY):
            try:
                settle(self._database, self._clock())
            except Unavailable:
                continue  # whoever asks for something is told; the next look makes up for it


class _Gated(SqlStore):
    """The store behind its gate."""

    def acting_as(self, login: str) -> Self:
        """The same store on behalf of a user whom the gate has just seen. To look for them once more would cost as much
        as half a small question: every call does, in its own transaction, and raises UnknownUser."""
        return self._bound(self._binding._replace(login=login))
