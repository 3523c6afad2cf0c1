"""A store opens safely or says in one line why not; what is not ours is not touched."""

from __future__ import annotations

import multiprocessing
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import apsw
import pytest
from tests.store.kill_loop import SMALL, SmallWorkload, add

from crm_tui.domain.errors import Corrupt, CrmError, Invalid, Unavailable
from crm_tui.store.sql import filesystem
from crm_tui.store.sql.connections import Database
from crm_tui.store.sql.migrate import Migrations

NOBODY = 65534


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "crm.db"


@pytest.fixture
def store(path: Path) -> Path:
    """A store with three changes, closed."""
    with closing(Database.open(path, migrations=SMALL)) as database:
        for number in (1, 2, 3):
            add(database, number)
    return path


@pytest.fixture
def ordinary() -> Iterator[Path]:
    """A folder of a user whom rights bind: of nobody, while the tests run as root."""
    with tempfile.TemporaryDirectory() as folder:
        if os.geteuid() != 0:
            yield Path(folder)
            return
        os.chown(folder, NOBODY, NOBODY)
        os.seteuid(NOBODY)
        try:
            yield Path(folder)
        finally:
            os.seteuid(0)


def count(database: Database) -> int:
    with database.reading() as connection:
        return int(connection.execute("SELECT count(*) FROM parent").get)


def mode(path: Path | str) -> int:
    return stat.S_IMODE(os.lstat(path).st_mode)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(file): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def refused(path: Path, error: type[CrmError], *words: str, must_exist: bool = False) -> None:
    """Opening raises ``error`` with one line that holds the words, and changes nothing in the folder."""
    before = contents(path.parent)
    with pytest.raises(error) as caught:
        Database.open(path, must_exist=must_exist, migrations=SMALL)
    message = str(caught.value)
    assert "\n" not in message
    for word in (path.name, *words):
        assert word in message
    assert contents(path.parent) == before


def test_a_new_store_is_private_whatever_the_umask(tmp_path: Path) -> None:
    path = tmp_path / "data" / "crm.db"
    before = os.umask(0)
    try:
        with closing(Database.open(path, migrations=SMALL)) as database:
            add(database, 1)
            database.files_folder()
            assert {mode(file) for file in path.parent.iterdir() if file.is_file()} == {0o600}
            assert {file.name for file in path.parent.iterdir()} == {
                "crm.db", "crm.db-wal", "crm.db-shm", "crm.db.lock", "crm.db.files",
            }  # fmt: skip
    finally:
        os.umask(before)
    assert mode(path.parent) == mode(f"{path}.files") == 0o700


def test_every_connection_has_the_settings_that_keep_data_safe(path: Path) -> None:
    wanted = {
        "journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000, "trusted_schema": 0,
        "cell_size_check": 1, "application_id": 0x43524D54, "user_version": 1,
    }  # fmt: skip
    with closing(Database.open(path, migrations=SMALL)) as database:
        for transaction, writable in ((database.reading, False), (database.writing, True)):
            with transaction() as connection:
                assert {name: connection.pragma(name) for name in wanted} == wanted
                assert connection.config(apsw.SQLITE_DBCONFIG_DEFENSIVE, -1) == 1
                assert connection.pragma("query_only") == (not writable)
                assert connection.pragma("cache_size") == (-2_000 if writable else -1_000)


def test_the_shipped_schema_opens_and_stays(path: Path) -> None:
    Database.open(path).close()
    before = path.read_bytes()
    with closing(Database.open(path, must_exist=True)) as database, database.reading() as connection:
        assert connection.execute("SELECT count(*) FROM customer").get == 0
    assert path.read_bytes() == before


def test_a_missing_store_is_named(path: Path) -> None:
    refused(path, Unavailable, "There is no store", must_exist=True)
    refused(path.parent / "none" / "crm.db", Unavailable, "There is no store", must_exist=True)


