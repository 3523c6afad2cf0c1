"""``crm-tui export --all`` and the way back: a whole store as JSON lines, to the letter or not at all."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cli.conftest import DATA, TODAY, Crm, OpenStore

from crm_tui.demo.build import build
from crm_tui.domain.customers import NewCustomer
from crm_tui.domain.files import FileKind, NewFile
from crm_tui.domain.users import NewUser
from crm_tui.interchange.customer_export import write_customers
from crm_tui.store.customers import CustomerQuery, CustomerSort
from crm_tui.store.paging import Count, PageRequest
from crm_tui.store.port import Store
from crm_tui.store.sql import customer_search
from crm_tui.store.sql.store import open_store

COMMAND = [sys.executable, "-c", "import sys; from crm_tui.cli import main; sys.exit(main())"]


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with everything in it; its administrator is sanna."""
    path = tmp_path_factory.mktemp("company") / "company.db"
    build(path, seed=5, today=TODAY, customers=12)
    return path


@pytest.fixture
def exported(crm: Crm, company: Path, tmp_path: Path) -> Path:
    path = tmp_path / "company.json"
    assert crm("--store", company, "export", "--all", path, login="sanna").code == 0
    return path


def loaded(path: Path) -> list[object]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_it_comes_back_the_same(crm: Crm, exported: Path, company: Path, tmp_path: Path) -> None:
    copy, again = tmp_path / "copy.db", tmp_path / "again.json"
    done = crm("--store", copy, "import", exported)
    assert done.code == 0
    assert f"are loaded into {copy}" in done.out
    assert crm("--store", copy, "export", "--all", again, login="sanna").code == 0
    assert again.read_bytes() == exported.read_bytes()
    folders = [sorted((path.with_name(f"{path.name}.files")).iterdir()) for path in (copy, company)]
    assert [file.read_bytes() for file in folders[0]] == [file.read_bytes() for file in folders[1]]
    assert len(folders[0]) > 0


def test_it_is_json_by_line_and_nobody_elses(exported: Path) -> None:
    header, *records, end = loaded(exported)
    assert header == {"format": "crm-tui export", "version": 1}
    assert end == {"records": len(records)}
    assert exported.stat().st_mode & 0o777 == 0o600


def test_text_is_kept_to_the_letter(crm: Crm, opened: OpenStore, home: Path, tmp_path: Path) -> None:
    crm("import", DATA / "northwind" / "employees.csv")
    store = opened()
    strings = [text for text in json.loads((DATA / "naughty" / "blns.json").read_text("utf-8")) if text.strip()]
    kept = [text for text in strings if "\0" not in text]
    for text in kept:
        store.customers.create(NewCustomer(name=text))
    first = store.customers.page(CustomerQuery(), PageRequest(limit=1)).rows[0].id
    content = bytes(range(256)) * 2000
    store.files.create(NewFile(customer=first, name="all bytes", kind=FileKind.FILE), io.BytesIO(content))
    store.close()
    crm("export", "--all", tmp_path / "all.json")
    home.rename(tmp_path / "old")
    assert crm("import", tmp_path / "all.json").code == 0
    back = opened()
    names = [row.name for row in back.customers.page(CustomerQuery(), PageRequest(limit=1000)).rows]
    assert sorted(names) == sorted(kept)
    (row,) = back.files.of_customer(first, PageRequest()).rows
    with back.files.open(row.file.id) as stream:
        assert stream.read() == content


def test_to_standard_output(crm: Crm, exported: Path, company: Path) -> None:
    assert crm("--store", company, "export", "--all", login="sanna").out == exported.read_text("utf-8")


