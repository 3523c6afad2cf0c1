"""The customers of the demo company with their addresses, segments and billing settings."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any, NamedTuple

from crm_tui.demo import numbers
from crm_tui.demo.names import COUNTRIES, KNOWN_BY_NAME, TRADES, Country
from crm_tui.demo.organization import CAMPAIGN, NAME, SEGMENTS
from crm_tui.demo.world import World
from crm_tui.domain.normalise import fold, name_key
from crm_tui.domain.registries import RegistryKind as Kind

FIRST_NUMBER = 10_001
#: of a hundred invented companies without a name of their own
_COUNTRY_MIX = "FI " * 50 + "NO " * 26 + "SE " * 9 + "DE " * 6 + "EE " * 6 + "DK " * 3


class Company(NamedTuple):
    """A customer while what belongs to it is being made. ``size`` says how much: 0 nothing at all, 1 little,
    2 usual, 3 very much of everything."""

    id: int
    name: str
    number: int
    country: Country
    domain: str
    addresses: tuple[int, ...]
    owner: int
    unit: int
    size: int
    receiver: dict[str, Any]


class _Known(NamedTuple):
    """A registered company, as the public registers have it."""

    name: str
    country: str
    vat: str
    industry: str
    website: str | None
    phone: str | None
    employees: int | None
    visiting: tuple[str, str, str]
    postal: tuple[str, str, str] | None


#: real companies among the customers
#: real companies among the customers
REGISTERED = (
    _Known(
        "Nokia Oyj", "FI", "FI01120389", "Information technology", "www.nokia.com", None, None,
        ("Karakaari 7", "02610", "Espoo"), ("PL 226", "00045", "Nokia Group"),
    ),
    _Known(
        "Wolt Oy", "FI", "FI26466749", "Transport and storage", None, None, None,
        ("Pohjoinen Rautatiekatu 21", "00100", "Helsinki"), None,
    ),
    _Known(
        "Equinor ASA", "NO", "NO923609016MVA", "Oil and gas services", "www.equinor.com", None, 21467,
        ("Forusbeen 50", "4035", "Stavanger"), ("Postboks 8500", "4035", "Stavanger"),
    ),
)  # fmt: skip


def add_companies(world: World, count: int) -> list[Company]:
    """``count`` customers, the firm's own company first."""
    companies = [_own_company(world)]
    companies += [_registered(world, known) for known in REGISTERED[: count - 1]]
    for name, country, city, industry in _names(world):
        if len(companies) >= count:
            break
        companies.append(_invented(world, len(companies), name, country, city, industry))
    return companies


def _names(world: World) -> Iterator[tuple[str, Country, str, str]]:
    for name, city in KNOWN_BY_NAME.items():
        country = next(c for c in COUNTRIES.values() if any(city == place for place, _ in c.cities))
        yield name, country, city, "Ship and boat building" if "Marin" in name else "Transport and storage"
    pools = {}
    for country in COUNTRIES.values():
        pairs = list(product(country.cities, TRADES))
        world.random.shuffle(pairs)
        pools[country.code] = iter(pairs)
    while True:
        code = world.random.choice(_COUNTRY_MIX.split())
        found = next(pools[code], None)
        if found is not None:
            (city, _), (trade, industry) = found
            yield f"{city} {trade} {COUNTRIES[code].form}", COUNTRIES[code], city, industry


def _own_company(world: World) -> Company:
    return add_company(
        world,
        name=NAME,
        country=COUNTRIES["FI"],
        street=("Aurorankatu 3 B", "00100", "Helsinki"),
        owner=world.by["sanna"],
        size=1,
        industry="Construction",
        vat_number=numbers.vat_number("FI", 900),
        website="www.kalliofjord.example",
        is_internal=True,
        description="Our own company: internal projects, absences and training.",
    )


def _registered(world: World, known: _Known) -> Company:
    company = add_company(
        world,
        name=known.name,
        country=COUNTRIES[known.country],
        street=known.visiting,
        owner=world.by["tuva" if known.country == "NO" else "mikael"],
        size=2,
        industry=known.industry,
        vat_number=known.vat,
        website=known.website,
        employees=known.employees,
    )
    if known.postal:
        line, code, city = known.postal
        world.add(
            "address", customer=company.id, line1=line, postal_code=code, city=city, country=known.country,
            is_postal=True, is_billing=True,
        )  # fmt: skip
    return company


def _invented(world: World, n: int, name: str, country: Country, city: str, industry: str) -> Company:
    random = world.random
    norwegian = country.code in ("NO", "DK")
    owner = random.choice(("tuva", "tuva", "jonas", "sanna") if norwegian else ("sanna", "mikael", "mikael", "liisa"))
    size = 0 if n % 13 == 7 else 3 if n % 97 == 50 else 1 if world.chance(0.3) else 2
    postal_code = dict(country.cities)[city]
    company = add_company(
        world,
        name=name,
        country=country,
        street=(f"{random.choice(country.streets)} {random.randint(1, 80)}", postal_code, city),
        owner=world.by[owner],
        size=size,
        industry=industry,
        vat_number=numbers.vat_number(country.code, n) if size else None,
        employees=random.choice((4, 12, 23, 38, 60, 95, 140, 220, 410, 1200)) if size else None,
        annual_revenue=random.randint(4, 900) * 10_000_000 if size > 1 else None,
        is_active=n % 15 != 4,
        phone=numbers.landline(country.code, 40 + 17 * n) if size else None,
    )
    for _ in range((0, 0, random.choice((0, 0, 1, 1, 2)), 6)[size]):
        _further_address(world, company)
    return company


