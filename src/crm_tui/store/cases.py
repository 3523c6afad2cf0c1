"""Sales cases and projects of a customer."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Protocol

from msgspec import Struct, UnsetType

from crm_tui.domain.cases import Case, CaseChange, NewCase
from crm_tui.store.activities import FeedRow, NoteRow
from crm_tui.store.customers import Sum
from crm_tui.store.paging import Count, Page, PageRequest


class CaseLife(StrEnum):
    """Which of a case's two lives a list shows: sales cases (open or lost) or projects (won)."""

    SALES = "sales"
    PROJECT = "project"


class CaseRow(Struct, frozen=True, kw_only=True):
    """A case with the names of what it points to. ``months`` are eight forecast billings up to and including
    the coming month (oldest first, minor units) for the sparkline, UNSET where money is hidden."""

    case: Case
    status_name: str
    project_status_name: str | None
    owner_name: str | None
    sales_person_name: str | None
    contact_name: str | None
    billing_customer_name: str | None
    months: tuple[int, ...] | UnsetType


class CaseTotals(Struct, frozen=True, kw_only=True):
    """Of one life: how many are open and closed, and sums over the open ones."""

    open: Count
    closed: Count
    value: Sum
    weighted: Sum


class CaseDetails(Struct, frozen=True, kw_only=True):
    """What the foot of the tab shows of the case under the cursor."""

    row: CaseRow
    next_activities: tuple[FeedRow, ...]
    last_note: NoteRow | None


class Cases(Protocol):
    """Only cases that the actor's project permission shows; money case by case."""

    def of_customer(
        self, customer: int, life: CaseLife, request: PageRequest, today: date, *, closed: bool = False
    ) -> Page[CaseRow]: ...
    def totals(self, customer: int, life: CaseLife) -> CaseTotals: ...
    def details(self, case: int, today: date) -> CaseDetails: ...
    def get(self, case: int) -> Case: ...
    def create(self, new: NewCase) -> Case: ...
    def update(self, case: int, revision: int, change: CaseChange) -> Case: ...
    def delete(self, case: int, revision: int) -> None: ...
