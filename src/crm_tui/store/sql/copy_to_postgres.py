"""A new store in PostgreSQL that a copy goes into: what marks it as a store says that it is not whole yet, so that
nobody opens it, and it has neither references nor indexes until it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

from crm_tui.domain.errors import Invalid, Unavailable
from crm_tui.store.sql import copy_state, postgres_address, postgres_bulk, postgres_faults, postgres_migrate
from crm_tui.store.sql.copy_state import State
from crm_tui.store.sql.postgres import PostgresConnection
from crm_tui.store.sql.postgres_database import PostgresDatabase
from crm_tui.store.sql.postgres_migrate import LOCKS
from crm_tui.store.sql.table_contents import TableContents

_UNFINISHED = "a copy into it was interrupted; go on with “crm-tui stores copy”, as it was called then"
#: keeps others from writing as the lock of who writes does, for as long as the connection is there
_ALONE = (
    f"SELECT pg_try_advisory_lock({LOCKS},"
    " CAST(CAST(CAST(quote_ident(current_schema()) AS regnamespace) AS bigint) & 2147483647 AS integer))"
)
#: what is not emptied
_OURS = "('copying', 'crm_schema', 'upkeep')"


class _Unopened(PostgresDatabase):
    """A database whose store can't be opened yet."""

    def connect(self) -> PostgresConnection:
        """A connection of its own."""
        return self._connect()


@contextmanager
def into_postgres(url: str, password: str | None = None) -> Iterator[DatabaseTarget]:
    """The new store at an address. Raises Invalid where a store is already, or something else; Unavailable."""
    address = postgres_address.read(url, password)
    with postgres_faults.told(address.name), closing(_Unopened(address)) as database:
        con = database.connect()
        try:
            if not con.execute(_ALONE).get:
                raise Unavailable(f"{address.name} is in use by another program; close that, and copy again.")
            _prepare(con, address.name)
            con.execute("SET synchronous_commit = off")  # a batch that a crash takes along is copied again
            yield DatabaseTarget(con, TableContents(database.aside))
        finally:
            con.raw.close()


class DatabaseTarget:
    """A new store that is not whole yet, as copy_ends.Target wants it."""

    def __init__(self, con: PostgresConnection, contents: TableContents) -> None:
        """Use ``into_postgres``."""
        self.con = con
        self.contents = contents

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """What is written is there at the end, or not at all."""
        with self.con.raw.transaction():
            yield

    def state(self) -> State | None:
        """How far it is."""
        return copy_state.read(self.con)

    def keep(self, state: State) -> None:
        """Remember how far it is."""
        copy_state.keep(self.con, state)

    def begin(self) -> State:
        """Empty it, and take away what makes writing slow; an earlier copy may have done so."""
        before = self.state()
        gone = before.anew if before else ()
        with self.transaction():
            tables = self.con.execute(
                "SELECT string_agg(quote_ident(relname), ', ') FROM pg_class WHERE relkind = 'r'"
                " AND relnamespace = (SELECT relnamespace FROM pg_class WHERE oid = to_regclass('crm_schema'))"
                f" AND relname NOT IN {_OURS}"
            ).get
            self.con.execute(f"TRUNCATE {tables} RESTART IDENTITY")
            anew = [*gone, *self.con.dialect.bulk.drop_indexes(self.con)]
            state = State(0, "", tuple(sorted(anew, key=_is_reference)))
            self.keep(state)
        return state

    def settle(self) -> None:
        """Have PostgreSQL look at all rows once: it then knows how many there are of what, and reads nothing from
        tables that an index has. References were checked as they were made anew."""
        self.con.execute(f"VACUUM (ANALYZE) {postgres_bulk.tables(self.con)}")

    def publish(self) -> None:
        """From now on it is a store like any other."""
        with self.transaction():
            self.con.execute("SET LOCAL synchronous_commit TO DEFAULT")
            copy_state.remove(self.con)
            self.con.execute("UPDATE crm_schema SET unfinished = NULL")

    @property
    def undone(self) -> str:
        """What people do to take away all that was copied."""
        return "Empty the database"


def _is_reference(index: tuple[str, str]) -> bool:
    """Whether what is made anew is a reference, which comes after all indexes."""
    _, statement = index
    return statement.startswith("ALTER")


def _prepare(con: PostgresConnection, name: str) -> None:
    """Have the schema, marked as that of a copy that is not whole."""
    if _is_begun(con, name):
        return
    _need_new(con, name)  # before it is brought to our version, too: what is no place for a copy stays as it is
    postgres_migrate.migrate(con.raw, name)
    with con.raw.transaction():
        _need_new(con, name)
        con.execute("UPDATE crm_schema SET unfinished = ?", (_UNFINISHED,))
        copy_state.make(con)


def _need_new(con: PostgresConnection, name: str) -> None:
    ours = con.execute("SELECT to_regclass('organization') IS NOT NULL AND to_regclass('crm_schema') IS NOT NULL").get
    if ours and con.execute("SELECT 1 FROM organization").fetchone() is not None:
        raise Invalid("to", f"{name} has a store already; a copy goes into a new one: name another database")


def _is_begun(con: PostgresConnection, name: str) -> bool:
    if not con.execute("SELECT to_regclass('copying') IS NOT NULL AND to_regclass('crm_schema') IS NOT NULL").get:
        return False
    if con.execute("SELECT version FROM crm_schema").get != postgres_migrate.NEWEST:
        raise Invalid("to", f"{name} is a copy that another version of crm-tui began: empty it, and copy again")
    return True
