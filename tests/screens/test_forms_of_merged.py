"""What is typed about a customer or a contact that somebody merged meanwhile is saved on the one that stays."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.driver import NOW, ZONE, Crm, WatchedApp, running
from tests.store.conformance import given
from tests.store.conformance.test_merging import merge, merge_contacts

from crm_tui.domain.customers import Customer
from crm_tui.drafting import DraftKeeper
from crm_tui.screens.base import CrmScreen
from crm_tui.screens.dialogs.drafts import offer_drafts
from crm_tui.screens.dialogs.form_dialog import About, FormDialog
from crm_tui.store.sql.store import SqlStore


@pytest.fixture
def store(open_sample: Callable[[str], SqlStore]) -> SqlStore:
    return open_sample("sanna")


@pytest.fixture
def two(store: SqlStore) -> tuple[Customer, Customer]:
    return given.customer(store, "Zeta Oy", number=4712), given.customer(store, "Zubr Ab", number=4713)


@pytest.fixture
def app(store: SqlStore, tmp_path: Path, keeper: DraftKeeper) -> WatchedApp:
    return WatchedApp(store, now=lambda: NOW, zone=ZONE, crash_folder=tmp_path, motion=False, drafts=keeper)


async def open_form(crm: Crm, name: str, about: About) -> None:
    assert isinstance(crm.app.screen, CrmScreen)
    crm.app.screen.open_form(name, about)
    await crm.settle()


@pytest.mark.parametrize(
    ("form", "values"),
    [
        ("note", {"text": "precious words"}),
        ("contact", {"first_name": "Liisa", "last_name": "Laine"}),
        ("address", {"city": "Kuopio"}),
    ],
)
async def test_something_new_is_saved_on_the_one_that_stays(
    app: WatchedApp, store: SqlStore, two: tuple[Customer, Customer], form: str, values: dict[str, str]
) -> None:
    goes, stays = two
    async with running(app) as crm:
        await crm.open("Zeta Oy")
        await open_form(crm, form, About(goes.id))
        await crm.fill(**values)
        merge(store, stays, goes)
        await crm.press("ctrl+s")
        await crm.see("This customer is part of Zubr Ab now", "Save there")
        await crm.press("escape")
        assert crm.form.is_changed
        await crm.press("ctrl+s", "D")
        assert not isinstance(crm.app.screen, FormDialog)
        assert "Zubr Ab" in crm.customer
        await crm.see(next(reversed(values.values())))


async def test_what_was_deleted_is_said_to_be(
    app: WatchedApp, store: SqlStore, keeper: DraftKeeper, two: tuple[Customer, Customer]
) -> None:
    async with running(app) as crm:
        await crm.open("Zeta Oy")
        await open_form(crm, "note", About(two[0].id))
        await crm.fill(text="precious words")
        store.customers.delete(two[0].id, two[0].revision)
        await crm.press("ctrl+s")
        await crm.see("! This customer was deleted. What you typed is kept.")
        keeper.flush()
        assert len(keeper.all()) == 1


async def test_drafts_go_on_with_the_one_that_stays(
    app: WatchedApp, store: SqlStore, keeper: DraftKeeper, two: tuple[Customer, Customer]
) -> None:
    goes, stays = two
    person, other = given.contact(store, stays, "Liisa", "Laine"), given.contact(store, goes, "Lisa", "Laine")
    async with running(app) as crm:
        await crm.open("Zeta Oy")
        await open_form(crm, "contact", About(goes.id, other.id))
        await crm.fill(title="Chief engineer")
        merge_contacts(store, person, other)
        await crm.press("ctrl+s")
        await crm.see("This contact is part of Liisa Laine now.", "What you typed is kept: its draft")
        app.pop_screen()
        await crm.press("n")
        await crm.fill(text="precious words")
        merge(store, stays, goes)
        app.pop_screen()
        await crm.press("r")
        keeper.flush()
        assert len(keeper.all()) == 2
        for word in ("Contact", "note"):
            assert isinstance(crm.app.screen, CrmScreen)
            offer_drafts(crm.app.screen, asked=True)
            await crm.settle()
            crm.see_no("a customer that is gone")
            await crm.choose(word)
            await crm.press("ctrl+s")
            if word == "Contact":
                await crm.see("Two changes to Liisa Laine", "Liisa · theirs", "Chief engineer · mine")
                await crm.press("ctrl+s")
            assert not isinstance(crm.app.screen, FormDialog), crm.text()
        saved = store.contacts.get(person.id)
        assert (saved.title, saved.first_name) == ("Chief engineer", "Liisa")
        await crm.see("precious words")
