"""Answers of a register that a long run got, kept for a day, so that a run that was stopped goes on where it was."""

from __future__ import annotations

import fcntl
import os
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

import msgspec

from crm_tui.domain.errors import Unavailable
from crm_tui.domain.register_entry import RegisterEntry
from crm_tui.interchange.files import new_file

#: older answers are asked for anew
_FRESH = timedelta(days=1)


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """What a register said of an id; ``entry`` is None where it has no such company."""

    id: str
    at: datetime
    entry: RegisterEntry | None = None


class KeptAnswers:
    """A file of answers, one a line, held by one run at a time; in memory is where each of them stands.

    ``about`` is what the file is for (store, actor, register): another run finds it again by that. Raises Unavailable
    while another run holds it, or where the folder can't be written."""

    def __init__(self, folder: Path, about: tuple[str, ...], now: datetime, *, restart: bool = False) -> None:
        name = sha256("\0".join(about).encode("utf-8", "surrogatepass")).hexdigest()[:20]
        path = folder / f"{name}.jsonl"
        self._places: dict[str, int] = {}
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lock = _held(path.with_suffix(".lock"))
            self._take_over(path, now - _FRESH, restart=restart)
            self._file = path.open("r+b")
        except OSError as error:
            raise Unavailable(f"Answers can't be kept in {folder}: {error.strerror or error}.") from error

    def __contains__(self, number: str) -> bool:
        return number in self._places

    def get(self, number: str) -> Kept | None:
        """The answer about an id, if it is kept."""
        place = self._places.get(number)
        if place is None:
            return None
        self._file.seek(place)
        return msgspec.json.decode(self._file.readline(), type=Kept)

    def keep(self, answer: Kept) -> None:
        """Write an answer down; a run that is killed afterwards finds it."""
        place = self._file.seek(0, os.SEEK_END)
        self._file.write(msgspec.json.encode(answer) + b"\n")
        self._file.flush()
        self._places[answer.id] = place

    def close(self) -> None:
        """Let another run have the file."""
        self._file.close()
        os.close(self._lock)

    def _take_over(self, path: Path, since: datetime, *, restart: bool) -> None:
        """Begin a new file with what an earlier run left that is not too old."""
        with new_file(path, overwrite=True) as new:
            if restart or not path.exists():
                return
            with path.open("rb") as old:
                for line in old:
                    answer = _read(line)
                    if answer is not None and answer.at > since:
                        self._places[answer.id] = new.tell()
                        new.write(line)


def _read(line: bytes) -> Kept | None:
    """An answer; None for a line that a kill cut off, or that another version wrote: it is asked for anew."""
    try:
        return msgspec.json.decode(line, type=Kept) if line.endswith(b"\n") else None
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def _held(path: Path) -> int:
    """A lock on a file of its own, since the one with the answers is replaced."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        sentence = "This comparison is running already, and a register is not to be asked twice as fast: wait for it."
        raise Unavailable(sentence) from None
    return descriptor
