"""Lists of cases: pages with the names of what a case points to, sums, and what stands below a case."""

from __future__ import annotations

import datetime as dt
from typing import Any

from msgspec import UNSET
from msgspec.structs import replace

from crm_tui.domain.money import Money, Totals
from crm_tui.domain.names import contact_name
from crm_tui.domain.periods import Month, months_from
from crm_tui.store.activities import NoteRow
from crm_tui.store.cases import CaseDetails, CaseLife, CaseRow, CaseTotals
from crm_tui.store.paging import Page, PageRequest
from crm_tui.store.sql import case_sums, feed, keyset
from crm_tui.store.sql.case_access import case_changed_by
from crm_tui.store.sql.dialect import Connection
from crm_tui.store.sql.keyset import Source
from crm_tui.store.sql.notes import note_rows
from crm_tui.store.sql.rights import Rights, case_money, case_seen
from crm_tui.store.sql.tables import CASE, columns, decode, instant, width

#: months in the sparkline, the coming one the last of them
SPARK_MONTHS = 8
_NEXT_ACTIVITIES = 5

#: conditions on the case in ``c``
IS_PROJECT = "(c.sales_state = 'won')"
IS_OVER = "(c.closed IS NOT NULL OR c.sales_state = 'lost')"


def page(
    con: Connection,
    rights: Rights,
    customer: int,
    life: CaseLife,
    request: PageRequest,
    today: dt.date,
    now: dt.datetime,
    *,
    closed: bool,
) -> Page[CaseRow]:
    """Open cases by their date, the soonest first; closed ones follow, the newest first."""
    rows = _of(con, life, rights) + ("" if closed else f" AND NOT {IS_OVER}")
    parameters = rights.parameters | {"customer": customer}
    found = keyset.find(con, [Source(rows, con.dialect.case_order, "c.id")], parameters, request)
    return found.page({row.case.id: row for row in case_rows(con, rights, found.ids(), today, now)})


def totals(con: Connection, rights: Rights, customer: int, life: CaseLife) -> CaseTotals:
    """Counts of open and closed cases; value and probability-weighted value of the open ones."""
    rows, parameters = _of(con, life, rights), rights.parameters | {"customer": customer}
    sums: list[tuple[Any, ...]] = con.execute(
        f"SELECT c.currency, {case_money(rights)} AS has_money, count(*), sum(c.expected_value),"
        f" sum({case_sums.weighted('c')})"
        f" FROM {rows} AND NOT {IS_OVER} GROUP BY c.currency, has_money ORDER BY c.currency",
        parameters,
    ).fetchall()
    left_out = sum(number for _, has_money, number, _, _ in sums if not has_money)
    seen = [row for row in sums if row[1] and row[3] is not None]
    return CaseTotals(
        open=keyset.count(con, [f"{rows} AND NOT {IS_OVER}"], parameters),
        closed=keyset.count(con, [f"{rows} AND {IS_OVER}"], parameters),
        value=Totals(tuple(Money(row[3], row[0]) for row in seen), left_out),
        weighted=Totals(tuple(Money(int(row[4]), row[0]) for row in seen), left_out),
    )


def details(con: Connection, rights: Rights, case: int, today: dt.date, now: dt.datetime) -> CaseDetails:
    """The case, the next things planned on it, and its last note."""
    (row,) = case_rows(con, rights, keyset.as_json([case]), today, now)
    parameters = {"case": case, "now": instant(now), "limit": _NEXT_ACTIVITIES}
    planned = [
        key
        for (key,) in con.execute(
            "SELECT a.id FROM activity a WHERE a.case_id = :case"
            " AND CASE WHEN a.over_at IS NULL THEN a.is_done = 0 ELSE a.over_at > :now END"
            " ORDER BY a.at, a.id LIMIT :limit",
            parameters,
        )
    ]
    by_id = {found.id: found for found in feed.activity_rows(con, rights, keyset.as_json(planned), now)}
    return CaseDetails(
        row=row, next_activities=tuple(by_id[key] for key in planned), last_note=_last_note(con, rights, case)
    )


