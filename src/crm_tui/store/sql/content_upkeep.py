"""Contents of files that nobody needs any more go: once a day, when a store is opened for writing.

A removed file can come back for 30 days. A content that neither a file nor the change log speaks of was left by a
program that ended too early; while it is young, its file may be about to be added.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Mapping
from pathlib import Path

import apsw

from crm_tui.store.sql import file_contents, keyset
from crm_tui.store.sql.tables import instant

#: how long the content of a removed file stays
KEPT = dt.timedelta(days=30)
#: how long a content stays that nothing speaks of
STRAY = dt.timedelta(days=1)
_EVERY = dt.timedelta(days=1)


def is_due(con: apsw.Connection, folder: Path, now: dt.datetime) -> bool:
    """Whether there are contents, and they were looked through a day ago or longer."""
    swept: str = con.execute("SELECT contents_swept_at FROM upkeep").get
    return swept <= instant(now - _EVERY) and _has_contents(folder)


def sweep(con: apsw.Connection, folder: Path, now: dt.datetime) -> None:
    """Take away what nobody needs; in the transaction on ``con`` no file is added, removed or brought back."""
    found = file_contents.kept(folder)
    in_use = con.execute(
        "SELECT content_key FROM file WHERE content_key IN (SELECT CAST(value AS TEXT) FROM json_each(?))",
        (keyset.as_json(tuple(found)),),
    )
    for (key,) in in_use:
        del found[key]
    file_contents.discard_all(folder, _outlived(con, found, now) if found else ())
    con.execute("UPDATE upkeep SET contents_swept_at = ?", (instant(now),))


def _has_contents(folder: Path) -> bool:
    """Whether something is in a folder that is one, and not a link; one that can't be used is told when it is used."""
    if folder.is_symlink() or not folder.is_dir() or not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        return False
    with os.scandir(folder) as entries:
        return any(entries)


def _outlived(con: apsw.Connection, unused: Mapping[str, float], now: dt.datetime) -> list[str]:
    removed: dict[str, str] = dict(
        con.execute(
            "SELECT l.old ->> 'content_key', max(h.at) FROM change_line l JOIN change h ON h.id = l.change_id"
            " WHERE l.kind = 'file' AND l.field = '' AND l.old ->> 'content_key' IS NOT NULL GROUP BY 1"
        )
    )
    return [
        name
        for name, written in unused.items()
        if (
            removed[name] <= instant(now - KEPT)
            if name in removed
            else dt.datetime.fromtimestamp(written, dt.UTC) <= now - STRAY
        )
    ]
