"""What ``crm-tui show`` reads of a customer, tab by tab, and which permission hides all of a tab.

``more`` of a tab says for each of its lists whether it goes on beyond what was asked for.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

from msgspec import UNSET, Struct

from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import Denied
from crm_tui.domain.money import Totals
from crm_tui.domain.periods import Month, window
from crm_tui.domain.permissions import Action, may
from crm_tui.domain.registries import RegistryKind, RegistryValue
from crm_tui.domain.settings import BillingSettings
from crm_tui.store.activities import BoardColumn, FeedCounts, FeedPart, FeedRow, NoteRow
from crm_tui.store.cases import CaseChoice, CaseFigures, CaseRow, CaseSum
from crm_tui.store.contacts import ContactRow
from crm_tui.store.files import FileRow
from crm_tui.store.finance import FinanceWindow, InvoiceRow, InvoiceTotals
from crm_tui.store.paging import Count, Page, PageRequest
from crm_tui.store.port import Store
from crm_tui.when import DateStyle, short_date

T = TypeVar("T")
#: months of the window of figures, as on the screen
_MONTHS = 6
#: the word for what a permission hides
HIDDEN = "hidden"
#: names that mean nothing outside the store: what the content of a file is kept under
_INTERNAL = frozenset(("content_key",))


class Asked(NamedTuple):
    """Of which customer, when, and how much: at most ``limit`` lines of each list; ``everything``: what is inactive
    or closed, too. ``dates`` is how the user wants them written."""

    customer: int
    now: dt.datetime
    zone: dt.tzinfo
    limit: int
    everything: bool
    dates: DateStyle = "short"

    @property
    def today(self) -> dt.date:
        """Today, where the user is."""
        return self.now.astimezone(self.zone).date()

    def day(self, day: dt.date) -> str:
        """A date in a list."""
        return short_date(day, self.today, self.dates)

    @property
    def page(self) -> PageRequest:
        """The first lines of a list."""
        return PageRequest(limit=self.limit)


class ContactTab(Struct, frozen=True, kw_only=True):
    """People, activities and files; details and addresses come with the card itself."""

    contacts: tuple[ContactRow, ...]
    active_contacts: Count
    inactive_contacts: Count
    planned: tuple[FeedRow, ...]
    past: tuple[FeedRow, ...]
    activity_counts: FeedCounts
    files: tuple[FileRow, ...]
    file_count: Count
    more: dict[str, bool]


class SalesTab(Struct, frozen=True, kw_only=True):
    """The cases, open ones unless all were asked for, with sums of what is listed and figures of all."""

    choice: CaseChoice
    cases: tuple[CaseRow, ...]
    sums: tuple[CaseSum, ...]
    figures: CaseFigures
    more: dict[str, bool]


class CollaborationTab(Struct, frozen=True, kw_only=True):
    """The tasks by their status, and the notes of projects in threads."""

    board: tuple[BoardColumn, ...]
    notes: tuple[NoteRow, ...]
    note_count: Count
    more: dict[str, bool]


class FinancialsTab(Struct, frozen=True, kw_only=True):
    """Forecast and actual figures in each currency, the customer's own first, and the invoices."""

    windows: tuple[FinanceWindow, ...]
    invoices: tuple[InvoiceRow, ...]
    totals: InvoiceTotals
    more: dict[str, bool]


class SettingsTab(Struct, frozen=True, kw_only=True):
    """Billing defaults and segments; ``languages`` names the codes."""

    billing: BillingSettings
    languages: dict[str, str]
    segments: tuple[RegistryValue, ...]
    groups: tuple[RegistryValue, ...]


class HiddenTab(Struct, frozen=True, kw_only=True):
    """A tab whose content all needs a permission that the actor lacks."""

    hidden_by: str


def whole_or_hidden(read: Callable[[Store, Asked], T], store: Store, asked: Asked) -> T | HiddenTab:
    """What a tab holds, or the permission that hides it."""
    try:
        return read(store, asked)
    except Denied as error:
        return HiddenTab(hidden_by=error.permission)


