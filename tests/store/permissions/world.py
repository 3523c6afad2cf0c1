"""The world of the permission tests: customers with cases that stand in every relation to the actor, and a canary in
every field; made through the port, then kept as records, from which any number of stores are made alike."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from tests.store.conftest import FIRST_START, TODAY, Clock
from tests.store.permissions.canaries import Canaries
from tests.store.permissions.people import ACTOR, People, relations
from tests.store.permissions.planting import FORECAST, STATES, Maker

from crm_tui.domain.activities import ActivityKind, NewNote, Note
from crm_tui.domain.cases import Case, CaseChange, NewCase, SalesState
from crm_tui.domain.contacts import ContactChange
from crm_tui.domain.customers import Customer, CustomerChange
from crm_tui.domain.entities import Kind
from crm_tui.domain.files import NewFile
from crm_tui.domain.finance import (
    ForecastEntry,
)
from crm_tui.domain.settings import BillingChange
from crm_tui.store.cases import CaseChoice
from crm_tui.store.customers import CustomerQuery
from crm_tui.store.history import ImportItem, Outcome
from crm_tui.store.paging import PageRequest
from crm_tui.store.port import Store
from crm_tui.store.sql.connections import Database as SqliteDatabase
from crm_tui.store.sql.database import Database
from crm_tui.store.sql.facet import Binding
from crm_tui.store.sql.setup import set_up
from crm_tui.store.sql.store import SqlStore

Record = tuple[str, dict[str, Any]]


class World(NamedTuple):
    """What was planted: the records of the store, and who is in it."""

    records: tuple[Record, ...]
    canaries: Canaries
    people: People


def build(folder: Path) -> World:
    """Make the world, and take its records."""
    clock = Clock()
    clock.advance(days=-9)
    database = SqliteDatabase.open(folder / "first.db")
    set_up(database, FIRST_START, clock)
    store = SqlStore(Binding(database, "admin", clock))
    maker = _Past(store, clock)
    maker.make()
    records = tuple(store.portable.dump())
    store.close()
    return World(records, maker.plant, maker.people)


def opened(database: Database, records: Iterable[Record]) -> SqlStore:
    """A store of these records in an empty database, on behalf of the actor."""
    store = SqlStore(Binding(database, ACTOR, Clock()))
    store.portable.load(records)
    return store


class _Past(Maker):
    """The customers and cases, and what became of some of them."""

    def make(self) -> None:
        """All of it."""
        mixed, dark, quiet = (self.customer(name) for name in ("mixed", "dark", "quiet"))
        self._joined(mixed, dark)
        of = relations(self.people)
        cases = {(name, state): self.case(mixed, name, of[name], state) for name in of for state in STATES}
        for name in ("of stranger", "of nobody", "of boss"):
            for state in STATES:
                self.case(dark, name, of[name], state)
        self.case(mixed, "of stranger", of["of stranger"], SalesState.LOST)
        self.case(mixed, "own", of["own"], SalesState.LOST)
        self.shared_invoices(mixed, dark, cases)
        self.without_case(mixed, dark)
        self._past_of_actor(mixed, cases)
        self._gone(mixed, cases)
        inactive = self.store.customers.get(quiet.id)
        self.store.customers.update(quiet.id, inactive.revision, CustomerChange(is_active=False))

    def _past_of_actor(self, mixed: Customer, cases: dict[tuple[str, SalesState], Case]) -> None:
        """What the actor did while they might do everything: they see it no more, and may not undo it."""
        mine = self.as_actor
        for name, state in (("of stranger", SalesState.OPEN), ("own", SalesState.OPEN), ("of boss", SalesState.WON)):
            case = mine.cases.get(cases[name, state].id)
            changed = CaseChange(description=self.word("case description"))
            case = mine.cases.update(case.id, case.revision, changed)
            valued = CaseChange(expected_value=self.plant.amount("case value"))
            mine.cases.update(case.id, case.revision, valued)
            note = mine.notes.create(NewNote(customer=mixed.id, case=case.id, text=self.word("case note")))
            mine.notes.delete(note.id, note.revision)
            mine.history.undo()
            mine.history.redo()
            taken_back = mine.cases.get(case.id)
            mine.cases.update(case.id, taken_back.revision, CaseChange(expected_value=self.plant.amount("case value")))
            mine.history.undo()
        self._imported(mixed)
        self._own_deletions(mixed, mine)
        mine.once("key of the actor").notes.create(NewNote(customer=mixed.id, text=self.word("customer note")))
        other = self.as_stranger.once("key of another")
        other.notes.create(NewNote(customer=mixed.id, text=self.word("customer note")))
        mine.customers.opened(mixed.id)
        mine.customers.set_favourite(mixed.id, True)
        mine.views.save_customers(self.word("saved view"), CustomerQuery(text=self.word("saved view")))
        self.as_stranger.views.save_customers(
            self.word("saved view of another"), CustomerQuery(text=self.word("saved view of another"))
        )

    def _joined(self, mixed: Customer, dark: Customer) -> None:
        """A customer and a contact that the actor merged into others, before the rest came; and no duplicates."""
        mine, store = self.as_actor, self.store
        goes = self.customer("merged")
        revisions = (store.customers.get(mixed.id).revision, goes.revision)
        settings = [store.billing.of_customer(key).revision for key in (mixed.id, goes.id)]
        of_billing = (settings[0], settings[1])
        mine.merging.customers(mixed.id, goes.id, revisions, of_billing, CustomerChange(), BillingChange())
        stays, other = (self.contact(mixed) for _ in range(2))
        of_both = (store.contacts.get(stays).revision, store.contacts.get(other).revision)
        mine.merging.contacts(stays, other, of_both, ContactChange())
        mine.duplicates.dismiss(Kind.CUSTOMER, mixed.id, dark.id)
        store.duplicates.dismiss(Kind.CONTACT, stays, self.contact(dark))

    def _imported(self, mixed: Customer) -> None:
        """What an import of the actor's added: a case that is somebody else's, and was changed since."""
        imports, mine = self.as_actor.imports, self.as_actor
        run = imports.begin(f"{self.word('import source')}.csv")
        fields = {
            "name": self.word("imported case name"),
            "owner": self.people.stranger,
            "expected_value": self.plant.amount("imported case value"),
        }
        ref = self.word("external reference")
        refs: dict[str, str | tuple[str, ...]] = {"customer": f"number:{mixed.number}"}
        (result,) = imports.write(run, [ImportItem(kind=Kind.CASE, external_ref=ref, fields=fields, refs=refs, line=1)])
        assert result.outcome is Outcome.CREATED, result
        imports.finish(run)
        key = max(row.case.id for row in mine.cases.listed(mixed.id, CaseChoice.ALL, PageRequest(limit=99), TODAY).rows)
        made = self.store.cases.get(key)
        self.store.cases.update(key, made.revision, CaseChange(description=self.word("case description")))

    def _own_deletions(self, mixed: Customer, mine: Store) -> None:
        """A whole case that the actor deleted, and one that they added and deleted on."""
        for owner in (self.people.stranger, self.people.actor):
            new = NewCase(
                customer=mixed.id,
                name=self.word("deleted case name"),
                owner=owner,
                expected_value=self.plant.amount("deleted case value"),
            )
            case = mine.cases.create(new)
            text = self.word("deleted case note")
            mine.notes.create(NewNote(customer=mixed.id, case=case.id, text=text))
            amounts: dict[str, Any] = {f: self.plant.amount("deleted forecast amount") for f in FORECAST}
            mine.finance.put_forecast(ForecastEntry(case=case.id, year=2026, month=11, **amounts), None)
            mine.cases.delete(case.id, case.revision)

    def _gone(self, mixed: Customer, cases: dict[tuple[str, SalesState], Case]) -> None:
        """What was deleted: on cases of all relations, by the administrator, and an erased contact."""
        store, word = self.store, self.word
        for name in ("own", "of below, sold", "of stranger", "of unit"):
            case = cases[name, SalesState.WON]
            note: Note = store.notes.create(
                NewNote(customer=mixed.id, case=case.id, text=word("deleted note")),
            )
            store.notes.delete(note.id, note.revision)
            link = NewFile(customer=mixed.id, case=case.id, name=word("deleted file"), url="https://x.example")
            file = store.files.create(link)
            store.files.delete(file.id, file.revision)
            for kind in (ActivityKind.TODO, ActivityKind.PERSONAL):
                gone = self.activity(kind, "deleted activity", case=case.id)
                self.as_stranger.activities.delete(gone.id, gone.revision)
            billing = self.plant.amount("deleted forecast amount")
            entry = ForecastEntry(case=case.id, year=2027, month=1, billing=billing)
            forecast = store.finance.put_forecast(entry, None)
            store.finance.delete_forecast(forecast.id, forecast.revision)
            invoice = store.finance.invoice(self.invoice(mixed.id, (case.id,), "EUR"))
            store.finance.delete_invoice(invoice.id, invoice.revision)
        erased = self.contact(mixed)
        store.contacts.delete(erased, store.contacts.get(erased).revision)
        gone_customer = self.customer("gone")
        store.customers.delete(gone_customer.id, gone_customer.revision)
