"""Forecast and actual figures of a customer's cases, summed per month in one currency."""

from __future__ import annotations

from crm_tui.domain.periods import Month, months_from
from crm_tui.store.finance import FinanceWindow, MonthFigures
from crm_tui.store.sql.dialect import Connection
from crm_tui.store.sql.rights import Rights, case_money, case_seen

Sums = dict[Month, tuple[int | None, ...]]

#: billing, revenue, labor and other of a month
FORECAST_FIELDS = ("billing", "revenue", "labor_expense", "other_expense")
#: actual revenue is what was billed
ACTUAL_FIELDS = ("billed", "billed", "labor_cost", "other_cost")
#: a condition: the figures in ``f`` are of a month of the window, see ``between``
IN_WINDOW = "(f.year, f.month) >= (:first_year, :first_month) AND (f.year, f.month) <= (:last_year, :last_month)"
_EMPTY: tuple[int | None, ...] = (None, None, None, None)


def window(
    con: Connection, rights: Rights, customer: int, first: Month, months: int, currency: str, own: str
) -> FinanceWindow:
    """The window of ``currency``; ``own`` is the customer's, named first among those that its cases have."""
    span = months_from(first, months)
    parameters = rights.parameters | {"customer": customer, "currency": currency} | between(first, months)
    cases = f"crm_case c WHERE c.customer_id = :customer AND {case_seen(rights)}"
    used = {str(code) for (code,) in con.execute(f"SELECT DISTINCT c.currency FROM {cases}", parameters)}
    seen = f"{cases} AND c.currency = :currency AND {case_money(rights)}"
    hidden = f"{cases} AND c.currency = :currency AND NOT {case_money(rights)}"
    forecast = _sums(con, "forecast", FORECAST_FIELDS, seen, parameters)
    actual = _sums(con, "actual", ACTUAL_FIELDS, seen, parameters)
    return FinanceWindow(
        currency=currency,
        currencies=(own, *sorted((used | {currency}) - {own})),
        months=tuple(_month(month, forecast.get(month, _EMPTY), actual.get(month, _EMPTY)) for month in span),
        left_out=_left_out(con, hidden, parameters),
    )


def between(first: Month, months: int) -> dict[str, int]:
    """What IN_WINDOW refers to."""
    last = first.plus(months - 1)
    return {
        "first_year": first.year,
        "first_month": first.month,
        "last_year": last.year,
        "last_month": last.month,
    }


def _sums(con: Connection, table: str, fields: tuple[str, ...], cases: str, parameters: dict[str, object]) -> Sums:
    """Sums of the fields per month over the cases; None where no case has a figure."""
    sums = ", ".join(f"sum(f.{field})" for field in fields)
    rows = con.execute(
        f"SELECT f.year, f.month, {sums} FROM {table} f WHERE f.case_id IN (SELECT c.id FROM {cases})"
        f" AND {IN_WINDOW} GROUP BY f.year, f.month",
        parameters,
    )
    return {Month(year, month): tuple(figures) for year, month, *figures in rows}


def _left_out(con: Connection, hidden: str, parameters: dict[str, object]) -> int:
    """How many cases have figures in the window that the actor may not see."""
    found = " OR ".join(
        f"EXISTS (SELECT 1 FROM {table} f WHERE f.case_id = c.id AND {IN_WINDOW}"
        f" AND coalesce({', '.join(f'f.{field}' for field in fields)}) IS NOT NULL)"
        for table, fields in (("forecast", FORECAST_FIELDS), ("actual", ACTUAL_FIELDS))
    )
    number: int = con.execute(f"SELECT count(*) FROM {hidden} AND ({found})", parameters).get
    return number


def _month(month: Month, forecast: tuple[int | None, ...], actual: tuple[int | None, ...]) -> MonthFigures:
    return MonthFigures(
        month=month,
        forecast_billing=forecast[0],
        forecast_revenue=forecast[1],
        forecast_labor=forecast[2],
        forecast_other=forecast[3],
        forecast_margin=margin(*forecast[1:]),
        actual_billing=actual[0],
        actual_revenue=actual[1],
        actual_labor=actual[2],
        actual_other=actual[3],
        actual_margin=margin(*actual[1:]),
    )


def margin(revenue: int | None, labor: int | None, other: int | None) -> int | None:
    """Revenue - labor - other; empty ones count 0, None if all are empty."""
    if revenue is None and labor is None and other is None:
        return None
    return (revenue or 0) - (labor or 0) - (other or 0)
