"""Where a row that comes back stands: two may have been parted since it was deleted, and what it was on, or who was on
it, is another's now."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec.structs import replace

from crm_tui.domain.activities import Note
from crm_tui.domain.contacts import Contact
from crm_tui.domain.customers import Customer
from crm_tui.domain.entities import Kind
from crm_tui.store.sql.dialect import Connection
from crm_tui.store.sql.merge_around import is_there, went_into
from crm_tui.store.sql.part_contacts import undone
from crm_tui.store.sql.tables import Table
from crm_tui.store.sql.undo_steps import root_of

_ON_CASES = (Kind.ACTIVITY, Kind.NOTE, Kind.FILE)
#: what merges had made of the people of a row when it was deleted, of those that were undone after that; the last
#: merge first. Of two lines of one merge on a field, the first has what it was before, the last what it was after.
_PARTED = (
    "SELECT l.field, first_value(l.old) OVER lines, last_value(l.new) OVER lines FROM change_line l"
    " JOIN merged m ON m.change_id = l.change_id JOIN change u ON u.undoes_id = m.change_id"
    " WHERE l.kind = :kind AND l.entity_id = :row"
    " AND l.field IN ('contact', 'further_contacts', 'contact_participants')"
    " AND u.id > (SELECT max(d.change_id) FROM change_line d"
    "  WHERE d.kind = :kind AND d.entity_id = :row AND d.field = '' AND d.old IS NOT NULL)"
    " AND EXISTS (SELECT 1 FROM contact c WHERE c.id = m.goes_id)"
    " WINDOW lines AS (PARTITION BY l.change_id, l.field ORDER BY l.line"
    "  ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) ORDER BY l.change_id DESC"
)


def placed(con: Connection, table: Table[Any], row: Any) -> Any:
    """The row where it would be, had it been there when two were parted; on the card of its case, or of the note that
    it answers; a contact without an address of another customer."""
    row = _parted(con, table, row)
    if isinstance(row, Contact):
        return replace(row, address=None) if others_address(con, row) else row
    if table.kind not in _ON_CASES:
        return row
    found = None
    if row.case is not None:
        found = con.execute("SELECT customer_id FROM crm_case WHERE id = ?", (row.case,)).fetchone()
    elif isinstance(row, Note) and row.parent is not None:
        found = con.execute("SELECT customer_id FROM note WHERE id = ?", (row.parent,)).fetchone()
    return row if found is None or found[0] == row.customer else replace(row, customer=found[0])


def others_address(con: Connection, row: Contact | Customer) -> int | None:
    """The address of a contact, or the headquarters of a customer, if it is another customer's."""
    key, customer = (row.address, row.customer) if isinstance(row, Contact) else (row.headquarters, row.id)
    found = con.execute("SELECT customer_id FROM address WHERE id = ?", (key,)).fetchone()
    return None if found is None or found[0] == customer else key


def home(con: Connection, table: Table[Any], key: int, field: str, now: int) -> int:
    """The customer that a row had before any merge, or was given by hand since, or else who took that one in; what it
    has ``now`` if that one was deleted, or if that is gone as well."""
    found: int | None = None
    lines: list[Any] = con.execute(
        "SELECT change_id, old, new FROM change_line WHERE kind = ? AND entity_id = ? AND field = ?"
        " ORDER BY change_id, line",
        (table.kind.value, key, field),
    ).fetchall()
    for change, old, new in lines:
        is_merge = con.execute("SELECT 1 FROM merged WHERE change_id = ?", (root_of(con, change),)).get
        if found is None or not is_merge:
            found = msgspec.json.decode((old if is_merge else new) or "0")
    found = found or now
    if not is_there(con, Kind.CUSTOMER, now):
        return found if is_there(con, Kind.CUSTOMER, found) else now
    while not is_there(con, Kind.CUSTOMER, found):
        into = went_into(con, Kind.CUSTOMER, found)
        if into is None:
            return now
        found = into
    return found


def _parted(con: Connection, table: Table[Any], row: Any) -> Any:
    for field in ("customer", "billing_customer"):
        now = getattr(row, field, None)
        if now is not None:
            row = replace(row, **{field: home(con, table, row.id, field, now)})
    lines: list[Any] = con.execute(_PARTED, {"kind": table.kind.value, "row": row.id}).fetchall()
    for field, old, new in lines:
        now, (before, after) = getattr(row, field), (msgspec.json.decode(text) for text in (old, new))
        if not isinstance(now, tuple):
            row = replace(row, **{field: before}) if now == after else row
        elif (without := undone(now, tuple(before), tuple(after))) is not None:
            row = replace(row, **{field: without})
    return row
