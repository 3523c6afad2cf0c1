"""Where permissions may leave something out, the place says which: by the profile alone, whatever there is."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace
from tests.driver import Crm
from tests.screens.conftest import Start

from crm_tui.domain.permissions import CustomerLevel, Profile, ProjectLevel
from crm_tui.domain.users import NewUser
from crm_tui.store.sql.store import SqlStore
from crm_tui.widgets.panel import Panel

Open = Callable[[str], SqlStore]
#: the panels of each tab that list things of cases
PANELS = {1: ("activities", "files"), 2: ("cases",), 3: ("notes", "files"), 4: ("figures", "invoices")}


def feet(crm: Crm, number: int) -> dict[str, str]:
    """What stands at the foot of the panels that are shown."""
    shown = {panel.id: str(panel.border_subtitle) for panel in crm.app.screen.query(Panel) if panel.region.area}
    return {name: foot for name, foot in shown.items() if name in PANELS[number]}


@pytest.mark.parametrize(
    ("login", "limit"), [("mikael", "manager"), ("tuva", "unit"), ("jonas", "member"), ("sanna", "")]
)
async def test_every_panel_with_things_of_cases_names_the_permission(start: Start, login: str, limit: str) -> None:
    async with start(login) as crm:
        await crm.open("kallavesi")
        for number in PANELS:
            await crm.tab(number)
            found = feet(crm, number)
            assert found
            assert all((f"limited by projects: {limit}" in foot) is bool(limit) for foot in found.values()), found
            assert all(limit or "limited" not in foot for foot in found.values())


async def test_without_projects_every_place_of_them_says_so(start: Start) -> None:
    async with start("liisa", size=(80, 24)) as crm:
        await crm.open("kallavesi")
        await crm.see("2 Sales hidden", "3 Collab hidden", "4 Finance hidden")
        await crm.panel("activities")
        await crm.see("limited by projects: none")
        for number, words in (
            (2, "Your permissions hide all cases: they need “projects: member”."),
            (3, "Your permissions hide all projects: they need “projects: member”."),
            (4, "Your permissions hide all figures: they need “projects: member”."),
        ):
            await crm.tab(number)
            await crm.see(words)


async def test_the_list_names_what_hides_its_money_and_so_does_its_preview(start: Start) -> None:
    async with start("jonas") as crm:
        await crm.see("limited by customers: edit", "Open sales  hidden")
        await crm.press("?", "end")
        await crm.see("Limited by projects: member", "Limited by customers: edit")
    async with start("mikael") as crm:
        await crm.see("limited by projects: manager")
    async with start("sanna") as crm:
        crm.see_no("limited by")


async def test_months_without_a_figure_one_may_see_are_hidden_not_empty(start: Start) -> None:
    async with start("jonas") as crm:
        await crm.open("kallavesi")
        await crm.tab(4)
        billing = next(line for line in crm.lines() if "▌Billing" in line)
        assert "–" not in billing
        assert billing.count("hidden") > 6


async def test_what_is_said_follows_a_profile_that_is_changed(start: Start, open_sample: Open) -> None:
    users = open_sample("sanna").users
    stored = users.create_profile(
        Profile(name="Some", customers=CustomerLevel.READ, projects=ProjectLevel.MANAGER_WITHOUT_MONEY)
    )
    users.create(NewUser(name="Olli", login="olli", profile=stored.id))
    async with start("olli", size=(80, 24)) as crm:
        await crm.open("kallavesi")
        await crm.panel("activities")
        await crm.see("limited by projects: manager without money")
        users.update_profile(stored.id, stored.revision, replace(stored.profile, projects=ProjectLevel.ALL))
        await crm.press("r", "r")
        crm.see_no("limited by")
