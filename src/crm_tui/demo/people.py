"""The contacts: invented people with roles, keywords, addresses that are not to be used, and one erased."""

from __future__ import annotations

from typing import Any

from crm_tui.demo import numbers
from crm_tui.demo.companies import Company
from crm_tui.demo.names import KEYWORDS, ROLES, TITLES
from crm_tui.demo.organization import DISABLED_ROLE
from crm_tui.demo.world import World
from crm_tui.domain.contacts import Email, EmailKind, Phone, PhoneKind
from crm_tui.domain.normalise import fold
from crm_tui.domain.registries import RegistryKind as Kind


def add_people(world: World, company: Company) -> list[int]:
    """The contacts of a customer; returns the ids of the active ones."""
    count = (0, world.random.randint(1, 2), world.random.randint(3, 7), 48)[company.size]
    keys = [_person(world, company, n) for n in range(count)]
    if company.size == 3:
        erase_contact(world, company.id)
    rows = world.rows["contact"]
    return [key for key in keys if rows[key - 1]["is_active"]]


def _person(world: World, company: Company, n: int) -> int:
    random = world.random
    country = company.country
    first, last = random.choice(country.first_names), random.choice(country.last_names)
    role = ROLES[n % len(ROLES)] if n < 4 else random.choice(ROLES)
    if role == DISABLED_ROLE and n >= 4:
        role = "Technical lead"
    email = f"{email_name(first)}.{email_name(last)}@{company.domain}"
    emails = [Email(email)]
    if world.chance(0.25):
        private = f"{email_name(first)}@{email_name(last)}.example"
        emails.append(Email(private, EmailKind.PRIVATE, do_not_use=world.chance(0.6)))
    number = 1000 + world.next_id("contact") * 7
    phones = [Phone(numbers.mobile(country.code, number), PhoneKind.MOBILE, do_not_use=world.chance(0.05))]
    if world.chance(0.3):
        phones.append(Phone(numbers.landline(country.code, number)))
    return add_contact(
        world,
        company,
        first,
        last,
        title=random.choice(TITLES[role]),
        emails=tuple(emails),
        phones=tuple(phones),
        address=random.choice(company.addresses) if world.chance(0.5) else None,
        role=role if n < 4 or world.chance(0.8) else None,
        keywords=tuple(random.sample(KEYWORDS, random.choice((1, 1, 1, 2, 2, 3, 4, 6, 12))))
        if world.chance(0.7)
        else (),
        language=random.choice((country.language, country.language, "en")),
        date_of_birth=world.day(-random.randint(9_000, 23_000)) if world.chance(0.15) else None,
        email_allowed=not world.chance(0.1),
        is_active=n == 0 or not world.chance(0.12),
    )


def add_contact(
    world: World,
    company: Company,
    first: str,
    last: str,
    *,
    role: str | None = None,
    keywords: tuple[str, ...] = (),
    is_active: bool = True,
    **fields: Any,
) -> int:
    """A person; ``role`` and ``keywords`` by name."""
    made = world.some_time(world.workday(-world.random.randint(20, 1000)))
    return world.add(
        "contact",
        made=made,
        by=company.owner,
        customer=company.id,
        first_name=first,
        last_name=last,
        role=world.find(Kind.CONTACT_ROLE, role) if role else None,
        keywords=tuple(world.find(Kind.KEYWORD, name) for name in keywords),
        is_active=is_active,
        **fields,
    )


def erase_contact(world: World, customer: int) -> int:
    """Somebody whose data were erased: only the id is left, and what pointed to them still does."""
    return world.add(
        "contact", by=world.by["sanna"], customer=customer, first_name="", last_name="", is_active=False,
        email_allowed=False, is_deleted=True,
    )  # fmt: skip


def email_name(name: str) -> str:
    """A name as it stands in an e-mail address."""
    return "".join(c for c in fold(name) if c.isascii() and (c.isalnum() or c == "-"))
