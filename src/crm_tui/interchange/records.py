"""What a file says, in our own terms: flat, typed records that no longer know the format they came from.

Every record has the line it began in and an ``external_ref`` that stays the same in every run, by which a
second import finds what the first one made. Fields that end in ``_ref`` are external references of other
records, of this file or of an earlier import. Empty text means that the file says nothing.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from msgspec import Struct

from crm_tui.domain.cases import SalesState
from crm_tui.domain.contacts import Email, Phone
from crm_tui.domain.finance import InvoiceStatus, Receiver
from crm_tui.domain.money import Money


class Base(Struct, frozen=True, kw_only=True, tag=True):
    """What all records have."""

    line: int
    external_ref: str


class CustomerRecord(Base, frozen=True, kw_only=True):
    """A company. ``by_name`` says that the file knows it by its name only (as the company of a contact), so
    that a customer who is already there under this name is meant, and nothing of it is to be changed."""

    name: str
    by_name: bool = False
    number: int | None = None
    description: str = ""
    vat_number: str = ""
    business_id: str = ""
    industry: str = ""
    email: str = ""
    phone: str = ""
    fax: str = ""
    website: str = ""
    employees: int | None = None
    annual_revenue: Money | None = None
    owner_ref: str = ""
    is_active: bool = True


class AddressRecord(Base, frozen=True, kw_only=True):
    """An address of a customer; the first of a customer in the file is meant to be its headquarters.
    ``country`` is ISO 3166-1 alpha-2."""

    customer_ref: str
    line1: str = ""
    line2: str = ""
    postal_code: str = ""
    city: str = ""
    region: str = ""
    country: str = ""
    is_billing: bool = False
    is_postal: bool = False
    is_visiting: bool = False


class ContactRecord(Base, frozen=True, kw_only=True):
    """A person. ``organization`` is the company's name as the file has it, blank where it has none."""

    customer_ref: str
    first_name: str
    last_name: str
    organization: str = ""
    title: str = ""
    role: str = ""
    emails: tuple[Email, ...] = ()
    phones: tuple[Phone, ...] = ()
    address_ref: str = ""
    keywords: tuple[str, ...] = ()
    language: str = ""
    description: str = ""
    date_of_birth: dt.date | None = None


class UserRecord(Base, frozen=True, kw_only=True):
    """A user of ours; which profile a new one gets is not for a file to say."""

    name: str
    login: str
    email: str = ""
    superior_ref: str = ""


class CaseRecord(Base, frozen=True, kw_only=True):
    """A sales case or, once won, a project. ``stage`` is the name of the sales status where the file has one;
    ``probability`` is in whole percents."""

    customer_ref: str
    name: str
    number: int | None = None
    state: SalesState = SalesState.OPEN
    stage: str = ""
    value: Money | None = None
    probability: int | None = None
    owner_ref: str = ""
    description: str = ""
    order_number: str = ""
    expected_order_date: dt.date | None = None
    start: dt.date | None = None
    deadline: dt.date | None = None
    closed: dt.date | None = None


class InvoiceRecord(Base, frozen=True, kw_only=True):
    """An invoice of one case; ``receiver`` is who it went to, as it was then."""

    customer_ref: str
    case_ref: str
    number: str
    status: InvoiceStatus
    date: dt.date
    due: dt.date | None
    total: Money
    receiver: Receiver


class NumberedInvoiceRecord(Base, frozen=True, kw_only=True):
    """An invoice that the store knows by its number, or will; blank fields stay as they are. Amounts are in units
    of ``currency``, blank meaning that of its case; a receiver without a name is called as who is billed."""

    number: str
    customer_ref: str = ""
    billing_customer_ref: str = ""
    case_refs: tuple[str, ...] = ()
    status: InvoiceStatus | None = None
    date: dt.date | None = None
    due: dt.date | None = None
    paid: dt.date | None = None
    total: Decimal | None = None
    vat: Decimal | None = None
    currency: str = ""
    receiver: Receiver | None = None


class FiguresRecord(Base, frozen=True, kw_only=True):
    """Figures of a case in a month by field, in units of ``currency``, blank meaning that of the case."""

    case_ref: str
    year: int
    month: int
    currency: str = ""
    amounts: dict[str, Decimal]


class ForecastRecord(FiguresRecord, frozen=True, kw_only=True):
    """What is expected of a case in a month, with notes by field."""

    notes: dict[str, str] = {}


class ActualRecord(FiguresRecord, frozen=True, kw_only=True):
    """What happened in a case in a month."""


Record = (
    CustomerRecord
    | AddressRecord
    | ContactRecord
    | UserRecord
    | CaseRecord
    | InvoiceRecord
    | NumberedInvoiceRecord
    | ForecastRecord
    | ActualRecord
)
