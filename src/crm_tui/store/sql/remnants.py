"""What is left of erased people in unused places of a store's file, and how it goes.

SQLite leaves copies of rows behind where it moves them between pages, of rows that still live too, so that no
overwriting of what is deleted reaches them all; its search index keeps words until it merges its segments, and in the
directory of its pages. So after an erasure both are made anew from what is in them, and the write-ahead log is
emptied. The store counts erasures and those that are dealt with: what was not possible at once stays due.
"""

from __future__ import annotations

import apsw

TYPE_CHECKING = False
if TYPE_CHECKING:
    from crm_tui.store.sql.dialect import Connection

#: the search indexes that hold words of people
_INDEXES = ("contact_words", "contact_infix")
#: an index of fewer contacts is made from their words in a second
_FEW = 5_000


def due(con: Connection) -> int:
    """How many people were erased, if something may be left of one of them; else 0."""
    return int(con.execute("SELECT CASE WHEN overwritten < erased THEN erased ELSE 0 END FROM upkeep").get)


def rewrite(con: apsw.Connection) -> None:
    """Make index and file anew; not in a transaction. Takes some seconds for 100,000 contacts, and room for another
    copy of the file. Raises apsw's errors; then the store is as before."""
    con.execute("BEGIN IMMEDIATE")
    try:
        number = con.execute("SELECT count(*) FROM contact").get
        for index in _INDEXES:
            _rewrite_index(con, index, is_small=number < _FEW)
        con.execute("COMMIT")
    finally:
        if con.in_transaction:
            con.execute("ROLLBACK")
    con.execute("VACUUM")


def _rewrite_index(con: apsw.Connection, index: str, *, is_small: bool) -> None:
    """Make an index without what was deleted. To merge its segments into one, which is faster, leaves that in if there
    is one segment only, or all are on one level below others that are empty now. A big one is above the one that a
    word makes, at the latest when it was merged before; a small one may be moved down to it."""
    if is_small:
        con.execute(f"INSERT INTO {index} ({index}) VALUES ('rebuild')")
        return
    for _ in range(2):
        con.execute(f"INSERT INTO {index} (rowid, words) VALUES (0, 'moment')")
        con.execute(f"INSERT INTO {index} ({index}) VALUES ('optimize')")
        con.execute(f"INSERT INTO {index} ({index}, rowid, words) VALUES ('delete', 0, 'moment')")


def finish(con: apsw.Connection, erased: int) -> bool:
    """Empty the write-ahead log, after which nothing is left of the first ``erased`` people. False while somebody
    reads what was before, or writes: nobody is waited for."""
    patience: int = con.pragma("busy_timeout")
    con.pragma("busy_timeout", 0)
    try:
        is_held_back, *_ = con.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()[0]
        if is_held_back:
            return False
        con.execute("UPDATE upkeep SET overwritten = max(overwritten, ?)", (erased,))
    except apsw.BusyError:
        return False
    finally:
        con.pragma("busy_timeout", patience)
    return True
