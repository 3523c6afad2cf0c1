"""Readers, the one writer, questions in slots, and what becomes of a store whose connections break."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing

import psycopg
import pytest
from tests.store.conftest import Clock

from crm_tui.domain.customers import NewCustomer
from crm_tui.domain.errors import Interrupted, Unavailable
from crm_tui.store.sql import postgres_address
from crm_tui.store.sql.postgres import PostgresConnection
from crm_tui.store.sql.postgres_database import PostgresDatabase, open_at
from crm_tui.store.sql.store import open_postgres

COUNT = "SELECT count(*) FROM favourite"
ADD = "INSERT INTO favourite (user_id, customer_id) VALUES (1, ?)"
NEXT = "SELECT next_customer_number FROM organization"


@pytest.fixture
def database(address: str) -> Iterator[PostgresDatabase]:
    with closing(open_at(address)) as opened:
        yield opened


class InThread:
    """A call in a thread of its own; ``result`` waits for it, and raises what it raised."""

    def __init__(self, call: Callable[[], object]) -> None:
        self._call = call
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._call()
        except BaseException as error:
            self._error = error

    def result(self) -> None:
        self._thread.join(30)
        assert not self._thread.is_alive()
        if self._error is not None:
            raise self._error


def end_connections(address: str) -> None:
    """End all connections to the database but this one."""
    with psycopg.connect(address, autocommit=True) as con:
        con.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def test_a_reading_is_of_one_moment_and_can_not_write(database: PostgresDatabase) -> None:
    with database.reading() as con:
        assert con.execute(COUNT).get == 0
        InThread(lambda: add(database, 1)).result()
        assert con.execute(COUNT).get == 0
    with database.reading() as con:
        assert con.execute(COUNT).get == 1
    with pytest.raises(Unavailable, match="read-only"), database.reading() as con:
        con.execute(ADD, (2,))


def run(
    transaction: AbstractContextManager[PostgresConnection], *steps: str | tuple[str, int] | Callable[[], object]
) -> None:
    """Statements, some with a number, and whatever else is done, in one transaction."""
    with transaction as con:
        for step in steps:
            if callable(step):
                step()
            elif isinstance(step, tuple):
                con.execute(step[0], step[1:])
            else:
                con.execute(step)


def fail() -> None:
    raise LookupError


def add(database: PostgresDatabase, number: int) -> None:
    with database.writing() as con:
        con.execute(ADD, (number,))


def test_what_fails_leaves_nothing_and_a_savepoint_only_its_own(database: PostgresDatabase) -> None:
    with pytest.raises(LookupError):
        run(database.writing(), (ADD, 1), fail)
    with database.writing() as con:
        con.execute(ADD, (2,))
        with pytest.raises(psycopg.IntegrityError):
            run(con, (ADD, 3), (ADD, 2))
        with con, con:
            con.execute(ADD, (4,))
    with database.reading() as con:
        assert con.execute("SELECT customer_id FROM favourite ORDER BY 1").fetchall() == [(2,), (4,)]


def test_references_may_wait_until_the_end_and_no_longer(database: PostgresDatabase) -> None:
    dangling = "INSERT INTO favourite (user_id, customer_id) VALUES (99, 1)"
    with pytest.raises(psycopg.IntegrityError), database.writing() as con:
        con.execute(dangling)
    with database.writing() as con:
        con.dialect.defer_references(con)
        con.execute(dangling)
        assert con.dialect.leaves_dangling(con)
        con.execute("UPDATE favourite SET user_id = 1")
        assert not con.dialect.leaves_dangling(con)
    with pytest.raises(psycopg.IntegrityError):
        run(database.writing(), "SET CONSTRAINTS ALL DEFERRED", dangling)


def test_a_newer_question_ends_the_older_one(database: PostgresDatabase) -> None:
    asked = threading.Event()

    def ask_slowly() -> None:
        with database.reading("find") as con:
            asked.set()
            con.execute("SELECT pg_sleep(60)")

    older = InThread(ask_slowly)
    assert asked.wait(10)
    with database.reading("other") as con:
        assert con.execute(COUNT).get == 0
    with database.reading("find") as con:
        assert con.execute(COUNT).get == 0
    with pytest.raises(Interrupted):
        older.result()
    question = database.question("find")
    with pytest.raises(Interrupted):
        run(database.reading(question), lambda: database.question("find"), COUNT)
    for _ in range(20):  # whatever was interrupted, connections answer again
        with database.reading() as con:
            assert con.execute(COUNT).get == 0


def test_one_that_waits_for_its_turn_is_replaced_too(address: str) -> None:
    with closing(PostgresDatabase.open(postgres_address.read(address), most_readers=1)) as database:

        def ask() -> None:
            with database.reading("find"):
                pass

        with database.reading():
            waiting = InThread(ask)
            while not database._asked - database._readings:
                assert waiting._thread.is_alive()
            database.question("find")
            with pytest.raises(Interrupted):
                waiting.result()


def test_programs_that_write_at_once_lose_nothing(address: str) -> None:
    def count_up() -> None:
        with closing(open_at(address)) as database:
            for _ in range(25):
                with database.writing() as con:
                    number = con.execute(NEXT).get
                    con.execute("UPDATE organization SET next_customer_number = ?", (number + 1,))

    with closing(open_at(address)) as database, database.reading() as con:
        before = con.execute(NEXT).get
    for writer in [InThread(count_up) for _ in range(4)]:
        writer.result()
    with closing(open_at(address)) as database, database.reading() as con:
        assert con.execute(NEXT).get == before + 100


def test_a_writer_that_does_not_end_is_not_waited_for_for_ever(address: str) -> None:
    impatient = PostgresDatabase.open(postgres_address.read(address), patience=0.1)
    with closing(open_at(address)) as other, closing(impatient):
        with (
            other.writing(),
            pytest.raises(Unavailable, match="is being written by somebody else"),
            impatient.writing(),
        ):
            pass
        add(impatient, 1)


def test_connections_that_ended_while_idle_are_replaced_unnoticed(
    database: PostgresDatabase, address: str, clock: Clock
) -> None:
    with closing(open_postgres(address, login="admin", clock=clock)) as store:
        first = store.customers.create(NewCustomer(name="Kauppa Oy"))
        pulse = store.pulse()
        end_connections(address)
        assert store.pulse() == pulse
        assert store.customers.get(first.id) == first
        assert store.customers.create(NewCustomer(name="Toinen Oy")).id > first.id
        assert store.pulse() > pulse


def test_a_connection_that_breaks_while_it_is_used_is_told_and_nothing_was_saved(
    database: PostgresDatabase, address: str
) -> None:
    with pytest.raises(Unavailable, match=r"broke .*nothing of this was saved"):
        run(database.writing(), (ADD, 1), lambda: end_connections(address), (ADD, 2))
    with pytest.raises(Unavailable, match="broke"):
        run(database.reading(), lambda: end_connections(address), COUNT)
    with database.reading() as con:
        assert con.execute(COUNT).get == 0
    add(database, 3)


def test_a_commit_without_an_answer_is_told_as_open(database: PostgresDatabase) -> None:
    with database.writing() as con:
        con.execute(
            "CREATE FUNCTION end_myself() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$"
        )
        con.execute(
            "CREATE CONSTRAINT TRIGGER at_the_end AFTER INSERT ON favourite DEFERRABLE INITIALLY DEFERRED"
            " FOR EACH ROW EXECUTE FUNCTION end_myself()"
        )
    with pytest.raises(Unavailable, match="this may be saved, or not"):
        add(database, 1)
    with database.writing() as con:
        con.execute("DROP TRIGGER at_the_end ON favourite")
    add(database, 1)


def test_a_thread_has_one_transaction(database: PostgresDatabase) -> None:
    with database.reading():
        with pytest.raises(RuntimeError), database.reading():
            pass
        with database.aside() as con:  # but for contents, which are no part of it
            con.execute(ADD, (1,))


def test_the_data_version_changes_with_what_is_committed(database: PostgresDatabase, address: str) -> None:
    before = database.data_version()
    assert database.data_version() == before
    with closing(open_at(address)) as other, other.writing() as con:
        con.execute("INSERT INTO change (at, action) VALUES (now(), '')")
        assert database.data_version() == before
    assert database.data_version() != before


def test_closing_ends_what_is_read(address: str) -> None:
    database = open_at(address)
    asked = threading.Event()

    def ask_slowly() -> None:
        with database.reading() as con:
            asked.set()
            con.execute("SELECT pg_sleep(60)")

    reading = InThread(ask_slowly)
    assert asked.wait(10)
    database.close()
    with pytest.raises(Interrupted):
        reading.result()
    with pytest.raises(Unavailable, match="is closed"), database.reading():
        pass
    database.close()


def test_an_erasure_stands_where_others_hold_the_table(address: str) -> None:
    opened = PostgresDatabase.open(postgres_address.read(address), patience=0.2)
    with closing(opened) as database, psycopg.connect(address) as other:
        with database.writing() as con:
            con.execute("UPDATE upkeep SET erased = 1")
        other.execute("LOCK TABLE contact IN SHARE UPDATE EXCLUSIVE MODE")  # as a VACUUM of somebody else does
        database.overwrite_erased()
        assert "may still hold data of people who were erased" in " ".join(database.notices)
        other.rollback()
        database.overwrite_erased()  # it stays due
        with database.reading() as con:
            assert con.execute("SELECT overwritten FROM upkeep").get == 1
