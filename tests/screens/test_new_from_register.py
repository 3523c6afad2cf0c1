"""A new customer from a business register: by a number that is typed, or by a name that one asks for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from tests.driver import PATIENCE, Crm, crm_app, running
from tests.screens.conftest import Start
from tests.screens.registers import FakeRegisters
from tests.screens.test_forms_that_go_on import save_and_go_on

from crm_tui.domain.customers import Customer, CustomerChange
from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import RegisterFailed
from crm_tui.domain.register_entry import RegisterAddress, RegisterEntry, RegisterState
from crm_tui.drafting import DraftKeeper
from crm_tui.screens.customer_card import CustomerCardScreen
from crm_tui.screens.dialogs.customer_form import CustomerForm
from crm_tui.screens.dialogs.register_hits import RegisterHitsDialog
from crm_tui.store.customers import CustomerQuery
from crm_tui.store.drafts import Draft
from crm_tui.store.paging import PageRequest
from crm_tui.store.sql.customers import SqlCustomers
from crm_tui.store.sql.store import SqlStore
from crm_tui.terminal import type_ahead

AT = datetime(2026, 11, 18, 12, 2, tzinfo=UTC)
PELIMETSA = RegisterEntry(
    country="FI",
    number="9999990-9",
    name="Pelimetsä Oy",
    visiting=RegisterAddress(lines=("Jätkäsaarenlaituri 1",), postal_code="00180", city="HELSINKI", country="FI"),
    postal=RegisterAddress(lines=("PL 100",), postal_code="00181", city="HELSINKI", country="FI"),
    website="www.pelimetsa.example",
    vat_registered=True,
    fetched_at=AT,
)
BANKRUPT = RegisterEntry(
    country="FI",
    number="9999991-7",
    name="Vanha Pelitalo Oy",
    vat_registered=False,
    state=RegisterState.BANKRUPT,
    since=date(2024, 3, 4),
    fetched_at=AT,
)
PELITALO = RegisterEntry(
    country="NO",
    number="999999905",
    name="PELITALO NORGE AS",
    visiting=RegisterAddress(lines=("Forusbeen 50",), postal_code="4035", city="STAVANGER", country="NO"),
    email="post@pelitalo.example",
    phones=("51 99 00 00",),
    vat_registered=True,
    fetched_at=AT,
)


@pytest.fixture
def registers() -> FakeRegisters:
    return FakeRegisters(PELIMETSA, BANKRUPT, PELITALO)


async def new_customer(crm: Crm, **values: str) -> None:
    """Open the form, fill in these fields, and wait until what was typed came to a rest."""
    await crm.press("a")
    await crm.fill(**values)
    await crm.rest()


async def test_a_number_is_looked_up_taken_over_saved_and_undone(
    start: Start, open_sample: Callable[[str], SqlStore], registers: FakeRegisters
) -> None:
    store = open_sample("sanna")
    before = store.customers.count(CustomerQuery(active=None))
    async with start(store=store, registers=registers, size=(80, 24)) as crm:
        await crm.press("a")
        buttons = [line for line in crm.lines() if "Save  ctrl+s" in line]
        await crm.see("type a VAT number, a business id or a name")
        await crm.fill(name="pelimetsä", website="https://mine.example", business_id="99999909")
        await crm.rest()
        await crm.see("PRH: Pelimetsä Oy, Jätkäsaarenlaituri 1,", "F4 takes it over")
        await crm.fill(description="A word of mine", business_id="9999990-9")
        await crm.rest()
        assert registers.asked == ["9999990-9"]  # once, however it is written
        assert crm.form.form.values()["name"] == "pelimetsä"
        assert [line for line in crm.lines() if "Save  ctrl+s" in line] == buttons

        await crm.press("f4")
        await crm.see("PRH, CC BY 4.0, 18 Nov 2026 14:02", "register: www.pelimetsa.example")
        await crm.see("Jätkäsaarenlaituri 1, 00180 Helsinki", "[x] visiting")
        values = crm.form.form.values()
        assert (values["name"], values["vat_number"]) == ("Pelimetsä Oy", "FI99999909")
        assert (values["website"], values["description"]) == ("https://mine.example", "A word of mine")
        assert [line for line in crm.lines() if "from the register" in line and "Pelimetsä" in line]
        await crm.fill(name="Pelimetsä")
        assert not [line for line in crm.lines() if "from the register" in line and "Name" in line]
        await crm.rest()
        assert registers.asked == ["9999990-9"]

        await crm.save()
        await crm.expect_toast("Saved, with details from PRH.  u takes it back.")
        assert isinstance(crm.app.screen, CustomerCardScreen)
        made = store.customers.by_number(20_001)
        (address,) = store.addresses.of_customer(made.id)
        assert (address.line1, address.city, address.is_visiting) == ("Jätkäsaarenlaituri 1", "Helsinki", True)
        assert made.headquarters == address.id
        lines = store.history.of_entity(Kind.CUSTOMER, made.id, PageRequest()).rows
        assert {line.source for line in lines} == {"PRH, business id 9999990-9"}
        await crm.press("u")
        await crm.expect_toast("Taken back")
    assert store.customers.count(CustomerQuery(active=None)) == before


async def test_a_name_is_sent_only_when_asked_for(start: Start, registers: FakeRegisters) -> None:
    async with start(registers=registers) as crm:
        await new_customer(crm, name="Pelitalo", email="me@pelitalo.example")
        await crm.see("F4 looks for “Pelitalo” in the registers")
        assert registers.asked == []
        await crm.press("f4")
        assert registers.asked == ["Pelitalo", "Pelitalo"]
        assert crm.column("name") == ["Vanha Pelitalo Oy", "PELITALO NORGE AS"]
        await crm.see("! bankrupt 4 Mar 2024", "Stavanger", "1 found")
        await crm.type("x")
        await crm.see("Enter looks for it")
        assert len(registers.asked) == 2
        await crm.press("enter")
        await crm.see("none is called so")
        await crm.put("pelitalo")
        await crm.press("enter", "down", "enter")
        await crm.see("Brønnøysundregistrene, NLOD 2.0, 18 Nov", "register: post@pelitalo.example")
        values = crm.form.form.values()
        assert (values["name"], values["vat_number"]) == ("PELITALO NORGE AS", "NO999999905MVA")
        assert (values["email"], values["phone"]) == ("me@pelitalo.example", "+47 51 99 00 00")
        # another one takes the place of what the first one filled in
        await crm.press("f4")
        await crm.put("pelitalo")
        await crm.press("enter", "enter")
        await crm.see("! bankrupt 4 Mar 2024", "not registered for VAT", "not published")
        values = crm.form.form.values()
        assert (values["business_id"], values["vat_number"], values["phone"]) == ("9999991-7", None, None)
        assert values["email"] == "me@pelitalo.example"
        # the number of another company: what was taken over is not of it
        await crm.fill(business_id="0112038-9")
        await crm.rest()
        assert values["register"] is not None
        left = {name: value for name, value in crm.form.form.values().items() if value is not None and name != "owner"}
        assert left == {"business_id": "0112038-9", "email": "me@pelitalo.example"}
        crm.see_no("not published")


async def test_one_who_is_there_is_told_before_it_is_saved(
    start: Start, open_sample: Callable[[str], SqlStore], registers: FakeRegisters
) -> None:
    store = open_sample("sanna")
    nokia = RegisterEntry(country="FI", number="0112038-9", name="Nokia Oyj", vat_registered=True, fetched_at=AT)
    registers.entries[nokia.number] = nokia
    async with start(store=store, registers=registers) as crm:
        await new_customer(crm, name="nokia")
        await crm.press("f4", "enter")
        await crm.rest()
        await crm.see("Looks like Nokia Oyj 10002: same VAT number")
        await crm.press("ctrl+s")
        await crm.see("Is it there already?", "same VAT number")
        await crm.press("escape")
        assert isinstance(crm.app.screen, CustomerForm)


async def test_a_register_that_is_silent_is_in_nobodys_way(start: Start, registers: FakeRegisters) -> None:
    registers.hold()
    async with start(registers=registers) as crm:
        await new_customer(crm, vat_number="FI99999909")
        await crm.see("PRH: asking for 9999990-9 …")
        await crm.press("f4")
        await crm.expect_toast("the register is being asked")
        await crm.fill(name="Typed meanwhile")
        await crm.fill(vat_number="")  # gives it up
        await crm.rest()
        await crm.see("F4 looks for “Typed meanwhile”")
        registers.hold()
        await crm.press("f4")
        await crm.see("asking …")
        await crm.press("enter")  # nothing is there to be taken
        assert isinstance(crm.app.screen, RegisterHitsDialog)
        await crm.press("escape")
        assert isinstance(crm.app.screen, CustomerForm)
        registers.hold()
        await crm.fill(vat_number="FI99999917")
        await crm.rest()
        await crm.see("asking for 9999991-7")
        await crm.press("escape")
        await crm.see("Not saved")
        await crm.press("D")
        assert not isinstance(crm.app.screen, CustomerForm)
        assert crm.toasts == []


async def test_what_a_register_does_not_know_or_can_not_say_is_said_quietly(
    start: Start, registers: FakeRegisters
) -> None:
    async with start(registers=registers) as crm:
        await new_customer(crm, business_id="0112038-9")
        await crm.see("PRH has no company with the id 0112038-9", "F4 tells more")
        sentence = "PRH (127.0.0.1) is out of order just now, and says so at length, with care and in words. " * 3
        registers.failure = RegisterFailed("127.0.0.1", "HTTP 503", f"{sentence}Try later.")
        await crm.press("f4")
        await crm.see("PRH: 0112038-9", "! PRH has no company with the id", "can be saved without the register")
        await crm.press("enter")
        await crm.see("! HTTP 503: PRH (127.0.0.1) is out of order just now", "F4 tells more")
        crm.see_no("Try later.")
        await crm.press("f4")
        await crm.see("Try later.")
        await crm.press("escape")
        await crm.fill(name="Somebody", phone="040 5550143")
        await crm.rest()
        assert registers.asked == ["0112038-9"] * 2  # not again by itself
        await crm.fill(business_id="")
        await crm.press("f4")
        await crm.see("PRH                    ! HTTP 503: PRH (127.0.0.1) is out", "Brønnøysundregistrene  ! HTTP 503")
        assert crm.text().count("Try later.") == 2
        registers.failure = None
        await crm.put("pelimetsä")
        await crm.press("enter")
        await crm.see("Pelimetsä Oy", "1 found", "none is called so")
        await crm.press("escape")
        # a company that may not be told of
        registers.entries["999999913"] = RegisterEntry(
            country="NO", number="999999913", state=RegisterState.REMOVED, fetched_at=AT
        )
        await crm.fill(vat_number="NO999999913MVA")
        await crm.rest()
        await crm.see("! removed on legal grounds", "nothing may be copied")
        await crm.press("f4")
        await crm.expect_toast("nothing of it may be copied")


async def test_a_customer_is_one_company(
    start: Start, open_sample: Callable[[str], SqlStore], registers: FakeRegisters
) -> None:
    store = open_sample("sanna")
    async with start(store=store, registers=registers) as crm:
        await new_customer(crm, name="999 999 905")  # a number is one, wherever it is typed
        await crm.see("Brønnøysundregistrene: PELITALO NORGE AS", "F4 takes it over")
        await crm.press("f4")
        values = crm.form.form.values()
        assert (values["name"], values["business_id"]) == ("PELITALO NORGE AS", "999999905")
        # a number that no register knows is another company's, too: saved at once, nothing of the first one is
        await crm.fill(vat_number="SE556012579001", name="Svensk AB")
        await crm.save()
        made = store.customers.by_number(20_001)
        assert (made.name, made.business_id, made.email, made.phone) == ("Svensk AB", None, None, None)
        assert store.addresses.of_customer(made.id) == ()
        lines = store.history.of_entity(Kind.CUSTOMER, made.id, PageRequest()).rows
        assert {line.source for line in lines} == {""}
        await crm.press("escape")
        # two numbers that were typed, of two companies
        await new_customer(crm, name="Mine", business_id="999999905", vat_number="FI01120389")
        await crm.see("! Belongs to another company than the VAT number", "0112038-9; correct one of them")
        await crm.press("ctrl+s")
        assert isinstance(crm.app.screen, CustomerForm)
        assert store.customers.by_number(20_001) == made
        await crm.fill(vat_number="NO999999905MVA")
        await crm.rest()
        crm.see_no("Belongs to another company")


async def test_what_is_no_number_of_a_register_stays_here(start: Start, registers: FakeRegisters) -> None:
    async with start(registers=registers) as crm:
        await crm.press("a")
        for typed in ("../../x", "FI00000000", "1" * 200, "SE556012579001", "  ", "FI2336509", "\u202eFI99999909"):
            await crm.fill(vat_number=typed)
            await crm.rest()
            await crm.press("f4")
            await crm.expect_toast("type a VAT number, a business id or a name first")
        assert registers.asked == []


async def test_without_registers_there_is_no_line(start: Start) -> None:
    async with start() as crm:
        await new_customer(crm, name="Pelimetsä", vat_number="FI99999909")
        crm.see_no("PRH", "F4")
        await crm.press("f4")
        await crm.expect_toast("no business register is set up to be asked")
        await crm.press("escape", "D")
        await crm.open("kallavesi")
        await crm.panel("details")
        await crm.press("e")
        assert "form.register" not in crm.commands()  # one who is there is updated from its card


async def test_a_draft_keeps_what_was_taken_over(
    open_sample: Callable[[str], SqlStore], registers: FakeRegisters, keeper: DraftKeeper, tmp_path: Path
) -> None:
    store = open_sample("sanna")
    async with running(crm_app(store, tmp_path, registers=registers, drafts=keeper)) as crm:
        await new_customer(crm, vat_number="FI99999909")
        await crm.press("f4")
        crm.form.form.go_to("register")
        await crm.press("space")
        await crm.see("PL 100, 00181 Helsinki", "[x] postal")
        await crm.press("f4", "enter")  # the same company once more: its address stays as it was chosen
        await crm.see("PL 100, 00181 Helsinki", "[x] postal")
        keeper.flush()
    registers.asked.clear()
    async with running(crm_app(store, tmp_path, registers=registers, drafts=keeper)) as crm:
        await crm.choose("New customer")
        await crm.rest()
        await crm.see("[x] postal", "PRH, CC BY 4.0", "from the register")
        assert registers.asked == []
        await crm.save()
        made = store.customers.by_number(20_001)
        (address,) = store.addresses.of_customer(made.id)
        assert (address.line1, address.is_postal) == ("PL 100", True)


@pytest.mark.parametrize("register", [None, {"entry": {}, "which": None}])
async def test_a_draft_of_another_version_goes_on_without_the_entry(
    open_sample: Callable[[str], SqlStore], keeper: DraftKeeper, tmp_path: Path, register: object
) -> None:
    store = open_sample("sanna")
    before = {"name": None, "number": None, "owner": 1, "email": None}  # and nothing of fields that came later
    typed = {**before, "name": "Quick Oy"} | ({"register": register} if register is not None else {})
    draft = Draft(
        key="k", form="customer", title="New customer", customer=None, entity=None, revision=None, before=before,
        values=typed, at=AT,
    )  # fmt: skip
    keeper.note(draft)
    keeper.flush()
    async with running(crm_app(store, tmp_path, drafts=keeper)) as crm:
        await crm.choose("New customer")
        assert (crm.form.form.values()["name"], crm.form.form.values()["register"]) == ("Quick Oy", None)
        assert crm.form.is_changed
        await crm.fill(name="")
        assert not crm.form.is_changed  # it is as it was


async def test_an_address_that_was_saved_is_nobody_elses_change(
    open_sample: Callable[[str], SqlStore], start: Start, registers: FakeRegisters, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, go, real = open_sample("sanna"), Event(), SqlCustomers.create_from_register

    def held(self: SqlCustomers, *args: Any, **more: Any) -> Customer:
        assert go.wait(PATIENCE)
        return real(self, *args, **more)

    monkeypatch.setattr(SqlCustomers, "create_from_register", held)
    monkeypatch.setattr(type_ahead, "LONG", 0.01)
    async with start(store=store, registers=registers) as crm:
        await new_customer(crm, vat_number="FI99999909")
        await crm.press("f4")
        crm.form.form.go_to("description")
        await save_and_go_on(crm, go, "x")
        made = store.customers.by_number(20_001)
        store.customers.update(made.id, made.revision, CustomerChange(description="theirs", email="o@o.example"))
        await crm.press("ctrl+s")
        await crm.see("Two changes to Pelimetsä Oy", "o@o.example · theirs")
        assert [line for line in crm.lines() if "theirs" in line and "Address" in line] == []


async def test_naughty_strings_of_a_register_stay_text(start: Start, registers: FakeRegisters) -> None:
    naughty = "[bold]\x1b]0;x\x07\u202e" + "A" * 300
    registers.entries[PELIMETSA.number] = RegisterEntry(
        country="FI",
        number=PELIMETSA.number,
        name=naughty,
        visiting=RegisterAddress(lines=(naughty, naughty), postal_code=naughty, city=naughty, country="FI"),
        website=naughty,
        email=naughty,
        phones=(naughty,),
        industry=naughty,
        fetched_at=AT,
    )
    async with start(registers=registers, size=(80, 24)) as crm:
        await new_customer(crm, vat_number="FI99999909")
        await crm.see("PRH:", "[bold]]0;xAAA")
        await crm.press("f4")
        await crm.see("PRH", "[x] visiting")
        assert "\x1b" not in crm.text()
        await crm.press("ctrl+s")
        assert isinstance(crm.app.screen, CustomerForm)  # refused under its field, as if it had been typed
        await crm.see("! ")
