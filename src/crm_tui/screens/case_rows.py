"""The table of cases: sales cases and projects in two sections, each with its own heads and its sums."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from msgspec import UNSET

from crm_tui.domain.cases import Case, SalesState
from crm_tui.domain.permission_words import left_out
from crm_tui.screens.case_facts import by_chance, status
from crm_tui.screens.present import HIDDEN, NOTHING, Clock, money, owner, spaced, sums
from crm_tui.store.case_states import is_late, is_over, main_date, needs
from crm_tui.store.cases import CaseChoice, CaseFigures, CaseRow, CaseSum
from crm_tui.widgets.bars import share, sparkline
from crm_tui.widgets.cells import EMPTY, Cell, cell
from crm_tui.widgets.columns import Column
from crm_tui.widgets.figure_strip import Figure
from crm_tui.widgets.rows import BLANK, RULE, Row
from crm_tui.widgets.rows import sums as sum_row

#: what is said of each key figure in help: what it is made of
FORMULAS = (
    ("Open value", "Values of the sales cases in progress added up, by currency."),
    ("Weighted", "The same, each value times its probability, rounded to the cent."),
    ("Won in a year", "Values of all projects whose order date lies in this calendar year."),
    ("Hit rate", "Won cases in percent of all that are decided: won / (won + lost)."),
    ("Need attention", "Open, and nothing is planned, or order date or deadline has passed."),
    ("Hidden figures", "What permissions hide is left out of a sum, which then has a *."),
)
#: the place of the cell that says who is billed
_BILLED = 11
_HEADS = {
    False: ("Probability", "Order", "Deadline"),
    True: ("Completed", "Deadline", "Ordered"),
}


def columns(rows: Sequence[Row], choice: CaseChoice) -> tuple[Column, ...]:
    """The columns, with room for all money in these rows: money is never cut. Who is billed has a column where
    somebody else is."""

    def room(place: int) -> int:
        cells = (row.cells[place] for row in rows if row.kind == "row" and place < len(row.cells))
        return max((each.width if isinstance(each, Cell) else len(each) for each in cells), default=8)

    billed = any(row.selectable and row.cells[_BILLED] for row in rows)
    return (
        Column("number", width=5, style="muted"),
        Column("name", width=24, flex=1),
        Column("status", width=13, most=16),
        Column("why", width=17) if choice is CaseChoice.ATTENTION else Column("share", width=16, drop=6),
        Column("value", width=room(4), align="right"),
        Column("weighted", width=room(5), align="right", drop=3),
        Column("date", width=9, align="right", drop=8),
        Column("start", width=9, align="right", drop=2),
        Column("other", width=9, align="right", drop=1),
        Column("who", width=2, drop=7),
        Column("months", width=8, drop=5),
        *((Column("billed", width=15, most=24, drop=4, style="muted"),) if billed else ()),
    )


class Section(NamedTuple):
    """What one life of cases shows."""

    is_project: bool
    rows: Sequence[CaseRow]
    sums: Sequence[CaseSum]


def sections(rows: Sequence[CaseRow], totals: Sequence[CaseSum]) -> list[Section]:
    """The cases by their two lives; one that has none is left out."""
    found = []
    for is_project in (False, True):
        own = [row for row in rows if row.case.is_project == is_project]
        parts = [part for part in totals if (part.state is SalesState.WON) == is_project]
        if own:
            found.append(Section(is_project, own, parts))
    return found


def table_rows(rows: Sequence[CaseRow], totals: Sequence[CaseSum], choice: CaseChoice, clock: Clock) -> list[Row]:
    """All rows of the table."""
    lines: list[Row] = []
    star = " " if any(part.left_out for part in totals) else ""  # room for the stars of sums
    for section in sections(rows, totals):
        lines += [BLANK] if lines else []
        lines.append(_head(section, choice, star))
        lines += [_row(row, choice, clock, star) for row in section.rows]
        lines += [RULE, *_sums(section, star)]
    return lines


def _head(section: Section, choice: CaseChoice, star: str) -> Row:
    number = sum(part.number for part in section.sums)
    title = cell(("Projects" if section.is_project else "Sales cases", "name"), (f"  {spaced(number)}", "muted"))
    share_head, date, other = _HEADS[section.is_project]
    heads = (
        "No.", title, "Status", "Why" if choice is CaseChoice.ATTENTION else share_head, f"Value{star}",
        "" if section.is_project else f"Weighted{star}", date, "Start", other, "", "8 months", "Billed to",
    )  # fmt: skip
    return Row("", tuple(head if isinstance(head, Cell) else cell((head, "muted")) for head in heads), selectable=False)


def _row(row: CaseRow, choice: CaseChoice, clock: Clock, star: str) -> Row:
    case = row.case
    late = is_late(case, clock.today)
    if choice is CaseChoice.ATTENTION:
        middle = cell((next(iter(needs(row, clock.today)), ""), "warn"))
    else:
        middle = share(case.completion if case.is_project else case.probability)
    cells = (
        str(case.number),
        case.name,
        status(row, late=late and case.is_project),
        middle,
        cell(money(case.expected_value, case.currency), star),
        EMPTY if case.is_project else cell(by_chance(case), star),
        _date(case, clock, late=late),
        clock.day(case.start) if case.start else NOTHING,
        _other_date(case, clock),
        owner(row.owner_name),
        HIDDEN if row.months is UNSET else sparkline([float(amount) for amount in row.months]),
        row.billing_customer_name or "",
    )
    return Row(str(case.id), cells, style="muted" if is_over(case) else "")


def _date(case: Case, clock: Clock, *, late: bool) -> Cell:
    day = main_date(case)
    return cell((clock.day(day), "bad" if late else "")) if day is not None else NOTHING


def _other_date(case: Case, clock: Clock) -> Cell:
    day = case.expected_order_date if case.is_project else case.deadline
    return cell(clock.day(day)) if day is not None else NOTHING


def _sums(section: Section, star: str) -> list[Row]:
    """A line for each state and currency, and a sentence about what is missing."""
    lines = [sum_row("", cell((_words(part), "muted")), "", "", *_amounts(part, star)) for part in section.sums]
    missing = sum(part.left_out for part in section.sums)
    if missing:
        words = cell((left_out(missing, "value"), "warn"))
        lines.append(Row("", (words,), kind="line", selectable=False))
    return lines


def _words(part: CaseSum) -> str:
    over = {SalesState.WON: "closed", SalesState.LOST: "lost", SalesState.OPEN: "closed"}[part.state]
    return f"{spaced(part.number)} {over if part.is_over else 'open'}"


def _amounts(part: CaseSum, room: str) -> tuple[Cell, Cell]:
    star = ("*", "warn") if part.left_out else room
    hidden = part.left_out == part.number
    value = HIDDEN if hidden else money(part.value, part.currency).styled("bold")
    if part.state is SalesState.WON:
        return cell(value, star), EMPTY
    chance = HIDDEN if hidden else money(part.weighted, part.currency).styled("bold")
    return cell(value, star), cell(chance, star)


# -- key figures ------------------------------------------------------------------------------------------------------


def key_figures(found: CaseFigures, key: Cell) -> tuple[list[Figure], Cell]:
    """The figures above the table, and what is left out of them; ``key`` shows the cases that need attention."""
    rate = found.hit_rate
    decided = found.won + found.lost
    hits = cell(f"{rate} %", (f"  {spaced(found.won)} of {spaced(decided)}", "muted")) if rate is not None else NOTHING
    number = found.counts[CaseChoice.ATTENTION]
    attention = cell((f"! {spaced(number)}  ", "warn"), key) if number else cell(("✓ ", "good"), "none")
    figures = [
        Figure("Open value", sums(found.value)),
        Figure("Weighted", sums(found.weighted)),
        Figure(f"{spaced(found.won_number)} won in {found.year}", sums(found.won_value)),
        Figure("Hit rate", [hits]),
        Figure("Need attention", [attention]),
    ]
    hidden = found.value.left_out + found.won_value.left_out
    return figures, cell((left_out(hidden, "value"), "warn")) if hidden else EMPTY
