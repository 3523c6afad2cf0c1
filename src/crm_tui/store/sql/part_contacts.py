"""Parting two contacts that were merged: each stands again where it stood, as far as nobody changed that since."""

from __future__ import annotations

from typing import Any

import msgspec

from crm_tui.domain.entities import Kind
from crm_tui.store.sql import merge_writes
from crm_tui.store.sql.merge_around import Merge
from crm_tui.store.sql.merge_pointers import pointers_to
from crm_tui.store.sql.tables import Table
from crm_tui.store.sql.write import Change

Ids = tuple[int, ...]
_CAME = "SELECT entity_id FROM change_line WHERE change_id = :head AND kind = :row_kind AND field = :row_field"


def relink_back(work: Change, merge: Merge, head: int) -> list[tuple[Kind, int]]:
    """Give cases and activities the contacts they had before the change ``head``; returns those that keep what they
    have, because the one that stays is not on them any more."""
    kept = []
    for pointer in pointers_to(work.con, Kind.CONTACT):
        bound = {"head": head, "row_kind": pointer.table.kind.value, "row_field": pointer.field}
        if pointer.link is None:
            work.repoint(pointer.table, pointer.field, merge.stays, merge.goes, f"t.id IN ({_CAME})", bound)
            others = f'"{pointer.field}_id" IS DISTINCT FROM :goes AND id IN ({_CAME})'
            rows: list[Any] = work.con.execute(
                f"SELECT id FROM {pointer.table.name} WHERE {others}", bound | {"goes": merge.goes}
            ).fetchall()
            kept += [(pointer.table.kind, key) for (key,) in rows]
            continue
        before = _logged(work, pointer.table, pointer.field, head)
        rows_now = merge_writes.linked_rows(work.con, pointer, f"t.id IN ({_CAME})", bound)
        changed = []
        for row in rows_now:
            ids = undone(row.old, *before[row.id])
            if ids is None:
                kept.append((pointer.table.kind, row.id))
            elif ids != row.old:
                changed.append(row._replace(new=ids))
        work.relink(pointer.table, pointer.link, changed)
    return kept


def undone(now: Ids, before: Ids, after: Ids) -> Ids | None:
    """What ids are without a change from ``before`` to ``after``; None where what it put in was taken away since."""
    if now == after:
        return before
    came = [one for one in after if one not in before]
    went = [one for one in before if one not in after and one not in now]
    if any(one not in now for one in came):
        return None
    result = list(now)
    for one in went:
        place = result.index(came[0]) if came else min(before.index(one), len(result))
        result.insert(place, one)
    return tuple(one for one in result if one not in came)


def _logged(work: Change, table: Table[Any], field: str, head: int) -> dict[int, tuple[Ids, Ids]]:
    """What links were before a change and after it, by row; of two lines on a row the first and the last count."""
    found: dict[int, tuple[Ids, Ids]] = {}
    rows = work.con.execute(
        "SELECT entity_id, old, new FROM change_line WHERE change_id = ? AND kind = ? AND field = ? ORDER BY line",
        (head, table.kind.value, field),
    )
    for key, *texts in rows:
        old, new = (msgspec.json.decode(text or "[]", type=Ids) for text in texts)
        found[key] = (found[key][0] if key in found else old, new)
    return found
