"""``crm-tui update-customers``: what the report says, how fast it asks, and that it goes on where it was stopped."""

from __future__ import annotations

import io
import json
import os
import pty
import select
import stat
import subprocess
import sys
import termios
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest
from tests.cli.conftest import Crm, OpenStore
from tests.cli.test_kept_answers import small_files
from tests.screens.registers import FakeRegisters

from crm_tui.cli.one_at_a_time import alone
from crm_tui.domain.addresses import NewAddress
from crm_tui.domain.customers import NewCustomer
from crm_tui.domain.errors import CrmError, Interrupted, RegisterFailed
from crm_tui.domain.permissions import CustomerLevel, Profile
from crm_tui.domain.register_entry import RegisterEntry
from crm_tui.domain.users import NewOrganization, NewUser
from crm_tui.registers.double import RegistersDouble
from crm_tui.registers.faults import Fault
from crm_tui.registers.pace import Pace
from crm_tui.registers.shared_answers import Company, NoMore
from crm_tui.store.port import Store
from crm_tui.store.settings import FirstStart
from crm_tui.store.sql.connections import Database
from crm_tui.store.sql.setup import set_up
from crm_tui.waiting.stop import Stop


class QuickClock:
    """A clock on which waiting takes no time."""

    def __init__(self) -> None:
        self.passed = 0.0
        self._began = datetime.now(UTC)

    def now(self) -> datetime:
        return self._began + timedelta(seconds=self.passed)

    def monotonic(self) -> float:
        return self.passed

    def wait(self, seconds: float, until: Event) -> None:
        self.passed += seconds


class More(NoMore):
    """A company in liquidation; ``held`` holds the answer about another one back, and says when it was asked for."""

    def __init__(self) -> None:
        self.held: str | None = None
        self.asked, self.let_go = Event(), Event()

    def find(self, number: str) -> Company | None:
        if number == self.held:
            self.asked.set()
            assert self.let_go.wait(20)
        if number != "999880002":
            return None
        return {"organisasjonsnummer": number, "navn": "ENDING AS", "underAvvikling": True}


class Moody(FakeRegisters):
    """Registers that fail a few times first, and find no company."""

    def __init__(self, *failures: CrmError) -> None:
        super().__init__()
        self.failures = list(failures)

    def look_up(self, number: str, customer_country: str | None = None, *, stop: Stop | None = None) -> RegisterEntry:
        self.failure = self.failures.pop(0) if self.failures else None
        return super().look_up(number, customer_country, stop=stop)


def busy(seconds: float | None) -> RegisterFailed:
    return RegisterFailed("127.0.0.1", "too many questions", "It is busy.", retry_after=seconds)


@pytest.fixture
def pace(monkeypatch: pytest.MonkeyPatch) -> QuickClock:
    """The clock that the command keeps its pace by, and waits by."""
    clock = QuickClock()
    monkeypatch.setattr("crm_tui.cli.update_customers.SystemClock", lambda: clock)
    monkeypatch.setattr("crm_tui.cli.registers.Pace", lambda per_second: Pace(per_second, clock))
    return clock


@pytest.fixture
def more() -> More:
    """What the registers of this test know besides the real answers."""
    return More()


@pytest.fixture
def double(more: More, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RegistersDouble]:
    """Both registers on this machine, as the settings say."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with RegistersDouble(more) as running:
        folder = tmp_path / "config"
        folder.mkdir()
        where = running.settings
        (folder / "config.toml").write_text(f'[registers]\nprh = "{where.prh}"\nbrreg = "{where.brreg}"\nseconds = 5\n')
        yield running
        assert not running.failures


@pytest.fixture
def book(home: Path, opened: OpenStore) -> Store:
    """A store of ann's with customers of both countries."""
    home.mkdir(mode=0o700)
    database = Database.open(home / "default.db")
    acme = NewOrganization(name="Acme Oy", country="FI", currency="EUR", language="fi", time_zone="Europe/Helsinki")
    set_up(database, FirstStart(organization=acme, login="ann", user_name="Ann"), lambda: datetime.now(UTC))
    database.close()
    book = opened()
    add = book.customers.create
    add(NewCustomer(name="Equinor ASA", number=104, vat_number="NO923609016MVA"))
    add(NewCustomer(name="Slettet AS", number=103, business_id="821227062"))
    add(NewCustomer(name="Unknown AS", number=105, vat_number="NO 974 760 673 MVA"))
    sub = add(NewCustomer(name="Sub-unit", number=106, business_id="924203617"))
    book.addresses.create(NewAddress(customer=sub.id, city="Oslo", country="NO"))
    add(NewCustomer(name="Mistyped\tAS", number=107, vat_number="NO 923 609 017 MVA"))
    add(NewCustomer(name="Ending AS", number=111, vat_number="NO999880002MVA"))
    add(NewCustomer(name="Nokia", number=108, vat_number="FI01120389"))
    add(NewCustomer(name="Left AS", number=109, vat_number="NO923609016MVA", is_active=False))
    add(NewCustomer(name="Ours AS", number=110, vat_number="NO923609016MVA", is_internal=True))
    return book


