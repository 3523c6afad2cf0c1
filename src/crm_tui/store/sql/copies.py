"""Whole copies of a database, and whether a database is sound."""

from __future__ import annotations

import os
import time
from contextlib import closing

import apsw

from crm_tui.store.sql import faults, filesystem

_STEPS_BETWEEN_LOOKS = 100_000  # of SQLite's virtual machine, a few milliseconds


def copy_database(source: apsw.Connection, target: str) -> None:
    """Copy a whole database to a new file of this user alone, and verify the copy.

    Inside a transaction of ``source`` it is the state of that moment, however much others write meanwhile.
    The copy is one file without journals, and on the disk on return. Raises Corrupt if it is not sound,
    FileExistsError if there is such a file, and apsw's errors.
    """
    filesystem.write_new(target, b"")
    flags = apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_NOFOLLOW
    with closing(apsw.Connection(target, flags=flags)) as copy:
        with copy.backup("main", source, "main") as backup:
            backup.step()
        copy.pragma("journal_mode", "delete")
        require_sound(copy, source.filename)
    filesystem.sync_file(target)


def require_sound(connection: apsw.Connection, path: str, *, seconds: float | None = None) -> bool:
    """Check every page, index and reference; raise Corrupt at the first fault.

    False if ``seconds`` were too short to look at everything. A quick_check would be faster, but does not see
    damaged indexes.
    """
    if seconds is not None:
        deadline = time.monotonic() + seconds
        connection.set_progress_handler(lambda: time.monotonic() > deadline, _STEPS_BETWEEN_LOOKS)
    try:
        verdict = connection.execute("PRAGMA integrity_check(1)").fetchall()[0][0]
        broken = connection.execute("PRAGMA foreign_key_check").fetchone()
    except apsw.InterruptError:
        return False
    finally:
        connection.set_progress_handler(None)
    if verdict != "ok":
        raise faults.damaged(path, str(verdict).replace("\n", " "))
    if broken is not None:
        raise faults.damaged(path, f"a row of {broken[0]} refers to one of {broken[2]} that is missing")
    return True


def remove_database(path: str) -> None:
    """Remove a database and its journals, where there are any."""
    for name in (path, *(path + suffix for suffix in filesystem.JOURNALS)):
        if os.path.lexists(name):
            os.unlink(name)
