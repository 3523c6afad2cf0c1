"""Cases: one entity with two lives, a sales case until it is won, a project afterwards."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from msgspec import UNSET, Struct, UnsetType

from crm_tui.domain.customers import require
from crm_tui.domain.entities import Change, Imported
from crm_tui.domain.errors import Invalid
from crm_tui.domain.normalise import check_text


class SalesState(StrEnum):
    """What a sales status means: the registry names the steps, this says which life the case is in."""

    OPEN = "in progress"
    WON = "won"
    LOST = "lost"


class CaseFields(Struct, frozen=True, kw_only=True):
    """``owner``, ``sales_person``, ``members`` are users; ``business_unit``, ``sales_status``,
    ``project_status``, ``keywords`` registry values; ``billing_customer`` the default billing account.
    ``probability`` and ``completion`` are whole percents."""

    customer: int
    name: str
    owner: int | None = None
    sales_person: int | None = None
    members: tuple[int, ...] = ()
    business_unit: int | None = None
    contact: int | None = None
    further_contacts: tuple[int, ...] = ()
    keywords: tuple[int, ...] = ()
    description: str | None = None
    lost_reason: str | None = None
    project_status: int | None = None
    expected_order_date: date | None = None
    start: date | None = None
    deadline: date | None = None
    closed: date | None = None
    billing_customer: int | None = None
    our_reference: str | None = None
    your_reference: str | None = None
    order_number: str | None = None
    completion: int | None = None


class NewCase(CaseFields, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A case to be created. Number from the counter, owner the actor, currency the customer's, sales status
    the first one in progress, probability that status's default. ``expected_value`` is in minor units."""

    number: int | None = None
    currency: str | None = None
    sales_status: int | None = None
    probability: int | None = None
    expected_value: int | None = None


class Case(CaseFields, Imported, frozen=True, kw_only=True):
    """A stored case. ``expected_value`` (minor units) is UNSET where the actor may not see the money."""

    id: int
    revision: int
    created_at: datetime
    created_by: int | None
    updated_at: datetime
    updated_by: int | None
    external_ref: str | None = None
    import_id: int | None = None
    number: int
    currency: str
    sales_status: int
    sales_state: SalesState
    probability: int | None
    expected_value: int | None | UnsetType = UNSET

    @property
    def is_project(self) -> bool:
        """Whether the case was won."""
        return self.sales_state is SalesState.WON


class CaseChange(Change, frozen=True, kw_only=True):
    """Changed fields of a case; its currency is fixed once saved (rule 13)."""

    name: str | UnsetType = UNSET
    number: int | UnsetType = UNSET
    owner: int | None | UnsetType = UNSET
    sales_person: int | None | UnsetType = UNSET
    members: tuple[int, ...] | UnsetType = UNSET
    business_unit: int | None | UnsetType = UNSET
    contact: int | None | UnsetType = UNSET
    further_contacts: tuple[int, ...] | UnsetType = UNSET
    keywords: tuple[int, ...] | UnsetType = UNSET
    description: str | None | UnsetType = UNSET
    lost_reason: str | None | UnsetType = UNSET
    sales_status: int | UnsetType = UNSET
    project_status: int | None | UnsetType = UNSET
    probability: int | None | UnsetType = UNSET
    expected_value: int | None | UnsetType = UNSET
    expected_order_date: date | None | UnsetType = UNSET
    start: date | None | UnsetType = UNSET
    deadline: date | None | UnsetType = UNSET
    closed: date | None | UnsetType = UNSET
    billing_customer: int | None | UnsetType = UNSET
    our_reference: str | None | UnsetType = UNSET
    your_reference: str | None | UnsetType = UNSET
    order_number: str | None | UnsetType = UNSET
    completion: int | None | UnsetType = UNSET


def check_case(case: CaseFields, probability: int | None) -> None:
    """Raise Invalid for a case that breaks a rule of its own fields."""
    require(case.name, "name")
    for field in ("description", "lost_reason", "our_reference", "your_reference", "order_number"):
        value = getattr(case, field)
        if value is not None:
            check_text(field, value)
    for field, percent in (("probability", probability), ("completion", case.completion)):
        if percent is not None and not 0 <= percent <= 100:
            raise Invalid(field, "a whole percent from 0 to 100")
    if case.start is not None and case.deadline is not None and case.deadline < case.start:
        raise Invalid("deadline", "must not be before the start")


def entering(state: SalesState, change: CaseChange, today: date) -> CaseChange:
    """What else changes when a case enters ``state`` (rule 13): won sets probability 100 and the order date
    to today, lost sets probability 0 and closes; whatever the change sets itself stays."""
    from msgspec.structs import replace

    if state is SalesState.WON:
        return replace(
            change,
            probability=100 if change.probability is UNSET else change.probability,
            expected_order_date=today if change.expected_order_date is UNSET else change.expected_order_date,
        )
    if state is SalesState.LOST:
        return replace(
            change,
            probability=0 if change.probability is UNSET else change.probability,
            closed=today if change.closed is UNSET else change.closed,
        )
    return replace(change, closed=None if change.closed is UNSET else change.closed)
