"""Duplicates through the port: who is found, who never is, and pairs that were said to be none."""

from __future__ import annotations

import random
import string
from typing import Any

import pytest
from tests.store.conftest import AsUser, Clock

from crm_tui.domain.contacts import ContactChange, Email, NewContact, Phone
from crm_tui.domain.customers import CustomerChange, NewCustomer
from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import Denied, Interrupted, Invalid, NotFound
from crm_tui.domain.permissions import CustomerLevel
from crm_tui.store.paging import PageRequest
from crm_tui.store.port import Store


def customer(store: Store, name: str, **fields: Any) -> int:
    return store.customers.create(NewCustomer(name=name, **fields)).id


def contact(store: Store, at: int, first: str, last: str, email: str = "", phone: str = "") -> int:
    emails = (Email(email),) if email else ()
    phones = (Phone(phone),) if phone else ()
    new = NewContact(customer=at, first_name=first, last_name=last, emails=emails, phones=phones)
    return store.contacts.create(new).id


def found(store: Store, kind: Kind) -> list[tuple[int, int]]:
    return [(pair.first.id, pair.second.id) for pair in store.duplicates.pairs(kind).pairs]


@pytest.fixture
def twins(store: Store) -> tuple[int, int]:
    """Two customers that are one."""
    first = customer(store, "Aalto Energia Oy", vat_number="FI01120389", phone="040 555 0143")
    return first, customer(store, "Aalto-Energia Oyj", vat_number="0112038-9")


def test_pairs_come_with_the_older_first_and_why(store: Store, twins: tuple[int, int]) -> None:
    customer(store, "Kone Service Oy")
    told: list[tuple[int, int]] = []
    pairs = store.duplicates.pairs(Kind.CUSTOMER, compared=lambda done, total: told.append((done, total)))
    (pair,) = pairs.pairs
    assert (pair.first.id, pair.second.id) == twins
    assert pair.reasons[:2] == ("same VAT number", "same name, other form")
    assert "040 555 0143" in pair.first.detail
    assert (pairs.total, pairs.compared) == (1, 3)
    assert told[-1][0] == told[-1][1]
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert store.duplicates.pairs(Kind.CUSTOMER, limit=0).total == 1


def test_inactive_ones_are_looked_through_and_erased_people_never(store: Store) -> None:
    at = customer(store, "Kone Service Oy")
    one = contact(store, at, "Liisa", "Bäckström", "liisa@kone.example")
    other = contact(store, at, "Backstrom", "Liisa", "Liisa@Kone.example")
    before = store.contacts.get(other)
    store.contacts.update(other, before.revision, ContactChange(is_active=False))
    (pair,) = store.duplicates.pairs(Kind.CONTACT).pairs
    assert (pair.first.id, pair.second.id, pair.second.is_active) == (one, other, False)
    store.duplicates.dismiss(Kind.CONTACT, one, other)
    store.contacts.delete(other, store.contacts.get(other).revision)
    store.duplicates.readmit(Kind.CONTACT, one, contact(store, at, "Liisa", "Backstrom"))
    assert store.duplicates.dismissed(Kind.CONTACT) == ()
    assert all(other not in pair for pair in found(store, Kind.CONTACT))
    new = NewContact(customer=at, first_name="Liisa", last_name="Bäckström", emails=(Email("liisa@kone.example"),))
    assert other not in [each.id for each in store.duplicates.like_contact(new)]
    with pytest.raises(NotFound):
        store.duplicates.dismiss(Kind.CONTACT, one, other)


def test_the_own_company_is_never_found(store: Store) -> None:
    own = customer(store, "Kallio Consulting Oy", is_internal=True)
    other = customer(store, "Kallio Consulting")
    assert found(store, Kind.CUSTOMER) == []
    assert store.duplicates.like_customer(NewCustomer(name="Kallio Consulting Oy"))[0].id == other
    with pytest.raises(NotFound):
        store.duplicates.dismiss(Kind.CUSTOMER, own, other)


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ({"name": "Something else", "vat_number": "FI 0112038-9"}, "same VAT number"),
        ({"name": "aalto enregia"}, "nearly the same name"),
        ({"name": "Energia Aalto"}, "same words in another order"),
        ({"name": "Åaltoenergia", "phone": "+358405550143"}, "same phone"),
    ],
)
def test_a_customer_being_typed_looks_like_one(
    store: Store, twins: tuple[int, int], typed: dict[str, Any], reason: str
) -> None:
    likely = store.duplicates.like_customer(NewCustomer(**typed))
    assert likely[0].id in twins
    assert any(reason in each.reasons for each in likely)
    assert store.duplicates.like_customer(NewCustomer(name=""), twins[0]) == ()


def test_a_contact_being_typed_looks_like_one_of_any_customer(store: Store) -> None:
    one, other = customer(store, "Kone Service Oy"), customer(store, "Aalto Energia Oy")
    known = contact(store, one, "Liisa", "Bäckström", phone="040 555 0143")
    new = NewContact(customer=other, first_name="Lisa", last_name="Backstrom", phones=(Phone("+358 40 5550143"),))
    (likely,) = store.duplicates.like_contact(new)
    assert (likely.id, likely.customer_name) == (known, "Kone Service Oy")
    assert likely.reasons == ("nearly the same name", "same mobile phone")
    assert store.duplicates.like_contact(new, known) == ()
    mine = contact(store, other, "Lisa", "Backstrom", phone="+358 40 5550143")
    assert [each.id for each in store.duplicates.like_contact(new, mine)] == [known]
    store.duplicates.dismiss(Kind.CONTACT, mine, known)
    assert store.duplicates.like_contact(new, mine) == ()


