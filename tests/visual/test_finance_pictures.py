"""Pictures of the financials: what is below zero, the cases behind a figure, a forecast,
an invoice. Look at each one before it is kept."""

from __future__ import annotations

import pytest
from tests.driver import Crm
from tests.visual.camera import THEMES, Act, Camera

from crm_tui.domain.finance import ActualEntry
from crm_tui.domain.periods import Month
from crm_tui.store.finance import Figure


def keys(*pressed: str) -> Act:
    """On tab 4 of Kallavesi's card: press keys."""

    async def act(crm: Crm) -> None:
        await crm.open("kallavesi")
        await crm.tab(4)
        await crm.press(*pressed)

    return act


async def losses(crm: Crm) -> None:
    """A month in which more was spent than earned."""
    store, october = crm.app.session.store, Month(2026, 10)
    customer = store.customers.by_number(10482)
    case = store.finance.behind(customer.id, october, 1, Figure.BILLING, None).rows[0].case
    (actual,) = store.finance.actuals(case, october, 1)
    entry = ActualEntry(case=case, year=2026, month=10, billed=1_000_00, labor_cost=31_500_00, other_cost=2_000_00)
    store.finance.put_actual(entry, actual.revision)
    await keys("G", "k")(crm)


SHOTS: dict[str, Act] = {
    "losses": losses,
    "cases behind": keys("left", "enter", "j", "j"),
    "forecast": keys("left", "enter", "j", "j", "e"),
    "new forecast": keys(*["."] * 12, "a"),
    "invoice": keys("tab", "j", "j", "enter"),
}


@pytest.mark.parametrize("theme", THEMES)
def test_financials_in_another_theme(looks_the_same: Camera, theme: str) -> None:
    assert looks_the_same(losses, size=(80, 24), theme=theme)


@pytest.mark.parametrize("name", SHOTS)
def test_around_the_figures(looks_the_same: Camera, name: str) -> None:
    assert looks_the_same(SHOTS[name])


def test_what_permissions_leave_out(looks_the_same: Camera) -> None:
    assert looks_the_same(keys("l", "l", "l"), size=(80, 24), login="tuva")
