"""``crm-tui register`` and ``crm-tui update-customer``: what they show, take and refuse."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from tests.cli.conftest import Crm, OpenStore
from tests.screens.registers import FakeRegisters

from crm_tui.domain.addresses import NewAddress
from crm_tui.domain.customers import CustomerChange, NewCustomer
from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import RegisterFailed
from crm_tui.domain.permissions import CustomerLevel, Profile
from crm_tui.domain.register_entry import RegisterAddress, RegisterEntry, RegisterState
from crm_tui.domain.users import NewOrganization, NewUser
from crm_tui.store.paging import PageRequest
from crm_tui.store.settings import FirstStart
from crm_tui.store.sql.connections import Database
from crm_tui.store.sql.setup import set_up

_READ = datetime(2026, 11, 18, 12, 2, tzinfo=UTC)
NOKIA = RegisterEntry(
    country="FI",
    number="0112038-9",
    name="Nokia Oyj",
    other_names=("Nokia Abp", "Nokia\x1b[31m Corporation"),
    visiting=RegisterAddress(lines=("Karakaari 7",), postal_code="02610", city="ESPOO", country="FI"),
    postal=RegisterAddress(lines=("PL 226",), postal_code="00045", city="NOKIA GROUP", country="FI"),
    website="www.nokia.com",
    industry_code="26300",
    industry="Manufacture of communication equipment",
    vat_registered=True,
    fetched_at=_READ,
)
GONE = RegisterEntry(
    country="NO", number="923609016", name="Equinor ASA", email="post@equinor.example", fetched_at=_READ,
    state=RegisterState.BANKRUPT, since=date(2026, 1, 31),
)  # fmt: skip


@pytest.fixture
def registers(monkeypatch: pytest.MonkeyPatch) -> FakeRegisters:
    """Registers that know two companies; nothing leaves the machine."""
    fake = FakeRegisters(NOKIA, GONE)
    monkeypatch.setattr("crm_tui.cli.registers.BusinessRegisters", lambda *_, **__: fake)
    monkeypatch.setenv("TZ", "Europe/Helsinki")
    return fake


@pytest.fixture
def store(home: Path) -> None:
    """A store that ann has set up."""
    home.mkdir(mode=0o700)
    database = Database.open(home / "default.db")
    acme = NewOrganization(name="Acme Oy", country="FI", currency="EUR", language="fi", time_zone="Europe/Helsinki")
    set_up(database, FirstStart(organization=acme, login="ann", user_name="Ann"), lambda: datetime.now(UTC))
    database.close()


@pytest.mark.usefixtures("registers")
def test_a_company_is_looked_up_without_any_store(crm: Crm, home: Path) -> None:
    done = crm("register", "FI", "0112038-9")
    assert done.code == 0
    assert [line.rstrip() for line in done.out.splitlines()] == [
        "name                Nokia Oyj",
        "other names         Nokia Abp",
        "                    Nokia[31m Corporation",
        "business id         0112038-9",
        "state               active",
        "registered for VAT  yes",
        "visiting address    Karakaari 7",
        "                    02610 ESPOO",
        "                    Finland",
        "postal address      PL 226",
        "                    00045 NOKIA GROUP",
        "                    Finland",
        "website             www.nokia.com",
        "industry            26300 Manufacture of communication equipment",
        "read                2026-11-18 14:02, PRH, CC BY 4.0",
    ]
    told = json.loads(crm("register", "FI01120389", "--json").out)
    assert (told["name"], told["visiting"]["city"], told["attribution"]) == ("Nokia Oyj", "ESPOO", "PRH, CC BY 4.0")
    header, row = crm("register", "0112038-9", "--tsv").out.splitlines()
    values = dict(zip(header.split("\t"), row.split("\t"), strict=True))
    assert (values["id"], values["postal_address"]) == ("0112038-9", "PL 226, 00045 NOKIA GROUP, Finland")
    assert "! Equinor ASA: bankrupt since 2026-01-31" in crm("register", "NO 923 609 016 MVA").out
    assert not home.exists()


def test_what_is_no_number_leaves_nothing_and_failures_have_their_codes(crm: Crm, registers: FakeRegisters) -> None:
    for typed in ("../../x", "9" * 200, "FI00000000", "SE556703748501"):
        done = crm("register", typed)
        assert (done.code, done.out) == (1, ""), typed
    assert crm("register", "../../x").err.startswith("crm-tui: vat number: only Finnish and Norwegian numbers")
    for arguments in ((), ("  ",), ("--name", " "), ("0112038-9", "--name", "x"), ("1", "--country", "SE")):
        assert crm("register", *arguments).code == 2
    assert registers.asked == []
    assert crm("register", "FI23365096").code == 3
    registers.failure = RegisterFailed("prh.example", "time-out", "PRH did not answer.")
    done = crm("register", "FI01120389")
    assert (done.code, done.out, done.err) == (6, "", "crm-tui: PRH did not answer.\n")


@pytest.mark.usefixtures("registers")
def test_companies_are_found_by_name_in_one_register_or_in_both(crm: Crm) -> None:
    done = crm("register", "--name", "o")
    assert [line.split()[:2] for line in done.out.splitlines()] == [
        ["id", "country"], ["0112038-9", "FI"], ["923609016", "NO"],
    ]  # fmt: skip
    assert "PRH, CC BY 4.0: 1 company." in done.err
    assert "Brønnøysundregistrene, NLOD 2.0: 1 company." in done.err
    assert [each["number"] for each in json.loads(crm("register", "--name", "o", "--country", "no", "--json").out)] == [
        "923609016"
    ]
    assert crm("register", "--name", "nobody").code == 3


def test_what_changed_is_taken_as_one_change_with_its_source(
    crm: Crm, registers: FakeRegisters, store: None, opened: OpenStore
) -> None:
    book = opened()
    nokia = book.customers.create(NewCustomer(name="Nokia", vat_number="FI01120389", number=501))
    tried = crm("update-customer", 501, "--dry-run")
    assert tried.code == 0
    assert "[x]  name      Nokia" in tried.out
    assert "[ ]  industry " in tried.out
    assert "new: taking it adds it to your list of industries" in tried.out
    assert "crm-tui: PRH, business id 0112038-9, read 2026-11-18 14:02 (CC BY 4.0).\n" in tried.err
    assert "this was a trial, nothing was changed; it would take: name, address, website" in tried.err
    assert book.customers.get(nokia.id) == nokia
    done = crm("update-customer", 501, "--take", "name,address", "--postal", "--tsv")
    assert done.code == 0
    assert ["\t".join(("name", "Nokia", "Nokia Oyj", "changed", "yes"))] == done.out.splitlines()[1:2]
    assert "customer 501 took: name, address. To take it back, open crm-tui and press u (undo)." in done.err
    (place,) = book.addresses.of_customer(nokia.id)
    assert (place.line1, place.city, place.is_postal) == ("PL 226", "Nokia Group", True)
    lines = book.history.of_entity(Kind.CUSTOMER, nokia.id, PageRequest()).rows
    assert {line.source for line in lines if line.field == "name"} == {"PRH, business id 0112038-9"}
    rest = json.loads(crm("update-customer", 501, "--json", "--take", "name,website").out)
    assert rest["changed"]
    assert [row["what"] for row in rest["rows"] if row["taken"]] == ["website"]
    assert [row["note"] for row in rest["rows"] if row["note"]] == ["taking it adds it to your list of industries"]
    again = crm("update-customer", 501, "--take", "name,phone")
    assert again.code == 0
    assert "name is not taken: it is the same already." in again.err
    assert "phone is not taken: the register does not publish it." in again.err
    assert "nothing to take: customer 501 stays as it is." in again.err
    assert crm("update-customer", 501, "--take", "colour").code == 2


def test_what_can_not_be_updated_says_why(crm: Crm, registers: FakeRegisters, store: None, opened: OpenStore) -> None:
    book = opened()
    book.customers.create(NewCustomer(name="No number", number=502))
    book.customers.create(NewCustomer(name="Ours", number=503, is_internal=True, vat_number="FI01120389"))
    gone = book.customers.create(NewCustomer(name="Equinor", number=504, vat_number="NO923609016MVA"))
    profile = book.users.create_profile(Profile(name="Readers", customers=CustomerLevel.READ))
    book.users.create(NewUser(name="Vera", login="vera", profile=profile.id))
    assert "there is no VAT number" in crm("update-customer", 502).err
    assert "it is your own company" in crm("update-customer", 503).err
    assert crm("update-customer", 999).code == 3
    assert crm("update-customer", "9" * 30).code == 2
    denied = crm("update-customer", 504, login="vera")
    assert (denied.code, denied.out) == (5, "")
    assert registers.asked == []
    assert crm("update-customer", 504, "--dry-run", login="vera").code == 0
    bankrupt = crm("update-customer", 504)
    assert bankrupt.code == 0
    assert "Equinor ASA: bankrupt since 2026-01-31, says Brønnøysundregistrene. Nothing of it is proposed" in (
        bankrupt.err
    )
    assert book.customers.get(gone.id) == gone


def test_what_was_saved_meanwhile_is_a_conflict(
    crm: Crm, registers: FakeRegisters, store: None, opened: OpenStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = opened()
    nokia = book.customers.create(NewCustomer(name="Nokia", vat_number="FI01120389", number=501))
    book.addresses.create(NewAddress(customer=nokia.id, city="Oulu", country="FI"))
    come = registers._come

    def then_change(*arguments: object) -> None:
        come(*arguments)  # type: ignore[arg-type]  # as it is called
        now = book.customers.get(nokia.id)
        book.customers.update(nokia.id, now.revision, CustomerChange(name="Nokia Corporation"))

    monkeypatch.setattr(registers, "_come", then_change)
    done = crm("update-customer", 501)
    assert done.code == 4
    assert "Nothing was taken: run the command again to compare anew." in done.err
    assert book.customers.get(nokia.id).name == "Nokia Corporation"