def test_a_dismissed_pair_stays_dismissed(store: Store, twins: tuple[int, int], clock: Clock) -> None:
    first, second = twins
    store.duplicates.dismiss(Kind.CUSTOMER, second, first)
    pulse = store.pulse()
    store.duplicates.dismiss(Kind.CUSTOMER, first, second)  # it is so already
    assert store.pulse() == pulse
    before = store.customers.get(first)
    store.customers.update(first, before.revision, CustomerChange(description="Changed", name="Aalto Energia"))
    assert found(store, Kind.CUSTOMER) == []
    clock.advance(minutes=1)
    third = customer(store, "Aalto Energia")
    store.duplicates.dismiss(Kind.CUSTOMER, first, third)
    listed = store.duplicates.dismissed(Kind.CUSTOMER)
    assert [(each.first.id, each.second.id) for each in listed] == [(first, third), (first, second)]
    assert (listed[0].at, listed[0].by_name) == (clock.now, "Aino Admin")
    assert store.duplicates.dismissed(Kind.CONTACT) == ()
    store.duplicates.readmit(Kind.CUSTOMER, first, second)
    assert twins in found(store, Kind.CUSTOMER)


def test_a_dismissal_is_a_change_of_its_own(store: Store, twins: tuple[int, int], clock: Clock) -> None:
    first, second = twins
    revision = store.customers.get(first).revision
    store.duplicates.dismiss(Kind.CUSTOMER, first, second)
    said = store.duplicates.dismissed(Kind.CUSTOMER)
    clock.advance(minutes=1)
    step = store.history.undo()
    assert step.label == "Customers Aalto Energia Oy and Aalto-Energia Oyj: not duplicates"
    assert found(store, Kind.CUSTOMER) == [twins]
    store.history.redo()
    assert store.duplicates.dismissed(Kind.CUSTOMER) == said
    store.duplicates.readmit(Kind.CUSTOMER, second, first)
    assert store.history.undo().label.endswith("maybe duplicates again")
    assert store.duplicates.dismissed(Kind.CUSTOMER) == said
    assert store.customers.get(first).revision == revision
    for one, other in (twins, twins[::-1]):
        line = store.history.of_entity(Kind.CUSTOMER, one, PageRequest(limit=1)).rows[0]
        assert (line.field, line.new_label) == ("not_duplicate", store.customers.get(other).name)


def test_undo_leaves_people_alone_who_were_erased_since(store: Store) -> None:
    at = customer(store, "Kone Service Oy")
    one, other = (contact(store, at, "Liisa", name) for name in ("Bäckström", "Backstrom"))
    store.duplicates.dismiss(Kind.CONTACT, one, other)
    store.contacts.delete(one, store.contacts.get(one).revision)
    steps = store.history.steps(PageRequest(limit=5)).rows
    for step in steps:
        if step.kind is Kind.CONTACT and "not duplicates" in step.label:
            store.history.undo(step.change)
            store.history.redo(step.change)
    assert store.duplicates.dismissed(Kind.CONTACT) == ()
    assert found(store, Kind.CONTACT) == []


def test_to_look_takes_reading_and_to_dismiss_takes_editing(
    store: Store, twins: tuple[int, int], as_user: AsUser
) -> None:
    nobody = as_user("nora", customers=CustomerLevel.NONE)
    reader = as_user("rita", customers=CustomerLevel.READ)
    editor = as_user("ed", customers=CustomerLevel.EDIT)
    assert found(reader, Kind.CUSTOMER) == [twins]
    for act in (
        lambda: nobody.duplicates.pairs(Kind.CUSTOMER),
        lambda: nobody.duplicates.like_customer(NewCustomer(name="Aalto Energia")),
        lambda: nobody.duplicates.dismissed(Kind.CUSTOMER),
        lambda: reader.duplicates.dismiss(Kind.CUSTOMER, *twins),
        lambda: reader.duplicates.readmit(Kind.CUSTOMER, *twins),
    ):
        with pytest.raises(Denied):
            act()
    editor.duplicates.dismiss(Kind.CUSTOMER, *twins)
    assert found(reader, Kind.CUSTOMER) == []


def test_only_two_customers_or_contacts_are_a_pair(store: Store, twins: tuple[int, int]) -> None:
    with pytest.raises(Invalid):
        store.duplicates.dismiss(Kind.CUSTOMER, twins[0], twins[0])
    with pytest.raises(Invalid):
        store.duplicates.pairs(Kind.CASE)
    with pytest.raises(NotFound):
        store.duplicates.dismiss(Kind.CONTACT, 1, 2)


def test_a_newer_question_ends_an_older_one(store: Store, twins: tuple[int, int]) -> None:
    def ask_again(done: int, total: int) -> None:
        store.latest("duplicates")

    with pytest.raises(Interrupted):
        store.latest("duplicates").duplicates.pairs(Kind.CUSTOMER, compared=ask_again)


def test_a_key_that_many_have_makes_no_pairs(store: Store) -> None:
    letters = random.Random(1)
    for number in range(60):
        name = "".join(letters.choices(string.ascii_lowercase, k=9))
        customer(store, name, phone="+358 9 5550143", email=f"a{number}@b{number}.example")
    assert store.duplicates.pairs(Kind.CUSTOMER, least=1).total == 0