def test_a_folder_that_can_not_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Unavailable, match=r"file.* can't be used \((Not a directory|File exists)\)"):
        Database.open(tmp_path / "file" / "crm.db", migrations=SMALL)


def test_a_folder_that_can_not_be_written_is_named(ordinary: Path) -> None:
    ordinary.chmod(0o500)
    with pytest.raises(Unavailable, match=r"crm.db.* can't be used \(Permission denied\)"):
        Database.open(ordinary / "crm.db", migrations=SMALL)


def test_a_folder_or_pipe_is_no_store(path: Path) -> None:
    path.mkdir()
    refused(path, Invalid, "is a folder")
    path.rmdir()
    os.mkfifo(path)
    with pytest.raises(Invalid, match="not a regular file"):
        Database.open(path, migrations=SMALL)


def test_links_are_not_followed(store: Path) -> None:
    link = store.parent / "link.db"
    link.symlink_to(store)
    refused(link, Unavailable, "is a link", str(store))


@pytest.mark.parametrize("suffix", ["-wal", "-journal", "-shm"])
def test_a_journal_that_is_a_link_is_not_followed(store: Path, suffix: str) -> None:
    target = store.parent / "precious"
    target.write_bytes(b"precious")
    Path(f"{store}{suffix}").symlink_to(target)
    refused(store, Unavailable, suffix, "is a link")


def test_the_store_of_another_user_is_refused(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: os.lstat(store).st_uid + 1)
    refused(store, Unavailable, "belongs to another user")


def test_rights_of_others_are_taken_away(store: Path) -> None:
    store.chmod(0o644)
    with closing(Database.open(store, migrations=SMALL)) as database:
        assert "Others could read" in database.notices[0]
    assert mode(store) == 0o600


