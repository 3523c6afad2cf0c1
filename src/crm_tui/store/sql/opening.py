"""Opening the file of a store: what is looked at, made, checked and refused before anyone reads from it.

The command line sets umask 0o077 before anything else, so that journals and temporary files are private too.
"""

from __future__ import annotations

import os

import apsw

from crm_tui.domain.errors import Corrupt, Unavailable
from crm_tui.store.sql import filesystem
from crm_tui.store.sql.filesystem import StoreLock
from crm_tui.store.sql.migrate import APPLICATION_ID, UNFINISHED_ID, Migrations, keep_copy, migrate, new_database
from crm_tui.store.sql.sqlite import SqliteConnection

#: milliseconds to wait for a lock that another program holds
BUSY_TIMEOUT = 5_000
#: Seconds for checking a store that was not closed properly. Some 100 MB are checked in one, so this does
#: for half a million customers. A bigger store opens with a notice: people wait for their first screen, and
#: that a program was killed does SQLite's files no harm; a disk that lies may, and the next backup finds it.
CHECK_SECONDS = 5.0

_WAL, _TRUNCATE, _AS_IT_IS = "wal", "truncate", ""


class Opened:
    """A store that may be used: ``source`` is the database to connect to, the store's own or a private copy.

    ``lock`` is held until the store is closed, ``private`` is a folder to be removed then.
    """

    __slots__ = ("journal", "lock", "notices", "path", "private", "read_only", "source")

    def __init__(self, path: str) -> None:
        self.path = path
        self.source = path
        self.journal = _WAL
        self.notices: list[str] = []
        self.read_only = False
        self.lock: StoreLock | None = None
        self.private: str | None = None

    def connect(self, migrations: Migrations) -> SqliteConnection:
        """A connection to it as the opening list wants it."""
        return connect(self.source, self.journal, migrations, name=self.path)

    def release(self) -> None:
        """Let go of the lock, and of the private copy."""
        if self.lock is not None:
            self.lock.release()
        if self.private is not None and os.path.isdir(self.private):
            from shutil import rmtree

            rmtree(self.private)


def prepare(path: str, migrations: Migrations, *, must_exist: bool) -> Opened:
    """Make the store at ``path`` if there is none, else check it and bring it to the newest version.

    Raises Unavailable, Corrupt or Invalid; then nothing was changed. OSError and apsw's errors are the
    caller's to tell.
    """
    opened = Opened(filesystem.absolute(path))
    try:
        found = filesystem.require_own_file(opened.path)
        if found is None and not must_exist:
            make_room(opened.path)
        elif found is None:
            raise Unavailable(f"There is no store at {opened.path}; check the name, or create one there.")
        else:
            _check_file(opened.path, found, migrations)
        folder = os.path.dirname(opened.path)
        if found is not None and not (filesystem.is_writable(opened.path) and filesystem.is_writable(folder)):
            _prepare_to_read(opened, migrations)
        else:
            _prepare_to_write(opened, migrations)
    except BaseException:
        opened.release()
        raise
    return opened


def connect(
    source: str, journal: str, migrations: Migrations, *, name: str | None = None, application: int = APPLICATION_ID
) -> SqliteConnection:
    """A connection with every setting of the opening list, each read back; apsw's errors.

    Before it is known to be a store of a version that we know, nothing is written: not even what is in its
    write-ahead log is moved into the file.
    """
    if journal == _AS_IT_IS:
        from urllib.parse import quote

        flags = apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI | apsw.SQLITE_OPEN_NOFOLLOW
        connection: SqliteConnection = SqliteConnection(f"file:{quote(os.fsencode(source))}?immutable=1", flags=flags)
    else:
        connection = SqliteConnection(source, flags=apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_NOFOLLOW)
    try:
        _configure(connection, apsw.SQLITE_DBCONFIG_DEFENSIVE, 1)
        _configure(connection, apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)
        _set(connection, "busy_timeout", BUSY_TIMEOUT)
        _set(connection, "trusted_schema", 0)
        _set(connection, "cell_size_check", 1)
        _set(connection, "foreign_keys", 1)
        _set(connection, "synchronous", 2)  # FULL: NORMAL loses acknowledged saves when the power goes
        found, version = connection.pragma("application_id"), connection.pragma("user_version")
        check_identity(name or source, found, version, migrations, wanted=application)
        if journal != _AS_IT_IS:
            _set(connection, "journal_mode", journal)
        _configure(connection, apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0)
    except BaseException:
        connection.close()
        raise
    return connection


