"""Twenty everyday errands, from the list of customers on, with the keys that each takes.

Text counts one key a letter, but is counted apart: it has to be typed in any program. An errand that takes more keys
than it did is a step back, and fails.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from tests.driver import Crm
from tests.screens.conftest import Start

from crm_tui.store.activities import FeedPart
from crm_tui.store.customers import CustomerQuery
from crm_tui.store.paging import PageRequest
from crm_tui.store.port import Store

PAGE = PageRequest(limit=200)


class Hand:
    """Presses keys and types text, and counts both."""

    def __init__(self, crm: Crm) -> None:
        self.crm = crm
        self.keys = 0

    async def press(self, *keys: str) -> None:
        """Keys that are commands."""
        self.keys += len(keys)
        await self.crm.press(*keys)

    async def write(self, text: str) -> None:
        """Text that has to be typed in any case."""
        await self.crm.type(text)

    async def open(self, name: str) -> None:
        """Find a customer in the list and open the card."""
        await self.press("/")
        await self.write(name)
        await self.press("enter", "enter")

    async def over(self, panel: str) -> None:
        """Go to a panel by Tab."""
        while (at := self.crm.focused_panel) is None or at.id != panel:
            await self.press("tab")

    async def to(self, row: str) -> None:
        """Go down to a row that contains this."""
        while row not in self.crm.row:
            before = self.crm.table.cursor_index
            await self.press("down")
            assert self.crm.table.cursor_index != before, f"no {row!r}:\n{self.crm.text()}"


class Errand(NamedTuple):
    """What is to be done, the keys that it may take, and how it is done."""

    name: str
    most: int
    act: Callable[[Hand], Awaitable[None]]


def customer_id(store: Store, text: str) -> int:
    return store.customers.page(CustomerQuery(text=text, active=None), PageRequest(limit=1)).rows[0].id


def contacts(store: Store) -> dict[str, str]:
    """Names of Kallavesi's contacts with their roles."""
    page = store.contacts.of_customer(customer_id(store, "kallavesi"), PAGE, inactive=True)
    return {f"{row.contact.first_name} {row.contact.last_name}": row.role_name or "" for row in page.rows}


def feed(crm: Crm, part: FeedPart) -> list[str]:
    store, now = crm.app.session.store, crm.app.session.now()
    page = store.activities.feed(customer_id(store, "kallavesi"), part, PAGE, now, now.date())
    return [row.name for row in page.rows]


async def who_buys(hand: Hand) -> None:
    await hand.press("f")
    await hand.write("jussi räsänen")
    await hand.press("enter")
    await hand.crm.see("Jussi Räsänen", "Procurement", "+358 50 555 0118")


async def move_their_office(hand: Hand) -> None:
    await hand.open("kallavesi")
    await hand.over("addresses")
    await hand.press("e", "ctrl+u")
    await hand.write("Puijonkatu 2")
    await hand.press("ctrl+s")
    await hand.crm.see("Puijonkatu 2")


async def another_headquarters(hand: Hand) -> None:
    await hand.open("kallavesi")
    await hand.press("H", "down", "enter")
    store = hand.crm.app.session.store
    assert store.addresses.of_customer(customer_id(store, "kallavesi"))[0].line1 == "PL 218"


async def note_a_call(hand: Hand) -> None:
    await hand.open("kallavesi")
    await hand.press("n")
    await hand.write("Called about the cranes")
    await hand.press("ctrl+s")
    assert feed(hand.crm, FeedPart.PAST)[0] == "Called about the cranes"


async def todo_for_friday(hand: Hand) -> None:
    await hand.open("kallavesi")
    await hand.press("t")
    await hand.write("Send offer fri 14:00")
    await hand.press("enter")
    assert "Send offer" in feed(hand.crm, FeedPart.PLANNED)


async def tick_a_todo(hand: Hand) -> None:
    await hand.open("kallavesi")
    await hand.over("activities")
    await hand.press("space")
    assert "Review class drawings, rev. C" in feed(hand.crm, FeedPart.PAST)


async def hand_the_account_over(hand: Hand) -> None:
    await hand.open("kallavesi")
    await hand.press("m", "enter", "down", "down")
    await hand.write("mik")
    await hand.press("enter", "ctrl+s")
    await hand.crm.see("owner Mikael Korhonen")


async def new_contact(hand: Hand) -> None:
    await hand.open("kallavesi")
    await hand.press("a")
    await hand.write("Matti")
    await hand.press("tab")
    await hand.write("Meikäläinen")
    await hand.press("tab", "tab", "tab", "tab")
    await hand.write("matti@kallavesi.example")
    await hand.press("tab", "tab", "space", "tab", "tab", "tab", "tab")
    await hand.write("040 5550199")
    await hand.press("ctrl+s")
    await hand.crm.see("Matti Meikäläinen", "+358 40 5550199", "do not use")


