"""A store for the tabs Collaboration, Financials and Customer settings: what it is given, it returns.

Lists come in pages as from a real store; ``asked`` remembers the windows of months that were asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Self, TypeVar

from tests.screens.tab_app import NOW, TODAY

from crm_tui.domain.activities import Activity, ActivityKind, Note
from crm_tui.domain.customers import Customer
from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import CrmError, NotFound
from crm_tui.domain.finance import OUTSTANDING, Invoice, InvoiceStatus, Receiver
from crm_tui.domain.history import ChangeLine
from crm_tui.domain.money import Money, Totals
from crm_tui.domain.periods import Month, months_from
from crm_tui.domain.permissions import CustomerLevel, Profile, ProjectLevel
from crm_tui.domain.registries import RegistryKind, RegistryValue
from crm_tui.domain.settings import BillingSettings
from crm_tui.domain.users import User
from crm_tui.store.activities import EVERY_TASK, BoardColumn, BoardFilter, NoteRow, TaskCard
from crm_tui.store.customers import CustomerCard, KeyFigures
from crm_tui.store.files import FileRow
from crm_tui.store.finance import FinanceWindow, InvoiceRow, InvoiceTotals, MonthFigures
from crm_tui.store.paging import Count, Page, PageRequest
from crm_tui.store.reach import HERE, Reach
from crm_tui.store.settings import Actor

T = TypeVar("T")
_STORED: dict[str, Any] = {
    "revision": 1,
    "created_at": NOW,
    "created_by": 1,
    "updated_at": NOW,
    "updated_by": 1,
}


@dataclass
class FakeStore:
    """All facets in one object: the port reaches each by its name."""

    columns: Sequence[BoardColumn] = ()
    note_rows: Sequence[NoteRow] = ()
    currencies: tuple[str, ...] = ("EUR", "NOK")
    last_actual: tuple[int, int] = (2025, 11)
    unit: int | None = 1000_00
    left_out: int = 0
    denied: CrmError | None = None
    invoice_rows: Sequence[InvoiceRow] = ()
    outstanding: Totals | None = None
    settings: BillingSettings = field(default_factory=lambda: billing())
    values: Sequence[RegistryValue] = ()
    lines: Sequence[ChangeLine] = ()
    asked: list[tuple[Month, int, str | None]] = field(default_factory=list)

    def latest(self, slot: str) -> Self:
        return self

    def pulse(self) -> int:
        return 1

    def reach(self) -> Reach:
        return HERE

    @property
    def activities(self) -> Self:
        return self

    notes = files = finance = activities

    @property
    def cases(self) -> Any:
        return _Cases()

    @property
    def users(self) -> Any:
        return _Users()

    def get(self, activity: int) -> Activity:
        return Activity(
            id=activity,
            kind=ActivityKind.TASK,
            name="The task",
            case=2104,
            notes="First line.\nSecond line.",
            **_STORED,
        )

    @property
    def billing(self) -> Any:
        return _One(self.settings)

    @property
    def registries(self) -> Any:
        return _Registries(self.values)

    @property
    def history(self) -> Any:
        return _One(self.lines)

    def board(self, customer: int, today: date, only: BoardFilter = EVERY_TASK) -> tuple[BoardColumn, ...]:
        return tuple(self.columns)

    def of_projects(self, customer: int, request: PageRequest) -> Page[NoteRow]:
        return page(self.note_rows, request)

    def count_of_projects(self, customer: int, *, exact: bool = False) -> Count:
        return Count(len(self.note_rows))

    def of_customer(self, customer: int, request: PageRequest) -> Page[FileRow]:
        return page((), request)

    def count(self, customer: int) -> Count:
        return Count(0)

    def window(self, customer: int, first: Month, months: int, currency: str | None) -> FinanceWindow:
        self.asked.append((first, months, currency))
        if self.denied is not None:
            raise self.denied
        return FinanceWindow(
            currency=currency or self.currencies[0],
            currencies=self.currencies,
            months=tuple(self._month(month) for month in months_from(first, months)),
            left_out=self.left_out,
        )

    def _month(self, month: Month) -> MonthFigures:
        """Billing is as many units as the month has in its number, ten times that in actual; no unit, no figures."""
        if self.unit is None:
            names = MonthFigures.__struct_fields__
            return MonthFigures(**{name: None for name in names if name != "month"}, month=month)
        known = month <= self.last_actual
        base = month.month * self.unit
        return MonthFigures(
            month=month,
            forecast_billing=base,
            forecast_revenue=base,
            forecast_labor=base // 2,
            forecast_other=None,
            forecast_margin=base // 2,
            actual_billing=10 * base if known else None,
            actual_revenue=10 * base if known else None,
            actual_labor=6 * base if known else None,
            actual_other=base if known else None,
            actual_margin=3 * base if known else None,
        )

    def invoices(self, customer: int, request: PageRequest) -> Page[InvoiceRow]:
        if self.denied is not None:
            raise self.denied
        return page(self.invoice_rows, request)

    def invoice(self, key: int) -> Invoice:
        return next(row.invoice for row in self.invoice_rows if row.invoice.id == key)

    def invoice_totals(self, customer: int, today: date) -> InvoiceTotals:
        if self.denied is not None:
            raise self.denied
        owed = [row.invoice.due for row in self.invoice_rows if row.invoice.status in OUTSTANDING and row.invoice.due]
        late = sum(due < today for due in owed)
        return InvoiceTotals(
            count=Count(len(self.invoice_rows)), late=Count(late), outstanding=self.outstanding or Totals()
        )


class _One:
    """A facet whose ``of_customer`` returns what it was given, a sequence in pages."""

    def __init__(self, what: Any) -> None:
        self._what = what

    def of_customer(self, customer: int, request: PageRequest | None = None) -> Any:
        return self._what if request is None else page(self._what, request)


class _Cases:
    """None is seen."""

    def get(self, case: int) -> Any:
        raise NotFound("case", case)


class _Users:
    def me(self) -> Actor:
        user = User(id=1, name="Sanna Virtanen", login="sanna", profile=1, **_STORED)
        return Actor(user=user, profile=Profile(name="All", customers=CustomerLevel.ALL, projects=ProjectLevel.ALL))

    """Nobody is known by id."""

    def list(self, *, inactive: bool = False) -> tuple[User, ...]:
        return ()


class _Registries:
    def __init__(self, values: Sequence[RegistryValue]) -> None:
        self._values = values

    def list(self, kind: RegistryKind) -> tuple[RegistryValue, ...]:
        return tuple(value for value in self._values if value.kind is kind)


def page(rows: Sequence[T], request: PageRequest) -> Page[T]:
    """The rows that a request is for; a cursor is the place of a row."""
    if request.before is not None or request.from_end:
        end = (int(request.before) if request.before is not None else len(rows)) - request.skip
        places = range(max(0, end - request.limit), max(0, end))
        more = places.start > 0
    else:
        start = (int(request.after) + 1 if request.after is not None else 0) + request.skip
        places = range(min(start, len(rows)), min(start + request.limit, len(rows)))
        more = places.stop < len(rows)
    return Page(rows=tuple(rows[place] for place in places), cursors=tuple(map(str, places)), more=more)


# -- what it is given -----------------------------------------------------------------------------------------------


def card(customer: int = 1, *, segments: tuple[int, ...] = ()) -> CustomerCard:
    """A customer's card, with as much in it as these tabs read."""
    return CustomerCard(
        customer=Customer(
            id=customer, name="Kallavesi Marine Engineering Oy", number=10482, segments=segments, **_STORED
        ),
        owner_name="Sanna Virtanen",
        created_by_name=None,
        updated_by_name=None,
        industry_name=None,
        segment_names=(),
        has_segment_groups=True,
        addresses=(),
        figures=KeyFigures(
            contacts=Count(0),
            addresses=0,
            open_value=Totals(),
            open_sales=Count(0),
            projects=Count(0),
            tasks=Count(0),
            late_tasks=Count(0),
            margin_percent=None,
            payment_term=None,
            currency="EUR",
        ),
        is_favourite=False,
    )


