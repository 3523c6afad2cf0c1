"""The change log, newest first. Lines of what the actor may not see are left out: cases and what is on them by
the project permission, figures by the sight of money, private entries of others. What was deleted with a case, and
cases themselves, then show to those only who see all cases."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import apsw

from crm_tui.domain.entities import Kind
from crm_tui.domain.history import ChangeLine
from crm_tui.domain.permissions import Action, ProjectLevel
from crm_tui.store.paging import Page, PageRequest
from crm_tui.store.sql import keyset
from crm_tui.store.sql.facet import Facet
from crm_tui.store.sql.feed import MASKED
from crm_tui.store.sql.finance import invoice_seen
from crm_tui.store.sql.history_labels import Labels
from crm_tui.store.sql.keyset import Found, Source
from crm_tui.store.sql.rights import Rights, case_money, case_seen, invoice_money

#: fields whose values are money of cases
FIGURES: dict[Kind, tuple[str, ...]] = {
    Kind.CASE: ("expected_value",),
    Kind.FORECAST: (
        "billing", "revenue", "labor_expense", "other_expense",
        "billing_note", "revenue_note", "labor_note", "other_note",
    ),
    Kind.ACTUAL: ("billed", "labor_cost", "other_cost"),
    Kind.INVOICE: ("total", "vat"),
}  # fmt: skip


class SqlHistory(Facet):
    """The History facet."""

    def of_customer(self, customer: int, request: PageRequest, *, kinds: Sequence[Kind] = ()) -> Page[ChangeLine]:
        """What changed on a customer's card, of all kinds or of these; also after it was deleted."""
        with self._reading() as (con, rights):
            rights.need(Action.SEE, Kind.CUSTOMER)
            rows = f"change_line l WHERE l.customer_id = :customer AND {visible(rights)}"
            parameters = rights.parameters | {"customer": customer}
            if kinds:
                rows += " AND l.kind IN (SELECT value FROM json_each(:kinds))"
                parameters["kinds"] = keyset.as_json(tuple(kinds))
            return _page(con, rights, rows, parameters, request)

    def of_entity(self, kind: Kind, entity: int, request: PageRequest) -> Page[ChangeLine]:
        """What changed of one thing; also after it was deleted."""
        with self._reading() as (con, rights):
            rights.need(Action.SEE, kind)
            rows = f"change_line l WHERE l.kind = :kind AND l.entity_id = :entity AND {visible(rights)}"
            parameters = rights.parameters | {"kind": kind.value, "entity": entity}
            return _page(con, rights, rows, parameters, request)


def visible(rights: Rights) -> str:
    """A condition: the change-log line in ``l`` is one that the actor may see. They see customers."""
    on_case = {Kind.NOTE: "note", Kind.FILE: "file"}
    cases = {Kind.ACTIVITY: _activity(rights)}
    cases |= {kind: _on_case(rights, table) for kind, table in on_case.items()}
    if rights.profile.projects is not ProjectLevel.ALL:
        cases |= {
            Kind.CASE: _case(rights),
            Kind.FORECAST: _figures(rights, Kind.FORECAST),
            Kind.ACTUAL: _figures(rights, Kind.ACTUAL),
            Kind.INVOICE: _invoice(rights),
        }
    branches = " ".join(f"WHEN '{kind.value}' THEN {condition}" for kind, condition in cases.items())
    return f"CASE l.kind {branches} ELSE 1 END"


def _activity(rights: Rights) -> str:
    there = f"SELECT NOT {MASKED} AND {_seen(rights, 'a.case_id')} FROM activity a WHERE a.id = l.entity_id"
    theirs = "(d.old ->> 'kind' NOT IN ('personal', 'absence') OR d.old ->> 'owner' IS :actor)"
    return f"coalesce(({there}), ({_deleted(rights, theirs)}), 0)"


def _on_case(rights: Rights, table: str) -> str:
    there = f"SELECT {_seen(rights, 't.case_id')} FROM {table} t WHERE t.id = l.entity_id"
    return f"coalesce(({there}), ({_deleted(rights, '1')}), 0)"


def _deleted(rights: Rights, condition: str) -> str:
    """The condition, and that the case is seen, of a row that is only in the log."""
    seen = _seen(rights, "d.old ->> 'case'")
    return (
        f"SELECT {condition} AND {seen} FROM change_line d WHERE d.kind = l.kind"
        " AND d.entity_id = l.entity_id AND d.field = '' AND d.old IS NOT NULL ORDER BY d.change_id DESC LIMIT 1"
    )


def _seen(rights: Rights, case: str) -> str:
    if rights.profile.projects is ProjectLevel.ALL:
        return "1"
    return f"({case} IS NULL OR EXISTS (SELECT 1 FROM crm_case c WHERE c.id = {case} AND {case_seen(rights)}))"


def _case(rights: Rights) -> str:
    money = f"(l.field NOT IN {_names(Kind.CASE)} OR {case_money(rights)})"
    return f"EXISTS (SELECT 1 FROM crm_case c WHERE c.id = l.entity_id AND {case_seen(rights)} AND {money})"


def _figures(rights: Rights, kind: Kind) -> str:
    money = f"(l.field NOT IN {_names(kind)} OR {case_money(rights)})"
    return (
        f"EXISTS (SELECT 1 FROM {kind.value} f JOIN crm_case c ON c.id = f.case_id WHERE f.id = l.entity_id"
        f" AND {case_seen(rights)} AND {money})"
    )


def _invoice(rights: Rights) -> str:
    money = f"(l.field NOT IN {_names(Kind.INVOICE)} OR {invoice_money(rights)})"
    return f"EXISTS (SELECT 1 FROM invoice i WHERE i.id = l.entity_id AND {invoice_seen(rights)} AND {money})"


def _names(kind: Kind) -> str:
    return "('" + "', '".join(FIGURES[kind]) + "')"


def _page(
    con: apsw.Connection, rights: Rights, rows: str, parameters: dict[str, Any], request: PageRequest
) -> Page[ChangeLine]:
    found = keyset.find(con, [Source(rows, ("l.change_id",), "l.line")], parameters, request, descending=True)
    return Page(rows=tuple(_lines(con, rights, found)), cursors=found.cursors, more=found.more)


def _lines(con: apsw.Connection, rights: Rights, found: Found) -> list[ChangeLine]:
    labels = Labels(con, rights)
    rows = con.execute(
        "SELECT l.change_id, h.at, h.actor_id, u.name, l.kind, l.entity_id, l.field, l.old, l.new"
        " FROM json_each(:keys) k CROSS JOIN change_line l ON l.change_id = k.value ->> 0 AND l.line = k.value ->> 2"
        " JOIN change h ON h.id = l.change_id LEFT JOIN crm_user u ON u.id = h.actor_id ORDER BY k.key",
        {"keys": keyset.as_json(found.keys)},
    ).fetchall()
    return [_line(row, labels) for row in rows]


def _line(row: tuple[Any, ...], labels: Labels) -> ChangeLine:
    change, at, actor, actor_name, kind_name, entity, field, old, new = row
    kind = Kind(kind_name)
    return ChangeLine(
        change=change,
        at=dt.datetime.fromisoformat(at),
        actor=actor,
        actor_name=actor_name or "crm-tui",
        kind=kind,
        entity=entity,
        entity_label=labels.entity(kind, entity),
        field=field,
        old=old,
        new=new,
        old_label=labels.value(kind, entity, field, old),
        new_label=labels.value(kind, entity, field, new),
    )
