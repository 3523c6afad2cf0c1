"""The tab strip of the card: the name of each tab with its key figure."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from crm_tui.domain.money import minor_digits
from crm_tui.screens.present import HIDDEN, count, sums
from crm_tui.store.customers import KeyFigures, Sum
from crm_tui.widgets.cells import EMPTY, Cell, cell, join
from crm_tui.widgets.tab_strip import TabLabel

#: the names of the tabs, for wide and for narrow screens
TAB_NAMES = (
    ("Contact information", "Contact"),
    ("Sales & projects", "Sales"),
    ("Collaboration", "Collab"),
    ("Financials", "Finance"),
    ("Customer settings", "Settings"),
)


def tab_labels(figures: KeyFigures, *, cases: bool) -> list[TabLabel]:
    """The tab strip with each tab's key figure; whether the user sees ``cases`` at all."""
    late = cell((f"! {count(figures.late_tasks)} late", "bad")) if figures.late_tasks.number else EMPTY
    late_short = cell((f"!{count(figures.late_tasks)}", "bad")) if figures.late_tasks.number else EMPTY
    margin = _margin(figures)
    term = (
        cell(f"{figures.payment_term} days", (f" net, {figures.currency}", "muted"))
        if figures.payment_term is not None
        else cell((figures.currency, "muted"))
    )
    shown = (
        (
            cell(count(figures.contacts), (" contact" if figures.contacts.number == 1 else " contacts", "muted")),
            cell((count(figures.contacts), "muted")),
        ),
        (join(sums(figures.open_value)), _short_sum(figures.open_value)),
        (
            join([cell(count(figures.tasks), (" tasks", "muted")), late]),
            join([cell((count(figures.tasks), "muted")), late_short], " "),
        )
        if cases
        else (cell(HIDDEN, (" tasks", "muted")), HIDDEN),
        (cell(margin, (" margin", "muted")), margin),
        (term, EMPTY),
    )
    return [TabLabel(*names, *each) for names, each in zip(TAB_NAMES, shown, strict=True)]


def _short_sum(total: Sum | UnsetType) -> Cell:
    """The first currency's sum in thousands, for narrow screens."""
    if isinstance(total, UnsetType):
        return HIDDEN
    if not total.amounts:
        return HIDDEN if total.left_out else EMPTY
    first = total.amounts[0]
    thousands = first.amount / 10 ** minor_digits(first.currency) / 1000
    return cell((f"{thousands:.0f}k {first.currency}", "muted"))


def _margin(figures: KeyFigures) -> Cell:
    if figures.margin_percent is UNSET:
        return HIDDEN
    if figures.margin_percent is None:
        return cell(("–", "faint"))
    return cell(f"{figures.margin_percent}", (" %", "muted"))
