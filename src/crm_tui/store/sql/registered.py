"""Customers that a business register may know, for a comparison of all of them: page by page, by their numbers."""

from __future__ import annotations

from crm_tui.store.customers import RegisteredCustomer
from crm_tui.store.paging import Page, PageRequest
from crm_tui.store.sql import keyset, matching
from crm_tui.store.sql.dialect import Connection

#: the own company can't be changed from a register, and inactive customers are left in peace
_LISTED = keyset.Source(
    "customer c WHERE c.is_active = 1 AND c.is_internal = 0"
    " AND (c.vat_number IS NOT NULL OR c.business_id IS NOT NULL)",
    ("c.number",),
    "c.id",
)
_ROW = (
    "SELECT c.id, c.number, c.name, c.vat_number, c.business_id, a.country"
    " FROM customer c LEFT JOIN address a ON a.id = c.headquarters_id"
    " WHERE c.id IN (SELECT value FROM json_each(:ids))"
)


def page(con: Connection, request: PageRequest) -> Page[RegisteredCustomer]:
    """The rows that a request asks for."""
    found = keyset.find(con, [_LISTED], {}, request)
    rows = con.execute(_ROW, {"ids": matching.ids(key[-1] for key in found.keys)})
    fields = RegisteredCustomer.__struct_fields__
    return found.page({row[0]: RegisteredCustomer(**dict(zip(fields, row, strict=True))) for row in rows})
