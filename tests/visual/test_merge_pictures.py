"""Pictures of duplicates and of what makes one of two. Look at each one before it is kept."""

from __future__ import annotations

import pytest
from tests.driver import Crm
from tests.screens.kallavesi import cursor_on, menu, store_of
from tests.screens.twins import AGAIN, enter_twice
from tests.visual.camera import SIZES, Act, Camera

from crm_tui.domain.contacts import NewContact


async def customers(crm: Crm) -> None:
    enter_twice(store_of(crm))
    await crm.press("4")


async def contacts(crm: Crm) -> None:
    await customers(crm)
    await crm.press("F")
    cursor_on(crm, "Eva")
    await crm.settle()


async def dismissed(crm: Crm) -> None:
    await contacts(crm)
    await crm.press("N", "D")
    crm.app.clear_notifications()
    await crm.settle()


async def merge_customers(crm: Crm) -> None:
    await customers(crm)
    await crm.press("enter", "j", "j", "l")


async def merge_contacts(crm: Crm) -> None:
    await contacts(crm)
    await crm.press("enter")
    crm.table.move_to(next(place for place, row in enumerate(crm.rows) if row.startswith("E-mails")))
    await crm.settle()


async def asked(crm: Crm) -> None:
    await merge_contacts(crm)
    await crm.press("ctrl+s")


async def picks(crm: Crm) -> None:
    enter_twice(store_of(crm))
    await crm.open(AGAIN)
    await menu(crm, "Merge with")


async def kept(crm: Crm) -> None:
    """A merge that was taken back after somebody was added to the one that stays."""
    twins = enter_twice(store_of(crm))
    await crm.press("4", "enter", "ctrl+s", "D")
    store_of(crm).contacts.create(NewContact(customer=twins.first.id, first_name="Later", last_name="Comer"))
    await menu_of_changes(crm)


async def menu_of_changes(crm: Crm) -> None:
    await crm.press(":")
    await crm.choose("My changes")
    cursor_on(crm, "erge")
    await crm.press("enter")
    crm.app.clear_notifications()
    await crm.settle()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("act", [customers, merge_customers], ids=["duplicates", "merge"])
def test_sizes(act: Act, size: tuple[int, int], looks_the_same: Camera) -> None:
    assert looks_the_same(act, size=size)


@pytest.mark.parametrize("theme", ["crm-light", "ansi-dark"])
@pytest.mark.parametrize("act", [contacts, merge_contacts], ids=["duplicates", "merge"])
def test_theme(act: Act, theme: str, looks_the_same: Camera) -> None:
    assert looks_the_same(act, theme=theme)


SMALL = {"contacts": merge_contacts, "asked": asked, "dismissed": dismissed, "picks": picks, "kept": kept}


@pytest.mark.parametrize("act", SMALL.values(), ids=SMALL)
def test_small(act: Act, looks_the_same: Camera) -> None:
    assert looks_the_same(act, size=(80, 24))
