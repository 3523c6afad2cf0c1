"""The whole store out and in again, to the letter; what does not fit is refused and leaves nothing."""

from __future__ import annotations

import base64
import copy
import datetime as dt
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.store.conformance import given
from tests.store.conftest import TODAY, AsUser, Clock

from crm_tui.demo.build import records
from crm_tui.domain.activities import ActivityKind, NewNote
from crm_tui.domain.addresses import NewAddress
from crm_tui.domain.customers import NewCustomer
from crm_tui.domain.errors import Corrupt, Denied, Invalid, Unavailable
from crm_tui.domain.files import FileKind, NewFile
from crm_tui.domain.permissions import CustomerLevel, ProjectLevel
from crm_tui.store.customers import CustomerQuery
from crm_tui.store.paging import PageRequest
from crm_tui.store.port import Store
from crm_tui.store.sql.connections import Database
from crm_tui.store.sql.facet import Binding
from crm_tui.store.sql.store import SqlStore

Record = tuple[str, dict[str, Any]]
OpenEmpty = Callable[[str], Store]


@pytest.fixture
def open_empty(tmp_path: Path, clock: Clock) -> Iterator[OpenEmpty]:
    """Opens stores that nobody has set up yet."""
    opened: list[Store] = []

    def make(name: str) -> Store:
        opened.append(SqlStore(Binding(Database.open(tmp_path / f"{name}.db"), "sanna", clock)))
        return opened[-1]

    yield make
    for store in opened:
        store.close()


@pytest.fixture(scope="module")
def company() -> list[Record]:
    """A small company as records."""
    return list(records(7, TODAY, 40))


@pytest.fixture
def changed(company: list[Record]) -> list[Record]:
    """The same, to be spoiled."""
    return copy.deepcopy(company)


def first(rows: list[Record], table: str) -> dict[str, Any]:
    return next(row for name, row in rows if name == table)


def test_all_comes_back_to_the_letter(open_empty: OpenEmpty, company: list[Record]) -> None:
    one, two = open_empty("one"), open_empty("two")
    assert one.portable.load(company) == len(company)
    out = list(one.portable.dump())
    assert len(out) == len(company)
    assert two.portable.load(json.loads(json.dumps(out))) == len(out)
    assert list(two.portable.dump()) == out


def test_every_field_of_a_record_is_kept(open_empty: OpenEmpty, company: list[Record]) -> None:
    store = open_empty("one")
    store.portable.load(company)
    out = {(name, row["id"]): row for name, row in store.portable.dump() if "id" in row}
    for name, row in company:
        if "id" in row:  # within a field, what has its default may be left out
            plain = {field: value for field, value in row.items() if field not in ("receiver", "emails", "phones")}
            assert {field: out[name, row["id"]][field] for field in plain} == plain


def test_what_was_loaded_can_be_found_and_read(open_empty: OpenEmpty, company: list[Record]) -> None:
    store = open_empty("one")
    store.portable.load(company)
    page = store.customers.page(CustomerQuery(text="kallavesi kuopio"), PageRequest())
    assert [row.name for row in page.rows] == ["Kallavesi Marine Engineering Oy"]
    assert page.rows[0].last_activity is not None
    by_phone = store.customers.page(CustomerQuery(text="017 555 0140"), PageRequest())
    assert [row.number for row in by_phone.rows] == [10482]
    for row in store.files.of_customer(page.rows[0].id, PageRequest()).rows:
        if row.file.kind is FileKind.FILE:
            with store.files.open(row.file.id) as content:
                assert len(content.read()) == row.file.size


def test_the_store_goes_on_where_it_was(open_empty: OpenEmpty, company: list[Record]) -> None:
    store = open_empty("one")
    store.portable.load(company)
    new = store.customers.create(NewCustomer(name="Next Oy"))
    assert new.id == 1 + max(row["id"] for name, row in company if name == "customer")
    assert new.number == first(company, "organization")["next_customer_number"]


