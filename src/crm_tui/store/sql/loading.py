"""Bulk loading of plain records into an empty store: prepared statements, indexes built at the end.

Rows come table by table in ORDER. Addresses come before the customers whose headquarters they are, since a
customer's kept columns have its city; references are therefore checked late, and counted, not row by row.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import groupby, islice
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple

import msgspec
from msgspec import UNSET

from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import Invalid
from crm_tui.store.history import Progress
from crm_tui.store.sql import indexing
from crm_tui.store.sql.contents import ContentLoader
from crm_tui.store.sql.dialect import Connection
from crm_tui.store.sql.file_contents import Contents
from crm_tui.store.sql.tables import (
    ACTIVITY,
    ACTUAL,
    ADDRESS,
    BILLING,
    CASE,
    CONTACT,
    CUSTOMER,
    FILE,
    FORECAST,
    INVOICE,
    NOTE,
    ORGANIZATION,
    REGISTRY,
    USER,
    Table,
    column,
    encode,
    instant,
    plain_fields,
)  # fmt: skip

#: every table: of entities, or the name of one whose rows are kept by column
ORDER: tuple[Table[Any] | str, ...] = (
    ORGANIZATION, REGISTRY, "profile", USER, "import_run", ADDRESS, CUSTOMER, BILLING, CONTACT, CASE, ACTIVITY,
    NOTE, FORECAST, ACTUAL, INVOICE, FILE, "external_alias", "favourite", "recent", "saved_view", "user_setting",
    "registry_replaced", "not_duplicate", "change", "change_line", "merged", "idempotency",
)  # fmt: skip

_BATCH = 2_000


def name_of(table: Table[Any] | str) -> str:
    """What the records of a table are called."""
    return table.replace("_", " ") if isinstance(table, str) else table.kind.value


_PLACES = {name_of(table): place for place, table in enumerate(ORDER)}
_CONTENT_PLACE = _PLACES[name_of(FILE)] + 0.5


def columns_of(con: Connection, table: str) -> tuple[str, ...]:
    """The columns of a table of ours."""
    return con.dialect.bulk.columns_of(con, table)


def load(
    con: Connection,
    records: Iterable[tuple[str, Mapping[str, Any]]],
    files: Contents,
    now: dt.datetime,
    progress: Progress | None = None,
) -> int:
    """Write the records of a whole store on ``con``, which has an empty store and a transaction of its own;
    contents go into ``files`` and are taken away again on failure. Returns how many rows."""
    tell = progress or _silent
    contents = ContentLoader(con, files)
    try:
        con.dialect.defer_references(con)
        indexes = con.dialect.bulk.drop_indexes(con)
        rows = _load_rows(con, records, contents, tell)
        contents.finish()
        finish(con, indexes, now, lambda what: tell(what, rows))
    except con.dialect.broken as error:
        contents.discard()
        raise Invalid("records", f"do not fit together ({error})") from error
    except BaseException:
        contents.discard()
        raise
    return rows


def _silent(what: str, rows: int) -> None:
    """Nobody watches."""


def _load_rows(
    con: Connection, records: Iterable[tuple[str, Mapping[str, Any]]], contents: ContentLoader, tell: Progress
) -> int:
    rows = 0
    place = 0.0
    for name, group in groupby(records, key=itemgetter(0)):
        is_content = name == "content"
        here = _CONTENT_PLACE if is_content else _PLACES.get(name)
        if here is None:
            raise Invalid("records", f"there is no table “{name}”")
        if here < place:
            raise Invalid("records", f"“{name}” comes too late: the order of an export has to be kept")
        place = here
        listed = (row for _, row in group)
        for written in contents.write(listed) if is_content else _in_batches(writer(con, ORDER[int(here)]), listed):
            rows += written
            tell(name, rows)
        if name != name_of(ADDRESS):
            _check_references(con)
    return rows


def _in_batches(write: Writer, rows: Iterator[Mapping[str, Any]]) -> Iterator[int]:
    while batch := list(islice(rows, _BATCH)):
        write(batch)
        yield len(batch)


def _check_references(con: Connection) -> None:
    """Raise Invalid, naming a row, if one points to what is not there."""
    if (dangling := con.dialect.bulk.dangling(con)) is not None:
        raise Invalid("records", dangling)


def finish(con: Connection, indexes: Sequence[tuple[str, str]], now: dt.datetime, tell: Callable[[str], None]) -> None:
    """What is derived from many rows: indexes, customers' last activity (which needs those of activities), words."""
    pending = True
    tell("indexes")
    con.dialect.bulk.make_room(con)
    for table, statement in customers_last(indexes):
        if pending and table == CUSTOMER.name:
            derive_last_activity(con, now)
            pending = False
        con.execute(statement)
    round_off(con, tell)
    con.dialect.bulk.finish(con)


