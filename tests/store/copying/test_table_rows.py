"""What a copy reads of tables: all of them, and in both databases the same columns in the same form."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from tests import postgres

from crm_tui.store.sql import table_rows
from crm_tui.store.sql.connections import Database
from crm_tui.store.sql.postgres_database import open_at

#: what is not copied: ways in, what belongs to one database alone, and contents, which are no rows
NOT_COPIED = {"password", "device", "failed_sign_in", "upkeep", "crm_schema", "content", "content_part"}


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A database with a new store."""
    made = postgres.new_database()
    open_at(made).close()
    yield made
    postgres.drop_database(made)


def of_kind(con: psycopg.Connection, table: str, kind: str) -> set[str]:
    rows = con.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass(%s) AND attnum > 0"
        " AND format_type(atttypid, NULL) = %s",
        (table, kind),
    )
    return {name for (name,) in rows}


def test_no_table_is_forgotten(address: str) -> None:
    with psycopg.connect(address) as con:
        there = {name for (name,) in con.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")}
    assert set(table_rows.names()) == there - NOT_COPIED


def test_the_columns_that_have_a_form_of_their_own_are_known(address: str) -> None:
    with psycopg.connect(address) as con:
        for name in table_rows.names():
            columns = {
                column.name for column in con.execute(f"SELECT * FROM {name} LIMIT 0".encode()).description or ()
            }
            assert set(table_rows.JSON.get(name, ())) == of_kind(con, name, "jsonb"), name
            assert table_rows.instants_of(name) & columns == of_kind(con, name, "timestamp with time zone"), name


def test_both_databases_have_the_same_columns(address: str, tmp_path: Path) -> None:
    with (
        closing(Database.open(tmp_path / "crm.db")) as one,
        closing(open_at(address)) as other,
        one.reading() as in_file,
        other.reading() as in_postgres,
    ):
        for name in table_rows.names():
            assert table_rows.whole(in_file, name) == table_rows.whole(in_postgres, name)
