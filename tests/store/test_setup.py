"""The first start of an empty store (rule 22), and opening one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from tests.store.conftest import FIRST_START, NOW, Clock

from crm_tui.domain.activities import ActivityKind, NewActivity
from crm_tui.domain.cases import SalesState
from crm_tui.domain.countries import COUNTRIES
from crm_tui.domain.customers import NewCustomer
from crm_tui.domain.errors import Invalid, NotFound, Unavailable
from crm_tui.domain.permissions import CustomerLevel, ProjectLevel
from crm_tui.domain.registries import RegistryKind
from crm_tui.store.customers import CustomerQuery
from crm_tui.store.paging import PageRequest
from crm_tui.store.port import Store
from crm_tui.store.settings import FirstStart
from crm_tui.store.sql.connections import Database
from crm_tui.store.sql.setup import set_up
from crm_tui.store.sql.store import is_empty, open_store


def test_an_empty_store_knows_that_it_is_empty(tmp_path: Path, clock: Clock) -> None:
    database = Database.open(tmp_path / "new.db")
    assert is_empty(database)
    set_up(database, FIRST_START, clock)
    assert not is_empty(database)
    with pytest.raises(Invalid, match="already"):
        set_up(database, FIRST_START, clock)
    database.close()


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("name", {"organization": {"name": ""}}),
        ("country", {"organization": {"country": "Finland"}}),
        ("country", {"organization": {"country": "XX"}}),
        ("currency", {"organization": {"currency": "euro"}}),
        ("time_zone", {"organization": {"time_zone": "Kuopio"}}),
        ("login", {"login": "a b"}),
        ("name", {"user_name": " "}),
    ],
)
def test_a_wrong_answer_leaves_the_store_empty(tmp_path: Path, clock: Clock, field: str, wrong: dict[str, Any]) -> None:
    organization = replace(FIRST_START.organization, **wrong.pop("organization", {}))
    first: FirstStart = replace(FIRST_START, organization=organization, **wrong)
    database = Database.open(tmp_path / "new.db")
    with pytest.raises(Invalid) as refused:
        set_up(database, first, clock)
    assert refused.value.field == field
    assert is_empty(database)
    database.close()


def test_the_login_user_is_an_administrator(store: Store) -> None:
    me = store.users.me()
    assert (me.user.login, me.user.name) == ("admin", "Aino Admin")
    assert me.profile.admin
    assert me.profile.delete_customers
    assert me.profile.customers is CustomerLevel.ALL
    assert me.profile.projects is ProjectLevel.ALL
    organization = store.users.organization()
    assert (organization.name, organization.country) == ("Kallio Consulting Oy", "FI")
    assert organization.created_at == NOW


def test_the_usual_registries_are_there(store: Store) -> None:
    lists = {kind: store.registries.list(kind) for kind in RegistryKind}
    statuses = [(v.name, v.sales_state, v.probability) for v in lists[RegistryKind.SALES_STATUS]]
    assert statuses == [
        ("New lead", SalesState.OPEN, 10),
        ("Qualified", SalesState.OPEN, 20),
        ("Offer sent", SalesState.OPEN, 40),
        ("Negotiation", SalesState.OPEN, 70),
        ("Won", SalesState.WON, 100),
        ("Lost", SalesState.LOST, 0),
    ]
    tasks = lists[RegistryKind.TASK_STATUS]
    assert [v.name for v in tasks] == ["Not started", "In progress", "In review", "Done"]
    assert [v.name for v in tasks if v.is_default] == ["Not started"]
    assert [v.name for v in tasks if v.is_done] == ["Done"]
    assert [v.name for v in lists[RegistryKind.PROJECT_STATUS]] == ["In progress", "On hold", "Done"]
    assert {v.code for v in lists[RegistryKind.COUNTRY]} == set(COUNTRIES)
    assert {"EUR", "NOK", "SEK", "DKK", "USD", "GBP"} <= {v.code for v in lists[RegistryKind.CURRENCY]}
    assert {"fi", "nb", "sv", "en", "de"} <= {v.code for v in lists[RegistryKind.LANGUAGE]}
    codes = {"draft", "sent", "waiting", "paid", "credited"}
    assert {v.code for v in lists[RegistryKind.INVOICE_STATUS]} == codes
    for kind in (RegistryKind.SEGMENT_GROUP, RegistryKind.SEGMENT, RegistryKind.KEYWORD, RegistryKind.BUSINESS_UNIT):
        assert lists[kind] == ()
    assert all(lists[kind] for kind in (RegistryKind.ACTIVITY_TYPE, RegistryKind.CONTACT_ROLE, RegistryKind.INDUSTRY))


def test_a_currency_and_language_of_its_own_are_among_the_choices(tmp_path: Path, clock: Clock) -> None:
    organization = replace(FIRST_START.organization, currency="XAF", language="se")
    database = Database.open(tmp_path / "new.db")
    set_up(database, replace(FIRST_START, organization=organization), clock)
    database.close()
    store = open_store(tmp_path / "new.db", login="admin", clock=clock)
    assert "XAF" in {v.code for v in store.registries.list(RegistryKind.CURRENCY)}
    assert "se" in {v.code for v in store.registries.list(RegistryKind.LANGUAGE)}
    acme = store.customers.create(NewCustomer(name="Acme"))
    assert store.billing.of_customer(acme.id).currency == "XAF"
    store.close()


def test_a_store_opens_for_active_users_only(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "new.db"
    with pytest.raises(NotFound):
        open_store(path, login="admin", clock=clock)
    database = Database.open(path)
    set_up(database, FIRST_START, clock)
    database.close()
    with pytest.raises(NotFound):
        open_store(path, login="nobody", clock=clock)
    store = open_store(path, login="admin", clock=clock)
    assert store.name == "new"
    store.close()
    with pytest.raises(Unavailable):
        store.customers.count(CustomerQuery())


def test_opening_counts_what_is_over_since(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "new.db"
    database = Database.open(path)
    set_up(database, FIRST_START, clock)
    database.close()
    store = open_store(path, login="admin", clock=clock)
    acme = store.customers.create(NewCustomer(name="Acme"))
    for kind, hour in ((ActivityKind.CALENDAR, 12), (ActivityKind.PERSONAL, 14)):
        starts_at = clock.now.replace(hour=hour)
        store.activities.create(NewActivity(kind=kind, name="Visit", customer=acme.id, starts_at=starts_at))
    assert store.customers.page(CustomerQuery(), PageRequest()).rows[0].last_activity is None
    store.close()
    clock.advance(days=1)
    store = open_store(path, login="admin", clock=clock)
    last = store.customers.page(CustomerQuery(), PageRequest()).rows[0].last_activity
    assert last == NOW.replace(hour=12)
    store.close()