def read_contact(store: Store, asked: Asked) -> ContactTab:
    """Tab 1."""
    customer = asked.customer
    active, inactive = store.contacts.count(customer)

    def feed(part: FeedPart) -> Page[FeedRow]:
        return store.activities.feed(customer, part, asked.page, asked.now, asked.today)

    contacts = store.contacts.of_customer(customer, asked.page, inactive=asked.everything)
    planned, past = feed(FeedPart.PLANNED), feed(FeedPart.PAST)
    files = store.files.of_customer(customer, asked.page)
    return ContactTab(
        contacts=contacts.rows,
        active_contacts=active,
        inactive_contacts=inactive,
        planned=planned.rows,
        past=past.rows,
        activity_counts=store.activities.feed_counts(customer, asked.now, asked.today),
        files=files.rows,
        file_count=store.files.count(customer),
        more={"contacts": contacts.more, "planned": planned.more, "past": past.more, "files": files.more},
    )


def read_sales(store: Store, asked: Asked) -> SalesTab:
    """Tab 2."""
    choice = CaseChoice.ALL if asked.everything else CaseChoice.OPEN
    cases = store.cases.listed(asked.customer, choice, asked.page, asked.today)
    return SalesTab(
        choice=choice,
        cases=cases.rows,
        sums=store.cases.sums(asked.customer, choice, asked.today),
        figures=store.cases.figures(asked.customer, asked.today),
        more={"cases": cases.more},
    )


def read_collaboration(store: Store, asked: Asked) -> CollaborationTab:
    """Tab 3; who sees no cases is told so, as on the screen."""
    missing = may(store.users.me().profile, Action.SEE, Kind.CASE).missing
    if missing:
        raise Denied("see projects", missing)
    notes = store.notes.of_projects(asked.customer, asked.page)
    return CollaborationTab(
        board=store.activities.board(asked.customer, asked.today),
        notes=notes.rows,
        note_count=store.notes.count_of_projects(asked.customer),
        more={"notes": notes.more},
    )


def read_financials(store: Store, asked: Asked) -> FinancialsTab:
    """Tab 4."""
    first = window(asked.today, _MONTHS)[0]
    own = store.finance.window(asked.customer, first, _MONTHS, None)
    others = (code for code in own.currencies if code != own.currency)
    invoices = store.finance.invoices(asked.customer, asked.page)
    return FinancialsTab(
        windows=(own, *(store.finance.window(asked.customer, first, _MONTHS, code) for code in others)),
        invoices=invoices.rows,
        totals=store.finance.invoice_totals(asked.customer, asked.today),
        more={"invoices": invoices.more},
    )


def read_settings_tab(store: Store, asked: Asked) -> SettingsTab:
    """Tab 5; of the segments those of the customer."""
    chosen = store.customers.get(asked.customer).segments
    languages = store.registries.list(RegistryKind.LANGUAGE)
    return SettingsTab(
        billing=store.billing.of_customer(asked.customer),
        languages={value.code: value.name for value in languages if value.code},
        segments=tuple(value for value in store.registries.list(RegistryKind.SEGMENT) if value.id in chosen),
        groups=store.registries.list(RegistryKind.SEGMENT_GROUP),
    )


def plain(value: Any) -> Any:
    """A read model as values for JSON, in which what is hidden says so instead of being left out."""
    if value is UNSET:
        return HIDDEN
    if isinstance(value, Totals):
        amounts = [{"amount": each.amount, "currency": each.currency} for each in value.amounts]
        return {"amounts": amounts, "left_out": value.left_out}
    if isinstance(value, Month):
        return str(value)
    if isinstance(value, Struct):
        return {name: plain(getattr(value, name)) for name in value.__struct_fields__ if name not in _INTERNAL}
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, tuple | list):
        return [plain(each) for each in value]
    return value
