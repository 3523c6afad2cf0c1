"""Pictures of the lists over all customers, of saved views, and of making a mailing list."""

from __future__ import annotations

import pytest
from tests.driver import Crm
from tests.visual.camera import SIZES, Camera

from crm_tui.store.contacts import ContactQuery
from crm_tui.store.customers import CustomerQuery


async def contacts(crm: Crm) -> None:
    """Those with a keyword, the cursor on one of many words."""
    await crm.press("2", "F")
    await crm.choose("Keyword")
    await crm.choose("Christmas card")
    await crm.press("j", "j")


async def mine(crm: Crm) -> None:
    await crm.press("3", "j")


async def mailing(crm: Crm) -> None:
    await contacts(crm)
    await crm.press("E")
    await crm.put("christmas.csv")


async def views(crm: Crm) -> None:
    store = crm.app.session.store
    me = store.users.me().user.id
    store.views.save_customers("Mine, marine", CustomerQuery(text="marin", owner=me))
    store.views.save_customers("Everybody's, also inactive ones", CustomerQuery(active=None))
    store.views.save_contacts("Not of this list", ContactQuery())
    await crm.press("v")
    await crm.choose("Mine, marine")
    await crm.press("v")


@pytest.mark.parametrize("size", SIZES)
def test_contacts(size: tuple[int, int], looks_the_same: Camera) -> None:
    assert looks_the_same(contacts, size=size)


@pytest.mark.parametrize("size", SIZES)
def test_mine(size: tuple[int, int], looks_the_same: Camera) -> None:
    assert looks_the_same(mine, size=size, login="liisa" if size[0] == 120 else "sanna")


@pytest.mark.parametrize("act", [mailing, views], ids=["mailing", "views"])
@pytest.mark.parametrize("theme", ["crm-dark", "crm-light", "ansi-dark"])
def test_dialogs(act: object, theme: str, looks_the_same: Camera) -> None:
    assert callable(act)
    assert looks_the_same(act, size=(80, 24), theme=theme)


@pytest.mark.parametrize("theme", ["crm-light", "ansi-dark"])
def test_late_ones(theme: str, looks_the_same: Camera) -> None:
    assert looks_the_same(mine, theme=theme)
