"""Tab 4 over 500 cases: what stands in each cell, in the sums and in the difference is made of the raw rows."""

from __future__ import annotations

from pathlib import Path

from tests.driver import crm_app, running
from tests.store.many_cases import Company, Row, build, in_months, total

from crm_tui.domain.money import Money, format_amount
from crm_tui.domain.periods import Month, months_from
from crm_tui.domain.permissions import ProjectLevel

WINDOW = (Month(2026, 9), 6)
#: the rows of the table: what is forecast, what is actual
LINES = {
    "Billing": ("billing", "billed"),
    "Revenue": ("revenue", "billed"),
    "Labor exp.": ("labor_expense", "labor_cost"),
    "Other exp.": ("other_expense", "other_cost"),
}


async def test_sums_of_500_cases_currency_by_currency(tmp_path: Path) -> None:
    """As somebody who sees the money of some of the cases; a star says where something is left out."""
    company = build(tmp_path / "crm.db")
    store, _ = company.of(ProjectLevel.UNIT)
    async with running(crm_app(store, tmp_path), (200, 60)) as crm:
        await crm.open("Aalto")
        await crm.tab(4)
        await crm.panel("finance")
        for currency in ("EUR", "JPY", "NOK"):
            forecasts, actuals, hidden = shown_and_hidden(company, currency)
            await crm.see(f"currency {currency} of", f"{hidden} cases hidden by your permissions")
            for label, (forecast, actual) in LINES.items():
                row = next(line for line in crm.lines() if line.strip("│▌ ").startswith(f"{label}  "))
                expected = cells([(forecasts, forecast), (actuals, actual)], currency)
                assert row.strip("│▌ ").removeprefix(label).split() == " ".join(expected).split()
            await crm.press("c")
    store.close()


def shown_and_hidden(company: Company, currency: str) -> tuple[list[Row], list[Row], int]:
    """Forecasts and actuals of the window whose money is seen, and how many cases have some that is not."""
    raw, who = company.raw, company.users[ProjectLevel.UNIT]
    cases = [case for case in raw.seen(who) if case["currency"] == currency]
    money = {case["id"] for case in cases if raw.has_money(who, case)}
    others = {case["id"] for case in cases} - money
    forecasts, actuals = in_months(raw.forecasts, *WINDOW), in_months(raw.actuals, *WINDOW)
    amounts = {field for fields in LINES.values() for field in fields}
    hidden = {
        row["case_id"]
        for row in (*forecasts, *actuals)
        if row["case_id"] in others and any(row.get(field) is not None for field in amounts)
    }
    seen, billed = ([row for row in rows if row["case_id"] in money] for rows in (forecasts, actuals))
    return seen, billed, len(hidden)


def cells(sides: list[tuple[list[Row], str]], currency: str) -> list[str]:
    """A row of the table: forecast and actual of each month, their sums, and by how much they differ."""

    def text(amount: int | None) -> str:
        return "–" if amount is None else format_amount(Money(amount, currency), False)

    months = [
        text(total(row[field] for row in rows if Month(row["year"], row["month"]) == month))
        for month in months_from(*WINDOW)
        for rows, field in sides
    ]
    forecast, actual = (total(row[field] for row in rows) or 0 for rows, field in sides)
    difference = actual - forecast
    sign = "+" if difference > 0 else ""
    return [*months, f"{text(forecast)}*", f"{text(actual)}*", f"{sign}{text(difference)}*"]
