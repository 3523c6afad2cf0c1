"""Every writing method of the port, with what each profile may do by it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from typing import Any

from msgspec.structs import replace
from tests.store.conftest import NOW, TODAY
from tests.store.permissions.device_writes import DEVICE_WRITES
from tests.store.permissions.money_writes import (
    create_cases,
    create_invoices,
    delete_cases,
    delete_forecasts,
    invoices,
    put,
    update_cases,
)
from tests.store.permissions.trial import (
    ANY,
    BLOCKED,
    CONFLICT,
    DONE,
    HIDDEN,
    INVALID,
    STALE,
    Attempt,
    Trial,
)

from crm_tui.domain.activities import ActivityChange, ActivityKind, NewActivity, NewNote, NoteChange
from crm_tui.domain.addresses import AddressChange, NewAddress
from crm_tui.domain.contacts import ContactChange, NewContact
from crm_tui.domain.customers import CustomerChange, NewCustomer
from crm_tui.domain.entities import Kind
from crm_tui.domain.files import FileChange, FileKind, NewFile
from crm_tui.domain.finance import ActualEntry, ForecastEntry, InvoiceChange
from crm_tui.domain.permissions import Profile
from crm_tui.domain.register_update import RegisterPlace, RegisterUpdate, Which
from crm_tui.domain.registries import NewRegistryValue, RegistryChange, RegistryKind
from crm_tui.domain.settings import BillingChange
from crm_tui.domain.users import NewUser, OrganizationChange, UserChange
from crm_tui.domain.vat import RegisterNumber, register_country
from crm_tui.store.contacts import ContactQuery
from crm_tui.store.customers import CustomerQuery
from crm_tui.store.history import ImportItem

Attempts = Iterable[Attempt]
_EMPTY = Profile(name="empty")


def _fixed(outcome: str, *args: Any) -> Callable[[Trial], Attempts]:
    return lambda trial: [Attempt(outcome, args)]


def _updates(kind: Kind, table: str, change: Any) -> Callable[[Trial], Attempts]:
    """Changes of what is on customers: with the revision, and with a stale one, which shows what is stored."""

    def attempts(trial: Trial) -> Iterator[Attempt]:
        for key in trial.ids(f"SELECT id FROM {table} WHERE {_LIVING.get(table, '1')} LIMIT 4"):
            outcome = trial.needs("edit")
            yield Attempt(outcome, (key, trial.revision(kind, key), change))
            yield Attempt(CONFLICT if outcome == DONE else outcome, (key, STALE, change))

    return attempts


_LIVING = {"contact": "is_deleted = 0"}


def _creates(new: Callable[[int], Any], customers: str) -> Callable[[Trial], Attempts]:
    """Something new on the customer."""
    return lambda trial: [Attempt(trial.needs(customers), (new(trial.mixed),))]


def _admin(*args: Any) -> Callable[[Trial], Attempts]:
    return lambda trial: [Attempt(trial.needs(admin=True), args)]


# --- customers and what is on them


def _delete_customers(trial: Trial) -> Iterator[Attempt]:
    for customer in (trial.mixed, trial.dark, trial.quiet):
        outcome = trial.missing("read") or trial.needs("edit", deletes=True)
        if outcome == DONE and customer != trial.quiet:
            outcome = BLOCKED
        yield Attempt(outcome, (customer, trial.revision(Kind.CUSTOMER, customer)))


def _delete_addresses(trial: Trial) -> Iterator[Attempt]:
    for address in trial.ids("SELECT id FROM address WHERE id NOT IN (SELECT headquarters_id FROM customer)"):
        yield Attempt(trial.needs("edit"), (address, trial.revision(Kind.ADDRESS, address)))


def _delete_contacts(trial: Trial) -> Iterator[Attempt]:
    key = trial.one("SELECT id FROM contact WHERE is_deleted = 0")
    yield Attempt(trial.needs("edit"), (key, trial.revision(Kind.CONTACT, key)))
    yield Attempt(CONFLICT if trial.missing("edit") is None else trial.needs("edit"), (key, STALE))


def _update_billing(trial: Trial) -> Iterator[Attempt]:
    change, revision = BillingChange(payment_term=9), trial.revision(Kind.BILLING, trial.mixed)
    yield Attempt(trial.needs("edit"), (trial.mixed, revision, change))
    yield Attempt(CONFLICT if trial.missing("edit") is None else trial.needs("edit"), (trial.mixed, STALE, change))


def _create_files(trial: Trial) -> Iterator[Attempt]:
    for case in (None, *trial.projects):
        new = NewFile(customer=trial.mixed, case=case, name="Plan", url="https://example.com")
        yield Attempt(trial.onto(case, "edit"), (new,))
    new = NewFile(customer=trial.mixed, name="Plan", kind=FileKind.FILE)
    yield Attempt(trial.needs("edit"), (new, BytesIO(b"plan")))


def _files(trial: Trial, *change: Any) -> Iterator[Attempt]:
    for key in trial.ids("SELECT min(id) FROM file GROUP BY customer_id, case_id"):
        case = trial.con.execute("SELECT case_id FROM file WHERE id = ?", (key,)).get
        outcome = trial.below(case, "edit")
        yield Attempt(outcome, (key, trial.revision(Kind.FILE, key), *change))
        yield Attempt(CONFLICT if outcome == DONE else outcome, (key, STALE, *change))


def _move_files(trial: Trial) -> Iterator[Attempt]:
    """Rename them, and put one on each case."""
    yield from _files(trial, FileChange(name="Other plan"))
    key = trial.one("SELECT id FROM file WHERE customer_id = :mixed AND case_id IS NULL")
    for case in trial.projects:
        yield Attempt(trial.onto(case, "edit"), (key, trial.revision(Kind.FILE, key), FileChange(case=case)))


def _company(trial: Trial, customer: int) -> RegisterNumber:
    """The company that the VAT number leads to, for whoever sees it."""
    choice = register_country(str(trial.one("SELECT vat_number FROM customer WHERE id = :of", of=customer)), None)
    return RegisterNumber(choice.country or "NO", choice.business_id or "")


def _take_from_register(trial: Trial) -> Iterator[Attempt]:
    """Name and address, and an industry that is not in the list; and what was looked at before somebody else saved."""
    for customer in (trial.mixed, trial.dark):
        place = trial.one("SELECT headquarters_id FROM customer WHERE id = :of", of=customer)
        taken = RegisterUpdate(
            customer=customer,
            revision=trial.revision(Kind.CUSTOMER, customer),
            number=_company(trial, customer),
            change=CustomerChange(name="Registered"),
            headquarters=place,
            headquarters_revision=trial.revision(Kind.ADDRESS, place),
            place=_PLACE,
            source=_SOURCE,
        )
        outcome = trial.needs("edit")
        yield Attempt(outcome, (taken,))
        yield Attempt(trial.needs("edit", admin=True), (replace(taken, industry="Shipyards"),))
        for stale in (replace(taken, revision=STALE), replace(taken, headquarters_revision=STALE)):
            yield Attempt(CONFLICT if outcome == DONE else outcome, (stale,))


# --- activities and notes


def _create_activities(trial: Trial) -> Iterator[Attempt]:
    for kind in (ActivityKind.TODO, ActivityKind.ABSENCE):
        when = {"starts_at": NOW} if kind is ActivityKind.ABSENCE else {"due": TODAY}
        for case in (None, *trial.projects):
            new = NewActivity(kind=kind, name="Call", customer=trial.mixed, case=case, **when)
            yield Attempt(trial.onto(case, "read"), (new,))


def _some_activities(trial: Trial) -> list[int]:
    return trial.ids(
        "SELECT min(id) FROM activity WHERE customer_id = :mixed GROUP BY case_id, kind, owner_id"
        " UNION SELECT id FROM activity WHERE case_id IS NULL"
    )


def _update_activities(trial: Trial) -> Iterator[Attempt]:
    change = ActivityChange(location="Pori")
    for key in _some_activities(trial):
        outcome = trial.activity(key)
        yield Attempt(outcome, (key, trial.revision(Kind.ACTIVITY, key), change))
        yield Attempt(CONFLICT if outcome == DONE else outcome, (key, STALE, change))


def _delete_activities(trial: Trial) -> Iterator[Attempt]:
    for key in _some_activities(trial):
        yield Attempt(trial.activity(key, deletes=True), (key, trial.revision(Kind.ACTIVITY, key)))


def _create_notes(trial: Trial) -> Iterator[Attempt]:
    for case in (None, *trial.projects):
        yield Attempt(trial.onto(case, "read"), (NewNote(customer=trial.mixed, case=case, text="Hello"),))
    for parent in trial.ids("SELECT id FROM note WHERE customer_id = :mixed AND case_id IS NOT NULL LIMIT 20"):
        case = trial.con.execute("SELECT case_id FROM note WHERE id = ?", (parent,)).get
        reply = NewNote(customer=trial.mixed, case=case, text="Hello", parent=parent)
        yield Attempt(trial.onto(case, "read"), (reply,))


def _notes(trial: Trial, *change: Any) -> Iterator[Attempt]:
    for key in trial.ids("SELECT min(id) FROM note GROUP BY customer_id, case_id, author_id"):
        outcome = trial.note(key)
        yield Attempt(outcome, (key, trial.revision(Kind.NOTE, key), *change))
        yield Attempt(CONFLICT if outcome == DONE else outcome, (key, STALE, *change))


# --- what administrators do


def _registry(trial: Trial, *more: Any) -> Iterator[Attempt]:
    for key in trial.ids("SELECT id FROM registry_value WHERE kind IN ('keyword', 'contact role', 'business unit')"):
        yield Attempt(trial.needs(admin=True), (key, trial.revision(Kind.REGISTRY, key), *more))


def _delete_values(trial: Trial) -> Iterator[Attempt]:
    units = "SELECT business_unit_id FROM crm_user WHERE business_unit_id IS NOT NULL"
    for key in trial.ids(f"SELECT keyword_id FROM contact_keyword UNION {units}"):
        outcome = trial.needs(admin=True)
        yield Attempt(BLOCKED if outcome == DONE else outcome, (key, trial.revision(Kind.REGISTRY, key)))
    new_unit, old_unit = trial.ids("SELECT id FROM registry_value WHERE kind = 'business unit' ORDER BY id")
    revision = trial.revision(Kind.REGISTRY, old_unit)
    outcome = trial.needs(admin=True)
    yield Attempt(ANY if outcome == DONE else outcome, (old_unit, revision), {"replacement": new_unit})


def _update_users(trial: Trial) -> Iterator[Attempt]:
    """Of somebody who may do everything but administrate, and the actor's own: how far lesser administrators get with
    those is for other tests to say."""
    stranger = trial.one("SELECT id FROM crm_user WHERE login = 'stranger'")
    revision = trial.revision(Kind.USER, stranger)
    everything = trial.missing("all", "all", deletes=True, admin=True) is None
    outcome = DONE if everything else ANY if trial.permissions.admin else "administrator"
    yield Attempt(outcome, (stranger, revision, UserChange(email="s@example.com")))
    yield Attempt(CONFLICT if outcome == DONE else outcome, (stranger, STALE, UserChange(name="S")))
    mine = UserChange(profile=trial.one("SELECT id FROM profile ORDER BY id LIMIT 1"))
    own = trial.sight.actor
    yield Attempt(ANY if trial.permissions.admin else "administrator", (own, trial.revision(Kind.USER, own), mine))


def _create_users(trial: Trial) -> Iterator[Attempt]:
    first, *_ = trial.ids("SELECT id FROM profile ORDER BY id")
    new = NewUser(name="New", login="new", profile=first)
    everything = trial.missing("all", "all", deletes=True, admin=True) is None
    outcome = DONE if everything else "Denied" if trial.permissions.admin else "administrator"
    yield Attempt(outcome, (new,))


def _profiles(trial: Trial, *more: Any) -> Iterator[Attempt]:
    for key in trial.ids("SELECT id FROM profile"):
        outcome = ANY if trial.permissions.admin else "administrator"
        yield Attempt(outcome, (key, trial.revision(Kind.PROFILE, key), *more))


# --- views, undo, imports


def _views(trial: Trial, *more: Any) -> Iterator[Attempt]:
    for key, user in trial.con.execute("SELECT id, user_id FROM saved_view").fetchall():
        yield Attempt(DONE if user == trial.sight.actor else HIDDEN, (key, *more))


def _changes(trial: Trial) -> Iterator[Attempt]:
    """The actor's own changes, and some of others: what may be taken back is for other tests to say."""
    own = trial.ids("SELECT id FROM change WHERE actor_id = :actor")
    others = trial.ids("SELECT id FROM change WHERE actor_id <> :actor ORDER BY id DESC LIMIT 5")
    yield from (Attempt(ANY, (key,)) for key in (None, *own))
    yield from (Attempt(HIDDEN, (key,)) for key in others)


