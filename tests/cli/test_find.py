"""``crm-tui find``: the screen's *Find anything* from the shell, in little more time than Python takes to start."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import shutil
import subprocess
import sys
import termios
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Crm

from crm_tui.cli import main, whose
from crm_tui.cli.opening import path_of
from crm_tui.demo.build import build
from crm_tui.domain.customers import NewCustomer
from crm_tui.domain.permissions import Profile
from crm_tui.domain.users import NewUser
from crm_tui.store.sql import lookup, two_rows
from crm_tui.store.sql.looking import Look
from crm_tui.store.sql.store import SqlStore, open_store
from crm_tui.text import width

TODAY = dt.date(2026, 11, 18)
NOW = dt.datetime.combine(TODAY, dt.time(12), dt.UTC)


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo company."""
    path = tmp_path_factory.mktemp("demo") / "demo.db"
    build(path, seed=1, today=TODAY, customers=120)
    return path


@pytest.fixture
def demo(company: Path) -> Iterator[SqlStore]:
    store = open_store(company, login="sanna", clock=lambda: NOW)
    yield store
    store.close()


def queries(demo: SqlStore) -> list[str]:
    """What people type about what is there, and about what is not."""
    hits = [hit for text in ("a", "b", "kind:case s", "kind:invoice 1 2", "kind:contact m") for hit in
            demo.search.anything(text, limit=12).hits]  # fmt: skip
    found = [hit.label for hit in hits] + [hit.detail.split(",")[0] for hit in hits if hit.detail]
    customers = [demo.customers.get(hit.customer) for hit in hits[:8]]
    numbers = [text for each in customers for text in (each.vat_number, each.business_id, each.phone) if text]
    numbers += [number.replace(" ", "").removeprefix("+") for number in numbers] + [text[3:9] for text in numbers]
    fields = ["city:hel", "owner:sanna", "keyword:news", "role:procurement", "role:ceo berg", "kind:contact berg",
              "kind:project a", "kind:sales a", "kind:invoice 1", "kind:person kind:customer a",
              "owner:liisa a -oy"]  # fmt: skip
    odd = ["nta", "ber -as", '"bergen crane"', "-a", "", "-", '"', "a" * 50, "søren", "soren", "SÖREN", "%", "1", "*"]
    return [*found, *numbers, *fields, *odd]


@pytest.mark.parametrize("login", ["sanna", "mikael", "tuva", "jonas", "liisa"])
def test_it_finds_what_the_screen_finds_in_the_same_order(login: str, crm: Crm, company: Path, demo: SqlStore) -> None:
    search = demo.acting_as(login).search
    for number, text in enumerate(queries(demo)):
        inactive = number % 3 == 0
        seen = search.anything(text, limit=15, inactive=inactive).hits
        done = crm("--store", company, "find", "--limit", 15, "--json", *["--all"] * inactive, "--", text, login=login)
        assert done.code == (0 if seen else 3), (text, done.err)
        found = json.loads(done.out or "[]")
        assert [(each["kind"], each["id"]) for each in found] == [(hit.kind.value, hit.id) for hit in seen], text
        for line, hit in zip(found, seen, strict=True):
            assert (line["name"], line["customer"], line["customer_name"], line["is_active"]) == (
                hit.label, hit.customer, hit.customer_name, hit.is_active)  # fmt: skip


