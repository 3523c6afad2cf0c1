"""Devices and passwords from the command line, on a store of this machine."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.cli.conftest import Crm, OpenStore

from crm_tui.cli import DONE, ERROR, NOT_PERMITTED, NOTHING_FOUND
from crm_tui.domain.devices import USUAL_DAYS
from crm_tui.domain.permissions import Profile
from crm_tui.domain.users import NewOrganization, NewUser
from crm_tui.store.settings import FirstStart
from crm_tui.store.sql.connections import Database
from crm_tui.store.sql.setup import set_up
from crm_tui.store.sql.store import SqlStore


@pytest.fixture(autouse=True)
def store(home: Path, opened: OpenStore) -> None:
    """A store that ann has set up, with bo, who may do nothing."""
    home.mkdir(mode=0o700)
    database = Database.open(home / "default.db")
    acme = NewOrganization(name="Acme Oy", country="FI", currency="EUR", language="fi", time_zone="Europe/Helsinki")
    set_up(database, FirstStart(organization=acme, login="ann", user_name="Ann"), lambda: datetime.now(UTC))
    database.close()
    profile = opened().users.create_profile(Profile(name="Nothing")).id
    opened().users.create(NewUser(name="Bo", login="bo", profile=profile))


def test_a_token_is_made_listed_and_ended(crm: Crm, opened: OpenStore) -> None:
    made = crm("devices", "add", "bo", "--name", "Tablet\x1b[31m of Bo")
    assert made.code == ERROR
    made = crm("devices", "add", "bo", "--name", "Tablet of Bo", "--days", 0)
    token = made.out.strip()
    assert made.code == DONE
    assert (
        made.err == "Token 1 for Tablet of Bo of bo, valid until it is revoked. It is shown this once; hand it over"
        " on a safe way.\n"
    )
    own = opened()
    assert isinstance(own, SqlStore)
    assert own.gate().visitor(token).login == "bo"
    listed = crm("devices", "--everybody", "--tsv").out.splitlines()
    assert listed[0].split("\t") == ["id", "user", "device", "since", "last used", "until", "state"]
    assert listed[1].split("\t")[:3] == ["1", "bo", "Tablet of Bo"]
    assert listed[1].split("\t")[5:] == ["no end", "valid"]
    assert crm("devices", "--tsv").out.splitlines() == listed[:1]
    assert crm("devices", "--everybody", login="bo").code == NOT_PERMITTED
    assert crm("devices", "add", "ann", "--name", "x", login="bo").code == NOT_PERMITTED
    assert crm("devices", "add", "nobody", "--name", "x").code == NOTHING_FOUND
    assert crm("devices", "revoke", 1, login="bo").out == "Device 1 may not come in any more.\n"
    assert crm("devices", "revoke", 7).code == NOTHING_FOUND
    assert json.loads(crm("devices", "--json", login="bo").out) == []
    (ended,) = json.loads(crm("devices", "--json", "--all", login="bo").out)
    assert (ended["id"], ended["user"], ended["name"], ended["state"]) == (1, "bo", "Tablet of Bo", "revoked")
    assert token not in crm("devices", "--everybody", "--all", "--json").out
    crm("devices", "add", "bo", "--name", "Phone")
    phone = opened().devices.of_everybody()[0]
    assert phone.expires_at == phone.created_at + timedelta(days=USUAL_DAYS)
    assert crm("devices", "revoke-all", "bo").out == "1 token has ended; bo has to sign in anew on every device.\n"


def test_a_password_is_piped_in_and_shown_nowhere(crm: Crm, opened: OpenStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def typed(text: str) -> None:
        monkeypatch.setattr("sys.stdin", io.StringIO(text))

    first, second = "canary password 1", "canary password 2"
    typed(f"{first}\n")
    done = crm("users", "password", "ann")
    assert done.code == DONE
    typed(f"{second}\n{second}\n")
    refused = crm("users", "password", "ann")
    assert (refused.code, refused.out) == (ERROR, "")
    assert refused.err == "crm-tui: current: is not the one that you have now\n"
    typed(f"{second}\n{first}\n")
    changed = crm("users", "password", "ann")
    assert changed.code == DONE
    for each in (done, refused, changed):
        assert "canary" not in each.out + each.err
    own = opened()
    assert isinstance(own, SqlStore)
    assert own.gate().sign_in("ann", second, "Desk").login == "ann"
    typed("too short\n")
    assert "use 12 characters at least" in crm("users", "password", "bo").err
    typed("")
    assert crm("users", "password", "bo").err == "crm-tui: Nothing was typed, so nothing was done.\n"
    typed("a password by bo\n")
    assert crm("users", "password", "ann", login="bo").code == NOT_PERMITTED


def test_a_new_password_ends_tokens_where_that_is_asked(
    crm: Crm, opened: OpenStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    crm("devices", "add", "bo", "--name", "Phone")
    for options, state in (((), "valid"), (("--end-tokens",), "revoked")):
        monkeypatch.setattr("sys.stdin", io.StringIO("canary password 1\n"))
        assert crm("users", "password", "bo", *options).code == DONE
        (phone,) = json.loads(crm("devices", "--everybody", "--all", "--json").out)
        assert phone["state"] == state


def test_the_only_administrator_who_forgot_the_password_gets_another(
    crm: Crm, opened: OpenStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the commands of docs/SERVER.md."""
    for password in ("forgotten by ann", "remembered by ann"):
        crm("users", "add", "rescue", "--name", "Rescue", "--profile", "Administrator")
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))
        assert crm("users", "password", "ann", login="rescue").code == DONE
    assert crm("users", "change", "rescue", "--inactive").code == DONE
    store = opened()
    assert isinstance(store, SqlStore)
    assert store.gate().sign_in("ann", password, "Laptop").login == "ann"
