"""Drafts in a SQLite file of their own, one for all stores and actors of a user.

Apart from the store, because a store may be on another machine, full, locked or taken away while somebody
types. The file has a rollback journal (a write-ahead log would keep old text for long), and is rewritten
when a draft is removed: secure_delete alone leaves copies behind where rows were moved between pages. Text is
kept as JSON in ASCII, which holds what a store refuses: NUL and lone surrogates.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC
from pathlib import Path
from typing import Any

import apsw
import msgspec

from crm_tui.domain.errors import Corrupt, CrmError, Unavailable
from crm_tui.store.drafts import Draft
from crm_tui.store.sql import copies, faults, filesystem

#: "CRMD": says in the file's header what it is
APPLICATION_ID = 0x43524D44
VERSION = 1
#: milliseconds to wait for another program that writes drafts
BUSY_TIMEOUT = 5_000
_MOST_SET_ASIDE = 100
_SCHEMA = """
CREATE TABLE draft (
  id INTEGER PRIMARY KEY,
  store BLOB NOT NULL,
  actor TEXT NOT NULL,
  key TEXT NOT NULL,
  form TEXT NOT NULL,
  entity INTEGER,
  at TEXT NOT NULL,
  content TEXT NOT NULL,
  UNIQUE (store, actor, key)
) STRICT;
"""
_Values = dict[str, str | bytes | int | None]
# fmt: off
_PRAGMAS = (
    ("busy_timeout", BUSY_TIMEOUT), ("trusted_schema", 0), ("cell_size_check", 1), ("secure_delete", 1),
    ("synchronous", 2), ("journal_mode", "truncate"), ("temp_store", 2),
)
# fmt: on


def open_drafts(path: Path, *, store: str, actor: str) -> SqlDrafts:
    """The drafts of ``actor`` in ``store`` (its absolute path, or its URL), kept in the file at ``path``.

    Never raises for the state of that file: one that is no drafts file of a version we know is set aside, one
    that can't be used now is tried again with each use; ``notices`` says so.
    """
    drafts = SqlDrafts(path, store=store, actor=actor)
    drafts.try_to_open()
    return drafts


class SqlDrafts:
    """``Drafts`` in SQLite; use ``open_drafts``."""

    def __init__(self, path: Path, *, store: str, actor: str) -> None:
        self._path = filesystem.absolute(os.fspath(path))
        self._whose: _Values = {"store": os.fsencode(store), "actor": actor}
        self._lock = threading.Lock()
        self._connection: apsw.Connection | None = None
        self._notices: list[str] = []
        self._has_traces = False  # of rows that were removed

    @property
    def notices(self) -> tuple[str, ...]:
        """What the user should know about the file, a sentence each."""
        return tuple(self._notices)

    def try_to_open(self) -> None:
        """Open the file, so that ``notices`` knows what is wrong with it."""
        with self._lock:
            try:
                with faults.told(self._path):
                    self._open()
            except CrmError as error:
                self._notices.append(f"What you type in forms is not kept until it is saved: {error}")

    def save(self, draft: Draft) -> None:
        """Keep a draft, instead of an older one of its key; it is on the disk on return."""
        at = draft.at.astimezone(UTC).isoformat(timespec="microseconds")
        content = json.dumps(msgspec.structs.asdict(draft) | {"at": at})
        with self._using():
            self._execute(
                "INSERT INTO draft (store, actor, key, form, entity, at, content)"
                " VALUES (:store, :actor, :key, :form, :entity, :at, :content)"
                " ON CONFLICT (store, actor, key) DO UPDATE SET"
                " form = excluded.form, entity = excluded.entity, at = excluded.at, content = excluded.content",
                {"key": draft.key, "form": draft.form, "entity": draft.entity, "at": at, "content": content},
            )

    def drop(self, key: str) -> None:
        """Remove a draft, if there is one of this key."""
        self._remove("DELETE FROM draft WHERE store = :store AND actor = :actor AND key = :key", {"key": key})

    def forget(self, form: str, entity: int) -> None:
        """Remove the drafts about a thing that was erased, those of every actor in this store."""
        self._remove(
            "DELETE FROM draft WHERE store = :store AND form = :form AND entity = :entity",
            {"form": form, "entity": entity},
        )

    def all(self) -> tuple[Draft, ...]:
        """The actor's drafts in this store, newest first."""
        with self._using() as connection:
            rows = connection.execute(
                "SELECT content FROM draft WHERE store = :store AND actor = :actor ORDER BY at DESC, id DESC",
                self._whose,
            ).fetchall()
        return tuple(_read(self._path, content) for (content,) in rows)

    def close(self) -> None:
        """Close the file. May be called twice; a later use opens it again."""
        with self._lock, faults.told(self._path):
            self._close()

    def _remove(self, statement: str, values: _Values) -> None:
        """Delete rows, and rewrite the file if that left traces, now or when an earlier rewriting failed."""
        with self._using():
            connection = self._execute(statement, values)
            self._has_traces = self._has_traces or connection.changes() > 0
            if self._has_traces:
                connection.execute("VACUUM")
                self._has_traces = False

    def _execute(self, statement: str, values: _Values) -> apsw.Connection:
        """Run one statement, which is a transaction; on the file that is there now, if the one that was open
        has been moved or removed. The connection that did it."""
        connection = self._open()
        try:
            connection.execute(statement, self._whose | values)
        except apsw.ReadOnlyError as error:
            if getattr(error, "extendedresult", 0) != apsw.SQLITE_READONLY_DBMOVED:
                raise
            self._close()
            connection = self._open()
            connection.execute(statement, self._whose | values)
        return connection

    @contextmanager
    def _using(self) -> Iterator[apsw.Connection]:
        with self._lock, faults.told(self._path):
            yield self._open()

    def _open(self) -> apsw.Connection:
        if self._connection is None:
            self._connection = _prepare(self._path, self._notices.append)
        return self._connection

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _prepare(path: str, notify: Callable[[str], None]) -> apsw.Connection:
    """Make the file at ``path``, or check it, set it aside if need be, and connect to it.

    One program at a time, so that none sets aside what another has just made.
    """
    os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
    lock = filesystem.StoreLock(path)
    try:
        lock.wait_alone()
        fault = _fault(path)
        if fault is not None:
            notify(f"{path} {fault}; it was set aside as {_set_aside(path)}, and what is typed now goes to a new one.")
        if not os.path.lexists(path):
            _create(path)
        _make_private(path, notify)
        return _connect(path)
    finally:
        lock.release()


