"""The customers screen: finding a customer, narrowing and sorting the list, preview, export; Esc never quits."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.driver import NOW, Crm
from tests.screens.conftest import Start

from crm_tui.domain.errors import Unavailable
from crm_tui.screens.customers import CustomersScreen
from crm_tui.store.customers import CustomerQuery
from crm_tui.store.paging import Count
from crm_tui.store.sql.connections import Database
from crm_tui.store.sql.setup import set_up
from crm_tui.store.sql.store import SqlStore, open_store

KALLAVESI = "Kallavesi Marine Engineering Oy"


def names(crm: Crm) -> list[str]:
    """The names in the list, without marks."""
    return [row.lstrip("* ") for row in crm.rows]


async def test_typing_narrows_at_once_and_enter_goes_to_the_rows(start: Start) -> None:
    async with start() as crm:
        everything = crm.table.count
        await crm.press("/")
        await crm.type("kall")
        await crm.see("/  kall", "2 match", KALLAVESI)
        assert crm.table.count == 2 < everything
        await crm.press("enter", "down")
        assert "Kallio & Fjord" in crm.row


@pytest.mark.parametrize(
    "typed",
    ["llavesi", "räsänen", "RASANEN jussi", "+358 40 555 0143", "040 555 0143", "0405550143", "10482", "satama kuopio"],
)
async def test_a_customer_is_found_by_any_part_of_it(typed: str, start: Start) -> None:
    async with start() as crm:
        await crm.filter(typed)
        assert any(KALLAVESI in row for row in crm.rows), f"{typed!r} finds {crm.rows}"
        assert crm.table.count < 20


async def test_the_match_is_marked_in_the_row(start: Start) -> None:
    async with start() as crm:
        await crm.filter("marina kotka")
        line = next(line for line in crm.lines() if "Marina Kotka" in line)
        marked = crm.marked(line)
        assert marked[:2] == ["Marina", "Kotka"]


async def test_esc_clears_what_was_typed_then_the_chips_and_never_quits(start: Start) -> None:
    async with start() as crm:
        everything = crm.table.count
        await crm.press("i")
        await crm.filter("kallavesi")
        assert crm.table.count == 1
        await crm.press("escape")
        assert crm.table.count > everything
        await crm.press("escape")
        assert crm.table.count == everything
        await crm.press(*["escape"] * 5)
        await crm.press("/")
        await crm.type("zz")
        await crm.press("escape", "escape", "escape")
        assert crm.app.is_running
        assert crm.focused_panel is not None
        assert crm.table.count == everything


async def test_q_leaves_from_the_rows_and_is_a_letter_while_typing(start: Start) -> None:
    async with start() as crm:
        await crm.press("/", "q")
        assert crm.app.is_running
        await crm.see("/  q")
        await crm.press("enter", "q")
        assert crm.app._exit


async def test_end_and_home_reach_the_last_and_the_first(start: Start) -> None:
    async with start(size=(80, 24)) as crm:
        first = crm.row
        await crm.press("end")
        assert crm.table.cursor_index == crm.table.count - 1 > 40
        await crm.see(f"of {crm.table.count} ")
        last = crm.row
        await crm.press("g")
        assert crm.row == first != last
        await crm.press("G", "pagedown", "k", "pageup", "ctrl+d", "ctrl+u", "home")
        assert crm.row == first


async def test_empty_lists_say_what_to_do_next(start: Start) -> None:
    async with start() as crm:
        await crm.filter("xyzzy nobody")
        await crm.see("Nothing matches. i shows inactive ones too, Esc clears the filter.", "0 match")
        for key, command in (("y", "Copy"), ("o", "Open link"), ("E", "Export"), ("*", "Favourite")):
            await crm.press(key)
            await crm.expect_toast(f"{command}: there is no customer in the list")
        await crm.press("enter", "down", "end", "home", "escape")
        assert crm.table.count > 40
        await crm.press("F")
        await crm.choose("Keyword")
        await crm.choose("Fair 2019")
        await crm.press("F")
        await crm.choose("Industry")
        await crm.choose("Public administration")
        if crm.table.count == 0:
            await crm.see("No customer is like that. F changes the filters, Esc clears them.")


async def test_a_store_without_customers_says_how_to_import(start: Start, tmp_path: Path) -> None:
    database = Database.open(tmp_path / "fresh.db")
    set_up(database, FIRST, NOW)
    database.close()
    store = open_store(tmp_path / "fresh.db", login="admin", clock=lambda: NOW)
    try:
        async with start(store=store) as crm:
            await crm.see("No customers yet. Import some with: crm-tui import FILE", "0 customers")
    finally:
        store.close()
