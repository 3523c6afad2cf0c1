"""A picker that lacks somebody offers to create them, to those who may: the contact's form opens on top, what was
typed in the form below stays, and who was saved is chosen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.driver import Crm, crm_app, running
from tests.screens.conftest import Start
from tests.screens.dialog_app import HOSTILE
from tests.screens.kallavesi import contacts_of, customer_of, feed, store_of

from crm_tui.demo.organization import NAME
from crm_tui.domain.activities import Activity, ActivityKind, NewActivity
from crm_tui.domain.contacts import Contact
from crm_tui.domain.permissions import CustomerLevel, Profile, ProjectLevel
from crm_tui.domain.users import NewUser
from crm_tui.drafting import DraftKeeper
from crm_tui.screens.customer_card import CustomerCardScreen
from crm_tui.screens.dialogs.activity_form import ActivityForm
from crm_tui.screens.dialogs.contact_form import ContactForm
from crm_tui.store.activities import FeedPart
from crm_tui.store.sql.store import SqlStore
from crm_tui.widgets.choose import ChooseDialog
from crm_tui.widgets.confirm import ConfirmDialog

ENTRY = {"name": "Visit the yard", "starts": "fri 9:00", "location": "Gate 2"}


async def open_entry(crm: Crm, kind: str = "Calendar entry") -> None:
    """Begin a new entry on the card that is open, and go to the picker of its contacts."""
    await crm.panel("activities")
    await crm.press("a")
    await crm.choose(kind)
    await crm.fill(**(ENTRY if kind == "Calendar entry" else {"name": ENTRY["name"]}))
    await go_to(crm, "contact_participants")


async def go_to(crm: Crm, field: str) -> None:
    """Give the focus to a field of the open form."""
    crm.form.form.go_to(field)
    await crm.settle()


async def create(crm: Crm, name: str) -> None:
    """Type a name into the picker that has the focus, and take the line that creates it."""
    await crm.type(name)
    await crm.choose(f"“{name}”")


def named(crm: Crm, last_name: str) -> Contact:
    """The stored contact of this last name."""
    return next(each for each in contacts_of(crm) if each.last_name == last_name)


def entries(crm: Crm) -> list[Activity]:
    """The stored activities that the tests make."""
    found = [row.id for row in feed(crm, FeedPart.PLANNED) if row.name == ENTRY["name"]]
    return [store_of(crm).activities.get(activity) for activity in found]


# -- contacts ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["Calendar entry", "To-do"])
async def test_a_contact_is_created_and_chosen_and_both_are_saved(kind: str, start: Start) -> None:
    async with start("mikael") as crm:
        await crm.open("kallavesi")
        await open_entry(crm, kind)
        await crm.type("Jaana van Dyk")
        await crm.see("create contact “Jaana van Dyk”")
        await crm.press("enter")
        assert isinstance(crm.form, ContactForm)
        values = crm.form.form.values()
        assert (values["first_name"], values["last_name"]) == ("Jaana", "van Dyk")
        await crm.fill(title="Crane driver")
        await crm.save()
        await crm.expect_toast("Saved: Jaana van Dyk.")
        assert isinstance(crm.form, ActivityForm)
        assert crm.form.form.fields["contact_participants"].has_focus
        await crm.see("Jaana van Dyk ×", ENTRY["name"])
        await crm.save()
        jaana = named(crm, "van Dyk")
        assert jaana.title == "Crane driver"
        assert [entry.contact_participants for entry in entries(crm)] == [(jaana.id,)]
        await crm.panel("contacts")
        assert any("Jaana van Dyk" in row for row in crm.rows)


async def test_of_a_single_word_the_last_name_is_asked_for(start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        await open_entry(crm)
        await create(crm, "Jaana")
        assert crm.form.form.fields["last_name"].has_focus_within
        await crm.type("Salo")
        await crm.save()
        await crm.see("Jaana Salo ×")


async def test_keys_that_are_typed_at_once_go_to_the_contact_s_form(start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        await open_entry(crm)
        await crm.type("Jaana")
        await crm.pilot.press("enter", *"Salo", "ctrl+s", "ctrl+s")
        await crm.settle()
        assert isinstance(crm.app.screen, CustomerCardScreen)
        salo = named(crm, "Salo")
        assert salo.first_name == "Jaana"
        assert entries(crm)[0].contact_participants == (salo.id,)


async def test_the_new_one_is_chosen_beside_those_who_were(start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        await open_entry(crm)
        await crm.type("Aasen")
        await crm.press("enter")
        await create(crm, "Jaana Salo")
        await crm.save()
        await crm.save()
        assert entries(crm)[0].contact_participants == (named(crm, "Aasen").id, named(crm, "Salo").id)


async def test_an_entry_that_is_edited_takes_a_new_contact(start: Start) -> None:
    async with start() as crm:
        new = NewActivity(kind=ActivityKind.TODO, name=ENTRY["name"], customer=customer_of(crm).id)
        entry = store_of(crm).activities.create(new)
        await crm.open("kallavesi")
        await crm.panel("activities")
        crm.table.move_to_id(f"activity:{entry.id}")
        await crm.settle()
        await crm.press("e")
        await go_to(crm, "contact_participants")
        await create(crm, "Jaana Salo")
        await crm.save()
        await crm.save()
        assert entries(crm)[0].contact_participants == (named(crm, "Salo").id,)


async def test_escape_leads_back_to_the_entry_with_all_that_was_typed(start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        pulse = store_of(crm).pulse()
        await open_entry(crm)
        before = crm.form.form.values()
        await create(crm, "Jaana Salo")
        await crm.press("escape")
        assert isinstance(crm.form, ActivityForm)
        assert crm.form.form.values() == before
        await create(crm, "Jaana Salo")
        await crm.fill(title="Crane driver")
        await crm.press("escape")
        assert isinstance(crm.app.screen, ConfirmDialog)
        await crm.press("D")
        assert isinstance(crm.form, ActivityForm)
        assert crm.form.form.values() == before
        assert store_of(crm).pulse() == pulse
        await crm.save()
        assert [entry.name for entry in entries(crm)] == [ENTRY["name"]]


async def test_who_is_there_already_is_not_created_again(start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        await open_entry(crm)
        await crm.type("ingrid aasen")
        await crm.see("Ingrid Aasen")
        crm.see_no("create contact")


async def test_undo_takes_back_the_entry_and_then_the_contact(start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        await open_entry(crm)
        await create(crm, "Jaana Salo")
        await crm.save()
        await crm.save()
        await crm.press("u")
        assert not entries(crm)
        assert named(crm, "Salo")
        await crm.press("u")
        assert all(each.last_name != "Salo" for each in contacts_of(crm))


async def test_the_card_shows_who_was_created_for_an_entry_that_was_thrown_away(start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        await open_entry(crm)
        await create(crm, "Jaana Salo")
        await crm.save()
        await crm.press("escape", "D")
        assert isinstance(crm.app.screen, CustomerCardScreen)
        await crm.see("7 contacts")
        await crm.panel("contacts")
        assert any("Jaana Salo" in row for row in crm.rows)
        assert not entries(crm)


async def test_a_hostile_name_is_shown_as_text(start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        await open_entry(crm)
        await crm.press("enter")
        await crm.put(HOSTILE)
        await crm.choose("create contact")
        await crm.fill(last_name="Salo")
        await crm.save()
        crm.see_no("\x1b", "\x9b")
        await crm.see("Salo ×")
        await crm.save()
        assert entries(crm)[0].contact_participants == (named(crm, "Salo").id,)


# -- addresses --------------------------------------------------------------------------------------------------------


async def test_an_address_is_created_for_a_contact(start: Start) -> None:
    async with start("mikael") as crm:
        await crm.open("kallavesi")
        await crm.panel("contacts")
        await crm.press("home", "e")
        await crm.fill(title="Crane driver")
        await go_to(crm, "address")
        await create(crm, "Satamakatu 12")
        assert crm.form.FORM == "address"
        await crm.fill(city="Lahti")
        await crm.save()
        await crm.see("Satamakatu 12, Lahti FI ▾", "Crane driver")
        await crm.save()
        ingrid = named(crm, "Aasen")
        assert store_of(crm).addresses.get(ingrid.address or 0).city == "Lahti"


async def test_an_address_for_a_contact_for_an_entry(start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        await open_entry(crm)
        await create(crm, "Jaana Salo")
        await go_to(crm, "address")
        await create(crm, "Satamakatu 12")
        await crm.save()
        await crm.save()
        await crm.save()
        jaana = named(crm, "Salo")
        assert store_of(crm).addresses.get(jaana.address or 0).line1 == "Satamakatu 12"
        assert entries(crm)[0].contact_participants == (jaana.id,)


# -- who may not ------------------------------------------------------------------------------------------------------


@pytest.fixture
def reader(open_sample: Callable[[str], SqlStore]) -> SqlStore:
    """The sample company as somebody who may read customers, and so add activities, but no contacts."""
    store = open_sample("sanna")
    profile = store.users.create_profile(
        Profile(name="Reader", customers=CustomerLevel.READ, projects=ProjectLevel.NONE)
    )
    store.users.create(NewUser(name="Rita Reader", login="rita", profile=profile.id))
    return open_sample("rita")


async def test_who_may_not_add_contacts_is_offered_none(start: Start, reader: SqlStore) -> None:
    async with start(store=reader) as crm:
        await crm.open("kallavesi")
        await open_entry(crm)
        await crm.press("enter")
        crm.see_no("makes a new")
        await crm.type("Jaana")
        await crm.see("Nothing is called so.")
        crm.see_no("create")
        await crm.press("enter")
        assert isinstance(crm.app.screen, ChooseDialog)


async def test_the_own_company_takes_no_new_contacts(start: Start) -> None:
    async with start() as crm:
        await crm.open(NAME)
        await open_entry(crm)
        await crm.type("Jaana")
        await crm.see("Nothing is called so.")
        crm.see_no("create")


async def test_what_the_store_refuses_is_said_and_kept(start: Start, open_sample: Callable[[str], SqlStore]) -> None:
    async with start("mikael") as crm:
        await crm.open("kallavesi")
        await open_entry(crm)
        await create(crm, "Jaana Salo")
        users = open_sample("sanna").users
        sales = next(profile for profile in users.profiles() if profile.profile.name == "Sales")
        users.update_profile(sales.id, sales.revision, replace(sales.profile, customers=CustomerLevel.READ))
        await crm.press("ctrl+s")
        await crm.see("customers: edit", "What you typed is kept.")
        await crm.press("escape")
        assert crm.form.form.values()["name"] == ENTRY["name"]
        assert all(each.last_name != "Salo" for each in contacts_of(crm))


# -- drafts -----------------------------------------------------------------------------------------------------------


async def test_both_forms_are_kept_as_drafts_of_their_own(
    open_sample: Callable[[str], SqlStore], tmp_path: Path, keeper: DraftKeeper
) -> None:
    app = crm_app(open_sample("sanna"), tmp_path, drafts=keeper)
    async with running(app) as crm:
        await crm.open("kallavesi")
        await open_entry(crm)
        await create(crm, "Jaana Salo")
        await crm.fill(title="Crane driver")
        app.save_drafts()
        drafts = {draft.form: draft.values for draft in keeper.all()}
        assert drafts["contact"]["title"] == "Crane driver"
        assert drafts["activity"]["name"] == ENTRY["name"]
        await crm.press("escape", "D")
        app.save_drafts()
        assert [draft.form for draft in keeper.all()] == ["activity"]
        await create(crm, "Jaana Salo")
        await crm.save()
        app.save_drafts()
        (kept,) = keeper.all()
        assert kept.values == drafts["activity"] | {"contact_participants": [named(crm, "Salo").id]}
        await crm.save()
        app.save_drafts()
        assert keeper.all() == ()