def customers_last(indexes: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The order in which indexes are made: those of customers when what is derived is in their rows."""
    return sorted(indexes, key=lambda index: index[0] == CUSTOMER.name)


def round_off(con: Connection, tell: Callable[[str], None]) -> None:
    """The last steps, when all rows and indexes are there."""
    _keep_ids(con)
    tell("search index")
    indexing.rebuild(con)


def _keep_ids(con: Connection) -> None:
    """Ids of rows that are gone are not given again: the log, favourites and merges still mean those."""
    for name in ("profile", "import_run", "saved_view", "change"):
        con.dialect.bulk.keep_ids(con, name, 0)
    for table in ORDER:
        if isinstance(table, str) or table.kind in (Kind.ORGANIZATION, Kind.BILLING):
            continue
        newest = con.execute("SELECT max(entity_id) FROM change_line WHERE kind = ?", (table.kind.value,)).get
        con.dialect.bulk.keep_ids(con, table.name, newest or 0)


def derive_last_activity(con: Connection, now: dt.datetime) -> None:
    """The same for all customers as indexing.recount_activity finds for one."""
    con.execute(
        "UPDATE customer SET last_activity_at = latest.at FROM (SELECT customer_id, max(at) AS at FROM ("
        " SELECT customer_id, max(over_at) AS at FROM activity"
        f"  WHERE over_at <= :now AND over_at IS NOT NULL AND customer_id IS NOT NULL AND {indexing.OPEN}"
        "  GROUP BY customer_id"
        " UNION ALL SELECT customer_id, max(at) FROM activity"
        f"  WHERE over_at IS NULL AND is_done = 1 AND customer_id IS NOT NULL AND {indexing.OPEN}"
        "  GROUP BY customer_id"
        f" UNION ALL SELECT customer_id, {con.dialect.instant('max(created_at)')} FROM note"
        "  WHERE case_id IS NULL GROUP BY customer_id"
        ") GROUP BY customer_id) AS latest WHERE customer.id = latest.customer_id",
        {"now": instant(now)},
    )
    con.execute("UPDATE upkeep SET settled_until = ?", (instant(now),))


#: writes a batch of records
Writer = Callable[[Sequence[Mapping[str, Any]]], None]


def table_of(name: str) -> Table[Any] | str:
    """The table whose records are called so; Invalid for what is none of ours."""
    if name not in _PLACES:
        raise Invalid("records", f"there is no table “{name}”")
    return ORDER[_PLACES[name]]


def writer(con: Connection, table: Table[Any] | str) -> Writer:
    """What writes batches of the records of a table."""
    return _row_writer(con, table) if isinstance(table, str) else _EntityWriter(con, table).write


def _row_writer(con: Connection, table: str) -> Writer:
    fields = columns_of(con, table)

    def write(batch: Sequence[Mapping[str, Any]]) -> None:
        for row in batch:
            _known_fields(name_of(table), row, frozenset(fields))
        rows = [tuple(row.get(field) for field in fields) for row in batch]
        con.dialect.bulk.insert(con, table, fields, rows)

    return write


def _known_fields(name: str, row: Mapping[str, Any], fields: frozenset[str]) -> None:
    unknown = row.keys() - fields
    if unknown:
        raise Invalid("records", f"a {name} has no field “{min(unknown)}”")


_instant = lru_cache(maxsize=10_000)(instant)  # a bulk load has few moments and many rows


class _Shape(NamedTuple):
    """How entities of a table become rows: ``encoders`` by place, for what SQLite does not take as it is."""

    fields: tuple[str, ...]
    values: Callable[[Any], tuple[Any, ...]]
    encoders: tuple[tuple[int, Callable[[Any], Any]], ...]


@cache
def _shape(table: Table[Any]) -> _Shape:
    fields = plain_fields(table)
    info = msgspec.inspect.type_info(table.entity)
    assert isinstance(info, msgspec.inspect.StructType)  # noqa: S101 - entities are Structs
    types = {field.name: field.type for field in info.fields}
    given = zip(reversed(table.entity.__struct_fields__), reversed(table.entity.__struct_defaults__), strict=False)
    hidden = {field for field, default in given if default is UNSET}
    encoders: list[tuple[int, Callable[[Any], Any]]] = []
    for place, field in enumerate(fields):
        kind = types[field]
        options = kind.types if isinstance(kind, msgspec.inspect.UnionType) else (kind,)
        if any(isinstance(option, msgspec.inspect.DateTimeType) for option in options):
            encoders.append((place, _instant))
        elif not all(isinstance(option, _AS_IT_IS) for option in options):
            encoders.append((place, encode))
        elif field in hidden:
            encoders.append((place, _or_empty))
    return _Shape(fields, attrgetter(*fields), tuple(encoders))


def _or_empty(value: Any) -> Any:
    """What a record leaves out is empty: nothing is hidden from who loads a whole store."""
    return None if value is UNSET else value


_AS_IT_IS = (msgspec.inspect.StrType, msgspec.inspect.IntType, msgspec.inspect.BoolType, msgspec.inspect.NoneType)


class _EntityWriter:
    """Writes batches of one table's entities."""

    def __init__(self, con: Connection, table: Table[Any]) -> None:
        self._con = con
        self._table = table
        self._shape = _shape(table)
        self._all_fields = frozenset(table.entity.__struct_fields__) - table.computed
        self._home = indexing.home_country(con)
        self._owners: dict[int, str] = {}
        self._customers: dict[int, indexing.OfCustomer] = {}
        if table.kind is Kind.CUSTOMER:
            self._owners = dict(con.execute("SELECT id, name FROM crm_user"))
        self._columns: tuple[str, ...] = ()
        self._entities_type: Any = list[table.entity]  # type: ignore[name-defined]  # a run-time type

    def write(self, batch: Sequence[Mapping[str, Any]]) -> None:
        """Check, convert and insert rows with their links and kept columns."""
        entities = self._entities(batch)
        places = self._headquarters(entities) if self._table.kind is Kind.CUSTOMER else {}
        if self._table.kind is Kind.CONTACT:
            self._customers = indexing.of_customers(self._con, [entity.customer for entity in entities])
        rows = [self._row(entity, places) for entity in entities]
        self._con.dialect.bulk.insert(self._con, self._table.name, self._columns, rows)
        for link in self._table.links:
            field = attrgetter(link.field)
            self._con.dialect.bulk.insert(
                self._con,
                link.table,
                (link.owner_column, link.value_column, "position"),
                ((e.id, value, place) for e in entities for place, value in enumerate(field(e))),
            )

    def _entities(self, batch: Sequence[Mapping[str, Any]]) -> list[Any]:
        name = name_of(self._table)
        for row in batch:
            if not row.keys() <= self._all_fields:
                _known_fields(name, row, self._all_fields)
        try:
            entities: list[Any] = msgspec.convert(batch, self._entities_type)
        except msgspec.ValidationError as error:
            raise Invalid("records", f"a {name} is not as it should be: {error}") from error
        return entities

    def _row(self, entity: Any, places: Mapping[int, tuple[str | None, str | None]]) -> tuple[Any, ...]:
        values = self._shape.values(entity)
        kept = self._kept(dict(zip(self._shape.fields, values, strict=True)), places)
        if not self._columns:
            self._columns = (*map(column, self._shape.fields), *kept)
        stored = [*values, *kept.values()]
        for place, encoder in self._shape.encoders:
            if stored[place] is not None:
                stored[place] = encoder(stored[place])
        return tuple(stored)

    def _kept(
        self, values: Mapping[str, Any], places: Mapping[int, tuple[str | None, str | None]]
    ) -> Mapping[str, Any]:
        match self._table.kind:
            case Kind.CUSTOMER:
                city, country = places.get(values["headquarters"], (None, None))
                owner = self._owners.get(values["owner"])
                return indexing.customer_kept(values, city=city, owner=owner, region=country or self._home)
            case Kind.CONTACT:
                return indexing.contact_kept(values, self._home, self._customers.get(values["customer"]))
            case _:
                return indexing.kept(self._table, values, self._con)

    def _headquarters(self, customers: Sequence[Any]) -> dict[int, tuple[str | None, str | None]]:
        keys = msgspec.json.encode([c.headquarters for c in customers if c.headquarters is not None]).decode()
        found = self._con.execute(
            "SELECT id, city, country FROM address WHERE id IN (SELECT value FROM json_each(?))", (keys,)
        )
        return {key: (city, country) for key, city, country in found}
