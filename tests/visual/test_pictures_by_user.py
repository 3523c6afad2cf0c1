"""The sample company as each of its five users sees it, and where they and their permissions are managed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.driver import Crm
from tests.screens.kallavesi import cursor_on
from tests.visual.camera import Act, Camera

from crm_tui.domain.permissions import Profile
from crm_tui.domain.users import NewUser
from crm_tui.store.sql.store import SqlStore

SMALL, WIDE = (80, 24), (120, 40)


async def customers(crm: Crm) -> None:
    """The list, the cursor on one that they share."""
    cursor_on(crm, "Kallavesi")
    await crm.settle()


async def first_tab(crm: Crm) -> None:
    """The feed, which holds what is on cases, too."""
    await crm.open("kallavesi")
    await crm.panel("activities")


def tab(number: int) -> Act:
    """Another tab of the same card."""

    async def act(crm: Crm) -> None:
        await crm.open("kallavesi")
        await crm.tab(number)

    return act


#: login -> the tab on which they differ most from the others
TABS = {"sanna": 4, "mikael": 2, "tuva": 4, "jonas": 2, "liisa": 3}
#: what is looked at with every test; the others with the long runs
TELLING = {
    ("mikael", "list"),
    ("jonas", "list"),
    ("jonas", "tab 1"),
    *((login, f"tab {n}") for login, n in TABS.items()),
}


def pictures() -> Iterator[Any]:
    """Every user in both sizes: the list, the first tab, the tab that differs most."""
    for login, number in TABS.items():
        for name, act in {"list": customers, "tab 1": first_tab, f"tab {number}": tab(number)}.items():
            for size in (SMALL, WIDE):
                marks = () if size == SMALL and (login, name) in TELLING else pytest.mark.soak
                yield pytest.param(login, act, size, id=f"{login}-{name}-{size[0]}x{size[1]}", marks=marks)


@pytest.mark.parametrize(("login", "act", "size"), pictures())
def test_as(login: str, act: Act, size: tuple[int, int], looks_the_same: Camera) -> None:
    assert looks_the_same(act, size=size, login=login)


def test_who_sees_no_customers(open_sample: Callable[[str], SqlStore], looks_the_same: Camera) -> None:
    users = open_sample("sanna").users
    nothing = users.create_profile(Profile(name="Nothing"))
    users.create(NewUser(name="Nina None", login="nina", profile=nothing.id))

    async def look(crm: Crm) -> None:
        await crm.settle()

    assert looks_the_same(look, size=SMALL, login="nina")


async def users(crm: Crm) -> None:
    """Who works here, the cursor on one with a unit and with somebody below."""
    await crm.press(":")
    await crm.put("users")
    await crm.press("enter")
    cursor_on(crm, "tuva")
    await crm.settle()


async def profiles(crm: Crm) -> None:
    """What they may do."""
    await users(crm)
    await crm.press("tab")
    cursor_on(crm, "Sales")
    await crm.settle()


async def profile_form(crm: Crm) -> None:
    """A profile that can't be."""
    await profiles(crm)
    await crm.press("a")
    await crm.fill(name="Readers", delete_customers=True)
    await crm.press("ctrl+s")


@pytest.mark.parametrize(
    ("act", "size", "theme", "login"),
    [
        pytest.param(users, SMALL, "crm-dark", "sanna", id="users-80x24"),
        pytest.param(users, WIDE, "crm-light", "sanna", id="users-light-120x40"),
        pytest.param(profiles, SMALL, "ansi-dark", "liisa", id="profiles-16-colours-80x24"),
        pytest.param(profile_form, SMALL, "crm-dark", "sanna", id="profile-form-80x24"),
        pytest.param(users, WIDE, "crm-dark", "sanna", id="users-120x40", marks=pytest.mark.soak),
        pytest.param(users, (200, 60), "crm-dark", "jonas", id="users-200x60", marks=pytest.mark.soak),
    ],
)
def test_users(act: Act, size: tuple[int, int], theme: str, login: str, looks_the_same: Camera) -> None:
    assert looks_the_same(act, size=size, theme=theme, login=login)
