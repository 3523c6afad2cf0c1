"""Forecast and actual of a customer side by side, month by month, in one currency, with a picture above."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events

from crm_tui.commands import in_scope
from crm_tui.domain.cases import Case
from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import Denied
from crm_tui.domain.money import Money, format_money, minor_digits
from crm_tui.domain.periods import Month, window
from crm_tui.domain.permission_words import left_out
from crm_tui.places import Scope
from crm_tui.screens import finance_figures as figures
from crm_tui.screens.asking import Asking
from crm_tui.screens.copying import Copy
from crm_tui.screens.finance_cases import FinanceCases, Months
from crm_tui.screens.finance_lines import HeadLine
from crm_tui.screens.present import figure, hidden_by
from crm_tui.screens.session import Session
from crm_tui.store import figure_sums
from crm_tui.store.customers import CustomerCard
from crm_tui.store.figure_sums import LINES, MARGIN, SHARE, FigureLine, Side
from crm_tui.store.finance import FinanceWindow
from crm_tui.widgets.cells import EMPTY, Cell, cell, join
from crm_tui.widgets.command_target import Availability
from crm_tui.widgets.figure_grid import FigureGrid, Spot
from crm_tui.widgets.line import Line
from crm_tui.widgets.pair_chart import LEAST_LINES, Bar, PairChart

_MONTHS = 6
_MOST_MONTHS = 36
_EARLIEST, _LATEST = Month(1990, 1), Month(2100, 12)
_SIDES = tuple(Side)
#: a bar is as wide as its column, and no wider than this
_WIDEST_BAR = 7


class FinancePanel(FinanceCases):
    """The window starts around today and stays as it was set from customer to customer."""

    OF_CASES = "all"
    COMMAND_IDS = tuple(
        name for name in in_scope(Scope.FINANCIALS) if name not in ("financials.left", "financials.right")
    )
    DEFAULT_CSS = """
    FinancePanel {
        & PairChart { display: none; }
        &.-chart PairChart { display: block; }
        &.-closed PairChart { display: none; }
    }
    """

    def __init__(self, session: Session) -> None:
        self._head = HeadLine()
        self._chart = PairChart()
        self._grid = FigureGrid(("forecast", "actual"), empty=cell(("Loading…", "muted")))
        self._compared = Line()
        super().__init__(
            session, "Forecast and actual", self._head, self._chart, self._grid, self._compared, id="finance"
        )
        self._first = window(session.today, _MONTHS)[0]
        self._length = _MONTHS
        self._currency: str | None = None
        self._wants_chart = True
        self._wanted_case: int | None = None  # whose figures are to be shown once they are read

    # -- reading ------------------------------------------------------------------------------------------------

    def read(self, card: CustomerCard, *, again: bool) -> None:
        if not again:
            self._currency = None
            self._set_nothing(cell(("Loading…", "muted")))
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
        self.window = found
        now = Month.of(self.session.today)
        self._grid.set_figures(figures.labels(), figures.groups(found, now), spot, note=_note(found))
        self._show_around(found)
        self._show_line()
        self._make_room()
        self.post_message(self.Grown(self))
        self.refresh_bindings()
        wanted, self._wanted_case = self._wanted_case, None
        if wanted is not None:
            self.show_case(wanted, Months(self._first, self._length, figure_sums.span([m.month for m in found.months])))

    def on_asking_failed(self, event: Asking.Failed) -> None:
        """Who may not see money, or may not any more, reads so where it would be."""
        if isinstance(event.error, Denied):
            event.stop()
            self._set_nothing(hidden_by(event.error.permission, "all figures"))

    def _set_nothing(self, words: Cell) -> None:
        """Show these words instead of figures; none is left to be seen or copied."""
        self.window = self._wanted_case = None
        self._head.show(EMPTY)
        self._compared.show(EMPTY)
        self._grid.set_nothing(words)
        self.set_title(count="", fact="")
        self.set_foot("")
        self._show_line()
        self._make_room()
        self.refresh_bindings()

    def _spot_in(self, found: FinanceWindow) -> Spot:
        """The cursor stays on its month; at first it is on what was billed this month."""
        months = [month.month for month in found.months]
        old, spot = self.window, self._grid.spot
        if old is None:
            now = Month.of(self.session.today)
            return Spot(0, months.index(now) if now in months else 0, 1)
        if spot.group >= len(old.months):
            return spot._replace(group=len(months))
        was = old.months[spot.group].month
        return spot._replace(group=max(0, min(was.since(months[0]), len(months) - 1)))

    # -- what is around the figures -------------------------------------------------------------------------------

    def _show_around(self, found: FinanceWindow) -> None:
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
                    self.key("move.open", "cases behind"),
                ]
            )
        )

    def _keys(self, first: str, second: str, words: str) -> Cell:
        return cell(self.key(first, ""), self.key(second, words))

    def _show_line(self) -> None:
        """Show what belongs to the row under the cursor: its name, its comparison, its bars."""
        found = self.window
        if found is None:
            self._chart.set_bars((), 0, ())
            return
        line = self._drawn_line
        self._head.show_window(found, line.name, with_chart=self.has_class("-chart"))
        self._compared.show(_comparison(found, line))
        self._draw()

    def _draw(self) -> None:
        found = self.window
        if found is None:
            return
        places = [each for each in self._grid.places if each[0].group < len(found.months)]
        # the scale is that of all months, so that it stays while they scroll
        every = [self._value(found, group, side) for group in range(len(found.months)) for side in _SIDES[:2]]
        self._chart.set_bars((self._bar(found, *each) for each in places), self._grid.left, every)

    def _bar(self, found: FinanceWindow, place: Spot, x: int, width: int) -> Bar:
        side, shown = _SIDES[place.column], min(width, _WIDEST_BAR)
        return Bar(x + width - shown, shown, self._value(found, place.group, side), side is Side.ACTUAL)

    def _value(self, found: FinanceWindow, group: int, side: Side) -> float | None:
        number = figure_sums.amount(found.months[group], side, self._drawn_line)
        return None if number is None else number / 10 ** minor_digits(found.currency)

    @property
    def _drawn_line(self) -> FigureLine:
        line = LINES[self._grid.spot.line]
        return MARGIN if line is None or line is SHARE else line

    def _make_room(self) -> None:
        """The picture gets what the table leaves; with too little of that, or nothing to draw, there is none."""
        was, found = self.has_class("-chart"), self.window
        wanted = self._wants_chart and found is not None and figure_sums.has_figures(found)
        self._chart.line_count = PairChart.line_count if wanted else 0
        self.set_class(wanted and self._room >= LEAST_LINES, "-chart")
        self._chart.styles.height = max(1, self._room)
        if self.has_class("-chart") != was:
            self._show_line()

    @property
    def _room(self) -> int:
        return self.size.height - self._head.line_count - self._grid.line_count - self._compared.line_count

    def on_resize(self, event: events.Resize) -> None:
        self._make_room()

    def on_figure_grid_laid(self, event: FigureGrid.Laid) -> None:
        event.stop()
        self._draw()

    def on_figure_grid_moved(self, event: FigureGrid.Moved) -> None:
        """The picture stays as it is while the cursor stays in its row."""
        event.stop()
        if event.old.line != self._grid.spot.line:
            self._show_line()
        self.refresh_bindings()

    async def on_figure_grid_chosen(self, event: FigureGrid.Chosen) -> None:
        event.stop()
        await self.run_command("move.open")

    # -- commands -----------------------------------------------------------------------------------------------

    def availability(self, command_id: str) -> Availability:
        if self.window is None:
            return "there are no figures here"
        last = self._first.plus(self._length - 1)
        reasons = {
            "financials.narrow": self._length <= 1 and "one month is the least",
            "financials.widen": self._length >= _MOST_MONTHS and f"{_MOST_MONTHS} months are the most",
            "financials.earlier": self._first <= _EARLIEST and f"{_EARLIEST.label} is the earliest",
            "financials.later": last >= _LATEST and f"{_LATEST.label} is the latest",
            "financials.currency": len(self._currencies) < 2 and "all cases have the same currency",
            "financials.chart": self._room < LEAST_LINES and "there is no room for it",
        }
        return reasons.get(command_id) or super().availability(command_id)

    @property
    def _currencies(self) -> tuple[str, ...]:
        return self.window.currencies if self.window is not None else ()

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
        if self.window is not None:
            self._currency = codes[(codes.index(self.window.currency) + 1) % len(codes)]
            self._ask()

    def do_financials_chart(self) -> None:
        self._wants_chart = not self._wants_chart
        self._make_room()
        self.post_message(self.Grown(self))

    def _show_months(self, first: Month, count: int) -> None:
        self._first, self._length = first, count
        self._ask()

    def put_cursor_on(self, kind: Kind, entity: int) -> bool:
        """The figures of a case are shown in its currency, among those of the other cases."""
        if kind is not Kind.CASE:
            return False

        customer = self.card.customer.id if self.card is not None else None

        def show(case: Case) -> None:
            if self.card is None or self.card.customer.id != customer:
                return  # another customer is shown by now
            self._currency, self._wanted_case = case.currency, case.id
            self._ask()

        self.ask(self.store, "case", lambda store: store.cases.get(entity), show)
        return True

    # -- where the cursor is --------------------------------------------------------------------------------------

    @property
    def spot(self) -> Spot:
        return self._grid.spot

    def copies(self) -> Sequence[Copy]:
        found, line = self.window, LINES[self.spot.line]
        if found is None or line is None:
            return ()
        side = _SIDES[self.spot.column]
        when = self.months_at(found).words
        if line is SHARE:
            month = found.months[self.spot.group] if self.spot.group < len(found.months) else None
            share = figure_sums.share(month, side, found.currency) if month else figure_sums.total_share(found, side)
            return [Copy(f"{line.name}, {when}, {side}", share)] if share else ()
        amount = self.amount_at(found)
        if amount is None:
            return ()
        return [Copy(f"{line.name}, {when}, {side}", format_money(Money(amount, found.currency)))]


def _comparison(found: FinanceWindow, line: FigureLine) -> Cell:
    """Forecast, actual and difference of a row, and of which months that is."""
    number = figure_sums.difference(found, line)
    if number is None:
        return cell((f"{line.name}: no actual figures to compare", "muted"))
    months, currency = figure_sums.compared(found), found.currency
    forecast, actual = (
        sum(figure_sums.amount(month, side, line) or 0 for month in months) for side in (Side.FORECAST, Side.ACTUAL)
    )
    percent = figure_sums.percent_of(number, forecast, currency)
    return cell(
        (f"{figure_sums.compared_words(found)}  forecast ", "muted"),
        figure(forecast, currency),
        ("  actual ", "muted"),
        figure(actual, currency),
        ("  difference ", "muted"),
        (figure_sums.signed(number, currency), "name"),
        ("*", "warn") if found.left_out else "",
        (f"  {percent}", "muted") if percent else "",
    )


def _note(found: FinanceWindow) -> Cell:
    """What is left out, or that there is nothing."""
    if found.left_out:
        return cell((left_out(found.left_out, "case"), "warn"))
    nothing = f"No figures in {found.currency} in these months."
    return EMPTY if figure_sums.has_figures(found) else cell((nothing, "muted"))


def _fact(found: FinanceWindow) -> Cell:
    margin = figure_sums.total(found, Side.ACTUAL, MARGIN)
    if margin is None:
        return cell(("no actual figures", "muted"))
    share = figure_sums.total_share(found, Side.ACTUAL)
    return cell(
        ("margin ", "muted"),
        figure(margin, found.currency),
        (f" {found.currency}{', ' + share if share else ''}", "muted"),
    )
