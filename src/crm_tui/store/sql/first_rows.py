"""The first rows of the customers list, read in the least time, for the page that is painted before the program is
there.

It reads only a store that is in order: whatever has to be made, recovered, migrated or told first is left to the
program itself. It imports nothing that costs time.
"""

from __future__ import annotations

import os

from crm_tui.store.first_rows import FirstRow, FirstRows
from crm_tui.store.sql import filesystem, opening
from crm_tui.store.sql.looking import Look
from crm_tui.store.sql.migrate import Migrations

# Who sees customers at all sees them all; see customer_list.py, whose first page without a filter this is.
_ROWS = (
    "SELECT c.name, c.number, c.city, u.name, c.phone,"
    " EXISTS (SELECT 1 FROM favourite f WHERE f.user_id = :actor AND f.customer_id = c.id)"
    " FROM customer c LEFT JOIN crm_user u ON u.id = c.owner_id"
    " WHERE c.is_active = 1 ORDER BY c.name_key, c.id LIMIT :limit"
)


def read(path: str, login: str, limit: int) -> FirstRows | None:
    """The first ``limit`` rows; None where the store is not in order. Raises what Look raises."""
    if not _is_in_order(filesystem.absolute(path)):
        return None
    with Look(path, login) as (con, actor):
        user: str = con.execute("SELECT name FROM crm_user WHERE id = ?", (actor.user,)).get
        found = con.execute(_ROWS, {"actor": actor.user, "limit": limit})
        return FirstRows(user, os.path.splitext(os.path.basename(path))[0], [FirstRow(*row) for row in found])


def _is_in_order(path: str) -> bool:
    """Whether opening the store does nothing to it and has nothing to tell."""
    for name in (path, *(path + suffix for suffix in filesystem.JOURNALS)):
        found = filesystem.require_own_file(name)
        if found is None and name == path:
            return False
        if found is not None and found.st_mode & 0o077:
            return False
    if not (filesystem.is_writable(path) and filesystem.is_writable(os.path.dirname(path))):
        return False
    _, version, journal = opening.header(path)
    if version != Migrations().newest or journal != "wal":
        return False
    lock = filesystem.StoreLock(path)
    try:
        return not (filesystem.has_unfinished_journal(path) and lock.take_alone())
    finally:
        lock.release()
