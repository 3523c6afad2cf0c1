"""Pictures of the forms and of what belongs to them. Look at each one before it is kept."""

from __future__ import annotations

import pytest
from tests.driver import Crm
from tests.visual.camera import MOSTLY_LATER, THEMES, Act, Camera


def keys(panel: str, *pressed: str, choose: str = "") -> Act:
    """On Kallavesi's card: go to a panel, press keys, and choose an entry of the list that opens."""

    async def act(crm: Crm) -> None:
        await crm.open("kallavesi")
        await crm.panel(panel)
        await crm.press(*pressed)
        if choose:
            await crm.choose(choose)

    return act


async def contact_with_an_error(crm: Crm) -> None:
    await keys("contacts", "e")(crm)
    await crm.fill(last_name="", emails="ingrid@")
    await crm.press("ctrl+s")


async def quick_todo(crm: Crm) -> None:
    await keys("contacts", "t")(crm)
    await crm.put("Call Eeva about the cranes fri 14:00")


async def meeting(crm: Crm) -> None:
    await keys("activities", "a", choose="Calendar")(crm)
    await crm.fill(name="Kick-off", starts="fri 14:00", ends="15:30", contact_participants="Eeva")


async def customer_with_a_wrong_vat_number(crm: Crm) -> None:
    await keys("details", "e")(crm)
    await crm.fill(vat_number="FI 123")
    await crm.press("tab")


async def history(crm: Crm) -> None:
    await keys("details", "e")(crm)
    await crm.fill(description="Ballast and deck machinery for lakes, coast and offshore.", industry="Metal")
    await crm.save()
    await crm.press("C")


async def throw_away(crm: Crm) -> None:
    await quick_todo(crm)
    await crm.press("escape")


async def new_customer(crm: Crm) -> None:
    await crm.press("a")


FORMS: dict[str, Act] = {
    "new customer": new_customer,
    "customer": customer_with_a_wrong_vat_number,
    "address": keys("addresses", "e"),
    "contact": contact_with_an_error,
    "new contact": keys("contacts", "a"),
    "role": keys("contacts", "e", "tab", "tab", "tab", "enter"),
    "note": keys("contacts", "n"),
    "to-do": quick_todo,
    "meeting": meeting,
    "task": keys("activities", "a", choose="Project task"),
    "link": keys("files", "a", choose="Link"),
    "help": keys("contacts", "a", "f1"),
    "menu": keys("contacts", "m"),
    "headquarters": keys("addresses", "H"),
    "add an activity": keys("activities", "a"),
    "history": history,
    "throw away": throw_away,
}


@pytest.mark.parametrize("size", MOSTLY_LATER)
@pytest.mark.parametrize("act", FORMS.values(), ids=FORMS)
def test_form(act: Act, size: tuple[int, int], looks_the_same: Camera) -> None:
    assert looks_the_same(act, size=size)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(
    "name",
    ["contact", *(pytest.param(name, marks=pytest.mark.soak) for name in ("customer", "to-do", "meeting", "menu"))],
)
def test_form_in_another_theme(name: str, theme: str, looks_the_same: Camera) -> None:
    assert looks_the_same(FORMS[name], theme=theme)
