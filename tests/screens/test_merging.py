"""Duplicates are found, looked at side by side, merged, said to be none; and all of it is taken back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from threading import Event

import pytest
from tests.driver import Crm, arrives
from tests.screens.conftest import Start
from tests.screens.kallavesi import NUMBER, cursor_on, menu
from tests.screens.twins import AGAIN, Twins, enter_twice

from crm_tui.domain.contacts import ContactChange, NewContact
from crm_tui.domain.customers import CustomerChange
from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import NotFound
from crm_tui.domain.permissions import CustomerLevel, Profile, ProjectLevel
from crm_tui.domain.users import NewUser
from crm_tui.screens.customer_card import CustomerCardScreen
from crm_tui.screens.dialogs.merge import MergeDialog
from crm_tui.screens.dialogs.reading import ReadingDialog
from crm_tui.screens.duplicate_look import Look
from crm_tui.screens.duplicates import DuplicatesScreen
from crm_tui.screens.session import OWN_COMPANY, CardRequest
from crm_tui.store.customers import CustomerQuery
from crm_tui.store.paging import PageRequest
from crm_tui.store.port import Store
from crm_tui.store.sql.store import SqlStore

Open = Callable[[str], SqlStore]


def is_there(store: Store, kind: Kind, key: int) -> bool:
    """Whether it has not gone into another one."""
    try:
        _ = store.customers.get(key) if kind is Kind.CUSTOMER else store.contacts.get(key)
    except NotFound:
        return False
    return True


def field_of(crm: Crm, label: str) -> str:
    """A line of the merge dialog."""
    assert isinstance(crm.app.screen, MergeDialog), crm.text()
    return next(row for row in crm.rows if row.startswith(label))


async def on_field(crm: Crm, label: str) -> None:
    """Put the cursor on a field of the merge dialog."""
    crm.table.move_to(next(place for place, row in enumerate(crm.rows) if row.startswith(label)))
    await crm.settle()


async def duplicates(crm: Crm, *, contacts: bool = False) -> None:
    """Go to the duplicates."""
    await crm.press("4")
    assert isinstance(crm.app.screen, DuplicatesScreen)
    if contacts:
        await crm.press("F")


async def merge(crm: Crm) -> None:
    """Merge what was chosen, as is asked for twice."""
    await crm.press("ctrl+s")
    await crm.see("becomes part of")
    await crm.press("D")


@pytest.fixture
def store(open_sample: Open) -> SqlStore:
    return open_sample("sanna")


@pytest.fixture
def twins(store: SqlStore) -> Twins:
    return enter_twice(store)


# -- customers --------------------------------------------------------------------------------------------------------


async def test_two_customers_become_one_and_are_two_again(start: Start, store: SqlStore, twins: Twins) -> None:
    first, second, _, again = twins
    async with start(store=store) as crm:
        await duplicates(crm)
        await crm.see("Customers that may be the same 1", "same VAT number", "≠", "Entered at the")
        assert AGAIN in crm.row
        await crm.press("enter")
        await crm.see(
            f"Stays  {first.name}", f"Goes  {AGAIN}", "fields are the same", "1 address and 1 contact go over"
        )
        # blanks are filled, what is there is kept, both texts are
        assert field_of(crm, "Name").startswith(f"Name (•) {first.name}")
        assert field_of(crm, "Website").endswith("(•) https://kallavesi.example")
        await on_field(crm, "Employees")
        await crm.press("l")
        await crm.press("enter")
        await crm.see(f"{AGAIN} {second.number} becomes part of", "For 30 days u takes it back.")
        await crm.press("enter", "ctrl+s")
        assert is_there(store, Kind.CUSTOMER, second.id), "one key must not merge"
        await crm.press("D")
        await crm.expect_toast(f"{AGAIN} {second.number} is part of {first.name} {NUMBER} now.  u takes it back.")
        await crm.see("No two customers look the same. F looks through contacts")
        merged = store.customers.get(first.id)
        assert (merged.website, merged.employees) == ("https://kallavesi.example", 95)
        assert not is_there(store, Kind.CUSTOMER, second.id)
        assert store.contacts.get(again.id).customer == first.id
        await crm.press("u")
        await crm.expect_toast("Taken back: ")
        await crm.see("Customers that may be the same 1")
        assert store.contacts.get(again.id).customer == second.id
        assert store.customers.get(first.id).employees == first.employees
        await crm.press("U")
        await crm.see("No two customers look the same.")
        assert not is_there(store, Kind.CUSTOMER, second.id)


async def test_the_other_one_can_stay(start: Start, store: SqlStore, twins: Twins) -> None:
    """What was chosen stays chosen when they change places, and numbers can go over, too."""
    first, second, *_ = twins
    async with start(store=store) as crm:
        await duplicates(crm)
        await crm.press("enter")
        await on_field(crm, "Name")
        await crm.press("l")
        assert field_of(crm, "Name").endswith(f"(•) {AGAIN}")
        await crm.press("s")
        await crm.see(f"Stays  {AGAIN}", f"Goes  {first.name}", "invoices")
        assert field_of(crm, "Name").startswith(f"Name (•) {AGAIN}")
        await on_field(crm, "Number")
        await crm.press("b")
        await crm.expect_toast("Both: Number holds one value: choose the left or the right one")
        await crm.press("space")
        assert field_of(crm, "Number").endswith(f"(•) {NUMBER}")
        await merge(crm)
        await crm.expect_toast("is part of")
        assert not is_there(store, Kind.CUSTOMER, first.id)
        merged = store.customers.get(second.id)
        assert (merged.name, merged.number, merged.owner) == (AGAIN, NUMBER, second.owner)


async def test_somebody_changes_one_of_them_meanwhile(
    start: Start, open_sample: Open, store: SqlStore, twins: Twins
) -> None:
    first, second, *_ = twins
    async with start(store=store) as crm:
        await duplicates(crm)
        await crm.press("enter")
        for label in ("Name", "Employees"):
            await on_field(crm, label)
            await crm.press("l")
        other = open_sample("mikael")
        other.customers.update(second.id, second.revision, CustomerChange(employees=120))
        await merge(crm)
        await crm.expect_toast("nothing was merged. This is how they are now. Choose again: Employees.")
        assert field_of(crm, "Employees").endswith("( ) 120")
        assert field_of(crm, "Name").endswith(f"(•) {AGAIN}")
        await merge(crm)
        assert store.customers.get(first.id).name == AGAIN


async def test_one_of_them_is_gone(start: Start, open_sample: Open, store: SqlStore, twins: Twins) -> None:
    async with start(store=store) as crm:
        await duplicates(crm)
        other = open_sample("sanna")
        other.customers.delete(twins.second.id, twins.second.revision)
        await crm.press("enter")
        await crm.expect_toast("One of the two was deleted or merged meanwhile.")
        await crm.see("No two customers look the same.")


# -- contacts ---------------------------------------------------------------------------------------------------------


async def test_two_contacts_become_one_across_customers(start: Start, store: SqlStore, twins: Twins) -> None:
    """Addresses and numbers in another spelling are one; who said no to e-mail once has said no."""
    _, _, person, again = twins
    async with start(store=store, size=(80, 24)) as crm:
        await crm.open(AGAIN)
        await crm.panel("contacts")
        await crm.press("M")
        await crm.see("Merge Eva Lahtinen with", "Eeva Lahtinen", "these look like it")
        await crm.press("enter", "s")
        await crm.see(
            "Stays  Eeva Lahtinen  of", "Goes  Eva Lahtinen  of", "3 fields are the same: last name, state, phones"
        )
        await on_field(crm, "E-mails")
        await crm.see("Becomes", "eva@lahtinen-home.example (do not use)")
        assert field_of(crm, "Keywords").count("[x]") == 2
        await merge(crm)
        await crm.expect_toast(f"Eva Lahtinen of {AGAIN} is part of Eeva Lahtinen of Kallavesi Marine Engineering Oy")
        # the card of the one that stays
        await crm.see(f"{NUMBER}")
        assert "Eeva Lahtinen" in crm.row
        merged = store.contacts.get(person.id)
        addresses = [email.address for email in merged.emails]
        assert addresses == [*(email.address for email in person.emails), "eva@lahtinen-home.example"]
        assert merged.emails[-1].do_not_use
        assert merged.phones == person.phones
        assert set(merged.keywords) == {*person.keywords, *again.keywords}
        assert "Prefers to be called in the morning." in (merged.description or "")
        assert not merged.email_allowed
        await crm.press("u")
        await crm.expect_toast("Taken back: ")
        assert store.contacts.get(person.id).emails == person.emails
        assert store.contacts.get(again.id).emails == again.emails


# -- not a duplicate --------------------------------------------------------------------------------------------------


async def test_what_is_no_duplicate_is_said_and_readmitted(start: Start, store: SqlStore, twins: Twins) -> None:
    async with start(store=store, size=(80, 24)) as crm:
        await duplicates(crm, contacts=True)
        cursor_on(crm, "Eva")
        before = len(crm.rows)
        await crm.press("N")
        await crm.expect_toast("Eeva Lahtinen and Eva Lahtinen are not the same.  u takes it back.")
        assert len(crm.rows) == before - 1
        await crm.press("u")
        await crm.expect_toast("Taken back: ")
        assert len(crm.rows) == before
        cursor_on(crm, "Eva")
        await crm.press("N", "D")
        await crm.see("Contacts that are not the same 1", "Dismissed 1")
        await crm.press("enter")
        await crm.expect_toast("they were said to be no duplicates; R takes that back")
        await crm.press("R")
        await crm.expect_toast("may be the same again")
        await crm.see("No pair was said to be none yet.")
        await crm.press("escape")
        assert len(crm.rows) == before
        await crm.press("N", "r")
        assert len(crm.rows) == before - 1


async def test_each_kind_has_its_own_dismissed_pairs(start: Start, store: SqlStore, twins: Twins) -> None:
    """Also where the answer for one comes when the other is shown."""
    store.duplicates.dismiss(Kind.CUSTOMER, twins.first.id, twins.second.id)
    async with start(store=store) as crm:
        await duplicates(crm)
        await crm.see("Dismissed 1")
        screen = crm.app.screen
        assert isinstance(screen, DuplicatesScreen)
        screen.reread()
        screen.do_duplicates_kind()
        await crm.settle()
        await crm.see("Contacts that may be the same")
        crm.see_no("Dismissed 1")
        await crm.press("F")
        await crm.see("Dismissed 1")


async def test_dismissed_pairs_are_there_while_one_still_looks(
    start: Start, store: SqlStore, twins: Twins, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.duplicates.dismiss(Kind.CUSTOMER, twins.first.id, twins.second.id)
    go_on, compared = Event(), Look.compared

    def slowly(look: Look, done: int, total: int) -> None:
        go_on.wait(5)
        compared(look, done, total)

    async with start(store=store) as crm:
        monkeypatch.setattr(Look, "compared", slowly)
        arrives(crm.pilot, "4")
        arrives(crm.pilot, "D")
        async with asyncio.timeout(4):
            while "Customers that are not the same 1" not in crm.text():
                await crm.pilot.pause(0)
        assert not go_on.is_set()
        go_on.set()
        await crm.settle()
        await crm.see("Customers that are not the same 1")


async def test_looking_through_can_be_stopped(
    start: Start, store: SqlStore, twins: Twins, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, compared = Event(), Look.compared

    def slowly(look: Look, done: int, total: int) -> None:
        compared(look, 3400, 12_000)
        go_on.wait(5)
        compared(look, done, total)

    async with start(store=store) as crm:
        with monkeypatch.context() as patch:
            patch.setattr(Look, "compared", slowly)
            arrives(crm.pilot, "4")
            async with asyncio.timeout(5):
                while "3 400 of 12 000 compared" not in crm.text():
                    await crm.pilot.pause(0)
            assert "Esc stops" in crm.text()
            arrives(crm.pilot, "escape")
            async with asyncio.timeout(5):
                while "Stopped after 3 400 of 12 000, so nothing is listed." not in crm.text():
                    await crm.pilot.pause(0)
            go_on.set()
            await crm.settle()
        await crm.press("r")
        await crm.see("Customers that may be the same 1")


async def test_who_may_only_read_looks_and_no_more(
    start: Start, open_sample: Open, twins: Twins, store: SqlStore
) -> None:
    profile = store.users.create_profile(Profile(name="Reader", customers=CustomerLevel.READ))
    user = NewUser(name="Reeta Reader", login="reeta", profile=profile.id)
    store.users.create(user)
    async with start("reeta") as crm:
        await duplicates(crm)
        await crm.see("Customers that may be the same 1", "same VAT number")
        await crm.press("enter")
        await crm.expect_toast("Merge: it needs the permission “customers: edit”")
        await crm.press("N")
        await crm.expect_toast("Not a duplicate: it needs the permission “customers: edit”")
        await crm.press("c")
        await crm.choose(AGAIN)
        assert isinstance(crm.app.screen, CustomerCardScreen)
        assert crm.commands()["card.merge"].reason == "it needs the permission “customers: edit”"


async def test_what_is_hidden_forbids_a_merge(start: Start, store: SqlStore, twins: Twins) -> None:
    """Nobody moves what they don't see."""
    profile = store.users.create_profile(
        Profile(name="Cleaner", customers=CustomerLevel.EDIT, delete_customers=True, projects=ProjectLevel.NONE)
    )
    store.users.create(NewUser(name="Kimmo Cleaner", login="kimmo", profile=profile.id))
    async with start("kimmo", size=(80, 24)) as crm:
        await duplicates(crm)
        await crm.press("enter")
        await crm.see(f"! {AGAIN} {twins.second.number} can't go:", "hidden by your permissions")
        await crm.press("ctrl+s")
        await crm.expect_toast("Merge: they can't be merged: ")
        assert isinstance(crm.app.screen, MergeDialog)


