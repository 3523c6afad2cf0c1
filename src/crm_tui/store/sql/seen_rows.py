"""Which rows of a table the actor may know of, so that what is counted for them is only that."""

from __future__ import annotations

from crm_tui.store.sql.finance import invoice_seen
from crm_tui.store.sql.rights import Rights, case_seen
from crm_tui.store.sql.tables import ACTIVITY, ACTUAL, CASE, FILE, FORECAST, INVOICE, NOTE


def seen(rights: Rights, table: str) -> str:
    """A condition: the row of ``table`` in ``t`` is no case that the actor does not see, and on none."""
    on_seen = f"t.case_id IN (SELECT c.id FROM crm_case c WHERE {case_seen(rights)})"
    if table == CASE.name:
        return case_seen(rights, "t")
    if table == INVOICE.name:
        return invoice_seen(rights, "t")
    if table in (FORECAST.name, ACTUAL.name):
        return on_seen
    if table in (FILE.name, NOTE.name, ACTIVITY.name):
        return f"(t.case_id IS NULL OR {on_seen})"
    return "1 = 1"
