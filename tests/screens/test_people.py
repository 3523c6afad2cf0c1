"""Contacts of all customers: found, reached, changed, and made into a mailing list that is the command line's."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest
from tests.driver import Crm
from tests.screens.conftest import Start
from tests.screens.kallavesi import cursor_on, store_of
from tests.screens.test_late_answers import Held
from tests.screens.twins import enter_twice

from crm_tui.cli import main
from crm_tui.domain.contacts import ContactChange, Email
from crm_tui.domain.entities import Kind
from crm_tui.domain.permissions import CustomerLevel, Profile, ProjectLevel
from crm_tui.domain.registries import RegistryKind
from crm_tui.domain.users import NewUser
from crm_tui.interchange import mailing_list
from crm_tui.screens.dialogs import mailing
from crm_tui.store.contacts import ContactQuery
from crm_tui.store.paging import PageRequest
from crm_tui.store.sql.contacts import SqlContacts
from crm_tui.store.sql.store import SqlStore
from crm_tui.widgets.field import TickField
from crm_tui.widgets.pick_field import PickField

Open = Callable[[str], SqlStore]
KEYWORD = "Christmas card"
#: ending of a file -> --format
FORMATS = {"csv": "csv", "vcf": "vcard", "json": "json", "txt": "emails"}


def everybody(crm: Crm, text: str = "") -> list[str]:
    """Last names of whom the store lists."""
    page = store_of(crm).contacts.across(ContactQuery(text=text), PageRequest(limit=500))
    return [row.contact.last_name for row in page.rows]


async def keyword(crm: Crm) -> None:
    """Go to the contacts and narrow them to a keyword."""
    await crm.press("2", "F")
    await crm.choose("Keyword")
    await crm.choose(KEYWORD)


async def test_contacts_are_narrowed_and_shown_in_full(start: Start) -> None:
    async with start(size=(80, 24)) as crm:
        await crm.press("2")
        everyone = crm.table.count
        await keyword(crm)
        await crm.see(f"Keyword {KEYWORD} ×")
        with_keyword = crm.table.count
        assert 1 < with_keyword < everyone
        await crm.press("F")
        await crm.choose("Owner")
        await crm.choose("Mikael")
        await crm.see("Owner Mikael Korhonen ×", KEYWORD)
        assert 1 <= crm.table.count < with_keyword
        await crm.press("escape")
        assert crm.table.count == everyone
        await crm.filter("jussi räsänen")
        await crm.see("Jussi Räsänen", "Kallavesi Marine Engineering Oy  10482", "+358 50 555 0118  mobile")
        await crm.resize(120, 40)
        await crm.see("╭─ Contact ─", "10482")
        await crm.press("p")
        crm.see_no("╭─ Contact ─")
        await crm.press("y")
        await crm.choose("E-mail")
        await crm.expect_toast("jussi.rasanen@kallavesi.example")
        await crm.press("o")
        await crm.choose("Write")
        assert crm.app.opened == ["mailto:jussi.rasanen@kallavesi.example"]


async def test_contacts_are_changed_from_the_list_and_it_can_be_taken_back(start: Start) -> None:
    async with start() as crm:
        await crm.press("2")
        await crm.filter("jussi räsänen")
        await crm.press("x")
        await crm.expect_toast("Jussi Räsänen is inactive")
        await crm.see("Nobody is like that. i shows inactive ones too")
        await crm.press("i")
        await crm.see_row("○ inactive")
        await crm.press("u")
        await crm.expect_toast("Taken back")
        assert "○ inactive" not in crm.row
        await crm.press("e")
        await crm.fill(title="Head of docks")
        await crm.save()
        await crm.see("Head of docks")
        await crm.press("C")
        await crm.see("Head of docks", "Title")
        await crm.press("escape", "a")
        await crm.put("kallavesi")
        await crm.press("enter")
        await crm.fill(first_name="Aune", last_name="Aalto")
        await crm.save()
        assert everybody(crm, "aune aalto") == ["Aalto"]


@pytest.mark.parametrize("ticks", [(), ("inactive",), ("inactive", "not-allowed", "do-not-use")], ids=["", "1", "3"])
async def test_the_list_from_the_screen_is_that_of_the_command_line(
    ticks: tuple[str, ...], start: Start, open_sample: Open, tmp_path: Path
) -> None:
    """Same bytes in every format, whoever is taken too; and those whom rule 9 leaves out are not on it."""
    store = open_sample("sanna")
    spoilt = mark_one(store)
    async with start(store=store) as crm:
        await keyword(crm)
        for ending in FORMATS:
            await crm.press("E")
            await crm.put(str(tmp_path / f"screen.{ending}"))
            for tick in ticks:
                next(field for field in crm.app.screen.query(TickField) if field.name == tick).focus()
                await crm.press("space")
            await crm.press("ctrl+s")
            await crm.expect_toast(f"written to {tmp_path / 'screen'}.{ending}")
    for ending, form in FORMATS.items():
        line, screen = tmp_path / f"line.{ending}", tmp_path / f"screen.{ending}"
        code = main(["--as", "sanna", "--store", str(tmp_path / "demo.db"), "contacts", "--keyword", KEYWORD,
                     "--format", form, "--include", ",".join(ticks), "--output", str(line)])  # fmt: skip
        assert code == 0
        written = screen.read_bytes()
        assert written == line.read_bytes()
        assert (spoilt.encode() in written) is ("do-not-use" in ticks)


def mark_one(store: SqlStore) -> str:
    """Somebody with the keyword has only an address that is not to be used."""
    found = next(value.id for value in store.registries.list(RegistryKind.KEYWORD) if value.name == KEYWORD)
    page = store.contacts.across(ContactQuery(keyword=found), PageRequest(limit=50))
    contact = next(row.contact for row in page.rows if row.contact.email_allowed and row.contact.emails)
    address = "only.this@not-to-be-used.example"
    emails = (Email(address, contact.emails[0].kind, do_not_use=True),)
    store.contacts.update(contact.id, contact.revision, ContactChange(emails=emails))
    return address


async def test_the_dialog_says_who_is_left_out_and_copies_addresses(start: Start, tmp_path: Path) -> None:
    async with start(size=(80, 24)) as crm:
        await crm.press("2", "E")
        await crm.see("left out", "inactive, or of an inactive customer", "who allow no e-mail")
        people = int(crm.text().partition(" people")[0].rpartition("│ ")[2])
        tick = crm.app.screen.query(TickField).first()
        tick.focus()
        await crm.press("space")
        assert int(crm.text().partition(" people")[0].rpartition("│ ")[2]) > people
        await crm.press("space")
        target = crm.app.screen.query_one(PickField)
        target.focus()
        await crm.press("enter")
        await crm.choose("File of addresses")
        await crm.press("ctrl+s")
        await crm.expect_toast("contacts-2026-11-18.txt")
        assert len((tmp_path / "contacts-2026-11-18.txt").read_text().split()) <= people
        await crm.press("E", "ctrl+s")
        await crm.press("E", "ctrl+s")
        await crm.see("! This file exists.")
        await crm.press("ctrl+s")
        await crm.expect_toast("written to")
        await crm.press("E")
        await crm.put(str(tmp_path / "x.pdf"))
        await crm.press("enter")
        await crm.see("! End the name with .csv, .vcf, .json")
        await crm.press("escape")
        await crm.filter("kallavesi")
        await crm.press("Y", "enter")
        copied = crm.app._clipboard
        assert "jussi.rasanen@kallavesi.example" in copied.split(", ")
        assert all("@" in address for address in copied.split(", "))


async def test_a_list_that_takes_long_says_how_far_it_is_and_ends_with_esc(
    start: Start, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Until all is read nothing is written; Esc ends it, and its answer comes to nothing."""
    stopped = Event()
    real = mailing_list.collect

    def slow(*args: object, stop: Callable[[], bool], **kwargs: object) -> object:
        while not stop():
            stopped.wait(0.001)
        stopped.set()
        return real(*args, stop=stop, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(mailing, "collect", slow)
    async with start() as crm:
        await crm.press("2")
        crm.app.screen.call_later(crm.app.screen.run_command, "list.export")  # type: ignore[attr-defined]
        await crm.pilot.pause()
        while not isinstance(crm.app.screen, mailing.MailingDialog):
            await crm.pilot.pause()
        await crm.pilot.press("ctrl+s")
        await crm.pilot.press("escape")
        await crm.settle()
        assert stopped.is_set()
        assert not isinstance(crm.app.screen, mailing.MailingDialog)
    assert not [name for name in os.listdir(tmp_path) if name.endswith(".csv")]


async def test_late_contacts_of_another_filter_are_never_shown(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    async with start() as crm:
        await crm.press("2")
        held = Held(monkeypatch, SqlContacts, "across")
        await crm.pilot.press("/", *"tiina")
        await crm.pilot.press("escape", "escape")
        held.release()
        await crm.settle()
        await crm.see("206 contacts")
        assert crm.table.count > 200


async def test_who_may_only_read_or_nothing_is_told(start: Start, open_sample: Open) -> None:
    """Liisa reads customers alone; somebody without customers sees why there are none."""
    async with start("liisa") as crm:
        await crm.press("2")
        commands = crm.commands()
        for name in ("list.edit", "list.activate", "list.add"):
            assert commands[name].reason == "it needs the permission “customers: edit”"
        assert commands["list.export"].reason is None
    store = open_sample("sanna")
    nothing = Profile(name="Nothing", customers=CustomerLevel.NONE, projects=ProjectLevel.NONE)
    profile = store.users.create_profile(nothing).id
    store.users.create(NewUser(name="Vera Vieras", login="vera", profile=profile))
    async with start(store=store.acting_as("vera")) as crm:
        await crm.press("2")
        await crm.see("No contacts are shown: it needs the permission “customers: read”.", "Vera Vieras")
        assert not crm.toasts
        await crm.press("E")
        await crm.expect_toast("there is no contact in the list")
        await crm.press("3")
        await crm.see("No activities are shown: it needs the permission “customers: read”.")
        assert not crm.toasts
        assert crm.commands()["card.todo"].reason is not None


async def test_two_contacts_become_one_in_the_list(start: Start, open_sample: Open) -> None:
    store = open_sample("sanna")
    _, _, person, again = enter_twice(store)
    async with start(store=store) as crm:
        await crm.press("2")
        await crm.filter("lahtinen")
        cursor_on(crm, "Eva Lahtinen")
        await crm.press("M")
        await crm.see("Merge Eva Lahtinen with", "these look like it")
        await crm.press("enter", "s", "ctrl+s", "D")
        await crm.expect_toast("Eva Lahtinen of")
        crm.see_no("Eva Lahtinen")
        assert store.merging.went_into(Kind.CONTACT, again.id) == person.id
        await crm.press("u")
        await crm.see("Eva Lahtinen")
        await crm.filter("nobody is called so")
        await crm.press("M")
        await crm.expect_toast("there is no contact under the cursor")


async def test_a_row_that_was_erased_meanwhile_goes(start: Start, open_sample: Open) -> None:
    other = open_sample("sanna")
    async with start() as crm:
        await crm.press("2")
        await crm.filter("jussi räsänen")
        row = other.contacts.across(ContactQuery(text="jussi räsänen"), PageRequest(limit=1)).rows[0]
        other.contacts.delete(row.contact.id, row.contact.revision)
        await crm.press("r")
        await crm.see("Nobody is like that.")
        await crm.press("escape")
        cursor_on(crm, "Tiina Ahonen")
        await crm.settle()
        await crm.see("Tiina Ahonen")
