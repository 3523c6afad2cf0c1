"""``crm-tui import`` and ``crm-tui imports``: what they take, tell, refuse, and take back."""

from __future__ import annotations

import csv
import json
import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cli.conftest import DATA, TODAY, Crm, OpenStore

from crm_tui.domain.contacts import NewContact
from crm_tui.domain.customers import CustomerChange, NewCustomer
from crm_tui.domain.entities import Kind
from crm_tui.domain.history import ImportState
from crm_tui.domain.money import Money
from crm_tui.domain.permissions import CustomerLevel, ProjectLevel
from crm_tui.domain.users import NewUser
from crm_tui.interchange import importer, plan
from crm_tui.store.cases import CaseLife
from crm_tui.store.customers import CustomerQuery
from crm_tui.store.paging import PageRequest
from crm_tui.store.port import Store

WriteFile = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> WriteFile:
    """``write("a.csv", "Name,City", "Acme Oy,Turku")``: a file of these lines."""

    def make(name: str, *lines: str, encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes("".join(f"{line}\r\n" for line in lines).encode(encoding))
        return path

    return make


def names(store: Store, text: str = "") -> list[str]:
    return [row.name for row in store.customers.page(CustomerQuery(text=text), PageRequest(limit=1000)).rows]


def customer(store: Store, name: str) -> int:
    rows = store.customers.page(CustomerQuery(), PageRequest(limit=1000)).rows
    return next(row.id for row in rows if row.name == name)


def test_it_says_which_mapping_it_chose(crm: Crm, write: WriteFile) -> None:
    done = crm("import", write("some.csv", "Yritys;Kaupunki;Väri", "Acme Oy;Turku;red", encoding="cp1252"))
    assert done.code == 0
    assert "some.csv: Windows-1252, separated by semicolon" in done.out
    assert [line.split() for line in done.out.splitlines() if " = " in line] == [
        ["name", "=", "Yritys"],
        ["address_city", "=", "Kaupunki"],
    ]
    assert "left out: Väri" in done.out
    assert "created: 1 customer, 1 address" in done.out


def test_a_mapping_is_overridden(crm: Crm, write: WriteFile, opened: OpenStore) -> None:
    file = write("odd.csv", "Aa,Bb,Cc", "Acme Oy,Turku,+358 9 1234567")
    unknown = crm("import", file)
    assert unknown.code == 1
    assert "--map FIELD=COLUMN" in unknown.err
    assert crm("import", file, "--kind", "customer", "--map", "name=Aa", "--map", "phone=Cc").code == 0
    assert names(opened(), "09 1234") == ["Acme Oy"]


def test_currency_dates_and_decimals_are_said(crm: Crm, write: WriteFile, opened: OpenStore) -> None:
    file = write("deals.csv", "Customer,Deal name,Amount,Stage,Close date", 'Acme Oy,Crane,"1,500",Open,3/4/2026')
    done = crm(
        "import", file, "--country", "FI", "--currency", "nok", "--date-order", "mdy", "--decimal-mark", ",",
        "--kind", "case", "--map", "value=Amount", "--map", "close_date=Close date", "--map", "name=Deal name",
    )  # fmt: skip
    assert done.code == 0, done
    store = opened()
    (row,) = store.cases.of_customer(customer(store, "Acme Oy"), CaseLife.SALES, PageRequest(), TODAY).rows
    assert Money(1_50, "NOK") == Money(int(str(row.case.expected_value)), row.case.currency)
    assert row.case.expected_order_date is not None
    assert (row.case.expected_order_date.month, row.case.expected_order_date.day) == (3, 4)


def test_vcards_become_contacts_of_their_companies(crm: Crm, write: WriteFile, opened: OpenStore) -> None:
    file = write(
        "cards.vcf", "BEGIN:VCARD", "VERSION:3.0", "FN:Eeva Lahtinen", "N:Lahtinen;Eeva", "ORG:Acme Oy",
        "TEL;TYPE=cell:+358 40 555 0143", "END:VCARD", "BEGIN:VCARD", "VERSION:3.0", "END:VCARD",
    )  # fmt: skip
    done = crm("import", file)
    assert done.code == 0
    assert "vCard 3.0" in done.out
    assert "2 rows read, 1 refused" in done.out
    assert names(opened(), "040 555 0143") == ["Acme Oy"]


def test_a_bad_row_does_not_stop_the_others(crm: Crm, write: WriteFile, opened: OpenStore, tmp_path: Path) -> None:
    file = write(
        "some.csv", "Name,Customer number,City", "Acme Oy,70,Turku", ",71,Oulu", "Beta Oy,70,Oulu", "Gamma Oy,72,Kuopio"
    )  # fmt: skip
    report = tmp_path / "refused.csv"
    done = crm("import", file, "--refused", report)
    assert done.code == 0
    assert "4 rows read, 2 refused" in done.out
    assert "line 3: the customer has no name" in done.out
    assert "line 4: number: 70 is already used" in done.out
    assert names(opened()) == ["Acme Oy", "Gamma Oy"]
    with report.open(newline="") as lines:
        listed = list(csv.reader(lines))
    assert listed[0] == ["file", "line", "reason"]
    assert [row[1] for row in listed[1:]] == ["3", "4"]
    assert report.stat().st_mode & 0o777 == 0o600
    assert opened().imports.list()[0].refused == 3  # the row without a name, and a customer with its address


def test_many_refused_rows_are_counted_not_listed(crm: Crm, write: WriteFile) -> None:
    done = crm("import", write("some.csv", "Name,City", "Acme Oy,Turku", *[f",City {n}" for n in range(50)]))
    assert done.code == 0
    assert "51 rows read, 50 refused" in done.out
    assert done.out.count("the customer has no name") == 20
    assert "and 30 more" in done.out


def test_nothing_of_a_file_can_steer_the_terminal(crm: Crm, write: WriteFile, opened: OpenStore) -> None:
    evil = "Evil \x1b]52;c;aGk=\x07\u202e Oy"
    file = write("evil.csv", "Name,E-mail,Aa\x1b[2J,Number,Country", f"{evil},,,,{evil}", f"{evil} 2,{evil},,,")
    done = crm("import", file)
    for text in (done.out, done.err, crm("imports").out):
        assert not set(text) & {"\x1b", "\x07", "\u202e", "\x9b"}
    assert evil in names(opened())


def test_a_change_in_the_file_changes_what_is_there(crm: Crm, write: WriteFile, opened: OpenStore) -> None:
    crm("import", write("some.csv", "Id,Name,City,Phone", "1,Acme Oy,Turku,1", "2,Beta Oy,Oulu,2"))
    done = crm("import", write("some.csv", "Id,Name,City,Phone", "1,Acme Group Oy,Turku,1", "2,Beta Oy,Oulu,2"))
    assert "updated: 1 customer\n" in done.out
    assert "unchanged: 2 addresses, 1 customer\n" in done.out
    assert names(opened()) == ["Acme Group Oy", "Beta Oy"]
    undone = crm("import", "--undo", 2)
    assert "0 records removed, 1 put back as before" in undone.out
    assert names(opened()) == ["Acme Oy", "Beta Oy"]


def test_runs_are_listed(crm: Crm, write: WriteFile) -> None:
    assert crm("imports").code == 1  # there is no store
    file = write("some.csv", "Name,City", "Acme Oy,Turku", ",Oulu")
    crm("import", "--dry-run", file)
    crm("import", file)
    crm("import", file)
    crm("import", "--undo", 1)
    listed = crm("imports")
    assert listed.code == 0
    assert [line.split()[0] for line in listed.out.splitlines()] == ["id", "2", "1"]
    runs = json.loads(crm("imports", "--json").out)
    assert [(run["id"], run["state"], run["created"], run["unchanged"], run["refused"]) for run in runs] == [
        (2, "done", 0, 2, 1),
        (1, "undone", 2, 0, 1),
    ]
    header, *rows = [line.split("\t") for line in crm("imports", "--tsv").out.splitlines()]
    assert [dict(zip(header, row, strict=True))["source"] for row in rows] == ["some.csv", "some.csv"]


def test_an_empty_list_says_so(crm: Crm, write: WriteFile, opened: OpenStore) -> None:
    crm("import", write("not.csv", "Aa,Bb", "1,2"))  # unreadable, but the store is set up
    listed = crm("imports")
    assert (listed.code, listed.out, "nothing was imported yet" in listed.err) == (3, "", True)
    assert json.loads(crm("imports", "--json").out) == []


def test_all_files_are_read_before_anything_is_written(crm: Crm, write: WriteFile, opened: OpenStore) -> None:
    good, bad = write("good.csv", "Name,City", "Acme Oy,Turku"), write("bad.csv", "Aa,Bb", "1,2")
    done = crm("import", good, bad)
    assert done.code == 1
    assert str(bad) in done.err
    assert names(opened()) == []
    assert opened().imports.list() == ()


def test_a_missing_file_makes_no_store(crm: Crm, home: Path) -> None:
    done = crm("import", "nowhere.csv")
    assert (done.code, done.err) == (1, "crm-tui: nowhere.csv can't be opened: No such file or directory.\n")
    assert not home.exists()


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--undo", 1, "some.csv"),
        ("some.csv", "--currency", "EURO"),
        ("some.csv", "--map", "name"),
        ("some.csv", "--kind", "nonsense"),
        ("some.csv", "--date-order", "ymd"),
        ("--undo", "first"),
    ],
)
def test_usage_errors(crm: Crm, home: Path, arguments: tuple[object, ...]) -> None:
    done = crm("import", *arguments)
    assert (done.code, done.out) == (2, "")
    assert done.err
    assert not home.exists()


