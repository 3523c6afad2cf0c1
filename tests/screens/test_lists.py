"""Going from list to list: each stays as it was left, and the card goes back to the one it was opened from."""

from __future__ import annotations

from collections.abc import Callable

from tests.driver import Crm
from tests.screens.conftest import Start

from crm_tui.screens.changing import Changing
from crm_tui.screens.customer_card import CustomerCardScreen
from crm_tui.screens.lists import LISTS, ListScreen
from crm_tui.screens.people import ContactsScreen
from crm_tui.store.sql.store import SqlStore

HEADER = "1 Customers  2 Contacts  3 My activities  4 Duplicates"


def place(crm: Crm) -> str:
    """The list that is shown."""
    screen = crm.app.screen
    assert isinstance(screen, ListScreen), f"no list is shown:\n{crm.text()}"
    return screen.PLACE


async def test_each_list_stays_as_it_was_left(start: Start) -> None:
    async with start(size=(80, 24)) as crm:
        assert crm.lines()[0].startswith(f" {HEADER}   ")
        await crm.filter("marin")
        await crm.press("down", "down")
        customer = crm.row
        await crm.press("2")
        await crm.filter("tiina")
        await crm.press("j")
        contact = crm.row
        await crm.press("3", "4", "1")
        assert place(crm) == "customers"
        assert crm.row == customer
        await crm.see("/  marin")
        await crm.press("2")
        assert crm.row == contact
        await crm.see("/  tiina")
        await crm.press("backspace")
        assert place(crm) == "customers"


async def test_the_card_goes_back_to_where_it_was_opened(start: Start) -> None:
    async with start() as crm:
        await crm.press("2")
        await crm.filter("jussi räsänen")
        await crm.press("enter")
        assert isinstance(crm.app.screen, CustomerCardScreen)
        await crm.see("Contacts › Kallavesi Marine Engineering Oy")
        await crm.see_row("Jussi Räsänen")
        crm.see_no("J K")
        reason = crm.commands()["card.next"].reason
        assert reason is not None
        assert "opened from Contacts" in reason
        await crm.press("2")
        assert isinstance(crm.app.screen, CustomerCardScreen), "digits are tabs on the card"
        await crm.press("backspace")
        await crm.press("escape")
        assert place(crm) == "contacts"
        assert "Jussi Räsänen" in crm.row
        # from a card any list is one choice away, without a key of its own
        await crm.press("enter", ":")
        await crm.type("my activities")
        await crm.press("enter")
        assert place(crm) == "mine"
        await crm.press("backspace")
        await crm.see("Contacts › Kallavesi")
        await crm.press("escape", "1", "enter")
        await crm.see("Customers › ", "J K 1 of")


async def test_last_view_leads_back_to_a_card_over_its_list(start: Start) -> None:
    async with start() as crm:
        await crm.press("3", "enter")
        card = crm.customer
        await crm.press("escape", "2", "3")
        await crm.press("backspace", "backspace", "1", "backspace")
        assert place(crm) == "mine"
        await crm.press("enter", "escape", "backspace")
        assert crm.customer == card
        assert "My activities ›" in card


async def test_lists_change_quickly_and_go_on_looking_for_changes(
    start: Start, open_sample: Callable[[str], SqlStore]
) -> None:
    """Keys that arrive together leave the last list in front, alive; the header can be clicked, too."""
    async with start() as crm:
        await crm.press_at_once(*"21212132")
        screen = crm.app.screen
        assert isinstance(screen, ContactsScreen)
        assert isinstance(screen, Changing)
        assert screen._looking is not None
        assert screen._looking._active.is_set(), "it does not see what others change"
        await crm.click("Customers")
        assert place(crm) == "customers"
        await crm.click("My activities")
        assert place(crm) == "mine"
        reason = crm.commands()["go.mine"].reason
        assert reason == "it is open"


async def test_every_list_is_in_the_header_with_its_key(start: Start) -> None:
    async with start(size=(60, 20)) as crm:
        assert [f"go.{name}" in crm.commands() for name in LISTS] == [True] * len(LISTS)
        assert crm.lines()[0].strip().startswith("1 Customers  2 Contacts  3 Mine  4 Dupl")
