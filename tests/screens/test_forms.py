"""The forms of the card: saved from anywhere, left without a question where nothing was typed, true to the letter."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest
from tests.driver import Crm
from tests.screens.conftest import Start, set_up_store
from tests.screens.dialog_app import HOSTILE
from tests.screens.kallavesi import TODAY, contacts_of, cursor_on, customer_of, menu, store_of

from crm_tui.domain.activities import ActivityKind, NewActivity, NewNote
from crm_tui.domain.addresses import NewAddress
from crm_tui.domain.contacts import Email, NewContact, Phone
from crm_tui.domain.customers import NewCustomer
from crm_tui.domain.files import FileKind, NewFile
from crm_tui.domain.registries import RegistryKind
from crm_tui.screens.customer_card import CustomerCardScreen
from crm_tui.screens.dialogs.form_dialog import FormDialog
from crm_tui.store.port import Store
from crm_tui.store.sql.store import SqlStore
from crm_tui.widgets.confirm import ConfirmDialog

#: form -> panel, keys and choice that open a new one, and what it needs at least
NEW: dict[str, tuple[str, list[str], str, dict[str, str]]] = {
    "address": ("addresses", ["a"], "", {"city": "Lahti"}),
    "contact": ("contacts", ["a"], "", {"first_name": "Aki", "last_name": "Aalto"}),
    "note": ("contacts", ["n"], "", {"text": "Gate 2"}),
    "to-do": ("contacts", ["t"], "", {"line": "Call"}),
    "entry": ("activities", ["a"], "Calendar entry", {"name": "Visit", "starts": "fri 9:00"}),
    "task": ("activities", ["a"], "Project task", {"name": "Weld", "case": "2104"}),
    "absence": ("activities", ["a"], "Absence", {"name": "Leave", "starts": "fri"}),
    "link": ("files", ["a"], "Link", {"url": "https://a.example", "name": "Berths"}),
}


async def new(crm: Crm, form: str) -> None:
    """Open a form for something new."""
    panel, keys, choice, _ = NEW[form]
    await crm.panel(panel)
    await crm.press(*keys)
    if choice:
        await crm.choose(choice)
    assert isinstance(crm.app.screen, FormDialog)


# -- saving and leaving -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", NEW)
async def test_a_form_in_which_nothing_was_typed_is_left_without_a_question(form: str, start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        await new(crm, form)
        await crm.press("tab", "shift+tab", "escape")
        assert isinstance(crm.app.screen, CustomerCardScreen)


@pytest.mark.parametrize("form", NEW)
async def test_what_was_typed_is_thrown_away_only_by_a_key_of_its_own(form: str, start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        await new(crm, form)
        filled = NEW[form][3]
        await crm.fill(**filled)
        await crm.see("• not saved")
        await crm.press("escape")
        assert isinstance(crm.app.screen, ConfirmDialog)
        await crm.see("What you typed is not saved yet.", "Throw away")
        await crm.press("enter", "escape")
        assert isinstance(crm.app.screen, FormDialog)
        await crm.see(*filled.values())
        await crm.press("escape", "D")
        assert isinstance(crm.app.screen, CustomerCardScreen)


@pytest.mark.parametrize("form", NEW)
async def test_what_is_needed_is_enough_and_is_saved(form: str, start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        pulse = store_of(crm).pulse()
        await new(crm, form)
        await crm.fill(**NEW[form][3])
        await crm.save()
        await crm.expect_toast("Saved.")
        assert isinstance(crm.app.screen, CustomerCardScreen)
        assert store_of(crm).pulse() != pulse


@pytest.mark.parametrize("form", [form for form in NEW if form != "address"])
async def test_an_empty_form_says_what_it_needs_and_stays(form: str, start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        pulse = store_of(crm).pulse()
        await new(crm, form)
        await crm.press("ctrl+s")
        assert isinstance(crm.app.screen, FormDialog)
        await crm.see("is needed")
        assert store_of(crm).pulse() == pulse


async def test_ctrl_s_saves_from_every_field(start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        await crm.panel("contacts")
        await crm.press("home", "e")
        names = list(crm.form.form.fields)
        for number, name in enumerate(names):
            await crm.fill(title=f"Title {number}")
            crm.form.form.go_to(name)
            await crm.settle()
            await crm.save()
            assert next(each for each in contacts_of(crm) if each.last_name == "Aasen").title == f"Title {number}"
            await crm.press("e")


async def test_enter_goes_from_field_to_field_and_saves_at_the_last_one(start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        await new(crm, "link")
        await crm.type("https://a.example")
        await crm.press("enter")
        assert crm.form.form.fields["name"].has_focus_within
        await crm.type("Berths")
        await crm.press("enter")
        assert crm.form.form.fields["case"].has_focus_within
        await crm.press("escape", "D")
        await crm.press("t")
        await crm.type("Call")
        await crm.press("enter")
        assert isinstance(crm.app.screen, CustomerCardScreen)


async def test_saving_without_a_change_writes_nothing(start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        before = customer_of(crm)
        await menu(crm, "Edit customer")
        await crm.press("ctrl+s")
        assert isinstance(crm.app.screen, CustomerCardScreen)
        assert customer_of(crm) == before


# -- registries -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "kind", "word"),
    [("role", RegistryKind.CONTACT_ROLE, "contact role"), ("keywords", RegistryKind.KEYWORD, "keyword")],
)
async def test_an_administrator_creates_a_value_where_it_is_missing(
    field: str, kind: RegistryKind, word: str, start: Start
) -> None:
    async with start("sanna") as crm:
        await crm.open("kallavesi")
        await crm.panel("contacts")
        await crm.press("home", "e")
        crm.form.form.go_to(field)
        await crm.settle()
        await crm.type("Harbour")
        await crm.see(f"create {word} “Harbour”")
        await crm.press("enter")
        await crm.see("Harbour")
        await crm.save()
        value = next(value for value in store_of(crm).registries.list(kind) if value.name == "Harbour")
        ingrid = next(each for each in contacts_of(crm) if each.last_name == "Aasen")
        assert value.id in (ingrid.role, *ingrid.keywords)


async def test_who_is_no_administrator_chooses_from_what_there_is(start: Start) -> None:
    async with start("mikael") as crm:
        await crm.open("kallavesi")
        await crm.panel("contacts")
        await crm.press("home", "e")
        crm.form.form.go_to("keywords")
        await crm.settle()
        await crm.type("Harbour")
        await crm.see("Nothing is called so.")
        crm.see_no("create")
        await crm.press("escape")
        await crm.type("Invo")
        await crm.press("enter")
        await crm.save()
        invoices = next(v.id for v in store_of(crm).registries.list(RegistryKind.KEYWORD) if v.name == "Invoices")
        assert invoices in next(each for each in contacts_of(crm) if each.last_name == "Aasen").keywords


async def test_a_disabled_role_stays_on_who_has_it_and_is_not_offered_to_others(start: Start) -> None:
    async with start("mikael") as crm:
        await crm.open("kallavesi")
        await crm.panel("contacts")
        await crm.press("i")
        cursor_on(crm, "Ahonen")
        await crm.press("e")
        await crm.see("Fleet manager ▾", "Christmas card")
        await crm.fill(title="Retired")
        await crm.save()
        risto = next(each for each in contacts_of(crm) if each.last_name == "Ahonen")
        assert store_of(crm).registries.get(risto.role or 0).name == "Fleet manager"
        cursor_on(crm, "Aasen")
        await crm.press("e")
        crm.form.form.go_to("role")
        await crm.settle()
        await crm.type("Fleet")
        await crm.see("Nothing is called so.")


# -- to the letter ----------------------------------------------------------------------------------------------------

ODD = "  \x1b[31mred\x9b2J [/] [@click=app.quit]x[/] \u202e漢字\u200b one\r\ntwo\x0bthree\u2028four \t"


class Odd(NamedTuple):
    """Things full of odd texts, by the panel that they stand in: the row to look for, and a field to change."""

    panel: str
    entity: int
    change: dict[str, str]


def fill(store: Store) -> tuple[int, list[Odd]]:
    """A customer with odd texts in everything that it has."""
    customer = store.customers.create(
        NewCustomer(name=ODD, description=ODD, business_id=ODD, email=ODD, phone=ODD, website=ODD)
    ).id
    address = store.addresses.create(
        NewAddress(customer=customer, line1=ODD, line2=ODD, postal_code=ODD, city=ODD, region=ODD, phone=ODD)
    )
    contact = store.contacts.create(
        NewContact(customer=customer, first_name=ODD, last_name=ODD, title=ODD, description=ODD,
                   emails=(Email("a@b.example"),), phones=(Phone(ODD),), address=address.id)
    )  # fmt: skip
    todo = store.activities.create(
        NewActivity(kind=ActivityKind.TODO, name=ODD, notes=ODD, customer=customer, due=TODAY,
                    contact_participants=(contact.id,))
    )  # fmt: skip
    note = store.notes.create(NewNote(customer=customer, text=ODD))
    file = store.files.create(
        NewFile(customer=customer, kind=FileKind.LINK, name=ODD, url="https://a.example", description=ODD)
    )
    return customer, [
        Odd("details", customer, {"employees": "12"}),
        Odd("addresses", address.id, {"country": "Norway"}),
        Odd("contacts", contact.id, {"language": "English"}),
        Odd("activities", todo.id, {"due": "24.12."}),
        Odd("activities", note.id, {}),
        Odd("files", file.id, {"url": "https://b.example"}),
    ]


def stored(store: Store, odd: Odd, place: int) -> dict[str, Any]:
    """All fields of it but those that every change changes."""
    facet: Any = (
        store.customers, store.addresses, store.contacts, store.activities, store.notes, store.files
    )[place]  # fmt: skip
    found = facet.get(odd.entity)
    moving = {"revision", "updated_at", "updated_by", *odd.change}
    return {name: getattr(found, name) for name in found.__struct_fields__ if name not in moving}


@pytest.mark.parametrize("place", range(6), ids=["customer", "address", "contact", "to-do", "note", "file"])
async def test_what_nobody_touched_is_stored_as_it_was_to_the_letter(place: int, start: Start, tmp_path: Any) -> None:
    store = set_up_store(tmp_path / "odd.db")
    _, odds = fill(store)
    odd = odds[place]
    before = stored(store, odd, place)
    async with start(store=store) as crm:
        await crm.press("home", "enter")
        await crm.panel(odd.panel)
        if odd.panel == "activities":
            crm.table.move_to_id(f"{'note' if place == 4 else 'activity'}:{odd.entity}")
            await crm.settle()
        await crm.press("e")
        for name in crm.form.form.fields:
            crm.form.form.go_to(name)
            await crm.settle()
        crm.see_no("\x1b", "\x9b", "• not saved")
        if place == 4:
            await crm.fill(pinned=True)
            before["pinned"] = True
        else:
            await crm.fill(**odd.change)
        await crm.save()
        assert stored(store, odd, place) == before
    store.close()


@pytest.mark.parametrize("text", [HOSTILE, "x" * 10_000], ids=["hostile", "long"])
@pytest.mark.parametrize("form", [form for form in NEW if form != "task"])  # which needs a project
async def test_hostile_texts_typed_into_every_field_are_saved_or_refused_in_words(
    form: str, text: str, start: Start, fresh_store: SqlStore
) -> None:
    fresh_store.customers.create(NewCustomer(name="Aalto Oy"))
    async with start(store=fresh_store) as crm:
        await crm.press("home", "enter")
        await new(crm, form)
        for name, field in crm.form.form.fields.items():
            if type(field).__name__ in ("TextField", "AreaField", "ChannelField"):
                await crm.fill(**{name: text})
        crm.see_no("\x1b", "\x9b")
        await crm.press("ctrl+s")
        if isinstance(crm.app.screen, FormDialog):
            await crm.see("! ")
        crm.see_no("\x1b", "\x9b")
        assert crm.app.is_running
