"""What a bulk load does in PostgreSQL's own words: COPY into tables without indexes and references, which are made, and
checked, at the end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import psycopg
from psycopg import sql

from crm_tui.domain.errors import Invalid

#: what a load writes over a connection of its own, and what it does not write
_ELSEWHERE = ("content", "content_part", "crm_schema", "device", "failed_sign_in", "password", "upkeep")
#: an address is loaded before its customer, which then looks for it
_KEPT_INDEXES = ("address_by_customer",)
#: for each index that is made, one after the other
_FOR_INDEXES = "512MB"


class PostgresBulk:
    """The steps of a bulk load."""

    def columns_of(self, con: Any, table: str) -> tuple[str, ...]:
        """The columns of a table of ours, without what PostgreSQL makes of them."""
        rows = con.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass(?) AND attnum > 0"
            " AND NOT attisdropped AND attgenerated = '' ORDER BY attnum",
            (table,),
        )
        return tuple(name for (name,) in rows)

    def insert(self, con: Any, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Write rows."""
        names = sql.SQL(", ").join(map(sql.Identifier, columns))
        statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), names)
        try:
            with con.raw.cursor() as cursor, cursor.copy(statement) as copy:
                for row in rows:
                    copy.write_row(row)
        except psycopg.DataError as error:
            raise Invalid("records", f"do not fit into {table} ({error.diag.message_primary or error})") from error

    def dangling(self, con: Any) -> str | None:
        """Nothing: references are dropped, and checked when they are made anew."""
        return None

    def drop_indexes(self, con: Any) -> list[tuple[str, str]]:
        """Drop indexes and references; returns (table, statement) to make them anew, the references last."""
        indexes = con.execute(
            "SELECT t.relname, pg_get_indexdef(i.indexrelid), x.relname FROM pg_index i"
            " JOIN pg_class t ON t.oid = i.indrelid JOIN pg_class x ON x.oid = i.indexrelid"
            " WHERE t.relnamespace = (SELECT relnamespace FROM pg_class WHERE oid = to_regclass('crm_schema'))"
            " AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid) AND t.relkind = 'r'"
            " AND t.relname <> ALL (?) AND x.relname <> ALL (?) ORDER BY 3",
            (list(_ELSEWHERE), list(_KEPT_INDEXES)),
        ).fetchall()
        references = con.execute(
            "SELECT t.relname, c.conname, pg_get_constraintdef(c.oid) FROM pg_constraint c"
            " JOIN pg_class t ON t.oid = c.conrelid"
            " WHERE t.relnamespace = (SELECT relnamespace FROM pg_class WHERE oid = to_regclass('crm_schema'))"
            " AND c.contype = 'f' AND t.relname <> ALL (?) ORDER BY 1, 2",
            (list(_ELSEWHERE),),
        ).fetchall()
        for _, _, name in indexes:
            con.execute(f'DROP INDEX "{name}"')
        for table, name, _ in references:
            con.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"')
        return [(table, statement) for table, statement, _ in indexes] + [
            (table, f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" {definition}')
            for table, name, definition in references
        ]

    def make_room(self, con: Any) -> None:
        """Memory for indexes: over words they take many times as long in the little that PostgreSQL gives them else."""
        con.execute(f"SET LOCAL maintenance_work_mem = '{_FOR_INDEXES}'")

    def keep_ids(self, con: Any, table: str, newest: int) -> None:
        """Never give an id again that is not newer than this, or than what is there."""
        if (sequence := con.execute("SELECT pg_get_serial_sequence(?, 'id')", (table,)).get) is not None:
            con.execute(
                f"SELECT setval(CAST(? AS regclass), greatest(max(id), ?, 0) + 1, false) FROM {table}",
                (sequence, newest),
            )

    def finish(self, con: Any) -> None:
        """Have PostgreSQL know how many rows there are of what, which it else finds out after a while."""
        con.execute(f"ANALYZE {tables(con)}")


def tables(con: Any) -> str:
    """All tables of the store, with commas between."""
    listed: str = con.execute(
        "SELECT string_agg(quote_ident(relname), ', ') FROM pg_class WHERE relkind = 'r'"
        " AND relnamespace = (SELECT relnamespace FROM pg_class WHERE oid = to_regclass('crm_schema'))"
    ).get
    return listed
