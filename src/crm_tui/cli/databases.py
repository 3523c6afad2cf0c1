"""The database of a store that is at no server: a file, or one in PostgreSQL."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from crm_tui.cli import complain
from crm_tui.domain.errors import Unavailable
from crm_tui.store.locate import FILE, Place
from crm_tui.store.sql import connections
from crm_tui.store.sql.migrate import NEWEST
from crm_tui.store.sql.opening import header

if TYPE_CHECKING:
    from crm_tui.store.sql.database import Database

#: bytes from which on a store is not brought to a new schema in a moment
LONG_UPDATE = 200_000_000


def open_database(found: Place, *, must_exist: bool) -> Database:
    """Open it, or make a new one there unless it ``must_exist``; one in PostgreSQL is there already, if empty. Raises
    the errors of the domain."""
    if found.kind == FILE:
        tell_of_update(found.where)
        return connections.Database.open(found.where, must_exist=must_exist)
    with _postgres_installed():
        from crm_tui.store.sql.postgres_database import open_at
    return open_at(found.where, password_of(found))


@contextmanager
def _postgres_installed() -> Iterator[None]:
    try:
        yield
    except ModuleNotFoundError as error:
        raise missing("PostgreSQL", "postgres", error) from error


def password_of(found: Place) -> str | None:
    """What password_command prints; None where libpq finds one itself or needs none. Raises Unavailable."""
    if found.settings is None or not found.settings.password_command:
        return None
    from crm_tui.secrets.program import password_printed_by

    return password_printed_by(found.settings.password_command).reveal()


def missing(what: str, extra: str, error: ModuleNotFoundError) -> Unavailable:
    """What is said where an extra is not installed."""
    return Unavailable(f"{what} needs {error.name}, which is not installed: pip install 'crm-tui[{extra}]'")


def version_of(found: Place) -> str:
    """The schema of a store in a file or in PostgreSQL, which is only looked at. Raises the errors of the domain."""
    if found.kind == FILE:
        if not os.path.exists(found.where):
            raise Unavailable("There is no such file.")
        version, newest = header(found.where)[1], NEWEST
    else:
        version, newest = _version_in_postgres(found)
    if version < newest:
        raise Unavailable(f"It has the older schema {version}; opening it brings it to {newest}.")
    return f"schema {version}"


def _version_in_postgres(found: Place) -> tuple[int, int]:
    """The schema of a store there, and the newest."""
    with _postgres_installed():
        from crm_tui.store.sql.postgres_looking import version_at
        from crm_tui.store.sql.postgres_migrate import NEWEST as NEWEST_THERE
    version = version_at(found.where, password_of(found))
    if version is None:
        raise Unavailable(f"Nobody has set up {found.name} yet; crm-tui --store does that when it opens it.")
    return version, NEWEST_THERE


def tell_of_update(path: str) -> None:
    """Say what is waited for where a big store has to be brought to the schema of this program first."""
    size = os.stat(path).st_size if os.path.isfile(path) else 0
    if size >= LONG_UPDATE and header(path)[1] < NEWEST:
        complain(
            f"bringing {path} ({size / 1e9:.1f} GB) to the schema of this version, which can take minutes;"
            " it is kept as it was beside it."
        )