async def change_a_role(hand: Hand) -> None:
    await hand.open("kallavesi")
    await hand.press("e", "tab", "tab", "tab")
    await hand.write("site")
    await hand.press("enter", "ctrl+s")
    assert contacts(hand.crm.app.session.store)["Ingrid Aasen"] == "Site manager"


async def new_keyword(hand: Hand) -> None:
    await hand.open("kallavesi")
    await hand.press("e", "tab", "tab", "tab", "tab")
    await hand.write("Golf 2027")
    await hand.press("enter", "ctrl+s")
    await hand.crm.see("Golf 2027")


async def inactive_and_back(hand: Hand) -> None:
    await hand.open("kallavesi")
    await hand.press("x", "i", "home", "x")
    assert "Ingrid Aasen" in contacts(hand.crm.app.session.store)


async def delete_a_contact(hand: Hand) -> None:
    await hand.open("kallavesi")
    await hand.press("d")
    await hand.write("aasen")
    await hand.press("enter")
    assert "Ingrid Aasen" not in contacts(hand.crm.app.session.store)


async def meeting_with_a_contact(hand: Hand) -> None:
    await hand.open("kallavesi")
    await hand.over("activities")
    await hand.press("a", "down", "down", "enter")
    await hand.write("Kick-off")
    await hand.press("tab")
    await hand.write("tomorrow 10:00")
    await hand.press("tab")
    await hand.write("11:30")
    await hand.press("tab", "tab", "tab", "tab")
    await hand.write("eeva")
    await hand.press("enter", "ctrl+s")
    assert "Kick-off" in feed(hand.crm, FeedPart.PLANNED)


async def from_the_feed_to_the_case(hand: Hand) -> None:
    await hand.open("kallavesi")
    await hand.over("activities")
    await hand.press("c")
    await hand.crm.see("Projects")


async def only_the_notes(hand: Hand) -> None:
    await hand.open("kallavesi")
    await hand.over("activities")
    await hand.press("F", "down", "enter")
    await hand.crm.see("only: note")


async def add_a_link(hand: Hand) -> None:
    await hand.open("kallavesi")
    await hand.over("files")
    await hand.press("a", "down", "enter")
    await hand.write("https://example.org/plans")
    await hand.press("tab")
    await hand.write("Plans")
    await hand.press("ctrl+s")
    await hand.crm.see("Plans")


async def correct_the_vat_number(hand: Hand) -> None:
    await hand.open("kallavesi")
    await hand.over("details")
    await hand.press("e", *["tab"] * 4, "ctrl+u")
    await hand.write("FI01120389")
    await hand.press("ctrl+s")
    await hand.crm.see("FI01120389")


async def new_customer(hand: Hand) -> None:
    await hand.press("a")
    await hand.write("Saimaa Winches Oy")
    await hand.press("ctrl+s")
    await hand.crm.see("› Saimaa Winches Oy", "no headquarters")


async def delete_it_and_undo(hand: Hand) -> None:
    await hand.press("a")
    await hand.write("Saimaa Winches Oy")
    await hand.press("ctrl+s", "m", "end", "enter", "D", "u")
    store = hand.crm.app.session.store
    assert store.customers.count(CustomerQuery(text="saimaa winches")).number == 1


async def who_changed_what(hand: Hand) -> None:
    await hand.open("kallavesi")
    await hand.press("e")
    await hand.write("a")
    await hand.press("ctrl+s", "C")
    await hand.crm.see("Changes: Ingrida Aasen", "First name Ingrid to Ingrida")


ERRANDS = (
    Errand("who is their buyer, and the phone number", 2, who_buys),
    Errand("move their office", 10, move_their_office),
    Errand("make another address the headquarters", 6, another_headquarters),
    Errand("note a call", 5, note_a_call),
    Errand("a to-do for Friday at two", 5, todo_for_friday),
    Errand("tick a to-do", 5, tick_a_todo),
    Errand("hand the account over", 9, hand_the_account_over),
    Errand("a new contact, an e-mail that must not be used", 17, new_contact),
    Errand("another role", 9, change_a_role),
    Errand("a keyword that does not exist yet", 10, new_keyword),
    Errand("make a contact inactive and active again", 7, inactive_and_back),
    Errand("delete a contact for good", 5, delete_a_contact),
    Errand("a meeting with a contact", 16, meeting_with_a_contact),
    Errand("from the feed to the case", 5, from_the_feed_to_the_case),
    Errand("only the notes", 7, only_the_notes),
    Errand("add a link", 10, add_a_link),
    Errand("correct the VAT number", 13, correct_the_vat_number),
    Errand("a new customer", 2, new_customer),
    Errand("delete a customer and take it back", 7, delete_it_and_undo),
    Errand("change a contact, see who changed what", 6, who_changed_what),
)


@pytest.mark.parametrize("errand", ERRANDS, ids=[errand.name for errand in ERRANDS])
async def test_errand(errand: Errand, start: Start, tmp_path: Path) -> None:
    async with start() as crm:
        hand = Hand(crm)
        await errand.act(hand)
        assert hand.keys <= errand.most, f"{errand.name}: {hand.keys} keys"
