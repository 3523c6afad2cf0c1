"""Backup and restore: a whole store as one file that people can move, keep and read elsewhere.

The file is a ZIP archive with the database, the content of files and a manifest with the checksum of each.
A backup is verified by reading it again before it gets its name; restoring verifies all of it before anything
is replaced, and keeps what was there.
"""

from __future__ import annotations

import datetime as dt
import errno
import hashlib
import os
import shutil
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, NamedTuple

import apsw
import msgspec

from crm_tui.domain.errors import Corrupt, Invalid, Unavailable
from crm_tui.store.sql import copies, faults, filesystem
from crm_tui.store.sql.connections import Database
from crm_tui.store.sql.migrate import Migrations
from crm_tui.store.sql.opening import check_identity, connect, header

_FORMAT = "crm-tui backup 1"
_DATABASE = "database.db"
_FILES = "files/"
_MANIFEST = "manifest.json"
_LARGEST_MANIFEST = 100_000_000
_CHUNK = 1 << 20
_NOT_AN_ARCHIVE = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, KeyError, ValueError, RuntimeError)


class Entry(msgspec.Struct, frozen=True):
    """One file of a backup; ``size`` in bytes, ``sha256`` in hexadecimal."""

    name: str
    size: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a backup holds, of which moment and which version of the schema."""

    format: str
    created_at: dt.datetime
    version: int
    entries: tuple[Entry, ...]

    @property
    def files(self) -> tuple[str, ...]:
        """The names under which the content of files is kept."""
        return tuple(entry.name.removeprefix(_FILES) for entry in self.entries if entry.name != _DATABASE)


class Restored(NamedTuple):
    """What a restore did. ``kept`` is the folder that holds what was there before, if there was anything."""

    manifest: Manifest
    kept: Path | None


def backup(database: Database, target: Path, *, replace: bool = False) -> Manifest:
    """Write the store as it is now to ``target``, while others go on working; only this user may read it.

    Raises Invalid if there is such a file already, unless it is a backup that may be replaced; Corrupt if the
    store is damaged, Unavailable if the disk refuses. Then nothing is left behind.
    """
    name = filesystem.absolute(os.fspath(target))
    with faults.told(name):
        _require_free(name, database, replace=replace)
        folder, base = os.path.split(name)
        with TemporaryDirectory(prefix=f".{base}.", dir=folder) as temporary:
            archive = os.path.join(temporary, "backup.zip")
            _write(database, archive, os.path.join(temporary, _DATABASE), name)
            manifest = verify(Path(archive))
            if replace:
                os.replace(archive, name)
                filesystem.sync_folder(folder)
            else:
                filesystem.publish(archive, name)
    return manifest


def verify(source: Path) -> Manifest:
    """Read a backup from end to end; Corrupt unless everything in it is as its manifest says."""
    with _archive(source) as archive:
        manifest = _manifest(archive)
        for entry in manifest.entries:
            _extract(archive, entry, None)
    return manifest


def restore(source: Path, path: Path, *, migrations: Migrations | None = None) -> Restored:
    """Make the store at ``path`` what the backup says, and keep what was there in a folder beside it.

    Raises Corrupt for a backup that is not sound or of a newer version, Unavailable while the store is open
    somewhere or the disk refuses, Invalid where ``path`` is no file; then the store is as it was.
    """
    name, migrations = filesystem.absolute(os.fspath(path)), migrations or Migrations()
    with faults.told(name):
        filesystem.require_own_file(name)
        folder, base = os.path.split(name)
        os.makedirs(folder, mode=0o700, exist_ok=True)
        with TemporaryDirectory(prefix=f".{base}.", dir=folder) as temporary:
            manifest = _unpack(source, temporary, migrations)
            with filesystem.alone(name):
                kept = _set_aside(name, migrations)
                _put_in_place(temporary, name, manifest)
    return Restored(manifest, Path(kept) if kept else None)


def _require_free(target: str, database: Database, *, replace: bool) -> None:
    store = os.fspath(database.path)
    own = (store, *(store + suffix for suffix in (*filesystem.JOURNALS, ".lock", ".files")))
    if target in own or target.startswith(f"{store}.files{os.sep}"):
        raise Invalid("path", f"{target} belongs to the store itself; name another file")
    if filesystem.require_own_file(target) is None:
        return
    if not replace:
        raise Invalid("path", f"{target} exists already; name another file, or allow it to be replaced (--force)")
    if not zipfile.is_zipfile(target):
        raise Invalid("path", f"{target} is not a backup, so it is not replaced; name another file")


def _write(database: Database, target: str, copy: str, name: str) -> None:
    """Files are written first and those that are new once more after the database, so that every file the
    database speaks of is there: a file's content is there before its row, and stays after it is deleted."""
    filesystem.write_new(target, b"")
    with zipfile.ZipFile(target, "w") as archive:
        entries = _add_files(archive, database, known=frozenset())
        with database.reading() as connection, faults.told(name):  # the disk of the backup may be the full one
            connection.execute("SELECT 1 FROM sqlite_schema").fetchall()  # the moment of which the copy is
            copies.copy_database(connection, copy)
        copies.check_copy(copy, os.fspath(database.path))
        with open(copy, "rb") as file:
            entries.append(_add(archive, _DATABASE, file, zipfile.ZIP_DEFLATED))
        os.unlink(copy)
        entries += _add_files(archive, database, known=frozenset(entry.name for entry in entries))
        manifest = Manifest(
            format=_FORMAT,
            created_at=dt.datetime.now(dt.UTC),
            version=database.version,
            entries=tuple(entries),
        )
        archive.writestr(_info(_MANIFEST, zipfile.ZIP_DEFLATED), msgspec.json.encode(manifest))
    filesystem.sync_file(target)


