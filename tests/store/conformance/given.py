"""Ready-made things for tests that need them to be there, made through the port."""

from __future__ import annotations

import datetime as dt
from typing import Any

from crm_tui.domain.activities import Activity, ActivityChange, ActivityKind, NewActivity, NewNote, Note
from crm_tui.domain.cases import Case, CaseChange, NewCase, SalesState
from crm_tui.domain.contacts import Contact, NewContact
from crm_tui.domain.customers import Customer, NewCustomer
from crm_tui.domain.finance import Invoice, NewInvoice, Receiver
from crm_tui.domain.registries import RegistryKind
from crm_tui.store.paging import PageRequest
from crm_tui.store.port import Store

ALL = PageRequest(limit=1000)
TODAY = dt.date(2026, 11, 18)


def customer(store: Store, name: str = "Aalto Robotics Oy", **fields: Any) -> Customer:
    return store.customers.create(NewCustomer(name=name, **fields))


def contact(store: Store, of: Customer, first: str = "Liisa", last: str = "Laine", **fields: Any) -> Contact:
    return store.contacts.create(NewContact(customer=of.id, first_name=first, last_name=last, **fields))


def case(store: Store, of: Customer, name: str = "Robot cell", **fields: Any) -> Case:
    return store.cases.create(NewCase(customer=of.id, name=name, **fields))


def status(store: Store, state: SalesState) -> int:
    """The first sales status that means ``state``."""
    return next(v.id for v in store.registries.list(RegistryKind.SALES_STATUS) if v.sales_state is state)


def project(store: Store, of: Customer, name: str = "Robot cell", **fields: Any) -> Case:
    """A case that was won."""
    made = case(store, of, name, **fields)
    return store.cases.update(made.id, made.revision, CaseChange(sales_status=status(store, SalesState.WON)))


def todo(store: Store, of: Customer | None, name: str = "Call Liisa", **fields: Any) -> Activity:
    return activity(store, of, ActivityKind.TODO, name, **fields)


def task(store: Store, of: Case, name: str = "Draw the cell", **fields: Any) -> Activity:
    return store.activities.create(NewActivity(kind=ActivityKind.TASK, name=name, case=of.id, **fields))


def meeting(
    store: Store, of: Customer | None, starts_at: dt.datetime, name: str = "Meeting", **fields: Any
) -> Activity:
    return activity(store, of, ActivityKind.CALENDAR, name, starts_at=starts_at, **fields)


def activity(store: Store, of: Customer | None, kind: ActivityKind, name: str, **fields: Any) -> Activity:
    return store.activities.create(NewActivity(kind=kind, name=name, customer=of.id if of else None, **fields))


def note(store: Store, of: Customer, text: str = "Prefers mornings", **fields: Any) -> Note:
    return store.notes.create(NewNote(customer=of.id, text=text, **fields))


def invoice(store: Store, of: Customer, number: str = "2026-1", **fields: Any) -> Invoice:
    given: dict[str, Any] = {
        "date": TODAY,
        "currency": "EUR",
        "total": 12_400,
        "receiver": Receiver(name=of.name, contact_name="Liisa Laine"),
    }
    return store.finance.create_invoice(NewInvoice(customer=of.id, number=number, **(given | fields)))


def me(store: Store) -> int:
    """The id of the actor."""
    return store.users.me().user.id


def tick(store: Store, of: Activity) -> Activity:
    return store.activities.update(of.id, of.revision, ActivityChange(is_done=True))


def statuses(store: Store) -> dict[bool, list[int]]:
    """Ids of task statuses in their order, by whether they mean done."""
    found: dict[bool, list[int]] = {False: [], True: []}
    for status in store.registries.list(RegistryKind.TASK_STATUS):
        found[status.is_done].append(status.id)
    return found
