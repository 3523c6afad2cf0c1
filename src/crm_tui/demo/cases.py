"""Sales cases and projects, and the months of money in them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

from crm_tui.demo.companies import Company
from crm_tui.demo.names import CASE_SUBJECTS
from crm_tui.demo.organization import UNITS
from crm_tui.demo.world import World
from crm_tui.domain.cases import SalesState
from crm_tui.domain.registries import RegistryKind as Kind

FIRST_NUMBER = 3001

_OPEN = (("New lead", 10), ("Qualified", 20), ("Offer sent", 40), ("Negotiation", 70))
_LOST_REASONS = ("Price", "Postponed by the customer", "Went to a competitor", "No budget", "Scope was withdrawn")
#: minor units of EUR are worth so many of the others
RATES = {"EUR": 1.0, "NOK": 11.5, "SEK": 11.0, "DKK": 7.5}


class Case(NamedTuple):
    """A case while what belongs to it is being made."""

    id: int
    number: int
    name: str
    company: Company
    owner: int
    members: tuple[int, ...]
    contact: int | None
    currency: str
    state: SalesState
    project_status: str | None
    value: int


def add_cases(world: World, company: Company, contacts: Sequence[int], payers: Sequence[Company]) -> list[Case]:
    """The cases of a customer with their forecasts and actuals; ``payers`` may be billed for some of them."""
    random = world.random
    sales = (0, random.randint(0, 1), random.randint(1, 3), 24)[company.size]
    projects = (0, random.choice((0, 0, 1)), random.choice((0, 1, 1, 2)), 18)[company.size]
    cases = [_sales_case(world, company, contacts) for _ in range(sales)]
    for _ in range(projects):
        payer = random.choice(payers).id if payers and world.chance(0.08) else None
        cases.append(_project(world, company, contacts, payer))
    return cases


def _sales_case(world: World, company: Company, contacts: Sequence[int]) -> Case:
    random = world.random
    if world.chance(0.2):
        lost = world.workday(-random.randint(5, 300))
        return add_case(
            world, company, _subject(world), "Lost", contacts=contacts, probability=0, closed=lost,
            expected_order_date=lost, lost_reason=random.choice(_LOST_REASONS),
        )  # fmt: skip
    status, probability = random.choice(_OPEN)
    order = world.workday(random.randint(-12, 120)) if status != "New lead" else None
    case = add_case(
        world, company, _subject(world), status, contacts=contacts, expected_order_date=order,
        probability=min(95, max(5, probability + random.choice((-5, 0, 0, 5)))),
    )  # fmt: skip
    add_months(world, case, range(1, 7), actual=False)
    return case


def _project(world: World, company: Company, contacts: Sequence[int], payer: int | None) -> Case:
    random = world.random
    started = -random.randint(40, 330)
    status = random.choice(("In progress", "In progress", "In progress", "On hold", "Done"))
    done = status == "Done"
    case = add_case(
        world, company, _subject(world), "Won", contacts=contacts, project_status=status, probability=100,
        expected_order_date=world.workday(started - 10), start=world.workday(started),
        deadline=world.workday(random.randint(-20, 240)) if not done else world.workday(started // 3),
        closed=world.workday(started // 4) if done else None,
        completion=100 if done else random.randrange(5, 96), billing_customer=payer,
        order_number=f"PO {random.randint(10_000, 99_999)}" if world.chance(0.5) else None,
    )  # fmt: skip
    months = range(-8, 0) if done else range(-6, 7)
    add_months(world, case, months)
    return case


def _subject(world: World) -> str:
    place = world.random.choice(("", "", ", phase 2", ", north yard", ", MS Aurora", f" {world.today.year}"))
    return f"{world.random.choice(CASE_SUBJECTS)}{place}"


def add_case(
    world: World,
    company: Company,
    name: str,
    status: str,
    *,
    contacts: Sequence[int] = (),
    number: int | None = None,
    owner: int | None = None,
    members: tuple[int, ...] | None = None,
    value: int | None = None,
    currency: str | None = None,
    unit: int | None = None,
    project_status: str | None = None,
    **fields: Any,
) -> Case:
    """A case; ``status`` and ``project_status`` by name, ``value`` in minor units of its currency."""
    random = world.random
    currency = currency or company.country.currency
    owner = owner or company.owner
    state = {"Won": SalesState.WON, "Lost": SalesState.LOST}.get(status, SalesState.OPEN)
    if value is None:
        value = round(random.choice((6, 12, 24, 38, 55, 96, 140, 260)) * RATES[currency]) * 100_000
    if members is None:
        staff = [world.by[login] for login in ("sanna", "mikael", "tuva", "jonas")]
        members = tuple(dict.fromkeys([owner, *random.sample(staff, random.randint(0, 3))]))
    contact = random.choice(contacts) if contacts else None
    number = number or FIRST_NUMBER + world.next_id("case")
    made = world.some_time(world.workday(-random.randint(10, 400)))
    key = world.add(
        "case",
        made=made,
        by=owner,
        customer=company.id,
        name=name,
        number=number,
        owner=owner,
        sales_person=random.choice((owner, world.by["sanna"])),
        members=members,
        business_unit=world.find(Kind.BUSINESS_UNIT, UNITS[company.unit if unit is None else unit]),
        contact=contact,
        further_contacts=tuple(sorted(set(random.sample(contacts, min(len(contacts), 2))) - {contact})),
        sales_status=world.find(Kind.SALES_STATUS, status),
        sales_state=state,
        project_status=world.find(Kind.PROJECT_STATUS, project_status) if project_status else None,
        expected_value=value,
        currency=currency,
        our_reference=f"KF-{number}",
        **fields,
    )
    return Case(key, number, name, company, owner, members, contact, currency, state, project_status, value)


def month(today: dt.date, offset: int) -> tuple[int, int]:
    """(year, month) so many months from today's."""
    count = today.year * 12 + today.month - 1 + offset
    return count // 12, count % 12 + 1


def add_months(world: World, case: Case, months: range, *, actual: bool = True) -> None:
    """Forecasts for these months (0 is this one), and actuals for those that have come."""
    random = world.random
    share = case.value / max(1, len(months)) / 100_000
    for offset in months:
        billing = round(share * random.uniform(0.6, 1.4)) * 100_000
        year, number = month(world.today, offset)
        world.add(
            "forecast", by=case.owner, case=case.id, year=year, month=number, billing=billing,
            revenue=round(billing * 0.97), labor_expense=round(billing * 0.46), other_expense=round(billing * 0.12),
            billing_note="Depends on the docking" if world.chance(0.04) else None,
        )  # fmt: skip
        if actual and offset <= 0:
            billed = round(billing * random.uniform(0.75, 1.15) / 10_000) * 10_000
            add_actual(world, case, offset, billed, round(billed * 0.47), round(billed * random.uniform(0.06, 0.16)))


def add_actual(world: World, case: Case, offset: int, billed: int, labor: int, other: int) -> None:
    """What was billed and spent in a month, in minor units."""
    year, number = month(world.today, offset)
    world.add(
        "actual",
        by=case.owner,
        case=case.id,
        year=year,
        month=number,
        billed=billed,
        labor_cost=labor,
        other_cost=other,
    )
