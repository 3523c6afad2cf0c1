"""A merge of two that somebody else changed meanwhile, and its redo: nothing is overwritten or lost silently."""

from __future__ import annotations

import pytest
from tests.store.conformance import given
from tests.store.conformance.test_merging import merge

from crm_tui.domain.customers import CustomerChange
from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import Conflict
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