def test_large_and_empty_files_come_back(store: Store, open_empty: OpenEmpty) -> None:
    customer = store.customers.create(NewCustomer(name="Acme Oy"))
    contents = {"large.bin": bytes(range(256)) * 3000, "empty.txt": b""}
    for name, content in contents.items():
        store.files.create(NewFile(customer=customer.id, name=name, kind=FileKind.FILE), io.BytesIO(content))
    copied = open_empty("copy")
    copied.portable.load(store.portable.dump())
    admin = copied.acting_as("admin")
    for row in admin.files.of_customer(customer.id, PageRequest()).rows:
        with admin.files.open(row.file.id) as copied_content:
            assert copied_content.read() == contents[row.file.name]


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
@pytest.mark.parametrize("how", ["link", "changed"])
def test_what_is_no_content_of_ours_is_not_given_away(store: Store, tmp_path: Path, how: str) -> None:
    customer = store.customers.create(NewCustomer(name="Acme Oy"))
    store.files.create(NewFile(customer=customer.id, name="a.txt", kind=FileKind.FILE), io.BytesIO(b"ours"))
    (content,) = (tmp_path / "crm.db.files").iterdir()
    content.unlink()
    if how == "link":
        (tmp_path / "secret").write_bytes(b"ours")
        content.symlink_to(tmp_path / "secret")
    else:
        content.write_bytes(b"not ours")
    with pytest.raises((Corrupt, Unavailable)):
        list(store.portable.dump())


def test_a_store_in_use_takes_no_load(store: Store, company: list[Record]) -> None:
    with pytest.raises(Invalid, match="not empty"):
        store.portable.load(company)


def test_the_whole_store_is_for_administrators(store: Store, as_user: AsUser) -> None:
    with pytest.raises(Denied):
        next(iter(as_user("sam").portable.dump()))


def test_an_administrator_who_does_not_see_all_does_not_export_it(store: Store, as_user: AsUser) -> None:
    for customers, projects, missing in (
        (CustomerLevel.NONE, ProjectLevel.ALL, "customers: all"),
        (CustomerLevel.EDIT, ProjectLevel.ALL, "customers: all"),
        (CustomerLevel.ALL, ProjectLevel.UNIT, "projects: all"),
    ):
        clerk = as_user(f"{customers}-{projects}", customers=customers, projects=projects, admin=True)
        with pytest.raises(Denied) as refused:
            next(clerk.portable.dump())
        assert refused.value.permission == missing


def _unknown_table(rows: list[Record]) -> None:
    rows.append(("weather", {"id": 1}))


def _unknown_field(rows: list[Record]) -> None:
    first(rows, "customer")["colour"] = "red"


def _unknown_column(rows: list[Record]) -> None:
    first(rows, "favourite")['x") VALUES (1); --'] = 1


def _wrong_type(rows: list[Record]) -> None:
    first(rows, "customer")["employees"] = "many"


def _missing_reference(rows: list[Record]) -> None:
    first(rows, "contact")["customer"] = 999_999


def _missing_link(rows: list[Record]) -> None:
    first(rows, "customer")["segments"] = [999_999]


def _same_id_twice(rows: list[Record]) -> None:
    place = next(n for n, (name, _) in enumerate(rows) if name == "contact")
    rows.insert(place, rows[place])


def _wrong_order(rows: list[Record]) -> None:
    rows.append(("customer", dict(first(rows, "customer"), id=999_999, number=999_999)))


def _changed_content(rows: list[Record]) -> None:
    first(rows, "content")["data"] = base64.b64encode(b"something else").decode()


def _key_that_leads_out(rows: list[Record]) -> None:
    first(rows, "content")["key"] = "../outside"


def _keys_that_lead_out(rows: list[Record]) -> None:
    """To a file that is there, whose size and checksum are right."""
    content = first(rows, "content")
    file = next(row for name, row in rows if name == "file" and row.get("content_key") == content["key"])
    file["content_key"] = content["key"] = "../outside"


def _file_that_leads_out(rows: list[Record]) -> None:
    content = first(rows, "content")
    file = next(row for name, row in rows if name == "file" and row.get("content_key") == content["key"])
    rows.remove(("content", content))
    file["content_key"] = "../one.db"


def _content_in_another_order(rows: list[Record]) -> None:
    first(rows, "content")["part"] = 1


