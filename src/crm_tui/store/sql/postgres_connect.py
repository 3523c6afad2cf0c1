"""A new connection to a store in PostgreSQL, set to what our statements count on."""

from __future__ import annotations

from typing import Any

import psycopg

from crm_tui.store.sql import postgres_faults
from crm_tui.store.sql.postgres import PostgresConnection
from crm_tui.store.sql.postgres_address import Address
from crm_tui.store.sql.postgres_types import ADAPTERS

#: what every connection is set to, whatever the database, its user or this machine would have it set to.
#: Who is stopped in the middle of writing must not keep all others from it for ever.
#: A plan is made for the very words and ids that are asked: a common word and a rare one take different ways. Our
#: statements are over before a compiler would be.
_SETTINGS = (
    b"SET client_encoding = 'UTF8'; SET timezone = 'UTC'; SET datestyle = 'ISO, YMD'; SET lock_timeout = %d;"
    # the lock of who writes comes before what they read, whatever a transaction is by default
    b" SET default_transaction_isolation = 'read committed'; SET standard_conforming_strings = on;"
    b" SET plan_cache_mode = force_custom_plan; SET jit = off;"
    # a screen asks for a few ranges of indexes: never worth other processes, or reading a whole index to merge it with
    # some rows, which the usual costs, made for slow disks, have the planner prefer; mostly pages are in memory
    b" SET max_parallel_workers_per_gather = 0; SET seq_page_cost = 0.2; SET random_page_cost = 0.2"
)


def connect(address: Address, patience: float) -> PostgresConnection:
    """A connection that has no transaction, and waits for locks of others for ``patience`` seconds."""
    try:
        raw = psycopg.Connection[Any].connect(**address.settings, autocommit=True, context=ADAPTERS)
    except psycopg.OperationalError as error:
        # not "from": what comes from below has the address in its frames
        raise postgres_faults.refused(address.name, error) from None
    try:
        raw.execute(_SETTINGS % round(patience * 1000))
    except BaseException:
        raw.close()
        raise
    return PostgresConnection(raw)
