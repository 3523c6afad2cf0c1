"""The first start of an empty store (rule 22): organization, administrator, profiles, the usual registries.

Segment groups and keywords are nobody's business but the organization's: none are made.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

from msgspec.structs import asdict

from crm_tui.domain.cases import SalesState
from crm_tui.domain.countries import COUNTRIES
from crm_tui.domain.errors import Invalid
from crm_tui.domain.finance import InvoiceStatus
from crm_tui.domain.permissions import CustomerLevel, Profile, ProjectLevel
from crm_tui.domain.registries import NewRegistryValue, RegistryKind
from crm_tui.domain.users import NewUser, check_organization, check_user
from crm_tui.store.settings import FirstStart
from crm_tui.store.sql import checks
from crm_tui.store.sql.database import Database
from crm_tui.store.sql.tables import ORGANIZATION, REGISTRY, USER
from crm_tui.store.sql.users import insert_profile
from crm_tui.store.sql.write import Change

FIRST_CUSTOMER_NUMBER = 10001
FIRST_CASE_NUMBER = 1001

PROFILES = (
    Profile(
        name="Administrator",
        customers=CustomerLevel.ALL,
        delete_customers=True,
        projects=ProjectLevel.ALL,
        admin=True,
    ),
    Profile(name="Manager", customers=CustomerLevel.ALL, delete_customers=True, projects=ProjectLevel.UNIT),
    Profile(name="Sales", customers=CustomerLevel.ALL, projects=ProjectLevel.MANAGER),
    Profile(name="Project manager", customers=CustomerLevel.EDIT, projects=ProjectLevel.MANAGER),
    Profile(name="Member", customers=CustomerLevel.EDIT, projects=ProjectLevel.MEMBER),
    Profile(name="Support", customers=CustomerLevel.READ, projects=ProjectLevel.NONE),
)

_SALES_STATUSES = (
    ("New lead", SalesState.OPEN, 10),
    ("Qualified", SalesState.OPEN, 20),
    ("Offer sent", SalesState.OPEN, 40),
    ("Negotiation", SalesState.OPEN, 70),
    ("Won", SalesState.WON, 100),
    ("Lost", SalesState.LOST, 0),
)
#: the first is the default, the last means done
_STEPS: dict[RegistryKind, tuple[str, ...]] = {
    RegistryKind.TASK_STATUS: ("Not started", "In progress", "In review", "Done"),
    RegistryKind.PROJECT_STATUS: ("In progress", "On hold", "Done"),
}
_NAMES: dict[RegistryKind, tuple[str, ...]] = {
    RegistryKind.ACTIVITY_TYPE: (
        "Meeting",
        "Call",
        "E-mail",
        "Video call",
        "Visit",
        "Lunch",
        "Training",
        "Travel",
    ),
    RegistryKind.CONTACT_ROLE: (
        "Managing director",
        "Decision maker",
        "Procurement",
        "Technical contact",
        "Project contact",
        "Invoicing",
        "Marketing",
        "Assistant",
    ),
    RegistryKind.INDUSTRY: (
        "Agriculture, forestry and fishing",
        "Construction",
        "Education",
        "Energy and utilities",
        "Finance and insurance",
        "Health and social work",
        "Hospitality",
        "Information and communication",
        "Manufacturing",
        "Media and culture",
        "Mining and quarrying",
        "Non-profit organizations",
        "Professional services",
        "Public administration",
        "Real estate",
        "Retail and wholesale",
        "Transport and logistics",
    ),
}
_CURRENCIES = {
    "EUR": "Euro",
    "NOK": "Norwegian krone",
    "SEK": "Swedish krona",
    "DKK": "Danish krone",
    "USD": "US dollar",
    "GBP": "Pound sterling",
    "CHF": "Swiss franc",
    "ISK": "Icelandic króna",
    "PLN": "Polish złoty",
    "CZK": "Czech koruna",
    "JPY": "Japanese yen",
    "CAD": "Canadian dollar",
    "AUD": "Australian dollar",
}
_LANGUAGES = {
    "fi": "Finnish",
    "nb": "Norwegian Bokmål",
    "nn": "Norwegian Nynorsk",
    "sv": "Swedish",
    "en": "English",
    "de": "German",
    "da": "Danish",
    "is": "Icelandic",
    "et": "Estonian",
    "lv": "Latvian",
    "lt": "Lithuanian",
    "pl": "Polish",
    "nl": "Dutch",
    "fr": "French",
    "es": "Spanish",
    "it": "Italian",
    "pt": "Portuguese",
}


def set_up(database: Database, first: FirstStart, clock: Callable[[], dt.datetime]) -> None:
    """Fill an empty store; Invalid where it is not empty or an answer is not possible. One transaction."""
    with database.writing() as con:
        if con.execute("SELECT 1 FROM organization").fetchone():
            raise Invalid("store", "is set up already")
        organization = first.organization
        check_organization(organization)
        if organization.country not in COUNTRIES:
            raise Invalid("country", f"{organization.country} is not the code of a country, for example FI")
        checks.time_zone("time_zone", organization.time_zone)
        work = Change(con, None, clock(), action="set up store")
        counters = {"next_customer_number": FIRST_CUSTOMER_NUMBER, "next_case_number": FIRST_CASE_NUMBER}
        work.insert(ORGANIZATION, asdict(organization) | counters)
        administrator, *_ = [insert_profile(work, profile) for profile in PROFILES]
        user = NewUser(name=first.user_name, login=first.login, profile=administrator.id)
        check_user(user)
        work.insert(USER, asdict(user))
        for value in _values(organization.currency, organization.language):
            work.insert(REGISTRY, asdict(value))


def _values(currency: str, language: str) -> Iterator[NewRegistryValue]:
    """The values of a new store; the organization's own currency and language are among them."""
    for place, (name, state, probability) in enumerate(_SALES_STATUSES, 1):
        yield NewRegistryValue(
            kind=RegistryKind.SALES_STATUS,
            name=name,
            position=10 * place,
            sales_state=state,
            probability=probability,
        )
    for kind, names in _STEPS.items():
        for place, name in enumerate(names, 1):
            yield NewRegistryValue(
                kind=kind, name=name, position=10 * place, is_default=place == 1, is_done=place == len(names)
            )
    for kind, names in _NAMES.items():
        for place, name in enumerate(names, 1):
            yield NewRegistryValue(kind=kind, name=name, position=10 * place)
    statuses = {status.value: status.value.capitalize() for status in InvoiceStatus}
    for kind, coded in (
        (RegistryKind.INVOICE_STATUS, statuses),
        (RegistryKind.CURRENCY, {currency: currency} | _CURRENCIES),
        (RegistryKind.LANGUAGE, {language: language} | _LANGUAGES),
        (RegistryKind.COUNTRY, COUNTRIES),
    ):
        for place, (code, name) in enumerate(coded.items(), 1):
            yield NewRegistryValue(kind=kind, name=name, code=code, position=10 * place)
