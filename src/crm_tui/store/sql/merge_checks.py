"""What forbids a merge: cases and invoices that the actor does not see. Nobody moves what they don't see, so each kind
of these blocks, without a name and a number and with id 0."""

from __future__ import annotations

from typing import Any

from crm_tui.domain.customers import Blocker
from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import Invalid
from crm_tui.store.sql.dialect import Connection
from crm_tui.store.sql.finance import invoice_seen
from crm_tui.store.sql.merge_around import Merge
from crm_tui.store.sql.rights import Rights, case_seen

_CASES = {
    Kind.CUSTOMER: "(k.customer_id IN (:stays, :goes) OR k.billing_customer_id IN (:stays, :goes))",
    Kind.CONTACT: "k.id IN (SELECT id FROM crm_case WHERE contact_id = :goes"
    " UNION ALL SELECT case_id FROM case_contact WHERE contact_id = :goes"
    " UNION ALL SELECT a.case_id FROM activity_contact p JOIN activity a ON a.id = p.activity_id"
    " WHERE p.contact_id = :goes)",
}
_INVOICES = "(i.customer_id IN (:stays, :goes) OR i.billing_customer_id IN (:stays, :goes))"


def need_two(stays: int, goes: int) -> None:
    """Raise Invalid for a merge with itself."""
    if stays == goes:
        raise Invalid("goes", "must be another one than the one that stays")


def blockers(con: Connection, rights: Rights, kind: Kind, stays: int, goes: int) -> tuple[Blocker, ...]:
    """What of the two customers, or of the contact that goes, is hidden from the actor."""
    bound = rights.parameters | {"stays": stays, "goes": goes}
    cases = f"crm_case k WHERE {_CASES[kind]} AND NOT {case_seen(rights, 'k')}"
    found = [_hidden(con, Kind.CASE, cases, bound)]
    if kind is Kind.CUSTOMER:
        found.append(_hidden(con, Kind.INVOICE, f"invoice i WHERE {_INVOICES} AND NOT {invoice_seen(rights)}", bound))
    return tuple(blocker for blocker in found if blocker is not None)


def moving_unseen(con: Connection, rights: Rights, merge: Merge, head: int, *, redo: bool) -> tuple[str, ...]:
    """What an undo or a redo of the change ``head`` would move and the actor does not see, in words."""
    if redo:
        return tuple(one.label for one in blockers(con, rights, merge.kind, merge.stays, merge.goes))
    came = "SELECT entity_id FROM change_line WHERE change_id = :head AND kind = '{}'"
    bound = rights.parameters | {"head": head}
    cases = f"k.id IN ({came.format(Kind.CASE.value)})"
    if merge.kind is Kind.CONTACT:
        cases += f" OR k.id IN (SELECT case_id FROM activity WHERE id IN ({came.format(Kind.ACTIVITY.value)}))"
    invoices = f"i.id IN ({came.format(Kind.INVOICE.value)})"
    found = (
        _hidden(con, Kind.CASE, f"crm_case k WHERE ({cases}) AND NOT {case_seen(rights, 'k')}", bound),
        _hidden(con, Kind.INVOICE, f"invoice i WHERE {invoices} AND NOT {invoice_seen(rights)}", bound),
    )
    return tuple(one.label for one in found if one is not None)


def _hidden(con: Connection, kind: Kind, rows: str, bound: dict[str, Any]) -> Blocker | None:
    is_there = con.execute(f"SELECT 1 FROM {rows} LIMIT 1", bound).get
    return Blocker(kind.value, 0, f"{kind.value}s hidden by your permissions") if is_there else None