def test_words_of_two_rows_are_found_from_whichever_side(company: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Look(str(company), "sanna") as (con, actor):
        people: list[Any] = con.execute(
            "SELECT p.id, ' ' || p.words, ' ' || c.words FROM contact p JOIN customer c ON c.id = p.customer_id"
            " WHERE p.is_active AND NOT p.is_deleted AND c.is_active"
        ).fetchall()
        pairs: set[tuple[str, str]] = set()
        for _, own, theirs in people[::9]:
            other = [word for word in theirs.split() if f" {word}" not in own]
            pairs |= {(own.split()[0], other[0]), (own.split()[0][0], other[-1]), (own.split()[1], other[-1][0])}
        checked = 0
        for pair in sorted(pairs):
            words = [f" {word}" for word in pair]
            both = {key for key, own, theirs in people if all(word in f"{own} {theirs}" for word in words)}
            fits = {key for key, own, _ in people if key in both and any(word in own for word in words)}
            if any(all(word in own for word in words) for _, own, _ in people):
                continue  # a contact has both words itself
            checked += 1
            for few in (1, 3, 500):
                monkeypatch.setattr(two_rows, "_FEW", few)
                found = lookup.best(con, actor, f"kind:contact {' '.join(pair)}", 1000, inactive=False)
                assert {key for _, key in found.keys} == fits, (pair, few)
        assert checked > 20


def test_what_the_first_rows_have_is_found_however_many_customers_there_are(
    company: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, number in (("_FEW", 2), ("_STRETCH", 1), ("_CAP", 2)):
        monkeypatch.setattr(two_rows, name, number)
    with Look(str(company), "sanna") as (con, actor):
        people: list[Any] = con.execute(
            "SELECT p.id, ' ' || p.words, ' ' || c.words, p.is_active AND NOT p.is_deleted AND c.is_active"
            " FROM contact p JOIN customer c ON c.id = p.customer_id ORDER BY p.id"
        ).fetchall()
        checked = 0
        for word in sorted({word for _, own, _, _ in people for word in own.split()}):
            first = [person for person in people if f" {word}" in person[1]][:2]
            if len(first) < 2 or any(f" {word}" in theirs for _, _, theirs, _ in people):
                continue
            for other in first[0][2].split():
                if any(f" {other}" in own for _, own, _, _ in people):
                    continue
                fits = {key for key, _, theirs, is_active in first if is_active and f" {other}" in theirs}
                found = lookup.best(con, actor, f"kind:contact {word} {other}", 1000, inactive=False)
                assert fits <= {key for _, key in found.keys}, (word, other)
                checked += 1
        assert checked > 20


@pytest.mark.parametrize("login", ["sanna", "jonas"])
def test_fields_leave_the_same_however_many_have_them(
    login: str, company: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fields = ("city:b", "city:hel", "keyword:news", "keyword:s city:o", "owner:sanna city:b")
    others = ("", "a", "m oy", "kind:case", "kind:invoice", "kind:contact e")
    texts = [f"{field} {other}" for field in fields for other in others]
    with Look(str(company), login) as (con, actor):

        def found() -> list[list[tuple[str, int]]]:
            return [lookup.best(con, actor, text, 1000, inactive=False).keys for text in texts]

        gathered = found()
        monkeypatch.setattr(lookup, "_OF_CITY", 1)
        monkeypatch.setattr(lookup, "_LABELLED", 1)
        assert gathered == found()
        assert sum(map(bool, gathered)) > len(texts) / 2


def test_what_nothing_is_called_is_found_at_once(company: Path) -> None:
    with Look(str(company), "sanna") as (con, actor):
        statements: list[str] = []

        def note(cursor: object, sql: str, bindings: object) -> bool:
            statements.append(sql)
            return True

        con.exec_trace = note
        for text in ("city:nowhere", "city:nowhere a", "owner:nobody a", "keyword:none", "role:none a"):
            assert not lookup.best(con, actor, text, 20, inactive=False).keys
        assert not [sql for sql in statements if "MATCH" in sql or "ORDER BY" in sql]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("hovlnad", "“hovland”"),  # exchanged
        ("Brgen", "“bergen”"),  # missing
        ("malmmö shipyrd", "“malmo shipyard”"),  # too many, and missing
        ("kind:contact överlant", "“overland”"),  # another
        ("kind:invoice hovlnad", None),
        ("zzzzzz", None),
        ('"brgen"', None),
    ],
)
def test_typing_errors_are_offered(typed: str, meant: str | None, crm: Crm, company: Path) -> None:
    done = crm("--store", company, "find", typed, login="sanna")
    assert (done.code, done.out) == (3, "")
    said = f" Did you mean {meant}?" if meant else ""
    assert done.err == f"crm-tui: nothing fits.{said}\n" or (meant and f"mean {meant} or " in done.err)


def test_a_look_up_imports_next_to_nothing(company: Path) -> None:
    code = (
        "import sys, apsw; before = set(sys.modules); from crm_tui.cli import main;"
        f"code = main({['--store', str(company), '--as', 'sanna', 'find', 'berg', '-oy']!r});"
        "print(*sorted({name.partition('.')[0] for name in set(sys.modules) - before"
        " if not name.startswith('crm_tui')}), file=sys.stderr); sys.exit(code)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.startswith(("customer\t", "contact\t"))
    allowed = {"errno", "fcntl", "pwd", "time", "unicodedata"}
    loaded = {name for name in done.stderr.split() if not name.startswith("_")}
    assert loaded <= allowed


@pytest.mark.parametrize("is_terminal", [True, False])
@pytest.mark.parametrize("command", ["find 10007", "show 10007 --tab settings"])
def test_letters_that_an_old_terminal_lacks_stop_nothing(command: str, is_terminal: bool, company: Path) -> None:
    program = (sys.executable, "-c", "import sys; from crm_tui.cli import main; sys.exit(main())")
    ours, theirs = os.openpty()
    done = subprocess.run(
        [*program, "--store", company, "--as", "sanna", *command.split()], stderr=subprocess.PIPE, timeout=60,
        stdout=theirs if is_terminal else subprocess.PIPE, env={**os.environ, "PYTHONIOENCODING": "ascii"},
    )  # fmt: skip
    text = os.read(ours, 1000) if is_terminal else done.stdout
    os.close(ours)
    os.close(theirs)
    assert (done.returncode, done.stderr) == (0, b"")
    assert ("Bod? Marinservice" if is_terminal else "Bodø Marinservice").encode() in text


@pytest.mark.parametrize("command", ["find", "show"])
def test_closed_streams_are_said_and_no_error_of_ours(command: str, company: Path) -> None:
    program = (sys.executable, "-c", "import sys; from crm_tui.cli import main; sys.exit(main())")
    asked = (*program, "--store", company, "--as", "sanna", command, "10001")

    def done(closed: str) -> subprocess.CompletedProcess[str]:
        script = f'exec "$@" {closed}'
        return subprocess.run(["sh", "-c", script, "sh", *asked], capture_output=True, text=True, timeout=60)

    refused = done(">&-")
    assert refused.returncode == 1
    assert refused.stderr == "crm-tui: Standard output is closed; send it to /dev/null if it is not wanted.\n"
    told = done("<&- 2>&-")
    assert (told.returncode, "10001" in told.stdout) == (0, True)


def test_what_programs_read(crm: Crm, company: Path) -> None:
    def out(*arguments: object) -> list[str]:
        done = crm("--store", company, "find", *arguments, login="tuva")
        assert done.code == 0, done.err
        return done.out.splitlines()

    header, *lines = out("--tsv", "--limit", 1, "braten", "hakon")
    assert out("--limit=1", "braten", "hakon") == lines
    rows = [dict(zip(header.split("\t"), line.split("\t"), strict=True)) for line in lines]
    first = rows[0]
    assert (first["kind"], first["name"]) == ("contact", "Håkon Bråten")
    assert out("--ids", "--limit", 1, "braten", "hakon") == [f"{row['kind']}:{row['id']}" for row in rows]
    message, *mutt = out("--format", "mutt", "hakon", "braten")
    assert message == f"crm-tui: {len(mutt)} address{'es' * (len(mutt) > 1)}"
    assert mutt[0].split("\t")[:2] == [first["e-mail"], first["name"]]
    assert out("--format", "mutt", "--limit", 1, "oy")[0].endswith("; more fit, another word narrows it")
    nothing = crm("--store", company, "find", "--format", "mutt", "hovlnad", login="tuva")
    assert nothing == (3, "crm-tui: nothing fits. Did you mean “hovland”?\n", "")
    assert out("--format", "aerc", "hakon", "braten")[0] == f"{first['e-mail']}\t{first['name']}"
    assert {"FN:Håkon Bråten", f"EMAIL;TYPE=work:{first['e-mail']}"} <= set(out("--format", "vcard", "hakon", "braten"))
    assert out("owner:Sanna Virtanen") == out("--", 'owner:"Sanna Virtanen"') == out("owner:sanna", "owner:sanna v")
    assert out("owner:Sanna kind:contact") == out("--", "owner:sanna kind:contact")
    assert out("--format", "vcard", "role:managing director")
    assert crm("--store", company, "find", "--", "owner:Sanna Bråten", login="tuva").code == 3  # as on the screen
    both = out("--tsv", "kind:customer", "owner:Sanna Virtanen", "-oy")
    assert len(both) > 1
    assert not any("oy" in line.casefold().split("\t")[2].split() for line in both)


def test_what_goes_wrong_is_said_as_elsewhere(
    crm: Crm, company: Path, tmp_path: Path, demo: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other.db"
    other.write_bytes(b"SQLite format 3\0" + bytes(4096))
    for store, login in ((tmp_path / "none.db", "sanna"), (company, "nobody"), (other, "sanna"), ("x:y", "sanna")):
        asked = [crm("--store", store, *command, login=login) for command in (("find", "a"), ("contacts", "a"))]
        assert asked[0] == asked[1], store
        assert asked[0].code == 1
    for usage in (["--nope", "a"], ["--limit", "0", "a"], ["--limit", "x", "a"], ["--ids", "--json", "a"], []):
        assert crm("--store", company, "find", *usage).code == 2, usage
    assert not (tmp_path / "none.db").exists()


def test_who_sees_no_customers_finds_none(crm: Crm, company: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    shutil.copy(company, copy)
    store = open_store(copy, login="sanna", clock=lambda: NOW)
    profile = store.users.create_profile(Profile(name="Nothing")).id
    store.users.create(NewUser(name="Nina", login="nina", profile=profile))
    store.close()
    done = crm("--store", copy, "find", "a", login="nina")
    assert (done.code, done.out) == (5, "")
    assert done.err == "crm-tui: You may not see customers: it needs the permission “customers: read”.\n"


def test_a_terminal_gets_a_table_that_fits_and_can_not_be_steered(
    crm: Crm, company: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "copy.db"
    shutil.copy(company, copy)
    store = open_store(copy, login="sanna", clock=lambda: NOW)
    hostile = "Qvarn \x1b]52;c;eA==\x07 東京 and a long name\nLtd\u202e"
    evil = store.customers.create(NewCustomer(name=hostile, phone="1 23"))
    store.close()

    def printed(columns: int, *options: str) -> list[str]:
        ours, theirs = os.openpty()
        termios.tcsetwinsize(theirs, (24, columns))
        with open(theirs, "w", encoding="utf-8") as terminal, monkeypatch.context() as patched:
            patched.setattr("sys.stdout", terminal)
            assert main(["--store", str(copy), "--as", "sanna", "find", "qvarn", *options]) == 0
            text = os.read(ours, 10_000).decode()
        os.close(ours)
        return text.replace("\r\n", "\n").splitlines()

    header, row = printed(200)
    assert header.split() == ["kind", "number", "name", "customer", "phone", "e-mail"]
    assert row == f"customer  {evil.number}   Qvarn ]52;c;eA== 東京 and a long name Ltd            1 23"
    for columns in (40, 60, 80):
        assert all(width(line) <= columns for line in printed(columns))
    assert [line for line in printed(80, "--json") if '"name"' in line] == [
        '    "name": "Qvarn \\u001b]52;c;eA==\\u0007 東京 and a long name\\nLtd",'
    ]
    tsv = crm("--store", copy, "find", "qvarn", login="sanna").out
    assert "\x1b" not in tsv
    assert tsv.count("\n") == 1


def test_the_store_is_looked_for_where_it_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    places = (("CRM_TUI_DATA", "~/own"), ("CRM_TUI_DATA", "/srv/./own"), ("XDG_DATA_HOME", "/srv/x"),
              ("XDG_DATA_HOME", "relative"), ("HOME", ""), ("HOME", "/home/x"), ("CRM_TUI_STORE", "named"))  # fmt: skip
    for variable, value in places:
        with monkeypatch.context() as patched:
            patched.delenv("CRM_TUI_DATA", raising=False)
            patched.setenv(variable, value)
            for named in (None, "work", "~/work.db", "./work.db"):
                quick = whose.file_of_store(named)
                if quick is not None:
                    full = path_of(argparse.Namespace(store=named))
                    assert os.path.abspath(quick) == os.path.abspath(full), (variable, value, named)
            assert (quick is None) == ((variable, value) in (("XDG_DATA_HOME", "relative"), ("HOME", "")))