def _further_address(world: World, company: Company) -> None:
    random = world.random
    city, postal_code = random.choice(company.country.cities)
    billing = world.chance(0.4)
    line = f"{_BOX.get(company.country.code, 'PO Box')} {random.randint(10, 900)}"
    world.add(
        "address",
        customer=company.id,
        line1=line if billing else f"{random.choice(company.country.streets)} {random.randint(1, 80)}",
        postal_code=postal_code,
        city=city,
        country=company.country.code,
        is_billing=billing,
        is_visiting=not billing,
    )


_BOX = {"FI": "PL", "NO": "Postboks", "SE": "Box", "DE": "Postfach", "EE": "Postkast", "DK": "Postboks"}


def add_company(
    world: World,
    *,
    name: str,
    country: Country,
    street: tuple[str, str, str],
    owner: int,
    size: int,
    industry: str,
    vat_number: str | None,
    is_internal: bool = False,
    number: int | None = None,
    segments: tuple[str, ...] | None = None,
    **fields: Any,
) -> Company:
    """A customer, its headquarters at ``street`` (line, postal code, city), and its billing settings."""
    random = world.random
    key = world.next_id("customer")
    made = world.some_time(world.workday(-random.randint(60, 1300)))
    line, code, city = street
    headquarters = world.add(
        "address", made=made, by=owner, customer=key, line1=line, postal_code=code, city=city, country=country.code,
        is_visiting=True, is_postal=world.chance(0.6),
    )  # fmt: skip
    domain = _domain(name)
    changed = world.some_time(world.workday(-random.randint(2, 59)))
    world.add(
        "customer",
        made=made,
        by=owner,
        changed=changed,
        changed_by=world.by[random.choice(("sanna", "mikael", "tuva"))],
        revision=2,
        name=name,
        number=number or FIRST_NUMBER + key - 1,
        owner=owner,
        vat_number=vat_number,
        business_id=numbers.business_id(country.code, vat_number) if vat_number else None,
        industry=world.find(Kind.INDUSTRY, industry),
        segments=_segments(world, fields.get("employees"), segments) if size or segments else (),
        headquarters=headquarters,
        is_internal=is_internal,
        email=f"info@{domain}" if size else None,
        **fields,
    )
    _billing(world, key, owner, country, vat_number)
    unit = 1 if country.code in ("NO", "DK") else 0
    receiver = {"name": name, "line1": line, "postal_code": code, "city": city, "country": country.code}
    row = world.rows["customer"][-1]
    return Company(key, name, row["number"], country, domain, (headquarters,), owner, unit, size, receiver)


def _domain(name: str) -> str:
    letters = "".join(c if c.isalnum() else "-" for c in fold(name_key(name)))
    return f"{letters.rsplit('-', 1)[0].strip('-')}.example"


def _segments(world: World, employees: int | None, named: tuple[str, ...] | None) -> tuple[int, ...]:
    if named is None:
        size = SEGMENTS["Size"][sum((employees or 0) >= limit for limit in (50, 250))]
        business = world.random.sample(SEGMENTS["Business"], world.random.choice((1, 1, 2)))
        origin = world.random.choice((*SEGMENTS["Origin"], CAMPAIGN, None))
        gold = "Gold" if world.chance(0.05) else None
        named = tuple(name for name in (*business, size if employees else None, origin, gold) if name)
    return tuple(world.find(Kind.SEGMENT, name) for name in named)


def _billing(world: World, key: int, owner: int, country: Country, vat_number: str | None) -> None:
    random = world.random
    abroad = country.code not in ("FI", "NO") and vat_number is not None
    digits = "".join(c for c in vat_number or "" if c.isdigit())
    einvoice = country.code == "FI" and bool(digits) and world.chance(0.7)
    world.rows["billing settings"].append(
        {
            "id": key,
            "revision": 1,
            "created_at": world.rows["customer"][-1]["created_at"],
            "created_by": owner,
            "updated_at": world.rows["customer"][-1]["created_at"],
            "updated_by": owner,
            "invoice_template": random.choice(("Standard", "Standard, two languages", "With hours")),
            "invoice_language": country.language if country.code != "DE" else "en",
            "payment_term": random.choice((14, 14, 30, 30, 45)),
            "overdue_interest": random.choice(("8.0", "11.5")),
            "vat_percent": "0" if abroad else {"FI": "25.5", "NO": "25"}.get(country.code, "25.5"),
            "reverse_charge": abroad,
            "reverse_charge_text": "Reverse charge, Article 196 of Directive 2006/112/EC" if abroad else None,
            "einvoice_address": f"0037{digits}" if einvoice else None,
            "einvoice_operator": "Invoice operator, 0037999" if einvoice else None,
            "currency": country.currency,
            "price_list": random.choice((None, "Standard 2025", "Frame agreements")),
            "time_zone": country.time_zone,
        }
    )
