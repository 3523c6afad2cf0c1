"""Opening a store in PostgreSQL: what is made, what is refused, and that nothing says a password."""

from __future__ import annotations

import traceback
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from io import BytesIO

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from tests import postgres
from tests.store.conftest import NOW, Clock, set_up_in_postgres

from crm_tui.domain.customers import NewCustomer
from crm_tui.domain.errors import Corrupt, CrmError, Invalid, Unavailable, UnknownUser
from crm_tui.domain.files import FileKind, NewFile
from crm_tui.store.customers import CustomerQuery
from crm_tui.store.paging import PageRequest
from crm_tui.store.sql import postgres_migrate
from crm_tui.store.sql.postgres_database import open_at
from crm_tui.store.sql.store import open_postgres


def run(address: str, statement: str) -> None:
    with psycopg.connect(address, autocommit=True) as con:
        con.execute(statement.encode())


def test_an_empty_database_becomes_a_store_once(empty: str) -> None:
    with ThreadPoolExecutor(4) as threads:
        for database in threads.map(open_at, [empty] * 4):
            database.close()
    with psycopg.connect(empty) as con:
        assert con.execute("SELECT version FROM crm_schema").fetchall() == [(postgres_migrate.NEWEST,)]
        assert con.execute("SELECT count(*) FROM upkeep").fetchone() == (1,)


