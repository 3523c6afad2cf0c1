"""The customers screen: finding a customer, narrowing and sorting the list, preview, export; Esc never quits."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.driver import NOW, Crm
from tests.screens.conftest import Start

from crm_tui.domain.customers import CustomerChange
from crm_tui.domain.errors import Unavailable
from crm_tui.domain.normalise import fold
from crm_tui.screens.customers import CustomersScreen
from crm_tui.store.paging import Count
from crm_tui.store.sql.customers import SqlCustomers
from crm_tui.store.sql.store import SqlStore

KALLAVESI = "Kallavesi Marine Engineering Oy"


def names(crm: Crm) -> list[str]:
    """The names in the list, without marks."""
    return [row.lstrip("* ") for row in crm.rows]


async def test_typing_narrows_at_once_and_enter_goes_to_the_rows(start: Start) -> None:
    async with start() as crm:
        everything = crm.table.count
        await crm.press("/")
        await crm.type("kall")
        await crm.see("/  kall", f"{crm.table.count} match", KALLAVESI[:17])
        assert 1 < crm.table.count < everything
        await crm.press("enter", "down")
        assert crm.table.cursor_index == 1


@pytest.mark.parametrize(
    "typed",
    ["llavesi", "räsänen", "RASANEN jussi", "+358 40 555 0143", "040 555 0143", "0405550143", "10482", "jussi kuopio"],
)
async def test_a_customer_is_found_by_any_part_of_it(typed: str, start: Start) -> None:
    async with start() as crm:
        await crm.filter(typed)
        assert any(KALLAVESI in row for row in crm.rows), f"{typed!r} finds {crm.rows}"
        assert crm.table.count < 20


async def test_the_match_is_marked_in_the_row(start: Start) -> None:
    async with start() as crm:
        await crm.filter("marina kotka")
        assert crm.marked("▌")[:2] == ["Marina", "Kotka"]


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
        await crm.press(*["escape"] * 3)
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
        await crm.press("i")
        await crm.see("Nothing matches. Esc clears the filter.")
        await crm.press("i")
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


async def test_a_store_without_customers_says_how_to_import(start: Start, fresh_store: SqlStore) -> None:
    async with start(store=fresh_store) as crm:
        await crm.see("No customers yet. a adds one; many at once: crm-tui import FILE", "0 customers")
        await crm.press("enter", "end", "p", "r", "escape")
        assert isinstance(crm.app.screen, CustomersScreen)


async def test_chips_narrow_by_field_and_add_up(start: Start) -> None:
    async with start(size=(160, 40)) as crm:
        everything = crm.table.count
        await crm.press("F")
        await crm.see("Filter by", "Industry")
        await crm.choose("Owner")
        await crm.choose("Tuva Nilsen")
        await crm.see("Owner Tuva Nilsen ×")
        tuvas = names(crm)
        assert 0 < len(tuvas) < everything
        assert all(" TN" in row for row in crm.rows)
        await crm.press("F")
        await crm.choose("State")
        await crm.choose("inactive")
        await crm.see("State inactive ×")
        assert not set(names(crm)) & set(tuvas)
        await crm.press("F")
        await crm.choose("State")
        await crm.choose("any")
        assert set(tuvas) <= set(names(crm))
        await crm.press("escape")
        assert crm.table.count == everything


@pytest.mark.parametrize(
    ("chip", "value"),
    [("Segment", "Shipyards"), ("Keyword", "Steering group"), ("Role", "Procurement"), ("Industry", "Ship and boat")],
)
async def test_each_chip_finds_the_customer_that_has_the_value(chip: str, value: str, start: Start) -> None:
    async with start() as crm:
        everything = crm.table.count
        await crm.press("F")
        await crm.choose(chip)
        await crm.choose(value)
        assert any(KALLAVESI in row for row in crm.rows)
        assert crm.table.count < everything


async def test_a_click_on_a_chip_sets_it_and_a_click_on_its_cross_clears_it(start: Start) -> None:
    async with start() as crm:
        everything = crm.table.count
        await crm.click("List any")
        await crm.choose("favourites")
        assert crm.table.count == len([row for row in crm.rows if row.startswith("*")]) < everything
        await crm.click("×", line="List favourites")
        await crm.see("State any")
        await crm.click("favourites ×", at=-1)
        assert crm.table.count > everything


async def test_inactive_customers_are_shown_and_hidden_again(start: Start) -> None:
    async with start() as crm:
        active = crm.table.count
        await crm.press("i")
        await crm.see("State any")
        assert crm.table.count > active
        await crm.press("i")
        assert crm.table.count == active


async def test_sorting_by_a_dialog_and_by_a_click_on_a_head_and_round_again(start: Start) -> None:
    async with start() as crm:
        await crm.press("s")
        await crm.choose("Number")
        numbers = [row.split()[-1] for row in (line.split("  ")[0] for line in crm.rows)]
        await crm.see("No. ▴")
        found = crm.column("number")
        assert found == sorted(found, key=int)
        await crm.press("s")
        await crm.see("from the start; again turns it round")
        await crm.press("enter")
        await crm.see("No. ▾")
        assert crm.column("number") == found[::-1] != numbers
        await crm.click("City")
        cities = crm.column("city")
        assert cities == sorted(cities, key=fold)
        await crm.see("City ▴")


@pytest.mark.parametrize("by", ["Name", "Number", "City", "Owner", "Last activity", "Open value"])
async def test_every_order_lists_everybody_once_to_the_end(by: str, start: Start) -> None:
    async with start(size=(80, 24)) as crm:
        everybody = sorted(names(crm))
        await crm.press("s")
        await crm.choose(by)
        await crm.press("end")
        assert sorted(names(crm)) == everybody
        assert crm.table.cursor_index == len(everybody) - 1


async def test_the_preview_follows_the_cursor_and_goes_away(start: Start) -> None:
    async with start() as crm:
        await crm.filter("kall")
        await crm.see("╭─ Preview", "+358 17 555 0140", "Satamakatu 14 A 3", "Eeva Lahtinen")
        await crm.press("down")
        await crm.see("10001")
        crm.see_no("Satamakatu 14 A 3")
        await crm.press("p")
        crm.see_no("╭─ Preview")
        await crm.see("Phone")
        await crm.press("p", "up")
        await crm.see("╭─ Preview", "Satamakatu 14 A 3")


async def test_a_narrow_terminal_has_the_phone_in_the_list_and_says_why_no_preview(start: Start) -> None:
    async with start(size=(119, 40)) as crm:
        crm.see_no("Preview")
        await crm.filter("kallavesi")
        await crm.see("Phone", "+358 17 555 0140")
        await crm.press("p")
        await crm.expect_toast("the preview needs 120 columns, the terminal has 119")
        await crm.resize(120, 40)
        await crm.see("Preview", "Satamakatu 14 A 3")


async def test_a_favourite_is_marked_kept_and_found_by_its_chip(start: Start) -> None:
    async with start() as crm:
        await crm.filter("molde")
        assert crm.row.startswith(" Molde")
        await crm.press("*")
        assert crm.row.startswith("* Molde")
        await crm.press("escape", "F")
        await crm.choose("List")
        await crm.choose("favourites")
        assert [row for row in crm.rows if "Molde" in row]
        await crm.filter("molde")
        await crm.press("*")
        assert crm.table.count == 0


async def test_recent_customers_come_newest_first(start: Start) -> None:
    async with start() as crm:
        for name in ("molde", "kvarken"):
            await crm.open(name)
            await crm.press("escape", "escape")
        await crm.press("F")
        await crm.choose("List")
        await crm.choose("recent")
        assert ["Kvarken" in names(crm)[0], "Molde" in names(crm)[1]] == [True, True]


async def test_copying_asks_what_if_there_are_several(start: Start) -> None:
    async with start() as crm:
        await crm.filter("kallavesi")
        await crm.press("y")
        await crm.see("Copy", "VAT number", "FI90009649", "Eeva Lahtinen", "+358 40 555 0143")
        await crm.choose("VAT number")
        assert crm.app.clipboard == "FI90009649"
        await crm.press("y")
        await crm.choose("Address")
        assert crm.app.clipboard == "Satamakatu 14 A 3\n70100 Kuopio FI"
        await crm.press("y", "escape")
        assert crm.app.clipboard.startswith("Satamakatu")


async def test_opening_offers_calls_mail_and_website(start: Start) -> None:
    async with start() as crm:
        await crm.filter("kallavesi")
        await crm.press("o")
        await crm.see("Open", "Call", "Write", "mailto:toimisto@kallavesi.example")
        await crm.choose("Write")
        assert crm.app.opened == ["mailto:toimisto@kallavesi.example"]


async def test_export_writes_the_rows_that_are_listed_as_csv_and_as_json(start: Start, tmp_path: Path) -> None:
    async with start() as crm:
        await crm.filter("marin")
        listed = names(crm)
        await crm.press("E")
        await crm.see("Export", f"{len(listed)} customers", "customers-2026-11-18.csv")
        await crm.press("enter")
        await crm.expect_toast(f"{len(listed)} customers written")
        with (tmp_path / "customers-2026-11-18.csv").open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file, delimiter=";"))
        await crm.press("E")
        await crm.put(str(tmp_path / "out.json"))
        await crm.press("enter")
        await crm.expect_toast("out.json")
        found = json.loads((tmp_path / "out.json").read_text("utf-8"))
        assert len(rows) == len(found) == len(listed)


async def test_export_never_writes_over_a_file_unasked_and_says_what_is_wrong(start: Start, tmp_path: Path) -> None:
    there = tmp_path / "there.csv"
    there.write_text("mine")
    async with start() as crm:
        await crm.filter("kallavesi")
        await crm.press("E")
        await crm.put(str(tmp_path / "out.xlsx"))
        await crm.press("enter")
        await crm.see("End the name with .csv or .json")
        await crm.put(str(tmp_path / "no such folder" / "out.csv"))
        await crm.press("enter")
        await crm.see("can't be", "No such file or directory")
        await crm.put(str(there))
        await crm.press("enter")
        await crm.see("This file exists. Enter again replaces it, or choose another name.")
        assert there.read_text() == "mine"
        await crm.press("escape")
        assert there.read_text() == "mine"
        await crm.press("E")
        await crm.put(str(there))
        await crm.press("enter", "enter")
        await crm.expect_toast("1 customer written")
        assert KALLAVESI in there.read_text("utf-8")


async def test_reload_shows_what_others_changed_and_keeps_the_cursor(
    start: Start, open_sample: Callable[[str], SqlStore]
) -> None:
    async with start() as crm:
        await crm.press("down", "down", "down")
        row = crm.row
        other = open_sample("mikael")
        customer = crm.table.cursor_row
        assert customer is not None
        other.customers.set_favourite(int(customer.id), True)
        theirs = other.customers.preview(int(customer.id), NOW.date()).customer
        other.customers.update(theirs.id, theirs.revision, CustomerChange(phone="+358 9 000 0000"))
        crm.see_no("+358 9 000 0000")
        await crm.press("r")
        assert crm.row == row
        await crm.see("+358 9 000 0000")


async def test_a_store_that_fails_says_so_and_the_screen_stays(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_: object, **__: object) -> Count:
        raise Unavailable("The store is busy; try again.")

    async with start() as crm:
        monkeypatch.setattr(SqlCustomers, "count", busy)
        monkeypatch.setattr(SqlCustomers, "page", busy)
        await crm.press("i")
        await crm.expect_toast("The store is busy; try again.")
        monkeypatch.undo()
        await crm.press("r")
        await crm.see("Customers", KALLAVESI[:17])
