"""Contents of files that nobody needs any more go: once a day, when a store is opened for writing.

A removed file can come back for 30 days. A content that neither a file nor the change log speaks of was left by a
program that ended too early; while it is young, its file may be about to be added.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from crm_tui.store.sql import keyset
from crm_tui.store.sql.dialect import Connection
from crm_tui.store.sql.file_contents import Contents
from crm_tui.store.sql.tables import instant

#: how long the content of a removed file stays
KEPT = dt.timedelta(days=30)
#: how long a content stays that nothing speaks of
STRAY = dt.timedelta(days=1)
_EVERY = dt.timedelta(days=1)


def is_due(con: Connection, contents: Contents, now: dt.datetime) -> bool:
    """Whether there are contents, and they were looked through a day ago or longer."""
    swept: str = con.execute("SELECT contents_swept_at FROM upkeep").get
    return swept <= instant(now - _EVERY) and contents.any_kept()


def sweep(con: Connection, contents: Contents, now: dt.datetime) -> None:
    """Take away what nobody needs; in the transaction on ``con`` no file is added, removed or brought back."""
    found = contents.kept()
    in_use = con.execute(
        "SELECT content_key FROM file WHERE content_key IN (SELECT CAST(value AS TEXT) FROM json_each(?))",
        (keyset.as_json(tuple(found)),),
    )
    for (key,) in in_use:
        del found[key]
    if found:
        contents.discard(_outlived(con, found, now))
    con.execute("UPDATE upkeep SET contents_swept_at = ?", (instant(now),))


def _outlived(con: Connection, unused: Mapping[str, dt.datetime], now: dt.datetime) -> list[str]:
    removed: dict[str, str] = dict(
        con.execute(
            "SELECT l.old ->> 'content_key', max(h.at) FROM change_line l JOIN change h ON h.id = l.change_id"
            " WHERE l.kind = 'file' AND l.field = '' AND l.old ->> 'content_key' IS NOT NULL GROUP BY 1"
        )
    )
    return [
        name
        for name, written in unused.items()
        if (removed[name] <= instant(now - KEPT) if name in removed else written <= now - STRAY)
    ]
