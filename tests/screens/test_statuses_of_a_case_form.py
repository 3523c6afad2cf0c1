"""What a case's form does with its status: what follows is filled in and put back, what is hidden is left out."""

from __future__ import annotations

from typing import Any

import pytest
from tests.driver import Crm
from tests.screens.conftest import Start
from tests.screens.kallavesi import case_of, cursor_on

from crm_tui.domain.cases import SalesState
from crm_tui.domain.errors import Invalid
from crm_tui.store.sql.cases import SqlCases


async def edit(crm: Crm, name: str) -> None:
    """Open a case of Kallavesi's in the form."""
    await crm.open("kallavesi")
    await crm.tab(2)
    await crm.panel("cases")
    cursor_on(crm, name)
    await crm.press("e")


def shown(crm: Crm, *names: str) -> list[Any]:
    return [crm.form.form.fields[name].value for name in names]


async def test_an_open_case_that_is_won_and_open_again_has_its_own_chance_and_date(start: Start) -> None:
    async with start() as crm:
        await edit(crm, "Ballast")
        begun = shown(crm, "probability", "expected_order_date")
        assert begun[0] == "70"
        await crm.fill(sales_status="Won")
        assert shown(crm, "probability", "expected_order_date") == ["100", "18 Nov 2026"]
        await crm.fill(sales_status="Negotiation")
        assert shown(crm, "probability", "expected_order_date") == begun
        await crm.fill(sales_status="Won")
        await crm.fill(probability="85", expected_order_date="20 Nov 2026")
        await crm.fill(sales_status="Negotiation")
        assert shown(crm, "probability", "expected_order_date") == ["85", "20 Nov 2026"]


async def test_a_project_that_is_lost_and_won_again_has_its_chance(start: Start) -> None:
    async with start() as crm:
        await edit(crm, "Deck crane")
        begun = shown(crm, "probability", "expected_order_date")
        await crm.fill(sales_status="Lost")
        assert shown(crm, "probability") == ["0"]
        await crm.fill(sales_status="Won")
        assert shown(crm, "probability", "expected_order_date") == begun
        assert not crm.form.is_changed


async def test_what_is_hidden_is_neither_checked_nor_saved(start: Start) -> None:
    async with start() as crm:
        await edit(crm, "Deck crane")
        before = case_of(crm, 2104).case
        await crm.fill(completion="500", sales_status="Lost")
        await crm.fill(lost_reason="Too dear", sales_status="Won")
        await crm.fill(sales_status="Negotiation", name="Deck crane, again")
        await crm.save()
        after = case_of(crm, 2104).case
        assert (after.name, after.sales_state) == ("Deck crane, again", SalesState.OPEN)
        assert (after.completion, after.lost_reason) == (before.completion, None)


async def test_what_the_store_refuses_of_a_hidden_field_is_said_below(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(*args: Any, **kwargs: Any) -> Any:
        raise Invalid("lost_reason", "is too long")

    monkeypatch.setattr(SqlCases, "update", refuses)
    async with start() as crm:
        await edit(crm, "Deck crane")
        await crm.fill(name="Deck crane, again")
        await crm.press("ctrl+s")
        await crm.see("! Lost reason: is too long")
