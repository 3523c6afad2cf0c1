"""A form says that somebody like that is there already, asks once before saving, and loses nothing on the way."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.driver import NOW, ZONE, WatchedApp, running
from tests.screens.conftest import Start

from crm_tui.domain.contacts import Email, NewContact
from crm_tui.domain.customers import NewCustomer
from crm_tui.drafting import DraftKeeper
from crm_tui.screens.base import CrmScreen
from crm_tui.screens.customer_card import CustomerCardScreen
from crm_tui.screens.dialogs.alike_form import AlikeForm
from crm_tui.screens.dialogs.form_dialog import About
from crm_tui.screens.dialogs.looks_like import LooksLikeDialog
from crm_tui.store.customers import CustomerQuery
from crm_tui.store.sql.store import SqlStore


@pytest.fixture
def store(open_sample: Callable[[str], SqlStore]) -> SqlStore:
    """The sample company with a customer and a contact of its own."""
    store = open_sample("sanna")
    made = store.customers.create(
        NewCustomer(name="Hölmölä Energia Oy", number=4711, vat_number="FI01120389", phone="+358 9 5550143")
    )
    emails = (Email("liisa.backstrom@holmola.example"),)
    store.contacts.create(NewContact(customer=made.id, first_name="Liisa", last_name="Bäckström", emails=emails))
    return store


@pytest.fixture
def app(store: SqlStore, tmp_path: Path, keeper: DraftKeeper) -> WatchedApp:
    return WatchedApp(store, now=lambda: NOW, zone=ZONE, crash_folder=tmp_path, motion=False, drafts=keeper)


async def test_a_new_customer_looks_like_one_that_is_there(app: WatchedApp, keeper: DraftKeeper) -> None:
    async with running(app, (80, 24)) as crm:
        await crm.press("a")
        above = [line for line in crm.lines() if "New customer" in line]
        await crm.fill(name="Holmola Enregia")
        await crm.see("Looks like Hölmölä Energia Oy 4711: nearly the same name", "F3 shows it")
        assert [line for line in crm.lines() if "New customer" in line] == above  # nothing moved
        await crm.fill(name="Quite another one")
        await crm.rest()
        crm.see_no("Looks like")
        await crm.press("f3")
        await crm.expect_toast("nobody like that is there yet")
        await crm.fill(phone="09 555 0143", name="Hölmölä Energia")
        await crm.see("same name, other form")
        await crm.press("f3")
        await crm.see("It looks like", "same phone", "98 of 100")
        await crm.press("escape")
        assert isinstance(app.screen, AlikeForm)
        await crm.press("f3", "enter")
        assert isinstance(app.screen, CustomerCardScreen)
        await crm.see("Hölmölä Energia Oy")
        await crm.expect_toast("What you typed is kept")
        keeper.flush()
        assert [draft.values["name"] for draft in keeper.all()] == ["Hölmölä Energia"]


async def test_a_save_asks_once_what_is_very_likely_there(app: WatchedApp, store: SqlStore) -> None:
    async with running(app) as crm:
        await crm.press("a")
        # all of it arrives before the form has had a pause to look for it
        await crm.press_at_once(*"holmola", "space", *"energia")
        await crm.fill(vat_number="0112038-9")
        await crm.press("ctrl+s")
        await crm.see("Is it there already?", "same VAT number", "Save all the same")
        await crm.press("ctrl+s")  # the key that asked does not answer
        assert isinstance(app.screen, LooksLikeDialog)
        await crm.press("escape")
        assert crm.form.form.values()["name"] == "holmola energia"
        await crm.press("ctrl+s")
        await crm.see("Is it there already?")
        await crm.press("S")
        assert isinstance(app.screen, CustomerCardScreen)
        assert store.customers.by_number(20_001).name == "holmola energia"


@pytest.mark.parametrize("keys", [("enter",), ("S", "t", "e"), ("o",)])
async def test_keys_typed_ahead_answer_nothing(
    app: WatchedApp, store: SqlStore, keeper: DraftKeeper, keys: tuple[str, ...]
) -> None:
    before = store.customers.count(CustomerQuery(active=None))
    async with running(app) as crm:
        await crm.press("a")
        await crm.fill(name="Hölmölä Energia", vat_number="0112038-9")
        await crm.press_at_once("ctrl+s", *keys)
        await crm.see("Is it there already?")
        assert store.customers.count(CustomerQuery(active=None)) == before
        await crm.press("enter")  # a second too late, out of habit: does no harm
        assert crm.form.form.values()["name"] == "Hölmölä Energia"
        await crm.press("ctrl+s", "o")
        await crm.see("Hölmölä Energia Oy")
        await crm.expect_toast("What you typed is kept")


async def test_what_was_said_to_be_another_is_not_asked_again(app: WatchedApp, store: SqlStore) -> None:
    async with running(app) as crm:
        await crm.press("a")
        await crm.fill(name="Hölmölä Energia Oy", employees="many")
        await crm.press("ctrl+s")
        await crm.see("A whole number")  # what is wrong is said first
        await crm.fill(employees="12", number="4711")
        await crm.press("ctrl+s")
        await crm.fill(vat_number="FI01120389")
        await crm.press("ctrl+s", "S")
        await crm.see("4711")  # refused: the number is taken; the form is there still
        assert isinstance(app.screen, AlikeForm)
        await crm.fill(number="4712")
        await crm.save()
        assert store.customers.by_number(4712).employees == 12


async def test_a_contact_looks_like_one_of_another_customer(app: WatchedApp, keeper: DraftKeeper) -> None:
    async with running(app, (80, 24)) as crm:
        await crm.open("kallavesi")
        await crm.panel("contacts")
        await crm.press("a")
        await crm.fill(first_name="Backstrom", last_name="Liisa")
        await crm.rest()
        crm.see_no("Looks like")  # people of one name are many
        await crm.fill(emails="Liisa.Backstrom@holmola.example")
        await crm.see("Looks like Liisa Bäckström of Hölmölä Energia Oy: same e-mail")
        await crm.press("ctrl+s")
        await crm.see("Is it there already?")
        await crm.press("o")
        await crm.see("Hölmölä Energia Oy")
        assert crm.focused_panel is not None
        assert "Liisa Bäckström" in crm.row
        keeper.flush()
        (draft,) = keeper.all()
        assert draft.values["first_name"] == "Backstrom"


@pytest.mark.parametrize("typed", ["14.2.19740", "31.2.1974", "1.1.2090"])
async def test_a_date_half_typed_hides_nobody(app: WatchedApp, typed: str) -> None:
    async with running(app) as crm:
        await crm.open("4711")
        await crm.panel("contacts")
        await crm.press("a")
        await crm.fill(date_of_birth=typed, first_name="Liisa", last_name="Backstrom")
        await crm.see("Looks like Liisa Bäckström")


async def test_what_a_form_begins_with_is_looked_for(app: WatchedApp) -> None:
    """Before a key is pressed: a name was typed into a picker, or a draft goes on."""
    async with running(app) as crm:
        assert isinstance(crm.app.screen, CrmScreen)
        crm.app.screen.open_form("customer", About(None, given={"name": "Holmola Energia"}))
        await crm.see("Looks like Hölmölä Energia Oy 4711")


async def test_an_edit_warns_only_of_what_is_changed(app: WatchedApp, store: SqlStore) -> None:
    twin = store.customers.create(NewCustomer(name="Hölmölä Energia Oyj", number=4712))
    async with running(app) as crm:
        await crm.open("4712")
        await crm.panel("details")
        await crm.press("e")
        await crm.rest()
        crm.see_no("Looks like")
        await crm.fill(phone="09 5550143")
        await crm.see("Looks like Hölmölä Energia Oy 4711")
        await crm.save()
        assert store.customers.get(twin.id).phone == "+358 9 5550143"


async def test_going_there_is_refused_where_nothing_can_be_kept(start: Start, store: SqlStore) -> None:
    async with start(store=store) as crm:
        await crm.press("a")
        await crm.fill(name="Hölmölä Energia")
        await crm.see("Looks like")
        await crm.press("f3", "enter")
        await crm.expect_toast("can't be kept as a draft")
        assert isinstance(crm.app.screen, LooksLikeDialog)