def test_undo_of_what_is_not_there(crm: Crm, write: WriteFile, home: Path) -> None:
    assert crm("import", "--undo", 1).code == 1
    assert not home.exists()
    crm("import", write("some.csv", "Name,City", "Acme Oy,Turku"))
    done = crm("import", "--undo", 7)
    assert (done.code, done.err) == (3, "crm-tui: There is no import 7.\n")


def test_importing_takes_permissions(crm: Crm, write: WriteFile, opened: OpenStore) -> None:
    file = write("some.csv", "Name,City", "Acme Oy,Turku")
    crm("import", "--undo", 1, file)
    crm("import", file)
    store = opened()
    profiles = {stored.profile.name: stored.id for stored in store.users.profiles()}
    store.users.create(NewUser(name="Sven Support", login="sven", profile=profiles["Support"]))
    store.users.create(NewUser(name="Mia Member", login="mia", profile=profiles["Member"]))
    for arguments in ((file,), ("--dry-run", file)):
        denied = crm("import", *arguments, login="sven")
        assert (denied.code, "You may not import" in denied.err) == (5, True)
    assert crm("import", "--undo", 1, login="mia").code == 5
    assert crm("import", file, login="mia").code == 0
    unknown = crm("import", file, login="nobody")
    assert (unknown.code, "--as USER" in unknown.err) == (1, True)