def case_rows(con: Connection, rights: Rights, ids: str, today: dt.date, now: dt.datetime) -> list[CaseRow]:
    """The cases with these ids (JSON), which the actor sees, in no order."""
    rows = con.execute(
        f"SELECT {columns(CASE, 'c')}, {case_money(rights)}, {case_changed_by(rights)},"
        " s.name, p.name, o.name, sp.name, k.first_name, k.last_name, b.name"
        " FROM crm_case c JOIN registry_value s ON s.id = c.sales_status_id"
        " LEFT JOIN registry_value p ON p.id = c.project_status_id LEFT JOIN crm_user o ON o.id = c.owner_id"
        " LEFT JOIN crm_user sp ON sp.id = c.sales_person_id LEFT JOIN contact k ON k.id = c.contact_id"
        " LEFT JOIN customer b ON b.id = c.billing_customer_id"
        " WHERE c.id IN (SELECT value FROM json_each(:ids))",
        rights.parameters | {"ids": ids},
    ).fetchall()
    months = _spark_months(con, ids, today)
    busy = _busy(con, ids, today, now)
    return [_row(row, months, busy) for row in rows]


def _busy(con: Connection, ids: str, today: dt.date, now: dt.datetime) -> frozenset[int]:
    """Of these cases, those on which something is planned."""
    parameters = {"ids": ids, "today": today.isoformat(), "now": instant(now)}
    rows = con.execute(f"SELECT k.value FROM json_each(:ids) k WHERE {is_busy('k.value')}", parameters)
    return frozenset(key for (key,) in rows)


def is_busy(case: str) -> str:
    """A condition: something is planned on this case from :today, :now on; a to-do without a date is. Only what is not
    done or not over is looked at, however much there was, and no more of it than the first that is ahead."""
    rows = f"SELECT 1 FROM activity a WHERE a.case_id = {case}"
    is_ahead = "(a.due IS NULL OR a.due >= :today OR a.at >= :today)"
    ticked = f"{rows} AND a.over_at IS NULL AND a.is_done = 0 AND {is_ahead} ORDER BY a.at DESC LIMIT 1"
    return f"(EXISTS ({ticked}) OR EXISTS ({rows} AND a.over_at > :now))"


def _row(row: tuple[Any, ...], months: dict[int, tuple[int, ...]], busy: frozenset[int]) -> CaseRow:
    has_money, may_change, status, project_status, owner, sales_person, first_name, last_name, billing = row[
        width(CASE) :
    ]
    case = decode(CASE, row)
    return CaseRow(
        case=case if has_money else replace(case, expected_value=UNSET),
        status_name=status,
        project_status_name=project_status,
        owner_name=owner,
        sales_person_name=sales_person,
        contact_name=contact_name(first_name, last_name) if case.contact is not None else None,
        billing_customer_name=billing,
        months=months.get(case.id, (0,) * SPARK_MONTHS) if has_money else UNSET,
        is_idle=case.id not in busy,
        may_change=bool(may_change),
    )


def _spark_months(con: Connection, ids: str, today: dt.date) -> dict[int, tuple[int, ...]]:
    window = months_from(Month.of(today).plus(2 - SPARK_MONTHS), SPARK_MONTHS)
    rows = con.execute(
        "SELECT case_id, year, month, billing FROM forecast WHERE case_id IN (SELECT value FROM json_each(:ids))"
        " AND (year, month) >= (:first_year, :first_month) AND (year, month) <= (:last_year, :last_month)"
        " AND billing IS NOT NULL",
        {
            "ids": ids,
            "first_year": window[0].year,
            "first_month": window[0].month,
            "last_year": window[-1].year,
            "last_month": window[-1].month,
        },
    )
    billings: dict[int, dict[Month, int]] = {}
    for case, year, month, billing in rows:
        billings.setdefault(case, {})[Month(year, month)] = billing
    return {case: tuple(figures.get(month, 0) for month in window) for case, figures in billings.items()}


def _last_note(con: Connection, rights: Rights, case: int) -> NoteRow | None:
    row = con.execute(
        "SELECT id FROM note WHERE case_id = ? ORDER BY created_at DESC, id DESC LIMIT 1", (case,)
    ).fetchone()
    return note_rows(con, rights, keyset.as_json(row))[0] if row else None


def _of(con: Connection, life: CaseLife, rights: Rights) -> str:
    """The cases of :customer in one life that the actor sees."""
    is_project, *_ = con.dialect.case_order
    in_life = f"{is_project} = {int(life is CaseLife.PROJECT)}"
    return f"crm_case c WHERE c.customer_id = :customer AND {in_life} AND {case_seen(rights)}"
