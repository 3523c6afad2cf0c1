"""Permissions that are taken away while a screen is open: what it showed goes, what it offered is refused, and it
comes back with the permission."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from msgspec.structs import replace
from tests.driver import NOW, Crm
from tests.screens.conftest import Start
from tests.screens.kallavesi import NUMBER, cursor_on
from tests.screens.twins import enter_twice

from crm_tui.domain.activities import ActivityKind, NewActivity
from crm_tui.domain.permissions import CustomerLevel, Profile, ProjectLevel
from crm_tui.domain.users import NewUser
from crm_tui.screens.base import CrmScreen
from crm_tui.screens.customer_card import CustomerCardScreen
from crm_tui.screens.customers import CustomersScreen
from crm_tui.screens.people import ContactsScreen
from crm_tui.screens.session import CardRequest
from crm_tui.store.sql.contacts import SqlContacts
from crm_tui.store.sql.store import SqlStore

Open = Callable[[str], SqlStore]
NAME = "Taken away"
FULL = Profile(name=NAME, customers=CustomerLevel.ALL, delete_customers=True, projects=ProjectLevel.ALL)
READER = replace(FULL, customers=CustomerLevel.READ, delete_customers=False)
NOTHING = replace(FULL, customers=CustomerLevel.NONE, delete_customers=False, projects=ProjectLevel.NONE)


@pytest.fixture
def store(open_sample: Open) -> SqlStore:
    """The sample company with Vera, who may do much."""
    store = open_sample("sanna")
    profile = store.users.create_profile(FULL)
    store.users.create(NewUser(name="Vera Vieras", login="vera", profile=profile.id))
    return store


@asynccontextmanager
async def vera(start: Start, store: SqlStore, *, size: tuple[int, int] = (120, 40)) -> AsyncIterator[Crm]:
    """The program as Vera."""
    async with start(store=store.acting_as("vera"), size=size) as crm:
        yield crm


async def allow(crm: Crm, store: SqlStore, profile: Profile) -> None:
    """An administrator changes what Vera may do, and her program notices."""
    now = next(each for each in store.users.profiles() if each.profile.name == NAME)
    store.users.update_profile(now.id, now.revision, profile)
    assert isinstance(crm.app.screen, CrmScreen)
    crm.app.screen.look_for_changes()
    await crm.settle()


@pytest.mark.parametrize(
    ("key", "screen", "words", "here"),
    [
        ("1", CustomersScreen, "No customers are shown", "Kallavesi"),
        ("2", ContactsScreen, "No contacts are shown", "Jussi Räsänen"),
    ],
)
async def test_a_list_is_emptied_and_filled_again(
    key: str, screen: type[CrmScreen], words: str, here: str, start: Start, store: SqlStore
) -> None:
    async with vera(start, store) as crm:
        if key != "1":
            await crm.press(key)
        await crm.filter(here.split()[0].lower())
        await crm.see(here, "1–")
        await allow(crm, store, NOTHING)
        await crm.see(f"{words}: it needs the permission “customers: read”.")
        crm.see_no("Räsänen", "Kallavesi", "1–", "match", "+358", "@")
        assert not crm.toasts
        assert crm.table.count == 0
        assert crm.commands()["list.edit"].reason is not None
        assert crm.commands()["list.add"].reason == "it needs the permission “customers: edit”"
        await allow(crm, store, FULL)
        await crm.see(here, "1–", "match")
        assert crm.commands()["list.edit"].reason is None
        assert not crm.toasts


async def test_a_list_behind_another_screen_is_emptied_when_it_comes_back(start: Start, store: SqlStore) -> None:
    async with vera(start, store) as crm:
        await crm.press("2")
        before = crm.table.count
        await crm.press("1")
        await allow(crm, store, NOTHING)
        await crm.press("2")
        await crm.see("No contacts are shown")
        assert (before > 0, crm.table.count) == (True, 0)
        assert not crm.toasts


async def test_what_the_store_refuses_shows_what_may_be_done_now(start: Start, store: SqlStore) -> None:
    """A change is refused before anybody looked for changes: that is said, and the commands know it."""
    async with vera(start, store) as crm:
        await crm.press("2")
        await crm.filter("jussi räsänen")
        now = next(each for each in store.users.profiles() if each.profile.name == NAME)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(ContactsScreen, "look_for_changes", lambda _: None)
            store.users.update_profile(now.id, now.revision, READER)
            await crm.press("x")
            await crm.expect_toast("customers: edit")
            assert crm.commands()["list.activate"].reason == "it needs the permission “customers: edit”"
        await crm.see("Jussi Räsänen")


async def test_own_activities_go_and_come_back(start: Start, store: SqlStore) -> None:
    todo = NewActivity(kind=ActivityKind.TODO, name="Water the plants", due=NOW.date())
    store.acting_as("vera").activities.create(todo)
    async with vera(start, store, size=(80, 24)) as crm:
        await crm.press("3")
        await crm.see("Water the plants", "1 planned")
        await allow(crm, store, NOTHING)
        await crm.see("No activities are shown: it needs the permission “customers: read”.")
        crm.see_no("Water the plants", "planned")
        assert not crm.toasts
        await allow(crm, store, FULL)
        await crm.see("Water the plants", "1 planned")


async def test_pairs_of_duplicates_go_and_come_back(start: Start, store: SqlStore) -> None:
    enter_twice(store)
    async with vera(start, store) as crm:
        await crm.press("4")
        await crm.see("Customers that may be the same 1", "Side by side", "fair in Turku.")
        await allow(crm, store, NOTHING)
        await crm.see("No customers are shown: it needs the permission “customers: read”.")
        crm.see_no("Kallavesi", "same 1", "Side by side", "fair in Turku.", "compared")
        assert not crm.toasts
        await allow(crm, store, FULL)
        await crm.see("Kallavesi Marine", "Customers that may be the same 1")


async def test_a_card_goes_with_its_customer(start: Start, store: SqlStore) -> None:
    async with vera(start, store) as crm:
        crm.app.session.open_card(CardRequest(store.customers.by_number(NUMBER).id))
        await crm.see("Kallavesi", "Eeva Lahtinen")
        await allow(crm, store, NOTHING)
        assert isinstance(crm.app.screen, CustomersScreen)
        await crm.see("No customers are shown: it needs the permission “customers: read”.")
        crm.see_no("Kallavesi", "Lahtinen")
        assert len(crm.toasts) == 1
        assert "customers: read" in crm.toasts[0]


@pytest.mark.parametrize(
    ("tab", "words", "gone"),
    [
        (2, "Your permissions hide all cases", "Crane foundation"),
        (3, "Your permissions hide all", "late"),
        (4, "Your permissions hide all figures", "outstanding"),
    ],
)
async def test_panels_of_the_card_hide_what_is_hidden_now(
    tab: int, words: str, gone: str, start: Start, store: SqlStore
) -> None:
    async with vera(start, store) as crm:
        crm.app.session.open_card(CardRequest(store.customers.by_number(NUMBER).id, tab))
        await crm.see(gone)
        await allow(crm, store, replace(FULL, projects=ProjectLevel.NONE))
        assert isinstance(crm.app.screen, CustomerCardScreen)
        await crm.see(words)
        crm.see_no(gone)
        assert not crm.toasts
        await allow(crm, store, FULL)
        await crm.see(gone)
        crm.see_no(words)


async def test_contacts_of_the_card_can_be_read_but_not_changed_any_more(start: Start, store: SqlStore) -> None:
    async with vera(start, store) as crm:
        crm.app.session.open_card(CardRequest(store.customers.by_number(NUMBER).id))
        await crm.settle()
        await crm.panel("contacts")
        cursor_on(crm, "Jussi")
        assert crm.commands()["list.edit"].reason is None
        await allow(crm, store, READER)
        assert crm.commands()["list.edit"].reason == "it needs the permission “customers: edit”"
        await crm.see_row("Jussi")


async def test_a_late_answer_does_not_bring_back_what_is_hidden(
    start: Start, store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A count that was read before the permission went comes after it."""
    async with vera(start, store) as crm:
        await crm.press("2")
        counted = store.contacts.count_across
        await allow(crm, store, NOTHING)
        screen = crm.app.screen
        assert isinstance(screen, ContactsScreen)
        monkeypatch.setattr(SqlContacts, "count_across", lambda _, query, *, exact: counted(query, exact=exact))
        screen.list_again()
        await crm.see("No contacts are shown")
        crm.see_no("206")
