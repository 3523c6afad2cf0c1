"""Update customer details: the register's answer beside the card, what is taken of it, and all that may go wrong."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Event
from time import monotonic
from typing import Any

import pytest
from msgspec.structs import replace
from tests.driver import NOW, PATIENCE, Crm, arrives
from tests.screens.conftest import Start
from tests.screens.kallavesi import customer_of, menu, store_of
from tests.screens.registers import FakeRegisters

from crm_tui.domain.addresses import AddressChange
from crm_tui.domain.customers import CustomerChange, NewCustomer
from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import RegisterFailed, Unavailable
from crm_tui.domain.permissions import CustomerLevel
from crm_tui.domain.register_entry import RegisterAddress, RegisterEntry, RegisterState
from crm_tui.domain.register_update import RegisterUpdate
from crm_tui.domain.users import UserChange
from crm_tui.screens.customer_card import CustomerCardScreen
from crm_tui.screens.dialogs.update_details import UpdateDetailsDialog
from crm_tui.store.on_card import Cards
from crm_tui.store.paging import PageRequest
from crm_tui.store.sql.customers import SqlCustomers
from crm_tui.store.sql.store import SqlStore
from crm_tui.text import clean

#: the id of Kallavesi in its register
ID = "9000964-9"
ENTRY = RegisterEntry(
    country="FI",
    number=ID,
    name="KALLAVESI MARINE ENGINEERING OY",
    other_names=("Kallavesi Shipyard",),
    visiting=RegisterAddress(lines=("Satamakatu 14 B 11",), postal_code="70100", city="KUOPIO", country="FI"),
    postal=RegisterAddress(lines=("PL 218",), postal_code="70101", city="KUOPIO", country="FI"),
    website="kallavesi.example",
    industry_code="30110",
    industry="Building of ships",
    vat_registered=True,
    fetched_at=datetime(2026, 11, 18, 12, 2, tzinfo=UTC),
)
NAUGHTY = Path(__file__).parents[1] / "data/naughty/blns.json"
SILENT = RegisterFailed("avoindata.prh.fi", "no answer", "PRH (avoindata.prh.fi) did not answer within 10 s.")

Open = Callable[[str], SqlStore]


async def ask(crm: Crm, entry: str = "Kallavesi") -> None:
    """Open the dialog from the card."""
    await crm.open(entry)
    await crm.press("V")
    assert isinstance(crm.app.screen, UpdateDetailsDialog), crm.text()


def row(crm: Crm, label: str) -> str:
    """The first line of a row of the dialog, between its borders."""
    found = (re.search(rf"│(.[ \[].{{3}} {label}  .*?) +│", each) for each in crm.lines())
    return next((each[1] for each in found if each), "")


async def go_to(crm: Crm, label: str) -> None:
    """Put the cursor on a row."""
    await crm.press("home")
    for _ in range(6):
        if "▌" in row(crm, label)[:2]:
            return
        await crm.press("j")
    raise AssertionError(f"the cursor never comes to {label}:\n{crm.text()}")


async def until(crm: Crm, is_so: Callable[[], bool]) -> None:
    """Wait for something while a write is held, for which ``settle`` would wait."""
    end = monotonic() + PATIENCE
    while not is_so():
        assert monotonic() < end, crm.text()
        await crm.pilot.pause(0)


def clocks(crm: Crm) -> int:
    """How many timers run on the screen: each writes to the terminal again and again."""
    return sum(timer._task is not None and timer._active.is_set() for timer in crm.app.screen._timers)


def headquarters(crm: Crm) -> tuple[str | None, ...]:
    """The lines of the headquarters as they are stored now."""
    customer = customer_of(crm)
    found = store_of(crm).addresses.get(customer.headquarters or 0)
    return (found.line1, found.line2, found.postal_code, found.city, found.country)


def change(crm: Crm, **fields: Any) -> None:
    """Change the customer behind the screen, as the same user in another program."""
    customer = customer_of(crm)
    store_of(crm).customers.update(customer.id, customer.revision, CustomerChange(**fields))


async def test_what_is_ticked_is_taken_as_one_change_that_undo_takes_back(start: Start) -> None:
    registers = FakeRegisters(ENTRY)
    async with start(registers=registers) as crm:
        await crm.open("Kallavesi")
        before, place = customer_of(crm), headquarters(crm)
        await menu(crm, "Update customer details")
        await crm.see(f"PRH, business id {ID} · read today 14:02 · registered for VAT", "Source: PRH, CC BY 4.0")
        await crm.see("Other names: Kallavesi Shipyard", "Industry code: 30110", "Update 2 fields")
        assert row(crm, "Name").endswith("= same")
        assert "[" not in row(crm, "Name")
        assert row(crm, "Address").startswith("▌[x]")
        assert row(crm, "Address").endswith("≠ changed")
        assert row(crm, "E-mail").endswith("not published                         – kept as it is")
        assert row(crm, "Website").startswith(" [x]")
        assert row(crm, "Website").endswith("+ new")
        assert row(crm, "Industry").startswith(" [ ]")
        await crm.press("ctrl+s")
        await crm.expect_toast("Updated from PRH: address, website.  u takes it back.")
        after = customer_of(crm)
        assert (after.name, after.email, after.website) == (before.name, before.email, "kallavesi.example")
        assert headquarters(crm) == ("Satamakatu 14 B 11", None, "70100", "Kuopio", "FI")
        await crm.see("kallavesi.example", "Satamakatu 14 B 11")
        lines = store_of(crm).history.of_entity(Kind.CUSTOMER, after.id, PageRequest(limit=1)).rows
        assert lines[0].source == f"PRH, business id {ID}"
        await crm.press("u")
        assert customer_of(crm).website == before.website
        assert headquarters(crm) == place
        assert registers.asked == [ID]


async def test_rows_are_ticked_by_keys_and_mouse_and_refuse_with_a_reason(start: Start) -> None:
    async with start(registers=FakeRegisters(ENTRY)) as crm:
        await ask(crm)
        await crm.press("space")
        assert row(crm, "Address").startswith("▌[ ]")
        await crm.see("Update 1 field ")
        await go_to(crm, "E-mail")
        await crm.press("space")
        await crm.expect_toast("Tick: E-mail is not published: ours is kept")
        await go_to(crm, "Name")
        await crm.press("enter")
        await crm.expect_toast("Tick: Name is the same")
        await crm.click("70100 Kuopio", line="70100 Kuopio                         70100")
        assert row(crm, "Address").startswith("▌[x]")
        await crm.press("a")
        await crm.see("Update 3 fields")  # the industry, too
        await crm.press("a")
        assert "[x]" not in row(crm, "Address") + row(crm, "Website")
        await crm.press("s")
        await crm.expect_toast("Update: nothing is ticked")
        await crm.press("escape")
        assert isinstance(crm.app.screen, CustomerCardScreen)
        assert not crm.toasts


async def test_the_postal_address_is_shown_and_taken_by_a_key(start: Start) -> None:
    async with start(registers=FakeRegisters(ENTRY)) as crm:
        await ask(crm)
        await crm.see("The visiting address is shown. p shows the postal one instead: PL 218, 70101 Kuopio")
        await crm.press("space", "p")
        assert "[x]" in row(crm, "Address")
        assert "PL 218" in row(crm, "Address")
        await crm.press("p")
        assert "[ ]" in row(crm, "Address")  # as it was left
        await crm.press("p")
        assert "[x]" in row(crm, "Address")
        await crm.see("The postal address is shown. p shows the visiting one instead: Satamakatu 14 B 11, 70100 Kuopio")
        await crm.press("s")
        assert headquarters(crm) == ("PL 218", None, "70101", "Kuopio", "FI")
    only = replace(ENTRY, visiting=None)
    async with start(registers=FakeRegisters(only)) as crm:
        await ask(crm)
        await crm.see("The postal address is shown; the register has no visiting one.")
        await crm.press("p")
        await crm.expect_toast("Other address: the register has no visiting address")


async def test_a_customer_without_an_address_gets_its_first_one(start: Start) -> None:
    async with start(registers=FakeRegisters(ENTRY)) as crm:
        store_of(crm).customers.create(NewCustomer(name="Branch", vat_number=f"FI{ID.replace('-', '')}"))
        await ask(crm, "Branch")
        await crm.see("There is no address on the card yet: it becomes the headquarters.", "Update 3 fields")
        assert row(crm, "Name").startswith("▌[x]")
        assert "–" in row(crm, "Address")
        assert row(crm, "Industry").startswith(" [ ]")
        await crm.see("(taking it adds it to your list of", "industries)")
        await crm.press("a", "s")
        await crm.expect_toast("Updated from PRH: name, address, website, industry")
        await crm.see("◆ HQ", "Satamakatu 14 B 11", "Building of ships")
        await crm.press("u")
        await crm.see("Branch", "No addresses yet")


# -- what may not be taken ----------------------------------------------------------------------------------------


async def test_of_a_company_that_is_over_nothing_is_ticked(start: Start) -> None:
    registers = FakeRegisters()
    async with start(registers=registers) as crm:
        await crm.open("Kallavesi")
        for state, says in (
            (RegisterState.CEASED, "! Ceased since 1 Mar 2026. Nothing is ticked for you: look twice"),
            (RegisterState.DELETED, "! Deleted from the register since 1 Mar 2026."),
            (RegisterState.BANKRUPT, "! Bankrupt since 1 Mar 2026."),
        ):
            registers.entries[ID] = replace(ENTRY, state=state, since=date(2026, 3, 1))
            await crm.press("V")
            await crm.see(says)
            crm.see_no("no bankruptcy")
            assert row(crm, "Address").startswith(" [ ]")
            await crm.press("s")
            await crm.expect_toast("Update: nothing is ticked")
            await crm.press("escape")


async def test_of_a_company_in_liquidation_it_is_said_and_of_one_removed_there_is_nothing(start: Start) -> None:
    registers = FakeRegisters(replace(ENTRY, state=RegisterState.LIQUIDATION))
    async with start(registers=registers) as crm:
        await ask(crm)
        await crm.see("! In liquidation.", "Update 2 fields")
        await crm.press("escape")
        registers.entries[ID] = RegisterEntry(
            country="FI", number=ID, state=RegisterState.REMOVED, fetched_at=ENTRY.fetched_at
        )
        await crm.press("V")
        await crm.see("! Removed on legal grounds. The register may tell nothing of it: there is nothing to take.")
        await crm.press("a", "s")
        assert crm.toasts == ["All or none: there is nothing to take", "Update: there is nothing to take"]


async def test_where_it_can_not_be_asked_the_menu_says_why(start: Start) -> None:
    async with start() as crm:
        await crm.open("Kallavesi")
        assert crm.commands()["card.register"].reason == "no business register can be asked here"
    async with start(registers=FakeRegisters(ENTRY)) as crm:
        await crm.open("Kallavesi")
        assert crm.commands()["card.register"].reason is None
        for vat, reason in (
            (None, "there is no VAT number; a Finnish or Norwegian one is needed"),
            ("SE556056625801", "only Finnish and Norwegian numbers can be looked up"),
        ):
            change(crm, vat_number=vat)
            await crm.press("r", "m")
            await crm.see("Update customer details", reason)
            await crm.press("escape", "V")
            await crm.expect_toast(reason)
    async with start("liisa", registers=FakeRegisters(ENTRY)) as crm:
        await crm.open("Kallavesi")
        assert "it needs the permission" in (crm.commands()["card.register"].reason or "")


async def test_what_can_not_be_taken_says_why_where_it_stands(start: Start) -> None:
    long = replace(
        ENTRY,
        email="none at all",
        name="SAVON JA KALLAVEDEN MERITEKNIIKAN JA TELAKKATEOLLISUUDEN INSINÖÖRITOIMISTO OY JULKINEN",
    )
    async with start("mikael", registers=FakeRegisters(long), size=(80, 24)) as crm:
        await ask(crm)
        assert row(crm, "E-mail").endswith("none at all              ! refused")
        await crm.see("! an e-mail address has", "TELAKKATEOLLISUUDEN", "JULKINEN", "1–4 of 6 ▾")
        crm.see_no("Industry code")
        await crm.press("tab", "end")  # what else is known can be read to its end
        await crm.see("Industry code: 30110")
        await crm.resize(120, 40)
        await crm.press("end")  # there all of it is shown, and the keys are for the rows again
        assert row(crm, "Industry").startswith("▌     Industry")
        assert row(crm, "Industry").endswith("! can't be taken")
        await crm.see("! your list of industries has no")
        await crm.press("space")
        await crm.expect_toast("your list of industries has no such one")
        await crm.resize(80, 24)
        await crm.see("! your list of", "industries has no such", "of 6 ▴")


# -- while it is asked, and when it fails -------------------------------------------------------------------------


async def test_while_the_register_is_silent_all_goes_on_and_escape_stops_it(start: Start) -> None:
    moment = [NOW]
    registers = FakeRegisters(ENTRY)
    registers.hold()
    async with start(registers=registers, now=lambda: moment[0]) as crm:
        await ask(crm)
        await crm.see(f"Asking PRH for {ID} …  0 s of 10 s")
        moment[0] += timedelta(seconds=3)
        await crm.see("3 s of 10 s")
        await crm.press("s")
        await crm.expect_toast("Update: the register has not answered yet")
        await crm.resize(80, 24)
        await crm.see("3 s of 10 s")
        assert clocks(crm) == 1
        await crm.press("escape")
        assert isinstance(crm.app.screen, CustomerCardScreen)
        assert (crm.toasts, registers.waiting) == ([], 0)
        registers.hold()
        await crm.press("V")
        registers.let_go()
        await crm.see("Update 2 fields")
        crm.see_no("Asking")
        assert clocks(crm) == 0


async def test_a_failure_is_said_and_can_be_tried_again(start: Start) -> None:
    registers = FakeRegisters(ENTRY)
    registers.failure = SILENT
    async with start(registers=registers, size=(80, 24)) as crm:
        await ask(crm)
        await crm.see("! PRH (avoindata.prh.fi) did not answer within 10 s.", "The customer stays as it is.")
        await crm.see("Try again", "Close")
        assert clocks(crm) == 0
        registers.failure = None
        await crm.press("r")
        await crm.see("Update 2 fields")
        crm.see_no("Try again", "did not answer")
        await crm.press("escape")
        del registers.entries[ID]
        await crm.press("V")
        await crm.see(f"! PRH has no company with the id {ID}.")
        await crm.press("r", "s", "enter")
        assert registers.asked == [ID, ID, ID]
        await crm.press("escape")
        assert isinstance(crm.app.screen, CustomerCardScreen)


async def test_a_store_that_is_busy_can_be_tried_again(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_: object) -> None:
        raise Unavailable("The store is locked by another program; try again.")

    async with start(registers=FakeRegisters(ENTRY)) as crm:
        with monkeypatch.context() as patched:
            patched.setattr(Cards, "of", busy)
            await ask(crm)
            await crm.see("! The store is locked by another program", "Try again")
        await crm.press("r")
        await crm.see("Update 2 fields")


async def test_while_it_is_written_nothing_else_can_be_done(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    async with start(registers=FakeRegisters(ENTRY)) as crm:
        await ask(crm)
        may_go, write = Event(), SqlCustomers.take_from_register

        def held(self: Any, update: RegisterUpdate) -> Any:
            assert may_go.wait(PATIENCE)
            return write(self, update)

        monkeypatch.setattr(SqlCustomers, "take_from_register", held)
        arrives(crm.pilot, "s")
        await until(crm, lambda: "writing…" in crm.text())
        for key in ("escape", "space", "a", "p", "s"):
            arrives(crm.pilot, key)
        await until(crm, lambda: len(crm.toasts) == 5)
        assert all(toast.endswith(": it is being written") for toast in crm.toasts)
        assert row(crm, "Address").startswith("▌[x]")
        may_go.set()
        await crm.settle()
        await crm.expect_toast("Updated from PRH: address, website.")
        assert isinstance(crm.app.screen, CustomerCardScreen)
        assert headquarters(crm)[0] == "Satamakatu 14 B 11"


# -- somebody else changes it meanwhile ---------------------------------------------------------------------------


async def test_what_somebody_else_changed_is_chosen_row_by_row(start: Start, open_sample: Open) -> None:
    async with start(registers=FakeRegisters(replace(ENTRY, email="posti@kallavesi.example"))) as crm:
        await ask(crm)
        await crm.see("Update 3 fields")
        other = open_sample("mikael")
        mine = customer_of(crm)
        other.customers.update(mine.id, mine.revision, CustomerChange(website="https://mikko.example", employees=9))
        await crm.press("s")
        await crm.see(
            "The customer was changed meanwhile", "Mikael Korhonen changed it now, after it was compared with PRH"
        )
        await crm.see("https://mikko.example", "kallavesi.example", "from PRH")
        crm.see_no("Employees", "posti@")
        # before it is decided he changes another row
        now = other.customers.get(mine.id)
        other.customers.update(now.id, now.revision, CustomerChange(email="mikko@kallavesi.example"))
        await crm.press("left", "enter")
        await crm.see("The customer was changed meanwhile", "mikko@kallavesi.example")
        crm.see_no("Website")
        await crm.press("right", "enter")
        await crm.expect_toast("Updated from PRH: address, e-mail.")
        after = customer_of(crm)
        assert (after.website, after.email, after.employees) == ("https://mikko.example", "posti@kallavesi.example", 9)
        assert headquarters(crm)[0] == "Satamakatu 14 B 11"


async def test_what_nobody_touched_goes_through_without_a_question(start: Start, open_sample: Open) -> None:
    async with start(registers=FakeRegisters(ENTRY)) as crm:
        await ask(crm)
        other, mine = open_sample("mikael"), customer_of(crm)
        other.customers.update(mine.id, mine.revision, CustomerChange(description="Pays at once"))
        place = other.addresses.get(mine.headquarters or 0)
        other.addresses.update(place.id, place.revision, AddressChange(phone="+358 17 555 0141"))
        await crm.press("s")
        await crm.expect_toast("Updated from PRH: address, website.")
        assert (customer_of(crm).description, headquarters(crm)[0]) == ("Pays at once", "Satamakatu 14 B 11")


async def test_what_is_by_now_as_the_register_has_it_is_not_taken(start: Start, open_sample: Open) -> None:
    admin, other = open_sample("sanna"), open_sample("mikael")
    async with start(registers=FakeRegisters(ENTRY)) as crm:
        user = next(each for each in admin.users.list() if each.login == "mikael")
        admin.users.update(user.id, user.revision, UserChange(name="Mik\x1b]52;c;x\x07ael"))
        await ask(crm)
        mine = customer_of(crm)
        other.customers.update(mine.id, mine.revision, CustomerChange(website="https://kallavesi.example"))
        await crm.press("s")
        await crm.expect_toast("Updated from PRH: address.")
        assert customer_of(crm).website == "https://kallavesi.example"
        await crm.press("u")
        await crm.expect_toast("Taken back")
        await crm.press("V")
        await crm.see("Update 1 field ")
        place = other.addresses.get(mine.headquarters or 0)
        other.addresses.update(place.id, place.revision, AddressChange(line1="satamakatu 14 b 11"))
        await crm.press("s")
        assert crm.toasts == ["Mik]52;c;xael changed it meanwhile: there is nothing left to take."]
        await crm.press("s")
        await crm.expect_toast("Update: nothing is ticked")


async def test_another_vat_number_is_another_question(start: Start, open_sample: Open) -> None:
    other_company = replace(ENTRY, number="0112038-9", name="Another Oy", website="another.example")
    registers = FakeRegisters(ENTRY, other_company)
    async with start(registers=registers) as crm:
        other = open_sample("mikael")
        await ask(crm)
        before, place = customer_of(crm), headquarters(crm)
        other.customers.update(before.id, before.revision, CustomerChange(vat_number="FI01120389"))
        await crm.press("s")
        await crm.see("! The VAT number was changed meanwhile: ask again.", "The customer stays as it is.", "Try again")
        assert (customer_of(crm).website, headquarters(crm)) == (before.website, place)
        await crm.press("r")
        await crm.see("PRH, business id 0112038-9", "Another Oy", "another.example")
        assert registers.asked == [ID, "0112038-9"]
        await crm.press("escape")
        # the card behind has not heard yet of another one
        now = customer_of(crm)
        other.customers.update(now.id, now.revision, CustomerChange(vat_number="SE556056625801"))
        await crm.press_at_once("V")
        await crm.see("! The VAT number was changed meanwhile: only Finnish and Norwegian numbers can be looked up.")
        await crm.press("r", "s")
        assert any("only Finnish and Norwegian" in toast for toast in crm.toasts)
        assert (customer_of(crm).website, headquarters(crm)) == (before.website, place)


async def test_a_move_of_the_headquarters_is_asked_about_and_esc_goes_back(start: Start, open_sample: Open) -> None:
    async with start(registers=FakeRegisters(ENTRY)) as crm:
        await ask(crm)
        other, mine = open_sample("mikael"), customer_of(crm)
        place = other.addresses.get(mine.headquarters or 0)
        other.addresses.update(place.id, place.revision, AddressChange(line1="Mikkokatu 1"))
        await crm.press("s")
        await crm.see("Mikael Korhonen changed it now")
        await crm.see("Mikkokatu 1, 70100 Kuopio, Finland", "Satamakatu 14 B 11, 70100 Kuopio, Finland")
        await crm.press("escape")
        assert "Mikkokatu 1" in row(crm, "Address")
        await crm.see("Update 2 fields")
        assert headquarters(crm)[0] == "Mikkokatu 1"


async def test_who_may_not_change_it_any_more_is_told(start: Start, open_sample: Open) -> None:
    async with start("mikael", registers=FakeRegisters(ENTRY)) as crm:
        await ask(crm)
        admin = open_sample("sanna")
        user = next(each for each in admin.users.list() if each.login == "mikael")
        reader = next(each for each in admin.users.profiles() if each.profile.customers is CustomerLevel.READ)
        admin.users.update(user.id, user.revision, UserChange(profile=reader.id))
        await crm.press("s")
        await crm.expect_toast("it needs the permission")
        assert "[x]" in row(crm, "Address")


async def test_a_customer_that_is_deleted_meanwhile_takes_the_dialog_with_it(start: Start, open_sample: Open) -> None:
    sample = open_sample("sanna")
    made = sample.customers.create(NewCustomer(name="Short-lived", vat_number=f"FI{ID.replace('-', '')}"))
    async with start(registers=FakeRegisters(ENTRY)) as crm:
        await ask(crm, "Short-lived")
        sample.customers.delete(made.id, made.revision)
        await crm.press("s")
        await crm.expect_toast("This customer was deleted.")
        assert not isinstance(crm.app.screen, UpdateDetailsDialog | CustomerCardScreen)


async def test_nothing_that_a_register_says_reaches_the_terminal_raw(start: Start) -> None:
    worst = "\x1b]52;c;x\x07\x1b[2J\u202ered [@click=app.quit]x[/] " + "漢字" * 60
    naughty = replace(
        ENTRY,
        name=worst,
        other_names=tuple(json.loads(NAUGHTY.read_text("utf-8"))[:80]),
        visiting=RegisterAddress(lines=(worst, worst), postal_code="\x9b2J", city=worst, country="\x1b["),
        email="\x1b[31m@x",
        website="\x07.example",
        industry=worst,
        industry_code="\x1b[0m",
    )
    async with start(registers=FakeRegisters(naughty), size=(80, 24)) as crm:
        await ask(crm)
        for size in ((80, 24), (60, 15), (200, 60)):
            await crm.resize(*size)
            text = "".join(crm.lines())
            assert text == clean(text)
            await crm.see("[@click=app.quit]x[/]")
            await crm.press("j", "j", "space", "p", "end", "home")