def task(
    key: int, name: str, due: int | None = None, *, who: str | None = "Tuva Nilsen", done: int | None = None
) -> TaskCard:
    """A task that is due, or was done, so many days from today."""
    return TaskCard(
        id=key,
        revision=1,
        name=name,
        case=2104,
        case_number=2104,
        case_name="Deck crane replacement, MS Juojärvi",
        due=None if due is None else TODAY + timedelta(days=due),
        assignee=None if who is None else 2,
        assignee_name=who,
        owner_name="Sanna Virtanen",
        owner_is_gone=False,
        may_edit=True,
        may_delete=True,
        is_done=done is not None,
        done_on=None if done is None else TODAY + timedelta(days=done),
    )


def column(status: int, name: str, *tasks: TaskCard, is_done: bool = False, count: int | None = None) -> BoardColumn:
    """A column of the board."""
    late = sum(1 for each in tasks if each.due is not None and each.due < TODAY and not each.is_done)
    counted = Count(len(tasks) if count is None else count)
    return BoardColumn(
        status=status, name=name, is_active=True, is_done=is_done, tasks=tasks, count=counted, late=Count(late)
    )


def note(key: int, text: str, *, days: int = 1, pinned: bool = False) -> NoteRow:
    """A note on a project, so many days old."""
    at = NOW - timedelta(days=days)
    stored = Note(id=key, customer=1, case=2104, text=text, pinned=pinned, author=1, **(_STORED | {"created_at": at}))
    return NoteRow(
        note=stored,
        author_name="Tuva Nilsen",
        case_number=2104,
        case_name="Deck crane replacement, MS Juojärvi",
        may_change=True,
    )


