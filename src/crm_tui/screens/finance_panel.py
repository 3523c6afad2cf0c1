"""Forecast and actual of a customer side by side, month by month, in one currency."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from crm_tui.commands import Scope, in_scope
from crm_tui.domain.errors import Denied
from crm_tui.domain.money import Money, format_money, margin_percent
from crm_tui.domain.periods import Month, window
from crm_tui.screens.asking import Asking
from crm_tui.screens.card_panel import CardPanel
from crm_tui.screens.copying import Copy
from crm_tui.screens.present import HIDDEN, NOTHING, figure, left_out
from crm_tui.screens.session import Session
from crm_tui.store.customers import CustomerCard
from crm_tui.store.finance import FinanceWindow, MonthFigures
from crm_tui.widgets.cells import EMPTY, Cell, cell, join
from crm_tui.widgets.command_target import Availability
from crm_tui.widgets.figure_grid import FigureGrid, Group, Spot
from crm_tui.widgets.line import Line

_MONTHS = 6
_MOST_MONTHS = 36
_EARLIEST, _LATEST = Month(1990, 1), Month(2100, 12)


class _Kind(NamedTuple):
    """A row of the table: its label and the name of its figure in MonthFigures."""

    label: str
    field: str


_BILLING = _Kind("Billing", "billing")
_REVENUE = _Kind("Revenue", "revenue")
_MARGIN = _Kind("Margin", "margin")
_SHARE = _Kind("of revenue", "")
#: None is a rule
_LINES = (_BILLING, _REVENUE, _Kind("Labor exp.", "labor"), _Kind("Other exp.", "other"), None, _MARGIN, _SHARE)


class FinancePanel(CardPanel):
    """The window starts around today and stays as it was set from customer to customer."""

    COMMAND_IDS = tuple(
        name for name in in_scope(Scope.FINANCIALS) if name not in ("financials.left", "financials.right")
    )

    def __init__(self, session: Session) -> None:
        self._line = Line()
        self._grid = FigureGrid(("forecast", "actual"), empty=cell(("Loading…", "muted")))
        super().__init__(session, "Forecast and actual", self._line, self._grid, id="finance")
        self._first = window(session.today, _MONTHS)[0]
        self._length = _MONTHS
        self._currency: str | None = None
        self._window: FinanceWindow | None = None

    # -- reading ------------------------------------------------------------------------------------------------

    def read(self, card: CustomerCard, *, again: bool) -> None:
        if not again:
            self._currency = None
        self._ask()

    def _ask(self) -> None:
        if self.card is None:
            return
        customer, first, count, currency = self.card.customer.id, self._first, self._length, self._currency
        self.ask(
            self.store,
            "window",
            lambda store: store.finance.window(customer, first, count, currency),
            self._got_window,
        )

    def _got_window(self, found: FinanceWindow) -> None:
        spot = self._spot_in(found)
        self._window = found
        labels = [cell((line.label, "muted" if line is _SHARE else "")) if line else EMPTY for line in _LINES]
        now = Month.of(self.session.today)
        groups = [_group(month, found.currency, is_now=month.month == now) for month in found.months]
        self._grid.set_figures(labels, [*groups, _total(found)], spot, note=_note(found))
        self._show_around(found)
        self.post_message(self.Grown(self))
        self.refresh_bindings()

    def on_asking_failed(self, event: Asking.Failed) -> None:
        """Who may not see money reads so where it would be."""
        if isinstance(event.error, Denied):
            event.stop()
            self._window = None
            self._line.show(EMPTY)
            self._grid.set_nothing(cell((str(event.error), "warn")))
            self.set_title(count="", fact="")
            self.set_foot("")
            self.refresh_bindings()

    def _spot_in(self, found: FinanceWindow) -> Spot:
        """The cursor stays on its month; at first it is on what was billed this month."""
        months = [month.month for month in found.months]
        old, spot = self._window, self._grid.spot
        if old is None:
            now = Month.of(self.session.today)
            return Spot(0, months.index(now) if now in months else 0, True)
        if spot.group >= len(old.months):
            return spot._replace(group=len(months))
        was = old.months[spot.group].month
        return spot._replace(group=max(0, min(was.since(months[0]), len(months) - 1)))

    def _show_around(self, found: FinanceWindow) -> None:
        first, last = found.months[0].month, found.months[-1].month
        span = first.label if first == last else f"{first.label} – {last.label}"
        others = f" of {', '.join(found.currencies)}" if len(found.currencies) > 1 else ""
        self._line.show(
            cell(("window ", "muted"), (span, "name")),
            cell(("currency ", "muted"), (found.currency, "name"), (others, "muted")),
        )
        months = len(found.months)
        self.set_title(count="1 month" if months == 1 else f"{months} months", fact=_fact(found))
        currency = self.key("financials.currency", "currency") if len(found.currencies) > 1 else EMPTY
        self.set_foot(
            join(
                [
                    self._keys("financials.narrow", "financials.widen", "months"),
                    self._keys("financials.earlier", "financials.later", "move"),
                    self.key("financials.whole_year", "year"),
                    currency,
                ]
            )
        )

    def _keys(self, first: str, second: str, words: str) -> Cell:
        return cell(self.key(first, ""), self.key(second, words))

    # -- commands -----------------------------------------------------------------------------------------------

    def availability(self, command_id: str) -> Availability:
        if self._window is None:
            return "there are no figures here"
        last = self._first.plus(self._length - 1)
        reasons = {
            "financials.narrow": self._length <= 1 and "one month is the least",
            "financials.widen": self._length >= _MOST_MONTHS and f"{_MOST_MONTHS} months are the most",
            "financials.earlier": self._first <= _EARLIEST and f"{_EARLIEST.label} is the earliest",
            "financials.later": last >= _LATEST and f"{_LATEST.label} is the latest",
            "financials.currency": len(self._currencies) < 2 and "all cases have the same currency",
        }
        return reasons.get(command_id) or super().availability(command_id)

    @property
    def _currencies(self) -> tuple[str, ...]:
        return self._window.currencies if self._window is not None else ()

    def do_financials_narrow(self) -> None:
        self._show_months(self._first, self._length - 1)

    def do_financials_widen(self) -> None:
        self._show_months(self._first, self._length + 1)

    def do_financials_earlier(self) -> None:
        self._show_months(self._first.plus(-1), self._length)

    def do_financials_later(self) -> None:
        self._show_months(self._first.plus(1), self._length)

    def do_financials_whole_year(self) -> None:
        """The year of the month under the cursor; again goes back to the months around today."""
        if (self._first.month, self._length) == (1, 12):
            self._show_months(window(self.session.today, _MONTHS)[0], _MONTHS)
        else:
            group = min(self._grid.spot.group, self._length - 1)
            self._show_months(Month(self._first.plus(group).year, 1), 12)

    def do_financials_currency(self) -> None:
        codes = self._currencies
        if self._window is not None:
            self._currency = codes[(codes.index(self._window.currency) + 1) % len(codes)]
            self._ask()

    def _show_months(self, first: Month, count: int) -> None:
        self._first, self._length = first, count
        self._ask()

    # -- copying ------------------------------------------------------------------------------------------------

    def copies(self) -> Sequence[Copy]:
        found, spot = self._window, self._grid.spot
        line = _LINES[spot.line]
        if found is None or line is None:
            return ()
        side = "actual" if spot.right else "forecast"
        if spot.group < len(found.months):
            month = found.months[spot.group]
            when, amount, share = month.month.label, _amount(month, side, line), _share(month, side, found.currency)
        else:
            when, amount, share = "total", _sum(found, side, line), _total_share(found, side)
        if line is _SHARE:
            return [Copy(f"Margin of revenue, {when}, {side}", share)] if share else ()
        if amount is None:
            return ()
        return [Copy(f"{line.label}, {when}, {side}", format_money(Money(amount, found.currency)))]


# -- figures to cells ---------------------------------------------------------------------------------------------


def _group(month: MonthFigures, currency: str, *, is_now: bool) -> Group:
    name = month.month.label if month.month.month == 1 else month.month.label.split()[0]
    mark = cell(("now", "accent")) if is_now else EMPTY
    return Group(
        cell((name, "name" if is_now else "")),
        [_cell(month, "forecast", line, currency) for line in _LINES],
        [_cell(month, "actual", line, currency) for line in _LINES],
        mark,
    )


def _cell(month: MonthFigures, side: str, line: _Kind | None, currency: str) -> Cell:
    if line is None:
        return EMPTY
    style = "muted" if side == "forecast" else "name" if line is _MARGIN else ""
    if line is _SHARE:
        return _percent(_share(month, side, currency), "muted" if side == "forecast" else "")
    amount = _amount(month, side, line)
    return NOTHING if amount is None else cell((figure(amount, currency), style))


def _total(found: FinanceWindow) -> Group:
    """The sums over the window, with a star where figures are left out."""
    return Group(
        cell(("Total", "name")),
        [_sum_cell(found, "forecast", line) for line in _LINES],
        [_sum_cell(found, "actual", line) for line in _LINES],
    )


def _sum_cell(found: FinanceWindow, side: str, line: _Kind | None) -> Cell:
    if line is None:
        return EMPTY
    star = EMPTY if not found.left_out else cell(("*", "warn"))
    style = "muted" if side == "forecast" else "name"
    if line is _SHARE:
        return cell(_percent(_total_share(found, side), style), star)
    amount = _sum(found, side, line)
    if amount is None:
        return cell(NOTHING if any(map(_figures, found.months)) or not found.left_out else HIDDEN, star)
    return cell((figure(amount, found.currency), style), star)


def _percent(share: str, style: str) -> Cell:
    return cell((share, style)) if share else NOTHING


def _amount(month: MonthFigures, side: str, line: _Kind) -> int | None:
    amount: int | None = getattr(month, f"{side}_{line.field}") if line.field else None
    return amount


def _sum(found: FinanceWindow, side: str, line: _Kind) -> int | None:
    amounts = [_amount(month, side, line) for month in found.months]
    known = [amount for amount in amounts if amount is not None]
    return sum(known) if known else None


def _share(month: MonthFigures, side: str, currency: str) -> str:
    return _of_revenue(_amount(month, side, _MARGIN), _amount(month, side, _REVENUE), currency)


def _total_share(found: FinanceWindow, side: str) -> str:
    return _of_revenue(_sum(found, side, _MARGIN), _sum(found, side, _REVENUE), found.currency)


def _of_revenue(margin: int | None, revenue: int | None, currency: str) -> str:
    """The margin in whole percent of revenue; empty where there is no revenue."""
    if margin is None or revenue is None:
        return ""
    percent = margin_percent(Money(margin, currency), Money(revenue, currency))
    if percent is None:
        return ""
    return f"{percent.quantize(Decimal(1), ROUND_HALF_UP)} %".replace("-", "−")


def _figures(month: MonthFigures) -> bool:
    """Whether there is any figure in a month."""
    sides = ("forecast", "actual")
    return any(_amount(month, side, line) is not None for side in sides for line in _LINES if line)


def _note(found: FinanceWindow) -> Cell:
    """What is left out, or that there is nothing."""
    if found.left_out:
        return cell((left_out(found.left_out, "case"), "warn"))
    empty = not any(_figures(month) for month in found.months)
    return cell((f"No figures in {found.currency} in these months.", "muted")) if empty else EMPTY


def _fact(found: FinanceWindow) -> Cell:
    margin = _sum(found, "actual", _MARGIN)
    if margin is None:
        return cell(("no actual figures", "muted"))
    share = _total_share(found, "actual")
    return cell(
        ("margin ", "muted"),
        figure(margin, found.currency),
        (f" {found.currency}{', ' + share if share else ''}", "muted"),
    )
