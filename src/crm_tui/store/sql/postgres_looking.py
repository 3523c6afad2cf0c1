"""What a store in PostgreSQL is, without changing anything there."""

from __future__ import annotations

from contextlib import closing

from crm_tui.store.sql import postgres_address, postgres_faults, postgres_migrate
from crm_tui.store.sql.postgres_connect import connect

#: seconds to wait for somebody who is changing the schema
_PATIENCE = 5.0


def version_at(url: str, password: str | None = None) -> int | None:
    """Which schema a store has; None where there is none yet. Raises Unavailable, Corrupt."""
    address = postgres_address.read(url, password)
    with postgres_faults.told(address.name), closing(connect(address, _PATIENCE).raw) as con:
        return postgres_migrate.version_of(con, address.name)
