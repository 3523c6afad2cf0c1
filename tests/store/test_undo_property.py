"""Whatever was done, undoing it leads back to the letter, and redoing forth: rows, links, and words of the search."""

from __future__ import annotations

import datetime as dt
import io
import random
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import apsw
import pytest
from tests.store.conftest import FIRST_START, NOW, Clock

from crm_tui.domain.activities import ActivityChange, ActivityKind, NewActivity, NewNote, NoteChange
from crm_tui.domain.addresses import AddressChange, NewAddress
from crm_tui.domain.cases import CaseChange, NewCase
from crm_tui.domain.contacts import ContactChange, Email, NewContact, Phone
from crm_tui.domain.customers import CustomerChange, NewCustomer
from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import Blocked, Invalid
from crm_tui.domain.files import FileChange, FileKind, NewFile
from crm_tui.domain.finance import ForecastEntry
from crm_tui.domain.periods import Month
from crm_tui.domain.register_update import RegisterPlace, RegisterUpdate, Which
from crm_tui.domain.registries import NewRegistryValue, RegistryChange, RegistryKind
from crm_tui.domain.settings import BillingChange
from crm_tui.domain.vat import RegisterNumber
from crm_tui.store.port import Store
from crm_tui.store.sql.connections import Database
from crm_tui.store.sql.indexing import INDEXES
from crm_tui.store.sql.setup import set_up
from crm_tui.store.sql.store import open_store

#: the change log, what goes along with it, and what grows with every write; FTS5's own tables say the same in other
#: ways each time
_LEFT_OUT = ("change", "change_line", "merged", "registry_replaced", "idempotency", "upkeep")
_GROWING = ("revision", "updated_at", "updated_by", "next_customer_number", "next_case_number")
_FTS = tuple(index for indexes in INDEXES.values() for index in indexes)
_WORDS = ("Aalto", "Åström", "Berg", "Cedar", "Øst", "Kuopio", "Oslo", "robot", "+358 40 123 4567", "x@aalto.example")

Dump = dict[str, list[tuple[Any, ...]]]


