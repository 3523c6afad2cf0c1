"""The connections to a store in PostgreSQL: one that writes, some that read, and where transactions begin and end.

It keeps the promises of connections.Database. One writes at a time, over all programs: an advisory lock that ends with
the transaction has whoever writes wait for their turn, so that what a rule has read is still so when it is written.
A connection that broke is replaced; nothing is done twice by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import psycopg
from psycopg import errors

from crm_tui.domain.errors import Invalid, Unavailable
from crm_tui.store.sql import postgres_address, postgres_faults, postgres_migrate
from crm_tui.store.sql.postgres import PostgresConnection, PostgresDialect
from crm_tui.store.sql.postgres_address import Address
from crm_tui.store.sql.postgres_connect import connect
from crm_tui.store.sql.postgres_reading import PostgresReading, is_at_rest, nothing, replace
from crm_tui.store.sql.table_contents import TableContents
from crm_tui.store.sql.transactions import Question, Reading, Transactions

_MOST_READERS = 8
#: seconds that somebody else may take to write before it is said that nothing could be written now
_PATIENCE = 20.0
_WRITER_SETTINGS = b"SET idle_in_transaction_session_timeout = '5min'"
#: who may have unused places of the tables freed
_IS_OURS = "SELECT pg_has_role(relowner, 'MEMBER') FROM pg_class WHERE oid = to_regclass('contact')"
_REMNANTS = "Unused places of {} may still hold data of people who were erased, because"
_BEGIN_READING = b"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"


class PostgresDatabase(Transactions):
    """An open store. All methods may be called from any thread; a thread has one transaction at a time.

    Besides what each method says, all raise Unavailable and Corrupt.
    """

    def __init__(self, address: Address, *, most_readers: int = _MOST_READERS, patience: float = _PATIENCE) -> None:
        """Use ``PostgresDatabase.open``."""
        super().__init__(address.name, most_readers)
        self._patience = patience
        self._address = address
        self._spare: list[PostgresConnection] = []  # for what is done aside: a content is read part by part
        self._writer: PostgresConnection | None = None
        self._watcher: PostgresConnection | None = None
        self._lock = b""
        self._notices: list[str] = []
        self._read_only = False

    @classmethod
    def open(
        cls, address: Address, *, most_readers: int = _MOST_READERS, patience: float = _PATIENCE
    ) -> PostgresDatabase:
        """Open the store at an address, or make a new one in an empty database. Others are waited for, be it to write
        or to read, for ``patience`` seconds.

        Raises Unavailable, Corrupt, or Invalid for a database of somebody else; then nothing was changed.
        """
        database = cls(address, most_readers=most_readers, patience=patience)
        with postgres_faults.told(address.name):
            connection = database._connect()
            try:
                database._prepare(connection.raw)
            except BaseException:
                connection.raw.close()
                raise
        database._idle.append(connection)
        database._readers = 1
        return database

    @property
    def name(self) -> str:
        """What the store is called: the name of its database."""
        return self._address.database

    @property
    def notices(self) -> tuple[str, ...]:
        """What the user should know about how it was opened, a sentence each."""
        return tuple(self._notices)

    @property
    def read_only(self) -> bool:
        """Whether ``writing`` is refused."""
        return self._read_only

    @property
    def broken(self) -> type[Exception]:
        """What comes out of a transaction that breaks a constraint."""
        return PostgresDialect.broken

    @property
    def version(self) -> int:
        """The version of the schema."""
        return postgres_migrate.NEWEST

    @property
    def contents(self) -> TableContents:
        """Where the contents of files are: in tables of the database."""
        return TableContents(self.aside)

    @contextmanager
    def reading(self, question: Question | str | None = None) -> Iterator[PostgresConnection]:
        """A connection in a read transaction: all that is read in it is of one moment.

        For a question (the name of a slot makes a new one) it raises Interrupted once a newer one in the slot
        was asked. Some read at the same time, others wait.
        """
        reading = PostgresReading(self.question(question) if isinstance(question, str) else question)
        with self._only_transaction_of_thread(), postgres_faults.told(self.place):
            connection = self._begin(reading)
            try:
                connection.check = reading.check
                yield connection
                reading.check()
            except errors.QueryCanceled:
                reading.check()
                raise
            finally:
                self._end(reading, connection)

    @contextmanager
    def writing(self) -> Iterator[PostgresConnection]:
        """A connection in the one write transaction: committed at the end, taken back on any exception."""
        with self._only_transaction_of_thread(), self._write_lock, postgres_faults.told(self.place):
            connection = self._begin_writing()
            try:
                yield connection
                self._commit(connection)
            finally:
                if not is_at_rest(connection):
                    self._writer = None

    @contextmanager
    def aside(self) -> Iterator[PostgresConnection]:
        """A connection of its own in a transaction of its own, whatever else the thread does here; others go on
        writing meanwhile. Committed at the end, taken back on any exception."""
        with postgres_faults.told(self.place):
            with self._pool:
                self._require_open()
                spare = self._spare.pop() if self._spare else None
            connection = self._begun(spare, b"BEGIN")
            try:
                yield connection
                self._commit(connection)
            finally:
                usable = is_at_rest(connection)
                with self._pool:
                    if usable and not self._closed and not self._spare:
                        self._spare.append(connection)
                    else:
                        connection.raw.close()

    def overwrite_erased(self) -> None:
        """Have the places that erased people had in tables used again. What was there is overwritten as others come; a
        word that no row has any more stays in the index of words until that is rebuilt. Log files of the server and
        backups keep what they had, and go as those who run it have them go. What can't be done now stays due until the
        next erasure or opening: the people are erased already, so it is a notice and no error.
        """
        with self._only_transaction_of_thread(), self._write_lock:
            self._require_open()
            try:
                with postgres_faults.told(self.place):
                    connection = self._connect()
                    with closing(connection.raw):
                        self._reuse_places(connection)
            except Unavailable as error:
                self._notices.append(f"{_REMNANTS.format(self.place)} it could not be cleaned up: {error}")

    def _reuse_places(self, connection: PostgresConnection) -> None:
        if not connection.execute(_IS_OURS).get:
            self._notices.append(
                f"{_REMNANTS.format(self.place)} its tables are another user's: ask who runs it to VACUUM it."
            )
            return
        erased: int = connection.execute("SELECT erased FROM upkeep WHERE overwritten < erased").get or 0
        if erased:
            connection.raw.execute(b"VACUUM contact, contact_keyword, change_line, not_duplicate, external_alias")
            connection.execute("UPDATE upkeep SET overwritten = greatest(overwritten, ?)", (erased,))

    def data_version(self) -> int:
        """A number that changes when a change was committed, by this program or another: the newest one's id, read
        from the end of an index in one exchange with the server. To be told of changes instead (LISTEN) would cost
        every write a statement, and a line that died unnoticed would look like quiet."""
        with self._watch_lock, postgres_faults.told(self.place):
            self._require_open()
            for is_fresh in (False, True):
                if self._watcher is None:
                    self._watcher, is_fresh = self._connect(), True
                try:
                    version: int = self._watcher.execute("SELECT coalesce(max(id), 0) FROM change").get
                except psycopg.OperationalError:
                    self._watcher.raw.close()
                    self._watcher = None
                    if is_fresh:
                        raise
                else:
                    return version
        raise AssertionError("a fresh connection answers or raises")

    def close(self) -> None:
        """Interrupt what is being read, let what is being written finish, and close. May be called twice."""
        idle = self._end_readings()
        with self._pool:
            spare, self._spare = self._spare, []
        with self._write_lock, self._watch_lock:
            for connection in (*idle, *spare, self._watcher, self._writer):
                if connection is not None:
                    connection.raw.close()
            self._watcher = self._writer = None

    def _connect(self) -> PostgresConnection:
        return connect(self._address, self._patience)

    def _prepare(self, raw: psycopg.Connection[Any]) -> None:
        """Have the schema as it should be, and find out what may be done here."""
        if raw.execute(b"SHOW server_encoding").fetchone() != ("UTF8",):
            raise Invalid("address", f"{self.place} has another encoding than UTF8; make a database that has it")
        self._read_only = raw.execute(b"SHOW transaction_read_only").fetchone() == ("on",)
        if not self._read_only:
            postgres_migrate.migrate(raw, self.place)
            self._read_only = raw.execute(b"SELECT has_table_privilege('customer', 'UPDATE')").fetchone() == (0,)
        if self._read_only:
            self._notices.append(f"{self.place} is read-only; nothing can be changed in it.")
        row = raw.execute(b"SELECT relnamespace::bigint & 2147483647 FROM pg_class WHERE oid = 'crm_schema'::regclass")
        self._lock = b"BEGIN; SELECT pg_advisory_xact_lock(%d, %d)" % (postgres_migrate.LOCKS, *(row.fetchone() or ()))

    def _begin(self, reading: PostgresReading) -> PostgresConnection:
        """Wait for a connection, unless the question is an old one already, and begin its transaction."""
        connection: PostgresConnection | None = self._wait_to_read(reading)
        try:
            connection = self._begun(connection, _BEGIN_READING)
        except BaseException as error:
            if connection is not None:
                connection.raw.close()
            self._leave(reading, None)
            if isinstance(error, errors.QueryCanceled):
                reading.check()
            raise
        self._reads_with(reading, connection)
        return connection

    def _replace(self, reading: Reading) -> None:
        assert isinstance(reading, PostgresReading)  # noqa: S101 - there are no others here
        replace(reading)

    def _begun(self, connection: PostgresConnection | None, statement: bytes) -> PostgresConnection:
        """A connection with a transaction; in the place of one that broke while nobody used it, a new one."""
        if connection is not None:
            try:
                connection.raw.execute(statement)
            except psycopg.OperationalError:
                if not connection.raw.closed:
                    raise
            else:
                return connection
        connection = self._connect()
        try:
            connection.raw.execute(statement)
        except BaseException:
            connection.raw.close()
            raise
        return connection

    def _end(self, reading: PostgresReading, connection: PostgresConnection) -> None:
        self._has_read(reading)
        connection.check = nothing
        if reading.cancels is not None:
            reading.cancels.join()  # what it stops must not be the next reading's
        self._leave(reading, connection if is_at_rest(connection) else None)

    def _begin_writing(self) -> PostgresConnection:
        self._require_open()
        if self._read_only:
            raise Unavailable(f"{self.place} is read-only; nothing can be changed in it.")
        before = self._writer
        try:
            self._writer = self._begun(before, self._lock)
        except BaseException:
            if before is not None:
                before.raw.close()
            self._writer = None
            raise
        if self._writer is not before:
            self._writer.raw.execute(_WRITER_SETTINGS)
        return self._writer

    def _commit(self, connection: PostgresConnection) -> None:
        """Commit. A connection that breaks meanwhile leaves open whether it was done, and is told as that."""
        try:
            connection.raw.execute(b"COMMIT")
        except psycopg.OperationalError as error:
            if connection.raw.closed:
                raise postgres_faults.unanswered(self.place, error) from error
            raise


def open_at(url: str, password: str | None = None) -> PostgresDatabase:
    """Open the store at ``postgresql://...``, or make a new one in an empty database there."""
    return PostgresDatabase.open(postgres_address.read(url, password))
