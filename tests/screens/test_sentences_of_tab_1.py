"""What is asked of addresses, contacts and details, sentence by sentence: done by keys, seen on the screen,
and kept in the store."""

from __future__ import annotations

import pytest
from tests.driver import NOW
from tests.screens.conftest import Start
from tests.screens.kallavesi import TODAY, contacts_of, cursor_on, customer_of, feed, new_customer, store_of

from crm_tui.domain.finance import InvoiceStatus, NewInvoice, Receiver
from crm_tui.domain.names import DELETED_CONTACT
from crm_tui.domain.registries import NewRegistryValue, RegistryKind
from crm_tui.screens.dialogs.reading import ReadingDialog
from crm_tui.store.activities import FeedPart
from crm_tui.store.sql.store import SqlStore

# -- addresses --------------------------------------------------------------------------------------------------------


async def test_the_first_address_becomes_the_headquarters(start: Start) -> None:
    async with start() as crm:
        customer = await new_customer(crm, "Saimaa Tug & Barge Oy")
        await crm.see("so no headquarters: finance needs")
        await crm.panel("addresses")
        await crm.press("a")
        await crm.see("◆ headquarters")
        await crm.fill(line1="Telakkatie 2", postal_code="00150", city="Helsinki")
        await crm.save()
        await crm.see("◆ HQ  Telakkatie 2", "00150 Helsinki FI")
        (first,) = store_of(crm).addresses.of_customer(customer.id)
        assert (first.line1, first.postal_code, first.city) == ("Telakkatie 2", "00150", "Helsinki")
        assert store_of(crm).customers.get(customer.id).headquarters == first.id
        await crm.press("a")
        crm.see_no("◆ headquarters")
        await crm.fill(line1="Rantatie 9", city="Lahti")
        await crm.save()
        assert "Rantatie 9" in crm.row
        assert store_of(crm).customers.get(customer.id).headquarters == first.id


