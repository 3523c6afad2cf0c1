"""A store is of the old version or of the new one, whatever happens on the way, and a copy is kept."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import closing
from itertools import combinations
from pathlib import Path

import apsw
import pytest
from tests.store.kill_loop import SMALL, add

from crm_tui.domain.errors import Corrupt, Unavailable
from crm_tui.store.sql.connections import Database
from crm_tui.store.sql.migrate import Migrations

ROOT = Path(__file__).parents[2]
#: a step of each kind: new columns and data, a table rebuilt that others refer to, a virtual table, a new table
STEPS = (
    *SMALL.scripts,
    "ALTER TABLE parent ADD COLUMN key TEXT NOT NULL DEFAULT ''; UPDATE parent SET key = lower(name);"
    "CREATE INDEX parent_by_key ON parent (key);",
    "CREATE TABLE new_parent (id INTEGER PRIMARY KEY, key TEXT NOT NULL, name TEXT NOT NULL) STRICT;"
    "INSERT INTO new_parent SELECT id, key, name FROM parent; DROP TABLE parent;"
    "ALTER TABLE new_parent RENAME TO parent; CREATE INDEX parent_by_name ON parent (name);",
    "DROP TABLE words; CREATE VIRTUAL TABLE words USING fts5 (key, content='parent', content_rowid='id');"
    "INSERT INTO words (words) VALUES ('rebuild'); SELECT * FROM parent; CREATE TABLE last (id INTEGER) STRICT;",
)
VERSIONS = tuple(Migrations(STEPS[:number]) for number in range(1, len(STEPS) + 1))
NEWEST = VERSIONS[-1]


def store_of(path: Path, migrations: Migrations) -> Path:
    """A store of version 1 with data, brought to the version of ``migrations``."""
    with closing(Database.open(path, migrations=VERSIONS[0])) as database:
        for number in range(1, 6):
            add(database, number)
    if migrations is not VERSIONS[0]:
        Database.open(path, migrations=migrations).close()
    return path


def describe(path: Path) -> tuple[object, ...]:
    """Version, schema and data, read without our help; what is unfinished is rolled back as SQLite does."""
    with closing(apsw.Connection(str(path))) as connection:
        schema = connection.execute("SELECT name, sql FROM sqlite_schema ORDER BY name").fetchall()
        rows = connection.execute("SELECT id, name FROM parent ORDER BY id").fetchall()
        assert connection.execute("PRAGMA integrity_check").get == "ok"
        return connection.pragma("user_version"), schema, rows


@pytest.mark.parametrize(("start", "end"), combinations(range(1, len(STEPS) + 1), 2))
def test_every_version_leads_to_every_later_one(tmp_path: Path, start: int, end: int) -> None:
    path = store_of(tmp_path / "crm.db", VERSIONS[start - 1])
    Database.open(path, migrations=VERSIONS[end - 1]).close()
    Database.open(tmp_path / "new.db", migrations=VERSIONS[end - 1]).close()
    migrated, new = describe(path), describe(tmp_path / "new.db")
    assert migrated[:2] == new[:2]
    assert len(migrated[2]) == 5  # type: ignore[arg-type]  # the rows
    assert describe(Path(f"{path}.version-{start}"))[0] == start
    assert Path(f"{path}.version-{start}").stat().st_mode & 0o777 == 0o600


def test_a_new_store_needs_no_copy(tmp_path: Path) -> None:
    Database.open(tmp_path / "crm.db", migrations=NEWEST).close()
    assert {file.name for file in tmp_path.iterdir()} == {"crm.db", "crm.db.lock"}


def test_references_hold_again_after_a_migration(tmp_path: Path) -> None:
    path = store_of(tmp_path / "crm.db", VERSIONS[0])
    with (
        closing(Database.open(path, migrations=NEWEST)) as database,
        pytest.raises(apsw.ConstraintError),
        database.writing() as connection,
    ):
        connection.execute("DELETE FROM parent WHERE id = 1")


@pytest.mark.parametrize(
    ("script", "why"),
    [
        ("CREATE TABLE new (id INTEGER) STRICT; DELETE FROM parent WHERE id = 1", "row of child refers to a missing"),
        ("CREATE TABLE new (name TEXT UNIQUE) STRICT; INSERT INTO new SELECT 'same' FROM parent", "UNIQUE"),
        ("CREATE TABLE new (id INTEGER) STRICT; INSERT INTO nowhere VALUES (1)", "no such table"),
    ],
)
def test_what_does_not_fit_the_new_schema_stays_in_the_old(tmp_path: Path, script: str, why: str) -> None:
    path = store_of(tmp_path / "crm.db", VERSIONS[0])
    before = describe(path)
    with pytest.raises(Corrupt, match=f"can't be brought to version 2 .*{why}.*nothing was changed"):
        Database.open(path, migrations=Migrations((STEPS[0], script)))
    assert describe(path) == before
    with closing(Database.open(path, migrations=VERSIONS[0])) as database:
        add(database, 6)


def test_a_store_open_in_an_older_program_is_not_migrated_under_it(tmp_path: Path) -> None:
    path = store_of(tmp_path / "crm.db", VERSIONS[0])
    with closing(Database.open(path, migrations=VERSIONS[0])) as older:
        with pytest.raises(Unavailable, match="is open in an older crm-tui; close that"):
            Database.open(path, migrations=NEWEST)
        add(older, 6)
    Database.open(path, migrations=NEWEST).close()
    assert describe(path)[0] == len(STEPS)


def test_a_migration_needs_a_sound_copy(tmp_path: Path) -> None:
    path = store_of(tmp_path / "crm.db", VERSIONS[0])
    content = bytearray(path.read_bytes())
    pages = [page for page in range(4096, len(content), 4096) if content[page] == 10]
    (page,) = (page for page in pages if b"n2 x" in content[page : page + 4096])
    at = content.index(b"n2 x", page)
    content[at : at + 4] = b"n2!x"
    path.write_bytes(content)
    with pytest.raises(Corrupt, match=r"crm.db is damaged"):
        Database.open(path, migrations=NEWEST)
    assert path.read_bytes()[4096:] == bytes(content)[4096:]


class Cut(Exception):
    """What interrupts a migration in the tests."""


def test_an_exception_at_any_statement_leaves_the_old_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = store_of(tmp_path / "crm.db", VERSIONS[0])
    old = describe(path)
    for number in range(10_000):
        with monkeypatch.context() as patch:
            patch.setattr(apsw, "connection_hooks", [cutter(number)])
            try:
                Database.open(path, migrations=NEWEST).close()
                break
            except Cut:
                pass
        assert describe(path)[0] in (1, len(STEPS))
        assert describe(path) == old or describe(path)[0] == len(STEPS)
        Path(f"{path}.version-1").unlink(missing_ok=True)
    assert number > 30
    assert describe(path)[0] == len(STEPS)


def cutter(number: int):  # type: ignore[no-untyped-def]  # apsw's tracers are not named in its stubs
    """A hook for connections that raises Cut at the statement of that number, counted over all of them."""
    seen = iter(range(number + 1))

    def trace(*_: object) -> bool:
        if next(seen, number) == number:
            raise Cut
        return True

    return lambda connection: connection.set_exec_trace(trace)


_KILLED = """
import os, signal, sys
import apsw
from crm_tui.store.sql.connections import Database
from tests.store.test_migrations import NEWEST
left = int(sys.argv[2])
def trace(*_):
    global left
    left -= 1
    if left < 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return True
