"""One run at a time asks a register, whoever began it and for whichever store: two would ask twice as fast."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from crm_tui.domain.errors import Unavailable

#: bytes that are read of who is in the way
_LONGEST = 500


@contextmanager
def alone(folder: Path, base: str, who: str) -> Iterator[None]:
    """Hold the register at an address; ``who`` are words for those who have to wait. Raises Unavailable, which tells
    who is in the way, and where the folder can't be written."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = _held(folder / f"{sha256(base.encode('utf-8', 'surrogatepass')).hexdigest()[:20]}.lock", who)
    except OSError as error:
        raise Unavailable(f"Answers can't be kept in {folder}: {error.strerror or error}.") from error
    try:
        yield
    finally:
        os.close(descriptor)


def _held(path: Path, who: str) -> int:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, who.encode("utf-8", "replace"), 0)
    except BlockingIOError:
        sentence = _in_the_way(descriptor)
        os.close(descriptor)
        raise Unavailable(sentence) from None
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def _in_the_way(descriptor: int) -> str:
    who = os.pread(descriptor, _LONGEST, 0).decode("utf-8", "replace").strip() or "another run"
    sentence = "a register is not to be asked twice as fast. Wait until that is done, or stop it."
    return f"Customers are being compared with this register already, by {who}, and {sentence}"
