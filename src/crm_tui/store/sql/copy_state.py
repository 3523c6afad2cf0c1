"""How far a copy into a new store is: kept in the new store itself, until it is whole."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from crm_tui.store.sql.dialect import Connection

_TABLE = "CREATE TABLE copying (rows BIGINT NOT NULL, checksum TEXT NOT NULL, anew TEXT NOT NULL)"


class State(NamedTuple):
    """So many ``rows`` are there, which have this ``checksum``. ``anew`` are the tables and statements of what is
    made again when all are."""

    rows: int
    checksum: str
    anew: tuple[tuple[str, str], ...]


def make(con: Connection) -> None:
    """Make room for it."""
    con.execute(_TABLE)


def read(con: Connection) -> State | None:
    """How far it is; None where it did not begin."""
    row = con.execute("SELECT rows, checksum, anew FROM copying").fetchone()
    if row is None:
        return None
    rows, checksum, anew = row
    return State(rows, checksum, msgspec.json.decode(anew, type=tuple[tuple[str, str], ...]))


def forget(con: Connection) -> None:
    """It begins anew."""
    con.execute("DELETE FROM copying")


def keep(con: Connection, state: State) -> None:
    """Remember how far it is."""
    forget(con)
    con.execute(
        "INSERT INTO copying (rows, checksum, anew) VALUES (?, ?, ?)",
        (state.rows, state.checksum, msgspec.json.encode(state.anew).decode()),
    )


def remove(con: Connection) -> None:
    """The copy is whole."""
    con.execute("DROP TABLE copying")
