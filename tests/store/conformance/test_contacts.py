"""Contacts: names, registry choices, inactive ones, and erasing a person (rules 6 to 8)."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import psycopg
import pytest
from tests.store.conformance import given
from tests.store.conformance.given import ALL
from tests.store.conftest import NOW, Clock, Value

from crm_tui.domain.activities import ActivityKind, NewActivity
from crm_tui.domain.addresses import NewAddress
from crm_tui.domain.contacts import ContactChange, Email, EmailKind, NewContact, Phone, PhoneKind
from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import Conflict, Invalid, NotFound
from crm_tui.domain.registries import RegistryChange, RegistryKind
from crm_tui.store.paging import Count, PageRequest
from crm_tui.store.port import Store


def names(store: Store, customer: int, *, inactive: bool = False) -> list[str]:
    page = store.contacts.of_customer(customer, ALL, inactive=inactive)
    return [f"{row.contact.last_name} {row.contact.first_name}" for row in page.rows]


def test_a_contact_comes_back_as_it_was_entered(store: Store, value: Value) -> None:
    customer = given.customer(store)
    address = store.addresses.create(NewAddress(customer=customer.id, city="Espoo"))
    new = NewContact(
        customer=customer.id,
        first_name="Åsa",
        last_name="Öberg",
        title="CTO",
        emails=(Email("asa@aalto.example", EmailKind.WORK, do_not_use=True),),
        phones=(Phone("+358 40 555 0143", PhoneKind.MOBILE),),
        address=address.id,
        role=value(RegistryKind.CONTACT_ROLE, "Decision maker"),
        keywords=(value(RegistryKind.KEYWORD, "VIP"), value(RegistryKind.KEYWORD, "Christmas card")),
        language="sv",
        description="Knows everyone",
        date_of_birth=dt.date(1980, 2, 29),
        email_allowed=False,
    )

    made = store.contacts.create(new)

    assert store.contacts.get(made.id) == made
    assert {field: getattr(made, field) for field in new.__struct_fields__} == {
        field: getattr(new, field) for field in new.__struct_fields__
    }
    assert (made.revision, made.created_at, made.created_by) == (1, NOW, given.me(store))
    (row,) = store.contacts.of_customer(customer.id, ALL).rows
    assert row.role_name == "Decision maker"
    assert row.keyword_names == ("VIP", "Christmas card")
    assert row.created_by_name == row.updated_by_name == "Aino Admin"


@pytest.mark.parametrize(("first", "last", "field"), [("", "Laine", "first_name"), ("Liisa", " ", "last_name")])
def test_both_names_are_needed(store: Store, first: str, last: str, field: str) -> None:
    customer = given.customer(store)
    with pytest.raises(Invalid) as refused:
        given.contact(store, customer, first, last)
    assert refused.value.field == field
    assert store.contacts.count(customer.id) == (Count(0), Count(0))


def test_contacts_are_listed_by_last_name_and_paged_both_ways(store: Store) -> None:
    customer = given.customer(store)
    for name in ("Pekka Östman", "Aino aalto", "Åke Zeta", "Eva Aalto", "Bo Berg"):
        given.contact(store, customer, *name.split())
    given.contact(store, given.customer(store, "Other Oy"), "Some", "Body")

    everyone = names(store, customer.id)

    assert everyone == ["aalto Aino", "Aalto Eva", "Berg Bo", "Östman Pekka", "Zeta Åke"]
    first = store.contacts.of_customer(customer.id, PageRequest(limit=2))
    second = store.contacts.of_customer(customer.id, PageRequest(limit=2, after=first.cursors[-1]))
    last = store.contacts.of_customer(customer.id, PageRequest(limit=2, from_end=True))
    back = store.contacts.of_customer(customer.id, PageRequest(limit=2, before=second.cursors[0]))
    skipped = store.contacts.of_customer(customer.id, PageRequest(limit=2, after=first.cursors[0], skip=2))
    assert [row.contact.first_name for row in first.rows + second.rows] == ["Aino", "Eva", "Bo", "Pekka"]
    assert [row.contact.first_name for row in last.rows] == ["Pekka", "Åke"]
    assert back.rows == first.rows
    assert [row.contact.first_name for row in skipped.rows] == ["Pekka", "Åke"]
    assert (first.more, second.more, last.more, back.more, skipped.more) == (True, True, True, False, False)


def test_a_foreign_cursor_is_refused(store: Store) -> None:
    customer = given.customer(store)
    for cursor in ("", "[]", '["a",0,"x"]', "[1,2,3,4]", "null"):
        with pytest.raises(Invalid):
            store.contacts.of_customer(customer.id, PageRequest(after=cursor))


def test_inactive_contacts_show_on_demand_and_can_be_activated(store: Store) -> None:
    customer = given.customer(store)
    gone = given.contact(store, customer, "Gone", "Girl", is_active=False)
    given.contact(store, customer, "Here", "Zorn")

    assert names(store, customer.id) == ["Zorn Here"]
    assert names(store, customer.id, inactive=True) == ["Girl Gone", "Zorn Here"]
    assert store.contacts.count(customer.id) == (Count(1), Count(1))

    store.contacts.update(gone.id, gone.revision, ContactChange(is_active=True))
    assert names(store, customer.id) == ["Girl Gone", "Zorn Here"]


def test_a_disabled_role_or_keyword_stays_but_cannot_be_chosen_anew(store: Store, value: Value) -> None:
    role, keyword = value(RegistryKind.CONTACT_ROLE, "Old role"), value(RegistryKind.KEYWORD, "Old word")
    customer = given.customer(store)
    kept = given.contact(store, customer, role=role, keywords=(keyword,))
    other = given.contact(store, customer, "Other")
    for entry in (role, keyword):
        store.registries.update(entry, store.registries.get(entry).revision, RegistryChange(is_active=False))

    changed = store.contacts.update(kept.id, 1, ContactChange(title="CFO", role=role, keywords=(keyword,)))

    assert (changed.role, changed.keywords) == (role, (keyword,))
    for change in (ContactChange(role=role), ContactChange(keywords=(keyword,))):
        with pytest.raises(Invalid, match="disabled"):
            store.contacts.update(other.id, other.revision, change)


def test_a_role_is_not_a_keyword(store: Store, value: Value) -> None:
    with pytest.raises(Invalid):
        given.contact(store, given.customer(store), role=value(RegistryKind.KEYWORD, "VIP"))


def test_the_address_must_be_the_customers(store: Store) -> None:
    customer, other = given.customer(store), given.customer(store, "Other Oy")
    elsewhere = store.addresses.create(NewAddress(customer=other.id, city="Turku"))
    with pytest.raises(Invalid) as refused:
        given.contact(store, customer, address=elsewhere.id)
    assert refused.value.field == "address"


def test_a_stale_revision_is_refused_with_both_versions(store: Store) -> None:
    made = given.contact(store, given.customer(store))
    theirs = store.contacts.update(made.id, made.revision, ContactChange(title="CEO"))
    mine = ContactChange(title="CTO")

    with pytest.raises(Conflict) as refused:
        store.contacts.update(made.id, made.revision, mine)

    assert (refused.value.mine, refused.value.theirs) == (mine, theirs)
    assert store.contacts.get(made.id).title == "CEO"


class TestErasing:
    """Rule 8: only the id is left."""

    def test_only_the_id_is_left_and_whatever_pointed_to_it_still_does(
        self, store: Store, value: Value, clock: Clock
    ) -> None:
        customer = given.customer(store)
        person = given.contact(
            store,
            customer,
            "Xaverius",
            "Quendelmann",
            emails=(Email("xq@aalto.example"),),
            phones=(Phone("+358405550143"),),
            keywords=(value(RegistryKind.KEYWORD, "VIP"),),
            role=value(RegistryKind.CONTACT_ROLE, "Decision maker"),
        )
        case = given.case(store, customer, contact=person.id, further_contacts=(person.id,))
        invoice = given.invoice(store, customer, cases=(case.id,))
        meeting = store.activities.create(
            NewActivity(
                kind=ActivityKind.CALENDAR,
                name="Meeting",
                customer=customer.id,
                starts_at=NOW,
                contact_participants=(person.id,),
            )
        )
        clock.advance(hours=1)

        store.contacts.delete(person.id, person.revision)

        left = store.contacts.get(person.id)
        assert (left.id, left.customer, left.is_deleted, left.is_active) == (person.id, customer.id, True, False)
        assert (left.first_name, left.last_name, left.emails, left.phones, left.role, left.keywords) == (
            "", "", (), (), None, ()
        )  # fmt: skip
        assert names(store, customer.id, inactive=True) == []
        assert store.contacts.count(customer.id) == (Count(0), Count(0))
        assert store.cases.get(case.id).contact == person.id
        assert store.cases.details(case.id, given.TODAY).row.contact_name == "Deleted Contact"
        assert store.activities.get(meeting.id).contact_participants == (person.id,)
        assert store.finance.invoice(invoice.id).receiver == invoice.receiver

    def test_it_is_found_no_more(self, store: Store) -> None:
        customer = given.customer(store)
        person = given.contact(store, customer, "Xaverius", "Quendelmann", emails=(Email("xq@aalto.example"),))
        assert store.search.anything("quendel").hits

        store.contacts.delete(person.id, person.revision)

        for text in ("quendelmann", "xaverius", "endelm", "xq@aalto.example"):
            assert not [hit for hit in store.search.anything(text).hits if hit.kind is Kind.CONTACT]

    def test_the_change_log_forgets_the_values_and_tells_of_the_deletion(self, store: Store) -> None:
        customer = given.customer(store)
        person = given.contact(store, customer, "Xaverius", "Quendelmann")
        person = store.contacts.update(person.id, 1, ContactChange(last_name="Zwergmann", title="Secret title"))

        store.contacts.delete(person.id, person.revision)

        lines = store.history.of_entity(Kind.CONTACT, person.id, ALL).rows
        assert [line.field for line in lines] == ["deleted", "title", "last_name", ""]
        assert {(line.old, line.new, line.old_label, line.new_label) for line in lines} == {(None, None, "", "")}
        assert {line.entity_label for line in lines} == {"Deleted Contact"}

    def test_an_erased_contact_can_be_neither_changed_nor_deleted_nor_chosen(self, store: Store) -> None:
        customer = given.customer(store)
        person = given.contact(store, customer)
        store.contacts.delete(person.id, person.revision)
        revision = store.contacts.get(person.id).revision

        with pytest.raises(NotFound):
            store.contacts.update(person.id, revision, ContactChange(first_name="Back"))
        with pytest.raises(NotFound):
            store.contacts.delete(person.id, revision)
        with pytest.raises(Invalid):
            given.case(store, customer, contact=person.id)

    def test_a_stale_revision_erases_nobody(self, store: Store) -> None:
        person = given.contact(store, given.customer(store))
        store.contacts.update(person.id, 1, ContactChange(title="CEO"))
        with pytest.raises(Conflict):
            store.contacts.delete(person.id, 1)
        assert not store.contacts.get(person.id).is_deleted

    def test_nothing_of_the_person_is_left_in_a_closed_store(self, store: Store, tmp_path: Path) -> None:
        customer = given.customer(store)
        for number in range(50):
            given.contact(store, customer, f"Some{number}", f"Body{number}")
        person = given.contact(
            store,
            customer,
            "Xaverius",
            "Quendelmann",
            emails=(Email("geheimnis@aalto.example"),),
            description="Kryptonit",
        )
        person = store.contacts.update(person.id, 1, ContactChange(title="Obermufti"))

        store.contacts.delete(person.id, person.revision)
        store.close()

        kept = everything_in(tmp_path).lower()
        assert b"body49" in kept
        for word in (b"xaverius", b"quendelmann", b"geheimnis", b"kryptonit", b"obermufti"):
            assert word not in kept, word


def everything_in(folder: Path) -> bytes:
    """All bytes of the files of a store; of one in PostgreSQL, whose files are the server's, all rows."""
    address = folder / "postgres"
    if not address.exists():
        return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    with psycopg.connect(address.read_text()) as con:
        tables = con.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        rows = (con.execute(f"SELECT t::text FROM {name} t".encode()).fetchall() for (name,) in tables)
        return "".join(text for found in rows for (text,) in found).encode()
