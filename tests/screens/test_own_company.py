"""The own company is a customer like others to look at, and read-only on its card: what would change it is greyed
with the reason, its key does nothing, and the store refuses it. Notes and activities may be added, as everywhere."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from tests.driver import Crm
from tests.screens.conftest import Start
from tests.screens.kallavesi import ALL, menu, store_of

from crm_tui.commands import COMMANDS
from crm_tui.demo.companies import FIRST_NUMBER
from crm_tui.demo.organization import NAME
from crm_tui.domain.addresses import Address, AddressChange, NewAddress
from crm_tui.domain.contacts import Contact, ContactChange, NewContact
from crm_tui.domain.customers import Customer, CustomerChange
from crm_tui.domain.errors import Invalid
from crm_tui.domain.files import FileKind, NewFile
from crm_tui.screens.customer_card import CustomerCardScreen
from crm_tui.screens.customers import CustomersScreen
from crm_tui.screens.dialogs.form_dialog import FormDialog
from crm_tui.screens.dialogs.reading import ReadingDialog
from crm_tui.store.port import Store
from crm_tui.store.sql.store import SqlStore
from crm_tui.widgets.choose import ChooseDialog

REASON = "this is your own company: it can't be changed here"
#: panel -> commands that would change what it shows
CHANGES = {
    "details": ("list.edit",),
    "addresses": ("list.add", "list.edit", "list.delete"),
    "contacts": ("list.add", "list.edit", "list.activate", "list.delete"),
    "files": ("list.add",),
}
MENU = {
    "card.edit": "Edit customer",
    "card.register": "Update customer details",
    "card.headquarters": "Headquarters",
    "card.activate": "Inactivate",
    "card.delete": "Delete customer",
}


def own_company(store: Store) -> Customer:
    """The customer that is the firm itself."""
    found = store.customers.by_number(FIRST_NUMBER)
    assert found.is_internal
    return found


def below(store: Store) -> tuple[Address, Contact]:
    """An address and a contact of the own company."""
    own = own_company(store)
    return store.addresses.of_customer(own.id)[0], store.contacts.of_customer(own.id, ALL).rows[0].contact


async def open_own(crm: Crm) -> None:
    """Open its card."""
    await crm.open(NAME)
    assert NAME in crm.customer


@pytest.mark.parametrize("panel", CHANGES)
async def test_what_would_change_it_is_greyed_with_the_reason_and_its_key_does_nothing(
    panel: str, start: Start
) -> None:
    async with start() as crm:
        before = own_company(store_of(crm)), below(store_of(crm))
        await open_own(crm)
        await crm.panel(panel)
        for command in CHANGES[panel]:
            assert crm.commands()[command].reason == REASON, command
            await crm.press(COMMANDS[command].keys[0])
            await crm.expect_toast(f"{COMMANDS[command].label}: {REASON}")
            assert isinstance(crm.app.screen, CustomerCardScreen)
        assert (own_company(store_of(crm)), below(store_of(crm))) == before


async def test_its_menu_shows_what_is_not_possible_with_the_reason(start: Start) -> None:
    async with start() as crm:
        await open_own(crm)
        for command, entry in MENU.items():
            assert crm.commands()[command].reason == REASON
            await menu(crm, entry)
            assert isinstance(crm.app.screen, ChooseDialog)
            await crm.see(entry, REASON)
            await crm.press("escape")
        await crm.press("H")
        await crm.expect_toast(REASON)


async def test_in_the_list_of_customers_its_keys_do_nothing(start: Start) -> None:
    async with start() as crm:
        await crm.filter(NAME)
        for key in ("e", "x", "d"):
            await crm.press(key)
            await crm.expect_toast(REASON)
            assert isinstance(crm.app.screen, CustomersScreen)
        assert own_company(store_of(crm)).is_active


@pytest.mark.parametrize("panel", ["addresses", "contacts"])
async def test_what_it_has_can_be_read_in_full_and_is_not_changed_from_there(panel: str, start: Start) -> None:
    async with start() as crm:
        await open_own(crm)
        await crm.panel(panel)
        await crm.press("home", "enter")
        assert isinstance(crm.app.screen, ReadingDialog)
        await crm.see("Created")
        crm.see_no("e edit")
        await crm.press("e")
        await crm.expect_toast(REASON)
        assert isinstance(crm.app.screen, ReadingDialog)


async def test_notes_and_to_dos_may_be_added(start: Start) -> None:
    async with start() as crm:
        await open_own(crm)
        await crm.press("n")
        assert isinstance(crm.app.screen, FormDialog)
        await crm.fill(text="Stocktaking on Friday")
        await crm.save()
        await crm.press("t")
        await crm.fill(line="Order paper fri")
        await crm.save()
        await crm.see("Stocktaking on Friday", "Order paper")


REFUSED: dict[str, Callable[[Store, Customer, Address, Contact], object]] = {
    "edit": lambda store, own, at, who: store.customers.update(own.id, own.revision, CustomerChange(name="Other Oy")),
    "inactivate": lambda store, own, at, who: store.customers.update(
        own.id, own.revision, CustomerChange(is_active=False)
    ),
    "delete": lambda store, own, at, who: store.customers.delete(own.id, own.revision),
    "add address": lambda store, own, at, who: store.addresses.create(NewAddress(customer=own.id, city="Lahti")),
    "edit address": lambda store, own, at, who: store.addresses.update(at.id, at.revision, AddressChange(city="Lahti")),
    "delete address": lambda store, own, at, who: store.addresses.delete(at.id, at.revision),
    "add contact": lambda store, own, at, who: store.contacts.create(
        NewContact(customer=own.id, first_name="Aki", last_name="Aalto")
    ),
    "edit contact": lambda store, own, at, who: store.contacts.update(who.id, who.revision, ContactChange(title="CEO")),
    "delete contact": lambda store, own, at, who: store.contacts.delete(who.id, who.revision),
    "add file": lambda store, own, at, who: store.files.create(
        NewFile(customer=own.id, kind=FileKind.FILE, name="a.txt"), BytesIO(b"7")
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_the_store_refuses_it(what: str, open_sample: Callable[[str], SqlStore]) -> None:
    store = open_sample("sanna")
    own, (address, contact) = own_company(store), below(store)
    with pytest.raises(Invalid, match="is your own company and can't be changed or deleted here"):
        REFUSED[what](store, own, address, contact)
    assert (own_company(store), *below(store)) == (own, address, contact)
