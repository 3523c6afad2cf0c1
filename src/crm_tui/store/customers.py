"""The customers of the store: list, preview, card, and writing them."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from msgspec import UNSET, Struct, UnsetType

from crm_tui.domain.addresses import Address
from crm_tui.domain.customers import Customer, CustomerChange, DeletionCheck, NewCustomer
from crm_tui.domain.money import Totals
from crm_tui.domain.register_update import RegisterPlace, RegisterUpdate
from crm_tui.store.activities import FeedRow
from crm_tui.store.paging import Count, Page, PageRequest


class CustomerSort(StrEnum):
    """Columns that the list can be sorted by; open value within the first 10,000 matches."""

    NAME = "name"
    NUMBER = "number"
    CITY = "city"
    OWNER = "owner"
    LAST_ACTIVITY = "last activity"
    OPEN_VALUE = "open value"


class CustomerQuery(Struct, frozen=True, kw_only=True):
    """What the list is narrowed to. ``text`` is what was typed; ids of registries and users otherwise.

    ``active`` None means both; ``recent`` the ones the actor opened lately, newest first.
    """

    text: str = ""
    active: bool | None = True
    owner: int | None = None
    industry: int | None = None
    segment: int | None = None
    keyword: int | None = None
    role: int | None = None
    favourites: bool = False
    recent: bool = False
    sort: CustomerSort = CustomerSort.NAME
    descending: bool = False


#: sums per currency, never added up across them, with how many figures permissions leave out
Sum = Totals


class CustomerRow(Struct, frozen=True, kw_only=True):
    """A row of the list. ``open_value`` is the expected value of its open sales cases.

    ``last_activity`` is when a to-do of the customer was last ticked, a calendar entry was over, or a note was
    written. What is on a case, and personal and absence entries, do not count: not everybody who reads the list
    may see them."""

    id: int
    name: str
    number: int
    city: str | None
    owner_name: str | None
    phone: str | None
    open_value: Sum | UnsetType = UNSET
    last_activity: datetime | None
    is_active: bool
    is_internal: bool
    is_favourite: bool


class ContactLine(Struct, frozen=True, kw_only=True):
    """A contact in the preview."""

    id: int
    name: str
    phone: str | None


class CustomerPreview(Struct, frozen=True, kw_only=True):
    """What the side panel shows of the customer under the cursor."""

    customer: Customer
    owner_name: str | None
    headquarters: Address | None
    contacts: tuple[ContactLine, ...]
    contact_count: Count
    open_cases: Count
    open_value: Sum | UnsetType = UNSET
    weighted_value: Sum | UnsetType = UNSET
    planned: tuple[FeedRow, ...]
    planned_count: Count
    late_count: Count
    past: tuple[FeedRow, ...]


class KeyFigures(Struct, frozen=True, kw_only=True):
    """The figures in the tab strip. ``margin_percent`` is of the actuals in the six-month window, of the
    customer's own currency; UNSET where the actor may see no money of it, None where there is none."""

    contacts: Count
    addresses: int
    open_value: Sum | UnsetType = UNSET
    open_sales: Count
    projects: Count
    tasks: Count
    late_tasks: Count
    margin_percent: int | None | UnsetType = UNSET
    payment_term: int | None
    currency: str


class CustomerCard(Struct, frozen=True, kw_only=True):
    """The card's header, details and addresses in one call."""

    customer: Customer
    owner_name: str | None
    created_by_name: str | None
    updated_by_name: str | None
    industry_name: str | None
    segment_names: tuple[str, ...]
    has_segment_groups: bool
    addresses: tuple[Address, ...]
    figures: KeyFigures
    is_favourite: bool


class Neighbours(Struct, frozen=True, kw_only=True):
    """The customers before and after one in a filtered list; ``position`` counts from 1, None if unknown."""

    previous: int | None
    next: int | None
    position: int | None
    count: Count


class RegisteredCustomer(Struct, frozen=True, kw_only=True):
    """A customer that a business register may know; ``country`` is that of its headquarters."""

    id: int
    number: int
    name: str
    vat_number: str | None
    business_id: str | None
    country: str | None


class Customers(Protocol):
    """Every call is made as the bound actor; hidden customers are as if they were not there."""

    def page(self, query: CustomerQuery, request: PageRequest) -> Page[CustomerRow]: ...
    def count(self, query: CustomerQuery, *, exact: bool = False) -> Count:
        """How many are listed; counted to the end only if ``exact``. Typed words list at most 1,000 customers,
        the order by open value 10,000: a list that is cut off there is counted as far as pages reach, and capped
        even if ``exact``."""
        ...

    def open_value(self, query: CustomerQuery) -> Sum | UnsetType:
        """The sum over the listed customers, at most the first 10,000."""
        ...

    def neighbours(self, query: CustomerQuery, customer: int) -> Neighbours: ...
    def preview(self, customer: int, today: date) -> CustomerPreview: ...
    def card(self, customer: int, today: date) -> CustomerCard: ...
    def get(self, customer: int) -> Customer: ...
    def by_number(self, number: int) -> Customer: ...
    def registered(self, request: PageRequest) -> Page[RegisteredCustomer]:
        """The active customers with a VAT number or a business id, but for the own company, by their numbers."""
        ...

    def create(self, new: NewCustomer) -> Customer: ...
    def update(self, customer: int, revision: int, change: CustomerChange) -> Customer: ...
    def take_from_register(self, update: RegisterUpdate) -> Customer:
        """Write what was taken from a business register as one change, which undo takes back as one and the change
        log has with its source. Conflict where the customer or its headquarters is newer than what was compared,
        Invalid where the VAT number does not lead to the company that was compared."""
        ...

    def create_from_register(self, new: NewCustomer, place: RegisterPlace | None, source: str) -> Customer:
        """Create a customer, with its first address, as one change that has its source in the log. A country that
        can't be chosen is left out."""
        ...

    def deletion(self, customer: int) -> DeletionCheck: ...
    def delete(self, customer: int, revision: int) -> None: ...
    def set_favourite(self, customer: int, favourite: bool) -> None: ...
    def opened(self, customer: int) -> None:
        """Remember that the actor opened the card (recent customers), where the store can be written."""
        ...