def _report(crm: Crm, *more: str, country: str = "NO") -> list[dict[str, object]]:
    done = crm("update-customers", "--country", country, "--dry-run", "--json", *more)
    assert done.code == 0, done.err
    rows: list[dict[str, object]] = json.loads(done.out)
    return rows


@pytest.mark.usefixtures("book")
def test_the_report_says_what_differs_states_first(
    crm: Crm, double: RegistersDouble, pace: QuickClock, tmp_path: Path
) -> None:
    rows = _report(crm)
    assert len({row["customer"] for row in rows}) == 6
    assert (rows[0]["customer"], rows[0]["what"], rows[0]["verdict"]) == (103, "state", "not active")
    assert str(rows[0]["theirs"]).startswith("deleted from the register since 20")
    assert (rows[1]["customer"], rows[1]["theirs"], rows[1]["verdict"]) == (111, "in liquidation", "not active")
    equinor = {str(row["what"]): row for row in rows if row["customer"] == 104}
    assert "name" not in equinor
    assert (equinor["address"]["ours"], equinor["address"]["verdict"]) == (None, "new")
    assert str(equinor["address"]["theirs"]).endswith("Norway")
    sub_unit = {str(row["verdict"]) for row in rows if row["customer"] == 106}
    assert {verdict.partition("; ")[2] for verdict in sub_unit} == {"has no VAT number: add NO924203617MVA first"}
    (unknown, mistyped) = rows[-2:]
    assert (unknown["customer"], unknown["id"]) == (105, "974760673")
    assert (mistyped["customer"], mistyped["id"], mistyped["ours"]) == (107, None, "NO 923 609 017 MVA")
    assert "is not a Norwegian VAT number" in str(mistyped["verdict"])
    # the unknown one and the sub-unit take two requests each: never more than four in a second
    assert len(double.seen) == 7
    assert pace.passed >= (len(double.seen) - 1) / 4
    done = crm("update-customers", "--country", "NO", "--dry-run", "--output", tmp_path / "report.tsv")
    assert done.code == 0
    assert "5 customers looked up: 2 differ in" in done.err
    assert "2 not active, 1 not in the register, 1 with a number that can't be looked up" in done.err
    assert len((tmp_path / "report.tsv").read_text("utf-8").splitlines()) == len(rows) + 1
    assert len(double.seen) == 7, "answers of today are not asked for again"
    table = crm("update-customers", "--country", "NO", "--dry-run").out.splitlines()
    assert len(table) == len(rows) + 1
    assert "Mistyped AS" in table[-1]


