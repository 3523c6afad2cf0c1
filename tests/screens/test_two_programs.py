"""Two programs on one store at once: nothing is overwritten unseen, and what the other one does is soon on screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.driver import Crm
from tests.screens.conftest import Start
from tests.screens.kallavesi import ALL, NUMBER, cursor_on, feed, menu, new_customer, store_of

from crm_tui.domain.activities import ActivityChange, ActivityKind, NewActivity, NewNote, NoteChange
from crm_tui.domain.addresses import AddressChange
from crm_tui.domain.contacts import Contact, ContactChange, NewContact
from crm_tui.domain.customers import CustomerChange, NewCustomer
from crm_tui.domain.files import FileChange, FileKind, NewFile
from crm_tui.screens.changing import Changing
from crm_tui.screens.customer_card import CustomerCardScreen
from crm_tui.screens.customers import CustomersScreen
from crm_tui.screens.dialogs.conflict import ConflictDialog
from crm_tui.screens.dialogs.contact_form import ContactForm
from crm_tui.screens.dialogs.form_dialog import FormDialog
from crm_tui.store.activities import FeedPart
from crm_tui.store.port import Store
from crm_tui.store.sql.store import SqlStore

Open = Callable[[str], SqlStore]


def ingrid(store: Store) -> Contact:
    """The first contact in the list, as she is stored now."""
    customer = store.customers.by_number(NUMBER).id
    return next(
        row.contact for row in store.contacts.of_customer(customer, ALL).rows if row.contact.last_name == "Aasen"
    )


def change_ingrid(store: Store, **fields: Any) -> Contact:
    """The other one saves these fields of hers."""
    now = ingrid(store)
    return store.contacts.update(now.id, now.revision, ContactChange(**fields))


async def edit_ingrid(crm: Crm) -> None:
    """Open her in a form."""
    await crm.open("kallavesi")
    await crm.panel("contacts")
    await crm.press("home", "e")
    assert isinstance(crm.app.screen, ContactForm)


async def look(crm: Crm) -> None:
    """What happens every second."""
    screen = crm.app.screen
    assert isinstance(screen, Changing)
    screen.look_for_changes()
    await crm.settle()


# -- the second save ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("keys", "title", "description"),
    [
        (["T", "ctrl+s"], "Chief architect", "Ring before noon"),
        (["M", "ctrl+s"], "Naval architect, Oslo", "Speaks Finnish"),
        (["right", "down", "left", "enter"], "Naval architect, Oslo", "Ring before noon"),
        (["left", "down", "right", "enter"], "Chief architect", "Speaks Finnish"),
    ],
    ids=["theirs", "mine", "mine and theirs", "theirs and mine"],
)
async def test_the_second_save_takes_mine_theirs_or_field_by_field(
    keys: list[str], title: str, description: str, start: Start, open_sample: Open
) -> None:
    other = open_sample("mikael")
    async with start() as crm:
        await edit_ingrid(crm)
        await crm.fill(title="Naval architect, Oslo", description="Speaks Finnish")
        theirs = change_ingrid(other, title="Chief architect", description="Ring before noon")
        await crm.press("ctrl+s")
        assert isinstance(crm.app.screen, ConflictDialog)
        await crm.see("Two changes to Ingrid Aasen", "Mikael Korhonen saved this contact", "2 still to choose")
        await crm.see("Naval architect, Oslo", "Chief architect", "Speaks Finnish", "Ring before noon")
        assert ingrid(other) == theirs
        await crm.press(*keys)
        assert isinstance(crm.app.screen, CustomerCardScreen)
        assert (ingrid(other).title, ingrid(other).description) == (title, description)
        await crm.see(title)


async def test_what_only_one_side_changed_is_taken_as_it_is(start: Start, open_sample: Open) -> None:
    other = open_sample("mikael")
    async with start() as crm:
        await edit_ingrid(crm)
        await crm.fill(title="Naval architect, Oslo", role="Procurement")
        change_ingrid(other, title="Chief architect", language="fi", email_allowed=False)
        await crm.press("ctrl+s")
        await crm.see("1 still to choose", "Finnish · theirs", "no · theirs", "Procurement · mine")
        await crm.press("right", "enter")
        merged = ingrid(other)
        assert (merged.title, merged.language, merged.email_allowed) == ("Naval architect, Oslo", "fi", False)
        assert other.registries.get(merged.role or 0).name == "Procurement"
        assert merged.updated_by == store_of(crm).users.me().user.id


async def test_different_fields_are_merged_without_anything_to_choose(start: Start, open_sample: Open) -> None:
    other = open_sample("mikael")
    async with start() as crm:
        await edit_ingrid(crm)
        await crm.fill(title="Naval architect, Oslo")
        change_ingrid(other, language="fi")
        await crm.press("ctrl+s")
        await crm.see("Finnish · theirs", "Naval architect, Oslo · mine")
        await crm.press("enter")
        assert isinstance(crm.app.screen, CustomerCardScreen)
        assert (ingrid(other).title, ingrid(other).language) == ("Naval architect, Oslo", "fi")


async def test_the_same_value_on_both_sides_is_no_conflict(start: Start, open_sample: Open) -> None:
    other = open_sample("mikael")
    async with start() as crm:
        await edit_ingrid(crm)
        await crm.fill(title="Chief architect", description="Speaks Finnish")
        change_ingrid(other, title="Chief architect")
        await crm.press("ctrl+s")
        crm.see_no("still to choose")
        await crm.press("enter")
        assert (ingrid(other).title, ingrid(other).description) == ("Chief architect", "Speaks Finnish")


async def test_keep_editing_keeps_what_was_typed_and_overwrites_nothing(start: Start, open_sample: Open) -> None:
    other = open_sample("mikael")
    async with start() as crm:
        await edit_ingrid(crm)
        await crm.fill(title="Naval architect, Oslo")
        theirs = change_ingrid(other, title="Chief architect")
        await crm.press("ctrl+s", "escape")
        assert isinstance(crm.app.screen, ContactForm)
        await crm.see("Naval architect, Oslo", "• not saved")
        assert ingrid(other) == theirs
        await crm.press("ctrl+s", "M", "ctrl+s")
        assert ingrid(other).title == "Naval architect, Oslo"


async def test_a_third_save_while_one_chooses_asks_again(start: Start, open_sample: Open) -> None:
    other = open_sample("mikael")
    async with start() as crm:
        await edit_ingrid(crm)
        await crm.fill(title="Naval architect, Oslo")
        change_ingrid(other, title="Chief architect")
        await crm.press("ctrl+s")
        newest = change_ingrid(other, title="Director")
        await crm.press("M", "ctrl+s")
        assert isinstance(crm.app.screen, ConflictDialog)
        await crm.see("Director", "Naval architect, Oslo")
        assert ingrid(other) == newest
        await crm.press("T", "ctrl+s")
        assert isinstance(crm.app.screen, CustomerCardScreen)
        assert ingrid(other).title == "Director"


async def _customer(crm: Crm, other: Store) -> Callable[[], Any]:
    await menu(crm, "Edit customer")
    await crm.fill(description="mine")
    now = other.customers.by_number(NUMBER)
    other.customers.update(now.id, now.revision, CustomerChange(description="theirs"))
    return lambda: other.customers.get(now.id).description


async def _address(crm: Crm, other: Store) -> Callable[[], Any]:
    await crm.panel("addresses")
    await crm.press("home", "e")
    await crm.fill(line2="mine")
    now = other.addresses.of_customer(other.customers.by_number(NUMBER).id)[0]
    other.addresses.update(now.id, now.revision, AddressChange(line2="theirs"))
    return lambda: other.addresses.get(now.id).line2


async def _activity(crm: Crm, other: Store) -> Callable[[], Any]:
    await crm.panel("activities")
    cursor_on(crm, "Crane load calculation")
    row = next(row for row in feed(crm, FeedPart.PLANNED) if row.name == "Crane load calculation")
    await crm.press("e")
    await crm.fill(notes="mine")
    now = other.activities.get(row.id)
    other.activities.update(now.id, now.revision, ActivityChange(notes="theirs"))
    return lambda: other.activities.get(now.id).notes


async def _note(crm: Crm, other: Store) -> Callable[[], Any]:
    await crm.panel("activities")
    cursor_on(crm, "Prefers deliveries")
    row = next(row for row in feed(crm, FeedPart.PAST) if row.name.startswith("Prefers deliveries"))
    await crm.press("e")
    await crm.fill(text="mine")
    now = other.notes.get(row.id)
    other.notes.update(now.id, now.revision, NoteChange(text="theirs"))
    return lambda: other.notes.get(now.id).text


async def _file(crm: Crm, other: Store) -> Callable[[], Any]:
    await crm.panel("files")
    await crm.press("home", "e")
    await crm.fill(description="mine")
    now = other.files.of_customer(other.customers.by_number(NUMBER).id, ALL).rows[0].file
    other.files.update(now.id, now.revision, FileChange(description="theirs"))
    return lambda: other.files.get(now.id).description


@pytest.mark.parametrize("key", ["T", "M"])
@pytest.mark.parametrize("edit", [_customer, _address, _activity, _note, _file])
async def test_every_form_asks_whose_change_is_taken(
    edit: Callable[[Crm, Store], Any], key: str, start: Start, open_sample: Open
) -> None:
    other = open_sample("mikael")
    async with start() as crm:
        await crm.open("kallavesi")
        stored = await edit(crm, other)
        await crm.press("ctrl+s")
        assert isinstance(crm.app.screen, ConflictDialog)
        await crm.see("Mikael Korhonen", "theirs", "mine")
        assert stored() == "theirs"
        await crm.press(key, "ctrl+s")
        assert isinstance(crm.app.screen, CustomerCardScreen)
        assert stored() == ("mine" if key == "M" else "theirs")


async def test_two_running_programs_edit_the_same_contact(start: Start, open_sample: Open) -> None:
    async with start("mikael") as second, start("sanna") as first:
        await edit_ingrid(first)
        await edit_ingrid(second)
        await first.fill(title="First")
        await second.fill(title="Second")
        await second.save()
        await first.press("ctrl+s")
        assert isinstance(first.app.screen, ConflictDialog)
        await first.see("First", "Second", "Mikael Korhonen")
        await first.press("M", "ctrl+s")
        assert ingrid(store_of(second)).title == "First"
        await look(second)
        await second.see("First")


async def test_what_was_ticked_by_both_is_ticked_once(start: Start, open_sample: Open) -> None:
    other = open_sample("mikael")
    async with start() as crm:
        await crm.open("kallavesi")
        await crm.panel("activities")
        cursor_on(crm, "Crane load calculation")
        row = next(row for row in feed(crm, FeedPart.PLANNED) if row.name == "Crane load calculation")
        now = other.activities.get(row.id)
        other.activities.update(now.id, now.revision, ActivityChange(is_done=True))
        await crm.press("space")
        assert other.activities.get(row.id).is_done
        assert not any(line.name == "Crane load calculation" for line in feed(crm, FeedPart.PLANNED))


async def test_a_change_without_a_form_on_what_is_newer_is_said_and_what_is_newer_is_shown(
    start: Start, open_sample: Open
) -> None:
    other = open_sample("mikael")
    async with start() as crm:
        await crm.open("kallavesi")
        await crm.panel("contacts")
        await crm.press("home")
        change_ingrid(other, title="Chief architect")
        await crm.press("x")
        await crm.expect_toast("changed by somebody else")
        assert ingrid(other).is_active
        await crm.see("Chief architect")
        await crm.press("x")
        await crm.expect_toast("Ingrid Aasen is inactive")


# -- what others do appears -----------------------------------------------------------------------------------------


async def test_the_list_of_customers_follows_and_the_cursor_stays(start: Start, open_sample: Open) -> None:
    other = open_sample("mikael")
    async with start() as crm:
        await crm.press("down", "down", "down")
        before, rows = crm.row, crm.table.count
        other.customers.create(NewCustomer(name="AAA Oy"))
        await look(crm)
        assert "AAA Oy" in crm.rows[0]
        assert (crm.row, crm.table.count) == (before, rows + 1)


async def test_contacts_feed_files_details_and_header_follow_and_the_cursor_stays(
    start: Start, open_sample: Open
) -> None:
    other = open_sample("mikael")
    async with start() as crm:
        await crm.open("kallavesi")
        await crm.panel("contacts")
        await crm.press("down", "down")
        row = crm.row
        customer = other.customers.by_number(NUMBER)
        other.contacts.create(NewContact(customer=customer.id, first_name="Aku", last_name="Aalto"))
        other.customers.update(
            customer.id, customer.revision, CustomerChange(name="Kallavesi Oy", phone="+358 17 999 0000")
        )
        other.notes.create(NewNote(customer=customer.id, text="Rang back"))
        other.activities.create(
            NewActivity(kind=ActivityKind.TODO, name="Buy rope", customer=customer.id, due=crm.app.session.today)
        )
        other.files.create(NewFile(customer=customer.id, kind=FileKind.LINK, name="Berths", url="https://a.example"))
        await look(crm)
        await crm.see("Aku Aalto", "Kallavesi Oy", "+358 17 999 0000", "Rang back", "Buy rope", "Berths", "7 contacts")
        assert crm.row == row
        assert crm.focused_panel is not None
        assert crm.focused_panel.id == "contacts"


async def test_nothing_moves_while_nobody_changes_anything(start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        await crm.panel("contacts")
        await crm.press("down")
        before = crm.text()
        await look(crm)
        assert crm.text() == before


async def test_what_others_change_never_disturbs_a_form(start: Start, open_sample: Open) -> None:
    other = open_sample("mikael")
    async with start() as crm:
        await edit_ingrid(crm)
        await crm.fill(title="Naval architect, Oslo")
        focused = crm.app.focused
        change_ingrid(other, title="Chief architect")
        below = crm.app.screen_stack[-2]
        assert isinstance(below, CustomerCardScreen)
        below.look_for_changes()
        await crm.settle()
        assert isinstance(crm.app.screen, FormDialog)
        assert crm.app.focused is focused
        await crm.see("Naval architect, Oslo")


# -- what others delete ---------------------------------------------------------------------------------------------


async def test_a_customer_that_the_other_deletes_is_said_and_the_list_is_without_it(
    start: Start, open_sample: Open
) -> None:
    other = open_sample("tuva")
    async with start() as crm:
        customer = await new_customer(crm, "Saimaa Tug & Barge Oy")
        other.customers.delete(customer.id, customer.revision)
        await look(crm)
        await crm.expect_toast("This customer was deleted.")
        assert isinstance(crm.app.screen, CustomersScreen)
        assert not any("Saimaa Tug" in row for row in crm.rows)


async def test_a_form_on_a_deleted_customer_says_so_and_keeps_what_was_typed(start: Start, open_sample: Open) -> None:
    other = open_sample("tuva")
    async with start() as crm:
        customer = await new_customer(crm, "Saimaa Tug & Barge Oy")
        await crm.press("n")
        await crm.type("Quay 4 is free")
        other.customers.delete(customer.id, customer.revision)
        await crm.press("ctrl+s")
        assert isinstance(crm.app.screen, FormDialog)
        await crm.see("This customer was deleted.", "What you typed is kept.", "Quay 4 is free")


async def test_a_contact_that_the_other_erases_is_not_written_again(start: Start, open_sample: Open) -> None:
    other = open_sample("tuva")
    async with start() as crm:
        await edit_ingrid(crm)
        await crm.fill(title="Naval architect, Oslo")
        erased = ingrid(other)
        other.contacts.delete(erased.id, erased.revision)
        await crm.press("ctrl+s")
        assert isinstance(crm.app.screen, FormDialog)
        await crm.see("What you typed is kept.")
        gone = other.contacts.get(erased.id)
        assert (gone.is_deleted, gone.title, gone.last_name) == (True, None, "")


async def test_a_row_that_the_other_deletes_leaves_the_list_and_the_cursor_goes_on(
    start: Start, open_sample: Open
) -> None:
    other = open_sample("sanna")
    async with start() as crm:
        await crm.open("kallavesi")
        await crm.panel("activities")
        cursor_on(crm, "Call Eeva about crane")
        row = next(row for row in feed(crm, FeedPart.PLANNED) if row.name.startswith("Call Eeva about crane"))
        gone = other.activities.get(row.id)
        other.activities.delete(gone.id, gone.revision)
        await look(crm)
        assert not any("Call Eeva about crane" in line for line in crm.rows)
        assert crm.row