def _fault(path: str) -> str | None:
    """What is wrong with the file at ``path``, so that it can't be used; None if nothing, or if there is none."""
    try:
        if filesystem.require_own_file(path) is None:
            return None
    except CrmError:
        return "is not a file of yours"
    try:
        with faults.told(path), closing(_connect(path)) as connection:
            if connection.pragma("application_id") != APPLICATION_ID:
                return "is not a file of drafts"
            if connection.pragma("user_version") != VERSION:
                return "was written by a newer crm-tui"
            copies.require_sound(connection, path)
            for (content,) in connection.execute("SELECT content FROM draft"):
                _read(path, content)
    except (Corrupt, apsw.SQLError):  # the latter: a file of ours whose tables are not
        return "is damaged"
    return None


def _set_aside(path: str) -> str:
    """Rename the file and its journals; returns the new name. The journals go first: left alone, one would be
    played back into the next file of that name."""
    free = (f"{path}.aside-{number}" for number in range(1, _MOST_SET_ASIDE + 1))
    aside = next((name for name in free if not os.path.lexists(name)), None)
    if aside is None:
        raise Unavailable(f"There are {_MOST_SET_ASIDE} files {path}.aside-1 and on; delete those you don't need.")
    for suffix in (*filesystem.JOURNALS, ""):
        if os.path.lexists(path + suffix):
            os.rename(path + suffix, aside + suffix)
    filesystem.sync_folder(os.path.dirname(path))
    return aside


def _create(path: str) -> None:
    """A new file appears in one step, whole, or not at all."""
    with closing(apsw.Connection(":memory:")) as connection:
        connection.pragma("application_id", APPLICATION_ID)
        connection.execute(_SCHEMA).fetchall()
        connection.pragma("user_version", VERSION)
        content = connection.serialize("main")
    temporary = f"{path}.new"
    copies.remove_database(temporary)  # of one who was killed here
    copies.remove_database(path)  # journals of a file that was taken away
    filesystem.write_new(temporary, content)
    filesystem.publish(temporary, path)


def _make_private(path: str, notify: Callable[[str], None]) -> None:
    for name in (path, *(path + suffix for suffix in filesystem.JOURNALS)):
        if os.path.lexists(name) and os.lstat(name).st_mode & 0o077:
            os.chmod(name, 0o600, follow_symlinks=False)
            notify(f"Others could read {name}; now only you can.")


def _connect(path: str) -> apsw.Connection:
    """A connection with every setting read back; apsw's errors."""
    connection = apsw.Connection(path, flags=apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_NOFOLLOW)
    try:
        connection.config(apsw.SQLITE_DBCONFIG_DEFENSIVE, 1)
        for name, value in _PRAGMAS:
            connection.pragma(name, value)
            if (now := connection.pragma(name)) != value:
                raise Unavailable(f"{path} can't be opened safely here: SQLite keeps {name} at {now}.")
    except BaseException:
        connection.close()
        raise
    return connection


def _read(path: str, content: Any) -> Draft:
    """A draft from its JSON; raises Corrupt."""
    try:
        return msgspec.convert(json.loads(content), Draft)
    except (ValueError, RecursionError, msgspec.ValidationError) as error:
        raise Corrupt(f"{path} holds a draft that can't be read ({error}).") from error