def dump(path: Path) -> Dump:
    """All that is stored, table by table."""
    found: Dump = {}
    with closing(apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)) as con:
        tables = [name for (name,) in con.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        for table in tables:
            if table in _LEFT_OUT or table.startswith(("sqlite_", *_FTS)):
                continue
            columns = [row[1] for row in con.execute(f"PRAGMA table_info({table})") if row[1] not in _GROWING]
            listed = ", ".join(f'"{column}"' for column in columns)
            # who marked a customer has it marked again when it comes back, so marks of those that are gone stay
            there = "WHERE customer_id IN (SELECT id FROM customer)" if table in ("favourite", "recent") else ""
            found[table] = con.execute(f"SELECT {listed} FROM {table} {there} ORDER BY {listed}").fetchall()
        for index in _FTS:
            con.execute(f"CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab('main', '{index}', 'instance')")
            found[index] = con.execute("SELECT term, doc FROM vocabulary ORDER BY term, doc").fetchall()
            con.execute("DROP TABLE vocabulary")
    return found


class Walk:
    """Random changes through the port, each with the picture of the store before and after it."""

    def __init__(self, store: Store, path: Path, clock: Clock, seed: int) -> None:
        self.store = store
        self.path = path
        self.clock = clock
        self.random = random.Random(seed)
        for name in ("VIP", "Board", "Trade fair"):
            self._value(RegistryKind.KEYWORD, name)
        for name in ("Small", "Large"):
            group = self._value(RegistryKind.SEGMENT_GROUP, f"Group of {name}")
            self._value(RegistryKind.SEGMENT, name, group=group)
        self.before: list[Dump] = []
        self.undone: list[Dump] = []
        self.now = dump(path)

    def _value(self, kind: RegistryKind, name: str, **fields: Any) -> int:
        return self.store.registries.create(NewRegistryValue(kind=kind, name=name, **fields)).id

    # -- moves ---------------------------------------------------------------------------------------------------

    def change(self) -> None:
        """Something at random; what a rule forbids, or what is so already, is no change."""
        self.clock.advance(minutes=1)
        pulse = self.store.pulse()
        while self.store.pulse() == pulse:
            few = self.random.random() < 1 / (1 + len(self.now["customer"]))
            try:
                self._new_customer() if few else self.random.choice(self._changes())()
            except (Invalid, Blocked):
                assert self.store.pulse() == pulse
        self.before.append(self.now)
        self.undone.clear()
        self.now = dump(self.path)

    def undo(self) -> None:
        self.clock.advance(minutes=1)
        self.undone.append(self.now)
        self.store.history.undo()
        self.now = self._same(self.before.pop())

    def redo(self) -> None:
        self.clock.advance(minutes=1)
        self.before.append(self.now)
        self.store.history.redo()
        self.now = self._same(self.undone.pop())

    def undo_all(self) -> None:
        while self.before:
            self.undo()

    def _same(self, wanted: Dump) -> Dump:
        found = dump(self.path)
        for table, rows in wanted.items():
            assert found[table] == rows, table
        return found

    # -- what there is -------------------------------------------------------------------------------------------

    def _any(self, table: str, condition: str = "1") -> int:
        """A random row; Invalid without any, like a change that a rule forbids."""
        with closing(apsw.Connection(str(self.path), flags=apsw.SQLITE_OPEN_READONLY)) as con:
            ids: list[int] = [key for (key,) in con.execute(f"SELECT id FROM {table} WHERE {condition} ORDER BY id")]
        if not ids:
            raise Invalid("id", "there is none")
        return self.random.choice(ids)

    def _some(self, table: str, condition: str) -> tuple[int, ...]:
        try:
            return tuple(sorted({self._any(table, condition) for _ in range(self.random.randrange(3))}))
        except Invalid:
            return ()

    def _maybe(self, table: str, condition: str) -> int | None:
        return next(iter(self._some(table, condition)), None)

    def _text(self) -> str:
        return " ".join(self.random.choices(_WORDS, k=self.random.randint(1, 3)))

    def _chosen(self, kind: RegistryKind) -> tuple[int, ...]:
        values = [value.id for value in self.store.registries.list(kind, disabled=False)]
        return tuple(self.random.sample(values, self.random.randint(0, len(values))))

    # -- changes -------------------------------------------------------------------------------------------------

    def _changes(self) -> list[Callable[[], object]]:
        often = (self._new_customer, self._new_address, self._new_contact, self._new_activity, self._new_note)
        return [
            *often, *often, self._new_file, self._new_case, self._edit_customer, self._move_headquarters,
            self._edit_address, self._edit_contact, self._edit_activity, self._tick, self._edit_note, self._edit_file,
            self._edit_billing, self._edit_case, self._forecast, self._delete_customer, self._delete_address,
            self._delete_activity, self._delete_note, self._delete_file, self._delete_case,
            self._new_value, self._edit_value, self._reorder_value, self._delete_value, self._replace_value,
            self._delete_forecast, self._merge_customers, self._merge_contacts, self._dismiss, self._readmit,
            self._take_from_register, self._take_from_register, self._create_from_register,
        ]  # fmt: skip

    def _new_customer(self) -> object:
        segments = self._chosen(RegistryKind.SEGMENT)
        made = self.store.customers.create(NewCustomer(name=self._text(), vat_number="FI12345671", segments=segments))
        if len(self.now["recent"]) < 50:  # the oldest goes when there are more
            self.store.customers.opened(made.id)
        self.store.customers.set_favourite(made.id, favourite=self.random.random() < 0.5)
        return made

    def _new_address(self) -> object:
        new = NewAddress(customer=self._any("customer"), city=self._text(), country=self.random.choice(("FI", "NO")))
        return self.store.addresses.create(new)

    def _new_contact(self) -> object:
        customer = self._any("customer")
        return self.store.contacts.create(
            NewContact(
                customer=customer,
                first_name=self._text(),
                last_name=self._text(),
                emails=(Email("liisa@aalto.example"),),
                phones=(Phone("+358401234567"),),
                keywords=self._chosen(RegistryKind.KEYWORD),
                address=self._maybe("address", f"customer_id = {customer}"),
                date_of_birth=dt.date(1980, 2, 29),
            )
        )

    def _new_activity(self) -> object:
        customer = self._any("customer")
        fields: dict[str, Any] = {"contact_participants": self._some("contact", "1"), "user_participants": (1,)}
        if self.random.random() < 0.5:
            when = NOW + dt.timedelta(days=self.random.choice((-20, -10, 10, 20)))
            fields |= {"kind": ActivityKind.CALENDAR, "starts_at": when}
        else:
            fields |= {"kind": ActivityKind.TODO}
        case = self._maybe("crm_case", f"customer_id = {customer}")
        return self.store.activities.create(NewActivity(name=self._text(), customer=customer, case=case, **fields))

    def _new_note(self) -> object:
        customer = self._any("customer")
        parent = self._maybe("note", f"customer_id = {customer} AND case_id IS NULL")
        return self.store.notes.create(NewNote(customer=customer, text=self._text(), parent=parent))

    def _new_file(self) -> object:
        customer = self._any("customer")
        if self.random.random() < 0.5:
            new = NewFile(customer=customer, name=self._text(), url="https://aalto.example")
            return self.store.files.create(new)
        new = NewFile(customer=customer, name="a.txt", kind=FileKind.FILE, content_type="text/plain")
        return self.store.files.create(new, io.BytesIO(b"content"))

    def _new_case(self) -> object:
        customer = self._any("customer")
        contact = self._maybe("contact", f"customer_id = {customer}")
        new = NewCase(customer=customer, name=self._text(), members=(1,), contact=contact, expected_value=100)
        return self.store.cases.create(new)

    def _edit_customer(self) -> object:
        found = self.store.customers.get(self._any("customer"))
        change = CustomerChange(
            name=self._text(), is_active=self.random.random() < 0.8, segments=self._chosen(RegistryKind.SEGMENT)
        )
        return self.store.customers.update(found.id, found.revision, change)

    def _place(self) -> RegisterPlace | None:
        if self.random.random() < 0.3:
            return None
        which = self.random.choice(tuple(Which))
        return RegisterPlace(
            line1=self._text(), line2=None, postal_code="70100", city="Kuopio", country="FI", which=which
        )

    def _take_from_register(self) -> object:
        found = self.store.customers.get(self._any("customer"))
        address = self.store.addresses.get(found.headquarters) if found.headquarters else None
        update = RegisterUpdate(
            customer=found.id,
            revision=found.revision,
            change=CustomerChange(name=self._text()) if self.random.random() < 0.5 else CustomerChange(),
            headquarters=address.id if address else None,
            headquarters_revision=address.revision if address else None,
            place=self._place(),
            industry=self._text() if self.random.random() < 0.5 else None,
            number=RegisterNumber("FI", "1234567-1"),
            source="PRH, business id 1234567-1",
        )
        return self.store.customers.take_from_register(update)

    def _create_from_register(self) -> object:
        new = NewCustomer(name=self._text(), vat_number="FI12345671")
        return self.store.customers.create_from_register(new, self._place(), "PRH, business id 1234567-1")

    def _move_headquarters(self) -> object:
        address = self.store.addresses.get(self._any("address"))
        found = self.store.customers.get(address.customer)
        return self.store.customers.update(found.id, found.revision, CustomerChange(headquarters=address.id))

    def _edit_address(self) -> object:
        found = self.store.addresses.get(self._any("address"))
        return self.store.addresses.update(found.id, found.revision, AddressChange(city=self._text(), country="NO"))

    def _edit_contact(self) -> object:
        found = self.store.contacts.get(self._any("contact"))
        address = self._maybe("address", f"customer_id = {found.customer}")
        change = ContactChange(
            last_name=self._text(),
            keywords=self._chosen(RegistryKind.KEYWORD),
            address=address,
            emails=(),
            is_active=False,
        )
        return self.store.contacts.update(found.id, found.revision, change)

    def _edit_activity(self) -> object:
        found = self.store.activities.get(self._any("activity"))
        change = ActivityChange(name=self._text(), contact_participants=self._some("contact", "1"), due=NOW.date())
        return self.store.activities.update(found.id, found.revision, change)

    def _tick(self) -> object:
        found = self.store.activities.get(self._any("activity", "kind = 'to-do'"))
        return self.store.activities.update(found.id, found.revision, ActivityChange(is_done=not found.is_done))

    def _edit_note(self) -> object:
        found = self.store.notes.get(self._any("note"))
        return self.store.notes.update(found.id, found.revision, NoteChange(text=self._text(), pinned=True))

    def _edit_file(self) -> object:
        found = self.store.files.get(self._any("file"))
        return self.store.files.update(found.id, found.revision, FileChange(name=self._text()))

    def _edit_billing(self) -> object:
        customer = self._any("customer")
        found = self.store.billing.of_customer(customer)
        term = self.random.randint(1, 60)
        return self.store.billing.update(customer, found.revision, BillingChange(payment_term=term))

    def _edit_case(self) -> object:
        found = self.store.cases.get(self._any("crm_case"))
        statuses = [value.id for value in self.store.registries.list(RegistryKind.SALES_STATUS)]
        change = CaseChange(
            name=self._text(), sales_status=self.random.choice(statuses), keywords=self._chosen(RegistryKind.KEYWORD)
        )
        return self.store.cases.update(found.id, found.revision, change)

    def _forecast(self) -> object:
        case, month = self._any("crm_case"), self.random.randint(1, 3)
        known = [f for f in self.store.finance.forecasts(case, _FIRST, 12) if f.month == month]
        entry = ForecastEntry(case=case, year=2026, month=month, billing=self.random.randint(1, 999))
        return self.store.finance.put_forecast(entry, known[0].revision if known else None)

    def _delete_forecast(self) -> object:
        case = self._any("crm_case", "id IN (SELECT case_id FROM forecast)")
        found = self.random.choice(self.store.finance.forecasts(case, _FIRST, 12))
        self.store.finance.delete_forecast(found.id, found.revision)
        return found

    def _delete_customer(self) -> object:
        found = self.store.customers.get(self._any("customer"))
        self.store.customers.delete(found.id, found.revision)
        return found

    def _delete_address(self) -> object:
        found = self.store.addresses.get(self._any("address"))
        self.store.addresses.delete(found.id, found.revision)
        return found

    def _delete_activity(self) -> object:
        found = self.store.activities.get(self._any("activity"))
        self.store.activities.delete(found.id, found.revision)
        return found

    def _delete_note(self) -> object:
        found = self.store.notes.get(self._any("note"))
        self.store.notes.delete(found.id, found.revision)
        return found

    def _delete_file(self) -> object:
        found = self.store.files.get(self._any("file"))
        self.store.files.delete(found.id, found.revision)
        return found

    def _delete_case(self) -> object:
        found = self.store.cases.get(self._any("crm_case"))
        self.store.cases.delete(found.id, found.revision)
        return found

    def _dismiss(self) -> object:
        kind = self.random.choice((Kind.CUSTOMER, Kind.CONTACT))
        self.store.duplicates.dismiss(kind, self._any(kind.value), self._any(kind.value))
        return kind

    def _readmit(self) -> object:
        pair = self.random.choice([*self.store.duplicates.dismissed(Kind.CUSTOMER), None])
        if pair is None:
            raise Invalid("id", "there is none")
        self.store.duplicates.readmit(Kind.CUSTOMER, pair.first.id, pair.second.id)
        return pair

    def _merge_customers(self) -> object:
        stays, goes = (self.store.customers.get(self._any("customer")) for _ in range(2))
        addresses = f"customer_id IN ({stays.id}, {goes.id})"
        fields: dict[str, Any] = {"headquarters": self._maybe("address", addresses)} if stays.headquarters else {}
        if self.random.random() < 0.5:
            fields |= {"name": goes.name, "number": goes.number, "segments": goes.segments}
        change = CustomerChange(**{field: value for field, value in fields.items() if value is not None})
        billing = BillingChange(payment_term=self.random.randint(1, 60))
        revisions = (stays.revision, goes.revision)
        of_billing = (
            self.store.billing.of_customer(stays.id).revision,
            self.store.billing.of_customer(goes.id).revision,
        )
        return self.store.merging.customers(stays.id, goes.id, revisions, of_billing, change, billing)

    def _merge_contacts(self) -> object:
        stays, goes = (self.store.contacts.get(self._any("contact")) for _ in range(2))
        change = ContactChange(last_name=self._text(), keywords=goes.keywords, emails=goes.emails)
        return self.store.merging.contacts(stays.id, goes.id, (stays.revision, goes.revision), change)

    def _new_value(self) -> object:
        kind = self.random.choice((RegistryKind.KEYWORD, RegistryKind.TASK_STATUS))
        new = NewRegistryValue(kind=kind, name=self._text(), is_default=kind is RegistryKind.TASK_STATUS)
        return self.store.registries.create(new)

    def _edit_value(self) -> object:
        found = self.store.registries.get(self._any("registry_value", _CHANGING))
        change = RegistryChange(name=self._text(), is_active=self.random.random() < 0.8)
        return self.store.registries.update(found.id, found.revision, change)

    def _reorder_value(self) -> object:
        found = self.store.registries.get(self._any("registry_value", _CHANGING))
        return self.store.registries.reorder(found.id, found.revision, self.random.randrange(3))

    def _delete_value(self) -> object:
        found = self.store.registries.get(self._any("registry_value", _CHANGING))
        self.store.registries.delete(found.id, found.revision)
        return found

    def _replace_value(self) -> object:
        found = self.store.registries.get(self._any("registry_value", _CHANGING))
        other = self.random.choice(self.store.registries.list(found.kind))
        self.store.registries.delete(found.id, found.revision, other.id)
        return found


_FIRST = Month(2026, 1)
#: the values that the walk changes
_CHANGING = "kind IN ('keyword', 'segment', 'segment group', 'sales status', 'task status', 'industry', 'language')"


@pytest.fixture
def walk(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Walk]:
    path, clock = tmp_path / "crm.db", Clock()
    database = Database.open(path)
    set_up(database, FIRST_START, clock)
    database.close()
    store = open_store(path, login="admin", clock=clock)
    yield Walk(store, path, clock, request.param)
    store.close()


def there_and_back(walk: Walk, changes: int) -> None:
    """Change, undo and redo some on the way, then undo all, redo all, and undo all again."""
    for _ in range(changes):
        walk.change()
        if walk.random.random() < 0.15:
            for _ in range(walk.random.randint(1, min(4, len(walk.before)))):
                walk.undo()
            while walk.undone and walk.random.random() < 0.7:
                walk.redo()
    number = len(walk.before) + len(walk.undone)
    assert number > changes // 3
    walk.undo_all()
    while walk.undone:
        walk.redo()
    assert len(walk.before) == number
    walk.undo_all()


@pytest.mark.parametrize("walk", range(3), indirect=True)
def test_undo_leads_back_and_redo_forth_to_the_letter(walk: Walk) -> None:
    there_and_back(walk, 40)


@pytest.mark.soak
@pytest.mark.parametrize("walk", range(100, 130), indirect=True)
def test_long_ways_lead_back_and_forth(walk: Walk) -> None:
    there_and_back(walk, 300)


@pytest.mark.parametrize("walk", [1], indirect=True)
def test_across_a_restart(walk: Walk) -> None:
    for _ in range(12):
        walk.change()
    walk.undo()
    walk.store.close()
    walk.store = open_store(walk.path, login="admin", clock=walk.clock)
    walk.redo()
    walk.undo_all()
