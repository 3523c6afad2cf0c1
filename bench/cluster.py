"""A PostgreSQL of the benchmark's own, with its databases kept for the next run."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
from tests import postgres

from bench.timing import Missing

#: what docs/SERVER.md recommends, for a machine that has 8 GB for it; what is written is on the disk (fsync)
_SETTINGS = (
    "shared_buffers=2GB",
    "effective_cache_size=6GB",
    "work_mem=32MB",
    "max_wal_size=8GB",
    "random_page_cost=1.1",
)


class Cluster:
    """A PostgreSQL that runs."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def has(self, database: str) -> bool:
        """Whether there is such a database."""
        with closing(self._connected()) as con:
            found = con.execute("SELECT 1 FROM pg_database WHERE datname = %s", (database,)).fetchone()
        return found is not None

    def make(self, database: str) -> str:
        """A new, empty database, in the place of one that is there; its address."""
        with closing(self._connected()) as con:
            con.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)".encode())
            con.execute(f"CREATE DATABASE {database} TEMPLATE template0".encode())
        return self.address(database)

    def rename(self, database: str, name: str) -> None:
        """Call a database otherwise."""
        with closing(self._connected()) as con:
            con.execute(f"ALTER DATABASE {database} RENAME TO {name}".encode())

    def drop_all(self) -> None:
        """Take all databases away: they are of other code."""
        with closing(self._connected()) as con:
            names = con.execute("SELECT datname FROM pg_database WHERE datname LIKE 'bench%'").fetchall()
            for (name,) in names:
                con.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())

    def address(self, database: str) -> str:
        """The address of a database."""
        return postgres.address_in(self._folder, database)

    def _connected(self) -> psycopg.Connection:
        return psycopg.connect(self.address("postgres"), autocommit=True)


@contextmanager
def running(folder: Path) -> Iterator[Cluster]:
    """Start PostgreSQL on the cluster in ``folder``, which is made where it is not there, and stop it at the end.
    Raises Missing where that is not possible."""
    postgres.run_folder().mkdir(mode=0o755, exist_ok=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        if not folder.exists():
            postgres.make_cluster(folder)
        process = postgres.start(folder, settings=_SETTINGS)
    except (OSError, RuntimeError) as error:
        raise Missing(f"no PostgreSQL: {error}") from error
    try:
        yield Cluster(folder)
    finally:
        os.kill(process.pid, signal.SIGINT)  # whoever is connected still is sent away
        process.wait()
