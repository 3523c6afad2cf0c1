"""One look into a store, as an actor, and nothing more: no threads, no second connection, no write.

It is opened as ``connections.Database`` opens it, by the same list of checks, but what SQLite and the system report
comes as it is: who looks leaves it to the full program to say. It imports nothing that costs time.
"""

from __future__ import annotations

from crm_tui.domain.errors import Unavailable
from crm_tui.store.sql import sight
from crm_tui.store.sql.migrate import Migrations
from crm_tui.store.sql.opening import prepare

TYPE_CHECKING = False
if TYPE_CHECKING:
    from crm_tui.store.sql.sight import Actor
    from crm_tui.store.sql.sqlite import SqliteConnection


class Look:
    """A context: a connection in a read transaction, and who looks. Raises Denied for who sees no customers,
    UnknownUser, Unavailable, Corrupt, and the errors of apsw and the system."""

    def __init__(self, path: str, login: str) -> None:
        self._path = path
        self._login = login
        self._connection: SqliteConnection | None = None

    def __enter__(self) -> tuple[SqliteConnection, Actor]:
        migrations = Migrations()
        self._opened = prepare(self._path, migrations, must_exist=True)
        try:
            self._connection = connection = self._opened.connect(migrations)
            connection.pragma("query_only", 1)
            connection.execute("BEGIN")
            if connection.pragma("user_version") != migrations.newest:
                raise Unavailable(f"{self._path} was replaced while it was being opened; try again.")
            actor = sight.load(connection, self._login)
            actor.need_customers("see customers")
        except BaseException:
            self.__exit__()
            raise
        return connection, actor

    def __exit__(self, *exception: object) -> None:
        try:
            if self._connection is not None:
                self._connection.close(True)
        finally:
            self._opened.release()