def test_a_reader_that_goes_away_is_no_error(company: Path) -> None:
    process = subprocess.Popen(
        [*COMMAND, "--store", str(company), "--as", "sanna", "export", "--all"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    assert (process.wait(60), process.stderr.read()) == (0, b"")
    process.stderr.close()


def test_a_store_that_is_not_empty_takes_none(crm: Crm, exported: Path, opened: OpenStore) -> None:
    crm("import", DATA / "northwind" / "employees.csv")
    before = list(opened().portable.dump())
    for arguments in ((exported,), ("--dry-run", exported)):
        done = crm("import", *arguments)
        assert (done.code, done.out) == (1, "")
        assert "is not empty" in done.err
        assert "--store" in done.err
    assert list(opened().portable.dump()) == before


def test_a_trial_loads_nothing(crm: Crm, exported: Path, home: Path) -> None:
    done = crm("import", "--dry-run", exported)
    assert (done.code, "would be loaded" in done.out) == (0, True)
    assert not home.exists()


def spoil(lines: list[bytes], how: str) -> list[bytes]:
    match how:
        case "cut off":
            return lines[:-3]
        case "cut off within a line":
            return [*lines[:-3], lines[-3][:20]]
        case "a record lost":
            return lines[:40] + lines[41:]
        case "more after the end":
            return [*lines, lines[-2]]
        case "newer":
            return [b'{"format":"crm-tui export","version":2}\n', *lines[1:]]
        case "foreign":
            return [b'{"customers": [{"name": "Acme Oy"}]}\n']
        case _:
            return [*lines[:30], b"garbage\n", *lines[31:]]


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("cut off", "it was cut off"),
        ("cut off within a line", "is no record of an export"),
        ("a record lost", ""),
        ("more after the end", "is not what was exported"),
        ("newer", "has version 2"),
        ("foreign", "was not written by crm-tui export --all"),
        ("garbage", "line 31: is no record of an export"),
    ],
)
def test_a_spoiled_file_leaves_nothing(crm: Crm, exported: Path, tmp_path: Path, how: str, said: str) -> None:
    spoiled, target = tmp_path / "spoiled.json", tmp_path / "new" / "target.db"
    spoiled.write_bytes(b"".join(spoil(exported.read_bytes().splitlines(keepends=True), how)))
    done = crm("--store", target, "import", spoiled)
    assert (done.code, done.out, done.err.count("\n")) == (1, "", 1)
    assert said in done.err
    contents = target.with_name(f"{target.name}.files")
    assert not contents.exists() or not list(contents.iterdir())
    assert crm("--store", target, "import", exported).code == 0  # it is still empty


def test_json_goes_alone(crm: Crm, exported: Path, home: Path) -> None:
    done = crm("import", exported, DATA / "northwind" / "customers.csv")
    assert done.code == 2
    assert not home.exists()


def test_a_file_that_is_there_stays(crm: Crm, exported: Path, company: Path) -> None:
    before = exported.read_bytes()
    done = crm("--store", company, "export", "--all", exported, login="sanna")
    assert (done.code, "already there" in done.err) == (1, True)
    assert exported.read_bytes() == before
    exported.write_bytes(b"old")
    assert crm("--store", company, "export", "--all", exported, "--force", login="sanna").code == 0
    assert exported.read_bytes() == before
    assert os.listdir(exported.parent) == [exported.name]


def test_administrators_alone_export_everything(crm: Crm, opened: OpenStore, tmp_path: Path) -> None:
    crm("import", DATA / "northwind" / "employees.csv")
    store = opened()
    manager = next(stored.id for stored in store.users.profiles() if stored.profile.name == "Manager")
    store.users.create(NewUser(name="Mia Manager", login="mia", profile=manager))
    done = crm("export", "--all", tmp_path / "all.json", login="mia")
    assert (done.code, "administrator" in done.err) == (5, True)
    assert not (tmp_path / "all.json").exists()


def test_without_a_store_there_is_nothing_to_export(crm: Crm, home: Path) -> None:
    assert crm("export", "--all").code == 1
    assert crm("export").code == 2
    assert not home.exists()


@pytest.fixture
def company_store(company: Path) -> Iterator[Store]:
    store = open_store(company, login="sanna", clock=lambda: dt.datetime(2026, 11, 18, 10, tzinfo=dt.UTC))
    yield store
    store.close()


@pytest.mark.parametrize("name", ["list.csv", "list.json"])
def test_the_customers_list_as_a_file(company_store: Store, tmp_path: Path, name: str) -> None:
    query = CustomerQuery(active=None, sort=CustomerSort.NUMBER)
    rows = company_store.customers.page(query, PageRequest()).rows
    assert write_customers(company_store, query, tmp_path / name) == Count(12)
    text = (tmp_path / name).read_text("utf-8-sig")
    found = [row["name"] for row in json.loads(text)] if name.endswith("json") else [r[1] for r in reader(text)][1:]
    assert found == [row.name for row in rows]


def test_a_list_that_is_cut_off_says_so_when_exported(
    company_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(customer_search, "CAP", 3)
    found = write_customers(company_store, CustomerQuery(active=None, text="oy"), tmp_path / "list.json")
    assert found == Count(3, capped=True)
    assert len(json.loads((tmp_path / "list.json").read_text("utf-8"))) == 3


def test_an_export_that_is_stopped_leaves_nothing(company_store: Store, tmp_path: Path) -> None:
    assert write_customers(company_store, CustomerQuery(), tmp_path / "list.csv", stop=lambda: True) is None
    assert list(tmp_path.iterdir()) == []


def reader(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))
