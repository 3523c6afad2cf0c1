"""The kill loop over the whole store: customers created and changed through the port."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from tests.store.conftest import FIRST_START

from crm_tui.domain.customers import CustomerChange, NewCustomer
from crm_tui.store.sql.connections import Database
from crm_tui.store.sql.setup import set_up
from crm_tui.store.sql.store import is_empty, open_store


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


class StoreWorkload:
    """Customers with names that are found again; each is created, then given a description."""

    def changes(self, path: Path) -> Iterator[int]:
        """Two acknowledged changes make a number: a customer is created and described."""
        with closing(Database.open(path)) as database:
            if is_empty(database):
                set_up(database, FIRST_START, _now)
            number = _customers(database)
        store = open_store(path, login=FIRST_START.login, clock=_now)
        while True:
            number += 1
            made = store.customers.create(NewCustomer(name=f"Kauppa {number}"))
            store.customers.update(made.id, made.revision, CustomerChange(description="d" * (number % 900)))
            yield number

    def check(self, path: Path) -> int:
        """Rows, change log and search index say the same, and the file is sound."""
        with closing(Database.open(path, must_exist=True)) as database:
            number = _customers(database)
            with database.reading() as connection:
                for index in ("customer_words", "customer_infix"):
                    connection.execute(f"SELECT count(*) FROM {index} ('kau*')").fetchall()
                assert connection.execute("PRAGMA integrity_check").get == "ok"
                assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
                created = connection.execute(
                    "SELECT count(*) FROM change_line WHERE kind = 'customer' AND field = ''"
                ).get
                assert created == connection.execute("SELECT count(*) FROM customer").get
                gaps = connection.execute(
                    "SELECT id, revision FROM customer c WHERE revision <> (SELECT count(DISTINCT change_id)"
                    " FROM change_line l WHERE l.kind = 'customer' AND l.entity_id = c.id)"
                ).fetchall()
                assert gaps == []
            with database.writing() as connection:  # the index is compared with its rows
                for index in ("customer_words", "customer_infix"):
                    connection.execute(f"INSERT INTO {index} ({index}, rank) VALUES ('integrity-check', 1)")
        return number


def _customers(database: Database) -> int:
    with database.reading() as connection:
        return int(connection.execute("SELECT count(*) FROM customer WHERE name LIKE 'Kauppa %'").get)
