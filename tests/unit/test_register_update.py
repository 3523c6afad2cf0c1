"""Ours beside the register's: what is the same, what is proposed, and what is taken."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from msgspec import UNSET
from msgspec.structs import replace

from crm_tui.domain.addresses import Address
from crm_tui.domain.customers import Customer, CustomerChange
from crm_tui.domain.register_entry import RegisterAddress, RegisterEntry, RegisterState
from crm_tui.domain.register_update import (
    Choices,
    Compared,
    OnCard,
    RegisterPlace,
    Take,
    Verdict,
    Which,
    address_of,
    compare,
    first_shown,
    place_of,
    region_of,
    source_of,
    update_of,
)

NOW = dt.datetime(2026, 11, 18, 10, 0, tzinfo=dt.UTC)
_STAMPS: dict[str, Any] = {"created_at": NOW, "created_by": 1, "updated_at": NOW, "updated_by": 1}
VISITING = RegisterAddress(lines=("Satamakatu 9",), postal_code="70100", city="KUOPIO", country="FI")
POSTAL = RegisterAddress(lines=("PL 12",), postal_code="70101", city="KUOPIO", country="FI")
CHOICES = Choices(
    industries=frozenset({"ROBOTS", "Machines"}), disabled=frozenset({"Shipyards"}), can_add=False,
    countries=frozenset({"FI", "SE"}),
)  # fmt: skip
SAME, CHANGED, NEW, MISSING = Verdict.SAME, Verdict.CHANGED, Verdict.NEW, Verdict.MISSING


def card(industry: str | None = None, place: Address | None = None, home: str = "FI", **fields: Any) -> OnCard:
    values: dict[str, Any] = {"name": "Kallavesi Oy", "number": 10482} | _STAMPS | fields
    return OnCard(Customer(id=7, revision=3, **values), place, industry, home, CHOICES)


def address(**fields: Any) -> Address:
    values: dict[str, Any] = {"line1": "Satamakatu 9", "postal_code": "70100", "city": "Kuopio", "country": "FI"}
    return Address(id=9, revision=5, customer=7, **(values | _STAMPS | fields))


def entry(**fields: Any) -> RegisterEntry:
    values: dict[str, Any] = {"country": "FI", "number": "0112038-9", "name": "KALLAVESI OY", "fetched_at": NOW}
    return RegisterEntry(**(values | fields))


def row(take: Take, ours: OnCard, theirs: RegisterEntry, which: Which = Which.VISITING) -> Compared:
    return next(each for each in compare(ours, theirs, which) if each.take is take)


@pytest.mark.parametrize(
    ("take", "ours", "theirs", "verdict"),
    [
        (Take.NAME, {"name": "Kallavesi Oy"}, {"name": " KALLAVESI  OY"}, SAME),
        (Take.NAME, {"name": "Häme\u00a0Oy"}, {"name": "HA\u0308ME OY"}, SAME),
        (Take.NAME, {"name": "Kallavesi, Oy"}, {"name": "Kallavesi Oy"}, SAME),
        (Take.NAME, {"name": "Kalla\u00advesi\u200b \u200eOy"}, {}, SAME),
        (Take.NAME, {"name": "O’Brien–Søn"}, {"name": "O'BRIEN-SØN"}, SAME),
        (Take.NAME, {"name": "Hame Oy"}, {"name": "HÄME OY"}, CHANGED),
        (Take.NAME, {"name": "Kallavesi Oy"}, {"name": "Kallavesi Oyj"}, CHANGED),
        (Take.NAME, {"name": "Kallavesi Oy"}, {"name": None}, MISSING),
        (Take.EMAIL, {"email": "Info@Kallavesi.example "}, {"email": "info@kallavesi.example"}, SAME),
        (Take.EMAIL, {"email": "a@kallavesi.example"}, {"email": "info@kallavesi.example"}, CHANGED),
        (Take.EMAIL, {"email": "in\u00adfo@kallavesi.example"}, {"email": "info@kallavesi.example"}, CHANGED),
        (Take.EMAIL, {}, {"email": "info@kallavesi.example"}, NEW),
        (Take.EMAIL, {"email": "a@kallavesi.example"}, {}, MISSING),
        (Take.EMAIL, {}, {}, MISSING),
        (Take.WEBSITE, {"website": "https://www.Kallavesi.example/"}, {"website": "kallavesi.example"}, SAME),
        (Take.WEBSITE, {"website": "kallavesi.example"}, {"website": "HTTP://WWW.KALLAVESI.EXAMPLE//"}, SAME),
        (Take.WEBSITE, {"website": "kallavesi.example/fi"}, {"website": "kallavesi.example"}, CHANGED),
        (Take.PHONE, {"phone": "017-555 0140"}, {"phones": ("+358 17 5550140",)}, SAME),
        (Take.PHONE, {"phone": "00358 17 5550140"}, {"phones": ("0175550140",)}, SAME),
        (Take.PHONE, {"phone": "040 5550143"}, {"phones": ("017 5550140", "0405550143")}, SAME),
        (Take.PHONE, {"phone": "017 5550141"}, {"phones": ("017 5550140",)}, CHANGED),
        (Take.PHONE, {"phone": "017 5550140 x12"}, {"phones": ("017 5550140", "017 5550140 ext. 12")}, SAME),
        (Take.PHONE, {"phone": "ask Liisa"}, {"phones": ("017 5550140",)}, CHANGED),
        (Take.PHONE, {"phone": "12 34"}, {"phones": ("1234",)}, SAME),
        (Take.PHONE, {"phone": "22 86 15 15"}, {"country": "NO", "phones": ("+47 22861515",)}, SAME),
        (Take.PHONE, {}, {"phones": ("017 5550140",)}, NEW),
        (Take.PHONE, {"phone": "017 5550140"}, {}, MISSING),
    ],
)
def test_ours_and_theirs(take: Take, ours: dict[str, Any], theirs: dict[str, Any], verdict: Verdict) -> None:
    found = row(take, card(**ours), entry(**theirs))
    assert found.verdict is verdict
    assert found.is_proposed is found.can_be_taken is (verdict in (CHANGED, NEW))
    assert not found.refusal


@pytest.mark.parametrize(
    ("ours", "theirs", "verdict"),
    [
        ({}, {}, SAME),
        ({"city": "KUOPIO", "line1": "SATAMAKATU  9"}, {}, SAME),
        ({"country": None}, {}, SAME),
        ({}, {"country": None}, SAME),
        ({"line1": "Sata\u00admakatu 9"}, {}, SAME),
        ({}, {"postal_code": None}, SAME),
        ({}, {"postal_code": None, "city": None}, SAME),
        ({}, {"lines": ()}, SAME),
        ({"country": "SE"}, {}, CHANGED),
        ({"line1": "c/o Aalto Oy", "line2": "Satamakatu 9"}, {"lines": ("C/O AALTO OY", "Satamakatu 9")}, SAME),
        ({"line1": "c/o Aalto Oy, Satamakatu 9"}, {"lines": ("c/o Aalto Oy", "Satamakatu 9")}, SAME),
        ({"line1": "A", "line2": "B, C"}, {"lines": ("A", "B", "C")}, SAME),
        ({"line1": "Satamakatu 9 B"}, {}, CHANGED),
        ({"postal_code": "70110"}, {}, CHANGED),
        ({"region": "Savo", "phone": "017 1"}, {}, SAME),
        ({"line1": None, "postal_code": None, "city": None}, {}, CHANGED),
    ],
)
def test_addresses(ours: dict[str, Any], theirs: dict[str, Any], verdict: Verdict) -> None:
    values: dict[str, Any] = {"lines": ("Satamakatu 9",), "postal_code": "70100", "city": "KUOPIO", "country": "FI"}
    found = row(Take.ADDRESS, card(place=address(**ours)), entry(visiting=RegisterAddress(**(values | theirs))))
    assert found.verdict is verdict
    assert found.is_proposed is (verdict is CHANGED)


def test_the_first_address_is_new_and_written_as_addresses_are() -> None:
    found = row(Take.ADDRESS, card(), entry(visiting=VISITING))
    assert (found.verdict, found.ours, found.is_proposed) == (NEW, (), True)
    assert found.theirs == ("Satamakatu 9", "70100 Kuopio", "FI")


def test_all_of_an_address_is_from_one() -> None:
    both = entry(visiting=VISITING, postal=POSTAL)
    ours = card(place=address())
    assert first_shown(both) is Which.VISITING
    assert row(Take.ADDRESS, ours, both).verdict is SAME
    postal = row(Take.ADDRESS, ours, both, Which.POSTAL)
    assert (postal.verdict, postal.theirs) == (CHANGED, ("PL 12", "70101 Kuopio", "FI"))
    only = entry(postal=POSTAL)
    assert first_shown(only) is Which.POSTAL
    assert row(Take.ADDRESS, ours, only).verdict is MISSING
    assert first_shown(entry()) is Which.VISITING
    assert Which.POSTAL.other is Which.VISITING
    assert Which.VISITING.other is Which.POSTAL


def test_a_country_alone_is_no_address() -> None:
    bare = entry(visiting=RegisterAddress(lines=(), country="FI"), postal=POSTAL)
    assert address_of(bare, Which.VISITING) is None
    assert first_shown(bare) is Which.POSTAL
    assert row(Take.ADDRESS, card(place=address()), bare).verdict is MISSING


@pytest.mark.parametrize(
    ("theirs", "written", "is_proposed"),
    [
        ({"lines": ("Laituri 1",)}, ("Laituri 1", "70100 Kuopio", "FI"), False),
        ({"lines": ("Laituri 1",), "postal_code": "70110"}, ("Laituri 1", "70110 Kuopio", "FI"), False),
        ({"lines": ("Laituri 1",), "city": "KUOPIO"}, ("Laituri 1", "Kuopio", "FI"), False),
        ({"lines": ("Laituri 1",), "city": "OULU"}, ("Laituri 1", "Oulu", "FI"), True),
        ({"lines": ("Box 1",), "city": "SE-114 56 STOCKHOLM"}, ("Box 1", "SE-114 56 Stockholm", "FI"), True),
        ({"lines": (), "city": "OULU"}, ("Oulu", "FI"), False),
        ({"lines": (), "city": "Oulu", "postal_code": "90100"}, ("90100 Oulu", "FI"), False),
        ({"lines": (), "city": "KUOPIO", "postal_code": "70110"}, ("Satamakatu 9", "70110 Kuopio", "FI"), False),
        ({"lines": ("Laituri 1",), "city": "Kuopio", "postal_code": "70100", "country": "SE"},
         ("Laituri 1", "70100 Kuopio", "SE"), True),
    ],
)  # fmt: skip
def test_what_the_register_lacks_of_an_address_never_blanks_ours_in_the_same_place(
    theirs: dict[str, Any], written: tuple[str, ...], is_proposed: bool
) -> None:
    found = row(Take.ADDRESS, card(place=address()), entry(visiting=RegisterAddress(**theirs)))
    assert (found.verdict, found.theirs, found.is_proposed) == (CHANGED, written, is_proposed)
    assert found.can_be_taken
    only_city = entry(visiting=RegisterAddress(lines=(), city="OULU", country="FI"))
    assert row(Take.ADDRESS, card(place=address(line1=None, postal_code=None)), only_city).is_proposed


def test_a_region_is_among_our_lines_where_it_goes_and_stays_with_the_city() -> None:
    ours = address(region="Northern Savo")
    postal = row(Take.ADDRESS, card(place=ours), entry(visiting=replace(POSTAL, city="Kuopio")))
    assert postal.ours == ("Satamakatu 9", "70100 Kuopio", "FI")
    oulu = replace(VISITING, city="OULU")
    assert row(Take.ADDRESS, card(place=ours), entry(visiting=oulu)).ours == (
        "Satamakatu 9", "70100 Kuopio", "Northern Savo", "FI",
    )  # fmt: skip
    assert region_of(place_of(POSTAL, Which.POSTAL, ours), ours) == "Northern Savo"
    assert region_of(place_of(oulu, Which.VISITING, ours), ours) is None


def test_a_country_that_can_not_be_chosen_is_left_out_and_the_row_says_so() -> None:
    oslo = entry(country="NO", visiting=RegisterAddress(lines=("Kaia 1",), city="OSLO", country="NO"))
    for ours in (card(), card(place=address())):
        found = row(Take.ADDRESS, ours, oslo)
        assert found.theirs == ("Kaia 1", "Oslo")
        assert found.note == "Norway can't be chosen here: the country is left out"
        assert found.is_proposed is (found.verdict is NEW)  # instead of no country of ours
        place = update_of(ours, oslo, Which.VISITING, (Take.ADDRESS,)).place
        assert (place.city, place.country) == ("Oslo", None) if place else False
    ours = card(place=address(country="NO"))
    assert (row(Take.ADDRESS, ours, oslo).theirs, row(Take.ADDRESS, ours, oslo).note) == (("Kaia 1", "Oslo", "NO"), "")


def test_the_phone_that_is_ours_is_shown_as_the_registers() -> None:
    theirs = entry(phones=("017 5550140", "040 5550143"))
    assert row(Take.PHONE, card(phone="040 5550143"), theirs).theirs == ("+358 40 5550143",)
    assert row(Take.PHONE, card(phone="040 5550144"), theirs).theirs == ("+358 17 5550140",)
    behind_it = row(Take.PHONE, card(phone="017 5550140 ext. 12"), theirs)
    assert (behind_it.verdict, behind_it.can_be_taken, behind_it.is_proposed) == (CHANGED, True, False)


@pytest.mark.parametrize("state", RegisterState)
def test_nothing_is_proposed_of_a_company_that_is_no_more(state: RegisterState) -> None:
    over = {RegisterState.CEASED, RegisterState.DELETED, RegisterState.REMOVED, RegisterState.BANKRUPT}
    theirs = entry(name="Other", email="a@b.example", visiting=VISITING, phones=("017 1",), state=state)
    rows = compare(card(), theirs, Which.VISITING)
    assert any(each.is_proposed for each in rows) is (state not in over)
    assert all(each.can_be_taken for each in rows if each.verdict in (CHANGED, NEW))


@pytest.mark.parametrize(
    ("ours", "theirs", "can_add", "verdict", "refusal", "note"),
    [
        (None, "Robots", False, NEW, "", ""),
        (None, "Shipyards", True, NEW, "it is disabled in your list of industries", ""),
        (None, "Boats", False, NEW, "your list of industries has no such one", ""),
        (None, "Boats", True, NEW, "", "taking it adds it to your list of industries"),
        ("ROBOTS ", "Robots", True, SAME, "", ""),
        ("Boats", "Boats", False, SAME, "", ""),
        ("Shipyards", "SHIPYARDS", False, SAME, "", ""),
        ("Machines", "Robots", True, CHANGED, "", ""),
        ("Machines", "Shipyards", True, CHANGED, "it is disabled in your list of industries", ""),
    ],
)
def test_industries(ours: str | None, theirs: str, can_add: bool, verdict: Verdict, refusal: str, note: str) -> None:
    """Only one of the list is proposed, and only where there is none of ours."""
    held = card(ours)._replace(choices=CHOICES._replace(can_add=can_add))
    found = row(Take.INDUSTRY, held, entry(industry=theirs))
    assert (found.verdict, found.refusal, found.note) == (verdict, refusal, note)
    assert found.is_proposed is (ours is None and theirs == "Robots")
    missing = row(Take.INDUSTRY, held, entry())
    assert (missing.verdict, missing.refusal) == (MISSING, "")


@pytest.mark.parametrize(
    ("take", "fields", "says"),
    [
        (Take.EMAIL, {"email": "ask us"}, "no blanks"),
        (Take.EMAIL, {"email": "a@b.example\nBcc: c@d.example"}, "control characters"),
        (Take.WEBSITE, {"website": "javascript:alert(1)"}, "begins with https://"),
        (Take.WEBSITE, {"website": "none"}, "a dot in it"),
        (Take.NAME, {"name": "Kalla\0vesi"}, "NUL"),
        (Take.ADDRESS, {"visiting": RegisterAddress(lines=("Sata\0makatu",))}, "NUL"),
    ],
)
def test_what_no_form_would_take_is_not_taken_from_a_register(take: Take, fields: dict[str, Any], says: str) -> None:
    found = row(take, card(), entry(**fields))
    assert says in found.refusal
    assert not found.is_proposed
    assert not found.can_be_taken
    update = update_of(card(), entry(**fields), Which.VISITING, tuple(Take))
    assert (update.change, update.place) == (CustomerChange(), None)


@pytest.mark.parametrize(
    ("theirs", "ours", "written"),
    [
        ("KUOPIO", None, "Kuopio"),
        ("MO I RANA", None, "Mo i Rana"),
        ("I", None, "I"),
        ("Å", None, "Å"),
        ("Oslo", None, "Oslo"),
        ("ÅLESUND", None, "Ålesund"),
        ("NOKIA", "NOKIA", "NOKIA"),
        ("TURKU", "turku", "turku"),
        ("TURKU", "Åbo", "Turku"),
        ("NOKIA GROUP", None, "Nokia Group"),
        ("Nokia Group", None, "Nokia Group"),
        ("SAINT-ÉTIENNE", None, "Saint-Étienne"),
        ("HØNEFOSS/RINGERIKE (NORD)", None, "Hønefoss/Ringerike (Nord)"),
        ("SE-114 56 STOCKHOLM", None, "SE-114 56 Stockholm"),
        ("LONDON EC2N 4AY", None, "London EC2N 4AY"),
        (None, "Kuopio", "Kuopio"),
        (None, None, None),
    ],
)
def test_places_are_written_as_names(theirs: str | None, ours: str | None, written: str | None) -> None:
    found = RegisterAddress(lines=("Satamakatu 9",), city=theirs)
    assert place_of(found, Which.VISITING, address(city=ours) if ours else None).city == written


def test_lines_and_country_of_a_place() -> None:
    found = RegisterAddress(lines=("c/o Aalto Oy", "Satamakatu 9", "3. kerros"), postal_code="70100", city="Kuopio")
    assert place_of(found, Which.POSTAL) == RegisterPlace(
        line1="c/o Aalto Oy", line2="Satamakatu 9, 3. kerros", postal_code="70100", city="Kuopio", country=None,
        which=Which.POSTAL,
    )  # fmt: skip
    assert place_of(found, Which.VISITING, address(country="NO")).country == "NO"
    assert place_of(replace(found, country="SE"), Which.VISITING, address()).country == "SE"


_ALL = {
    "name": "Kallavesi Oyj",
    "email": "info@kallavesi.example",
    "website": "www.kallavesi.example",
    "phones": ("0175550140", "040 1"),
    "industry": "Robots",
    "visiting": VISITING,
}


def test_what_is_ticked_is_taken_and_nothing_else() -> None:
    update = update_of(card(place=address(line1="Kalakatu 1")), entry(**_ALL), Which.VISITING, tuple(Take))
    assert (update.customer, update.revision, update.headquarters, update.headquarters_revision) == (7, 3, 9, 5)
    assert update.number == ("FI", "0112038-9")
    assert update.change == CustomerChange(
        name="Kallavesi Oyj", email="info@kallavesi.example", website="www.kallavesi.example", phone="+358 17 5550140"
    )
    assert update.place == place_of(VISITING, Which.VISITING)
    assert update.industry == "Robots"
    assert update.source == source_of(entry()) == "PRH, business id 0112038-9"

    few = update_of(card(), entry(**_ALL), Which.VISITING, (Take.EMAIL, Take.ADDRESS))
    assert few.change == CustomerChange(email="info@kallavesi.example")
    assert few.change.name is UNSET
    assert (few.headquarters, few.headquarters_revision, few.industry) == (None, None, None)
    assert few.place == place_of(VISITING, Which.VISITING)


def test_what_is_the_same_missing_or_refused_is_not_taken() -> None:
    held = card("Machines", address(), name="kallavesi OYJ", email="ours@kallavesi.example")
    theirs = entry(name="Kallavesi Oyj", visiting=VISITING, industry="Robots")
    nothing = update_of(held, replace(theirs, industry="Boats"), Which.VISITING, tuple(Take))
    assert (nothing.change, nothing.place, nothing.industry) == (CustomerChange(), None, None)


def test_an_organization_of_norway_has_its_number() -> None:
    assert source_of(entry(country="NO", number="923609016")) == "Brønnøysundregistrene, organization number 923609016"