def _items(trial: Trial) -> list[ImportItem]:
    """Some that point to cases and invoices by their numbers."""
    numbers = trial.ids("SELECT number FROM crm_case")
    figures = [
        ImportItem(
            kind=Kind.FORECAST,
            external_ref=f"f{number}",
            fields={"year": 2028, "month": 1, "billing": 5},
            refs={"case": f"number:{number}"},
            line=number,
        )
        for number in numbers
    ]
    named = ImportItem(kind=Kind.CUSTOMER, external_ref="new", fields={"name": "Imported"}, line=1)
    return [named, *figures]


def _import(trial: Trial) -> Iterator[Attempt]:
    run = trial.one("SELECT id FROM import_run WHERE actor_id = :actor")
    yield Attempt(ANY if trial.missing("edit") is None else trial.needs("edit"), (run, _items(trial)))


def _runs(trial: Trial) -> Iterator[Attempt]:
    for key in trial.ids("SELECT id FROM import_run"):
        yield Attempt(ANY if trial.missing("edit") is None else trial.needs("edit"), (key,))


# --- duplicates and merges


def _pair_kinds(trial: Trial) -> Iterator[Attempt]:
    yield Attempt(trial.needs("edit"), (Kind.CUSTOMER, trial.mixed, trial.dark))


