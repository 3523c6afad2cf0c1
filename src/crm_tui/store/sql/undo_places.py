"""Where a row that comes back stands: two customers may have been parted since it was deleted, and what it was on is
another customer's now."""

from __future__ import annotations

from typing import Any

import apsw
from msgspec.structs import replace

from crm_tui.domain.activities import Note
from crm_tui.domain.contacts import Contact
from crm_tui.domain.entities import Kind
from crm_tui.store.sql.tables import Table

_ON_CASES = (Kind.ACTIVITY, Kind.NOTE, Kind.FILE)


def placed(con: apsw.Connection, table: Table[Any], row: Any) -> Any:
    """The row on the card of its case, or of the note that it answers; a contact without an address of another
    customer."""
    if isinstance(row, Contact):
        return row if has_address(con, row) else replace(row, address=None)
    if table.kind not in _ON_CASES:
        return row
    found = None
    if row.case is not None:
        found = con.execute("SELECT customer_id FROM crm_case WHERE id = ?", (row.case,)).fetchone()
    elif isinstance(row, Note) and row.parent is not None:
        found = con.execute("SELECT customer_id FROM note WHERE id = ?", (row.parent,)).fetchone()
    return row if found is None or found[0] == row.customer else replace(row, customer=found[0])


def has_address(con: apsw.Connection, contact: Contact) -> bool:
    """Whether the address of a contact is one of its customer, or there is none, or it is gone."""
    row = con.execute("SELECT customer_id FROM address WHERE id = ?", (contact.address,)).fetchone()
    return row is None or row == (contact.customer,)
