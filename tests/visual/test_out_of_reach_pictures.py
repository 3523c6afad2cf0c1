"""The header while the store does not answer: in words, in every theme and in little room."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace
from tests.driver import NOW, Crm
from tests.visual.camera import Camera

from crm_tui.screens.changing import Changing
from crm_tui.store.reach import Reach

LOST = Reach(offline_since=NOW - timedelta(minutes=17), as_of=NOW - timedelta(minutes=19))


async def lose(crm: Crm, reach: Reach = LOST) -> None:
    """The store is out of reach from now on."""
    setattr(crm.app.session.store, "reach", lambda: reach)  # noqa: B010 - the place of a method
    screen = crm.app.screen
    assert isinstance(screen, Changing)
    screen.look_for_changes()
    await crm.settle()


async def card(crm: Crm) -> None:
    """A card that was read before."""
    await crm.open("kallavesi")
    await lose(crm)


async def card_without_database(crm: Crm) -> None:
    """A card that was read before, at a server that does not reach its database."""
    await crm.open("kallavesi")
    await lose(crm, replace(LOST, only_database=True))


@pytest.mark.parametrize(
    ("size", "theme"), [((80, 24), "ansi-dark"), ((120, 40), "crm-light")], ids=["small-ansi", "wide-light"]
)
def test_list(size: tuple[int, int], theme: str, looks_the_same: Camera) -> None:
    assert looks_the_same(lose, size=size, theme=theme)


@pytest.mark.parametrize(
    ("size", "theme"), [((80, 24), "crm-dark"), ((120, 40), "ansi-light")], ids=["small-dark", "wide-ansi"]
)
def test_card(size: tuple[int, int], theme: str, looks_the_same: Camera) -> None:
    assert looks_the_same(card, size=size, theme=theme)


@pytest.mark.parametrize(
    ("size", "theme"), [((80, 24), "ansi-dark"), ((200, 60), "crm-light")], ids=["small-ansi", "widest-light"]
)
def test_card_without_database(size: tuple[int, int], theme: str, looks_the_same: Camera) -> None:
    assert looks_the_same(card_without_database, size=size, theme=theme)
