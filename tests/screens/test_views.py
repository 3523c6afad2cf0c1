"""Saved views: filters under a name, for customers and for contacts."""

from __future__ import annotations

from collections.abc import Callable

from tests.driver import Crm
from tests.screens.conftest import Start
from tests.screens.kallavesi import store_of

from crm_tui.domain.registries import NewRegistryValue, RegistryKind
from crm_tui.domain.users import NewUser, UserChange
from crm_tui.store.contacts import ContactQuery
from crm_tui.store.customers import CustomerSort
from crm_tui.store.sql.store import SqlStore


async def chip(crm: Crm, name: str, value: str) -> None:
    """Narrow the list by a field."""
    await crm.press("F")
    await crm.choose(name)
    await crm.choose(value)


async def test_owner_segment_and_industry_are_combined_saved_and_come_back(start: Start) -> None:
    """All of it at 80x24, where not all chips fit: those that are set stand first."""
    async with start(size=(80, 24)) as crm:
        everything = crm.table.count
        await chip(crm, "Owner", "Mikael")
        of_mikael = crm.table.count
        await chip(crm, "Segment", "Public sector")
        both = crm.table.count
        await chip(crm, "Industry", "Metal products")
        await crm.see("active ×  Mikael Korhonen ×  Metal products ×  Public sector ×", "+")
        assert everything > of_mikael > both >= crm.table.count
        await chip(crm, "Industry", "any")
        await crm.see("Owner Mikael Korhonen ×", "Segment Public sector ×", "+")
        await crm.press("s")
        await crm.choose("City")
        listed = crm.rows
        await crm.press("v", "a")
        await crm.see("owner Mikael Korhonen, segment Public sector", "by city")
        await crm.type("Public, Mikael")
        await crm.press("enter")
        await crm.expect_toast("Public, Mikael is saved")
        await crm.see("Public, Mikael ×  active ×  Mikael Korhonen ×")
        (view,) = store_of(crm).views.customers()
        assert (view.name, view.query.sort) == ("Public, Mikael", CustomerSort.CITY)
        # another filter, and it is not that view any more
        await crm.filter("marin")
        crm.see_no("Public, Mikael ×")
        await crm.press("escape", "escape")
        assert crm.table.count == everything
        await crm.press("v")
        await crm.choose("Public, Mikael")
        assert crm.rows == listed
        await crm.see("City ▴", "Public, Mikael ×  active ×")
        await crm.press("escape")
        assert crm.table.count == everything
        crm.see_no("Public, Mikael ×")


async def test_views_are_renamed_replaced_and_deleted(start: Start, open_sample: Callable[[str], SqlStore]) -> None:
    store = open_sample("sanna")
    keyword = next(each for each in store.registries.list(RegistryKind.KEYWORD) if each.name == "News")
    store.views.save_contacts("News", ContactQuery(keyword=keyword.id))
    store.views.save_contacts("Gone", ContactQuery(keyword=987654))
    async with start(store=store) as crm:
        await crm.press("2", "v")
        await crm.see("keyword News", "keyword no longer there", "Of my customers")
        await crm.choose("News")
        await crm.see("View News ×", "Keyword News ×")
        await crm.filter("a")
        await crm.press("v", "a")
        await crm.put("news")
        await crm.see("takes the place of “News”")
        await crm.press("enter")
        await crm.expect_toast("news is saved")
        assert [view.name for view in store.views.contacts()] == ["Gone", "news"]
        await crm.press("v", "e")
        await crm.put("gone")
        await crm.press("enter")
        await crm.expect_toast("another view is called “gone”")
        await crm.press("e")
        await crm.put("Letters")
        await crm.press("enter", "escape")
        await crm.see("View Letters ×")
        await crm.press("v", "home", "d", "D")
        crm.see_no("Gone")
        await crm.press("d", "D", "escape")
        crm.see_no("View ")
        assert not store.views.contacts()
        # those that are always there can be neither renamed nor deleted, and nothing is saved of a whole list
        await crm.press("escape", "escape", "v", "d")
        await crm.expect_toast("it is always there")
        await crm.press("a")
        await crm.expect_toast("the list is not narrowed")
        await crm.press("escape", "1", "v")
        await crm.choose("Favourites")
        await crm.see("View Favourites ×", "List favourites ×")
        await crm.press("v")
        await crm.choose("Mine")
        await crm.see("Owner Sanna Virtanen ×")
        crm.see_no("List favourites")


async def test_what_is_called_the_same_is_told_apart(start: Start, open_sample: Callable[[str], SqlStore]) -> None:
    """Segments of two groups and users of one name are each to be chosen; an owner who is gone is named where they
    are set, and offered nowhere else."""
    store = open_sample("sanna")
    groups = [
        store.registries.create(NewRegistryValue(kind=RegistryKind.SEGMENT_GROUP, name=name)).id
        for name in ("Tonnage", "Season")
    ]
    first, second = (
        store.registries.create(NewRegistryValue(kind=RegistryKind.SEGMENT, name="Other", group=group)).id
        for group in groups
    )
    mikael = next(user for user in store.users.list() if user.login == "mikael")
    namesake = store.users.create(NewUser(name=mikael.name, login="korhonen2", profile=mikael.profile))
    store.views.save_contacts("Of the namesake", ContactQuery(owner=namesake.id))
    async with start(store=store) as crm:
        await crm.press("2")
        await chip(crm, "Segment", "Tonnage / Other")
        assert crm.app.screen.query_now == ContactQuery(segment=first)  # type: ignore[attr-defined]
        await crm.see("Segment Tonnage / Other ×")
        await chip(crm, "Segment", "Season / Other")
        assert crm.app.screen.query_now == ContactQuery(segment=second)  # type: ignore[attr-defined]
        await crm.press("escape")
        await chip(crm, "Owner", "(korhonen2)")
        await crm.see(f"Owner {mikael.name} (korhonen2) ×")
        assert crm.app.screen.query_now == ContactQuery(owner=namesake.id)  # type: ignore[attr-defined]
        store.users.update(namesake.id, namesake.revision, UserChange(is_active=False))
        await crm.press("r")
        gone = f"{mikael.name} (korhonen2) ○ inactive"
        await crm.see(f"Owner {gone} ×")
        await crm.press("F")
        await crm.choose("Owner")
        await crm.see("any", gone)
        await crm.press("escape", "escape", "v")
        await crm.see(f"owner {gone}")
        await crm.press("escape", "F")
        await crm.choose("Owner")
        await crm.see(f"{mikael.name} (mikael)")
        crm.see_no(gone)
