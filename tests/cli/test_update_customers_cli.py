"""``crm-tui update-customers``: what the report says, how fast it asks, and that it goes on where it was stopped."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest
from tests.cli.conftest import Crm, OpenStore

from crm_tui.cli import update_customers
from crm_tui.cli.kept_answers import Kept, KeptAnswers
from crm_tui.domain.addresses import NewAddress
from crm_tui.domain.customers import NewCustomer
from crm_tui.domain.errors import Unavailable
from crm_tui.domain.permissions import CustomerLevel, Profile
from crm_tui.domain.users import NewOrganization, NewUser
from crm_tui.registers.double import RegistersDouble
from crm_tui.registers.faults import Fault
from crm_tui.registers.pace import Pace
from crm_tui.store.port import Store
from crm_tui.store.settings import FirstStart
from crm_tui.store.sql.connections import Database
from crm_tui.store.sql.setup import set_up


class QuickClock:
    """A clock on which waiting takes no time."""

    def __init__(self) -> None:
        self.passed = 0.0

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return self.passed

    def wait(self, seconds: float, until: Event) -> None:
        self.passed += seconds


@pytest.fixture
def pace(monkeypatch: pytest.MonkeyPatch) -> QuickClock:
    """The clock that the command keeps its pace by."""
    clock = QuickClock()
    monkeypatch.setattr("crm_tui.cli.registers.Pace", lambda per_second: Pace(per_second, clock))
    return clock


@pytest.fixture
def double(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RegistersDouble]:
    """Both registers on this machine, as the settings say."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with RegistersDouble() as running:
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
    assert len({row["customer"] for row in rows}) == 5
    assert (rows[0]["customer"], rows[0]["what"], rows[0]["verdict"]) == (103, "state", "not active")
    assert str(rows[0]["theirs"]).startswith("deleted from the register since 20")
    equinor = {str(row["what"]): row for row in rows if row["customer"] == 104}
    assert "name" not in equinor
    assert (equinor["address"]["ours"], equinor["address"]["verdict"]) == (None, "new")
    assert str(equinor["address"]["theirs"]).endswith("Norway")
    (unknown, mistyped) = rows[-2:]
    assert (unknown["customer"], unknown["id"]) == (105, "974760673")
    assert (mistyped["customer"], mistyped["id"], mistyped["ours"]) == (107, None, "NO 923 609 017 MVA")
    assert "is not a Norwegian VAT number" in str(mistyped["verdict"])
    # the unknown one and the sub-unit take two requests each: never more than four in a second
    assert len(double.seen) == 6
    assert pace.passed >= (len(double.seen) - 1) / 4
    done = crm("update-customers", "--country", "NO", "--dry-run", "--output", tmp_path / "report.tsv")
    assert done.code == 0
    assert "4 customers looked up: 2 differ in" in done.err
    assert "1 not active, 1 not in the register, 1 with a number that can't be looked up" in done.err
    assert len((tmp_path / "report.tsv").read_text("utf-8").splitlines()) == len(rows) + 1
    assert len(double.seen) == 6, "answers of today are not asked for again"
    table = crm("update-customers", "--country", "NO", "--dry-run").out.splitlines()
    assert len(table) == len(rows) + 1
    assert "Mistyped AS" in table[-1]


@pytest.mark.usefixtures("book", "pace")
def test_a_run_that_was_stopped_goes_on_where_it_was(
    crm: Crm, double: RegistersDouble, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep = KeptAnswers.keep

    def until_killed(kept: KeptAnswers, answer: Kept) -> None:
        keep(kept, answer)
        if answer.id == "923609016":
            (file,) = (tmp_path / "state" / "register-answers").glob("*.jsonl")
            with file.open("ab") as cut_off:
                cut_off.write(b'{"id":"974760673","at":"20')
            raise KeyboardInterrupt

    monkeypatch.setattr(KeptAnswers, "keep", until_killed)
    stopped = crm("update-customers", "--country", "NO", "--dry-run")
    assert (stopped.code, stopped.out) == (130, "")
    assert "Stopped at 1 of 4 customers. Answers are kept for a day: the same command goes on" in stopped.err
    monkeypatch.setattr(KeptAnswers, "keep", keep)
    (file,) = (tmp_path / "state" / "register-answers").glob("*.jsonl")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    before = len(double.seen)
    assert before == 2
    _report(crm)
    asked = [seen.path.rpartition("/")[2] for seen in double.seen[before:]]
    assert set(asked) == {"974760673", "924203617"}
    _report(crm, "--restart")
    assert len(double.seen) == before + len(asked) + 6
    tomorrow = datetime.now(UTC) + timedelta(days=1, minutes=1)
    monkeypatch.setattr(update_customers, "clock", lambda: tomorrow)
    before = len(double.seen)
    _report(crm)
    assert len(double.seen) == before + 6


@pytest.mark.usefixtures("pace")
def test_failures_are_reported_and_tried_again_and_many_in_a_row_end_it(
    crm: Crm, double: RegistersDouble, book: Store
) -> None:
    double.fail_next(Fault.PAGE)
    done = crm("update-customers", "--country", "NO", "--dry-run")
    assert done.code == 6
    assert "not answered: unreadable answer" in done.out.splitlines()[-1]
    assert "1 not answered for" in done.err
    before = len(double.seen)
    _report(crm)
    assert len(double.seen) == before + 1
    for number in ("FI23365096", "FI26466749", "FI01120389", "FI20774740"):
        book.customers.create(NewCustomer(name=number, vat_number=number))
    double.fail_always(Fault.PAGE)
    done = crm("update-customers", "--country", "FI", "--dry-run")
    assert (done.code, done.out) == (6, "")
    assert "gave an unreadable answer" in done.err
    assert "Stopped after 5 failures in a row, at 4 of 5 customers." in done.err


def test_one_run_at_a_time_has_the_answers_and_old_ones_are_left_out(tmp_path: Path) -> None:
    now = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)
    about = ("crm.db", "ann", "NO", "http://127.0.0.1")
    kept = KeptAnswers(tmp_path, about, now)
    with pytest.raises(Unavailable, match="running already"):
        KeptAnswers(tmp_path, about, now)
    KeptAnswers(tmp_path, ("crm.db", "vera", "NO", "http://127.0.0.1"), now).close()
    for hours, number in ((0, "1"), (1, "2"), (2, "1")):
        kept.keep(Kept(id=number, at=now + timedelta(hours=hours)))
    kept.close()
    later = KeptAnswers(tmp_path, about, now + timedelta(hours=25, minutes=30))
    assert later.get("1") == Kept(id="1", at=now + timedelta(hours=2))
    assert later.get("2") is None
    later.close()


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
