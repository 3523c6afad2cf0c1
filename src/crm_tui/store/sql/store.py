"""The store on a database: the facets put together and bound to an actor."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Self

from crm_tui.store.reach import HERE, Reach
from crm_tui.store.sql import connections, content_upkeep, idempotency, indexing, remnants
from crm_tui.store.sql import rights as rights_of
from crm_tui.store.sql.customers import SqlCustomers
from crm_tui.store.sql.database import Database
from crm_tui.store.sql.facet import Binding
from crm_tui.store.sql.pulse import Pulse
from crm_tui.store.sql.registries import SqlRegistries
from crm_tui.store.sql.tables import instant
from crm_tui.store.sql.users import SqlUsers
from crm_tui.store.sql.views import SqlViews

if TYPE_CHECKING:
    from crm_tui.store.sql.activities import SqlActivities
    from crm_tui.store.sql.addresses import SqlAddresses
    from crm_tui.store.sql.billing import SqlBilling
    from crm_tui.store.sql.cases import SqlCases
    from crm_tui.store.sql.contacts import SqlContacts
    from crm_tui.store.sql.devices import SqlDevices
    from crm_tui.store.sql.duplicates import SqlDuplicates
    from crm_tui.store.sql.files import SqlFiles
    from crm_tui.store.sql.finance import SqlFinance
    from crm_tui.store.sql.gate import SqlGate
    from crm_tui.store.sql.history import SqlHistory
    from crm_tui.store.sql.imports import SqlImports
    from crm_tui.store.sql.merging import SqlMerging
    from crm_tui.store.sql.notes import SqlNotes
    from crm_tui.store.sql.portable import SqlPortable
    from crm_tui.store.sql.search import SqlSearch


class SqlStore:
    """The Store port. All stores bound to one database share it; closing one closes it for all.

    A facet is imported when it is first used: the list of customers needs few of them.
    """

    def __init__(self, binding: Binding, pulse: Pulse | None = None) -> None:
        self._binding = binding
        self._pulse = pulse or Pulse(binding.database)

    @property
    def name(self) -> str:
        """What the database is called: its file, without the ending, or as the server calls it."""
        return self._binding.database.name

    @property
    def path(self) -> Path:
        """The database's file, where it is one."""
        return Path(self._binding.database.place)

    @property
    def notices(self) -> tuple[str, ...]:
        """What the user should know about how it was opened."""
        return tuple(self._binding.database.notices)

    @cached_property
    def customers(self) -> SqlCustomers:
        """Customers: list, preview, card."""
        return SqlCustomers(self._binding)

    @cached_property
    def addresses(self) -> SqlAddresses:
        """Addresses of customers."""
        from crm_tui.store.sql.addresses import SqlAddresses

        return SqlAddresses(self._binding)

    @cached_property
    def contacts(self) -> SqlContacts:
        """People at customers."""
        from crm_tui.store.sql.contacts import SqlContacts

        return SqlContacts(self._binding)

    @cached_property
    def activities(self) -> SqlActivities:
        """Feed, board and activities."""
        from crm_tui.store.sql.activities import SqlActivities

        return SqlActivities(self._binding)

    @cached_property
    def notes(self) -> SqlNotes:
        """Notes of customers and cases."""
        from crm_tui.store.sql.notes import SqlNotes

        return SqlNotes(self._binding)

    @cached_property
    def cases(self) -> SqlCases:
        """Sales cases and projects."""
        from crm_tui.store.sql.cases import SqlCases

        return SqlCases(self._binding)

    @cached_property
    def finance(self) -> SqlFinance:
        """Forecasts, actuals, invoices."""
        from crm_tui.store.sql.finance import SqlFinance

        return SqlFinance(self._binding)

    @cached_property
    def files(self) -> SqlFiles:
        """Files and links."""
        from crm_tui.store.sql.files import SqlFiles

        return SqlFiles(self._binding)

    @cached_property
    def billing(self) -> SqlBilling:
        """Billing settings."""
        from crm_tui.store.sql.billing import SqlBilling

        return SqlBilling(self._binding)

    @cached_property
    def registries(self) -> SqlRegistries:
        """Lists of values."""
        return SqlRegistries(self._binding)

    @cached_property
    def users(self) -> SqlUsers:
        """Users, profiles, organization."""
        return SqlUsers(self._binding)

    @cached_property
    def devices(self) -> SqlDevices:
        """Devices with a token, and passwords."""
        from crm_tui.store.sql.devices import SqlDevices

        return SqlDevices(self._binding)

    @cached_property
    def views(self) -> SqlViews:
        """Saved views."""
        return SqlViews(self._binding)

    @cached_property
    def search(self) -> SqlSearch:
        """Find anything."""
        from crm_tui.store.sql.search import SqlSearch

        return SqlSearch(self._binding)

    @cached_property
    def duplicates(self) -> SqlDuplicates:
        """Customers and contacts that may be the same."""
        from crm_tui.store.sql.duplicates import SqlDuplicates

        return SqlDuplicates(self._binding)

    @cached_property
    def history(self) -> SqlHistory:
        """The change log."""
        from crm_tui.store.sql.history import SqlHistory

        return SqlHistory(self._binding)

    @cached_property
    def imports(self) -> SqlImports:
        """Import runs."""
        from crm_tui.store.sql.imports import SqlImports

        return SqlImports(self._binding)

    @cached_property
    def merging(self) -> SqlMerging:
        """Two become one."""
        from crm_tui.store.sql.merging import SqlMerging

        return SqlMerging(self._binding)

    @cached_property
    def portable(self) -> SqlPortable:
        """The whole store in and out."""
        from crm_tui.store.sql.portable import SqlPortable

        return SqlPortable(self._binding)

    def acting_as(self, login: str) -> Self:
        """The same store on behalf of another user; NotFound where no active user has that login."""
        with self._binding.database.reading() as con:
            rights_of.load(con, login)
        return self._bound(self._binding._replace(login=login))

    def latest(self, slot: str) -> Self:
        """The same store for one question, of which only the newest in ``slot`` matters."""
        return self._bound(self._binding._replace(question=self._binding.database.question(slot)))

    def once(self, key: str) -> Self:
        """The same store for one write that is carried out at most once under this key."""
        return self._bound(self._binding._replace(key=key))

    def was_saved(self, key: str) -> bool:
        """Whether the actor saved something under this key."""
        with self._binding.database.reading() as con:
            rights = rights_of.load(con, self._binding.login)
            return idempotency.saved(con, rights.user, key) is not None

    def pulse(self) -> int:
        """A number that grows whenever anybody changed data."""
        return self._pulse.read()

    def erasures(self) -> int:
        """How many people were erased so far."""
        with self._binding.database.reading() as con:
            number: int = con.execute("SELECT erased FROM upkeep").get
        return number

    def reach(self) -> Reach:
        """Whether the store answers now: a database that does not raises Unavailable."""
        return HERE

    def gate(self) -> SqlGate:
        """Who may come in over a server of this store; whoever asks for it closes it, before the store."""
        from crm_tui.store.sql.gate import SqlGate

        return SqlGate(self._binding.database, self._binding.clock)

    def close(self) -> None:
        """Close the database."""
        self._binding.database.close()

    def _bound(self, binding: Binding) -> Self:
        return type(self)(binding, self._pulse)


