"""A backup is one sound private file of one moment; restoring it brings back exactly that and loses nothing."""

from __future__ import annotations

import hashlib
import json
import os
import random
import signal
import stat
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import apsw
import pytest
from tests.store.kill_loop import SMALL, SmallWorkload, add

from crm_tui.domain.errors import Corrupt, Invalid, Unavailable
from crm_tui.store.sql.backup import backup, restore, verify
from crm_tui.store.sql.connections import Database
from crm_tui.store.sql.migrate import Migrations

ROOT = Path(__file__).parents[2]
FILES = {"0f3a": b"an offer", "77c1": bytes(range(256)) * 5_000}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "crm.db"


@pytest.fixture
def database(path: Path) -> Iterator[Database]:
    """A store with five changes and two files."""
    with closing(Database.open(path, migrations=SMALL)) as database:
        for number in range(1, 6):
            add(database, number)
        for name, content in FILES.items():
            (database.files_folder() / name).write_bytes(content)
        yield database


@pytest.fixture
def saved(database: Database, tmp_path: Path) -> Path:
    """A backup of it; the store is closed."""
    backup(database, tmp_path / "crm.zip")
    database.close()
    return tmp_path / "crm.zip"


def files_of(path: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in Path(f"{path}.files").iterdir()}


def snapshot(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_a_backup_is_one_private_file_that_brings_everything_back(database: Database, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        manifest = backup(database, tmp_path / "crm.zip")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "crm.zip").stat().st_mode) == 0o600
    assert {file.name for file in tmp_path.iterdir()} == {"crm.zip", "data"}
    assert set(manifest.files) == set(FILES)
    assert verify(tmp_path / "crm.zip") == manifest

    elsewhere = tmp_path / "elsewhere" / "new.db"
    restored = restore(tmp_path / "crm.zip", elsewhere, migrations=SMALL)
    assert restored.kept is None
    assert SmallWorkload().check(elsewhere) == 5
    assert files_of(elsewhere) == FILES
    assert stat.S_IMODE(elsewhere.stat().st_mode) == 0o600
    assert stat.S_IMODE(elsewhere.parent.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in Path(f"{elsewhere}.files").iterdir()} == {0o600}


def test_other_tools_can_read_a_backup(saved: Path) -> None:
    with zipfile.ZipFile(saved) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        assert archive.testzip() is None
        for entry in manifest["entries"]:
            assert hashlib.sha256(archive.read(entry["name"])).hexdigest() == entry["sha256"]


def test_a_backup_is_of_one_moment_while_others_write(database: Database, path: Path, tmp_path: Path) -> None:
    stop, begun = threading.Event(), threading.Event()

    def write() -> None:
        number = 5
        with closing(Database.open(path, migrations=SMALL)) as other:
            while not stop.is_set():
                number += 1
                add(other, number, 500)
                begun.set()

    writer = threading.Thread(target=write)
    writer.start()
    assert begun.wait(30)
    try:
        for number in range(5):
            backup(database, tmp_path / f"{number}.zip")
    finally:
        stop.set()
        writer.join()
    found = []
    for number in range(5):
        restore(tmp_path / f"{number}.zip", tmp_path / f"{number}.db", migrations=SMALL)
        found.append(SmallWorkload().check(tmp_path / f"{number}.db"))
    assert found == sorted(found)
    assert found[0] > 5


def test_nothing_is_overwritten_unasked(database: Database, path: Path, tmp_path: Path) -> None:
    target = tmp_path / "crm.zip"
    target.write_text("a letter")
    with pytest.raises(Invalid, match=r"crm.zip exists already"):
        backup(database, target)
    with pytest.raises(Invalid, match="is not a backup, so it is not replaced"):
        backup(database, target, replace=True)
    assert target.read_text() == "a letter"
    target.unlink()
    backup(database, target)
    add(database, 6)
    assert backup(database, target, replace=True) == verify(target)
    for own in (path, f"{path}-wal", f"{path}.lock", f"{path}.files/x"):
        with pytest.raises(Invalid, match="belongs to the store itself"):
            backup(database, Path(own), replace=True)
    target.unlink()
    target.symlink_to(path)
    with pytest.raises(Unavailable, match="is a link"):
        backup(database, target, replace=True)


def test_a_backup_that_fails_leaves_nothing_behind(database: Database, tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="No such file or directory"):
        backup(database, tmp_path / "none" / "crm.zip")
    (database.files_folder() / "sub").mkdir()
    with pytest.raises(Unavailable, match="sub is not a file of the store"):
        backup(database, tmp_path / "crm.zip")
    assert {file.name for file in tmp_path.iterdir()} == {"data"}


