"""What PostgreSQL is asked otherwise for the card: the order of cases, instants as texts, references."""

from __future__ import annotations

from crm_tui.store.sql.dialect import Connection

_IS_PROJECT = "(CASE WHEN c.sales_state = 'won' THEN 1 ELSE 0 END)"
_IS_OVER = "(CASE WHEN c.closed IS NOT NULL OR c.sales_state = 'lost' THEN 1 ELSE 0 END)"
_DAY = "CASE WHEN c.sales_state = 'won' THEN c.deadline ELSE c.expected_order_date END"
_BY_DAY = (
    "(CASE WHEN c.closed IS NOT NULL OR c.sales_state = 'lost'"
    " THEN DATE '0001-01-01' - coalesce(c.closed, DATE '0001-01-01')"
    f" ELSE coalesce({_DAY}, DATE '9999-12-31') - DATE '0001-01-01' END)"
)
#: the index crm_case_in_order has this order to the letter
CASE_ORDER = (_IS_PROJECT, _IS_OVER, _BY_DAY)


def instant(expression: str) -> str:
    """The text of an instant as tables.instant() makes it."""
    return f"to_char({expression} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"


def references_to(con: Connection, table: str) -> list[tuple[str, str, str]]:
    """The references to a table whose rows don't go when the row goes: table, column, and the first column of the
    table's key."""
    found: list[tuple[str, str, str]] = con.execute(
        "SELECT t.relname, a.attname, k.attname FROM pg_constraint f JOIN pg_class t ON t.oid = f.conrelid"
        " JOIN pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = f.conkey[1]"
        " JOIN pg_constraint p ON p.conrelid = f.conrelid AND p.contype = 'p'"
        " JOIN pg_attribute k ON k.attrelid = p.conrelid AND k.attnum = p.conkey[1]"
        " WHERE f.contype = 'f' AND f.confrelid = to_regclass(?) AND f.confdeltype <> 'c' ORDER BY 1, 2",
        (table,),
    ).fetchall()
    return found


def defer_references(con: Connection) -> None:
    """From here to its end the transaction may write references to what is not there yet."""
    con.execute("SET CONSTRAINTS ALL DEFERRED")
