"""Whole copies of a database, and whether a database is sound."""

from __future__ import annotations

import os
import time
from contextlib import closing

import apsw

from crm_tui.store.sql import faults, filesystem

_FLAGS = apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_NOFOLLOW
_STEPS_BETWEEN_LOOKS = 100_000  # of SQLite's virtual machine, a few milliseconds


def copy_database(source: apsw.Connection, target: str) -> None:
    """Copy a whole database to a new file of this user alone.

    Inside a transaction of ``source`` it is the state of that moment, however much others write meanwhile.
    Raises FileExistsError if there is such a file, and apsw's errors.
    """
    filesystem.write_new(target, b"")
    with closing(apsw.Connection(target, flags=_FLAGS)) as made, made.backup("main", source, "main") as backup:
        backup.step()


def check_copy(target: str, path: str) -> None:
    """Make a copy one file without journals and have it on the disk; Corrupt if it is not sound.

    ``path`` is the store it was made of, which is damaged then.
    """
    with closing(apsw.Connection(target, flags=_FLAGS)) as copy:
        copy.pragma("journal_mode", "delete")
        require_sound(copy, path)
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
        fault = _first_fault(connection)
    except apsw.InterruptError:
        return False
    except (apsw.CorruptError, apsw.SQLError) as error:
        raise faults.damaged(path, error) from error
    finally:
        connection.set_progress_handler(None)
    if fault is not None:
        raise faults.damaged(path, fault)
    return True


def _first_fault(connection: apsw.Connection) -> str | None:
    verdict = str(connection.execute("PRAGMA integrity_check(1)").fetchall()[0][0])
    if verdict != "ok":
        return verdict.replace("\n", " ")
    broken = connection.execute("PRAGMA foreign_key_check").fetchone()
    return broken and f"a row of {broken[0]} refers to one of {broken[2]} that is missing"


def remove_database(path: str) -> None:
    """Remove a database and its journals, where there are any."""
    for name in (path, *(path + suffix for suffix in filesystem.JOURNALS)):
        if os.path.lexists(name):
            os.unlink(name)
