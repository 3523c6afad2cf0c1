"""``crm-tui agenda``: what is next for the user, over all customers."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.cli.conftest import Crm, OpenStore
from tests.store.conformance import given
from tests.store.conftest import FIRST_START

from crm_tui.domain.permissions import CustomerLevel, Profile
from crm_tui.domain.users import NewUser
from crm_tui.store.port import Store
from crm_tui.store.sql.connections import Database
from crm_tui.store.sql.setup import set_up

NOW = dt.datetime(2026, 11, 18, 21, 30, tzinfo=dt.UTC)  # 23:30 in Helsinki
TODAY = dt.date(2026, 11, 18)
DAY = dt.timedelta(days=1)


@pytest.fixture
def store(home: Path, opened: OpenStore, monkeypatch: pytest.MonkeyPatch) -> Store:
    """Ann's store, late in the evening in Helsinki; nina may not see customers."""
    monkeypatch.setenv("TZ", "Europe/Helsinki")
    monkeypatch.setattr("crm_tui.cli.agenda.clock", lambda: NOW)
    home.mkdir(parents=True, exist_ok=True)
    database = Database.open(home / "default.db")
    set_up(database, replace(FIRST_START, login="ann"), lambda: NOW)
    database.close()
    store = opened()
    nobody = store.users.create_profile(Profile(name="nobody", customers=CustomerLevel.NONE))
    store.users.create(NewUser(name="Nina", login="nina", profile=nobody.id))
    return store


def test_it_lists_what_is_late_and_what_comes_soonest_first(crm: Crm, store: Store) -> None:
    acme = given.customer(store, "Acme Oy")
    project = given.project(store, acme, "Robot cell")
    given.todo(store, acme, "Late one", due=TODAY - DAY)
    given.task(store, project, "Draw", due=TODAY)
    given.meeting(store, None, NOW + dt.timedelta(hours=1), "After midnight")
    given.todo(store, acme, "Far off", due=TODAY + 15 * DAY)
    given.task(store, project, "Some day")
    given.tick(store, given.todo(store, acme, "Done", due=TODAY))

    done = crm("agenda")
    assert done.code == 0
    assert [line.rstrip() for line in done.out.splitlines()] == [
        "when                  kind      name            customer  case",
        "Tue 2026-11-17 late   to-do     Late one        Acme Oy",
        f"Wed 2026-11-18        task      Draw            Acme Oy   {project.number} Robot cell",
        "Thu 2026-11-19 00:30  calendar  After midnight",
    ]
    assert done.err == ("crm-tui: 2 more planned later than in 14 days, or without a date; --days N looks further.\n")
    assert "Far off" in crm("agenda", "--days", "15").out
    assert "After midnight" not in crm("agenda", "--days", "0").out


def test_what_goes_on_for_long_hides_nothing_that_is_due_soon(crm: Crm, store: Store) -> None:
    acme = given.customer(store, "Acme Oy")
    given.todo(store, acme, "Long one", starts_on=TODAY - DAY, due=TODAY + 100 * DAY)
    given.todo(store, acme, "Urgent", due=TODAY + DAY)
    done = crm("agenda", "--days", "14")
    assert "Urgent" in done.out
    assert "Long one" not in done.out
    assert "1 more planned later" in done.err
    everything = crm("agenda", "--days", "100").out
    assert everything.index("Urgent") < everything.index("Long one")


def test_as_values_for_programs(crm: Crm, store: Store) -> None:
    acme = given.customer(store, "Acme\tOy")
    given.todo(store, acme, "Call\x1b[31m\nback", due=TODAY - DAY)
    assert crm("agenda", "--tsv").out == (
        "when\tkind\tname\tcustomer\tcase\n2026-11-17\tto-do\tCall[31m back\tAcme Oy\t\n"
    )
    (row,) = json.loads(crm("agenda", "--json").out)
    assert (row["name"], row["on"], row["at"], row["late"]) == ("Call\x1b[31m\nback", "2026-11-17", None, True)
    assert (row["customer"], row["customer_name"], row["case_number"]) == (acme.id, "Acme\tOy", None)


def test_nothing_is_3_not_permitted_5_and_days_are_a_number(crm: Crm, store: Store) -> None:
    nothing = crm("agenda")
    assert (nothing.code, nothing.out, nothing.err) == (3, "", "crm-tui: nothing is planned for you.\n")
    assert crm("agenda", "--json").out == "[]\n"
    given.todo(store, None, "Far off", due=TODAY + 30 * DAY)
    assert crm("agenda").code == 3
    denied = crm("agenda", login="nina")
    assert denied.code == 5
    assert "customers: read" in denied.err
    for days in ("-1", "x", "1.5"):
        assert crm("agenda", f"--days={days}").code == 2