def _configure(connection: apsw.Connection, option: int, value: int) -> None:
    if connection.config(option, value) != value:
        raise RuntimeError(f"SQLite refused configuration {option} = {value}")


def _set(connection: apsw.Connection, name: str, value: str | int) -> None:
    """Set one pragma in a call of its own, since SQLite stops at the first that answers, and read it back."""
    connection.pragma(name, value)
    if (now := connection.pragma(name)) != value:
        raise Unavailable(f"{connection.filename} can't be opened safely here: SQLite keeps {name} at {now}.")


def check_identity(
    path: str, application: int, version: int, migrations: Migrations, *, wanted: int = APPLICATION_ID
) -> None:
    """Raise Corrupt for the database of another program, or of a newer version of this one; Unavailable for a copy that
    is not whole."""
    if application == UNFINISHED_ID != wanted:
        raise Unavailable(
            f"{path} is not whole yet: a copy into it was interrupted. Go on with “crm-tui stores copy”, as it was"
            " called then, or delete it."
        )
    if application != wanted:
        raise Corrupt(
            f"{path} is a database of another program, not a crm-tui store; nothing was changed in it:"
            " name another file."
        )
    if version > migrations.newest:
        raise Corrupt(
            f"{path} was written by a newer crm-tui (its version is {version},"
            f" this one knows {migrations.newest}); nothing was changed in it: update crm-tui."
        )


def header(path: str) -> tuple[int, int, str]:
    """Application id, version and journal mode as the file's first page says; raises Corrupt if it has none.

    Read through SQLite, which keeps its locks when this handle is closed, and without opening the database.
    """
    file = apsw.VFSFile("", path, [apsw.SQLITE_OPEN_MAIN_DB | apsw.SQLITE_OPEN_READONLY, 0])
    try:
        first = file.xRead(100, 0)
    finally:
        file.xClose()
    if not first:
        raise Corrupt(f"{path} is empty; restore a backup of it, or delete it to begin a new store.")
    if len(first) < 100 or not first.startswith(b"SQLite format 3\0"):
        raise Corrupt(
            f"{path} is not a crm-tui store, or its beginning is damaged; nothing was changed in it:"
            " name another file, or restore a backup of it with “crm-tui restore”."
        )
    application, version = int.from_bytes(first[68:72], "big"), int.from_bytes(first[60:64], "big")
    return application, version, _WAL if first[18] == 2 else _TRUNCATE


def _check_file(path: str, found: os.stat_result, migrations: Migrations) -> None:
    application, version, _ = header(path)
    check_identity(path, application, version, migrations)
    for suffix in filesystem.JOURNALS:
        filesystem.require_own_file(path + suffix)


def make_room(path: str) -> None:
    """Make the folder of a new store, open to this user alone."""
    folder = os.path.dirname(path)
    os.makedirs(folder, mode=0o700, exist_ok=True)
    if filesystem.has_unfinished_journal(path):
        raise Unavailable(
            f"{path} is missing, but its journal {path}-wal or {path}-journal is there and may hold data;"
            " put the file back, or move the journal away to begin a new store."
        )