def _content_twice(rows: list[Record]) -> None:
    rows.insert(max(n for n, (name, _) in enumerate(rows) if name == "content"), ("content", first(rows, "content")))


def _too_short_a_file(rows: list[Record]) -> None:
    next(row for name, row in rows if name == "file" and row.get("content_key"))["size"] -= 1


def _lost_content(rows: list[Record]) -> None:
    rows.remove(("content", first(rows, "content")))


@pytest.mark.parametrize(
    "spoil",
    [
        _unknown_table, _unknown_field, _unknown_column, _wrong_type, _missing_reference, _missing_link,
        _same_id_twice, _wrong_order, _changed_content, _key_that_leads_out, _lost_content,
        _keys_that_lead_out, _file_that_leads_out, _content_in_another_order, _content_twice, _too_short_a_file,
    ],
)  # fmt: skip
def test_what_does_not_fit_leaves_nothing(
    open_empty: OpenEmpty,
    company: list[Record],
    changed: list[Record],
    tmp_path: Path,
    spoil: Callable[[list[Record]], None],
) -> None:
    store = open_empty("one")
    spoil(changed)
    with pytest.raises(Invalid):
        store.portable.load(changed)
    left = [path for path in tmp_path.rglob("*") if path.is_file() and ".files" in str(path.parent)]
    assert left == []
    assert not (tmp_path / "outside").exists()
    assert store.portable.load(company) == len(company)  # it is still empty


def test_a_load_that_is_cancelled_leaves_nothing(open_empty: OpenEmpty, company: list[Record]) -> None:
    class Cancelled(Exception):
        pass

    def cancel(what: str, rows: int) -> None:
        if what == "content":
            raise Cancelled

    store = open_empty("one")
    with pytest.raises(Cancelled):
        store.portable.load(company, cancel)
    assert store.portable.load(company) == len(company)


def test_progress_tells_what_is_written(open_empty: OpenEmpty, company: list[Record]) -> None:
    told: list[tuple[str, int]] = []
    open_empty("one").portable.load(company, lambda what, rows: told.append((what, rows)))
    names = list(dict.fromkeys(what for what, _ in told))
    assert names[-2:] == ["indexes", "search index"]
    assert names[:-2] == list(dict.fromkeys(name for name, _ in company))
    assert [rows for _, rows in told] == sorted(rows for _, rows in told)
    assert told[-1][1] == len(company)


def test_where_a_change_is_from_is_kept(store: Store, open_empty: OpenEmpty) -> None:
    made = store.customers.create_from_register(NewCustomer(name="Bodø Marin AS"), None, "PRH, business id 0112038-9")
    copied = open_empty("copy")
    copied.portable.load(store.portable.dump())
    for one in (store, copied.acting_as("admin")):
        assert one.history.of_customer(made.id, PageRequest()).rows[-1].source == "PRH, business id 0112038-9"
        assert [step.label for step in one.history.steps(PageRequest()).rows] == [
            "Customer Bodø Marin AS added from PRH"
        ]


def test_kept_columns_are_those_of_ordinary_writing(store: Store, open_empty: OpenEmpty, clock: Clock) -> None:
    made = store.customers.create(NewCustomer(name="Åbo Varv Ab", phone="02 555 0100", vat_number="FI01120389"))
    store.addresses.create(NewAddress(customer=made.id, city="Turku", country="FI"))
    clock.now += dt.timedelta(hours=1)
    store.notes.create(NewNote(customer=made.id, text="x"))
    clock.now += dt.timedelta(hours=1)
    store.notes.create(NewNote(customer=made.id, case=given.project(store, made).id, text="x"))
    given.activity(store, made, ActivityKind.PERSONAL, "Dentist", starts_at=clock.now - dt.timedelta(minutes=1))
    copied = open_empty("copy")
    copied.portable.load(store.portable.dump())
    for text in ("abo", "turku", "025550100", "01120389", ""):
        query = CustomerQuery(text=text)
        pages = [s.customers.page(query, PageRequest()).rows for s in (store, copied.acting_as("admin"))]
        assert pages[0] == pages[1]
        assert len(pages[0]) == 1
