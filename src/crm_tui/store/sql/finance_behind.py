"""What is behind the figures of a customer: the cases that a sum is made of, and those that may get a forecast."""

from __future__ import annotations

from crm_tui.domain.periods import Month
from crm_tui.store.finance import Behind, CaseFigure, CaseName, Figure, FigureNote
from crm_tui.store.sql.dialect import Connection
from crm_tui.store.sql.finance_window import ACTUAL_FIELDS, FORECAST_FIELDS, IN_WINDOW, between, margin
from crm_tui.store.sql.rights import Rights, case_money, case_seen

_ORDER = (Figure.BILLING, Figure.REVENUE, Figure.LABOR, Figure.OTHER)
_NOTES = {
    Figure.BILLING: "billing_note",
    Figure.REVENUE: "revenue_note",
    Figure.LABOR: "labor_note",
    Figure.OTHER: "other_note",
}
#: what the margin is made of
_PARTS = (Figure.REVENUE, Figure.LABOR, Figure.OTHER)


def behind(
    con: Connection, rights: Rights, customer: int, first: Month, months: int, figure: Figure, currency: str
) -> Behind:
    """The cases with something in a figure. Each has it in forecast, in actual, or a note about it."""
    parts = _PARTS if figure is Figure.MARGIN else (figure,)
    parameters = rights.parameters | {"customer": customer, "currency": currency} | between(first, months)
    cases = f"crm_case c WHERE c.customer_id = :customer AND {case_seen(rights)} AND c.currency = :currency"
    seen = f"{cases} AND {case_money(rights)}"
    forecast = _amounts(con, "forecast", _fields(FORECAST_FIELDS, parts), seen, parameters)
    actual = _amounts(con, "actual", _fields(ACTUAL_FIELDS, parts), seen, parameters)
    notes = _notes(con, parts, seen, parameters)
    rows = tuple(
        CaseFigure(
            case=case,
            number=number,
            name=name,
            forecast=forecast.get(case),
            actual=actual.get(case),
            notes=tuple(notes.get(case, ())),
        )
        for case, number, name in con.execute(
            f"SELECT c.id, c.number, c.name FROM {seen} ORDER BY c.number", parameters
        )
        if case in forecast or case in actual or case in notes
    )
    return Behind(currency=currency, rows=rows, left_out=_left_out(con, rights, cases, parts, parameters))


def without_forecast(con: Connection, rights: Rights, customer: int, month: Month) -> tuple[CaseName, ...]:
    """Open cases without a forecast for the month, whose money the actor sees, by number."""
    rows = con.execute(
        f"SELECT c.id, c.number, c.name, c.currency FROM crm_case c WHERE c.customer_id = :customer"
        f" AND {case_seen(rights)} AND {case_money(rights)} AND c.closed IS NULL AND c.sales_state <> 'lost'"
        " AND NOT EXISTS (SELECT 1 FROM forecast f WHERE (f.case_id, f.year, f.month) = (c.id, :year, :month))"
        " ORDER BY c.number",
        rights.parameters | {"customer": customer, "year": month.year, "month": month.month},
    )
    return tuple(CaseName(case=case, number=number, name=name, currency=code) for case, number, name, code in rows)


def _fields(fields: tuple[str, ...], parts: tuple[Figure, ...]) -> tuple[str, ...]:
    return tuple(fields[_ORDER.index(part)] for part in parts)


def _amounts(
    con: Connection, table: str, fields: tuple[str, ...], cases: str, parameters: dict[str, object]
) -> dict[int, int]:
    """What each case has: the sum of its one field, or the margin of three."""
    sums = ", ".join(f"sum(f.{field})" for field in fields)
    rows = con.execute(
        f"SELECT f.case_id, {sums} FROM {table} f WHERE f.case_id IN (SELECT c.id FROM {cases})"
        f" AND {IN_WINDOW} GROUP BY f.case_id",
        parameters,
    )
    amounts = {case: margin(*figures) if len(figures) == len(_PARTS) else figures[0] for case, *figures in rows}
    return {case: amount for case, amount in amounts.items() if amount is not None}


def _notes(
    con: Connection, parts: tuple[Figure, ...], cases: str, parameters: dict[str, object]
) -> dict[int, list[FigureNote]]:
    """What was noted with the forecasts of each case, in time."""
    fields = ", ".join(f"f.{_NOTES[part]}" for part in parts)
    rows = con.execute(
        f"SELECT f.case_id, f.year, f.month, {fields} FROM forecast f WHERE f.case_id IN (SELECT c.id FROM {cases})"
        f" AND {IN_WINDOW} AND {_some(fields)} ORDER BY f.case_id, f.year, f.month",
        parameters,
    )
    notes: dict[int, list[FigureNote]] = {}
    for case, year, month, *texts in rows:
        notes.setdefault(case, []).extend(
            FigureNote(month=Month(year, month), figure=part, text=text)
            for part, text in zip(parts, texts, strict=True)
            if text is not None
        )
    return notes


def _left_out(
    con: Connection, rights: Rights, cases: str, parts: tuple[Figure, ...], parameters: dict[str, object]
) -> int:
    """How many cases have something in the figure that the actor may not see."""
    found = " OR ".join(
        f"EXISTS (SELECT 1 FROM {table} f WHERE f.case_id = c.id AND {IN_WINDOW}"
        f" AND {_some(', '.join(f'f.{field}' for field in _fields(fields, parts)))})"
        for table, fields in (("forecast", FORECAST_FIELDS), ("actual", ACTUAL_FIELDS))
    )
    hidden = f"SELECT count(*) FROM {cases} AND NOT {case_money(rights)} AND ({found})"
    number: int = con.execute(hidden, parameters).get
    return number


def _some(fields: str) -> str:
    """A condition: one of the fields at least is there."""
    return f"coalesce({fields}, NULL) IS NOT NULL"
