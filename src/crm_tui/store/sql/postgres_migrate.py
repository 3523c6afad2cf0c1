"""The schema in PostgreSQL: numbered files in migrations/postgres, never edited once released, each applied once.

The table crm_schema marks a database as a store, and says which of them it has seen. All that are missing are applied
in one transaction; of several programs that begin at once, one does it while the others wait.
"""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import psycopg

from crm_tui.domain.errors import Corrupt, Invalid, Unavailable

#: the number of the last file in migrations/postgres
NEWEST = 2
#: "CRMT": the first number of every advisory lock of ours
LOCKS = 0x43524D54
#: held while a schema is made; the second number of locks of one store is made of its schema
_MIGRATING = 0
#: read from the catalog: to_regclass answers from what its process remembers, and who waited for the lock in this
#: transaction may not have heard yet of the table that another has made meanwhile
_MARK = b"SELECT 1 FROM pg_class WHERE relname = 'crm_schema' AND pg_table_is_visible(oid)"


def scripts() -> tuple[str, ...]:
    """The SQL of each step."""
    folder = files("crm_tui.store.sql") / "migrations" / "postgres"
    found = sorted((file for file in folder.iterdir() if file.name.endswith(".sql")), key=lambda file: file.name)
    numbers = [int(file.name.partition("_")[0]) for file in found]
    if numbers != list(range(1, NEWEST + 1)):
        raise RuntimeError(f"migrations are numbered 1 to {NEWEST}, found {numbers}")
    return tuple(file.read_text("utf-8") for file in found)


def migrate(con: psycopg.Connection[Any], name: str) -> None:
    """Bring the store on a connection that has no transaction to the newest version, whole or not at all. Raises
    Invalid for a database of others, Corrupt for a store of a newer program, Unavailable for one that is not whole
    yet."""
    if version_of(con, name) == NEWEST:
        return
    with con.transaction():
        con.execute(b"SELECT pg_advisory_xact_lock(%d, %d)" % (LOCKS, _MIGRATING))
        version = version_of(con, name)  # another may have been quicker
        if version is None:
            _need_empty(con, name)
        for script in scripts()[version or 0 :]:
            con.execute(script.encode())
        con.execute(b"DELETE FROM crm_schema")
        con.execute(b"INSERT INTO crm_schema (version) VALUES (%d)" % NEWEST)


def version_of(con: psycopg.Connection[Any], name: str) -> int | None:
    """Which migrations the store has seen; None where there is no store yet."""
    if con.execute(_MARK).fetchone() is None:
        return None
    row = con.execute(b"SELECT version, unfinished FROM crm_schema").fetchone()
    if row is None:
        raise Corrupt(f"{name} does not say of which version it is: restore a backup of it.")
    version, unfinished = row
    if unfinished is not None:
        raise Unavailable(f"{name} is not whole yet: {unfinished}.")
    if version > NEWEST:
        raise Corrupt(f"{name} is of a newer version ({version}) than this crm-tui knows ({NEWEST}): update crm-tui.")
    return int(version)


def _need_empty(con: psycopg.Connection[Any], name: str) -> None:
    """Nothing is added to a database in which somebody else keeps something."""
    row = con.execute(
        b"SELECT c.relname FROM pg_class c WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')"
        b" AND c.relnamespace = quote_ident(current_schema())::regnamespace ORDER BY 1 LIMIT 1"
    ).fetchone()
    if row is not None:
        raise Invalid(
            "address",
            f"{name} is no crm-tui store, and not empty: it has a table “{row[0]}”; take another database or schema",
        )
