"""The line above the figures."""

from __future__ import annotations

from crm_tui.store.figure_sums import span
from crm_tui.store.finance import FinanceWindow
from crm_tui.widgets.cells import EMPTY, Cell, cell
from crm_tui.widgets.line import Line


class HeadLine(Line):
    """What the bars are, and which months and currency are shown; in shorter words where it is narrow."""

    def __init__(self) -> None:
        super().__init__()
        self._short = EMPTY

    def show_window(self, found: FinanceWindow, name: str, *, with_chart: bool) -> None:
        """Show what is shown; ``name`` is that of the row that is drawn."""
        months = span([month.month for month in found.months])
        others = f" of {', '.join(found.currencies)}" if len(found.currencies) > 1 else ""
        currency = cell((found.currency, "name"), (others, "muted"))
        self._short = cell((f"{months}  ", "name"), currency)
        word = name.lower()
        legend = cell(("░░", "muted"), (f" forecast {word}  ", "muted"), ("██", "accent"), (f" actual {word}", "muted"))
        self.show(
            legend if with_chart else cell((name, "name")),
            cell(("window ", "muted"), (months, "name"), ("  currency ", "muted"), currency),
        )

    def parts(self, width: int) -> tuple[Cell, Cell]:
        left, right = super().parts(width)
        return left, self._short if left.width + right.width + 4 > width and right else right
