"""Sums and differences of a window of months, and the share of the margin. Pure."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from crm_tui.domain.money import Money, format_amount, margin_percent
from crm_tui.domain.periods import Month
from crm_tui.store.finance import Figure, FinanceWindow, MonthFigures


class Side(StrEnum):
    """A column of the table."""

    FORECAST = "forecast"
    ACTUAL = "actual"
    DIFFERENCE = "difference"


class FigureLine(NamedTuple):
    """A row of the table; without a figure it is the share of the margin."""

    label: str
    figure: Figure | None
    name: str


BILLING = FigureLine("Billing", Figure.BILLING, "Billing")
MARGIN = FigureLine("Margin", Figure.MARGIN, "Margin")
SHARE = FigureLine("of revenue", None, "Margin of revenue")
#: None is a rule
LINES = (
    BILLING,
    FigureLine("Revenue", Figure.REVENUE, "Revenue"),
    FigureLine("Labor exp.", Figure.LABOR, "Labor expense"),
    FigureLine("Other exp.", Figure.OTHER, "Other expense"),
    None,
    MARGIN,
    SHARE,
)
_SIDES = (Side.FORECAST, Side.ACTUAL)


def amount(month: MonthFigures, side: Side, line: FigureLine) -> int | None:
    """What a month has; of the share nothing, which is no amount."""
    found: int | None = getattr(month, f"{side}_{line.figure}") if line.figure else None
    return found


def total(found: FinanceWindow, side: Side, line: FigureLine) -> int | None:
    """The sum over the window, or the difference up to the last month with actual figures."""
    if side is Side.DIFFERENCE:
        return difference(found, line)
    return _sum(found.months, side, line)


def compared(found: FinanceWindow) -> tuple[MonthFigures, ...]:
    """The months that forecast and actual are compared over: up to the last one with an actual figure. One without
    in between counts as nothing billed."""
    known = [place for place, month in enumerate(found.months) if _has(month, Side.ACTUAL)]
    return found.months[: known[-1] + 1] if known else ()


def compared_until(found: FinanceWindow) -> Month:
    """The last month with an actual figure; one long ago without any."""
    months = compared(found)
    return months[-1].month if months else Month(1, 1)


def difference(found: FinanceWindow, line: FigureLine) -> int | None:
    """Actual - forecast; None without either."""
    months = compared(found)
    actual, forecast = _sum(months, Side.ACTUAL, line), _sum(months, Side.FORECAST, line)
    if actual is None and forecast is None:
        return None
    return (actual or 0) - (forecast or 0)


def compared_words(found: FinanceWindow) -> str:
    """The months of the difference, in words; empty without any."""
    return span([month.month for month in compared(found)])


def span(months: list[Month]) -> str:
    """``Sep 2026 – Feb 2027``, ``Sep – Nov 2026`` or ``Sep 2026``; empty without any."""
    if not months:
        return ""
    first, last = months[0], months[-1]
    if first == last:
        return first.label
    return f"{first.label.split()[0] if first.year == last.year else first.label} – {last.label}"


def signed(number: int, currency: str) -> str:
    """A difference, with its sign."""
    text = format_amount(Money(number, currency), with_cents=False)
    return f"+{text}" if number > 0 and text != "0" else text


def share(month: MonthFigures, side: Side, currency: str) -> str:
    """The margin in percent of a month's revenue."""
    revenue = getattr(month, f"{side}_{Figure.REVENUE}")
    return _of_revenue(amount(month, side, MARGIN), revenue, currency)


def total_share(found: FinanceWindow, side: Side) -> str:
    """The margin in percent of revenue over the window."""
    if side is Side.DIFFERENCE:
        return ""
    revenue = _sum(found.months, side, FigureLine("", Figure.REVENUE, ""))
    return _of_revenue(total(found, side, MARGIN), revenue, found.currency)


def percent_of(part: int, whole: int | None, currency: str) -> str:
    """``−32 %``: a part of what is above zero; empty else."""
    return _of_revenue(part, whole, currency)


def has_figures(found: FinanceWindow) -> bool:
    """Whether there is any figure in the window."""
    return any(_has(month, side) for month in found.months for side in _SIDES)


def _has(month: MonthFigures, side: Side) -> bool:
    return any(amount(month, side, line) is not None for line in LINES if line)


def _sum(months: tuple[MonthFigures, ...], side: Side, line: FigureLine) -> int | None:
    known = [each for month in months if (each := amount(month, side, line)) is not None]
    return sum(known) if known else None


def _of_revenue(margin: int | None, revenue: int | None, currency: str) -> str:
    """In whole percent; empty where there is no revenue."""
    if margin is None or revenue is None:
        return ""
    percent = margin_percent(Money(margin, currency), Money(revenue, currency))
    return "" if percent is None else f"{percent} %".replace("-", "−")