# -- from the card ----------------------------------------------------------------------------------------------------


async def test_the_card_of_the_one_that_went_shows_the_one_that_stays(
    start: Start, store: SqlStore, twins: Twins
) -> None:
    first, second, *_ = twins
    async with start(store=store) as crm:
        await crm.open(AGAIN)
        await menu(crm, "Merge with")
        await crm.see(f"Merge {AGAIN} with", "these look like it")
        await crm.put(str(NUMBER))
        await crm.press("enter", "s")
        await merge(crm)
        await crm.expect_toast("is part of")
        assert first.name in crm.customer
        # what was seen last was the other card
        await crm.press("backspace")
        assert first.name in crm.customer
        later = NewContact(customer=first.id, first_name="Later", last_name="Comer")
        store.contacts.create(later)
        kept = store.contacts.get(twins.again.id)
        store.contacts.update(kept.id, kept.revision, ContactChange(title="Chief buyer"))
        await menu(crm, "My changes")
        cursor_on(crm, "erge")
        await crm.press("enter")
        assert isinstance(crm.app.screen, ReadingDialog), crm.text()
        await crm.see("Taken back, but for this", "Later Comer")
        await crm.press("escape")
        assert is_there(store, Kind.CUSTOMER, second.id)
        assert first.name in crm.customer


async def test_the_own_company_is_not_merged(start: Start, store: SqlStore) -> None:
    own = next(row.id for row in store.customers.page(CustomerQuery(), PageRequest(limit=200)).rows if row.is_internal)
    async with start(store=store) as crm:
        crm.app.session.open_card(CardRequest(own))
        await crm.settle()
        assert crm.commands()["card.merge"].reason == OWN_COMPANY
