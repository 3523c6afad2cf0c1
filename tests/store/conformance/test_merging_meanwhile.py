"""A merge of two that somebody else changed meanwhile, and its redo: nothing is overwritten or lost silently."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from tests.store.conformance import given
from tests.store.conformance.taking_back import conflicts, settle
from tests.store.conformance.test_merging import merge, merge_contacts

from crm_tui.domain.contacts import ContactChange, Email
from crm_tui.domain.customers import CustomerChange
from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import Conflict, UndoConflict
from crm_tui.domain.settings import BillingChange
from crm_tui.store.port import Store


@pytest.mark.parametrize("changed", [0, 1])
def test_billing_settings_that_somebody_changed_meanwhile_are_looked_at_again(store: Store, changed: int) -> None:
    stays, goes = given.customer(store, "Aalto Group"), given.customer(store, "Aalto Oy")
    seen = store.merging.check_customers(stays.id, goes.id)
    of = (stays, goes)[changed].id
    store.billing.update(of, 1, BillingChange(payment_term=99))

    with pytest.raises(Conflict) as error:
        store.merging.customers(
            stays.id,
            goes.id,
            (seen.stays.revision, seen.goes.revision),
            (seen.stays_billing.revision, seen.goes_billing.revision),
            CustomerChange(),
            BillingChange(payment_term=14),
        )

    assert (error.value.kind, error.value.key) == (Kind.BILLING.value, of)
    assert store.billing.of_customer(of).payment_term == 99


def test_a_merge_is_seen_by_who_looked_before(store: Store) -> None:
    first, second, third = (given.customer(store, name) for name in ("Aalto", "Aalto Oy", "Aalto Ab"))
    seen = store.merging.check_customers(first.id, second.id)
    change = merge(store, second, third).change  # none of its fields changes
    revisions = (seen.stays.revision, seen.goes.revision)

    with pytest.raises(Conflict):
        store.merging.customers(first.id, second.id, revisions, (1, 1), CustomerChange(), BillingChange())

    merged = store.customers.get(second.id).revision
    store.history.undo(change)
    assert store.customers.get(second.id).revision > merged > second.revision


@pytest.mark.parametrize("restore", [True, False])
def test_redo_asks_about_what_it_took_and_is_another_now(store: Store, restore: bool) -> None:
    customer = given.customer(store)
    stays = given.contact(store, customer, emails=(Email("l@aalto.example"),))
    goes = given.contact(store, customer, "Lisa", title="Chair", emails=(Email("old@aalto.example"),))
    both = {"emails": (*stays.emails, *goes.emails), "title": "Chair"}
    change = merge_contacts(store, stays, goes, **both).change
    store.history.undo(change)
    new = ContactChange(title="CEO", emails=(Email("new@aalto.example"),))
    store.contacts.update(goes.id, store.contacts.get(goes.id).revision, new)

    with pytest.raises(UndoConflict) as error:
        store.history.redo(change)
    asked = {one.field: (one.before, one.theirs, one.mine) for one in conflicts(error.value)}
    assert asked == {
        "title": ("Chair", "CEO", "Chair"),
        "emails": (
            "old@aalto.example",
            "l@aalto.example, new@aalto.example",
            "l@aalto.example, old@aalto.example",
        ),
    }
    assert store.contacts.get(goes.id).title == "CEO"
    kept = store.history.redo(change, settled=settle(error.value, restore=restore)).kept

    after = store.contacts.get(stays.id)
    title, second = ("Chair", "old@aalto.example") if restore else ("CEO", "new@aalto.example")
    assert (after.title, [email.address for email in after.emails]) == (title, ["l@aalto.example", second])
    assert kept == ()
    store.history.undo(change)
    assert store.contacts.get(goes.id).title == "CEO"
    assert store.contacts.get(stays.id).title is None


def test_redo_tells_what_it_does_not_take(store: Store) -> None:
    stays, goes = given.customer(store, "Aalto Group", phone="1"), given.customer(store, "Aalto Oy", phone="2")
    change = merge(store, stays, goes, phone="2").change
    store.history.undo(change)
    now = store.customers.get(goes.id)
    now = store.customers.update(goes.id, now.revision, CustomerChange(website="aalto.example", phone="3"))
    store.customers.update(goes.id, now.revision, CustomerChange(description="VIP", phone="2"))
    store.billing.update(goes.id, store.billing.of_customer(goes.id).revision, BillingChange(payment_term=77))

    (told,) = store.history.redo(change).kept

    what = "website, description, payment term"
    assert told == f"what was changed since of customer Aalto Oy ({what}) is not taken over by Aalto Group"
    assert store.customers.get(stays.id).phone == "2"


def test_redo_asks_of_both_at_once(store: Store) -> None:
    stays, goes = given.customer(store, "Aalto Group", phone="1"), given.customer(store, "Aalto Oy", phone="2")
    change = merge(store, stays, goes, BillingChange(payment_term=9), phone="2").change
    store.history.undo(change)
    for key, phone in ((stays.id, "3"), (goes.id, "4")):
        store.customers.update(key, store.customers.get(key).revision, CustomerChange(phone=phone))

    with pytest.raises(UndoConflict) as error:
        store.history.redo(change)
    asked = conflicts(error.value)
    assert [(one.entity, one.theirs, one.mine) for one in asked] == [(stays.id, "3", "2"), (goes.id, "4", "2")]
    answers = settle(error.value, restore=False)
    answers[0] = replace(answers[0], restore=True)
    store.history.redo(change, settled=answers)
    assert store.customers.get(stays.id).phone == "4"
