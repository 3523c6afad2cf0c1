"""The customer card: its tabs and panels, going from customer to customer, reading in full, sizes, permissions."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.driver import Crm
from tests.screens.conftest import Start

from crm_tui.domain.customers import CustomerChange
from crm_tui.domain.entities import Kind
from crm_tui.screens.card_tab import CardTab
from crm_tui.screens.contact_panel import ContactPanel
from crm_tui.screens.customer_card import CustomerCardScreen
from crm_tui.screens.customers import CustomersScreen
from crm_tui.screens.dialogs.reading import ReadingDialog
from crm_tui.screens.session import CardRequest
from crm_tui.store.sql.store import SqlStore
from crm_tui.widgets.panel_columns import PanelColumns
from crm_tui.widgets.tab_strip import TabStrip

KALLAVESI = "Kallavesi Marine Engineering Oy"
PANELS = {
    1: ["details", "addresses", "contacts", "activities", "files"],
    2: ["cases", "case"],
    4: ["finance", "invoices"],
}


def panels(crm: Crm) -> PanelColumns:
    """The panels of the tab that is shown."""
    return next(columns for columns in crm.app.screen.query(PanelColumns) if columns.parent and columns.parent.display)


async def test_the_card_opens_on_its_first_tab_with_key_figures_in_the_strip(start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        await crm.see("10482", "● Active", "owner Sanna Virtanen", "6 contacts", "184 200 EUR  1 250 000 NOK", "late")
        await crm.see("FI90009649", "Satamakatu 14 A 3", "Eeva Lahtinen", "Frame agreement 2025–2027.pdf", "Planned")
        assert crm.focused_panel is not None
        assert crm.focused_panel.id == "contacts"


async def test_a_tab_is_made_when_it_is_first_shown(start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        assert len(crm.app.screen.query(CardTab)) == 1
        await crm.tab(3)
        await crm.tab(1)
        assert len(crm.app.screen.query(CardTab)) == 2


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (1, ["Details", "Addresses", "Contacts", "Activities", "Files & links"]),
        (2, ["Open cases 10 of 12", "Sales cases  5", "Projects  5", "2231 Crane foundation, quay 4", "Weighted"]),
        (3, ["Not started", "In progress", "Collaboration notes", "Files & links"]),
        (4, ["Forecast and actual", "Invoices", "Margin", "2026-0431"]),
        (5, ["Billing defaults", "Market segmentation", "Changes", "Shipyards"]),
    ],
)
async def test_each_tab_stands_with_its_panels_in_every_size(number: int, shown: list[str], start: Start) -> None:
    async with start(size=(200, 60)) as crm:
        await crm.open("kallavesi")
        await crm.tab(number)
        await crm.see(*shown)
        await crm.resize(120, 40)
        await crm.see(*shown[:2])
        await crm.resize(80, 24)
        await crm.see(shown[0].split()[0])
        assert crm.focused_panel is not None


async def test_tabs_typed_faster_than_they_can_be_drawn_end_on_the_last_with_the_focus_in_it(start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        await crm.pilot.press("2", "3", "4", "5", "4")
        await crm.settle()
        assert crm.app.screen.query_one(TabStrip).active == 4
        assert crm.focused_panel is not None
        assert crm.focused_panel in panels(crm).panels
        await crm.see("Forecast and actual")


async def test_a_tab_that_is_gone_before_it_is_made_never_takes_the_focus(start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        screen = crm.app.screen
        assert isinstance(screen, CustomerCardScreen)
        for number in (2, 3, 4, 5, 1):
            await screen.run_command(f"card.tab_{number}")
        await crm.settle()
        assert crm.focused_panel is not None
        assert crm.focused_panel.id == "contacts"


@pytest.mark.parametrize("number", PANELS)
async def test_tab_goes_round_the_panels_in_reading_order_and_back(number: int, start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        await crm.tab(number)
        first = crm.focused_panel
        found = []
        for _ in PANELS[number]:
            assert crm.focused_panel is not None
            found.append(crm.focused_panel.id)
            await crm.press("tab")
        assert crm.focused_panel is first
        place = PANELS[number].index(found[0] or "")
        assert found == PANELS[number][place:] + PANELS[number][:place]
        await crm.press("shift+tab")
        assert crm.focused_panel is not None
        assert crm.focused_panel.id == found[-1]


async def test_on_a_small_screen_the_panels_are_an_accordion(start: Start) -> None:
    async with start(size=(80, 24)) as crm:
        await crm.open("kallavesi")
        await crm.see("Details", "FI90009649", "Addresses", "◆ Satamakatu", "Activities", "Files & links", "▸")
        for panel in PANELS[1]:
            opened = await crm.panel(panel)
            assert [each.id for each in panels(crm).panels if not each.closed] == [panel]
            assert opened.outer_size.height > 10
        await crm.click("Addresses")
        assert crm.focused_panel is not None
        assert crm.focused_panel.id == "addresses"


async def test_a_closed_panel_says_the_one_thing_worth_knowing(start: Start) -> None:
    async with start(size=(80, 24)) as crm:
        await crm.open("kallavesi")
        await crm.see(
            "Activities 49  18 planned, ! 3 late, last: 5 h ago", "Files & links 12  Frame agreement 2025–2027.pdf"
        )
        await crm.tab(4)
        await crm.see("Invoices 23  ! 1 late  outstanding  37 525 EUR")
        await crm.tab(5)
        await crm.see("Market segmentation 5", "Changes 6  last: 6 h ago, Employees 132 to 140")


async def test_the_footer_follows_the_rows_that_arrive(start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        await crm.tab(2)
        await crm.see("y Copy")


async def test_next_and_previous_follow_the_filtered_list_and_keep_the_tab(start: Start) -> None:
    async with start() as crm:
        await crm.filter("marin")
        listed = crm.column("name")
        await crm.press("home", "enter")
        await crm.tab(2)
        await crm.see(f"1 of {len(listed)}")
        await crm.press("K")
        await crm.expect_toast("this is the first customer of the list")
        for place, name in enumerate(listed[1:4], 2):
            await crm.press("J")
            assert f"{name}  " in crm.customer
            await crm.see(f"{place} of {len(listed)}")
        assert crm.app.screen.query_one(TabStrip).active == 2
        await crm.press("K", "K", "K")
        await crm.see(f"1 of {len(listed)}")
        await crm.press("escape")
        assert isinstance(crm.app.screen, CustomersScreen)
        await crm.see("/  marin")


async def test_the_last_customer_has_no_next_one_and_it_is_said(start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        await crm.see("1 of 1")
        await crm.press("J")
        await crm.expect_toast("Next customer: this is the last customer of the list")


async def test_a_held_key_ends_on_one_customer_with_all_its_panels(start: Start) -> None:
    async with start() as crm:
        await crm.press("enter")
        screen = crm.app.screen
        assert isinstance(screen, CustomerCardScreen)
        for _ in range(6):
            await crm.press("J")
        shown = crm.customer.split("›")[1].split("  ")[0].strip()
        await crm.panel("details")
        await crm.press("y")
        await crm.see(shown)
        await crm.choose("Name")
        assert crm.app.clipboard == shown


async def test_backspace_switches_between_the_last_two_views(start: Start) -> None:
    async with start() as crm:
        await crm.press("backspace")
        await crm.expect_toast("no other view was open yet")
        await crm.open("kallavesi")
        await crm.tab(4)
        await crm.press("backspace")
        assert crm.app.screen.query_one(TabStrip).active == 1
        await crm.press("backspace")
        assert crm.app.screen.query_one(TabStrip).active == 4
        await crm.press("escape", "escape")
        await crm.open("molde")
        await crm.press("backspace")
        assert isinstance(crm.app.screen, CustomersScreen)
        await crm.press("backspace")
        assert "Molde" in crm.customer


async def test_reload_shows_what_others_changed_and_keeps_tab_panel_and_cursor(
    start: Start, open_sample: Callable[[str], SqlStore]
) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        await crm.panel("contacts")
        await crm.press("down", "down")
        row = crm.row
        other = open_sample("mikael")
        customer = other.customers.by_number(10482)
        other.customers.update(customer.id, customer.revision, CustomerChange(phone="+358 9 000 0000"))
        await crm.press("r")
        await crm.see("+358 9 000 0000")
        assert crm.row == row
        assert crm.focused_panel is not None
        assert crm.focused_panel.id == "contacts"


async def test_a_customer_that_was_deleted_meanwhile_is_said_and_nothing_breaks(
    start: Start, open_sample: Callable[[str], SqlStore]
) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        crm.app.session.open_card(CardRequest(999_999))
        await crm.expect_toast("This customer was deleted.")
        assert isinstance(crm.app.screen, CustomersScreen)


async def test_the_favourite_mark_is_toggled_from_the_card(start: Start) -> None:
    async with start() as crm:
        await crm.open("molde")
        crm.see_no("* favourite")
        await crm.press("*")
        await crm.see("* favourite")
        await crm.press("*")
        crm.see_no("* favourite")


async def test_inactive_contacts_and_closed_cases_are_shown_and_hidden(start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        await crm.see("i 2 inactive hidden")
        crm.see_no("Anne Holopainen")
        await crm.press("i")
        await crm.see("Anne Holopainen", "Risto Ahonen", "i 2 inactive shown")
        await crm.press("i")
        crm.see_no("Anne Holopainen")
        await crm.tab(2)
        await crm.see("i 2 closed hidden")
        await crm.press("i")
        await crm.see("Tank coating inspection", "✗ Lost", "i 2 closed shown")
        await crm.press("i")
        crm.see_no("Tank coating inspection")


async def test_a_wanted_row_is_not_taken_for_missing_by_what_the_cursor_did_before(start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        await crm.panel("contacts")
        await crm.press("i")
        anne = next(crm.table.row_at(place) for place, row in enumerate(crm.rows) if "Anne Holopainen" in row)
        await crm.press("i")
        panel = crm.focused_panel
        assert anne is not None
        assert isinstance(panel, ContactPanel)
        crm.table.step(1)  # the panel is told of it after it asked for other rows
        panel.want_row(crm.table, anne.id)
        panel.do_list_inactive()
        await crm.settle()
        assert "Anne Holopainen" in crm.row


async def test_an_erased_person_is_named_by_the_words_for_it(start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        await crm.see("Deleted Cont")
        await crm.press("i")
        assert not any("Deleted Contact" in row for row in crm.rows)


@pytest.mark.parametrize(
    ("tab", "panel", "shown"),
    [
        (1, "addresses", ["Headquarters", "Satamakatu 14 A 3", "Used for", "Created"]),
        (1, "contacts", ["Ingrid Aasen", "ingrid.aasen@kallavesi.example", "Created"]),
        (1, "activities", ["Review class drawings, rev. C", "Created"]),
        (1, "files", ["Frame agreement 2025–2027.pdf", "Created"]),
        (2, "cases", ["2231 Crane foundation, quay 4", "Weighted", "25 020 EUR", "Created"]),
        (4, "invoices", ["2026-0431", "Created"]),
    ],
)
async def test_enter_reads_in_full_and_esc_comes_back_to_the_row(
    tab: int, panel: str, shown: list[str], start: Start
) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        await crm.tab(tab)
        await crm.panel(panel)
        row = crm.row
        await crm.press("enter")
        assert isinstance(crm.app.screen, ReadingDialog)
        await crm.see(*shown, "Esc close")
        await crm.press("j", "G", "g", "pagedown", "escape")
        assert isinstance(crm.app.screen, CustomerCardScreen)
        assert crm.row == row


async def test_a_reading_dialog_copies_and_opens(start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        await crm.panel("contacts")
        await crm.press("enter", "y")
        await crm.see("Copy", "Phone, mobile", "E-mail, work")
        await crm.choose("E-mail, work")
        assert crm.app.clipboard == "ingrid.aasen@kallavesi.example"
        await crm.press("o")
        await crm.choose("Call")
        assert crm.app.opened == ["tel:+47 405 55 016"]
        await crm.press("escape")
        assert isinstance(crm.app.screen, CustomerCardScreen)


async def test_where_nothing_can_be_copied_it_says_why(start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        await crm.panel("addresses")
        await crm.press("down", "o")
        await crm.expect_toast("there is no link, e-mail or phone number where the cursor is")


async def test_the_details_follow_the_cursor(start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        await crm.tab(2)
        await crm.see("─ 2231 Crane foundation")
        await crm.press("down")
        await crm.see("─ 2240 Ballast water retrofit")
        await crm.press("down", "down", "down", "down")
        await crm.see("─ 2150 Class renewal")
        await crm.press("r")
        await crm.see("─ 2150 Class renewal")


async def test_panels_have_room_for_their_rows_and_sums(start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        for _ in range(3):
            await crm.tab(2)
            await crm.see("2088   Shore power feasibility", "415 300 EUR", "640 000 NOK", "184 200 EUR")
            await crm.press("r", "1")


@pytest.mark.parametrize("size", [(59, 24), (80, 14), (20, 5), (1, 1)])
async def test_under_60x15_a_plain_message_says_what_is_needed(size: tuple[int, int], start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        await crm.resize(*size)
        text = f"This needs 60 x 15; the terminal is {size[0]} x {size[1]}."
        await crm.see(text[: size[0] - 1])
        await crm.resize(60, 15)
        await crm.see("Kallavesi", "Contacts")
        assert all(len(line) <= 60 for line in crm.lines())


@pytest.mark.parametrize(("login", "words"), [("liisa", "hidden"), ("jonas", "hidden by your permissions")])
async def test_hidden_figures_are_said_to_be_hidden(login: str, words: str, start: Start) -> None:
    async with start(login) as crm:
        seen = crm.text()
        await crm.open("kallavesi")
        for number in (1, 2, 3, 4, 5):
            await crm.tab(number)
            seen += crm.text()
            assert "184 200" not in crm.text(), "the sum over cases that this user may not see"
        assert words in seen


async def test_a_reader_without_projects_sees_who_they_are_and_no_money(start: Start) -> None:
    async with start("liisa") as crm:
        await crm.open("kallavesi")
        await crm.see("FI90009649", "Eeva Lahtinen")
        await crm.tab(2)
        crm.see_no("Crane foundation", " EUR  ")
        await crm.tab(4)
        crm.see_no("48 048", "17 821")
        await crm.press("1", "2", "3", "4", "5", "r")
        assert crm.app.is_running


async def test_a_hit_whose_row_is_on_another_tab_is_focused_even_when_the_tab_is_new(start: Start) -> None:
    async with start() as crm:
        await crm.open("molde")
        store = crm.app.session.store
        customer = store.customers.by_number(10482).id
        case = next(hit for hit in store.search.anything("2240").hits if hit.kind is Kind.CASE)
        crm.app.session.open_card(CardRequest(customer, 2, kind=Kind.CASE, entity=case.id))
        await crm.settle()
        assert "Ballast water" in crm.row