def test_a_run_that_was_killed_goes_on_where_it_was(
    crm: Crm, double: RegistersDouble, more: More, pace: QuickClock, book: Store, tmp_path: Path
) -> None:
    more.held = "974760673"
    arguments = ("--as", "ann", "update-customers", "--country", "NO", "--dry-run")
    with subprocess.Popen([sys.executable, "-m", "crm_tui", *arguments], stdout=subprocess.DEVNULL) as killed:
        assert more.asked.wait(20)
        killed.kill()
    more.let_go.set()
    (file,) = (tmp_path / "state" / "register-answers").glob("*.jsonl")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with file.open("ab") as cut_off:
        cut_off.write(b'{"id":"974760673","at":"20')
    before = len(double.seen)
    pace.passed += 60  # what was kept is not of the future
    _report(crm)
    asked = [seen.path.rpartition("/")[2] for seen in double.seen[before:]]
    assert set(asked) == {"974760673", "924203617", "999880002"}
    before = len(double.seen)
    _report(crm, "--restart")
    assert len(double.seen) == before + 7
    readers = book.users.create_profile(Profile(name="Readers", customers=CustomerLevel.READ))
    book.users.create(NewUser(name="Bo", login="bo", profile=readers.id))
    with alone(tmp_path / "state" / "register-answers", double.settings.brreg, "bo"):
        waits = crm("update-customers", "--country", "NO", "--dry-run")
    assert (waits.code, waits.out) == (1, "")
    assert "already, by bo, and a register is not to be asked twice as fast" in waits.err
    assert len(double.seen) == before + 7
    assert crm("update-customers", "--country", "NO", "--dry-run", login="bo").code == 0
    assert len(double.seen) == before + 14, "what ann was answered is not told to others"
    pace.passed += timedelta(days=1, minutes=1).total_seconds()
    _report(crm)
    assert len(double.seen) == before + 21


@pytest.mark.usefixtures("book", "pace")
def test_what_can_not_be_written_is_told_with_what_is_known(crm: Crm, double: RegistersDouble, tmp_path: Path) -> None:
    report = tmp_path / "report.tsv"
    report.write_text("old")
    for path, reason in ((report, "is already there"), (tmp_path / "none" / "x", "No such file")):
        refused = crm("update-customers", "--country", "NO", "--dry-run", "--output", path)
        assert (refused.code, refused.out) == (1, "")
        assert reason in refused.err
    assert (
        "Is a directory" in crm("update-customers", "--country", "NO", "--dry-run", "--output", tmp_path, "--force").err
    )
    assert double.seen == []
    assert [path.name for path in tmp_path.iterdir() if "part" in path.name] == []
    with small_files(1200):
        full = crm("update-customers", "--country", "NO", "--dry-run")
    assert full.code == 1
    assert "103" in full.out
    assert f"can't be kept in {tmp_path / 'state' / 'register-answers'}: File too large. Stopped at 3 of 5" in full.err
    assert "the same command goes on from there" in full.err


