"""What the issue asks of the header and of the first tab, sentence by sentence: done by keys, seen on the screen,
and kept in the store."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.driver import NOW, Crm
from tests.screens.conftest import Start

from crm_tui.domain.activities import ActivityKind
from crm_tui.domain.contacts import Contact, NewContact
from crm_tui.domain.customers import Customer
from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import Blocked, Denied, NotFound
from crm_tui.domain.files import FileKind
from crm_tui.domain.finance import InvoiceStatus, NewInvoice, Receiver
from crm_tui.domain.names import DELETED_CONTACT
from crm_tui.domain.registries import NewRegistryValue, RegistryKind
from crm_tui.screens.customer_card import CustomerCardScreen
from crm_tui.screens.customers import CustomersScreen
from crm_tui.screens.dialogs.reading import ReadingDialog
from crm_tui.store.activities import FeedPart, FeedRow
from crm_tui.store.cases import CaseLife, CaseRow
from crm_tui.store.paging import PageRequest
from crm_tui.store.port import Store
from crm_tui.store.sql.store import SqlStore
from crm_tui.widgets.tab_strip import TabStrip

NUMBER = 10482
ALL = PageRequest(limit=500)
TODAY = NOW.date()


def store_of(crm: Crm) -> Store:
    """The store behind the screen."""
    return crm.app.session.store


def customer_of(crm: Crm, number: int = NUMBER) -> Customer:
    """The customer as it is stored now."""
    return store_of(crm).customers.by_number(number)


def feed(crm: Crm, part: FeedPart) -> list[FeedRow]:
    """The stored lines of the feed."""
    return list(store_of(crm).activities.feed(customer_of(crm).id, part, ALL, NOW, TODAY).rows)


def case_of(crm: Crm, number: int) -> CaseRow:
    """A stored case of the customer."""
    rows = (row for life in CaseLife for row in store_of(crm).cases.of_customer(customer_of(crm).id, life, ALL, TODAY).rows)
    return next(row for row in rows if row.case.number == number)


def contacts_of(crm: Crm) -> list[Contact]:
    """The stored contacts of the customer, inactive ones too."""
    return [row.contact for row in store_of(crm).contacts.of_customer(customer_of(crm).id, ALL, inactive=True).rows]


async def menu(crm: Crm, entry: str) -> None:
    """Open the menu of the customer and take an entry."""
    await crm.press("m")
    await crm.choose(entry)


async def new_customer(crm: Crm, name: str) -> Customer:
    """Add a customer from the list; its card opens."""
    await crm.press("a")
    await crm.fill(name=name)
    await crm.save()
    assert isinstance(crm.app.screen, CustomerCardScreen)
    return next(hit for hit in [_named(crm, name)] if hit is not None)


def _named(crm: Crm, name: str) -> Customer:
    hit = next(hit for hit in store_of(crm).search.anything(name).hits if hit.kind is Kind.CUSTOMER)
    return store_of(crm).customers.get(hit.customer)


# -- the header -----------------------------------------------------------------------------------------------------


async def test_name_number_owner_and_description_are_changed_and_it_is_seen_who_created_and_updated_it(
    start: Start,
) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        before = customer_of(crm)
        await menu(crm, "Edit customer")
        await crm.fill(name="Kallavesi Marine Oy", number="20001", owner="Tuva", description="Ballast and deck\ncranes")
        await crm.save()
        await crm.see("Kallavesi Marine Oy", "20001", "● Active", "owner Tuva Nilsen", "Ballast and deck cranes")
        await crm.see("Created", "Sanna Virtanen", "Updated")
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
    async with start("mikael", size=(120, 60)) as crm:
        await crm.open("molde")
        await menu(crm, "Edit customer")
        await crm.see("Created ", " by ", "Updated ")
        await crm.fill(website="https://molde.example")
        await crm.save()
        await crm.panel("details")
        await crm.see("18 Nov 2026 14:20  Mikael Korhonen")


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
        await menu(crm, "In/activate")
        await crm.expect_toast("is inactive")
        await crm.see("○ Inactive")
        assert customer_of(crm).is_active is False
        await crm.press("escape", "escape")
        assert isinstance(crm.app.screen, CustomersScreen)
        assert not any("Kallavesi Marine" in row for row in crm.rows)
        await crm.press("i")
        await crm.open("kallavesi")
        await menu(crm, "In/activate")
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


# -- addresses ------------------------------------------------------------------------------------------------------


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
        bergen = next(each for each in store_of(crm).addresses.of_customer(customer_of(crm).id) if each.city == "Bergen")
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


# -- modals ---------------------------------------------------------------------------------------------------------


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
        stored = store_of(crm).addresses.of_customer(customer_of(crm).id)[0] if panel == "addresses" else next(
            each for each in contacts_of(crm) if each.last_name == "Aasen"
        )
        assert (stored.updated_at, stored.updated_by) == (NOW, store_of(crm).users.me().user.id)
        assert stored.created_at.year == 2024


# -- contacts -------------------------------------------------------------------------------------------------------


async def test_a_contact_is_added_with_role_and_keywords(start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        await crm.panel("contacts")
        await crm.press("a")
        await crm.fill(first_name="Åsa", last_name="Öhman", role="Procurement", keywords="News", title="Buyer")
        await crm.fill(keywords="Invoices", emails="asa@example.com", phones="0405550199")
        await crm.save()
        assert "Åsa Öhman" in crm.row
        await crm.see("asa@example.com", "+358 40 555 0199", "Buyer", "News, Invoices")
        stored = next(each for each in contacts_of(crm) if each.last_name == "Öhman")
        names = {value.id: value.name for kind in (RegistryKind.KEYWORD, RegistryKind.CONTACT_ROLE)
                 for value in store_of(crm).registries.list(kind)}  # fmt: skip
        assert names[stored.role or 0] == "Procurement"
        assert [names[keyword] for keyword in stored.keywords] == ["News", "Invoices"]
        assert [email.address for email in stored.emails] == ["asa@example.com"]
        assert [phone.number for phone in stored.phones] == ["+358 40 555 0199"]


async def test_inactive_contacts_are_hidden_shown_on_request_and_activated_by_editing(start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        await crm.panel("contacts")
        crm.see_no("Anne Holopainen")
        await crm.press("i")
        await crm.see("Anne Holopainen", "Risto Ahonen", "2 inactive shown")
        crm.table.move_to(next(place for place, row in enumerate(crm.rows) if "Holopainen" in row))
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
        await crm.expect_toast("Ingrid Aasen is inactive; it is kept, and hidden")
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
        crm.table.move_to(next(place for place, row in enumerate(crm.rows) if "Lahtinen" in row))
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
        assert not store.search.anything("lahtinen").hits
        assert store.finance.invoice(invoice.id).receiver == receiver
        assert eeva.id in store.activities.get(case.id).contact_participants

        await crm.panel("activities")
        crm.table.move_to(next(place for place, row in enumerate(crm.rows) if "Kick-off" in row))
        await crm.press("e")
        await crm.see(DELETED_CONTACT)
        crm.see_no("Lahtinen")
        await crm.press("escape")
        await crm.tab(2)
        await crm.panel("sales")
        await crm.press("enter")
        await crm.see(DELETED_CONTACT)
        await crm.press("escape")
        await crm.tab(4)
        await crm.panel("invoices")
        crm.table.move_to(next(place for place, row in enumerate(crm.rows) if "2026-9001" in row))
        await crm.press("enter")
        await crm.see(f"{customer.name}  Eeva Lahtinen")


# -- activities -----------------------------------------------------------------------------------------------------


async def test_a_note_is_added_quickly(start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        await crm.panel("contacts")
        await crm.press("down")
        row = crm.row
        await crm.press("n")
        await crm.type("Call back")
        await crm.press("ctrl+s")
        await crm.see("now", "Call back")
        assert crm.row == row
        newest = feed(crm, FeedPart.PAST)[0]
        assert (newest.kind, newest.name, newest.case) == ("note", "Call back", None)
        assert store_of(crm).notes.get(newest.id).created_by == store_of(crm).users.me().user.id


async def test_a_task_is_added_quickly_in_one_line_with_its_date_and_its_project(start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        await crm.press("t")
        await crm.type("Call Eeva fri 14:00")
        await crm.see("to-do, due")
        await crm.press("enter")
        await crm.see("Call Eeva")
        row = next(row for row in feed(crm, FeedPart.PLANNED) if row.name == "Call Eeva")
        stored = store_of(crm).activities.get(row.id)
        assert stored.kind is ActivityKind.TODO
        assert str(stored.due) == "2026-11-20"
        assert stored.starts_at is not None
        assert stored.starts_at.isoformat() == "2026-11-20T12:00:00+00:00"
        await crm.press("t")
        await crm.type("Grease winch @2104")
        await crm.see("task of 2104 Deck crane replacement")
        await crm.press("enter")
        task = next(row for row in feed(crm, FeedPart.PLANNED) if row.name == "Grease winch")
        assert (task.kind, task.case_number, str(task.on)) == ("task", 2104, "2026-11-18")


async def test_what_is_done_moves_from_planned_to_past(start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        await crm.panel("activities")
        await crm.see("Planned  18", "Past ")
        crm.table.move_to(next(place for place, row in enumerate(crm.rows) if "Call Eeva about crane" in row))
        await crm.press("space")
        await crm.expect_toast("Call Eeva about crane dates is done")
        await crm.see("Planned  17")
        past = next(place for place, row in enumerate(crm.rows) if row.startswith("Past"))
        assert past < next(place for place, row in enumerate(crm.rows) if "Call Eeva about crane" in row)
        assert not any("Call Eeva about crane" in row.name for row in feed(crm, FeedPart.PLANNED))
        done = next(row for row in feed(crm, FeedPart.PAST) if "Call Eeva about crane" in row.name)
        assert done.is_done
        crm.table.move_to(next(place for place, row in enumerate(crm.rows) if "Call Eeva about crane" in row))
        await crm.press("space")
        await crm.see("Planned  18")
        assert not store_of(crm).activities.get(done.id).is_done


@pytest.mark.parametrize(
    ("line", "case"),
    [("Agree the docking window", 2240), ("Crane load calculation", 2104)],
    ids=["sales case", "project"],
)
async def test_the_feed_leads_to_the_connected_sales_case_and_project(line: str, case: int, start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        await crm.panel("activities")
        crm.table.move_to(next(place for place, row in enumerate(crm.rows) if line in row))
        await crm.press("c")
        assert isinstance(crm.app.screen, CustomerCardScreen)
        assert crm.app.screen.query_one(TabStrip).active == 2
        assert str(case) in crm.row
        assert crm.focused_panel is not None
        assert crm.focused_panel.id == ("sales" if case == 2240 else "project")
        assert case_of(crm, case).case.name in crm.row


# -- details --------------------------------------------------------------------------------------------------------


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
        await crm.see("Segments", "Shipyards, Inland waters", "5 settings")
        await crm.press("5")
        await crm.see("Market segmentation", "Shipyards")
        assert len(customer_of(crm).segments) == 5
    async with start(store=fresh_store) as crm:
        await new_customer(crm, "Saimaa Tug & Barge Oy")
        crm.see_no("Segments")
        fresh_store.registries.create(NewRegistryValue(kind=RegistryKind.SEGMENT_GROUP, name="Size"))
        await crm.press("r")
        await crm.see("Segments")


# -- files and links ------------------------------------------------------------------------------------------------


async def test_a_link_is_tied_to_the_customer(start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        await crm.panel("files")
        await crm.press("a")
        await crm.choose("Link")
        await crm.fill(url="https://files.example/berths", name="Berth plan")
        await crm.save()
        assert "Berth plan" in crm.row
        stored = store_of(crm).files.of_customer(customer_of(crm).id, ALL).rows[0]
        assert (stored.file.kind, stored.file.name, stored.file.url) == (
            FileKind.LINK,
            "Berth plan",
            "https://files.example/berths",
        )
        assert stored.case_number is None
        await crm.press("o")
        assert crm.app.opened == ["https://files.example/berths"]


async def test_a_file_is_tied_to_a_project_of_the_customer(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "Crane log.txt").write_bytes(b"load 12 t\n")
    monkeypatch.setattr(Path, "home", classmethod(lambda cls: home))
    async with start() as crm:
        await crm.open("kallavesi")
        await crm.panel("files")
        await crm.press("a")
        await crm.choose("File")
        await crm.choose("Crane log.txt")
        await crm.fill(case="2104")
        await crm.save()
        assert "Crane log.txt" in crm.row
        stored = store_of(crm).files.of_customer(customer_of(crm).id, ALL).rows[0]
        assert (stored.case_number, stored.file.size, stored.file.kind) == (2104, 10, FileKind.FILE)
        with store_of(crm).files.open(stored.file.id) as content:
            assert content.read() == b"load 12 t\n"
        await crm.press("enter")
        await crm.see("Case", "2104")


async def test_with_read_permission_files_are_seen_and_not_added(start: Start) -> None:
    async with start("liisa") as crm:
        await crm.open("kallavesi")
        await crm.panel("files")
        assert any("Price list 2025.csv" in row for row in crm.rows)
        await crm.press("a")
        await crm.expect_toast("it needs the permission “customers: edit”")
        for command in ("list.add", "list.edit", "list.delete"):
            assert crm.commands()[command].reason == "it needs the permission “customers: edit”"
        row = store_of(crm).files.of_customer(customer_of(crm).id, ALL).rows[0]
        with pytest.raises(Denied, match="customers: edit"):
            store_of(crm).files.delete(row.file.id, row.file.revision)
        with store_of(crm).files.open(
            next(each.file.id for each in store_of(crm).files.of_customer(customer_of(crm).id, ALL).rows
                 if each.file.name == "Price list 2025.csv")
        ) as content:  # fmt: skip
            assert content.read()


async def test_with_edit_permission_a_file_is_renamed_and_removed(start: Start) -> None:
    async with start("jonas") as crm:
        await crm.open("kallavesi")
        await crm.panel("files")
        crm.table.move_to(next(place for place, row in enumerate(crm.rows) if "Price list 2025.csv" in row))
        await crm.press("e")
        await crm.fill(name="Price list 2025, old.csv")
        await crm.save()
        assert "Price list 2025, old.csv" in crm.row
        await crm.press("d")
        await crm.see("will be removed", "30 days")
        await crm.press("D")
        await crm.expect_toast("File removed")
        names = [row.file.name for row in store_of(crm).files.of_customer(customer_of(crm).id, ALL).rows]
        assert not any(name.startswith("Price list 2025") for name in names)
