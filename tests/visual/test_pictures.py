"""Pictures of the screens in every size and colour scheme. Look at each one before it is kept."""

from __future__ import annotations

import pytest
from tests.driver import Crm
from tests.visual.camera import EVERY_SIZE, SIZES, THEMES, Act, Camera


async def list_of_customers(crm: Crm) -> None:
    await crm.filter("marin")
    await crm.press("down", "down")


def tab(number: int) -> Act:
    async def act(crm: Crm) -> None:
        await crm.open("kallavesi")
        await crm.tab(number)

    return act


async def find(crm: Crm) -> None:
    await crm.find("lahtinen")


async def help_of_the_card(crm: Crm) -> None:
    await crm.open("kallavesi")
    await crm.press("?")


async def contact_in_full(crm: Crm) -> None:
    await crm.open("kallavesi")
    await crm.panel("contacts")
    await crm.press("down", "down", "down", "enter")


@pytest.mark.parametrize("size", EVERY_SIZE)
def test_customers(size: tuple[int, int], looks_the_same: Camera) -> None:
    assert looks_the_same(list_of_customers, size=size)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("number", [1, 2, 3, 4, 5])
def test_tab(number: int, size: tuple[int, int], looks_the_same: Camera) -> None:
    assert looks_the_same(tab(number), size=size)


@pytest.mark.parametrize("size", SIZES)
def test_find(size: tuple[int, int], looks_the_same: Camera) -> None:
    assert looks_the_same(find, size=size)


@pytest.mark.parametrize("size", SIZES)
def test_help(size: tuple[int, int], looks_the_same: Camera) -> None:
    assert looks_the_same(help_of_the_card, size=size)


@pytest.mark.parametrize("size", SIZES)
def test_reading(size: tuple[int, int], looks_the_same: Camera) -> None:
    assert looks_the_same(contact_in_full, size=size)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("act", [list_of_customers, tab(1), tab(4)], ids=["customers", "tab 1", "tab 4"])
def test_theme(theme: str, act: Act, looks_the_same: Camera) -> None:
    assert looks_the_same(act, theme=theme)


def test_without_colour(looks_the_same: Camera, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert looks_the_same(tab(1))


@pytest.mark.parametrize("number", [1, 4])
def test_little_may_be_seen(number: int, looks_the_same: Camera) -> None:
    assert looks_the_same(tab(number), login="jonas")
