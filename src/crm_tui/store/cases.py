"""Sales cases and projects of a customer."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Protocol

from msgspec import UNSET, Struct, UnsetType

from crm_tui.domain.cases import Case, CaseChange, NewCase, SalesState
from crm_tui.store.activities import FeedRow, NoteRow
from crm_tui.store.customers import Sum
from crm_tui.store.paging import Count, Page, PageRequest


class CaseLife(StrEnum):
    """Which of a case's two lives a list shows: sales cases (open or lost) or projects (won)."""

    SALES = "sales"
    PROJECT = "project"


class CaseChoice(StrEnum):
    """Which cases are listed. Open: in progress, or won, and not closed. Won: all projects. Closed: with the date on
    which they were closed, so lost ones, too. Needing attention: open ones on which nothing is planned from today on,
    or whose date has passed, the order date of a sales case, the deadline of a project."""

    OPEN = "open"
    WON = "won"
    LOST = "lost"
    CLOSED = "closed"
    ATTENTION = "needing attention"
    ALL = "all"


class CaseRow(Struct, frozen=True, kw_only=True):
    """A case with the names of what it points to. ``months`` are eight forecast billings up to and including
    the coming month (oldest first, minor units) for the sparkline, UNSET where money is hidden. ``is_idle``: nothing
    is planned on it from today on. ``may_change``: the store would let the actor change and delete it."""

    case: Case
    status_name: str
    project_status_name: str | None
    owner_name: str | None
    sales_person_name: str | None
    contact_name: str | None
    billing_customer_name: str | None
    months: tuple[int, ...] | UnsetType = UNSET
    is_idle: bool
    may_change: bool


class CaseSum(Struct, frozen=True, kw_only=True):
    """Listed cases of one sales state and currency, open or over: how many, and sums of those whose money is seen
    (minor units; None without any). ``left_out`` is how many are not."""

    state: SalesState
    is_over: bool
    currency: str
    number: int
    left_out: int
    value: int | None
    weighted: int | None


class CaseFigures(Struct, frozen=True, kw_only=True):
    """Key figures of all cases of a customer. Value and weighted value are of the sales cases in progress,
    ``won_value`` of the ``won_number`` cases whose order date lies in ``year``; ``won`` and ``lost`` count all that
    are decided."""

    counts: dict[CaseChoice, int]
    value: Sum
    weighted: Sum
    year: int
    won_number: int
    won_value: Sum
    won: int
    lost: int

    @property
    def hit_rate(self) -> int | None:
        """Won cases in percent of all decided ones, half up; None while none is."""
        decided = self.won + self.lost
        return (200 * self.won + decided) // (2 * decided) if decided else None


class CaseBelow(Struct, frozen=True, kw_only=True):
    """How much is on a case, and where one may go to from it: its first open task, last note and last invoice."""

    activities: int
    open_tasks: int
    notes: int
    files: int
    forecasts: int
    actuals: int
    invoices: int
    task: int | None
    note: int | None
    invoice: int | None


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
    def listed(self, customer: int, choice: CaseChoice, request: PageRequest, today: date) -> Page[CaseRow]:
        """Sales cases, then projects; in each the open ones by order date or deadline, the soonest first, then those
        that are over, the last closed first."""
        ...

    def sums(self, customer: int, choice: CaseChoice, today: date) -> tuple[CaseSum, ...]:
        """Over all that are listed, in the order of the list, the currencies by their codes."""
        ...

    def figures(self, customer: int, today: date) -> CaseFigures:
        """The year is that of ``today``."""
        ...

    def below(self, case: int) -> CaseBelow: ...
    def details(self, case: int, today: date) -> CaseDetails: ...
    def get(self, case: int) -> Case: ...
    def create(self, new: NewCase) -> Case: ...
    def update(self, case: int, revision: int, change: CaseChange) -> Case: ...
    def delete(self, case: int, revision: int) -> None: ...
