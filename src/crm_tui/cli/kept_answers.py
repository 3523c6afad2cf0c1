"""Answers of a register that a long run got, kept for a day, so that a run that was stopped goes on where it was."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
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
    """A file of answers, one a line, of which one run at a time has hold (one_at_a_time.alone); in memory is where each
    of them stands. Files that nobody added to for a day are removed, whoever left them.

    ``about`` is what the file is for (store, actor, register): another run finds it again by that. Raises Unavailable
    where the folder can't be written."""

    def __init__(self, folder: Path, about: tuple[str, ...], now: datetime, *, restart: bool = False) -> None:
        name = sha256("\0".join(about).encode("utf-8", "surrogatepass")).hexdigest()[:20]
        path = folder / f"{name}.jsonl"
        self._folder = folder
        self._places: dict[str, int] = {}
        with self._room():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _remove_old(folder, now - _FRESH)
            self._take_over(path, now, restart=restart)
            self._read = path.open("rb")
            self._new = path.open("ab", buffering=0)  # a run that is killed has written all that it got

    def __contains__(self, number: str) -> bool:
        return number in self._places

    def get(self, number: str) -> Kept | None:
        """The answer about an id, if it is kept."""
        place = self._places.get(number)
        if place is None:
            return None
        self._read.seek(place)
        return msgspec.json.decode(self._read.readline(), type=Kept)

    def keep(self, answer: Kept) -> None:
        """Write an answer down; a run that is killed afterwards finds it. Raises Unavailable."""
        rest = memoryview(_line(answer))
        with self._room():
            place = self._new.seek(0, os.SEEK_END)
            while rest:
                rest = rest[self._new.write(rest) :]
        self._places[answer.id] = place

    def close(self) -> None:
        """Let another run have the file."""
        self._read.close()
        self._new.close()

    @contextmanager
    def _room(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise Unavailable(f"Answers can't be kept in {self._folder}: {error.strerror or error}.") from error

    def _take_over(self, path: Path, now: datetime, *, restart: bool) -> None:
        """Begin a new file with what an earlier run left that is not too old."""
        with new_file(path, overwrite=True) as new:
            if restart or not path.exists():
                return
            with path.open("rb") as old:
                for line in old:
                    answer = _answer(line)
                    if answer is not None and now - _FRESH < answer.at <= now:
                        self._places[answer.id] = new.tell()
                        new.write(line)


def _line(answer: Kept) -> bytes:
    return msgspec.json.encode(answer) + b"\n"


def _answer(line: bytes) -> Kept | None:
    """An answer; None for a line that we would not have written so (cut off by a kill, damaged, of another version with
    more fields or fewer): it is asked for anew."""
    try:
        answer = msgspec.json.decode(line, type=Kept)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    times = [answer.at, answer.entry.fetched_at] if answer.entry is not None else [answer.at]
    return answer if all(time.tzinfo for time in times) and _line(answer) == line else None


def _remove_old(folder: Path, since: datetime) -> None:
    """Remove files of answers, and what a killed run left of a new one. Locks stay: somebody may wait for one."""
    for path in (*folder.glob("*.jsonl"), *folder.glob(".*.part")):
        with suppress(FileNotFoundError):  # a run beside us, with the other register, was quicker
            if path.stat().st_mtime <= since.timestamp():
                path.unlink()
