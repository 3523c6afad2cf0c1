"""Passwords at rest: argon2id with the parameters that OWASP asks for, and how long who errs has to wait.

Whoever tries a login leaves a try behind before the password is looked at, so that many at once are counted, too. From
the sixth on each has to wait, a little longer each time: long enough that nobody gets through a list of passwords, and
so short that nobody is shut out who waits. It is the same for logins that nobody has.
"""

from __future__ import annotations

import datetime as dt
import threading
import unicodedata
from functools import cache
from hashlib import sha256
from math import ceil
from typing import TYPE_CHECKING, Any

from crm_tui.domain.errors import Unavailable
from crm_tui.store.sql.dialect import Connection
from crm_tui.store.sql.tables import instant

if TYPE_CHECKING:
    from argon2 import PasswordHasher

_MEMORY_KIB, _PASSES, _LANES = 19_456, 2, 1
#: of this process; each takes the memory above
_AT_ONCE = threading.BoundedSemaphore(4)

_FREE_TRIES = 5
_LONGEST_WAIT = 30  # seconds
_FORGOTTEN_AFTER = dt.timedelta(hours=1)
_PLACES = 4096


def hashed(password: str) -> str:
    """What the store keeps of a password."""
    with _AT_ONCE:
        return _hasher().hash(_bytes(password))


def fits(kept: str | None, password: str) -> bool:
    """Whether it is the password that is kept. Where none is kept it takes as long to say no."""
    from argon2.exceptions import VerifyMismatchError

    with _AT_ONCE:
        try:
            return _hasher().verify(kept or _nobodys(), _bytes(password)) and kept is not None
        except VerifyMismatchError:
            return False


def is_weak(kept: str) -> bool:
    """Whether it was hashed with other parameters than those of today."""
    return _hasher().check_needs_rehash(kept)


def count_try(con: Connection, login: str, now: dt.datetime) -> int:
    """Count a try to sign in. Where it comes too soon after many wrong ones it is not to be made, and not counted:
    then it returns after how many seconds another may be, else 0."""
    place = _place(login)
    found: Any = con.execute("SELECT failures, failed_at FROM failed_sign_in WHERE id = ?", (place,)).fetchone()
    failures, failed_at = (found[0], dt.datetime.fromisoformat(found[1])) if found else (0, now)
    passed = now - failed_at
    if not dt.timedelta() <= passed < _FORGOTTEN_AFTER:  # long ago; or the clock was set back
        failures = 0
    if failures >= _FREE_TRIES:
        wait = min(1 << min(failures - _FREE_TRIES, 10), _LONGEST_WAIT)
        left: int = ceil(wait - passed.total_seconds())
        if left > 0:
            return left
    con.execute(
        "INSERT INTO failed_sign_in (id, failures, failed_at) VALUES (:place, :failures, :now)"
        " ON CONFLICT (id) DO UPDATE SET failures = excluded.failures, failed_at = excluded.failed_at",
        {"place": place, "failures": failures + 1, "now": instant(now)},
    )
    return 0


def forget_tries(con: Connection, login: str) -> None:
    """Nobody has to wait any more: the password was right."""
    con.execute("DELETE FROM failed_sign_in WHERE id = ?", (_place(login),))


def _place(login: str) -> int:
    return int.from_bytes(sha256(login.encode(errors="replace")).digest()[:4]) % _PLACES


def _bytes(password: str) -> bytes:
    """The same letters are the same password, however a keyboard puts them together."""
    return unicodedata.normalize("NFC", password).encode(errors="replace")


@cache
def _hasher() -> PasswordHasher:
    try:
        from argon2 import PasswordHasher
    except ModuleNotFoundError:
        raise Unavailable(
            "Passwords need the package argon2-cffi, which is not installed; it comes with crm-tui[server]."
        ) from None
    return PasswordHasher(time_cost=_PASSES, memory_cost=_MEMORY_KIB, parallelism=_LANES)


@cache
def _nobodys() -> str:
    """A hash that no password fits."""
    from crm_tui.store.sql.tokens import new_token

    return _hasher().hash(new_token())