def _readmits(trial: Trial) -> Iterator[Attempt]:
    outcome = trial.needs("edit")
    yield Attempt(ANY if outcome == DONE else outcome, (Kind.CUSTOMER, trial.mixed, trial.quiet))


def _merge_customers(trial: Trial) -> Iterator[Attempt]:
    for stays, goes in ((trial.mixed, trial.quiet), (trial.quiet, trial.dark), (trial.dark, trial.mixed)):
        revisions = (trial.revision(Kind.CUSTOMER, stays), trial.revision(Kind.CUSTOMER, goes))
        of_billing = (trial.revision(Kind.BILLING, stays), trial.revision(Kind.BILLING, goes))
        outcome = trial.needs("edit", deletes=True)
        if outcome == DONE and trial.permissions.projects != "all":
            outcome = BLOCKED
        yield Attempt(outcome, (stays, goes, revisions, of_billing, CustomerChange(), BillingChange()))


def _merge_contacts(trial: Trial) -> Iterator[Attempt]:
    stays, goes = trial.ids("SELECT id FROM contact WHERE is_deleted = 0 LIMIT 2")
    revisions = (trial.revision(Kind.CONTACT, stays), trial.revision(Kind.CONTACT, goes))
    yield Attempt(trial.needs("edit"), (stays, goes, revisions, ContactChange()))


