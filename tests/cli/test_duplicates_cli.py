"""``crm-tui duplicates``: what it lists, and that a dismissed pair is not listed again."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Crm, OpenStore

from crm_tui.domain.contacts import Email, NewContact, Phone
from crm_tui.domain.customers import NewCustomer
from crm_tui.domain.users import NewOrganization
from crm_tui.store.duplicates import Pairs
from crm_tui.store.port import Store
from crm_tui.store.settings import FirstStart
from crm_tui.store.sql.connections import Database
from crm_tui.store.sql.duplicates import SqlDuplicates
from crm_tui.store.sql.setup import set_up


@pytest.fixture(autouse=True)
def store(home: Path) -> None:
    """A store that ann has set up."""
    home.mkdir(mode=0o700)
    database = Database.open(home / "default.db")
    acme = NewOrganization(name="Acme Oy", country="FI", currency="EUR", language="fi", time_zone="Europe/Helsinki")
    set_up(database, FirstStart(organization=acme, login="ann", user_name="Ann"), lambda: datetime.now(UTC))
    database.close()


def _fill(store: Store) -> None:
    first = store.customers.create(NewCustomer(name="Aalto Energia Oy", vat_number="FI01120389", number=501))
    second = store.customers.create(NewCustomer(name="AALTO Energia Oyj", vat_number="0112038-9", number=502))
    store.customers.create(NewCustomer(name="Kone\tService", number=503))
    emails = (Email("liisa.backstrom@aalto.example"),)
    store.contacts.create(NewContact(customer=first.id, first_name="Liisa", last_name="Bäckström", emails=emails))
    phones = (Phone("040 1234567"),)
    store.contacts.create(
        NewContact(customer=second.id, first_name="Liisa", last_name="Backstrom", emails=emails, phones=phones)
    )
    store.close()


def test_pairs_are_listed_with_what_they_are_called_and_why(crm: Crm, opened: OpenStore) -> None:
    _fill(opened())
    done = crm("duplicates")
    assert done.code == 0
    assert done.out.splitlines()[0].split() == ["score", "number", "customer", "number", "customer", "reasons"]
    assert "501  Aalto Energia Oy     502  AALTO Energia Oyj  same VAT number" in done.out
    assert "1 pair among 3 customers" in done.err
    header, row = crm("duplicates", "contacts", "--tsv").out.splitlines()
    assert header.split("\t") == [
        "score", "id", "contact", "customer", "other_id", "other_contact", "other_customer", "reasons",
    ]  # fmt: skip
    assert row.split("\t")[2:4] == ["Liisa Bäckström", "Aalto Energia Oy"]
    (pair,) = json.loads(crm("duplicates", "--json").out)
    assert (pair["first"]["number"], pair["second"]["number"]) == (501, 502)
    assert pair["reasons"][0] == "same VAT number"


def test_a_dismissed_pair_is_not_listed_again(crm: Crm, opened: OpenStore) -> None:
    _fill(opened())
    assert crm("duplicates", "--dismiss", 502, 501).code == 0
    done = crm("duplicates")
    assert (done.code, done.out) == (3, "")
    assert "no duplicates among 3 customers" in done.err
    assert crm("duplicates", "--dismiss", 501, 999).code == 3
    assert crm("duplicates", "contacts", "--min", "100").code in (0, 3)
    assert crm("duplicates", "--dismiss", 501).code == 2


@pytest.mark.parametrize(
    "options", [("--limit", "0"), ("--limit", "-1"), ("--limit", "x"), ("--min", "0"), ("--min", "101"), ("--min", "x")]
)
def test_numbers_that_mean_nothing_are_refused(crm: Crm, opened: OpenStore, options: tuple[str, str]) -> None:
    _fill(opened())
    done = crm("duplicates", *options)
    assert (done.code, done.out) == (2, "")
    assert f"argument {options[0]}: {options[1]}: a whole number" in done.err
    assert crm("duplicates", options[0], "1").code == 0


def test_a_customer_that_went_meanwhile_takes_its_pairs_with_it(
    crm: Crm, opened: OpenStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    _fill(opened())
    pairs = SqlDuplicates.pairs

    def then_delete(facet: SqlDuplicates, *args: Any, **kwargs: Any) -> Pairs:
        found = pairs(facet, *args, **kwargs)
        other = opened()
        gone = other.customers.by_number(502)
        other.customers.delete(gone.id, gone.revision)
        other.close()
        return found

    monkeypatch.setattr(SqlDuplicates, "pairs", then_delete)
    done = crm("duplicates")
    assert (done.code, done.out) == (3, "")
    assert "no duplicates among 3 customers" in done.err
