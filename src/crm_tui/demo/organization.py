"""The firm itself: who works there with which permissions, its registries, its own company."""

from __future__ import annotations

from typing import Any

from crm_tui.demo.names import KEYWORDS, ROLES, TRADES
from crm_tui.demo.world import World
from crm_tui.domain.cases import SalesState
from crm_tui.domain.countries import COUNTRIES
from crm_tui.domain.finance import InvoiceStatus
from crm_tui.domain.registries import RegistryKind as Kind
from crm_tui.store.sql.setup import PROFILES
from crm_tui.store.sql.tables import instant

NAME = "Kallio & Fjord Engineering Oy"
UNITS = ("Marine & Industry, Finland", "Energy & Infrastructure, Norway")
CAMPAIGN = "Campaign 2019"

#: login, name, profile, business unit, login of the superior; each sees the demo differently
USERS = (
    ("sanna", "Sanna Virtanen", "Administrator", 0, None),
    ("mikael", "Mikael Korhonen", "Sales", 0, "sanna"),
    ("tuva", "Tuva Nilsen", "Manager", 1, "sanna"),
    ("jonas", "Jonas Berg", "Member", 1, "tuva"),
    ("liisa", "Liisa Laine", "Support", 0, "mikael"),
)
SEGMENTS = {
    "Business": ("Shipyards", "Inland waters", "Offshore", "Ports", "Energy", "Construction", "Public sector"),
    "Size": ("Small, under 50", "Medium, 50 to 249", "Large, 250 and over"),
    "Origin": ("Fair", "Recommendation", CAMPAIGN, "Web"),
    "Key account programme": ("Gold", "Silver"),
}
#: still seen on those who have them
DISABLED_GROUP, DISABLED_KEYWORD, DISABLED_ROLE = "Key account programme", "Fair 2019", "Fleet manager"

_LANGUAGES = {
    "fi": "Finnish", "nb": "Norwegian Bokmål", "sv": "Swedish", "en": "English", "de": "German", "et": "Estonian",
    "da": "Danish",
}  # fmt: skip
_CURRENCIES = {
    "EUR": "Euro", "NOK": "Norwegian krone", "SEK": "Swedish krona", "DKK": "Danish krone", "USD": "US dollar",
}  # fmt: skip
_SALES_STATUSES = (
    ("New lead", SalesState.OPEN, 10),
    ("Qualified", SalesState.OPEN, 20),
    ("Offer sent", SalesState.OPEN, 40),
    ("Negotiation", SalesState.OPEN, 70),
    ("Won", SalesState.WON, 100),
    ("Lost", SalesState.LOST, 0),
)
_STEPS = {
    Kind.TASK_STATUS: ("Not started", "In progress", "In review", "Done"),
    Kind.PROJECT_STATUS: ("In progress", "On hold", "Done"),
}


def add_registries(world: World) -> None:
    """All lists of values, some of which are disabled."""
    for kind, names in (
        (Kind.INDUSTRY, (*dict.fromkeys(industry for _, industry in TRADES), "Public administration")),
        (Kind.CONTACT_ROLE, ROLES),
        (Kind.KEYWORD, KEYWORDS),
        (Kind.ACTIVITY_TYPE, ("Meeting", "Call", "Visit", "E-mail", "Workshop")),
        (Kind.BUSINESS_UNIT, UNITS),
        (Kind.SEGMENT_GROUP, tuple(SEGMENTS)),
    ):
        for name in names:
            active = name not in (DISABLED_GROUP, DISABLED_KEYWORD, DISABLED_ROLE)
            _value(world, kind, name, is_active=active)
    for group, names in SEGMENTS.items():
        for name in names:
            is_active = name != CAMPAIGN and group != DISABLED_GROUP
            _value(world, Kind.SEGMENT, name, group=world.find(Kind.SEGMENT_GROUP, group), is_active=is_active)
    for name, state, probability in _SALES_STATUSES:
        _value(world, Kind.SALES_STATUS, name, sales_state=state, probability=probability)
    for kind, names in _STEPS.items():
        for name in names:
            _value(world, kind, name, is_default=name == names[0], is_done=name == names[-1])
    for kind, coded in (
        (Kind.INVOICE_STATUS, {status.value: status.value.capitalize() for status in InvoiceStatus}),
        (Kind.CURRENCY, _CURRENCIES),
        (Kind.LANGUAGE, _LANGUAGES),
        (Kind.COUNTRY, COUNTRIES),
    ):
        for code, name in coded.items():
            _value(world, kind, name, code=code)


def _value(world: World, kind: Kind, name: str, **fields: Any) -> None:
    position = 10 * (1 + sum(row["kind"] == kind for row in world.rows["registry value"]))
    world.value[kind, name] = world.add("registry value", kind=kind, name=name, position=position, **fields)


def add_users(world: World) -> None:
    """Profiles, and five users who differ in what they may see and do."""
    made = instant(world.at(world.day(-1400), 9))
    profiles = {profile.name: key for key, profile in enumerate(PROFILES, 1)}
    for key, profile in enumerate(PROFILES, 1):
        world.put(
            "profile",
            id=key,
            revision=1,
            created_at=made,
            created_by=None,
            updated_at=made,
            updated_by=None,
            name=profile.name,
            customers=profile.customers,
            delete_customers=int(profile.delete_customers),
            projects=profile.projects,
            admin=int(profile.admin),
        )
    for login, name, profile_name, unit, superior in USERS:
        world.by[login] = world.add(
            "user",
            name=name,
            login=login,
            email=f"{name.lower().replace(' ', '.')}@kalliofjord.example",
            profile=profiles[profile_name],
            business_unit=world.find(Kind.BUSINESS_UNIT, UNITS[unit]),
            superior=world.by[superior] if superior else None,
        )


def add_organization(world: World, customer_number: int, case_number: int) -> None:
    """The organization; the numbers are the next ones to be given."""
    world.add(
        "organization",
        name=NAME,
        country="FI",
        currency="EUR",
        language="en",
        time_zone="Europe/Helsinki",
        next_customer_number=customer_number,
        next_case_number=case_number,
    )