@pytest.mark.parametrize("content", [b"not a database", b"SQLite format 3\0", b"PK\3\4" + bytes(5_000)])
def test_a_file_that_is_no_database_is_left_alone(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    refused(path, Corrupt, "is not a crm-tui store")


def test_an_empty_file_is_not_taken_for_a_new_store(path: Path) -> None:
    path.touch()
    refused(path, Corrupt, "is empty")


@pytest.mark.parametrize("application", [0, 0x0F055112])
@pytest.mark.parametrize("is_open", [False, True])
def test_the_database_of_another_program_is_left_alone(path: Path, application: int, is_open: bool) -> None:
    foreign = apsw.Connection(str(path))
    foreign.pragma("application_id", application)
    foreign.execute("CREATE TABLE places (id INTEGER PRIMARY KEY)")
    foreign.pragma("journal_mode", "wal")
    foreign.execute("INSERT INTO places VALUES (1)")
    if not is_open:
        foreign.close()
    refused(path, Corrupt, "another program")
    foreign.close()


def test_a_newer_store_is_left_alone(store: Path) -> None:
    newer = Migrations((*SMALL.scripts, "CREATE TABLE later (id INTEGER PRIMARY KEY) STRICT"))
    Database.open(store, migrations=newer).close()
    refused(store, Corrupt, "newer crm-tui", "update crm-tui")


def test_a_newer_store_is_recognised_by_its_journal_too(store: Path) -> None:
    newer = apsw.Connection(str(store))
    newer.pragma("user_version", 9)
    files = {suffix: Path(f"{store}{suffix}").read_bytes() for suffix in ("", "-wal")}
    newer.close()
    for suffix, content in files.items():
        Path(f"{store}{suffix}").write_bytes(content)
    with pytest.raises(Corrupt, match="newer crm-tui"):
        Database.open(store, migrations=SMALL)
    assert store.read_bytes() == files[""]
    assert Path(f"{store}-wal").read_bytes() == files["-wal"]


def test_a_journal_without_its_store_is_kept(path: Path) -> None:
    Path(f"{path}-wal").write_bytes(b"acknowledged changes")
    refused(path, Unavailable, "is missing, but its journal")


def test_a_store_locked_by_another_program_says_so(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crm_tui.store.sql.opening.BUSY_TIMEOUT", 20)
    other = apsw.Connection(str(store))
    other.execute("BEGIN EXCLUSIVE")
    with closing(Database.open(store, migrations=SMALL)) as database:
        assert count(database) == 3
        with pytest.raises(Unavailable, match=r"locked by another program.*try again"):
            add(database, 4)
        other.execute("ROLLBACK")
        add(database, 4)
    other.close()


def test_a_store_that_is_being_restored_is_waited_for_then_named(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filesystem, "PATIENCE", 0.05)
    lock = filesystem.StoreLock(str(store))
    assert lock.take_alone()
    refused(store, Unavailable, "restored by another program")
    lock.release()
    Database.open(store, migrations=SMALL).close()


def test_many_may_open_a_new_store_at_once(path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    with context.Pool(6) as pool:
        assert pool.map(open_and_count, [str(path)] * 12, chunksize=1) == [0] * 12


def open_and_count(path: str) -> int:
    with closing(Database.open(path, migrations=SMALL)) as database:
        return count(database)


def unclean(store: Path) -> None:
    """Leave the store as a killed program does: with one more change, which is only in its journal."""
    with closing(Database.open(store, migrations=SMALL)) as database:
        add(database, count(database) + 1)
        files = {suffix: Path(f"{store}{suffix}").read_bytes() for suffix in ("", "-wal")}
    for suffix, content in files.items():
        file = Path(f"{store}{suffix}")
        file.touch(0o600)
        file.write_bytes(content)


def damage_index(store: Path) -> None:
    """Change a key in an index: a damage that a quick check does not see."""
    content = bytearray(store.read_bytes())
    pages = [page for page in range(0, len(content), 4096) if content[page] == 10]  # leaves of indexes
    (page,) = (page for page in pages if b"n2 x" in content[page : page + 4096])
    at = content.index(b"n2 x", page)
    content[at : at + 4] = b"n2!x"
    store.write_bytes(content)
    with closing(apsw.Connection(str(store))) as connection:
        assert connection.execute("PRAGMA quick_check").get == "ok"


def test_after_an_unclean_end_damaged_indexes_are_found(store: Path) -> None:
    damage_index(store)
    unclean(store)
    with pytest.raises(Corrupt, match=r"crm.db is damaged \(.*parent_by_name.*crm-tui restore"):
        Database.open(store, migrations=SMALL)


def test_a_store_too_big_to_be_checked_opens_with_a_notice(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crm_tui.store.sql.opening.CHECK_SECONDS", -1)
    monkeypatch.setattr("crm_tui.store.sql.copies._STEPS_BETWEEN_LOOKS", 1)
    unclean(store)
    with closing(Database.open(store, migrations=SMALL)) as database:
        assert "not closed properly" in database.notices[0]
        assert count(database) == 4


def test_a_store_that_others_use_is_not_taken_for_unclean(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(Database.open(store, migrations=SMALL)) as first:
        add(first, 4)
        with monkeypatch.context() as patch:
            patch.setattr("crm_tui.store.sql.opening.CHECK_SECONDS", -1)  # a check would leave a notice
            with closing(Database.open(store, migrations=SMALL)) as second:
                assert second.notices == ()
                assert count(second) == 4
    assert not Path(f"{store}-wal").exists()


@pytest.mark.parametrize("kind", ["nfs", "nfs4", "cifs", "fuse.sshfs", "9p"])
def test_on_a_network_drive_no_memory_is_shared(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    mounts = tmp_path / "mountinfo"
    at = os.path.realpath(tmp_path).replace(" ", "\\040")
    mounts.write_text(f"1 0 0:1 / / rw - ext4 disk rw\n2 1 0:2 / {at} rw shared:1 - {kind} server:/home rw\n")
    monkeypatch.setattr(filesystem, "MOUNTS", str(mounts))
    with closing(Database.open(store, migrations=SMALL)) as database:
        assert f"network drive ({kind})" in database.notices[0]
        add(database, 4)
        assert not Path(f"{store}-wal").exists()
        with database.reading() as connection:
            assert (connection.pragma("journal_mode"), connection.pragma("synchronous")) == ("truncate", 2)
    mounts.write_text("1 0 0:1 / / rw - ext4 disk rw\n")
    with closing(Database.open(store, migrations=SMALL)) as database:
        assert database.notices == ()
    assert SmallWorkload().check(store) == 4


def test_mounts_are_read_with_their_escapes_and_the_last_wins() -> None:
    lines = (
        "21 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n"
        "22 21 0:9 / /home/a\\040b rw - nfs4 server:/x rw\n"
        "23 22 8:2 / /home/a\\040b/local rw - xfs /dev/sdb1 rw\n"
        "24 21 0:8 / /over rw - nfs a rw\n25 21 8:3 / /over rw - ext4 b rw\nbroken line\n"
    )
    found = [
        filesystem.type_of_mount(folder, lines)
        for folder in ("/", "/home", "/home/a b", "/home/a b/x", "/home/a b/local/x", "/home/a bc", "/over")
    ]
    assert found == ["ext4", "ext4", "nfs4", "nfs4", "xfs", "ext4", "ext4"]


def test_a_read_only_store_is_read_as_it_is(ordinary: Path) -> None:
    path = ordinary / "crm.db"
    with closing(Database.open(path, migrations=SMALL)) as database:
        add(database, 1)
    path.chmod(0o400)
    ordinary.chmod(0o500)
    before = contents(ordinary)
    with closing(Database.open(path, migrations=SMALL)) as database:
        assert count(database) == 1
        assert database.read_only
        assert "is read-only" in database.notices[0]
        with pytest.raises(Unavailable, match="read-only; nothing can be changed"):
            add(database, 2)
        assert isinstance(database.data_version(), int)
    assert contents(ordinary) == before
    ordinary.chmod(0o700)


def test_of_a_read_only_store_no_acknowledged_change_is_hidden(ordinary: Path) -> None:
    path = ordinary / "crm.db"
    with closing(Database.open(path, migrations=SMALL)) as database:
        add(database, 1)
    unclean(path)
    ordinary.chmod(0o500)
    before = contents(ordinary)
    with closing(Database.open(path, migrations=SMALL)) as database:
        assert count(database) == 2
        assert "copy" in database.notices[0]
        with pytest.raises(Unavailable, match="read-only"):
            add(database, 3)
        (private,) = Path(tempfile.gettempdir()).glob(f"crm-tui-*/{path.name}")
        assert mode(private) == 0o600
    assert contents(ordinary) == before
    assert not private.parent.exists()
    ordinary.chmod(0o700)


def test_a_read_only_store_of_an_older_version_is_read_in_the_new_one(ordinary: Path) -> None:
    path = ordinary / "crm.db"
    Database.open(path, migrations=SMALL).close()
    ordinary.chmod(0o500)
    newer = Migrations((*SMALL.scripts, "CREATE TABLE later (id INTEGER PRIMARY KEY) STRICT"))
    with closing(Database.open(path, migrations=newer)) as database, database.reading() as connection:
        assert connection.execute("SELECT count(*) FROM later").get == 0
    assert {file.name for file in ordinary.iterdir()} == {"crm.db", "crm.db.lock"}
    ordinary.chmod(0o700)


def test_a_store_that_may_not_be_read_is_named(ordinary: Path) -> None:
    path = ordinary / "crm.db"
    Database.open(path, migrations=SMALL).close()
    path.chmod(0o000)
    with pytest.raises(Unavailable, match=r"crm.db can't be opened .*check that you may read"):
        Database.open(path, migrations=SMALL)
