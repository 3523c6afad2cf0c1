"""Pictures of forms of somebody who may be there already. Look at each one before it is kept."""

from __future__ import annotations

import pytest
from tests.driver import Crm
from tests.visual.camera import MOSTLY_LATER, Camera


async def new_contact(crm: Crm) -> None:
    await crm.open("kallavesi")
    await crm.panel("contacts")
    await crm.press("a")
    await crm.fill(last_name="Lahtinen", first_name="Eva")


async def new_customer(crm: Crm) -> None:
    await crm.press("a")
    await crm.fill(name="Joensuu Foundry Oyj", phone="017 555 0890")


async def question(crm: Crm) -> None:
    await new_customer(crm)
    await crm.press("ctrl+s")


@pytest.mark.parametrize("size", MOSTLY_LATER)
def test_a_contact_looks_like_another(size: tuple[int, int], looks_the_same: Camera) -> None:
    assert looks_the_same(new_contact, size=size)


@pytest.mark.parametrize("theme", ["crm-light", "ansi-dark"])
def test_a_customer_looks_like_another(theme: str, looks_the_same: Camera) -> None:
    assert looks_the_same(new_customer, size=(80, 24), theme=theme)


@pytest.mark.parametrize("size", MOSTLY_LATER)
def test_a_save_asks(size: tuple[int, int], looks_the_same: Camera) -> None:
    assert looks_the_same(question, size=size, theme="crm-light")