async def test_change_picks_another_headquarters_once_there_are_two(start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        await crm.panel("addresses")
        await crm.see("H change headquarters")
        await crm.press("H")
        await crm.choose("Strandgaten 9")
        await crm.see("◆ HQ  Strandgaten 9")
        bergen = next(
            each for each in store_of(crm).addresses.of_customer(customer_of(crm).id) if each.city == "Bergen"
        )
        assert customer_of(crm).headquarters == bergen.id
        assert "Strandgaten" in crm.rows[0]


async def test_with_one_address_there_is_nothing_to_change_and_it_is_said(start: Start) -> None:
    async with start() as crm:
        await new_customer(crm, "Saimaa Tug & Barge Oy")
        await crm.press("H")
        await crm.expect_toast("there is no address yet")
        await crm.panel("addresses")
        await crm.press("a")
        await crm.fill(city="Lahti")
        await crm.save()
        await crm.press("H")
        await crm.expect_toast("the only address is the headquarters")


async def test_the_headquarters_is_not_deleted_while_others_exist_and_the_last_leaves_a_warning(start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        await crm.panel("addresses")
        await crm.press("home", "d")
        await crm.expect_toast("This is the headquarters. Pick another with H first.")
        headquarters = customer_of(crm).headquarters
        for street in ("Strandgaten 9", "PL 218"):
            await crm.press("end")
            assert street in crm.row
            await crm.press("d")
            await crm.see(f"{street}", "will be deleted.")
            await crm.press("D")
            await crm.expect_toast("Address deleted")
        assert [each.id for each in store_of(crm).addresses.of_customer(customer_of(crm).id)] == [headquarters]
        await crm.press("d")
        await crm.see("It is the last one")
        await crm.press("D")
        await crm.see("so no headquarters: finance needs")
        assert store_of(crm).addresses.of_customer(customer_of(crm).id) == ()
        assert customer_of(crm).headquarters is None


# -- modals -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("panel", "field"), [("addresses", "line2"), ("contacts", "title")])
async def test_the_modal_of_an_address_and_of_a_contact_shows_created_and_updated(
    panel: str, field: str, start: Start
) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        await crm.panel(panel)
        await crm.press("home", "e")
        await crm.see("Created ", "2024", "by Sanna Virtanen", "Updated ")
        crm.see_no("18 Nov 2026 14:20")
        await crm.fill(**{field: "2nd floor"})
        await crm.save()
        await crm.press("e")
        await crm.see("Updated 18 Nov 2026 14:20 by Sanna Virtanen")
        await crm.press("escape", "enter")
        assert isinstance(crm.app.screen, ReadingDialog)
        await crm.see("Created ", "Updated 18 Nov 2026 14:20 by Sanna Virtanen", "2nd floor")
        stored = (
            store_of(crm).addresses.of_customer(customer_of(crm).id)[0]
            if panel == "addresses"
            else next(each for each in contacts_of(crm) if each.last_name == "Aasen")
        )
        assert (stored.updated_at, stored.updated_by) == (NOW, store_of(crm).users.me().user.id)
        assert stored.created_at.year == 2024


# -- contacts ---------------------------------------------------------------------------------------------------------


async def test_a_contact_is_added_with_role_and_keywords(start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        await crm.panel("contacts")
        await crm.press("a")
        await crm.fill(first_name="Åsa", last_name="Öhman", role="Procurement", keywords="News", title="Buyer")
        await crm.fill(keywords="Invoices", emails="asa@example.com", phones="0405550199")
        await crm.save()
        assert "Åsa Öhman" in crm.row
        await crm.see("asa@example.com", "+358 40 5550199", "Buyer", "News, Invoices")
        stored = next(each for each in contacts_of(crm) if each.last_name == "Öhman")
        names = {value.id: value.name for kind in (RegistryKind.KEYWORD, RegistryKind.CONTACT_ROLE)
                 for value in store_of(crm).registries.list(kind)}  # fmt: skip
        assert names[stored.role or 0] == "Procurement"
        assert [names[keyword] for keyword in stored.keywords] == ["News", "Invoices"]
        assert [email.address for email in stored.emails] == ["asa@example.com"]
        assert [phone.number for phone in stored.phones] == ["+358 40 5550199"]


async def test_inactive_contacts_are_hidden_shown_on_request_and_activated_by_editing(start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        await crm.panel("contacts")
        crm.see_no("Anne Holopainen")
        await crm.press("i")
        await crm.see("Anne Holopainen", "Risto Ahonen", "2 inactive shown")
        cursor_on(crm, "Holopainen")
        await crm.press("e")
        await crm.fill(is_active=True)
        await crm.save()
        await crm.press("i")
        await crm.see("Anne Holopainen", "1 inactive hidden")
        crm.see_no("Risto Ahonen")
        assert next(each for each in contacts_of(crm) if each.last_name == "Holopainen").is_active
        assert not next(each for each in contacts_of(crm) if each.last_name == "Ahonen").is_active


async def test_a_contact_is_inactivated_by_a_key_and_then_hidden(start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        await crm.panel("contacts")
        await crm.press("home", "x")
        await crm.expect_toast("Ingrid Aasen is inactive, and hidden: i shows inactive ones")
        assert not any("Aasen" in row for row in crm.rows)
        await crm.see("3 inactive hidden")
        assert not next(each for each in contacts_of(crm) if each.last_name == "Aasen").is_active


async def test_deleting_a_contact_is_confirmed_and_deleted_contact_stands_throughout_while_invoices_stay(
    start: Start,
) -> None:
    async with start(size=(120, 60)) as crm:
        await crm.open("kallavesi")
        store, customer = store_of(crm), customer_of(crm)
        eeva = next(each for each in contacts_of(crm) if each.last_name == "Lahtinen")
        receiver = Receiver(name=customer.name, contact_name="Eeva Lahtinen", line1="Satamakatu 14 A 3", city="Kuopio")
        invoice = store.finance.create_invoice(
            NewInvoice(
                customer=customer.id, number="2026-9001", status=InvoiceStatus.PAID, date=TODAY, paid=TODAY,
                currency="EUR", receiver=receiver, total=124_000,
            )
        )  # fmt: skip
        case = next(row for row in feed(crm, FeedPart.PLANNED) if row.name.startswith("Kick-off"))
        await crm.panel("contacts")
        cursor_on(crm, "Lahtinen")
        await crm.press("d")
        await crm.see("Erase Eeva Lahtinen for good?", "Type Lahtinen")
        await crm.press("enter")
        await crm.see("! To erase, type Lahtinen first")
        assert store.contacts.get(eeva.id) == eeva
        await crm.put("Lahtinen")
        await crm.press("enter")
        await crm.expect_toast("Eeva Lahtinen was erased.")
        assert not any("Lahtinen" in row for row in crm.rows)

        gone = store.contacts.get(eeva.id)
        assert gone.is_deleted
        assert (gone.first_name, gone.last_name, gone.emails, gone.phones) == ("", "", (), ())
        assert not any(hit.customer == customer.id for hit in store.search.anything("lahtinen").hits)
        assert store.finance.invoice(invoice.id).receiver == receiver
        assert eeva.id in store.activities.get(case.id).contact_participants

        await crm.panel("activities")
        cursor_on(crm, "Kick-off")
        await crm.press("e")
        await crm.see(DELETED_CONTACT)
        crm.see_no("Lahtinen")
        await crm.press("escape")
        await crm.tab(2)
        await crm.panel("cases")
        await crm.press("enter")
        await crm.see(DELETED_CONTACT)
        await crm.press("escape")
        await crm.tab(4)
        await crm.panel("invoices")
        cursor_on(crm, "2026-9001")
        await crm.press("enter")
        await crm.see(f"{customer.name}  Eeva Lahtinen")


# -- details ----------------------------------------------------------------------------------------------------------


async def test_vat_number_and_industry_are_changed(start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        await crm.panel("details")
        await crm.press("e")
        await crm.fill(vat_number="fi 0112038-9", industry="Public administration")
        await crm.save()
        await crm.see("FI01120389", "Public administration")
        stored = customer_of(crm)
        assert stored.vat_number == "FI01120389"
        assert store_of(crm).registries.get(stored.industry or 0).name == "Public administration"


async def test_a_vat_number_that_can_not_be_is_refused_below_its_field(start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        await crm.panel("details")
        await crm.press("e")
        await crm.fill(vat_number="FI01120380")
        await crm.press("ctrl+s")
        await crm.see("! ")
        assert crm.form.form.fields["vat_number"].has_focus_within
        assert customer_of(crm).vat_number == "FI90009649"


async def test_segmentation_is_seen_with_a_quick_link_to_the_settings(start: Start, fresh_store: SqlStore) -> None:
    async with start(size=(200, 60)) as crm:
        await crm.open("kallavesi")
        await crm.see("Segments", "Shipyards, Inland waters", "Campaign 2019 · 5")
        await crm.press("5")
        await crm.see("Market segmentation", "Shipyards")
        assert len(customer_of(crm).segments) == 5
    async with start(store=fresh_store) as crm:
        await new_customer(crm, "Saimaa Tug & Barge Oy")
        crm.see_no("Segments")
        fresh_store.registries.create(NewRegistryValue(kind=RegistryKind.SEGMENT_GROUP, name="Size"))
        await crm.press("r")
        await crm.see("Segments")