def _add_files(archive: zipfile.ZipFile, database: Database, known: frozenset[str]) -> list[Entry]:
    folder = f"{database.path}.files"
    added: list[Entry] = []
    for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
        if name.startswith(".") or _FILES + name in known:  # those with a dot are still being written
            continue
        path = os.path.join(folder, name)
        if not _is_plain(name) or not os.path.isfile(path) or os.path.islink(path):
            raise Unavailable(f"{path} is not a file of the store, so nothing was backed up; move it away.")
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        except FileNotFoundError:  # removed since the folder was read, so the database does not speak of it
            continue
        with open(descriptor, "rb") as file:
            added.append(_add(archive, _FILES + name, file, zipfile.ZIP_STORED))
    return added


def _add(archive: zipfile.ZipFile, name: str, source: IO[bytes], compression: int) -> Entry:
    with archive.open(_info(name, compression), "w", force_zip64=True) as sink:
        size, checksum = _copy(source, sink)
    return Entry(name, size, checksum)


def _info(name: str, compression: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, dt.datetime.now(dt.UTC).timetuple()[:6])
    info.compress_type = compression
    info.external_attr = 0o600 << 16
    return info


def _copy(source: IO[bytes], sink: IO[bytes] | None, most: int | None = None) -> tuple[int, str]:
    """Copy and sum up; stops soon after ``most`` bytes, so that a forged archive does not fill the disk."""
    size, checksum = 0, hashlib.sha256()
    while chunk := source.read(_CHUNK):
        size += len(chunk)
        checksum.update(chunk)
        if sink is not None:
            sink.write(chunk)
        if most is not None and size > most:
            break
    return size, checksum.hexdigest()


@contextmanager
def _archive(source: Path) -> Iterator[zipfile.ZipFile]:
    with faults.told(os.fspath(source)):
        try:
            with zipfile.ZipFile(source) as archive:
                yield archive
        except _NOT_AN_ARCHIVE as error:
            raise _unsound(source, str(error) or type(error).__name__) from error
        except OSError as error:
            if error.errno != errno.EINVAL:  # a damaged archive sends zipfile to places before its beginning
                raise
            raise _unsound(source, "it is torn") from error


def _unsound(source: object, why: str) -> Corrupt:
    return Corrupt(f"{source} is not a sound backup ({why}); nothing was changed: use another one.")


def _manifest(archive: zipfile.ZipFile) -> Manifest:
    """What the backup says it holds, if that is what it holds, once each and by harmless names."""
    if archive.getinfo(_MANIFEST).file_size > _LARGEST_MANIFEST:
        raise ValueError("its manifest is too big")
    manifest = msgspec.json.decode(archive.read(_MANIFEST), type=Manifest)
    if manifest.format != _FORMAT:
        raise ValueError(f"it is of the kind “{manifest.format[:40]}”")
    names = [entry.name for entry in manifest.entries]
    if sorted([*names, _MANIFEST]) != sorted(archive.namelist()) or len(set(names)) != len(names):
        raise ValueError("its manifest names other files than there are")
    if _DATABASE not in names:
        raise ValueError("it holds no database")
    for name in names:
        if name != _DATABASE and not (name.startswith(_FILES) and _is_plain(name.removeprefix(_FILES))):
            raise ValueError("it holds a file that is not of a store")
    return manifest


