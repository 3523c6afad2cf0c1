"""The cases that a choice lists, their sums, the key figures of all of them, and how much is on one.

Sums are a pass over the cases of one customer, a page goes along the index that has its order. Cases that need
attention are told by what is planned on them, of which the first thing is enough.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from crm_tui.domain.cases import SalesState
from crm_tui.domain.money import Money, Totals
from crm_tui.store.cases import CaseBelow, CaseChoice, CaseFigures, CaseRow, CaseSum
from crm_tui.store.paging import Page, PageRequest
from crm_tui.store.sql import keyset
from crm_tui.store.sql.case_lists import IS_OVER, IS_PROJECT, case_rows, is_busy
from crm_tui.store.sql.case_sums import weighted
from crm_tui.store.sql.dialect import Connection
from crm_tui.store.sql.keyset import Source
from crm_tui.store.sql.rights import Rights, case_money, case_seen
from crm_tui.store.sql.tables import instant

_IS_OPEN_SALE = f"(c.sales_state = 'in progress' AND NOT {IS_OVER})"
#: the date that sorts a case, and that passes
_DAY = f"CASE WHEN {IS_PROJECT} THEN c.deadline ELSE c.expected_order_date END"
_NEEDS_ATTENTION = f"(NOT {IS_OVER} AND (({_DAY} < :today) IS TRUE OR NOT {is_busy('c.id')}))"
_IS_LISTED = {
    CaseChoice.OPEN: f"NOT {IS_OVER}",
    CaseChoice.WON: IS_PROJECT,
    CaseChoice.LOST: "c.sales_state = 'lost'",
    CaseChoice.CLOSED: "c.closed IS NOT NULL",
    CaseChoice.ATTENTION: _NEEDS_ATTENTION,
    CaseChoice.ALL: "1 = 1",
}
_STATES = tuple(SalesState)


def page(
    con: Connection,
    rights: Rights,
    customer: int,
    choice: CaseChoice,
    request: PageRequest,
    today: dt.date,
    now: dt.datetime,
) -> Page[CaseRow]:
    """Sales cases first; in each life open ones by their date, then those that are over."""
    source = Source(_of(choice, rights), con.dialect.case_order, "c.id")
    found = keyset.find(con, [source], _parameters(rights, customer, today, now), request)
    return found.page({row.case.id: row for row in case_rows(con, rights, found.ids(), today, now)})


def sums(
    con: Connection, rights: Rights, customer: int, choice: CaseChoice, today: dt.date, now: dt.datetime
) -> tuple[CaseSum, ...]:
    """Sums of what a choice lists, by state, open or over, and currency."""
    shown = case_money(rights)
    rows = con.execute(
        f"SELECT c.sales_state, {IS_OVER} AS is_over, c.currency, count(*), count(*) FILTER (WHERE NOT {shown}),"
        f" sum(c.expected_value) FILTER (WHERE {shown}), sum({weighted('c')}) FILTER (WHERE {shown})"
        f" FROM {_of(choice, rights)} GROUP BY 1, 2, 3",
        _parameters(rights, customer, today, now),
    )
    found = [
        CaseSum(
            state=SalesState(state),
            is_over=bool(is_over),
            currency=currency,
            number=number,
            left_out=hidden,
            value=value,
            weighted=None if by_chance is None else int(by_chance),
        )
        for state, is_over, currency, number, hidden, value, by_chance in rows
    ]
    return tuple(
        sorted(found, key=lambda s: (s.state is SalesState.WON, s.is_over, _STATES.index(s.state), s.currency))
    )


def figures(con: Connection, rights: Rights, customer: int, today: dt.date, now: dt.datetime) -> CaseFigures:
    """Key figures of all cases that the actor sees."""
    year_won = f"({IS_PROJECT} AND c.expected_order_date BETWEEN :first_day AND :last_day)"
    counts = ", ".join(f"count(*) FILTER (WHERE {condition})" for condition in _IS_LISTED.values())
    rows: list[tuple[Any, ...]] = con.execute(
        f"SELECT c.currency, {case_money(rights)} AS has_money, count(*) FILTER (WHERE {_IS_OPEN_SALE}),"
        f" sum(c.expected_value) FILTER (WHERE {_IS_OPEN_SALE}),"
        f" sum({weighted('c')}) FILTER (WHERE {_IS_OPEN_SALE}),"
        f" count(*) FILTER (WHERE {year_won}), sum(c.expected_value) FILTER (WHERE {year_won}), {counts}"
        f" FROM {_of(CaseChoice.ALL, rights)} GROUP BY 1, 2 ORDER BY 1",
        _parameters(rights, customer, today, now)
        | {"first_day": f"{today.year:04}-01-01", "last_day": f"{today.year:04}-12-31"},
    ).fetchall()
    counted = {choice: sum(row[7 + place] for row in rows) for place, choice in enumerate(_IS_LISTED)}
    return CaseFigures(
        counts=counted,
        value=_sum((row[0], row[1], row[2], row[3]) for row in rows),
        weighted=_sum((row[0], row[1], row[2], row[4]) for row in rows),
        year=today.year,
        won_number=sum(row[5] for row in rows),
        won_value=_sum((row[0], row[1], row[5], row[6]) for row in rows),
        won=counted[CaseChoice.WON],
        lost=counted[CaseChoice.LOST],
    )


def below(con: Connection, case: int) -> CaseBelow:
    """How much is on a case, which the actor sees, and what to go to."""
    counts = [
        int(con.execute(f"SELECT count(*) FROM {table} WHERE case_id = ?", (case,)).get)
        for table in ("activity", "note", "file", "forecast", "actual", "invoice_case")
    ]
    activities, notes, files, forecasts, actuals, invoices = counts
    open_task = "FROM activity a WHERE a.case_id = ? AND a.kind = 'task' AND a.is_done = 0"
    return CaseBelow(
        activities=activities,
        open_tasks=int(con.execute(f"SELECT count(*) {open_task}", (case,)).get),
        notes=notes,
        files=files,
        forecasts=forecasts,
        actuals=actuals,
        invoices=invoices,
        task=_first(con, f"SELECT a.id {open_task} ORDER BY a.at, a.id LIMIT 1", case),
        note=_first(con, "SELECT id FROM note WHERE case_id = ? ORDER BY created_at DESC, id DESC LIMIT 1", case),
        invoice=_first(
            con,
            "SELECT i.id FROM invoice_case ic JOIN invoice i ON i.id = ic.invoice_id WHERE ic.case_id = ?"
            " ORDER BY i.date DESC, i.id DESC LIMIT 1",
            case,
        ),
    )


def _of(choice: CaseChoice, rights: Rights) -> str:
    return f"crm_case c WHERE c.customer_id = :customer AND {_IS_LISTED[choice]} AND {case_seen(rights)}"


def _parameters(rights: Rights, customer: int, today: dt.date, now: dt.datetime) -> dict[str, Any]:
    return rights.parameters | {"customer": customer, "today": today.isoformat(), "now": instant(now)}


def _sum(figures: Iterable[tuple[str, bool, int, int | None]]) -> Totals:
    """A sum per currency, from currency, whether the money is seen, how many, and how much."""
    amounts, left_out = [], 0
    for currency, has_money, number, amount in figures:
        if not has_money:
            left_out += number
        elif amount is not None:
            amounts.append(Money(int(amount), currency))
    return Totals(tuple(amounts), left_out)


def _first(con: Connection, statement: str, case: int) -> int | None:
    row = con.execute(statement, (case,)).fetchone()
    return row[0] if row is not None else None
