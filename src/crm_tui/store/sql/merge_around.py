"""What is around customers and contacts, without a change log of its own: favourites, recently opened cards, external
references, and pairs that are no duplicates. What a merge did to them is kept with it, so that it can be taken back.

Marks of the one that went outlive it, as those of a deleted customer do: nobody sees them while it is gone.
"""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct

from crm_tui.domain.entities import Kind
from crm_tui.store.sql.dialect import Connection
from crm_tui.store.sql.history_labels import Labels
from crm_tui.store.sql.tables import BY_KIND
from crm_tui.store.sql.write import Change


class Recent(Struct, frozen=True):
    """When a user had opened the one that stays, ``before`` the merge and after it."""

    user: int
    before: str | None
    after: str


class Around(Struct, frozen=True):
    """What went over: users whose favourite the one that stays became, references that mean it now, of which ``made``
    is new, and those it is no duplicate of now."""

    favourites: tuple[int, ...] = ()
    recents: tuple[Recent, ...] = ()
    references: tuple[str, ...] = ()
    made: str | None = None
    pairs: tuple[int, ...] = ()


class Merge(Struct, frozen=True):
    """``goes`` went into ``stays``."""

    kind: Kind
    goes: int
    stays: int
    around: Around = Around()


def take_over(work: Change, kind: Kind, goes: int, stays: int, external_ref: str | None) -> Merge:
    """Let what is around ``goes`` be around ``stays``, and remember the merge. A change is begun already."""
    con = work.con
    is_customer = kind is Kind.CUSTOMER
    around = Around(
        favourites=_favourites(con, goes, stays) if is_customer else (),
        recents=_recents(con, goes, stays) if is_customer else (),
        references=_references(con, kind, goes, stays),
        made=_alias(con, kind, external_ref, stays),
        pairs=_pairs(con, kind, goes, stays),
    )
    con.execute(
        "INSERT INTO merged (change_id, kind, goes_id, stays_id, around) VALUES (?, ?, ?, ?, ?)",
        (work.begin(kind, stays), kind.value, goes, stays, msgspec.json.encode(around).decode()),
    )
    return Merge(kind, goes, stays, around)


def give_back(con: Connection, merge: Merge) -> None:
    """Take that back; what was marked anew since stays."""
    goes, stays, around = merge.goes, merge.stays, merge.around
    con.executemany(
        "DELETE FROM favourite WHERE user_id = ? AND customer_id = ?", [(u, stays) for u in around.favourites]
    )
    for recent in around.recents:
        now = (recent.user, stays, recent.after)
        if recent.before is None:
            con.execute("DELETE FROM recent WHERE user_id = ? AND customer_id = ? AND at = ?", now)
        else:
            con.execute(
                "UPDATE recent SET at = ? WHERE user_id = ? AND customer_id = ? AND at = ?", (recent.before, *now)
            )
    of_stays = "kind = ? AND external_ref = ? AND entity_id = ?"
    if around.made is not None:
        con.execute(f"DELETE FROM external_alias WHERE {of_stays}", (merge.kind.value, around.made, stays))
    con.executemany(
        f"UPDATE external_alias SET entity_id = ? WHERE {of_stays}",
        [(goes, merge.kind.value, reference, stays) for reference in around.references],
    )
    con.executemany(
        "DELETE FROM not_duplicate WHERE kind = ? AND low_id = ? AND high_id = ?",
        [(merge.kind.value, *sorted((stays, other))) for other in around.pairs],
    )


def merge_of(con: Connection, change: int) -> Merge | None:
    """The merge that a change made, if it is one."""
    row = con.execute("SELECT kind, goes_id, stays_id, around FROM merged WHERE change_id = ?", (change,)).fetchone()
    if row is None:
        return None
    kind, goes, stays, around = row
    return Merge(Kind(kind), goes, stays, msgspec.json.decode(around, type=Around))


def went_into(con: Connection, kind: Kind, key: int) -> int | None:
    """Into which one an entity that is gone was merged; None where it is there, or was deleted."""
    if is_there(con, kind, key):
        return None
    row = con.execute(
        "SELECT m.stays_id FROM merged m WHERE m.kind = :kind AND m.goes_id = :key AND m.change_id ="
        " (SELECT max(l.change_id) FROM change_line l"
        " WHERE l.kind = :kind AND l.entity_id = :key AND l.field IN ('', 'deleted'))",
        {"kind": kind.value, "key": key},
    ).fetchone()
    return row[0] if row else None


