"""Users and profiles on their screen: all may look, administrators change them, and rule 18 is said in words."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from typing import Any

from tests.driver import Crm
from tests.screens.conftest import Start
from tests.screens.kallavesi import cursor_on, store_of

from crm_tui.domain.permissions import CustomerLevel, Profile, ProjectLevel
from crm_tui.domain.registries import RegistryKind
from crm_tui.domain.users import NewUser, StoredProfile, User
from crm_tui.screens.customer_card import CustomerCardScreen
from crm_tui.screens.customers import CustomersScreen
from crm_tui.screens.user_rows import People, about_user
from crm_tui.screens.users import UsersScreen
from crm_tui.store.sql.store import SqlStore

Open = Callable[[str], SqlStore]
NOW = dt.datetime(2026, 11, 18, 10, 0, tzinfo=dt.UTC)
OWN = "nobody changes their own permissions; another administrator can"


async def users(crm: Crm) -> None:
    """Open the screen from the palette."""
    await crm.press(":")
    await crm.put("users")
    await crm.press("enter")
    assert isinstance(crm.app.screen, UsersScreen)


def user(crm: Crm, login: str) -> User:
    return next(each for each in store_of(crm).users.list(inactive=True) if each.login == login)


def profile(crm: Crm, name: str) -> StoredProfile:
    return next(each for each in store_of(crm).users.profiles() if each.profile.name == name)


async def test_users_are_added_changed_and_made_inactive(start: Start) -> None:
    async with start(size=(80, 24)) as crm:
        await users(crm)
        await crm.see("Users 5", "Profiles 6", "Jonas Berg  jonas.berg@kalliofjord.example")
        cursor_on(crm, "tuva")
        await crm.see("all of Energy & Infrastructure, Norway", "that Tuva Nilsen or Jonas Berg owns.")
        await crm.press("a")
        await crm.fill(name="Ville Virta", login="tuva", profile="Sales", superior="Mikael")
        await crm.press("ctrl+s")
        await crm.see("! Tuva is the login of Tuva Nilsen already")
        await crm.fill(login="ville", business_unit="Marine")
        await crm.save()
        await crm.expect_toast("Saved.")
        await crm.see_row("Ville Virta")
        await crm.see("Users 6", "Of those that Ville Virta owns.")
        await crm.press("e")
        await crm.fill(email="ville@example.org")
        await crm.save()
        assert crm.toasts == ["Saved."]  # without a word of undo, which does not reach permissions
        await crm.press("x")
        await crm.expect_toast("Ville Virta is inactive: what they did stays, and they do no more.")
        await crm.see("Users 5", "i 1 inactive hidden")
        await crm.press("i", "end")
        await crm.see_row("○ inactive")
        await crm.press("x", "C")
        await crm.see("Changes: Ville Virta")
        await crm.press("escape")
        assert user(crm, "ville").is_active
        assert "users stay" in (crm.commands()["list.delete"].reason or "")
        await crm.press("/")
        await crm.put("member")
        await crm.press("enter")
        assert crm.column("login") == ["jonas"]
        await crm.press("escape")
        assert isinstance(crm.app.screen, CustomersScreen)


async def test_profiles_are_added_changed_and_deleted(start: Start) -> None:
    async with start() as crm:
        await users(crm)
        await crm.press("tab", "a")
        await crm.fill(name="Readers", delete_customers=True)
        await crm.press("ctrl+s")
        await crm.see("! Goes only with customers: edit or all")
        await crm.fill(customers="edit", projects="manager without money")
        await crm.save()
        await crm.see_row("Readers")
        await crm.see("Readers  of nobody", "Money          None.")
        wanted = Profile(
            name="Readers",
            customers=CustomerLevel.EDIT,
            delete_customers=True,
            projects=ProjectLevel.MANAGER_WITHOUT_MONEY,
        )
        assert profile(crm, "Readers").profile == wanted
        await crm.press("e")
        await crm.fill(name="Editors", delete_customers=False)
        await crm.save()
        await crm.press("d")
        await crm.see("The profile Editors will be deleted.", "This can't be taken back.")
        await crm.press("D")
        await crm.expect_toast("The profile Editors is deleted.")
        await crm.see("Profiles 6")
        cursor_on(crm, "Sales")
        await crm.settle()
        assert crm.commands()["list.delete"].reason == "1 user has it: give them another one first"
        assert "never inactive" in (crm.commands()["list.activate"].reason or "")


async def test_nobody_changes_their_own_permissions(start: Start) -> None:
    async with start() as crm:
        await users(crm)
        cursor_on(crm, "sanna")
        await crm.settle()
        assert crm.commands()["list.activate"].reason == OWN
        await crm.press("e")
        await crm.see("another administrator changes it", "crm-tui users change")
        await crm.fill(name="Sanna V")
        await crm.save()
        assert user(crm, "sanna").name == "Sanna V"
        await crm.press("tab", "home")
        assert crm.commands()["list.edit"].reason == OWN


async def test_a_lesser_administrator_gives_no_more_than_they_have(start: Start, open_sample: Open) -> None:
    boss = open_sample("sanna").users
    lesser = boss.create_profile(
        Profile(name="Office", customers=CustomerLevel.READ, projects=ProjectLevel.MEMBER, admin=True)
    )
    boss.create(NewUser(name="Olli Office", login="olli", profile=lesser.id))
    async with start("olli") as crm:
        await users(crm)
        await crm.press("a")
        await crm.fill(name="New", login="new", profile="Sales")
        await crm.press("ctrl+s")
        await crm.see("! Allows more than you have: you lack “customers: all”")
        await crm.fill(profile="Support")
        await crm.save()
        cursor_on(crm, "mikael")
        await crm.settle()
        assert "you lack “customers: all”" in (crm.commands()["list.activate"].reason or "")
        assert "Mikael Korhonen may do or see more than you" in (crm.commands()["list.edit"].reason or "")
        await crm.press("tab")
        cursor_on(crm, "Sales")
        await crm.settle()
        assert "it allows more than you have" in (crm.commands()["list.edit"].reason or "")
        cursor_on(crm, "Support")
        await crm.press("e")
        await crm.fill(projects="manager without money")
        await crm.press("ctrl+s")
        await crm.see("! Allows more than you have: you lack “projects: manager")
        await crm.press("escape", "D")


async def test_a_peer_of_another_unit_is_out_of_reach(start: Start, open_sample: Open) -> None:
    """By their place they see more, though their profile is the same."""
    boss = open_sample("sanna").users
    lead = boss.create_profile(
        Profile(name="Lead", customers=CustomerLevel.READ, projects=ProjectLevel.UNIT, admin=True)
    )
    units = [unit.id for unit in open_sample("sanna").registries.list(RegistryKind.BUSINESS_UNIT)]
    for name, login, unit in (("Olli", "olli", units[0]), ("Åke", "ake", units[1]), ("Håkan", "hakan", units[0])):
        boss.create(NewUser(name=name, login=login, profile=lead.id, business_unit=unit))
    async with start("olli") as crm:
        await users(crm)
        cursor_on(crm, "ake")
        await crm.settle()
        assert "Åke may do or see more than you: you lack “projects: all”" in (crm.commands()["list.edit"].reason or "")
        cursor_on(crm, "hakan")
        await crm.settle()
        assert crm.commands()["list.edit"].reason is None
        await crm.press("e")
        await crm.see("may see cases that you don't")
        await crm.press("escape", "/")
        await crm.put("hakan")
        await crm.press("enter")
        assert crm.column("login") == ["hakan"]
        assert crm.marked("Håkan") == ["Håkan", "hakan"]


def test_many_users_are_moved_among_at_once() -> None:
    """What stands below somebody is looked up once, not for each of all users."""
    manager = Profile(name="Manager", customers=CustomerLevel.ALL, projects=ProjectLevel.MANAGER)
    known: dict[str, Any] = {"revision": 1, "created_at": NOW, "created_by": 1, "updated_at": NOW, "updated_by": 1}
    stored = StoredProfile(id=1, profile=manager, **known)
    many = [
        User(id=key, name=f"User {key}", login=f"u{key}", profile=1, superior=1 if key > 1 else None, **known)
        for key in range(1, 1_501)
    ]
    began = time.process_time()
    said = about_user(People(many, [stored]), many[0])
    assert time.process_time() - began < 0.2
    assert any("1496 more below" in str(fact.value) for fact in said)


async def test_everybody_may_look_and_find_leads_away(start: Start) -> None:
    async with start("liisa") as crm:
        await users(crm)
        needed = "it needs the permission “administrator”"
        assert {crm.commands()[f"list.{each}"].reason for each in ("add", "edit", "activate")} == {needed}
        assert crm.commands()["list.history"].reason is None
        crm.see_no("in/activate")
        await crm.press("enter")
        await crm.expect_toast(needed)
        await crm.press("f")
        await crm.put("kallavesi")
        await crm.press("enter")
        assert isinstance(crm.app.screen, CustomerCardScreen)


async def test_what_another_administrator_saved_first_is_merged(start: Start, open_sample: Open) -> None:
    async with start() as crm:
        await users(crm)
        await crm.press("tab")
        cursor_on(crm, "Support")
        await crm.press("e")
        await crm.fill(name="Helpers")
        other, stored = open_sample("sanna").users, profile(crm, "Support")
        other.update_profile(stored.id, stored.revision, Profile(name="Support", customers=CustomerLevel.EDIT))
        await crm.press("ctrl+s")
        await crm.see("Two changes to Support", "Customers")
        await crm.press("ctrl+s")
        await crm.see("Helpers")
        assert profile(crm, "Helpers").profile.customers is CustomerLevel.EDIT
