"""What is asked of the card's header, sentence by sentence: done by keys, seen on the screen,
and kept in the store."""

from __future__ import annotations

import pytest
from tests.driver import NOW
from tests.screens.conftest import Start
from tests.screens.kallavesi import NUMBER, contacts_of, customer_of, menu, new_customer, store_of

from crm_tui.domain.contacts import NewContact
from crm_tui.domain.errors import Blocked, Denied, NotFound
from crm_tui.screens.customer_card import CustomerCardScreen
from crm_tui.screens.customers import CustomersScreen
from crm_tui.widgets.tab_strip import TabStrip


async def test_name_number_owner_and_description_are_changed_and_it_is_seen_who_created_and_updated_it(
    start: Start,
) -> None:
    async with start(size=(200, 60)) as crm:
        await crm.open("kallavesi")
        before = customer_of(crm)
        await menu(crm, "Edit customer")
        await crm.fill(name="Kallavesi Marine Oy", number="20001", owner="Tuva", description="Ballast and deck\ncranes")
        await crm.save()
        await crm.see("Kallavesi Marine Oy", "20001", "● Active", "owner Tuva Nilsen", "Ballast and deck cranes")
        await crm.see(
            "Created      27 Dec 2024 08:27  Sanna Virtanen", "Updated      18 Nov 2026 14:20  Sanna Virtanen"
        )
        stored = customer_of(crm, 20001)
        tuva = next(user.id for user in store_of(crm).users.list() if user.login == "tuva")
        assert (stored.id, stored.name, stored.owner, stored.description) == (
            before.id,
            "Kallavesi Marine Oy",
            tuva,
            "Ballast and deck\ncranes",
        )
        assert (stored.created_by, stored.created_at) == (before.created_by, before.created_at)
        assert (stored.updated_by, stored.updated_at) == (store_of(crm).users.me().user.id, NOW)
        assert stored.revision == before.revision + 1


async def test_created_and_updated_name_the_users_who_did_it(start: Start) -> None:
    async with start("mikael", size=(200, 60)) as crm:
        await crm.open("molde")
        await menu(crm, "Edit customer")
        await crm.see("Created ", " by ", "Updated ")
        await crm.fill(website="https://molde.example")
        await crm.save()
        await crm.see("Updated      18 Nov 2026 14:20  Mikael Korhonen")
        stored, me = customer_of(crm, 10027), store_of(crm).users.me().user.id
        assert (stored.website, stored.updated_by) == ("https://molde.example", me)
        assert stored.created_by != me


async def test_of_a_new_customer_only_the_name_is_needed(start: Start) -> None:
    async with start("mikael") as crm:
        expected = store_of(crm).users.organization().next_customer_number
        stored = await new_customer(crm, "Saimaa Tug & Barge Oy")
        await crm.see("Saimaa Tug & Barge Oy", str(expected), "owner Mikael Korhonen", "● Active")
        me = store_of(crm).users.me().user.id
        assert (stored.number, stored.owner, stored.created_by, stored.is_active) == (expected, me, me, True)


async def test_a_number_that_another_customer_has_is_refused_below_its_field(start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        taken = store_of(crm).customers.get(1).number
        await menu(crm, "Edit customer")
        await crm.fill(number=str(taken))
        await crm.press("ctrl+s")
        assert crm.form.form.fields["number"].has_focus_within
        await crm.see("! ")
        assert customer_of(crm).number == NUMBER


async def test_the_customer_is_inactivated_and_activated_again(start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        await menu(crm, "Inactivate")
        await crm.expect_toast("is inactive")
        await crm.see("○ Inactive")
        assert customer_of(crm).is_active is False
        await crm.press("escape", "escape")
        assert isinstance(crm.app.screen, CustomersScreen)
        assert not any("Kallavesi Marine" in row for row in crm.rows)
        await crm.press("i")
        await crm.open("kallavesi")
        await menu(crm, "Activate")
        await crm.expect_toast("is active again")
        await crm.see("● Active")
        assert customer_of(crm).is_active is True
        assert len(contacts_of(crm)) == 8


@pytest.mark.parametrize(
    ("blocker", "number", "tab"), [("2026-0431", NUMBER, 4), ("2208 Quay lighting", None, 2)], ids=["invoice", "case"]
)
async def test_deletion_is_refused_with_both_blockers_and_each_leads_to_where_it_is(
    blocker: str, number: int | None, tab: int, start: Start
) -> None:
    async with start(size=(120, 60)) as crm:
        await crm.open("kallavesi")
        customer = customer_of(crm)
        await menu(crm, "Delete customer")
        await crm.see("can't be deleted", "Invoices  23", "Billing account of cases  2", "2208 Quay lighting")
        await crm.press("D")
        with pytest.raises(Blocked, match="2026-0431"):
            store_of(crm).customers.delete(customer.id, customer.revision)
        await crm.choose(blocker)
        assert isinstance(crm.app.screen, CustomerCardScreen)
        assert crm.app.screen.query_one(TabStrip).active == tab
        assert blocker in crm.row
        assert ("Kallavesi" in crm.customer) is (number == NUMBER)


async def test_a_customer_without_blockers_is_deleted_with_all_below_it_after_a_key_of_its_own(start: Start) -> None:
    async with start() as crm:
        stored = await new_customer(crm, "Saimaa Tug & Barge Oy")
        contact = store_of(crm).contacts.create(NewContact(customer=stored.id, first_name="Aki", last_name="Aalto"))
        await menu(crm, "Delete customer")
        await crm.see("Delete Saimaa Tug & Barge Oy?", "1  contact")
        await crm.press("d", "enter")
        assert store_of(crm).customers.get(stored.id) == stored
        await crm.press("D")
        await crm.expect_toast("Saimaa Tug & Barge Oy deleted")
        assert isinstance(crm.app.screen, CustomersScreen)
        with pytest.raises(NotFound):
            store_of(crm).customers.get(stored.id)
        with pytest.raises(NotFound):
            store_of(crm).contacts.get(contact.id)


async def test_deleting_needs_the_permission_and_inactivating_is_offered_instead(start: Start) -> None:
    async with start("mikael") as crm:
        await crm.open("kallavesi")
        assert crm.commands()["card.delete"].reason == "it needs the permission “delete customers”"
        customer = customer_of(crm)
        with pytest.raises(Denied, match="delete customers"):
            store_of(crm).customers.delete(customer.id, customer.revision)
    async with start("sanna") as crm:
        await crm.open("kallavesi")
        await menu(crm, "Delete customer")
        await crm.press("x")
        await crm.see("○ Inactive")
        assert customer_of(crm).is_active is False
