"""Readers see one moment, the newest in a slot wins, writers take turns, and every fault is told in words."""

from __future__ import annotations

import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import apsw
import pytest
from tests.store.kill_loop import SMALL, add

from crm_tui.domain.errors import Corrupt, Interrupted, Unavailable
from crm_tui.store.sql.connections import Database

#: so many steps that a test would hang if it were not interrupted
ENDLESS = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with closing(Database.open(tmp_path / "crm.db", migrations=SMALL)) as database:
        yield database


class InThread:
    """A call in a thread of its own; ``result`` waits for it and gives or raises what it gave or raised."""

    def __init__(self, call: Callable[[], object]) -> None:
        self._call = call
        self._value: object = None
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._value = self._call()
        except BaseException as error:
            self._error = error

    def result(self) -> object:
        self._thread.join(30)
        assert not self._thread.is_alive(), "it hangs"
        if self._error is not None:
            raise self._error
        return self._value


def count(database: Database, slot: str | None = None) -> int:
    with database.reading(slot) as connection:
        return int(connection.execute("SELECT count(*) FROM parent").get)


def fail_after(database: Database, statement: str) -> None:
    with database.writing() as connection:
        connection.execute(statement)
        raise ZeroDivisionError


def tell(event: threading.Event) -> Callable[[], bool]:
    """A progress handler that tells that a query runs, and lets it run on."""

    def handler() -> bool:
        event.set()
        return False

    return handler


def test_a_reading_is_of_one_moment(database: Database) -> None:
    add(database, 1)
    with database.reading() as connection:
        before = connection.execute("SELECT count(*) FROM parent").get
        InThread(lambda: add(database, 2)).result()
        assert connection.execute("SELECT count(*) FROM parent").get == before == 1
    assert count(database) == 2


def test_a_reading_can_not_write(database: Database) -> None:
    with pytest.raises(Unavailable, match="can't be written"), database.reading() as connection:
        connection.execute("DELETE FROM parent")


def test_a_query_left_half_read_does_not_hold_later_readings_back(database: Database) -> None:
    add(database, 1)
    add(database, 2)
    with database.reading() as connection:
        left = connection.execute("SELECT id FROM parent")
        assert next(left) == (1,)
    add(database, 3)
    assert count(database) == 3
    del left


