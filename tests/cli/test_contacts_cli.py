"""``crm-tui contacts``: a table to look at, and mailing lists that leave out whom rule 9 leaves out."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.cli.conftest import Crm, OpenStore
from tests.store.conftest import FIRST_START

from crm_tui.domain.contacts import Contact, Email, NewContact, Phone
from crm_tui.domain.customers import Customer, CustomerChange, NewCustomer
from crm_tui.domain.mailing import Include
from crm_tui.domain.permissions import CustomerLevel, Profile
from crm_tui.domain.registries import NewRegistryValue, RegistryKind
from crm_tui.domain.users import NewUser
from crm_tui.interchange.mailing_list import Format, collect, write_mailing_list
from crm_tui.store.contacts import ContactQuery
from crm_tui.store.port import Store
from crm_tui.store.sql.connections import Database
from crm_tui.store.sql.setup import set_up

NOW = dt.datetime(2026, 11, 18, 10, tzinfo=dt.UTC)
KEYWORD = RegistryKind.KEYWORD


def add(store: Store, of: Customer, name: str, *emails: Email | str, **fields: object) -> Contact:
    first, last = name.split()
    listed = tuple(email if isinstance(email, Email) else Email(email) for email in emails)
    return store.contacts.create(
        NewContact(customer=of.id, first_name=first, last_name=last, emails=listed, **fields)  # type: ignore[arg-type]  # whatever a test gives
    )


@pytest.fixture
def company(home: Path, opened: OpenStore) -> Store:
    """Ann's store with everybody whom a mailing list takes or leaves out; nina may not see customers."""
    home.mkdir(parents=True, exist_ok=True)
    database = Database.open(home / "default.db")
    set_up(database, replace(FIRST_START, login="ann"), lambda: NOW)
    database.close()
    store = opened()
    values = {
        (kind, name): store.registries.create(NewRegistryValue(kind=kind, name=name)).id
        for kind, name in ((RegistryKind.KEYWORD, "Christmas card"), (RegistryKind.KEYWORD, "Newsletter"),
                           (RegistryKind.CONTACT_ROLE, "Buyer"))
    }  # fmt: skip
    card, news = values[RegistryKind.KEYWORD, "Christmas card"], values[RegistryKind.KEYWORD, "Newsletter"]
    acme = store.customers.create(NewCustomer(name="Acme Oy"))
    gone = store.customers.create(NewCustomer(name="Gone Oy"))
    buyer = values[RegistryKind.CONTACT_ROLE, "Buyer"]
    add(store, acme, "Liisa Laine", Email("old@x.example", do_not_use=True), "liisa@x.example", "l@y.example",
        keywords=(card, news), role=buyer, title="=HYPERLINK(1)", phones=(Phone("+358 40 555 0143"),),
        description="secret", date_of_birth=dt.date(1980, 1, 1))  # fmt: skip
    add(store, acme, "Otto Berg", "LIISA@x.example", keywords=(card,))
    add(store, acme, "Ida Idle", "ida@x.example", keywords=(card,), is_active=False)
    add(store, acme, "Nea No", "nea@x.example", keywords=(card,), email_allowed=False)
    add(store, acme, "Dan Dont", Email("dan@x.example", do_not_use=True), keywords=(card,))
    add(store, acme, "Pia Phone", "n/a", keywords=(card,))
    add(store, gone, "Gun Gone", "gun@x.example", keywords=(card,))
    store.customers.update(gone.id, gone.revision, CustomerChange(is_active=False))
    nobody = store.users.create_profile(Profile(name="nobody", customers=CustomerLevel.NONE))
    store.users.create(NewUser(name="Nina", login="nina", profile=nobody.id))
    return store


LEFT_OUT = (
    "left out: 1 inactive, 1 customer inactive, 1 e-mail not allowed, 1 “do not use” addresses only, 1 no address"
)


def test_csv_has_whom_a_mailing_list_takes_and_says_whom_it_leaves_out(crm: Crm, company: Store) -> None:
    done = crm("contacts", "--keyword", "christmas CARD", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(done.out)))
    assert [(row["E-mail"], row["Last name"]) for row in rows] == [
        ("LIISA@x.example", "Berg"),
        ("liisa@x.example", "Laine"),
    ]
    assert rows[1]["Title"] == "'=HYPERLINK(1)"  # no formula
    assert (rows[1]["Role"], rows[1]["Company"], rows[1]["Phone"]) == ("Buyer", "Acme Oy", "(+358) 40 5550143")
    assert done.err == f"crm-tui: 2 contacts; {LEFT_OUT}.\n"
    assert done.code == 0


def test_emails_are_one_a_line_each_once(crm: Crm, company: Store) -> None:
    done = crm("contacts", "--keyword", "Christmas card", "--format", "emails")
    assert done.out == "LIISA@x.example\n"
    everyone = crm("contacts", "--format", "emails", "--include", "inactive,not-allowed, do-not-use")
    assert set(everyone.out.split()) == {
        "LIISA@x.example", "dan@x.example", "gun@x.example", "ida@x.example", "nea@x.example",
    }  # fmt: skip
    assert everyone.err.endswith("left out: 1 no address.\n")


