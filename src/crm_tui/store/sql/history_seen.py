"""What of the change log an actor may see. Lines about what they may not see are left out: cases and what is on them
by the project permission, figures by the sight of money, private entries of others. What was deleted with a case, and
cases themselves, then show to those only who see all cases."""

from __future__ import annotations

from crm_tui.domain.entities import Kind
from crm_tui.domain.permissions import ProjectLevel
from crm_tui.store.sql.activity_access import MASKED
from crm_tui.store.sql.dialect import Connection
from crm_tui.store.sql.finance import invoice_seen
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
    return f"CASE l.kind {branches} ELSE 1 = 1 END"


def _activity(rights: Rights) -> str:
    there = f"SELECT NOT {MASKED} AND {_seen(rights, 'a.case_id')} FROM activity a WHERE a.id = l.entity_id"
    theirs = f"(d.old ->> 'kind' NOT IN ('personal', 'absence') OR {_was('owner', ':actor')})"
    return f"coalesce(({there}), ({_deleted(rights, theirs)}), 1 = 0)"


def _on_case(rights: Rights, table: str) -> str:
    there = f"SELECT {_seen(rights, 't.case_id')} FROM {table} t WHERE t.id = l.entity_id"
    return f"coalesce(({there}), ({_deleted(rights, '1 = 1')}), 1 = 0)"


def _deleted(rights: Rights, condition: str) -> str:
    """The condition, and that the case is seen, of a row that is only in the log."""
    seen = _seen(rights, _number("case"))
    return (
        f"SELECT {condition} AND {seen} FROM change_line d WHERE d.kind = l.kind"
        " AND d.entity_id = l.entity_id AND d.field = '' AND d.old IS NOT NULL ORDER BY d.change_id DESC LIMIT 1"
    )


def _seen(rights: Rights, case: str) -> str:
    if rights.profile.projects is ProjectLevel.ALL:
        return "1 = 1"
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


def is_seen(con: Connection, rights: Rights, kind: Kind, entity: int) -> bool:
    """Whether the actor may know what an entity is called, be it deleted."""
    line = "(SELECT :kind AS kind, :entity AS entity_id, '' AS field) l"
    return bool(
        con.execute(
            f"SELECT {seen(rights)} FROM {line}", rights.parameters | {"kind": kind.value, "entity": entity}
        ).get
    )


def seen(rights: Rights) -> str:
    """A condition: the actor may know what the change-log line in ``l`` is about. Unlike visible() it holds for a
    case that is gone, and what was on it, if they would see it: they may have deleted it themselves."""
    if not rights.sees_customers:
        return f"l.kind = '{Kind.REGISTRY.value}'"
    if rights.profile.projects is ProjectLevel.ALL:
        return visible(rights)
    case = f"SELECT 1 FROM crm_case c WHERE {case_seen(rights)} AND c.id = {_number('case')}"
    cases = "c.id IN (SELECT value FROM json_each(d.old ->> 'cases'))"
    invoiced = f"SELECT 1 FROM crm_case c WHERE {case_seen(rights)} AND {cases}"
    return (
        f"({visible(rights)} OR CASE l.kind WHEN 'case' THEN {_gone('crm_case', _was_seen(rights))}"
        f" WHEN 'forecast' THEN {_gone('forecast', f'EXISTS ({case})')}"
        f" WHEN 'actual' THEN {_gone('actual', f'EXISTS ({case})')}"
        f" WHEN 'invoice' THEN {_gone('invoice', f'EXISTS ({invoiced})')} ELSE 1 = 0 END)"
    )


def _gone(table: str, condition: str) -> str:
    """The condition on the log's last copy ``d`` of a row that is gone."""
    return (
        f"(NOT EXISTS (SELECT 1 FROM {table} t WHERE t.id = l.entity_id) AND coalesce((SELECT {condition}"
        " FROM change_line d WHERE d.kind = l.kind AND d.entity_id = l.entity_id AND d.field = ''"
        " AND d.old IS NOT NULL ORDER BY d.change_id DESC LIMIT 1), 1 = 0))"
    )


def _was_seen(rights: Rights) -> str:
    """The same as rights.case_seen of the copy of a case."""
    member = ":actor IN (SELECT value FROM json_each(d.old ->> 'members'))"
    involved = f"({_was('owner', ':actor')} OR {_was('sales_person', ':actor')} OR {member})"
    match rights.profile.projects:
        case ProjectLevel.NONE:
            return "1 = 0"
        case ProjectLevel.MEMBER:
            return member
        case ProjectLevel.UNIT:
            return f"({involved} OR ({_number('business_unit')} IS NOT NULL AND {_was('business_unit', ':unit')}))"
        case _:
            return involved


def _was(field: str, bound: str) -> str:
    return f"{_number(field)} IS NOT DISTINCT FROM {bound}"


def _number(field: str) -> str:
    """A number in the log's last copy ``d`` of a row."""
    return f"CAST(d.old ->> '{field}' AS BIGINT)"
