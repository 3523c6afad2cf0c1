"""Rule 8 to the byte: of who was erased nothing is left in the file of a store, whatever went before; in PostgreSQL, in
no row."""

from __future__ import annotations

import random
import re
import string
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import apsw
import pytest
from tests.store.conformance import given
from tests.store.conftest import FIRST_START, Clock, Value, kept_stores

from crm_tui.domain.contacts import Contact, ContactChange, Email, NewContact, Phone
from crm_tui.domain.customers import Customer
from crm_tui.domain.registries import RegistryKind
from crm_tui.store.port import Store
from crm_tui.store.sql.connections import Database
from crm_tui.store.sql.migrate import Migrations
from crm_tui.store.sql.setup import set_up
from crm_tui.store.sql.store import SqlStore, open_store

#: a server adds nothing to how a store erases
in_a_file = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
in_each_database = pytest.mark.parametrize("store", ["sqlite", "postgres"], indirect=True)

_INDEXES = ("contact_words", "contact_infix")
_BEGINNINGS = re.compile(rb"(?=([a-z0-9]{8}))")
_OLD_CUSTOMER = (
    "INSERT INTO customer (id, revision, created_at, updated_at, name, number, is_active, is_internal, name_key, words)"
    " VALUES (1, 1, '', '', 'Aalto', 1, 1, 0, 'aalto', 'aalto')"
)
_OLD_CONTACT = (
    "INSERT INTO contact (id, revision, created_at, updated_at, customer_id, first_name, last_name, emails, phones,"
    " email_allowed, is_active, is_deleted, name_key, words)"
    " VALUES (1, 2, '', '', 1, '', '', '[]', '[]', 0, 0, 1, '', '')"
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the fixture ``store`` lies."""
    return tmp_path / "crm.db"


@contextmanager
def second(path: Path) -> Iterator[Database]:
    """The store as another program has it open."""
    with closing(Database.open(path)) as other:
        yield other


def left(path: Path, words: set[str]) -> set[str]:
    """Those of the words that are in the database's file or its write-ahead log, as they were typed or folded."""
    logs = (Path(f"{path}{suffix}") for suffix in ("-wal", "-journal"))
    kept = b"".join(file.read_bytes() for file in (path, *logs) if file.exists()).lower()
    there = {match[1] for match in _BEGINNINGS.finditer(kept)}  # to look for each of 30,000 words takes minutes
    return {word for word in words if word.lower().encode()[:8] in there and word.lower().encode() in kept}


def vocabulary(path: Path) -> set[str]:
    """Every word that the search index of contacts knows, those in the directory of its pages too."""
    with closing(apsw.Connection(str(path))) as con:
        con.execute("CREATE VIRTUAL TABLE temp.known USING fts5vocab('main', 'contact_words', 'row')")
        terms = {str(term) for (term,) in con.execute("SELECT term FROM known")}
        pages = con.execute("SELECT hex(term) FROM contact_words_idx").fetchall()
    return terms | {bytes.fromhex(str(term)).decode("utf-8", "replace")[1:] for (term,) in pages}


def require_sound(path: Path) -> None:
    with closing(apsw.Connection(str(path))) as con:
        for index in _INDEXES:
            con.execute(f"INSERT INTO {index} ({index}, rank) VALUES ('integrity-check', 1)")
        assert con.execute("PRAGMA integrity_check").get == "ok"


def left_in_rows(address: str, words: set[str]) -> set[str]:
    """Those of the words that are in any row of any table in PostgreSQL."""
    tables = kept_stores().ask(address, "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'")
    rows = [kept_stores().ask(address, f"SELECT t::text FROM public.{table} t") for (table,) in tables]
    kept = "\n".join(row for found in rows for (row,) in found).lower()
    return {word for word in words if word.lower() in kept}


class StillSaid(Protocol):
    """Tells those of the words that the store keeps, anywhere in it."""

    def __call__(self, words: set[str]) -> set[str]: ...


@pytest.fixture
def still_said(store: Store, tmp_path: Path, path: Path) -> Iterator[StillSaid]:
    """Of the fixture ``store``, open or closed; a file has to be sound at the end."""
    address = tmp_path / "postgres"
    if address.exists():
        yield partial(left_in_rows, address.read_text())
    else:
        yield lambda words: left(path, words) | vocabulary(path) & words
        require_sound(path)


class People:
    """Contacts with names like no others, and all that was ever said of each."""

    def __init__(self, store: Store, keywords: tuple[int, ...], seed: int) -> None:
        self.store = store
        self.said: dict[int, set[str]] = {}
        self.alive: dict[int, Contact] = {}
        self.erased: set[str] = set()
        self._keywords = keywords
        self._random = random.Random(seed)
        self._number = 4_000_000
        self._customers: list[Customer] = [given.customer(store, f"Customer {n}") for n in range(5)]

    def live(self, steps: int) -> None:
        """A random history."""
        for _ in range(steps):
            chance = self._random.random()
            if chance < 0.5 or len(self.alive) < 10:
                self.add()
            elif chance < 0.75:
                self.rename(self._anybody())
            elif chance < 0.85:
                self._change(self._anybody(), keywords=self._some_keywords())
            elif chance < 0.97:
                self.erase(self._anybody())
            else:
                self._lose_a_customer()

    def add(self) -> Contact:
        """Somebody new."""
        customer = self._random.choice(self._customers)
        fields, said = self._fields()
        made = self.store.contacts.create(NewContact(customer=customer.id, keywords=self._some_keywords(), **fields))
        self.alive[made.id], self.said[made.id] = made, said
        return made

    def rename(self, key: int) -> None:
        """Somebody is known by something else from now on."""
        fields, said = self._fields()
        chosen = self._random.sample(sorted(fields), self._random.randint(1, len(fields)))
        self.said[key] |= said
        self._change(key, **{field: fields[field] for field in chosen})

    def erase(self, key: int) -> None:
        """Somebody goes."""
        gone = self.alive.pop(key)
        self.store.contacts.delete(key, gone.revision)
        self.erased |= self.said[key]

    def _change(self, key: int, **fields: Any) -> None:
        now = self.alive[key]
        self.alive[key] = self.store.contacts.update(key, now.revision, ContactChange(**fields))

    def _lose_a_customer(self) -> None:
        lost = self._customers.pop(self._random.randrange(len(self._customers)))
        self.alive = {key: person for key, person in self.alive.items() if person.customer != lost.id}
        self.store.customers.delete(lost.id, self.store.customers.get(lost.id).revision)
        self._customers.append(given.customer(self.store))

    def _fields(self) -> tuple[dict[str, Any], set[str]]:
        first, last, address, title = (self._word() for _ in range(4))
        story = [self._word() for _ in range(self._random.choice((1, 5, 300)))]
        self._number += self._random.randint(1, 3)  # as the phones of a company are numbered
        number = f"04055{self._number}"
        fields: dict[str, Any] = {
            "first_name": first.title(),
            "last_name": last.title(),
            "emails": (Email(f"{address}@people.example"),),
            "phones": (Phone(f"+358{number[1:]}"),),
            "title": title,
            "description": " ".join(story),
        }
        return fields, {first, last, address, title, number[1:], *story}

    def _word(self) -> str:
        return "".join(self._random.choices(string.ascii_lowercase, k=self._random.randint(9, 14)))

    def _some_keywords(self) -> tuple[int, ...]:
        return tuple(self._random.sample(self._keywords, self._random.randint(0, len(self._keywords))))

    def _anybody(self) -> int:
        return self._random.choice(sorted(self.alive))


@pytest.fixture
def people(store: Store, value: Value, request: pytest.FixtureRequest) -> People:
    """Nobody yet; the parameter is the seed of their history."""
    keywords = tuple(value(RegistryKind.KEYWORD, name) for name in ("VIP", "Press", "Golf"))
    return People(store, keywords, getattr(request, "param", 0))


@pytest.mark.parametrize(
    ("store", "people", "steps"),
    [
        ("sqlite", 1, 400),
        ("postgres", 1, 100),
        *(pytest.param("sqlite", seed, 2_000, marks=pytest.mark.soak) for seed in range(2, 12)),
        *(pytest.param("postgres", seed, 500, marks=pytest.mark.soak) for seed in range(2, 6)),
    ],
    indirect=["store", "people"],
)
def test_nothing_is_left_whatever_went_before(store: Store, people: People, still_said: StillSaid, steps: int) -> None:
    people.live(steps)
    for key in sorted(people.alive)[::3]:
        people.erase(key)

    assert people.erased
    assert still_said(people.erased) == set()  # while the store is open
    store.close()
    assert still_said(people.erased) == set()
    assert still_said({word for key in people.alive for word in people.said[key]})


@in_a_file
def test_the_index_is_sound_after_erasing_who_was_renamed(people: People, store: Store, path: Path) -> None:
    """Switching FTS5's secure-delete on for single deletions damaged it."""
    for _ in range(150):
        people.add()
    for number, key in enumerate(sorted(people.alive)):
        people.rename(key)
        if number % 3 == 0:
            people.erase(key)
        require_sound(path)


@in_a_file
def test_a_reader_of_the_past_holds_the_log_back_until_the_next_change(people: People, path: Path) -> None:
    gone, stays = people.add(), people.add()
    with second(path) as other:
        with other.reading() as con:
            con.execute("SELECT count(*) FROM contact").fetchall()
            people.rename(gone.id)
            people.erase(gone.id)  # nobody is waited for
            assert left(path, people.erased)
        people.rename(stays.id)
        assert left(path, people.erased) == set()


@in_a_file
def test_a_reader_of_the_past_holds_the_log_back_until_the_store_is_closed(
    people: People, store: Store, path: Path
) -> None:
    gone = people.add()
    with second(path) as other:
        with other.reading() as con:
            con.execute("SELECT count(*) FROM contact").fetchall()
            people.erase(gone.id)
            assert left(path, people.erased)
        store.close()
        assert left(path, people.erased) == set()


@in_a_file
def test_what_was_not_finished_is_at_the_next_start(people: People, store: Store, path: Path, clock: Clock) -> None:
    gone = people.add()
    with second(path) as other, other.reading() as con:
        con.execute("SELECT count(*) FROM contact").fetchall()
        people.erase(gone.id)
        store.close()
        assert left(path, people.erased)
    open_store(path, login="admin", clock=clock).close()
    assert left(path, people.erased) == set()
    with second(path) as other, other.reading() as con:
        assert con.execute("SELECT erased = overwritten FROM upkeep").get


@in_a_file
def test_where_there_is_no_room_it_is_said_and_made_up_for_later(
    people: People, store: Store, path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = people.add()
    people.rename(gone.id)

    def full(con: apsw.Connection) -> None:
        raise apsw.FullError("database or disk is full")

    with monkeypatch.context() as patched:
        patched.setattr("crm_tui.store.sql.remnants.rewrite", full)
        people.erase(gone.id)

    assert store.contacts.get(gone.id).is_deleted
    (notice,) = store.notices
    assert "may still hold data of people who were erased" in notice
    store.close()
    reopened: SqlStore = open_store(path, login="admin", clock=clock)
    assert reopened.notices == ()
    reopened.close()
    assert left(path, people.erased) == set()


def test_an_older_store_is_put_in_order(tmp_path: Path, clock: Clock) -> None:
    """Version 1 left things behind, and could damage its index."""
    path = tmp_path / "old.db"
    first = Migrations(Migrations().scripts[:1])
    with closing(Database.open(path, migrations=first)) as database:
        set_up(database, FIRST_START, clock)
        with database.writing() as con:
            con.execute(_OLD_CUSTOMER)
            con.execute(_OLD_CONTACT)
            for index in _INDEXES:  # as the index was after some erasures
                con.execute(f"INSERT INTO {index} (rowid, words) VALUES (1, 'quendelmann')")
            con.execute("INSERT INTO recent VALUES (1, 1, 'Xaverius')")
            con.execute("DELETE FROM recent")

    assert left(path, {"quendelmann", "Xaverius"})
    open_store(path, login="admin", clock=clock).close()

    assert left(path, {"quendelmann", "Xaverius"}) == set()
    require_sound(path)
