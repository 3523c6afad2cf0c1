"""The schema: numbered files in migrations/sqlite, never edited once released, each applied exactly once.

A store says by its user_version which of them it has seen. All that are missing are applied in one
transaction with the new version number, so that a store is always of the old version or of the new one.
"""

from __future__ import annotations

import os

import apsw

from crm_tui.domain.errors import Corrupt
from crm_tui.store.sql import filesystem

#: "CRMT": says in the file's header whose database it is
APPLICATION_ID = 0x43524D54
#: "CRMC": a store that is being copied into, and not whole yet
UNFINISHED_ID = 0x43524D43
#: the number of the last file in migrations/sqlite, so that an up-to-date store opens without reading them
NEWEST = 6
_PACKAGE = "crm_tui.store.sql"


class Migrations:
    """Scripts that lead from an empty database to version ``newest``; script n leads from version n to n + 1.

    Without scripts, those that come with the program.
    """

    def __init__(self, scripts: tuple[str, ...] | None = None) -> None:
        self._scripts = scripts
        self.newest = NEWEST if scripts is None else len(scripts)

    @property
    def scripts(self) -> tuple[str, ...]:
        """The SQL of each step, read when first asked for."""
        if self._scripts is None:
            self._scripts = _shipped()
        return self._scripts


def _shipped() -> tuple[str, ...]:
    from importlib.resources import files  # 10 ms, and a store that is up to date needs none of it

    folder = files(_PACKAGE) / "migrations" / "sqlite"
    scripts = (file for file in folder.iterdir() if file.name.endswith(".sql"))
    found = sorted(scripts, key=lambda file: file.name)
    numbers = [int(file.name.partition("_")[0]) for file in found]
    if numbers != list(range(1, NEWEST + 1)):
        raise RuntimeError(f"migrations are numbered 1 to {NEWEST}, found {numbers}")
    return tuple(file.read_text("utf-8") for file in found)


def new_database(migrations: Migrations) -> bytes:
    """The content of the file of an empty store, of the newest version."""
    connection = _in_memory(migrations)
    try:
        return connection.serialize("main")
    finally:
        connection.close()


def schema_is_intact(connection: apsw.Connection, migrations: Migrations) -> bool:
    """Whether the tables and indexes of an up-to-date store are described as they should be."""
    wanted = _in_memory(migrations)
    try:
        return _schema(connection) == _schema(wanted)
    finally:
        wanted.close()


def _in_memory(migrations: Migrations) -> apsw.Connection:
    connection = apsw.Connection(":memory:")
    connection.pragma("application_id", APPLICATION_ID)
    _apply(connection, migrations, 0)
    return connection


def _schema(connection: apsw.Connection) -> list[tuple[str, ...]]:
    rows = connection.execute("SELECT type, name, tbl_name, ifnull(sql, '') FROM sqlite_schema")
    return sorted(row for row in rows if row[1] != "sqlite_stat1" and row[1] != "sqlite_stat4")


def migrate(connection: apsw.Connection, path: str, migrations: Migrations) -> None:
    """Bring the store at ``path`` to the newest version, whole or not at all.

    Raises Corrupt where its content does not fit the new schema, and apsw's errors.
    """
    connection.pragma("foreign_keys", 0)  # has no effect inside a transaction; tables may be rebuilt in it
    try:
        connection.execute("BEGIN IMMEDIATE")
        version = connection.pragma("user_version")
        _apply(connection, migrations, version)
        broken = connection.execute("PRAGMA foreign_key_check").fetchone()
        if broken is not None:
            missing = f"a row of {broken[0]} refers to a missing one of {broken[2]}"
            raise _does_not_fit(path, migrations, missing)
        connection.execute("COMMIT")
    except (apsw.ConstraintError, apsw.SQLError) as error:
        raise _does_not_fit(path, migrations, error) from error
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        connection.pragma("foreign_keys", 1)


def _apply(connection: apsw.Connection, migrations: Migrations, version: int) -> None:
    for script in migrations.scripts[version:]:
        connection.execute(script).fetchall()  # what follows a statement with rows runs when they are read
    connection.pragma("user_version", migrations.newest)


def _does_not_fit(path: str, migrations: Migrations, why: object) -> Corrupt:
    return Corrupt(
        f"{path} can't be brought to version {migrations.newest} ({why}); nothing was changed:"
        " restore a backup of it with “crm-tui restore”, or open it with the crm-tui that wrote it."
    )


def keep_copy(connection: apsw.Connection, path: str, version: int) -> str:
    """Copy the store as it is before a migration to ``<path>.version-N``, verified; returns that path."""
    from crm_tui.store.sql import copies  # once in the life of a store

    kept = f"{path}.version-{version}"
    temporary = kept + ".part"
    filesystem.require_own_file(kept)
    copies.remove_database(temporary)
    copies.copy_database(connection, temporary)
    copies.check_copy(temporary, path)
    os.replace(temporary, kept)
    filesystem.sync_folder(os.path.dirname(kept))
    return kept
