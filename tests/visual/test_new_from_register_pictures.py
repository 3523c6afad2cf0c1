"""Pictures of a new customer that comes from a business register. Look at each one before it is kept."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from msgspec.structs import replace
from tests.driver import Crm
from tests.screens.registers import FakeRegisters
from tests.visual.camera import MOSTLY_LATER, Camera

from crm_tui.domain.register_entry import RegisterAddress, RegisterEntry, RegisterSource, RegisterState
from crm_tui.registers.failures import Asked, busy

AT = datetime(2026, 11, 18, 12, 2, tzinfo=UTC)
PLACE = RegisterAddress(
    lines=("c/o Næringspark AS", "Forusbeen 50"), postal_code="4035", city="STAVANGER", country="NO"
)
PELITALO = RegisterEntry(
    country="NO",
    number="999999913",
    name="PELITALO NORGE AS",
    visiting=PLACE,
    email="post@pelitalo.example",
    website="www.pelitalo.example",
    phones=("51 99 00 00",),
    vat_registered=True,
    fetched_at=AT,
)


def company(place: int, name: str) -> RegisterEntry:
    """One of many; every third one has ceased."""
    street = RegisterAddress(lines=(f"Pelikatu {place}",), postal_code="37100", city="NOKIA", country="FI")
    entry = RegisterEntry(country="FI", number=f"{1_000_000 + place}-1", name=name, visiting=street, fetched_at=AT)
    return replace(entry, state=RegisterState.CEASED, since=date(2019, 12, 31)) if place % 3 == 2 else entry


MANY = [company(place, f"Pelitalo {place} Oy") for place in range(25)]
BANKRUPT = RegisterEntry(
    country="FI", number="9999991-7", name="Vanha Pelitalo Oy", visiting=MANY[0].visiting, vat_registered=False,
    state=RegisterState.BANKRUPT, since=date(2024, 3, 4), fetched_at=AT,
)  # fmt: skip


async def hits(crm: Crm) -> None:
    await crm.press("a")
    await crm.fill(name="Pelitalo")
    await crm.press("f4")


async def taken(crm: Crm) -> None:
    await crm.press("a")
    await crm.fill(email="jussi@pelitalo.example", vat_number="NO999999913MVA")
    await crm.rest()
    await crm.press("f4")
    crm.form.form.go_to("register")


async def typed(crm: Crm) -> None:
    await crm.press("a")
    await crm.fill(business_id="9999991-7")


@pytest.mark.parametrize("size", MOSTLY_LATER)
def test_companies_that_are_called_so(size: tuple[int, int], looks_the_same: Camera) -> None:
    assert looks_the_same(hits, size=size, registers=FakeRegisters(*MANY, PELITALO))


@pytest.mark.parametrize("theme", ["crm-light", "ansi-dark"])
def test_it_was_taken_over(theme: str, looks_the_same: Camera) -> None:
    assert looks_the_same(taken, size=(80, 24), theme=theme, registers=FakeRegisters(PELITALO))


def test_a_number_of_a_company_that_is_bankrupt(looks_the_same: Camera) -> None:
    assert looks_the_same(typed, size=(80, 24), registers=FakeRegisters(BANKRUPT))


def failing() -> FakeRegisters:
    """They take no questions, which takes some words to say."""
    registers = FakeRegisters()
    registers.failure = busy(Asked(RegisterSource.PRH, "avoindata.prh.fi"), 60)
    return registers


def test_a_register_that_fails_is_said_quietly(looks_the_same: Camera) -> None:
    assert looks_the_same(typed, size=(80, 24), registers=failing())


def test_what_failed_is_told_to_its_end(looks_the_same: Camera) -> None:
    async def told(crm: Crm) -> None:
        await typed(crm)
        await crm.rest()
        await crm.press("f4")

    assert looks_the_same(told, size=(80, 24), registers=failing())
