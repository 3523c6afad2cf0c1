"""Deleting a case with all that is on it: activities, notes, files, forecasts and actuals. Invoices forbid it."""

from __future__ import annotations

from typing import Any

from crm_tui.domain.cases import Case
from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import Blocked
from crm_tui.store.sql.tables import ACTIVITY, ACTUAL, CASE, FILE, FORECAST, NOTE, Table
from crm_tui.store.sql.write import Change

#: what goes with a case
_BELOW: tuple[Table[Any], ...] = (ACTIVITY, NOTE, FILE, FORECAST, ACTUAL)


def delete(work: Change, case: Case) -> None:
    """Delete the case, each thing with a line in the change log of its own; Blocked while an invoice bills it."""
    con = work.con
    invoices: list[tuple[Any, ...]] = con.execute(
        "SELECT i.id, i.number FROM invoice_case ic JOIN invoice i ON i.id = ic.invoice_id WHERE ic.case_id = ?"
        " ORDER BY i.date, i.id",
        (case.id,),
    ).fetchall()
    if invoices:
        blockers = tuple((Kind.INVOICE.value, key, f"invoice {number}") for key, number in invoices)
        raise Blocked(f"The case “{case.name}”", blockers)
    for table in _BELOW:
        # the newest first: a reply goes before the note that it answers
        rows: list[tuple[Any, ...]] = con.execute(
            f"SELECT id FROM {table.name} WHERE case_id = ? ORDER BY id DESC", (case.id,)
        ).fetchall()
        for (key,) in rows:
            work.delete(table, work.get(table, key))
    work.delete(CASE, case)