def invoice(
    key: int,
    status: InvoiceStatus,
    *,
    days: int = -40,
    due: int | None = -10,
    total: int | None = 8300_00,
    cases: int = 1,
) -> InvoiceRow:
    """An invoice dated and due so many days from today; without a total it is hidden."""
    amounts: dict[str, Any] = {} if total is None else {"total": total, "vat": total // 5}
    stored = Invoice(
        id=key,
        customer=1,
        number=f"2025-{key:04}",
        status=status,
        cases=tuple(range(cases)),
        date=TODAY + timedelta(days=days),
        due=None if due is None else TODAY + timedelta(days=due),
        paid=TODAY if status is InvoiceStatus.PAID else None,
        currency="EUR",
        receiver=Receiver(name="Kallavesi Oy", line1="Satamakatu 14", postal_code="70100", city="Kuopio", country="FI"),
        **_STORED,
        **amounts,
    )
    return InvoiceRow(invoice=stored, case_number=2104, case_name="Deck crane replacement, MS Juojärvi")


def outstanding(amount: int, left_out: int = 0) -> Totals:
    """What is outstanding, in euro cents."""
    return Totals((Money(amount, "EUR"),), left_out)


def billing(**fields: Any) -> BillingSettings:
    """Billing settings; what is not given is empty."""
    return BillingSettings(id=1, **_STORED, **fields)


def value(key: int, kind: RegistryKind, name: str, **fields: Any) -> RegistryValue:
    """A value of a registry."""
    return RegistryValue(id=key, kind=kind, name=name, **_STORED, **fields)


def change(
    key: int,
    what: str,
    old: str | None,
    new: str | None,
    *,
    kind: Kind = Kind.BILLING,
    label: str = "",
    at: datetime = NOW,
) -> ChangeLine:
    """A line of the change log."""
    return ChangeLine(
        change=key,
        at=at,
        actor=1,
        actor_name="Sanna Virtanen",
        kind=kind,
        entity=1,
        entity_label=label,
        field=what,
        old=old,
        new=new,
        old_label=old or "",
        new_label=new or "",
    )
