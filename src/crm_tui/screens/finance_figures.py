"""The figures of a window of months as cells of the table."""

from __future__ import annotations

from crm_tui.domain.periods import Month
from crm_tui.screens.present import HIDDEN, NOTHING, figure
from crm_tui.store.figure_sums import (
    LINES,
    MARGIN,
    SHARE,
    FigureLine,
    Side,
    amount,
    compared,
    has_figures,
    share,
    signed,
    total,
    total_share,
)
from crm_tui.store.finance import FinanceWindow, MonthFigures
from crm_tui.widgets.cells import EMPTY, Cell, cell
from crm_tui.widgets.figure_grid import Group


def labels() -> list[Cell]:
    """What stands before the rows."""
    return [cell((line.label, "muted" if line is SHARE else "")) if line else EMPTY for line in LINES]


def groups(found: FinanceWindow, now: Month) -> list[Group]:
    """The months, and the totals with the difference."""
    nothing = HIDDEN if found.left_out and not has_figures(found) else NOTHING
    shown = (_group(month, found.currency, nothing, is_now=month.month == now) for month in found.months)
    return [*shown, _total(found)]


def _group(month: MonthFigures, currency: str, nothing: Cell, *, is_now: bool) -> Group:
    name = month.month.label if month.month.month == 1 else month.month.label.split()[0]
    mark = cell(("now", "accent")) if is_now else EMPTY
    return Group(
        cell((name, "name" if is_now else "")),
        [_cell(month, Side.FORECAST, line, currency, nothing) for line in LINES],
        [_cell(month, Side.ACTUAL, line, currency, nothing) for line in LINES],
        mark,
    )


def _cell(month: MonthFigures, side: Side, line: FigureLine | None, currency: str, nothing: Cell) -> Cell:
    if line is None:
        return EMPTY
    style = "muted" if side is Side.FORECAST else "name" if line is MARGIN else ""
    if line is SHARE:
        return _percent(share(month, side, currency), "muted" if side is Side.FORECAST else "")
    number = amount(month, side, line)
    return nothing if number is None else cell((figure(number, currency), style))


def _total(found: FinanceWindow) -> Group:
    """The sums over the window, with a star where figures are left out."""
    months = compared(found)
    until = f"to {months[-1].month.label.split()[0]}" if months else "–"
    return Group(
        cell(("Total", "name")),
        [_total_cell(found, Side.FORECAST, line) for line in LINES],
        [_total_cell(found, Side.ACTUAL, line) for line in LINES],
        more=[_total_cell(found, Side.DIFFERENCE, line) for line in LINES],
        more_heads=(cell(("Difference", "name")), cell((until, "muted"))),
    )


def _total_cell(found: FinanceWindow, side: Side, line: FigureLine | None) -> Cell:
    if line is None:
        return EMPTY
    star = EMPTY if not found.left_out else cell(("*", "warn"))
    style = "muted" if side is Side.FORECAST else "name"
    if line is SHARE:
        return cell(_percent(total_share(found, side), style), star)
    number = total(found, side, line)
    if number is None:
        return cell(NOTHING if has_figures(found) or not found.left_out else HIDDEN, star)
    text = signed(number, found.currency) if side is Side.DIFFERENCE else figure(number, found.currency)
    return cell((text, style), star)


def _percent(words: str, style: str) -> Cell:
    return cell((words, style)) if words else NOTHING