def open_store(path: Path, *, login: str, clock: Callable[[], dt.datetime]) -> SqlStore:
    """Open the store at ``path``, set up before (setup.set_up), on behalf of ``login``.

    Raises Corrupt, Unavailable, and NotFound where no active user has that login.
    """
    return store_on(connections.Database.open(path), login, clock)


def open_postgres(url: str, *, login: str, clock: Callable[[], dt.datetime], password: str | None = None) -> SqlStore:
    """The same for a store in PostgreSQL, at ``postgresql://...``. The password may be in the address, given apart from
    it, or where libpq looks: PGPASSWORD, ~/.pgpass. Raises Invalid for what is no such address, or a foreign database.
    """
    from crm_tui.store.sql.postgres_database import open_at

    return store_on(open_at(url, password), login, clock)


def store_on(database: Database, login: str, clock: Callable[[], dt.datetime], *, is_settled: bool = True) -> SqlStore:
    """The same on a database that is open already; it is closed where that fails. Without ``is_settled`` it is left as
    it is, whatever is over since the last time."""
    try:
        if is_settled and not database.read_only:
            settle(database, clock())
        return SqlStore(Binding(database, login, clock)).acting_as(login)
    except BaseException:
        database.close()
        raise


def settle(database: Database, now: dt.datetime) -> None:
    """Count what is over since the last time, finish erasures, and let contents go that nobody needs; a start that
    finds nothing writes nothing."""
    with database.reading() as con:
        over = con.execute(
            "SELECT EXISTS"
            " (SELECT 1 FROM activity WHERE over_at > (SELECT settled_until FROM upkeep) AND over_at <= ?)",
            (instant(now),),
        ).get
        unfinished = remnants.due(con)
        unswept = content_upkeep.is_due(con, database.contents, now)
    if over or unswept:
        with database.writing() as con:
            if over:
                indexing.settle(con, now)
            if unswept:
                content_upkeep.sweep(con, database.contents, now)
    if unfinished:
        database.overwrite_erased()


def is_empty(database: Database) -> bool:
    """Whether nobody has set the store up yet."""
    with database.reading() as con:
        return con.execute("SELECT 1 FROM organization").fetchone() is None
