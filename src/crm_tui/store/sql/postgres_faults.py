"""What PostgreSQL and the network report, in words for a person: the one place where that is translated.

Let through are psycopg.IntegrityError, which the facets know how to explain, and errors in our own statements.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import errors

from crm_tui.domain.errors import Away, Corrupt, CrmError, Invalid, MaybeSaved, Unavailable

_WAIT_FOR_OTHERS = "wait until others are done, or ask who runs the server for more connections"
#: what the server says when it lets nobody in, and what to do; libpq gives no code for these
_REFUSALS = (
    ("password authentication failed", "check user and password: in PGPASSWORD, or in ~/.pgpass"),
    ("no password supplied", "give the password in PGPASSWORD or in ~/.pgpass"),
    ("pg_hba.conf", "ask who runs the server to let you in from this machine, and whether it wants TLS (sslmode)"),
    ("too many", _WAIT_FOR_OTHERS),  # clients, or connections
    ("remaining connection slots", _WAIT_FOR_OTHERS),
    ("starting up", "wait a moment and try again"),
    ("shutting down", "wait until it is up again and try again"),
    ("recovery mode", "wait a moment and try again"),
    ("does not exist", "check the name of database and user; who runs the server makes them"),
    ("permission denied for database", "ask who runs the server to let you connect to it"),
    ("certificate", "check the server's certificate, and sslrootcert and sslmode in the address"),
    ("SSL", "check what the server offers, and sslmode in the address"),
    ("could not translate host name", "check the name of the host, and your network"),
    ("Connection refused", "check host and port, and that PostgreSQL runs there"),
    ("No such file or directory", "check that PostgreSQL runs on this machine"),
    ("timeout expired", "check host and port, and your network"),
)


def refused(name: str, error: psycopg.Error) -> Unavailable:
    """The error for a connection that could not be made: Away, unless the server has merely no room for another."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    said = lines[0] if lines else type(error).__name__
    known = (remedy for sign, remedy in _REFUSALS if sign in said)
    remedy = next(known, "check the address, the server and your network, then try again")
    said = said.removeprefix("connection failed: ")
    kind = Unavailable if remedy is _WAIT_FOR_OTHERS else Away
    return kind(f"{name} can't be reached ({said}): {remedy}.")


def lost(name: str, error: Exception) -> Away:
    """The error for a connection that broke while something was read, or before it was saved."""
    return Away(f"The connection to {name} broke ({_first_line(error)}); nothing of this was saved: try again.")


def unanswered(name: str, error: Exception) -> MaybeSaved:
    """The error for a connection that broke after it was asked to save, and before it said whether it did."""
    return MaybeSaved(
        f"The connection to {name} broke while it was saving ({_first_line(error)}): this may be saved, or not."
        " Look before you enter it again."
    )


@contextmanager
def told(name: str) -> Iterator[None]:
    """Raise errors of the domain for what goes wrong inside the block with the store of this name."""
    try:
        yield
    except errors.IntegrityConstraintViolation:
        raise
    except errors.NumericValueOutOfRange as error:
        raise Invalid("number", "is larger than a store can keep") from error
    except psycopg.DataError as error:
        if "NUL" not in str(error) and not isinstance(error, errors.UntranslatableCharacter):
            raise
        raise Invalid("text", "has the character NUL, which PostgreSQL can't keep") from error
    except psycopg.Error as error:
        meant = _meant(name, error)
        if meant is None:
            raise
        raise meant from error


def _meant(name: str, error: psycopg.Error) -> CrmError | None:
    """What an error means for people; None for a mistake of ours."""
    match error:
        case errors.QueryCanceled():
            return Unavailable(f"{name} ended what took it too long ({_first_line(error)}); try again later.")
        case errors.ProgramLimitExceeded():
            return Invalid("text", f"is longer than PostgreSQL can index ({_first_line(error)}); shorten it")
        case errors.LockNotAvailable() | errors.DeadlockDetected() | errors.SerializationFailure():
            return Unavailable(
                f"{name} is being written by somebody else, who is not done yet; nothing was changed: try again."
            )
        case errors.DiskFull():
            return Unavailable(
                f"The disk of {name} is full; what was saved before is safe: tell who runs it, then try again."
            )
        case errors.InsufficientResources() | errors.OutOfMemory():
            return Unavailable(f"{name} has no room for this now ({_first_line(error)}); try again later.")
        case errors.ReadOnlySqlTransaction():
            return Unavailable(f"{name} is read-only; nothing can be changed in it.")
        case errors.InsufficientPrivilege():
            return Unavailable(
                f"{name} does not let this user do that ({_first_line(error)}): ask who runs it for the right."
            )
        case errors.DataCorrupted() | errors.IndexCorrupted():
            return Corrupt(f"{name} is damaged ({_first_line(error)}): tell who runs it; they restore a backup.")
        case errors.UndefinedTable() | errors.UndefinedColumn() | errors.InvalidSchemaName():
            return Corrupt(f"{name} is not as this program made it ({_first_line(error)}): restore a backup of it.")
        case psycopg.OperationalError() | psycopg.InterfaceError() if _is_of_connection(error):
            return lost(name, error)
        case psycopg.OperationalError():
            return Unavailable(f"{name} refuses ({_first_line(error)}); nothing of this was saved: try again later.")
        case _:
            return None


def _is_of_connection(error: psycopg.Error) -> bool:
    """Whether the line broke, or the server ended it: in the classes "connection exception" and "operator
    intervention", or without a word."""
    return error.sqlstate is None or error.sqlstate[:2] in ("08", "57", "25")


def _first_line(error: Exception) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)
