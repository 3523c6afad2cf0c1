"""The connections to a store: one that writes, a few that read, and where transactions begin and end."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager

import apsw

from crm_tui.domain.errors import Interrupted, Unavailable
from crm_tui.store.sql import copies, faults, filesystem, remnants
from crm_tui.store.sql.migrate import Migrations, schema_is_intact
from crm_tui.store.sql.opening import CHECK_SECONDS, Opened, prepare
from crm_tui.store.sql.sqlite import SqliteConnection
from crm_tui.store.sql.transactions import Question, Reading, Transactions

TYPE_CHECKING = False  # without importing typing, which a look-up from the shell need not pay for
if TYPE_CHECKING:
    from pathlib import Path

    from crm_tui.store.sql.file_contents import Contents

_MOST_READERS = 4
_READ_CACHE = -1_000  # KiB for each reader: pages of a million rows come as fast as with the 2,000 of SQLite
_STEPS_BETWEEN_LOOKS = 20_000  # of SQLite's virtual machine, about a millisecond


class Database(Transactions):
    """An open store. All methods may be called from any thread; a thread has one transaction at a time.

    Besides what each method says, all raise Unavailable and Corrupt.
    """

    def __init__(self, opened: Opened, migrations: Migrations) -> None:
        """Use ``Database.open``."""
        super().__init__(opened.path, _MOST_READERS)
        self._opened = opened
        self._migrations = migrations
        self._writer: SqliteConnection | None = None
        self._log_holds = 0  # as many erased people as remnants.finish wants to know, while readers hold the log
        self._watcher: SqliteConnection | None = None

    @classmethod
    def open(cls, path: Path | str, *, must_exist: bool = False, migrations: Migrations | None = None) -> Database:
        """Open the store at ``path``, or make a new one there unless it ``must_exist``.

        Raises Unavailable, Corrupt, or Invalid for a path that is no file; then nothing was changed.
        """
        name, migrations = os.fspath(path), migrations or Migrations()
        with faults.told(name, _surely):
            opened = prepare(name, migrations, must_exist=must_exist)
        database = cls(opened, migrations)
        try:
            with database.reading() as connection:
                if connection.pragma("user_version") != migrations.newest:
                    raise Unavailable(f"{opened.path} was replaced while it was being opened; try again.")
        except BaseException:
            database.close()
            raise
        return database

    @property
    def path(self) -> Path:
        """The store's file, absolute."""
        from pathlib import Path

        return Path(self._opened.path)

    @property
    def name(self) -> str:
        """What the store is called: its file, without the ending."""
        return self.path.stem

    @property
    def notices(self) -> tuple[str, ...]:
        """What the user should know about how it was opened, a sentence each."""
        return tuple(self._opened.notices)

    @property
    def read_only(self) -> bool:
        """Whether ``writing`` is refused."""
        return self._opened.read_only

    @property
    def broken(self) -> type[Exception]:
        """What comes out of a transaction that breaks a constraint."""
        return apsw.ConstraintError

    @property
    def version(self) -> int:
        """The version of the schema."""
        return self._migrations.newest

    @contextmanager
    def reading(self, question: Question | str | None = None) -> Iterator[SqliteConnection]:
        """A connection in a read transaction: all that is read in it is of one moment.

        For a question (the name of a slot makes a new one) it raises Interrupted once a newer one in the slot
        was asked. At most four read at the same time, others wait.
        """
        reading = Reading(self.question(question) if isinstance(question, str) else question)
        with self._only_transaction_of_thread(), self._told():
            connection = self._begin(reading)
            try:
                connection.execute("BEGIN")
                yield connection
                if reading.replaced:
                    raise Interrupted
            except apsw.SQLError as error:
                if not reading.replaced:
                    raise
                # an interrupt while a statement was being prepared: json_each "can't be constructed"
                raise Interrupted from error
            finally:
                self._end(reading, connection)

    @contextmanager
    def writing(self) -> Iterator[SqliteConnection]:
        """A connection in the one write transaction: committed at the end, taken back on any exception."""
        with self._only_transaction_of_thread(), self._write_lock, self._told():
            connection = self._writing_connection()
            try:
                _begin_immediate(connection)
                yield connection
                connection.execute("COMMIT")
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
            self._empty_log(connection)

    def overwrite_erased(self) -> None:
        """Leave nothing of erased people in unused places of the file. What can't be done now stays due: while others
        read what was before, until a later write or closing; where there is no room for it, until the next opening.
        """
        with self._only_transaction_of_thread(), self._write_lock, self._told():
            self._require_open()
            with closing(self._opened.connect(self._migrations)) as connection:
                erased = remnants.due(connection)
                if not erased:
                    return
                try:
                    remnants.rewrite(connection)
                except (apsw.BusyError, apsw.FullError, apsw.IOError, apsw.CantOpenError) as error:
                    self._opened.notices.append(
                        f"Unused places of {self._opened.path} may still hold data of people who were erased, because"
                        f" it could not be rewritten ({error}): it needs as much free space as it is big, and nobody"
                        " else writing to it. This is tried again at the next start."
                    )
                    return
                self._log_holds = erased
                self._empty_log(connection)

    @property
    def contents(self) -> Contents:
        """Where the contents of files are."""
        from pathlib import Path

        from crm_tui.store.sql.file_contents import FolderContents

        return FolderContents(Path(f"{self._opened.path}.files"), self.files_folder)

    def files_folder(self) -> Path:
        """The folder for the content of files, made if need be: ``<path>.files``, open to this user alone."""
        from pathlib import Path

        folder = f"{self._opened.path}.files"
        if not self.read_only:
            with self._told():
                filesystem.require_own_folder(folder)
        return Path(folder)

    def data_version(self) -> int:
        """A number that changes when anything was committed, by this process or another."""
        with self._watch_lock, self._told():
            self._require_open()
            if self._watcher is None:
                self._watcher = self._opened.connect(self._migrations)
            version: int = self._watcher.pragma("data_version")
            return version

    def close(self) -> None:
        """Interrupt what is being read, let what is being written finish, and close. May be called twice."""
        idle = self._end_readings()
        with self._write_lock, self._watch_lock, self._told():
            try:
                if self._writer is not None:
                    self._empty_log(self._writer)
                for connection in (*idle, self._watcher, self._writer):
                    if connection is not None:
                        connection.close()
            finally:
                self._watcher = self._writer = None
                self._opened.release()

    def _begin(self, reading: Reading) -> SqliteConnection:
        """Wait for a connection, unless the question is an old one already."""
        connection: SqliteConnection | None = self._wait_to_read(reading)
        if connection is None:
            try:
                connection = self._new_reader()
            except BaseException:
                self._leave(reading, None)
                raise
            self._reads_with(reading, connection)
        if reading.question is not None:
            # an interrupt reaches only the statement that is running; this stops those that follow, too
            connection.set_progress_handler(lambda: reading.replaced, _STEPS_BETWEEN_LOOKS)
        return connection

    def _new_reader(self) -> SqliteConnection:
        connection = self._opened.connect(self._migrations)
        connection.pragma("query_only", 1)
        connection.pragma("cache_size", _READ_CACHE)
        return connection

    def _replace(self, reading: Reading) -> None:
        reading.replaced = True
        if reading.connection is not None:
            reading.connection.interrupt()

    def _end(self, reading: Reading, connection: SqliteConnection) -> None:
        self._has_read(reading)
        connection.set_progress_handler(None)
        usable = False
        try:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            usable = connection.txn_state("main") == apsw.SQLITE_TXN_NONE
        finally:
            if not usable:  # an unfinished query still holds its moment: the next reading must not be of it
                connection.close(True)
            self._leave(reading, connection if usable else None)

    def _writing_connection(self) -> SqliteConnection:
        self._require_open()
        if self.read_only:
            raise Unavailable(f"{self._opened.path} is read-only; nothing can be changed in it.")
        if self._writer is None:
            self._writer = self._opened.connect(self._migrations)
        return self._writer

    def _empty_log(self, connection: SqliteConnection) -> None:
        if not self._log_holds:
            return
        try:
            is_done = remnants.finish(connection, self._log_holds)
        except (apsw.FullError, apsw.IOError):
            return  # it stays due, and what was written before is saved: that is what the caller is told
        if is_done:
            self._log_holds = 0

    @contextmanager
    def _told(self) -> Iterator[None]:
        with faults.told(self._opened.path, self._is_damaged):
            yield

    def _is_damaged(self) -> bool:
        path = self._opened.path
        with faults.told(path, _surely), closing(self._opened.connect(self._migrations)) as connection:
            copies.require_sound(connection, path, seconds=CHECK_SECONDS)
            return not schema_is_intact(connection, self._migrations)


def _surely() -> bool:
    """The store is damaged if SQLite does not understand even what is asked while it is opened."""
    return True


def _begin_immediate(connection: SqliteConnection) -> None:
    """Wait for the write lock as long as others come and go: SQLite serves who asks at the right moment, not
    who waits longest. A lock that nobody moves for the busy timeout is an error."""
    while True:
        before = connection.pragma("data_version")
        try:
            connection.execute("BEGIN IMMEDIATE")
        except apsw.BusyError:
            if connection.pragma("data_version") == before:
                raise
        else:
            return