_DUE = dt.date(2026, 12, 1)
_SOURCE = "PRH, business id 0112038-9"
_PLACE = RegisterPlace(line1="Quay 1", line2=None, postal_code="28100", city="Pori", country="FI", which=Which.VISITING)

WRITES: dict[str, Callable[[Trial], Attempts]] = {
    "store.acting_as": _fixed(ANY, "nobody"),
    "store.latest": _fixed(DONE, "slot"),
    "store.once": _fixed(DONE, "key"),
    "store.pulse": _fixed(DONE),
    "store.erasures": _fixed(DONE),
    "store.reach": _fixed(DONE),
    "store.close": lambda trial: (),
    "customers.create": lambda trial: [Attempt(trial.needs("edit"), (NewCustomer(name="New"),))],
    "customers.update": _updates(Kind.CUSTOMER, "customer", CustomerChange(name="Renamed")),
    "customers.take_from_register": _take_from_register,
    "customers.create_from_register": lambda trial: [
        Attempt(trial.needs("edit"), (NewCustomer(name="New"), place, _SOURCE)) for place in (None, _PLACE)
    ],
    "customers.delete": _delete_customers,
    "customers.set_favourite": lambda trial: [Attempt(trial.needs("read"), (trial.dark, True))],
    "customers.opened": lambda trial: [Attempt(trial.needs("read"), (trial.dark,))],
    "addresses.create": _creates(lambda customer: NewAddress(customer=customer, city="Pori"), "edit"),
    "addresses.update": _updates(Kind.ADDRESS, "address", AddressChange(city="Pori")),
    "addresses.delete": _delete_addresses,
    "contacts.create": _creates(lambda of: NewContact(customer=of, first_name="A", last_name="B"), "edit"),
    "contacts.update": _updates(Kind.CONTACT, "contact", ContactChange(title="Boss")),
    "contacts.delete": _delete_contacts,
    "activities.create": _create_activities,
    "activities.update": _update_activities,
    "activities.delete": _delete_activities,
    "notes.create": _create_notes,
    "notes.update": lambda trial: _notes(trial, NoteChange(text="Other")),
    "notes.delete": _notes,
    "cases.create": create_cases,
    "cases.update": update_cases,
    "cases.delete": delete_cases,
    "finance.create_invoice": create_invoices,
    "finance.update_invoice": lambda trial: invoices(trial, InvoiceChange(due=_DUE)),
    "finance.delete_invoice": invoices,
    "finance.put_forecast": put(ForecastEntry, "billing"),
    "finance.delete_forecast": delete_forecasts,
    "finance.put_actual": put(ActualEntry, "billed"),
    "files.create": _create_files,
    "files.update": _move_files,
    "files.delete": _files,
    "billing.update": _update_billing,
    "registries.create": _admin(NewRegistryValue(kind=RegistryKind.KEYWORD, name="New")),
    "registries.update": lambda trial: _registry(trial, RegistryChange(is_active=True)),
    "registries.reorder": lambda trial: _registry(trial, 0),
    "registries.delete": _delete_values,
    "users.create": _create_users,
    "users.update": _update_users,
    "users.create_profile": _admin(_EMPTY),
    "users.update_profile": lambda trial: _profiles(trial, _EMPTY),
    "users.delete_profile": _profiles,
    "users.update_organization": _admin(1, OrganizationChange(name="Other")),
    "views.save_customers": _fixed(DONE, "New", CustomerQuery()),
    "views.save_contacts": _fixed(DONE, "New", ContactQuery()),
    "views.rename": lambda trial: _views(trial, "Other"),
    "views.delete": _views,
    "duplicates.dismiss": _pair_kinds,
    "duplicates.readmit": _readmits,
    "history.undo": _changes,
    "history.redo": _changes,
    "imports.begin": lambda trial: [Attempt(trial.needs("edit"), ("people.csv",))],
    "imports.write": _import,
    "imports.check": lambda trial: [Attempt(trial.needs("edit"), (_items(trial),))],
    "imports.finish": _runs,
    "imports.undo": _runs,
    "merging.customers": _merge_customers,
    "merging.contacts": _merge_contacts,
    "portable.load": _fixed(INVALID, ()),
    **DEVICE_WRITES,
}
