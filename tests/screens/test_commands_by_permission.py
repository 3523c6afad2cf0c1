"""Every command of the list and of the first tab, as users who may see nothing, read, edit, or do all: it works, or it
is greyed with its reason; and the store refuses in either case what may not be done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from io import BytesIO
from typing import NamedTuple

import pytest
from msgspec.structs import replace
from tests.driver import NOW, Crm
from tests.screens.conftest import Start
from tests.screens.kallavesi import ALL, NUMBER, cursor_on, menu, store_of

from crm_tui.commands import COMMANDS
from crm_tui.domain.activities import ActivityChange, ActivityKind, NewActivity, NewNote, NoteChange
from crm_tui.domain.addresses import Address, AddressChange, NewAddress
from crm_tui.domain.contacts import Contact, ContactChange, NewContact
from crm_tui.domain.customers import Customer, CustomerChange, NewCustomer
from crm_tui.domain.entities import Entity
from crm_tui.domain.errors import Blocked, Denied
from crm_tui.domain.files import File, FileChange, FileKind, NewFile
from crm_tui.domain.permissions import CustomerLevel, Profile, ProjectLevel
from crm_tui.domain.users import NewUser
from crm_tui.screens.customer_card import CustomerCardScreen
from crm_tui.screens.customers import CustomersScreen
from crm_tui.screens.session import CardRequest
from crm_tui.store.port import Store
from crm_tui.store.sql.store import SqlStore
from crm_tui.widgets.choose import ChooseDialog

Open = Callable[[str], SqlStore]
LOGIN = "vera"
READ, EDIT, DELETE = "customers: read", "customers: edit", "delete customers"
#: level -> the permissions that it lacks
LACKS: Mapping[str, tuple[str, ...]] = {
    "none": (READ, EDIT, DELETE),
    "read": (EDIT, DELETE),
    "edit": (DELETE,),
    "edit and delete": (),
}


class Things(NamedTuple):
    """What the commands are used on, as it is stored."""

    customer: Customer
    address: Address
    contact: Contact
    file: File
    own_todo: Entity
    own_note: Entity
    other_note: Entity


class Use(NamedTuple):
    """A command in a place (a panel and a row, or "list" and "card"), what it needs, and the call that it makes."""

    place: str
    command: str
    needs: str
    call: Callable[[Store, Things], object]


def _change_customer(**fields: object) -> Callable[[Store, Things], object]:
    def call(store: Store, on: Things) -> object:
        return store.customers.update(on.customer.id, on.customer.revision, CustomerChange(**fields))  # type: ignore[arg-type]  # any of its fields

    return call


def _change_headquarters(store: Store, on: Things) -> object:
    return _change_customer(headquarters=on.address.id)(store, on)


def _delete_customer(store: Store, on: Things) -> None:
    store.customers.delete(on.customer.id, on.customer.revision)


def _add_file(store: Store, on: Things) -> object:
    new = NewFile(customer=on.customer.id, kind=FileKind.FILE, name="new.txt")
    return store.files.create(new, BytesIO(b"new"))


def _todo(customer: int, name: str) -> NewActivity:
    return NewActivity(kind=ActivityKind.TODO, name=name, customer=customer, due=NOW.date())


USES = (
    Use("list", "list.add", EDIT, lambda store, on: store.customers.create(NewCustomer(name="New Oy"))),
    Use("list", "list.edit", EDIT, _change_customer(name="Other Oy")),
    Use("list", "list.activate", EDIT, _change_customer(is_active=False)),
    Use("list", "list.delete", DELETE, _delete_customer),
    Use("card", "card.edit", EDIT, _change_customer(description="other")),
    Use("card", "card.activate", EDIT, _change_customer(is_active=False)),
    Use("card", "card.headquarters", EDIT, _change_headquarters),
    Use("card", "card.delete", DELETE, _delete_customer),
    Use("card", "card.note", READ, lambda store, on: store.notes.create(NewNote(customer=on.customer.id, text="new"))),
    Use("card", "card.todo", READ, lambda store, on: store.activities.create(_todo(on.customer.id, "new"))),
    Use("details", "list.edit", EDIT, _change_customer(vat_number="FI01120389")),
    Use("addresses", "list.add", EDIT,
        lambda store, on: store.addresses.create(NewAddress(customer=on.customer.id, city="Lahti"))),
    Use("addresses", "list.edit", EDIT,
        lambda store, on: store.addresses.update(on.address.id, on.address.revision, AddressChange(city="Lahti"))),
    Use("addresses", "list.delete", EDIT,
        lambda store, on: store.addresses.delete(on.address.id, on.address.revision)),
    Use("contacts", "list.add", EDIT,
        lambda store, on: store.contacts.create(NewContact(customer=on.customer.id, first_name="A", last_name="B"))),
    Use("contacts", "list.edit", EDIT,
        lambda store, on: store.contacts.update(on.contact.id, on.contact.revision, ContactChange(title="CEO"))),
    Use("contacts", "list.activate", EDIT,
        lambda store, on: store.contacts.update(on.contact.id, on.contact.revision, ContactChange(is_active=False))),
    Use("contacts", "list.delete", EDIT,
        lambda store, on: store.contacts.delete(on.contact.id, on.contact.revision)),
    Use("activities: own to-do", "list.add", READ,
        lambda store, on: store.activities.create(_todo(on.customer.id, "new"))),
    Use("activities: own to-do", "list.edit", READ,
        lambda store, on: store.activities.update(on.own_todo.id, on.own_todo.revision, ActivityChange(name="other"))),
    Use("activities: own to-do", "list.done", READ,
        lambda store, on: store.activities.update(on.own_todo.id, on.own_todo.revision, ActivityChange(is_done=True))),
    Use("activities: own to-do", "list.delete", READ,
        lambda store, on: store.activities.delete(on.own_todo.id, on.own_todo.revision)),
    Use("activities: own note", "list.edit", READ,
        lambda store, on: store.notes.update(on.own_note.id, on.own_note.revision, NoteChange(text="other"))),
    Use("activities: own note", "list.delete", READ,
        lambda store, on: store.notes.delete(on.own_note.id, on.own_note.revision)),
    Use("activities: other note", "list.edit", EDIT,
        lambda store, on: store.notes.update(on.other_note.id, on.other_note.revision, NoteChange(text="other"))),
    Use("activities: other note", "list.delete", EDIT,
        lambda store, on: store.notes.delete(on.other_note.id, on.other_note.revision)),
    Use("files", "list.add", EDIT, _add_file),
    Use("files", "list.edit", EDIT,
        lambda store, on: store.files.update(on.file.id, on.file.revision, FileChange(name="other.txt"))),
    Use("files", "list.delete", EDIT, lambda store, on: store.files.delete(on.file.id, on.file.revision)),
    Use("files", "files.save", READ, lambda store, on: store.files.open(on.file.id).close()),
    Use("files", "list.link", READ, lambda store, on: store.files.open(on.file.id).close()),
)  # fmt: skip
#: the row of the feed in each of its places
ROWS = {
    "own to-do": "Rope to buy",
    "own note": "Ropes are thin",
    "other note": "Cables are thick",
}


@pytest.fixture
def prepare(open_sample: Open) -> Callable[[str], Things]:
    """Makes the user of a level, and the things that the commands are used on."""

    def make(level: str) -> Things:
        admin = open_sample("sanna")
        first = Profile(name="under test", customers=CustomerLevel.READ, projects=ProjectLevel.ALL)
        profile = admin.users.create_profile(first)
        admin.users.create(NewUser(name="Vera Vinter", login=LOGIN, profile=profile.id))
        customer = admin.customers.by_number(NUMBER).id
        vera = admin.acting_as(LOGIN)
        on = Things(
            own_todo=vera.activities.create(_todo(customer, ROWS["own to-do"])),
            own_note=vera.notes.create(NewNote(customer=customer, text=ROWS["own note"])),
            other_note=admin.notes.create(NewNote(customer=customer, text=ROWS["other note"])),
            file=admin.files.create(NewFile(customer=customer, kind=FileKind.FILE, name="a.txt"), BytesIO(b"7")),
            address=admin.addresses.of_customer(customer)[-1],
            contact=admin.contacts.of_customer(customer, ALL).rows[0].contact,
            customer=admin.customers.get(customer),
        )
        customers = CustomerLevel(level.partition(" ")[0])
        real = replace(first, customers=customers, delete_customers=level.endswith("delete"))
        admin.users.update_profile(profile.id, profile.revision, real)
        return on

    return make


@pytest.mark.parametrize("use", USES, ids=lambda use: f"{use.place} {use.command}")
@pytest.mark.parametrize("level", LACKS)
def test_the_store_does_what_is_permitted_and_refuses_the_rest(
    level: str, use: Use, prepare: Callable[[str], Things], open_sample: Open
) -> None:
    on, store = prepare(level), open_sample(LOGIN)
    if use.needs in LACKS[level]:
        with pytest.raises(Denied) as refusal:
            use.call(store, on)
        assert refusal.value.permission in LACKS[level]
        admin = open_sample("sanna")
        assert admin.customers.get(on.customer.id) == on.customer
        assert admin.contacts.get(on.contact.id) == on.contact
        assert admin.files.get(on.file.id) == on.file
    else:
        with suppress(Blocked):  # there are invoices, but the permission is there
            use.call(store, on)


@pytest.mark.parametrize("level", ["read", "edit", "edit and delete"])
async def test_what_is_not_permitted_is_greyed_with_its_reason_and_does_nothing(
    level: str, prepare: Callable[[str], Things], start: Start
) -> None:
    prepare(level)
    async with start(LOGIN) as crm:
        await crm.filter("kallavesi")
        for place in dict.fromkeys(use.place for use in USES):
            await _go_to(crm, place)
            for use in (use for use in USES if use.place == place):
                await _look_at(crm, use, LACKS[level])


async def _go_to(crm: Crm, place: str) -> None:
    """Put the cursor where the commands of a place are."""
    if place == "list":
        return
    if not isinstance(crm.app.screen, CustomerCardScreen):
        await crm.press("home", "enter")
    panel, _, row = place.partition(": ")
    if panel != "card":
        await crm.panel(panel)
        await crm.press("end" if panel == "addresses" else "home")
    if row:
        cursor_on(crm, ROWS[row])
        await crm.settle()


async def _look_at(crm: Crm, use: Use, lacks: tuple[str, ...]) -> None:
    """A command that is not permitted stays visible, says what is missing, and its key does no more than that."""
    reason = crm.commands()[use.command].reason
    if use.needs not in lacks:
        assert reason is None, f"{use.place}, {use.command}: {reason}"
        return
    assert reason in {f"it needs the permission “{missing}”" for missing in lacks}, f"{use.place}, {use.command}"
    screen = crm.app.screen
    for key in COMMANDS[use.command].keys:
        await crm.press(key)
        await crm.expect_toast(reason)
        assert crm.app.screen is screen


async def test_the_menu_shows_what_is_not_permitted_with_its_reason(
    prepare: Callable[[str], Things], start: Start
) -> None:
    on = prepare("read")
    async with start(LOGIN) as crm:
        await crm.open("kallavesi")
        for entry in ("Edit customer", "Inactivate", "Headquarters", "Delete customer"):
            await menu(crm, entry)
            await crm.see(entry, "it needs the permission “customers: edit”")
            assert isinstance(crm.app.screen, ChooseDialog)
            await crm.press("escape")
        assert store_of(crm).customers.get(on.customer.id) == on.customer


async def test_a_reader_reads_in_full_and_is_offered_no_edit(prepare: Callable[[str], Things], start: Start) -> None:
    prepare("read")
    async with start(LOGIN) as crm:
        await crm.open("kallavesi")
        for panel in ("addresses", "contacts", "files"):
            await crm.panel(panel)
            await crm.press("home", "enter")
            await crm.see("Created", "Esc close")
            crm.see_no("e edit")
            await crm.press("e")
            await crm.expect_toast("customers: edit")
            await crm.press("escape")


async def test_with_none_no_customer_is_listed_no_card_opens_and_nothing_is_found(
    prepare: Callable[[str], Things], start: Start
) -> None:
    on = prepare("none")
    async with start(LOGIN) as crm:
        await crm.see("No customers are shown: it needs the permission “customers: read”.")
        assert crm.rows == []
        await crm.press("enter")
        assert isinstance(crm.app.screen, CustomersScreen)
        for command in ("list.add", "list.edit", "list.activate", "list.delete"):
            assert crm.commands()[command].reason
        await crm.find("kallavesi")
        await crm.see("You may not see customers")
        crm.see_no("Kallavesi Marine")
        await crm.press("escape")
        crm.app.session.open_card(CardRequest(on.customer.id))
        await crm.settle()
        await crm.expect_toast("You may not see customers")
        assert isinstance(crm.app.screen, CustomersScreen)
        crm.see_no("Kallavesi")
        store = store_of(crm)
        with pytest.raises(Denied, match="customers: read"):
            store.customers.card(on.customer.id, NOW.date())
        with pytest.raises(Denied, match="customers: read"):
            store.contacts.of_customer(on.customer.id, ALL)
