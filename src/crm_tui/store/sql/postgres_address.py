"""Where a PostgreSQL store is: the address that people write, and what psycopg is told of it.

A password in an address is used, and never said again: no name, message or traceback has it.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import psycopg
from psycopg.conninfo import conninfo_to_dict

from crm_tui.domain.errors import Invalid

#: what is asked of the network unless the address says otherwise: to give up in seconds, and to notice a lost line
_PATIENCE: dict[str, Any] = {
    "connect_timeout": 10,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
    "application_name": "crm-tui",
}


class Address(NamedTuple):
    """``name`` is what people are told: database and host. ``settings`` are psycopg's, the password among them."""

    name: str
    database: str
    settings: dict[str, Any]

    def __repr__(self) -> str:
        return f"Address({self.name})"


def read(url: str, password: str | None = None) -> Address:
    """The address in ``postgresql://USER@HOST:PORT/DATABASE?sslmode=...``; what it leaves out is libpq's usual. A
    password may be given apart from it. Invalid for what is no such address."""
    try:
        given = conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        # libpq's own words repeat the address
        raise Invalid("address", "is not of the form postgresql://USER@HOST:PORT/DATABASE") from None
    settings = _PATIENCE | given
    if password is not None:
        settings["password"] = password
    database = str(given.get("dbname") or given.get("user") or "PostgreSQL")
    host, port = given.get("host") or given.get("hostaddr") or "", given.get("port")
    is_local = not host or str(host).startswith("/")
    place = "this machine" if is_local else f"{host}:{port}" if port else str(host)
    return Address(f"{database} on {place}", database, settings)
