"""Whether anybody changed anything, so that screens know when to read again."""

from __future__ import annotations

import threading

from crm_tui.store.sql.database import Database


class Pulse:
    """The newest change of a database. It is read again only after something was committed."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._version: int | None = None
        self._newest = 0

    def read(self) -> int:
        """The id of the newest change; 0 before the first."""
        version = self._database.data_version()  # before the change, so that one committed between is seen next time
        with self._lock:
            if version != self._version:
                with self._database.reading() as con:
                    self._newest = con.execute("SELECT coalesce(max(id), 0) FROM change").get
                self._version = version
            return self._newest
