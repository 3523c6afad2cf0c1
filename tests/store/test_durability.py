"""Nothing that was acknowledged is lost, whatever happens to the process, the power, the disk or the file."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import apsw
import pytest
from tests.store import power_cut
from tests.store.kill_loop import SMALL, SmallWorkload, add, kill_often
from tests.store.power_cut import Acknowledged, Log

from crm_tui.domain.errors import Corrupt, Unavailable
from crm_tui.store.sql.connections import Database

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("kills", [30, pytest.param(300, marks=pytest.mark.soak)])
@pytest.mark.parametrize("workload", ["kill_loop:SmallWorkload", "kill_loop_store:StoreWorkload"])
@pytest.mark.timeout(1800)
def test_what_was_acknowledged_survives_being_killed(tmp_path: Path, workload: str, kills: int) -> None:
    outcome = kill_often(f"tests.store.{workload}", tmp_path / "crm.db", kills)
    assert outcome.kept > kills


@pytest.mark.parametrize("cuts", [300, pytest.param(5_000, marks=pytest.mark.soak)])
@pytest.mark.parametrize("network", [False, True], ids=["wal", "truncate"])
@pytest.mark.timeout(1800)
def test_what_was_acknowledged_survives_a_power_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cuts: int, network: bool
) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(f"1 0 0:1 / / rw - {'nfs4' if network else 'ext4'} disk rw\n")
    monkeypatch.setattr("crm_tui.store.sql.filesystem.MOUNTS", str(mounts))
    monkeypatch.setattr(apsw, "connection_hooks", [lambda connection: connection.wal_autocheckpoint(25)])
    log, start = _logged_changes(tmp_path, 60)
    assert any(isinstance(o, power_cut.Sync) and o.path.endswith("crm.db") for o in log[: len(log) // 2])
    folder = tmp_path / "after"
    folder.mkdir(0o700)
    choice = random.Random(3)
    for _ in range(cuts // 2):
        moment = choice.randrange(len(log))
        files = power_cut.files_after_cut(log, moment, choice.choice([0, 0.5, 0.9, 1]), choice, start)
        power_cut.put_files(files, str(folder))
        acknowledged = max((o.number for o in log[:moment] if isinstance(o, Acknowledged)), default=0)
        assert SmallWorkload().check(folder / "crm.db") >= acknowledged


def _logged_changes(tmp_path: Path, changes: int) -> tuple[Log, dict[str, bytes]]:
    (tmp_path / "live").mkdir()
    path = tmp_path / "live" / "crm.db"
    Database.open(path, migrations=SMALL).close()
    start = {str(path): path.read_bytes()}
    choice = random.Random(5)
    with power_cut.logged() as log:
        database = Database.open(path, migrations=SMALL)
        for number in range(1, changes + 1):
            add(database, number, choice.randint(1, 6_000))
            log.append(Acknowledged(number))
        database.close()
    return log, start


def test_a_full_disk_keeps_what_was_saved_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "crm.db"
    database = Database.open(path, migrations=SMALL)
    add(database, 1)
    database.close()
    with _disk_with_space_for(100_000) as free:
        database = Database.open(path, migrations=SMALL)
        with pytest.raises(Unavailable, match=f"{path} is full; what was saved before is safe: free some space"):
            add(database, 2, 500_000)
        free()
        add(database, 2, 500_000)
        database.close()
    assert SmallWorkload().check(path) == 2


@pytest.mark.parametrize("room", range(0, 60_000, 3_000))
def test_a_disk_that_fills_up_anywhere_leaves_a_sound_store(tmp_path: Path, room: int) -> None:
    path = tmp_path / "crm.db"
    Database.open(path, migrations=SMALL).close()
    saved: list[int] = []
    with _disk_with_space_for(room), pytest.raises(Unavailable, match="is full"):
        _fill(path, saved)
    assert SmallWorkload().check(path) == len(saved)


def _fill(path: Path, saved: list[int]) -> None:
    with closing(Database.open(path, migrations=SMALL)) as database:
        for number in range(1, 20):
            add(database, number, 2_000)
            saved.append(number)


@contextmanager
def _disk_with_space_for(size: int) -> Iterator[Callable[[], None]]:
    """A disk on which ``size`` more bytes can be written until it is told that space was freed."""
    left = float(size)

    class Disk(apsw.VFS):
        def __init__(self) -> None:
            super().__init__("small_disk", "unix", makedefault=True)

        def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> apsw.VFSFile:
            return File("unix", name, flags)

    class File(apsw.VFSFile):
        def xWrite(self, data: bytes, offset: int) -> None:
            nonlocal left
            if len(data) > left:
                raise apsw.FullError("no space left")
            left -= len(data)
            super().xWrite(data, offset)

    def free() -> None:
        nonlocal left
        left = float("inf")

    disk = Disk()
    try:
        yield free
    finally:
        disk.unregister()


_LIMITED = """
import resource, signal, sys
from crm_tui.domain.errors import Unavailable
from crm_tui.store.sql.connections import Database
from tests.store.kill_loop import SMALL, add
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, 600_000))
database = Database.open(sys.argv[1], migrations=SMALL)
number = 0
try:
    while True:
        add(database, number + 1, 3_000)
        number += 1