def test_a_failed_writing_leaves_nothing(database: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        fail_after(database, "INSERT INTO parent VALUES (1, 'a')")
    with pytest.raises(apsw.ConstraintError), database.writing() as connection:
        connection.execute("INSERT INTO child VALUES (1, 99)")
    assert count(database) == 0
    add(database, 1)
    assert count(database) == 1


def test_a_thread_has_one_transaction(database: Database) -> None:
    for outer in (database.reading, database.writing):
        for inner in (database.reading, database.writing):
            with outer(), pytest.raises(RuntimeError, match="has a transaction already"), inner():
                pass
    with database.reading(), pytest.raises(RuntimeError, match="end it before closing"):
        database.close()
    add(database, 1)


def test_a_newer_reading_in_the_slot_interrupts_the_query_that_runs(database: Database) -> None:
    running = threading.Event()

    def read_for_ever() -> None:
        with database.reading("list") as connection:
            connection.set_progress_handler(tell(running), 1000, id="test")
            try:
                connection.execute(ENDLESS).fetchall()
            finally:
                connection.set_progress_handler(None, id="test")

    older = InThread(read_for_ever)
    assert running.wait(30)
    assert count(database, "other") == 0
    assert count(database, "list") == 0
    with pytest.raises(Interrupted):
        older.result()
    assert [count(database, "list") for _ in range(8)] == [0] * 8


def test_a_question_may_take_several_readings(database: Database) -> None:
    question = database.question("feed")
    for _ in range(3):
        with database.reading(question) as connection:
            assert connection.execute("SELECT 1").get == 1


def test_an_older_question_reads_no_more_and_leaves_the_newer_alone(database: Database) -> None:
    older = database.question("feed")
    with database.reading(older) as connection:
        assert connection.execute("SELECT 1").get == 1
    newer = database.question("feed")
    with pytest.raises(Interrupted), database.reading(older):
        pytest.fail("an old question was read")
    with database.reading(newer) as connection:
        assert connection.execute("SELECT 1").get == 1
    with database.reading(database.question("another")) as connection:
        assert connection.execute("SELECT 1").get == 1


def test_an_interrupt_while_a_statement_is_prepared_is_an_interrupt(database: Database) -> None:
    """SQLite has another error for it where the statement has a table that it makes by itself."""
    done = threading.Event()

    def ask_newer_ones() -> None:
        while not done.is_set():
            database.question("list")

    newer = InThread(ask_newer_ones)
    try:
        for _ in range(60):
            with suppress(Interrupted), database.reading("list") as connection:
                connection.execute("SELECT value FROM json_each('[1]')").fetchall()
                unfinished = connection.execute("VALUES (1), (2)")  # so that the next connection is a new one
                next(unfinished)
    finally:
        done.set()
        newer.result()


def test_a_newer_reading_in_the_slot_interrupts_one_between_its_queries(database: Database) -> None:
    begun, replaced = threading.Event(), threading.Event()

    def read_twice(second: str) -> None:
        with database.reading("list") as connection:
            connection.execute("SELECT 1").fetchall()
            begun.set()
            assert replaced.wait(30)
            connection.execute(second).fetchall()

    for second in (ENDLESS, "SELECT 1"):
        begun.clear()
        replaced.clear()
        older = InThread(lambda second=second: read_twice(second))  # type: ignore[misc]  # binds the loop's value
        assert begun.wait(30)
        count(database, "list")
        replaced.set()
        with pytest.raises(Interrupted):
            older.result()


def test_the_fifth_reader_waits_its_turn(database: Database) -> None:
    inside = threading.Barrier(5)
    done = threading.Event()
    most = [0, 0]
    lock = threading.Lock()

    def hold() -> None:
        with database.reading():
            inside.wait(30)
            assert done.wait(30)

    def pass_by() -> None:
        with database.reading(), lock:
            most[0] += 1

    holders = [InThread(hold) for _ in range(4)]
    inside.wait(30)
    waiting = [InThread(pass_by) for _ in range(3)]
    assert most[0] == 0
    done.set()
    for call in (*holders, *waiting):
        call.result()
    assert most[0] == 3


def test_one_that_waits_for_its_turn_is_replaced_too(database: Database) -> None:
    inside, done = threading.Barrier(5), threading.Event()

    def hold() -> None:
        with database.reading():
            inside.wait(30)
            assert done.wait(30)

    holders = [InThread(hold) for _ in range(4)]
    inside.wait(30)
    finished: queue.Queue[BaseException | None] = queue.Queue()

    def look() -> None:
        try:
            count(database, "list")
        except Interrupted as error:
            finished.put(error)
        else:
            finished.put(None)

    waiting = [InThread(look) for _ in range(2)]
    assert isinstance(finished.get(timeout=30), Interrupted)  # though no reader has become free
    done.set()
    assert finished.get(timeout=30) is None
    for call in (*holders, *waiting):
        call.result()


def test_threads_that_write_take_turns(database: Database) -> None:
    def write(first: int) -> None:
        for number in range(first, first + 20):
            add(database, number)

    for call in [InThread(lambda first=first: write(first)) for first in range(1, 161, 20)]:  # type: ignore[misc]  # binds the loop's value
        call.result()
    with database.reading() as connection:
        assert connection.execute("SELECT n FROM total").get == count_of(connection) == 160


def count_of(connection: apsw.Connection) -> int:
    return int(connection.execute("SELECT count(*) FROM parent").get)


_WRITER = """
import sys
from crm_tui.store.sql.connections import Database
from tests.store.kill_loop import SMALL, add
database = Database.open(sys.argv[1], migrations=SMALL)
for number in range(int(sys.argv[2]), int(sys.argv[2]) + int(sys.argv[3])):
    add(database, number)
database.close()
"""


@pytest.mark.parametrize(("writers", "changes"), [(4, 50), pytest.param(16, 200, marks=pytest.mark.soak)])
def test_programs_that_write_at_once_lose_nothing(tmp_path: Path, writers: int, changes: int) -> None:
    path = tmp_path / "crm.db"
    children = [
        subprocess.Popen(
            [sys.executable, "-c", _WRITER, path, str(1 + number * changes), str(changes)],
            cwd=Path(__file__).parents[2],
            stderr=subprocess.PIPE,
            text=True,
        )
        for number in range(writers)
    ]
    assert [child.communicate(timeout=100)[1] for child in children] == [""] * writers
    with closing(Database.open(path, migrations=SMALL)) as database:
        assert count(database) == writers * changes


def test_the_data_version_changes_with_every_commit_and_only_then(database: Database, tmp_path: Path) -> None:
    seen = [database.data_version()]
    count(database)
    assert database.data_version() == seen[0]
    add(database, 1)
    seen.append(database.data_version())
    with closing(Database.open(tmp_path / "crm.db", migrations=SMALL)) as other:
        add(other, 2)
    seen.append(database.data_version())
    with pytest.raises(ZeroDivisionError):
        fail_after(database, "DELETE FROM child")
    assert database.data_version() == seen[2]
    assert len(set(seen)) == 3


def test_closing_ends_readings_and_leaves_one_file(tmp_path: Path) -> None:
    path = tmp_path / "crm.db"
    database = Database.open(path, migrations=SMALL)
    add(database, 1)
    running = threading.Event()

    def read_for_ever() -> None:
        with database.reading() as connection:
            connection.set_progress_handler(tell(running), 1000, id="test")
            connection.execute(ENDLESS).fetchall()

    reading = InThread(read_for_ever)
    assert running.wait(30)
    database.close()
    with pytest.raises(Interrupted):
        reading.result()
    database.close()
    for use in (lambda: count(database), lambda: add(database, 2), database.data_version):
        with pytest.raises(Unavailable, match="is closed"):
            use()
    assert {file.name for file in tmp_path.iterdir()} == {"crm.db", "crm.db.lock"}


def test_the_folder_of_files_is_private_and_not_a_link(database: Database, tmp_path: Path) -> None:
    folder = database.files_folder()
    assert folder == tmp_path / "crm.db.files"
    assert folder.stat().st_mode & 0o777 == 0o700
    folder.rmdir()
    folder.symlink_to(tmp_path)
    with pytest.raises(Unavailable, match="not a folder of yours"):
        database.files_folder()


def test_a_mistaken_statement_is_a_mistake_and_no_damage(database: Database) -> None:
    with pytest.raises(apsw.SQLError, match="no such table: nowhere"), database.reading() as connection:
        connection.execute("SELECT * FROM nowhere")


def test_a_table_that_vanished_is_damage(database: Database, tmp_path: Path) -> None:
    with closing(apsw.Connection(str(tmp_path / "crm.db"))) as vandal:
        vandal.execute("DROP TABLE child")
    with pytest.raises(Corrupt, match=r"is damaged \(no such table: child\)"), database.reading() as connection:
        connection.execute("SELECT * FROM child")


def test_text_that_is_no_text_is_damage(database: Database) -> None:
    with database.writing() as connection:
        connection.execute("INSERT INTO parent VALUES (1, CAST(x'ff41' AS TEXT))")
    with pytest.raises(Corrupt, match="is damaged"), database.reading() as connection:
        connection.execute("SELECT name FROM parent").fetchall()


def test_looking_something_up_imports_little(tmp_path: Path) -> None:
    Database.open(tmp_path / "crm.db").close()
    code = (
        "import sys; from crm_tui.store.sql.connections import Database\n"
        "d = Database.open(sys.argv[1], must_exist=True)\n"
        "with d.reading() as c: c.execute('SELECT count(*) FROM customer').fetchall()\n"
        "d.close(); print(*sys.modules)"
    )
    child = subprocess.run(
        [sys.executable, "-c", code, tmp_path / "crm.db"], capture_output=True, text=True, timeout=60, check=True
    )
    loaded = set(child.stdout.split())
    assert "apsw" in loaded
    heavy = {"pathlib", "typing", "re", "msgspec", "tempfile", "shutil", "zipfile", "dataclasses", "asyncio"}
    assert not loaded & heavy
