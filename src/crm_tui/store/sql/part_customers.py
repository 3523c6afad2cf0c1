"""Parting two customers that were merged: what came over goes back, with what was put on it since."""

from __future__ import annotations

from typing import Any

import msgspec

from crm_tui.domain.entities import Kind
from crm_tui.store.sql import undo_places
from crm_tui.store.sql.merge_around import Merge
from crm_tui.store.sql.merge_pointers import Pointer, pointers_to
from crm_tui.store.sql.tables import ACTIVITY, ADDRESS, CONTACT, CUSTOMER, FILE, INVOICE, NOTE, Table
from crm_tui.store.sql.write import Change

#: ids of the rows that came over by a field
_CAME = "SELECT entity_id FROM change_line WHERE change_id = :head AND kind = :row_kind AND field = :row_field"
#: rows on the one that stays that were gone when it took the other in, and are back since
_BACK = (
    "SELECT DISTINCT l.entity_id FROM change_line l JOIN change h ON h.id = l.change_id WHERE l.customer_id = :old"
    " AND l.change_id > :head AND l.kind = :row_kind AND l.field = '' AND l.old IS NULL AND h.undoes_id IS NOT NULL"
)
#: what is on a case of the customer in ``{}``, for each table of which that is said
_ON_CASE: dict[Table[Any], str] = {
    table: "EXISTS (SELECT 1 FROM crm_case c WHERE c.id = t.case_id AND c.customer_id = {})"
    for table in (ACTIVITY, NOTE, FILE)
}
_ON_CASE[INVOICE] = (
    "EXISTS (SELECT 1 FROM invoice_case ic JOIN crm_case c ON c.id = ic.case_id"
    " WHERE ic.invoice_id = t.id AND c.customer_id = {})"
)
#: an invoice got other cases since; while it has none, it goes back even if one of its cases is another customer's
_OTHER_CASES = (
    f"EXISTS (SELECT 1 FROM change_line l WHERE l.kind = '{Kind.INVOICE.value}' AND l.entity_id = t.id"
    " AND l.field = 'cases' AND l.change_id > :head)"
)
_REPLIES = "t.parent_id IN (SELECT n.id FROM note n WHERE n.customer_id = :new)"


def move_back(work: Change, merge: Merge, head: int) -> None:
    """Have all that came over by the change ``head`` and is still on ``stays`` be on ``goes``: cases with what was
    added to them since, notes with what was answered. What was put on a case that stays, stays with it."""
    for pointer in pointers_to(work.con, Kind.CUSTOMER):
        only = f"t.id IN ({_CAME})"
        if pointer.field == "customer":
            only = _moving(pointer.table, only)
        bound = {"head": head, "row_kind": pointer.table.kind.value, "row_field": pointer.field}
        if back := _homeward(work, pointer, merge, bound):
            only = f"({only} OR t.id IN (SELECT value FROM json_each(:back)))"
            bound["back"] = msgspec.json.encode(back).decode()
        work.repoint(pointer.table, pointer.field, merge.stays, merge.goes, only, bound)
    while work.repoint(NOTE, "customer", merge.stays, merge.goes, _REPLIES):
        pass  # replies to what just went


def _homeward(work: Change, pointer: Pointer, merge: Merge, bound: dict[str, Any]) -> list[int]:
    """Rows that came back since, and belong to ``goes``."""
    back: list[Any] = work.con.execute(_BACK, bound | {"old": merge.stays}).fetchall()
    return [
        key
        for (key,) in back
        if undo_places.home(work.con, pointer.table, key, pointer.field, merge.stays) == merge.goes
    ]


def without_addresses(work: Change, merge: Merge) -> list[int]:
    """Contacts whose address is the other customer's now have none; returns their ids."""
    rows: list[Any] = work.con.execute(
        "SELECT k.id FROM contact k JOIN address d ON d.id = k.address_id WHERE k.customer_id IN (:stays, :goes)"
        " AND d.customer_id IN (:stays, :goes) AND d.customer_id <> k.customer_id ORDER BY k.id",
        {"stays": merge.stays, "goes": merge.goes},
    ).fetchall()
    for (key,) in rows:
        work.update(CONTACT, work.get(CONTACT, key), {"address": None})
    return [key for (key,) in rows]


def settle_headquarters(work: Change, key: int, head: int, found: int | None) -> None:
    """The headquarters of the one that stays is what it was before the change ``head``, unless another one that is
    still its own was picked since; ``found`` is what it was before anything went or came."""
    customer = work.get(CUSTOMER, key)
    own = [row[0] for row in work.con.execute("SELECT id FROM address WHERE customer_id = ? ORDER BY id", (key,))]
    before, after = _logged(work, key, head)
    wanted = before if found == after and before != after else customer.headquarters
    if wanted is not None and wanted not in own:
        wanted = before if before in own else next(iter(own), None)
    if wanted is None and found is not None and _any_added(work, key, head):
        wanted = own[0]
    work.update(CUSTOMER, customer, {"headquarters": wanted})


def find_headquarters(work: Change, key: int, had: int | None) -> None:
    """Of one that is back and whose headquarters is not, another address is it."""
    customer = work.get(CUSTOMER, key)
    if customer.headquarters is None and had is not None:
        first = work.con.execute("SELECT min(id) FROM address WHERE customer_id = ?", (key,)).get
        work.update(CUSTOMER, customer, {"headquarters": first})


def headquarters_of(work: Change, merge: Merge, headquarters: int | None) -> int | None:
    """What was the headquarters of ``goes``, if it is an address of ``stays`` still."""
    row = work.con.execute("SELECT customer_id FROM address WHERE id = ?", (headquarters,)).fetchone()
    return headquarters if row == (merge.stays,) else None


def _moving(table: Table[Any], came: str) -> str:
    if table not in _ON_CASE:
        return came
    stays_with_case, goes_with_case = (_ON_CASE[table].format(customer) for customer in (":old", ":new"))
    moving = f"({came} OR {goes_with_case}) AND NOT {stays_with_case}"
    return f"({moving} OR ({came} AND NOT {_OTHER_CASES}))" if table is INVOICE else f"({moving})"


def _logged(work: Change, key: int, head: int) -> tuple[int | None, int | None]:
    """What the headquarters was before a change, and after it; twice the same where it did not change."""
    rows: list[Any] = work.con.execute(
        "SELECT old, new FROM change_line WHERE change_id = ? AND kind = ? AND entity_id = ? AND field = 'headquarters'"
        " ORDER BY line",
        (head, CUSTOMER.kind.value, key),
    ).fetchall()
    if not rows:
        return None, None
    before, after = (None if text is None else int(msgspec.json.decode(text)) for text in (rows[0][0], rows[-1][1]))
    return before, after


def _any_added(work: Change, key: int, head: int) -> bool:
    """Whether addresses were added to a customer since, or came over."""
    came = "(l.field = 'customer' OR (l.field = '' AND l.old IS NULL))"
    added = f"l.kind = ? AND {came} AND l.change_id > ? AND l.entity_id = a.id"
    rows = f"SELECT 1 FROM address a JOIN change_line l ON {added} WHERE a.customer_id = ? LIMIT 1"
    return work.con.execute(rows, (ADDRESS.kind.value, head, key)).fetchone() is not None