apsw.connection_hooks.append(lambda connection: connection.set_exec_trace(trace))
Database.open(sys.argv[1], migrations=NEWEST).close()
"""


@pytest.mark.parametrize("part", [pytest.param(None, marks=pytest.mark.soak), *range(4)])
def test_being_killed_at_any_statement_leaves_the_old_version_or_the_new(tmp_path: Path, part: int | None) -> None:
    """Every tenth statement in the usual run, every one in the long one."""
    path = store_of(tmp_path / "crm.db", VERSIONS[0])
    whole = path.read_bytes()
    old = describe(path)
    step, first = (1, 0) if part is None else (40, part * 10)
    for number in range(first, 10_000, step):
        for file in tmp_path.iterdir():
            file.unlink()
        path.touch(0o600)
        path.write_bytes(whole)
        child = subprocess.run([sys.executable, "-c", _KILLED, path, str(number)], cwd=ROOT, timeout=60, check=False)
        copy = tmp_path / "found.db"
        for suffix in ("", "-wal"):
            if os.path.exists(f"{path}{suffix}"):
                Path(f"{copy}{suffix}").write_bytes(Path(f"{path}{suffix}").read_bytes())
        found = describe(copy)
        assert found == old or found[0] == len(STEPS)
        with closing(Database.open(path, migrations=NEWEST)) as database, database.reading() as connection:
            assert connection.execute("SELECT count(*) FROM last").get == 0
        assert describe(path)[0] == len(STEPS)
        if child.returncode == 0:
            break
        assert child.returncode == -signal.SIGKILL
    assert number > 30


def test_being_killed_while_a_store_is_made_leaves_none_or_a_whole_one(tmp_path: Path) -> None:
    path = tmp_path / "crm.db"
    for number in range(5, 60, 10):
        subprocess.run([sys.executable, "-c", _KILLED, path, str(number)], cwd=ROOT, timeout=60, check=False)
        if path.exists():
            Database.open(path, must_exist=True, migrations=NEWEST).close()
            path.unlink()
    Database.open(path, migrations=NEWEST).close()
    assert not Path(f"{path}.new").exists()


def test_the_shipped_migrations_lead_to_the_version_they_say(tmp_path: Path) -> None:
    shipped = Migrations()
    with closing(Database.open(tmp_path / "crm.db")) as database, database.reading() as connection:
        assert connection.pragma("user_version") == database.version == shipped.newest == len(shipped.scripts)


def test_ticked_activities_of_a_store_of_version_3_stand_where_they_are_due(tmp_path: Path) -> None:
    rows = {
        # kind, starts_on, due, starts_at, is_done, done_at, at, over_at
        ("to-do", "2026-11-17", "2027-03-01", None, 0, None, "2026-11-17", None): "2027-03-01",
        ("task", "2026-11-17", None, None, 0, None, "2026-11-17", None): "2026-11-17",
        ("to-do", None, "2026-11-18", "2026-11-18T12:00:00Z", 0, None, "2026-11-18T12:00:00Z", None): (
            "2026-11-18T12:00:00Z"
        ),
        ("to-do", "2026-11-17", "2027-03-01", None, 1, "2026-11-16T12:00:00Z", "2026-11-16T12:00:00Z", None): (
            "2026-11-16T12:00:00Z"
        ),
        ("task", "2026-11-17", "2027-03-01", None, 1, None, "2026-11-17", None): "2027-03-01",
        ("absence", "2026-11-17", "2027-03-01", None, 0, None, "2026-11-17", "2027-03-01T23:59:59.999999Z"): (
            "2026-11-17"
        ),
    }
    path = tmp_path / "crm.db"
    with (
        closing(Database.open(path, migrations=Migrations(Migrations().scripts[:3]))) as database,
        database.writing() as connection,
    ):
        connection.executemany(
            "INSERT INTO activity (revision, created_at, updated_at, name, all_day, kind, starts_on, due, starts_at,"
            " is_done, done_at, at, over_at) VALUES (1, '', '', '', 0, ?, ?, ?, ?, ?, ?, ?, ?)",
            list(rows),
        )
    with closing(Database.open(path)) as database, database.reading() as connection:
        assert [at for (at,) in connection.execute("SELECT at FROM activity ORDER BY id")] == list(rows.values())
