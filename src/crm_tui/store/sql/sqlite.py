"""What is SQLite's own: its connection as the facets see it. Imports nothing that costs time."""

from __future__ import annotations

import apsw

from crm_tui.store.sql.sqlite_search import SqliteSearch

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from crm_tui.store.sql.sqlite_bulk import SqliteBulk

_IS_PROJECT = "(c.sales_state = 'won')"
_IS_OVER = "(c.closed IS NOT NULL OR c.sales_state = 'lost')"
_DAY = f"iif({_IS_PROJECT}, c.deadline, c.expected_order_date)"
_SOONEST = f"CAST(julianday(coalesce({_DAY}, '9999-12-31')) AS INTEGER)"
_NEWEST = "-CAST(julianday(coalesce(c.closed, '0001-01-01')) AS INTEGER)"


class SqliteDialect:
    """How SQLite wants to be asked."""

    broken = apsw.ConstraintError
    search = SqliteSearch()
    #: the index crm_case_in_order has this order to the letter
    case_order = (_IS_PROJECT, _IS_OVER, f"iif({_IS_OVER}, {_NEWEST}, {_SOONEST})")

    def leaves_dangling(self, con: Any) -> bool:
        """Whether the transaction has written references to what is not there."""
        return bool(con.status(apsw.SQLITE_DBSTATUS_DEFERRED_FKS)[0])

    def defer_references(self, con: Any) -> None:
        """From here to its end the transaction may write references to what is not there yet."""
        con.execute("PRAGMA defer_foreign_keys = ON")

    def references_to(self, con: Any, table: str) -> list[tuple[str, str, str]]:
        """The references to a table whose rows don't go when the row goes."""
        found = con.execute(
            'SELECT s.name, f."from" FROM sqlite_schema s, pragma_foreign_key_list(s.name) f'
            " WHERE s.type = 'table' AND f.\"table\" = ? AND f.on_delete <> 'CASCADE'",
            (table,),
        ).fetchall()
        return [(child, column, _owner_of(con, child)) for child, column in found]

    @property
    def bulk(self) -> SqliteBulk:
        """The steps of a bulk load."""
        from crm_tui.store.sql.sqlite_bulk import SqliteBulk

        return SqliteBulk()

    def instant(self, expression: str) -> str:
        """The text of an instant: that is how it is stored."""
        return expression

    def gathered(self, column: str) -> str:
        """A column by which gathered rows are sorted: as it is, since CROSS JOIN has them gathered first."""
        return column

    def usable(self, channels: str, field: str) -> str:
        """What those channels in a column that may be used have in a field, with U+001F between them."""
        return (
            f"(SELECT string_agg(v, char(31)) FROM (SELECT replace(value ->> '{field}', char(31), ' ') AS v"
            f" FROM json_each({channels}) WHERE NOT ifnull(value ->> 'do_not_use', 0) ORDER BY key))"
        )


def _owner_of(con: Any, table: str) -> str:
    columns = [row[1] for row in con.execute(f"PRAGMA table_info({table})")]
    return "id" if "id" in columns else str(columns[0])


_DIALECT = SqliteDialect()


class SqliteConnection(apsw.Connection):
    """apsw's connection, which says what it speaks."""

    dialect = _DIALECT
    stream = apsw.Connection.execute
