"""Pictures of work on the third tab. Look at each one before it is kept."""

from __future__ import annotations

import pytest
from tests.driver import Crm
from tests.screens.kallavesi import cursor_on
from tests.visual.camera import SIZES, THEMES, Act, Camera


async def board(crm: Crm) -> None:
    await crm.open("kallavesi")
    await crm.tab(3)


async def moved(crm: Crm) -> None:
    await board(crm)
    await crm.press("j", ">")


async def filtered(crm: Crm) -> None:
    await board(crm)
    await crm.press("F", "space", "down", "down", "space")


async def assigned(crm: Crm) -> None:
    await board(crm)
    await crm.press("A")


async def talked(crm: Crm) -> None:
    await board(crm)
    await crm.panel("notes")
    for text in ("Is the quay strong enough?", "It is: 40 t."):
        cursor_on(crm, "Crane arrives" if text.startswith("Is") else "Is the quay")
        await crm.settle()
        await crm.press("R")
        await crm.fill(text=text)
        await crm.save()


async def due(crm: Crm) -> None:
    await board(crm)
    await crm.press("D")
    await crm.type("+3d")


ACTS: dict[str, Act] = {"moved": moved, "filtered": filtered, "talked": talked}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_tab_3(act: Act, size: tuple[int, int], looks_the_same: Camera) -> None:
    assert looks_the_same(act, size=size)


@pytest.mark.parametrize("act", [assigned, due], ids=["assigned", "due"])
def test_dialog(act: Act, looks_the_same: Camera) -> None:
    assert looks_the_same(act, size=(80, 24))


@pytest.mark.parametrize("theme", THEMES)
def test_in_another_theme(theme: str, looks_the_same: Camera) -> None:
    assert looks_the_same(talked, size=(80, 24), theme=theme)