def test_a_damaged_store_makes_no_backup(database: Database, path: Path, tmp_path: Path) -> None:
    database.close()
    content = bytearray(path.read_bytes())
    content[4096 : 2 * 4096] = bytes(4096)
    path.write_bytes(content)
    with (
        closing(Database.open(path, migrations=SMALL)) as damaged,
        pytest.raises(Corrupt, match=r"crm.db is damaged"),
    ):
        backup(damaged, tmp_path / "crm.zip")
    assert {file.name for file in tmp_path.iterdir()} == {"data"}


def test_files_still_being_written_are_left_out(database: Database, tmp_path: Path) -> None:
    (database.files_folder() / ".half").write_bytes(b"half")
    assert set(backup(database, tmp_path / "crm.zip").files) == set(FILES)


def test_restoring_keeps_what_was_there(saved: Path, path: Path) -> None:
    with closing(Database.open(path, migrations=SMALL)) as database:
        add(database, 6)
        (database.files_folder() / "0f3a").write_bytes(b"damaged since")
        (database.files_folder() / "new1").write_bytes(b"new since")
    restored = restore(saved, path, migrations=SMALL)
    assert SmallWorkload().check(path) == 5
    assert files_of(path) == FILES
    assert restored.kept is not None
    assert restored.kept.parent == path.parent
    kept = restored.kept / path.name
    assert SmallWorkload().check(kept) == 6
    assert files_of(kept) == {**FILES, "0f3a": b"damaged since", "new1": b"new since"}
    with closing(Database.open(path, migrations=SMALL)) as database:
        add(database, 6)
    assert SmallWorkload().check(kept) == 6


def test_restoring_keeps_acknowledged_changes_that_are_only_in_the_journal(saved: Path, path: Path) -> None:
    with closing(Database.open(path, migrations=SMALL)) as database:
        add(database, 6)
        left = {suffix: Path(f"{path}{suffix}").read_bytes() for suffix in ("", "-wal")}
    for suffix, content in left.items():
        Path(f"{path}{suffix}").touch(0o600)
        Path(f"{path}{suffix}").write_bytes(content)
    restored = restore(saved, path, migrations=SMALL)
    assert SmallWorkload().check(path) == 5
    assert restored.kept is not None
    assert SmallWorkload().check(restored.kept / path.name) == 6


@pytest.mark.parametrize("content", [b"", b"rubbish", None])
def test_a_store_damaged_beyond_reading_can_be_restored(saved: Path, path: Path, content: bytes | None) -> None:
    path.write_bytes(path.read_bytes()[:5000] if content is None else content)
    Path(f"{path}-wal").write_bytes(b"rubbish too")
    there = {file.name: file.read_bytes() for file in path.parent.iterdir() if file.is_file()}
    restored = restore(saved, path, migrations=SMALL)
    assert SmallWorkload().check(path) == 5
    assert restored.kept is not None
    for name in (path.name, f"{path.name}-wal"):
        assert (restored.kept / name).read_bytes() == there[name]


