"""A program that is killed while it writes, and what must be true afterwards.

``python -m tests.store.kill_loop MODULE:WORKLOAD PATH`` runs a workload for ever and says on standard output,
as four bytes, each change that has been acknowledged to it.
"""

from __future__ import annotations

import importlib
import os
import random
import struct
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, Protocol

from crm_tui.store.sql.connections import Database
from crm_tui.store.sql.migrate import Migrations

#: parents and children, a total that must fit them, and an index of words: a change touches all four
SMALL = Migrations(
    (
        "CREATE TABLE parent (id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;"
        "CREATE INDEX parent_by_name ON parent (name);"
        "CREATE TABLE child ("
        "  id INTEGER PRIMARY KEY, parent_id INTEGER NOT NULL REFERENCES parent (id)) STRICT;"
        "CREATE TABLE total (n INTEGER NOT NULL) STRICT; INSERT INTO total VALUES (0);"
        "CREATE VIRTUAL TABLE words USING fts5 (name, content='parent', content_rowid='id', detail='none');",
    )
)


class Workload(Protocol):
    """Changes of a store that is killed; both may be run in any process."""

    def changes(self, path: Path) -> Iterator[int]:
        """Open the store, go on after the last change, and yield the number of each that is acknowledged."""
        ...

    def check(self, path: Path) -> int:
        """Open the store and raise AssertionError unless it is consistent; the number of changes in it."""
        ...


class SmallWorkload:
    """Changes of the small schema."""

    def changes(self, path: Path) -> Iterator[int]:
        """Add parents with a child each; some big, some small, so that pages fill and overflow."""
        database = Database.open(path, migrations=SMALL)
        with database.reading() as connection:
            number = int(connection.execute("SELECT count(*) FROM parent").get)
        choice = random.Random(number)
        while True:
            number += 1
            add(database, number, choice.randint(1, 3_000))
            yield number

    def check(self, path: Path) -> int:
        """Numbers without a gap, as many children, the right total, words found, all of it sound."""
        database = Database.open(path, must_exist=True, migrations=SMALL)
        with database.reading() as connection:
            ids = [row[0] for row in connection.execute("SELECT id FROM parent ORDER BY id")]
            assert ids == list(range(1, len(ids) + 1))
            assert connection.execute("SELECT count(*) FROM child").get == len(ids)
            assert connection.execute("SELECT n FROM total").get == len(ids)
            if ids:
                found = connection.execute("SELECT rowid FROM words (?)", (f"n{ids[-1]}",)).fetchall()
                assert found == [(ids[-1],)]
            assert connection.execute("PRAGMA integrity_check").get == "ok"
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        with database.writing() as connection:
            connection.execute("UPDATE total SET n = n")
        database.close()
        return len(ids)


def add(database: Database, number: int, length: int = 10) -> None:
    """One change of the small schema."""
    with database.writing() as connection:
        name = f"n{number} " + "x" * length
        connection.execute("INSERT INTO parent VALUES (?, ?)", (number, name))
        connection.execute("INSERT INTO words (rowid, name) VALUES (?, ?)", (number, name))
        connection.execute("INSERT INTO child VALUES (?, ?)", (number, number))
        connection.execute("UPDATE total SET n = n + 1")


class Outcome(NamedTuple):
    """Of a number of kills: the changes kept in all, and how often one was there that was not acknowledged."""

    kept: int
    in_flight: int


def kill_often(workload: str, path: Path, kills: int, seed: int = 7) -> Outcome:
    """Run ``workload`` ("module:name") and kill it at random moments; AssertionError if anything was lost."""
    choice = random.Random(seed)
    known = in_flight = 0
    for _ in range(kills):
        acknowledged = _run_and_kill(workload, path, choice.random() * 0.05)
        found = load(workload).check(path)
        assert found >= max(known, acknowledged), f"{acknowledged} were acknowledged, {found} are there"
        in_flight += found > acknowledged
        known = found
    return Outcome(known, in_flight)


def _run_and_kill(workload: str, path: Path, seconds: float) -> int:
    command = [sys.executable, "-m", "tests.store.kill_loop", workload, os.fspath(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]) as child:
        assert child.stdout is not None
        told = child.stdout.read(4)  # it is at work now
        try:
            child.wait(seconds)
        except subprocess.TimeoutExpired:
            child.kill()
        told += child.stdout.read()
    assert child.returncode == -9, f"the workload ended by itself, with {child.returncode}"
    last: int = struct.unpack_from("<I", told, len(told) // 4 * 4 - 4)[0]
    return last


def load(workload: str) -> Workload:
    """The workload of that name."""
    module, _, name = workload.partition(":")
    made: Workload = getattr(importlib.import_module(module), name)()
    return made


def main(workload: str, path: str) -> None:
    """Work until killed."""
    for number in load(workload).changes(Path(path)):
        os.write(1, struct.pack("<I", number))


if __name__ == "__main__":
    main(*sys.argv[1:])
