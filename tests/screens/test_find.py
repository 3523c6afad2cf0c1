"""Find anything: one line over everything that has a name or a number; Enter lands on its tab and row."""

from __future__ import annotations

import pytest
from tests.screens.conftest import Start

from crm_tui.domain.errors import Unavailable
from crm_tui.screens.customer_card import CustomerCardScreen
from crm_tui.screens.customers import CustomersScreen
from crm_tui.screens.dialogs.find import FindDialog
from crm_tui.store.sql.search import SqlSearch

KALLAVESI = "Kallavesi Marine Engineering Oy"


@pytest.mark.parametrize(
    ("typed", "hit", "tab", "panel", "row"),
    [
        ("kallavesi marine", KALLAVESI, "1 Contact", "contacts", ""),
        ("10482", KALLAVESI, "1 Contact", "contacts", ""),
        ("FI90009649", KALLAVESI, "1 Contact", "contacts", ""),
        ("lahtinen eeva", "Eeva Lahtinen", "1 Contact", "contacts", "Eeva Lahtinen"),
        ("040 555 0143", "Eeva Lahtinen", "1 Contact", "contacts", "Eeva Lahtinen"),
        ("+358405550143", "Eeva Lahtinen", "1 Contact", "contacts", "Eeva Lahtinen"),
        ("eeva.lahtinen@kallavesi", "Eeva Lahtinen", "1 Contact", "contacts", "Eeva Lahtinen"),
        ("2240", "Ballast water retrofit", "2 Sales", "cases", "Ballast water retrofit"),
        ("anne.holopainen@kallavesi", "Anne Holopainen", "1 Contact", "contacts", "Anne Holopainen"),
        ("2219", "Tank coating inspection", "2 Sales", "cases", "Tank coating inspection"),
        ("winter lay-up", "Winter lay-up plan", "2 Sales", "cases", "Winter lay-up plan"),
        ("2150", "Class renewal", "2 Sales", "cases", "Class renewal"),
    ],
)
async def test_enter_lands_on_the_tab_and_row_where_it_is(
    typed: str, hit: str, tab: str, panel: str, row: str, start: Start
) -> None:
    async with start() as crm:
        await crm.find(typed)
        await crm.choose(hit)
        assert isinstance(crm.app.screen, CustomerCardScreen)
        assert KALLAVESI in crm.customer
        assert crm.focused_panel is not None
        assert crm.focused_panel.id == panel
        assert row in crm.row
        await crm.see(tab)


async def test_an_invoice_is_found_by_its_number(start: Start) -> None:
    async with start() as crm:
        await crm.find("2026-0421")
        await crm.press("enter")
        assert crm.focused_panel is not None
        assert crm.focused_panel.id == "invoices"
        assert "2026-0421" in crm.row


async def test_it_says_what_can_be_typed_and_when_nothing_is_found(start: Start) -> None:
    async with start(size=(80, 24)) as crm:
        await crm.press("f")
        await crm.see("Find anything", "Type any part of it: words in any order, numbers in any form.")
        await crm.type("qqqqzz")
        await crm.see("Nothing is called so, and no number begins so.")
        await crm.press("enter", "up", "down")
        assert isinstance(crm.app.screen, FindDialog)
        await crm.put("")
        await crm.see("Type any part of it")
        await crm.press("escape")
        assert isinstance(crm.app.screen, CustomersScreen)


async def test_the_arrows_choose_and_the_match_is_marked(start: Start) -> None:
    async with start() as crm:
        await crm.find("lahtinen")
        assert crm.table.count > 1
        first = crm.row
        await crm.press("down")
        assert crm.row != first
        await crm.press("up")
        assert crm.row == first
        assert "Lahtinen" in crm.marked("▌contact")


async def test_many_hits_are_capped_and_it_is_said(start: Start) -> None:
    async with start() as crm:
        await crm.find("m")
        await crm.see("the first 50")
        assert crm.table.count == 50


async def test_from_a_card_it_shows_the_other_customer_on_the_same_card(start: Start) -> None:
    async with start() as crm:
        await crm.open("molde")
        await crm.find("eeva lahtinen kallavesi")
        await crm.press("enter")
        assert KALLAVESI in crm.customer
        await crm.press("backspace")
        assert "Molde" in crm.customer
        await crm.press("escape")
        assert isinstance(crm.app.screen, CustomersScreen)


async def test_a_failing_store_is_said_in_the_dialog(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_: object, **__: object) -> None:
        raise Unavailable("The store is busy; try again.")

    async with start() as crm:
        await crm.press("f")
        monkeypatch.setattr(SqlSearch, "anything", busy)
        await crm.type("x")
        await crm.see("The store is busy; try again.")
        monkeypatch.undo()
        await crm.put("kallavesi")
        await crm.see(KALLAVESI)