@pytest.mark.usefixtures("pace")
def test_failures_of_the_register_end_it_and_those_of_a_company_do_not(
    crm: Crm, double: RegistersDouble, book: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for number in ("999990118", "999990142", "999990150", "999990169", "999990177", "999990185"):
        book.customers.create(NewCustomer(name=number, vat_number=f"NO{number}MVA"))
    double.fail_next(Fault.PAGE)
    for answered in (4, 5):
        done = crm("update-customers", "--country", "NO", "--dry-run", "--tsv")
        assert done.code == 6
        assert f"{answered} customers looked up" in done.err
        assert f"{11 - answered} not answered for" in done.err
        assert "Run the same command again" in done.err
        verdicts = [line.rpartition("\t")[2] for line in done.out.splitlines() if "not answered" in line]
        assert set(verdicts) == {"not answered: unreadable answer", "not answered: HTTP 403"}
    monkeypatch.setattr("crm_tui.cli.update_run.MOST_UNANSWERED", 5)
    done = crm("update-customers", "--country", "NO", "--dry-run")
    assert done.code == 6
    assert "Stopped after 5 customers in a row without an answer, at 10 of 11 customers." in done.err
    for number in ("FI23365096", "FI26466749", "FI01120389", "FI20774740", "FI15385417"):
        book.customers.create(NewCustomer(name=number, vat_number=number))
    report = tmp_path / "report.tsv"
    double.fail_always(Fault.CLOSED)
    done = crm("update-customers", "--country", "FI", "--dry-run", "--output", report)
    assert (done.code, done.out) == (6, "")
    assert len(report.read_text("utf-8").splitlines()) == 1 + 5
    assert "closed the connection" in done.err
    assert "Stopped after 5 failures in a row, at 5 of 6 customers." in done.err
    assert "the same command goes on from there, with --force for the report that is there now." in done.err
    double.mend()
    wrong = [Fault.CLOSED] * 4
    double.fail_next(*wrong, None, *wrong)
    done = crm("update-customers", "--country", "FI", "--dry-run", "--tsv")
    assert (done.code, done.out.count("not answered: connection closed")) == (6, 5)
    assert "Stopped" not in done.err


def test_a_register_that_wants_to_be_left_alone_is_waited_for(
    crm: Crm, pace: QuickClock, book: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    registers = Moody(busy(30.0), busy(None), RegisterFailed("127.0.0.1", "HTTP 503", "", retry_after=100.0))
    monkeypatch.setattr("crm_tui.cli.registers.BusinessRegisters", lambda *_, **__: registers)
    assert len(_report(crm)) == 6
    assert pace.passed == 190
    assert registers.asked[:4] == ["821227062"] * 4
    registers.failures, registers.asked = [busy(250.0), busy(51.0)], []
    pace.passed = 0
    done = crm("update-customers", "--country", "NO", "--dry-run", "--restart")
    assert (done.code, registers.asked, pace.passed) == (6, ["821227062"] * 2, 250)
    assert "not answered: too many questions" in done.out
    again = (pace.now() + timedelta(seconds=51)).astimezone()
    assert "It is busy. Stopped at 1 of 5 customers." in done.err
    assert f"goes on from there after {again:%Y-%m-%d}" in done.err


def test_esc_ends_a_question_and_a_wait_at_once(
    crm: Crm, book: Store, pace: QuickClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Registers that are silent until Esc is pressed on the terminal, and one that wants to be left alone then."""
    terminal, slave = pty.openpty()

    def pressed(seconds: float, stopped: Event) -> None:
        os.write(terminal, b"\x1b[A")  # an arrow key is no Esc
        os.write(terminal, b"\x1b")
        assert stopped.wait(20)

    class Silent(FakeRegisters):
        def _come(self, asked: str, stop: Stop | None) -> None:
            assert stop is not None
            stopped = Event()
            stop.then(stopped.set)
            pressed(10.0, stopped)
            raise Interrupted

    update = ("update-customers", "--country", "NO", "--dry-run")
    monkeypatch.setattr(pace, "wait", pressed)
    with open(slave, "r+b", buffering=0) as keys, open(terminal, "rb", buffering=0) as screen:
        text = io.TextIOWrapper(keys, write_through=True)
        monkeypatch.setattr("sys.stdin", text)
        monkeypatch.setattr("sys.stderr", text)
        before = termios.tcgetattr(slave)
        for registers, arguments, shown in (
            (Silent(), update, "Comparing with Brønnøysundregistrene: 0 of 5  (Esc stops)"),
            (Moody(busy(30.0)), update, "Brønnøysundregistrene wants to be left alone for 30 s  (Esc stops)"),
            (
                Silent(),
                ("register", "--name", "equinor", "--country", "NO"),
                "Asking Brønnøysundregistrene  (Esc stops)",
            ),
            (Silent(), ("register", "NO923609016MVA"), "Asking the register  (Esc stops)"),
            (Silent(), ("update-customer", "104"), "Asking Brønnøysundregistrene  (Esc stops)"),
        ):
            monkeypatch.setattr("crm_tui.cli.registers.BusinessRegisters", lambda *_, found=registers, **__: found)
            assert crm(*arguments).code == 130
            told = b""
            while b"crm-tui: Stopped" not in told:  # a terminal gives what it has, piece by piece
                assert select.select([screen], [], [], 20)[0], told
                told += screen.read(4096)
            assert shown in told.decode(errors="replace")
        assert termios.tcgetattr(slave) == before


def test_it_changes_nothing_and_shows_what_the_actor_may_see(
    crm: Crm, double: RegistersDouble, pace: QuickClock, book: Store
) -> None:
    plain = crm("update-customers", "--country", "NO")
    assert (plain.code, plain.out) == (2, "")
    assert "there is a report only" in plain.err
    assert crm("update-customers", "--dry-run").code == 2
    nokia = book.customers.by_number(108)
    book.customers.delete(nokia.id, nokia.revision)
    nobody = crm("update-customers", "--country", "FI", "--dry-run", "--json")
    assert (nobody.code, json.loads(nobody.out)) == (3, [])
    assert "no active customer has a VAT number or business id of Finland" in nobody.err
    assert crm("update-customers", "--country", "SE", "--dry-run").code == 2
    none = book.users.create_profile(Profile(name="None", customers=CustomerLevel.NONE))
    book.users.create(NewUser(name="Vera", login="vera", profile=none.id))
    assert crm("update-customers", "--country", "NO", "--dry-run", login="vera").code == 5
    assert double.seen == []