def test_who_waited_for_another_sees_what_it_made(empty: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With steps so few that PostgreSQL does not remind those who wait to look at what has changed."""
    monkeypatch.setattr(
        postgres_migrate, "scripts", lambda: ("CREATE TABLE crm_schema (version int, unfinished text)",)
    )
    with psycopg.connect(empty) as quick, psycopg.connect(empty, autocommit=True) as slow, ThreadPoolExecutor(1) as one:
        postgres_migrate.migrate(quick, "the store")
        waiting = one.submit(postgres_migrate.migrate, slow, "the store")
        while (
            quick.execute("SELECT 1 FROM pg_locks WHERE NOT granted AND pid = %s", (slow.info.backend_pid,)).rowcount
            < 1
        ):
            assert not waiting.done()
        quick.commit()
        waiting.result()


def test_a_store_does_not_mind_how_its_database_is_set(empty: str) -> None:
    name = conninfo_to_dict(empty)["dbname"]
    with psycopg.connect(empty, autocommit=True) as con:
        con.execute('CREATE SCHEMA "Our CRM"')
        for setting, value in (
            ("search_path", '"Our CRM", public'),
            ("client_encoding", "LATIN1"),
            ("timezone", "'Asia/Kathmandu'"),
            ("datestyle", "German"),
            ("default_transaction_isolation", "serializable"),
            ("standard_conforming_strings", "off"),
            ("bytea_output", "escape"),
        ):
            con.execute(f"ALTER DATABASE {name} SET {setting} = {value}".encode())
    set_up_in_postgres(empty)
    content = bytes(range(256)) * 300
    with (
        closing(open_postgres(empty, login="admin", clock=Clock())) as store,
        closing(open_postgres(empty, login="admin", clock=Clock())) as other,
    ):
        customer = store.customers.create(NewCustomer(name="O'Br\\ien 東京")).id
        file = store.files.create(NewFile(customer=customer, name="x\\y", kind=FileKind.FILE), BytesIO(content))
        assert [row.name for row in store.customers.page(CustomerQuery(text="o'br"), PageRequest()).rows] == [
            "O'Br\\ien 東京"
        ]
        assert store.customers.get(customer).created_at == NOW
        with other.files.open(file.id) as stored:
            assert stored.read() == content
        with ThreadPoolExecutor(2) as pool:
            made = [pool.submit(each.customers.create, NewCustomer(name="Aalto")) for each in (store, other) * 8]
            assert len({each.result().number for each in made}) == 16


def test_a_store_lives_in_whatever_schema_the_address_names(empty: str) -> None:
    run(empty, "CREATE SCHEMA card")
    run(empty, "CREATE TABLE public.somebody_elses (id int)")
    there = make_conninfo(empty, options="-c search_path=card")
    with closing(open_at(there)) as database, database.writing() as con:
        assert con.execute("SELECT count(*) FROM customer").get == 0
    with psycopg.connect(empty) as con:
        assert con.execute("SELECT to_regclass('card.crm_schema'), to_regclass('public.customer')").fetchone() == (
            "card.crm_schema",
            None,
        )
    open_at(there).close()


def test_the_store_goes_on_with_what_was_saved(address: str, clock: Clock) -> None:
    with closing(open_postgres(address, login="admin", clock=clock)) as store:
        made = store.customers.create(NewCustomer(name="Kauppa Oy"))
        assert store.pulse() > 0
    with closing(open_postgres(address, login="admin", clock=clock)) as store:
        assert store.customers.get(made.id) == made
        assert store.name == conninfo_to_dict(address)["dbname"]
        assert store.notices == ()


@pytest.mark.parametrize(
    ("statement", "error", "words"),
    [
        ("CREATE TABLE orders (id int)", Invalid, "is no crm-tui store, and not empty: it has a table “orders”"),
        ("CREATE TABLE crm_schema (version int, unfinished text)", Corrupt, "does not say of which version"),
    ],
)
def test_what_is_somebody_elses_is_left_alone(empty: str, statement: str, error: type[CrmError], words: str) -> None:
    run(empty, statement)
    with pytest.raises(error, match=words):
        open_at(empty)
    with psycopg.connect(empty) as con:
        assert con.execute("SELECT to_regclass('customer')").fetchone() == (None,)


@pytest.mark.parametrize(
    ("statement", "error", "words"),
    [
        ("UPDATE crm_schema SET version = 99", Corrupt, r"of a newer version \(99\).*: update crm-tui\."),
        ("UPDATE crm_schema SET unfinished = 'it is being copied'", Unavailable, "not whole yet: it is being copied"),
    ],
)
def test_what_this_program_can_not_use_is_said(address: str, statement: str, error: type[CrmError], words: str) -> None:
    run(address, statement)
    with pytest.raises(error, match=words):
        open_at(address)


def test_a_migration_is_whole_or_not_at_all(empty: str, monkeypatch: pytest.MonkeyPatch) -> None:
    first, *_ = postgres_migrate.scripts()
    monkeypatch.setattr(postgres_migrate, "scripts", lambda: (first, "CREATE TABLE customer (id int)"))
    with pytest.raises(psycopg.errors.DuplicateTable):
        open_at(empty)
    with psycopg.connect(empty) as con:
        assert con.execute("SELECT to_regclass('customer')").fetchone() == (None,)
    monkeypatch.undo()
    open_at(empty).close()


def test_nobody_but_users_of_the_store_opens_it(address: str, clock: Clock) -> None:
    with pytest.raises(UnknownUser):
        open_postgres(address, login="nobody", clock=clock)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"dbname": "no_such_thing"}, "can't be reached .*does not exist.*: check the name of database and user"),
        ({"user": "no_such_user"}, "does not exist.*: check the name of database and user"),
        ({"host": "/no/such/folder"}, "check that PostgreSQL runs on this machine"),
        ({"host": "127.0.0.1", "port": "1"}, "127.0.0.1:1 can't be reached .*: check host and port"),
    ],
)
def test_a_server_that_can_not_be_reached_is_told_with_a_remedy(
    address: str, changed: dict[str, str], words: str
) -> None:
    with pytest.raises(Unavailable, match=words):
        open_at(make_conninfo(address, **changed))


def test_a_server_that_has_no_room_for_another_is_busy_and_not_away(address: str) -> None:
    run(address, f"ALTER DATABASE {conninfo_to_dict(address)['dbname']} CONNECTION LIMIT 0")
    with pytest.raises(Unavailable, match=r"too many connections .*: wait until others are done") as caught:
        open_at(address)
    assert type(caught.value) is Unavailable


def test_a_password_is_never_said(address: str) -> None:
    secret = "kanarialintu-81"
    with pytest.raises(Unavailable) as refused:
        open_at(f"postgresql://crm:{secret}@127.0.0.1:1/crm")
    with pytest.raises(Invalid) as malformed:
        open_at(f"postgresql://crm:{secret}@[::1/crm")
    for told in (refused, malformed):
        shown = traceback.TracebackException.from_exception(told.value, capture_locals=True)
        assert secret not in str(told.value)
        assert secret not in "".join(line for line in traceback.format_exception(told.value))
        assert shown is not None
    with closing(open_at(make_conninfo(address, password=secret))) as database:
        assert secret not in f"{database.name} {database.place} {database!r}"


def test_who_may_only_read_looks_and_is_told(address: str, clock: Clock) -> None:
    run(address, f"ALTER DATABASE {conninfo_to_dict(address)['dbname']} SET default_transaction_read_only = on")
    with closing(open_postgres(address, login="admin", clock=clock)) as store:
        assert "is read-only; nothing can be changed in it" in store.notices[0]
        with pytest.raises(Unavailable, match="is read-only; nothing can be changed"):
            store.customers.create(NewCustomer(name="Kauppa Oy"))


def test_values_are_what_sqlite_gives(address: str) -> None:
    with closing(open_at(address)) as database, database.writing() as con:
        con.execute("CREATE TEMP TABLE kept (at timestamptz, day date, json jsonb, number bigint, is_so smallint)")
        given = ("2026-11-18T10:00:00.500000Z", "2026-11-18", '{"a": [1, "å:?"]}', 2**62, True)
        con.execute("INSERT INTO kept VALUES (?, ?, ?, ?, ?)", given)
        row = con.execute(
            "SELECT at, day, json, number, is_so, at = :at, (SELECT sum(number) FROM kept), 'a?:b' FROM kept"
            " WHERE at >= :at AND is_so IN (SELECT value FROM json_each(:list)) AND day = :day",
            {"at": given[0], "list": "[1,2]", "day": "2026-11-18"},
        ).get
        assert row == (given[0], given[1], '{"a":[1,"å:?"]}', 2**62, 1, 1, 2**62, "a?:b")
        assert con.execute("SELECT at FROM kept WHERE number = 1").get is None
        assert con.execute("UPDATE kept SET number = 3").fetchall() == []
        assert con.changes() == 1
        con.executemany("INSERT INTO kept (number) VALUES (?)", [(1,), (2,)])
        grouped = "SELECT json_group_array(number) FROM (SELECT number FROM kept ORDER BY number) k"
        assert con.execute(grouped).get == "[1, 2, 3]"
        assert [n for (n,) in con.stream("SELECT number FROM kept ORDER BY number")] == [1, 2, 3]


def test_nul_in_a_text_is_refused(address: str, clock: Clock) -> None:
    with (
        closing(open_postgres(address, login="admin", clock=clock)) as store,
        pytest.raises(Invalid, match="NUL"),
    ):
        store.customers.create(NewCustomer(name="Kaup\0pa"))


def test_a_database_of_another_encoding_is_refused() -> None:
    address = postgres.new_database("template0 ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C'")
    try:
        with pytest.raises(Invalid, match="another encoding than UTF8"):
            open_at(address)
    finally:
        postgres.drop_database(address)
