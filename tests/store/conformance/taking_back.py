"""What the tests of undo ask again and again."""

from __future__ import annotations

from typing import Any

from tests.store.conformance.given import ALL

from crm_tui.domain.addresses import Address, NewAddress
from crm_tui.domain.customers import Customer
from crm_tui.domain.errors import UndoConflict
from crm_tui.store.customers import CustomerQuery
from crm_tui.store.port import Store
from crm_tui.store.undo import FieldConflict, Settled


def labels(store: Store) -> list[str]:
    return [step.label for step in store.history.steps(ALL).rows]


def found(store: Store, text: str) -> list[str]:
    return [row.name for row in store.customers.page(CustomerQuery(text=text), ALL).rows]


def address(store: Store, of: Customer, city: str = "Kuopio", **fields: Any) -> Address:
    return store.addresses.create(NewAddress(customer=of.id, city=city, **fields))


def conflicts(error: UndoConflict) -> list[FieldConflict]:
    return [conflict for conflict in error.conflicts if isinstance(conflict, FieldConflict)]


def settle(error: UndoConflict, *, restore: bool) -> list[Settled]:
    return [
        Settled(kind=c.kind, entity=c.entity, field=c.field, revision=c.revision, restore=restore)
        for c in conflicts(error)
    ]
