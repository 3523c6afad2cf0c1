"""A copy that kills its own process in the middle: ``python -m tests.store.copying.killed_copy FROM TO WHERE``."""

from __future__ import annotations

import datetime as dt
import os
import signal
import sys
from contextlib import AbstractContextManager, closing
from pathlib import Path

from crm_tui.store.sql.copy_ends import Target
from crm_tui.store.sql.copy_rows import Rows
from crm_tui.store.sql.copy_to_postgres import into_postgres
from crm_tui.store.sql.copy_to_sqlite import into_file
from crm_tui.store.sql.copying import copy
from crm_tui.store.sql.store import open_store


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def into(address: str) -> AbstractContextManager[Target]:
    return into_file(Path(address)) if address.startswith("/") else into_postgres(address)


def main(begin: str, end: str, where: str) -> None:
    def kill(what: str, done: int) -> None:
        if what == where:
            os.kill(os.getpid(), signal.SIGKILL)

    with closing(open_store(Path(begin), login="sanna", clock=now)) as source, into(end) as target:
        copy(Rows(source.portable), target, now(), kill)


if __name__ == "__main__":
    main(*sys.argv[1:])
