"""Undo and redo by keys: the last change, any of the list of one's own, and what changed since."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.driver import Crm
from tests.screens.conftest import Start
from tests.screens.kallavesi import ALL, NUMBER, contacts_of, cursor_on, customer_of, feed, menu, new_customer, store_of

from crm_tui.domain.contacts import Contact, ContactChange
from crm_tui.domain.customers import Customer, CustomerChange
from crm_tui.domain.errors import NotFound
from crm_tui.domain.register_update import RegisterPlace, RegisterUpdate, Which
from crm_tui.domain.vat import RegisterNumber
from crm_tui.screens.customer_card import CustomerCardScreen
from crm_tui.screens.customers import CustomersScreen
from crm_tui.screens.dialogs.conflict import ConflictDialog
from crm_tui.screens.dialogs.undo_list import UndoListDialog
from crm_tui.store.activities import FeedPart
from crm_tui.store.port import Store
from crm_tui.store.sql.store import SqlStore

Open = Callable[[str], SqlStore]


def ingrid(store: Store) -> Contact:
    """The first contact in the list, as she is stored now."""
    rows = store.contacts.of_customer(store.customers.by_number(NUMBER).id, ALL, inactive=True).rows
    return next(row.contact for row in rows if row.contact.last_name == "Aasen")


async def change_title(crm: Crm, title: str) -> None:
    """Give her another title, in her form."""
    await crm.panel("contacts")
    cursor_on(crm, "Aasen")
    await crm.press("e")
    await crm.fill(title=title)
    await crm.save()
    crm.app.clear_notifications()


async def undo_list(crm: Crm) -> None:
    """Open the list of one's own changes from the menu."""
    await menu(crm, "My changes")
    assert isinstance(crm.app.screen, UndoListDialog)


# -- the last change --------------------------------------------------------------------------------------------------


