"""Pairs that somebody said are no duplicates: kept once for a pair, and logged on the cards of both, by which they are
undone."""

from __future__ import annotations

from typing import Any

from crm_tui.domain.entities import Kind
from crm_tui.store.sql.dialect import Connection
from crm_tui.store.sql.tables import BY_KIND, instant
from crm_tui.store.sql.write import Change, customer_of, log_text

#: what the change log calls it; no field of an entity
FIELD = "not_duplicate"


def is_dismissed(con: Connection, kind: Kind, one: int, other: int) -> bool:
    """Whether the pair was dismissed."""
    low, high = sorted((one, other))
    found = con.execute(
        "SELECT 1 FROM not_duplicate WHERE kind = ? AND low_id = ? AND high_id = ?", (kind.value, low, high)
    ).fetchone()
    return found is not None


def all_of(con: Connection, kind: Kind) -> set[tuple[int, int]]:
    """All pairs of a kind, the lower id first."""
    rows = con.execute("SELECT low_id, high_id FROM not_duplicate WHERE kind = ?", (kind.value,))
    return {(low, high) for low, high in rows}


def put(work: Change, kind: Kind, one: int, other: int, *, dismissed: bool, again: bool = False) -> None:
    """Dismiss a pair, or forget that; what is so already is no change. One that is dismissed ``again``, by undo or
    redo, is as it was: by whom and when."""
    low, high = sorted((one, other))
    if is_dismissed(work.con, kind, low, high) is dismissed:
        return
    if dismissed:
        at, actor = _dismissal(work.con, kind, low, high) if again else (instant(work.now), work.actor)
        work.con.execute(
            "INSERT INTO not_duplicate (kind, low_id, high_id, at, actor_id) VALUES (?, ?, ?, ?, ?)",
            (kind.value, low, high, at, actor),
        )
    else:
        work.con.execute(
            "DELETE FROM not_duplicate WHERE kind = ? AND low_id = ? AND high_id = ?", (kind.value, low, high)
        )
    for own, its in ((low, high), (high, low)):
        row = work.get(BY_KIND[kind], own)
        customer = customer_of(work.con, BY_KIND[kind], own, {"customer": getattr(row, "customer", None)})
        old, new = (None, log_text(its)) if dismissed else (log_text(its), None)
        work.log(kind, own, customer, row.revision, FIELD, old, new)


def _dismissal(con: Connection, kind: Kind, low: int, high: int) -> tuple[str, int | None]:
    """When a pair was dismissed last, and by whom."""
    logged = con.execute(
        "SELECT h.at, h.actor_id FROM change_line l JOIN change h ON h.id = l.change_id"
        " WHERE l.kind = ? AND l.entity_id = ? AND l.field = ? AND l.new = ? AND h.undoes_id IS NULL"
        " ORDER BY l.change_id DESC LIMIT 1",
        (kind.value, low, FIELD, log_text(high)),
    ).fetchone()
    at, actor = logged or _went_over(con, kind, low, high)
    return at, actor


def _went_over(con: Connection, kind: Kind, low: int, high: int) -> Any:
    """The same of a pair that came by a merge: of the one that went into one of the two, and the other."""
    return con.execute(
        "SELECT n.at, n.actor_id FROM merged m JOIN not_duplicate n ON n.kind = m.kind"
        " AND (n.low_id, n.high_id) IN ((m.goes_id, :both - m.stays_id), (:both - m.stays_id, m.goes_id))"
        " WHERE m.kind = :kind AND m.stays_id IN (:low, :high) ORDER BY m.change_id DESC LIMIT 1",
        {"kind": kind.value, "low": low, "high": high, "both": low + high},
    ).get
