"""Pictures of the customer settings while they are edited, and of the registries."""

from __future__ import annotations

import pytest
from tests.driver import Crm
from tests.screens.kallavesi import cursor_on
from tests.visual.camera import SIZES, Act, Camera


async def payment_term(crm: Crm) -> None:
    """A number typed wrongly."""
    await crm.open("kallavesi")
    await crm.tab(5)
    cursor_on(crm, "Payment term")
    await crm.press("e")
    await crm.put("3o")
    await crm.press("enter")


async def pair(crm: Crm) -> None:
    """An e-invoice operator that waits for its address."""
    await crm.open("kallavesi")
    await crm.tab(5)
    for text in ("", "BAWCFI22"):
        cursor_on(crm, "Operator")
        await crm.press("e")
        await crm.put(text)
        await crm.press("enter")
    crm.app.clear_notifications()


async def filtered(crm: Crm) -> None:
    """Segments narrowed to some."""
    await crm.open("kallavesi")
    await crm.tab(5)
    await crm.panel("segments")
    await crm.press("/")
    await crm.type("or")
    await crm.press("enter")


async def registries(crm: Crm) -> None:
    """The values of one kind, the cursor on one that is used."""
    await crm.press(":")
    await crm.put("registries")
    await crm.press("enter")
    cursor_on(crm, "Sales statuses")
    await crm.press("enter", "j")


async def replacing(crm: Crm) -> None:
    """What takes the place of a value that is deleted."""
    await registries(crm)
    await crm.press("d")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("act", [payment_term, registries], ids=["payment term", "registries"])
def test_settings(act: Act, size: tuple[int, int], looks_the_same: Camera) -> None:
    assert looks_the_same(act, size=size)


@pytest.mark.parametrize("act", [filtered, replacing], ids=["filtered", "replacing"])
def test_small(act: Act, looks_the_same: Camera) -> None:
    assert looks_the_same(act, size=(80, 24))


@pytest.mark.parametrize("theme", ["crm-light", "ansi-dark"])
def test_theme(theme: str, looks_the_same: Camera) -> None:
    assert looks_the_same(pair, theme=theme)
