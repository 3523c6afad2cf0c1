"""What is behind the figures: from a cell to its cases, and to the forecast of a case."""

from __future__ import annotations

from functools import partial
from typing import ClassVar, NamedTuple

from crm_tui.domain.entities import Kind
from crm_tui.domain.periods import Month
from crm_tui.domain.permissions import Action
from crm_tui.screens.card_panel import CardPanel
from crm_tui.screens.dialogs.behind import BehindDialog, BehindFigure, Next, Wanted
from crm_tui.store import figure_sums
from crm_tui.store.figure_sums import BILLING, LINES, MARGIN, SHARE, FigureLine, Side
from crm_tui.store.finance import Behind, Figure, FinanceWindow
from crm_tui.widgets.choose import Choice, ChooseDialog
from crm_tui.widgets.command_target import Availability
from crm_tui.widgets.figure_grid import Spot

_SIDES = tuple(Side)


class Months(NamedTuple):
    """The months that a cell is about, in words too."""

    first: Month
    length: int
    words: str

    @property
    def last(self) -> Month:
        """The last of them."""
        return self.first.plus(self.length - 1)


class FinanceCases(CardPanel):
    """A panel whose cursor is on a figure: ``window`` are the figures, ``spot`` is where it is."""

    COMMAND_IDS: ClassVar[tuple[str, ...]] = ("move.open", "list.add", "list.edit")

    window: FinanceWindow | None = None

    @property
    def spot(self) -> Spot:
        """Where the cursor is."""
        raise NotImplementedError

    def months_at(self, found: FinanceWindow) -> Months:
        """The months that the figure under the cursor is about."""
        if self.spot.group < len(found.months):
            month = found.months[self.spot.group].month
            return Months(month, 1, month.label)
        shown = figure_sums.compared(found) if self._side is Side.DIFFERENCE else found.months
        months = [month.month for month in shown or found.months]
        return Months(months[0], len(months), figure_sums.span(months))

    def amount_at(self, found: FinanceWindow) -> int | None:
        """The amount under the cursor."""
        if self.spot.group < len(found.months):
            return figure_sums.amount(found.months[self.spot.group], self._side, self._line)
        return figure_sums.total(found, self._side, self._line)

    @property
    def _side(self) -> Side:
        return _SIDES[self.spot.column]

    @property
    def _line(self) -> FigureLine:
        """The row under the cursor; behind a share of the margin is the margin."""
        line = LINES[self.spot.line]
        return MARGIN if line is None or line is SHARE else line

    # -- commands -----------------------------------------------------------------------------------------------

    def availability(self, command_id: str) -> Availability:
        if command_id == "move.open" and self.window is not None and self.amount_at(self.window) is None:
            return "there is no figure here"
        if command_id == "list.add":
            return self.may(Action.ADD, Kind.FORECAST)
        if command_id == "list.edit":
            return self.may(Action.EDIT, Kind.FORECAST)
        return super().availability(command_id)

    def do_move_open(self) -> None:
        self._look_behind(self._show_cases)

    def do_list_edit(self) -> None:
        """The one case behind the figure is edited at once; of several one is chosen; without any it is a new one."""
        self._look_behind(self._edit_cases)

    def do_list_add(self) -> None:
        found = self.window
        if found is not None:
            self._open_forecast(None, _likely(self.months_at(found), Month.of(self.session.today)))

    # -- the cases ------------------------------------------------------------------------------------------------

    def _look_behind(self, then: Wanted) -> None:
        if self.window is not None:
            self._read_behind(self.months_at(self.window), self._line, then)

    def show_case(self, case: int, months: Months) -> None:
        """Show what a case has in the billing of these months, among the others."""
        self._read_behind(months, BILLING, partial(self._show_cases, case=case))

    def _read_behind(self, months: Months, line: FigureLine, then: Wanted) -> None:
        found = self.window
        if found is None or self.card is None:
            return
        customer, currency = self.card.customer.id, found.currency

        def answered(behind: Behind) -> None:
            if self.card is not None and self.card.customer.id == customer:  # no other one is shown by now
                then(behind, months, line)

        self.ask(
            self.store,
            "behind",
            lambda store: store.finance.behind(
                customer, months.first, months.length, line.figure or Figure.MARGIN, currency
            ),
            answered,
        )

    def _edit_cases(self, behind: Behind, months: Months, line: FigureLine) -> None:
        if months.length == 1 and len(behind.rows) == 1:
            self._open_forecast(behind.rows[0].case, months.first, line.figure)
        elif not behind.rows:
            self.do_list_add()
        else:
            self._show_cases(behind, months, line)

    def _show_cases(self, behind: Behind, months: Months, line: FigureLine, case: int | None = None) -> None:
        may_edit, may_add = self.availability("list.edit"), self.availability("list.add")

        def chosen(wanted: Next | None) -> None:
            if wanted is None:
                return
            if wanted.command == "move.open" and wanted.case is not None:
                self.post_message(self.GoWanted(2, Kind.CASE, wanted.case))
            elif wanted.command == "list.add":
                self._open_forecast(None, _likely(months, Month.of(self.session.today)), line.figure)
            elif wanted.case is not None:
                self._choose_month(wanted.case, months, line.figure)

        title = f"{line.name}, {months.words}"
        compares = self.window is not None and months.last <= figure_sums.compared_until(self.window)
        side = self._side if compares or self._side is not Side.DIFFERENCE else Side.ACTUAL
        what = BehindFigure(title, behind, side, compares)
        dialog = BehindDialog(what, self.session.keys, may_edit, may_add, case)
        self.app.push_screen(dialog, chosen)

    def _choose_month(self, case: int, months: Months, figure: Figure | None) -> None:
        """Over several months it has to be said which."""
        if months.length == 1:
            self._open_forecast(case, months.first, figure)
            return
        choices = [
            Choice(str(place), months.first.plus(place).label, "now" if months.first.plus(place) == now else "")
            for now in [Month.of(self.session.today)]
            for place in range(months.length)
        ]
        likely = _likely(months, Month.of(self.session.today))

        def chosen(place: str | None) -> None:
            if place is not None:
                self._open_forecast(case, months.first.plus(int(place)), figure)

        current = str(likely.since(months.first))
        self.app.push_screen(ChooseDialog("Forecast of which month?", choices, current=current), chosen)

    def _open_forecast(self, case: int | None, month: Month, figure: Figure | None = None) -> None:
        given = {"case": case, "year": month.year, "month": month.month}
        focus = "" if case is None else _FIELDS.get(figure, "")
        self.want_form("forecast", Kind.FORECAST, given=given, focus=focus)


#: the field of the form that a figure is entered in
_FIELDS: dict[Figure | None, str] = {
    Figure.BILLING: "billing",
    Figure.REVENUE: "revenue",
    Figure.LABOR: "labor_expense",
    Figure.OTHER: "other_expense",
}


def _likely(months: Months, now: Month) -> Month:
    """The month that is most likely meant: this one, if it is among them."""
    return now if 0 <= now.since(months.first) < months.length else months.first
