"""The open cases of a customer, to choose one of them."""

from __future__ import annotations

from datetime import date

from crm_tui.domain.permissions import ProjectLevel
from crm_tui.domain.todo_line import NamedCase
from crm_tui.store.cases import CaseLife
from crm_tui.store.paging import PageRequest
from crm_tui.store.port import Store

#: as many are offered of each life; who has more finds the rest on the card
MOST = 500


def open_cases(
    store: Store, customer: int, today: date, *, lives: tuple[CaseLife, ...] = tuple(CaseLife)
) -> list[NamedCase]:
    """Those that the actor sees, by number and name; none without the permission."""
    if not store.users.me().profile.projects.at_least(ProjectLevel.MEMBER):
        return []
    found = []
    for life in lives:
        page = store.cases.of_customer(customer, life, PageRequest(limit=MOST), today)
        found += [
            NamedCase(row.case.id, f"{row.case.number} {row.case.name}", life is CaseLife.PROJECT) for row in page.rows
        ]
    return found