def _prepare_to_write(opened: Opened, migrations: Migrations) -> None:
    path = opened.path
    kind = filesystem.network_type(os.path.dirname(path))
    if kind is not None:
        opened.journal = _TRUNCATE
        opened.notices.append(
            f"{path} is on a network drive ({kind}): saving takes longer,"
            " and only one computer should use it at a time."
        )
    opened.lock = StoreLock(path)
    alone = opened.lock.take()
    if not os.path.lexists(path):
        if not alone:
            raise Unavailable(f"{path} was taken away while another crm-tui has it open; close that and try again.")
        _create(path, migrations)
    _make_private(opened)
    _, version, journal = header(path)
    unclean = alone and filesystem.has_unfinished_journal(path)
    if unclean or version < migrations.newest or journal != opened.journal:
        _put_in_order(opened, migrations, alone=alone, unclean=unclean)
    opened.lock.share()


def _create(path: str, migrations: Migrations) -> None:
    """A new store appears in one step, whole, or not at all."""
    from crm_tui.store.sql import copies

    temporary = f"{path}.new"
    copies.remove_database(temporary)  # of one who was killed here
    filesystem.write_new(temporary, new_database(migrations))
    filesystem.publish(temporary, path)


def _make_private(opened: Opened) -> None:
    """Take the rights of others to the store's files away."""
    for name in (opened.path, *(opened.path + suffix for suffix in filesystem.JOURNALS)):
        found = filesystem.require_own_file(name)
        if found is None or not found.st_mode & 0o077:
            continue
        os.chmod(name, 0o600)
        if os.lstat(name).st_mode & 0o077:
            opened.notices.append(f"Others can read {name}: its disk knows no rights.")
        else:
            opened.notices.append(f"Others could read {name}; now only you can.")


def _put_in_order(opened: Opened, migrations: Migrations, *, alone: bool, unclean: bool) -> None:
    """Recover and check what was not closed properly, and migrate what is old."""
    from contextlib import closing  # a store that is in order needs neither

    from crm_tui.store.sql import copies

    with closing(opened.connect(migrations)) as connection:
        if unclean and not copies.require_sound(connection, opened.path, seconds=CHECK_SECONDS):
            opened.notices.append(
                f"{opened.path} was not closed properly the last time and is too big to be checked in"
                " passing; “crm-tui backup” checks it whole."
            )
        version = connection.pragma("user_version")
        if version == migrations.newest:
            return
        if not alone:
            raise Unavailable(
                f"{opened.path} is open in an older crm-tui; close that, so that the store can be"
                " updated, and try again."
            )
        if opened.private is None:
            keep_copy(connection, opened.path, version)
        migrate(connection, opened.path, migrations)


def _prepare_to_read(opened: Opened, migrations: Migrations) -> None:
    """From a disk or folder that can't be written, read the file if it is complete, else a private copy.

    With a write-ahead log even reading writes, and to ignore the log would hide acknowledged changes.
    """
    opened.read_only = True
    _, version, _ = header(opened.path)
    if not filesystem.has_unfinished_journal(opened.path) and version == migrations.newest:
        opened.journal = _AS_IT_IS
        opened.notices.append(f"{opened.path} is read-only: you can look, but nothing can be changed.")
        return
    from tempfile import mkdtemp

    opened.private = mkdtemp(prefix="crm-tui-")
    opened.source = os.path.join(opened.private, os.path.basename(opened.path))
    _copy_as_it_is(opened.path, opened.source)
    _put_in_order(opened, migrations, alone=True, unclean=True)
    opened.notices.append(f"{opened.path} is read-only: you look at a copy as of now, and nothing can be changed.")


def _copy_as_it_is(path: str, target: str) -> None:
    """Copy a database with its journals, which nobody changes meanwhile."""
    from shutil import copyfile

    names = [suffix for suffix in ("", "-wal", "-journal") if os.path.lexists(path + suffix)]
    before = [_signature(path + suffix) for suffix in names]
    for suffix in names:
        filesystem.write_new(target + suffix, b"")
        copyfile(path + suffix, target + suffix, follow_symlinks=False)
    if before != [_signature(path + suffix) for suffix in names]:
        raise Unavailable(f"{path} is being written by another program; try again in a moment.")


def _signature(path: str) -> tuple[int, int]:
    found = os.lstat(path)
    return found.st_size, found.st_mtime_ns