except Unavailable as error:
    print(number, error)
database.close()
"""


def test_a_file_that_may_not_grow_keeps_what_was_saved(tmp_path: Path) -> None:
    path = tmp_path / "crm.db"
    child = subprocess.run(
        [sys.executable, "-c", _LIMITED, path],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    number, _, message = child.stdout.partition(" ")
    assert "what was saved before is safe" in message
    assert SmallWorkload().check(path) == int(number) > 5


@pytest.mark.parametrize("mutants", [100, pytest.param(4_000, marks=pytest.mark.soak)])
@pytest.mark.timeout(1800)
def test_a_damaged_file_is_named_as_such_or_works(tmp_path: Path, mutants: int) -> None:
    whole = _some_store(tmp_path / "whole.db")
    choice = random.Random(11)
    outcomes = [_use(_mutant(whole, choice), tmp_path / "mutant" / "crm.db") for _ in range(mutants)]
    assert outcomes.count("damaged") > mutants // 4
    assert outcomes.count("works") > 0


def _some_store(path: Path) -> dict[str, bytes]:
    """A store that was killed: its database and its write-ahead log both hold data."""
    database = Database.open(path, migrations=SMALL)
    for number in range(1, 40):
        add(database, number, number * 20)
    database.close()
    database = Database.open(path, migrations=SMALL)
    for number in range(40, 60):
        add(database, number, number)
    found = {suffix: Path(f"{path}{suffix}").read_bytes() for suffix in ("", "-wal")}
    database.close()
    return found


def _mutant(whole: dict[str, bytes], choice: random.Random) -> dict[str, bytes]:
    """The store with some bytes changed, a stretch zeroed, moved or cut off, with or without its log."""
    files = {suffix: bytearray(content) for suffix, content in whole.items()}
    if choice.random() < 0.5:
        del files["-wal"]
    content = files[choice.choice(list(files))]
    match choice.choice(["bits", "header", "schema", "zeros", "moved", "cut", "noise"]):
        case "bits":
            for _ in range(choice.randint(1, 40)):
                content[choice.randrange(len(content))] ^= 1 << choice.randrange(8)
        case "header":
            content[choice.randrange(100)] = choice.randrange(256)
        case "schema":
            for _ in range(choice.randint(1, 10)):
                content[choice.randrange(100, 4096)] = choice.randrange(256)
        case "zeros":
            start = choice.randrange(len(content))
            content[start : start + 4096] = bytes(len(content[start : start + 4096]))
        case "moved":
            page, other = (choice.randrange(len(content) // 4096) * 4096 for _ in "ab")
            content[page : page + 4096] = content[other : other + 4096]
        case "cut":
            del content[choice.randrange(len(content)) :]
        case "noise":
            start = choice.randrange(len(content))
            noise = choice.randbytes(choice.randint(1, 4096))
            content[start : start + len(noise)] = noise[: len(content) - start]
    return {suffix: bytes(content) for suffix, content in files.items()}


def _use(files: dict[str, bytes], path: Path) -> str:
    """Open a store, read all of it, change it, and close it."""
    path.parent.mkdir(mode=0o700, exist_ok=True)
    for old in path.parent.iterdir():
        old.unlink()
    for suffix, content in files.items():
        Path(f"{path}{suffix}").write_bytes(content)
    try:
        database = Database.open(path, must_exist=True, migrations=SMALL)
    except (Corrupt, Unavailable):
        return "damaged"
    outcome = "works"
    for use in (_read_all, _write_some):
        try:
            use(database)
        except (Corrupt, Unavailable):
            outcome = "damaged"
        except apsw.ConstraintError:  # a value changed into one that the rules forbid: the facets' to explain
            outcome = "damaged"
    database.close()
    return outcome


def _read_all(database: Database) -> None:
    with database.reading() as connection:
        for table in ("parent", "child", "total", "words"):
            connection.execute(f"SELECT * FROM {table}").fetchall()
        connection.execute("SELECT name FROM parent ORDER BY name").fetchall()
        connection.execute("SELECT rowid FROM words ('n7')").fetchall()


def _write_some(database: Database) -> None:
    with database.writing() as connection:
        connection.execute("UPDATE parent SET name = name || 'x'")
        connection.execute("INSERT OR IGNORE INTO parent VALUES (1000, 'n1000')")
        connection.execute("INSERT INTO words (rowid, name) VALUES (1000, 'n1000')")
        connection.execute("DELETE FROM child WHERE id % 3 = 0")
