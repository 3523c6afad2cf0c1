"""The gate: whose a token is, and what it takes to get one by a password."""

from __future__ import annotations

import datetime as dt
import hashlib
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import apsw
import argon2
import pytest
from tests.store.conftest import NOW, OPENERS, Clock, kept_stores

from crm_tui.domain.errors import Invalid, NotSignedIn
from crm_tui.domain.permissions import Profile
from crm_tui.domain.users import NewUser, UserChange
from crm_tui.store.devices import NewDevice
from crm_tui.store.gate import Visitor
from crm_tui.store.sql.gate import SqlGate
from crm_tui.store.sql.store import SqlStore

PASSWORD = "correct horse battery"


@pytest.fixture(params=["sqlite", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> Iterator[SqlStore]:
    """A store just set up; one of each kind that a server may have."""
    with closing(OPENERS[request.param](tmp_path, clock)) as opened:
        assert isinstance(opened, SqlStore)
        yield opened
    if request.param == "postgres":
        kept_stores().give_back((tmp_path / "postgres").read_text())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """The file of a store that is in one."""
    return tmp_path / "crm.db"


#: for what is looked for, or put, in a file by hand
in_file = pytest.mark.parametrize("store", ["sqlite"], indirect=True)


@pytest.fixture
def gate(store: SqlStore) -> Iterator[SqlGate]:
    with closing(store.gate()) as gate:
        yield gate


def asked(path: Path, statement: str) -> list[tuple[object, ...]]:
    with closing(apsw.Connection(str(path))) as con:
        return con.execute(statement).fetchall()


def refused(gate: SqlGate, token: str) -> bool:
    with pytest.raises(NotSignedIn, match="not valid"):
        gate.visitor(token)
    return True


def test_a_token_says_who_has_it_until_it_ends(store: SqlStore, gate: SqlGate, clock: Clock) -> None:
    made = store.devices.create(NewDevice(name="Desk", days=2))
    assert gate.visitor(made.token) == Visitor("admin", made.device.id)
    clock.advance(days=1, hours=23, minutes=59)
    assert gate.visitor(made.token)
    clock.advance(minutes=1)
    assert refused(gate, made.token)
    for wrong in ("", "crm_", made.token.upper(), f"{made.token} ", made.token[:-1] + "x", "crm_" + "0" * 64, "\ud800"):
        assert refused(gate, wrong)
    other = store.devices.create(NewDevice(name="Other"))
    store.devices.revoke(other.device.id)
    assert refused(gate, other.token)


def test_who_knows_a_token_or_password_of_another_gains_nothing_when_they_rise(store: SqlStore, gate: SqlGate) -> None:
    """Rule 18 over time: a lesser administrator makes both for somebody who then comes to see more than they do."""
    least = store.users.create_profile(Profile(name="Least"))
    clerks = store.users.create_profile(Profile(name="Clerk", admin=True))
    most = next(each for each in store.users.profiles() if each.profile.name == "Administrator")
    vera = store.users.create(NewUser(login="vera", name="Vera", profile=least.id))
    store.users.create(NewUser(login="clerk", name="Clerk", profile=clerks.id))
    clerk = store.acting_as("clerk")
    token = clerk.devices.create(NewDevice(name="Till", user=vera.id)).token
    clerk.devices.set_password(vera.id, PASSWORD)
    signed_in = gate.sign_in("vera", PASSWORD, "Phone").token
    store.devices.set_password(vera.id, "of an administrator")
    own = gate.sign_in("vera", "of an administrator", "Own").token
    clerk.devices.set_password(vera.id, PASSWORD)
    for each in (token, signed_in, own):
        assert gate.visitor(each).login == "vera"

    vera = store.users.update(vera.id, vera.revision, UserChange(profile=most.id))
    for each in (token, signed_in):
        with pytest.raises(NotSignedIn, match="more by now than who gave you"):
            gate.visitor(each)
    with pytest.raises(NotSignedIn, match="more by now than who gave you"):
        gate.sign_in("vera", PASSWORD, "Phone")
    assert gate.visitor(own).login == "vera"
    store.devices.set_password(vera.id, "of an administrator")
    assert gate.visitor(gate.sign_in("vera", "of an administrator", "Phone").token).login == "vera"


def test_a_token_follows_its_user_and_goes_with_them(store: SqlStore, gate: SqlGate) -> None:
    profile = store.users.create_profile(Profile(name="None"))
    vera = store.users.create(NewUser(name="Vera", login="vera", profile=profile.id))
    token = store.devices.create(NewDevice(name="Desk", user=vera.id)).token
    vera = store.users.update(vera.id, vera.revision, UserChange(login="vv"))
    assert gate.visitor(token).login == "vv"
    gone = store.users.update(vera.id, vera.revision, UserChange(is_active=False))
    assert refused(gate, token)
    store.users.update(vera.id, gone.revision, UserChange(is_active=True))
    assert refused(gate, token)


def test_who_signs_in_gets_a_token_and_who_signs_out_ends_it(store: SqlStore, gate: SqlGate) -> None:
    store.devices.set_password(store.users.me().user.id, PASSWORD)
    issued = gate.sign_in("admin", PASSWORD, "Laptop")
    assert (issued.login, issued.expires_at) == ("admin", NOW + dt.timedelta(days=90))
    assert gate.visitor(issued.token) == Visitor("admin", issued.device)
    (device,) = store.devices.own()
    assert (device.id, device.name, device.expires_at) == (issued.device, "Laptop", issued.expires_at)
    gate.sign_out(issued.token)
    gate.sign_out(issued.token)
    gate.sign_out("crm_nobody's")
    assert refused(gate, issued.token)
    with pytest.raises(Invalid):
        gate.sign_in("admin", PASSWORD, "\n")


@in_file
def test_there_is_an_end_to_devices_and_to_those_that_have_ended(store: SqlStore, path: Path) -> None:
    begun, ended, far = (f"'{day}T10:00:00.000000Z'" for day in ("2026-11-01", "2026-11-17", "2999-01-01"))
    for number, sign, revoked_at, expires_at in (
        (150, "", ended, "NULL"),
        (99, "-", "NULL", f"iif(i % 2, NULL, {far})"),
    ):
        asked(
            path,
            f"WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {number})"
            " INSERT INTO device (user_id, name, token_hash, created_at, revoked_at, expires_at)"
            f" SELECT 1, 'x', {sign}i, {begun}, {revoked_at}, {expires_at} FROM n",
        )
    store.devices.create(NewDevice(name="the last"))
    assert len([device for device in store.devices.own() if device.revoked_at is None]) == 100
    assert len(store.devices.own()) == 200
    with pytest.raises(Invalid, match="100 may come in already"):
        store.devices.create(NewDevice(name="one more"))


def test_letters_put_together_otherwise_are_the_same_password(store: SqlStore, gate: SqlGate) -> None:
    store.devices.set_password(store.users.me().user.id, "Nyt pitäisi riittää")
    assert gate.sign_in("admin", "Nyt pita\u0308isi riitta\u0308a\u0308", "Mac")


def test_a_wrong_login_is_told_and_takes_as_long_as_a_wrong_password(
    store: SqlStore, gate: SqlGate, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What takes the time is argon2, which has the same to do for a login that nobody has, and for one without a
    password."""
    store.devices.set_password(store.users.me().user.id, PASSWORD)
    bo = store.users.create(NewUser(name="Bo", login="bo", profile=store.users.me().user.profile))
    done: list[tuple[argon2.Parameters, int]] = []
    real = argon2.PasswordHasher.verify

    def verify(self: argon2.PasswordHasher, kept: str, password: bytes) -> bool:
        done.append((argon2.extract_parameters(kept), len(password)))
        return real(self, kept, password)

    monkeypatch.setattr(argon2.PasswordHasher, "verify", verify)
    for login in ("admin", "nobody", bo.login):
        with pytest.raises(NotSignedIn, match=r"^The login or the password is wrong\.$"):
            gate.sign_in(login, "not the password", "Desk")
    assert len(done) == 3
    assert len(set(map(str, done))) == 1


def test_wrong_passwords_slow_down_but_shut_nobody_out(store: SqlStore, gate: SqlGate, clock: Clock) -> None:
    store.devices.set_password(store.users.me().user.id, PASSWORD)
    for login in ("admin", "nobody"):
        for _ in range(5):
            with pytest.raises(NotSignedIn, match="wrong"):
                gate.sign_in(login, "not the password", "Desk")
        with pytest.raises(NotSignedIn, match=r"too many wrong passwords.*try again in 1 s"):
            gate.sign_in(login, PASSWORD, "Desk")
    waits = []
    for _ in range(8):
        wait = 0
        while True:
            try:
                gate.sign_in("admin", "not the password", "Desk")
            except NotSignedIn as error:
                if "wrong passwords" not in str(error):
                    break
            clock.advance(seconds=1)
            wait += 1
        waits.append(wait)
    assert waits == [1, 2, 4, 8, 16, 30, 30, 30]
    with pytest.raises(NotSignedIn, match="try again in 30 s"):
        gate.sign_in("admin", PASSWORD, "Desk")
    clock.advance(seconds=30)
    assert gate.sign_in("admin", PASSWORD, "Desk")
    with pytest.raises(NotSignedIn, match="The login or the password is wrong"):
        gate.sign_in("admin", "not the password", "Desk")
    clock.advance(hours=-5)  # a clock that is set back keeps nobody waiting until then
    assert gate.sign_in("admin", PASSWORD, "Desk")


@in_file
def test_what_is_kept_opens_nothing(store: SqlStore, gate: SqlGate, path: Path) -> None:
    store.devices.set_password(store.users.me().user.id, PASSWORD)
    token = gate.sign_in("admin", PASSWORD, "Laptop").token
    assert asked(path, "SELECT token_hash FROM device") == [(hashlib.sha256(token.encode()).hexdigest(),)]
    ((kept,),) = asked(path, "SELECT hash FROM password")
    parameters = argon2.extract_parameters(str(kept))
    assert parameters.type is argon2.Type.ID
    assert (parameters.memory_cost, parameters.time_cost, parameters.parallelism) == (19_456, 2, 1)
    store.close()
    for file in path.parent.iterdir():
        if file.is_file():
            assert token.encode() not in file.read_bytes()
            assert PASSWORD.encode() not in file.read_bytes()


@in_file
def test_a_password_kept_with_less_care_is_kept_with_more(store: SqlStore, gate: SqlGate, path: Path) -> None:
    store.devices.set_password(store.users.me().user.id, PASSWORD)
    weak = argon2.PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(PASSWORD)
    with closing(apsw.Connection(str(path))) as con:
        con.execute("UPDATE password SET hash = ?", (weak,))
    for _ in range(2):
        assert gate.sign_in("admin", PASSWORD, "Laptop")
    ((kept,),) = asked(path, "SELECT hash FROM password")
    assert argon2.extract_parameters(str(kept)).memory_cost == 19_456


def test_last_use_is_written_once_a_minute_and_is_no_change(store: SqlStore, gate: SqlGate, clock: Clock) -> None:
    token = store.devices.create(NewDevice(name="Desk")).token
    pulse, begun = store.pulse(), clock.now
    for _ in range(3):
        gate.visitor(token)
        gate.close()  # waits until it is written
        assert store.devices.own()[0].last_used_at == begun
        clock.advance(seconds=25)
    gate.visitor(token)
    gate.close()
    assert store.devices.own()[0].last_used_at == begun + dt.timedelta(seconds=75)
    assert store.pulse() == pulse


@in_file
def test_nobody_waits_at_the_gate_for_who_writes(store: SqlStore, gate: SqlGate, path: Path) -> None:
    token = store.devices.create(NewDevice(name="Desk")).token
    with closing(apsw.Connection(str(path))) as other:
        other.execute("BEGIN IMMEDIATE")
        before = time.monotonic()
        assert gate.visitor(token).login == "admin"
        assert time.monotonic() - before < 2
        other.execute("ROLLBACK")
    gate.close()
    assert store.devices.own()[0].last_used_at == NOW
