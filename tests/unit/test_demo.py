"""The demo company: the same for the same seed, everything in it, nothing in it that is wrong."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from stdnum.eu import vat as european_vat
from stdnum.no import mva

from crm_tui.demo.build import BY_HAND, build, records
from crm_tui.demo.bulk import HUGE_FROM
from crm_tui.demo.files import pdf
from crm_tui.domain.activities import ActivityKind, NewActivity, check_activity
from crm_tui.domain.cases import SalesState
from crm_tui.domain.contacts import NewContact, check_contact
from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import Unavailable
from crm_tui.domain.finance import InvoiceStatus
from crm_tui.domain.money import Totals
from crm_tui.store.customers import CustomerQuery
from crm_tui.store.paging import PageRequest
from crm_tui.store.sql import import_rules
from crm_tui.store.sql.store import SqlStore, open_store

TODAY = dt.date(2026, 11, 18)
#: fields that point to other rows, and the table of those
REFERENCES = import_rules.REFERENCES | {
    "assignee": Kind.USER, "case": Kind.CASE, "contact_participants": Kind.CONTACT, "parent": Kind.NOTE,
    "user_participants": Kind.USER,
}  # fmt: skip
NOW = dt.datetime(2026, 11, 18, 10, tzinfo=dt.UTC)

Rows = dict[str, list[dict[str, Any]]]


def tables(seed: int = 1, today: dt.date = TODAY, customers: int = BY_HAND) -> Rows:
    found: Rows = defaultdict(list)
    for table, row in records(seed, today, customers):
        found[table].append(row)
    return found


@pytest.fixture(scope="module")
def demo() -> Rows:
    return tables()


def names(rows: Rows, kind: str) -> dict[int, str]:
    return {row["id"]: row["name"] for row in rows["registry value"] if row["kind"] == kind}


def test_equal_seeds_and_days_make_equal_companies() -> None:
    assert tables(3, customers=330) == tables(3, customers=330)
    assert tables(3, customers=30) != tables(4, customers=30)


#: moments at which somebody may make it, and where: early in the day, on a Sunday, and where a day begins first
MOMENTS = [
    ("2026-11-18T00:05", "UTC"),
    ("2026-11-18T06:30", "Europe/Helsinki"),
    ("2026-11-18T12:00", "Europe/Helsinki"),
    ("2026-11-22T06:00", "UTC"),
    ("2026-11-22T20:00", "America/Los_Angeles"),
    ("2026-11-18T00:10", "Pacific/Kiritimati"),
    ("2026-11-16T00:10", "Pacific/Auckland"),
    ("2026-11-18T23:50", "Pacific/Honolulu"),
]
#: fields of what has happened
HAPPENED = ("created_at", "updated_at", "done_at", "at", "deleted_at")


@pytest.mark.parametrize(("moment", "zone"), MOMENTS)
@pytest.mark.parametrize("customers", [60, BY_HAND + 40])
def test_nothing_has_happened_after_now(moment: str, zone: str, customers: int) -> None:
    now = dt.datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo(zone))
    happened = [
        (when, table, row)
        for table, row in records(1, now.date(), customers, now)
        for field in HAPPENED
        if (when := row.get(field)) is not None
    ]
    assert len(happened) > 1000
    late = [each for each in happened if dt.datetime.fromisoformat(each[0]) > now]
    assert late == []
    recent = now - dt.timedelta(hours=30)
    assert sum(dt.datetime.fromisoformat(when) > recent for when, *_ in happened) > 5


def test_days_follow_today() -> None:
    later = tables(today=TODAY + dt.timedelta(days=14))
    due = [row["due"] for row in later["activity"] if row["name"] == "Call Eeva about crane dates"]
    assert due == ["2026-12-02"]


@pytest.mark.parametrize("customers", [2, 3, 17, 300, 301, 345])
def test_there_are_as_many_customers_as_asked_for(customers: int) -> None:
    rows = tables(customers=customers)
    assert len(rows["customer"]) == len(rows["billing settings"]) == customers
    assert len({row["number"] for row in rows["customer"]}) == customers
    assert len({row["name"] for row in rows["customer"][:BY_HAND]}) == min(customers, BY_HAND)


@pytest.mark.parametrize("customers", [300, 333])
def test_references_lead_somewhere(customers: int) -> None:
    rows = tables(customers=customers)
    ids = {table: {row["id"] for row in listed} for table, listed in rows.items() if "id" in listed[0]}
    assert all(len(ids[table]) == len(rows[table]) for table in ids)
    for table, listed in rows.items():
        for row in listed:
            for field, kind in REFERENCES.items():
                value = row.get(field)
                for key in value if isinstance(value, list | tuple) else [value]:
                    assert key is None or key in ids[kind.value], (table, row["id"], field)


def test_what_belongs_together_is_of_one_customer(demo: Rows) -> None:
    owner = {(table, row["id"]): row["customer"] for table in ("address", "contact", "case") for row in demo[table]}
    for row in demo["customer"]:
        assert owner["address", row["headquarters"]] == row["id"]
    for table in ("activity", "note", "file"):
        for row in demo[table]:
            if row.get("case"):
                assert owner["case", row["case"]] == row["customer"]
    for row in demo["case"]:
        people = [*row["further_contacts"], *([row["contact"]] if row["contact"] else [])]
        assert all(owner["contact", key] == row["customer"] for key in people)


def test_the_rules_of_the_domain_hold(demo: Rows) -> None:
    from msgspec import convert

    for row in demo["activity"]:
        check_activity(convert({f: row[f] for f in row if f in NewActivity.__struct_fields__}, NewActivity))
    for row in demo["contact"]:
        if not row.get("is_deleted"):
            check_contact(convert({f: row[f] for f in row if f in NewContact.__struct_fields__}, NewContact))


def test_vat_numbers_are_valid_and_three_are_real(demo: Rows) -> None:
    numbers = [row["vat_number"] for row in demo["customer"] if row["vat_number"]]
    assert {"FI01120389", "FI26466749", "NO923609016MVA"} <= set(numbers)
    assert len(set(numbers)) == len(numbers) > 200
    for number in numbers:
        assert mva.is_valid(number) if number.startswith("NO") else european_vat.is_valid(number), number


def test_nobody_real_is_called_or_written_to(demo: Rows) -> None:
    for row in demo["contact"]:
        for email in row.get("emails", []):
            assert email["address"].endswith(".example")
    for row in demo["customer"]:
        assert (row.get("email") or "x.example").endswith(".example")


def test_every_kind_of_thing_is_there(demo: Rows) -> None:
    assert {row["kind"] for row in demo["activity"]} == set(ActivityKind)
    assert {row["status"] for row in demo["invoice"]} == set(InvoiceStatus)
    assert {row["sales_state"] for row in demo["case"]} == set(SalesState)
    assert {"EUR", "NOK"} <= {row["currency"] for row in demo["case"]}
    statuses = Counter(row["task_status"] for row in demo["activity"] if row["kind"] == "task")
    assert set(statuses) == set(names(demo, "task status"))
    assert {row["sales_status"] for row in demo["case"]} == set(names(demo, "sales status"))
    assert {row["project_status"] for row in demo["case"]} - {None} == set(names(demo, "project status"))
    assert {"file", "link"} == {row["kind"] for row in demo["file"]}
    assert {"pdf", "csv", "txt", "md"} <= {row["name"].rpartition(".")[2] for row in demo["file"]}
    assert list(names(demo, "segment group").values()) == ["Business", "Size", "Origin", "Key account programme"]
    assert [row["name"] for row in demo["registry value"] if not row.get("is_active", True)]
    assert [row for row in demo["customer"] if row.get("is_internal")] == demo["customer"][:1]
    assert any(not row.get("is_active", True) for row in demo["customer"])
    assert any(row.get("is_deleted") for row in demo["contact"])
    assert any(email.get("do_not_use") for row in demo["contact"] for email in row.get("emails", []))
    assert any(row.get("pinned") for row in demo["note"])
    assert any(row.get("parent") for row in demo["note"])
    assert any(row.get("billing_customer") for row in demo["case"])
    assert {1, 12} <= {len(row.get("keywords", ())) for row in demo["contact"]}
    late = [row for row in demo["invoice"] if row["status"] in ("sent", "waiting") and row["due"] < TODAY.isoformat()]
    assert late
    today = [row for row in demo["activity"] if row.get("due") == TODAY.isoformat() and not row["is_done"]]
    assert today


def test_some_customers_have_everything_and_some_nothing(demo: Rows) -> None:
    activities = Counter(row["customer"] for row in demo["activity"] if row.get("customer"))
    assert max(activities.values()) > 500
    assert sum(row["id"] not in activities for row in demo["customer"]) >= 15


def test_twelve_months_of_money_around_today(demo: Rows) -> None:
    currency = {row["id"]: row["currency"] for row in demo["case"]}
    months = defaultdict(set)
    for table in ("forecast", "actual"):
        for row in demo[table]:
            months[table, currency[row["case"]]].add(row["year"] * 12 + row["month"] - 2026 * 12 - 11)
    for code in ("EUR", "NOK"):
        assert set(range(-6, 7)) <= months["forecast", code]
        assert set(range(-6, 1)) <= months["actual", code]
        assert max(months["actual", code]) == 0


def test_every_user_sees_the_company_in_another_way(tmp_path: Path) -> None:
    path = tmp_path / "demo.db"
    build(path, seed=1, today=TODAY, customers=40)
    store = open_store(path, login="sanna", clock=lambda: NOW)
    try:
        customer = store.customers.by_number(10482).id
        figures = [
            store.acting_as(login).customers.card(customer, TODAY).figures
            for login in ("sanna", "mikael", "tuva", "jonas", "liisa")
        ]
        assert len({repr((f.open_value, f.open_sales, f.projects)) for f in figures}) == 5
        admin = figures[0]
        assert isinstance(admin.open_value, Totals)
        amounts = [(money.amount, money.currency) for money in admin.open_value.amounts]
        assert amounts == [(184_200_00, "EUR"), (1_250_000_00, "NOK")]
        assert (admin.contacts.number, admin.tasks.number, admin.late_tasks.number) == (6, 13, 2)
    finally:
        store.close()


def test_a_build_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "demo.db"
    build(path, seed=1, today=TODAY, customers=5)
    build(path, seed=1, today=TODAY, customers=8)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["demo.db", "demo.db.files", "demo.db.lock"]
    assert oct(path.stat().st_mode & 0o777) == "0o600"
    store = open_store(path, login="sanna", clock=lambda: NOW)
    try:
        assert store.customers.count(CustomerQuery(active=None)).number == 8
        kept = {p.name for p in (tmp_path / "demo.db.files").iterdir()}
        assert len(kept) == sum(row.get("content_key") is not None for row in tables(customers=8)["file"])
    finally:
        store.close()


class _Cancelled(Exception):
    """Raised by somebody who has seen enough."""


@pytest.mark.parametrize("at", ["customer", "content", "search index"])
def test_a_cancelled_build_leaves_what_was_there(tmp_path: Path, at: str) -> None:
    path = tmp_path / "demo.db"
    build(path, seed=1, today=TODAY, customers=5)
    before = path.read_bytes()

    def cancel(what: str, rows: int) -> None:
        if what == at:
            raise _Cancelled

    with pytest.raises(_Cancelled):
        build(path, seed=1, today=TODAY, customers=8, progress=cancel)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["demo.db", "demo.db.files", "demo.db.lock"]
    assert path.read_bytes() == before


@pytest.mark.parametrize("opened_during", [None, "content"])
def test_an_open_demo_store_is_not_replaced(tmp_path: Path, opened_during: str | None) -> None:
    path = tmp_path / "demo.db"
    build(path, seed=1, today=TODAY, customers=5)
    before = path.stat().st_ino
    stores: list[SqlStore] = []

    def open_it(what: str | None, rows: int = 0) -> None:
        if what == opened_during and not stores:
            stores.append(open_store(path, login="sanna", clock=lambda: NOW))

    open_it(None)
    try:
        with pytest.raises(Unavailable, match="is open in another"):
            build(path, seed=1, today=TODAY, customers=8, progress=open_it)
        assert path.stat().st_ino == before
        assert stores[0].customers.count(CustomerQuery(active=None)).number == 5
    finally:
        stores[0].close()
    assert not list(tmp_path.glob(".demo-*"))
    build(path, seed=1, today=TODAY, customers=8)
    assert path.stat().st_ino != before


def test_a_pdf_tells_where_its_objects_are() -> None:
    page = pdf("Title (draft)", ["one", "two"])
    table = page[int(page.split(b"startxref\n")[1].split(b"\n")[0]) :]
    assert table.startswith(b"xref\n0 6\n")
    for number, line in enumerate(table.split(b"\n")[3:8], 1):
        assert page[int(line[:10]) :].startswith(b"%d 0 obj" % number)


@pytest.mark.soak
@pytest.mark.timeout(1800)
def test_a_large_company(tmp_path: Path) -> None:
    path = tmp_path / "demo.db"
    build(path, seed=1, today=TODAY, customers=HUGE_FROM + BY_HAND)
    store = open_store(path, login="sanna", clock=lambda: NOW)
    try:
        largest = [store.customers.by_number(20_001 + n).id for n in range(2)]
        assert store.activities.feed_counts(largest[0], NOW, TODAY).past.capped
        assert store.customers.card(largest[1], TODAY).figures.contacts.capped
        page = store.customers.page(CustomerQuery(active=None), PageRequest(from_end=True))
        assert len(page.rows) == 100
    finally:
        store.close()