def went_at_last_into(con: Connection, kind: Kind, key: int) -> int | None:
    """The one that is there of those that it went into one after the other; None where that was deleted or erased."""
    into = went_into(con, kind, key)
    while into is not None and not is_there(con, kind, into):
        into = went_into(con, kind, into)
    if kind is Kind.CONTACT and into is not None:
        row = con.execute("SELECT id FROM contact WHERE id = ? AND is_deleted = 0", (into,)).fetchone()
        return row[0] if row else None
    return into


def is_there(con: Connection, kind: Kind, key: int) -> bool:
    """Whether there is a row with this id; of what has no table of its own nothing is there, or went anywhere."""
    if kind not in BY_KIND:
        return False
    return con.execute(f"SELECT 1 FROM {BY_KIND[kind].name} WHERE id = ?", (key,)).fetchone() is not None


def how_gone(con: Connection, labels: Labels, kind: Kind, key: int) -> str:
    """What to do about a thing that an undo needs and that is gone, after its name: bring it back, or undo a merge."""
    into = went_into(con, kind, key)
    if into is None:
        return "is gone; bring it back first"
    return f"was merged into {labels.entity(kind, into)} since; undo that first"


def _favourites(con: Connection, goes: int, stays: int) -> tuple[int, ...]:
    rows = con.execute(
        "INSERT INTO favourite (user_id, customer_id) SELECT user_id, :stays FROM favourite"
        " WHERE customer_id = :goes ON CONFLICT DO NOTHING RETURNING user_id",
        {"goes": goes, "stays": stays},
    )
    return tuple(user for (user,) in rows)


def _recents(con: Connection, goes: int, stays: int) -> tuple[Recent, ...]:
    rows: list[Any] = con.execute(
        "SELECT g.user_id, s.at, g.at FROM recent g LEFT JOIN recent s ON s.user_id = g.user_id"
        " AND s.customer_id = :stays WHERE g.customer_id = :goes AND (s.at IS NULL OR g.at > s.at)",
        {"goes": goes, "stays": stays},
    ).fetchall()
    found = tuple(Recent(user, before, after) for user, before, after in rows)
    con.executemany(
        "INSERT INTO recent (user_id, customer_id, at) VALUES (?, ?, ?)"
        " ON CONFLICT (user_id, customer_id) DO UPDATE SET at = excluded.at",
        [(recent.user, stays, recent.after) for recent in found],
    )
    return found


def _references(con: Connection, kind: Kind, goes: int, stays: int) -> tuple[str, ...]:
    rows = con.execute(
        "UPDATE external_alias SET entity_id = ? WHERE kind = ? AND entity_id = ? RETURNING external_ref",
        (stays, kind.value, goes),
    )
    return tuple(reference for (reference,) in rows)


def _alias(con: Connection, kind: Kind, external_ref: str | None, stays: int) -> str | None:
    """The reference of the one that goes; not of an import run, whose undo leaves merges alone."""
    if external_ref is None:
        return None
    con.execute(
        "INSERT INTO external_alias (kind, external_ref, entity_id, import_id) VALUES (?, ?, ?, NULL)"
        " ON CONFLICT DO NOTHING",
        (kind.value, external_ref, stays),
    )
    return external_ref if con.changes() else None


def _pairs(con: Connection, kind: Kind, goes: int, stays: int) -> tuple[int, ...]:
    rows = con.execute(
        "INSERT INTO not_duplicate (kind, low_id, high_id, at, actor_id) SELECT kind,"
        " CASE WHEN other < :stays THEN other ELSE :stays END, CASE WHEN other < :stays THEN :stays ELSE other END,"
        " at, actor_id FROM (SELECT kind, CASE WHEN low_id = :goes THEN high_id ELSE low_id END AS other, at, actor_id"
        "  FROM not_duplicate WHERE kind = :kind AND :goes IN (low_id, high_id)) pair WHERE other <> :stays"
        " ON CONFLICT DO NOTHING RETURNING CASE WHEN low_id = :stays THEN high_id ELSE low_id END",
        {"kind": kind.value, "goes": goes, "stays": stays},
    )
    return tuple(other for (other,) in rows)
