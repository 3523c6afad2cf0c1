"""A reading in PostgreSQL that may be stopped, and the end of a connection's transaction."""

from __future__ import annotations

import threading
from collections.abc import Callable

import psycopg
from psycopg.pq import TransactionStatus

from crm_tui.store.sql.postgres import PostgresConnection
from crm_tui.store.sql.transactions import Question, Reading

#: seconds that the server is given to stop a statement nobody wants any more
_CANCEL_SECONDS = 5.0


class PostgresReading(Reading):
    """A reading that is stopped by ``cancels``."""

    __slots__ = ("cancels",)

    def __init__(self, question: Question | None) -> None:
        super().__init__(question)
        self.cancels: threading.Thread | None = None


def nothing() -> None:
    """Nobody minds."""


def replace(reading: PostgresReading) -> None:
    """Have a reading stopped, by a thread of its own: the server is asked over another connection."""
    reading.replaced = True
    if reading.connection is not None and reading.cancels is None:
        reading.cancels = threading.Thread(target=_canceller(reading.connection), name="cancel", daemon=True)
        reading.cancels.start()


def _canceller(connection: PostgresConnection) -> Callable[[], None]:
    def cancel() -> None:
        try:
            connection.raw.cancel_safe(timeout=_CANCEL_SECONDS)
        except psycopg.Error:
            connection.raw.close()  # it can't be reached: whoever waits for its answer need not

    return cancel


def is_at_rest(connection: PostgresConnection) -> bool:
    """Whether a connection can be used again, after whatever it had begun was taken back; else it is closed."""
    raw = connection.raw
    try:
        if raw.info.transaction_status != TransactionStatus.IDLE and not raw.closed:
            raw.execute(b"ROLLBACK")
    except psycopg.Error:
        raw.close()
    if raw.info.transaction_status != TransactionStatus.IDLE:
        raw.close()
    return not raw.closed
