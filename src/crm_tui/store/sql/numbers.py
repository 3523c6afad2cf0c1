"""Numbers of customers and cases: from the organization's counters, never one that is in use."""

from __future__ import annotations

from crm_tui.domain.errors import Invalid
from crm_tui.store.sql.case_access import hides_case
from crm_tui.store.sql.dialect import Connection
from crm_tui.store.sql.rights import Rights


def take_customer_number(con: Connection, wanted: int | None = None, *, of: int | None = None) -> int:
    """The number of a new customer, or ``wanted`` unless another than customer ``of`` has it."""
    taken = _taken(con, "customer", wanted, of)
    if taken:
        raise Invalid("number", f"{wanted} is already used by {taken[1]}")
    return _take(con, "customer", "next_customer_number", wanted)


def take_case_number(con: Connection, rights: Rights, wanted: int | None = None, *, of: int | None = None) -> int:
    """The number of a new case, or ``wanted`` unless another than case ``of`` has it."""
    taken = _taken(con, "crm_case", wanted, of)
    if taken:
        name = "another case" if hides_case(con, rights, taken[0]) else taken[1]
        raise Invalid("number", f"{wanted} is already used by {name}")
    return _take(con, "crm_case", "next_case_number", wanted)


def _taken(con: Connection, table: str, wanted: int | None, of: int | None) -> tuple[int, str] | None:
    """Id and name of what has a number already."""
    if wanted is None:
        return None
    if wanted < 1:
        raise Invalid("number", "a whole number from 1 on")
    row = con.execute(
        f"SELECT id, name FROM {table} WHERE number = ? AND id IS DISTINCT FROM ?", (wanted, of)
    ).fetchone()
    return (row[0], row[1]) if row else None


def _take(con: Connection, table: str, counter: str, wanted: int | None) -> int:
    if wanted is not None:
        return wanted
    number: int = con.execute(f"SELECT {counter} FROM organization").get
    if con.execute(f"SELECT 1 FROM {table} WHERE number = ?", (number,)).get:
        number = con.execute(
            f"SELECT t.number + 1 FROM {table} t WHERE t.number >= ? AND NOT EXISTS"
            f" (SELECT 1 FROM {table} n WHERE n.number = t.number + 1) ORDER BY t.number LIMIT 1",
            (number,),
        ).get
    # the counter is no edit of the organization: it has no revision and no line in the change log
    con.execute(f"UPDATE organization SET {counter} = ?", (number + 1,))
    return number