def run_stopped_at(store: Store, path: Path, records: int, meanwhile: Callable[[], None]) -> importer.TakenBack:
    """An import that the user stops when so many records are written."""

    def progress(done: int, total: int) -> None:
        if done >= records:
            meanwhile()
            raise KeyboardInterrupt

    with plan.read(path) as read, pytest.raises(importer.TakenBack) as stopped:
        importer.write(store.imports, [read], currency="EUR", progress=progress)
    return stopped.value


def test_an_import_that_is_stopped_is_taken_back(crm: Crm, write: WriteFile, opened: OpenStore) -> None:
    crm("import", write("other.csv", "Name,City", "Acme Oy,Turku"))
    file = write("many.csv", "Name,City", *[f"Company {n},Turku" for n in range(900)])
    store = opened()
    seen: list[int] = []
    stopped = run_stopped_at(store, file, 1000, lambda: seen.append(len(names(store))))
    assert seen[0] > 500  # batches are seen by others at once
    assert str(stopped) == "The import was stopped. It was taken back: nothing of it is left."
    assert names(store) == ["Acme Oy"]
    assert [run.state for run in store.imports.list()] == [ImportState.FAILED, ImportState.DONE]


def test_what_others_did_meanwhile_is_kept_and_named(crm: Crm, write: WriteFile, opened: OpenStore) -> None:
    crm("import", write("other.csv", "Name,City", "Acme Oy,Turku"))
    file = write("many.csv", "Name,City", *[f"Company {n},Turku" for n in range(900)])
    store = opened()

    def change() -> None:
        key = customer(store, "Company 7")
        store.customers.update(key, store.customers.get(key).revision, CustomerChange(phone="09 1"))

    stopped = run_stopped_at(store, file, 500, change)
    assert "except what was changed meanwhile: customer Company 7: was changed since" in str(stopped)
    assert names(store) == ["Acme Oy", "Company 7"]


