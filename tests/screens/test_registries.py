"""The registries: administrators add, rename, order, disable, delete and replace values, and take all of it back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.driver import Crm
from tests.screens.conftest import Start
from tests.screens.kallavesi import contacts_of, cursor_on, customer_of, store_of

from crm_tui.domain.cases import SalesState
from crm_tui.domain.registries import NewRegistryValue, RegistryKind, RegistryValue
from crm_tui.screens.customer_card import CustomerCardScreen
from crm_tui.screens.customers import CustomersScreen
from crm_tui.screens.registries import RegistriesScreen
from crm_tui.store.sql.store import SqlStore

Open = Callable[[str], SqlStore]


async def registry(crm: Crm, name: str) -> None:
    """Open the registries from the palette, and go to the values of one."""
    await crm.press(":")
    await crm.put("registries")
    await crm.press("enter")
    assert isinstance(crm.app.screen, RegistriesScreen)
    cursor_on(crm, name)
    await crm.press("enter")


def names(crm: Crm, kind: RegistryKind) -> list[str]:
    return [value.name for value in store_of(crm).registries.list(kind)]


def value(crm: Crm, kind: RegistryKind, name: str) -> RegistryValue:
    return next(each for each in store_of(crm).registries.list(kind) if each.name == name)


async def test_values_are_added_renamed_ordered_disabled_and_all_of_it_undone(start: Start) -> None:
    async with start(size=(80, 24)) as crm:
        before = names(crm, RegistryKind.INDUSTRY)
        await registry(crm, "Industries")
        await crm.see("Industries 15", "Ship and boat building")
        await crm.press("a")
        await crm.fill(name="Tugs")
        await crm.save()
        await crm.see_row("Tugs")
        await crm.see("Industries 16", "Nothing uses it.")
        await crm.press("<")
        await crm.pilot.press("<", "<")
        await crm.settle()
        await crm.see_row("Tugs")
        assert names(crm, RegistryKind.INDUSTRY) == [*before[:-3], "Tugs", *before[-3:]]
        await crm.press("shift+down", "e")
        await crm.see("Industry: Tugs")
        await crm.fill(name="Tugs & barges")
        await crm.save()
        await crm.see_row("Tugs & barges")
        await crm.press("x")
        await crm.expect_toast("Tugs & barges disabled: it stays where it is chosen, and can't be chosen anew.")
        await crm.see("○ disabled")
        for _ in range(7):
            await crm.press("u")
        assert names(crm, RegistryKind.INDUSTRY) == before
        for _ in range(7):
            await crm.press("U")
        assert names(crm, RegistryKind.INDUSTRY) == [*before[:-2], "Tugs & barges", *before[-2:]]
        await crm.press("C")
        await crm.see("Changes: ")
        await crm.press("escape", "escape", "escape")
        assert isinstance(crm.app.screen, CustomersScreen)


async def test_a_name_stands_once_and_that_is_said_in_the_form(start: Start) -> None:
    async with start() as crm:
        await registry(crm, "Keywords")
        await crm.press("a")
        await crm.fill(name="reference")
        await crm.press("ctrl+s")
        await crm.see("! The keyword Reference is there already")
        await crm.press("escape", "D")


async def test_each_kind_has_what_is_its_own(start: Start) -> None:
    async with start() as crm:
        await registry(crm, "Sales statuses")
        await crm.see("in progress", "won · 100 %")
        await crm.press("a")
        await crm.fill(name="Signed", sales_state="won", probability="101")
        await crm.press("ctrl+s")
        await crm.see("! Whole percent, 0 to 100")
        await crm.fill(probability="100 %")
        await crm.save()
        signed = value(crm, RegistryKind.SALES_STATUS, "Signed")
        assert (signed.sales_state, signed.probability) == (SalesState.WON, 100)
        await crm.press("escape")
        cursor_on(crm, "Task statuses")
        await crm.press("enter")
        cursor_on(crm, "In review")
        await crm.press("e")
        await crm.fill(is_default=True)
        await crm.save()
        assert [v.name for v in store_of(crm).registries.list(RegistryKind.TASK_STATUS) if v.is_default] == [
            "In review"
        ]
        await crm.press("home", "e")
        await crm.fill(is_done=True)
        await crm.press("ctrl+s")
        await crm.see("! Those that have it would not fit any more")
        await crm.press("escape", "D", "escape")
        cursor_on(crm, "Segments")
        await crm.press("enter")
        await crm.see("Business", "Origin")
        cursor_on(crm, "Web")
        await crm.press("a")
        await crm.fill(name="Radio")
        await crm.save()
        origin = value(crm, RegistryKind.SEGMENT_GROUP, "Origin")
        assert value(crm, RegistryKind.SEGMENT, "Radio").group == origin.id
        await crm.press("escape")
        cursor_on(crm, "Currencies")
        await crm.press("enter", "a")
        await crm.fill(name="Iceland krona", code="ISX1")
        await crm.press("ctrl+s")
        await crm.see("! Three capital letters, as in ISO 4217: EUR")
        await crm.fill(code="ISK")
        await crm.save()
        assert value(crm, RegistryKind.CURRENCY, "Iceland krona").code == "ISK"
        await crm.press("home", "d")
        await crm.expect_toast("without it amounts would be in another currency. x disables it instead.")
        await crm.press("escape")
        cursor_on(crm, "Invoice statuses")
        await crm.press("enter")
        assert crm.commands()["list.add"].reason == "invoice statuses belong to the program"
        assert "belong to the program" in (crm.commands()["list.delete"].reason or "")


async def test_what_is_used_is_deleted_with_a_replacement_in_one_change(start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        old, new = (value(crm, RegistryKind.KEYWORD, name) for name in ("Invoices", "Reference"))
        of = {contact.id: contact.keywords for contact in contacts_of(crm)}
        assert any(old.id in keywords for keywords in of.values())
        await registry(crm, "Keywords")
        cursor_on(crm, "Invoices")
        await crm.settle()
        await crm.see("Used by ", "contacts")
        await crm.press("d")
        await crm.see("Invoices is used by", "Take instead:")
        await crm.put("refer")
        await crm.press("enter")
        await crm.see("Invoices will be deleted.", "will have Reference instead.", "u takes it back.")
        await crm.press("enter")
        await crm.see("Invoices will be deleted.")
        await crm.press("D")
        await crm.expect_toast("Invoices deleted, Reference in its place.  u takes it back.")
        assert "Invoices" not in names(crm, RegistryKind.KEYWORD)
        now = {contact.id: contact.keywords for contact in contacts_of(crm)}
        for contact, keywords in of.items():
            swapped = tuple(new.id if each == old.id else each for each in keywords)
            assert now[contact] == tuple(dict.fromkeys(swapped))
        await crm.press("u")
        await crm.expect_toast("Taken back: Registry value Invoices deleted")
        assert {contact.id: contact.keywords for contact in contacts_of(crm)} == of
        await crm.press("f")
        await crm.put("kallavesi")
        await crm.press("enter")
        assert isinstance(crm.app.screen, CustomerCardScreen)


async def test_what_nothing_uses_is_deleted_after_a_question(start: Start, open_sample: Open) -> None:
    open_sample("sanna").registries.create(NewRegistryValue(kind=RegistryKind.KEYWORD, name="Unused"))
    async with start() as crm:
        await registry(crm, "Keywords")
        await crm.press("/")
        await crm.type("unus")
        await crm.see("Unused")
        crm.see_no("Invoices")
        await crm.press("enter", "d")
        await crm.see("Unused will be deleted.", "Nothing uses it.")
        await crm.press("D")
        assert "Unused" not in names(crm, RegistryKind.KEYWORD)
        await crm.see("Nothing is called so.")
        await crm.press("u")
        await crm.see("Unused")


async def test_another_program_s_change_is_noticed_and_the_card_shows_new_names(
    start: Start, open_sample: Open
) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        ports = value(crm, RegistryKind.SEGMENT, "Shipyards")
        assert ports.id in customer_of(crm).segments
        await registry(crm, "Segments")
        cursor_on(crm, "Shipyards")
        await crm.press("e")
        await crm.fill(name="Ship repair")
        await crm.save()
        other = open_sample("sanna").registries
        other.create(NewRegistryValue(kind=RegistryKind.SEGMENT_GROUP, name="Risk"))
        crm.app.screen.look_for_changes()  # type: ignore[attr-defined]  # of every screen of ours
        await crm.press("escape")
        await crm.settle()
        cursor_on(crm, "Segment groups")
        await crm.settle()
        await crm.see("Risk")
        await crm.press("escape")
        await crm.see("Ship repair")


@pytest.mark.parametrize(("login", "may"), [("sanna", True), ("jonas", False)])
async def test_registries_are_for_administrators(start: Start, login: str, may: bool) -> None:
    async with start(login) as crm:
        state = crm.commands()["app.registries"]
        assert state.reason == (None if may else "it needs the permission “administrator”")
        if not may:
            await crm.press(":")
            await crm.put("registries")
            await crm.press("enter")
            await crm.see("it needs the permission “administrator”")

            await crm.settle()