def _is_plain(name: str) -> bool:
    """Whether this is the name of a file and leads nowhere else."""
    return bool(name) and name.isprintable() and name[0] != "." and not set(name) & {"/", "\\"}


def _extract(archive: zipfile.ZipFile, entry: Entry, target: str | None) -> None:
    with archive.open(entry.name) as source:
        if target is None:
            found = _copy(source, None, entry.size)
        else:
            filesystem.write_new(target, b"")
            with open(target, "wb") as sink:
                found = _copy(source, sink, entry.size)
            filesystem.sync_file(target)
    if found != (entry.size, entry.sha256):
        raise ValueError(f"{entry.name} is damaged")


def _unpack(source: Path, folder: str, migrations: Migrations) -> Manifest:
    """Unpack and verify everything into ``folder``."""
    database = os.path.join(folder, _DATABASE)
    os.mkdir(os.path.join(folder, _FILES), 0o700)
    with _archive(source) as archive:
        manifest = _manifest(archive)
        for entry in manifest.entries:
            _extract(archive, entry, os.path.join(folder, entry.name))
    application, version, _ = header(database)
    check_identity(os.fspath(source), application, version, migrations)
    with faults.told(os.fspath(source)), closing(connect(database, "delete", migrations)) as connection:
        copies.require_sound(connection, os.fspath(source))
    return manifest


def _set_aside(path: str, migrations: Migrations) -> str | None:
    """Keep what is there in a folder beside it, under the same names, so that it can be opened there."""
    there = [path + suffix for suffix in ("", *filesystem.JOURNALS) if os.path.lexists(path + suffix)]
    files = f"{path}.files"
    if not there and not os.path.isdir(files):
        return None
    _fold_journal(path, migrations)
    kept = f"{path}.before-restore-{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%S.%fZ}"
    os.mkdir(kept, 0o700)
    base = os.path.join(kept, os.path.basename(path))
    if os.path.lexists(path):
        _link(path, base)
    if os.path.isdir(files):
        os.mkdir(f"{base}.files", 0o700)
        for name in os.listdir(files):
            _link(os.path.join(files, name), os.path.join(f"{base}.files", name))
    for suffix in filesystem.JOURNALS:  # SQLite would take them for those of the restored database
        if os.path.lexists(path + suffix):
            os.rename(path + suffix, base + suffix)
    filesystem.sync_folder(kept)
    filesystem.sync_folder(os.path.dirname(path))
    return kept


def _fold_journal(path: str, migrations: Migrations) -> None:
    """Bring what is in its journals into the database file, if it is a store that can still be read.

    SQLite does that only if nobody else has the file open, so other programs are noticed here.
    """
    if not os.path.lexists(path):
        return
    try:
        check_identity(path, *header(path)[:2], migrations)
        connect(path, "delete", migrations).close()
    except (Corrupt, apsw.CorruptError, apsw.NotADBError):
        return  # that is what backups are for: the journals are kept beside it as they are


def _put_in_place(folder: str, path: str, manifest: Manifest) -> None:
    """Files first: with them the old database still works, so that being killed here leaves the old store or
    the new one. What only the old one knew is removed last, and is in the folder set aside."""
    files = f"{path}.files"
    if manifest.files or os.path.isdir(files):
        filesystem.require_own_folder(files)
        for name in manifest.files:
            os.replace(os.path.join(folder, _FILES, name), os.path.join(files, name))
        filesystem.sync_folder(files)
    os.replace(os.path.join(folder, _DATABASE), path)
    filesystem.sync_folder(os.path.dirname(path))
    for name in set(os.listdir(files) if os.path.isdir(files) else ()) - set(manifest.files):
        os.unlink(os.path.join(files, name))


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError as error:
        if error.errno not in (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK):
            raise
        shutil.copyfile(source, target, follow_symlinks=False)