def test_rows_stay_whole_in_their_batch(crm: Crm, write: WriteFile, opened: OpenStore) -> None:
    """A customer of any row that others see has its address and its contact."""
    header = "Name,City,Contact name"
    crm("import", write("other.csv", header, "Acme Oy,Turku,Eeva A"))
    file = write("many.csv", header, *[f"Company {n},Turku,Person Number{n}" for n in range(400)])
    store = opened()

    def look() -> None:
        found = names(store)
        assert 1 < len(found) < 401
        for name in found[:: len(found) // 5]:
            preview = store.customers.preview(customer(store, name), TODAY)
            assert preview.headquarters is not None
            assert preview.contact_count.number == 1
        last = store.customers.preview(max(customer(store, name) for name in found[-1:]), TODAY)
        assert last.contact_count.number == 1

    run_stopped_at(store, file, 500, look)


def test_known_references(crm: Crm, opened: OpenStore) -> None:
    crm("import", DATA / "northwind" / "employees.csv")
    asked = ("northwind:employee:1", "northwind:employee:99", "northwind:customer:ALFKI")
    assert opened().imports.known(Kind.USER, asked) == {"northwind:employee:1"}
    assert opened().imports.known(Kind.CUSTOMER, asked) == frozenset()


def test_esc_stops_an_import_and_takes_it_back(crm: Crm, write: WriteFile, opened: OpenStore, home: Path) -> None:
    crm("import", write("other.csv", "Name,City", "Acme Oy,Turku"))
    header = "Name,City,Contact name"
    file = write("many.csv", header, *[f"Company {n},Turku,Person Number{n}" for n in range(8000)])
    leader, follower = pty.openpty()
    command = "import sys; from crm_tui.cli import main; sys.exit(main())"
    process = subprocess.Popen(
        [sys.executable, "-c", command, "--as", "ann", "import", str(file)],
        stdin=follower,
        stdout=follower,
        stderr=follower,
        env=os.environ | {"CRM_TUI_DATA": str(home)},
    )
    os.close(follower)
    text, is_sent, deadline = b"", False, time.monotonic() + 60
    while time.monotonic() < deadline:
        if select.select([leader], [], [], 0.1)[0]:
            try:
                text += os.read(leader, 4096)
            except OSError:  # the other end is closed
                break
        if not is_sent and b"Importing: " in text:
            os.write(leader, b"\x1b")
            is_sent = True
    os.close(leader)
    assert process.wait(60) == 130
    assert "The import was stopped. It was taken back" in text.decode()
    assert names(opened()) == ["Acme Oy"]
    assert opened().imports.list()[0].state is ImportState.FAILED


def test_a_customer_made_by_hand_is_not_made_again_by_a_contact(crm: Crm, write: WriteFile, opened: OpenStore) -> None:
    crm("import", write("other.csv", "Name,City", "Beta Oy,Turku"))
    store = opened()
    acme = store.customers.create(NewCustomer(name="Acme Oy"))
    store.contacts.create(NewContact(customer=acme.id, first_name="Eeva", last_name="Aho"))
    done = crm("import", write("people.csv", "First name,Last name,Company", "Aino,Koski,Acme Oy"))
    assert "created: 1 contact\n" in done.out
    assert names(store) == ["Acme Oy", "Beta Oy"]
    assert store.customers.preview(acme.id, TODAY).contact_count.number == 2


def test_humble_users_bring_no_money(crm: Crm, opened: OpenStore) -> None:
    """Users who come from a file may read customers and nothing more."""
    crm("import", DATA / "northwind" / "employees.csv")
    store = opened()
    profiles = {stored.id: stored.profile for stored in store.users.profiles()}
    made = [profiles[user.profile] for user in store.users.list() if user.login != "ann"]
    assert {(p.customers, p.projects, p.admin) for p in made} == {(CustomerLevel.READ, ProjectLevel.NONE, False)}


def test_runs_as_json_can_t_steer_a_terminal(crm: Crm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "evil\u202e\u009b31m.csv"
    path.write_bytes((DATA / "northwind" / "employees.csv").read_bytes())
    crm("import", path)
    assert "evil\u202e\u009b31m.csv" in crm("imports", "--json").out  # to the letter for a program
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    shown = crm("imports", "--json").out
    assert json.loads(shown)[0]["source"] == "evil31m.csv"