def test_a_store_that_is_open_is_not_replaced(saved: Path, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crm_tui.store.sql.opening.BUSY_TIMEOUT", 20)
    with closing(Database.open(path, migrations=SMALL)) as open_store:
        with pytest.raises(Unavailable, match="is open in another crm-tui; close it there"):
            restore(saved, path, migrations=SMALL)
        add(open_store, 6)
    with closing(apsw.Connection(str(path))) as other_program:
        other_program.execute("SELECT * FROM parent").fetchall()
        with pytest.raises(Unavailable, match="locked by another program"):
            restore(saved, path, migrations=SMALL)
    assert SmallWorkload().check(path) == 6
    assert not list(path.parent.glob("*before-restore*"))


def test_a_backup_of_a_newer_version_is_refused(saved: Path, path: Path, tmp_path: Path) -> None:
    newer = Migrations((*SMALL.scripts, "CREATE TABLE later (id INTEGER) STRICT"))
    with closing(Database.open(tmp_path / "newer.db", migrations=newer)) as database:
        backup(database, tmp_path / "newer.zip")
    before = snapshot(path.parent)
    with pytest.raises(Corrupt, match=r"newer.zip was written by a newer crm-tui"):
        restore(tmp_path / "newer.zip", path, migrations=SMALL)
    assert snapshot(path.parent) == before
    restore(saved, path, migrations=newer)
    with closing(Database.open(path, migrations=newer)) as database, database.reading() as connection:
        assert connection.execute("SELECT count(*) FROM parent").get == 5


def test_what_is_no_backup_is_refused(path: Path, database: Database, tmp_path: Path) -> None:
    database.close()
    before = snapshot(path.parent)
    for content in (b"", b"rubbish", path.read_bytes()):
        (tmp_path / "x.zip").write_bytes(content)
        with pytest.raises(Corrupt, match=r"x.zip is not a sound backup"):
            restore(tmp_path / "x.zip", path, migrations=SMALL)
    with pytest.raises(Unavailable, match=r"none.zip can't be used \(No such file"):
        restore(tmp_path / "none.zip", path, migrations=SMALL)
    with pytest.raises(Unavailable, match="Is a directory"):
        restore(tmp_path, path, migrations=SMALL)
    assert snapshot(path.parent) == before


@pytest.mark.parametrize("name", ["files/../../evil", "/tmp/evil", "files/.evil", "evil", "files/a/b", "files/a\\b"])
def test_a_forged_backup_reaches_nothing_outside(saved: Path, tmp_path: Path, name: str) -> None:
    forged = tmp_path / "forged.zip"
    with zipfile.ZipFile(saved) as archive, zipfile.ZipFile(forged, "w") as made:
        manifest = json.loads(archive.read("manifest.json"))
        for entry in manifest["entries"]:
            made.writestr(entry["name"], archive.read(entry["name"]))
        made.writestr(name, b"evil")
        checksum = hashlib.sha256(b"evil").hexdigest()
        manifest["entries"].append({"name": name, "size": 4, "sha256": checksum})
        made.writestr("manifest.json", json.dumps(manifest))
    with pytest.raises(Corrupt, match="not of a store"):
        restore(forged, tmp_path / "deep" / "er" / "crm.db", migrations=SMALL)
    assert not list(tmp_path.rglob("*evil*"))


def test_an_archive_that_swells_is_stopped(saved: Path, tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.zip"
    with zipfile.ZipFile(saved) as archive, zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as made:
        for name in archive.namelist():
            made.writestr(name, bytes(100_000_000) if name == "files/0f3a" else archive.read(name))
    with pytest.raises(Corrupt, match="files/0f3a is damaged"):
        verify(bomb)


@pytest.mark.parametrize("mutants", [60, pytest.param(2_000, marks=pytest.mark.soak)])
def test_a_damaged_backup_is_refused_and_changes_nothing(saved: Path, path: Path, mutants: int) -> None:
    whole = saved.read_bytes()
    before = snapshot(path.parent)
    choice = random.Random(2)
    refused = 0
    for _ in range(mutants):
        content = bytearray(whole)
        if choice.random() < 0.3:
            del content[choice.randrange(len(content)) :]
        near = choice.choice([0, max(0, len(content) - 1_000)])
        for _ in range(choice.randint(1, 5)):
            content[choice.randrange(near, len(content))] ^= 1 << choice.randrange(8)
        saved.write_bytes(content)
        try:
            found = verify(saved)
        except Corrupt:
            refused += 1
        else:  # a field of the archive that means nothing, like a time
            assert set(found.files) == set(FILES)
    assert refused > mutants * 3 // 4
    assert snapshot(path.parent) == before


_KILLED = """
import os, signal, sys
from pathlib import Path
from crm_tui.store.sql.backup import restore
from tests.store.kill_loop import SMALL
left = int(sys.argv[3])
def watch(event, arguments):
    global left
    if event in ("os.rename", "os.link", "os.remove", "os.mkdir", "open"):
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(watch)
restore(Path(sys.argv[1]), Path(sys.argv[2]), migrations=SMALL)
"""


def test_being_killed_while_restoring_leaves_the_old_store_or_the_new(saved: Path, path: Path) -> None:
    for number in range(0, 500, 3):
        child = subprocess.run([sys.executable, "-c", _KILLED, saved, path, str(number)], cwd=ROOT, check=False)
        found = SmallWorkload().check(path)
        there = files_of(path)
        assert found in (5, 6)
        assert FILES.items() <= there.items()
        if found == 6:
            assert there["new1"] == b"new since"
        with closing(Database.open(path, migrations=SMALL)) as database:
            if found == 5:
                add(database, 6)
            (database.files_folder() / "new1").write_bytes(b"new since")
        if child.returncode == 0:
            break
        assert child.returncode == -signal.SIGKILL
    assert number > 12
