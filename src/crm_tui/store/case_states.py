"""Where a case stands, in words: whether it is over or late, and why it needs attention. Pure."""

from __future__ import annotations

from datetime import date

from crm_tui.domain.cases import Case, SalesState
from crm_tui.store.cases import CaseRow


def is_over(case: Case) -> bool:
    """Whether it is lost or closed."""
    return case.closed is not None or case.sales_state is SalesState.LOST


def main_date(case: Case) -> date | None:
    """The date that counts: when a sales case is to be ordered, when a project is to be done."""
    return case.deadline if case.is_project else case.expected_order_date


def is_late(case: Case, today: date) -> bool:
    """Whether its date has passed while it is open."""
    day = main_date(case)
    return day is not None and day < today and not is_over(case)


def needs(row: CaseRow, today: date) -> list[str]:
    """Why it needs attention, if it does."""
    if is_over(row.case):
        return []
    passed = "deadline passed" if row.case.is_project else "order date passed"
    found = ("nothing planned", row.is_idle), (passed, is_late(row.case, today))
    return [why for why, is_so in found if is_so]


def status_word(row: CaseRow, *, late: bool = False) -> str:
    """The name of the status, or what says more in its place; ``late`` does of a project."""
    case = row.case
    if not case.is_project:
        is_closed = case.sales_state is SalesState.OPEN and case.closed is not None
        return "Closed" if is_closed else row.status_name
    if case.closed is not None:
        return row.project_status_name or "Done"
    return "Late" if late else row.project_status_name or "In progress"
