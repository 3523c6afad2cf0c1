"""What PostgreSQL reads for the questions of the screens: some rows, however long the list is.

Each statement is explained as it runs, with the rows that its steps really met.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest
from tests import postgres
from tests.store.conftest import NOW, TODAY, set_up_in_postgres

from crm_tui.store.contacts import ContactQuery
from crm_tui.store.customers import CustomerQuery, CustomerSort
from crm_tui.store.paging import PageRequest
from crm_tui.store.sql import customer_card, search
from crm_tui.store.sql import rights as rights_of
from crm_tui.store.sql.customer_list import CustomerList
from crm_tui.store.sql.dialect import Parameters
from crm_tui.store.sql.people import People
from crm_tui.store.sql.postgres import PostgresConnection, PostgresCursor
from crm_tui.store.sql.postgres_database import PostgresDatabase, open_at
from crm_tui.store.sql.rights import Rights

_CUSTOMERS = 6_000
#: each hundredth customer is a shipyard, all are companies, and one is called Kallavesi
_FILL = (
    "INSERT INTO customer (id, revision, created_at, updated_at, name, number, owner_id, is_active, is_internal,"
    " name_key, city_key, owner_key, last_activity_at, words)"
    " SELECT n, 1, now(), now(), name, n, CASE WHEN n % 300 = 0 THEN 1 END, 1, 0, name, 'city ' || n % 500, 'owner',"
    " to_char(DATE '2026-01-01' + n % 300, 'YYYY-MM-DD'), name || ' ' || n FROM (SELECT n, CASE WHEN n = 4321"
    " THEN 'kallavesi' WHEN n % 100 = 0 THEN 'shipyard' ELSE 'name' || n % 977 END || ' company' AS name"
    f" FROM generate_series(2, {_CUSTOMERS}) n) made",
    "INSERT INTO contact (revision, created_at, updated_at, customer_id, first_name, last_name, emails, phones,"
    " email_allowed, is_active, is_deleted, name_key, words)"
    " SELECT 1, now(), now(), n, 'Eeva', last, '[]', '[]', 1, 1, 0, last || ' eeva', last || ' eeva'"
    f" FROM (SELECT n, 'last' || n % 1009 AS last FROM generate_series(2, {_CUSTOMERS}) n) made",
    "ANALYZE",
)
_PAGE = PageRequest(limit=30)
#: a word that all have: the ids of the first age, which are 2,047, are put in order before the first is met
_MOST = {"words of two rows": 2 * 2_060}


class Watched(PostgresConnection):
    """A connection that counts the rows that its statements read."""

    def __init__(self, con: PostgresConnection) -> None:
        super().__init__(con.raw)
        self.rows = 0

    def execute(self, statement: str, parameters: Parameters | None = None, /) -> PostgresCursor:
        explained = super().execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", parameters).get
        self.rows += _read(explained[0]["Plan"])
        return super().execute(statement, parameters)


def _read(step: dict[str, Any]) -> int:
    """The rows that the steps below met in tables, those that did not fit among them."""
    met = 0
    if "Relation Name" in step:
        met = int((step["Actual Rows"] + step.get("Rows Removed by Filter", 0)) * step["Actual Loops"])
    return met + sum(map(_read, step.get("Plans", ())))


def _fill(address: str) -> None:
    set_up_in_postgres(address)
    with closing(open_at(address)) as database, database.writing() as con:
        for statement in _FILL:
            con.execute(statement)


@pytest.fixture(scope="module")
def database() -> Iterator[PostgresDatabase]:
    address = postgres.new_database(postgres.template("many", _fill))
    with closing(open_at(address)) as opened:
        yield opened
    postgres.drop_database(address)


Read = Callable[[Watched, Rights], object]


def _list(query: CustomerQuery, request: PageRequest = _PAGE) -> Read:
    return lambda con, rights: CustomerList(con, rights, query).page(request)


def _people(query: ContactQuery) -> Read:
    return lambda con, _: People(con, query).page(_PAGE)


def _find(text: str) -> Read:
    return lambda con, rights: search.find(con, rights, text, 50, inactive=False)


READS: dict[str, Read] = {
    "card": lambda con, rights: customer_card.card(con, rights, 4321, TODAY),
    "preview": lambda con, rights: customer_card.preview(con, rights, 4321, NOW, TODAY),
    "a rare word": _find("kallavesi"),
    "a beginning": _find("shipy"),
    "an inside": _find("allaves"),
    "no word": _find("zzz"),
    "words of two rows": _find("eeva kallavesi"),
    "the list by a rare word": _list(CustomerQuery(text="kallav")),
    "the list by an inside": _list(CustomerQuery(text="allaves")),
    "the list of an owner": _list(CustomerQuery(owner=1)),
    "an owner's by a common word": _list(CustomerQuery(owner=1, text="company")),
    "people by a rare word": _people(ContactQuery(text="kallav")),
    "people of an owner": _people(ContactQuery(owner=1)),
    **{
        f"by {sort.value}, {'falling' if falling else 'rising'}": _list(CustomerQuery(sort=sort, descending=falling))
        for sort in CustomerSort
        for falling in (False, True)
        if sort is not CustomerSort.OPEN_VALUE
    },
    "from the end": _list(CustomerQuery(), PageRequest(from_end=True, skip=20)),
}


def test_nothing_goes_through_a_whole_table(database: PostgresDatabase) -> None:
    read = {}
    for name, ask in READS.items():
        with database.reading() as con:
            rights = rights_of.load(con, "admin")
            watched = Watched(con)
            ask(watched, rights)
            read[name] = watched.rows
    assert {name: rows for name, rows in read.items() if rows > _MOST.get(name, _CUSTOMERS // 6)} == {}