async def test_u_takes_the_last_change_back_and_shift_u_does_it_again(start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        before = ingrid(store_of(crm)).title
        await change_title(crm, "Chief architect")
        await crm.see("Chief architect")
        await crm.press("u")
        await crm.expect_toast("Taken back: ")
        crm.see_no("Chief architect")
        assert ingrid(store_of(crm)).title == before
        await crm.press("U")
        await crm.expect_toast("Done again: ")
        await crm.see("Chief architect")
        assert ingrid(store_of(crm)).title == "Chief architect"


async def test_several_changes_are_taken_back_one_after_the_other_in_their_order(start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        before = ingrid(store_of(crm)).title
        for title in ("One", "Two", "Three"):
            await change_title(crm, title)
        found = []
        for key in ("u", "u", "u", "U", "U", "U"):
            await crm.press(key)
            found.append(ingrid(store_of(crm)).title)
        assert found == ["Two", "One", before, "One", "Two", "Three"]


async def test_where_there_is_nothing_to_take_back_it_is_said(start: Start) -> None:
    async with start("jonas") as crm:
        await crm.open("kallavesi")
        await crm.press("u")
        await crm.expect_toast("There is nothing to undo.")
        await crm.press("U")
        await crm.expect_toast("There is nothing to redo.")


async def test_a_new_change_ends_redoing(start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        await change_title(crm, "One")
        await crm.press("u")
        crm.app.clear_notifications()
        await change_title(crm, "Two")
        await crm.press("U")
        await crm.expect_toast("There is nothing to redo.")
        assert ingrid(store_of(crm)).title == "Two"


@pytest.mark.parametrize(
    ("panel", "words"),
    [("addresses", "Strandgaten 9"), ("activities", "Call Eeva about crane"), ("files", "Price list 2025.csv")],
)
async def test_what_was_deleted_comes_back_where_it_was(panel: str, words: str, start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        await crm.panel(panel)
        words = {"addresses": "Strandgaten 9", "activities": "Call Eeva about crane", "files": "Price list 2025.csv"}[
            panel
        ]
        before = list(crm.rows)
        cursor_on(crm, words)
        await crm.press("d", "D")
        assert not any(words in row for row in crm.rows)
        await crm.press("u")
        assert crm.rows == before
        await crm.press("U")
        assert not any(words in row for row in crm.rows)


async def test_what_was_ticked_inactivated_and_added_is_taken_back(start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        await crm.panel("contacts")
        cursor_on(crm, "Aasen")
        await crm.press("x", "u")
        assert ingrid(store_of(crm)).is_active
        assert any("Aasen" in row for row in crm.rows)
        await crm.press("t")
        await crm.type("Grease")
        await crm.press("enter", "u")
        assert not any(row.name == "Grease" for row in feed(crm, FeedPart.PLANNED))
        await crm.panel("activities")
        cursor_on(crm, "Crane load calculation")
        await crm.press("space", "u")
        assert any(row.name == "Crane load calculation" for row in feed(crm, FeedPart.PLANNED))


async def test_another_headquarters_and_the_state_of_the_customer_are_taken_back(start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        before = customer_of(crm)
        await crm.press("H")
        await crm.choose("Strandgaten 9")
        await menu(crm, "Inactivate")
        await crm.see("○ Inactive", "◆ HQ  Strandgaten 9")
        await crm.press("u", "u")
        await crm.see("● Active", "◆ HQ  Satamakatu 14 A 3")
        assert (customer_of(crm).headquarters, customer_of(crm).is_active) == (before.headquarters, True)


async def test_a_deleted_customer_comes_back_with_all_below_it_from_the_list(start: Start) -> None:
    async with start() as crm:
        customer = await new_customer(crm, "AAA Tug & Barge Oy")
        await crm.press("n")
        await crm.type("Quay 4")
        await crm.press("ctrl+s")
        await menu(crm, "Delete customer")
        await crm.press("D")
        assert isinstance(crm.app.screen, CustomersScreen)
        with pytest.raises(NotFound):
            store_of(crm).customers.get(customer.id)
        await crm.press("u")
        assert any("AAA Tug" in row for row in crm.rows)
        assert store_of(crm).customers.get(customer.id).name == "AAA Tug & Barge Oy"
        await crm.open("aaa tug")
        await crm.see("Quay 4")


async def test_an_erased_person_does_not_come_back(start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        await change_title(crm, "Chief architect")
        await crm.press("d")
        await crm.put("Aasen")
        await crm.press("enter")
        await crm.expect_toast("was erased")
        await crm.press("u")
        assert "Chief architect" not in crm.text()
        assert not any(contact.last_name == "Aasen" for contact in contacts_of(crm))
        await undo_list(crm)
        crm.see_no("Aasen", "Chief architect")


# -- the list of one's own changes ------------------------------------------------------------------------------------


async def test_any_change_of_the_list_is_taken_back_and_done_again(start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        before = ingrid(store_of(crm)).title
        await change_title(crm, "Chief architect")
        await crm.press("t")
        await crm.type("Grease")
        await crm.press("enter")
        await undo_list(crm)
        await crm.see("Activity Grease added", "Contact Ingrid Aasen: title", "Kallavesi Marine")
        await crm.choose("Contact Ingrid Aasen: title")
        await crm.expect_toast("Taken back: Contact Ingrid Aasen: title")
        assert ingrid(store_of(crm)).title == before
        assert any(row.name == "Grease" for row in feed(crm, FeedPart.PLANNED))
        await undo_list(crm)
        await crm.see("undone")
        await crm.choose("Contact Ingrid Aasen: title")
        await crm.expect_toast("Done again")
        assert ingrid(store_of(crm)).title == "Chief architect"


async def test_the_list_holds_ones_own_changes_alone(start: Start, open_sample: Open) -> None:
    other = open_sample("mikael")
    now = ingrid(other)
    other.contacts.update(now.id, now.revision, ContactChange(title="Theirs"))
    async with start("jonas") as crm:
        await crm.open("kallavesi")
        await undo_list(crm)
        await crm.see("Nothing to take back")
        await crm.press("escape", "u")
        assert ingrid(other).title == "Theirs"


# -- what changed since -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("key", "is_restored"), [("T", False), ("M", True)], ids=["theirs", "as it was"])
async def test_a_field_that_somebody_changed_since_is_asked_about(
    key: str, is_restored: bool, start: Start, open_sample: Open
) -> None:
    other = open_sample("mikael")
    async with start() as crm:
        await crm.open("kallavesi")
        before = ingrid(other).title
        await change_title(crm, "Chief architect")
        now = ingrid(other)
        theirs = other.contacts.update(now.id, now.revision, ContactChange(title="Director", description="Rings"))
        await crm.press("u")
        assert isinstance(crm.app.screen, ConflictDialog)
        await crm.see(
            "Changed since", "Mikael Korhonen changed", "Director", str(before), "Nothing has been overwritten"
        )
        assert ingrid(other) == theirs
        await crm.press(key, "ctrl+s")
        assert isinstance(crm.app.screen, CustomerCardScreen)
        assert ingrid(other).title == (before if is_restored else "Director")
        assert ingrid(other).description == "Rings"


async def test_an_undo_that_is_given_up_changes_nothing(start: Start, open_sample: Open) -> None:
    other = open_sample("mikael")
    async with start() as crm:
        await crm.open("kallavesi")
        await change_title(crm, "Chief architect")
        now = ingrid(other)
        theirs = other.contacts.update(now.id, now.revision, ContactChange(title="Director"))
        await crm.press("u", "escape")
        assert isinstance(crm.app.screen, CustomerCardScreen)
        assert ingrid(other) == theirs


async def test_a_redo_asks_too(start: Start, open_sample: Open) -> None:
    other = open_sample("mikael")
    async with start() as crm:
        await crm.open("kallavesi")
        await change_title(crm, "Chief architect")
        await crm.press("u")
        now = ingrid(other)
        other.contacts.update(now.id, now.revision, ContactChange(title="Director"))
        await crm.press("U")
        assert isinstance(crm.app.screen, ConflictDialog)
        await crm.press("M", "ctrl+s")
        assert ingrid(other).title == "Chief architect"


async def test_what_the_other_deleted_can_not_be_changed_back_and_it_is_said(start: Start, open_sample: Open) -> None:
    other = open_sample("sanna")
    async with start("tuva") as crm:
        await crm.open("kallavesi")
        await crm.panel("addresses")
        cursor_on(crm, "Strandgaten")
        await crm.press("e")
        await crm.fill(line2="2nd floor")
        await crm.save()
        crm.app.clear_notifications()
        gone = next(each for each in other.addresses.of_customer(customer_of(crm).id) if each.city == "Bergen")
        other.addresses.delete(gone.id, gone.revision)
        await crm.press("u")
        await crm.expect_toast("The address Strandgaten 9, 2nd floor, 5013 Bergen NO is gone; bring it back first.")
        assert isinstance(crm.app.screen, CustomerCardScreen)


# -- across restarts --------------------------------------------------------------------------------------------------


async def test_undo_reaches_over_a_restart_of_the_program(start: Start, open_sample: Open) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        before = ingrid(store_of(crm)).title
        await change_title(crm, "Chief architect")
    async with start() as crm:
        await crm.press("u")
        await crm.expect_toast("Taken back: Contact Ingrid Aasen: title")
        assert ingrid(store_of(crm)).title == before
    async with start() as crm:
        await crm.open("kallavesi")
        await undo_list(crm)
        await crm.see("Contact Ingrid Aasen: title", "undone")
        await crm.press("escape", "U")
        await crm.see("Chief architect")
        assert ingrid(store_of(crm)).title == "Chief architect"


async def test_what_came_from_a_register_says_so_and_is_taken_back_as_one(start: Start, open_sample: Open) -> None:
    before = take_from_register(open_sample("sanna"))
    async with start(size=(80, 24)) as crm:
        await crm.open("kallavesi")
        await crm.tab(5)
        await crm.panel("changes")
        await crm.see("Now      info@kallavesi.example", "From     PRH, business id 9000964-9")
        await undo_list(crm)
        await crm.see("Details of Kallavesi Marine Engineering Oyj from PRH: name, email, address")
        await crm.choose("Details of Kallavesi")
        await crm.expect_toast("Taken back: Details of Kallavesi Marine Engineering Oy from PRH: name, email, address")
        now = customer_of(crm)
        assert (now.name, now.email) == (before.name, before.email)
        assert store_of(crm).addresses.of_customer(now.id)[0].line1 == "Satamakatu 14 A 3"
        await crm.see("From     PRH")  # the cursor is still on that line
        await crm.press("home")
        await crm.see("Satamakatu 14 A 3, 70100 Kuopio FI · Line1")
        crm.see_no("From     PRH")  # what the undo wrote is from nowhere but the log


def take_from_register(store: Store) -> Customer:
    """Name, e-mail and address of the card from its register; returns the customer as it was before."""
    before = store.customers.by_number(NUMBER)
    headquarters = store.addresses.of_customer(before.id)[0]
    place = RegisterPlace(
        line1="Satamakatu 99", line2=None, postal_code="70100", city="Kuopio", country="FI", which=Which.VISITING
    )
    store.customers.take_from_register(
        RegisterUpdate(
            customer=before.id,
            revision=before.revision,
            change=CustomerChange(name="Kallavesi Marine Engineering Oyj", email="info@kallavesi.example"),
            headquarters=headquarters.id,
            headquarters_revision=headquarters.revision,
            place=place,
            number=RegisterNumber("FI", "9000964-9"),
            source="PRH, business id 9000964-9",
        )
    )
    return before
