"""A customer with 500 cases of all sorts, and its rows as they lie in the tables, to be added up in plain Python.

Nothing here uses the statements of the store: rows are read whole, and who sees what is asked of the domain.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import apsw
from msgspec.structs import asdict
from tests.store.conftest import FIRST_START, NOW, Clock

from crm_tui.domain.activities import ActivityKind, NewActivity
from crm_tui.domain.cases import NewCase, SalesState
from crm_tui.domain.customers import NewCustomer
from crm_tui.domain.finance import ActualEntry, ForecastEntry, InvoiceStatus, NewInvoice, Receiver
from crm_tui.domain.periods import Month, months_from
from crm_tui.domain.permissions import CaseFacts, CustomerLevel, Profile, ProjectLevel, sees_case, sees_case_money
from crm_tui.domain.registries import NewRegistryValue, RegistryKind
from crm_tui.domain.users import NewUser
from crm_tui.store.port import Store
from crm_tui.store.sql.connections import Database
from crm_tui.store.sql.setup import set_up
from crm_tui.store.sql.store import SqlStore, open_store
from crm_tui.store.sql.tables import ACTIVITY, ACTUAL, CASE, FORECAST, INVOICE
from crm_tui.store.sql.write import Change

CASES = 500
CURRENCIES = ("EUR", "EUR", "NOK", "JPY")
LOGINS = {level: level.replace(" ", ".") for level in ProjectLevel}
#: three years around the month of the clock
FIRST, MONTHS = Month(2025, 6), 36
#: days around which something turns: a month, a year, today
_DAYS = tuple(
    dt.date.fromisoformat(day)
    for day in (
        "2025-12-31", "2026-01-01", "2026-06-15", "2026-11-17", "2026-11-18", "2026-11-30", "2026-12-01", "2026-12-31",
        "2027-01-01", "2027-03-01",
    )
)  # fmt: skip

Row = dict[str, Any]


class Seen(NamedTuple):
    """A user, and whose money they see: ``below`` are the ids of their subordinates."""

    id: int
    business_unit: int | None
    profile: Profile
    below: frozenset[int]


class Company(NamedTuple):
    """A store with the customer, its rows, and a user for each level."""

    store: SqlStore
    customer: int
    raw: Raw
    users: dict[ProjectLevel, Seen]

    def of(self, level: ProjectLevel) -> tuple[SqlStore, Seen]:
        """The store as a user of this level, and who that is."""
        return self.store.acting_as(LOGINS[level]), self.users[level]


def build(path: Path) -> Company:
    """A new store with the customer; each user is the superior of the one of the next level."""
    database = Database.open(path)
    set_up(database, FIRST_START, Clock())
    database.close()
    store = open_store(path, login="admin", clock=lambda: NOW)
    units = [
        store.registries.create(NewRegistryValue(kind=RegistryKind.BUSINESS_UNIT, name=name)).id
        for name in ("Robots", "Cranes")
    ]
    found: dict[ProjectLevel, Seen] = {}
    superior = None
    for level in ProjectLevel:
        profile = Profile(name=f"of {level}", customers=CustomerLevel.ALL, projects=level)
        made = store.users.create_profile(profile)
        new = NewUser(name=level, login=LOGINS[level], profile=made.id, superior=superior, business_unit=units[0])
        superior = store.users.create(new).id
        found[level] = Seen(superior, units[0], profile, frozenset())
    ids = [user.id for user in found.values()]
    users = {level: user._replace(below=frozenset(i for i in ids if i > user.id)) for level, user in found.items()}
    customer = fill(store, path, ids, units)
    return Company(store, customer, Raw(path, customer), users)


def fill(store: Store, path: Path, users: list[int], units: list[int], *, seed: int = 500) -> int:
    """Give a new customer 500 cases with figures, invoices and activities; returns its id. The money is odd and
    negative too; some cases have no value, no forecast, no owner; a neighbour has cases of its own."""
    chance = random.Random(seed)
    customer, neighbour = (store.customers.create(NewCustomer(name=name)).id for name in ("Aalto Oy", "Beta Oy"))
    admin = store.users.me().user.id
    statuses = {status.sales_state: status.id for status in store.registries.list(RegistryKind.SALES_STATUS)}
    database = Database.open(path)
    with database.writing() as con:
        work = Change(con, admin, NOW, action="fill")
        for number in range(CASES + 40):
            of = customer if number < CASES else neighbour
            case = _case(chance, of, 5000 + number, users, units)
            key = work.add(CASE, case | {"sales_status": statuses[case["sales_state"]]})
            _figures(chance, work, key)
            _activities(chance, work, key, of, users)
        _invoices(chance, work, customer, users[0])
    database.close()
    return customer


def _case(chance: random.Random, customer: int, number: int, users: list[int], units: list[int]) -> Row:
    state = chance.choice((SalesState.OPEN, SalesState.OPEN, SalesState.WON, SalesState.LOST))
    is_closed = state is SalesState.LOST or chance.random() < 0.2
    new = NewCase(
        customer=customer,
        name=f"Case {number}",
        number=number,
        owner=chance.choice((*users, None)),
        sales_person=chance.choice((*users, None, None)),
        members=tuple(chance.sample(users, chance.choice((0, 0, 1, 2)))),
        business_unit=chance.choice((*units, None)),
        currency=chance.choice(CURRENCIES),
        probability=chance.choice((None, 0, 1, 33, 50, 67, 99, 100)),
        expected_value=chance.choice((None, 0, 1, chance.randrange(10**9), -chance.randrange(10**5), 10**15 - 1)),
        expected_order_date=chance.choice((None, *_DAYS)),
        deadline=chance.choice((None, *_DAYS)),
        closed=chance.choice(_DAYS) if is_closed else None,
    )
    return asdict(new) | {"sales_state": state}


def _figures(chance: random.Random, work: Change, case: int) -> None:
    if chance.random() < 0.3:
        return
    for year, month in months_from(FIRST, MONTHS):
        amounts = [chance.choice((None, 0, chance.randrange(10**7), -chance.randrange(10**4))) for _ in range(7)]
        if chance.random() < 0.2:
            billing, revenue, labor, other = amounts[:4]
            forecast = ForecastEntry(
                case=case, year=year, month=month,
                billing=billing, revenue=revenue, labor_expense=labor, other_expense=other,
                revenue_note=chance.choice((None, "as in the offer")),
            )  # fmt: skip
            work.add(FORECAST, asdict(forecast), is_logged=False)
        if chance.random() < 0.15:
            billed, labor, other = amounts[4:]
            actual = ActualEntry(case=case, year=year, month=month, billed=billed, labor_cost=labor, other_cost=other)
            work.add(ACTUAL, asdict(actual), is_logged=False)


def _activities(chance: random.Random, work: Change, case: int, customer: int, users: list[int]) -> None:
    for _ in range(chance.choice((0, 0, 1, 2))):
        kind = chance.choice((ActivityKind.TODO, ActivityKind.TASK, ActivityKind.CALENDAR))
        if kind is ActivityKind.CALENDAR:
            starts_at = NOW + dt.timedelta(hours=chance.choice((-30, -2, 1, 500)))
            times: Row = {"starts_at": starts_at, "ends_at": starts_at + dt.timedelta(hours=1)}
        else:
            times = {"due": chance.choice((None, *_DAYS)), "is_done": chance.random() < 0.4}
        new = NewActivity(kind=kind, name="Something", customer=customer, case=case, owner=users[0], **times)
        done_at = NOW if new.is_done else None
        work.add(ACTIVITY, asdict(new) | {"done_at": done_at}, is_indexed=False, is_logged=False)


def _invoices(chance: random.Random, work: Change, customer: int, user: int) -> None:
    cases = [key for (key,) in work.con.execute("SELECT id FROM crm_case WHERE customer_id = ?", (customer,))]
    for number in range(200):
        new = NewInvoice(
            customer=customer,
            number=f"2026-{number}",
            status=chance.choice(list(InvoiceStatus)),
            cases=tuple(chance.sample(cases, chance.choice((0, 1, 1, 2)))),
            date=dt.date(2026, 1, 1),
            due=chance.choice((None, *_DAYS[1:])),
            currency=chance.choice(CURRENCIES),
            total=chance.choice((1, chance.randrange(10**8), -chance.randrange(10**6))),
            receiver=Receiver(name="Aalto Oy"),
        )
        work.add(INVOICE, asdict(new))


class Raw:
    """The rows of a customer as they are stored."""

    def __init__(self, path: Path, customer: int) -> None:
        con = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
        self.cases = _rows(con, "SELECT * FROM crm_case WHERE customer_id = ?", customer)
        of_cases = "case_id IN (SELECT id FROM crm_case WHERE customer_id = ?)"
        members: dict[int, set[int]] = {}
        for row in _rows(con, f"SELECT * FROM case_member WHERE {of_cases}", customer):
            members.setdefault(row["case_id"], set()).add(row["user_id"])
        self.facts = {
            case["id"]: CaseFacts(
                case["owner_id"], case["sales_person_id"], members.get(case["id"], set()), case["business_unit_id"]
            )
            for case in self.cases
        }
        self.forecasts = _rows(con, f"SELECT * FROM forecast WHERE {of_cases}", customer)
        self.actuals = _rows(con, f"SELECT * FROM actual WHERE {of_cases}", customer)
        self.activities = _rows(con, "SELECT * FROM activity WHERE customer_id = ?", customer)
        self.invoices = _rows(con, "SELECT * FROM invoice WHERE customer_id = ?", customer)
        self.billed: dict[int, list[int]] = {invoice["id"]: [] for invoice in self.invoices}
        for row in _rows(con, "SELECT * FROM invoice_case"):
            self.billed.setdefault(row["invoice_id"], []).append(row["case_id"])
        con.close()

    def seen(self, who: Seen) -> list[Row]:
        """The cases that a user sees."""
        return [case for case in self.cases if sees_case(who.profile, who, self.facts[case["id"]])]

    def has_money(self, who: Seen, case: Row) -> bool:
        """Whether a user sees the money of a case."""
        return sees_case_money(who.profile, who, self.facts[case["id"]], who.below)

    def busy(self, today: dt.date, now: dt.datetime) -> set[int]:
        """The cases on which something is planned."""
        return {row["case_id"] for row in self.activities if _is_ahead(row, today, now)}


def in_months(rows: Iterable[Row], first: Month, months: int) -> list[Row]:
    """The figures of a window."""
    window = set(months_from(first, months))
    return [row for row in rows if Month(row["year"], row["month"]) in window]


def total(figures: Iterable[int | None]) -> int | None:
    """The sum of what is there; None where nothing is."""
    there = [figure for figure in figures if figure is not None]
    return sum(there) if there else None


def _is_ahead(row: Row, today: dt.date, now: dt.datetime) -> bool:
    if row["kind"] in (ActivityKind.TODO, ActivityKind.TASK):
        return not row["is_done"] and (row["due"] is None or row["due"] >= today.isoformat())
    return bool(dt.datetime.fromisoformat(row["ends_at"]) > now)


def _rows(con: apsw.Connection, statement: str, *of: int) -> list[Row]:
    cursor = con.cursor()
    cursor.execute(statement, of)
    names = [column[0] for column in cursor.get_description()]
    return [dict(zip(names, row, strict=True)) for row in cursor]