def test_vcard_and_json_say_who_they_are_and_keep_the_rest(crm: Crm, company: Store) -> None:
    card = crm("contacts", "laine", "--format", "vcard").out
    assert "FN:Liisa Laine\r\n" in card
    assert card.index("liisa@x.example") < card.index("l@y.example")
    objects = json.loads(crm("contacts", "laine", "--format", "json").out)
    assert [(one["email"], one["keywords"]) for one in objects] == [
        ("liisa@x.example", ["Christmas card", "Newsletter"])
    ]
    for text in (card, str(objects)):
        assert not any(kept in text for kept in ("secret", "1980", "old@x.example"))


def test_a_card_has_no_address_that_the_list_would_not_take(crm: Crm, company: Store) -> None:
    bolt = company.customers.create(NewCustomer(name="Bolt Oy"))
    add(company, bolt, "Mia Many", "main@x.example", "Foo@x.example", Email("foo@x.example", do_not_use=True), "n/a",
        "a,b@x.example", "two@x.example", "TWO@X.example")  # fmt: skip
    cards = crm("contacts", "many", "--format", "vcard").out.splitlines()
    assert [line.rpartition(":")[2] for line in cards if line.startswith("EMAIL")] == [
        "main@x.example",
        "two@x.example",
    ]


def test_the_table_shows_those_that_are_left_out_too_and_why(crm: Crm, company: Store) -> None:
    done = crm("contacts", "acme")
    lines = done.out.splitlines()
    assert lines[0].split() == ["name", "title", "role", "customer", "e-mail", "phone"]
    assert [line.split("  ")[0] for line in lines[1:]] == [
        "Otto Berg",
        "Dan Dont",
        "Liisa Laine",
        "Nea No",
        "Pia Phone",
    ]
    assert "(e-mail not allowed)" in done.out
    assert "(no address)" in done.out
    assert done.err == "crm-tui: 5 contacts.\n"
    assert "Ida Idle" in crm("contacts", "--include", "inactive").out


def test_filters_and_saved_views_narrow_the_list(crm: Crm, company: Store) -> None:
    keyword = next(v.id for v in company.registries.list(RegistryKind.KEYWORD) if v.name == "Christmas card")
    company.views.save_contacts("Xmas at Acme", ContactQuery(text="acme", keyword=keyword, active=None))
    assert crm("contacts", "--role", "buyer", "--format", "emails").out == "liisa@x.example\n"
    assert crm("contacts", "--owner", "ann", "otto", "--format", "emails").out == "LIISA@x.example\n"
    view = crm("contacts", "--view", "xmas AT acme", "--format", "csv")
    assert "Gone" not in view.out + view.err
    assert "1 inactive, 1 e-mail" in view.err
    assert crm("contacts", "--view", "xmas at acme", "--keyword", "newsletter", "--format", "emails").out == (
        "liisa@x.example\n"
    )


def test_a_view_of_inactive_contacts_stays_one_in_each_form(crm: Crm, company: Store) -> None:
    company.views.save_contacts("gone ones", ContactQuery(active=False))
    table = crm("contacts", "--view", "gone ones", "--include", "inactive")
    assert [line.split("  ")[0] for line in table.out.splitlines()[1:]] == ["Gun Gone", "Ida Idle"]
    emails = crm("contacts", "--view", "gone ones", "--include", "inactive", "--format", "emails")
    assert emails.out.split() == ["gun@x.example", "ida@x.example"]


@pytest.mark.parametrize("form", [(), ("--format", "emails")])
@pytest.mark.parametrize("typed", ["???", "", "  ", "-", '"…"', "keyword:"])
def test_words_without_a_letter_are_not_everybody(crm: Crm, company: Store, typed: str, form: tuple[str, ...]) -> None:
    company.views.save_contacts("odd", ContactQuery(text=typed))
    done = crm("contacts", *form, "--", typed)
    assert (done.code, done.out, done.err.count("\n")) == (1, "", 1)
    assert f"text: “{typed}” has no letter, digit or symbol to look for; leave it out to list everybody" in done.err
    of_view = crm("contacts", "--view", "odd", *form)
    assert of_view.code == (1 if typed.strip() else 0)
    assert crm("contacts", "--view", "odd", *form, "liisa").code == 0


@pytest.mark.parametrize(
    ("option", "typed", "hint"),
    [
        ("--keyword", "card", "“Christmas card”"),
        ("--keyword", "Newsleter", "“Newsletter”"),
        ("--role", "zzz", "there are “"),
        ("--owner", "an", "“ann”"),
        ("--view", "xmas", "there are none yet"),
    ],
)
def test_a_name_that_is_none_names_similar_ones(crm: Crm, company: Store, option: str, typed: str, hint: str) -> None:
    done = crm("contacts", option, typed, "--format", "emails")
    assert (done.code, done.out) == (1, "")
    assert hint in done.err
    assert f"“{typed}”" in done.err
    assert done.err.count("\n") == 1


