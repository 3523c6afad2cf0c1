"""A card as text: its tabs about money and settings."""

from __future__ import annotations

from collections.abc import Sequence

from crm_tui.cli.card_read import HIDDEN, Asked, FinancialsTab, SettingsTab
from crm_tui.cli.card_text import NOTHING, count, money, more, sums
from crm_tui.cli.text_blocks import INDENT, columns, facts, heading, sentence
from crm_tui.domain.billing_fields import FIELDS, REVERSE_TEXT, BillingField
from crm_tui.domain.finance import OUTSTANDING
from crm_tui.domain.money import Money, format_amount
from crm_tui.domain.permission_words import left_out
from crm_tui.domain.registries import RegistryKind
from crm_tui.store import figure_sums
from crm_tui.store.figure_sums import LINES, SHARE, FigureLine, Side
from crm_tui.store.finance import FinanceWindow, InvoiceRow, MonthFigures
from crm_tui.text import width
from crm_tui.when import due

_SIDES = (Side.FORECAST, Side.ACTUAL)
#: the columns before the figures
_WHOLE = ("month", "")
_SHOWN = tuple(line for line in LINES if line is not None)


def financial_lines(tab: FinancialsTab, name: str, asked: Asked, wide: int) -> list[str]:
    """Tab 4: forecast and actual month by month in each currency, and the invoices, with their receiver unless it is
    called ``name``, as the customer is."""
    lines: list[str] = []
    for window in tab.windows:
        lines += _window(window, wide)
    totals = tab.totals
    late = f"{count(totals.late)} late" if totals.late.number else ""
    owed = totals.outstanding
    outstanding = f"outstanding {sums(owed)}" if owed.amounts or owed.left_out else ""
    rows = [_invoice(row, name, asked) for row in tab.invoices]
    head = ("invoice", "for", "status", "date\ndue", "total")
    return [
        *lines,
        *heading("Invoices", count(totals.count), late, outstanding),
        *(
            columns(head, rows, wide, numbers=("total",), whole=("invoice", "date\ndue"))
            or sentence("No invoices yet.", wide)
        ),
        *more(len(rows), totals.count, wide),
        *sentence(left_out(owed.left_out, "amount"), wide),
    ]


def _window(found: FinanceWindow, wide: int) -> list[str]:
    months = figure_sums.span([month.month for month in found.months])
    lines = heading("Forecast and actual", months, found.currency)
    if not figure_sums.has_figures(found) and not found.left_out:
        return [*lines, *sentence("No figures in these months.", wide)]
    if not figure_sums.has_figures(found):
        return [*lines, *sentence(HIDDEN, wide), *sentence(left_out(found.left_out, "case"), wide)]
    rows = [
        (month.month.label if side is Side.FORECAST else "", side.value, *_amounts(found, month, side))
        for month in found.months
        for side in _SIDES
    ]
    star = "*" if found.left_out else ""
    for side in Side:
        label = "Total" if side is Side.FORECAST else ""
        rows.append((label, side.value, *(_total(found, side, line) + star for line in _SHOWN)))
    until = figure_sums.compared_words(found)
    return [
        *lines,
        *_in_parts(rows, wide),
        *sentence(f"The difference is that of {until}." if until else "", wide),
        *sentence(left_out(found.left_out, "case"), wide),
    ]


def _in_parts(rows: Sequence[tuple[str, ...]], wide: int) -> list[str]:
    """The table; where it is too wide as several below each other, since amounts are not cut."""
    names = [line.label if line is not SHARE else "%" for line in _SHOWN]
    before = len(_WHOLE)
    lines: list[str] = []
    for most in range(len(names), 0, -1):
        lines = []
        for first in range(0, len(names), most):
            part = slice(first + before, first + before + most)
            cells = [(*row[:before], *row[part]) for row in rows]
            head = (*_WHOLE, *names[first : first + most])
            lines += [*([""] if lines else []), *columns(head, cells, wide, numbers=names, whole=_WHOLE)]
        if all(width(line) <= wide for line in lines):
            break
    return lines


def _amounts(found: FinanceWindow, month: MonthFigures, side: Side) -> list[str]:
    cells = []
    for line in _SHOWN:
        if line is SHARE:
            cells.append(figure_sums.share(month, side, found.currency) or NOTHING)
        else:
            amount = figure_sums.amount(month, side, line)
            cells.append(NOTHING if amount is None else _figure(amount, found.currency))
    return cells


def _total(found: FinanceWindow, side: Side, line: FigureLine) -> str:
    if line is SHARE:
        return figure_sums.total_share(found, side) or NOTHING
    number = figure_sums.total(found, side, line)
    if number is None:
        return NOTHING
    is_difference = side is Side.DIFFERENCE
    return figure_sums.signed(number, found.currency) if is_difference else _figure(number, found.currency)


def _figure(amount: int, currency: str) -> str:
    return format_amount(Money(amount, currency), with_cents=False)


def _invoice(row: InvoiceRow, name: str, asked: Asked) -> tuple[str, ...]:
    invoice, today = row.invoice, asked.today
    cases = len(invoice.cases)
    case = f"{row.case_number} {row.case_name}" if row.case_number is not None else HIDDEN if cases else NOTHING
    receiver = f"\nto {invoice.receiver.name}" if invoice.receiver.name != name else ""
    is_late = invoice.status in OUTSTANDING and invoice.due is not None and invoice.due <= today
    status = due(invoice.due, today, asked.dates) if invoice.due and is_late else invoice.status.value
    return (
        invoice.number,
        f"{case} +{cases - 1}{receiver}" if cases > 1 else f"{case}{receiver}",
        status,
        "\n".join(asked.day(day) for day in (invoice.date, invoice.due) if day),
        money(invoice.total, invoice.currency),
    )


# -- settings ---------------------------------------------------------------------------------------------------------


def settings_lines(tab: SettingsTab, wide: int) -> list[str]:
    """Tab 5: billing defaults, and the segments of the customer by their groups."""
    lines: list[str] = []
    for part in dict.fromkeys(field.group for field in FIELDS):
        fields = [field for field in FIELDS if field.group == part and _is_shown(field, tab)]
        lines += [*heading(f"Billing: {part}"), *facts([(each.label, _setting(each, tab)) for each in fields], wide)]
    lines += heading("Market segmentation", str(len(tab.segments) or ""))
    found = []
    for group in tab.groups:
        names = ", ".join(_segment(each.name, each.is_active) for each in tab.segments if each.group == group.id)
        if names or group.is_active:
            found.append((group.name, names or NOTHING))
    return [*lines, *(_grouped(found, wide) or sentence("No segment groups yet.", wide))]


def _grouped(found: Sequence[tuple[str, str]], wide: int) -> list[str]:
    return [
        line
        for name, names in found
        for line in (f"{INDENT}{name}", *(f"{INDENT}{line}" for line in sentence(names, wide - len(INDENT))))
    ]


def _segment(name: str, is_active: bool) -> str:
    return name if is_active else f"{name} (disabled, kept)"


def _is_shown(field: BillingField, tab: SettingsTab) -> bool:
    return field.name != REVERSE_TEXT or tab.billing.reverse_charge


def _setting(field: BillingField, tab: SettingsTab) -> str:
    value = getattr(tab.billing, field.name)
    if field.kind == "tick":
        return "yes" if value else "no"
    if value is None:
        return NOTHING
    if field.kind == "days":
        return f"{value} {'day' if value == 1 else 'days'}"
    if field.kind == "percent":
        return f"{value:f} %"
    if field.registry is RegistryKind.LANGUAGE:
        return tab.languages.get(str(value), str(value))
    return str(value)
