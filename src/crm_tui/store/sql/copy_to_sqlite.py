"""A new store in a file that a copy goes into: by its header it is no store yet, so that nobody opens it.

References are not checked while it is written, and indexes are missing: rows come in batches, each of which is on the
disk before the next, and a batch may point to rows of a later one.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import apsw

from crm_tui.domain.errors import Invalid, Unavailable
from crm_tui.store.sql import copies, copy_state, faults, filesystem
from crm_tui.store.sql.copy_state import State
from crm_tui.store.sql.file_contents import FolderContents
from crm_tui.store.sql.filesystem import StoreLock
from crm_tui.store.sql.migrate import APPLICATION_ID, UNFINISHED_ID, Migrations, new_database
from crm_tui.store.sql.opening import connect, header, make_room
from crm_tui.store.sql.sqlite import SqliteConnection


@contextmanager
def into_file(path: Path) -> Iterator[FileTarget]:
    """The new store at ``path``. Raises Invalid where a store is already, Unavailable, and Corrupt."""
    name = filesystem.absolute(os.fspath(path))
    with faults.told(name):
        if not _is_begun(name):
            make_room(name)
            _need_no_contents(name)
        lock = StoreLock(name)
        try:
            if not lock.take_alone():
                raise Unavailable(f"{name} is in use by another program; close that, and copy again.")
            if not _is_begun(name):
                _create(name)
            _need_unfinished(name)
            target = FileTarget(name)
            try:
                yield target
            finally:
                target.con.close()
        finally:
            lock.release()


class FileTarget:
    """A new store that is not whole yet, as copy_ends.Target wants it."""

    def __init__(self, path: str) -> None:
        """Use ``into_file``."""
        self._path = path
        self.contents = _contents(path)
        self.con = _connect(path)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """What is written is there at the end, or not at all."""
        with self.con:
            yield

    def state(self) -> State | None:
        """How far it is."""
        return copy_state.read(self.con)

    def keep(self, state: State) -> None:
        """Remember how far it is."""
        copy_state.keep(self.con, state)

    def begin(self) -> State:
        """Empty it, and take away what makes writing slow. Whoever is interrupted meanwhile begins anew, and finds no
        contents that seem to be another's."""
        with self.con:
            copy_state.forget(self.con)
        self.con.close()
        self.contents.discard(self.contents.kept())
        copies.remove_database(self._path)
        _create(self._path)
        self.con = _connect(self._path)
        with self.con:
            state = State(0, "", tuple(self.con.dialect.bulk.drop_indexes(self.con)))
            self.keep(state)
        return state

    def settle(self) -> None:
        """Raise Invalid, naming a row, if one points to what is not there."""
        for table, row, parent, _ in self.con.execute("PRAGMA foreign_key_check"):
            raise Invalid("records", f"row {row} of {table} points to a row of {parent} that is not there")

    def publish(self) -> None:
        """From now on it is a store like any other."""
        self.con.pragma("synchronous", 2)
        with self.con:
            copy_state.remove(self.con)
            self.con.pragma("application_id", APPLICATION_ID)
        self.con.pragma("wal_checkpoint", "truncate")

    @property
    def undone(self) -> str:
        """What people do to take away all that was copied."""
        return f"Delete {self._path} and {self._path}.files"


def _is_begun(path: str) -> bool:
    """Whether a copy into it was begun; raises Invalid for a store."""
    if filesystem.require_own_file(path) is None:
        return False
    application, version, _ = header(path)
    if application == UNFINISHED_ID and version == Migrations().newest:
        return True
    if application == UNFINISHED_ID:
        raise Invalid(
            "to", f"{path} is a copy that another version of crm-tui began: delete it and {path}.files, and copy again"
        )
    raise Invalid("to", f"{path} is there already; a copy goes into a new store: name another, or move it away")


def _need_unfinished(path: str) -> None:
    """Put what is in its log into the file; raise Invalid if that makes it a store: who was interrupted had said so in
    the log, and nowhere else."""
    if filesystem.has_unfinished_journal(path):
        flags = apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_NOFOLLOW
        with closing(SqliteConnection(path, flags=flags)) as con:
            con.pragma("wal_checkpoint", "truncate")
        if header(path)[0] == APPLICATION_ID:
            raise Invalid("to", f"{path} is whole already: the copy into it was done when it was interrupted; open it")


def _need_no_contents(path: str) -> None:
    """Raise Invalid where contents of files lie that a copy would take for its own."""
    if _contents(path).any_kept():
        raise Invalid(
            "to", f"{path} is new, but {path}.files has contents of another store: move them away, or name another"
        )


def _contents(path: str) -> FolderContents:
    folder = Path(f"{path}.files")
    return FolderContents(folder, lambda: filesystem.require_own_folder(str(folder)))


def _create(path: str) -> None:
    temporary = f"{path}.new"
    copies.remove_database(temporary)  # of one who was killed here
    filesystem.write_new(temporary, new_database(Migrations()))
    with closing(SqliteConnection(temporary, flags=apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_NOFOLLOW)) as con:
        con.pragma("application_id", UNFINISHED_ID)
        copy_state.make(con)
    filesystem.publish(temporary, path)


def _connect(path: str) -> SqliteConnection:
    con = connect(path, "wal", Migrations(), application=UNFINISHED_ID)
    con.pragma("foreign_keys", 0)
    con.pragma("synchronous", 1)  # what the power takes along, but never in part, is copied again
    return con