def value(store: Store, kind: RegistryKind, name: str, group: int | None = None) -> int:
    return store.registries.create(NewRegistryValue(kind=kind, name=name, group=group)).id


def test_a_name_is_that_of_the_one_that_is_written_most_like_it(crm: Crm, company: Store) -> None:
    bolt = company.customers.create(NewCustomer(name="Bolt Oy"))
    for number, name in enumerate(("VIP", "Víp")):
        add(company, bolt, f"Number {number}", f"{number}@x.example", keywords=(value(company, KEYWORD, name),))
    found = {typed: crm("contacts", "--keyword", typed, "--format", "emails") for typed in ("VIP", "vip", "Víp", "vìp")}
    assert [found[typed].out for typed in ("VIP", "vip", "Víp")] == ["0@x.example\n", "0@x.example\n", "1@x.example\n"]
    assert (found["vìp"].code, found["vìp"].out) == (1, "")
    assert "2 are called “vìp”; name one of them: “VIP”, “Víp”" in found["vìp"].err


def test_of_segments_and_people_of_one_name_none_is_taken_silently(crm: Crm, company: Store) -> None:
    segments = [
        value(company, RegistryKind.SEGMENT, "Other", value(company, RegistryKind.SEGMENT_GROUP, group))
        for group in ("Size", "Region")
    ]
    profile = company.users.me().user.profile
    owners = [company.users.create(NewUser(name="Jo Berg", login=login, profile=profile)).id for login in ("jo", "jb")]
    for number in range(2):
        customer = company.customers.create(
            NewCustomer(name=f"Firm {number}", owner=owners[number], segments=(segments[number],))
        )
        add(company, customer, f"Number {number}", f"{number}@x.example")

    both = crm("contacts", "--segment", "other", "--format", "emails")
    assert (both.code, both.out, both.err.count("\n")) == (1, "", 1)
    assert "2 are called “other”; name one of them: “Size / Other”, “Region / Other”" in both.err
    assert crm("contacts", "--segment", "region / other", "--format", "emails").out == "1@x.example\n"
    both = crm("contacts", "--owner", "Jo Berg", "--format", "emails")
    assert (both.code, both.out) == (1, "")
    assert "2 are called “Jo Berg”; name one of them: “jo”, “jb”" in both.err
    assert crm("contacts", "--owner", "jb", "--format", "emails").out == "1@x.example\n"


def test_nothing_found_is_3_and_not_permitted_5(crm: Crm, company: Store, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    assert crm("contacts", "zzzz").code == 3
    nobody = crm("contacts", "pia", "--output", path)
    assert (nobody.code, nobody.err) == (3, "crm-tui: no contact fits; left out: 1 no address.\n")
    denied = crm("contacts", "--output", path, login="nina")
    assert (denied.code, denied.out) == (5, "")
    assert "customers: read" in denied.err
    assert not path.exists()
    assert crm("contacts", "--include", "everybody").code == 2


@pytest.mark.parametrize(("name", "form"), [(f"list.{form.value}", form) for form in Format])
def test_a_file_is_written_as_its_name_ends_and_is_that_of_the_screen(
    crm: Crm, company: Store, tmp_path: Path, name: str, form: Format
) -> None:
    path, of_screen = tmp_path / name, tmp_path / "screen"
    done = crm("contacts", "--keyword", "Christmas card", "--include", "not-allowed", "--output", path)
    assert (done.code, done.out) == (0, "")
    assert f"written to {path}" in done.err
    query = ContactQuery(
        keyword=next(v.id for v in company.registries.list(RegistryKind.KEYWORD) if v.name == "Christmas card")
    )
    collected = collect(company, query, {Include.NOT_ALLOWED})
    assert collected is not None
    write_mailing_list(collected, of_screen, form)
    assert path.read_bytes() == of_screen.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o600

    again = crm("contacts", "--output", path)
    assert again.code == 1
    assert path.read_bytes() == of_screen.read_bytes()
    assert crm("contacts", "--output", path, "--force").code == 0
    assert path.read_bytes() != of_screen.read_bytes()


def test_collecting_can_be_stopped(company: Store) -> None:
    assert collect(company, ContactQuery(), stop=lambda: True) is None


def test_what_was_written_is_read_again(crm: Crm, company: Store, tmp_path: Path) -> None:
    for name in ("list.csv", "list.vcf"):
        assert crm("contacts", "--keyword", "newsletter", "--output", tmp_path / name).code == 0
        read = crm("--store", tmp_path / f"{name}.db", "import", tmp_path / name)
        assert read.code == 0, read.err
        listed = crm("--store", tmp_path / f"{name}.db", "contacts", "--format", "json")
        (found,) = json.loads(listed.out)
        assert (found["email"], found["last_name"], found["customer_name"]) == ("liisa@x.example", "Laine", "Acme Oy")
        assert found["title"] == "=HYPERLINK(1)"
